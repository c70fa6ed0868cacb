/*
 * engine/checks/restore.c - what has to be so before a plane is restored into a new cluster.
 *
 * Source: domain.md 8.5 (RR0 to RR5), 7.9. What the backup itself has to be is seen before (steps/artefacts.c).
 */
#include "engine/checks/checks.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "engine/backup/secrets.h"
#include "engine/observations.h"
#include "engine/restore/database.h"
#include "engine/restore/ground.h"
#include "engine/restore/order.h"
#include "engine/restore/release.h"
#include "engine/restore/trust.h"
#include "engine/restore/values.h"

/* Beside an active that serves, what is restored would be a second one (F-809, V1). */
bool check_not_served(Examination *e, Finding *finding, Error *err)
{
    Operation *operation = e->operation;
    char observed[280];

    (void)err;
    if (!is_active_answering(operation))
        return true;
    snprintf(observed, sizeof observed, "the API of %s answers, healthy",
             operation->active->spec->name);
    finding_refuse(finding, "F-809", "an active that is lost, or fenced", observed,
                   "GET of /v2/organizations/ORG/status at the active's own name",
                   "while it serves there is nothing to restore: correct --to or `active:`; to "
                   "replace a plane that serves, scale its tsb and iam to 0 first");
    return true;
}

/* ---- values ------------------------------------------------------------------------------------------------------------------ */

/* Two planes that both write into one database do so without either noticing (F-816). */
static void judge_data_store(const Operation *operation, const cJSON *values, Finding *finding)
{
    char observed[280];

    if (!values_are_external(values) || !operation->active->is_out_of_reach)
        return;
    snprintf(observed, sizeof observed,
             "spec.dataStore.postgres is %.120s, and %s cannot be fenced: it cannot be reached",
             json_string_or(values, "spec/dataStore/postgres/address", "elsewhere"),
             operation->active->spec->name);
    finding_refuse(finding, "F-816", "one plane at a time on a shared database", observed,
                   "SELECT * FROM pg_stat_activity on that database",
                   "make sure that the old plane is off for good, take its credentials away in the "
                   "database, and put others into install.values");
}

static void judge_role(const cJSON *values, Finding *finding)
{
    if (!json_has(values, "spec/highAvailability/standby"))
        return;
    finding_refuse(finding, "MP-01", "values of an active plane",
                   "spec.highAvailability.standby is set: it would follow the lost one",
                   "the backup's values; install.values",
                   "put `spec: {highAvailability: {standby: null, active: "
                   "{exposeEmbeddedPostgresInFrontEnvoy: true}}}` into install.values");
}

/* The certificate that the chart will make a Secret of, or else the one that is brought along (F-813). */
static void judge_certificates(Operation *operation, const Backup *backup, const cJSON *values,
                               Finding *finding)
{
    const TrustPair *pair;
    char observed[280];

    for (int i = 0; (pair = trust_pair(i)) && finding->reaction == REACT_NONE; i++) {
        const char *value = json_string(values, pair->value);
        const cJSON *secret = backup_secret(backup, pair->secret);
        char *kept = !value && secret ? secret_value(secret, "tls.crt") : NULL;

        if ((value || kept) &&
            !is_trusted_everywhere(operation, pair, value ? value : kept, observed))
            finding_refuse(finding, "F-813", "certificates that control planes will trust",
                           observed, "openssl verify -CAfile with mp-certs of a control plane",
                           "issue them by the old root for the new plane's names, and name them in "
                           "install.values: secrets.tsb, secrets.xcp");
        free(kept);
    }
}

static void judge_drift(Operation *operation)
{
    char path[120] = "";

    if (restore_values_drift(operation, path, NULL) && *path)
        operation_warn(operation, "MP-13",
                       "install.values changes %s: a restore should only differ in what depends on "
                       "the cluster",
                       path);
}

bool check_values(Examination *e, Finding *finding, Error *err)
{
    Operation *operation = e->operation;
    Backup backup = {0};
    cJSON *values = NULL;
    Error why = {0};

    (void)err;
    if (restore_open(operation, &backup, &why) &&
        restore_values(operation, &backup, &values, &why)) {
        judge_drift(operation);
        judge_role(values, finding);
        if (finding->reaction == REACT_NONE)
            judge_data_store(operation, values, finding);
        if (finding->reaction == REACT_NONE)
            judge_certificates(operation, &backup, values, finding);
        secrets_wipe(values);
    } else {
        finding_refuse(finding, "MP-13", "values that the chart can be installed with", why.message,
                       "install.values in the environment file", "correct that file");
    }
    cJSON_Delete(values);
    backup_release(&backup);
    return true;
}

/* ---- what a person has to agree to --------------------------------------------------------------------------------------------- */

