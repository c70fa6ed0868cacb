/*
 * engine/steps/verify.c - the new active proves that it serves what the old one served, before any name points to it.
 *
 * Source: domain.md FO7, V3, X14; F-401, F-402, F-404 to F-407, F-409. It is asked at its load balancer's address with its
 * permanent name for SNI, Host and certificate, since neither name may point there yet.
 */
#include <stdio.h>
#include <string.h>

#include "engine/observations.h"
#include "engine/steps/steps.h"

enum { STREAK = 3 };

static const char *const LISTS[] = {"tenants", "clusters", "workspacesOf"};

/* The first thing that the old inventory has and the new one has not. */
static bool find_missing(const cJSON *before, const cJSON *after, char *out_text, size_t room)
{
    const cJSON *name, *other;

    cJSON_ArrayForEach(name, before)
    {
        bool is_there = false;

        cJSON_ArrayForEach(other, after)
        {
            if (cJSON_IsString(name) && strcmp(name->valuestring, other->valuestring) == 0)
                is_there = true;
        }
        if (cJSON_IsString(name) && !is_there) {
            snprintf(out_text, room, "%.120s", name->valuestring);
            return true;
        }
    }
    return false;
}

static bool find_difference(const cJSON *before, const cJSON *after, char *out_text, size_t room)
{
    const cJSON *tenant;
    char name[130];

    for (size_t i = 0; i < 2; i++) {
        if (find_missing(json_find(before, LISTS[i]), json_find(after, LISTS[i]), name,
                         sizeof name)) {
            snprintf(out_text, room, "%s \"%s\" is missing", LISTS[i], name);
            return true;
        }
    }
    cJSON_ArrayForEach(tenant, json_find(before, LISTS[2]))
    {
        const cJSON *now =
            cJSON_GetObjectItemCaseSensitive(json_find(after, LISTS[2]), tenant->string);

        if (find_missing(tenant, now, name, sizeof name)) {
            snprintf(out_text, room, "workspace \"%s\" of tenant \"%.60s\" is missing", name,
                     tenant->string);
            return true;
        }
    }
    return false;
}

/* Without a record of the old active: at least the clusters that the environment names have to be known. */
static bool find_unknown(const Operation *operation, const cJSON *inventory, char *out_text,
                         size_t room)
{
    cJSON *names = cJSON_CreateArray();
    char name[130];
    bool is_missing;

    for (size_t i = 0; i < operation->control_plane_count; i++)
        cJSON_AddItemToArray(names,
                             cJSON_CreateStringReference(operation->control_planes[i].spec->name));
    is_missing = find_missing(names, json_find(inventory, "clusters"), name, sizeof name);
    cJSON_Delete(names);
    if (is_missing)
        snprintf(out_text, room, "cluster \"%s\" is missing", name);
    return is_missing;
}

static void compare(Operation *operation, const cJSON *inventory, Observation *out)
{
    const cJSON *recorded = json_find(operation->record, "recorded/inventory");
    bool is_empty = cJSON_GetArraySize(json_find(inventory, "clusters")) == 0 &&
                    (cJSON_GetArraySize(json_find(recorded, "clusters")) > 0 ||
                     operation->control_plane_count > 0);
    char text[240];

    if (is_empty)
        observe_failed(
            out, REACT_STOP, "F-401", "the configuration of the old active",
            "the new active's database is empty", "GET /v2/organizations/ORG/clusters",
            "no name was changed: restore a backup into it, or promote a better replica");
    else if (recorded ? find_difference(recorded, inventory, text, sizeof text)
                      : find_unknown(operation, inventory, text, sizeof text))
        observe_failed(out, REACT_STOP, "F-402", "everything that the old active had", text,
                       "GET /v2/organizations/ORG/...; the journal's record.recorded.inventory",
                       "no name was changed: decide whether the loss is acceptable, then resume");
    else
        observe_holds(out, "%s serves %d tenants and %d clusters%s",
                      operation->serving->spec->permanent_name,
                      cJSON_GetArraySize(json_find(inventory, "tenants")),
                      cJSON_GetArraySize(json_find(inventory, "clusters")),
                      recorded ? ", as before" : "; what the old active had is not known");
}

