/*
 * sim/controllers/facts.c - what controllers ask of an object.
 */
#include "sim/controllers/facts.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "sim/objects.h"

const char *fact_ns(const cJSON *object)
{
    return json_string_or(object, "metadata/namespace", "");
}

const char *fact_name(const cJSON *object)
{
    return json_string_or(object, "metadata/name", "");
}

bool fact_is_leaving(const cJSON *object)
{
    return json_has(object, "metadata/deletionTimestamp");
}

/* ---- owners ------------------------------------------------------------------------------------------------------------------------ */

const cJSON *fact_controller(const cJSON *object)
{
    const cJSON *reference;

    cJSON_ArrayForEach(reference, json_find(object, "metadata/ownerReferences"))
    {
        if (json_bool_or(reference, "controller", false))
            return reference;
    }
    return NULL;
}

bool fact_is_controlled_by(const cJSON *object, const cJSON *owner)
{
    const cJSON *reference = fact_controller(object);

    return reference && owner &&
           strcmp(json_string_or(reference, "uid", ""),
                  json_string_or(owner, "metadata/uid", "?")) == 0;
}

const char *fact_controller_of_kind(const cJSON *object, const char *kind)
{
    const cJSON *reference = fact_controller(object);

    return strcmp(json_string_or(reference, "kind", ""), kind) == 0 ? json_string(reference, "name")
                                                                    : NULL;
}

cJSON *fact_references(const cJSON *owner)
{
    return object_format("[{'apiVersion':'%s','kind':'%s','name':'%s','uid':'%s','controller':true,"
                         "'blockOwnerDeletion':true}]",
                         json_string_or(owner, "apiVersion", ""), json_string_or(owner, "kind", ""),
                         fact_name(owner), json_string_or(owner, "metadata/uid", ""));
}

/* ---- pods -------------------------------------------------------------------------------------------------------------------------- */

bool fact_pod_is_ready(const cJSON *pod)
{
    return fact_condition_is(pod, "Ready", "True");
}

bool fact_pod_is_over(const cJSON *pod)
{
    const char *phase = json_string_or(pod, "status/phase", "");

    return strcmp(phase, "Succeeded") == 0 || strcmp(phase, "Failed") == 0;
}

bool fact_pod_is_active(const cJSON *pod)
{
    return !fact_is_leaving(pod) && !fact_pod_is_over(pod);
}

bool fact_pod_counts_changed(const cJSON *before, const cJSON *pod)
{
    return !before || fact_pod_is_ready(before) != fact_pod_is_ready(pod) ||
           fact_pod_is_active(before) != fact_pod_is_active(pod) ||
           strcmp(json_string_or(before, "status/podIP", ""),
                  json_string_or(pod, "status/podIP", "")) != 0 ||
           !json_equal(json_find(before, "metadata/labels"), json_find(pod, "metadata/labels")) ||
           !json_equal(json_find(before, "metadata/ownerReferences"),
                       json_find(pod, "metadata/ownerReferences"));
}

/* ---- selectors and templates --------------------------------------------------------------------------------------------------------- */

static const char *label_of(const cJSON *object, const char *key)
{
    const cJSON *value =
        cJSON_GetObjectItemCaseSensitive(json_find(object, "metadata/labels"), key);

    return cJSON_IsString(value) ? value->valuestring : NULL;
}

static bool has_labels(const cJSON *map, const cJSON *object)
{
    const cJSON *wanted;

    cJSON_ArrayForEach(wanted, map)
    {
        const char *value = label_of(object, wanted->string);

        if (!value || !cJSON_IsString(wanted) || strcmp(value, wanted->valuestring) != 0)
            return false;
    }
    return true;
}

bool fact_map_selects(const cJSON *selector, const cJSON *object)
{
    return selector && selector->child && has_labels(selector, object);
}

static bool is_among(const cJSON *values, const char *text)
{
    const cJSON *value;

    cJSON_ArrayForEach(value, values)
    {
        if (text && cJSON_IsString(value) && strcmp(value->valuestring, text) == 0)
            return true;
    }
    return false;
}

