/*
 * scenarios/invariants.c - V1 to V11, what holds in every run without being asked for.
 *
 * Source: domain.md 7.0. Each is a function of the events of sim/events.h: what the world saw, not what the engine claims. V5 (a killed engine
 * reaches the same end) needs two runs and is tested by killing; what one run can show of it is that nothing was done twice.
 */
#include "scenarios/invariants.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scenarios/secrecy.h"

bool event_is(const cJSON *event, const char *kind)
{
    const cJSON *node = cJSON_GetObjectItemCaseSensitive(event, "kind");

    return cJSON_IsString(node) && strcmp(node->valuestring, kind) == 0;
}

int64_t event_at(const cJSON *event)
{
    return json_integer_or(event, "at", -1);
}

static const cJSON *event_data(const cJSON *event)
{
    return cJSON_GetObjectItemCaseSensitive(event, "data");
}

const char *event_text(const cJSON *event, const char *path)
{
    return json_string_or(event_data(event), path, "");
}

static const char *event_lane(const cJSON *event)
{
    return json_string_or(event, "lane", "");
}

const cJSON *event_last(const cJSON *events, const char *kind)
{
    const cJSON *event, *last = NULL;

    cJSON_ArrayForEach(event, events)
    {
        if (event_is(event, kind))
            last = event;
    }
    return last;
}

static bool has_outcome(const cJSON *events, const char *outcome)
{
    return strcmp(event_text(event_last(events, "engine.end"), "outcome"), outcome) == 0;
}

/* A client's request that changed an object. Requests of controllers are no kube.request events. */
static bool is_change(const cJSON *event)
{
    return event_is(event, "kube.request") && json_bool_or(event_data(event), "changed", false);
}

/* -------------------------------------------------------------------------------------------------------- V1 to V4 */

/* A fence that is owed, and was said to be, is the only excuse; from when it is paid on there is none. */
static bool is_fence_owed(const cJSON *event, bool was_owed)
{
    if (!event_is(event, "engine.debt"))
        return was_owed;
    return strcmp(event_text(event, "state"), "open") == 0;
}

static void judge_one_writable(const cJSON *events, Verdict *verdict)
{
    bool writable[2] = {false, false}, is_owed = false;
    const cJSON *event;

    cJSON_ArrayForEach(event, events)
    {
        int plane = strcmp(event_lane(event), "mp2") == 0;

        is_owed = is_fence_owed(event, is_owed);
        if (!event_is(event, "plane.api"))
            continue;
        writable[plane] = json_bool_or(event_data(event), "writable", false);
        if (writable[0] && writable[1] && !is_owed)
            verdict_set(verdict, VERDICT_VIOLATED, event_at(event),
                        "both management planes accept writes: %s",
                        json_string_or(event, "text", ""));
    }
}

/* Without the active, what it wrote last cannot be saved: that is agreed to and written down, not a violation. */
static bool is_loss_declared(const cJSON *events)
{
    const cJSON *event;

    cJSON_ArrayForEach(event, events)
    {
        if (event_is(event, "engine.roles") &&
            strncmp(event_text(event, "procedure"), "unplanned-", 10) == 0)
            return true;
        if (event_is(event, "engine.warning") && strcmp(event_text(event, "check"), "F-812") == 0)
            return true; /* what is younger than the newest dump */
    }
    return false;
}

/* Did another plane acknowledge each of them? What the new active acknowledged itself it has to have. */
static bool are_all_of_another(const cJSON *events, const cJSON *missing, const char *plane)
{
    const cJSON *event, *key;

    cJSON_ArrayForEach(event, events)
    {
        if (!event_is(event, "write.acknowledged") || strcmp(event_lane(event), plane) != 0)
            continue;
        cJSON_ArrayForEach(key, missing)
        {
            if (strcmp(key->valuestring, event_text(event, "key")) == 0)
                return false;
        }
    }
    return true;
}

