/*
 * engine/steps/preflight.c - everything that would stop a planned failover half-way is looked for before the first change.
 *
 * Source: domain.md FO0, sections 6 and 7.1, 7.2. A table of checks: each looks, and either finds nothing, or says what is required, what
 * was observed, where that can be seen, and what to do. All of them are asked, so that a person mends everything at once.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "engine/observations.h"
#include "engine/steps/names.h"
#include "engine/steps/steps.h"

enum { TRIGGER_FILE_REMOVED = 160000 };

/* What is read once for all checks. */
typedef struct {
    Operation *operation;
    cJSON *active, *standby; /* ManagementPlane resources; NULL: absent */
    PostgresPosition primary;
    bool has_primary;
} Examination;

/* False: it could not be looked at now (err says why). A finding with a reaction: it is not as it should be. */
typedef bool Check(Examination *examination, Finding *finding, Error *err);

static void refuse(Finding *finding, const char *check, const char *required, const char *observed,
                   const char *evidence, const char *remedy)
{
    finding_set(finding, REACT_REFUSE, check, required, observed, evidence, remedy);
}

/* ------------------------------------------------------------------------------------------------- resources */

static bool read_resource(const Plane *plane, cJSON **out_object, Error *err)
{
    Error why = {0};

    if (see_management_plane(plane, out_object, &why) || why.code == ERR_NOT_FOUND)
        return true;
    return error_set(err, why.code, "%s", why.message);
}

static bool check_resources_exist(Examination *e, Finding *finding, Error *err)
{
    const Plane *planes[] = {e->operation->active, e->operation->standby};
    cJSON *objects[] = {e->active, e->standby};
    char observed[280];

    (void)err;
    for (int i = 0; i < 2; i++) {
        if (objects[i])
            continue;
        snprintf(observed, sizeof observed, "%s has no ManagementPlane \"%s\" in namespace %s",
                 planes[i]->spec->name, planes[i]->spec->resource_name, planes[i]->spec->ns);
        refuse(finding, "F-011", "a ManagementPlane resource on both planes", observed,
               "kubectl get managementplanes -A",
               "correct namespace or managementPlane in the environment file");
        return true;
    }
    return true;
}

static const char *role_text(PlaneRole role)
{
    static const char *const TEXTS[] = {
        [ROLE_NONE] = "neither active nor standby",
        [ROLE_ACTIVE] = "active",
        [ROLE_STANDBY] = "standby",
        [ROLE_BOTH] = "active and standby at once",
    };

    return TEXTS[role];
}

static bool check_roles(Examination *e, Finding *finding, Error *err)
{
    PlaneRole active = management_plane_role(e->active),
              standby = management_plane_role(e->standby);
    bool is_swapped = active == ROLE_STANDBY && standby == ROLE_ACTIVE;
    char observed[280];

    (void)err;
    if (!e->active || !e->standby || (active == ROLE_ACTIVE && standby == ROLE_STANDBY))
        return true;
    snprintf(observed, sizeof observed, "%s says %s, %s says %s", e->operation->active->spec->name,
             role_text(active), e->operation->standby->spec->name, role_text(standby));
    refuse(finding,
           is_swapped                                        ? "F-010"
           : active == ROLE_BOTH || standby == ROLE_BOTH     ? "F-015"
           : active == ROLE_ACTIVE && standby == ROLE_ACTIVE ? "F-014"
                                                             : "MP-01",
           "spec.highAvailability.active on the active, .standby on the standby", observed,
           "kubectl get managementplanes -n NAMESPACE -o yaml",
           is_swapped
               ? "the contexts are swapped, or a failover has happened since: correct `active:`"
               : "bring both resources into one of the two shapes first");
    return true;
}

/* A standby that follows the floating name would follow itself after the failover (F-105, MP-04). */
static bool check_standby_host(Examination *e, Finding *finding, Error *err)
{
    const char *host =
        json_string_or(e->standby,
                       "spec/highAvailability/standby/activeMpSynchronizationEndpoint/host", "");

    (void)err;
    if (*host && (same_name(host, e->operation->environment->floating_name) ||
                  same_name(host, e->operation->standby->spec->permanent_name)))
        refuse(
            finding, "F-105", "the active's permanent name as synchronisation host", host,
            "spec.highAvailability.standby.activeMpSynchronizationEndpoint.host",
            "patch the standby with the active's permanent name and wait until it streams again");
    return true;
}