static void observe_unhealthy(Operation *operation, int status, Observation *out)
{
    bool is_login = status == 401 || status == 403;

    observe_waiting(out, "%s answers %d", operation->serving->spec->permanent_name, status);
    observe_if_late(out, is_login ? "F-407" : "F-409", "three healthy answers in a row",
                    "GET of /v2/organizations/ORG/status at the load balancer's address",
                    is_login
                        ? "no name was changed: the standby's admin-credentials differ from the "
                          "active's; correct them, then `understudy resume`"
                        : "no name was changed: see the logs of iam and tsb, repair, then "
                          "`understudy resume`");
}

/* One healthy answer more, or the streak starts over: a flapping API is not accepted (F-409). */
static bool is_healthy(Operation *operation, const char *ip, Observation *out)
{
    int64_t streak = json_integer_or(operation->record, "verify/streak", 0);
    char path[160];
    int status;
    Error why = {0};

    snprintf(path, sizeof path, "/v2/organizations/%s/status",
             operation->environment->organization);
    if (!see_front(operation, operation->serving, ip, path, &status, NULL, &why)) {
        json_put_integer(operation->record, "verify/streak", 0);
        observe_error(out, &why);
        observe_if_late(out, "F-320", "an API that answers with the permanent name's certificate",
                        "GET of that path at the load balancer's address",
                        "no name was changed: see tsb-certs and the front envoy's log, repair, "
                        "then `understudy resume`");
        return false;
    }
    if (status != 200) {
        json_put_integer(operation->record, "verify/streak", 0);
        observe_unhealthy(operation, status, out);
        return false;
    }
    json_put_integer(operation->record, "verify/streak", streak + 1);
    if (streak + 1 < STREAK)
        observe_waiting(out, "%s is healthy, %lld of %d times in a row",
                        operation->serving->spec->permanent_name, (long long)streak + 1, STREAK);
    return streak + 1 >= STREAK;
}

/* TSB serves without its history: nothing waits for it (F-319, F-817). */
static void warn_of_elastic(Operation *operation)
{
    ElasticView view;
    Error why = {0};

    if (!operation->environment->elastic.url)
        return;
    if (!see_elastic(operation, &view, &why))
        operation_warn(operation, "F-319",
                       "%s: TSB serves without metrics and traces until it can be reached",
                       why.message);
    else if (strcmp(view.health, "red") == 0)
        operation_warn(operation, "F-319",
                       "Elasticsearch says that its health is red: metrics "
                       "and traces are incomplete until it is mended");
    else if (view.shards == 0)
        operation_warn(operation, "F-817",
                       "Elasticsearch is empty: TSB has no history of metrics and traces");
}

static void observe_verify(Operation *operation, Observation *out)
{
    char address[256], ip[64];
    cJSON *inventory = NULL;
    Error why = {0};

    if (!see_load_balancer(operation->serving, address, &why) ||
        !see_ip(operation, address, ip, &why)) {
        observe_error(out, &why);
        return;
    }
    if (!is_healthy(operation, ip, out))
        return;
    if (!see_inventory(operation, operation->serving, ip, &inventory, &why)) {
        observe_error(out, &why);
        return;
    }
    compare(operation, inventory, out);
    if (out->state == STEP_HOLDS)
        json_put_integer(operation->record, "verify/streak", 0); /* who resumes counts anew */
    cJSON_Delete(inventory);
    if (out->state == STEP_HOLDS)
        warn_of_elastic(operation);
}

static int64_t deadline(const Operation *operation)
{
    return operation->environment->policies.verify_ms;
}

const Step STEP_VERIFY = {
    .id = "FO7",
    .name = "verify",
    .phase = "verify",
    .why = "no name may point to a plane that has not proved itself",
    .never = "ask through a name: it may still reach the old plane and look healthy",
    .observe = observe_verify,
    .deadline_ms = deadline,
    .on_deadline = REACT_STOP,
    .remedy =
        "no name was changed: see the logs of envoy, iam and tsb, repair, then `understudy resume`",
    .is_once = true,
    .proof_for = &STEP_FLOATING_DNS,
};
