/*
 * sim/faults/faults.c - arms the faults of a scenario, lets each strike when its time has come, and writes down what proved it.
 *
 * A fault that strikes on an event does so from a timer of 0 ms: the event is told in the middle of somebody else's work.
 */
#include "sim/faults/faults.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/schema.h"
#include "sim/faults/table.h"

typedef enum { ON_START, ON_TIME, ON_STEP, ON_EVENT, ON_CALL } Trigger;

/* What has to be met: calls for call faults and for proofs, events for triggers and for proofs. */
typedef struct {
    bool is_set;
    const char *point, *site, *verb, *resource, *name; /* of calls; kind is in point for events */
    const char *client, *server, *transport;           /* of calls */
    const char *text_part;
} Watch;

struct ArmedFault {
    struct Faults *faults;
    int index;
    const FaultType *type;
    void *arguments;
    Trigger trigger;
    int64_t at_ms, for_ms; /* for_ms 0: to the end */
    int64_t every_ms;      /* 0: strikes once */
    int64_t struck_ms;     /* clock_mono_ms of the first strike */
    const char *step, *moment;
    Watch strike;               /* event or call that it strikes on */
    char verb[16], path[3][80]; /* of a call: verb, resource with subresource, name */
    int64_t occurrence, times, met;
    Timer *timer;
    bool has_struck, is_cleared, is_proven;
    Watch by_call, by_event;
    char held_site[16], held_part[48];
    SigningKey *key; /* that a fault made */
    cJSON *kept;
    int link;
    bool has_link;
    CertificateRefusal refusal;
    char context[32], target[32];
    const char *misprint, *printed; /* a path of the Environment file, and what it says there */
};

struct Faults {
    World *world;
    FaultPoints points;
    ArmedFault **armed;
    size_t count, capacity;
    bool is_started;
    WorldWatcher *watcher; /* may be NULL */
    void *watcher_owner;
};

/* ---- reading an entry ------------------------------------------------------------------------------------------------------ */

#define COUNT(rows) (sizeof(rows) / sizeof *(rows))

typedef struct {
    const cJSON *inject, *on, *after;
    int64_t at_ms, for_ms, every_ms;
} EntryFields;

static const Field ENTRY_FIELDS[] = {
    {"inject", FIELD_TREE,     offsetof(EntryFields, inject),   true,  "name the fault and its arguments",
     NULL                                                                                                      },
    {"on",     FIELD_TREE,     offsetof(EntryFields, on),       false, "a step or a call",                 NULL},
    {"after",  FIELD_TREE,     offsetof(EntryFields, after),    false, "an event",                         NULL},
    {"at",     FIELD_DURATION, offsetof(EntryFields, at_ms),    false, "time since the world began",       NULL},
    {"for",    FIELD_DURATION, offsetof(EntryFields, for_ms),   false,
     "how long; without it, to the end",                                                                   NULL},
    {"every",  FIELD_DURATION, offsetof(EntryFields, every_ms), false, "strikes again this often",
     NULL                                                                                                      },
};

static const char *const TRANSPORTS[] = {"any", "tcp", "udp", NULL};
static const char *const MOMENTS[] = {"begin", "act", "end", NULL};

typedef struct {
    const char *step, *call, *point, *site, *client, *server;
    int moment, transport;
    int64_t occurrence, times;
} OnFields;

static const Field ON_FIELDS[] = {
    {"step",       FIELD_TEXT,    offsetof(OnFields, step),       false, "name of an engine's step",      NULL},
    {"moment",     FIELD_CHOICE,  offsetof(OnFields, moment),     false, "begin, act or end of the step",
     MOMENTS                                                                                                  },
    {"call",       FIELD_TEXT,    offsetof(OnFields, call),       false, "VERB resource/name, * for any", NULL},
    {"point",      FIELD_TEXT,    offsetof(OnFields, point),      false,
     "kube.request, dns.update, front.request...",                                                        NULL},
    {"site",       FIELD_TEXT,    offsetof(OnFields, site),       false, "mp1, mp2, dns, cp-0001",        NULL},
    {"client",     FIELD_TEXT,    offsetof(OnFields, client),     false,
     "the user who asks an API server, the site that asks a name server",                                 NULL},
    {"server",     FIELD_TEXT,    offsetof(OnFields, server),     false,
     "ns1, ns2: one of the site's name servers",                                                          NULL},
    {"transport",  FIELD_CHOICE,  offsetof(OnFields, transport),  false, "tcp or udp, of name servers",
     TRANSPORTS                                                                                               },
    {"occurrence", FIELD_INTEGER, offsetof(OnFields, occurrence), false,
     "from which of the calls on",                                                                        NULL},
    {"times",      FIELD_INTEGER, offsetof(OnFields, times),      false, "how many of them",              NULL},
};

