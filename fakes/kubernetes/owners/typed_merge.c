/*
 * fakes/kubernetes/owners/typed_merge.c - a configuration over an object, and whether it is one of that type.
 */
#include <stdio.h>
#include <string.h>

#include "fakes/kubernetes/print.h"
#include "fakes/kubernetes/owners/typed.h"

/* ---- merging ---------------------------------------------------------------------------------- */

static cJSON *merge_values(Arena *arena, const KubeType *type, const cJSON *old,
                           const cJSON *config);

static cJSON *merge_objects(Arena *arena, const KubeType *type, const cJSON *old,
                            const cJSON *config)
{
    cJSON *merged = cJSON_CreateObject();
    const cJSON *member;

    cJSON_ArrayForEach(member, old)
        cJSON_AddItemToObject(merged, member->string,
                              merge_values(arena, typed_member(type, member->string), member,
                                           cJSON_GetObjectItemCaseSensitive(config,
                                                                            member->string)));
    cJSON_ArrayForEach(member, config)
    {
        if (cJSON_GetObjectItemCaseSensitive(old, member->string) == NULL)
            cJSON_AddItemToObject(merged, member->string, cJSON_Duplicate(member, true));
    }
    return merged;
}

/* An element of a list, and the one that the same step leads to in the other list. */
typedef struct {
    const cJSON *json;
    FieldElement step;
    int other; /* -1: none */
} Element;

static Element *read_elements(Arena *arena, const KubeType *type, const cJSON *list, int *out_count)
{
    Element *elements = arena_new(arena, (size_t)(cJSON_GetArraySize(list) + 1) * sizeof *elements);
    const cJSON *item;

    *out_count = 0;
    cJSON_ArrayForEach(item, list)
    {
        Element *element = &elements[*out_count];

        if (typed_step(arena, type, item, &element->step, NULL)) {
            element->json = item;
            element->other = -1;
            ++*out_count;
        }
    }
    return elements;
}

static void pair_elements(Element *left, int left_count, Element *right, int right_count)
{
    for (int i = 0; i < left_count; i++)
        for (int k = 0; k < right_count; k++)
            if (field_compare(&left[i].step, &right[k].step) == 0) {
                left[i].other = k;
                if (right[k].other < 0)
                    right[k].other = i;
            }
}

/* The next element of config, from `from` on, that old has too. */
static int next_shared(const Element *config, int from, int count)
{
    while (from < count && config[from].other < 0)
        from++;
    return from;
}

/*
 * Both lists are walked side by side. Elements of old alone come where they are met; those of config in its order, each
 * pulled to its turn; the ones of config alone before the next that both have.
 */
static cJSON *merge_lists(Arena *arena, const KubeType *type, const cJSON *old,
                          const cJSON *config_list)
{
    cJSON *merged = cJSON_CreateArray();
    int old_count, count, at = 0, turn = 0;
    Element *before = read_elements(arena, type, old, &old_count);
    Element *config = read_elements(arena, type, config_list, &count);

    pair_elements(before, old_count, config, count);
    while (at < old_count || turn < count) {
        bool is_old_alone = at < old_count && before[at].other < 0;
        bool is_its_turn = at < old_count && turn < count && before[at].other == turn;

        if (is_old_alone) {
            cJSON_AddItemToArray(merged, cJSON_Duplicate(before[at].json, true));
        } else if (at < old_count && !is_its_turn &&
                   before[at].other != next_shared(config, turn, count)) {
            at++; /* it has had its turn, or will be pulled to it */
            continue;
        } else {
            const Element *element = &config[turn++];

            cJSON_AddItemToArray(merged,
                                 merge_values(arena, type->element,
                                              element->other >= 0 ? before[element->other].json
                                                                  : NULL,
                                              element->json));
        }
        at += is_old_alone || is_its_turn;
    }
    return merged;
}

static bool is_empty(const cJSON *json)
{
    return json == NULL || json->child == NULL;
}

