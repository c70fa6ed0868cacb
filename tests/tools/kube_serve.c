/*
 * tests/tools/kube_serve.c - the fake API server alone, in real time, for real clients: kube_serve FOLDER.
 *
 * Serves clusters "mp1" and "mp2" on a free port of 127.0.0.1 until its standard input ends, after it has written
 * FOLDER/kubeconfig (contexts mp1, mp2 by client certificate; limited and nobody by token) and the line "ready". What
 * a world would do by itself is done here in the simplest way: deployments have the replicas that they are told, and
 * what was deleted is collected.
 */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/buffer.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/yaml.h"
#include "fakes/kubernetes/server.h"
#include "fakes/net/listener.h"

enum { REACT_MS = 100 };

typedef struct {
    KubeCluster *cluster;
    Timer *react;
} Site;

/* ---- the simplest controllers ----------------------------------------------------------------- */

static void on_change(void *owner, const KubeChange *change)
{
    Site *site = owner;

    (void)change;
    if (!timer_is_running(site->react))
        timer_start(site->react, REACT_MS);
}

typedef struct {
    const cJSON *items[64];
    int count;
} Found;

static bool find_unsettled(void *owner, const cJSON *deployment)
{
    Found *found = owner;

    if (json_integer_or(deployment, "metadata/generation", 0) !=
            json_integer_or(deployment, "status/observedGeneration", 0) &&
        found->count < 64)
        found->items[found->count++] = deployment;
    return true;
}

static void settle(KubeCluster *cluster, const cJSON *deployment)
{
    int64_t replicas = json_integer_or(deployment, "spec/replicas", 0);
    char *text = memory_format(
        "{\"observedGeneration\":%lld,\"replicas\":%lld,\"readyReplicas\":%lld,"
        "\"availableReplicas\":%lld,\"updatedReplicas\":%lld,"
        "\"conditions\":[{\"type\":\"Available\",\"status\":\"True\",\"reason\":\"MinimumReplicasAvailable\"}]}",
        (long long)json_integer_or(deployment, "metadata/generation", 0), (long long)replicas,
        (long long)replicas, (long long)replicas, (long long)replicas);
    cJSON *status = cJSON_Parse(text);

    kube_set_status(cluster, "deployments", json_string(deployment, "metadata/namespace"),
                    json_string(deployment, "metadata/name"), "kube-controller-manager", status);
    cJSON_Delete(status);
    free(text);
}

static void on_react(void *owner)
{
    Site *site = owner;
    Found found = {.count = 0};

    kube_each(site->cluster, "deployments", NULL, NULL, find_unsettled, &found);
    for (int i = 0; i < found.count; i++)
        settle(site->cluster, found.items[i]);
    while (kube_collect(site->cluster) > 0)
        continue;
}

/* ---- what is there from the start ------------------------------------------------------------- */

static void create(KubeCluster *cluster, const char *resource, const char *yaml)
{
    YamlDocument *document;
    KubeStatus status = {0};
    Error err = {0};

    if (!yaml_parse(resource, yaml, strlen(yaml), &document, &err) ||
        !kube_create(cluster, resource, "tsb", yaml_root(document), NULL, NULL, &status)) {
        fprintf(stderr, "kube_serve: %s%s\n", err.message, status.message);
        exit(1);
    }
    yaml_free(document);
}

static void create_deployment(KubeCluster *cluster, const char *name)
{
    char *yaml =
        memory_format("metadata: {name: %s, labels: {app: %s}}\n"
                      "spec:\n"
                      "  replicas: 1\n"
                      "  selector: {matchLabels: {app: %s}}\n"
                      "  template:\n"
                      "    metadata: {labels: {app: %s}}\n"
                      "    spec: {containers: [{name: %s, image: 'registry.test/%s:1.12.0'}]}\n",
                      name, name, name, name, name, name);

    create(cluster, "deployments", yaml);
    free(yaml);
}

static void fill(KubeCluster *cluster)
{
    static const char *const SECRETS[] = {"iam-signing-key", "tsb-certs", "admin-credentials"};

    create(cluster, "namespaces", "metadata: {name: tsb}");
    for (size_t i = 0; i < sizeof SECRETS / sizeof *SECRETS; i++) {
        char *yaml =
            memory_format("metadata: {name: %s}\ndata: {key: YQ==, other: Yg==}", SECRETS[i]);

        create(cluster, "secrets", yaml);
        free(yaml);
    }
    create_deployment(cluster, "tsb");
    create_deployment(cluster, "iam");
    create_deployment(cluster, "envoy");
    create(
        cluster, "managementplanes",
        "metadata: {name: managementplane}\n"
        "spec:\n"
        "  hub: registry.test\n"
        "  highAvailability: {standby: {activeMpSynchronizationEndpoint: {host: mp1.test, port: 443}}}\n");
    create(
        cluster, "services",
        "metadata: {name: envoy}\nspec: {type: LoadBalancer, ports: [{name: https, port: 443}]}");
    create(cluster, "pods",
           "metadata: {name: tsb-operator-1, labels: {name: tsb-operator}}\n"
           "spec: {containers: [{name: operator, image: 'registry.test/operator:1.12.0'}]}\n");
    for (int i = 0; i < 20; i++) {
        char *line = memory_format("reconcile %d", i);

        kube_log(cluster, "tsb", "tsb-operator-1", line);
        free(line);
    }
    create(cluster, "roles",
           "metadata: {name: limited}\n"
           "rules: [{apiGroups: [''], resources: [secrets], verbs: [get, list, watch]}]");
    create(cluster, "rolebindings",
           "metadata: {name: limited}\n"
           "roleRef: {kind: Role, name: limited}\n"
           "subjects: [{kind: User, name: limited}]");
}

