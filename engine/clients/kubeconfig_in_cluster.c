/*
 * engine/clients/kubeconfig_in_cluster.c - the kubeconfig of who runs in a pod and was given none.
 */
#include "engine/clients/kubeconfig_in_cluster.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"

/* {name: in-cluster, KEY: body} as the only item of a list. */
static cJSON *only_item(const char *key, cJSON *body)
{
    cJSON *list = cJSON_CreateArray(), *item = cJSON_CreateObject();

    json_put_string(item, "name", "in-cluster");
    json_put(item, key, body);
    cJSON_AddItemToArray(list, item);
    return list;
}

static cJSON *cluster_of(const char *folder, const char *host, const char *port)
{
    bool is_v6 = strchr(host, ':') != NULL;
    cJSON *cluster = cJSON_CreateObject();
    char *server =
        memory_format("https://%s%s%s:%s", is_v6 ? "[" : "", host, is_v6 ? "]" : "", port);
    char *authority = file_beside(folder, "ca.crt");

    json_put_string(cluster, "server", server);
    /* Without it the system's authorities are asked, as client-go does. */
    if (file_exists(authority))
        json_put_string(cluster, "certificate-authority", "ca.crt");
    free(authority);
    free(server);
    return cluster;
}

static cJSON *context_of(const char *folder)
{
    cJSON *context = cJSON_CreateObject();
    char *path = file_beside(folder, "namespace"), *ns = NULL;

    json_put_string(context, "cluster", "in-cluster");
    json_put_string(context, "user", "in-cluster");
    if (file_read(path, &ns, NULL, NULL)) {
        ns[strcspn(ns, " \t\r\n")] = '\0';
        json_put_string(context, "namespace", ns);
    }
    free(ns);
    free(path);
    return context;
}

bool kubeconfig_in_cluster(const char *folder, KubeconfigFile *out_file)
{
    const char *host = getenv("KUBERNETES_SERVICE_HOST"), *port = getenv("KUBERNETES_SERVICE_PORT");
    char *path = memory_format("%s/.", folder), *token = file_beside(path, "token");
    bool is_pod =
        host != NULL && host[0] != '\0' && port != NULL && port[0] != '\0' && file_exists(token);
    cJSON *user;

    if (is_pod) {
        user = cJSON_CreateObject();
        json_put_string(user, "tokenFile", "token");
        *out_file = (KubeconfigFile){.path = memory_text(path), .json = cJSON_CreateObject()};
        json_put(out_file->json, "clusters", only_item("cluster", cluster_of(path, host, port)));
        json_put(out_file->json, "users", only_item("user", user));
        json_put(out_file->json, "contexts", only_item("context", context_of(path)));
    }
    free(token);
    free(path);
    return is_pod;
}
