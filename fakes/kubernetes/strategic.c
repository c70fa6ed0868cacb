/*
 * fakes/kubernetes/strategic.c - strategic merge: lists of objects are merged element by element, by their key.
 *
 * Source: the patchMergeKey and patchStrategy tags of the API types (core/v1, apps/v1, meta/v1); directives $patch,
 * $retainKeys, $deleteFromPrimitiveList, $setElementOrder as kubectl apply sends them.
 */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "fakes/kubernetes/patch.h"

/* Lists that merge, by the name of their field. Those that are not here are replaced whole. */
static const struct {
    const char *field, *key; /* key NULL: a list of plain values, merged as a set */
} MERGED_LISTS[] = {
    {"containers",                "name"         },
    {"initContainers",            "name"         },
    {"ephemeralContainers",       "name"         },
    {"env",                       "name"         },
    {"volumes",                   "name"         },
    {"volumeMounts",              "mountPath"    },
    {"volumeDevices",             "devicePath"   },
    {"imagePullSecrets",          "name"         },
    {"secrets",                   "name"         },
    {"hostAliases",               "ip"           },
    {"topologySpreadConstraints", "topologyKey"  },
    {"conditions",                "type"         },
    {"ownerReferences",           "uid"          },
    {"containerPorts",            "containerPort"},
    {"finalizers",                NULL           },
};

/* "ports" is keyed by containerPort in a container and by port in a Service. */
static const char *ports_key(const cJSON *list)
{
    const cJSON *element;

    cJSON_ArrayForEach(element,
                       list) if (cJSON_HasObjectItem(element,
                                                     "containerPort")) return "containerPort";
    return "port";
}

static bool find_list(const char *field, const cJSON *list, const char **out_key)
{
    if (strcmp(field, "ports") == 0) {
        *out_key = ports_key(list);
        return true;
    }
    for (size_t i = 0; i < sizeof MERGED_LISTS / sizeof *MERGED_LISTS; i++)
        if (strcmp(MERGED_LISTS[i].field, field) == 0) {
            *out_key = MERGED_LISTS[i].key;
            return true;
        }
    return false;
}

static bool merge_object(cJSON *target, const cJSON *patch, Error *err);

static cJSON *find_element(cJSON *list, const char *key, const cJSON *wanted)
{
    cJSON *element;

    cJSON_ArrayForEach(element, list)
    {
        const cJSON *value = key ? cJSON_GetObjectItemCaseSensitive(element, key) : element;

        if (value != NULL && json_equal(value, wanted))
            return element;
    }
    return NULL;
}

static bool is_directive(const char *field)
{
    return *field == '$';
}

/* What a patch means where there is nothing yet: itself, without nulls and directives. */
static cJSON *copy_plain(const cJSON *patch)
{
    cJSON *copy = cJSON_IsArray(patch) ? cJSON_CreateArray() : cJSON_CreateObject();
    const cJSON *member;

    if (!cJSON_IsArray(patch) && !cJSON_IsObject(patch)) {
        cJSON_Delete(copy);
        return cJSON_Duplicate(patch, true);
    }
    cJSON_ArrayForEach(member, patch)
    {
        if (cJSON_IsArray(patch) && json_string(member, "$patch") == NULL)
            cJSON_AddItemToArray(copy, copy_plain(member));
        else if (cJSON_IsObject(patch) && !cJSON_IsNull(member) && !is_directive(member->string))
            cJSON_AddItemToObject(copy, member->string, copy_plain(member));
    }
    return copy;
}

static bool merge_element(cJSON *list, const char *key, const cJSON *element, Error *err)
{
    const cJSON *id = key ? cJSON_GetObjectItemCaseSensitive(element, key) : element;
    const char *directive = json_string_or(element, "$patch", "");
    cJSON *old;

    if (id == NULL)
        return error_set(err, ERR_INVALID, "map: %s does not contain declared merge key: %s",
                         "list element", key);
    old = find_element(list, key, id);
    if (strcmp(directive, "delete") == 0) {
        if (old != NULL)
            cJSON_Delete(cJSON_DetachItemViaPointer(list, old));
        return true;
    }
    if (old == NULL)
        cJSON_AddItemToArray(list, copy_plain(element));
    else if (strcmp(directive, "replace") == 0)
        cJSON_ReplaceItemViaPointer(list, old, copy_plain(element));
    else if (cJSON_IsObject(element))
        return merge_object(old, element, err);
    return true;
}

/* An element {"$patch": "replace"} makes the patch's other elements the whole list. */
static bool replaces_list(const cJSON *patch)
{
    const cJSON *element;

    cJSON_ArrayForEach(element,
                       patch) if (strcmp(json_string_or(element, "$patch", ""), "replace") == 0 &&
                                  cJSON_GetArraySize(element) == 1) return true;
    return false;
}

static bool merge_list(cJSON *list, const char *key, const cJSON *patch, Error *err)
{
    const cJSON *element;

    cJSON_ArrayForEach(element, patch) if (!merge_element(list, key, element, err)) return false;
    return true;
}

