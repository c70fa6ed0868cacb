/*
 * tests/fakes/net/pki_test.c - certificates as a verifying client sees them.
 */
#include "fakes/net/pki.h"

#include <stdio.h>
#include <string.h>

#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "base/clock.h"
#include "tests/test.h"

static const char *const NAMES[] = {"mp1.tsb.test", "*.edge.test", "127.1.0.1", NULL};

static X509 *read_certificate(const char *pem)
{
    BIO *bio = BIO_new_mem_buf(pem, -1);
    X509 *certificate = PEM_read_bio_X509(bio, NULL, NULL, NULL);

    BIO_free(bio);
    return certificate;
}

typedef struct {
    const char *name;
    const char *host, *ip; /* what the client asked for */
    int purpose;
    int64_t at_ms; /* from now */
    bool is_other_ca;
    int verdict;
} VerifyCase;

#define DAY_MS (INT64_C(24) * 3600 * 1000)

static const VerifyCase VERIFY_CASES[] = {
    {"name",                               "mp1.tsb.test",  NULL,        X509_PURPOSE_SSL_SERVER, 0,            false, X509_V_OK                 },
    {"wildcard",                           "a.edge.test",   NULL,        X509_PURPOSE_SSL_SERVER, 0,            false, X509_V_OK                 },
    {"address",                            NULL,            "127.1.0.1", X509_PURPOSE_SSL_SERVER, 0,            false, X509_V_OK                 },
    {"as a client",                        NULL,            NULL,        X509_PURPOSE_SSL_CLIENT, 0,            false, X509_V_OK                 },
    {"half an hour ago",                   NULL,            NULL,        X509_PURPOSE_SSL_SERVER, -DAY_MS / 48, false, X509_V_OK                 },
    {"in 89 days",                         NULL,            NULL,        X509_PURPOSE_SSL_SERVER, 89 * DAY_MS,  false, X509_V_OK                 },
    {"another name",                       "mp2.tsb.test",  NULL,        X509_PURPOSE_SSL_SERVER, 0,            false,
     X509_V_ERR_HOSTNAME_MISMATCH                                                                                                                },
    {"two labels under the wildcard",      "a.b.edge.test", NULL,        X509_PURPOSE_SSL_SERVER, 0,            false,
     X509_V_ERR_HOSTNAME_MISMATCH                                                                                                                },
    {"the common name is no name",         "the server",    NULL,        X509_PURPOSE_SSL_SERVER, 0,            false,
     X509_V_ERR_HOSTNAME_MISMATCH                                                                                                                },
    {"another address",                    NULL,            "127.1.0.2", X509_PURPOSE_SSL_SERVER, 0,            false,
     X509_V_ERR_IP_ADDRESS_MISMATCH                                                                                                              },
    {"another authority of the same name", "mp1.tsb.test",  NULL,        X509_PURPOSE_SSL_SERVER, 0,            true,
     X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY                                                                                                },
    {"in 91 days",                         NULL,            NULL,        X509_PURPOSE_SSL_SERVER, 91 * DAY_MS,  false,
     X509_V_ERR_CERT_HAS_EXPIRED                                                                                                                 },
    {"two hours ago",                      NULL,            NULL,        X509_PURPOSE_SSL_SERVER, -DAY_MS / 12, false,
     X509_V_ERR_CERT_NOT_YET_VALID                                                                                                               },
    {"to sign mail",                       NULL,            NULL,        X509_PURPOSE_SMIME_SIGN, 0,            false, X509_V_ERR_INVALID_PURPOSE},
};

static int verify(X509 *leaf, X509 *ca, const VerifyCase *c)
{
    X509_STORE *store = X509_STORE_new();
    X509_STORE_CTX *context = X509_STORE_CTX_new();
    X509_VERIFY_PARAM *wanted;
    int verdict;

    X509_STORE_add_cert(store, ca);
    X509_STORE_CTX_init(context, store, leaf, NULL);
    wanted = X509_STORE_CTX_get0_param(context);
    X509_VERIFY_PARAM_set_purpose(wanted, c->purpose);
    X509_VERIFY_PARAM_set_flags(wanted, X509_V_FLAG_X509_STRICT);
    X509_VERIFY_PARAM_set_time(wanted, (time_t)((clock_wall_ms() + c->at_ms) / 1000));
    if (c->host != NULL)
        X509_VERIFY_PARAM_set1_host(wanted, c->host, 0);
    if (c->ip != NULL)
        X509_VERIFY_PARAM_set1_ip_asc(wanted, c->ip);
    X509_verify_cert(context);
    verdict = X509_STORE_CTX_get_error(context);
    X509_STORE_CTX_free(context);
    X509_STORE_free(store);
    return verdict;
}

