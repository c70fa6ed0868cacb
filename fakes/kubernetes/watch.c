/*
 * fakes/kubernetes/watch.c - a stream of changes, one JSON object per line or frame.
 *
 * All goes well: what there is (or what came after the client's number) is sent at once; then each change as the store tells
 * it, until timeoutSeconds have passed, when a bookmark and the end of the body are sent, or the client leaves. Goes wrong: a
 * number older than the past gets one ERROR line and the end; the fault points may lose, hold back or stop single events,
 * which then wait in a queue so that their order stays.
 */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "fakes/kubernetes/form/convert.h"
#include "fakes/kubernetes/bookmark.h"
#include "fakes/kubernetes/print.h"
#include "fakes/kubernetes/protobuf.h"
#include "fakes/kubernetes/request.h"
#include "fakes/kubernetes/surface/view.h"

enum { TIMEOUT_S = 1800, BOOKMARK_BEFORE_END_MS = 2000 };

typedef struct Waiting {
    struct Waiting *next;
    int64_t due_ms;
    char *line;
    size_t length;
} Waiting;

typedef struct {
    KubeRequest *request;
    KubeSelection selection;
    int64_t version;      /* events up to here are not sent */
    int64_t last_version; /* of this kind, seen or not */
    bool wants_bookmarks;
    bool is_initial; /* sendInitialEvents: what there is, then a bookmark that says so */
    int handle;
    Timer *end;
    Timer *bookmark;
    Timer *delay;
    Waiting *first, **last; /* held back, in order */
    bool has_columns;       /* of a table: sent, once */
    bool is_stalled;
    bool is_over;
} Watch;

static const char *const TYPES[] =
    {[KUBE_ADDED] = "ADDED", [KUBE_MODIFIED] = "MODIFIED", [KUBE_DELETED] = "DELETED"};

/* ---- its end ---------------------------------------------------------------------------------- */

static void watch_free(Watch *watch)
{
    request_audit(watch->request, "ResponseComplete", 200);
    if (watch->handle != 0)
        kube_unlisten(watch->request->cluster, watch->handle);
    timer_free(watch->end);
    timer_free(watch->bookmark);
    timer_free(watch->delay);
    while (watch->first != NULL) {
        Waiting *waiting = watch->first;

        watch->first = waiting->next;
        free(waiting->line);
        free(waiting);
    }
    free(watch);
}

static void on_gone(void *owner)
{
    watch_free(owner);
}

static void watch_finish(Watch *watch)
{
    HttpExchange *exchange = watch->request->exchange;

    http_on_gone(exchange, NULL, NULL);
    watch_free(watch);
    http_end(exchange);
}

/* ---- lines ------------------------------------------------------------------------------------ */

static void on_delay(void *owner);

static void send_later(Watch *watch, const char *line, size_t length, int64_t delay_ms)
{
    Waiting *waiting = MEMORY_NEW(Waiting);

    waiting->line = memory_text_of(line, length);
    waiting->length = length;
    waiting->due_ms = clock_mono_ms() + delay_ms;
    *watch->last = waiting;
    watch->last = &waiting->next;
    if (watch->delay == NULL)
        watch->delay = timer_new(watch->request->loop, on_delay, watch);
    if (!timer_is_running(watch->delay))
        timer_start(watch->delay, delay_ms);
}

static void on_delay(void *owner)
{
    Watch *watch = owner;

    while (watch->first != NULL && watch->first->due_ms <= clock_mono_ms()) {
        Waiting *waiting = watch->first;

        watch->first = waiting->next;
        if (watch->first == NULL)
            watch->last = &watch->first;
        http_chunk(watch->request->exchange, waiting->line, waiting->length);
        free(waiting->line);
        free(waiting);
    }
    if (watch->first != NULL)
        timer_start(watch->delay, watch->first->due_ms - clock_mono_ms());
}

static void send_line(Watch *watch, const char *line, size_t length, int64_t delay_ms)
{
    if (watch->first != NULL || delay_ms > 0)
        send_later(watch, line, length, delay_ms);
    else
        http_chunk(watch->request->exchange, line, length);
}

