/*
 * scenarios/difference.c - where two JSON trees part, in words.
 */
#include "scenarios/difference.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PATH_MAX_LENGTH = 400 };

static bool walk(const cJSON *expected, const cJSON *found, char path[PATH_MAX_LENGTH], char *out,
                 size_t room);

static void say(const char *path, const cJSON *expected, const cJSON *found, char *out, size_t room)
{
    char *was = expected ? json_text(expected) : NULL, *is = found ? json_text(found) : NULL;

    snprintf(out, room, "%s: %.160s, expected %.160s", path, is ? is : "nothing",
             was ? was : "nothing");
    free(was);
    free(is);
}

/* name: of a member, or NULL of an array's element number index. */
static bool step_into(const cJSON *expected, const cJSON *found, const char *name, int index,
                      char path[PATH_MAX_LENGTH], char *out, size_t room)
{
    size_t length = strlen(path);
    bool differs;

    if (name)
        snprintf(path + length, PATH_MAX_LENGTH - length, "%s%s", length ? "/" : "", name);
    else
        snprintf(path + length, PATH_MAX_LENGTH - length, "[%d]", index);
    differs = walk(expected, found, path, out, room);
    path[length] = '\0';
    return differs;
}

static bool walk_members(const cJSON *expected, const cJSON *found, char path[PATH_MAX_LENGTH],
                         char *out, size_t room)
{
    const cJSON *member;

    cJSON_ArrayForEach(member, expected)
    {
        if (step_into(member, cJSON_GetObjectItemCaseSensitive(found, member->string),
                      member->string, 0, path, out, room))
            return true;
    }
    cJSON_ArrayForEach(member, found)
    {
        if (!cJSON_HasObjectItem(expected, member->string) &&
            step_into(NULL, member, member->string, 0, path, out, room))
            return true;
    }
    return false;
}

static bool walk_elements(const cJSON *expected, const cJSON *found, char path[PATH_MAX_LENGTH],
                          char *out, size_t room)
{
    int count = cJSON_GetArraySize(expected);
    int most = cJSON_GetArraySize(found) > count ? cJSON_GetArraySize(found) : count;

    for (int i = 0; i < most; i++) {
        if (step_into(cJSON_GetArrayItem(expected, i), cJSON_GetArrayItem(found, i), NULL, i, path,
                      out, room))
            return true;
    }
    return false;
}

static bool walk(const cJSON *expected, const cJSON *found, char path[PATH_MAX_LENGTH], char *out,
                 size_t room)
{
    if (cJSON_IsObject(expected) && cJSON_IsObject(found))
        return walk_members(expected, found, path, out, room);
    if (cJSON_IsArray(expected) && cJSON_IsArray(found))
        return walk_elements(expected, found, path, out, room);
    if (expected && found && json_equal(expected, found))
        return false;
    say(path, expected, found, out, room);
    return true;
}

bool json_differs(const cJSON *expected, const cJSON *found, char *out_text, size_t room)
{
    char path[PATH_MAX_LENGTH] = "";

    return walk(expected, found, path, out_text, room);
}
