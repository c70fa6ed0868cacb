/*
 * fakes/kubernetes/patch/strategic.c - strategic merge: lists of objects are merged element by element, by their key.
 *
 * A list is merged as its type says (types/types.h: patch_key). What the patch names comes first and in the patch's order, or in
 * that of $setElementOrder; the other elements stay where the live list had them, as far as both orders can be kept.
 *
 * Source: apimachinery 0.32, util/strategicpatch and util/mergepatch (what is merged, in which order, texts of errors);
 * directives $patch, $retainKeys, $deleteFromPrimitiveList, $setElementOrder as kubectl apply sends them.
 */
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "fakes/kubernetes/patch/gotext.h"
#include "fakes/kubernetes/patch/patch.h"

#define ORDER_PREFIX  "$setElementOrder/"
#define DELETE_PREFIX "$deleteFromPrimitiveList/"

static bool merge_object(cJSON *target, const cJSON *patch, const KubeType *type, Error *err);

/* ---- directives ------------------------------------------------------------------------------- */

/* What stands behind the prefix in "$setElementOrder/env"; NULL if name does not start with it. */
static const char *behind(const char *name, const char *prefix)
{
    size_t length = strlen(prefix);

    return strncmp(name, prefix, length) == 0 ? name + length : NULL;
}

/* Not every name with a dollar sign is one: schemas have "$ref". */
static bool is_directive(const char *name)
{
    return strcmp(name, "$patch") == 0 || strcmp(name, "$retainKeys") == 0 ||
           behind(name, ORDER_PREFIX) || behind(name, DELETE_PREFIX);
}

static const cJSON *directive_of(const cJSON *patch)
{
    return cJSON_GetObjectItemCaseSensitive(patch, "$patch");
}

static bool says(const cJSON *directive, const char *what)
{
    return cJSON_IsString(directive) && strcmp(directive->valuestring, what) == 0;
}

static bool fail_unknown(const cJSON *directive, const cJSON *patch, Error *err)
{
    Buffer text = {0};

    go_text(&text, directive);
    buffer_add_text(&text, " in map: ");
    go_text(&text, patch);
    error_set(err, ERR_INVALID, "unknown patch type: %s", text.data);
    buffer_release(&text);
    return false;
}

/* ---- new values ------------------------------------------------------------------------------- */

static void add_plain(cJSON *copy, const cJSON *member);

/* What a patch means where there is nothing yet: itself, without nulls and directives. NULL: an object that is all directive. */
static cJSON *copy_plain(const cJSON *patch)
{
    const cJSON *member;
    cJSON *copy;

    if (!cJSON_IsArray(patch) && !cJSON_IsObject(patch))
        return cJSON_Duplicate(patch, true);
    if (directive_of(patch) != NULL)
        return NULL;
    copy = cJSON_IsArray(patch) ? cJSON_CreateArray() : cJSON_CreateObject();
    cJSON_ArrayForEach(member, patch) add_plain(copy, member);
    return copy;
}

static void add_plain(cJSON *copy, const cJSON *member)
{
    bool is_list = cJSON_IsArray(copy);
    cJSON *value = NULL;

    if (is_list || (!cJSON_IsNull(member) && !is_directive(member->string)))
        value = copy_plain(member);
    if (value == NULL)
        return;
    if (is_list)
        cJSON_AddItemToArray(copy, value);
    else
        cJSON_AddItemToObject(copy, member->string, value);
}

/* Puts value (owned from now on) where there was one or not; NULL takes away. */
static void put_value(cJSON *target, const char *name, cJSON *value)
{
    if (value == NULL)
        cJSON_DeleteItemFromObjectCaseSensitive(target, name);
    else if (!cJSON_ReplaceItemInObjectCaseSensitive(target, name, value))
        cJSON_AddItemToObject(target, name, value);
}

/* ---- elements of lists ------------------------------------------------------------------------ */

/* An element is known by the value of its key, or by itself if the list has none. NULL: it lacks the key. */
static const cJSON *id_of(const cJSON *element, const char *key)
{
    return *key ? cJSON_GetObjectItemCaseSensitive(element, key) : element;
}

