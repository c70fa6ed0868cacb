/*
 * fakes/kubernetes/write.c - create, update and patch: one way in for clients and controllers.
 *
 * A write is checked in the API server's order: place, precondition, form, defaults, validation; then compared with what is
 * there. Only what differs gets a number.
 */
#include "fakes/kubernetes/write.h"

#include <assert.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "fakes/kubernetes/form/convert.h"
#include "fakes/kubernetes/form/crd.h"
#include "fakes/kubernetes/owners/managed.h"
#include "fakes/kubernetes/patch/patch.h"
#include "fakes/kubernetes/patch/patched.h"
#include "fakes/kubernetes/form/rules.h"
#include "fakes/kubernetes/scale.h"
#include "fakes/kubernetes/form/service.h"
#include "fakes/kubernetes/status.h"

const char *write_manager(const Write *write)
{
    return write->writer && write->writer->manager ? write->writer->manager : "";
}

bool write_is_dry(const Write *write)
{
    return write->writer != NULL && write->writer->dry_run;
}

bool write_done(const Write *write, const KubeObject *object)
{
    if (write->out_object != NULL)
        *write->out_object = kube_object_json(object);
    return true;
}

bool write_is_leaving(const cJSON *json)
{
    return *kube_metadata_text(json, "deletionTimestamp") != 0;
}

static Write new_write(KubeCluster *cluster, const char *resource, const char *ns, const char *name,
                       const KubeWriter *writer, const cJSON **out_object, KubeStatus *status)
{
    const KubeKind *kind =
        writer && writer->as ? writer->as : kube_kind_named(&cluster->kinds, resource);

    assert(kind != NULL && !kube_kind_has(kind, KUBE_REVIEW));
    return (Write){cluster,
                   kind,
                   ns && kube_kind_has(kind, KUBE_NAMESPACED) ? ns : "",
                   name ? name : "",
                   KUBE_MAIN,
                   writer,
                   out_object,
                   status,
                   false,
                   NULL};
}

static void set_text(cJSON *json, const char *key, const char *text)
{
    cJSON_DeleteItemFromObjectCaseSensitive(json, key);
    cJSON_AddStringToObject(json, key, text);
}

/* ---- what a body must say of itself ----------------------------------------------------------- */

static bool check_place(const Write *write, const cJSON *json)
{
    const char *ns = kube_metadata_text(json, "namespace"),
               *name = kube_metadata_text(json, "name");

    if (kube_kind_has(write->kind, KUBE_NAMESPACED) && *ns && strcmp(ns, write->ns) != 0)
        return status_bad_request(write->status,
                                  "the namespace of the provided object does not match the "
                                  "namespace sent on the request");
    if (*write->name && *name && strcmp(name, write->name) != 0)
        return status_bad_request(
            write->status, "the name of the object (%s) does not match the name on the URL (%s)",
            name, write->name);
    if (*write->name && *name == 0 && kube_kind_has(write->kind, KUBE_CUSTOM))
        return status_bad_request(write->status, "name must be provided");
    return true;
}

static const char *join_complaints(const cJSON *complaints, char out_text[FORM_WHY_MAX])
{
    const cJSON *complaint;
    size_t length = (size_t)snprintf(out_text, FORM_WHY_MAX, "strict decoding error: ");

    cJSON_ArrayForEach(complaint, complaints)
    {
        if (length < FORM_WHY_MAX)
            length += (size_t)snprintf(out_text + length, FORM_WHY_MAX - length, "%s%s",
                                       complaint == complaints->child ? "" : ", ",
                                       complaint->valuestring);
    }
    return out_text;
}

/* Fields that the kind does not have, or that came twice. False, with the reason, if that is not borne. */
static bool check_fields(const Write *write, const cJSON *json, char out_why[FORM_WHY_MAX])
{
    cJSON *complaints = write->writer ? write->writer->complaints : NULL;

    if (complaints == NULL)
        return true;
    form_find_unknown(rules_type(write->kind), json, complaints);
    if (complaints->child == NULL || !write->writer->is_strict)
        return true;
    join_complaints(complaints, out_why);
    return false;
}

static bool check_form(const Write *write, const cJSON *json)
{
    char why[FORM_WHY_MAX];

    if (!cJSON_IsObject(json))
        return status_bad_request(write->status, "the object provided is unrecognized");
    if (rules_decode(write->kind, json, why) && check_fields(write, json, why))
        return true;
    return status_bad_request(write->status, "%s in version \"%s\" cannot be handled as a %s: %s",
                              write->kind->kind, write->kind->version, write->kind->kind, why);
}