typedef struct {
    const char *event, *lane, *text;
} AfterFields;

static const Field AFTER_FIELDS[] = {
    {"event", FIELD_TEXT, offsetof(AfterFields, event), true,  "an event kind",        NULL},
    {"lane",  FIELD_TEXT, offsetof(AfterFields, lane),  false, "whom it happened to",  NULL},
    {"text",  FIELD_TEXT, offsetof(AfterFields, text),  false, "part of its sentence", NULL},
};

static const FaultType *type_of(const char *name)
{
    size_t count;
    const FaultType *const *types = fault_types(&count);

    for (size_t i = 0; i < count; i++)
        if (strcmp(types[i]->name, name) == 0)
            return types[i];
    return NULL;
}

static bool unknown_fault(const YamlDocument *document, const cJSON *node, Error *err)
{
    size_t count;
    const FaultType *const *types = fault_types(&count);
    const char **words = memory_new(count + 1, sizeof *words);
    const char *nearest;
    bool ok;

    for (size_t i = 0; i < count; i++)
        words[i] = types[i]->name;
    nearest = yaml_nearest(node->string, words);
    ok = yaml_error(document, node, err, "inject: there is no fault \"%s\"%s%s%s", node->string,
                    nearest ? "; did you mean \"" : "", nearest ? nearest : "",
                    nearest ? "\"?" : "");
    free(words);
    return ok;
}

/* "PATCH deployments/tsb/scale" into verb, "deployments/scale" and "tsb"; "UPDATE CNAME/tsb.example.com" likewise. */
static bool split_call(ArmedFault *armed, const char *call)
{
    char resource[64] = "", name[80] = "", part[32] = "";

    if (sscanf(call, "%15s %63[^/]/%79[^/]/%31s", armed->verb, resource, name, part) < 2)
        return false;
    snprintf(armed->path[0], sizeof armed->path[0], "%s%s%s", resource, *part ? "/" : "", part);
    snprintf(armed->path[1], sizeof armed->path[1], "%s", name);
    return true;
}

static const char *wanted(const char *text)
{
    return *text && strcmp(text, "*") != 0 ? text : NULL;
}

/* "dns.*" stands for each point whose name begins so. */
static bool point_fits(const char *pattern, const char *point)
{
    size_t length = strlen(pattern);

    if (length > 0 && pattern[length - 1] == '*')
        return strncmp(pattern, point, length - 1) == 0;
    return strcmp(pattern, point) == 0;
}

static bool read_on(const YamlDocument *document, const cJSON *node, ArmedFault *armed, Error *err)
{
    const char *only = armed->type->point;
    OnFields fields = {.occurrence = 1, .times = 1, .point = only ? only : "kube.request"};

    if (!fields_read(document, node, "on", ON_FIELDS, COUNT(ON_FIELDS), &fields, err))
        return false;
    if (!fields.step == !fields.call)
        return yaml_error(document, node, err, "on: name either a step or a call");
    if (fields.step) {
        armed->trigger = ON_STEP;
        armed->step = fields.step;
        armed->moment = MOMENTS[fields.moment];
        return true;
    }
    if (!split_call(armed, fields.call))
        return yaml_error(document, node, err,
                          "on.call: expected \"VERB resource/name\", found \"%s\"", fields.call);
    if (only && !point_fits(only, fields.point))
        return yaml_error(document, node, err, "on.point: %s strikes only at %s", armed->type->name,
                          only);
    armed->trigger = ON_CALL;
    armed->occurrence = fields.occurrence;
    armed->times = fields.times;
    armed->strike =
        (Watch){.is_set = true,
                .point = fields.point,
                .site = fields.site,
                .server = fields.server,
                .transport = fields.transport != 0 ? TRANSPORTS[fields.transport] : NULL,
                .client = fields.client};
    return true;
}

