/*
 * fakes/kubernetes/access/user.c - who asks.
 */
#include "fakes/kubernetes/access/user.h"

#include <string.h>

void user_init(KubeUser *user, Arena *arena, const char *name)
{
    *user = (KubeUser){.name = arena_text(arena, name), .uid = ""};
}

/* Room for one more thing of size bytes in an array that lies in arena. */
static void *grow(Arena *arena, void *items, int count, int *capacity, size_t size)
{
    void *wider;

    if (count < *capacity)
        return items;
    *capacity = *capacity ? *capacity * 2 : 4;
    wider = arena_new(arena, *capacity * size);
    if (count > 0)
        memcpy(wider, items, count * size);
    return wider;
}

void user_add_group(KubeUser *user, Arena *arena, const char *group)
{
    user->groups =
        grow(arena, user->groups, user->group_count, &user->group_capacity, sizeof *user->groups);
    user->groups[user->group_count++] = arena_text(arena, group);
    user->is_master = user->is_master || strcmp(group, GROUP_MASTERS) == 0;
}

void user_add_groups(KubeUser *user, Arena *arena, const char *groups)
{
    while (*groups) {
        size_t length = strcspn(groups, ",");

        if (length > 0)
            user_add_group(user, arena, arena_text_of(arena, groups, length));
        groups += length + (groups[length] == ',');
    }
}

void user_add_extra(KubeUser *user, Arena *arena, const char *key, const char *value)
{
    user->extra =
        grow(arena, user->extra, user->extra_count, &user->extra_capacity, sizeof *user->extra);
    user->extra[user->extra_count++] =
        (KubeExtra){arena_text(arena, key), arena_text(arena, value)};
}

bool user_is_in(const KubeUser *user, const char *group)
{
    for (int i = 0; i < user->group_count; i++)
        if (strcmp(user->groups[i], group) == 0)
            return true;
    return false;
}

bool user_account(Arena *arena, const char *name, const char **out_ns, const char **out_name)
{
    const char *ns = name + strlen(USER_ACCOUNT_PREFIX), *colon;

    if (strncmp(name, USER_ACCOUNT_PREFIX, strlen(USER_ACCOUNT_PREFIX)) != 0)
        return false;
    colon = strchr(ns, ':');
    if (colon == NULL || colon == ns || colon[1] == 0 || strchr(colon + 1, ':') != NULL)
        return false;
    *out_ns = arena_text_of(arena, ns, colon - ns);
    *out_name = colon + 1;
    return true;
}

cJSON *user_json(const KubeUser *user)
{
    cJSON *json = cJSON_CreateObject();

    cJSON_AddStringToObject(json, "username", user->name);
    if (*user->uid)
        cJSON_AddStringToObject(json, "uid", user->uid);
    if (user->group_count > 0)
        cJSON_AddItemToObject(json, "groups",
                              cJSON_CreateStringArray(user->groups, user->group_count));
    for (int i = 0; i < user->extra_count; i++) {
        cJSON *extra = cJSON_GetObjectItemCaseSensitive(json, "extra"), *values;

        if (extra == NULL)
            extra = cJSON_AddObjectToObject(json, "extra");
        values = cJSON_GetObjectItemCaseSensitive(extra, user->extra[i].key);
        if (values == NULL)
            values = cJSON_AddArrayToObject(extra, user->extra[i].key);
        cJSON_AddItemToArray(values, cJSON_CreateString(user->extra[i].value));
    }
    return json;
}
