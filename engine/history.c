/*
 * engine/history.c - what the last failover left for the next procedure, from whatever machine that is carried out.
 */
#include "engine/history.h"

#include <stdlib.h>
#include <string.h>

#include "engine/lease.h"

#define ANNOTATION "understudy.dev/last-failover"

bool history_write(Operation *operation, const cJSON *failover, Error *err)
{
    cJSON *patch = cJSON_CreateObject(), *annotations = cJSON_CreateObject();
    char *text = json_text(failover);
    bool is_written = false;

    cJSON_AddStringToObject(annotations, ANNOTATION, text);
    json_put(patch, "metadata/annotations", annotations);
    for (int i = 0; i < 2; i++) {
        KubePath path = lease_path(&operation->planes[i]);

        if (operation->planes[i].is_out_of_reach)
            continue;
        is_written |= kube_client_merge(operation->planes[i].kube, &path, patch, NULL, err);
    }
    free(text);
    cJSON_Delete(patch);
    return is_written;
}

/* NULL: none, or not to be read. */
static cJSON *read_on(const Plane *plane, bool *out_answers, Error *err)
{
    KubePath path = lease_path(plane);
    cJSON *lease = NULL, *failover = NULL;
    const cJSON *text;
    Error why = {0};

    *out_answers = kube_client_get(plane->kube, &path, &lease, &why) || why.code == ERR_NOT_FOUND;
    if (!*out_answers)
        error_set(err, why.code, "%s", why.message);
    text = cJSON_GetObjectItemCaseSensitive(json_find(lease, "metadata/annotations"), ANNOTATION);
    if (cJSON_IsString(text) &&
        !json_parse(text->valuestring, strlen(text->valuestring), &failover, NULL))
        failover = NULL;
    cJSON_Delete(lease);
    return failover;
}

bool history_read(Operation *operation, cJSON **out_failover, Error *err)
{
    bool answers[2] = {false, false};
    cJSON *found[2];
    int newer;

    for (int i = 0; i < 2; i++)
        found[i] = operation->planes[i].is_out_of_reach
                       ? NULL
                       : read_on(&operation->planes[i], &answers[i], err);
    newer = strcmp(json_string_or(found[1], "at", ""), json_string_or(found[0], "at", "")) > 0;
    *out_failover = found[newer];
    cJSON_Delete(found[!newer]);
    return answers[0] || answers[1];
}
