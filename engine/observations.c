/*
 * engine/observations.c - what the steps look at, each look in one place.
 */
#include "engine/observations.h"

#include <arpa/inet.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"

#define DEPLOYMENTS "apps/v1/deployments"

static void observe(Observation *out, StepState state, const char *format, va_list arguments)
{
    out->state = state;
    vsnprintf(out->text, sizeof out->text, format, arguments);
}

void observe_holds(Observation *out, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    observe(out, STEP_HOLDS, format, arguments);
    va_end(arguments);
}

void observe_pending(Observation *out, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    observe(out, STEP_PENDING, format, arguments);
    va_end(arguments);
}

void observe_waiting(Observation *out, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    observe(out, STEP_WAITING, format, arguments);
    va_end(arguments);
}

void observe_failed(Observation *out, Reaction reaction, const char *check, const char *required,
                    const char *observed, const char *evidence, const char *remedy)
{
    out->state = STEP_FAILED;
    snprintf(out->text, sizeof out->text, "%s", observed);
    finding_set(&out->finding, reaction, check, required, observed, evidence, remedy);
}

void observe_if_late(Observation *out, const char *check, const char *required,
                     const char *evidence, const char *remedy)
{
    finding_set(&out->finding, REACT_WAIT, check, required, out->text, evidence, remedy);
}

void observe_error(Observation *out, const Error *why)
{
    observe_waiting(out, "%s", why->message);
}

/* ------------------------------------------------------------------------------------------------ Kubernetes */

/* spec.selector.matchLabels as a query. */
static void write_selector(const cJSON *deployment, char *out, size_t room)
{
    size_t start = (size_t)snprintf(out, room, "labelSelector="), used = start;
    const cJSON *label;

    cJSON_ArrayForEach(label, json_find(deployment, "spec/selector/matchLabels"))
    {
        if (cJSON_IsString(label) && used < room)
            used += (size_t)snprintf(out + used, room - used, "%s%s%%3D%s",
                                     used > start ? "%2C" : "", label->string, label->valuestring);
    }
}

bool see_deployment(const Plane *plane, const char *name, DeploymentView *out, Error *err)
{
    KubePath path = {.resource = DEPLOYMENTS, .ns = plane->spec->ns, .name = name};
    cJSON *object = NULL;
    Error why = {0};

    *out = (DeploymentView){0};
    if (!kube_client_get(plane->kube, &path, &object, &why))
        return why.code == ERR_NOT_FOUND || error_set(err, why.code, "%s", why.message);
    out->exists = true;
    out->wanted = json_integer_or(object, "spec/replicas", 1);
    out->ready = json_integer_or(object, "status/readyReplicas", 0);
    out->updated = json_integer_or(object, "status/updatedReplicas", 0);
    out->total = json_integer_or(object, "status/replicas", 0);
    out->generation = json_integer_or(object, "metadata/generation", 0);
    out->observed_generation = json_integer_or(object, "status/observedGeneration", 0);
    write_selector(object, out->selector, sizeof out->selector);
    snprintf(out->image, sizeof out->image, "%s",
             json_string_or(object, "spec/template/spec/containers/0/image", "?"));
    cJSON_Delete(object);
    return true;
}

bool deployment_serves(const DeploymentView *view)
{
    return view->exists && view->wanted >= 1 && view->ready >= 1 && view->updated >= view->wanted &&
           view->observed_generation >= view->generation;
}

const char *deployment_text(const char *name, const DeploymentView *view, char *out, size_t room)
{
    if (!view->exists)
        snprintf(out, room, "deployment/%s does not exist yet", name);
    else if (view->wanted == 0)
        snprintf(out, room, "deployment/%s: scaled to 0", name);
    else
        snprintf(out, room, "deployment/%s: %lld of %lld ready, generation %lld observed %lld",
                 name, (long long)view->ready, (long long)view->wanted, (long long)view->generation,
                 (long long)view->observed_generation);
    return out;
}

