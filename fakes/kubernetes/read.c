/*
 * fakes/kubernetes/read.c - GET: one object, or a list of them, whole or page by page, now or as it was.
 *
 * A page after the first shows the list as it was when the first was read: the store undoes what came since.
 */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "fakes/kubernetes/request.h"
#include "fakes/kubernetes/scale.h"
#include "fakes/kubernetes/selector.h"

/* ---- what is selected ------------------------------------------------------------------------- */

bool request_selection(const KubeRequest *request, KubeSelection *out_selection, KubeStatus *status)
{
    const char *labels = http_parameter(request->exchange, "labelSelector");
    const char *fields = http_parameter(request->exchange, "fieldSelector");

    *out_selection = (KubeSelection){NULL, NULL};
    if (labels != NULL && *labels &&
        !selector_parse(request->arena, labels, &out_selection->labels, status))
        return false;
    return fields == NULL || *fields == 0 ||
           selector_parse_fields(request->arena, request->kind, fields, &out_selection->fields,
                                 status);
}

bool selection_has(const KubeSelection *selection, const KubeObject *object)
{
    if (selection->labels == NULL && selection->fields == NULL)
        return true; /* without waking the object */
    return selector_matches_labels(selection->labels, kube_object_json(object)) &&
           selector_matches_fields(selection->fields, kube_object_json(object));
}

/* ---- a number from the future ----------------------------------------------------------------- */

enum { FUTURE_HOLD_MS = 3000 };

typedef struct {
    KubeRequest *request;
    int64_t version;
    Timer *timer;
} Hold;

static void hold_free(Hold *hold)
{
    timer_free(hold->timer);
    free(hold);
}

static void on_hold_gone(void *owner)
{
    hold_free(owner);
}

static void refuse_future(KubeRequest *request, int64_t version)
{
    cJSON *details = cJSON_CreateObject(), *causes = cJSON_AddArrayToObject(details, "causes");
    cJSON *cause = cJSON_CreateObject();
    KubeStatus status = {0};

    cJSON_AddStringToObject(cause, "reason", "ResourceVersionTooLarge");
    cJSON_AddStringToObject(cause, "message", "Too large resource version");
    cJSON_AddItemToArray(causes, cause);
    cJSON_AddNumberToObject(details, "retryAfterSeconds", 1);
    status_set(&status, 504, "Timeout", details,
               "Timeout: Too large resource version: %lld, current: %lld", (long long)version,
               (long long)request->cluster->resource_version);
    request_refuse(request, &status);
}

static void on_hold_over(void *owner)
{
    Hold *hold = owner;
    KubeRequest *request = hold->request;
    int64_t version = hold->version;

    http_on_gone(request->exchange, NULL, NULL);
    hold_free(hold);
    if (version > request->cluster->resource_version)
        refuse_future(request, version);
    else if (*request->name)
        request_get(request);
    else
        request_list(request);
}

/* True if the request waits for a number that is still to come. */
static bool waits_for(KubeRequest *request, int64_t version)
{
    Hold *hold;

    if (version <= request->cluster->resource_version)
        return false;
    hold = MEMORY_NEW(Hold);
    *hold = (Hold){request, version, timer_new(request->loop, on_hold_over, hold)};
    timer_start(hold->timer, FUTURE_HOLD_MS);
    http_on_gone(request->exchange, on_hold_gone, hold);
    return true;
}

/* ---- what was, shown as what is ----------------------------------------------------------------- */

/* How far a fault lets the answer lag: a number, never older than the one that was asked for. False: it does not. */
static bool lags_behind(const KubeRequest *request, int64_t asked, int64_t *out_version)
{
    const Fault *fault = http_fault(request->exchange);

    if (fault->kind != FAULT_STALE)
        return false;
    *out_version =
        store_version_at(request->cluster, request->kind, clock_mono_ms() - fault->behind_ms);
    if (*out_version < asked)
        *out_version = asked;
    return true;
}

static void tell_stale(const KubeRequest *request, int64_t version)
{
    http_witness(request->exchange,
                 arena_format(request->arena, "answered as it was at %lld, which is %lld by now",
                              (long long)version, (long long)request->cluster->resource_version));
}

/* ---- one object ------------------------------------------------------------------------------- */

static bool refuse_absent(const KubeRequest *request, KubeStatus *status)
{
    const char *resource = request_resource(request), *group = request->kind->group;

    if (strcmp(request->subresource, "scale") != 0)
        return status_not_found(status, request->kind, request->name);
    return status_set(status, 404, "NotFound", status_details(request->name, group, resource),
                      "%s%s%s \"%s\" not found", resource, *group ? "." : "", group, request->name);
}