/* A CRD without the field would prune the patch and answer 200 (F-012, MP-17). */
static bool check_schema(Examination *e, Finding *finding, Error *err)
{
    KubePath path = {.resource = "apiextensions.k8s.io/v1/customresourcedefinitions",
                     .name = "managementplanes.install.tetrate.io"};
    cJSON *crd = NULL;
    const cJSON *version, *spec;
    Error why = {0};

    if (!kube_client_get(e->operation->standby->kube, &path, &crd, &why))
        return why.code == ERR_NOT_FOUND || why.code == ERR_DENIED ||
               error_set(err, why.code, "%s", why.message);
    cJSON_ArrayForEach(version, json_find(crd, "spec/versions"))
    {
        spec = json_find(version, "schema/openAPIV3Schema/properties/spec");
        if (spec && json_has(spec, "properties") &&
            !json_has(spec, "properties/highAvailability") &&
            !json_bool_or(spec, "x-kubernetes-preserve-unknown-fields", false))
            refuse(finding, "F-012", "highAvailability in the schema of ManagementPlane",
                   "the installed CRD would drop the field from the patch",
                   "kubectl get crd managementplanes.install.tetrate.io -o yaml",
                   "upgrade the standby's operator to a release with active/standby (1.12)");
    }
    cJSON_Delete(crd);
    return true;
}

static bool check_operator(Examination *e, Finding *finding, Error *err)
{
    DeploymentView view;
    char observed[280];

    if (!see_deployment(e->operation->standby, "tsb-operator-management-plane", &view, err))
        return false;
    if (deployment_serves(&view))
        return true;
    deployment_text("tsb-operator-management-plane", &view, observed, sizeof observed);
    refuse(finding, "F-305", "a running operator on the standby", observed,
           "kubectl get deployment -n NAMESPACE tsb-operator-management-plane",
           "without it the patch changes nothing: bring the operator up first");
    return true;
}

/* ---------------------------------------------------------------------------------------------- signing keys */

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
        refuse(finding, "F-006", "the same iam-signing-key on both planes",
               "the two kids differ in white space at the end only",
               "kubectl get secret -n NAMESPACE iam-signing-key -o yaml | base64 -d",
               "import the key again from `kubectl get secret -o yaml`, not through an editor");
    } else if (e->operation->consent.token_refresh) {
        json_put_bool(e->operation->record, "tokenRefresh", true);
        operation_warn(e->operation, "F-002",
                       "the signing keys differ: every control plane's tokens will be refreshed");
    } else {
        finding_set(
            finding, REACT_ASK, "F-002", "the same iam-signing-key on both planes", observed,
            "kubectl get secret -n NAMESPACE iam-signing-key -o yaml (data.kid)",
            "import the active's key into the standby, or accept that every control plane's "
            "tokens are made anew: --accept-token-refresh");
    }
}

static bool check_signing_key(Examination *e, Finding *finding, Error *err)
{
    char *active = NULL, *standby = NULL;
    bool ok = read_kid(e->operation->active, "iam-signing-key", &active, err) &&
              read_kid(e->operation->standby, "iam-signing-key", &standby, err);

    if (ok && !standby)
        refuse(
            finding, "F-001", "iam-signing-key on the standby",
            "the secret, or its data.kid, is absent",
            "kubectl get secret -n NAMESPACE iam-signing-key",
            "import it from the active (or its backup) before the failover; without it no control "
            "plane's token is accepted");
    else if (ok && !active)
        operation_warn(e->operation, "F-005", "the active's iam-signing-key has no kid to compare");
    else if (ok && strcmp(active, standby) != 0)
        judge_kids(e, active, standby, finding);
    free(active);
    free(standby);
    return ok;
}

