/*
 * fakes/kubernetes/access/webhooks.c - asks the webhooks of a cluster about one write, and says what they make of it.
 *
 * All goes well: each webhook that matches allows it, mutating ones with a patch. Goes wrong: one denies it; one cannot be called, and
 * its failurePolicy is Fail; one is called for a dry run and says that it has side effects. An answer takes its time: the write is
 * given up until then and tried again, and what was answered before is remembered.
 */
#include "fakes/kubernetes/access/webhooks.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "fakes/kubernetes/object.h"
#include "fakes/kubernetes/patch/patch.h"
#include "fakes/kubernetes/status.h"
#include "fakes/kubernetes/store.h"

static const char MUTATING[] = "mutatingwebhookconfigurations",
                  VALIDATING[] = "validatingwebhookconfigurations";

/* What came of asking one: code 0, it goes on. */
typedef struct KubeWebhookReply KubeWebhookReply;
struct KubeWebhookReply {
    const char *configuration, *name, *object_name;
    bool is_mutating, is_again; /* is_again: asked a second time, since others changed the object */
    int64_t at_ms;              /* clock_mono_ms at which it is there */
    int code;
    const char *reason, *message;
    const char *patch; /* JSON; NULL: none */
    KubeWebhookReply *next;
};

/* One walk over the webhooks of one sort. */
typedef struct {
    KubeAdmission *admission;
    KubeAdmitted write;
    bool is_mutating, is_again;
    KubeStatus *status;
    cJSON **object; /* of mutating ones: what they change */
    int position,
        last_change; /* of webhooks in their order, from 1; last_change 0: nobody changed it */
    const KubeWebhookReply *refusal; /* of validating ones: whose came first */
} Round;

/* ---- where it is, and what it says ------------------------------------------------------------ */

static const char *url_of(const Round *round, const cJSON *webhook)
{
    const cJSON *config = json_find(webhook, "clientConfig");
    const char *url = json_string(config, "url"),
               *path = json_string_or(config, "service/path", "/");
    long long timeout_s = json_integer_or(webhook, "timeoutSeconds", 10);

    if (url != NULL)
        return arena_format(round->admission->arena, "%s?timeout=%llds", url, timeout_s);
    return arena_format(round->admission->arena, "https://%s.%s.svc:%lld%s%s?timeout=%llds",
                        json_string_or(config, "service/name", ""),
                        json_string_or(config, "service/namespace", ""),
                        (long long)json_integer_or(config, "service/port", 443),
                        *path == '/' ? "" : "/", path, timeout_s);
}

static bool has_port(const cJSON *service, int64_t port)
{
    const cJSON *item;

    cJSON_ArrayForEach(item, json_find(service, "spec/ports"))
    {
        if (json_integer_or(item, "port", 0) == port)
            return true;
    }
    return false;
}

/* Why the Service that it names leads nowhere; NULL if it leads somewhere, or if it names none. */
static const char *find_service(const Round *round, const cJSON *webhook, const cJSON **out_service)
{
    const cJSON *reference = json_find(webhook, "clientConfig/service");
    const char *name = json_string_or(reference, "name", "");
    int64_t port = json_integer_or(reference, "port", 443);

    *out_service = NULL;
    if (reference == NULL)
        return NULL;
    *out_service = kube_find(round->write.cluster, "services",
                             json_string_or(reference, "namespace", ""), name);
    if (*out_service == NULL)
        return arena_format(round->admission->arena, "service \"%s\" not found", name);
    return has_port(*out_service, port)
               ? NULL
               : arena_format(round->admission->arena,
                              "no service port %lld found for service \"%s\"", (long long)port,
                              name);
}