/* The kind as which its objects are stored, in whatever version the writer speaks. */
static const KubeKind *stored_kind(const Write *write)
{
    return write->writer != NULL && write->writer->as != NULL &&
                   kube_kind_has(write->kind, KUBE_CUSTOM)
               ? kube_kind_find(&write->cluster->kinds, write->kind->group, NULL,
                                write->kind->plural)
               : write->kind;
}

/* The write as it goes on when the object is as it is kept. */
static Write kept_write(const Write *write)
{
    Write kept = *write;

    kept.kind = kube_kind_kept(write->kind);
    return kept;
}

/* The same object in the writer's version; cJSON_Delete() it. */
static cJSON *as_written(const KubeKind *kind, const cJSON *kept)
{
    cJSON *json = cJSON_Duplicate(kept, true);

    if (json != NULL && kube_kind_has(kind, KUBE_CONVERTED))
        convert_from_kept(kind, json);
    return json;
}

static void carry_over(cJSON *to, const cJSON *from, const char *key)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(from, key);

    if (json_equal(item, cJSON_GetObjectItemCaseSensitive(to, key)))
        return;
    cJSON_DeleteItemFromObjectCaseSensitive(to, key);
    if (item != NULL)
        cJSON_AddItemToObject(to, key, cJSON_Duplicate(item, true));
}

/* Who owns which field is noted in the version that was written. */
static void note_owners(const Write *write, const cJSON *old, cJSON *next)
{
    const KubeKind *as = write->writer != NULL ? write->writer->as : NULL;
    Write written = *write;
    cJSON *before, *after;

    if (as == NULL || !kube_kind_has(as, KUBE_CONVERTED)) {
        managed_update(write, old, next);
        return;
    }
    written.kind = as;
    before = as_written(as, old);
    after = as_written(as, next);
    managed_update(&written, before, after);
    carry_over(kube_metadata(next), kube_metadata(after), "managedFields");
    cJSON_Delete(before);
    cJSON_Delete(after);
}

/* A state that is on its way to the shelf. A definition is told of its own; it answers as it was before that. */
static bool put(const Write *write, cJSON *json)
{
    KubeObject *object = store_put(write->cluster, stored_kind(write), json, write_manager(write));

    if (!crd_is_definition(write->kind) || write->part != KUBE_MAIN)
        return write_done(write, object);
    write_done(write, store_scratch(write->cluster, write->kind, cJSON_Duplicate(json, true)));
    crd_establish(write->cluster, object);
    return true;
}

/* kind and apiVersion are what the shelf says. */
static void set_type(const KubeKind *kind, cJSON *json)
{
    char api_version[64];

    if (strcmp(json_string_or(json, "kind", ""), kind->kind) != 0)
        set_text(json, "kind", kind->kind);
    if (strcmp(json_string_or(json, "apiVersion", ""), kube_api_version(kind, api_version)) != 0)
        set_text(json, "apiVersion", api_version);
}

/* ---- create ----------------------------------------------------------------------------------- */

static bool check_namespace(const Write *write)
{
    const KubeKind *namespaces = kube_kind_named(&write->cluster->kinds, "namespaces");
    KubeObject *found;
    cJSON *details, *causes, *cause;
    char resource[128];

    if (!kube_kind_has(write->kind, KUBE_NAMESPACED))
        return true;
    found = store_find(write->cluster, namespaces, "", write->ns);
    if (found == NULL)
        return status_not_found(write->status, namespaces, write->ns);
    if (!write_is_leaving(kube_object_json(found)))
        return true;
    details = status_details(write->name, write->kind->group, write->kind->plural);
    causes = cJSON_AddArrayToObject(details, "causes");
    cJSON_AddItemToArray(causes, cause = cJSON_CreateObject());
    cJSON_AddStringToObject(cause, "reason", "NamespaceTerminating");
    cJSON_AddStringToObject(cause, "message", "namespace is being terminated");
    cJSON_AddStringToObject(cause, "field", "metadata.namespace");
    return status_set(
        write->status, 403, "Forbidden", details,
        "%s \"%s\" is forbidden: unable to create new content in namespace %s because "
        "it is being terminated",
        status_resource_name(write->kind, resource), write->name, write->ns);
}

/* generateName's suffix: letters and digits that make no words. */
static void generate_name(KubeCluster *cluster, cJSON *metadata, const char *base)
{
    static const char LETTERS[] = "bcdfghjklmnpqrstvwxz2456789";
    char *name = memory_format("%.58s-----", base);
    size_t length = strlen(name);

    for (size_t i = length - 5; i < length; i++)
        name[i] = LETTERS[random_below(&cluster->random, sizeof LETTERS - 1)];
    set_text(metadata, "name", name);
    free(name);
}

