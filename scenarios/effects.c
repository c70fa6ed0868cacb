/*
 * scenarios/effects.c - which calls to the world's servers change something.
 */
#include "scenarios/effects.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "scenarios/invariants.h"

static bool is_any(const char *text, const char *const *words)
{
    for (; *words; words++)
        if (strcmp(text, *words) == 0)
            return true;
    return false;
}

static bool is_point(const FaultCall *call, const char *point)
{
    return strcmp(call->point, point) == 0;
}

/* A SELECT changes something by the functions it calls. */
static bool changes_database(const FaultCall *call)
{
    static const char *const READS[] = {"SELECT", "SHOW",  "SET",      "BEGIN",
                                        "COMMIT", "RESET", "ROLLBACK", NULL};
    static const char *const FUNCTIONS[] = {"pg_promote(",           "pg_wal_replay_pause(",
                                            "pg_wal_replay_resume(", "pg_switch_wal(",
                                            "pg_terminate_backend(", "_replication_slot(",
                                            "pg_reload_conf(",       NULL};

    if (!is_any(call->verb, READS))
        return true;
    for (const char *const *function = FUNCTIONS; *function; function++)
        if (call->detail && strstr(call->detail, *function))
            return true;
    return false;
}

static bool is_question(const char *resource)
{
    static const char *const REVIEWS[] = {"selfsubjectaccessreviews",  "selfsubjectrulesreviews",
                                          "selfsubjectreviews",        "subjectaccessreviews",
                                          "localsubjectaccessreviews", "tokenreviews",
                                          "serviceaccounts/token",     NULL};

    return is_any(resource, REVIEWS);
}

static bool changes_something(const FaultCall *call)
{
    static const char *const READS[] = {"GET", "HEAD", "OPTIONS", NULL};

    if (is_point(call, "kube.request"))
        return !is_any(call->verb, READS) && !is_question(call->resource);
    if (is_point(call, "front.request"))
        return !is_any(call->verb, READS) && !strstr(call->detail, "login");
    if (is_point(call, "postgres.query"))
        return changes_database(call);
    return is_point(call, "dns.update");
}

bool effect_of_call(const FaultCall *call, char out_text[EFFECT_TEXT_MAX])
{
    bool has_namespace = is_point(call, "kube.request") && call->detail;

    if (!changes_something(call))
        return false;
    snprintf(out_text, EFFECT_TEXT_MAX, "%s %s %s%s%s%s%s", call->site, call->verb,
             call->resource ? call->resource : "", has_namespace || call->name ? " " : "",
             has_namespace ? call->detail : "", has_namespace && call->name ? "/" : "",
             call->name ? call->name : "");
    return true;
}

/* By its name and what it is told to do, if that is a plain word. */
void effect_of_program(const char *const *words, char out_text[EFFECT_TEXT_MAX])
{
    const char *slash = strrchr(words[0], '/');
    bool has_verb = words[1] && words[1][0] != '-' && !strchr(words[1], '=');

    snprintf(out_text, EFFECT_TEXT_MAX, "desk starts %.100s%s%.100s", slash ? slash + 1 : words[0],
             has_verb ? " " : "", has_verb ? words[1] : "");
}

bool effect_may_be_repeated(const FaultCall *call)
{
    return is_point(call, "kube.request") || is_point(call, "dns.update");
}

/* NULL: it changed nothing that counts. */
static char *name_of_change(const cJSON *event)
{
    const char *lane = json_string_or(event, "lane", "");

    if (event_is(event, "dns.changed") && !*event_text(event, "by"))
        return memory_format("%s %s %s", event_text(event, "name"), event_text(event, "type"),
                             event_text(event, "value"));
    if (!event_is(event, "kube.request") ||
        !json_bool_or(cJSON_GetObjectItemCaseSensitive(event, "data"), "changed", false) ||
        strcmp(event_text(event, "resource"), "leases") == 0)
        return NULL;
    return memory_format("%s %s %s %s/%s", lane, event_text(event, "verb"),
                         event_text(event, "resource"), event_text(event, "namespace"),
                         event_text(event, "name"));
}

/* "understudy-20260301t030155z" is "understudy-#t#z": a time in a name is another one in each run. */
static void hide_times(char *name)
{
    enum { SHORTEST = 6 };
    char *to = name;

    for (const char *from = name; *from;) {
        size_t digits = strspn(from, "0123456789");

        if (digits >= SHORTEST)
            *to++ = '#';
        for (size_t i = 0; i < digits && digits < SHORTEST; i++)
            *to++ = from[i];
        from += digits;
        if (*from && !digits)
            *to++ = *from++;
    }
    *to = '\0';
}

cJSON *effects_counted(const cJSON *events)
{
    cJSON *counts = cJSON_CreateObject();
    const cJSON *event;

    cJSON_ArrayForEach(event, events)
    {
        char *name = name_of_change(event);
        cJSON *count;

        if (name)
            hide_times(name);
        count = name ? cJSON_GetObjectItemCaseSensitive(counts, name) : NULL;
        if (count)
            cJSON_SetNumberValue(count, count->valuedouble + 1);
        else if (name)
            cJSON_AddNumberToObject(counts, name, 1);
        free(name);
    }
    return counts;
}