static KubeWebhookCall new_call(const Round *round, const char *configuration, const cJSON *webhook)
{
    const KubeAdmitted *write = &round->write;

    return (KubeWebhookCall){
        .configuration = configuration,
        .name = json_string_or(webhook, "name", ""),
        .operation = write->operation,
        .kind = write->kind,
        .subresource = write->subresource,
        .ns = write->ns,
        .object_name = write->name,
        .object = write->object,
        .old_object = write->old,
        .is_mutating = round->is_mutating,
        .is_dry_run = round->admission->is_dry_run,
        .service_ns = json_string_or(webhook, "clientConfig/service/namespace", ""),
        .service = json_string_or(webhook, "clientConfig/service/name", ""),
        .port = json_integer_or(webhook, "clientConfig/service/port", 443),
        .url = url_of(round, webhook),
        .ca_bundle = json_string_or(webhook, "clientConfig/caBundle", ""),
        .timeout_s = json_integer_or(webhook, "timeoutSeconds", 10),
    };
}

/* As Go's HTTP client puts it; NULL: it was answered. */
static const char *failure_of(Arena *arena, const KubeWebhookCall *call, const cJSON *service,
                              const KubeWebhookAnswer *answer)
{
    switch (answer->outcome) {
    case WEBHOOK_ALLOWS:
    case WEBHOOK_DENIES:
        return NULL;
    case WEBHOOK_NO_ENDPOINTS:
        return arena_format(arena, "no endpoints available for service \"%s\"", call->service);
    case WEBHOOK_REFUSED:
        return service ? arena_format(arena, "dial tcp %s:%lld: connect: connection refused",
                                      json_string_or(service, "spec/clusterIP", ""),
                                      (long long)call->port)
                       : "connect: connection refused";
    case WEBHOOK_SILENT:
        return "context deadline exceeded";
    case WEBHOOK_UNTRUSTED:
        break;
    }
    return arena_format(arena, "tls: failed to verify certificate: x509: %s",
                        *answer->message ? answer->message
                                         : "certificate signed by unknown authority");
}

/* ---- asking ----------------------------------------------------------------------------------- */

/* An answer that takes longer than the webhook has is none. */
static void hurry(const KubeWebhookCall *call, KubeWebhookAnswer *answer)
{
    if (answer->outcome == WEBHOOK_SILENT || answer->after_ms >= call->timeout_s * 1000) {
        answer->outcome = WEBHOOK_SILENT;
        answer->after_ms = call->timeout_s * 1000;
    }
}

static void note_failure(KubeWebhookReply *reply, Arena *arena, const KubeWebhookCall *call,
                         const cJSON *webhook, const char *why)
{
    if (strcmp(json_string_or(webhook, "failurePolicy", "Fail"), "Ignore") == 0)
        return;
    reply->code = 500;
    reply->reason = "InternalError";
    reply->message =
        arena_format(arena,
                     "failed calling webhook \"%s\": failed to call webhook: Post \"%s\": %s",
                     call->name, call->url, why);
}

static void note_denial(KubeWebhookReply *reply, Arena *arena, const KubeWebhookAnswer *answer)
{
    const char *why = *answer->message ? answer->message : answer->reason;

    reply->code = answer->code < 400 ? 400 : answer->code;
    reply->reason = arena_text(arena, answer->reason);
    reply->message = arena_format(arena, "admission webhook \"%s\" denied the request%s%s",
                                  reply->name, *why ? ": " : " without explanation", why);
}

static void note_patch(KubeWebhookReply *reply, Arena *arena, KubeWebhookAnswer *answer)
{
    char *text = answer->patch ? cJSON_PrintUnformatted(answer->patch) : NULL;

    if (answer->outcome == WEBHOOK_ALLOWS && text != NULL)
        reply->patch = arena_text(arena, text);
    free(text);
    cJSON_Delete(answer->patch);
}