/* What every new object is given, in place of whatever the client said. */
static void give_birth(const Write *write, cJSON *json)
{
    static const char *const DROPPED[] = {"uid", "creationTimestamp", "deletionTimestamp",
                                          "deletionGracePeriodSeconds"};
    cJSON *metadata = kube_metadata(json);
    const char *base = kube_metadata_text(json, "generateName");
    char text[CLOCK_TEXT_MAX];

    for (size_t i = 0; i < sizeof DROPPED / sizeof *DROPPED; i++)
        cJSON_DeleteItemFromObjectCaseSensitive(metadata, DROPPED[i]);
    if (*kube_metadata_text(json, "name") == 0 && *base)
        generate_name(write->cluster, metadata, base);
    if (kube_kind_has(write->kind, KUBE_NAMESPACED))
        set_text(metadata, "namespace", write->ns);
    else
        cJSON_DeleteItemFromObjectCaseSensitive(metadata, "namespace");
    random_uuid(&write->cluster->random, text);
    cJSON_AddStringToObject(metadata, "uid", text);
    cJSON_AddStringToObject(metadata, "creationTimestamp",
                            clock_rfc3339(kube_cluster_now_ms(write->cluster), text));
    if (kube_kind_has(write->kind, KUBE_WITH_GENERATION)) {
        cJSON_DeleteItemFromObjectCaseSensitive(metadata, "generation");
        cJSON_AddNumberToObject(metadata, "generation", 1);
    }
    if (kube_kind_has(write->kind, KUBE_WITH_STATUS))
        cJSON_DeleteItemFromObjectCaseSensitive(json, "status");
    set_type(stored_kind(write), json);
}

static bool check_absence(const Write *write, const cJSON *json)
{
    const char *name = kube_metadata_text(json, "name");
    const char *version = kube_metadata_text(json, "resourceVersion");
    KubeObject *found;

    if (*version && strcmp(version, "0") != 0)
        return status_set(write->status, 500, "", NULL,
                          "resourceVersion should not be set on objects to be created");
    found = store_find(write->cluster, write->kind, write->ns, name);
    return found == NULL || status_exists(write->status, write->kind, name,
                                          write_is_leaving(kube_object_json(found)));
}

static bool is_service(const KubeKind *kind)
{
    return strcmp(kind->plural, "services") == 0 && *kind->group == '\0';
}

/* ---- webhooks --------------------------------------------------------------------------------- */

KubeAdmitted write_admitted(const Write *write, const char *operation, const cJSON *object,
                            const cJSON *old)
{
    static const char *const SUBRESOURCES[] = {
        [KUBE_MAIN] = "",
        [KUBE_STATUS_PART] = "status",
        [KUBE_SCALE_PART] = "scale",
        [KUBE_FINALIZE_PART] = "finalize",
        [KUBE_APPROVAL_PART] = "approval",
        [KUBE_EPHEMERAL_PART] = "ephemeralcontainers",
        [KUBE_BINDING_PART] = "binding",
    };

    return (KubeAdmitted){.cluster = write->cluster,
                          .kind = write->kind,
                          .subresource = SUBRESOURCES[write->part],
                          .operation = operation,
                          .ns = write->ns,
                          .name = write->name,
                          .object = object,
                          .old = old};
}

static KubeAdmission *admission_of(const Write *write)
{
    return write->writer ? write->writer->admission : NULL;
}

/* Who scales is asked about with the Scale, which cannot be changed on the way. */
static bool ask_about_scale(const Write *write, const cJSON *old, const cJSON *json,
                            bool is_validating)
{
    cJSON *before = scale_of_kind(write->kind, old), *after = scale_of_kind(write->kind, json);
    KubeAdmitted admitted = write_admitted(write, "UPDATE", after, before);
    bool is_changed, ok = is_validating
                              ? webhooks_validate(admission_of(write), &admitted, write->status)
                              : webhooks_mutate(admission_of(write), &admitted, NULL, &is_changed,
                                                write->status);

    cJSON_Delete(before);
    cJSON_Delete(after);
    return ok;
}

/* old NULL: a new object. What webhooks make of it is brought into form again. */
static bool ask_mutating(const Write *write, const cJSON *old, cJSON **json)
{
    const KubeKind *kept = kube_kind_kept(write->kind);
    KubeAdmitted admitted = write_admitted(write, old ? "UPDATE" : "CREATE", *json, old);
    char why[FORM_WHY_MAX];
    bool is_changed;

    if (admission_of(write) == NULL)
        return true;
    if (write->part == KUBE_SCALE_PART)
        return ask_about_scale(write, old, *json, false);
    if (!webhooks_mutate(admission_of(write), &admitted, json, &is_changed, write->status))
        return false;
    if (!is_changed)
        return true;
    if (!rules_decode(kept, *json, why))
        return status_set(write->status, 500, "InternalError", NULL, "Internal error occurred: %s",
                          why);
    if (write->part == KUBE_STATUS_PART)
        rules_normalize_status(kept, *json);
    else
        rules_normalize(kept, old, *json);
    return true;
}

