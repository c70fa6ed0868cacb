/*
 * fakes/kubernetes/change.c - POST, PUT, PATCH and DELETE: from a request to the cluster's writes, and back.
 */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "fakes/kubernetes/access/account.h"
#include "fakes/kubernetes/form/form.h"
#include "fakes/kubernetes/access/grant.h"
#include "fakes/kubernetes/scale.h"

/* ---- options ---------------------------------------------------------------------------------- */

static bool is_verb(const KubeRequest *request, const char *verb)
{
    return strcmp(request->verb, verb) == 0;
}

static const char *options_kind(const KubeRequest *request)
{
    if (is_verb(request, "create"))
        return "CreateOptions";
    if (is_verb(request, "update"))
        return "UpdateOptions";
    return is_verb(request, "patch") ? "PatchOptions" : "DeleteOptions";
}

static bool is_one_of(const char *text, const char *const *words)
{
    for (; *words != NULL; words++)
        if (strcmp(*words, text) == 0)
            return true;
    return false;
}

static bool patch_type(const KubeRequest *request, KubePatch *out_type, KubeStatus *status)
{
    static const struct {
        const char *media_type;
        KubePatch type;
    } TYPES[] = {
        {"application/merge-patch+json",           KUBE_MERGE_PATCH    },
        {"application/json-patch+json",            KUBE_JSON_PATCH     },
        {"application/strategic-merge-patch+json", KUBE_STRATEGIC_PATCH},
        {"application/apply-patch+yaml",           KUBE_APPLY_PATCH    },
    };
    const char *given = http_request_header(request->exchange, "Content-Type");
    size_t length = given ? strcspn(given, "; ") : 0;

    for (size_t i = 0; i < sizeof TYPES / sizeof *TYPES; i++)
        if (strlen(TYPES[i].media_type) == length &&
            strncmp(TYPES[i].media_type, given, length) == 0) {
            *out_type = TYPES[i].type;
            return true;
        }
    return status_set(status, 415, "UnsupportedMediaType", cJSON_CreateObject(),
                      "415: Unsupported Media Type");
}

/* force and fieldManager mean something else, or nothing, where the patch is no apply. */
static void check_patch_options(const KubeRequest *request, KubeCauses *causes)
{
    const char *manager = http_parameter(request->exchange, "fieldManager");
    KubePatch type;

    if (!is_verb(request, "patch") || !patch_type(request, &type, NULL))
        return;
    if (type != KUBE_APPLY_PATCH && http_parameter(request->exchange, "force") != NULL)
        causes_add(causes, "FieldValueForbidden", "force",
                   "Forbidden: may not be specified for non-apply patch");
    if (type == KUBE_APPLY_PATCH && (manager == NULL || *manager == 0))
        causes_add(causes, "FieldValueRequired", "fieldManager",
                   "Required value: is required for apply patch");
}

static bool read_writer(KubeRequest *request, KubeWriter *out_writer, KubeStatus *status)
{
    static const char *const VALIDATIONS[] = {"", "Ignore", "Strict", "Warn", NULL};
    const char *manager = http_parameter(request->exchange, "fieldManager");
    const char *dry_run = http_parameter(request->exchange, "dryRun");
    const char *validation = http_parameter(request->exchange, "fieldValidation");
    KubeCauses causes = {0};

    check_patch_options(request, &causes);
    if (dry_run != NULL && *dry_run && strcmp(dry_run, "All") != 0)
        causes_add(&causes, "FieldValueNotSupported", "dryRun",
                   "Unsupported value: []string{\"%s\"}: supported values: \"All\"", dry_run);
    if (manager != NULL && strlen(manager) > 128)
        causes_add(&causes, "FieldValueTooLong", "fieldManager",
                   "Too long: may not be more than 128 bytes");
    if (validation != NULL && !is_one_of(validation, VALIDATIONS))
        causes_add(&causes, "FieldValueNotSupported", "fieldValidation",
                   "Unsupported value: \"%s\": supported values: \"\", \"Ignore\", \"Strict\", "
                   "\"Warn\"",
                   validation);
    *out_writer = (KubeWriter){.manager = request_manager(request),
                               .dry_run = dry_run != NULL && *dry_run,
                               .force = request_flag(request, "force"),
                               .as = request->kind,
                               .is_strict = validation != NULL && strcmp(validation, "Strict") == 0,
                               .admission = &request->admission};
    request->admission.is_dry_run = out_writer->dry_run;
    return causes_end(&causes, "meta.k8s.io", options_kind(request), "", status);
}

