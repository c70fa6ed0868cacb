/*
 * sim/controllers/controller.c - the queue of one controller, and what can be wrong with it.
 *
 * All goes well: a name becomes dirty, is due after the drawn delay, and is looked at once. Goes wrong: a refused write puts the name back
 * with a wait that doubles; a crashed controller leaves its queue as it is, and goes through it when it is back; one whose cache lags hears
 * of everything so much later, and does not look again at what it wrote before it sees that.
 */
#include "sim/controllers/controller.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "sim/controllers/cache.h"
#include "sim/controllers/fight.h"
#include "sim/faults/faults.h"
#include "sim/objects.h"

enum { WATCHES_MAX = 6, RETRY_MS = 1000, RETRY_DOUBLINGS = 8 };
static const Span RESTART = {1000, 3000}; /* a controller that is back lists everything first */

typedef struct {
    char *ns, *name;
    bool is_queued;
    int64_t due_ms;
    int64_t not_before_ms; /* its own last writes are in its cache then */
    uint64_t number;       /* who came first, of those that are due together */
    int failures;
} Key;

struct Controller {
    ControllerOptions options;
    Controller *next, *previous; /* of the world's */
    Random random;
    Timer *timer; /* made with the first name */
    Cache *cache;
    Fight *fight;
    Key *keys;
    int key_count, key_capacity;
    uint64_t last_number;
    int watches[WATCHES_MAX], watch_count;
    int64_t slow_ms, lag_ms;
    bool is_crashed, is_adopting;
    bool was_refused; /* the look that goes on now */
};

/* ---- the queue -------------------------------------------------------------------------------------------------------------------- */

static Key *key_find(const Controller *controller, const char *ns, const char *name)
{
    for (int i = 0; i < controller->key_count; i++)
        if (strcmp(controller->keys[i].name, name) == 0 && strcmp(controller->keys[i].ns, ns) == 0)
            return &controller->keys[i];
    return NULL;
}

static Key *key_of(Controller *controller, const char *ns, const char *name)
{
    Key *key = key_find(controller, ns, name);

    if (key)
        return key;
    MEMORY_GROW(controller->keys, controller->key_count, controller->key_capacity);
    key = &controller->keys[controller->key_count++];
    *key = (Key){.ns = memory_text(ns), .name = memory_text(name)};
    return key;
}

static void key_drop(Controller *controller, Key *key)
{
    Key gone = *key;

    *key = controller->keys[--controller->key_count];
    /* What has left the array is in it no more, which the analyzer does not see. */
    free(gone.ns);   // NOLINT(clang-analyzer-unix.Malloc)
    free(gone.name); // NOLINT(clang-analyzer-unix.Malloc)
}

/* The one that is due first; NULL: nothing waits. */
static Key *first_key(const Controller *controller)
{
    Key *first = NULL;

    for (int i = 0; i < controller->key_count; i++) {
        Key *key = &controller->keys[i];

        if (key->is_queued && (!first || key->due_ms < first->due_ms ||
                               (key->due_ms == first->due_ms && key->number < first->number)))
            first = key;
    }
    return first;
}

static void on_timer(void *owner);

static void set_timer(Controller *controller)
{
    const Key *first = first_key(controller);
    int64_t wait_ms = first ? first->due_ms - clock_mono_ms() : 0;

    if (!first)
        return;
    if (!controller->timer)
        controller->timer = timer_new(controller->options.world->loop, on_timer, controller);
    timer_start(controller->timer, wait_ms > 0 ? wait_ms : 0);
}

static void queue(Controller *controller, const char *ns, const char *name, int64_t ms)
{
    Key *key = key_of(controller, ns, name);
    int64_t due_ms =
        clock_mono_ms() + controller->slow_ms + (ms > controller->lag_ms ? ms : controller->lag_ms);

    if (due_ms < key->not_before_ms)
        due_ms = key->not_before_ms;
    if (key->is_queued && key->due_ms <= due_ms)
        return;
    key->is_queued = true;
    key->due_ms = due_ms;
    key->number = ++controller->last_number;
    if (first_key(controller) == key)
        set_timer(controller);
}

