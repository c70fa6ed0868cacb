/*
 * reports/timeline.c - a run's events as bars and marks on lanes.
 *
 * Each kind of event has a reader in a table at the end. A bar is opened by one event and closed by another; whatever is
 * still open when the events are over ends with the run.
 */
#include "reports/timeline.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "reports/markup.h"

enum { INSTANCES_MAX = 8, FAULTS_MAX = 64, NO_SPAN = -1 };

typedef struct {
    const char *permanent_name, *address, *ip;
    struct {
        const char *name;
        bool is_primary;
    } instances[INSTANCES_MAX];
} PlaneFacts;

/* What has to be remembered from one event to a later one. */
typedef struct {
    Timeline *timeline;
    PlaneFacts planes[2];
    int fault_spans[FAULTS_MAX]; /* by index of the fault */
    const char *observed;        /* last thing the open step saw */
} Reader;

/* --------------------------------------------------------------------------------------------------------------- spans */

static Span *span_add(Spans *spans, int64_t from_ms, int64_t to_ms, const char *look,
                      const char *label, const char *title)
{
    Span *span;

    MEMORY_GROW(spans->items, spans->count, spans->capacity);
    assert(spans->items);
    span = &spans->items[spans->count++];
    *span = (Span){from_ms, to_ms, look, label, title};
    return span;
}

static Span *span_last(const Spans *spans)
{
    return spans->count ? &spans->items[spans->count - 1] : NULL;
}

static void span_close(const Spans *spans, int64_t at_ms)
{
    Span *last = span_last(spans);

    if (last && last->to_ms == TIMELINE_OPEN)
        last->to_ms = at_ms;
}

/* The lane shows one thing at a time. */
static void span_follow(Spans *spans, int64_t at_ms, const char *look, const char *label,
                        const char *title)
{
    Span *last = span_last(spans);

    if (last && last->to_ms == TIMELINE_OPEN && last->from_ms == at_ms)
        spans->count--; /* it never was */
    span_close(spans, at_ms);
    span_add(spans, at_ms, TIMELINE_OPEN, look, label, title);
}

/* The event as a tooltip: when, and its sentence. */
static const char *title_of(Reader *reader, const TraceEvent *event)
{
    char at[MARKUP_TEXT_MAX];

    return arena_format(&reader->timeline->arena, "%s  %s", markup_time(event->at_ms, at),
                        event->text);
}

static void mark(Reader *reader, Spans *spans, const TraceEvent *event, const char *look,
                 const char *label)
{
    span_add(spans, event->at_ms, event->at_ms, look, label, title_of(reader, event));
}

/* -------------------------------------------------------------------------------------------------------------- planes */

static int plane_of_lane(const Reader *reader, const char *lane)
{
    for (int i = 0; i < 2; i++) {
        if (strcmp(reader->timeline->planes[i].name, lane) == 0)
            return i;
    }
    return -1;
}

static void read_begin(Reader *reader, const TraceEvent *event)
{
    Timeline *timeline = reader->timeline;

    for (int i = 0; i < 2; i++) {
        const cJSON *plane = cJSON_GetArrayItem(json_find(event->data, "planes"), i);

        timeline->planes[i].name = json_string_or(plane, "name", timeline->planes[i].name);
        reader->planes[i].permanent_name = json_string_or(plane, "permanentName", "");
    }
    timeline->control_planes = (int)json_integer_or(event->data, "controlPlanes", 0);
    timeline->floating_name = event_fact(event, "floatingName");
}

static void read_plane_state(Reader *reader, const TraceEvent *event)
{
    static const char *const LOOKS[] = {"active",   "standby",  "fenced",
                                        "starting", "demoting", "empty"};
    const char *state = event_fact(event, "state"), *look = "otherstate";
    int plane = plane_of_lane(reader, event->lane);

    for (size_t i = 0; i < sizeof LOOKS / sizeof *LOOKS; i++) {
        if (strcmp(LOOKS[i], state) == 0)
            look = LOOKS[i];
    }
    if (plane >= 0)
        span_follow(&reader->timeline->planes[plane].state, event->at_ms, look, state,
                    title_of(reader, event));
}

