/*
 * fakes/kubernetes/owners/typed_compare.c - what one state of an object has that another has not.
 */
#include <string.h>

#include "fakes/kubernetes/owners/typed.h"

enum { ADDED, MODIFIED, REMOVED, CHANGES };

typedef struct {
    Arena *arena;
    bool old_is_go, new_is_go;
} Walk;

/* The way to a value, and its place in the three sets once something is to be noted there. */
typedef struct Place {
    struct Place *above; /* NULL: the object itself */
    FieldElement step;
    FieldSet *sets[CHANGES];
} Place;

static FieldSet *set_at(const Walk *walk, Place *place, int change)
{
    if (place->sets[change] == NULL)
        place->sets[change] =
            fieldset_below(walk->arena, set_at(walk, place->above, change), place->step);
    return place->sets[change];
}

static void note(const Walk *walk, Place *place, int change)
{
    if (place->above != NULL) /* nobody owns the object as a whole */
        set_at(walk, place, change)->is_member = true;
}

/* ---- what is there ---------------------------------------------------------------------------- */

/* What Go has in a field that the text does not name. */
static const cJSON *zero_of(const KubeField *field)
{
    static const cJSON NOTHING = {.type = cJSON_NULL}, STRUCT = {.type = cJSON_Object},
                       NUMBER = {.type = cJSON_Number}, FALSE = {.type = cJSON_False},
                       TEXT = {.type = cJSON_String, .valuestring = (char *)""};

    if (field->is_pointer)
        return &NOTHING;
    switch (field->type->shape) {
    case KUBE_OBJECT:
        return &STRUCT;
    case KUBE_INT32:
    case KUBE_INT64:
    case KUBE_NUMBER:
        return &NUMBER;
    case KUBE_BOOL:
        return &FALSE;
    case KUBE_STRING:
        return &TEXT;
    default:
        return &NOTHING;
    }
}

static bool is_zero(const cJSON *json)
{
    if (cJSON_IsString(json))
        return *json->valuestring == 0;
    if (cJSON_IsNumber(json))
        return json->valuedouble == 0;
    return cJSON_IsFalse(json) || cJSON_IsNull(json) ||
           ((cJSON_IsArray(json) || cJSON_IsObject(json)) && json->child == NULL);
}

/* A member as Go sees it. parent NULL: there is nothing that it could be in. */
static const cJSON *member_of(const cJSON *parent, const cJSON *member, const KubeField *field,
                              bool is_go)
{
    if (!is_go || parent == NULL)
        return member;
    if (field == NULL)
        return cJSON_IsNull(member) ? NULL : member;
    if (member == NULL || cJSON_IsNull(member))
        return field->keeps_zero ? zero_of(field) : NULL;
    return !field->keeps_zero && !field->is_pointer && is_zero(member) ? NULL : member;
}

/* Members mostly stand in the same order in both: *hint is where the next one is expected. */
static const cJSON *find_member(const cJSON *object, const char *name, const cJSON **hint)
{
    const cJSON *found;

    if (object == NULL)
        return NULL;
    found = *hint != NULL && strcmp((*hint)->string, name) == 0
                ? *hint
                : cJSON_GetObjectItemCaseSensitive(object, name);
    *hint = found != NULL ? found->next : *hint;
    return found;
}

/* The same text, or nearly: what says no may still be equal, in another order. */
static bool is_same(const cJSON *a, const cJSON *b)
{
    if ((a->type & 0xff) != (b->type & 0xff))
        return false;
    if (cJSON_IsString(a) || cJSON_IsRaw(a))
        return strcmp(a->valuestring, b->valuestring) == 0;
    if (cJSON_IsNumber(a))
        return a->valuedouble == b->valuedouble;
    for (a = a->child, b = b->child; a != NULL && b != NULL; a = a->next, b = b->next)
        if ((a->string != NULL && (b->string == NULL || strcmp(a->string, b->string) != 0)) ||
            !is_same(a, b))
            return false;
    return a == b;
}

/* ---- comparing -------------------------------------------------------------------------------- */

