/*
 * conformance/environment/secrets.c - the secrets that both planes have to have, and to have alike.
 *
 * Values are compared and forgotten; none of them reaches a finding.
 *
 * Source: domain.md SEC-01, SEC-02, SEC-05, SEC-07, SEC-08, SEC-11 to SEC-13.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conformance/environment/checks.h"
#include "engine/observations.h"

/* NULL if it is absent; false if that cannot be told. */
static bool read_secret(const Plane *plane, const char *name, cJSON **out_secret, Error *err)
{
    KubePath path = {.resource = "v1/secrets", .ns = plane->spec->ns, .name = name};
    Error why = {0};

    *out_secret = NULL;
    return kube_client_get(plane->kube, &path, out_secret, &why) || why.code == ERR_NOT_FOUND ||
           error_set(err, why.code, "%s", why.message);
}

/* A secret with something behind that key. */
static bool judge_presence(const Plane *plane, const char *name, const char *key, const char *id,
                           const char *remedy, Finding *finding, Error *err)
{
    cJSON *secret = NULL;
    char required[200], observed[280];

    if (!read_secret(plane, name, &secret, err))
        return false;
    if (!*json_string_or(json_find(secret, "data"), key, "")) {
        snprintf(required, sizeof required, "secret %s with data.%s on %s", name, key,
                 plane->spec->name);
        snprintf(observed, sizeof observed, secret ? "the secret has no data.%s" : "it is absent",
                 key);
        finding_refuse(finding, id, required, observed, "kubectl get secret -n NAMESPACE NAME",
                       remedy);
    }
    cJSON_Delete(secret);
    return true;
}

bool check_active_key(Examination *e, Finding *finding, Error *err)
{
    return judge_presence(e->operation->active, "iam-signing-key", "private.key", "SEC-01",
                          "restore it from its backup", finding, err);
}

bool check_standby_key(Examination *e, Finding *finding, Error *err)
{
    return judge_presence(e->operation->standby, "iam-signing-key", "private.key", "SEC-02",
                          "import it from the active, or its backup: without it no control plane's "
                          "token is accepted after a failover",
                          finding, err);
}

bool check_active_account(Examination *e, Finding *finding, Error *err)
{
    return judge_presence(e->operation->active, "tsb-standby-sa", "jwk", "SEC-08",
                          "apply it: this plane needs it once it is the standby", finding, err);
}

/* One secret of both planes, the same in data.key, or with key NULL in all of its data. */
static bool judge_equality(Examination *e, const char *name, const char *key, const char *id,
                           const char *remedy, Finding *finding, Error *err)
{
    cJSON *active = NULL, *standby = NULL;
    const char *path = "data";
    char required[200], observed[280] = "";
    bool ok = read_secret(e->operation->active, name, &active, err) &&
              read_secret(e->operation->standby, name, &standby, err);

    if (ok && (!active || !standby))
        snprintf(observed, sizeof observed, "%s has none",
                 (active ? e->operation->standby : e->operation->active)->spec->name);
    else if (ok &&
             !json_equal(key ? json_find(json_find(active, path), key) : json_find(active, path),
                         key ? json_find(json_find(standby, path), key) : json_find(standby, path)))
        snprintf(observed, sizeof observed, "they differ%s%s", key ? " in data." : "",
                 key ? key : "");
    snprintf(required, sizeof required, "the same secret %s on both planes", name);
    if (observed[0])
        finding_refuse(finding, id, required, observed,
                       "kubectl get secret -n NAMESPACE NAME, on both planes", remedy);
    cJSON_Delete(active);
    cJSON_Delete(standby);
    return ok;
}

bool check_key_sets_equal(Examination *e, Finding *finding, Error *err)
{
    return judge_equality(e, "tsb-iam-jwks", "kid", "SEC-05",
                          "delete it on the standby; its operator makes it from iam-signing-key",
                          finding, err);
}

bool check_postgres_credentials(Examination *e, Finding *finding, Error *err)
{
    return judge_equality(e, "postgres-credentials", NULL, "SEC-11",
                          "align them: the database, and its users, are the active's", finding,
                          err);
}

bool check_elastic_credentials(Examination *e, Finding *finding, Error *err)
{
    return judge_equality(e, "elastic-credentials", NULL, "SEC-12",
                          "align them: both planes use the same Elasticsearch", finding, err);
}

bool check_admin_credentials(Examination *e, Finding *finding, Error *err)
{
    return judge_equality(e, "admin-credentials", NULL, "SEC-13",
                          "align them, or who administers has to know which plane is active",
                          finding, err);
}
