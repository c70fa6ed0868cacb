/*
 * sim/controllers/pods.c - what controllers do with the pods, and other objects, that are theirs.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "sim/controllers/controllers.h"
#include "sim/objects.h"

/* In a world that is being made nobody watches it get a node. */
cJSON *pod_of_template(const Controllers *set, const cJSON *owner, const cJSON *template,
                       const char *generate_name)
{
    cJSON *pod = cJSON_CreateObject(), *metadata = cJSON_AddObjectToObject(pod, "metadata");
    const cJSON *labels = json_find(template, "metadata/labels");
    const cJSON *annotations = json_find(template, "metadata/annotations");
    const cJSON *spec = json_find(template, "spec");

    cJSON_AddStringToObject(metadata, "generateName", generate_name);
    if (labels)
        cJSON_AddItemToObject(metadata, "labels", cJSON_Duplicate(labels, true));
    if (annotations)
        cJSON_AddItemToObject(metadata, "annotations", cJSON_Duplicate(annotations, true));
    cJSON_AddItemToObject(metadata, "ownerReferences", fact_references(owner));
    cJSON_AddItemToObject(pod, "spec", spec ? cJSON_Duplicate(spec, true) : cJSON_CreateObject());
    if (set->is_adopting)
        json_put_string(pod, "spec/nodeName", "node-1");
    return pod;
}

typedef struct {
    Objects objects;
    const cJSON *owner;
    bool with_orphans;
} Choice;

static void add(Objects *objects, const cJSON *object)
{
    MEMORY_GROW(objects->items, objects->count, objects->capacity);
    objects->items[objects->count++] = object;
}

static bool is_orphan_for(const cJSON *object, const cJSON *owner)
{
    return !fact_controller(object) && !fact_is_leaving(object) && !fact_is_leaving(owner) &&
           fact_selects(json_find(owner, "spec/selector"), object);
}

static bool choose(void *data, const cJSON *object)
{
    Choice *choice = data;

    if (fact_is_controlled_by(object, choice->owner) ||
        (choice->with_orphans && is_orphan_for(object, choice->owner)))
        add(&choice->objects, object);
    return true;
}

Objects objects_controlled(Controller *controller, const char *resource, const cJSON *owner)
{
    Choice choice = {.owner = owner};

    controller_each(controller, resource, fact_ns(owner), choose, &choice);
    return choice.objects;
}

/* Takes the orphan in, or lets go of one that is no longer selected; false if nothing had to be done. */
static bool claim(Controller *controller, const char *resource, const cJSON *owner,
                  const cJSON *object)
{
    char name[256];
    cJSON *patch;

    if (fact_controller(object) && fact_selects(json_find(owner, "spec/selector"), object))
        return false;
    snprintf(name, sizeof name, "%s", fact_name(object));
    patch = cJSON_CreateObject();
    json_put(patch, "metadata/ownerReferences",
             fact_controller(object) ? cJSON_CreateNull() : fact_references(owner));
    return controller_merge(controller, resource, fact_ns(owner), name, patch);
}

Objects objects_claimed(Controller *controller, const char *resource, const cJSON *owner)
{
    Choice choice = {.owner = owner, .with_orphans = true};
    bool is_changed = false;

    controller_each(controller, resource, fact_ns(owner), choose, &choice);
    for (int i = 0; i < choice.objects.count; i++)
        is_changed |= claim(controller, resource, owner, choice.objects.items[i]);
    if (!is_changed)
        return choice.objects;
    objects_release(&choice.objects);
    return objects_controlled(controller, resource, owner);
}

void objects_release(Objects *objects)
{
    free(objects->items);
    *objects = (Objects){0};
}