static int index_of(const cJSON *list, const char *key, const cJSON *wanted)
{
    const cJSON *element, *id = id_of(wanted, key);
    int index = 0;

    cJSON_ArrayForEach(element, list)
    {
        if (id != NULL && id_of(element, key) != NULL && json_equal(id_of(element, key), id))
            return index;
        index++;
    }
    return -1;
}

static cJSON *find_element(cJSON *list, const char *key, const cJSON *wanted)
{
    int index = index_of(list, key, wanted);

    return index < 0 ? NULL : cJSON_GetArrayItem(list, index);
}

static bool have_keys(const cJSON *list, const char *key, Error *err)
{
    const cJSON *element;
    Buffer text = {0};

    cJSON_ArrayForEach(element, list)
    {
        const cJSON *directive = directive_of(element);

        if (id_of(element, key) != NULL || (directive != NULL && !says(directive, "delete")))
            continue;
        go_text(&text, element);
        error_set(err, ERR_INVALID, "map: %s does not contain declared merge key: %s", text.data,
                  key);
        buffer_release(&text);
        return false;
    }
    return true;
}

/* All of them objects, or none. */
static bool have_form(const cJSON *live, const cJSON *patch, const char *key, Error *err)
{
    const cJSON *element;
    Buffer text = {0};

    cJSON_ArrayForEach(element, patch)
    {
        if (cJSON_IsObject(element) == (*key != 0))
            continue;
        buffer_add_text(&text, "[");
        go_text(&text, live);
        buffer_add_text(&text, " ");
        go_text(&text, patch);
        error_set(err, ERR_INVALID, "list element types are not identical: %s]", text.data);
        buffer_release(&text);
        return false;
    }
    return true;
}

static void delete_all(cJSON *list, const char *key, const cJSON *wanted)
{
    for (cJSON *element; (element = find_element(list, key, wanted)) != NULL;)
        cJSON_Delete(cJSON_DetachItemViaPointer(list, element));
}

/* {"$patch": "delete", key: value} takes elements away; {"$patch": "replace"} all that were there. */
static bool apply_element_directive(cJSON *list, const char *key, const cJSON *element, Error *err)
{
    const cJSON *directive = directive_of(element);

    if (directive == NULL)
        return true;
    if (says(directive, "delete"))
        delete_all(list, key, element);
    else if (says(directive, "replace"))
        while (list->child != NULL)
            cJSON_Delete(cJSON_DetachItemViaPointer(list, list->child));
    else if (says(directive, "merge"))
        return error_set(err, ERR_INVALID, "merging lists cannot yet be specified in the patch");
    else
        return fail_unknown(directive, element, err);
    return true;
}

static bool merge_element(cJSON *list, const KubeType *type, const cJSON *element, Error *err)
{
    cJSON *old = find_element(list, type->patch_key, element);

    if (directive_of(element) != NULL)
        return true;
    if (old == NULL)
        cJSON_AddItemToArray(list, copy_plain(element));
    else if (cJSON_IsObject(old))
        return merge_object(old, element, type->element, err);
    return true;
}

static bool merge_elements(cJSON *list, const KubeType *type, const cJSON *patch, Error *err)
{
    const cJSON *element;

    if (!have_form(list, patch, type->patch_key, err) || !have_keys(patch, type->patch_key, err))
        return false;
    cJSON_ArrayForEach(element, patch)
    {
        if (!apply_element_directive(list, type->patch_key, element, err))
            return false;
    }
    cJSON_ArrayForEach(element, patch)
    {
        if (!merge_element(list, type, element, err))
            return false;
    }
    return have_keys(list, type->patch_key, err);
}

/* ---- order of lists --------------------------------------------------------------------------- */

/* Moves the elements that order names out of list, in its order. */
static cJSON *take_named(cJSON *list, const char *key, const cJSON *order)
{
    cJSON *named = cJSON_CreateArray(), *element;
    const cJSON *wanted;

    cJSON_ArrayForEach(wanted, order)
    {
        while ((element = find_element(list, key, wanted)) != NULL)
            cJSON_AddItemToArray(named, cJSON_DetachItemViaPointer(list, element));
    }
    return named;
}

/* Does the live list have a before b? */
static bool is_before(const cJSON *live, const char *key, const cJSON *a, const cJSON *b)
{
    int place = index_of(live, key, a);

    return place >= 0 && place < index_of(live, key, b);
}