static void answer_get(KubeRequest *request, const KubeObject *object)
{
    KubeStatus status = {0};

    if (object == NULL) {
        refuse_absent(request, &status);
        request_refuse(request, &status);
    } else if (strcmp(request->subresource, "scale") == 0)
        request_answer_json(request, 200, scale_of_kind(request->kind, kube_object_json(object)));
    else
        request_answer_object(request, 200, object);
}

static void answer_get_at(KubeRequest *request, int64_t version)
{
    KubeShelf then = store_shelf_at(request->cluster, request->kind, version);
    bool was_there;
    int at = store_place(&then, request->ns, request->name, &was_there);
    const KubeObject *object = was_there ? then.items[at] : NULL;

    if (object != store_find(request->cluster, request->kind, request->ns, request->name))
        tell_stale(request, version);
    answer_get(request, object);
    store_shelf_release(&then);
}

void request_get(KubeRequest *request)
{
    KubeStatus status = {0};
    int64_t version, then;

    if (!request_version(request, &version, &status)) {
        request_refuse(request, &status);
        return;
    }
    if (waits_for(request, version))
        return;
    if (lags_behind(request, version, &then))
        answer_get_at(request, then);
    else
        answer_get(request,
                   store_find(request->cluster, request->kind, request->ns, request->name));
}

/* ---- lists ------------------------------------------------------------------------------------ */

typedef struct {
    KubeRequest *request;
    KubeSelection selection;
    int64_t version; /* as asked: -1 unset */
    const char *match;
    int64_t limit;     /* 0: none */
    int64_t at;        /* the number of the list that is shown */
    const char *start; /* key of the first item of this page, or NULL */
    bool is_snapshot;  /* as it was at that number, not as it is */
} Listing;

static bool refuse_option(KubeStatus *status, const char *reason, const char *field,
                          const char *message)
{
    KubeCauses causes = {0};

    causes_add(&causes, reason, field, "%s", message);
    return causes_end(&causes, "meta.k8s.io", "ListOptions", "", status);
}

static bool check_match(const Listing *listing, KubeStatus *status)
{
    static const char FIELD[] = "resourceVersionMatch";
    const char *match = listing->match;

    if (request_flag(listing->request, "sendInitialEvents"))
        return refuse_option(status, "FieldValueForbidden", "sendInitialEvents",
                             "Forbidden: sendInitialEvents is forbidden for list");
    if (*match == 0)
        return true;
    if (listing->version < 0)
        return refuse_option(status, "FieldValueForbidden", FIELD,
                             "Forbidden: resourceVersionMatch is forbidden unless resourceVersion "
                             "is provided");
    if (strcmp(match, "Exact") != 0 && strcmp(match, "NotOlderThan") != 0)
        return refuse_option(status, "FieldValueNotSupported", FIELD,
                             arena_format(listing->request->arena,
                                          "Unsupported value: \"%s\": supported values: \"Exact\", "
                                          "\"NotOlderThan\", \"\"",
                                          match));
    if (strcmp(match, "Exact") == 0 && listing->version == 0)
        return refuse_option(status, "FieldValueForbidden", FIELD,
                             "Forbidden: resourceVersionMatch \"exact\" is forbidden for "
                             "resourceVersion \"0\"");
    return true;
}

/* A token says which list is continued, and where: as a real one, base64url of a little JSON. */
static char *encode_token(int64_t version, const char *key)
{
    char *json = memory_format("{\"v\":\"meta.k8s.io/v1\",\"rv\":%lld,\"start\":\"%s\\u0000\"}",
                               (long long)version, key);
    char *token = json_base64url(json, strlen(json));

    free(json);
    return token;
}

static bool refuse_token(KubeStatus *status)
{
    return status_bad_request(status, "invalid continue token: continue key is not valid: invalid "
                                      "character 'Ï' looking for beginning of value");
}

/* cJSON ends a string at its first NUL, which here is the end of the last key of the page before. */
static bool decode_token(Listing *listing, const char *token, KubeStatus *status)
{
    char *text = NULL;
    size_t length;
    cJSON *json = NULL;
    bool ok = json_base64url_decode(token, strlen(token), &text, &length, NULL) &&
              json_parse(text, length, &json, NULL) && json_string(json, "start") != NULL;

    if (ok) {
        listing->start = arena_text(listing->request->arena, json_string(json, "start"));
        listing->at = json_integer_or(json, "rv", 0);
        listing->is_snapshot = listing->at > 0;
    }
    cJSON_Delete(json);
    free(text);
    return ok || refuse_token(status);
}

