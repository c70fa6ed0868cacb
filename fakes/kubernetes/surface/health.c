/*
 * fakes/kubernetes/surface/health.c - the answers of the health endpoints.
 */
#include "fakes/kubernetes/surface/health.h"

#include <string.h>

typedef enum { IN_HEALTH = 1, IN_READY = 2, EVERYWHERE = 3 } Where;

static const char *const ENDPOINTS[] = {"healthz", "livez", "readyz"};

static const struct {
    const char *name;
    Where where;
} CHECKS[] = {
    {"ping",                                                                EVERYWHERE},
    {"log",                                                                 EVERYWHERE},
    {"etcd",                                                                IN_HEALTH },
    {"informer-sync",                                                       IN_READY  },
    {"poststarthook/start-apiserver-admission-initializer",                 EVERYWHERE},
    {"poststarthook/generic-apiserver-start-informers",                     EVERYWHERE},
    {"poststarthook/priority-and-fairness-config-consumer",                 EVERYWHERE},
    {"poststarthook/priority-and-fairness-filter",                          EVERYWHERE},
    {"poststarthook/storage-object-count-tracker-hook",                     EVERYWHERE},
    {"poststarthook/start-apiextensions-informers",                         EVERYWHERE},
    {"poststarthook/start-apiextensions-controllers",                       EVERYWHERE},
    {"poststarthook/crd-informer-synced",                                   EVERYWHERE},
    {"poststarthook/start-system-namespaces-controller",                    EVERYWHERE},
    {"poststarthook/start-cluster-authentication-info-controller",          EVERYWHERE},
    {"poststarthook/start-kube-apiserver-identity-lease-controller",        EVERYWHERE},
    {"poststarthook/start-kube-apiserver-identity-lease-garbage-collector", EVERYWHERE},
    {"poststarthook/start-legacy-token-tracking-controller",                EVERYWHERE},
    {"poststarthook/start-service-ip-repair-controllers",                   EVERYWHERE},
    {"poststarthook/rbac/bootstrap-roles",                                  EVERYWHERE},
    {"poststarthook/scheduling/bootstrap-system-priority-classes",          EVERYWHERE},
    {"poststarthook/priority-and-fairness-config-producer",                 EVERYWHERE},
    {"poststarthook/bootstrap-controller",                                  EVERYWHERE},
    {"poststarthook/start-kube-aggregator-informers",                       EVERYWHERE},
    {"poststarthook/apiservice-status-local-available-controller",          EVERYWHERE},
    {"poststarthook/apiservice-status-remote-available-controller",         EVERYWHERE},
    {"poststarthook/apiservice-registration-controller",                    EVERYWHERE},
    {"poststarthook/apiservice-wait-for-first-sync",                        EVERYWHERE},
    {"poststarthook/apiservice-discovery-controller",                       EVERYWHERE},
    {"poststarthook/kube-apiserver-autoregistration",                       EVERYWHERE},
    {"autoregister-completion",                                             EVERYWHERE},
    {"poststarthook/apiservice-openapi-controller",                         EVERYWHERE},
    {"poststarthook/apiservice-openapiv3-controller",                       EVERYWHERE},
    {"shutdown",                                                            IN_READY  },
};

enum { ENDPOINT_COUNT = 3, CHECK_COUNT = sizeof CHECKS / sizeof *CHECKS };

static bool has_check(const char *endpoint, int check)
{
    return CHECKS[check].where & (strcmp(endpoint, "readyz") == 0 ? IN_READY : IN_HEALTH);
}

const char *health_path(Arena *arena, int index)
{
    for (int e = 0; e < ENDPOINT_COUNT; e++) {
        if (index-- == 0)
            return arena_format(arena, "/%s", ENDPOINTS[e]);
        for (int c = 0; c < CHECK_COUNT; c++)
            if (has_check(ENDPOINTS[e], c) && index-- == 0)
                return arena_format(arena, "/%s/%s", ENDPOINTS[e], CHECKS[c].name);
    }
    return NULL;
}

/* The endpoint that path begins with, and what follows its slash ("" if nothing does). NULL: none. */
static const char *split(const char *path, const char **out_rest)
{
    *out_rest = "";
    for (int i = 0; i < ENDPOINT_COUNT; i++) {
        size_t length = strlen(ENDPOINTS[i]);

        if (strncmp(path + 1, ENDPOINTS[i], length) != 0)
            continue;
        *out_rest = path + 1 + length;
        if (**out_rest == 0 || *(*out_rest)++ == '/')
            return ENDPOINTS[i];
    }
    return NULL;
}

bool health_is_path(const char *path)
{
    const char *rest;

    return split(path, &rest) != NULL;
}

/* "&exclude=etcd" may be there many times. */
static bool is_excluded(const KubeRequest *request, const char *check)
{
    static const char NAME[] = "exclude=";
    const char *query = http_query(request->exchange);

    for (; *query; query += strcspn(query, "&"), query += *query == '&')
        if (strncmp(query, NAME, strlen(NAME)) == 0) {
            const char *value = query + strlen(NAME);

            if (strcmp(http_decode(request->arena, value, strcspn(value, "&")), check) == 0)
                return true;
        }
    return false;
}

/* What is excluded and is no check is worth a line. */
static void add_warning(const KubeRequest *request, const char *endpoint, Buffer *text)
{
    const char *excluded = http_parameter(request->exchange, "exclude");

    if (excluded == NULL || *excluded == 0)
        return;
    for (int i = 0; i < CHECK_COUNT; i++)
        if (has_check(endpoint, i) && strcmp(CHECKS[i].name, excluded) == 0)
            return;
    buffer_format(text, "warn: some health checks cannot be excluded: no matches for \"%s\"\n",
                  excluded);
}

static void answer_verbose(KubeRequest *request, const char *endpoint)
{
    Buffer text = {0};

    for (int i = 0; i < CHECK_COUNT; i++)
        if (has_check(endpoint, i))
            buffer_format(&text, "[+]%s %sok\n", CHECKS[i].name,
                          is_excluded(request, CHECKS[i].name) ? "excluded: " : "");
    add_warning(request, endpoint, &text);
    buffer_format(&text, "%s check passed\n", endpoint);
    request_answer_plain(request, 200, text.data);
    buffer_release(&text);
}

static bool is_check(const char *endpoint, const char *name)
{
    for (int i = 0; i < CHECK_COUNT; i++)
        if (has_check(endpoint, i) && strcmp(CHECKS[i].name, name) == 0)
            return true;
    return false;
}

void health_answer(KubeRequest *request, const char *path)
{
    const char *check, *endpoint = split(path, &check);

    if (*check != 0 && !is_check(endpoint, check))
        request_answer_plain(request, 404, "404 page not found\n");
    else if (*check == 0 && http_parameter(request->exchange, "verbose") != NULL)
        answer_verbose(request, endpoint);
    else
        request_answer_plain(request, 200, "ok");
}
