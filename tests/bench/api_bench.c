/*
 * tests/bench/api_bench.c - what the fake API server costs: per request, per delivered watch event, at start, in memory.
 *
 * The server runs in a process of its own; the clients here are plain OpenSSL over loopback, keep-alive, TLS 1.3, one request
 * at a time. What counts is the server's processor time, since the machine may be busy with other things. Two references:
 * the same transport with a handler that answers constant bytes ("bare"), in the same run; and what a real kube-apiserver
 * 1.32 with its etcd took for the like (0.98 ms for a GET, 2.4 ms for a list of 100, 5.0 ms for a merge patch, 60 us for an
 * event to one of 1 000 watchers; recorded on 2 cores of 2.5 GHz).
 */
#include <arpa/inet.h>
#include <assert.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/clock.h"
#include "base/memory.h"
#include "fakes/kubernetes/server.h"
#include "fakes/net/http.h"
#include "fakes/net/listener.h"

enum {
    SECRETS = 100,
    GETS = 20000,
    LISTS = 2000,
    PATCHES = 10000,
    EVENTS = 200,
    CROWD_CLUSTERS = 1000,
    CROWD_OBJECTS = 100,
};

/* ---- the server, in a process of its own ------------------------------------------------------- */

typedef struct {
    pid_t pid;
    uint16_t port;
} Server;

static const char *value_of_1_kb(void)
{
    static char text[1101];

    memset(text, 'Q', sizeof text - 1);
    return text;
}

static void create(KubeCluster *cluster, const char *resource, const char *ns, const char *format,
                   int i, const char *value)
{
    char *text = memory_format(format, i, value);
    cJSON *json = cJSON_Parse(text);
    bool ok = kube_create(cluster, resource, ns, json, NULL, NULL, NULL);

    assert(json != NULL && ok);
    (void)ok;
    cJSON_Delete(json);
    free(text);
}

static KubeCluster *new_cluster(const char *name, int secrets, const char *value)
{
    KubeCluster *cluster;
    Random random;

    random_init(&random, 1, name);
    cluster = kube_cluster_new(name, &random);
    create(cluster, "namespaces", "", "{\"metadata\":{\"name\":\"tsb\"}}", 0, value);
    for (int i = 0; i < secrets; i++)
        create(cluster, "secrets", "tsb",
               "{\"metadata\":{\"name\":\"secret-%03d\",\"labels\":{\"app\":\"tsb\"}},"
               "\"data\":{\"a\":\"YQ==\",\"b\":\"%s\"}}",
               i, value);
    return cluster;
}

static void answer_constant(void *owner, HttpExchange *exchange)
{
    (void)owner;
    http_header(exchange, "Cache-Control", "no-cache, private");
    http_answer(exchange, 200, "application/json", value_of_1_kb(), strlen(value_of_1_kb()));
}

typedef struct {
    Loop *loop;
    SSL_CTX *tls;
    HttpConnections connections;
} Bare;

static void accept_bare(void *owner, int fd)
{
    Bare *bare = owner;

    http_serve(fd, &(HttpOptions){.loop = bare->loop,
                                  .tls = bare->tls,
                                  .handler = answer_constant,
                                  .connections = &bare->connections});
}

static bool never(void *owner)
{
    (void)owner;
    return false;
}

static void tell_port(int pipe_fd, Listener *listener)
{
    uint16_t port = listener_port(listener);

    assert(write(pipe_fd, &port, sizeof port) == sizeof port);
    close(pipe_fd);
}

static void serve_bare(Loop *loop, SSL_CTX *tls, int pipe_fd)
{
    Bare bare = {loop, tls, {NULL}};
    Listener *listener;
    Error err;

    assert(listener_start(loop, "127.0.0.1", 0, accept_bare, &bare, &listener, &err));
    tell_port(pipe_fd, listener);
    loop_run_until(loop, never, NULL);
}

static void serve_clusters(Loop *loop, SSL_CTX *tls, int pipe_fd, int clusters, int secrets)
{
    KubeServer *server =
        kube_server_new(&(KubeServerOptions){.loop = loop, .tls = tls, .saves_memory = true});
    Listener *listener;
    Error err;

    for (int i = 0; i < clusters; i++) {
        char name[24];

        snprintf(name, sizeof name, "c%d", i);
        kube_server_add(server,
                        new_cluster(name, secrets, clusters > 1 ? "YQ==" : value_of_1_kb()));
    }
    kube_server_add_token(server, &(KubeTokenUser){.token = "token",
                                                   .user = "admin",
                                                   .groups = "system:masters"});
    assert(listener_start(loop, "127.0.0.1", 0, kube_server_accept, server, &listener, &err));
    tell_port(pipe_fd, listener);
    loop_run_until(loop, never, NULL);
}

