/*
 * engine/checks/keys.c - the signing keys that the control planes' tokens depend on.
 *
 * Source: domain.md F-001, F-002, F-005 to F-008.
 */
#include "engine/checks/checks.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/observations.h"

static bool read_kid(const Plane *plane, const char *secret, char **out_kid, Error *err)
{
    Error why = {0};

    *out_kid = NULL;
    if (see_secret(plane->kube, plane->spec->ns, secret, "kid", out_kid, &why) ||
        why.code == ERR_NOT_FOUND)
        return true;
    return error_set(err, why.code, "%s", why.message);
}

static size_t length_without_space(const char *text)
{
    size_t length = strlen(text);

    while (length && strchr(" \r\n\t", text[length - 1]))
        length--;
    return length;
}

static bool differ_in_space_only(const char *a, const char *b)
{
    size_t length = length_without_space(a);

    return length == length_without_space(b) && strncmp(a, b, length) == 0;
}

static void judge_kids(Examination *e, const char *active, const char *standby, Finding *finding)
{
    char observed[280];

    snprintf(observed, sizeof observed, "kid %.80s on %s, kid %.80s on %s", active,
             e->operation->active->spec->name, standby, e->operation->standby->spec->name);
    if (differ_in_space_only(active, standby)) {
        finding_refuse(
            finding, "F-006", "the same iam-signing-key on both planes",
            "the two kids differ in white space at the end only",
            "kubectl get secret -n NAMESPACE iam-signing-key -o yaml | base64 -d",
            "import the key again from `kubectl get secret -o yaml`, not through an editor");
        return;
    }
    finding_set(finding, REACT_ASK, "F-002", "the same iam-signing-key on both planes", observed,
                "kubectl get secret -n NAMESPACE iam-signing-key -o yaml (data.kid)",
                "import the active's key into the standby, or accept that every control plane's "
                "tokens are made anew");
    if (!consent_given(e->operation, CONSENT_TOKEN_REFRESH, 0, finding))
        return;
    json_put_bool(e->operation->record, "tokenRefresh", true);
    operation_warn(e->operation, "F-002",
                   "the signing keys differ: every control plane's tokens will be refreshed");
}

static bool has_key(const Plane *plane, char **out_key, Error *err)
{
    Error why = {0};

    *out_key = NULL;
    if (see_secret(plane->kube, plane->spec->ns, "iam-signing-key", "private.key", out_key, &why) ||
        why.code == ERR_NOT_FOUND)
        return true;
    return error_set(err, why.code, "%s", why.message);
}

static void forget(char *key)
{
    if (key)
        explicit_bzero(key, strlen(key));
    free(key);
}

/* An older layout: no kid on one side or both, so the keys themselves are compared (F-005). */
static bool compare_keys(Examination *e, Finding *finding, Error *err)
{
    char *active = NULL, *standby = NULL;
    bool ok = has_key(e->operation->active, &active, err) &&
              has_key(e->operation->standby, &standby, err);

    if (ok && !standby)
        finding_refuse(
            finding, "F-001", "iam-signing-key on the standby", "the secret, or its key, is absent",
            "kubectl get secret -n NAMESPACE iam-signing-key",
            "import it from the active (or its backup) before the failover; without it no control "
            "plane's token is accepted");
    else if (ok && !active)
        operation_warn(e->operation, "F-005", "the active's iam-signing-key cannot be compared");
    else if (ok && strcmp(active, standby) != 0)
        judge_kids(e, "none (another key)", "none", finding);
    else if (ok)
        operation_warn(e->operation, "F-005",
                       "iam-signing-key has no kid on both planes; the keys are the same");
    forget(active);
    forget(standby);
    return ok;
}

bool check_signing_key(Examination *e, Finding *finding, Error *err)
{
    char *active = NULL, *standby = NULL;
    bool ok = read_kid(e->operation->active, "iam-signing-key", &active, err) &&
              read_kid(e->operation->standby, "iam-signing-key", &standby, err);

    if (ok && (!active || !standby))
        ok = compare_keys(e, finding, err);
    else if (ok && strcmp(active, standby) != 0)
        judge_kids(e, active, standby, finding);
    free(active);
    free(standby);
    return ok;
}

bool check_key_set(Examination *e, Finding *finding, Error *err)
{
    char *key = NULL, *set = NULL;
    char observed[280];
    bool ok = read_kid(e->operation->serving, "iam-signing-key", &key, err) &&
              read_kid(e->operation->serving, "tsb-iam-jwks", &set, err);

    if (ok && key && !set) { /* the operator makes it, so it may be on its way */
        finding_set(finding, REACT_WAIT, "F-007", "tsb-iam-jwks on the plane that is to serve",
                    "the secret is absent", "kubectl get secret -n NAMESPACE tsb-iam-jwks",
                    "the operator makes it from iam-signing-key: see its log");
    } else if (ok && key && strcmp(key, set) != 0) {
        snprintf(observed, sizeof observed, "tsb-iam-jwks has kid %.80s, iam-signing-key %.80s",
                 set, key);
        finding_refuse(finding, "F-008", "tsb-iam-jwks made from the signing key", observed,
                       "kubectl get secret -n NAMESPACE tsb-iam-jwks -o yaml (data.kid)",
                       "delete tsb-iam-jwks there; its operator makes it anew");
    }
    free(key);
    free(set);
    return ok;
}

bool check_standby_account(Examination *e, Finding *finding, Error *err)
{
    const Plane *standby = e->operation->standby;
    char *key = NULL, observed[280];
    Error why = {0};

    if (see_secret(standby->kube, standby->spec->ns, "tsb-standby-sa", "jwk", &key, &why)) {
        explicit_bzero(key, strlen(key));
        free(key);
        return true;
    }
    if (why.code != ERR_NOT_FOUND)
        return error_set(err, why.code, "%s", why.message);
    snprintf(observed, sizeof observed, "%s: it is absent, or has no data.jwk",
             standby->spec->name);
    finding_refuse(finding, "SEC-07", "the service account that the standby proves itself with",
                   observed, "kubectl get secret -n NAMESPACE tsb-standby-sa",
                   "import it from the active: the standby proves with it who it is");
    return true;
}