/* One line, or one frame. */
static Buffer event_line(const Watch *watch, const char *type, const char *object, size_t length)
{
    Buffer line = {0};

    if (watch->request->accept.media == MEDIA_PROTOBUF) {
        cJSON *json = cJSON_ParseWithLength(object, length);

        protobuf_encode_event(&line, type, json);
        cJSON_Delete(json);
        return line;
    }
    buffer_format(&line, "{\"type\":\"%s\",\"object\":", type);
    buffer_add(&line, object, length);
    buffer_add_text(&line, "}\n");
    return line;
}

static void send_object(Watch *watch, const char *type, const char *object, size_t length,
                        int64_t delay_ms)
{
    Buffer line = event_line(watch, type, object, length);

    send_line(watch, line.data, line.length, delay_ms);
    buffer_release(&line);
}

static void send_event(Watch *watch, KubeChangeType type, const char *object, size_t length,
                       int64_t delay_ms)
{
    Buffer view = {0};

    if (view_is_wanted(watch->request)) {
        view_print(&view, watch->request, object, length, !watch->has_columns);
        object = view.data;
        length = view.length;
    }
    watch->has_columns = true;
    send_object(watch, TYPES[type], object, length, delay_ms);
    buffer_release(&view);
}

/* An object that has nothing but the number; of metadata only, it is metadata too. */
static void send_bookmark(Watch *watch, bool ends_initial)
{
    Buffer object = {0}, view = {0}, *shown = &object;

    bookmark_print(&object, watch->request->kind, watch->last_version, ends_initial);
    if (watch->request->accept.view == VIEW_PARTIAL) {
        view_print(&view, watch->request, object.data, object.length, false);
        shown = &view;
    }
    send_object(watch, "BOOKMARK", shown->data, shown->length, 0);
    buffer_release(&object);
    buffer_release(&view);
}

/* Past what is held back: it is the last that is sent. */
static void send_error(Watch *watch, KubeStatus *status)
{
    cJSON *json = request_status_json(status);
    Buffer text = {0}, line;

    kube_print(&text, json);
    line = event_line(watch, "ERROR", text.data, text.length);
    http_chunk(watch->request->exchange, line.data, line.length);
    buffer_release(&line);
    buffer_release(&text);
    cJSON_Delete(json);
    kube_status_release(status);
}

static void send_too_old(Watch *watch, int64_t oldest)
{
    KubeStatus status = {0};

    status_set(&status, 410, "Expired", NULL, "too old resource version: %lld (%lld)",
               (long long)watch->version, (long long)oldest);
    send_error(watch, &status);
}

/* ---- faults ----------------------------------------------------------------------------------- */

/* From inside the store's call nothing may end: the timers do it, at once. */
static void end_soon(Watch *watch)
{
    watch->is_over = true;
    timer_start(watch->end, 0);
}

/* Does what the fault points say about one event; how often it is sent. */
static int times_sent(Watch *watch, KubeChangeType type, const KubeObject *object,
                      int64_t *out_delay_ms)
{
    KubeRequest *request = watch->request;
    FaultCall call = {.point = "kube.watch",
                      .site = kube_cluster_name(request->cluster),
                      .verb = TYPES[type],
                      .resource = request->kind->plural,
                      .name = object->name,
                      .detail = object->ns,
                      .client = request->user.name};
    Fault fault = fault_ask(request->faults, &call);
    KubeStatus status = {0};

    *out_delay_ms = 0;
    switch (fault.kind) {
    case FAULT_NONE:
    case FAULT_STALE:
    case FAULT_OWN:
        return 1;
    case FAULT_REPEAT:
        fault_witness(request->faults, &fault, &call, "watch event sent twice");
        return 2;
    case FAULT_DELAY:
        *out_delay_ms = fault.delay_ms;
        fault_witness(request->faults, &fault, &call, "watch event held back");
        return 1;
    case FAULT_DROP:
        fault_witness(request->faults, &fault, &call, "watch event lost");
        return 0;
    case FAULT_HANG:
        watch->is_stalled = true;
        fault_witness(request->faults, &fault, &call,
                      "watch stalled: open, and silent from now on");
        return 0;
    case FAULT_FAIL:
        status_set(&status, fault.code, fault.code == 410 ? "Expired" : "InternalError", NULL, "%s",
                   fault.text ? fault.text
                              : "The resourceVersion for the provided watch is too old.");
        send_error(watch, &status);
        end_soon(watch);
        fault_witness(request->faults, &fault, &call, "watch ended with an ERROR event");
        return 0;
    case FAULT_CUT:
    case FAULT_LOSE_REPLY:
    case FAULT_RESET:
        watch->is_over = true;
        fault_witness(request->faults, &fault, &call, "watch cut off");
        stream_reset(http_stream(request->exchange));
        return 0;
    }
    return 1;
}