static bool read_after(const YamlDocument *document, const cJSON *node, ArmedFault *armed,
                       Error *err)
{
    AfterFields fields = {0};

    if (!fields_read(document, node, "after", AFTER_FIELDS, COUNT(AFTER_FIELDS), &fields, err))
        return false;
    armed->trigger = ON_EVENT;
    armed->strike = (Watch){.is_set = true,
                            .point = fields.event,
                            .site = fields.lane,
                            .text_part = fields.text};
    return true;
}

static bool read_injection(const YamlDocument *document, const cJSON *node, ArmedFault *armed,
                           Error *err)
{
    const cJSON *fault = cJSON_IsObject(node) ? node->child : NULL;

    if (!fault || fault->next)
        return yaml_error(document, node, err,
                          "inject: expected one fault, as in {pauseReplay: {plane: mp2}}");
    armed->type = type_of(fault->string);
    if (!armed->type)
        return unknown_fault(document, fault, err);
    armed->arguments = memory_new(1, armed->type->argument_size + 1);
    return fields_read(document, fault, fault->string, armed->type->fields,
                       armed->type->field_count, armed->arguments, err);
}

static bool read_entry(const YamlDocument *document, const cJSON *node, ArmedFault *armed,
                       Error *err)
{
    EntryFields fields = {.at_ms = -1};

    if (!fields_read(document, node, "faults", ENTRY_FIELDS, COUNT(ENTRY_FIELDS), &fields, err) ||
        !read_injection(document, fields.inject, armed, err) ||
        (fields.on && !read_on(document, fields.on, armed, err)) ||
        (fields.after && !read_after(document, fields.after, armed, err)))
        return false;
    if ((fields.on != NULL) + (fields.after != NULL) + (fields.at_ms >= 0) > 1)
        return yaml_error(document, node, err, "faults: only one of at, on, after");
    if (fields.at_ms >= 0) {
        armed->trigger = ON_TIME;
        armed->at_ms = fields.at_ms;
    }
    armed->for_ms = fields.for_ms;
    armed->every_ms = fields.every_ms;
    if ((armed->type->decide != NULL) != (armed->trigger == ON_CALL))
        return yaml_error(document, node, err,
                          armed->type->decide ? "%s strikes a call: say which with on: {call: ...}"
                                              : "%s does not strike a call",
                          armed->type->name);
    if (armed->every_ms && armed->type->decide)
        return yaml_error(document, node, err, "every: %s strikes calls: say `times`",
                          armed->type->name);
    return armed->for_ms == 0 || armed->every_ms || armed->type->clear || armed->type->decide ||
           yaml_error(document, node, err, "for: %s cannot be put back", armed->type->name);
}

static void armed_free(ArmedFault *armed)
{
    timer_free(armed->timer);
    signing_key_free(armed->key);
    cJSON_Delete(armed->kept);
    free(armed->arguments);
    free(armed);
}

static cJSON *injection_schema(void)
{
    cJSON *schema = schema_mapping("one fault and its arguments");
    size_t count;
    const FaultType *const *types = fault_types(&count);

    cJSON_AddNumberToObject(schema, "minProperties", 1);
    cJSON_AddNumberToObject(schema, "maxProperties", 1);
    for (size_t i = 0; i < count; i++)
        schema_member(schema, types[i]->name,
                      schema_fields(types[i]->summary, types[i]->fields, types[i]->field_count),
                      false);
    return schema;
}

cJSON *fault_schema(void)
{
    cJSON *schema = schema_fields(NULL, ENTRY_FIELDS, COUNT(ENTRY_FIELDS));

    schema_refine(schema, "inject", injection_schema());
    schema_refine(schema, "on", schema_fields(NULL, ON_FIELDS, COUNT(ON_FIELDS)));
    schema_refine(schema, "after", schema_fields(NULL, AFTER_FIELDS, COUNT(AFTER_FIELDS)));
    return schema;
}