static bool check_key_set(Examination *e, Finding *finding, Error *err)
{
    char *key = NULL, *set = NULL;
    char observed[280];
    bool ok = read_kid(e->operation->standby, "iam-signing-key", &key, err) &&
              read_kid(e->operation->standby, "tsb-iam-jwks", &set, err);

    if (ok && key && !set) { /* the operator makes it, so it may be on its way */
        finding_set(finding, REACT_WAIT, "F-007", "tsb-iam-jwks on the standby",
                    "the secret is absent", "kubectl get secret -n NAMESPACE tsb-iam-jwks",
                    "the operator makes it from iam-signing-key: see its log");
    } else if (ok && key && strcmp(key, set) != 0) {
        snprintf(observed, sizeof observed, "tsb-iam-jwks has kid %.80s, iam-signing-key %.80s",
                 set, key);
        refuse(finding, "F-008", "tsb-iam-jwks made from the signing key", observed,
               "kubectl get secret -n NAMESPACE tsb-iam-jwks -o yaml (data.kid)",
               "delete tsb-iam-jwks on the standby; its operator makes it anew");
    }
    free(key);
    free(set);
    return ok;
}

/* ------------------------------------------------------------------------------------------------- replication */

static bool find_primary(Examination *e, Error *err)
{
    Error why = {0};

    for (size_t i = 0; i < e->operation->active->spec->postgres_count && !e->has_primary; i++)
        e->has_primary = postgres_position(e->operation->active->postgres[i], &e->primary, &why) &&
                         !e->primary.is_in_recovery;
    return e->has_primary ||
           error_set(err, ERR_UNAVAILABLE, "no primary among the instances of %s%s%s",
                     e->operation->active->spec->name, why.code ? ": " : "", why.message);
}

static bool has_other_history(const Examination *e, const PostgresPosition *position)
{
    return position->system_identifier != e->primary.system_identifier ||
           position->timeline != e->primary.timeline;
}

/* Judges one instance that answered. */
static void judge_replica(const Examination *e, const char *name, const PostgresPosition *position,
                          Finding *finding)
{
    const EnvironmentPolicies *policies = &e->operation->environment->policies;
    uint64_t lag = e->primary.current_lsn > position->replay_lsn
                       ? e->primary.current_lsn - position->replay_lsn
                       : 0;
    char observed[280];

    if (!position->is_in_recovery) {
        snprintf(observed, sizeof observed, "%s is not in recovery: it takes writes of its own",
                 name);
        refuse(finding, "PG-01", "a standby in recovery", observed, "SELECT pg_is_in_recovery()",
               "two writable databases: find out which one is the right one before anything else");
    } else if (has_other_history(e, position)) {
        snprintf(observed, sizeof observed,
                 "%s: system %llu timeline %u; the active: system %llu timeline %u", name,
                 (unsigned long long)position->system_identifier, position->timeline,
                 (unsigned long long)e->primary.system_identifier, e->primary.timeline);
        refuse(finding,
               position->system_identifier != e->primary.system_identifier ? "F-106" : "F-107",
               "the active's database, on its timeline", observed,
               "pg_control_system(), pg_control_checkpoint()",
               "seed the standby anew from the active");
    } else if (position->is_replay_paused) {
        snprintf(observed, sizeof observed, "%s: replay is paused at %llu bytes behind", name,
                 (unsigned long long)lag);
        refuse(finding, "F-122", "replay that moves", observed, "SELECT pg_is_wal_replay_paused()",
               "SELECT pg_wal_replay_resume() on that instance");
    } else if (!position->has_receiver ||
               position->receiver_silence_ms > policies->receiver_silence_max_ms) {
        snprintf(observed, sizeof observed, "%s: %s", name,
                 position->has_receiver ? "its walreceiver has heard nothing for too long"
                                        : "no walreceiver is streaming");
        refuse(finding, "F-102", "a streaming walreceiver (a Ready pod proves nothing)", observed,
               "SELECT * FROM pg_stat_wal_receiver",
               "see the network between the planes, port 5432, and the replication credentials");
    } else if ((int64_t)lag > policies->replication_lag_max) {
        snprintf(observed, sizeof observed, "%s is %llu bytes behind", name,
                 (unsigned long long)lag);
        refuse(finding, "F-101", "a lag that a planned failover may start with (replicationLagMax)",
               observed, "pg_last_wal_replay_lsn() against pg_current_wal_lsn()",
               "wait until it has caught up, or raise policies.replicationLagMax");
    }
}

static bool check_replication(Examination *e, Finding *finding, Error *err)
{
    if (!e->has_primary && !find_primary(e, err))
        return false;
    for (size_t i = 0; i < e->operation->standby->spec->postgres_count; i++) {
        PostgresPosition position;

        if (!postgres_position(e->operation->standby->postgres[i], &position, err))
            return false;
        judge_replica(e, postgres_client_name(e->operation->standby->postgres[i]), &position,
                      finding);
        if (finding->reaction != REACT_NONE)
            return true;
    }
    return true;
}