/* ---- serving ---------------------------------------------------------------------------------- */

static void add_context(Buffer *contexts, const char *name, const char *cluster, const char *user)
{
    buffer_format(contexts, "- {name: %s, context: {cluster: %s, user: %s, namespace: default}}\n",
                  name, cluster, user);
}

static void write_kubeconfig(const char *folder, uint16_t port, const Pki *pki,
                             const Certificate *admin)
{
    char *ca = json_base64(pki_ca_pem(pki), strlen(pki_ca_pem(pki)));
    char *certificate = json_base64(certificate_pem(admin), strlen(certificate_pem(admin)));
    char *key = json_base64(certificate_key_pem(admin), strlen(certificate_key_pem(admin)));
    char *full = memory_format("%s/kubeconfig", folder);
    Buffer text = {0};
    Error err = {0};

    buffer_add_text(&text, "apiVersion: v1\nkind: Config\ncurrent-context: mp1\nclusters:\n");
    for (int i = 1; i <= 2; i++)
        buffer_format(&text,
                      "- {name: mp%d, cluster: {server: 'https://127.0.0.1:%u/clusters/mp%d', "
                      "certificate-authority-data: %s}}\n",
                      i, port, i, ca);
    buffer_format(
        &text,
        "users:\n- {name: admin, user: {client-certificate-data: %s, client-key-data: %s}}\n",
        certificate, key);
    buffer_add_text(&text, "- {name: limited, user: {token: limited-token}}\n"
                           "- {name: nobody, user: {token: wrong-token}}\ncontexts:\n");
    add_context(&text, "mp1", "mp1", "admin");
    add_context(&text, "mp2", "mp2", "admin");
    add_context(&text, "limited", "mp1", "limited");
    add_context(&text, "nobody", "mp1", "nobody");
    if (!file_write(full, text.data, text.length, 0600, &err)) {
        fprintf(stderr, "kube_serve: %s\n", err.message);
        exit(1);
    }
    buffer_release(&text);
    free(ca);
    free(certificate);
    free(key);
    free(full);
}

static void on_trace(void *owner, const TraceEvent *event)
{
    (void)owner;
    fprintf(stderr, "%s %s\n", event->lane, event->text);
}

static void on_stdin(uv_poll_t *poll, int status, int events)
{
    char byte;

    (void)events;
    if (status < 0 || fread(&byte, 1, 1, stdin) == 0)
        *(bool *)poll->data = true;
}

static bool is_over(void *owner)
{
    return *(bool *)owner;
}

static uint16_t start_listener(Loop *loop, KubeServer *server, Listener **out_listener)
{
    Error err = {0};

    if (listener_start(loop, "127.0.0.1", 0, kube_server_accept, server, out_listener, &err))
        return listener_port(*out_listener);
    fprintf(stderr, "kube_serve: %s\n", err.message);
    exit(1);
}

int main(int argc, char **argv)
{
    static const char *const NAMES[] = {"127.0.0.1", NULL};
    Loop *loop = loop_new();
    Trace *trace = trace_new();
    Pki *pki = pki_new("kube_serve");
    Certificate *own = pki_issue(pki, &(CertificateOptions){.common_name = "api", .names = NAMES});
    Certificate *admin = pki_issue(pki, &(CertificateOptions){.common_name = "admin",
                                                              .organization = "system:masters"});
    SSL_CTX *tls = certificate_server_context(own, pki);
    KubeServer *server = kube_server_new(
        &(KubeServerOptions){.loop = loop, .trace = trace, .tls = tls, .offers_http2 = true});
    Listener *listener;
    Site sites[2];
    Random random;
    uv_poll_t input;
    bool over = false;

    if (argc != 2) {
        fprintf(stderr, "usage: kube_serve FOLDER\n");
        return 2;
    }
    trace_listen(trace, on_trace, NULL);
    for (int i = 0; i < 2; i++) {
        const char *name = i == 0 ? "mp1" : "mp2";

        random_init(&random, 1, name);
        sites[i] = (Site){kube_cluster_new(name, &random), timer_new(loop, on_react, &sites[i])};
        kube_listen(sites[i].cluster, NULL, on_change, &sites[i]);
        fill(sites[i].cluster);
        kube_server_add(server, sites[i].cluster);
    }
    kube_server_add_token(server, &(KubeTokenUser){.token = "limited-token",
                                                   .user = "limited",
                                                   .uid = "uid-limited",
                                                   .groups = "lab"});
    write_kubeconfig(argv[1], start_listener(loop, server, &listener), pki, admin);
    uv_poll_init(loop_uv(loop), &input, 0);
    input.data = &over;
    uv_poll_start(&input, UV_READABLE | UV_DISCONNECT, on_stdin);
    printf("ready\n");
    fflush(stdout);
    loop_run_until(loop, is_over, &over);
    uv_close((uv_handle_t *)&input, NULL);
    listener_stop(listener);
    kube_server_free(server);
    for (int i = 0; i < 2; i++) {
        timer_free(sites[i].react);
        kube_cluster_free(sites[i].cluster);
    }
    loop_free(loop);
    SSL_CTX_free(tls);
    certificate_free(own);
    certificate_free(admin);
    pki_free(pki);
    trace_free(trace);
    return 0;
}