bool see_pods(const Plane *plane, const DeploymentView *deployment, int64_t *out_count, Error *err)
{
    KubePath path = {.resource = "v1/pods", .ns = plane->spec->ns, .query = deployment->selector};
    cJSON *list = NULL;
    const cJSON *pod;

    *out_count = 0;
    if (!deployment->exists)
        return true;
    if (!kube_client_get(plane->kube, &path, &list, err))
        return false;
    cJSON_ArrayForEach(pod, json_find(list, "items"))
    {
        const char *phase = json_string_or(pod, "status/phase", "");

        *out_count += strcmp(phase, "Succeeded") != 0 && strcmp(phase, "Failed") != 0;
    }
    cJSON_Delete(list);
    return true;
}

bool see_endpoints(const Plane *plane, const char *name, int64_t *out_count, Error *err)
{
    KubePath path = {.resource = "v1/endpoints", .ns = plane->spec->ns, .name = name};
    cJSON *object = NULL;
    const cJSON *subset;
    Error why = {0};

    *out_count = 0;
    if (!kube_client_get(plane->kube, &path, &object, &why))
        return why.code == ERR_NOT_FOUND || error_set(err, why.code, "%s", why.message);
    cJSON_ArrayForEach(subset, json_find(object, "subsets"))
    {
        *out_count += cJSON_GetArraySize(json_find(subset, "addresses"));
    }
    cJSON_Delete(object);
    return true;
}

bool see_management_plane(const Plane *plane, cJSON **out_object, Error *err)
{
    KubePath path = {.resource = "install.tetrate.io/v1alpha1/managementplanes",
                     .ns = plane->spec->ns,
                     .name = plane->spec->resource_name};

    return kube_client_get(plane->kube, &path, out_object, err);
}

PlaneRole management_plane_role(const cJSON *object)
{
    bool is_active = json_has(object, "spec/highAvailability/active");
    bool is_standby = json_has(object, "spec/highAvailability/standby");

    if (is_active && is_standby)
        return ROLE_BOTH;
    return is_active ? ROLE_ACTIVE : is_standby ? ROLE_STANDBY : ROLE_NONE;
}

const char *management_plane_writer(const cJSON *object)
{
    const char *writer = "somebody", *latest = "";
    const cJSON *entry;

    cJSON_ArrayForEach(entry, json_find(object, "metadata/managedFields"))
    {
        const char *at = json_string_or(entry, "time", "");

        if (json_has(entry, "fieldsV1/f:spec/f:highAvailability") && strcmp(at, latest) >= 0) {
            latest = at;
            writer = json_string_or(entry, "manager", writer);
        }
    }
    return writer;
}

bool see_load_balancer(const Plane *plane, char out_address[256], Error *err)
{
    KubePath path = {.resource = "v1/services", .ns = plane->spec->ns, .name = "envoy"};
    cJSON *object = NULL;
    const cJSON *ingress;
    Error why = {0};

    out_address[0] = '\0';
    if (!kube_client_get(plane->kube, &path, &object, &why))
        return why.code == ERR_NOT_FOUND || error_set(err, why.code, "%s", why.message);
    ingress = json_find(object, "status/loadBalancer/ingress/0");
    snprintf(out_address, 256, "%s",
             json_string_or(ingress, "hostname", json_string_or(ingress, "ip", "")));
    cJSON_Delete(object);
    return true;
}

char *secret_value(const cJSON *secret, const char *key)
{
    const cJSON *node = cJSON_GetObjectItemCaseSensitive(json_find(secret, "data"), key);
    char *value = NULL;
    size_t length;

    if (!cJSON_IsString(node) || !json_base64_decode(node->valuestring, &value, &length, NULL))
        return NULL;
    return value;
}