/* FAULT_DROP: the client is told that it was done. A dry run is just that. */
static void drop_if_told(const KubeRequest *request, KubeWriter *writer)
{
    const Fault *fault = http_fault(request->exchange);
    FaultCall call = request_fault_call(request);

    if (fault->kind != FAULT_DROP || writer->dry_run)
        return;
    writer->dry_run = true;
    if (!request->is_resumed)
        fault_witness(request->faults, fault, &call, "answered as done, and not done");
}

/* ---- waiting for a webhook -------------------------------------------------------------------- */

typedef struct {
    KubeRequest *request;
    Timer *timer;
} Pause;

static void pause_free(void *owner)
{
    Pause *pause = owner;

    timer_free(pause->timer);
    free(pause);
}

static void on_pause_over(void *owner)
{
    KubeRequest *request = ((Pause *)owner)->request;

    http_on_gone(request->exchange, NULL, NULL);
    pause_free(owner);
    request->is_resumed = true;
    request->admission.until_ms = 0;
    request->version_before = request->cluster->resource_version;
    request_write(request);
}

static bool is_waiting(const KubeRequest *request)
{
    return request->admission.until_ms > 0;
}

/* Until the answer is there; a client that leaves has changed nothing. */
static void wait_for_webhook(KubeRequest *request)
{
    Pause *pause = MEMORY_NEW(Pause);

    *pause = (Pause){request, timer_new(request->loop, on_pause_over, pause)};
    timer_start(pause->timer, request->admission.until_ms - clock_mono_ms());
    http_on_gone(request->exchange, pause_free, pause);
}

/* What was not done: it is refused, or only waits. */
static void refuse(KubeRequest *request, KubeStatus *status)
{
    if (is_waiting(request))
        kube_status_release(status);
    else
        request_refuse(request, status);
}

/* ---- create ----------------------------------------------------------------------------------- */

/*
 * An object that the cluster handed out, as a client sees it. Of a change that is only said to be done it sees that nothing has changed,
 * as when the schema or a webhook took out all that it had sent.
 */
static void answer_written(KubeRequest *request, int code, const cJSON *object)
{
    KubeObject *found;

    if (strcmp(request->subresource, "scale") == 0) {
        request_answer_json(request, code, scale_of_kind(request->kind, object));
        return;
    }
    found = store_find(request->cluster, request->kind, request->ns,
                       kube_metadata_text(object, "name"));
    if (found == NULL ||
        (kube_object_json(found) != object && http_fault(request->exchange)->kind != FAULT_DROP))
        found = request->cluster->scratch; /* a dry run, or gone */
    request_answer_object(request, code, found);
}

static KubePart part_of(const KubeRequest *request)
{
    static const struct {
        const char *name;
        KubePart part;
    } PARTS[] = {
        {"status",              KUBE_STATUS_PART   },
        {"scale",               KUBE_SCALE_PART    },
        {"finalize",            KUBE_FINALIZE_PART },
        {"approval",            KUBE_APPROVAL_PART },
        {"ephemeralcontainers", KUBE_EPHEMERAL_PART},
    };

    for (size_t i = 0; i < sizeof PARTS / sizeof *PARTS; i++)
        if (strcmp(PARTS[i].name, request->subresource) == 0)
            return PARTS[i].part;
    return KUBE_MAIN;
}

/* What is written: an object, or a patch of this type. */
typedef struct {
    cJSON *body;
    KubePatch type;
} Input;