static void call_webhook(const Round *round, const cJSON *webhook, KubeWebhookReply *reply)
{
    KubeAdmission *admission = round->admission;
    KubeWebhookCall call = new_call(round, reply->configuration, webhook);
    KubeWebhookAnswer answer = {.outcome = WEBHOOK_REFUSED};
    const cJSON *service;
    const char *why = find_service(round, webhook, &service);

    if (why == NULL && admission->call != NULL) {
        answer.outcome = WEBHOOK_ALLOWS;
        admission->call(admission->self, round->write.cluster, &call, &answer);
        hurry(&call, &answer);
    }
    reply->at_ms += answer.after_ms;
    if (why == NULL)
        why = failure_of(admission->arena, &call, service, &answer);
    if (why != NULL)
        note_failure(reply, admission->arena, &call, webhook, why);
    else if (answer.outcome == WEBHOOK_DENIES)
        note_denial(reply, admission->arena, &answer);
    note_patch(reply, admission->arena, &answer);
}

static bool bears_dry_run(const cJSON *webhook)
{
    const char *effects = json_string_or(webhook, "sideEffects", "Unknown");

    return strcmp(effects, "None") == 0 || strcmp(effects, "NoneOnDryRun") == 0;
}

static KubeWebhookReply *find_reply(const Round *round, const char *configuration, const char *name,
                                    bool is_again)
{
    KubeWebhookReply *reply = round->admission->replies;

    while (reply != NULL &&
           !(reply->is_mutating == round->is_mutating && reply->is_again == is_again &&
             strcmp(reply->name, name) == 0 && strcmp(reply->configuration, configuration) == 0 &&
             strcmp(reply->object_name, round->write.name) == 0))
        reply = reply->next;
    return reply;
}

/* What it answered to this request, now or before. */
static const KubeWebhookReply *ask(const Round *round, const char *configuration,
                                   const cJSON *webhook)
{
    KubeAdmission *admission = round->admission;
    const char *name = json_string_or(webhook, "name", "");
    KubeWebhookReply *reply = find_reply(round, configuration, name, round->is_again);

    if (reply != NULL)
        return reply;
    reply = ARENA_NEW(admission->arena, KubeWebhookReply);
    *reply = (KubeWebhookReply){.configuration = arena_text(admission->arena, configuration),
                                .name = arena_text(admission->arena, name),
                                .object_name = arena_text(admission->arena, round->write.name),
                                .is_mutating = round->is_mutating,
                                .is_again = round->is_again,
                                .at_ms = clock_mono_ms(),
                                .next = admission->replies};
    if (!admission->is_dry_run || bears_dry_run(webhook))
        call_webhook(round, webhook, reply);
    else {
        reply->code = 400;
        reply->reason = "BadRequest";
        reply->message = arena_format(admission->arena,
                                      "admission webhook \"%s\" does not support dry run", name);
    }
    admission->replies = reply;
    return reply;
}

/* ---- what comes of it ------------------------------------------------------------------------- */

static bool refuse_internally(KubeStatus *status, const char *why)
{
    cJSON *details = cJSON_CreateObject(), *causes = cJSON_AddArrayToObject(details, "causes");
    cJSON *cause = cJSON_CreateObject();

    cJSON_AddStringToObject(cause, "message", why);
    cJSON_AddItemToArray(causes, cause);
    return status_set(status, 500, "InternalError", details, "Internal error occurred: %s", why);
}

static bool refuse(KubeStatus *status, const KubeWebhookReply *reply)
{
    if (strcmp(reply->reason, "InternalError") == 0)
        return refuse_internally(status, reply->message);
    return status_set(status, reply->code, reply->reason, NULL, "%s", reply->message);
}

/* True if the write has to wait for this answer. */
static bool waits_for(KubeAdmission *admission, const KubeWebhookReply *reply)
{
    if (reply->at_ms <= clock_mono_ms())
        return false;
    if (reply->at_ms > admission->until_ms)
        admission->until_ms = reply->at_ms;
    return true;
}