/* From version 16 on there is no trigger file, which kubegres' stock script writes; a site may have its own script (PG-13, F-309). */
static bool check_version(Examination *e, Finding *finding, Error *err)
{
    PostgresRow row = {0};

    (void)finding;
    if (e->operation->standby->spec->postgres_count == 0)
        return true;
    if (!postgres_query(e->operation->standby->postgres[0], "SHOW server_version_num", &row, err))
        return false;
    if (atoi(row.values[0]) >= TRIGGER_FILE_REMOVED)
        operation_warn(e->operation, "PG-13",
                       "Postgres of %s is of version %s: make sure that kubegres' promotion script "
                       "calls pg_promote(), since there is no trigger file any more",
                       e->operation->standby->spec->name, row.values[0]);
    return true;
}

static bool check_kubegres(Examination *e, Finding *finding, Error *err)
{
    KubePath path = {.resource = "kubegres.reactive-tech.io/v1/kubegres",
                     .ns = e->operation->standby->spec->ns,
                     .name = "tsb-postgres"};
    cJSON *object = NULL;
    Error why = {0};

    if (!kube_client_get(e->operation->standby->kube, &path, &object, &why))
        return why.code == ERR_NOT_FOUND || error_set(err, why.code, "%s", why.message);
    if (json_bool_or(object, "status/blockingOperation/hasTimedOut", false))
        refuse(finding, "F-111", "kubegres free to act",
               "kubegres stands at a blocking operation that has timed out",
               "kubectl get kubegres -n NAMESPACE tsb-postgres -o yaml", "repair it by hand first");
    else if (json_bool_or(object, "spec/failover/isDisabled", false))
        refuse(finding, "F-110", "kubegres' failover enabled", "spec.failover.isDisabled is true",
               "kubectl get kubegres -n NAMESPACE tsb-postgres -o yaml",
               "it would refuse to promote: remove spec.failover.isDisabled");
    else if (json_integer_or(object, "status/enforcedReplicas", 1) == 0)
        refuse(finding, "F-109", "at least one ready replica", "kubegres has deployed no replica",
               "kubectl get kubegres -n NAMESPACE tsb-postgres -o yaml",
               "let the standby finish its first base backup");
    cJSON_Delete(object);
    return true;
}

/* ------------------------------------------------------------------------------------------- rights and clocks */

typedef struct {
    const char *verb, *group, *resource, *subresource;
} Right;

static bool may_all(KubeClient *kube, const char *ns, const Right *rights, size_t count,
                    Finding *finding, Error *err)
{
    for (size_t i = 0; i < count; i++) {
        bool is_allowed = true;
        char observed[280];

        if (!kube_client_may(kube, rights[i].verb, rights[i].group, rights[i].resource,
                             rights[i].subresource, ns, &is_allowed, err))
            return false;
        if (is_allowed)
            continue;
        snprintf(observed, sizeof observed, "%s: may not %s %s%s%s in %s",
                 kube_client_context(kube), rights[i].verb, rights[i].resource,
                 rights[i].subresource ? "/" : "",
                 rights[i].subresource ? rights[i].subresource : "", ns);
        refuse(finding, "F-018", "the rights that the whole procedure needs", observed,
               "kubectl auth can-i VERB RESOURCE -n NAMESPACE", "grant the role in docs/rbac.yaml");
        return true;
    }
    return true;
}

static bool check_rights(Examination *e, Finding *finding, Error *err)
{
    static const Right PLANE_RIGHTS[] = {
        {"patch",  "apps",                "deployments",      "scale"},
        {"patch",  "install.tetrate.io",  "managementplanes", NULL   },
        {"update", "coordination.k8s.io", "leases",           NULL   },
    };

    for (int i = 0; i < 2 && finding->reaction == REACT_NONE; i++) {
        const Plane *plane = &e->operation->planes[i];

        if (!may_all(plane->kube, plane->spec->ns, PLANE_RIGHTS,
                     sizeof PLANE_RIGHTS / sizeof *PLANE_RIGHTS, finding, err))
            return false;
    }
    return true;
}