static bool ask_validating(const Write *write, const cJSON *old, const cJSON *json)
{
    KubeAdmitted admitted = write_admitted(write, old ? "UPDATE" : "CREATE", json, old);

    if (admission_of(write) == NULL)
        return true;
    return write->part == KUBE_SCALE_PART
               ? ask_about_scale(write, old, json, true)
               : webhooks_validate(admission_of(write), &admitted, write->status);
}

/* What the server gives of its own: nobody is noted as its owner. */
static bool give(const Write *write, const cJSON *old, cJSON *json)
{
    if (is_service(write->kind) && !service_assign(write->cluster, old, json, write->status))
        return false;
    rules_complete(write->kind, old, json);
    return true;
}

static bool create(const Write *write, cJSON **object)
{
    const Write kept = kept_write(write);
    cJSON *json = *object;

    if (!check_place(write, json) || !check_form(write, json) || !check_namespace(write) ||
        (kube_kind_has(write->kind, KUBE_CUSTOM) &&
         !crd_check_open(write->cluster, write->kind, write->status)))
        return false;
    if (kept.kind != write->kind)
        convert_to_kept(write->kind, json);
    give_birth(&kept, json);
    managed_prepare(json);
    rules_normalize(kept.kind, NULL, json);
    note_owners(&kept, NULL, json);
    return ask_mutating(write, NULL, object) && give(&kept, NULL, *object) &&
           rules_validate(kept.kind, NULL, *object, write->status) &&
           ask_validating(write, NULL, *object) && check_absence(write, *object);
}

/* json is owned from now on. */
static bool put_new(const Write *write, cJSON *json)
{
    const Write kept = kept_write(write);

    if (!create(write, &json)) {
        cJSON_Delete(json);
        return false;
    }
    if (!write_is_dry(write))
        return put(&kept, json);
    cJSON_DeleteItemFromObjectCaseSensitive(kube_metadata(json), "resourceVersion");
    return write_done(write, store_scratch(write->cluster, kept.kind, json));
}

bool kube_create(KubeCluster *cluster, const char *resource, const char *ns, const cJSON *object,
                 const KubeWriter *writer, const cJSON **out_object, KubeStatus *status)
{
    Write write = new_write(cluster, resource, ns, "", writer, out_object, status);

    if (kube_kind_has(write.kind, KUBE_NAMESPACED) && *write.ns == 0)
        write.ns = json_string_or(object, "metadata/namespace", "default");
    return put_new(&write, cJSON_Duplicate(object, true));
}

/* ---- the state after another ------------------------------------------------------------------ */

/* What no update moves; resourceVersion so that two equal states compare equal. */
static void carry_identity(cJSON *next, const cJSON *old)
{
    static const char *const KEYS[] = {"name",
                                       "namespace",
                                       "uid",
                                       "generation",
                                       "creationTimestamp",
                                       "deletionTimestamp",
                                       "generateName",
                                       "deletionGracePeriodSeconds",
                                       "resourceVersion"};
    const cJSON *before = cJSON_GetObjectItemCaseSensitive(old, "metadata");
    cJSON *metadata = kube_metadata(next);

    for (size_t i = 0; i < sizeof KEYS / sizeof *KEYS; i++)
        carry_over(metadata, before, KEYS[i]);
}

/* Of some subresources one field is all that they write; NULL: of this one not. */
static const char *only_path(KubePart part)
{
    static const char *const PATHS[] = {[KUBE_FINALIZE_PART] = "spec/finalizers",
                                        [KUBE_APPROVAL_PART] = "status/conditions",
                                        [KUBE_EPHEMERAL_PART] = "spec/ephemeralContainers",
                                        [KUBE_BINDING_PART] = NULL};

    return PATHS[part];
}

/* The old state with what next has at the path. next is consumed. */
static cJSON *choose_path(const KubeObject *old, cJSON *next, const char *path)
{
    cJSON *chosen = cJSON_Duplicate(kube_object_json(old), true);
    const cJSON *value = json_find(next, path);

    json_remove(chosen, path);
    if (value != NULL)
        json_put(chosen, path, cJSON_Duplicate(value, true));
    carry_over(kube_metadata(chosen), kube_metadata(next), "managedFields");
    cJSON_Delete(next);
    return chosen;
}

