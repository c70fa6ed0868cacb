/*
 * fakes/kubernetes/access/audit.c - who did what, when, and how it ended.
 */
#include "fakes/kubernetes/access/audit.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/memory.h"
#include "fakes/kubernetes/request.h"

struct KubeAudit {
    Random
        random; /* of its own: nothing else may come out differently because somebody keeps a log */
    FILE *log;  /* NULL: none */
};

bool kube_audit_open(uint64_t seed, const char *path, KubeAudit **out_audit, Error *err)
{
    int fd = path ? open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600) : -1;

    if (path != NULL && fd < 0)
        return error_set(err, ERR_IO, "%s: %s", path, strerror(errno));
    *out_audit = MEMORY_NEW(KubeAudit);
    random_init(&(*out_audit)->random, seed, "audit");
    if (fd >= 0)
        (*out_audit)->log = fdopen(fd, "a");
    return true;
}

void kube_audit_close(KubeAudit *audit)
{
    if (audit != NULL && audit->log != NULL)
        fclose(audit->log);
    free(audit);
}

void request_begin_audit(KubeRequest *request, KubeAudit *audit)
{
    const char *given = http_request_header(request->exchange, "Audit-Id");
    char *id, *source;

    if (audit == NULL)
        return;
    request->audit = audit;
    request->received_ms = clock_wall_ms();
    id = arena_new(request->arena, 37);
    random_uuid(&audit->random, id);
    request->audit_id = given != NULL && *given ? given : id;
    source = arena_new(request->arena, STREAM_ADDRESS_MAX);
    if (audit->log != NULL && stream_peer_address(http_stream(request->exchange), source))
        request->source = source; /* a watch may outlive its connection */
}

/* ---- one event -------------------------------------------------------------------------------- */

static void add_text(cJSON *json, const char *key, const char *text)
{
    if (text != NULL && *text)
        cJSON_AddStringToObject(json, key, text);
}

/* "get"; before anybody knows what it is about, the method. */
static const char *verb_of(const KubeRequest *request)
{
    char *verb = arena_text(request->arena, http_method(request->exchange));

    for (char *at = verb; *at; at++)
        *at = (char)tolower((unsigned char)*at);
    return request->verb != NULL ? request->verb : verb;
}

static void add_source(cJSON *json, const KubeRequest *request)
{
    if (request->source != NULL)
        cJSON_AddItemToObject(json, "sourceIPs", cJSON_CreateStringArray(&request->source, 1));
    add_text(json, "userAgent", http_request_header(request->exchange, "User-Agent"));
}

static void add_object(cJSON *json, const KubeRequest *request)
{
    cJSON *object;

    if (request->kind == NULL)
        return;
    object = cJSON_AddObjectToObject(json, "objectRef");
    cJSON_AddStringToObject(object, "resource", request->kind->plural);
    add_text(object, "namespace", request->ns);
    add_text(object, "name", request->name);
    add_text(object, "apiGroup", request->kind->group);
    cJSON_AddStringToObject(object, "apiVersion", request->kind->version);
    add_text(object, "subresource", request->subresource);
}

static void add_annotations(cJSON *json, const KubeRequest *request)
{
    cJSON *annotations = cJSON_AddObjectToObject(json, "annotations");

    if (request->reason != NULL) {
        cJSON_AddStringToObject(annotations, "authorization.k8s.io/decision",
                                request->is_allowed ? "allow" : "forbid");
        cJSON_AddStringToObject(annotations, "authorization.k8s.io/reason", request->reason);
    }
    cJSON_AddStringToObject(annotations, "understudy.dev/cluster",
                            kube_cluster_name(request->cluster));
}

static void add_status(cJSON *json, int code)
{
    cJSON *status = cJSON_AddObjectToObject(json, "responseStatus");

    cJSON_AddObjectToObject(status, "metadata");
    if (code >= 400)
        cJSON_AddStringToObject(status, "status", "Failure");
    cJSON_AddNumberToObject(status, "code", code);
}

static cJSON *event_of(const KubeRequest *request, const char *stage, int code)
{
    const char *query = http_query(request->exchange);
    cJSON *json = cJSON_CreateObject();
    char text[CLOCK_TEXT_MAX];

    cJSON_AddStringToObject(json, "kind", "Event");
    cJSON_AddStringToObject(json, "apiVersion", "audit.k8s.io/v1");
    cJSON_AddStringToObject(json, "level", "Metadata");
    cJSON_AddStringToObject(json, "auditID", request->audit_id);
    cJSON_AddStringToObject(json, "stage", stage);
    cJSON_AddStringToObject(json, "requestURI",
                            arena_format(request->arena, "%s%s%s", request->path, *query ? "?" : "",
                                         query));
    cJSON_AddStringToObject(json, "verb", verb_of(request));
    cJSON_AddItemToObject(json, "user",
                          user_json(request->login ? request->login : &request->user));
    if (request->login != NULL)
        cJSON_AddItemToObject(json, "impersonatedUser", user_json(&request->user));
    add_source(json, request);
    add_object(json, request);
    add_status(json, code);
    cJSON_AddStringToObject(json, "requestReceivedTimestamp",
                            clock_rfc3339_micro(request->received_ms, text));
    cJSON_AddStringToObject(json, "stageTimestamp", clock_rfc3339_micro(clock_wall_ms(), text));
    add_annotations(json, request);
    return json;
}

void request_audit(const KubeRequest *request, const char *stage, int code)
{
    cJSON *event;
    char *line;

    if (request->audit == NULL || request->audit->log == NULL)
        return;
    event = event_of(request, stage, code);
    line = json_text(event);
    fprintf(request->audit->log, "%s\n", line);
    fflush(request->audit->log); /* who follows it sees it at once */
    free(line);
    cJSON_Delete(event);
}
