/*
 * fakes/kubernetes/patch/patch.c - merge patch and JSON patch; strategic merge is in strategic.c.
 */
#include "fakes/kubernetes/patch/patch.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

/* ---- merge patch ------------------------------------------------------------------------------ */

static void prune_members(cJSON *json)
{
    for (cJSON *member = json->child, *next; member != NULL; member = next) {
        next = member->next;
        if (cJSON_IsNull(member) && cJSON_IsObject(json))
            cJSON_Delete(cJSON_DetachItemViaPointer(json, member));
        else
            prune_members(member);
    }
}

static cJSON *copy_without_nulls(const cJSON *patch)
{
    cJSON *copy = cJSON_Duplicate(patch, true);

    prune_members(copy);
    return copy;
}

cJSON *patch_merge(cJSON *target, const cJSON *patch)
{
    const cJSON *member;

    if (!cJSON_IsObject(patch)) {
        cJSON_Delete(target);
        return copy_without_nulls(patch);
    }
    if (!cJSON_IsObject(target)) {
        cJSON_Delete(target);
        target = cJSON_CreateObject();
    }
    cJSON_ArrayForEach(member, patch)
    {
        cJSON *old = cJSON_GetObjectItemCaseSensitive(target, member->string);

        if (cJSON_IsObject(member) && cJSON_IsObject(old))
            patch_merge(old, member);
        else if (old != NULL && cJSON_IsNull(member))
            cJSON_Delete(cJSON_DetachItemViaPointer(target, old));
        else if (old != NULL)
            cJSON_ReplaceItemInObjectCaseSensitive(target, member->string,
                                                   patch_merge(NULL, member));
        else if (!cJSON_IsNull(member))
            cJSON_AddItemToObject(target, member->string, patch_merge(NULL, member));
    }
    return target;
}

/* ---- JSON patch ------------------------------------------------------------------------------- */

/* One step of a pointer, "~1" read as "/", "~0" as "~"; NULL for another escape. free() it. */
static char *unescape_token(const char *token, size_t length)
{
    char *text = memory_text_of(token, length), *to = text;

    for (const char *from = text; *from; from++, to++) {
        if (*from != '~') {
            *to = *from;
            continue;
        }
        from++;
        if (*from != '0' && *from != '1') {
            free(text);
            return NULL;
        }
        *to = *from == '0' ? '~' : '/';
    }
    *to = 0;
    return text;
}

/* Digits without a leading zero, below bound; -1 if it is something else. */
static int read_index(const char *token, int bound)
{
    long value = 0;

    if (*token == 0 || (token[0] == '0' && token[1] != 0))
        return -1;
    for (const char *at = token; *at; at++) {
        if (*at < '0' || *at > '9' || value >= bound)
            return -1;
        value = value * 10 + (*at - '0');
    }
    return value < bound ? (int)value : -1;
}

static cJSON *find_member(cJSON *parent, const char *token)
{
    if (cJSON_IsObject(parent))
        return cJSON_GetObjectItemCaseSensitive(parent, token);
    if (!cJSON_IsArray(parent))
        return NULL;
    return cJSON_GetArrayItem(parent, read_index(token, cJSON_GetArraySize(parent)));
}

/* Where a pointer leads: the parent of its last step and that step's token. The whole document has no parent. */
typedef struct {
    cJSON *parent;
    char *token; /* free() it */
} Place;

static bool find_place(cJSON *document, const char *pointer, Place *out_place, Error *err)
{
    cJSON *parent = NULL, *here = document;
    char *token = NULL;

    if (*pointer && *pointer != '/')
        return error_set(err, ERR_INVALID, "a pointer begins with a slash");
    while (*pointer) {
        size_t length = strcspn(pointer + 1, "/");

        if (here == NULL)
            break;
        free(token);
        token = unescape_token(pointer + 1, length);
        parent = here;
        pointer += 1 + length;
        if (token == NULL)
            return error_set(err, ERR_INVALID, "a pointer with a bad escape");
        here = find_member(parent, token);
    }
    if (*pointer) {
        free(token);
        return error_set(err, ERR_INVALID, "the pointer leads nowhere");
    }
    *out_place = (Place){parent, token};
    return true;
}

static bool find_value(cJSON *document, const char *pointer, cJSON **out_value, Error *err)
{
    Place place = {NULL, NULL};

    if (!find_place(document, pointer, &place, err))
        return false;
    *out_value = place.parent ? find_member(place.parent, place.token) : document;
    free(place.token);
    return *out_value != NULL || error_set(err, ERR_INVALID, "the pointer leads nowhere");
}

void patch_insert(cJSON *array, int index, cJSON *item)
{
    cJSON *rest = cJSON_CreateArray(), *moved;

    while ((moved = cJSON_DetachItemFromArray(array, index)) != NULL)
        cJSON_AddItemToArray(rest, moved);
    cJSON_AddItemToArray(array, item);
    while ((moved = cJSON_DetachItemFromArray(rest, 0)) != NULL)
        cJSON_AddItemToArray(array, moved);
    cJSON_Delete(rest);
}

