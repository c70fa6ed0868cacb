/*
 * scenarios/pattern.c - which events a line of an `expect:` means.
 */
#include "scenarios/pattern.h"

#include <fnmatch.h>
#include <string.h>

#include "sim/events.h"

/* Everything that anybody writes into a trace (sim/events.h, engine/engine.h). */
static const char *const KINDS[] = {
    EVENT_WORLD_BEGIN,
    EVENT_WORLD_FOUND,
    EVENT_WORLD_END,
    EVENT_PLANE_API,
    EVENT_PLANE_STATE,
    EVENT_POSTGRES_ROLE,
    EVENT_POSTGRES_PROMOTED,
    EVENT_KUBE_REQUEST,
    EVENT_CONTROLLER_CHANGE,
    EVENT_LOADBALANCER,
    EVENT_DNS_CHANGED,
    EVENT_PROGRAM_STARTED,
    EVENT_PROGRAM_ENDED,
    EVENT_RESOLVER_VIEW,
    EVENT_MONITOR_VIEW,
    EVENT_EDGE_STATE,
    EVENT_TOKEN_DELETED,
    EVENT_TOKEN_CREATED,
    EVENT_WRITE_ACKNOWLEDGED,
    EVENT_WRITE_REFUSED,
    EVENT_FEED_STATE,
    EVENT_FEED_DUMP,
    EVENT_FEED_RESTORE,
    EVENT_FAULT_INJECTED,
    EVENT_FAULT_WITNESS,
    EVENT_FAULT_CLEARED,
    "dns.update",
    "dns.serial",
    "front.request",
    "postgres.command",
    "engine.begin",
    "engine.consent",
    "engine.debt",
    "engine.roles",
    "engine.end",
    "engine.finding",
    "engine.question",
    "engine.warning",
    "engine.undo",
    "engine.help",
    "engine.cluster",
    "site.host",
    "step.begin",
    "step.observed",
    "step.act",
    "step.end",
    NULL,
};

bool pattern_check(const YamlDocument *document, const cJSON *node, const Pattern *pattern,
                   Error *err)
{
    const char *nearest;

    if (pattern->where && !cJSON_IsObject(pattern->where))
        return yaml_error(document, pattern->where, err, "where: expected a mapping of data");
    if (pattern->except && !cJSON_IsObject(pattern->except))
        return yaml_error(document, pattern->except, err, "except: expected a mapping of data");
    for (int i = 0; KINDS[i]; i++) {
        if (strcmp(KINDS[i], pattern->event) == 0)
            return true;
    }
    nearest = yaml_nearest(pattern->event, KINDS);
    return yaml_error(document, cJSON_GetObjectItem(node, "event"), err,
                      "event: nothing writes \"%s\"%s%s%s", pattern->event,
                      nearest ? "; did you mean \"" : "", nearest ? nearest : "",
                      nearest ? "\"?" : "");
}

bool pattern_read(const YamlDocument *document, const cJSON *node, Pattern *out_pattern, Error *err)
{
    static const Field FIELDS[] = {PATTERN_FIELDS(0)};

    *out_pattern = (Pattern){0};
    return fields_read(document, node, "pattern", FIELDS, sizeof FIELDS / sizeof *FIELDS,
                       out_pattern, err) &&
           pattern_check(document, node, out_pattern, err);
}

static bool value_matches(const cJSON *wanted, const cJSON *found)
{
    if (!found)
        return cJSON_IsNull(wanted);
    if (cJSON_IsString(wanted) && cJSON_IsString(found))
        return fnmatch(wanted->valuestring, found->valuestring, 0) == 0;
    return json_equal(wanted, found);
}

static bool data_matches(const cJSON *wanted_all, const cJSON *data)
{
    const cJSON *wanted;

    cJSON_ArrayForEach(wanted, wanted_all)
    {
        if (!value_matches(wanted, json_find(data, wanted->string)))
            return false;
    }
    return true;
}

bool pattern_matches(const Pattern *pattern, const cJSON *event)
{
    const cJSON *data = cJSON_GetObjectItemCaseSensitive(event, "data");

    if (strcmp(pattern->event, json_string_or(event, "kind", "")) != 0)
        return false;
    if (pattern->lane && fnmatch(pattern->lane, json_string_or(event, "lane", ""), 0) != 0)
        return false;
    if (pattern->text && fnmatch(pattern->text, json_string_or(event, "text", ""), 0) != 0)
        return false;
    return data_matches(pattern->where, data) &&
           !(pattern->except && data_matches(pattern->except, data));
}

const cJSON *pattern_find(const Pattern *pattern, const cJSON *from)
{
    for (; from; from = from->next) {
        if (pattern_matches(pattern, from))
            return from;
    }
    return NULL;
}
