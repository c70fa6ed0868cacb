/*
 * fakes/kubernetes/owners/typed.c - what types say of an object's parts, and the sets that follow from it; see typed.h.
 */
#include "fakes/kubernetes/owners/typed.h"

#include <stdlib.h>
#include <string.h>

#include "fakes/kubernetes/print.h"
#include "fakes/kubernetes/form/rules.h"

/* ---- types ------------------------------------------------------------------------------------ */

Typed typed_kind(const KubeKind *kind)
{
    return (Typed){rules_type(kind), !kube_kind_has(kind, KUBE_CUSTOM)};
}

Typed typed_scale(void)
{
    return (Typed){kube_type_of("autoscaling/v1", "Scale"), true};
}

TypedShape typed_shape(const KubeType *type, const cJSON *json)
{
    if (cJSON_IsObject(json))
        return TYPED_MAP;
    if (cJSON_IsArray(json))
        return TYPED_LIST;
    if (!cJSON_IsNull(json) || type == NULL)
        return TYPED_SCALAR;
    if (type->shape == KUBE_OBJECT || type->shape == KUBE_MAP)
        return TYPED_MAP;
    return type->shape == KUBE_LIST ? TYPED_LIST : TYPED_SCALAR;
}

bool typed_is_atomic(const KubeType *type, TypedShape shape)
{
    if (shape == TYPED_LIST)
        return type == NULL || type->shape != KUBE_LIST ||
               (type->unit != KUBE_KEYED && type->unit != KUBE_SET);
    return shape == TYPED_SCALAR ||
           (type != NULL && (type->shape == KUBE_OBJECT || type->shape == KUBE_MAP) &&
            type->unit == KUBE_ATOMIC);
}

const KubeField *typed_field(const KubeType *type, const char *name)
{
    return type != NULL && type->shape == KUBE_OBJECT ? kube_type_field(type, name) : NULL;
}

const KubeType *typed_member(const KubeType *type, const char *name)
{
    const KubeField *field = typed_field(type, name);

    if (field != NULL)
        return field->type;
    return type != NULL && type->shape == KUBE_MAP ? type->element : NULL;
}

/* ---- steps to elements of lists --------------------------------------------------------------- */

static bool no_step(Buffer *out_why, const char *why)
{
    if (out_why != NULL)
        buffer_add_text(out_why, why);
    return false;
}

static bool no_keys(const KubeType *list, Buffer *out_why)
{
    if (out_why == NULL)
        return false;
    buffer_add_text(out_why,
                    "associative list with keys has an element that omits all key fields [");
    for (int i = 0; i < KUBE_KEYS_MAX && list->keys[i] != NULL; i++)
        buffer_format(out_why, "%s\"%s\"", i ? " " : "", list->keys[i]);
    return no_step(out_why, "] (and doesn't have default values for any key fields)");
}

static void add_key(Buffer *text, const KubeType *element, const cJSON *json, const char *key)
{
    const cJSON *value = cJSON_GetObjectItemCaseSensitive(json, key);
    const KubeField *field = value ? NULL : typed_field(element, key);

    if (value == NULL && (field == NULL || field->otherwise == NULL))
        return;
    buffer_format(text, "%s\"%s\":", text->length ? "," : "{", key);
    if (value != NULL)
        kube_print(text, value);
    else
        buffer_add_text(text, field->otherwise);
}