static void judge_no_loss(const cJSON *events, Verdict *verdict)
{
    const cJSON *end = event_last(events, "world.end");
    const cJSON *missing = json_find(event_data(end), "writes/missing");

    if (!*event_text(end, "activePlane"))
        return; /* nobody serves: outcome and V6 have something to say about that */
    if (cJSON_GetArraySize(missing) > 0 &&
        !(is_loss_declared(events) &&
          are_all_of_another(events, missing, event_text(end, "activePlane"))))
        verdict_set(verdict, VERDICT_VIOLATED, event_at(end),
                    "%d acknowledged writes are not readable on %s, the first is %s",
                    cJSON_GetArraySize(missing), event_text(end, "activePlane"),
                    missing->child->valuestring);
}

/* What of each plane has to be known to judge a name. */
typedef struct {
    char permanent[256], address[256], ip[64];
    bool is_serving, is_proven;
} PlaneFacts;

static void follow_plane(const cJSON *event, PlaneFacts planes[2])
{
    PlaneFacts *plane = &planes[strcmp(event_lane(event), "mp2") == 0];

    if (event_is(event, "plane.api"))
        plane->is_serving = json_bool_or(event_data(event), "serving", false);
    if (event_is(event, "loadbalancer")) {
        snprintf(plane->address, sizeof plane->address, "%s", event_text(event, "address"));
        snprintf(plane->ip, sizeof plane->ip, "%s", event_text(event, "ip"));
    }
}

static bool is_planned_failover(const char *procedure)
{
    return strcmp(procedure, "failover") == 0 || strcmp(procedure, "restore-fed-failover") == 0;
}

/* A plane proves itself when a procedure that makes it the active has verified it; until then what it was before counts nothing. */
static void follow_proof(const cJSON *event, PlaneFacts planes[2], int *target)
{
    if (event_is(event, "engine.roles") && is_planned_failover(event_text(event, "procedure"))) {
        *target = strcmp(event_text(event, "standby"), "mp2") == 0;
        planes[*target].is_proven = false;
    }
    if (event_is(event, "step.end") && strcmp(event_text(event, "name"), "verify") == 0 &&
        strcmp(event_text(event, "result"), "failed") != 0)
        planes[*target].is_proven = true;
}

/* The plane that a record's value leads to: by its permanent name or its load balancer. */
static PlaneFacts *plane_of_value(PlaneFacts planes[2], const char *value)
{
    size_t length = strlen(value);

    length -= length && value[length - 1] == '.';
    for (int i = 0; i < 2; i++) {
        if ((strlen(planes[i].permanent) == length &&
             strncmp(planes[i].permanent, value, length) == 0) ||
            (*value && (strcmp(planes[i].address, value) == 0 || strcmp(planes[i].ip, value) == 0)))
            return &planes[i];
    }
    return NULL;
}

/* What another writer does to the name is not the engine's doing. */
static bool is_floating(const cJSON *event, const char *floating)
{
    const char *name = event_text(event, "name");

    return event_is(event, "dns.changed") && !*event_text(event, "by") &&
           strncmp(name, floating, strlen(floating)) == 0 &&
           (name[strlen(floating)] == '\0' || strcmp(name + strlen(floating), ".") == 0);
}

static void judge_name(const cJSON *event, PlaneFacts planes[2], Verdict *verdict)
{
    const char *value = event_text(event, "value");
    const PlaneFacts *plane = plane_of_value(planes, value);

    if (!*value)
        return; /* removed, and set again in the same update */
    if (!plane)
        verdict_set(verdict, VERDICT_VIOLATED, event_at(event),
                    "the floating name points to %s, which is no plane", value);
    else if (!plane->is_proven || !plane->is_serving)
        verdict_set(verdict, VERDICT_VIOLATED, event_at(event),
                    "the floating name points to %s, which %s", value,
                    plane->is_serving ? "has not passed verification" : "serves nothing");
}

/* Who has gone through with it leaves a name that leads to who serves. */
static void judge_last_name(const cJSON *events, Verdict *verdict)
{
    const cJSON *end = event_last(events, "world.end");
    const char *active = event_text(end, "activePlane"), *led = event_text(end, "floating/plane");

    if ((has_outcome(events, "completed") || has_outcome(events, "degraded")) &&
        strcmp(active, led) != 0)
        verdict_set(verdict, VERDICT_VIOLATED, event_at(end),
                    "in the end the floating name leads to %s, and %s serves",
                    *led ? led : "nobody", *active ? active : "nobody");
}