static bool meets(const cJSON *expression, const cJSON *object)
{
    const char *operator_name = json_string_or(expression, "operator", "");
    const char *value = label_of(object, json_string_or(expression, "key", ""));
    const cJSON *values = json_find(expression, "values");

    if (strcmp(operator_name, "Exists") == 0)
        return value != NULL;
    if (strcmp(operator_name, "DoesNotExist") == 0)
        return value == NULL;
    return (strcmp(operator_name, "In") == 0) == is_among(values, value);
}

bool fact_selects(const cJSON *selector, const cJSON *object)
{
    const cJSON *labels = json_find(selector, "matchLabels");
    const cJSON *expressions = json_find(selector, "matchExpressions"), *expression;

    if ((!labels || !labels->child) && (!expressions || !expressions->child))
        return false;
    cJSON_ArrayForEach(expression, expressions)
    {
        if (!meets(expression, object))
            return false;
    }
    return has_labels(labels, object);
}

static uint32_t hash_bytes(uint32_t hash, const char *text)
{
    for (; *text; text++)
        hash = (hash ^ (uint8_t)*text) * 16777619u;
    return hash;
}

/* FNV-1a. Members are added up, so that their order does not matter; elements are taken in turn. */
uint32_t fact_hash(const cJSON *json)
{
    uint32_t hash = 2166136261u + (uint32_t)(json ? json->type & 0xff : 0);
    const cJSON *item;

    if (json && cJSON_IsString(json))
        return hash_bytes(hash, json->valuestring);
    if (json && cJSON_IsNumber(json))
        return (hash ^ (uint32_t)(int64_t)json->valuedouble) * 16777619u;
    cJSON_ArrayForEach(item, json)
    {
        uint32_t inner = fact_hash(item);

        if (cJSON_IsObject(json))
            hash += hash_bytes(inner, item->string) * 2654435761u;
        else
            hash = (hash ^ inner) * 16777619u;
    }
    return hash;
}

/* Its decimal digits in letters that make no words. */
const char *fact_hash_text(uint32_t hash, char out_text[16])
{
    static const char LETTERS[] = "bcdfghjklmnpqrstvwxz2456789";

    snprintf(out_text, 16, "%u", hash);
    for (char *at = out_text; *at; at++)
        *at = LETTERS[(uint8_t)*at % (sizeof LETTERS - 1)];
    return out_text;
}

/* ---- conditions -------------------------------------------------------------------------------------------------------------------- */

static cJSON *find_condition(const cJSON *conditions, const char *type)
{
    cJSON *condition;

    cJSON_ArrayForEach(condition, conditions)
    {
        if (strcmp(json_string_or(condition, "type", ""), type) == 0)
            return condition;
    }
    return NULL;
}

const cJSON *fact_condition(const cJSON *object, const char *type)
{
    return find_condition(json_find(object, "status/conditions"), type);
}

bool fact_condition_is(const cJSON *object, const char *type, const char *status)
{
    return strcmp(json_string_or(fact_condition(object, type), "status", ""), status) == 0;
}

static bool says(const cJSON *condition, const char *key, const char *text)
{
    return strcmp(json_string_or(condition, key, ""), text) == 0;
}

void fact_put_condition(cJSON *conditions, const Condition *condition)
{
    cJSON *old = find_condition(conditions, condition->type), *next;
    char now[CLOCK_TEXT_MAX];
    bool is_kept = old && says(old, "status", condition->status);

    if (is_kept && says(old, "reason", condition->reason) && !condition->is_renewed)
        return;
    clock_rfc3339(clock_wall_ms(), now);
    next = cJSON_CreateObject();
    cJSON_AddStringToObject(next, "type", condition->type);
    cJSON_AddStringToObject(next, "status", condition->status);
    if (condition->has_update)
        cJSON_AddStringToObject(next, "lastUpdateTime", now);
    cJSON_AddStringToObject(next, "lastTransitionTime",
                            is_kept ? json_string_or(old, "lastTransitionTime", now) : now);
    cJSON_AddStringToObject(next, "reason", condition->reason);
    cJSON_AddStringToObject(next, "message", condition->message);
    if (old)
        cJSON_Delete(cJSON_DetachItemViaPointer(conditions, old));
    cJSON_AddItemToArray(conditions, next);
}
