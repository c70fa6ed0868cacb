/*
 * engine/choice.c - which control planes a procedure is for.
 */
#include "engine/choice.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/yaml.h"

bool choice_is_there(const Environment *environment, const char *name, Error *err)
{
    const char **words = memory_new(environment->control_plane_count + 1, sizeof *words);
    const char *nearest;
    bool is_there = false;

    for (size_t i = 0; i < environment->control_plane_count; i++) {
        words[i] = environment->control_planes[i].name;
        is_there = is_there || strcmp(words[i], name) == 0;
    }
    nearest = yaml_nearest(name, words);
    if (!is_there)
        error_set(err, ERR_INPUT, "%s is no control plane of this environment%s%s%s", name,
                  nearest ? "; did you mean " : "", nearest ? nearest : "", nearest ? "?" : "");
    free(words);
    return is_there;
}

static void choose_all(Operation *operation)
{
    for (size_t i = 0; i < operation->control_plane_count; i++)
        operation->control_planes[i].is_chosen = true;
}

static void choose_one(Operation *operation, const char *name)
{
    for (size_t i = 0; i < operation->control_plane_count; i++) {
        if (strcmp(operation->control_planes[i].spec->name, name) == 0)
            operation->control_planes[i].is_chosen = true;
    }
}

bool choose_control_planes(Operation *operation, const char *const *names, size_t count, Error *err)
{
    const cJSON *name;

    if (count && !json_has(operation->record, "chosen"))
        json_put(operation->record, "chosen", cJSON_CreateStringArray(names, (int)count));
    if (!json_has(operation->record, "chosen"))
        choose_all(operation);
    cJSON_ArrayForEach(name, json_find(operation->record, "chosen"))
    {
        if (!choice_is_there(operation->environment, name->valuestring, err))
            return false;
        choose_one(operation, name->valuestring);
    }
    return true;
}

ControlPlane **chosen_control_planes(Operation *operation, size_t *out_count)
{
    ControlPlane **chosen = memory_new(operation->control_plane_count + 1, sizeof(ControlPlane *));

    *out_count = 0;
    for (size_t i = 0; i < operation->control_plane_count; i++) {
        if (operation->control_planes[i].is_chosen)
            chosen[(*out_count)++] = &operation->control_planes[i];
    }
    return chosen;
}