static void judge_names(const cJSON *events, Verdict *verdict)
{
    PlaneFacts planes[2] = {{.is_proven = true}, {.is_proven = false}};
    int target = 1;
    const char *floating = NULL;
    const cJSON *event;

    cJSON_ArrayForEach(event, events)
    {
        if (event_is(event, "world.begin")) {
            floating = event_text(event, "floatingName");
            for (int i = 0; i < 2; i++)
                snprintf(planes[i].permanent, sizeof planes[i].permanent, "%s",
                         event_text(event,
                                    i ? "planes/1/permanentName" : "planes/0/permanentName"));
        }
        follow_plane(event, planes);
        follow_proof(event, planes, &target);
        if (floating && is_floating(event, floating))
            judge_name(event, planes, verdict);
    }
    judge_last_name(events, verdict);
}

static void judge_tokens(const cJSON *events, Verdict *verdict)
{
    const cJSON *event;

    cJSON_ArrayForEach(event, events)
    {
        if (!event_is(event, "token.deleted"))
            continue;
        if (!json_bool_or(event_data(event), "reachable", false))
            verdict_set(verdict, VERDICT_VIOLATED, event_at(event),
                        "%s of %s was deleted while no new one could be had from there",
                        event_text(event, "secret"), event_lane(event));
        else if (!json_bool_or(event_data(event), "accountKnown", false))
            verdict_set(verdict, VERDICT_VIOLATED, event_at(event),
                        "%s of %s was deleted, whose service account the new active does not know",
                        event_text(event, "secret"), event_lane(event));
    }
}

/* ------------------------------------------------------------------------------------------------------- V5 to V11 */

static void judge_once(const cJSON *events, Verdict *verdict)
{
    int changes[2] = {0, 0}, undos = 0;
    const cJSON *event;

    cJSON_ArrayForEach(event, events)
    {
        int plane = strcmp(event_lane(event), "mp2") == 0;

        if (event_is(event, "engine.begin") && !json_bool_or(event_data(event), "resumed", false))
            changes[0] = changes[1] = undos = 0;
        undos +=
            event_is(event, "engine.undo") && strcmp(event_text(event, "name"), "promote") == 0;
        if (!is_change(event) || strcmp(event_text(event, "resource"), "managementplanes") != 0)
            continue;
        if (++changes[plane] > 1 + undos)
            verdict_set(verdict, VERDICT_VIOLATED, event_at(event),
                        "the ManagementPlane of %s was changed %d times", event_lane(event),
                        changes[plane]);
    }
}

/* A refusal changes nothing but leases. What the world changes in itself meanwhile is not asked. */
static void judge_refusal(const cJSON *events, Verdict *verdict)
{
    const cJSON *begin = event_last(events, "engine.begin");

    for (const cJSON *event = begin ? begin : events->child; event; event = event->next) {
        bool is_record = event_is(event, "dns.changed") && *event_text(event, "name") &&
                         !*event_text(event, "by");

        if (is_record || (is_change(event) && strcmp(event_text(event, "resource"), "leases") != 0))
            verdict_set(verdict, VERDICT_VIOLATED, event_at(event), "refused, and yet: %s",
                        json_string_or(event, "text", ""));
    }
}

static void judge_restored(const cJSON *events, Verdict *verdict)
{
    const cJSON *found = event_last(events, "world.found"), *end = event_last(events, "world.end");
    const cJSON *plane;

    if (has_outcome(events, "refused"))
        judge_refusal(events, verdict);
    if (!has_outcome(events, "rolledBack"))
        return;
    cJSON_ArrayForEach(plane, json_find(event_data(found), "planes"))
    {
        const cJSON *now =
            cJSON_GetObjectItemCaseSensitive(json_find(event_data(end), "final"), plane->string);

        if (!json_equal(plane, now)) {
            char *before = json_text(plane), *after = json_text(now);

            verdict_set(verdict, VERDICT_VIOLATED, event_at(end), "%s was %.150s and is %.150s",
                        plane->string, before, after);
            free(before);
            free(after);
        }
    }
}