bool fault_check(const YamlDocument *document, const cJSON *fault, Error *err)
{
    ArmedFault *armed = MEMORY_NEW(ArmedFault);
    bool ok = read_entry(document, fault, armed, err);

    armed_free(armed);
    return ok;
}

/* ---- telling ------------------------------------------------------------------------------------------------------------ */

static void tell(ArmedFault *armed, const char *kind, const char *text)
{
    cJSON *data = cJSON_CreateObject();

    cJSON_AddStringToObject(data, "fault", armed->type->name);
    cJSON_AddNumberToObject(data, "index", armed->index);
    if (strcmp(kind, EVENT_FAULT_WITNESS) == 0)
        cJSON_AddStringToObject(data, "evidence", text);
    trace_add(armed->faults->world->trace, "faults", kind, data, "%s: %s", armed->type->name, text);
}

void fault_prove(ArmedFault *fault, const char *format, ...)
{
    char text[300];
    va_list arguments;

    if (fault->is_proven || !fault->has_struck)
        return;
    fault->is_proven = true;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    tell(fault, EVENT_FAULT_WITNESS, text);
}

void fault_prove_by_call(ArmedFault *fault, const char *point, const char *site, const char *verb,
                         const char *resource, const char *name)
{
    fault->by_call = (Watch){.is_set = true,
                             .point = point,
                             .site = site,
                             .verb = verb,
                             .resource = resource,
                             .name = name};
}

void fault_prove_by_event(ArmedFault *fault, const char *kind, const char *lane,
                          const char *text_part)
{
    fault->by_event = (Watch){.is_set = true, .point = kind, .site = lane, .text_part = text_part};
}

void fault_prove_by_hold(ArmedFault *fault, const char *site, const char *what)
{
    snprintf(fault->held_site, sizeof fault->held_site, "%s", site);
    snprintf(fault->held_part, sizeof fault->held_part, "%s", what);
}

void fault_prove_by_link(ArmedFault *fault, int handle)
{
    fault->link = handle;
    fault->has_link = true;
}

SigningKey *fault_new_key(ArmedFault *fault)
{
    if (!fault->key)
        fault->key = signing_key_new();
    world_keep_secret(fault->faults->world, signing_key_pem(fault->key));
    return fault->key;
}

void fault_keep(ArmedFault *fault, cJSON *tree)
{
    cJSON_Delete(fault->kept);
    fault->kept = tree;
}

const cJSON *fault_kept(const ArmedFault *fault)
{
    return fault->kept;
}

static void on_refused(void *owner, const char *why)
{
    fault_prove(owner, "a client refused the connection: %s", why);
}

const CertificateRefusal *fault_prove_by_refusal(ArmedFault *fault)
{
    fault->refusal = (CertificateRefusal){on_refused, fault};
    return &fault->refusal;
}

int fault_link(const ArmedFault *fault)
{
    return fault->link;
}

void fault_misdirect(ArmedFault *fault, const char *context, const char *target)
{
    snprintf(fault->context, sizeof fault->context, "%s", context);
    snprintf(fault->target, sizeof fault->target, "%s", target);
}

const char *faults_context_target(const struct Faults *faults, const char *context)
{
    for (size_t i = 0; i < faults->count; i++)
        if (faults->armed[i]->has_struck && strcmp(faults->armed[i]->context, context) == 0)
            return faults->armed[i]->target;
    return context;
}

void fault_misprint(ArmedFault *fault, const char *path, const char *value)
{
    fault->misprint = path;
    fault->printed = value;
}

bool faults_have_misprints(const struct Faults *faults)
{
    for (size_t i = 0; i < faults->count; i++)
        if (faults->armed[i]->misprint)
            return true;
    return false;
}

void faults_misprint(struct Faults *faults, cJSON *environment)
{
    for (size_t i = 0; i < faults->count; i++) {
        ArmedFault *armed = faults->armed[i];

        if (!armed->misprint)
            continue;
        json_put_string(environment, armed->misprint, armed->printed);
        fault_prove(armed, "%s is %s", armed->misprint, armed->printed);
    }
}

