/*
 * conformance/environment/control_planes.c - who follows the floating name, and how far behind.
 *
 * Source: domain.md CP-01, CP-02, CP-03, CP-05, CP-15, SEC-04.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "conformance/environment/checks.h"
#include "engine/observations.h"
#include "engine/steps/names.h"

/* lastSyncTime moves every 10 minutes (domain.md R5); twice that is too long (CP-05). */
enum { SYNC_AGE_MAX_MS = 2 * 600000 };

static const char SEE_RESOURCE[] =
    "kubectl get controlplanes -n istio-system -o yaml, in that cluster";

/* ---------------------------------------------------------------------------------------------- their resources */

/* Something about one object of a control plane's cluster; adds to wrong. subject is what it is held against, if anything. */
typedef void JudgeObject(const Operation *operation, const char *name, const cJSON *object,
                         const void *subject, Wrong *wrong);

static KubeRead *read_objects(const Operation *operation, const char *resource, const char *name)
{
    KubeRead *reads = memory_new(operation->control_plane_count + 1, sizeof *reads);

    for (size_t i = 0; i < operation->control_plane_count; i++)
        reads[i] = (KubeRead){
            .client = operation->control_planes[i].kube,
            .path = {.resource = resource,
                     .ns = operation->control_planes[i].spec->ns,
                     .name = name}
        };
    kube_client_get_all(reads, operation->control_plane_count,
                        (size_t)operation->environment->policies.width);
    return reads;
}

/* What each cluster has of that name. False if one could not be read and no other is wrong: then it is not known that all are right. */
static bool judge_objects(const Operation *operation, const char *resource, const char *object,
                          JudgeObject *judge, const void *subject, Wrong *wrong, Error *err)
{
    KubeRead *reads = read_objects(operation, resource, object);
    Error why = {0};

    for (size_t i = 0; i < operation->control_plane_count; i++) {
        const char *name = operation->control_planes[i].spec->name;

        if (reads[i].object)
            judge(operation, name, reads[i].object, subject, wrong);
        else if (reads[i].error.code == ERR_NOT_FOUND)
            wrong_add(wrong, "%s has no %s", name, object);
        else if (why.code == ERR_NONE)
            why = reads[i].error;
        cJSON_Delete(reads[i].object);
    }
    free(reads);
    return wrong->count || why.code == ERR_NONE || error_set(err, why.code, "%s", why.message);
}

static bool judge_resources(const Operation *operation, JudgeObject *judge, Wrong *wrong,
                            Error *err)
{
    return judge_objects(operation, "install.tetrate.io/v1alpha1/controlplanes", "controlplane",
                         judge, NULL, wrong, err);
}

static const char *host_of(const cJSON *object)
{
    return json_string_or(object, "spec/managementPlane/host", "");
}

static void judge_host(const Operation *operation, const char *name, const cJSON *object,
                       const void *subject, Wrong *wrong)
{
    (void)subject;
    if (!same_name(host_of(object), operation->environment->floating_name))
        wrong_add(wrong, "%s follows \"%.120s\"", name, host_of(object));
}

bool check_cp_hosts(Examination *e, Finding *finding, Error *err)
{
    Wrong wrong = {0};

    if (!judge_resources(e->operation, judge_host, &wrong, err))
        return false;
    wrong_tell(&wrong, finding, "CP-01",
               "the floating name as spec.managementPlane.host everywhere", SEE_RESOURCE,
               "patch that ControlPlane with the floating name, and see that its edge comes back");
    return true;
}

static void judge_port(const Operation *operation, const char *name, const cJSON *object,
                       const void *subject, Wrong *wrong)
{
    int64_t port = json_integer_or(object, "spec/managementPlane/port", 0);

    (void)subject;
    if (port != operation->environment->front.port)
        wrong_add(wrong, "%s uses port %lld, the front envoy %u", name, (long long)port,
                  operation->environment->front.port);
}

bool check_cp_ports(Examination *e, Finding *finding, Error *err)
{
    Wrong wrong = {0};

    if (!judge_resources(e->operation, judge_port, &wrong, err))
        return false;
    wrong_tell(&wrong, finding, "CP-02", "the front envoy's port in every ControlPlane",
               SEE_RESOURCE, "align spec.managementPlane.port with the front envoy");
    return true;
}

static void judge_literal(const Operation *operation, const char *name, const cJSON *object,
                          const void *subject, Wrong *wrong)
{
    unsigned char bytes[16];

    (void)operation, (void)subject;
    if (inet_pton(AF_INET, host_of(object), bytes) == 1 ||
        inet_pton(AF_INET6, host_of(object), bytes) == 1)
        wrong_add(wrong, "%s follows the address %.60s", name, host_of(object));
}

bool check_cp_names(Examination *e, Finding *finding, Error *err)
{
    Wrong wrong = {0};

    if (!judge_resources(e->operation, judge_literal, &wrong, err))
        return false;
    wrong_tell(&wrong, finding, "CP-03", "a name, no address, as spec.managementPlane.host",
               SEE_RESOURCE, "an address cannot be moved: patch it with the floating name");
    return true;
}

/* ---------------------------------------------------------------------------------------------------- their tokens */

