/*
 * fakes/kubernetes/form/settle.c - the form in which an object is stored, which is the form in which it is printed.
 *
 * Go reads an object into a struct and prints the struct: what the struct has not is lost, what is zero and may be left out
 * is left out, what may not is printed, and members stand in the order of the struct. Here the tree is brought there in place.
 */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "fakes/kubernetes/form/form.h"
#include "fakes/kubernetes/form/schema.h"

static void settle_object(const KubeType *type, cJSON *json);
static void settle_custom(const KubeType *type, cJSON *json);

static void drop(cJSON *parent, cJSON *child)
{
    cJSON_Delete(cJSON_DetachItemViaPointer(parent, child));
}

/* ---- order ------------------------------------------------------------------------------------ */

typedef struct {
    int rank; /* of a member of an object; members of a map go by name */
    cJSON *node;
} Ranked;

static int compare_names(const void *a, const void *b)
{
    return strcmp(((const Ranked *)a)->node->string, ((const Ranked *)b)->node->string);
}

static int compare_ranks(const void *a, const void *b)
{
    const Ranked *left = a, *right = b;

    if (left->rank != right->rank)
        return left->rank < right->rank ? -1 : 1;
    return compare_names(a, b);
}

static void relink(cJSON *parent, const Ranked *members, int count)
{
    parent->child = members[0].node;
    for (int i = 0; i < count; i++) {
        members[i].node->prev = members[i > 0 ? i - 1 : count - 1].node;
        members[i].node->next = i + 1 < count ? members[i + 1].node : NULL;
    }
}

static bool is_sorted_by_name(const cJSON *map)
{
    for (const cJSON *member = map->child; member != NULL && member->next; member = member->next)
        if (strcmp(member->string, member->next->string) > 0)
            return false;
    return true;
}

static void sort_map(cJSON *map)
{
    Ranked *members;
    cJSON *member;
    int count = 0;

    if (is_sorted_by_name(map))
        return;
    members = memory_new((size_t)cJSON_GetArraySize(map), sizeof *members);
    cJSON_ArrayForEach(member, map) members[count++].node = member;
    qsort(members, (size_t)count, sizeof *members, compare_names);
    relink(map, members, count);
    free(members);
}

/* ---- fields ----------------------------------------------------------------------------------- */

enum { INLINE_MAX = 256, NO_FIELD = INT_MAX };

/* The field of that name, and where it stands among those of type. *cursor: where the last one was. */
static const KubeField *look_up(const KubeType *type, const char *name, int *cursor, int *out_rank)
{
    const KubeField *found;

    for (int n = 0; n < type->field_count; n++) {
        int i = (*cursor + n) % type->field_count, inner = 0, inner_rank = 0;
        const KubeField *field = &type->fields[i];

        if (field->is_inline)
            found = look_up(field->type, name, &inner, &inner_rank);
        else
            found = *field->name == *name && strcmp(field->name, name) == 0 ? field : NULL;
        if (found != NULL) {
            *cursor = i;
            *out_rank = i * INLINE_MAX + inner_rank / INLINE_MAX;
            return found;
        }
    }
    *out_rank = NO_FIELD;
    return NULL;
}

static void sort_members(const KubeType *type, cJSON *json)
{
    Ranked *members = memory_new((size_t)cJSON_GetArraySize(json), sizeof *members);
    int count = 0, cursor = 0;
    cJSON *member;

    cJSON_ArrayForEach(member, json)
    {
        members[count].node = member;
        look_up(type, member->string, &cursor, &members[count++].rank);
    }
    qsort(members, (size_t)count, sizeof *members, compare_ranks);
    relink(json, members, count);
    free(members);
}

/* ---- values ----------------------------------------------------------------------------------- */

static void replace_text(cJSON *json, char *text)
{
    if (text == NULL || (cJSON_IsString(json) && strcmp(json->valuestring, text) == 0)) {
        free(text);
        return;
    }
    if (cJSON_IsString(json))
        cJSON_SetValuestring(json, text);
    else {
        json->type = (json->type & ~0xff) | cJSON_String;
        json->valuestring = memory_text(text);
    }
    free(text);
}