/* clusters 0: the bare transport. */
static Server start(int clusters, int secrets)
{
    static const char *const NAMES[] = {"127.0.0.1", NULL};
    int fds[2];
    Server server;

    assert(pipe(fds) == 0);
    server.pid = fork();
    if (server.pid == 0) {
        Pki *pki = pki_new("bench");
        Certificate *own =
            pki_issue(pki, &(CertificateOptions){.common_name = "api", .names = NAMES});
        SSL_CTX *tls = certificate_server_context(own, pki);

        close(fds[0]);
        if (clusters == 0)
            serve_bare(loop_new(), tls, fds[1]);
        else
            serve_clusters(loop_new(), tls, fds[1], clusters, secrets);
        _exit(0);
    }
    close(fds[1]);
    assert(server.pid > 0 && read(fds[0], &server.port, sizeof server.port) == sizeof server.port);
    close(fds[0]);
    return server;
}

static void stop(const Server *server)
{
    kill(server->pid, SIGKILL);
    waitpid(server->pid, NULL, 0);
}

static double cpu_ms(const Server *server)
{
    struct timespec time;
    clockid_t clock;

    assert(clock_getcpuclockid(server->pid, &clock) == 0);
    assert(clock_gettime(clock, &time) == 0);
    return (double)time.tv_sec * 1e3 + (double)time.tv_nsec / 1e6;
}

static double resident_mb(const Server *server)
{
    char path[40], line[200];
    double mb = 0;
    FILE *file;

    snprintf(path, sizeof path, "/proc/%d/status", (int)server->pid);
    file = fopen(path, "r");
    while (file != NULL && fgets(line, sizeof line, file) != NULL)
        if (strncmp(line, "VmRSS:", 6) == 0)
            mb = strtod(line + 6, NULL) / 1024;
    if (file != NULL)
        fclose(file);
    return mb;
}

/* ---- a client: one connection, one request at a time ------------------------------------------- */

typedef struct {
    SSL *tls;
    Buffer unread;
} Client;

static Client client_open(SSL_CTX *context, uint16_t port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
    Client client = {SSL_new(context), {0}};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), yes = 1;

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    assert(connect(fd, (struct sockaddr *)&address, sizeof address) == 0);
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    SSL_set_fd(client.tls, fd);
    assert(SSL_connect(client.tls) == 1);
    return client;
}

static void client_close(Client *client)
{
    int fd = SSL_get_fd(client->tls);

    SSL_free(client->tls);
    close(fd);
    buffer_release(&client->unread);
}

static void client_send(Client *client, const char *method, const char *path, const char *body)
{
    char *text =
        memory_format("%s /clusters/c0%s HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer token\r\n"
                      "Content-Type: application/merge-patch+json\r\nContent-Length: %zu\r\n\r\n%s",
                      method, path, strlen(body), body);

    assert(SSL_write(client->tls, text, (int)strlen(text)) > 0);
    free(text);
}

/* Reads until word has come `times` times; what came with the last of them is dropped. */
static void client_await(Client *client, const char *word, int times)
{
    char bytes[65536];

    while (times > 0) {
        const char *at = client->unread.length > 0 ? client->unread.data : NULL;
        int length;

        while (times > 0 && at != NULL && (at = strstr(at, word)) != NULL) {
            at += strlen(word);
            times--;
        }
        if (times == 0)
            break;
        if (client->unread.data != NULL &&
            client->unread.length > strlen(word)) { /* the word may have been cut in two */
            size_t kept = strlen(word) - 1;

            memmove(client->unread.data, client->unread.data + client->unread.length - kept, kept);
            client->unread.length = kept;
        }
        length = SSL_read(client->tls, bytes, sizeof bytes - 1);
        assert(length > 0);
        buffer_add(&client->unread, bytes, (size_t)length);
    }
    client->unread.length = 0;
}

/* One answer, whole: the head's Content-Length, or the last chunk. */
static void client_read_answer(Client *client)
{
    static char bytes[1 << 20];
    size_t have = 0, want = 0;
    bool is_chunked = false;

    while (want == 0 || have < want) {
        int got = SSL_read(client->tls, bytes + have, (int)(sizeof bytes - 1 - have));
        const char *end, *length;

        assert(got > 0);
        have += (size_t)got;
        bytes[have] = 0;
        end = strstr(bytes, "\r\n\r\n");
        if (end != NULL && want == 0 && !is_chunked) {
            length = strstr(bytes, "Content-Length: ");
            is_chunked = length == NULL || length > end;
            want = is_chunked ? 0 : (size_t)(end - bytes) + 4 + strtoul(length + 16, NULL, 10);
            assert(strncmp(bytes, "HTTP/1.1 200", 12) == 0);
        }
        if (is_chunked && have >= 7 && memcmp(bytes + have - 7, "\r\n0\r\n\r\n", 7) == 0)
            want = have;
    }
}

/* ---- requests ---------------------------------------------------------------------------------- */

static void report(const char *what, double us, double rate, double bare_us, double real_us)
{
    printf("%-34s %8.1f us of cpu, %7.0f/s", what, us, rate);
    if (bare_us > 0)
        printf(", %5.2f x bare", us / bare_us);
    if (real_us > 0)
        printf(", 1/%.0f of a real one", real_us / us);
    printf("\n");
}