static void judge_identity(const cJSON *events, Verdict *verdict)
{
    cJSON *known = cJSON_CreateObject();
    const cJSON *event;

    cJSON_ArrayForEach(event, events)
    {
        if (!event_is(event, "kube.request"))
            continue;
        if (strcmp(event_text(event, "resource"), "namespaces") == 0 &&
            strcmp(event_text(event, "name"), "kube-system") == 0 &&
            !cJSON_HasObjectItem(known, event_lane(event)))
            cJSON_AddTrueToObject(known, event_lane(event));
        if (is_change(event) && !cJSON_HasObjectItem(known, event_lane(event)))
            verdict_set(verdict, VERDICT_VIOLATED, event_at(event),
                        "%s was changed before anybody asked which cluster it is: %s",
                        event_lane(event), json_string_or(event, "text", ""));
    }
    cJSON_Delete(known);
}

/* What may be changed in a control plane's cluster. */
static bool may_change(const cJSON *event)
{
    static const char *const TOKENS[] = {"otel-token", "oap-token", "ngac-token",
                                         "xcp-edge-central-auth-token"};
    const char *resource = event_text(event, "resource"), *name = event_text(event, "name");

    if (strcmp(resource, "deployments") == 0)
        return strcmp(name, "edge") == 0 || strcmp(name, "tsb-operator-control-plane") == 0;
    for (size_t i = 0; strcmp(resource, "secrets") == 0 && i < sizeof TOKENS / sizeof *TOKENS;
         i++) {
        if (strcmp(name, TOKENS[i]) == 0)
            return true;
    }
    return false;
}

/* A ControlPlane, by a procedure that is for that: to the name that was ordered, or back; and nothing else in it. */
static bool may_repoint(const cJSON *events, const cJSON *event, const char *ordered)
{
    const char *host = event_text(event, "host");
    const cJSON *earlier;

    if (!ordered || !json_bool_or(event_data(event), "onlyHost", false))
        return false;
    if (strcmp(host, ordered) == 0)
        return true;
    for (earlier = events->child; earlier != event; earlier = earlier->next) {
        if (event_is(earlier, "site.host") && strcmp(event_lane(earlier), event_lane(event)) == 0 &&
            strcmp(event_text(earlier, "was"), host) == 0)
            return true;
    }
    return false;
}

static bool is_by_engine(const cJSON *event)
{
    return event_is(event, "site.host") && strncmp(event_text(event, "by"), "understudy", 10) == 0;
}

static const char *host_ordered(const cJSON *events, const cJSON *begin)
{
    const char *procedure = event_text(begin, "procedure"), *host = event_text(begin, "host");

    if (strcmp(procedure, "repoint") != 0)
        return NULL;
    return *host ? host : event_text(event_last(events, "world.begin"), "floatingName");
}

static void judge_data_plane(const cJSON *events, Verdict *verdict)
{
    const char *ordered = NULL;
    const cJSON *event;

    cJSON_ArrayForEach(event, events)
    {
        if (event_is(event, "engine.begin"))
            ordered = host_ordered(events, event);
        if (is_by_engine(event) && !may_repoint(events, event, ordered))
            verdict_set(verdict, VERDICT_VIOLATED, event_at(event),
                        "the ControlPlane of %s was changed in more than was ordered",
                        event_lane(event));
        if (ordered && strcmp(event_text(event, "resource"), "controlplanes") == 0)
            continue; /* site.host says what of it */
        if (strncmp(event_lane(event), "cp-", 3) == 0 && is_change(event) && !may_change(event))
            verdict_set(verdict, VERDICT_VIOLATED, event_at(event), "in %s: %s", event_lane(event),
                        json_string_or(event, "text", ""));
    }
}

