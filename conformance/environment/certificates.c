/*
 * conformance/environment/certificates.c - the certificate that each plane's front envoy shows.
 *
 * Source: domain.md TLS-01, TLS-02, TLS-13; RFC 6125: a name counts in the subjectAltName only.
 */
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "conformance/environment/checks.h"
#include "engine/observations.h"

enum { DAYS_LEFT_MIN = 30, DAY_S = 86400 }; /* TLS-13 */

static const char SEE_CERTIFICATE[] =
    "kubectl get secret -n NAMESPACE tsb-certs, openssl x509 -text of tls.crt";

/* The first certificate of a PEM text; NULL if it is none. */
static X509 *parse_certificate(const char *pem)
{
    BIO *bio = BIO_new_mem_buf(pem, (int)strlen(pem));
    X509 *certificate = PEM_read_bio_X509(bio, NULL, NULL, NULL);

    BIO_free(bio);
    return certificate;
}

/* X509_free() it. Fails with ERR_NOT_FOUND or ERR_INVALID if there is none that can be read. */
static bool see_certificate(const Plane *plane, X509 **out_certificate, Error *err)
{
    char *pem = NULL;

    if (!see_secret(plane->kube, plane->spec->ns, "tsb-certs", "tls.crt", &pem, err))
        return false;
    *out_certificate = parse_certificate(pem);
    free(pem);
    return *out_certificate ||
           error_set(err, ERR_INVALID, "%s: data.tls.crt of secret tsb-certs is no certificate",
                     plane->spec->name);
}

/* Something about one plane's certificate; adds to wrong. */
typedef void JudgeCertificate(const Operation *operation, const Plane *plane, X509 *certificate,
                              Wrong *wrong);

/* No certificate at all is as wrong as a wrong one. */
static bool judge_both(const Operation *operation, JudgeCertificate *judge, Wrong *wrong,
                       Error *err)
{
    for (int i = 0; i < 2; i++) {
        const Plane *plane = &operation->planes[i];
        X509 *certificate = NULL;
        Error why = {0};

        if (see_certificate(plane, &certificate, &why))
            judge(operation, plane, certificate, wrong);
        else if (why.code == ERR_NOT_FOUND || why.code == ERR_INVALID)
            wrong_add(wrong, "%.190s", why.message);
        else
            return error_set(err, why.code, "%s", why.message);
        X509_free(certificate);
    }
    return true;
}

static void judge_name(const Plane *plane, X509 *certificate, const char *name, Wrong *wrong)
{
    if (X509_check_host(certificate, name, 0, X509_CHECK_FLAG_NEVER_CHECK_SUBJECT, NULL) != 1)
        wrong_add(wrong, "%s: the certificate is not for %.120s", plane->spec->name, name);
}

static void judge_own_name(const Operation *operation, const Plane *plane, X509 *certificate,
                           Wrong *wrong)
{
    (void)operation;
    judge_name(plane, certificate, plane->spec->permanent_name, wrong);
}

static void judge_shared_name(const Operation *operation, const Plane *plane, X509 *certificate,
                              Wrong *wrong)
{
    judge_name(plane, certificate, operation->environment->floating_name, wrong);
}

static void judge_expiry(const Operation *operation, const Plane *plane, X509 *certificate,
                         Wrong *wrong)
{
    time_t limit = (time_t)(clock_wall_ms() / 1000) + (time_t)DAYS_LEFT_MIN * DAY_S;

    (void)operation;
    if (X509_cmp_time(X509_get0_notAfter(certificate), &limit) < 0)
        wrong_add(wrong, "%s: the certificate has less than %d days left", plane->spec->name,
                  DAYS_LEFT_MIN);
}

bool check_own_name(Examination *e, Finding *finding, Error *err)
{
    Wrong wrong = {0};

    if (!judge_both(e->operation, judge_own_name, &wrong, err))
        return false;
    wrong_tell(&wrong, finding, "TLS-01", "each plane's permanent name in its certificate",
               SEE_CERTIFICATE, "issue it again with both names: the plane's own and the floating");
    return true;
}

bool check_shared_name(Examination *e, Finding *finding, Error *err)
{
    Wrong wrong = {0};

    if (!judge_both(e->operation, judge_shared_name, &wrong, err))
        return false;
    wrong_tell(&wrong, finding, "TLS-02", "the floating name in both planes' certificates",
               SEE_CERTIFICATE, "issue it again with both names: the plane's own and the floating");
    return true;
}

bool check_expiry(Examination *e, Finding *finding, Error *err)
{
    Wrong wrong = {0};

    if (!judge_both(e->operation, judge_expiry, &wrong, err))
        return false;
    wrong_tell(&wrong, finding, "TLS-13", "30 days left of both certificates", SEE_CERTIFICATE,
               "renew it");
    return true;
}