static void compare_values(const Walk *walk, Place *place, const KubeType *type, const cJSON *old,
                           const cJSON *new);

static void compare_step(const Walk *walk, Place *above, FieldElement step, const KubeType *type,
                         const cJSON *old, const cJSON *new)
{
    Place place = {above, step, {NULL}};

    if (old != NULL || new != NULL)
        compare_values(walk, &place, type, old, new);
}

static void compare_member(const Walk *walk, Place *place, const KubeType *type,
                           const cJSON *const parents[2], const char *name, const cJSON *old,
                           const cJSON *new)
{
    const KubeField *field = typed_field(type, name);

    old = member_of(parents[0], old, field, walk->old_is_go);
    new = member_of(parents[1], new, field, walk->new_is_go);
    /* Of a configuration only what it names counts: a field that Go has is not taken away by not naming it. */
    if (new == NULL && walk->old_is_go && !walk->new_is_go &&parents[1] != NULL &&field != NULL &&
        field->keeps_zero &&old == zero_of(field))
        return;
    compare_step(walk, place, field_name(name), typed_member(type, name), old, new);
}

/* Fields that Go has in a struct which only one of the two has, and that neither text names. */
static void compare_unnamed(const Walk *walk, Place *place, const KubeType *type, const cJSON *old,
                            const cJSON *new)
{
    const cJSON *present = old ? old : new;

    if (type == NULL || type->shape != KUBE_OBJECT || !(old ? walk->old_is_go : walk->new_is_go))
        return;
    for (int i = 0; i < type->field_count; i++) {
        const KubeField *field = &type->fields[i];

        if (field->keeps_zero && !field->is_inline &&
            cJSON_GetObjectItemCaseSensitive(present, field->name) == NULL)
            compare_step(walk, place, field_name(field->name), field->type,
                         old ? zero_of(field) : NULL, new ? zero_of(field) : NULL);
    }
}

static void compare_objects(const Walk *walk, Place *place, const KubeType *type, const cJSON *old,
                            const cJSON *new)
{
    const cJSON *const parents[2] = {old, new};
    const cJSON *member, *hint = old ? old->child : NULL;

    cJSON_ArrayForEach(member, new)
    {
        const cJSON *before = find_member(old, member->string, &hint);

        if (before == NULL || !is_same(before, member))
            compare_member(walk, place, type, parents, member->string, before, member);
    }
    hint = new ? new->child : NULL;
    cJSON_ArrayForEach(member, old)
    {
        if (find_member(new, member->string, &hint) == NULL)
            compare_member(walk, place, type, parents, member->string, member, NULL);
    }
    if (old == NULL || new == NULL)
        compare_unnamed(walk, place, type, old, new);
}

/* All elements of a list that one step leads to: normally one. */
typedef struct Elements {
    FieldElement step;
    const cJSON *items[2][2]; /* the first two of the old list, of the new list */
    int counts[2];
} Elements;

static void gather(const Walk *walk, const KubeType *type, const cJSON *list, int side,
                   Elements *elements, int *count)
{
    const cJSON *item;
    int hint = 0;

    cJSON_ArrayForEach(item, list)
    {
        FieldElement step;
        int at = hint;

        if (!typed_step(walk->arena, type, item, &step, NULL))
            continue;
        if (at >= *count || field_compare(&elements[at].step, &step) != 0)
            for (at = 0; at < *count && field_compare(&elements[at].step, &step) != 0;)
                at++;
        if (at == *count)
            elements[(*count)++].step = step;
        if (elements[at].counts[side] < 2)
            elements[at].items[side][elements[at].counts[side]] = item;
        elements[at].counts[side]++;
        hint = at + 1;
    }
}