static void test_verifies_as_clients_do(void)
{
    const CertificateOptions options = {.common_name = "the server", .names = NAMES};
    Pki *pki = pki_new("understudy CA");
    Pki *other = pki_new("understudy CA");
    Certificate *issued = pki_issue(pki, &options);
    X509 *leaf = read_certificate(certificate_pem(issued));
    X509 *ca = read_certificate(pki_ca_pem(pki));
    X509 *other_ca = read_certificate(pki_ca_pem(other));

    for (size_t i = 0; i < TEST_COUNT(VERIFY_CASES); i++) {
        const VerifyCase *c = &VERIFY_CASES[i];
        int verdict = verify(leaf, c->is_other_ca ? other_ca : ca, c);

        if (!CHECK_CASE(c->name, verdict == c->verdict))
            CHECK_TEXT(X509_verify_cert_error_string(verdict), "another verdict");
    }
    X509_free(leaf);
    X509_free(ca);
    X509_free(other_ca);
    certificate_free(issued);
    pki_free(pki);
    pki_free(other);
}

static void test_says_who_it_is(void)
{
    const CertificateOptions options = {.common_name = "admin", .organization = "system:masters"};
    Pki *pki = pki_new("understudy CA");
    Certificate *issued = pki_issue(pki, &options);
    Certificate *second = pki_issue(pki, &options);
    X509 *leaf = read_certificate(certificate_pem(issued));
    X509 *next = read_certificate(certificate_pem(second));
    char text[128];

    X509_NAME_get_text_by_NID(X509_get_subject_name(leaf), NID_commonName, text, sizeof text);
    CHECK_TEXT(text, "admin");
    X509_NAME_get_text_by_NID(X509_get_subject_name(leaf), NID_organizationName, text, sizeof text);
    CHECK_TEXT(text, "system:masters");
    CHECK(X509_get_ext_by_NID(leaf, NID_subject_alt_name, -1) < 0);
    CHECK(ASN1_INTEGER_cmp(X509_get0_serialNumber(leaf), X509_get0_serialNumber(next)) != 0);
    CHECK(strstr(certificate_key_pem(issued), "-----BEGIN PRIVATE KEY-----") != NULL);
    X509_free(leaf);
    X509_free(next);
    certificate_free(issued);
    certificate_free(second);
    pki_free(pki);
}

static void test_keeps_to_given_times(void)
{
    const int64_t now_ms = clock_wall_ms();
    const CertificateOptions options = {.common_name = "old",
                                        .not_before_ms = now_ms - 9 * DAY_MS,
                                        .not_after_ms = now_ms - DAY_MS};
    const VerifyCase today = {.purpose = X509_PURPOSE_SSL_SERVER};
    const VerifyCase last_week = {.purpose = X509_PURPOSE_SSL_SERVER, .at_ms = -5 * DAY_MS};
    Pki *pki = pki_new("understudy CA");
    Certificate *issued = pki_issue(pki, &options);
    X509 *leaf = read_certificate(certificate_pem(issued));
    X509 *ca = read_certificate(pki_ca_pem(pki));

    CHECK_INTEGER(verify(leaf, ca, &today), X509_V_ERR_CERT_HAS_EXPIRED);
    CHECK_INTEGER(verify(leaf, ca, &last_week), X509_V_ERR_CERT_NOT_YET_VALID); /* the CA's */
    X509_free(leaf);
    X509_free(ca);
    certificate_free(issued);
    pki_free(pki);
}

static void test_is_cheap(void)
{
    const CertificateOptions options = {.common_name = "the server", .names = NAMES};
    const int64_t began_ns = clock_real_ns();
    Pki *pki = pki_new("understudy CA");

    for (int i = 0; i < 6; i++)
        certificate_free(pki_issue(pki, &options));
    pki_free(pki);
    printf("one authority and six certificates: %.1f ms\n",
           (double)(clock_real_ns() - began_ns) / 1e6);
    CHECK(clock_real_ns() - began_ns < 500 * INT64_C(1000000)); /* RSA would not pass */
}

TEST_SUITE("fakes/net/pki", {"verifies as clients do", test_verifies_as_clients_do},
           {"says who it is", test_says_who_it_is},
           {"keeps to given times", test_keeps_to_given_times}, {"is cheap", test_is_cheap});