void controller_dirty(Controller *controller, const char *ns, const char *name)
{
    const Key *key = key_find(controller, ns, name);
    int64_t ms;

    if (controller->is_adopting) {
        queue(controller, ns, name, 0);
        return;
    }
    if (key && key->is_queued && key->due_ms <= clock_mono_ms())
        return;
    ms = span_draw(&controller->options.delay, &controller->random);
    queue(controller, ns, name, ms);
}

void controller_dirty_object(Controller *controller, const cJSON *object)
{
    controller_dirty(controller, json_string_or(object, "metadata/namespace", ""),
                     json_string_or(object, "metadata/name", ""));
}

void controller_after(Controller *controller, const char *ns, const char *name, int64_t ms)
{
    queue(controller, ns, name, ms > 0 ? ms : 0);
}

void controller_forget(Controller *controller, const char *ns, const char *name)
{
    Key *key = key_find(controller, ns, name);

    if (key)
        key_drop(controller, key);
}

bool controller_is_waiting(const Controller *controller, const char *ns, const char *name)
{
    const Key *key = key_find(controller, ns, name);

    return key && key->is_queued;
}

static void put_back(Controller *controller, Key *key)
{
    int doublings = key->failures < RETRY_DOUBLINGS ? key->failures : RETRY_DOUBLINGS;
    int64_t due_ms = clock_mono_ms() + ((int64_t)RETRY_MS << doublings);

    key->failures++;
    if (key->is_queued && key->due_ms <= due_ms)
        return;
    key->is_queued = true;
    key->due_ms = due_ms;
    key->number = ++controller->last_number;
}

/* One look. The key may move while it goes on, and its name may leave the queue. */
static void look(Controller *controller, Key *key)
{
    char *ns = memory_text(key->ns), *name = memory_text(key->name);

    key->is_queued = false;
    controller->was_refused = false;
    if (controller->slow_ms)
        controller_show(controller, "came late");
    controller->options.sync(controller->options.owner, ns, name);
    key = key_find(controller, ns, name);
    if (key) {
        key->not_before_ms = controller->lag_ms ? clock_mono_ms() + controller->lag_ms : 0;
        if (controller->was_refused)
            put_back(controller, key);
        else
            key->failures = 0;
        if (!key->is_queued && !key->not_before_ms)
            key_drop(controller, key);
    }
    free(ns);
    free(name);
}

bool controller_settle(Controller *controller)
{
    bool has_looked = false;
    Key *key;

    while ((key = first_key(controller)) && key->due_ms <= clock_mono_ms()) {
        look(controller, key);
        has_looked = true;
    }
    return has_looked;
}

static void on_timer(void *owner)
{
    Controller *controller = owner;

    if (controller->is_crashed) {
        controller_show(controller, "was held back when it was to act");
        return;
    }
    controller_settle(controller);
    set_timer(controller);
}

void controller_adopt(Controller *controller, bool is_adopting)
{
    controller->is_adopting = is_adopting;
    if (!is_adopting)
        set_timer(controller);
}

/* ---- reading and writing ----------------------------------------------------------------------------------------------------------- */

const cJSON *controller_read(Controller *controller, const char *resource, const char *ns,
                             const char *name)
{
    bool is_stale = false;
    const cJSON *object;

    if (!controller->cache)
        return kube_find(controller->options.cluster, resource, ns, name);
    object = cache_find(controller->cache, resource, ns, name, &is_stale);
    if (is_stale)
        controller_show(controller, "acted on what it saw a while ago");
    return object;
}

void controller_each(Controller *controller, const char *resource, const char *ns,
                     KubeVisitor *visitor, void *owner)
{
    if (controller->cache)
        cache_each(controller->cache, resource, ns, visitor, owner);
    else
        kube_each(controller->options.cluster, resource, ns, NULL, visitor, owner);
}

/* Somebody was faster, or the API server does not take it: it looks again later. */
static bool written(Controller *controller, bool is_written, KubeStatus *status)
{
    kube_status_release(status);
    controller->was_refused |= !is_written;
    return is_written;
}

bool controller_create(Controller *controller, const char *resource, const char *ns, cJSON *object)
{
    char name[256];

    return controller_create_named(controller, resource, ns, object, name);
}