static void read_plane_api(Reader *reader, const TraceEvent *event)
{
    int plane = plane_of_lane(reader, event->lane);
    Spans *api = plane < 0 ? NULL : &reader->timeline->planes[plane].api;
    const char *look = json_bool_or(event->data, "writable", false)  ? "writes"
                       : json_bool_or(event->data, "serving", false) ? "reads"
                                                                     : "down";

    if (api)
        span_follow(api, event->at_ms, look, "", title_of(reader, event));
}

static bool is_any_primary(const PlaneFacts *facts)
{
    for (int i = 0; i < INSTANCES_MAX; i++) {
        if (facts->instances[i].is_primary)
            return true;
    }
    return false;
}

static void set_role(PlaneFacts *facts, const char *instance, bool is_primary)
{
    for (int i = 0; i < INSTANCES_MAX; i++) {
        const char *name = facts->instances[i].name;

        if (name && strcmp(name, instance) != 0)
            continue;
        facts->instances[i].name = instance;
        facts->instances[i].is_primary = is_primary;
        return;
    }
}

static void read_postgres_role(Reader *reader, const TraceEvent *event)
{
    int plane = plane_of_lane(reader, event->lane);
    Spans *lane = plane < 0 ? NULL : &reader->timeline->planes[plane].postgres;
    const char *look;

    if (!lane)
        return;
    set_role(&reader->planes[plane], event_fact(event, "instance"),
             strcmp(event_fact(event, "role"), "primary") == 0);
    look = is_any_primary(&reader->planes[plane]) ? "primary" : "recovery";
    if (!lane->count || strcmp(span_last(lane)->look, look) != 0)
        span_follow(lane, event->at_ms, look, "", title_of(reader, event));
}

static void read_promoted(Reader *reader, const TraceEvent *event)
{
    Timeline *timeline = reader->timeline;

    if (timeline->promoted_ms >= 0)
        return;
    timeline->promoted_ms = event->at_ms;
    timeline->promoted = event->lane;
}

/* ----------------------------------------------------------------------------------------------------------------- DNS */

static void read_load_balancer(Reader *reader, const TraceEvent *event)
{
    int plane = plane_of_lane(reader, event->lane);

    if (plane < 0)
        return;
    reader->planes[plane].address = event_fact(event, "address");
    reader->planes[plane].ip = event_fact(event, "ip");
}

/* Names are written with and without the dot of the root. */
static bool is_same_name(const char *a, const char *b)
{
    size_t a_length = strlen(a), b_length = strlen(b);

    a_length -= a_length && a[a_length - 1] == '.';
    b_length -= b_length && b[b_length - 1] == '.';
    return a_length && a_length == b_length && strncmp(a, b, a_length) == 0;
}

static int plane_of_value(const Reader *reader, const char *value)
{
    for (int i = 0; i < 2; i++) {
        const PlaneFacts *facts = &reader->planes[i];

        if (is_same_name(value, facts->permanent_name) || is_same_name(value, facts->address) ||
            is_same_name(value, facts->ip))
            return i;
    }
    return -1;
}

static const char *plane_look(int plane)
{
    return plane == 0 ? "p0" : plane == 1 ? "p1" : "other";
}

static const char *points_at(Reader *reader, const char *what)
{
    return arena_format(&reader->timeline->arena, "points at %s", what);
}

static void read_dns(Reader *reader, const TraceEvent *event)
{
    Timeline *timeline = reader->timeline;
    const char *value = event_fact(event, "value");
    int plane = plane_of_value(reader, value);

    if (!*event_fact(event, "name"))
        return; /* a whole zone, told of once for each server */
    mark(reader, &timeline->records, event, "record", "");
    if (is_same_name(event_fact(event, "name"), timeline->floating_name))
        span_follow(&timeline->dns, event->at_ms, plane_look(plane),
                    points_at(reader, plane >= 0 ? timeline->planes[plane].name
                                      : *value   ? value
                                                 : "nothing"),
                    title_of(reader, event));
}