/* value is consumed either way. */
static bool add_value(cJSON **document, const char *pointer, cJSON *value, Error *err)
{
    Place place = {NULL, NULL};
    bool ok = true;
    int index;

    if (!find_place(*document, pointer, &place, err)) {
        cJSON_Delete(value);
        return false;
    }
    if (place.parent == NULL) {
        cJSON_Delete(*document);
        *document = value;
    } else if (cJSON_IsObject(place.parent)) {
        cJSON_DeleteItemFromObjectCaseSensitive(place.parent, place.token);
        cJSON_AddItemToObject(place.parent, place.token, value);
    } else if (cJSON_IsArray(place.parent) && strcmp(place.token, "-") == 0) {
        cJSON_AddItemToArray(place.parent, value);
    } else {
        index = cJSON_IsArray(place.parent)
                    ? read_index(place.token, cJSON_GetArraySize(place.parent) + 1)
                    : -1;
        ok = index >= 0;
        if (ok)
            patch_insert(place.parent, index, value);
        else
            cJSON_Delete(value);
    }
    free(place.token);
    return ok || error_set(err, ERR_INVALID, "nothing can be added there");
}

/* Takes the value off the tree; a document without it is null. */
static bool take_value(cJSON **document, const char *pointer, cJSON **out_value, Error *err)
{
    Place place = {NULL, NULL};

    if (!find_value(*document, pointer, out_value, err) ||
        !find_place(*document, pointer, &place, err))
        return false;
    if (place.parent == NULL)
        *document = cJSON_CreateNull();
    else
        cJSON_DetachItemViaPointer(place.parent, *out_value);
    free(place.token);
    return true;
}

static bool apply_remove(cJSON **document, const cJSON *operation, Error *err)
{
    cJSON *value;

    if (!take_value(document, json_string_or(operation, "path", ""), &value, err))
        return false;
    cJSON_Delete(value);
    return true;
}

static bool apply_add(cJSON **document, const cJSON *operation, Error *err)
{
    const cJSON *value = cJSON_GetObjectItemCaseSensitive(operation, "value");

    if (value == NULL)
        return error_set(err, ERR_INVALID, "add without a value");
    return add_value(document, json_string_or(operation, "path", ""), cJSON_Duplicate(value, true),
                     err);
}

static bool apply_replace(cJSON **document, const cJSON *operation, Error *err)
{
    const cJSON *value = cJSON_GetObjectItemCaseSensitive(operation, "value");
    const char *path = json_string_or(operation, "path", "");
    cJSON *old;
    Place place = {NULL, NULL};

    if (value == NULL)
        return error_set(err, ERR_INVALID, "replace without a value");
    if (!find_value(*document, path, &old, err) || !find_place(*document, path, &place, err))
        return false;
    if (place.parent != NULL) {
        cJSON *copy = cJSON_Duplicate(value, true);

        if (cJSON_IsObject(place.parent))
            cJSON_ReplaceItemInObjectCaseSensitive(place.parent, place.token, copy);
        else
            cJSON_ReplaceItemViaPointer(place.parent, old, copy);
    } else {
        cJSON_Delete(*document);
        *document = cJSON_Duplicate(value, true);
    }
    free(place.token);
    return true;
}

static bool apply_move(cJSON **document, const cJSON *operation, Error *err)
{
    const char *from = json_string(operation, "from"), *to = json_string_or(operation, "path", "");
    cJSON *value;

    if (from == NULL)
        return error_set(err, ERR_INVALID, "move without from");
    if (strncmp(to, from, strlen(from)) == 0 && to[strlen(from)] == '/')
        return error_set(err, ERR_INVALID, "a value cannot be moved into itself");
    return take_value(document, from, &value, err) && add_value(document, to, value, err);
}

static bool apply_copy(cJSON **document, const cJSON *operation, Error *err)
{
    const char *from = json_string(operation, "from");
    cJSON *value;

    if (from == NULL)
        return error_set(err, ERR_INVALID, "copy without from");
    return find_value(*document, from, &value, err) &&
           add_value(document, json_string_or(operation, "path", ""), cJSON_Duplicate(value, true),
                     err);
}

static bool apply_test(cJSON **document, const cJSON *operation, Error *err)
{
    const cJSON *wanted = cJSON_GetObjectItemCaseSensitive(operation, "value");
    cJSON *value;

    if (wanted == NULL)
        return error_set(err, ERR_INVALID, "test without a value");
    if (!find_value(*document, json_string_or(operation, "path", ""), &value, err))
        return false;
    return json_equal(value, wanted) || error_set(err, ERR_INVALID, "the test failed");
}

static const struct {
    const char *name;
    bool (*apply)(cJSON **document, const cJSON *operation, Error *err);
} OPERATIONS[] = {
    {"add",     apply_add    },
    {"remove",  apply_remove },
    {"replace", apply_replace},
    {"move",    apply_move   },
    {"copy",    apply_copy   },
    {"test",    apply_test   },
};

static bool apply_operation(cJSON **document, const cJSON *operation, Error *err)
{
    const char *name = json_string_or(operation, "op", "");

    if (json_string(operation, "path") == NULL)
        return error_set(err, ERR_INVALID, "an operation without a path");
    for (size_t i = 0; i < sizeof OPERATIONS / sizeof *OPERATIONS; i++)
        if (strcmp(OPERATIONS[i].name, name) == 0)
            return OPERATIONS[i].apply(document, operation, err);
    return error_set(err, ERR_INVALID, "unknown operation \"%s\"", name);
}

bool patch_json(cJSON **target, const cJSON *operations, Error *err)
{
    cJSON *document = cJSON_Duplicate(*target, true);
    const cJSON *operation;

    cJSON_ArrayForEach(operation, operations)
    {
        if (!apply_operation(&document, operation, err)) {
            cJSON_Delete(document);
            return false;
        }
    }
    cJSON_Delete(*target);
    *target = document;
    return true;
}
