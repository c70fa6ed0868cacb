/*
 * engine/restore/certificates.c - will a control plane trust that certificate?
 */
#include "engine/restore/certificates.h"

#include <stdio.h>

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

/* All certificates of a text, at least one; sk_X509_pop_free() them. NULL: it holds none. */
static STACK_OF(X509) * read_all(const char *pem)
{
    BIO *bio = BIO_new_mem_buf(pem, -1);
    STACK_OF(X509) *all = sk_X509_new_null();
    X509 *one;

    while (bio && (one = PEM_read_bio_X509(bio, NULL, NULL, NULL)))
        sk_X509_push(all, one);
    ERR_clear_error(); /* of the end */
    BIO_free(bio);
    if (sk_X509_num(all) > 0)
        return all;
    sk_X509_free(all);
    return NULL;
}

static void release_all(STACK_OF(X509) * all)
{
    sk_X509_pop_free(all, X509_free);
}

static bool verify(STACK_OF(X509) * chain, STACK_OF(X509) * authorities, Error *err)
{
    X509_STORE_CTX *context = X509_STORE_CTX_new();
    bool ok = context && X509_STORE_CTX_init(context, NULL, sk_X509_value(chain, 0), chain) == 1;

    if (ok) {
        X509_STORE_CTX_set0_trusted_stack(context, authorities);
        ok = X509_verify_cert(context) == 1;
    }
    if (!ok)
        error_set(err, ERR_INVALID, "%s",
                  X509_verify_cert_error_string(context ? X509_STORE_CTX_get_error(context)
                                                        : X509_V_ERR_OUT_OF_MEM));
    X509_STORE_CTX_free(context);
    ERR_clear_error();
    return ok;
}

bool certificate_is_trusted(const char *pem, const char *ca_pem, Error *err)
{
    STACK_OF(X509) *chain = read_all(pem), *authorities = read_all(ca_pem);
    bool ok = chain && authorities
                  ? verify(chain, authorities, err)
                  : error_set(err, ERR_INVALID, "%s is no PEM",
                              chain ? "the authority's certificate" : "the certificate");

    release_all(chain);
    release_all(authorities);
    return ok;
}

bool certificate_names(const char *pem, const char *host, Error *err)
{
    STACK_OF(X509) *chain = read_all(pem);
    bool ok = chain && X509_check_host(sk_X509_value(chain, 0), host, 0, 0, NULL) == 1;

    release_all(chain);
    return ok || error_set(err, ERR_INVALID, "it is not for %s", host);
}