/* ---- striking ------------------------------------------------------------------------------------------------------------- */

static void put_back(ArmedFault *armed)
{
    if (armed->is_cleared)
        return;
    armed->is_cleared = true;
    if (armed->type->clear)
        armed->type->clear(armed->faults->world, armed, armed->arguments);
    tell(armed, EVENT_FAULT_CLEARED, "put back");
}

static void strike(ArmedFault *armed)
{
    if (!armed->has_struck)
        armed->struck_ms = clock_mono_ms();
    armed->has_struck = true;
    tell(armed, EVENT_FAULT_INJECTED, armed->type->summary);
    armed->type->inject(armed->faults->world, armed, armed->arguments);
    if (armed->every_ms || armed->for_ms)
        timer_start(armed->timer, armed->every_ms ? armed->every_ms : armed->for_ms);
}

static bool is_over(const ArmedFault *armed)
{
    return armed->for_ms && clock_mono_ms() - armed->struck_ms >= armed->for_ms;
}

/* First its strike, then perhaps more of them, then its end. */
static void on_timer(void *owner)
{
    ArmedFault *armed = owner;

    if (!armed->has_struck || (armed->every_ms && !is_over(armed)))
        strike(armed);
    else
        put_back(armed);
}

bool world_arm(World *world, const YamlDocument *document, const cJSON *fault, int index,
               Error *err)
{
    struct Faults *faults = world->faults;
    ArmedFault *armed = MEMORY_NEW(ArmedFault);

    armed->faults = faults;
    armed->index = index;
    if (!read_entry(document, fault, armed, err)) {
        armed_free(armed);
        return false;
    }
    armed->timer = timer_new(world->loop, on_timer, armed);
    if (armed->type->prepare)
        armed->type->prepare(world, armed->arguments);
    MEMORY_GROW(faults->armed, faults->count, faults->capacity);
    faults->armed[faults->count++] = armed;
    return true;
}

void faults_start(struct Faults *faults)
{
    faults->is_started = true;
    for (size_t i = 0; i < faults->count; i++) {
        ArmedFault *armed = faults->armed[i];

        if (armed->trigger == ON_START)
            strike(armed);
        else if (armed->trigger == ON_TIME)
            timer_start(armed->timer, armed->at_ms);
    }
}

/* ---- what happens in the world ------------------------------------------------------------------------------------------------ */

static bool same_or_any(const char *wish, const char *text)
{
    return !wish || (text && strcmp(wish, text) == 0);
}

/* With or without the dot at the end that names have on the wire. */
static bool same_name_or_any(const char *wish, const char *name)
{
    size_t length = wish ? strlen(wish) : 0;

    return same_or_any(wish, name) ||
           (name && strncmp(wish, name, length) == 0 && strcmp(name + length, ".") == 0);
}

static bool call_matches(const Watch *watch, const FaultCall *call)
{
    return watch->is_set && (!watch->point || point_fits(watch->point, call->point)) &&
           same_or_any(watch->site, call->site) && same_or_any(watch->verb, call->verb) &&
           same_or_any(watch->resource, call->resource) &&
           same_name_or_any(watch->name, call->name) && same_or_any(watch->client, call->client) &&
           same_or_any(watch->server, call->server) &&
           same_or_any(watch->transport, call->transport);
}

static bool strikes_call(ArmedFault *armed, const FaultCall *call)
{
    Watch watch = armed->strike;

    if (armed->trigger != ON_CALL || armed->is_cleared)
        return false;
    watch.verb = wanted(armed->verb);
    watch.resource = wanted(armed->path[0]);
    watch.name = wanted(armed->path[1]);
    if (!call_matches(&watch, call))
        return false;
    armed->met++;
    return armed->met >= armed->occurrence && armed->met < armed->occurrence + armed->times;
}

static void prove_by_call(ArmedFault *armed, const FaultCall *call)
{
    if (call_matches(&armed->by_call, call))
        fault_prove(armed, "%s %s%s%s at %s met it", call->verb ? call->verb : "a call",
                    call->resource ? call->resource : "", call->name ? " " : "",
                    call->name ? call->name : "", call->site ? call->site : "?");
}