static bool is_among(const char *const *keys, const char *key)
{
    while (*keys != NULL && strcmp(*keys, key) != 0)
        keys++;
    return *keys != NULL;
}

/* All of to becomes what it is in from, but for these keys. */
static void carry_others(cJSON *to, const cJSON *from, const char *const *kept)
{
    const cJSON *item;

    for (cJSON *member = to->child, *next; member != NULL; member = next) {
        next = member->next;
        if (!is_among(kept, member->string) &&
            cJSON_GetObjectItemCaseSensitive(from, member->string) == NULL)
            cJSON_Delete(cJSON_DetachItemViaPointer(to, member));
    }
    cJSON_ArrayForEach(item, from)
    {
        if (!is_among(kept, item->string))
            carry_over(to, from, item->string);
    }
}

/* The Deployment controller writes the revision together with the status. */
static void keep_status(const Write *write, const cJSON *old, cJSON *next)
{
    static const char *const PARTS[] = {"status", "metadata", NULL};
    static const char *const METADATA[] = {"managedFields", "annotations", NULL};
    static const char *const MANAGERS[] = {"managedFields", NULL};
    bool is_deployment = strcmp(write->kind->plural, "deployments") == 0;

    carry_others(next, old, PARTS);
    carry_others(kube_metadata(next), cJSON_GetObjectItemCaseSensitive(old, "metadata"),
                 is_deployment ? METADATA : MANAGERS);
}

/* The next state as far as this part may write it. next is consumed. */
static cJSON *choose_part(const Write *write, const KubeObject *old, cJSON *next)
{
    if (only_path(write->part) != NULL)
        return choose_path(old, next, only_path(write->part));
    if (write->part == KUBE_STATUS_PART)
        keep_status(write, kube_object_json(old), next);
    else if (write->part != KUBE_BINDING_PART && kube_kind_has(write->kind, KUBE_WITH_STATUS))
        carry_over(next, kube_object_json(old), "status");
    return next;
}

static bool check_finalizers(const Write *write, const cJSON *old, const cJSON *next)
{
    const cJSON *before = json_find(old, "metadata/finalizers"), *finalizer, *known;
    KubeCauses causes = {0};

    if (!write_is_leaving(old))
        return true;
    cJSON_ArrayForEach(finalizer, json_find(next, "metadata/finalizers"))
    {
        bool was_there = false;

        cJSON_ArrayForEach(known, before) was_there |= json_equal(known, finalizer);
        if (!was_there)
            causes_add(&causes, "FieldValueForbidden", "metadata.finalizers",
                       "Forbidden: no new finalizers can be added if the object is being deleted, "
                       "found new finalizers []string{\"%s\"}",
                       json_string_or(finalizer, "", ""));
    }
    return causes_end(&causes, write->kind->group, write->kind->kind, write->name, write->status);
}

static void move_generation(const KubeKind *kind, const cJSON *old, cJSON *next)
{
    int64_t generation = json_integer_or(old, "metadata/generation", 0);

    if (rules_moves_generation(kind, old, next))
        json_put_integer(next, "metadata/generation", generation + 1);
}

static bool is_empty(const cJSON *json, const char *path)
{
    const cJSON *list = json_find(json, path);

    return list == NULL || list->child == NULL;
}

/* A namespace goes when it is empty, not when its finalizers are, unless somebody says that it is finalized. */
static bool is_free_to_go(const Write *write, const cJSON *json)
{
    bool is_kept = strcmp(write->kind->plural, "namespaces") == 0 &&
                   (write->part != KUBE_FINALIZE_PART || !is_empty(json, "spec/finalizers"));

    return !is_kept && write_is_leaving(json) && is_empty(json, "metadata/finalizers") &&
           json_integer_or(json, "metadata/deletionGracePeriodSeconds", 0) == 0;
}

/* next is in the writer's version, and owned from now on. */
static bool write_version(const Write *write, KubeObject *old, cJSON *next)
{
    const Write kept = kept_write(write);

    if (kept.kind != write->kind)
        convert_to_kept(write->kind, next);
    return write_next(&kept, old, next);
}