static int compare_keys(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool keyed_step(Arena *arena, const KubeType *list, const cJSON *element,
                       FieldElement *out_step, Buffer *out_why)
{
    const char *keys[KUBE_KEYS_MAX];
    size_t count = 0;
    Buffer text = {0};

    if (!cJSON_IsObject(element))
        return no_step(out_why, cJSON_IsNull(element)
                                    ? "associative list with keys may not have a null element"
                                    : "associative list with keys may not have non-map elements");
    while (count < KUBE_KEYS_MAX && list->keys[count] != NULL) {
        keys[count] = list->keys[count];
        count++;
    }
    qsort(keys, count, sizeof *keys, compare_keys);
    for (size_t i = 0; i < count; i++)
        add_key(&text, list->element, element, keys[i]);
    if (text.length == 0)
        return no_keys(list, out_why);
    buffer_add(&text, "}", 1);
    *out_step = (FieldElement){'k', arena_text_of(arena, text.data, text.length), text.length};
    buffer_release(&text);
    return true;
}

static bool value_step(Arena *arena, const cJSON *element, FieldElement *out_step, Buffer *out_why)
{
    Buffer text = {0};

    if (cJSON_IsObject(element))
        return no_step(out_why, "associative list without keys has an element that's a map type");
    if (cJSON_IsArray(element))
        return no_step(out_why, "not supported: associative list with lists as elements");
    if (cJSON_IsNull(element))
        return no_step(out_why,
                       "associative list without keys has an element that's an explicit null");
    kube_print(&text, element);
    *out_step = (FieldElement){'v', arena_text_of(arena, text.data, text.length), text.length};
    buffer_release(&text);
    return true;
}

bool typed_step(Arena *arena, const KubeType *list, const cJSON *element, FieldElement *out_step,
                Buffer *out_why)
{
    return list->unit == KUBE_KEYED ? keyed_step(arena, list, element, out_step, out_why)
                                    : value_step(arena, element, out_step, out_why);
}

/* ---- the fields of a configuration ------------------------------------------------------------ */

static void add_fields(Arena *arena, const KubeType *type, const cJSON *json, FieldSet *set);

/* Elements that share their keys have no fields of their own: only the keys are owned. */
static void add_elements(Arena *arena, const KubeType *list, const cJSON *json, FieldSet *set)
{
    const cJSON *element;
    FieldElement step;
    FieldSet *child;

    cJSON_ArrayForEach(element, json)
    {
        if (!typed_step(arena, list, element, &step, NULL))
            continue;
        child = fieldset_below(arena, set, step);
        if (child->is_member)
            child->below = NULL;
        else
            add_fields(arena, list->element, element, child);
        child->is_member = true;
    }
}

static void add_members(Arena *arena, const KubeType *type, const cJSON *json, FieldSet *set)
{
    const cJSON *member;

    cJSON_ArrayForEach(member, json)
    {
        FieldSet *child = fieldset_below(arena, set, field_name(member->string));

        add_fields(arena, typed_member(type, member->string), member, child);
        child->is_member |= cJSON_IsNull(member) ||
                            (cJSON_IsObject(member) && member->child == NULL) ||
                            typed_field(type, member->string) == NULL;
    }
}

static void add_fields(Arena *arena, const KubeType *type, const cJSON *json, FieldSet *set)
{
    TypedShape shape = typed_shape(type, json);

    if (typed_is_atomic(type, shape))
        set->is_member = true;
    else if (shape == TYPED_LIST)
        add_elements(arena, type, json, set);
    else
        add_members(arena, type, json, set);
}

FieldSet *typed_fields(Arena *arena, const Typed *typed, const cJSON *config)
{
    FieldSet *set = fieldset_new(arena);

    add_fields(arena, typed->type, config, set);
    set->is_member = false;
    return set;
}

/* ---- parents ---------------------------------------------------------------------------------- */

static void copy_with_parents(Arena *arena, const KubeType *type, const FieldSet *from,
                              FieldSet *to)
{
    FieldSet **last = &to->below;

    for (from = from->below; from != NULL; from = from->next, last = &(*last)->next) {
        char *name = arena_text_of(arena, from->element.text, from->element.length);
        bool is_field = from->element.kind == 'f';

        *last = fieldset_new(arena);
        (*last)->element = from->element;
        (*last)->is_member =
            from->is_member || (is_field && from->below && typed_field(type, name) != NULL);
        copy_with_parents(arena,
                          is_field       ? typed_member(type, name)
                          : type != NULL ? type->element
                                         : NULL,
                          from, *last);
    }
}

FieldSet *typed_with_parents(Arena *arena, const Typed *typed, const FieldSet *set)
{
    FieldSet *made = fieldset_new(arena);

    copy_with_parents(arena, typed->type, set, made);
    return made;
}

/* ---- removing --------------------------------------------------------------------------------- */

static void become_null(cJSON *json)
{
    cJSON_Delete(json->child);
    json->child = NULL;
    json->type = cJSON_NULL | (json->type & ~0xff);
}

static void remove_from(Arena *arena, const KubeType *type, cJSON *json, const FieldSet *set)
{
    TypedShape shape = typed_shape(type, json);
    bool is_list = shape == TYPED_LIST;

    if (shape == TYPED_SCALAR)
        return;
    if (typed_is_atomic(type, shape)) {
        become_null(json);
        return;
    }
    for (cJSON *member = json->child, *next; member != NULL; member = next) {
        FieldElement step = {0};
        const FieldSet *below = NULL;

        next = member->next;
        if (!is_list)
            step = field_name(member->string);
        if (!is_list || typed_step(arena, type, member, &step, NULL))
            below = fieldset_find(set, &step);
        if (below == NULL)
            continue;
        if (below->is_member)
            cJSON_Delete(cJSON_DetachItemViaPointer(json, member));
        else
            remove_from(arena, is_list ? type->element : typed_member(type, member->string), member,
                        below);
    }
    if (json->child == NULL)
        become_null(json);
}

void typed_remove(Arena *arena, const Typed *typed, cJSON *json, const FieldSet *set)
{
    remove_from(arena, typed->type, json, set);
}