static bool write_input(const KubeRequest *request, const Input *input, const KubeWriter *writer,
                        const cJSON **out_made, KubeStatus *status)
{
    const char *kind = request_kind_name(request);

    if (is_verb(request, "create"))
        return kube_create(request->cluster, kind, request->ns, input->body, writer, out_made,
                           status);
    if (is_verb(request, "update"))
        return kube_update(request->cluster, kind, request->ns, request->name, part_of(request),
                           input->body, writer, out_made, status);
    return kube_patch(request->cluster, kind, request->ns, request->name, part_of(request),
                      input->type, input->body, writer, out_made, status);
}

/* The last of two members of one name counts. That there were two is said with the unknown fields, unless nobody asks. */
static void drop_doubles(const KubeRequest *request, cJSON *body, KubeWriter *writer)
{
    const char *validation = http_parameter(request->exchange, "fieldValidation");
    cJSON *complaints = cJSON_CreateArray();

    form_drop_doubles(body, complaints);
    if (validation == NULL || strcmp(validation, "Ignore") != 0)
        writer->complaints = complaints;
    else
        cJSON_Delete(complaints);
}

/* What is wrong with fields and was borne, as headers of the answer. The texts go with it. */
static void tell_complaints(const KubeRequest *request, KubeWriter *writer)
{
    const cJSON *complaint;

    cJSON_ArrayForEach(complaint, writer->complaints)
    {
        if (!writer->is_strict && !is_waiting(request))
            request_warn(request, complaint->valuestring);
    }
    cJSON_Delete(writer->complaints);
    writer->complaints = NULL;
}

/* A role or binding is tried first: what it would become may be more than its writer has to give. */
static bool write_checked(KubeRequest *request, const Input *input, KubeWriter *writer,
                          const cJSON **out_made, KubeStatus *status)
{
    KubeWriter trial = *writer;
    bool ok;

    drop_doubles(request, input->body, writer);
    trial.dry_run = true;
    ok = !grant_is_limited(request) || (write_input(request, input, &trial, out_made, status) &&
                                        grant_check(request, *out_made, status));
    ok = ok && write_input(request, input, writer, out_made, status);
    tell_complaints(request, writer);
    return ok;
}

/* What is made of an object, and is none itself. */
static void create_part(KubeRequest *request)
{
    static const struct {
        const char *name;
        void (*answer)(KubeRequest *request);
    } PARTS[] = {
        {"token",    request_answer_token   },
        {"eviction", request_answer_eviction},
        {"binding",  request_answer_binding },
    };

    for (size_t i = 0; i < sizeof PARTS / sizeof *PARTS; i++)
        if (strcmp(PARTS[i].name, request->subresource) == 0)
            PARTS[i].answer(request);
}

static void create(KubeRequest *request)
{
    KubeStatus status = {0};
    KubeWriter writer;
    const cJSON *made;
    cJSON *object = NULL;

    if (*request->subresource) {
        create_part(request);
        return;
    }
    if (!read_writer(request, &writer, &status) || !request_object(request, &object, &status)) {
        refuse(request, &status);
        return;
    }
    drop_if_told(request, &writer);
    if (roles_are_looked_at(request->kind, kube_metadata_text(object, "name"), request->verb))
        roles_materialize(request->cluster);
    if (kube_kind_has(request->kind, KUBE_REVIEW))
        request_answer_review(request, object);
    else if (write_checked(request, &(Input){.body = object}, &writer, &made, &status)) {
        request->name = arena_text(request->arena, kube_metadata_text(made, "name"));
        answer_written(request, 201, made);
    } else
        refuse(request, &status);
    cJSON_Delete(object);
}

/* ---- update and patch ------------------------------------------------------------------------- */

static void update(KubeRequest *request)
{
    KubeStatus status = {0};
    KubeWriter writer;
    const cJSON *made;
    cJSON *object = NULL;

    if (!read_writer(request, &writer, &status) || !request_object(request, &object, &status)) {
        refuse(request, &status);
        return;
    }
    drop_if_told(request, &writer);
    if (write_checked(request, &(Input){.body = object}, &writer, &made, &status))
        answer_written(request, 200, made);
    else
        refuse(request, &status);
    cJSON_Delete(object);
}