/* The elements of list (consumed), in the order that the head of this file tells. */
static cJSON *order_list(cJSON *list, const char *key, const cJSON *order, const cJSON *live)
{
    cJSON *named = take_named(list, key, order), *all = cJSON_CreateArray();

    while (list->child != NULL || named->child != NULL) {
        bool is_rest = named->child == NULL ||
                       (list->child != NULL && is_before(live, key, list->child, named->child));
        cJSON *from = is_rest ? list : named;

        cJSON_AddItemToArray(all, cJSON_DetachItemViaPointer(from, from->child));
    }
    cJSON_Delete(list);
    cJSON_Delete(named);
    return all;
}

/* What the patch names comes in the order that it says itself, and there is nothing that the order does not name. */
static bool fits_order(const cJSON *patch, const char *key, const cJSON *order, Error *err)
{
    const cJSON *element = patch ? patch->child : NULL, *place;
    Buffer text = {0};

    if (!have_keys(order, key, err))
        return false;
    cJSON_ArrayForEach(place, order)
    {
        while (element != NULL && directive_of(element) != NULL)
            element = element->next;
        if (element != NULL && json_equal(id_of(element, key), id_of(place, key)))
            element = element->next;
    }
    while (element != NULL && directive_of(element) != NULL)
        element = element->next;
    if (element == NULL || order->child == NULL)
        return true;
    go_text(&text, patch);
    buffer_add_text(&text, "\n doesn't match $setElementOrder list:\n");
    go_text(&text, order);
    error_set(err, ERR_INVALID, "The order in patch list:\n%s\n", text.data);
    buffer_release(&text);
    return false;
}

/* ---- lists ------------------------------------------------------------------------------------ */

/* order NULL: that of the patch. patch NULL: only the order changes. */
static bool merge_list(cJSON *target, const char *name, const KubeType *type, const cJSON *patch,
                       const cJSON *order, Error *err)
{
    const cJSON *live = cJSON_GetObjectItemCaseSensitive(target, name);
    cJSON *list = live ? cJSON_Duplicate(live, true) : cJSON_CreateArray();

    if (!merge_elements(list, type, patch, err) ||
        (order != NULL && !fits_order(patch, type->patch_key, order, err))) {
        cJSON_Delete(list);
        return false;
    }
    put_value(target, name, order_list(list, type->patch_key, order ? order : patch, live));
    return true;
}

/* The type of a member that is merged; NULL, with an error, if there is no such field. */
static const KubeField *find_field(const KubeType *type, const char *name, Error *err)
{
    const KubeField *field = kube_type_field(type, name);

    if (field == NULL && type->shape == KUBE_MAP)
        error_set(err, ERR_INVALID,
                  "merging an object in json but data type is not struct, instead is: map");
    else if (field == NULL)
        error_set(err, ERR_INVALID,
                  "unable to find api field in struct %s for the json field \"%s\"",
                  type->name ? type->name : "", name);
    return field;
}

/* "$setElementOrder/env": the list of that name is merged and put in order, or only put in order. */
static bool apply_order(cJSON *target, const cJSON *patch, const cJSON *order, const KubeType *type,
                        Error *err)
{
    const char *name = behind(order->string, ORDER_PREFIX);
    const cJSON *changes = cJSON_GetObjectItemCaseSensitive(patch, name);
    const cJSON *live = cJSON_GetObjectItemCaseSensitive(target, name);
    const KubeField *field = find_field(type, name, err);

    if (field == NULL)
        return false;
    if (!cJSON_IsArray(order) || (changes != NULL && !cJSON_IsArray(changes)) ||
        (live != NULL && !cJSON_IsArray(live)))
        return error_set(err, ERR_INPUT, "invalid patch format of setElementOrder list");
    if ((changes == NULL && live == NULL) || field->type->patch_key == NULL)
        return true;
    return merge_list(target, name, field->type, changes, order, err);
}

static void delete_values(cJSON *target, const cJSON *values)
{
    cJSON *list = cJSON_GetObjectItemCaseSensitive(target, behind(values->string, DELETE_PREFIX));
    const cJSON *value;

    if (cJSON_IsArray(list) && cJSON_IsArray(values))
        cJSON_ArrayForEach(value, values) delete_all(list, "", value);
}

