/*
 * fakes/net/pki.c - a certificate authority that is made when a world starts, and what it issues.
 */
#include "fakes/net/pki.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "base/buffer.h"
#include "base/clock.h"
#include "base/memory.h"

static const int64_t HOUR_MS = INT64_C(3600) * 1000;
static const int64_t VALID_MS = INT64_C(90) * 24 * 3600 * 1000;

struct Pki {
    X509 *certificate;
    EVP_PKEY *key;
    char *pem;
    long next_serial;
};

struct Certificate {
    X509 *certificate;
    EVP_PKEY *key;
    char *pem, *key_pem;
};

/* ---- making a certificate ------------------------------------------------------------------------- */

static char *pem_text(BIO *bio)
{
    char *bytes;
    long length = BIO_get_mem_data(bio, &bytes);
    char *text = memory_text_of(bytes, (size_t)length);

    BIO_free(bio);
    return text;
}

static char *certificate_to_pem(X509 *certificate)
{
    BIO *bio = BIO_new(BIO_s_mem());
    int written = PEM_write_bio_X509(bio, certificate);

    assert(written == 1);
    return pem_text(bio);
}

static char *key_to_pem(EVP_PKEY *key)
{
    BIO *bio = BIO_new(BIO_s_mem());
    int written = PEM_write_bio_PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL);

    assert(written == 1);
    return pem_text(bio);
}

static void add_name(X509_NAME *name, const char *field, const char *value)
{
    int added = X509_NAME_add_entry_by_txt(name, field, MBSTRING_UTF8, (const unsigned char *)value,
                                           -1, -1, 0);

    assert(added == 1);
}

static void set_validity(X509 *certificate, int64_t not_before_ms, int64_t not_after_ms)
{
    if (not_before_ms == 0 && not_after_ms == 0) {
        not_before_ms = clock_wall_ms() - HOUR_MS;
        not_after_ms = clock_wall_ms() + VALID_MS;
    }
    ASN1_TIME_set(X509_getm_notBefore(certificate), (time_t)(not_before_ms / 1000));
    ASN1_TIME_set(X509_getm_notAfter(certificate), (time_t)(not_after_ms / 1000));
}

static X509 *begin_certificate(EVP_PKEY *key, const CertificateOptions *options, long serial)
{
    X509 *certificate = X509_new();
    X509_NAME *subject = X509_get_subject_name(certificate);

    assert(key != NULL && certificate != NULL);
    X509_set_version(certificate, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), serial);
    set_validity(certificate, options->not_before_ms, options->not_after_ms);
    if (options->organization != NULL)
        add_name(subject, "O", options->organization);
    add_name(subject, "CN", options->common_name);
    X509_set_pubkey(certificate, key);
    return certificate;
}

static void add_extension(X509 *certificate, X509 *issuer, int nid, const char *value)
{
    X509V3_CTX context;
    X509_EXTENSION *extension;

    X509V3_set_ctx(&context, issuer, certificate, NULL, NULL, 0);
    X509V3_set_ctx_nodb(&context);
    extension = X509V3_EXT_conf_nid(NULL, &context, nid, value);
    assert(extension != NULL);
    X509_add_ext(certificate, extension, -1);
    X509_EXTENSION_free(extension);
}

static void sign(X509 *certificate, EVP_PKEY *issuer_key)
{
    int length = X509_sign(certificate, issuer_key, EVP_sha256());

    assert(length > 0);
}

/* ---- the authority -------------------------------------------------------------------------------- */

Pki *pki_new(const char *common_name)
{
    const CertificateOptions options = {.common_name = common_name};
    Pki *pki = MEMORY_NEW(Pki);

    pki->key = EVP_EC_gen("P-256");
    pki->certificate = begin_certificate(pki->key, &options, 1);
    pki->next_serial = 2;
    X509_set_issuer_name(pki->certificate, X509_get_subject_name(pki->certificate));
    add_extension(pki->certificate, pki->certificate, NID_basic_constraints, "critical,CA:TRUE");
    add_extension(pki->certificate, pki->certificate, NID_key_usage,
                  "critical,keyCertSign,cRLSign");
    add_extension(pki->certificate, pki->certificate, NID_subject_key_identifier, "hash");
    sign(pki->certificate, pki->key);
    pki->pem = certificate_to_pem(pki->certificate);
    return pki;
}

void pki_free(Pki *pki)
{
    if (pki == NULL)
        return;
    X509_free(pki->certificate);
    EVP_PKEY_free(pki->key);
    free(pki->pem);
    free(pki);
}