/* Elements that share their keys are one field, of which only the keys are owned. */
static void compare_twins(const Walk *walk, Place *above, const KubeType *type,
                          const Elements *elements)
{
    Place place = {above, elements->step, {NULL}};
    const int *counts = elements->counts;

    if (counts[0] >= 2 && counts[1] >= 2) {
        if (counts[0] != counts[1] || !json_equal(elements->items[0][0], elements->items[1][0]) ||
            !json_equal(elements->items[0][1], elements->items[1][1]))
            note(walk, &place, MODIFIED);
        return;
    }
    if (counts[0] == 1 || counts[1] == 1)
        compare_values(walk, &place, type, counts[0] == 1 ? elements->items[0][0] : NULL,
                       counts[1] == 1 ? elements->items[1][0] : NULL);
    note(walk, &place, counts[0] >= 2 ? REMOVED : ADDED);
}

static void compare_lists(const Walk *walk, Place *place, const KubeType *type, const cJSON *old,
                          const cJSON *new)
{
    int count = 0, capacity = cJSON_GetArraySize(old) + cJSON_GetArraySize(new);
    Elements *elements = arena_new(walk->arena, (size_t)(capacity + 1) * sizeof *elements);

    gather(walk, type, old, 0, elements, &count);
    gather(walk, type, new, 1, elements, &count);
    for (int i = 0; i < count; i++) {
        const Elements *at = &elements[i];

        if (at->counts[0] >= 2 || at->counts[1] >= 2)
            compare_twins(walk, place, type->element, at);
        else if (at->counts[0] == 0 || at->counts[1] == 0 ||
                 !is_same(at->items[0][0], at->items[1][0]))
            compare_step(walk, place, at->step, type->element, at->items[0][0], at->items[1][0]);
    }
}

static bool is_empty(const cJSON *json)
{
    return json == NULL || json->child == NULL;
}

static void compare_containers(const Walk *walk, Place *place, const KubeType *type,
                               TypedShape shape, const cJSON *old, const cJSON *new)
{
    if (shape == TYPED_LIST)
        compare_lists(walk, place, type, old, new);
    else
        compare_objects(walk, place, type, cJSON_IsObject(old) ? old : NULL,
                        cJSON_IsObject(new) ? new : NULL);
}

/* A value became one of another shape, as it can where no type is known. */
static void compare_shapes(const Walk *walk, Place *place, const KubeType *type, const cJSON *old,
                           const cJSON *new)
{
    TypedShape shapes[2] = {typed_shape(type, old), typed_shape(type, new)};

    note(walk, place, MODIFIED);
    if (!typed_is_atomic(type, shapes[0]))
        compare_containers(walk, place, type, shapes[0], old, NULL);
    if (!typed_is_atomic(type, shapes[1]))
        compare_containers(walk, place, type, shapes[1], NULL, new);
}

/* One of the two is there. What is empty on both sides is a leaf, or nothing would be owned of it. */
static void compare_values(const Walk *walk, Place *place, const KubeType *type, const cJSON *old,
                           const cJSON *new)
{
    TypedShape shape = typed_shape(type, new ? new : old);

    if (old != NULL && new != NULL && !cJSON_IsNull(old) && !cJSON_IsNull(new) &&
        typed_shape(type, old) != shape) {
        compare_shapes(walk, place, type, old, new);
        return;
    }
    if (cJSON_IsNull(new) && old != NULL)
        shape = typed_shape(type, old);
    if (typed_is_atomic(type, shape) || (is_empty(old) && is_empty(new))) {
        if (old != NULL && new != NULL && !json_equal(old, new))
            note(walk, place, MODIFIED);
    } else
        compare_containers(walk, place, type, shape, old, new);
    if (old == NULL)
        note(walk, place, ADDED);
    else if (new == NULL)
        note(walk, place, REMOVED);
}

TypedChanges typed_compare(Arena *arena, const Typed *typed, const cJSON *old, const cJSON *new,
                           bool is_config)
{
    static const cJSON EMPTY = {.type = cJSON_Object};
    Walk walk = {arena, typed->is_go, typed->is_go && !is_config};
    Place place = {
        NULL, {0                   },
         { fieldset_new(arena), fieldset_new(arena), fieldset_new(arena)}
    };

    compare_values(&walk, &place, typed->type, old ? old : &EMPTY, new ? new : &EMPTY);
    return (TypedChanges){place.sets[ADDED], place.sets[MODIFIED], place.sets[REMOVED]};
}