/* ---- objects ---------------------------------------------------------------------------------- */

/* {"$patch": "replace" | "delete"}: what there was goes. */
static bool apply_object_directive(cJSON *target, const cJSON *patch, Error *err)
{
    const cJSON *directive = directive_of(patch), *member;

    if (!says(directive, "replace") && !says(directive, "delete"))
        return fail_unknown(directive, patch, err);
    while (target->child != NULL)
        cJSON_Delete(cJSON_DetachItemViaPointer(target, target->child));
    if (says(directive, "replace"))
        cJSON_ArrayForEach(member, patch) add_plain(target, member);
    return true;
}

static bool names(const cJSON *list, const char *name)
{
    return index_of(list, "", &(cJSON){.type = cJSON_String, .valuestring = (char *)name}) >= 0;
}

/* Only what $retainKeys names stays, and nothing else may be patched. */
static bool retain_keys(cJSON *target, const cJSON *patch, const cJSON *kept, Error *err)
{
    const cJSON *member;

    if (!cJSON_IsArray(kept))
        return error_set(err, ERR_INPUT, "invalid patch format of retainKeys");
    cJSON_ArrayForEach(member, patch)
    {
        if (!is_directive(member->string) && !cJSON_IsNull(member) && !names(kept, member->string))
            return error_set(err, ERR_INPUT, "invalid patch format of retainKeys");
    }
    for (cJSON *old = target->child, *next; old != NULL; old = next) {
        next = old->next;
        if (!names(kept, old->string))
            cJSON_Delete(cJSON_DetachItemViaPointer(target, old));
    }
    return true;
}

static bool has_order(const cJSON *patch, const char *name)
{
    const cJSON *member;

    cJSON_ArrayForEach(member, patch)
    {
        const char *ordered = behind(member->string, ORDER_PREFIX);

        if (ordered != NULL && strcmp(ordered, name) == 0)
            return true;
    }
    return false;
}

static bool merge_member(cJSON *target, const cJSON *member, const KubeType *type, Error *err)
{
    cJSON *old = cJSON_GetObjectItemCaseSensitive(target, member->string);
    bool are_objects = cJSON_IsObject(old) && cJSON_IsObject(member);
    bool are_lists = cJSON_IsArray(old) && cJSON_IsArray(member);
    const KubeField *field = NULL;

    if (are_objects || are_lists) {
        field = find_field(type, member->string, err);
        if (field == NULL)
            return false;
    }
    if (are_objects && !field->is_replaced)
        return merge_object(old, member, field->type, err);
    if (are_lists && field->type->patch_key != NULL)
        return merge_list(target, member->string, field->type, member, NULL, err);
    put_value(target, member->string, cJSON_IsNull(member) ? NULL : copy_plain(member));
    return true;
}

static bool merge_members(cJSON *target, const cJSON *patch, const KubeType *type, Error *err)
{
    const cJSON *member;

    cJSON_ArrayForEach(member, patch)
    {
        if (behind(member->string, ORDER_PREFIX) && !apply_order(target, patch, member, type, err))
            return false;
    }
    cJSON_ArrayForEach(member, patch)
    {
        if (!is_directive(member->string) && !has_order(patch, member->string) &&
            !merge_member(target, member, type, err))
            return false;
    }
    cJSON_ArrayForEach(member, patch)
    {
        if (behind(member->string, DELETE_PREFIX))
            delete_values(target, member);
    }
    return true;
}

static bool merge_object(cJSON *target, const cJSON *patch, const KubeType *type, Error *err)
{
    const cJSON *kept = cJSON_GetObjectItemCaseSensitive(patch, "$retainKeys");

    if (directive_of(patch) != NULL)
        return apply_object_directive(target, patch, err);
    if (kept != NULL && !retain_keys(target, patch, kept, err))
        return false;
    return merge_members(target, patch, type, err);
}

bool patch_strategic(cJSON **target, const cJSON *patch, const KubeType *type, Error *err)
{
    cJSON *copy = cJSON_Duplicate(*target, true);

    if (!merge_object(copy, patch, type, err)) {
        cJSON_Delete(copy);
        return false;
    }
    cJSON_Delete(*target);
    *target = copy;
    return true;
}