/* ---- events ----------------------------------------------------------------------------------- */

static bool is_watched(const Watch *watch, const KubeObject *object)
{
    const char *ns = watch->request->ns;

    return object != NULL && (*ns == 0 || strcmp(object->ns, ns) == 0) &&
           selection_has(&watch->selection, object);
}

/* An object that leaves the selection is DELETED: as it was, with the number of the change. */
static void send_leaving(Watch *watch, const KubePast *past, int64_t delay_ms)
{
    const KubeKind *kind = watch->request->kind;
    cJSON *json = cJSON_Duplicate(kube_object_json(past->previous), true);
    Buffer text = {0};

    json_put_string(json, "metadata/resourceVersion",
                    kube_metadata_text(kube_object_json(past->object), "resourceVersion"));
    if (kube_kind_has(kind, KUBE_CONVERTED))
        convert_from_kept(kind, json);
    else
        kind = past->object->kind;
    kube_print_object(&text, kind, json);
    send_event(watch, KUBE_DELETED, text.data, text.length, delay_ms);
    buffer_release(&text);
    cJSON_Delete(json);
}

static void pass_on(Watch *watch, const KubePast *past)
{
    bool was = past->type != KUBE_ADDED && is_watched(watch, past->previous);
    bool is = past->type != KUBE_DELETED && is_watched(watch, past->object);
    Buffer scratch = {0};
    KubeChangeType type = is ? (was ? KUBE_MODIFIED : KUBE_ADDED) : KUBE_DELETED;
    int64_t delay_ms;
    const char *text;
    size_t length;
    int times;

    watch->last_version = past->object->resource_version;
    if ((!was && !is) || past->object->resource_version <= watch->version || watch->is_stalled ||
        watch->is_over)
        return;
    times = times_sent(watch, type, past->object, &delay_ms);
    if (!is && past->type != KUBE_DELETED) {
        for (int i = 0; i < times; i++)
            send_leaving(watch, past, delay_ms);
        return;
    }
    text = kube_object_text_as(past->object, watch->request->kind, &scratch, &length);
    for (int i = 0; i < times; i++)
        send_event(watch, type, text, length, delay_ms);
    buffer_release(&scratch);
}

static void on_past(void *owner, const KubePast *past, const char *manager)
{
    (void)manager;
    pass_on(owner, past);
}

static void send_all(Watch *watch)
{
    int first, end;
    const KubeCluster *cluster = watch->request->cluster;
    const char *ns = *watch->request->ns ? watch->request->ns : NULL;
    const KubeShelf *shelf = store_range(cluster, watch->request->kind, ns, &first, &end);
    Buffer scratch = {0};

    for (int i = first; i < end; i++) {
        size_t length;
        const char *text;

        if (!selection_has(&watch->selection, shelf->items[i]))
            continue;
        text = kube_object_text_as(shelf->items[i], watch->request->kind, &scratch, &length);
        send_event(watch, KUBE_ADDED, text, length, 0);
    }
    buffer_release(&scratch);
}

static void send_past(Watch *watch)
{
    const KubeCluster *cluster = watch->request->cluster;

    for (int i = 0; i < cluster->past_count; i++) {
        const KubePast *past = store_past(cluster, i);

        if (kube_kind_shelf(past->object->kind) == kube_kind_shelf(watch->request->kind))
            pass_on(watch, past);
    }
}

/* ---- its beginning ---------------------------------------------------------------------------- */

static void on_bookmark(void *owner)
{
    Watch *watch = owner;

    if (watch->last_version > watch->version && !watch->is_stalled && !watch->is_over)
        send_bookmark(watch, false);
}

static void on_end(void *owner)
{
    watch_finish(owner);
}

static bool refuse_option(KubeStatus *status, const char *reason, const char *field,
                          const char *message)
{
    KubeCauses causes = {0};

    causes_add(&causes, reason, field, "%s", message);
    return causes_end(&causes, "meta.k8s.io", "ListOptions", "", status);
}