/* Index of the plane that was active when the world began, or FLEET_NOWHERE. */
static int active_at_first(const Timeline *timeline)
{
    for (int i = 0; i < 2; i++) {
        const Spans *state = &timeline->planes[i].state;

        if (state->count && strcmp(state->items[0].look, "active") == 0)
            return i;
    }
    return FLEET_NOWHERE;
}

/* Before its first change the name points to the plane that is active. */
static void put_first_pointing(Reader *reader)
{
    Timeline *timeline = reader->timeline;
    int plane = active_at_first(timeline);
    int64_t until_ms = timeline->dns.count ? timeline->dns.items[0].from_ms : timeline->end_ms;

    if (plane == FLEET_NOWHERE || until_ms == 0)
        return;
    span_add(&timeline->dns, 0, until_ms, "", "", "");
    memmove(&timeline->dns.items[1], &timeline->dns.items[0],
            (timeline->dns.count - 1) * sizeof *timeline->dns.items);
    timeline->dns.items[0] =
        (Span){0, until_ms, plane_look(plane), points_at(reader, timeline->planes[plane].name),
               "as the world began"};
}

/* -------------------------------------------------------------------------------------------------------------- engine */

static void read_step_begin(Reader *reader, const TraceEvent *event)
{
    reader->observed = "";
    span_follow(&reader->timeline->steps, event->at_ms, "open", event_fact(event, "name"),
                event->text);
}

static void read_step_observed(Reader *reader, const TraceEvent *event)
{
    reader->observed = event_fact(event, "text");
}

static void read_step_act(Reader *reader, const TraceEvent *event)
{
    Timeline *timeline = reader->timeline;

    mark(reader, &timeline->acts, event, "act", event_fact(event, "name"));
    if (timeline->outage_ms < 0 && *event_fact(event, "phase"))
        timeline->outage_ms = event->at_ms;
}

static void read_step_end(Reader *reader, const TraceEvent *event)
{
    static const char *const LOOKS[] = {"held", "done", "failed", "stopped", "planned", "undone"};
    Timeline *timeline = reader->timeline;
    Span *step = span_last(&timeline->steps);
    const char *result = event_fact(event, "result");

    if (!step || step->to_ms != TIMELINE_OPEN)
        return;
    step->to_ms = event->at_ms;
    for (size_t i = 0; i < sizeof LOOKS / sizeof *LOOKS; i++) {
        if (strcmp(LOOKS[i], result) == 0)
            step->look = LOOKS[i];
    }
    step->title =
        arena_format(&timeline->arena, "%s\n%s\n%s", step->title, reader->observed, event->text);
}

static void read_undo(Reader *reader, const TraceEvent *event)
{
    Timeline *timeline = reader->timeline;

    span_close(&timeline->steps, event->at_ms);
    span_add(&timeline->steps, event->at_ms, TIMELINE_OPEN, "undo",
             arena_format(&timeline->arena, "undo %s", event_fact(event, "name")),
             title_of(reader, event));
}

static void read_engine_end(Reader *reader, const TraceEvent *event)
{
    span_close(&reader->timeline->steps, event->at_ms);
}

static void read_finding(Reader *reader, const TraceEvent *event)
{
    Timeline *timeline = reader->timeline;

    mark(reader, &timeline->findings, event, "finding",
         arena_format(&timeline->arena, "%s %s", event_fact(event, "reaction"),
                      event_fact(event, "check")));
}

static void read_warning(Reader *reader, const TraceEvent *event)
{
    mark(reader, &reader->timeline->warnings, event, "warning", event_fact(event, "check"));
}

/* -------------------------------------------------------------------------------------------------------------- faults */

static int *fault_span(Reader *reader, const TraceEvent *event)
{
    int64_t index = json_integer_or(event->data, "index", -1);

    return index < 0 || index >= FAULTS_MAX ? NULL : &reader->fault_spans[index];
}