static double measure(const Server *server, Client *client, const char *what, const char *method,
                      const char *path, int count, double bare_us, double real_us)
{
    double begun_ms, us;
    int64_t begun_ns;
    char body[80] = "";

    for (int warm = 0; warm < 2; warm++) {
        begun_ms = cpu_ms(server);
        begun_ns = clock_real_ns();
        for (int i = 0; i < (warm == 0 ? count / 10 : count); i++) {
            if (strcmp(method, "PATCH") == 0)
                snprintf(body, sizeof body, "{\"metadata\":{\"annotations\":{\"n\":\"%d-%d\"}}}",
                         warm, i);
            client_send(client, method, path, body);
            client_read_answer(client);
        }
    }
    us = (cpu_ms(server) - begun_ms) * 1e3 / count;
    report(what, us, count * 1e9 / (double)(clock_real_ns() - begun_ns), bare_us, real_us);
    return us;
}

static void measure_requests(SSL_CTX *context)
{
    Server bare = start(0, 0), server = start(1, SECRETS);
    Client client = client_open(context, bare.port);
    double bare_us = measure(&bare, &client, "bare transport, 1.1 KB", "GET", "/", GETS, 0, 0);

    client_close(&client);
    client = client_open(context, server.port);
    measure(&server, &client, "GET a secret", "GET", "/api/v1/namespaces/tsb/secrets/secret-050",
            GETS, bare_us, 980);
    measure(&server, &client, "LIST 100 secrets", "GET", "/api/v1/namespaces/tsb/secrets", LISTS,
            bare_us, 2400);
    measure(&server, &client, "PATCH (merge) a secret", "PATCH",
            "/api/v1/namespaces/tsb/secrets/secret-050", PATCHES, bare_us, 5000);
    client_close(&client);
    stop(&bare);
    stop(&server);
}

/* ---- watch ------------------------------------------------------------------------------------- */

static void measure_watch(SSL_CTX *context, int watchers)
{
    Server server = start(1, SECRETS);
    Client *clients = memory_new(watchers, sizeof *clients), writer;
    double begun_ms, writes_us, us;
    char what[60];

    writer = client_open(context, server.port);
    printf("   ");
    writes_us = measure(&server, &writer, "patch with nobody watching", "PATCH",
                        "/api/v1/namespaces/tsb/secrets/secret-050", 2000, 0, 0);
    for (int i = 0; i < watchers; i++) {
        clients[i] = client_open(context, server.port);
        client_send(&clients[i], "GET", "/api/v1/namespaces/tsb/secrets?watch=1", "");
        client_await(&clients[i], "\r\n\r\n", 1);
    }
    begun_ms = cpu_ms(&server);
    for (int event = 0; event < EVENTS; event++) {
        char body[80];

        snprintf(body, sizeof body, "{\"metadata\":{\"annotations\":{\"e\":\"%d\"}}}", event);
        client_send(&writer, "PATCH", "/api/v1/namespaces/tsb/secrets/secret-050", body);
        client_read_answer(&writer);
        for (int i = 0; i < watchers; i++)
            client_await(&clients[i], "\"MODIFIED\"", 1);
    }
    us = (cpu_ms(&server) - begun_ms) * 1e3 / EVENTS - writes_us;
    snprintf(what, sizeof what, "event to one of %d watcher%s", watchers, watchers > 1 ? "s" : "");
    report(what, us / watchers, 0, 0, watchers == 1000 ? 60 : 0);
    for (int i = 0; i < watchers; i++)
        client_close(&clients[i]);
    client_close(&writer);
    free(clients);
    stop(&server);
}

/* ---- start and memory -------------------------------------------------------------------------- */

static void measure_start(SSL_CTX *context)
{
    int64_t begun_ns = clock_real_ns();
    Server server = start(1, 0);
    Client client = client_open(context, server.port);

    client_send(&client, "GET", "/readyz", "");
    client_read_answer(&client);
    printf("%-34s %8.2f ms (target: under 10)\n", "start until /readyz",
           (double)(clock_real_ns() - begun_ns) / 1e6);
    printf("%-34s %8.1f MB (target: under 15)\n", "memory, idle", resident_mb(&server));
    client_close(&client);
    stop(&server);
}

static void measure_crowd(SSL_CTX *context)
{
    Server server = start(CROWD_CLUSTERS, CROWD_OBJECTS);
    Client client = client_open(context, server.port);

    client_send(&client, "GET", "/readyz", "");
    client_read_answer(&client);
    printf("%d clusters, %d objects %15.1f MB (target: under 200)\n", CROWD_CLUSTERS,
           CROWD_CLUSTERS * CROWD_OBJECTS, resident_mb(&server));
    client_close(&client);
    stop(&server);
}

int main(void)
{
    SSL_CTX *context = SSL_CTX_new(TLS_client_method());

    signal(SIGPIPE, SIG_IGN);
    measure_start(context);
    measure_requests(context);
    measure_watch(context, 1);
    measure_watch(context, 100);
    measure_watch(context, 1000);
    measure_crowd(context);
    SSL_CTX_free(context);
    return 0;
}