static void settle_quantity(cJSON *json)
{
    char number[40];

    if (cJSON_IsNumber(json)) {
        snprintf(number, sizeof number, "%.15g", json->valuedouble);
        replace_text(json, form_print_quantity(number));
    } else if (cJSON_IsString(json)) {
        replace_text(json, form_print_quantity(json->valuestring));
    }
}

/* Members of a list or map, which all have one type. */
static void settle_elements(const KubeType *type, cJSON *json)
{
    const KubeType *element = type->element;
    cJSON *member;

    if (type->shape == KUBE_MAP)
        sort_map(json);
    cJSON_ArrayForEach(member, json)
    {
        if (element->shape == KUBE_OBJECT && cJSON_IsObject(member))
            settle_object(element, member);
        else if (element->shape == KUBE_LIST || element->shape == KUBE_MAP)
            settle_elements(element, member);
        else if (element->shape == KUBE_QUANTITY)
            settle_quantity(member);
        else if (cJSON_IsNull(member) &&
                 (element->shape == KUBE_STRING || element->shape == KUBE_BYTES))
            replace_text(member, memory_text(""));
    }
}

static bool is_zero(const cJSON *json)
{
    if (cJSON_IsString(json))
        return *json->valuestring == '\0';
    return cJSON_IsFalse(json) || (cJSON_IsNumber(json) && json->valuedouble == 0);
}

/* False: it is as good as not there. */
static bool settle_value(const KubeField *field, cJSON *json)
{
    if (cJSON_IsNull(json) || cJSON_IsRaw(json)) /* raw: metadata.managedFields as it is stored */
        return cJSON_IsRaw(json);
    switch (field->type->shape) {
    case KUBE_OBJECT:
        settle_object(field->type, json);
        return true;
    case KUBE_LIST:
    case KUBE_MAP:
        settle_elements(field->type, json);
        return json->child != NULL || field->is_pointer;
    case KUBE_QUANTITY:
        settle_quantity(json);
        return true;
    case KUBE_STRING:
    case KUBE_BYTES:
    case KUBE_INT32:
    case KUBE_INT64:
    case KUBE_NUMBER:
    case KUBE_BOOL:
        return field->is_pointer || field->keeps_zero || !is_zero(json);
    default:
        return true;
    }
}

static cJSON *zero_of(const KubeField *field)
{
    cJSON *json;

    if (field->is_pointer)
        return cJSON_CreateNull();
    switch (field->type->shape) {
    case KUBE_OBJECT:
        json = cJSON_CreateObject();
        settle_object(field->type, json);
        return json;
    case KUBE_STRING:
        return cJSON_CreateString("");
    case KUBE_QUANTITY:
        return cJSON_CreateString("0");
    case KUBE_INT32:
    case KUBE_INT64:
    case KUBE_NUMBER:
    case KUBE_INT_OR_STRING:
        return cJSON_CreateNumber(0);
    case KUBE_BOOL:
        return cJSON_CreateFalse();
    default:
        return cJSON_CreateNull();
    }
}

/* ---- objects of Go ---------------------------------------------------------------------------- */

/* What is printed in any case. True if something was missing. */
static bool add_missing(const KubeType *type, cJSON *json, uint64_t seen)
{
    bool has_added = false;

    for (int i = 0; i < type->field_count; i++) {
        const KubeField *field = &type->fields[i];

        if (field->is_inline)
            has_added |= add_missing(field->type, json, 0);
        if (field->is_inline || (!field->keeps_zero && field->otherwise == NULL) ||
            (i < 64 && (seen >> i & 1)) || cJSON_GetObjectItemCaseSensitive(json, field->name))
            continue;
        cJSON_AddItemToObject(json, field->name,
                              field->otherwise ? cJSON_Parse(field->otherwise) : zero_of(field));
        has_added = true;
    }
    return has_added;
}

