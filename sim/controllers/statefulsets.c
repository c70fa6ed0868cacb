/*
 * sim/controllers/statefulsets.c - StatefulSets: pods with numbers, each with its own volumes, one after the other.
 *
 * OrderedReady: a pod is made when all before it are ready, and the last one goes first, when all the others are ready. A new template
 * replaces pods from the last to the first, down to the partition. Volumes stay when their pod goes. Those of kubegres are its own.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "sim/controllers/controllers.h"
#include "sim/objects.h"

static const char REVISION[] = "controller-revision-hash";

typedef struct {
    Controllers *set;
    Controller *controller;
} StatefulSets;

typedef struct {
    StatefulSets *self;
    const cJSON *owner;
    const char *ns, *name;
    char revision[280];
    Objects pods;
    int wanted;
    bool is_parallel;
} Look;

static int ordinal_of(const Look *look, const cJSON *pod)
{
    return atoi(fact_name(pod) + strlen(look->name) + 1);
}

static const cJSON *pod_numbered(const Look *look, int ordinal)
{
    for (int i = 0; i < look->pods.count; i++)
        if (ordinal_of(look, look->pods.items[i]) == ordinal)
            return look->pods.items[i];
    return NULL;
}

static const char *revision_of(const cJSON *pod)
{
    const cJSON *label =
        cJSON_GetObjectItemCaseSensitive(json_find(pod, "metadata/labels"), REVISION);

    return cJSON_IsString(label) ? label->valuestring : "";
}

static bool is_up(const cJSON *pod)
{
    return pod && fact_pod_is_active(pod) && fact_pod_is_ready(pod);
}

/* ---- volumes ----------------------------------------------------------------------------------------------------------------------- */

static void make_volumes(Look *look, cJSON *pod, const char *pod_name)
{
    const cJSON *template;

    cJSON_ArrayForEach(template, json_find(look->owner, "spec/volumeClaimTemplates"))
    {
        const char *volume = fact_name(template);
        char *claim = memory_format("%s-%s", volume, pod_name);
        cJSON *body = cJSON_CreateObject(), *volumes = json_find(pod, "spec/volumes");

        if (!volumes) {
            json_put(pod, "spec/volumes", cJSON_CreateArray());
            volumes = json_find(pod, "spec/volumes");
        }
        cJSON_AddItemToArray(volumes, object_format("{'name':'%s','persistentVolumeClaim':"
                                                    "{'claimName':'%s'}}",
                                                    volume, claim));
        json_put_string(body, "metadata/name", claim);
        json_put(body, "spec", cJSON_Duplicate(json_find(template, "spec"), true));
        json_put(body, "status", object_format("{'phase':'Bound'}"));
        json_put(body, "status/capacity",
                 cJSON_Duplicate(json_find(template, "spec/resources/requests"), true));
        if (controller_read(look->self->controller, "persistentvolumeclaims", look->ns, claim))
            cJSON_Delete(body);
        else
            controller_create(look->self->controller, "persistentvolumeclaims", look->ns, body);
        free(claim);
    }
}

/* ---- pods ---------------------------------------------------------------------------------------------------------------------------- */

static void start_pod(Look *look, int ordinal)
{
    cJSON *pod =
        pod_of_template(look->self->set, look->owner, json_find(look->owner, "spec/template"), "");
    cJSON *labels = json_find(pod, "metadata/labels");
    char name[280], number[16];

    snprintf(name, sizeof name, "%s-%d", look->name, ordinal);
    snprintf(number, sizeof number, "%d", ordinal);
    json_remove(pod, "metadata/generateName");
    json_put_string(pod, "metadata/name", name);
    if (!labels) {
        json_put(pod, "metadata/labels", cJSON_CreateObject());
        labels = json_find(pod, "metadata/labels");
    }
    cJSON_AddStringToObject(labels, "apps.kubernetes.io/pod-index", number);
    cJSON_AddStringToObject(labels, "statefulset.kubernetes.io/pod-name", name);
    cJSON_AddStringToObject(labels, REVISION, look->revision);
    json_put_string(pod, "spec/hostname", name);
    json_put_string(pod, "spec/subdomain", json_string_or(look->owner, "spec/serviceName", ""));
    make_volumes(look, pod, name);
    if (controller_create(look->self->controller, "pods", look->ns, pod))
        controller_event(look->self->controller, look->owner, "Normal", "SuccessfulCreate",
                         "create Pod %s in StatefulSet %s successful", name, look->name);
}

static void end_pod(Look *look, const cJSON *pod)
{
    char name[280];

    snprintf(name, sizeof name, "%s", fact_name(pod));
    if (controller_delete(look->self->controller, "pods", look->ns, name))
        controller_event(look->self->controller, look->owner, "Normal", "SuccessfulDelete",
                         "delete Pod %s in StatefulSet %s successful", name, look->name);
}

/* Makes what is missing. False: something has to get ready first. */
static bool fill(Look *look)
{
    bool is_full = true;

    for (int i = 0; i < look->wanted; i++) {
        const cJSON *pod = pod_numbered(look, i);

        if (pod && fact_pod_is_over(pod) && !fact_is_leaving(pod))
            end_pod(look, pod);
        else if (!pod)
            start_pod(look, i);
        if (is_up(pod))
            continue;
        is_full = false;
        if (!look->is_parallel)
            return false;
    }
    return is_full;
}