bool write_next(const Write *write, KubeObject *old, cJSON *next)
{
    KubeCluster *cluster = write->cluster;

    managed_prepare(next);
    /* Who writes a status owns what it sent, even where it is not heard; of other writes, what they come to. */
    if (write->part == KUBE_STATUS_PART)
        note_owners(write, kube_object_json(old), next);
    next = choose_part(write, old, next);
    carry_identity(next, kube_object_json(old));
    set_type(stored_kind(write), next);
    if (write->part == KUBE_STATUS_PART)
        rules_normalize_status(write->kind, next);
    else {
        rules_normalize(write->kind, kube_object_json(old), next);
        note_owners(write, kube_object_json(old), next);
    }
    if (!ask_mutating(write, kube_object_json(old), &next) ||
        (write->part == KUBE_MAIN && !give(write, kube_object_json(old), next)) ||
        !rules_validate(write->kind, only_path(write->part) ? NULL : kube_object_json(old), next,
                        write->status) ||
        !check_finalizers(write, kube_object_json(old), next) ||
        !ask_validating(write, kube_object_json(old), next)) {
        cJSON_Delete(next);
        return false;
    }
    if (write->part != KUBE_STATUS_PART)
        move_generation(write->kind, kube_object_json(old), next);
    if (managed_is_same(kube_object_json(old), next)) {
        cJSON_Delete(next);
        return write_done(write, old);
    }
    if (write_is_dry(write))
        return write_done(write, store_scratch(cluster, write->kind, next));
    if (is_free_to_go(write, next))
        return write_done(write, store_remove(cluster, old, next, write_manager(write)));
    return put(write, next);
}

/* ---- update ----------------------------------------------------------------------------------- */

/* A number that is not the current one refuses the write. required: so does none. */
static bool check_version(const Write *write, const KubeObject *old, const cJSON *json,
                          bool is_required)
{
    const char *version = kube_metadata_text(json, "resourceVersion");
    KubeCauses causes = {0};

    for (const char *at = version; *at; at++)
        if (!isdigit((unsigned char)*at))
            return status_set(write->status, 500, "", NULL,
                              "strconv.ParseUint: parsing \"%s\": invalid syntax", version);
    if (*version && strcmp(version, "0") != 0)
        return atoll(version) == old->resource_version ||
               status_modified(write->status, write->kind, write->name);
    if (!is_required)
        return true;
    causes_add(&causes, "FieldValueInvalid", "metadata.resourceVersion",
               "Invalid value: 0x0: must be specified for an update");
    /* Here the API server names the resource, where all other refusals name the kind. */
    return causes_end(&causes, write->kind->group, write->kind->plural, write->name, write->status);
}

static bool refuse_uid(const Write *write, const char *uid, const char *actual)
{
    char *why =
        memory_format("StorageError: invalid object, Code: 4, Key: /registry/%s%s%s/%s%s%s, "
                      "ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in "
                      "precondition: %s, UID in object meta: %s",
                      *write->kind->group && kube_kind_has(write->kind, KUBE_CUSTOM)
                          ? write->kind->group
                          : "",
                      *write->kind->group && kube_kind_has(write->kind, KUBE_CUSTOM) ? "/" : "",
                      write->kind->plural, write->ns, *write->ns ? "/" : "", write->name, uid,
                      actual);

    status_conflict(write->status, write->kind, write->name, why);
    free(why);
    return false;
}

/* Replicas are all that a Scale can change: the workload with them, or NULL if they cannot be. */
static cJSON *unscale(const Write *write, const KubeObject *old, const cJSON *scale)
{
    int64_t replicas = json_integer_or(scale, "spec/replicas", 0);
    KubeCauses causes = {0};
    cJSON *next;

    if (replicas < 0)
        causes_add(&causes, "FieldValueInvalid", "spec.replicas",
                   "Invalid value: %lld: must be greater than or equal to 0", (long long)replicas);
    if (!causes_end(&causes, "autoscaling", "Scale", write->name, write->status))
        return NULL;
    next = cJSON_Duplicate(kube_object_json(old), true);
    json_put_integer(next, scale_replicas_path(write->kind), replicas);
    return next;
}

static bool update(const Write *write, const cJSON *object)
{
    KubeObject *old = store_find(write->cluster, write->kind, write->ns, write->name);
    const char *uid = kube_metadata_text(object, "uid");
    bool is_scale = write->part == KUBE_SCALE_PART;
    cJSON *next;

    if (!check_place(write, object) || (!is_scale && !check_form(write, object)))
        return false;
    if (old == NULL)
        return *uid ? refuse_uid(write, uid, "")
                    : status_not_found(write->status, write->kind, write->name);
    if (*uid && strcmp(uid, kube_metadata_text(kube_object_json(old), "uid")) != 0)
        return refuse_uid(write, uid, kube_metadata_text(kube_object_json(old), "uid"));
    if (!check_version(write, old, object, kube_kind_has(write->kind, KUBE_CUSTOM) && !is_scale))
        return false;
    next = is_scale ? unscale(write, old, object) : cJSON_Duplicate(object, true);
    return next != NULL && write_version(write, old, next);
}