static cJSON *merge_values(Arena *arena, const KubeType *type, const cJSON *old,
                           const cJSON *config)
{
    TypedShape shape = typed_shape(type, old ? old : config);

    if (config == NULL || old == NULL)
        return cJSON_Duplicate(config ? config : old, true);
    if (cJSON_IsNull(old))
        shape = typed_shape(type, config);
    if (typed_is_atomic(type, shape) || (is_empty(old) && is_empty(config)) ||
        (!cJSON_IsNull(config) && !cJSON_IsNull(old) && typed_shape(type, config) != shape))
        return cJSON_Duplicate(config, true);
    return shape == TYPED_LIST ? merge_lists(arena, type, old, config)
                               : merge_objects(arena, type, old, config);
}

cJSON *typed_merge(Arena *arena, const Typed *typed, const cJSON *old, const cJSON *config)
{
    return merge_values(arena, typed->type, old, config);
}

/* ---- checking --------------------------------------------------------------------------------- */

/* One line of what is wrong: ".spec.replicas: expected numeric (int or float), got string". */
typedef struct {
    Arena *arena;
    Buffer *path, *why;
    int count;
} Check;

static void blame(Check *check, const char *text)
{
    if (check->count++ > 0)
        buffer_add_text(check->why, "\n  ");
    buffer_format(check->why, "%s%s%s", check->path->length ? check->path->data : "",
                  check->path->length ? ": " : "", text);
}

/* As Go's %v prints a decoded value. */
static void print_go(Buffer *buffer, const cJSON *json)
{
    const cJSON *member;

    if (cJSON_IsString(json)) {
        buffer_add_text(buffer, json->valuestring);
    } else if (cJSON_IsArray(json) || cJSON_IsObject(json)) {
        buffer_add_text(buffer, cJSON_IsArray(json) ? "[" : "map[");
        cJSON_ArrayForEach(member, json)
        {
            buffer_format(buffer, "%s%s%s", member == json->child ? "" : " ",
                          member->string ? member->string : "", member->string ? ":" : "");
            print_go(buffer, member);
        }
        buffer_add(buffer, "]", 1);
    } else
        kube_print(buffer, json);
}

/* As Go's %#v does. */
static void print_go_syntax(Buffer *buffer, const cJSON *json)
{
    const cJSON *member;

    if (!cJSON_IsArray(json) && !cJSON_IsObject(json)) {
        kube_print(buffer, json);
        return;
    }
    buffer_add_text(buffer, cJSON_IsArray(json) ? "[]interface {}{" : "map[string]interface {}{");
    cJSON_ArrayForEach(member, json)
    {
        buffer_add_text(buffer, member == json->child ? "" : ", ");
        if (member->string != NULL)
            buffer_format(buffer, "\"%s\":", member->string);
        print_go_syntax(buffer, member);
    }
    buffer_add(buffer, "}", 1);
}

static const char *go_type(const cJSON *json)
{
    if (cJSON_IsBool(json))
        return "bool";
    if (cJSON_IsArray(json))
        return "[]interface {}";
    return cJSON_IsObject(json) ? "map[string]interface {}" : "string";
}

static void blame_shape(Check *check, const char *expected, const cJSON *json)
{
    Buffer text = {0};

    buffer_format(&text, "expected %s, got ", expected);
    if (strcmp(expected, "string") == 0) {
        buffer_add_text(&text, "&value.valueUnstructured{Value:");
        print_go_syntax(&text, json);
        buffer_add(&text, "}", 1);
    } else if (strcmp(expected, "numeric (int or float)") == 0) {
        buffer_add_text(&text, go_type(json));
    } else {
        buffer_add(&text, "&{", 2);
        print_go(&text, json);
        buffer_add(&text, "}", 1);
    }
    blame(check, text.data);
    buffer_release(&text);
}