bool controller_create_named(Controller *controller, const char *resource, const char *ns,
                             cJSON *object, char out_name[256])
{
    const KubeWriter writer = {.manager = controller->options.manager};
    cJSON *part = cJSON_DetachItemFromObjectCaseSensitive(object, "status");
    const cJSON *made = NULL;
    KubeStatus status = {0};
    bool ok =
        kube_create(controller->options.cluster, resource, ns, object, &writer, &made, &status);

    cJSON_Delete(object);
    snprintf(out_name, 256, "%s", json_string_or(made, "metadata/name", ""));
    if (ok && part)
        controller_status(controller, resource, ns, out_name, part);
    else
        cJSON_Delete(part);
    return written(controller, ok, &status);
}

bool controller_merge(Controller *controller, const char *resource, const char *ns,
                      const char *name, cJSON *patch)
{
    const KubeWriter writer = {.manager = controller->options.manager};
    KubeStatus status = {0};
    bool ok = kube_patch(controller->options.cluster, resource, ns, name, KUBE_MAIN,
                         KUBE_MERGE_PATCH, patch, &writer, NULL, &status);

    cJSON_Delete(patch);
    return written(controller, ok, &status);
}

/* A merge patch that would leave json as it is. */
static bool is_said(const cJSON *json, const cJSON *patch)
{
    const cJSON *member;

    if (!cJSON_IsObject(patch))
        return cJSON_IsNull(patch) ? json == NULL : json_equal(json, patch);
    if (!cJSON_IsObject(json))
        return false;
    cJSON_ArrayForEach(member, patch)
    {
        if (!is_said(cJSON_GetObjectItemCaseSensitive(json, member->string), member))
            return false;
    }
    return true;
}

bool controller_status(Controller *controller, const char *resource, const char *ns,
                       const char *name, cJSON *patch)
{
    return controller_status_and(controller, resource, ns, name, patch, NULL);
}

bool controller_status_and(Controller *controller, const char *resource, const char *ns,
                           const char *name, cJSON *patch, cJSON *annotations)
{
    const KubeWriter writer = {.manager = controller->options.manager};
    cJSON *whole = cJSON_CreateObject();
    KubeStatus status = {0};
    bool ok;

    cJSON_AddItemToObject(whole, "status", patch);
    if (annotations)
        json_put(whole, "metadata/annotations", annotations);
    ok = is_said(kube_find(controller->options.cluster, resource, ns, name), whole) ||
         kube_patch(controller->options.cluster, resource, ns, name, KUBE_STATUS_PART,
                    KUBE_MERGE_PATCH, whole, &writer, NULL, &status);
    cJSON_Delete(whole);
    return written(controller, ok, &status);
}

bool controller_delete(Controller *controller, const char *resource, const char *ns,
                       const char *name)
{
    KubeStatus status = {0};
    bool ok = kube_delete(controller->options.cluster, resource, ns, name,
                          &(KubeDeletion){.propagation = "Background",
                                          .manager = controller->options.manager},
                          NULL, &status);

    kube_status_release(&status);
    return ok;
}

static cJSON *event_of(const Controller *controller, const cJSON *object, const char *type,
                       const char *reason)
{
    const char *name = json_string_or(object, "metadata/name", "");
    char now[CLOCK_TEXT_MAX], component[64];
    cJSON *event = object_format(
        "{'metadata':{'name':'%s.%016llx'},'involvedObject':{'kind':'%s','namespace':'%s',"
        "'name':'%s','uid':'%s','apiVersion':'%s','resourceVersion':'%s'},'type':'%s','count':1}",
        name, (unsigned long long)kube_cluster_resource_version(controller->options.cluster) + 1,
        json_string_or(object, "kind", ""), json_string_or(object, "metadata/namespace", ""), name,
        json_string_or(object, "metadata/uid", ""), json_string_or(object, "apiVersion", ""),
        json_string_or(object, "metadata/resourceVersion", ""), type);

    snprintf(component, sizeof component, "%s-controller", controller->options.name);
    clock_rfc3339(clock_wall_ms(), now);
    cJSON_AddStringToObject(event, "reason", reason);
    cJSON_AddStringToObject(event, "firstTimestamp", now);
    cJSON_AddStringToObject(event, "lastTimestamp", now);
    json_put_string(event, "source/component", component);
    json_put_string(event, "reportingComponent", component);
    return event;
}