/* subject is the kid of the standby's signing key. */
static void judge_token(const Operation *operation, const char *name, const cJSON *secret,
                        const void *subject, Wrong *wrong)
{
    char *token = secret_value(secret, "jwt");
    TokenClaims claims;

    (void)operation;
    if (!token || !token_claims(token, &claims))
        wrong_add(wrong, "%s: its edge has no token that can be read", name);
    else if (strcmp(claims.kid, subject) != 0)
        wrong_add(wrong, "%s: the token of its edge is of key %.60s, the standby's is %.60s", name,
                  claims.kid, (const char *)subject);
    free(token);
}

/* What a standby can be asked when the active is gone: are the tokens that are out there of its own key? */
bool check_cp_tokens(Examination *e, Finding *finding, Error *err)
{
    const Plane *standby = e->operation->standby;
    Wrong wrong = {0};
    char *kid = NULL;
    bool ok = see_secret(standby->kube, standby->spec->ns, "iam-signing-key", "kid", &kid, err) &&
              judge_objects(e->operation, "v1/secrets", "xcp-edge-central-auth-token", judge_token,
                            kid, &wrong, err);

    free(kid);
    if (ok)
        wrong_tell(
            &wrong, finding, "SEC-04", "edge tokens of the standby's signing key everywhere",
            "kubectl get secret -n istio-system xcp-edge-central-auth-token, in that cluster "
            "(kid in the JWT's header)",
            "import the active's iam-signing-key into the standby; a token that missed a "
            "rotation is made anew when it is deleted while the active serves");
    return ok;
}

/* --------------------------------------------------------------------------------------- what the active knows */

/* The active's list of clusters; cJSON_Delete() it. */
static bool see_clusters(Examination *e, cJSON **out_json, Error *err)
{
    Operation *operation = e->operation;
    char address[256], ip[64], path[200];
    int status = 0;

    *out_json = NULL;
    snprintf(path, sizeof path, "/v2/organizations/%s/clusters",
             operation->environment->organization);
    if (!see_load_balancer(operation->active, address, err) ||
        !see_ip(operation, address, ip, err) ||
        !see_front(operation, operation->active, ip, path, &status, out_json, err))
        return false;
    return *out_json || error_set(err, ERR_UNAVAILABLE, "%s%s: HTTP %d",
                                  operation->active->spec->permanent_name, path, status);
}

static const cJSON *cluster_of(const cJSON *json, const char *name)
{
    const cJSON *cluster;

    cJSON_ArrayForEach(cluster, json_find(json, "clusters"))
    {
        const char *fqn = json_string_or(cluster, "fqn", ""), *slash = strrchr(fqn, '/');

        if (strcmp(slash ? slash + 1 : fqn, name) == 0)
            return cluster;
    }
    return NULL;
}

/* A cluster that the list does not have is CP-15's. */
static void judge_sync(const cJSON *cluster, const char *name, Wrong *wrong)
{
    const char *text = json_string_or(cluster, "state/lastSyncTime", "");
    char age[CLOCK_TEXT_MAX];
    int64_t at_ms;

    if (!cluster)
        return;
    if (!clock_parse(text, &at_ms))
        wrong_add(wrong, "%s has never synced", name);
    else if (clock_wall_ms() - at_ms > SYNC_AGE_MAX_MS)
        wrong_add(wrong, "%s synced %s ago", name, clock_duration(clock_wall_ms() - at_ms, age));
}

bool check_cp_syncs(Examination *e, Finding *finding, Error *err)
{
    const Operation *operation = e->operation;
    Wrong wrong = {0};
    cJSON *json = NULL;

    if (!see_clusters(e, &json, err))
        return false;
    for (size_t i = 0; i < operation->control_plane_count; i++) {
        const char *name = operation->control_planes[i].spec->name;

        judge_sync(cluster_of(json, name), name, &wrong);
    }
    cJSON_Delete(json);
    wrong_tell(&wrong, finding, "CP-05", "every control plane synced in the last 20 minutes",
               "GET .../clusters/NAME of the active (state.lastSyncTime)",
               "see that control plane's edge: what is lost now will not come back by a failover");
    return true;
}

bool check_cp_inventory(Examination *e, Finding *finding, Error *err)
{
    const Operation *operation = e->operation;
    Wrong wrong = {0};
    cJSON *json = NULL;
    int known;

    if (!see_clusters(e, &json, err))
        return false;
    for (size_t i = 0; i < operation->control_plane_count; i++) {
        const char *name = operation->control_planes[i].spec->name;

        if (!cluster_of(json, name))
            wrong_add(&wrong, "the active knows no cluster %.100s", name);
    }
    known = cJSON_GetArraySize(json_find(json, "clusters"));
    if ((size_t)known != operation->control_plane_count)
        wrong_add(&wrong, "the active knows %d clusters, the environment file names %zu", known,
                  operation->control_plane_count);
    cJSON_Delete(json);
    wrong_tell(
        &wrong, finding, "CP-15", "the same clusters in the environment file and in TSB",
        "GET .../clusters of the active",
        "complete the environment file: a cluster that it does not name is not looked after");
    return true;
}