const char *pki_ca_pem(const Pki *pki)
{
    return pki->pem;
}

/* ---- what it issues ------------------------------------------------------------------------------- */

static bool is_ip_address(const char *name)
{
    ASN1_OCTET_STRING *address = a2i_IPADDRESS(name);

    ASN1_OCTET_STRING_free(address);
    return address != NULL;
}

static void add_alternative_names(X509 *certificate, const char *const *names)
{
    Buffer value = {0};

    for (size_t i = 0; names != NULL && names[i] != NULL; i++)
        buffer_format(&value, "%s%s:%s", i > 0 ? "," : "", is_ip_address(names[i]) ? "IP" : "DNS",
                      names[i]);
    if (value.length > 0)
        add_extension(certificate, NULL, NID_subject_alt_name, value.data);
    buffer_release(&value);
}

Certificate *pki_issue(Pki *pki, const CertificateOptions *options)
{
    Certificate *issued = MEMORY_NEW(Certificate);

    issued->key = EVP_EC_gen("P-256");
    issued->certificate = begin_certificate(issued->key, options, pki->next_serial++);
    X509_set_issuer_name(issued->certificate, X509_get_subject_name(pki->certificate));
    add_extension(issued->certificate, NULL, NID_basic_constraints, "critical,CA:FALSE");
    add_extension(issued->certificate, NULL, NID_key_usage, "critical,digitalSignature");
    add_extension(issued->certificate, NULL, NID_ext_key_usage, "serverAuth,clientAuth");
    add_extension(issued->certificate, NULL, NID_subject_key_identifier, "hash");
    add_extension(issued->certificate, pki->certificate, NID_authority_key_identifier, "keyid");
    add_alternative_names(issued->certificate, options->names);
    sign(issued->certificate, pki->key);
    issued->pem = certificate_to_pem(issued->certificate);
    issued->key_pem = key_to_pem(issued->key);
    return issued;
}

void certificate_free(Certificate *certificate)
{
    if (certificate == NULL)
        return;
    X509_free(certificate->certificate);
    EVP_PKEY_free(certificate->key);
    free(certificate->pem);
    OPENSSL_cleanse(certificate->key_pem, strlen(certificate->key_pem));
    free(certificate->key_pem);
    free(certificate);
}

const char *certificate_pem(const Certificate *certificate)
{
    return certificate->pem;
}

const char *certificate_key_pem(const Certificate *certificate)
{
    return certificate->key_pem;
}

/* ---- the server's context ------------------------------------------------------------------------- */

/* A server looks at every request whether the time of a certificate is over: connections outlive certificates. */
static int on_verified(int is_good, X509_STORE_CTX *store)
{
    int why = X509_STORE_CTX_get_error(store);

    return is_good || why == X509_V_ERR_CERT_HAS_EXPIRED || why == X509_V_ERR_CERT_NOT_YET_VALID;
}

static void ask_for_client_certificate(SSL_CTX *context, const Pki *client_ca)
{
    int added = X509_STORE_add_cert(SSL_CTX_get_cert_store(context), client_ca->certificate) &&
                SSL_CTX_add_client_CA(context, client_ca->certificate);

    assert(added == 1);
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, on_verified);
}

/* No resumption: a world's few connections stay open, and tickets would cost more than they save. */
SSL_CTX *certificate_server_context(const Certificate *certificate, const Pki *client_ca)
{
    SSL_CTX *context = SSL_CTX_new(TLS_server_method());
    int ready;

    assert(context != NULL);
    ready = SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) &&
            SSL_CTX_set1_groups_list(context, "X25519:P-256") &&
            SSL_CTX_use_certificate(context, certificate->certificate) &&
            SSL_CTX_use_PrivateKey(context, certificate->key) &&
            SSL_CTX_set_num_tickets(context, 0);
    assert(ready == 1);
    SSL_CTX_set_options(context, SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
    if (client_ca != NULL)
        ask_for_client_certificate(context, client_ca);
    return context;
}

static void on_tls_event(const SSL *tls, int where, int alert)
{
    const CertificateRefusal *refusal = SSL_CTX_get_app_data(SSL_get_SSL_CTX(tls));

    if (where == SSL_CB_READ_ALERT && alert >> 8 == SSL3_AL_FATAL)
        refusal->call(refusal->owner, SSL_alert_desc_string_long(alert));
}

void certificate_on_refused(SSL_CTX *context, const CertificateRefusal *refusal)
{
    SSL_CTX_set_app_data(context, (void *)refusal);
    SSL_CTX_set_info_callback(context, on_tls_event);
}
