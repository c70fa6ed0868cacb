/*
 * sim/controllers/deployments.c - Deployments: a ReplicaSet for each template they had, and pods moved from the old to the new.
 *
 * All goes well: a new template makes a new ReplicaSet; it grows by what maxSurge allows and the old ones shrink by what maxUnavailable
 * allows, look by look, as pods get ready. What is asked for is one thing (observedGeneration, replicas), what is there another, so that
 * for a moment the status is of a Deployment that is gone. Goes wrong: nothing gets ready for progressDeadlineSeconds.
 * Source: kubernetes.md fact 39, recordings 11-deployment_flow and 16-rollout; apps/v1 types for the meaning of the fields.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "sim/controllers/controllers.h"
#include "sim/objects.h"

static const char REVISION[] = "deployment.kubernetes.io/revision";
static const char DESIRED[] = "deployment.kubernetes.io/desired-replicas";
static const char MAX[] = "deployment.kubernetes.io/max-replicas";
static const char HASH[] = "pod-template-hash";

typedef struct {
    Controllers *set;
    Controller *controller;
} Deployments;

/* One look at one Deployment. */
typedef struct {
    Deployments *self;
    const cJSON *deployment;
    char ns[64], name[256], new_name[280];
    char hash[16]; /* of its template */
    Objects sets;
    const cJSON *new_set; /* of sets; NULL: not made yet */
    int wanted, surge, unavailable;
    bool is_recreated;
} Look;

/* ---- reading ----------------------------------------------------------------------------------------------------------------------- */

static const char *annotation(const cJSON *object, const char *key)
{
    const cJSON *value =
        cJSON_GetObjectItemCaseSensitive(json_find(object, "metadata/annotations"), key);

    return cJSON_IsString(value) ? value->valuestring : "";
}

static int revision_of(const cJSON *set)
{
    return atoi(annotation(set, REVISION));
}

/* "25%" of the wanted pods, or a number. */
static int portion(const Look *look, const char *path, bool rounds_up)
{
    const cJSON *value = json_find(look->deployment, path);
    int percent = 25;

    if (cJSON_IsNumber(value))
        return value->valueint;
    if (cJSON_IsString(value))
        percent = atoi(value->valuestring);
    return (look->wanted * percent + (rounds_up ? 99 : 0)) / 100;
}

static int spec_replicas(const cJSON *set)
{
    return (int)json_integer_or(set, "spec/replicas", 1);
}

static int counter(const cJSON *set, const char *key)
{
    char path[48];

    snprintf(path, sizeof path, "status/%s", key);
    return (int)json_integer_or(set, path, 0);
}

static int sum_of(const Look *look, const char *key)
{
    int sum = 0;

    for (int i = 0; i < look->sets.count; i++)
        sum += key ? counter(look->sets.items[i], key) : spec_replicas(look->sets.items[i]);
    return sum;
}

static bool has_template(const cJSON *set, const cJSON *deployment)
{
    cJSON *template = cJSON_Duplicate(json_find(set, "spec/template"), true);
    bool is_same;

    cJSON_DeleteItemFromObjectCaseSensitive(json_find(template, "metadata/labels"), HASH);
    is_same = json_equal(template, json_find(deployment, "spec/template"));
    cJSON_Delete(template);
    return is_same;
}

static const char *hash_of(const cJSON *set)
{
    const cJSON *label = cJSON_GetObjectItemCaseSensitive(json_find(set, "metadata/labels"), HASH);

    return cJSON_IsString(label) ? label->valuestring : "";
}

static void read_sets(Look *look, bool is_first)
{
    Controller *controller = look->self->controller;

    objects_release(&look->sets);
    look->sets = is_first ? objects_claimed(controller, "replicasets", look->deployment)
                          : objects_controlled(controller, "replicasets", look->deployment);
    look->new_set = NULL;
    for (int i = 0; i < look->sets.count && !look->new_set; i++)
        if (strcmp(hash_of(look->sets.items[i]), look->hash) == 0)
            look->new_set = look->sets.items[i];
    /* One that was made otherwise, or of a hash that came twice: compared key by key, which costs. */
    for (int i = 0; i < look->sets.count && !look->new_set; i++)
        if (has_template(look->sets.items[i], look->deployment))
            look->new_set = look->sets.items[i];
    if (look->new_set)
        snprintf(look->new_name, sizeof look->new_name, "%s", fact_name(look->new_set));
}