static void patch(KubeRequest *request)
{
    KubeStatus status = {0};
    KubeWriter writer;
    KubePatch type = KUBE_MERGE_PATCH;
    const cJSON *made;
    cJSON *body = NULL;
    bool is_there = store_find(request->cluster, request->kind, request->ns, request->name) != NULL;

    if (!patch_type(request, &type, &status) || !read_writer(request, &writer, &status) ||
        !request_body(request, &body, &status)) {
        refuse(request, &status);
        return;
    }
    drop_if_told(request, &writer);
    if (write_checked(request, &(Input){.body = body, .type = type}, &writer, &made, &status))
        answer_written(request, is_there ? 200 : 201, made); /* an apply may have made it */
    else
        refuse(request, &status);
    cJSON_Delete(body);
}

/* ---- delete ----------------------------------------------------------------------------------- */

/* DeleteOptions come in the body, in parameters, or not at all. body is what deletion's texts lie in. */
static bool read_deletion(KubeRequest *request, cJSON **out_body, KubeDeletion *out_deletion,
                          int64_t *out_grace_s, KubeStatus *status)
{
    const char *propagation = http_parameter(request->exchange, "propagationPolicy");
    const char *grace = http_parameter(request->exchange, "gracePeriodSeconds");
    KubeWriter writer;
    size_t length;

    *out_body = NULL;
    http_body(request->exchange, &length);
    if (!read_writer(request, &writer, status) ||
        (length > 0 && !request_body(request, out_body, status)))
        return false;
    *out_deletion = (KubeDeletion){
        .propagation =
            json_string_or(*out_body, "propagationPolicy",
                           json_bool_or(*out_body, "orphanDependents", false) ? "Orphan"
                                                                              : propagation),
        .uid = json_string(*out_body, "preconditions/uid"),
        .resource_version = json_string(*out_body, "preconditions/resourceVersion"),
        .manager = writer.manager,
        .admission = writer.admission,
    };
    *out_grace_s = json_integer_or(*out_body, "gracePeriodSeconds", grace ? atoll(grace) : -1);
    if (*out_grace_s >= 0)
        out_deletion->grace_s = out_grace_s;
    if (json_string(*out_body, "dryRun/0") != NULL)
        request->admission.is_dry_run = writer.dry_run = true;
    drop_if_told(request, &writer);
    out_deletion->dry_run = writer.dry_run;
    return true;
}

/* Kinds whose deletion is answered with the object; of the others, those that are not gone yet. */
static bool answers_object(const KubeRequest *request)
{
    static const char *const KINDS[] =
        {"pods", "services", "namespaces", "serviceaccounts", "customresourcedefinitions", NULL};
    const KubeObject *left =
        store_find(request->cluster, request->kind, request->ns, request->name);

    return is_one_of(request->kind->plural, KINDS) ||
           (left != NULL && *kube_metadata_text(kube_object_json(left), "deletionTimestamp"));
}

static void answer_gone(KubeRequest *request, const cJSON *object)
{
    cJSON *json = cJSON_CreateObject(), *details;

    cJSON_AddStringToObject(json, "kind", "Status");
    cJSON_AddStringToObject(json, "apiVersion", "v1");
    cJSON_AddObjectToObject(json, "metadata");
    cJSON_AddStringToObject(json, "status", "Success");
    details = status_details(request->name, request->kind->group, request->kind->plural);
    cJSON_AddStringToObject(details, "uid", kube_metadata_text(object, "uid"));
    cJSON_AddItemToObject(json, "details", details);
    request_answer_json(request, 200, json);
}