bool see_secret(KubeClient *kube, const char *ns, const char *name, const char *key,
                char **out_value, Error *err)
{
    KubePath path = {.resource = "v1/secrets", .ns = ns, .name = name};
    cJSON *secret = NULL;

    if (!kube_client_get(kube, &path, &secret, err))
        return false;
    *out_value = secret_value(secret, key);
    cJSON_Delete(secret);
    return *out_value || error_set(err, ERR_NOT_FOUND, "%s: secret %s/%s has no data.%s",
                                   kube_client_context(kube), ns, name, key);
}

/* Part number index of a JWT, decoded and parsed; NULL if it is none. */
static cJSON *token_part(const char *token, int index)
{
    char *bytes = NULL;
    size_t length;
    cJSON *json = NULL;

    for (int i = 0; i < index && token; i++) {
        token = strchr(token, '.');
        token = token ? token + 1 : NULL;
    }
    if (!token || !json_base64url_decode(token, strcspn(token, "."), &bytes, &length, NULL))
        return NULL;
    if (!json_parse(bytes, length, &json, NULL))
        json = NULL;
    free(bytes);
    return json;
}

bool token_header(const char *token, char out_kid[80], int64_t *out_expires_ms)
{
    cJSON *header = token_part(token, 0), *claims = token_part(token, 1);
    bool ok = header && claims;

    snprintf(out_kid, 80, "%s", json_string_or(header, "kid", ""));
    *out_expires_ms = 1000 * json_integer_or(claims, "exp", 0);
    cJSON_Delete(header);
    cJSON_Delete(claims);
    return ok;
}

/* ------------------------------------------------------------------------------------------------------ edges */

static EdgeSays class_of(const char *line)
{
    static const struct {
        const char *part;
        EdgeSays says;
    } CLASSES[] = {
        {"Unauthenticated",      EDGE_SAYS_AUTH     },
        {"PermissionDenied",     EDGE_SAYS_AUTH     },
        {"x509",                 EDGE_SAYS_TLS      },
        {"certificate",          EDGE_SAYS_TLS      },
        {"no such host",         EDGE_SAYS_NETWORK  },
        {"timeout",              EDGE_SAYS_NETWORK  },
        {"connection refused",   EDGE_SAYS_NETWORK  },
        {"connection reset",     EDGE_SAYS_NETWORK  },
        {"Unavailable",          EDGE_SAYS_NETWORK  },
        {"connected to central", EDGE_SAYS_CONNECTED},
    };

    for (size_t i = 0; i < sizeof CLASSES / sizeof *CLASSES; i++) {
        if (strstr(line, CLASSES[i].part))
            return CLASSES[i].says;
    }
    return EDGE_SAYS_NOTHING;
}

/* The last line that says anything about the stream decides. */
static EdgeSays last_word(char *log, char out_line[200])
{
    EdgeSays says = EDGE_SAYS_NOTHING;
    char *rest = log, *line;

    out_line[0] = '\0';
    while ((line = strsep(&rest, "\n"))) {
        EdgeSays now = class_of(line);

        if (now == EDGE_SAYS_NOTHING)
            continue;
        says = now;
        snprintf(out_line, 200, "%.199s", line);
    }
    return says;
}

static bool read_log(const ControlPlane *site, const char *pod, int64_t since_s, char **out_log,
                     Error *err)
{
    KubePath path = {.resource = "v1/pods",
                     .ns = site->spec->ns,
                     .name = pod,
                     .subresource = "log"};
    char query[64];

    snprintf(query, sizeof query, "tailLines=20&sinceSeconds=%lld", (long long)since_s);
    path.query = query;
    return kube_client_get_text(site->kube, &path, out_log, err);
}