static bool begin(Look *look, Deployments *self, const char *ns, const char *name)
{
    *look = (Look){.self = self};
    look->deployment = controller_read(self->controller, "deployments", ns, name);
    if (!look->deployment)
        return false;
    snprintf(look->ns, sizeof look->ns, "%s", ns);
    snprintf(look->name, sizeof look->name, "%s", name);
    look->wanted = (int)json_integer_or(look->deployment, "spec/replicas", 1);
    look->is_recreated =
        strcmp(json_string_or(look->deployment, "spec/strategy/type", ""), "Recreate") == 0;
    if (!look->is_recreated) {
        look->surge = portion(look, "spec/strategy/rollingUpdate/maxSurge", true);
        look->unavailable = portion(look, "spec/strategy/rollingUpdate/maxUnavailable", false);
        if (look->surge == 0 && look->unavailable == 0)
            look->unavailable = 1;
    }
    fact_hash_text(fact_hash(json_find(look->deployment, "spec/template")) +
                       (uint32_t)counter(look->deployment, "collisionCount"),
                   look->hash);
    read_sets(look, true);
    return true;
}

/* What it wrote has changed what there is. */
static bool read_again(Look *look)
{
    look->deployment = controller_read(look->self->controller, "deployments", look->ns, look->name);
    if (look->deployment)
        read_sets(look, false);
    return look->deployment != NULL;
}

/* ---- ReplicaSets ------------------------------------------------------------------------------------------------------------------- */

static void scale(Look *look, const cJSON *set, int replicas)
{
    Controller *controller = look->self->controller;
    int before = spec_replicas(set);
    char name[280], wanted[16], max[16];
    cJSON *patch;

    snprintf(wanted, sizeof wanted, "%d", look->wanted);
    snprintf(max, sizeof max, "%d", look->wanted ? look->wanted + look->surge : 0);
    if (before == replicas && strcmp(annotation(set, DESIRED), wanted) == 0 &&
        strcmp(annotation(set, MAX), max) == 0)
        return;
    snprintf(name, sizeof name, "%s", fact_name(set));
    patch = object_format("{'metadata':{'annotations':{}},'spec':{'replicas':%d}}", replicas);
    cJSON_AddStringToObject(json_find(patch, "metadata/annotations"), DESIRED, wanted);
    cJSON_AddStringToObject(json_find(patch, "metadata/annotations"), MAX, max);
    if (controller_merge(controller, "replicasets", look->ns, name, patch) && before != replicas)
        controller_event(controller, look->deployment, "Normal", "ScalingReplicaSet",
                         "Scaled %s replica set %s from %d to %d",
                         replicas > before ? "up" : "down", name, before, replicas);
}

/* How many pods the new ReplicaSet may have now. */
static int room_for_new(const Look *look)
{
    int have = look->new_set ? spec_replicas(look->new_set) : 0;
    int others = sum_of(look, NULL) - have, most = look->wanted + look->surge - others - have;

    if (look->is_recreated)
        return look->wanted;
    if (have > look->wanted)
        return look->wanted;
    if (most <= 0)
        return have;
    return have + most < look->wanted ? have + most : look->wanted;
}

static int latest_revision(const Look *look)
{
    int latest = 0;

    for (int i = 0; i < look->sets.count; i++)
        if (look->sets.items[i] != look->new_set && revision_of(look->sets.items[i]) > latest)
            latest = revision_of(look->sets.items[i]);
    return latest;
}

static cJSON *new_set_of(Look *look, int revision, int replicas)
{
    const cJSON *template = json_find(look->deployment, "spec/template");
    cJSON *set = cJSON_CreateObject(), *metadata = cJSON_AddObjectToObject(set, "metadata");
    cJSON *annotations, *selector;
    char text[16];

    snprintf(look->new_name, sizeof look->new_name, "%s-%s", look->name, look->hash);
    cJSON_AddStringToObject(metadata, "name", look->new_name);
    cJSON_AddItemToObject(metadata, "labels",
                          cJSON_Duplicate(json_find(template, "metadata/labels"), true));
    json_put_string(metadata, "labels/pod-template-hash", look->hash);
    annotations = cJSON_AddObjectToObject(metadata, "annotations");
    snprintf(text, sizeof text, "%d", look->wanted);
    cJSON_AddStringToObject(annotations, DESIRED, text);
    snprintf(text, sizeof text, "%d", look->wanted ? look->wanted + look->surge : 0);
    cJSON_AddStringToObject(annotations, MAX, text);
    snprintf(text, sizeof text, "%d", revision);
    cJSON_AddStringToObject(annotations, REVISION, text);
    cJSON_AddItemToObject(metadata, "ownerReferences", fact_references(look->deployment));
    json_put_integer(set, "spec/replicas", replicas);
    selector = cJSON_Duplicate(json_find(look->deployment, "spec/selector"), true);
    json_put_string(selector, "matchLabels/pod-template-hash", look->hash);
    json_put(set, "spec/selector", selector);
    json_put(set, "spec/template", cJSON_Duplicate(template, true));
    json_put_string(set, "spec/template/metadata/labels/pod-template-hash", look->hash);
    return set;
}