static Fault ask(void *self, const FaultCall *call)
{
    struct Faults *faults = self;
    Fault verdict = {.kind = FAULT_NONE};

    if (faults->watcher)
        verdict = faults->watcher(faults->watcher_owner, call);
    for (size_t i = 0; i < faults->count; i++) {
        ArmedFault *armed = faults->armed[i];

        prove_by_call(armed, call);
        if (verdict.kind != FAULT_NONE || !strikes_call(armed, call))
            continue;
        if (!armed->has_struck) {
            armed->has_struck = true;
            tell(armed, EVENT_FAULT_INJECTED, armed->type->summary);
            if (armed->for_ms)
                timer_start(armed->timer, armed->for_ms);
        }
        verdict = armed->type->decide(armed->arguments);
        verdict.cause = armed;
    }
    return verdict;
}

static void witness(void *self, const Fault *fault, const FaultCall *call, const char *evidence)
{
    (void)self;
    (void)call;
    if (fault->cause)
        fault_prove((ArmedFault *)fault->cause, "%s", evidence);
}

void faults_on_part(struct Faults *faults, const char *site, const char *what, const char *how)
{
    for (size_t i = 0; i < faults->count; i++) {
        ArmedFault *armed = faults->armed[i];

        if (strcmp(armed->held_site, site) == 0 && strcmp(armed->held_part, what) == 0)
            fault_prove(armed, "%s of %s %s", what, site, how);
    }
}

void faults_on_held(struct Faults *faults, const char *site, const char *what)
{
    faults_on_part(faults, site, what, "was held back when it was to act");
}

void faults_on_network(struct Faults *faults)
{
    for (size_t i = 0; i < faults->count; i++) {
        ArmedFault *armed = faults->armed[i];

        if (armed->has_link && !armed->is_proven && !armed->is_cleared &&
            topology_hits(faults->world->topology, armed->link) > 0)
            fault_prove(armed, "something was not delivered");
    }
}

static bool event_matches(const Watch *watch, const TraceEvent *event)
{
    return watch->is_set && strcmp(watch->point, event->kind) == 0 &&
           same_or_any(watch->site, event->lane) &&
           (!watch->text_part || strstr(event->text, watch->text_part));
}

/* "step.act" of the step that the fault waits for? */
static bool is_its_step(const ArmedFault *armed, const TraceEvent *event)
{
    return armed->trigger == ON_STEP && strncmp(event->kind, "step.", 5) == 0 &&
           strcmp(event->kind + 5, armed->moment) == 0 &&
           strcmp(json_string_or(event->data, "name", ""), armed->step) == 0;
}

static void on_event(void *owner, const TraceEvent *event)
{
    struct Faults *faults = owner;

    if (strcmp(event->lane, "faults") == 0 || !faults->is_started)
        return;
    for (size_t i = 0; i < faults->count; i++) {
        ArmedFault *armed = faults->armed[i];
        bool is_due = is_its_step(armed, event) ||
                      (armed->trigger == ON_EVENT && event_matches(&armed->strike, event));

        if (is_due && !armed->has_struck && !timer_is_running(armed->timer))
            timer_start(armed->timer, 0);
        if (event_matches(&armed->by_event, event))
            fault_prove(armed, "%.250s", event->text);
    }
    faults_on_network(faults);
}

/* ---- making ------------------------------------------------------------------------------------------------------------------ */

struct Faults *faults_new(World *world)
{
    struct Faults *faults = MEMORY_NEW(struct Faults);

    faults->world = world;
    faults->points = (FaultPoints){faults, ask, witness};
    trace_listen(world->trace, on_event, faults);
    return faults;
}

void faults_free(struct Faults *faults)
{
    if (!faults)
        return;
    for (size_t i = 0; i < faults->count; i++)
        armed_free(faults->armed[i]);
    free(faults->armed);
    free(faults);
}

void world_watch(World *world, WorldWatcher *watcher, void *owner)
{
    world->faults->watcher = watcher;
    world->faults->watcher_owner = owner;
}

const FaultPoints *faults_points(struct Faults *faults)
{
    return &faults->points;
}