/* Its many parameters are the parts of a URL. NOLINTNEXTLINE(readability-function-size) */
bool kube_update(KubeCluster *cluster, const char *resource, const char *ns, const char *name,
                 KubePart part, const cJSON *object, const KubeWriter *writer,
                 const cJSON **out_object, KubeStatus *status)
{
    Write write = new_write(cluster, resource, ns, name, writer, out_object, status);

    write.part = part;
    return update(&write, object);
}

/* ---- patch ------------------------------------------------------------------------------------ */

static bool check_patched(const Write *write, const KubeObject *old, KubePatch type,
                          const cJSON *patch, const cJSON *patched)
{
    char why[FORM_WHY_MAX], api_version[64];
    const char *uid = kube_metadata_text(patched, "uid");
    KubeCauses causes = {0};

    if (!cJSON_IsObject(patched))
        return patched_refuse(write, type, patch, patched, "json: cannot unmarshal into Go value");
    if (!rules_decode(write->kind, patched, why) || !check_fields(write, patched, why))
        return patched_refuse(write, type, patch, patched, why);
    kube_api_version(write->kind, api_version);
    if (strcmp(json_string_or(patched, "kind", ""), write->kind->kind) != 0 ||
        strcmp(json_string_or(patched, "apiVersion", ""), api_version) != 0)
        return patched_refuse_kind(write, type, patch, patched);
    if (!check_place(write, patched) || !check_version(write, old, patched, false))
        return false;
    if (*uid && strcmp(uid, kube_metadata_text(kube_object_json(old), "uid")) != 0)
        for (int i = 0; i < 2; i++) /* it is looked at for all kinds, and again for each */
            causes_add(&causes, "FieldValueInvalid", "metadata.uid",
                       "Invalid value: \"%s\": field is immutable", uid);
    return causes_end(&causes, write->kind->group, write->kind->kind, write->name, write->status);
}

static bool apply_merge(cJSON **target, const cJSON *patch, KubeStatus *status)
{
    if (!cJSON_IsObject(patch))
        return status_bad_request(
            status,
            "error decoding patch: json: cannot unmarshal %s into Go value of "
            "type map[string]interface {}",
            cJSON_IsArray(patch) ? "array" : "value");
    *target = patch_merge(*target, patch);
    return true;
}

static bool apply_operations(cJSON **target, const cJSON *patch, KubeStatus *status)
{
    if (!cJSON_IsArray(patch))
        return status_bad_request(status, "error decoding patch: json: cannot unmarshal object "
                                          "into Go value of type []handlers.jsonPatchOp");
    return patch_json(target, patch, NULL) ||
           status_set(status, 422, "Invalid", cJSON_CreateObject(),
                      "the server rejected our request due to an error in our request");
}

/* The fields of what is patched. */
static const KubeType *type_of(const Write *write)
{
    return write->part == KUBE_SCALE_PART ? kube_type_of("autoscaling/v1", "Scale")
                                          : kube_kind_type(write->kind);
}

static bool apply_strategic(const Write *write, cJSON **target, const cJSON *patch)
{
    Error err = {0};

    if (!cJSON_IsObject(patch))
        return apply_merge(target, patch, write->status);
    if (patch_strategic(target, patch, type_of(write), &err))
        return true;
    return err.code == ERR_INPUT ? status_bad_request(write->status, "%s", err.message)
                                 : status_set(write->status, 500, "", NULL, "%s", err.message);
}

static bool apply_patch(const Write *write, KubePatch type, const cJSON *patch, cJSON **target)
{
    bool is_custom = kube_kind_has(write->kind, KUBE_CUSTOM);

    switch (type) {
    case KUBE_MERGE_PATCH:
        return apply_merge(target, patch, write->status);
    case KUBE_JSON_PATCH:
        return apply_operations(target, patch, write->status);
    case KUBE_STRATEGIC_PATCH:
        if (!is_custom || write->part == KUBE_SCALE_PART)
            return apply_strategic(write, target, patch);
        break;
    case KUBE_APPLY_PATCH:
        assert(false); /* apply_config */
    }
    return status_set(write->status, 415, "UnsupportedMediaType", NULL,
                      "the body of the request was in an unknown format - accepted media types "
                      "include: application/json-patch+json, application/merge-patch+json, "
                      "application/apply-patch+yaml");
}