static cJSON *revision_annotation(int revision)
{
    cJSON *annotations = cJSON_CreateObject();
    char text[16];

    snprintf(text, sizeof text, "%d", revision);
    cJSON_AddStringToObject(annotations, REVISION, text);
    return annotations;
}

static void note_new_set(Look *look, int revision)
{
    cJSON *status = cJSON_CreateObject();
    const cJSON *old = json_find(look->deployment, "status/conditions");
    cJSON *conditions = old ? cJSON_Duplicate(old, true) : cJSON_CreateArray();
    char *message = memory_format("Created new replica set \"%s\"", look->new_name);

    fact_put_condition(conditions, &(Condition){"Progressing", "True", "NewReplicaSetCreated",
                                                message, true, false});
    cJSON_AddItemToObject(status, "conditions", conditions);
    controller_status_and(look->self->controller, "deployments", look->ns, look->name, status,
                          revision_annotation(revision));
    free(message);
}

/* Another ReplicaSet of that name is a hash that came twice: the next look takes another. */
static void note_collision(Look *look)
{
    if (controller_read(look->self->controller, "replicasets", look->ns, look->new_name))
        controller_status(look->self->controller, "deployments", look->ns, look->name,
                          object_format("{'collisionCount':%d}",
                                        counter(look->deployment, "collisionCount") + 1));
}

static void make_new_set(Look *look)
{
    Controller *controller = look->self->controller;
    int replicas = room_for_new(look), revision = latest_revision(look) + 1;

    if (!controller_create(controller, "replicasets", look->ns,
                           new_set_of(look, revision, replicas))) {
        note_collision(look);
        return;
    }
    if (replicas > 0)
        controller_event(controller, look->deployment, "Normal", "ScalingReplicaSet",
                         "Scaled up replica set %s from 0 to %d", look->new_name, replicas);
    if (!look->self->set->is_adopting)
        note_new_set(look, revision);
}

/* A template that was there before (rollout undo) gets the highest revision again. */
static void renew_revision(Look *look)
{
    int latest = latest_revision(look);
    cJSON *patch;

    if (revision_of(look->new_set) > latest)
        return;
    patch = cJSON_CreateObject();
    json_put(patch, "metadata/annotations", revision_annotation(latest + 1));
    controller_merge(look->self->controller, "replicasets", look->ns, look->new_name, patch);
}

/* ---- rolling ----------------------------------------------------------------------------------------------------------------------- */

static int old_replicas(const Look *look)
{
    return sum_of(look, NULL) - (look->new_set ? spec_replicas(look->new_set) : 0);
}

/* Takes up to most pods from old ReplicaSets: with is_unhealthy only such as are not available. Returns how many. */
static int shrink_old(Look *look, int most, bool is_unhealthy)
{
    int taken = 0;

    for (int i = 0; i < look->sets.count && taken < most; i++) {
        const cJSON *set = look->sets.items[i];
        int have = spec_replicas(set), can = have;

        if (set == look->new_set || have == 0)
            continue;
        if (is_unhealthy)
            can = have - counter(set, "availableReplicas");
        if (can > most - taken)
            can = most - taken;
        if (can <= 0)
            continue;
        scale(look, set, have - can);
        taken += can;
    }
    return taken;
}

static void roll_old(Look *look)
{
    int new_unavailable =
        spec_replicas(look->new_set) - counter(look->new_set, "availableReplicas");
    int least = look->wanted - look->unavailable;
    int most = sum_of(look, NULL) - least - new_unavailable;
    int available = sum_of(look, "availableReplicas");

    if (old_replicas(look) == 0 || most <= 0)
        return;
    if (shrink_old(look, most, true) > 0 && !read_again(look))
        return;
    if (available > least)
        shrink_old(look, available - least, false);
}

