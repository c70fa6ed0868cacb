/*
 * fakes/kubernetes/write/body.c - what a body must say of itself before anything is done with it.
 */
#include "fakes/kubernetes/write/inside.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "fakes/kubernetes/status.h"

bool write_check_place(const Write *write, const cJSON *json)
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

bool write_check_fields(const Write *write, const cJSON *json, char out_why[FORM_WHY_MAX])
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

bool write_check_form(const Write *write, const cJSON *json)
{
    char why[FORM_WHY_MAX];

    if (!cJSON_IsObject(json))
        return status_bad_request(write->status, "the object provided is unrecognized");
    if (rules_decode(write->kind, json, why) && write_check_fields(write, json, why))
        return true;
    return status_bad_request(write->status, "%s in version \"%s\" cannot be handled as a %s: %s",
                              write->kind->kind, write->kind->version, write->kind->kind, why);
}

bool write_check_version(const Write *write, const KubeObject *old, const cJSON *json,
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

bool write_refuse_uid(const Write *write, const char *uid, const char *actual)
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