/* Until somebody puts it back it lasts, or until it strikes again. */
static void read_injected(Reader *reader, const TraceEvent *event)
{
    Spans *faults = &reader->timeline->faults;
    int *last = fault_span(reader, event);
    bool is_again = last && *last != NO_SPAN;

    if (is_again)
        faults->items[*last].to_ms = event->at_ms;
    span_add(faults, event->at_ms, TIMELINE_OPEN, "lasting",
             is_again ? "" : event_fact(event, "fault"), title_of(reader, event));
    if (last)
        *last = (int)faults->count - 1;
}

static void read_cleared(Reader *reader, const TraceEvent *event)
{
    int *at = fault_span(reader, event);
    Span *span = at && *at != NO_SPAN ? &reader->timeline->faults.items[*at] : NULL;

    if (!span)
        return;
    span->to_ms = event->at_ms;
    span->look = "cleared";
    *at = NO_SPAN;
}

static void read_witness(Reader *reader, const TraceEvent *event)
{
    mark(reader, &reader->timeline->witnesses, event, "witness", "");
}

static void read_acknowledged(Reader *reader, const TraceEvent *event)
{
    mark(reader, &reader->timeline->taken, event, "taken", "");
}

static void read_refused(Reader *reader, const TraceEvent *event)
{
    mark(reader, &reader->timeline->refused, event, "refused", "");
}

/* ----------------------------------------------------------------------------------------------------------- the whole */

static const struct {
    const char *kind;
    void (*read)(Reader *reader, const TraceEvent *event);
} READERS[] = {
    {"plane.state",        read_plane_state  },
    {"plane.api",          read_plane_api    },
    {"postgres.role",      read_postgres_role},
    {"postgres.promoted",  read_promoted     },
    {"loadbalancer",       read_load_balancer},
    {"dns.changed",        read_dns          },
    {"step.begin",         read_step_begin   },
    {"step.observed",      read_step_observed},
    {"step.act",           read_step_act     },
    {"step.end",           read_step_end     },
    {"engine.undo",        read_undo         },
    {"engine.end",         read_engine_end   },
    {"engine.finding",     read_finding      },
    {"engine.warning",     read_warning      },
    {"fault.injected",     read_injected     },
    {"fault.cleared",      read_cleared      },
    {"fault.witness",      read_witness      },
    {"write.acknowledged", read_acknowledged },
    {"write.refused",      read_refused      },
};

static void read_events(Reader *reader, const cJSON *events)
{
    const cJSON *line;

    cJSON_ArrayForEach(line, events)
    {
        TraceEvent event = run_event(line);

        if (event.at_ms > reader->timeline->end_ms)
            reader->timeline->end_ms = event.at_ms;
        for (size_t i = 0; i < sizeof READERS / sizeof *READERS; i++) {
            if (strcmp(READERS[i].kind, event.kind) == 0)
                READERS[i].read(reader, &event);
        }
    }
}

/* world.begin names the planes, and may come after they have said their first word. */
static void name_planes(Reader *reader, const cJSON *events)
{
    const cJSON *line;

    cJSON_ArrayForEach(line, events)
    {
        TraceEvent event = run_event(line);

        if (strcmp(event.kind, "world.begin") != 0)
            continue;
        read_begin(reader, &event);
        return;
    }
}

static void read_fleets(Timeline *timeline, const cJSON *events)
{
    FleetQuestion question = {
        .kind = "edge.state",
        .planes = {timeline->planes[0].name, timeline->planes[1].name},
        .total = timeline->control_planes,
        .begin = active_at_first(timeline),
        .promoted_ms = timeline->promoted_ms,
        .promoted = timeline->promoted,
    };

    fleet_read(events, &question, &timeline->edges);
    question.kind = "resolver.view";
    fleet_read(events, &question, &timeline->resolvers);
}

const char *timeline_phase_look(const char *phase)
{
    static const struct {
        const char *phase, *look;
    } LOOKS[] = {
        {"fence",     "h0"},
        {"drain",     "h1"},
        {"promote",   "h2"},
        {"services",  "h3"},
        {"verify",    "h4"},
        {"settle",    "h5"},
        {"dns",       "h6"},
        {"reconnect", "h7"},
    };

    for (size_t i = 0; i < sizeof LOOKS / sizeof *LOOKS; i++) {
        if (strcmp(LOOKS[i].phase, phase) == 0)
            return LOOKS[i].look;
    }
    return "h8";
}