static bool apply_reply(Round *round, const KubeWebhookReply *reply)
{
    cJSON *operations = reply->patch ? cJSON_Parse(reply->patch) : NULL, *before;
    Error err = {0};
    bool ok = true;

    if (operations != NULL && round->object != NULL) {
        before = cJSON_Duplicate(*round->object, true);
        ok = patch_json(round->object, operations, &err) ||
             refuse_internally(round->status, err.message);
        if (!json_equal(before, *round->object))
            round->last_change = round->position;
        round->write.object = *round->object;
        cJSON_Delete(before);
    }
    cJSON_Delete(operations);
    return ok;
}

/* The second time only those are asked again who were asked before others changed the object. */
static bool is_due(const Round *round, const char *configuration, const cJSON *webhook)
{
    if (!round->is_again)
        return true;
    return round->position < round->last_change &&
           strcmp(json_string_or(webhook, "reinvocationPolicy", "Never"), "IfNeeded") == 0 &&
           find_reply(round, configuration, json_string_or(webhook, "name", ""), false) != NULL;
}

typedef bool WebhookVisit(Round *round, const char *configuration, const cJSON *webhook);

static bool mutate_by_one(Round *round, const char *configuration, const cJSON *webhook)
{
    const KubeWebhookReply *reply;

    if (!is_due(round, configuration, webhook))
        return true;
    reply = ask(round, configuration, webhook);
    if (waits_for(round->admission, reply))
        return false;
    return reply->code != 0 ? refuse(round->status, reply) : apply_reply(round, reply);
}

/* They are asked at once; whose refusal comes first, counts. */
static bool validate_by_one(Round *round, const char *configuration, const cJSON *webhook)
{
    const KubeWebhookReply *reply = ask(round, configuration, webhook);

    waits_for(round->admission, reply);
    if (reply->code != 0 && (round->refusal == NULL || reply->at_ms < round->refusal->at_ms))
        round->refusal = reply;
    return true;
}

static const KubeShelf *configurations(const KubeCluster *cluster, const char *resource,
                                       int *out_first, int *out_end)
{
    return store_range(cluster, kube_kind_named(&cluster->kinds, resource), NULL, out_first,
                       out_end);
}

/* Every webhook that matches, in the order of their configurations' names. */
static bool each_webhook(Round *round, const char *resource, WebhookVisit *visit)
{
    int first, end;
    const KubeShelf *shelf = configurations(round->write.cluster, resource, &first, &end);
    const cJSON *webhook;

    round->position = 0;
    for (int i = first; i < end; i++)
        cJSON_ArrayForEach(webhook, json_find(kube_object_json(shelf->items[i]), "webhooks"))
        {
            round->position++;
            if (webhook_matches(webhook, &round->write) &&
                !visit(round, shelf->items[i]->name, webhook))
                return false;
        }
    return true;
}

bool webhooks_exist(const KubeCluster *cluster)
{
    int first, end, first_validating, end_validating;

    configurations(cluster, MUTATING, &first, &end);
    configurations(cluster, VALIDATING, &first_validating, &end_validating);
    return first < end || first_validating < end_validating;
}

/* Its parameters are what it is about. */
bool webhooks_mutate(KubeAdmission *admission, const KubeAdmitted *write, cJSON **object,
                     bool *out_is_changed, KubeStatus *status)
{
    Round round = {.admission = admission,
                   .write = *write,
                   .is_mutating = true,
                   .object = object,
                   .status = status};
    bool ok;

    *out_is_changed = false;
    if (admission == NULL)
        return true;
    ok = each_webhook(&round, MUTATING, mutate_by_one);
    round.is_again = true;
    if (ok && round.last_change > 0)
        ok = each_webhook(&round, MUTATING, mutate_by_one);
    *out_is_changed = round.last_change > 0;
    return ok;
}

bool webhooks_validate(KubeAdmission *admission, const KubeAdmitted *write, KubeStatus *status)
{
    Round round = {.admission = admission, .write = *write};

    if (admission == NULL)
        return true;
    each_webhook(&round, VALIDATING, validate_by_one);
    if (admission->until_ms > clock_mono_ms())
        return false;
    return round.refusal == NULL || refuse(status, round.refusal);
}