void controller_event(Controller *controller, const cJSON *object, const char *type,
                      const char *reason, const char *format, ...)
{
    const KubeWriter writer = {.manager = controller->options.manager};
    const char *ns = json_string_or(object, "metadata/namespace", "default");
    KubeStatus status = {0};
    char message[400];
    cJSON *event;
    va_list arguments;

    if (controller->is_adopting)
        return;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    event = event_of(controller, object, type, reason);
    cJSON_AddStringToObject(event, "message", message);
    kube_create(controller->options.cluster, "events", ns, event, &writer, NULL, &status);
    kube_status_release(&status);
    cJSON_Delete(event);
}

/* ---- what can be wrong ------------------------------------------------------------------------------------------------------------- */

/* A fault may have named it, or all of its manager's. */
void controller_show(const Controller *controller, const char *how)
{
    const ControllerOptions *options = &controller->options;
    const char *const names[] = {options->name, options->manager};
    char what[64];

    for (int i = 0; i < 2; i++) {
        snprintf(what, sizeof what, "controller/%s", names[i]);
        faults_on_part(options->world->faults, options->lane, what, how);
    }
}

void controller_slow(Controller *controller, int64_t ms)
{
    controller->slow_ms = ms;
}

bool controller_is_crashed(const Controller *controller)
{
    return controller->is_crashed;
}

/* When it is back, what it missed is in its queue, since its watches went on. */
void controller_crash(Controller *controller, bool is_crashed)
{
    int64_t back_ms;

    if (controller->is_crashed == is_crashed)
        return;
    controller->is_crashed = is_crashed;
    if (is_crashed)
        return;
    back_ms = clock_mono_ms() + span_draw(&RESTART, &controller->random);
    for (int i = 0; i < controller->key_count; i++)
        if (controller->keys[i].due_ms < back_ms)
            controller->keys[i].due_ms = back_ms;
    set_timer(controller);
}

void controller_lag(Controller *controller, int64_t ms)
{
    if (!controller->cache)
        controller->cache = cache_new(controller->options.cluster);
    cache_lag(controller->cache, ms);
    controller->lag_ms = ms;
}

void controller_fight(Controller *controller, const char *resource, const char *ns,
                      const char *name, int64_t after_ms)
{
    fight_free(controller->fight);
    controller->fight = resource ? fight_new(controller, resource, ns, name, after_ms) : NULL;
}

/* ---- the whole --------------------------------------------------------------------------------------------------------------------- */

Controller *controller_new(const ControllerOptions *options)
{
    Controller *controller = MEMORY_NEW(Controller);
    World *world = options->world;
    char stream[96];

    snprintf(stream, sizeof stream, "controller/%s/%s", options->lane, options->name);
    controller->options = *options;
    controller->random = world_random(world, stream);
    controller->next = world->controllers;
    if (controller->next)
        controller->next->previous = controller;
    world->controllers = controller;
    return controller;
}

void controller_free(Controller *controller)
{
    if (!controller)
        return;
    if (controller->next)
        controller->next->previous = controller->previous;
    if (controller->previous)
        controller->previous->next = controller->next;
    else
        controller->options.world->controllers = controller->next;
    for (int i = 0; i < controller->watch_count; i++)
        kube_unlisten(controller->options.cluster, controller->watches[i]);
    for (int i = 0; i < controller->key_count; i++) {
        free(controller->keys[i].ns);
        free(controller->keys[i].name);
    }
    free(controller->keys);
    cache_free(controller->cache);
    fight_free(controller->fight);
    timer_free(controller->timer);
    if (controller->options.free)
        controller->options.free(controller->options.owner);
    free(controller);
}

Controller *controller_next(const World *world, const Controller *after, const char *lane,
                            const char *name)
{
    for (Controller *at = after ? after->next : world->controllers; at; at = at->next)
        if (strcmp(at->options.lane, lane) == 0 &&
            (strcmp(at->options.name, name) == 0 || strcmp(at->options.manager, name) == 0))
            return at;
    return NULL;
}

void controller_watch(Controller *controller, const char *resource, KubeListener *listener)
{
    assert(controller->watch_count < WATCHES_MAX);
    controller->watches[controller->watch_count++] =
        kube_listen(controller->options.cluster, resource, listener, controller->options.owner);
}

const ControllerOptions *controller_options(const Controller *controller)
{
    return &controller->options;
}

Random *controller_random(Controller *controller)
{
    return &controller->random;
}