static bool check_control_plane_rights(Examination *e, Finding *finding, Error *err)
{
    static const Right RIGHTS[] = {
        {"delete", "",     "secrets",     NULL},
        {"patch",  "apps", "deployments", NULL},
    };

    for (size_t i = 0; i < e->operation->control_plane_count; i++) {
        const ControlPlane *site = &e->operation->control_planes[i];

        if (strncmp(site->uid, "unreachable", 11) == 0)
            continue;
        if (!may_all(site->kube, site->spec->ns, RIGHTS, 2, finding, err))
            return false;
        if (finding->reaction != REACT_NONE)
            return true;
    }
    return true;
}

static bool check_clocks(Examination *e, Finding *finding, Error *err)
{
    int64_t limit_ms = e->operation->environment->policies.clock_skew_max_ms;

    (void)err;
    for (int i = 0; i < 2; i++) {
        int64_t skew_ms = kube_client_skew_ms(e->operation->planes[i].kube);
        char observed[280];

        if (llabs(skew_ms) <= limit_ms)
            continue;
        snprintf(observed, sizeof observed, "the clock of %s differs from ours by %lld s",
                 e->operation->planes[i].spec->name, (long long)(skew_ms / 1000));
        refuse(finding, "F-025", "clocks that agree (clockSkewMax)", observed,
               "the Date header of its API server",
               "tokens would be refused: set the clocks right first");
    }
    return true;
}

/* --------------------------------------------------------------------------------------------- names and API */

static bool check_names(Examination *e, Finding *finding, Error *err)
{
    const Environment *environment = e->operation->environment;
    NameView view;
    char observed[280];

    see_name(e->operation, environment->floating_name, DNS_RECORD_A, &view);
    if (!view.all_answer)
        return error_set(err, ERR_UNAVAILABLE, "not every name server answers for %s",
                         environment->floating_name);
    if (view.first.count == 0 && !view.first.cname[0]) {
        snprintf(observed, sizeof observed, "%s does not exist", environment->floating_name);
        refuse(finding, "DNS-01", "the floating name in DNS", observed,
               "dig the name at every name server",
               "correct floatingName or dns.servers in the environment file");
    } else if (!environment->dns.uses_addresses && view.first.cname[0] &&
               same_name(view.first.cname, e->operation->standby->spec->permanent_name)) {
        refuse(finding, "F-014", "a floating name that leads to the active",
               "it leads to the standby already", "dig the name at every name server",
               "somebody has begun a failover: look at both planes before you go on");
    }
    return true;
}

/* A signed update that asks for nothing shows key and rights without a change (F-501, DNS-04). */
static bool check_dns_rights(Examination *e, Finding *finding, Error *err)
{
    const Environment *environment = e->operation->environment;
    Error why = {0};

    if (dns_probe(e->operation->dns, &environment->dns.servers[0], &e->operation->key,
                  environment->dns.zone, &why))
        return true;
    if (why.code != ERR_DENIED && why.code != ERR_INVALID)
        return error_set(err, why.code, "%s", why.message);
    refuse(finding, "F-501", "the right to change records of the zone", why.message,
           "nsupdate -k KEYFILE with an empty update",
           "correct the key, or the zone's update policy");
    return true;
}

static bool check_api(Examination *e, Finding *finding, Error *err)
{
    char address[256], ip[64], path[160], observed[280];
    int status;

    if (!see_load_balancer(e->operation->active, address, err) ||
        !see_ip(e->operation, address, ip, err))
        return false;
    snprintf(path, sizeof path, "/v2/organizations/%s/status",
             e->operation->environment->organization);
    if (!see_front(e->operation, e->operation->active, ip, path, &status, NULL, err))
        return false;
    if (status == 200)
        return true;
    snprintf(observed, sizeof observed, "%s%s answers %d",
             e->operation->active->spec->permanent_name, path, status);
    refuse(finding,
           status == 404   ? "F-413"
           : status == 401 ? "F-407"
                           : "MP-07",
           "a healthy active: this is a planned failover", observed, "GET of that path",
           status == 404   ? "correct `organization:` in the environment file"
           : status == 401 ? "correct frontEnvoy.user and its password file"
                           : "repair the active, or fail over unplanned");
    return true;
}