/* The rest of an old list cannot be shown as it was; a token is offered for the rest as it is. */
static void refuse_expired(Listing *listing)
{
    KubeStatus status = {0};
    char *token = listing->start ? encode_token(-1, listing->start) : NULL;
    cJSON *json;

    status_set(&status, 410, "Expired", NULL, "%s",
               token
                   ? "The provided continue parameter is too old to display a consistent list "
                     "result. You can start a new list without the continue parameter, or use the "
                     "continue token in this response to retrieve the remainder of the results. "
                     "Continuing with the provided token results in an inconsistent list - objects "
                     "that were created, modified, or deleted between the time the first chunk was "
                     "returned and now may show up in the list."
                   : "The resourceVersion for the provided list is too old.");
    json = request_status_json(&status);
    if (token != NULL)
        json_put_string(json, "metadata/continue", token);
    request_answer_json(listing->request, 410, json);
    kube_status_release(&status);
    free(token);
}

static bool read_options(Listing *listing, KubeStatus *status)
{
    KubeRequest *request = listing->request;
    const char *match = http_parameter(request->exchange, "resourceVersionMatch");
    const char *token = http_parameter(request->exchange, "continue");
    int64_t ignored;

    listing->match = match ? match : "";
    listing->at = request->cluster->resource_version;
    if (!request_integer(request, "limit", 0, &listing->limit, status) ||
        !request_integer(request, "timeoutSeconds", 0, &ignored, status) ||
        !request_version(request, &listing->version, status) || !check_match(listing, status) ||
        !request_selection(request, &listing->selection, status))
        return false;
    if (token != NULL && *token) {
        if (listing->version > 0)
            return status_bad_request(
                status, "specifying resource version is not allowed when using continue");
        return decode_token(listing, token, status);
    }
    if (listing->version == 0)
        listing->limit = 0;
    if (strcmp(listing->match, "Exact") == 0) {
        listing->is_snapshot = true;
        listing->at = listing->version;
    }
    return listing->at <= request->cluster->resource_version ||
           status_set(status, 500, "", NULL,
                      "etcdserver: mvcc: required revision is a future revision");
}

/* What a token calls an object: "/ns/name" in a list of all namespaces, "name" in one. */
static const char *key_of(const Listing *listing, const KubeObject *object)
{
    bool is_all = kube_kind_has(object->kind, KUBE_NAMESPACED) && *listing->request->ns == 0;

    return arena_format(listing->request->arena, "%s%s%s%s", is_all ? "/" : "",
                        is_all ? object->ns : "", is_all ? "/" : "", object->name);
}

static bool is_listed(const Listing *listing, const KubeObject *object)
{
    const char *ns = listing->request->ns;

    return (*ns == 0 || strcmp(object->ns, ns) == 0) && selection_has(&listing->selection, object);
}

/* Where this page begins: behind the object that the page before ended with, or where it would be. */
static int first_of_page(const Listing *listing, const KubeShelf *shelf)
{
    const char *ns = listing->request->ns, *name = listing->start;
    bool is_there;
    int at;

    if (name == NULL)
        return 0;
    if (*name == '/') {
        const char *slash = strchr(name + 1, '/');

        ns = arena_text_of(listing->request->arena, name + 1,
                           slash ? (size_t)(slash - name - 1) : strlen(name + 1));
        name = slash ? slash + 1 : "";
    }
    at = store_place(shelf, ns, name, &is_there);
    return at + is_there;
}

static void add_metadata(Buffer *text, const Listing *listing, const char *token, int remaining)
{
    bool is_custom = kube_kind_has(listing->request->kind, KUBE_CUSTOM);
    bool counts = remaining > 0 && !listing->selection.labels && !listing->selection.fields;

    buffer_add_text(text, "\"metadata\":{");
    if (!is_custom)
        buffer_format(text, "\"resourceVersion\":\"%lld\"", (long long)listing->at);
    if (token != NULL || is_custom)
        buffer_format(text, "%s\"continue\":\"%s\"", is_custom ? "" : ",", token ? token : "");
    if (counts)
        buffer_format(text, ",\"remainingItemCount\":%d", remaining);
    if (is_custom)
        buffer_format(text, ",\"resourceVersion\":\"%lld\"", (long long)listing->at);
    buffer_add_text(text, "}");
}

