/*
 * reports/fleet.c - how many control planes were where, as one curve.
 */
#include "reports/fleet.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

typedef struct {
    const char *name;
    int on; /* index of a plane, or FLEET_NOWHERE */
    bool has_synced;
} Member;

typedef struct {
    const FleetQuestion *question;
    Member *members; /* sorted by name, each once */
    size_t count, capacity;
    FleetPoint now;
    Fleet *fleet;
} Reading;

static int by_name(const void *a, const void *b)
{
    return strcmp(((const Member *)a)->name, ((const Member *)b)->name);
}

static void find_members(Reading *reading, const cJSON *events)
{
    const cJSON *line;
    size_t kept = 0;

    cJSON_ArrayForEach(line, events)
    {
        if (strcmp(json_string_or(line, "kind", ""), reading->question->kind) != 0)
            continue;
        MEMORY_GROW(reading->members, reading->count, reading->capacity);
        reading->members[reading->count++] =
            (Member){json_string_or(line, "lane", ""), reading->question->begin, false};
    }
    if (!reading->count)
        return;
    qsort(reading->members, reading->count, sizeof *reading->members, by_name);
    for (size_t i = 0; i < reading->count; i++) {
        if (kept == 0 || strcmp(reading->members[kept - 1].name, reading->members[i].name) != 0)
            reading->members[kept++] = reading->members[i];
    }
    reading->count = kept;
}

/* Everybody who says anything was found by find_members. */
static Member *member_of(const Reading *reading, const char *name)
{
    const Member key = {.name = name};

    assert(reading->members);
    return bsearch(&key, reading->members, reading->count, sizeof key, by_name);
}

/* An edge's plane counts while it is connected there, a resolver's whenever it names one. */
static int plane_of(const Reading *reading, const TraceEvent *event)
{
    const char *state = event_fact(event, "state"), *plane = event_fact(event, "plane");

    if (*state && strcmp(state, "connected") != 0 && strcmp(state, "synced") != 0)
        return FLEET_NOWHERE;
    for (int i = 0; i < 2; i++) {
        if (*plane && strcmp(plane, reading->question->planes[i]) == 0)
            return i;
    }
    return FLEET_NOWHERE;
}

static bool is_sync(const Reading *reading, const TraceEvent *event)
{
    const FleetQuestion *question = reading->question;

    return question->promoted_ms >= 0 && event->at_ms >= question->promoted_ms &&
           strcmp(event_fact(event, "state"), "synced") == 0 &&
           strcmp(event_fact(event, "plane"), question->promoted) == 0;
}

static bool is_counted_as_synced(const Reading *reading, const Member *member)
{
    return member->has_synced && member->on != FLEET_NOWHERE &&
           strcmp(reading->question->planes[member->on], reading->question->promoted) == 0;
}

static void move(Reading *reading, Member *member, const TraceEvent *event)
{
    int to = plane_of(reading, event);

    reading->now.synced -= is_counted_as_synced(reading, member);
    if (member->on != FLEET_NOWHERE)
        reading->now.on[member->on]--;
    member->on = to;
    member->has_synced = member->has_synced || is_sync(reading, event);
    if (to != FLEET_NOWHERE)
        reading->now.on[to]++;
    reading->now.synced += is_counted_as_synced(reading, member);
}

/* One point for each moment at which something changed. */
static void put_point(Reading *reading, int64_t at_ms)
{
    Fleet *fleet = reading->fleet;

    reading->now.at_ms = at_ms;
    if (fleet->count == 0 || fleet->points[fleet->count - 1].at_ms != at_ms) {
        MEMORY_GROW(fleet->points, fleet->count, fleet->capacity);
        fleet->count++;
    }
    fleet->points[fleet->count - 1] = reading->now;
}

static void begin(Reading *reading)
{
    const FleetQuestion *question = reading->question;
    int heard_of = (int)reading->count;

    reading->fleet->total = heard_of > question->total ? heard_of : question->total;
    if (question->begin != FLEET_NOWHERE)
        reading->now.on[question->begin] = reading->fleet->total;
    put_point(reading, 0);
}

void fleet_read(const cJSON *events, const FleetQuestion *question, Fleet *out_fleet)
{
    Reading reading = {.question = question, .fleet = out_fleet};
    const cJSON *line;

    *out_fleet = (Fleet){0};
    find_members(&reading, events);
    begin(&reading);
    cJSON_ArrayForEach(line, events)
    {
        TraceEvent event = run_event(line);

        if (strcmp(event.kind, question->kind) != 0)
            continue;
        move(&reading, member_of(&reading, event.lane), &event);
        put_point(&reading, event.at_ms);
    }
    free(reading.members);
}

void fleet_release(Fleet *fleet)
{
    free(fleet->points);
    *fleet = (Fleet){0};
}
