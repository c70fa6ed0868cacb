/*
 * fakes/kubernetes/form/fields.c - fields that a type does not have, and fields that are there twice.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "fakes/kubernetes/form/form.h"

/* The way to a place in a tree, as complaints name it: spec.containers[0].name */
typedef struct {
    char text[400];
    cJSON *complaints;
} Trail;

static void complain(Trail *trail, const char *what)
{
    char *text = memory_format("%s \"%s\"", what, trail->text);

    cJSON_AddItemToArray(trail->complaints, cJSON_CreateString(text));
    free(text);
}

/* Returns how to take the step back. */
static size_t step_into(Trail *trail, const char *name)
{
    size_t length = strlen(trail->text);

    snprintf(trail->text + length, sizeof trail->text - length, "%s%s", length ? "." : "", name);
    return length;
}

static size_t step_to(Trail *trail, int index)
{
    size_t length = strlen(trail->text);

    snprintf(trail->text + length, sizeof trail->text - length, "[%d]", index);
    return length;
}

static void step_back(Trail *trail, size_t length)
{
    trail->text[length] = '\0';
}

/* ---- unknown ---------------------------------------------------------------------------------- */

static void find_unknown(Trail *trail, const KubeType *type, const cJSON *json);

static void find_in_object(Trail *trail, const KubeType *type, const cJSON *json)
{
    const cJSON *member;

    cJSON_ArrayForEach(member, json)
    {
        const KubeField *field = kube_type_field(type, member->string);
        size_t back = step_into(trail, member->string);

        if (field != NULL)
            find_unknown(trail, field->type, member);
        else if (!type->keeps_unknown)
            complain(trail, "unknown field");
        step_back(trail, back);
    }
}

static void find_in_elements(Trail *trail, const KubeType *type, const cJSON *json)
{
    const cJSON *element;
    int i = 0;

    cJSON_ArrayForEach(element, json)
    {
        size_t back =
            type->shape == KUBE_LIST ? step_to(trail, i++) : step_into(trail, element->string);

        find_unknown(trail, type->element, element);
        step_back(trail, back);
    }
}

static void find_unknown(Trail *trail, const KubeType *type, const cJSON *json)
{
    if (type->shape == KUBE_OBJECT && cJSON_IsObject(json))
        find_in_object(trail, type, json);
    else if (type->shape == KUBE_LIST ? cJSON_IsArray(json)
                                      : type->shape == KUBE_MAP && cJSON_IsObject(json))
        find_in_elements(trail, type, json);
}

void form_find_unknown(const KubeType *type, const cJSON *json, cJSON *complaints)
{
    Trail trail = {.complaints = complaints};

    find_unknown(&trail, type, json);
}

/* ---- twice ------------------------------------------------------------------------------------ */

static void drop_doubles(Trail *trail, cJSON *json);

static int compare_names(const void *a, const void *b)
{
    return strcmp((*(const cJSON *const *)a)->string, (*(const cJSON *const *)b)->string);
}

/* Asked first, so that a large object without doubles is not compared with itself. */
static bool has_doubles(const cJSON *json)
{
    int count = 0, doubles = 0;
    const cJSON **members = memory_new((size_t)cJSON_GetArraySize(json) + 1, sizeof(cJSON *));
    const cJSON *member;

    cJSON_ArrayForEach(member, json) members[count++] = member;
    qsort(members, (size_t)count, sizeof *members, compare_names);
    for (int i = 1; i < count; i++)
        doubles += strcmp(members[i - 1]->string, members[i]->string) == 0;
    free(members);
    return doubles > 0;
}

/* Whether a later member has this one's name. */
static bool comes_again(const cJSON *member)
{
    for (const cJSON *later = member->next; later != NULL; later = later->next)
        if (strcmp(later->string, member->string) == 0)
            return true;
    return false;
}

static bool was_told(const Trail *trail, int from)
{
    char *text = memory_format("duplicate field \"%s\"", trail->text);
    bool was = false;

    for (const cJSON *told = cJSON_GetArrayItem(trail->complaints, from); told; told = told->next)
        was = was || strcmp(told->valuestring, text) == 0;
    free(text);
    return was;
}

static void drop_in_object(Trail *trail, cJSON *json)
{
    int from = cJSON_GetArraySize(trail->complaints);
    bool may_come_again = has_doubles(json);

    for (cJSON *member = json->child, *next; member != NULL; member = next) {
        size_t back = step_into(trail, member->string);

        next = member->next;
        if (may_come_again && comes_again(member)) {
            if (!was_told(trail, from))
                complain(trail, "duplicate field");
            cJSON_Delete(cJSON_DetachItemViaPointer(json, member));
        } else {
            drop_doubles(trail, member);
        }
        step_back(trail, back);
    }
}

static void drop_doubles(Trail *trail, cJSON *json)
{
    int i = 0;
    cJSON *element;

    if (cJSON_IsObject(json)) {
        drop_in_object(trail, json);
        return;
    }
    if (!cJSON_IsArray(json))
        return;
    cJSON_ArrayForEach(element, json)
    {
        size_t back = step_to(trail, i++);

        drop_doubles(trail, element);
        step_back(trail, back);
    }
}

void form_drop_doubles(cJSON *json, cJSON *complaints)
{
    Trail trail = {.complaints = complaints};

    drop_doubles(&trail, json);
}