/* What others let loose is theirs to answer for, but it must not come to a restore under a tsb that works. */
static void judge_feed(const cJSON *events, Verdict *verdict)
{
    const cJSON *event;

    cJSON_ArrayForEach(event, events)
    {
        bool is_wanted = json_bool_or(event_data(event), "tsb", false);

        if (event_is(event, "feed.state") && is_wanted &&
            !json_bool_or(event_data(event), "suspended", true) &&
            strncmp(event_text(event, "by"), "understudy", 10) == 0)
            verdict_set(verdict, VERDICT_VIOLATED, event_at(event),
                        "the engine let a restore loose on %s, whose tsb is wanted",
                        event_lane(event));
        if (event_is(event, "feed.restore") && is_wanted)
            verdict_set(verdict, VERDICT_VIOLATED, event_at(event),
                        "the database of %s was overwritten under its tsb", event_lane(event));
    }
}

static void judge_secrecy(const cJSON *events, const char *const *secrets, Verdict *verdict)
{
    Secrecy *secrecy = secrecy_new(secrets);
    const cJSON *event;

    cJSON_ArrayForEach(event, events)
    {
        char *text = json_text(event);

        if (secrecy_is_broken(secrecy, text))
            verdict_set(verdict, VERDICT_VIOLATED, event_at(event),
                        "an event of kind %s holds a secret", json_string_or(event, "kind", ""));
        free(text);
    }
    secrecy_free(secrecy);
}

/* Of a procedure for some of them: the first of those that has not synced. */
static const char *chosen_missing(const cJSON *chosen, const cJSON *late)
{
    const cJSON *name, *other;

    cJSON_ArrayForEach(name, chosen)
    {
        cJSON_ArrayForEach(other, late)
        {
            if (strcmp(name->valuestring, other->valuestring) == 0)
                return name->valuestring;
        }
    }
    return NULL;
}

static void judge_success(const cJSON *events, Verdict *verdict)
{
    const cJSON *end = event_last(events, "world.end");
    const cJSON *clusters = json_find(event_data(end), "clusters");
    int64_t total = json_integer_or(clusters, "total", -1);

    const cJSON *chosen = json_find(event_data(event_last(events, "engine.begin")), "chosen");
    const char *missing = chosen_missing(chosen, json_find(clusters, "notSynced"));

    if (!has_outcome(events, "completed"))
        return;
    if (missing)
        verdict_set(verdict, VERDICT_VIOLATED, event_at(end),
                    "the engine says completed, but %s has not synced", missing);
    if (chosen)
        return;
    if (json_integer_or(clusters, "synced", 0) != total ||
        json_integer_or(clusters, "connected", 0) != total)
        verdict_set(
            verdict, VERDICT_VIOLATED, event_at(end),
            "the engine says completed, but %lld of %lld clusters are connected and %lld have synced",
            (long long)json_integer_or(clusters, "connected", 0), (long long)total,
            (long long)json_integer_or(clusters, "synced", 0));
}

static const struct {
    const char *id, *what;
    void (*judge)(const cJSON *events, Verdict *verdict);
} INVARIANTS[] = {
    {"V1",  "never two management planes that accept writes",                               judge_one_writable},
    {"V2",  "every acknowledged write is readable on the new active",                       judge_no_loss     },
    {"V3",  "the floating name only ever points to a plane that proved itself",             judge_names       },
    {"V4",  "no token is deleted that could not be had again",                              judge_tokens      },
    {"V5",  "nothing that counts is done twice",                                            judge_once        },
    {"V6",  "a rollback or refusal leaves everything exactly as it was",                    judge_restored    },
    {"V7",  "no change in a cluster whose identity was not checked",                        judge_identity    },
    {"V8",  "nothing changes in a control plane but tokens, restarts, and an ordered name",
     judge_data_plane                                                                                         },
    {"V10", "success is declared only when every control plane is back",                    judge_success     },
    {"V11", "nothing is restored under a tsb that works",                                   judge_feed        },
};

void invariants_judge(const cJSON *events, const char *const *secrets, Verdicts *verdicts)
{
    for (size_t i = 0; i < sizeof INVARIANTS / sizeof *INVARIANTS; i++)
        INVARIANTS[i].judge(events, verdict_add(verdicts, INVARIANTS[i].id, INVARIANTS[i].what));
    if (secrets)
        judge_secrecy(events, secrets,
                      verdict_add(verdicts, "V9", "no key, token or password in any output"));
}