static bool patch_scale(const Write *write, KubeObject *old, KubePatch type, const cJSON *patch)
{
    cJSON *scale = scale_of_kind(write->kind, kube_object_json(old)), *next = NULL;
    const cJSON *replicas;

    managed_show_scale(kube_object_json(old), scale);
    if (type == KUBE_JSON_PATCH)
        managers_expand(scale);
    if (apply_patch(write, type, patch, &scale)) {
        replicas = json_find(scale, "spec/replicas");
        if (replicas != NULL && !cJSON_IsNumber(replicas))
            patched_refuse(write, type, patch, scale,
                           "json: cannot unmarshal string into Go struct field "
                           "ScaleSpec.spec.replicas of type int32");
        else if (check_place(write, scale) && check_version(write, old, scale, false))
            next = unscale(write, old, scale);
    }
    cJSON_Delete(scale);
    return next != NULL && write_next(write, old, next);
}

static bool patch_object(const Write *write, KubeObject *old, KubePatch type, const cJSON *patch)
{
    cJSON *next = as_written(write->kind, kube_object_json(old));

    set_type(write->kind, next);
    if (type == KUBE_JSON_PATCH) /* which may point into them */
        managers_expand(next);
    if (apply_patch(write, type, patch, &next) && check_patched(write, old, type, patch, next))
        return write_version(write, old, next);
    cJSON_Delete(next);
    return false;
}

/* ---- apply ------------------------------------------------------------------------------------ */

/* What a configuration makes of nothing. next is owned from now on. */
static bool create_applied(const Write *write, cJSON *next)
{
    const char *uid = kube_metadata_text(next, "uid");
    char *why;

    if (*uid == 0 && *kube_metadata_text(next, "name")) {
        cJSON_DeleteItemFromObjectCaseSensitive(kube_metadata(next), "resourceVersion");
        return put_new(write, next);
    }
    why = memory_format("uid mismatch: the provided object specified uid %s, and no existing "
                        "object was found",
                        uid);
    if (*uid)
        status_conflict(write->status, write->kind, write->name, why);
    else
        status_bad_request(write->status, "the name of the object (based on URL) was "
                                          "undeterminable: name must be provided");
    free(why);
    cJSON_Delete(next);
    return false;
}

/* old NULL: there is none yet. */
static bool apply_config(const Write *write, KubeObject *old, const cJSON *config)
{
    Write applied = *write;
    const cJSON *live = old != NULL ? kube_object_json(old) : NULL;
    cJSON *converted = NULL, *next;
    bool ok;

    applied.is_applied = true;
    if (kube_kind_has(write->kind, KUBE_CONVERTED))
        live = converted = as_written(write->kind, live);
    ok = managed_apply(write, live, config, &next);
    cJSON_Delete(converted);
    if (!ok)
        return false;
    if (old == NULL)
        return create_applied(&applied, next);
    if (write->part == KUBE_SCALE_PART ? check_place(write, config)
                                       : check_patched(write, old, KUBE_APPLY_PATCH, config, next))
        return write_version(&applied, old, next);
    cJSON_Delete(next);
    return false;
}

/* Its many parameters are the parts of a URL. NOLINTNEXTLINE(readability-function-size) */
bool kube_patch(KubeCluster *cluster, const char *resource, const char *ns, const char *name,
                KubePart part, KubePatch type, const cJSON *patch, const KubeWriter *writer,
                const cJSON **out_object, KubeStatus *status)
{
    Write write = new_write(cluster, resource, ns, name, writer, out_object, status);
    KubeObject *old = store_find(cluster, write.kind, write.ns, write.name);

    write.part = part;
    if (old == NULL && (type != KUBE_APPLY_PATCH || part != KUBE_MAIN))
        return status_not_found(status, write.kind, name);
    if (type == KUBE_APPLY_PATCH)
        return apply_config(&write, old, patch);
    return part == KUBE_SCALE_PART ? patch_scale(&write, old, type, patch)
                                   : patch_object(&write, old, type, patch);
}

/* ---- controllers ------------------------------------------------------------------------------ */

void kube_set_status(KubeCluster *cluster, const char *resource, const char *ns, const char *name,
                     const char *manager, const cJSON *status_patch)
{
    const KubeWriter writer = {.manager = manager};
    cJSON *patch = cJSON_CreateObject();
    bool ok;

    cJSON_AddItemReferenceToObject(patch, "status", (cJSON *)status_patch);
    ok = kube_patch(cluster, resource, ns, name, KUBE_STATUS_PART, KUBE_MERGE_PATCH, patch, &writer,
                    NULL, NULL);
    assert(ok && "a controller's status patch was refused");
    cJSON_Delete(patch);
}

void kube_merge(KubeCluster *cluster, const char *resource, const char *ns, const char *name,
                const char *manager, const cJSON *patch)
{
    const KubeWriter writer = {.manager = manager};
    bool ok = kube_patch(cluster, resource, ns, name, KUBE_MAIN, KUBE_MERGE_PATCH, patch, &writer,
                         NULL, NULL);

    assert(ok && "a controller's patch was refused");
    (void)ok;
}
