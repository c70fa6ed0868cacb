/*
 * sim/operators/feed.c - what feeds a standby without replication: the active's dumps, restored again and again.
 *
 * It watches the pods of the two Jobs. All goes well: a pod of the backup runs, and what is in the database then is the newest dump as soon
 * as it has succeeded; a pod of the restore runs, the rows go, and as it succeeds those of the dump are there. Goes wrong: a pod that is
 * deleted or fails half-way leaves the old dump, or an empty database.
 */
#include "sim/operators/feed.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "sim/objects.h"

static const char BACKUP[] = "backup-tsb-postgres", RESTORE[] = "tsb-restore";
static const char HELM[] = "helm";
enum { BACKUP_HOUR = 2, RESTORE_HOUR = 4 };

typedef struct {
    cJSON *rows; /* key -> value; NULL: none */
    int64_t at_ms;
} Dump;

struct Feed {
    Plane *plane;
    Dump newest, next; /* next: what a backup that runs now has seen */
    Dump loading;      /* what a restore that runs now will leave */
    bool was_suspended, was_wanted;
    int handles[3];
};

static Plane *other_plane(const Plane *plane)
{
    return plane->world->planes[1 - plane->index];
}

/* ---- the CronJobs ------------------------------------------------------------------------------------------------------------------- */

static void make_cronjob(Plane *plane, const char *name, int hour, int64_t takes_ms, bool suspended)
{
    object_create(
        plane->cluster, "cronjobs", plane->ns, HELM,
        object_format(
            "{'metadata':{'name':'%s','labels':{'app':'%s'}},'spec':{'schedule':'0 %d * * *',"
            "'concurrencyPolicy':'Forbid','suspend':%s,'jobTemplate':{'spec':{'backoffLimit':0,"
            "'template':{'metadata':{'labels':{'app':'%s'}},'spec':{'restartPolicy':'Never',"
            "'containers':[{'name':'%s','image':'containers.dl.tetrate.io/postgres:15',"
            "'command':['/bin/sh','-c','sleep %lld']}]}}}}}}",
            name, name, hour, suspended ? "true" : "false", name, name,
            (long long)takes_ms / 1000));
}

void feed_populate(Plane *plane)
{
    const WorldParameters *parameters = &plane->world->parameters;
    bool is_standby = plane->index > 0;
    char stream[32];
    Random random;

    snprintf(stream, sizeof stream, "feed/%s", plane->name);
    random = world_random(plane->world, stream);
    make_cronjob(plane, BACKUP, BACKUP_HOUR, span_draw(&parameters->standby.dump_takes, &random),
                 is_standby);
    make_cronjob(plane, RESTORE, RESTORE_HOUR,
                 span_draw(&parameters->standby.restore_takes, &random), !is_standby);
}

static bool is_suspended(const Plane *plane)
{
    const cJSON *restore = kube_find(plane->cluster, "cronjobs", plane->ns, RESTORE);

    return !restore || json_bool_or(restore, "spec/suspend", false);
}

bool feed_is_fed(const Plane *plane)
{
    return plane->world->parameters.standby.fed_by == WORLD_FED_BY_RESTORE && !is_suspended(plane);
}

/* ---- telling --------------------------------------------------------------------------------------------------------------------------- */

static bool is_wanted(const Plane *plane)
{
    return json_integer_or(kube_find(plane->cluster, "deployments", plane->ns, "tsb"),
                           "spec/replicas", 0) > 0;
}

/* V11 is judged by it: who brought it about, too. */
static void settle(Feed *self, const char *by)
{
    bool suspended = is_suspended(self->plane), wanted = is_wanted(self->plane);
    cJSON *data;

    if (suspended == self->was_suspended && wanted == self->was_wanted)
        return;
    self->was_suspended = suspended;
    self->was_wanted = wanted;
    data = cJSON_CreateObject();
    cJSON_AddBoolToObject(data, "suspended", suspended);
    cJSON_AddBoolToObject(data, "tsb", wanted);
    cJSON_AddStringToObject(data, "by", by);
    trace_add(self->plane->world->trace, self->plane->name, EVENT_FEED_STATE, data,
              "%s: %s is %s, and tsb is %s", self->plane->name, RESTORE,
              suspended ? "suspended" : "not suspended", wanted ? "wanted" : "at 0");
}

static void tell(const Feed *self, const char *kind, const char *state, int64_t dump_ms)
{
    cJSON *data = cJSON_CreateObject();
    char at[CLOCK_TEXT_MAX];

    cJSON_AddStringToObject(data, "state", state);
    cJSON_AddStringToObject(data, "dump", dump_ms ? clock_rfc3339(dump_ms, at) : "none");
    cJSON_AddBoolToObject(data, "tsb", is_wanted(self->plane));
    trace_add(self->plane->world->trace, self->plane->name, kind, data, "%s: %s %s, of %s",
              self->plane->name, strcmp(kind, EVENT_FEED_DUMP) == 0 ? "a dump" : "a restore", state,
              dump_ms ? at : "no dump at all");
}

