/*
 * engine/steps/reseed.c - every Postgres instance of the old active follows the new one; where none of it comes by itself, from a new
 * base backup.
 *
 * Source: domain.md 8.3 (RS5, RS6), 4.2, F-901 to F-903, U12. Whether the operator demotes an old primary is not known; kubegres by itself
 * does not, and a data directory that is there is never copied anew. So it is waited for, and then, with consent, an instance at a time: its
 * StatefulSet, its pod and its volume are deleted, and kubegres makes them again, empty, which is what makes it take a base backup.
 */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "engine/observations.h"
#include "engine/steps/steps.h"

/* What one instance lacks to be a replica of the new active; "" if nothing. */
static bool see_lack(Operation *operation, size_t index, uint32_t timeline, char out_lack[160],
                     Error *err)
{
    const char *leader = operation->active->spec->permanent_name;
    PostgresPosition position;

    *out_lack = '\0';
    if (!postgres_position(operation->standby->postgres[index], &position, err))
        return false;
    if (!position.is_in_recovery)
        snprintf(out_lack, 160, "is a primary");
    else if (!position.has_receiver)
        snprintf(out_lack, 160, "receives nothing");
    else if (*position.sender_host && strcmp(position.sender_host, leader) != 0)
        snprintf(out_lack, 160, "follows %.100s", position.sender_host);
    else if (position.timeline != timeline)
        snprintf(out_lack, 160, "is on timeline %u, not %u", position.timeline, timeline);
    return true;
}

static bool see_timeline(Operation *operation, uint32_t *out_timeline, Error *err)
{
    PostgresPosition primary;
    bool is_primary = false;

    if (!see_promoted(operation, operation->active, &is_primary, &primary, err))
        return false;
    *out_timeline = primary.timeline;
    return is_primary || error_set(err, ERR_UNAVAILABLE, "%s has no primary just now",
                                   operation->active->spec->name);
}

/* The first instance that does not follow, by index; the count of all if there is none. */
static bool find_lacking(Operation *operation, size_t *out_index, char out_lack[160], Error *err)
{
    uint32_t timeline;

    if (!see_timeline(operation, &timeline, err))
        return false;
    for (size_t i = 0; i < operation->standby->spec->postgres_count; i++) {
        Error why = {0};

        *out_index = i;
        if (!see_lack(operation, i, timeline, out_lack, &why))
            snprintf(out_lack, 160, "does not answer: %.130s", why.message);
        if (*out_lack)
            return true;
    }
    *out_index = operation->standby->spec->postgres_count;
    return true;
}

static const char *instance_name(const Operation *operation, size_t index)
{
    return operation->standby->spec->postgres[index].name;
}

/* What is wrong in one word: a copy that somebody else has begun shows as a change of it, and may take its time. */
static const char *kind_of(const char *lack)
{
    return strncmp(lack, "does not answer", 15) == 0 ? "silent" : "answers";
}

/* How long it has been so, with this instance. */
static int64_t waited_ms(Operation *operation, const char *name, const char *lack)
{
    char what[160];

    snprintf(what, sizeof what, "%.120s %s", name, kind_of(lack));
    if (strcmp(json_string_or(operation->record, "reseed/what", ""), what) != 0) {
        json_put_string(operation->record, "reseed/what", what);
        json_put_integer(operation->record, "reseed/sinceMs", clock_wall_ms());
    }
    return clock_wall_ms() - json_integer_or(operation->record, "reseed/sinceMs", 0);
}

static KubePath volume_of(const Operation *operation, const char *name, char room[120])
{
    snprintf(room, 120, "postgres-db-%.70s-0", name);
    return (KubePath){.resource = "v1/persistentvolumeclaims",
                      .ns = operation->standby->spec->ns,
                      .name = room};
}

/* Of its claim; "" if there is none, or nobody says. */
static void see_volume(Operation *operation, const char *name, char out_uid[64])
{
    char room[120];
    KubePath path = volume_of(operation, name, room);
    cJSON *claim = NULL;

    kube_client_get(operation->standby->kube, &path, &claim, NULL);
    snprintf(out_uid, 64, "%s", json_string_or(claim, "metadata/uid", ""));
    cJSON_Delete(claim);
}

/* Which volume is to go: who resumes after a crash in the middle has to know whether the one that is there is that one. */
static void note_volume(Operation *operation, const char *name)
{
    char uid[64];

    if (strcmp(json_string_or(operation->record, "reseed/asked/name", ""), name) == 0)
        return;
    see_volume(operation, name, uid);
    json_put_string(operation->record, "reseed/asked/name", name);
    json_put_string(operation->record, "reseed/asked/volume", uid);
}