bool see_edge(const ControlPlane *site, int64_t since_s, EdgeSays *out_says, char out_line[200],
              Error *err)
{
    KubePath path = {.resource = "v1/pods",
                     .ns = site->spec->ns,
                     .query = "labelSelector=app%3Dedge"};
    char line[200], *log = NULL;
    cJSON *pods = NULL;
    const char *pod;
    bool ok = kube_client_get(site->kube, &path, &pods, err);

    pod = ok ? json_string_or(pods, "items/0/metadata/name", "") : "";
    if (ok && !*pod)
        ok = error_set(err, ERR_NOT_FOUND, "%s: edge has no pod", kube_client_context(site->kube));
    ok = ok && read_log(site, pod, since_s, &log, err);
    if (ok)
        *out_says = last_word(log, out_line ? out_line : line);
    free(log);
    cJSON_Delete(pods);
    return ok;
}

/* ------------------------------------------------------------------------------------------------------- DNS */

static bool is_ip(const char *text)
{
    unsigned char bytes[16];

    return inet_pton(AF_INET, text, bytes) == 1 || inet_pton(AF_INET6, text, bytes) == 1;
}

bool see_ip(Operation *operation, const char *address, char out_ip[64], Error *err)
{
    DnsAnswer answer;

    if (is_ip(address)) {
        snprintf(out_ip, 64, "%s", address);
        return true;
    }
    if (!*address)
        return error_set(err, ERR_NOT_FOUND, "the load balancer has no address yet");
    if (!dns_ask(operation->dns, &operation->environment->dns.servers[0], address, DNS_RECORD_A,
                 &answer, err))
        return false;
    if (answer.count == 0)
        return error_set(err, ERR_NOT_FOUND, "%s does not resolve yet", address);
    snprintf(out_ip, 64, "%.63s", answer.values[0]);
    return true;
}

static bool same_answer(const DnsAnswer *a, const DnsAnswer *b)
{
    if (a->count != b->count || strcmp(a->cname, b->cname) != 0)
        return false;
    for (size_t i = 0; i < a->count; i++) {
        if (strcmp(a->values[i], b->values[i]) != 0)
            return false;
    }
    return true;
}

void see_name(Operation *operation, const char *name, DnsRecordType type, NameView *out)
{
    size_t count = operation->environment->dns.server_count;
    DnsView *views = memory_new(count, sizeof *views);

    for (size_t i = 0; i < count; i++)
        views[i].server = operation->environment->dns.servers[i];
    dns_ask_all(operation->dns, views, count, name, type, count);
    *out = (NameView){.all_answer = true, .same = true, .first = views[0].answer};
    for (size_t i = 0; i < count; i++) {
        out->all_answer = out->all_answer && views[i].error.code == ERR_NONE;
        out->same = out->same && same_answer(&views[0].answer, &views[i].answer);
    }
    free(views);
}

/* ----------------------------------------------------------------------------------------------- TSB's API */

