/*
 * tests/fakes/kubernetes/ownership.c - see ownership.h.
 */
#include "tests/fakes/kubernetes/ownership.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "tests/fakes/kubernetes/fixture.h"
#include "tests/test.h"

char *ownership_text(const cJSON *object)
{
    const cJSON *node = json_find(object, "metadata/managedFields"), *entry;
    cJSON *entries = node ? cJSON_Parse(cJSON_IsRaw(node) ? node->valuestring : "[]") : NULL;
    Buffer text = {0};

    cJSON_ArrayForEach(entry, entries)
    {
        const char *subresource = json_string_or(entry, "subresource", "");
        char *fields = cJSON_PrintUnformatted(json_find(entry, "fieldsV1"));

        buffer_format(&text, "%s%s %s %s%s%s %s", text.length ? "\n" : "",
                      json_string_or(entry, "manager", "?"),
                      json_string_or(entry, "operation", "?"),
                      json_string_or(entry, "apiVersion", "?"), *subresource ? " " : "",
                      subresource, fields);
        free(fields);
    }
    cJSON_Delete(entries);
    for (size_t i = 0; i < text.length; i++)
        if (text.data[i] == '"')
            text.data[i] = '\'';
    return buffer_take(&text);
}

static bool take_step(KubeCluster *cluster, const char *resource, const char *name,
                      const OwnStep *step, KubeStatus *status)
{
    static const KubePatch PATCHES[] = {
        [OWN_MERGE] = KUBE_MERGE_PATCH,         [OWN_JSON] = KUBE_JSON_PATCH,
        [OWN_STRATEGIC] = KUBE_STRATEGIC_PATCH, [OWN_APPLY] = KUBE_APPLY_PATCH,
        [OWN_FORCE] = KUBE_APPLY_PATCH,
    };
    const KubeWriter writer = {.manager = step->manager, .force = step->verb == OWN_FORCE};
    cJSON *body = fixture_json(step->body);
    bool ok;

    if (step->verb == OWN_CREATE)
        ok = kube_create(cluster, resource, "tsb", body, &writer, NULL, status);
    else if (step->verb == OWN_PUT)
        ok = kube_update(cluster, resource, "tsb", name, step->part, body, &writer, NULL, status);
    else
        ok = kube_patch(cluster, resource, "tsb", name, step->part, PATCHES[step->verb], body,
                        &writer, NULL, status);
    cJSON_Delete(body);
    return ok;
}

static void check_done(const OwnStep *step, const cJSON *object, const KubeStatus *status)
{
    char *text = ownership_text(object);

    if (!CHECK_CASE(step->name, step->code == 0))
        return;
    (void)status;
    if (step->text != NULL && !CHECK_CASE(step->name, strcmp(text, step->text) == 0))
        fprintf(stderr, "%s:\n  expected %s\n  actual   %s\n", step->name, step->text, text);
    free(text);
}

static void check_refused(const OwnStep *step, const KubeStatus *status)
{
    CHECK_CASE(step->name, status->code == step->code);
    if (step->text != NULL && !CHECK_CASE(step->name, strcmp(status->message, step->text) == 0))
        fprintf(stderr, "%s:\n  expected %s\n  actual   %s\n", step->name, step->text,
                status->message);
}

void ownership_story(KubeCluster *cluster, const char *resource, const char *name,
                     const OwnStep *steps, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        int64_t version = kube_cluster_resource_version(cluster);
        KubeStatus status = {0};

        if (take_step(cluster, resource, name, &steps[i], &status)) {
            check_done(&steps[i], kube_find(cluster, resource, "tsb", name), &status);
        } else {
            check_refused(&steps[i], &status);
            CHECK_CASE(steps[i].name, kube_cluster_resource_version(cluster) == version);
        }
        kube_status_release(&status);
    }
}
