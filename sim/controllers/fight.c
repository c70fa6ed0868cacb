/*
 * sim/controllers/fight.c - a controller that fights for one object.
 *
 * It remembers the object's spec, labels and annotations. Another's change starts a timer; when it fires, what differs is written
 * again, and what is gone is made again.
 */
#include "sim/controllers/fight.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "sim/controllers/facts.h"

struct Fight {
    Controller *controller;
    char *resource, *ns, *name;
    int64_t after_ms;
    cJSON *kept; /* without what the API server wrote into it */
    Timer *timer;
    int handle;
};

static void copy(cJSON *to, const cJSON *from, const char *path)
{
    const cJSON *part = json_find(from, path);

    if (part)
        json_put(to, path, cJSON_Duplicate(part, true));
}

static cJSON *bare(const cJSON *object)
{
    static const char *const PARTS[] = {"apiVersion",
                                        "kind",
                                        "metadata/name",
                                        "metadata/labels",
                                        "metadata/annotations",
                                        "spec",
                                        "data",
                                        "type",
                                        NULL};
    cJSON *kept = cJSON_CreateObject();

    for (int i = 0; PARTS[i]; i++)
        copy(kept, object, PARTS[i]);
    return kept;
}

static const cJSON *find(const Fight *fight)
{
    return kube_find(controller_options(fight->controller)->cluster, fight->resource, fight->ns,
                     fight->name);
}

static bool is_as_it_was(const Fight *fight, const cJSON *object)
{
    return json_equal(json_find(fight->kept, "spec"), json_find(object, "spec")) &&
           json_equal(json_find(fight->kept, "data"), json_find(object, "data"));
}

static void put_back(Fight *fight)
{
    const ControllerOptions *options = controller_options(fight->controller);
    cJSON *again = cJSON_Duplicate(fight->kept, true);
    bool is_gone = find(fight) == NULL;
    bool ok = is_gone ? controller_create(fight->controller, fight->resource, fight->ns, again)
                      : controller_merge(fight->controller, fight->resource, fight->ns, fight->name,
                                         again);

    if (!ok) {
        timer_start(fight->timer, fight->after_ms + 1);
        return;
    }
    world_note(options->world, options->lane, options->name, fight->resource, fight->name,
               is_gone ? "made it again" : "put it back");
    controller_show(fight->controller, is_gone ? "made again what somebody deleted"
                                               : "put back what somebody changed");
}

static void on_time(void *owner)
{
    Fight *fight = owner;
    const cJSON *object = find(fight);

    if (controller_is_crashed(fight->controller) || fact_is_leaving(object))
        timer_start(fight->timer, fight->after_ms + 1);
    else if (!object || !is_as_it_was(fight, object))
        put_back(fight);
}

static void on_change(void *owner, const KubeChange *change)
{
    Fight *fight = owner;

    if (strcmp(fact_name(change->object), fight->name) == 0 &&
        strcmp(fact_ns(change->object), fight->ns) == 0 && !timer_is_running(fight->timer) &&
        (change->type == KUBE_DELETED || !is_as_it_was(fight, change->object)))
        timer_start(fight->timer, fight->after_ms);
}

Fight *fight_new(Controller *controller, const char *resource, const char *ns, const char *name,
                 int64_t after_ms)
{
    Fight *fight = MEMORY_NEW(Fight);
    const ControllerOptions *options = controller_options(controller);

    fight->controller = controller;
    fight->resource = memory_text(resource);
    fight->ns = memory_text(ns);
    fight->name = memory_text(name);
    fight->after_ms = after_ms;
    fight->kept = bare(find(fight));
    fight->timer = timer_new(options->world->loop, on_time, fight);
    fight->handle = kube_listen(options->cluster, resource, on_change, fight);
    return fight;
}

void fight_free(Fight *fight)
{
    if (!fight)
        return;
    kube_unlisten(controller_options(fight->controller)->cluster, fight->handle);
    timer_free(fight->timer);
    cJSON_Delete(fight->kept);
    free(fight->resource);
    free(fight->ns);
    free(fight->name);
    free(fight);
}
