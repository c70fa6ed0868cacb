/*
 * engine/clients/kube.c - requests to one Kubernetes API server, as the engine makes them.
 */
#include "engine/clients/kube.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "engine/clients/kube_exchange.h"
#include "engine/clients/kube_path.h"

static const char JSON[] = "application/json";
static const char MERGE_PATCH[] = "application/merge-patch+json";

KubeClient *kube_client_new(const KubeClientOptions *options)
{
    KubeClient *client = MEMORY_NEW(KubeClient);

    client->options = *options;
    return client;
}

void kube_client_free(KubeClient *client)
{
    free(client);
}

const char *kube_client_context(const KubeClient *client)
{
    return client->options.context->name;
}

int64_t kube_client_patience(KubeClient *client, int64_t patience_ms)
{
    int64_t before_ms = client->options.patience_ms;

    client->options.patience_ms = patience_ms;
    return before_ms;
}

int64_t kube_client_timeout(KubeClient *client, int64_t timeout_ms)
{
    int64_t before_ms = client->options.timeout_ms;

    client->options.timeout_ms = timeout_ms;
    return before_ms;
}

void kube_client_stop_on(KubeClient *client, const bool *stop)
{
    client->options.stop = stop;
}

int64_t kube_client_skew_ms(const KubeClient *client)
{
    return client->skew_ms;
}

static void exchange_init(KubeExchange *exchange, KubeClient *client, const char *method,
                          const KubePath *path)
{
    memset(exchange, 0, sizeof *exchange);
    exchange->client = client;
    exchange->method = method;
    exchange->url = kube_path_url(client->options.context->server, path);
    exchange->label = kube_path_label(path);
    exchange->question.is_secret = kube_path_is_secret(path);
}

/* Runs a lone exchange and hands out what came of it. */
static bool run_alone(KubeExchange *exchange, cJSON **out_object, Error *err)
{
    exchange->wants_object = out_object != NULL;
    kube_exchange_run(exchange, 1, 1);
    kube_exchange_release(exchange);
    if (exchange->error.code != ERR_NONE) {
        if (err != NULL)
            *err = exchange->error;
        return false;
    }
    if (out_object != NULL)
        *out_object = exchange->object;
    return true;
}

static bool change(KubeClient *client, const char *method, const KubePath *path,
                   const char *content_type, const cJSON *body, cJSON **out_object, Error *err)
{
    KubeExchange exchange;

    exchange_init(&exchange, client, method, path);
    exchange.question.changes_something = true;
    exchange.content_type = content_type;
    exchange.body = body != NULL ? json_text(body) : NULL;
    return run_alone(&exchange, out_object, err);
}

bool kube_client_get(KubeClient *client, const KubePath *path, cJSON **out_object, Error *err)
{
    KubeExchange exchange;

    exchange_init(&exchange, client, "GET", path);
    return run_alone(&exchange, out_object, err);
}

bool kube_client_get_text(KubeClient *client, const KubePath *path, char **out_text, Error *err)
{
    KubeExchange exchange;

    exchange_init(&exchange, client, "GET", path);
    exchange.wants_text = true;
    if (!run_alone(&exchange, NULL, err))
        return false;
    *out_text = exchange.text;
    return true;
}

bool kube_client_create(KubeClient *client, const KubePath *path, const cJSON *object,
                        cJSON **out_object, Error *err)
{
    KubePath collection = *path;

    /* A new object is posted to its collection; its name is in it. Below an object, to the subresource. */
    if (path->subresource == NULL)
        collection.name = NULL;
    return change(client, "POST", &collection, JSON, object, out_object, err);
}

bool kube_client_update(KubeClient *client, const KubePath *path, const cJSON *object,
                        cJSON **out_object, Error *err)
{
    return change(client, "PUT", path, JSON, object, out_object, err);
}

bool kube_client_merge(KubeClient *client, const KubePath *path, const cJSON *patch,
                       cJSON **out_object, Error *err)
{
    return change(client, "PATCH", path, MERGE_PATCH, patch, out_object, err);
}

bool kube_client_delete(KubeClient *client, const KubePath *path, Error *err)
{
    return change(client, "DELETE", path, NULL, NULL, NULL, err);
}

void kube_client_get_all(KubeRead *reads, size_t count, size_t width)
{
    KubeExchange *exchanges = memory_new(count > 0 ? count : 1, sizeof *exchanges);

    for (size_t i = 0; i < count; i++) {
        exchange_init(&exchanges[i], reads[i].client, "GET", &reads[i].path);
        exchanges[i].wants_object = true;
    }
    kube_exchange_run(exchanges, count, width);
    for (size_t i = 0; i < count; i++) {
        reads[i].object = exchanges[i].object;
        reads[i].error = exchanges[i].error;
        kube_exchange_release(&exchanges[i]);
    }
    free(exchanges);
}

static cJSON *new_review(const char *kind)
{
    cJSON *review = cJSON_CreateObject();

    json_put_string(review, "apiVersion", "authorization.k8s.io/v1");
    json_put_string(review, "kind", kind);
    return review;
}

/* A POST, but it changes nothing: a lost answer is asked for again. review is consumed. */
static bool ask_review(KubeClient *client, const KubePath *path, cJSON *review, cJSON **out_answer,
                       Error *err)
{
    KubeExchange exchange;

    exchange_init(&exchange, client, "POST", path);
    exchange.changes_nothing = true;
    exchange.content_type = JSON;
    exchange.body = json_text(review);
    cJSON_Delete(review);
    return run_alone(&exchange, out_answer, err);
}

static void put_attribute(cJSON *review, const char *key, const char *value)
{
    char path[64];

    snprintf(path, sizeof path, "spec/resourceAttributes/%s", key);
    if (value != NULL)
        json_put_string(review, path, value);
}

bool kube_client_may(KubeClient *client, const KubeRight *right, bool *out_allowed, Error *err)
{
    static const KubePath path = {.resource = "authorization.k8s.io/v1/selfsubjectaccessreviews"};
    cJSON *review = new_review("SelfSubjectAccessReview"), *answer = NULL;
    bool ok;

    put_attribute(review, "verb", right->verb);
    put_attribute(review, "group", right->group != NULL ? right->group : "");
    put_attribute(review, "resource", right->resource);
    put_attribute(review, "subresource", right->subresource);
    put_attribute(review, "namespace", right->ns);
    put_attribute(review, "name", right->name);
    ok = ask_review(client, &path, review, &answer, err);
    if (ok)
        *out_allowed = json_bool_or(answer, "status/allowed", false);
    cJSON_Delete(answer);
    return ok;
}

bool kube_client_rules(KubeClient *client, const char *ns, cJSON **out_rules, bool *out_is_complete,
                       Error *err)
{
    static const KubePath path = {.resource = "authorization.k8s.io/v1/selfsubjectrulesreviews"};
    cJSON *review = new_review("SelfSubjectRulesReview"), *answer = NULL, *status;

    json_put_string(review, "spec/namespace", ns);
    if (!ask_review(client, &path, review, &answer, err))
        return false;
    status = cJSON_GetObjectItemCaseSensitive(answer, "status");
    *out_is_complete = !json_bool_or(status, "incomplete", true);
    *out_rules = cJSON_DetachItemFromObjectCaseSensitive(status, "resourceRules");
    cJSON_Delete(answer);
    return true;
}