/* It has another volume than the one that was to go: an earlier process did all of it. */
static bool is_made_anew(Operation *operation, const char *name)
{
    const char *asked = json_string_or(operation->record, "reseed/asked/volume", "");
    char uid[64];

    if (!*asked || strcmp(json_string_or(operation->record, "reseed/asked/name", ""), name) != 0)
        return false;
    see_volume(operation, name, uid);
    return *uid && strcmp(uid, asked) != 0;
}

/* Its data is deleted: a person has to agree. */
static void observe_question(Operation *operation, size_t index, const char *lack, Observation *out)
{
    char observed[280];

    snprintf(observed, sizeof observed, "%s of %s %s", instance_name(operation, index),
             operation->standby->spec->name, lack);
    observe_failed(out, REACT_STOP, "F-901", "every instance of the old active follows the new one",
                   observed, "SELECT pg_is_in_recovery(); SELECT * FROM pg_stat_wal_receiver",
                   "take a dump of it, then `understudy resume`: its data is deleted and copied "
                   "anew");
    if (!consent_given(operation, CONSENT_RESEED, 0, &out->finding))
        return;
    note_volume(operation, instance_name(operation, index));
    observe_pending(out, "%s", observed);
}

static void observe_lacking(Operation *operation, size_t index, const char *lack, Observation *out)
{
    const char *name = instance_name(operation, index);
    bool is_copied = strcmp(json_string_or(operation->record, "reseed/last", ""), name) == 0 ||
                     is_made_anew(operation, name);
    int64_t waited = waited_ms(operation, name, lack);

    if (is_copied || waited < operation->environment->policies.demote_ms)
        observe_waiting(out, "%s %s; %s", name, lack,
                        is_copied ? "it takes a base backup" : "the operator may still see to it");
    else
        observe_question(operation, index, lack, out);
    out->act_again = !is_copied;
}

static void observe_reseed(Operation *operation, Observation *out)
{
    size_t count = operation->standby->spec->postgres_count, index;
    int64_t lacking = json_integer_or(operation->record, "reseed/lacking", -1);
    char lack[160];
    Error why = {0};

    if (!find_lacking(operation, &index, lack, &why)) {
        observe_error(out, &why);
        return;
    }
    out->has_progress = lacking >= 0 && (int64_t)index > lacking;
    json_put_integer(operation->record, "reseed/lacking", (int64_t)index);
    if (index == count)
        observe_holds(out, "all %zu instances of %s follow %s", count,
                      operation->standby->spec->name, operation->active->spec->permanent_name);
    else
        observe_lacking(operation, index, lack, out);
}

/* What is gone already need not be deleted. */
static bool delete_object(const Plane *plane, KubePath path, Error *err)
{
    Error why = {0};

    return kube_client_delete(plane->kube, &path, &why) || why.code == ERR_NOT_FOUND ||
           error_set(err, why.code, "%s", why.message);
}

/* The volume first: it goes when its pod does, so that no new pod can come up on the old data. */
static bool delete_instance(const Operation *operation, const char *name, Error *err)
{
    const Plane *plane = operation->standby;
    const char *ns = plane->spec->ns;
    char pod[80], volume[120];

    snprintf(pod, sizeof pod, "%.70s-0", name);
    return delete_object(plane, volume_of(operation, name, volume), err) &&
           delete_object(plane,
                         (KubePath){.resource = "apps/v1/statefulsets", .ns = ns, .name = name},
                         err) &&
           delete_object(plane, (KubePath){.resource = "v1/pods", .ns = ns, .name = pod}, err);
}

static bool reseed(Operation *operation, Error *err)
{
    size_t index;
    char lack[160];

    if (!find_lacking(operation, &index, lack, err))
        return false;
    if (index == operation->standby->spec->postgres_count)
        return true;
    if (!delete_instance(operation, instance_name(operation, index), err))
        return false;
    json_put_string(operation->record, "reseed/last", instance_name(operation, index));
    return true;
}

static int64_t deadline(const Operation *operation)
{
    return operation->environment->policies.demote_ms + operation->environment->policies.reseed_ms;
}

const Step STEP_RESEED = {
    .id = "RS6",
    .name = "reseed",
    .why = "a standby is its data: one instance that does not follow is redundancy on paper",
    .never = "delete data unasked, or of more than one instance at a time",
    .observe = observe_reseed,
    .act = reseed,
    .deadline_ms = deadline,
    .on_deadline = REACT_STOP,
    .remedy = "see that instance's pod and the log of kubegres-controller-manager, then "
              "`understudy resume`",
    .extends_while_progress = true,
};