/* Adds the page's items; what is left over goes to out_remaining, the last key to out_key (NULL: that was all). */
static void add_items(Buffer *text, const Listing *listing, const KubeShelf *shelf,
                      int *out_remaining, const char **out_key)
{
    Buffer scratch = {0};
    int shown = 0;

    *out_remaining = 0;
    *out_key = NULL;
    for (int i = first_of_page(listing, shelf); i < shelf->count; i++) {
        KubeObject *object = shelf->items[i];
        const char *item;
        size_t length;

        if (!is_listed(listing, object))
            continue;
        if (listing->limit > 0 && shown == listing->limit) {
            (*out_remaining)++;
            continue;
        }
        item = kube_object_item_text(object, listing->request->kind, &scratch, &length);
        buffer_add_text(text, shown++ ? ",{" : "{");
        buffer_add(text, item, length);
        if (shown == listing->limit)
            *out_key = key_of(listing, object);
    }
    if (*out_remaining == 0)
        *out_key = NULL;
    buffer_release(&scratch);
}

static void add_list(Buffer *text, const Listing *listing, const KubeShelf *shelf)
{
    const KubeKind *kind = listing->request->kind;
    Buffer items = {0};
    char api_version[64], *token = NULL;
    const char *key;
    int remaining;

    kube_api_version(kind, api_version);
    buffer_add_text(&items, "\"items\":[");
    add_items(&items, listing, shelf, &remaining, &key);
    buffer_add_text(&items, "]");
    if (key != NULL)
        token = encode_token(listing->at, key);
    if (kube_kind_has(kind, KUBE_CUSTOM)) {
        buffer_format(text, "{\"apiVersion\":\"%s\",", api_version);
        buffer_add(text, items.data, items.length);
        buffer_format(text, ",\"kind\":\"%sList\",", kind->kind);
        add_metadata(text, listing, token, remaining);
    } else {
        buffer_format(text, "{\"kind\":\"%sList\",\"apiVersion\":\"%s\",", kind->kind, api_version);
        add_metadata(text, listing, token, remaining);
        buffer_add_text(text, ",");
        buffer_add(text, items.data, items.length);
    }
    buffer_add_text(text, "}");
    buffer_release(&items);
    free(token);
}

/* The next of the listed objects from *at on, or NULL. */
static const KubeObject *next_listed(const Listing *listing, const KubeShelf *shelf, int *at)
{
    while (*at < shelf->count && !is_listed(listing, shelf->items[*at]))
        (*at)++;
    return *at < shelf->count ? shelf->items[(*at)++] : NULL;
}

static bool differs(const Listing *listing, const KubeShelf *then)
{
    const KubeShelf *now = store_shelf(listing->request->cluster, listing->request->kind);
    const KubeObject *one, *other;
    int a = 0, b = 0;

    do {
        one = next_listed(listing, then, &a);
        other = next_listed(listing, now, &b);
    } while (one == other && one != NULL);
    return one != other;
}

static void answer_list(Listing *listing)
{
    KubeRequest *request = listing->request;
    KubeShelf then = {0};
    Buffer text = {0};
    bool is_stale = !listing->is_snapshot && lags_behind(request, listing->version, &listing->at);

    listing->is_snapshot |= is_stale;
    if (listing->is_snapshot && !store_remembers(request->cluster, request->kind, listing->at)) {
        refuse_expired(listing);
        return;
    }
    if (listing->at < 0) /* the rest as it is now */
        listing->at = request->cluster->resource_version;
    if (listing->is_snapshot)
        then = store_shelf_at(request->cluster, request->kind, listing->at);
    if (is_stale && differs(listing, &then))
        tell_stale(request, listing->at);
    add_list(&text, listing,
             listing->is_snapshot ? &then : store_shelf(request->cluster, request->kind));
    store_shelf_release(&then);
    request_answer_text(request, 200, text.data, text.length);
    buffer_release(&text);
}

Buffer request_list_text(KubeRequest *request, const KubeSelection *selection)
{
    const Listing listing = {.request = request,
                             .selection = *selection,
                             .match = "",
                             .at = request->cluster->resource_version};
    Buffer text = {0};

    add_list(&text, &listing, store_shelf(request->cluster, request->kind));
    return text;
}

void request_list(KubeRequest *request)
{
    Listing listing = {.request = request};
    KubeStatus status = {0};

    if (!read_options(&listing, &status))
        request_refuse(request, &status);
    else if (listing.is_snapshot || !waits_for(request, listing.version))
        answer_list(&listing);
}

void request_list_expired(KubeRequest *request)
{
    Listing listing = {.request = request};
    KubeStatus status = {0};

    if (read_options(&listing, &status))
        refuse_expired(&listing);
    else
        request_refuse(request, &status);
}