/* Takes away what is too much, the last one first. False: one is on its way out. */
static bool trim(Look *look)
{
    const cJSON *last = NULL;

    for (int i = 0; i < look->pods.count; i++)
        if (!last || ordinal_of(look, look->pods.items[i]) > ordinal_of(look, last))
            last = look->pods.items[i];
    if (!last || ordinal_of(look, last) < look->wanted)
        return true;
    if (!fact_is_leaving(last))
        end_pod(look, last);
    return false;
}

/* With all there: the last pod of an old template goes. */
static void renew(Look *look)
{
    int partition =
        (int)json_integer_or(look->owner, "spec/updateStrategy/rollingUpdate/partition", 0);

    if (strcmp(json_string_or(look->owner, "spec/updateStrategy/type", "RollingUpdate"),
               "OnDelete") == 0)
        return;
    for (int i = look->wanted; i-- > partition;) {
        const cJSON *pod = pod_numbered(look, i);

        if (pod && strcmp(revision_of(pod), look->revision) != 0) {
            if (!fact_is_leaving(pod))
                end_pod(look, pod);
            return;
        }
    }
}

/* ---- status ------------------------------------------------------------------------------------------------------------------------ */

static void put_counter(cJSON *status, const char *key, int value)
{
    if (value > 0)
        cJSON_AddNumberToObject(status, key, value);
    else
        cJSON_AddNullToObject(status, key);
}

static void write_status(Look *look)
{
    const char *current = json_string_or(look->owner, "status/currentRevision", look->revision);
    int ready = 0, updated = 0, of_current = 0;
    cJSON *status = cJSON_CreateObject();

    for (int i = 0; i < look->pods.count; i++) {
        const cJSON *pod = look->pods.items[i];

        ready += is_up(pod);
        updated += strcmp(revision_of(pod), look->revision) == 0;
    }
    if (updated == look->pods.count && ready == look->wanted)
        current = look->revision;
    for (int i = 0; i < look->pods.count; i++)
        of_current += strcmp(revision_of(look->pods.items[i]), current) == 0;
    json_put_integer(status, "observedGeneration",
                     json_integer_or(look->owner, "metadata/generation", 1));
    json_put_integer(status, "replicas", look->pods.count);
    put_counter(status, "readyReplicas", ready);
    put_counter(status, "currentReplicas", of_current);
    put_counter(status, "updatedReplicas", updated);
    json_put_integer(status, "availableReplicas", ready);
    json_put_string(status, "currentRevision", current);
    json_put_string(status, "updateRevision", look->revision);
    json_put_integer(status, "collisionCount", 0);
    controller_status(look->self->controller, "statefulsets", look->ns, look->name, status);
}

/* ---- syncing ----------------------------------------------------------------------------------------------------------------------- */

static void reconcile(void *data, const char *ns, const char *name)
{
    StatefulSets *self = data;
    Look look = {.self = self, .ns = ns, .name = name};
    char hash[16];

    look.owner = controller_read(self->controller, "statefulsets", ns, name);
    if (!look.owner || controllers_is_foreign(self->set, look.owner))
        return;
    fact_hash_text(fact_hash(json_find(look.owner, "spec/template")), hash);
    snprintf(look.revision, sizeof look.revision, "%.250s-%s", name, hash);
    look.wanted = (int)json_integer_or(look.owner, "spec/replicas", 1);
    look.is_parallel =
        strcmp(json_string_or(look.owner, "spec/podManagementPolicy", ""), "Parallel") == 0;
    look.pods = objects_controlled(self->controller, "pods", look.owner);
    write_status(&look);
    look.owner = controller_read(self->controller, "statefulsets", ns, name);
    if (look.owner && !fact_is_leaving(look.owner) && fill(&look) && trim(&look))
        renew(&look);
    objects_release(&look.pods);
}

static void on_set(void *data, const KubeChange *change)
{
    StatefulSets *self = data;

    if (change->type == KUBE_ADDED ||
        (change->type == KUBE_MODIFIED &&
         !json_equal(json_find(change->previous, "spec"), json_find(change->object, "spec"))))
        controller_dirty_object(self->controller, change->object);
}

static void on_pod(void *data, const KubeChange *change)
{
    StatefulSets *self = data;
    const char *owner = fact_controller_of_kind(change->object, "StatefulSet");

    if (owner && (change->type != KUBE_MODIFIED ||
                  fact_pod_counts_changed(change->previous, change->object)))
        controller_dirty(self->controller, fact_ns(change->object), owner);
}

Controller *statefulset_controller_new(Controllers *set)
{
    StatefulSets *self = MEMORY_NEW(StatefulSets);

    self->set = set;
    self->controller = controllers_make(set, "statefulset", reconcile, self, free);
    controller_watch(self->controller, "statefulsets", on_set);
    controller_watch(self->controller, "pods", on_pod);
    return self->controller;
}