bool check_backup_age(Examination *e, Finding *finding, Error *err)
{
    Operation *operation = e->operation;
    int64_t age_ms = clock_wall_ms() - json_integer_or(operation->record, "restore/takenMs", 0);
    char observed[280], ago[CLOCK_TEXT_MAX], limit[CLOCK_TEXT_MAX];

    (void)err;
    if (age_ms <= operation->environment->policies.backup_age_max_ms)
        return true;
    snprintf(observed, sizeof observed, "it was taken %s ago, the limit is %s",
             clock_duration(age_ms, ago),
             clock_duration(operation->environment->policies.backup_age_max_ms, limit));
    finding_set(finding, REACT_ASK, "F-812", "a fresh backup, or consent to what it lacks",
                observed, "takenAt in the backup's manifest.json",
                "name a later backup; else --accept-data-loss-age=DURATION: all that was changed "
                "since is lost");
    consent_given(operation, CONSENT_DATA_LOSS_AGE, age_ms, finding);
    return true;
}

bool check_namespace(Examination *e, Finding *finding, Error *err)
{
    Operation *operation = e->operation;
    const char *old = json_string_or(operation->record, "restore/namespace", "");
    const char *new = operation->standby->spec->ns;
    char observed[280];

    (void)err;
    if (!*old || strcmp(old, new) == 0)
        return true;
    snprintf(observed, sizeof observed, "the backup is of namespace %.60s, the new plane's is %s",
             old, new);
    finding_set(finding, REACT_ASK, "F-803", "secrets of the new plane's namespace", observed,
                "plane.namespace in the backup's manifest.json",
                "correct planes.*.namespace; or --accept-other-namespace rewrites them");
    consent_given(operation, CONSENT_OTHER_NAMESPACE, 0, finding);
    return true;
}

/* Without the key no token that exists is worth anything: that has to be known before, not found out after (F-801). */
bool check_tokens(Examination *e, Finding *finding, Error *err)
{
    Operation *operation = e->operation;

    (void)err;
    if (!restore_is_without_key(operation))
        return true;
    finding_set(finding, REACT_ASK, "F-801", "consent to new tokens on every control plane",
                "the old signing key is not restored", "--without-key",
                "find a backup of iam-signing-key; else --accept-token-refresh");
    if (!consent_given(operation, CONSENT_TOKEN_REFRESH, 0, finding))
        return true;
    json_put_bool(operation->record, "tokenRefresh", true);
    operation_warn(operation, "F-801",
                   "without the old signing key every control plane's tokens are made anew, and "
                   "everybody has to log in again");
    return true;
}

/* ---- the new cluster ----------------------------------------------------------------------------------------------------------- */

static bool has_default_storage(const cJSON *classes)
{
    const cJSON *class;

    cJSON_ArrayForEach(class, json_find(classes, "items"))
    {
        const cJSON *annotations = json_find(class, "metadata/annotations");
        const cJSON *mark =
            cJSON_GetObjectItemCaseSensitive(annotations,
                                             "storageclass.kubernetes.io/is-default-class");

        if (cJSON_IsString(mark) && strcmp(mark->valuestring, "true") == 0)
            return true;
    }
    return false;
}

static bool look_for_storage(const Plane *plane, Finding *finding, Error *err)
{
    KubePath path = {.resource = "storage.k8s.io/v1/storageclasses"};
    cJSON *classes = NULL;

    if (!kube_client_get(plane->kube, &path, &classes, err))
        return false;
    if (!has_default_storage(classes))
        finding_refuse(finding, "MP-19", "a default StorageClass in the new cluster", "none is it",
                       "kubectl get storageclass",
                       "make one, and mark it storageclass.kubernetes.io/is-default-class");
    cJSON_Delete(classes);
    return true;
}

/* The operator bundles one only if it is not told otherwise. */
static bool look_for_cert_manager(const Plane *plane, Finding *finding, Error *err)
{
    KubePath path = {.resource = "apiextensions.k8s.io/v1/customresourcedefinitions",
                     .name = "certificates.cert-manager.io"};
    cJSON *definition = NULL;
    Error why = {0};

    if (kube_client_get(plane->kube, &path, &definition, &why)) {
        cJSON_Delete(definition);
        return true;
    }
    if (why.code != ERR_NOT_FOUND)
        return error_set(err, why.code, "%s", why.message);
    finding_refuse(finding, "MP-20", "cert-manager in the new cluster", "it is not installed",
                   "kubectl get crd certificates.cert-manager.io",
                   "install cert-manager, with issuers of the same root");
    return true;
}

bool check_cluster(Examination *e, Finding *finding, Error *err)
{
    const Plane *plane = e->operation->standby;

    return look_for_storage(plane, finding, err) &&
           (finding->reaction != REACT_NONE || look_for_cert_manager(plane, finding, err));
}

bool check_installers(Examination *e, Finding *finding, Error *err)
{
    Operation *operation = e->operation;
    HelmCluster cluster = release_cluster(operation, operation->standby);
    Error why = {0};

    (void)err;
    if (!operation->standby->spec->install.chart)
        error_set(&why, ERR_INPUT, "planes.%s.install.chart is not said",
                  operation->standby->spec->name);
    else if (helm_check(&cluster, &why))
        database_check(operation, json_integer_or(operation->record, "restore/serverVersion", 0),
                       &why);
    if (why.code)
        finding_refuse(finding, "OPS-05", "a chart, and helm and psql to restore with", why.message,
                       "helm version; psql --version; the environment file",
                       "install what is missing");
    return true;
}
