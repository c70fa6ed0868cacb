/*
 * engine/steps/record.c - writes down what an undo restores and what the new active is compared with.
 *
 * Source: domain.md FO1, V6: rollback restores the recorded counts and spec exactly.
 */
#include <stdio.h>
#include <string.h>

#include "engine/observations.h"
#include "engine/steps/steps.h"

static const char *const FENCED[] = {"tsb", "iam", "envoy"};

static void observe_record(Operation *operation, Observation *out)
{
    if (json_has(operation->record, "recorded"))
        observe_holds(out, "replicas, resources, names and inventory are in the journal");
    else
        observe_pending(out, "not recorded yet");
}

static bool put_replicas(const Plane *plane, cJSON *replicas, Error *err)
{
    for (size_t i = 0; i < sizeof FENCED / sizeof *FENCED; i++) {
        DeploymentView view;

        if (!see_deployment(plane, FENCED[i], &view, err))
            return false;
        if (view.exists)
            json_put_integer(replicas, FENCED[i], view.wanted);
    }
    return true;
}

static bool record_replicas(Operation *operation, cJSON *recorded, Error *err)
{
    cJSON *replicas = cJSON_CreateObject();

    json_put(recorded, "replicas", replicas);
    return put_replicas(operation->active, replicas, err);
}

static bool record_spec(const Plane *plane, cJSON *recorded, const char *key, Error *err)
{
    cJSON *object = NULL;
    const cJSON *availability;
    Error why = {0};

    if (!see_management_plane(plane, &object, &why))
        return why.code == ERR_NOT_FOUND || error_set(err, why.code, "%s", why.message);
    availability = json_find(object, "spec/highAvailability");
    json_put(recorded, key,
             availability ? cJSON_Duplicate(availability, true) : cJSON_CreateObject());
    cJSON_Delete(object);
    return true;
}

/* The operation that kubegres of the standby did in an earlier life: it is not the one that we will wait for. */
static bool record_promotion(const Plane *plane, cJSON *recorded, Error *err)
{
    KubePath path = {.resource = "kubegres.reactive-tech.io/v1/kubegres",
                     .ns = plane->spec->ns,
                     .name = "tsb-postgres"};
    cJSON *object = NULL;
    const cJSON *last;
    Error why = {0};

    if (!kube_client_get(plane->kube, &path, &object, &why))
        return why.code == ERR_NOT_FOUND || error_set(err, why.code, "%s", why.message);
    last = json_find(object, "status/previousBlockingOperation");
    if (last)
        json_put(recorded, "lastPromotion", cJSON_Duplicate(last, true));
    cJSON_Delete(object);
    return true;
}

static bool record_name(Operation *operation, cJSON *recorded, const char *key, const char *name,
                        Error *err)
{
    DnsAnswer answer;
    cJSON *node = cJSON_CreateObject();

    json_put(recorded, key, node);
    if (!dns_ask(operation->dns, &operation->environment->dns.servers[0], name, DNS_RECORD_A,
                 &answer, err))
        return false;
    json_put_string(node, "name", name);
    json_put_string(node, "cname", answer.cname);
    json_put_integer(node, "ttl", answer.cname[0] ? answer.cname_ttl_s : answer.ttl_s);
    json_put_string(node, "address", answer.count ? answer.values[0] : "");
    return true;
}

static bool record_front(Operation *operation, cJSON *recorded, Error *err)
{
    char address[256], ip[64];
    cJSON *inventory = NULL;

    if (!see_load_balancer(operation->active, address, err) ||
        !see_ip(operation, address, ip, err) ||
        !see_inventory(operation, operation->active, ip, &inventory, err))
        return false;
    json_put_string(recorded, "activeAddress", address);
    json_put_string(recorded, "activeIP", ip);
    json_put(recorded, "inventory", inventory);
    return true;
}

static bool record_active(Operation *operation, cJSON *recorded, Error *err)
{
    return record_replicas(operation, recorded, err) &&
           record_spec(operation->active, recorded, "activeSpec", err) &&
           record_front(operation, recorded, err);
}

/* Of a standby that is fed by restoring: how it was fed, and what of it was up. */
static bool record_feed(Operation *operation, cJSON *recorded, Error *err)
{
    CronJobView restore;
    cJSON *replicas = cJSON_CreateObject();

    json_put(recorded, "standbyReplicas", replicas);
    if (!see_cronjob(operation->standby, operation->environment->standby.restore_cronjob, &restore,
                     err) ||
        !put_replicas(operation->standby, replicas, err))
        return false;
    json_put_bool(recorded, "restoreSuspended", restore.is_suspended);
    return true;
}

/* Of an active that is lost or ill, what can be had: at least where it was. */
static bool record_lost(Operation *operation, cJSON *recorded, Error *err)
{
    char ip[64];

    if (see_ip(operation, operation->active->spec->permanent_name, ip, NULL))
        json_put_string(recorded, "activeIP", ip);
    if (operation->active->is_out_of_reach)
        return true;
    if (!record_replicas(operation, recorded, err) ||
        !record_spec(operation->active, recorded, "activeSpec", err))
        return false;
    if (!record_front(operation, recorded, NULL))
        operation_warn(operation, "F-402", "%s cannot tell what it has: nothing to compare with",
                       operation->active->spec->name);
    return true;
}

static bool record(Operation *operation, Error *err)
{
    const Environment *environment = operation->environment;
    cJSON *recorded = cJSON_CreateObject();

    if (!(operation->is_unplanned ? record_lost : record_active)(operation, recorded, err) ||
        !record_spec(operation->standby, recorded, "standbySpec", err) ||
        !record_promotion(operation->standby, recorded, err) ||
        (environment->standby.is_fed_by_restore && !record_feed(operation, recorded, err)) ||
        !record_name(operation, recorded, "floating", environment->floating_name, err)) {
        cJSON_Delete(recorded);
        return false;
    }
    json_put(operation->record, "recorded", recorded);
    return true;
}

static int64_t deadline(const Operation *operation)
{
    (void)operation;
    return 60000;
}

const Step STEP_RECORD = {
    .id = "FO1",
    .name = "record",
    .why = "what is not written down before the change cannot be put back after it",
    .never = "change anything but the journal",
    .observe = observe_record,
    .act = record,
    .deadline_ms = deadline,
    .on_deadline = REACT_REFUSE,
    .remedy =
        "the active plane has to answer for its inventory; otherwise this is an unplanned failover",
    .is_once = true,
};