/* Elements that "$setElementOrder/field" names come in its order; the others keep their places after them. */
static void order_list(cJSON *list, const char *key, const cJSON *order)
{
    const cJSON *wanted;
    int at = 0;

    cJSON_ArrayForEach(wanted, order)
    {
        const cJSON *id = key ? cJSON_GetObjectItemCaseSensitive(wanted, key) : wanted;
        cJSON *element = id ? find_element(list, key, id) : NULL;

        if (element != NULL)
            patch_insert(list, at++, cJSON_DetachItemViaPointer(list, element));
    }
}

static void delete_values(cJSON *list, const cJSON *values)
{
    const cJSON *value;

    cJSON_ArrayForEach(value, values)
    {
        cJSON *element = find_element(list, NULL, value);

        if (element != NULL)
            cJSON_Delete(cJSON_DetachItemViaPointer(list, element));
    }
}

/* "$setElementOrder/containers" and "$deleteFromPrimitiveList/finalizers": what to do with a list after its merge. */
static void apply_list_directive(cJSON *target, const cJSON *directive)
{
    const char *slash = strchr(directive->string, '/'), *key = NULL;
    cJSON *list = slash ? cJSON_GetObjectItemCaseSensitive(target, slash + 1) : NULL;

    if (!cJSON_IsArray(list))
        return;
    if (strncmp(directive->string, "$deleteFromPrimitiveList/", 25) == 0)
        delete_values(list, directive);
    else if (strncmp(directive->string, "$setElementOrder/", 17) == 0 &&
             find_list(slash + 1, directive, &key))
        order_list(list, key, directive);
}

static void retain_keys(cJSON *target, const cJSON *keys)
{
    for (cJSON *member = target->child, *next; member != NULL; member = next) {
        const cJSON *key;
        bool is_kept = false;

        next = member->next;
        cJSON_ArrayForEach(key, keys) is_kept |=
            cJSON_IsString(key) && strcmp(key->valuestring, member->string) == 0;
        if (!is_kept)
            cJSON_Delete(cJSON_DetachItemViaPointer(target, member));
    }
}

static void put_member(cJSON *target, const cJSON *member)
{
    cJSON_DeleteItemFromObjectCaseSensitive(target, member->string);
    if (!cJSON_IsNull(member))
        cJSON_AddItemToObject(target, member->string, copy_plain(member));
}

static bool merge_member(cJSON *target, const cJSON *member, Error *err)
{
    cJSON *old = cJSON_GetObjectItemCaseSensitive(target, member->string);
    const char *key;

    if (cJSON_IsObject(member) && cJSON_IsObject(old))
        return merge_object(old, member, err);
    if (cJSON_IsArray(member) && find_list(member->string, member, &key) &&
        !replaces_list(member)) {
        if (!cJSON_IsArray(old)) {
            cJSON_DeleteItemFromObjectCaseSensitive(target, member->string);
            old = cJSON_AddArrayToObject(target, member->string);
        }
        return merge_list(old, key, member, err);
    }
    put_member(target, member);
    return true;
}

/* {"$patch": "replace" | "delete"}: what there was goes. True if the patch has been dealt with. */
static bool apply_object_directive(cJSON *target, const cJSON *patch)
{
    const char *directive = json_string_or(patch, "$patch", "");
    const cJSON *member;

    if (strcmp(directive, "replace") != 0 && strcmp(directive, "delete") != 0)
        return false;
    while (target->child != NULL)
        cJSON_Delete(cJSON_DetachItemViaPointer(target, target->child));
    if (strcmp(directive, "replace") == 0)
        cJSON_ArrayForEach(member, patch) if (!is_directive(member->string))
            put_member(target, member);
    return true;
}

static bool merge_object(cJSON *target, const cJSON *patch, Error *err)
{
    const cJSON *kept = cJSON_GetObjectItemCaseSensitive(patch, "$retainKeys");
    const char *directive = json_string_or(patch, "$patch", "merge");
    const cJSON *member;

    if (apply_object_directive(target, patch))
        return true;
    if (strcmp(directive, "merge") != 0)
        return error_set(err, ERR_INVALID, "Unknown patch type found: %s", directive);
    cJSON_ArrayForEach(member, patch)
    {
        if (kept == NULL)
            break;
        if (!is_directive(member->string) &&
            !find_element((cJSON *)kept, NULL,
                          &(cJSON){.type = cJSON_String, .valuestring = member->string}))
            return error_set(err, ERR_INVALID, "invalid patch format of retainKeys");
    }
    if (kept != NULL)
        retain_keys(target, kept);
    cJSON_ArrayForEach(member, patch) if (!is_directive(member->string) &&
                                          !merge_member(target, member, err)) return false;
    cJSON_ArrayForEach(member, patch) if (is_directive(member->string))
        apply_list_directive(target, member);
    return true;
}

bool patch_strategic(cJSON **target, const cJSON *patch, Error *err)
{
    cJSON *copy = cJSON_Duplicate(*target, true);

    if (!merge_object(copy, patch, err)) {
        cJSON_Delete(copy);
        return false;
    }
    cJSON_Delete(*target);
    *target = copy;
    return true;
}