/* A ControlPlane whose host is not the floating name never follows it (F-618, CP-01). */
static void judge_host(const Operation *operation, const ControlPlane *site, const cJSON *object,
                       Finding *finding)
{
    const char *host = json_string_or(object, "spec/managementPlane/host", "");
    char observed[280];

    if (!*host || same_name(host, operation->environment->floating_name))
        return;
    snprintf(observed, sizeof observed, "%s follows %.200s", site->spec->name, host);
    refuse(finding, "F-618", "the floating name as spec.managementPlane.host everywhere", observed,
           "kubectl get controlplanes -n istio-system -o yaml, in that cluster",
           "patch that ControlPlane with the floating name, and see that its edge comes back");
}

static bool check_hosts(Examination *e, Finding *finding, Error *err)
{
    Operation *operation = e->operation;
    size_t count = operation->control_plane_count;
    KubeRead *reads = memory_new(count + 1, sizeof *reads);

    (void)err;
    for (size_t i = 0; i < count; i++)
        reads[i] = (KubeRead){
            .client = operation->control_planes[i].kube,
            .path = {.resource = "install.tetrate.io/v1alpha1/controlplanes",
                     .ns = operation->control_planes[i].spec->ns,
                     .name = "controlplane"}
        };
    kube_client_get_all(reads, count, (size_t)operation->environment->policies.width);
    for (size_t i = 0; i < count; i++) {
        if (finding->reaction == REACT_NONE)
            judge_host(operation, &operation->control_planes[i], reads[i].object, finding);
        cJSON_Delete(reads[i].object);
    }
    free(reads);
    return true;
}

static Check *const CHECKS[] = {
    check_resources_exist, check_roles,       check_standby_host, check_schema,
    check_operator,        check_signing_key, check_key_set,      check_kubegres,
    check_replication,     check_version,     check_rights,       check_clocks,
    check_names,           check_dns_rights,  check_api,          check_control_plane_rights,
    check_hosts,
};
#define CHECK_COUNT (sizeof CHECKS / sizeof *CHECKS)

/* ------------------------------------------------------------------------------------------------------ the step */

/* What the checks found: what refuses decides over what may still come. */
typedef struct {
    int refused, awaited;
} Findings;

/* Every finding is told; the first decides. */
static void tell_further(Operation *operation, const Finding *finding)
{
    operation_warn(operation, finding->check, "required %s; observed %s; %s", finding->required,
                   finding->observed, finding->remedy);
}

static bool run_checks(Examination *e, Observation *out, Findings *found, Error *err)
{
    for (size_t i = 0; i < CHECK_COUNT; i++) {
        Finding finding = {0};

        if (!CHECKS[i](e, &finding, err))
            return false;
        if (finding.reaction == REACT_NONE)
            continue;
        if (finding.reaction == REACT_WAIT ? found->awaited++ + found->refused == 0
                                           : found->refused++ == 0)
            out->finding = finding;
        else if (finding.reaction != REACT_WAIT)
            tell_further(e->operation, &finding);
    }
    return true;
}

static void conclude(const Findings *found, Observation *out)
{
    if (found->refused) {
        out->state = STEP_FAILED;
        snprintf(out->text, sizeof out->text, "%d of %zu checks failed: %.200s", found->refused,
                 CHECK_COUNT, out->finding.observed);
    } else if (found->awaited) {
        observe_waiting(out, "waiting for %.100s: %.140s", out->finding.required,
                        out->finding.observed);
    } else {
        observe_holds(out, "%zu checks passed", CHECK_COUNT);
    }
}

static void observe_preflight(Operation *operation, Observation *out)
{
    Examination examination = {.operation = operation};
    Findings found = {0};
    Error why = {0};

    if (!read_resource(operation->active, &examination.active, &why) ||
        !read_resource(operation->standby, &examination.standby, &why) ||
        !run_checks(&examination, out, &found, &why)) {
        if (found.refused) /* what was found decides, even if a later check could not be made */
            conclude(&found, out);
        else
            observe_error(out, &why);
    } else {
        conclude(&found, out);
    }
    cJSON_Delete(examination.active);
    cJSON_Delete(examination.standby);
}

static int64_t deadline(const Operation *operation)
{
    return operation->environment->policies.preflight_ms;
}

const Step STEP_PREFLIGHT = {
    .id = "FO0",
    .name = "preflight",
    .why = "a failover that stops half-way is worse than one that never began",
    .never = "change anything",
    .observe = observe_preflight,
    .deadline_ms = deadline,
    .on_deadline = REACT_REFUSE,
    .remedy = "a check could not be made: see what does not answer",
    .is_once = true,
};