static bool old_pods_run(const Look *look)
{
    bool run = false;

    for (int i = 0; i < look->sets.count && !run; i++)
        if (look->sets.items[i] != look->new_set) {
            Objects pods = objects_controlled(look->self->controller, "pods", look->sets.items[i]);

            for (int k = 0; k < pods.count; k++)
                run |= !fact_pod_is_over(pods.items[k]);
            objects_release(&pods);
        }
    return run;
}

/* Recreate: none of the new as long as one of the old is there. False: not yet. */
static bool has_cleared(Look *look)
{
    if (old_replicas(look) > 0) {
        shrink_old(look, old_replicas(look), false);
        return false;
    }
    return !old_pods_run(look);
}

static void roll(Look *look)
{
    int room;

    if (look->is_recreated && !has_cleared(look)) {
        controller_after(look->self->controller, look->ns, look->name, 1000);
        return;
    }
    if (!look->new_set)
        make_new_set(look);
    else
        renew_revision(look);
    if (!read_again(look) || !look->new_set)
        return;
    room = room_for_new(look);
    scale(look, look->new_set, room);
    if (!look->is_recreated && read_again(look) && look->new_set)
        roll_old(look);
}

/* While it is paused, or goes, the template waits; replicas do not. */
static void only_scale(Look *look)
{
    const cJSON *active = look->new_set;

    for (int i = 0; i < look->sets.count; i++)
        if (spec_replicas(look->sets.items[i]) > 0)
            active = look->sets.items[i];
    if (active && old_replicas(look) <= spec_replicas(active))
        scale(look, active, look->wanted);
}

/* ---- status ------------------------------------------------------------------------------------------------------------------------ */

static void put_counter(cJSON *status, const char *key, int value)
{
    if (value > 0)
        cJSON_AddNumberToObject(status, key, value);
    else
        cJSON_AddNullToObject(status, key);
}

static void put_available(const Look *look, cJSON *conditions)
{
    bool is_available = sum_of(look, "availableReplicas") >= look->wanted - look->unavailable;

    fact_put_condition(conditions,
                       &(Condition){"Available", is_available ? "True" : "False",
                                    is_available ? "MinimumReplicasAvailable"
                                                 : "MinimumReplicasUnavailable",
                                    is_available ? "Deployment has minimum availability."
                                                 : "Deployment does not have minimum availability.",
                                    true, false});
}

static bool is_complete(const Look *look)
{
    return look->new_set && counter(look->new_set, "replicas") == look->wanted &&
           sum_of(look, "replicas") == look->wanted &&
           sum_of(look, "availableReplicas") == look->wanted;
}

/* More of the new, fewer of the old, or more that are ready than when the status was written last. */
static bool has_progressed(const Look *look)
{
    const cJSON *last = look->deployment;
    int updated = look->new_set ? counter(look->new_set, "replicas") : 0;

    return updated > counter(last, "updatedReplicas") ||
           sum_of(look, "replicas") - updated <
               counter(last, "replicas") - counter(last, "updatedReplicas") ||
           sum_of(look, "readyReplicas") > counter(last, "readyReplicas") ||
           sum_of(look, "availableReplicas") > counter(last, "availableReplicas");
}

static bool is_overdue(const Look *look, const cJSON *progressing)
{
    int64_t since_ms = 0,
            deadline_s = json_integer_or(look->deployment, "spec/progressDeadlineSeconds", 600);

    if (!clock_parse(json_string_or(progressing, "lastUpdateTime", ""), &since_ms))
        return false;
    if (clock_wall_ms() - since_ms >= deadline_s * 1000)
        return true;
    controller_after(look->self->controller, look->ns, look->name,
                     since_ms + deadline_s * 1000 - clock_wall_ms());
    return false;
}

static void put_progressing(const Look *look, cJSON *conditions)
{
    const cJSON *progressing = fact_condition(look->deployment, "Progressing");
    const char *reason = json_string_or(progressing, "reason", "");
    char message[360];
    int updated = look->new_set ? counter(look->new_set, "replicas") : 0;
    bool is_done =
        sum_of(look, "replicas") == updated && strcmp(reason, "NewReplicaSetAvailable") == 0;

    if (is_done)
        return;
    if (is_complete(look)) {
        snprintf(message, sizeof message, "ReplicaSet \"%s\" has successfully progressed.",
                 look->new_name);
        fact_put_condition(conditions, &(Condition){"Progressing", "True", "NewReplicaSetAvailable",
                                                    message, true, false});
    } else if (has_progressed(look)) {
        snprintf(message, sizeof message, "ReplicaSet \"%s\" is progressing.", look->new_name);
        fact_put_condition(conditions, &(Condition){"Progressing", "True", "ReplicaSetUpdated",
                                                    message, true, true});
    } else if (strcmp(reason, "ProgressDeadlineExceeded") != 0 && is_overdue(look, progressing)) {
        snprintf(message, sizeof message, "ReplicaSet \"%s\" has timed out progressing.",
                 look->new_name);
        fact_put_condition(conditions,
                           &(Condition){"Progressing", "False", "ProgressDeadlineExceeded", message,
                                        true, false});
    }
}