/* Each phase began where the one before it ended (engine/engine.h). */
static void read_phases(Timeline *timeline, const cJSON *phases)
{
    const cJSON *phase;
    int64_t at_ms = timeline->outage_ms;
    char took[MARKUP_TEXT_MAX];

    if (at_ms < 0)
        return;
    cJSON_ArrayForEach(phase, phases)
    {
        const char *name = json_string_or(phase, "name", "");
        int64_t ms = json_integer_or(phase, "ms", 0);

        span_add(&timeline->phases, at_ms, at_ms + ms, timeline_phase_look(name), name,
                 arena_format(&timeline->arena, "%s: %s", name, markup_duration(ms, took)));
        at_ms += ms;
    }
}

static void read_verdicts(Timeline *timeline, const cJSON *verdicts)
{
    const cJSON *verdict;

    cJSON_ArrayForEach(verdict, verdicts)
    {
        int64_t at_ms = json_integer_or(verdict, "at", -1);
        const char *id = json_string_or(verdict, "id", "");

        if (!verdict_is_held(verdict) && at_ms >= 0)
            span_add(&timeline->violations, at_ms, at_ms, verdict_result(verdict), id,
                     arena_format(&timeline->arena, "%s: %s", id,
                                  json_string_or(verdict, "text", "")));
    }
}

static void close_all(Timeline *timeline)
{
    Spans *const lanes[] = {
        &timeline->planes[0].state, &timeline->planes[0].api, &timeline->planes[0].postgres,
        &timeline->planes[1].state, &timeline->planes[1].api, &timeline->planes[1].postgres,
        &timeline->steps,           &timeline->dns,
    };

    for (size_t i = 0; i < sizeof lanes / sizeof *lanes; i++)
        span_close(lanes[i], timeline->end_ms);
    for (size_t i = 0; i < timeline->faults.count; i++) {
        if (timeline->faults.items[i].to_ms == TIMELINE_OPEN)
            timeline->faults.items[i].to_ms = timeline->end_ms;
    }
}

void timeline_read(const RunFacts *facts, Timeline *out_timeline)
{
    Reader reader = {.timeline = out_timeline, .observed = ""};

    *out_timeline = (Timeline){
        .end_ms = facts->simulated_ms,
        .promoted_ms = -1,
        .promoted = "",
        .outage_ms = -1,
        .planes = {{.name = "mp1"}, {.name = "mp2"}},
        .floating_name = "",
    };
    for (int i = 0; i < 2; i++)
        reader.planes[i] = (PlaneFacts){.permanent_name = "", .address = "", .ip = ""};
    for (int i = 0; i < FAULTS_MAX; i++)
        reader.fault_spans[i] = NO_SPAN;
    name_planes(&reader, facts->run->events);
    read_events(&reader, facts->run->events);
    close_all(out_timeline);
    read_fleets(out_timeline, facts->run->events);
    put_first_pointing(&reader);
    read_phases(out_timeline, facts->phases);
    read_verdicts(out_timeline, facts->run->verdicts);
}

void timeline_release(Timeline *timeline)
{
    Spans *const lanes[] = {
        &timeline->planes[0].state, &timeline->planes[0].api, &timeline->planes[0].postgres,
        &timeline->planes[1].state, &timeline->planes[1].api, &timeline->planes[1].postgres,
        &timeline->phases,          &timeline->steps,         &timeline->acts,
        &timeline->findings,        &timeline->warnings,      &timeline->faults,
        &timeline->witnesses,       &timeline->dns,           &timeline->records,
        &timeline->taken,           &timeline->refused,       &timeline->violations,
    };

    for (size_t i = 0; i < sizeof lanes / sizeof *lanes; i++)
        free(lanes[i]->items);
    fleet_release(&timeline->edges);
    fleet_release(&timeline->resolvers);
    arena_release(&timeline->arena);
    *timeline = (Timeline){0};
}
