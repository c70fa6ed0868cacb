/*
 * engine/looks/front.c - what a plane's TSB API answers, and the inventory it tells.
 */
#include "engine/observations.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "engine/front.h"

bool see_front(Operation *operation, const Plane *plane, const char *ip, const char *path,
               int *out_status, cJSON **out_json, Error *err)
{
    HttpsReply reply;
    bool ok = front_get(operation, plane, ip, path, &reply, err);

    *out_status = ok ? reply.status : 0;
    if (ok && reply.status == 200 && out_json)
        ok = json_parse(reply.body.data, reply.body.length, out_json, err);
    https_reply_release(&reply);
    return ok || error_wrap(err, "%s%s", plane->spec->permanent_name, path);
}

bool see_front_certificate(Operation *operation, const char *name, const char *ip, Error *err)
{
    HttpsTrust trust = {.ca_pem = operation->front_ca_pem};
    HttpsReply reply = {0};
    char url[512];
    bool ok;

    snprintf(url, sizeof url, "https://%s:%u/", name, operation->environment->front.port);
    ok = https_call(operation->https,
                    &(HttpsRequest){.method = "GET",
                                    .url = url,
                                    .connect_to = ip,
                                    .trust = &trust,
                                    .timeout_ms = 10000},
                    &reply, err);
    https_reply_release(&reply);
    return ok || error_wrap(err, "%s", name);
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The last part of each element's fqn, sorted. */
static cJSON *names_of(const cJSON *list)
{
    int count = cJSON_GetArraySize(list), used = 0;
    const char **names = memory_new((size_t)count + 1, sizeof *names);
    cJSON *sorted;
    const cJSON *node;

    cJSON_ArrayForEach(node, list)
    {
        const char *fqn = json_string_or(node, "fqn", "");
        const char *slash = strrchr(fqn, '/');

        names[used++] = slash ? slash + 1 : fqn;
    }
    qsort(names, (size_t)used, sizeof *names, by_text);
    sorted = cJSON_CreateStringArray(names, used);
    free(names);
    return sorted;
}

static bool add_names(Operation *operation, const Plane *plane, const char *ip, const char *path,
                      const char *key, cJSON *inventory, Error *err)
{
    cJSON *json = NULL;
    int status;

    if (!see_front(operation, plane, ip, path, &status, &json, err))
        return false;
    if (status != 200)
        return error_set(err, ERR_UNAVAILABLE, "%s: HTTP %d", path, status);
    json_put(inventory, key, names_of(json_find(json, key)));
    cJSON_Delete(json);
    return true;
}

static bool add_workspaces(Operation *operation, const Plane *plane, const char *ip,
                           cJSON *inventory, Error *err)
{
    cJSON *all = cJSON_CreateObject();
    const cJSON *tenant;

    json_put(inventory, "workspacesOf", all);
    cJSON_ArrayForEach(tenant, json_find(inventory, "tenants"))
    {
        cJSON *json = NULL;
        char path[256];
        int status;

        snprintf(path, sizeof path, "/v2/organizations/%s/tenants/%s/workspaces",
                 operation->environment->organization, tenant->valuestring);
        if (!see_front(operation, plane, ip, path, &status, &json, err))
            return false;
        cJSON_AddItemToObject(all, tenant->valuestring, names_of(json_find(json, "workspaces")));
        cJSON_Delete(json);
        if (status != 200)
            return error_set(err, ERR_UNAVAILABLE, "%s: HTTP %d", path, status);
    }
    return true;
}

bool see_inventory(Operation *operation, const Plane *plane, const char *ip, cJSON **out_inventory,
                   Error *err)
{
    cJSON *inventory = cJSON_CreateObject();
    char tenants[160], clusters[160];

    snprintf(tenants, sizeof tenants, "/v2/organizations/%s/tenants",
             operation->environment->organization);
    snprintf(clusters, sizeof clusters, "/v2/organizations/%s/clusters",
             operation->environment->organization);
    if (add_names(operation, plane, ip, tenants, "tenants", inventory, err) &&
        add_names(operation, plane, ip, clusters, "clusters", inventory, err) &&
        add_workspaces(operation, plane, ip, inventory, err)) {
        *out_inventory = inventory;
        return true;
    }
    cJSON_Delete(inventory);
    return false;
}