static void write_status(Look *look)
{
    cJSON *status = cJSON_CreateObject();
    const cJSON *old = json_find(look->deployment, "status/conditions");
    cJSON *conditions = old ? cJSON_Duplicate(old, true) : cJSON_CreateArray();
    int available = sum_of(look, "availableReplicas");

    json_put_integer(status, "observedGeneration",
                     json_integer_or(look->deployment, "metadata/generation", 1));
    put_counter(status, "replicas", sum_of(look, "replicas"));
    put_counter(status, "updatedReplicas", look->new_set ? counter(look->new_set, "replicas") : 0);
    put_counter(status, "readyReplicas", sum_of(look, "readyReplicas"));
    put_counter(status, "availableReplicas", available);
    put_counter(status, "unavailableReplicas", sum_of(look, NULL) - available);
    put_available(look, conditions);
    if (!json_bool_or(look->deployment, "spec/paused", false))
        put_progressing(look, conditions);
    cJSON_AddItemToObject(status, "conditions", conditions);
    controller_status_and(look->self->controller, "deployments", look->ns, look->name, status,
                          look->new_set ? revision_annotation(revision_of(look->new_set)) : NULL);
}

/* Of the old ReplicaSets with no pods only the last few are kept, for rollout undo. */
static void clean_up(Look *look)
{
    int limit = (int)json_integer_or(look->deployment, "spec/revisionHistoryLimit", 10);
    int surplus = look->sets.count - 1 - limit;

    for (; surplus > 0 && is_complete(look); surplus--) {
        const cJSON *oldest = NULL;
        char name[280];

        for (int i = 0; i < look->sets.count; i++) {
            const cJSON *set = look->sets.items[i];

            if (set != look->new_set && spec_replicas(set) == 0 && counter(set, "replicas") == 0 &&
                (!oldest || revision_of(set) < revision_of(oldest)))
                oldest = set;
        }
        snprintf(name, sizeof name, "%s", fact_name(oldest));
        if (!oldest || !controller_delete(look->self->controller, "replicasets", look->ns, name) ||
            !read_again(look))
            return;
    }
}

/* ---- syncing ----------------------------------------------------------------------------------------------------------------------- */

static void reconcile(void *data, const char *ns, const char *name)
{
    Deployments *self = data;
    Look look;
    int old, limit;

    if (!begin(&look, self, ns, name))
        return;
    limit = (int)json_integer_or(look.deployment, "spec/revisionHistoryLimit", 10);
    old = old_replicas(&look);
    if (json_bool_or(look.deployment, "spec/paused", false))
        only_scale(&look);
    else if (!fact_is_leaving(look.deployment))
        roll(&look);
    if (read_again(&look)) {
        if (!self->set->is_adopting || is_complete(&look))
            write_status(&look);
        if (look.new_set && old > 0 && old_replicas(&look) == 0 && look.wanted > 0)
            controllers_tell_pods(self->set, ns, name, true);
        if (look.sets.count - 1 > limit && read_again(&look))
            clean_up(&look);
    }
    objects_release(&look.sets);
}

static void on_deployment(void *data, const KubeChange *change)
{
    Deployments *self = data;

    if (change->type == KUBE_DELETED ||
        (change->type == KUBE_MODIFIED &&
         json_integer_or(change->previous, "metadata/generation", 0) ==
             json_integer_or(change->object, "metadata/generation", 0)))
        return;
    controller_dirty_object(self->controller, change->object);
}

static void on_set(void *data, const KubeChange *change)
{
    Deployments *self = data;
    const char *owner = fact_controller_of_kind(change->object, "Deployment");

    if (owner)
        controller_dirty(self->controller, fact_ns(change->object), owner);
}

Controller *deployment_controller_new(Controllers *set)
{
    Deployments *self = MEMORY_NEW(Deployments);

    self->set = set;
    self->controller = controllers_make(set, "deployment", reconcile, self, free);
    controller_watch(self->controller, "deployments", on_deployment);
    controller_watch(self->controller, "replicasets", on_set);
    return self->controller;
}