static void settle_object(const KubeType *type, cJSON *json)
{
    bool is_sorted = true;
    uint64_t seen = 0;
    int cursor = 0, rank, last = -1;

    form_set_defaults(type, json);
    for (cJSON *member = json->child, *next; member != NULL; member = next) {
        const KubeField *field = look_up(type, member->string, &cursor, &rank);

        next = member->next;
        if (field == NULL ? !type->keeps_unknown : !settle_value(field, member)) {
            drop(json, member);
            continue;
        }
        is_sorted = is_sorted && rank >= last;
        last = rank;
        if (field != NULL && !type->fields[cursor].is_inline && cursor < 64)
            seen |= (uint64_t)1 << cursor;
    }
    if (add_missing(type, json, seen) || !is_sorted)
        sort_members(type, json);
}

static void add_empty(const KubeType *type, cJSON *json)
{
    for (int i = 0; i < type->field_count; i++) {
        const KubeField *field = &type->fields[i];

        if (field->is_inline)
            add_empty(field->type, json);
        else if (field->otherwise != NULL)
            cJSON_AddItemToObject(json, field->name, cJSON_Parse(field->otherwise));
        else if (field->keeps_zero)
            cJSON_AddItemToObject(json, field->name,
                                  field->type->shape == KUBE_OBJECT && !field->is_pointer
                                      ? form_empty(field->type)
                                      : zero_of(field));
    }
}

cJSON *form_empty(const KubeType *type)
{
    cJSON *json = cJSON_CreateObject();

    add_empty(type, json);
    return json;
}

/* ---- objects of a schema ---------------------------------------------------------------------- */

static void settle_custom_value(const KubeType *type, cJSON *json)
{
    cJSON *element;

    if (type->rules == NULL && type->shape == KUBE_OBJECT && cJSON_IsObject(json))
        settle_object(type, json);
    else if (type->shape == KUBE_OBJECT && cJSON_IsObject(json))
        settle_custom(type, json);
    else if ((type->shape == KUBE_LIST && cJSON_IsArray(json)) ||
             (type->shape == KUBE_MAP && cJSON_IsObject(json)))
        cJSON_ArrayForEach(element, json) settle_custom_value(type->element, element);
}

static void settle_custom(const KubeType *type, cJSON *json)
{
    int cursor = 0, rank;

    for (cJSON *member = json->child, *next; member != NULL; member = next) {
        const KubeField *field = look_up(type, member->string, &cursor, &rank);

        next = member->next;
        if (field == NULL ? !type->keeps_unknown
                          : cJSON_IsNull(member) && field->otherwise != NULL &&
                                !schema_is_nullable(field->type))
            drop(json, member);
    }
    for (int i = 0; i < type->field_count; i++)
        if (type->fields[i].otherwise != NULL && !cJSON_HasObjectItem(json, type->fields[i].name))
            cJSON_AddItemToObject(json, type->fields[i].name,
                                  cJSON_Parse(type->fields[i].otherwise));
    for (cJSON *member = json->child; member != NULL; member = member->next) {
        const KubeField *field = look_up(type, member->string, &cursor, &rank);

        if (field != NULL)
            settle_custom_value(field->type, member);
    }
}

/* ---- both ------------------------------------------------------------------------------------- */

void form_settle(const KubeType *type, cJSON *json)
{
    if (type->rules == NULL)
        settle_object(type, json);
    else
        settle_custom(type, json);
}

void form_settle_member(const KubeType *type, cJSON *json, const char *name)
{
    const KubeField *field = kube_type_field(type, name);
    cJSON *member = cJSON_GetObjectItemCaseSensitive(json, name);

    if (field == NULL || member == NULL)
        return;
    if (type->rules != NULL)
        settle_custom_value(field->type, member);
    else if (!settle_value(field, member))
        drop(json, member);
}