bool see_front(Operation *operation, const Plane *plane, const char *ip, const char *path,
               int *out_status, cJSON **out_json, Error *err)
{
    HttpsTrust trust = {.ca_pem = operation->front_ca_pem};
    HttpsReply reply = {0};
    char url[512];
    bool ok;

    snprintf(url, sizeof url, "https://%s:%u%s", plane->spec->permanent_name,
             operation->environment->front.port, path);
    ok = https_call(operation->https,
                    &(HttpsRequest){.method = "GET",
                                    .url = url,
                                    .connect_to = ip,
                                    .user = operation->environment->front.user,
                                    .password = operation->front_password,
                                    .trust = &trust,
                                    .timeout_ms = 10000},
                    &reply, err);
    *out_status = ok ? reply.status : 0;
    if (ok && reply.status == 200 && out_json)
        ok = json_parse(reply.body.data, reply.body.length, out_json, err);
    https_reply_release(&reply);
    return ok || error_wrap(err, "%s%s", plane->spec->permanent_name, path);
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The last part of each element's fqn, sorted. */
static cJSON *names_of(const cJSON *list)
{
    int count = cJSON_GetArraySize(list), used = 0;
    const char **names = memory_new((size_t)count + 1, sizeof *names);
    cJSON *sorted;
    const cJSON *node;

    cJSON_ArrayForEach(node, list)
    {
        const char *fqn = json_string_or(node, "fqn", "");
        const char *slash = strrchr(fqn, '/');

        names[used++] = slash ? slash + 1 : fqn;
    }
    qsort(names, (size_t)used, sizeof *names, by_text);
    sorted = cJSON_CreateStringArray(names, used);
    free(names);
    return sorted;
}

static bool add_names(Operation *operation, const Plane *plane, const char *ip, const char *path,
                      const char *key, cJSON *inventory, Error *err)
{
    cJSON *json = NULL;
    int status;

    if (!see_front(operation, plane, ip, path, &status, &json, err))
        return false;
    if (status != 200)
        return error_set(err, ERR_UNAVAILABLE, "%s: HTTP %d", path, status);
    json_put(inventory, key, names_of(json_find(json, key)));
    cJSON_Delete(json);
    return true;
}

static bool add_workspaces(Operation *operation, const Plane *plane, const char *ip,
                           cJSON *inventory, Error *err)
{
    cJSON *all = cJSON_CreateObject();
    const cJSON *tenant;

    json_put(inventory, "workspacesOf", all);
    cJSON_ArrayForEach(tenant, json_find(inventory, "tenants"))
    {
        cJSON *json = NULL;
        char path[256];
        int status;

        snprintf(path, sizeof path, "/v2/organizations/%s/tenants/%s/workspaces",
                 operation->environment->organization, tenant->valuestring);
        if (!see_front(operation, plane, ip, path, &status, &json, err))
            return false;
        cJSON_AddItemToObject(all, tenant->valuestring, names_of(json_find(json, "workspaces")));
        cJSON_Delete(json);
        if (status != 200)
            return error_set(err, ERR_UNAVAILABLE, "%s: HTTP %d", path, status);
    }
    return true;
}

bool see_inventory(Operation *operation, const Plane *plane, const char *ip, cJSON **out_inventory,
                   Error *err)
{
    cJSON *inventory = cJSON_CreateObject();
    char tenants[160], clusters[160];

    snprintf(tenants, sizeof tenants, "/v2/organizations/%s/tenants",
             operation->environment->organization);
    snprintf(clusters, sizeof clusters, "/v2/organizations/%s/clusters",
             operation->environment->organization);
    if (add_names(operation, plane, ip, tenants, "tenants", inventory, err) &&
        add_names(operation, plane, ip, clusters, "clusters", inventory, err) &&
        add_workspaces(operation, plane, ip, inventory, err)) {
        *out_inventory = inventory;
        return true;
    }
    cJSON_Delete(inventory);
    return false;
}

/* -------------------------------------------------------------------------------------------------- Postgres */

/* Only the one question that is asked over and over while a promotion is awaited. */
static bool is_in_recovery(PostgresClient *postgres, bool *out_is, Error *err)
{
    PostgresRow row;

    if (!postgres_query(postgres, "SELECT pg_is_in_recovery()", &row, err))
        return false;
    *out_is = strcmp(row.values[0], "t") == 0;
    return true;
}

bool see_promoted(Operation *operation, const Plane *plane, bool *out_is_promoted,
                  PostgresPosition *out_primary, Error *err)
{
    bool has_answer = false;
    Error why = {0};

    (void)operation;
    *out_is_promoted = false;
    for (size_t i = 0; i < plane->spec->postgres_count; i++) {
        bool is_standby = true;

        if (!is_in_recovery(plane->postgres[i], &is_standby, &why))
            continue;
        has_answer = true;
        if (is_standby)
            continue;
        *out_is_promoted = true;
        return !out_primary || postgres_position(plane->postgres[i], out_primary, err);
    }
    return has_answer || error_set(err, why.code, "no Postgres instance of %s answers: %.300s",
                                   plane->spec->name, why.message);
}