/* What the type asks for, if json is not that; NULL: it is. */
static const char *expected_shape(const KubeType *type, const cJSON *json)
{
    switch (type->shape) {
    case KUBE_ANY:
        return NULL;
    case KUBE_OBJECT:
    case KUBE_MAP:
        return cJSON_IsObject(json) ? NULL : "map";
    case KUBE_LIST:
        return cJSON_IsArray(json) ? NULL : "list";
    case KUBE_INT32:
    case KUBE_INT64:
    case KUBE_NUMBER:
        return cJSON_IsNumber(json) ? NULL : "numeric (int or float)";
    case KUBE_BOOL:
        return cJSON_IsBool(json) ? NULL : "boolean";
    case KUBE_STRING:
    case KUBE_BYTES:
    case KUBE_DURATION:
        return cJSON_IsString(json) ? NULL : "string";
    default:
        return cJSON_IsArray(json) || cJSON_IsObject(json) ? "any scalar" : NULL;
    }
}

static void check_value(Check *check, const KubeType *type, const cJSON *json);

static void check_step(Check *check, FieldElement step, const KubeType *type, const cJSON *json)
{
    size_t length = check->path->length;

    field_print(check->path, &step);
    check_value(check, type, json);
    check->path->length = length;
    check->path->data[length] = 0;
}

static void check_members(Check *check, const KubeType *type, const cJSON *json)
{
    const cJSON *member;

    cJSON_ArrayForEach(member, json)
    {
        FieldElement step = field_name(member->string);

        if (type->shape == KUBE_MAP || typed_field(type, member->string) || type->keeps_unknown) {
            check_step(check, step, typed_member(type, member->string), member);
            continue;
        }
        field_print(check->path, &step);
        blame(check, "field not declared in schema");
        return;
    }
}

static void check_granular(Check *check, const KubeType *type, const cJSON *list)
{
    FieldSet *seen = fieldset_new(check->arena);
    const cJSON *item;
    int index = 0;

    cJSON_ArrayForEach(item, list)
    {
        Buffer why = {0}, twin = {0};
        FieldElement step;
        FieldSet *place;

        buffer_format(&why, "element %d: ", index++);
        if (!typed_step(check->arena, type, item, &step, &why)) {
            blame(check, why.data);
            buffer_release(&why);
            return;
        }
        place = fieldset_below(check->arena, seen, step);
        buffer_add_text(&twin, "duplicate entries for key ");
        field_print(&twin, &step);
        if (place->is_member)
            blame(check, twin.data);
        place->is_member = true;
        check_step(check, step, type->element, item);
        buffer_release(&why);
        buffer_release(&twin);
    }
}

static void check_elements(Check *check, const KubeType *type, const cJSON *list)
{
    const cJSON *item;
    int index = 0;
    char text[12];

    cJSON_ArrayForEach(item, list)
    {
        int length = snprintf(text, sizeof text, "%d", index++);

        check_step(check, (FieldElement){'i', text, (size_t)length}, type->element, item);
    }
}

static void check_value(Check *check, const KubeType *type, const cJSON *json)
{
    const char *expected;

    if (type == NULL || cJSON_IsNull(json))
        return;
    expected = expected_shape(type, json);
    if (expected != NULL)
        blame_shape(check, expected, json);
    else if (type->shape == KUBE_OBJECT || type->shape == KUBE_MAP)
        check_members(check, type, json);
    else if (type->shape == KUBE_LIST && typed_is_atomic(type, TYPED_LIST))
        check_elements(check, type, json);
    else if (type->shape == KUBE_LIST)
        check_granular(check, type, json);
}

bool typed_check(Arena *arena, const Typed *typed, const cJSON *json, Buffer *out_why)
{
    Buffer path = {0}, why = {0};
    Check check = {arena, &path, &why, 0};

    buffer_add_text(&path, "");
    check_value(&check, typed->type, json);
    buffer_format(out_why, "%s%s", check.count > 1 ? "errors:\n  " : "", why.data ? why.data : "");
    buffer_release(&path);
    buffer_release(&why);
    return check.count == 0;
}