static void delete_one(KubeRequest *request)
{
    KubeStatus status = {0};
    KubeDeletion deletion;
    const cJSON *gone;
    cJSON *body;
    int64_t grace_s;

    if (!read_deletion(request, &body, &deletion, &grace_s, &status) ||
        !kube_delete(request->cluster, request_kind_name(request), request->ns, request->name,
                     &deletion, &gone, &status))
        refuse(request, &status);
    else if (answers_object(request))
        answer_written(request, 200, gone);
    else
        answer_gone(request, gone);
    cJSON_Delete(body);
}

typedef struct {
    char **names;
    int count, capacity;
} Names;

static Names names_of(const KubeRequest *request, const KubeSelection *selection)
{
    Names names = {0};
    int first, end;
    const KubeShelf *shelf = store_range(request->cluster, request->kind,
                                         *request->ns ? request->ns : NULL, &first, &end);

    for (int i = first; i < end; i++)
        if (selection_has(selection, shelf->items[i])) {
            MEMORY_GROW(names.names, names.count, names.capacity);
            names.names[names.count++] = memory_text(shelf->items[i]->name);
        }
    return names;
}

/* Nothing goes if a webhook is against one of them: where a real server has deleted those before it. */
static bool may_delete_all(KubeRequest *request, const Names *names, const KubeDeletion *deletion,
                           KubeStatus *status)
{
    KubeDeletion trial = *deletion;
    bool ok = true;

    trial.dry_run = true;
    for (int i = 0; ok && webhooks_exist(request->cluster) && i < names->count; i++)
        ok = kube_delete(request->cluster, request_kind_name(request), request->ns, names->names[i],
                         &trial, NULL, status);
    return ok;
}

static void names_release(Names *names)
{
    for (int i = 0; i < names->count; i++)
        free(names->names[i]);
    free(names->names);
}

/* The answer is the list as it was before. */
static void delete_all(KubeRequest *request)
{
    KubeSelection selection;
    KubeDeletion deletion;
    KubeStatus status = {0};
    Names names;
    cJSON *body = NULL;
    Buffer list;
    int64_t grace_s;

    if (!request_selection(request, &selection, &status) ||
        !read_deletion(request, &body, &deletion, &grace_s, &status)) {
        refuse(request, &status);
        cJSON_Delete(body);
        return;
    }
    names = names_of(request, &selection);
    if (may_delete_all(request, &names, &deletion, &status)) {
        list = request_list_text(request, &selection);
        for (int i = 0; i < names.count; i++)
            kube_delete(request->cluster, request_kind_name(request), request->ns, names.names[i],
                        &deletion, NULL, NULL);
        request_answer_text(request, 200, list.data, list.length);
        buffer_release(&list);
    } else
        refuse(request, &status);
    names_release(&names);
    cJSON_Delete(body);
}

/* ---- afterwards ------------------------------------------------------------------------------- */

static bool is_about(const KubeRequest *request, const char *group, const char *plural)
{
    return strcmp(request->kind->plural, plural) == 0 && strcmp(request->kind->group, group) == 0;
}

/* What the controllers of roles and of accounts do about it. The answer is on its way already. */
static void react(KubeRequest *request)
{
    if (is_about(request, "rbac.authorization.k8s.io", "clusterroles"))
        roles_aggregate(request->cluster);
    else if (is_about(request, "", "secrets") && *request->name)
        account_fill_secret(request->cluster, request->ns, request->name, request->ca_pem);
    else if (is_about(request, "", "serviceaccounts"))
        accounts_drop_secrets(request->cluster, request->ns);
}

void request_write(KubeRequest *request)
{
    static const struct {
        const char *verb;
        void (*write)(KubeRequest *request);
    } WRITES[] = {
        {"create",           create    },
        {"update",           update    },
        {"patch",            patch     },
        {"delete",           delete_one},
        {"deletecollection", delete_all},
    };

    for (size_t i = 0; i < sizeof WRITES / sizeof *WRITES; i++)
        if (is_verb(request, WRITES[i].verb)) {
            WRITES[i].write(request);
            if (is_waiting(request))
                wait_for_webhook(request);
            else
                react(request);
            return;
        }
}