static bool read_options(Watch *watch, int64_t *out_timeout_s, KubeStatus *status)
{
    const KubeRequest *request = watch->request;
    const char *match = http_parameter(request->exchange, "resourceVersionMatch");
    int64_t limit;

    watch->wants_bookmarks = request_flag(request, "allowWatchBookmarks");
    watch->is_initial = request_flag(request, "sendInitialEvents");
    if (!request_integer(request, "timeoutSeconds", TIMEOUT_S, out_timeout_s, status) ||
        !request_integer(request, "limit", 0, &limit, status) ||
        !request_version(request, &watch->version, status) ||
        !request_selection(request, &watch->selection, status))
        return false;
    if (match != NULL && *match && !watch->is_initial)
        return refuse_option(status, "FieldValueForbidden", "resourceVersionMatch",
                             "Forbidden: resourceVersionMatch is forbidden for watch unless "
                             "sendInitialEvents is provided");
    if (watch->is_initial && (match == NULL || strcmp(match, "NotOlderThan") != 0))
        return refuse_option(status, "FieldValueForbidden", "resourceVersionMatch",
                             "Forbidden: sendInitialEvents requires setting resourceVersionMatch "
                             "to NotOlderThan");
    return true;
}

static void start_timers(Watch *watch, int64_t timeout_s)
{
    int64_t timeout_ms = (timeout_s > 0 ? timeout_s : TIMEOUT_S) * 1000;

    watch->end = timer_new(watch->request->loop, on_end, watch);
    timer_start(watch->end, timeout_ms);
    if (!watch->wants_bookmarks || timeout_ms <= BOOKMARK_BEFORE_END_MS)
        return;
    watch->bookmark = timer_new(watch->request->loop, on_bookmark, watch);
    timer_start(watch->bookmark, timeout_ms - BOOKMARK_BEFORE_END_MS);
}

static void begin_answer(KubeRequest *request)
{
    request_add_headers(request, 200, NULL);
    http_begin(request->exchange, 200,
               request->accept.media == MEDIA_PROTOBUF
                   ? "application/vnd.kubernetes.protobuf;stream=watch"
                   : "application/json");
    request_audit(request, "ResponseStarted", 200);
}

/* A number that is forgotten is no failed request: the stream begins, and ends, with an ERROR. */
static void end_too_old(Watch *watch, int64_t oldest)
{
    HttpExchange *exchange = watch->request->exchange;

    send_too_old(watch, oldest);
    watch_free(watch);
    http_end(exchange);
}

static void watch_start(Watch *watch, int64_t timeout_s)
{
    KubeRequest *request = watch->request;
    bool starts_with_all = watch->version <= 0 || watch->is_initial;

    begin_answer(request);
    if (!starts_with_all && !store_remembers(request->cluster, request->kind, watch->version)) {
        end_too_old(watch, request->cluster->forgotten[kube_kind_shelf(request->kind)]);
        return;
    }
    http_on_gone(request->exchange, on_gone, watch);
    start_timers(watch, timeout_s);
    watch->handle = store_listen(request->cluster, request->kind, on_past, watch);
    if (starts_with_all) {
        send_all(watch);
        if (watch->version < request->cluster->resource_version)
            watch->version = request->cluster->resource_version;
        watch->last_version = request->cluster->resource_version;
        if (watch->wants_bookmarks)
            send_bookmark(watch, true);
    } else
        send_past(watch);
}

/* NULL: what was asked for makes no sense, and the request is refused. */
static Watch *watch_new(KubeRequest *request, int64_t *out_timeout_s)
{
    Watch *watch = MEMORY_NEW(Watch);
    KubeStatus status = {0};

    watch->request = request;
    watch->last = &watch->first;
    if (read_options(watch, out_timeout_s, &status))
        return watch;
    free(watch);
    request_refuse(request, &status);
    return NULL;
}

void request_watch(KubeRequest *request)
{
    int64_t timeout_s;
    Watch *watch = watch_new(request, &timeout_s);

    if (watch != NULL)
        watch_start(watch, timeout_s);
}

void request_watch_expired(KubeRequest *request)
{
    int64_t timeout_s;
    Watch *watch = watch_new(request, &timeout_s);

    if (watch == NULL)
        return;
    begin_answer(request);
    end_too_old(watch, request->cluster->resource_version);
}