/* ---- dumping and restoring -------------------------------------------------------------------------------------------------------------- */

static bool add_row(void *owner, const char *key, const cJSON *value)
{
    cJSON_AddItemToObject(owner, key, cJSON_Duplicate(value, true));
    return true;
}

static cJSON *rows_of(const Plane *plane)
{
    PgMember *primary = plane_primary(plane);
    cJSON *rows = cJSON_CreateObject();

    if (primary)
        pg_member_each_row(primary, "", add_row, rows);
    return rows;
}

static void forget(Dump *dump)
{
    cJSON_Delete(dump->rows);
    *dump = (Dump){0};
}

static void begin_dump(Feed *self)
{
    forget(&self->next);
    self->next = (Dump){rows_of(self->plane), clock_wall_ms()};
    tell(self, EVENT_FEED_DUMP, "begun", self->next.at_ms);
}

static void end_dump(Feed *self)
{
    if (!self->next.rows)
        return;
    forget(&self->newest);
    self->newest = self->next;
    self->next = (Dump){0};
    tell(self, EVENT_FEED_DUMP, "done", self->newest.at_ms);
}

static void write_all(Feed *self, const cJSON *rows)
{
    PgMember *primary = plane_primary(self->plane);
    cJSON *there = rows_of(self->plane);
    const cJSON *row;

    cJSON_ArrayForEach(row, there)
    {
        if (primary && !cJSON_HasObjectItem(rows, row->string))
            pg_member_write(primary, row->string, NULL, NULL, NULL);
    }
    cJSON_ArrayForEach(row, rows)
    {
        if (primary)
            pg_member_write(primary, row->string, row, NULL, NULL);
    }
    cJSON_Delete(there);
}

static void begin_restore(Feed *self)
{
    const Dump *newest = &other_plane(self->plane)->feed->newest;

    forget(&self->loading);
    if (newest->rows) {
        self->loading = (Dump){cJSON_Duplicate(newest->rows, true), newest->at_ms};
        write_all(self, NULL);
    }
    tell(self, EVENT_FEED_RESTORE, "begun", self->loading.at_ms);
}

static void end_restore(Feed *self)
{
    if (self->loading.rows)
        write_all(self, self->loading.rows);
    tell(self, EVENT_FEED_RESTORE, "done", self->loading.at_ms);
    forget(&self->loading);
}

/* ---- watching --------------------------------------------------------------------------------------------------------------------------- */

static bool became(const KubeChange *change, const char *phase)
{
    return strcmp(json_string_or(change->object, "status/phase", ""), phase) == 0 &&
           strcmp(json_string_or(change->previous, "status/phase", ""), phase) != 0;
}

static void on_pod(void *owner, const KubeChange *change)
{
    Feed *self = owner;
    const char *app = json_string_or(change->object, "metadata/labels/app", "");
    bool is_backup = strcmp(app, BACKUP) == 0;

    if (change->type == KUBE_DELETED || (!is_backup && strcmp(app, RESTORE) != 0))
        return;
    if (became(change, "Running"))
        (is_backup ? begin_dump : begin_restore)(self);
    else if (became(change, "Succeeded"))
        (is_backup ? end_dump : end_restore)(self);
}

static void on_object(void *owner, const KubeChange *change)
{
    Feed *self = owner;
    const char *name = json_string_or(change->object, "metadata/name", "");

    if (strcmp(name, RESTORE) == 0 || strcmp(name, "tsb") == 0)
        settle(self, change->manager);
}

Feed *feed_new(Plane *plane)
{
    static const char *const WATCHED[] = {"pods", "cronjobs", "deployments"};
    Feed *self = MEMORY_NEW(Feed);
    int64_t day_ms = INT64_C(86400000), hour_ms = INT64_C(3600000);
    int64_t since_ms = (clock_wall_ms() - BACKUP_HOUR * hour_ms) % day_ms;

    self->plane = plane;
    self->was_suspended = is_suspended(plane);
    self->was_wanted = is_wanted(plane);
    if (plane->index == 0)
        self->newest = (Dump){rows_of(plane), clock_wall_ms() - since_ms};
    for (int i = 0; i < 3; i++)
        self->handles[i] =
            kube_listen(plane->cluster, WATCHED[i], i == 0 ? on_pod : on_object, self);
    return self;
}

void feed_free(Feed *self)
{
    if (!self)
        return;
    for (int i = 0; i < 3; i++)
        kube_unlisten(self->plane->cluster, self->handles[i]);
    forget(&self->newest);
    forget(&self->next);
    forget(&self->loading);
    free(self);
}
