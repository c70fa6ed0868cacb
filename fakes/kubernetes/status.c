/*
 * fakes/kubernetes/status.c - refusals, as the API server words them.
 */
#include "fakes/kubernetes/status.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/memory.h"

void kube_status_release(KubeStatus *status)
{
    if (status == NULL)
        return;
    cJSON_Delete(status->details);
    free(status->message);
    memset(status, 0, sizeof *status);
}

/* free() it. */
static char *format_arguments(const char *format, va_list arguments)
{
    va_list again;
    int length;
    char *text;

    va_copy(again, arguments);
    length = vsnprintf(NULL, 0, format, again);
    va_end(again);
    text = memory_new((size_t)length + 1, 1);
    vsnprintf(text, (size_t)length + 1, format, arguments);
    return text;
}

static bool set_arguments(KubeStatus *status, int code, const char *reason, cJSON *details,
                          const char *format, va_list arguments)
{
    char *message;

    if (status == NULL) {
        cJSON_Delete(details);
        return false;
    }
    message = format_arguments(format, arguments); /* which may be of the status as it was */
    kube_status_release(status);
    status->code = code;
    snprintf(status->reason, sizeof status->reason, "%s", reason);
    status->message = message;
    status->details = details;
    return false;
}

bool status_set(KubeStatus *status, int code, const char *reason, cJSON *details,
                const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    set_arguments(status, code, reason, details, format, arguments);
    va_end(arguments);
    return false;
}

bool status_bad_request(KubeStatus *status, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    set_arguments(status, 400, "BadRequest", NULL, format, arguments);
    va_end(arguments);
    return false;
}

bool status_no_resource(KubeStatus *status)
{
    return status_set(status, 404, "NotFound", cJSON_CreateObject(),
                      "the server could not find the requested resource");
}

bool status_no_method(KubeStatus *status)
{
    return status_set(status, 405, "MethodNotAllowed", cJSON_CreateObject(),
                      "the server does not allow this method on the requested resource");
}

bool status_forbidden(KubeStatus *status, const KubeUser *user, const KubeAttributes *attributes)
{
    const char *group = attributes->group, *part = attributes->subresource;
    bool has_name = attributes->path == NULL && *attributes->name != 0;

    if (attributes->path != NULL)
        return status_set(status, 403, "Forbidden", cJSON_CreateObject(),
                          "forbidden: User \"%s\" cannot %s path \"%s\"", user->name,
                          attributes->verb, attributes->path);
    return status_set(status, 403, "Forbidden",
                      status_details(has_name ? attributes->name : NULL, group,
                                     attributes->resource),
                      "%s%s%s%s%s%s is forbidden: User \"%s\" cannot %s resource \"%s%s%s\" in API "
                      "group \"%s\" %s%s%s",
                      attributes->resource, *group ? "." : "", group, has_name ? " \"" : "",
                      has_name ? attributes->name : "", has_name ? "\"" : "", user->name,
                      attributes->verb, attributes->resource, *part ? "/" : "", part, group,
                      *attributes->ns ? "in the namespace \"" : "at the cluster scope",
                      attributes->ns, *attributes->ns ? "\"" : "");
}

const char *status_resource_name(const KubeKind *kind, char out_text[128])
{
    snprintf(out_text, 128, "%s%s%s", kind->plural, *kind->group ? "." : "", kind->group);
    return out_text;
}

cJSON *status_details(const char *name, const char *group, const char *kind)
{
    cJSON *details = cJSON_CreateObject();

    if (name != NULL && *name)
        cJSON_AddStringToObject(details, "name", name);
    if (*group)
        cJSON_AddStringToObject(details, "group", group);
    if (*kind)
        cJSON_AddStringToObject(details, "kind", kind);
    return details;
}

bool status_not_found(KubeStatus *status, const KubeKind *kind, const char *name)
{
    char resource[128];

    return status_set(status, 404, "NotFound", status_details(name, kind->group, kind->plural),
                      "%s \"%s\" not found", status_resource_name(kind, resource), name);
}

bool status_exists(KubeStatus *status, const KubeKind *kind, const char *name, bool is_leaving)
{
    char resource[128];

    return status_set(status, 409, "AlreadyExists", status_details(name, kind->group, kind->plural),
                      "%s%s \"%s\" already exists", is_leaving ? "object is being deleted: " : "",
                      status_resource_name(kind, resource), name);
}

bool status_conflict(KubeStatus *status, const KubeKind *kind, const char *name, const char *why)
{
    char resource[128];

    return status_set(status, 409, "Conflict", status_details(name, kind->group, kind->plural),
                      "Operation cannot be fulfilled on %s \"%s\": %s",
                      status_resource_name(kind, resource), name, why);
}

bool status_modified(KubeStatus *status, const KubeKind *kind, const char *name)
{
    return status_conflict(status, kind, name,
                           "the object has been modified; please apply your changes to the latest "
                           "version and try again");
}

void causes_add(KubeCauses *causes, const char *reason, const char *field, const char *format, ...)
{
    cJSON *cause = cJSON_CreateObject();
    va_list arguments;
    char *message;

    va_start(arguments, format);
    message = format_arguments(format, arguments);
    va_end(arguments);
    cJSON_AddStringToObject(cause, "reason", reason);
    cJSON_AddStringToObject(cause, "message", message);
    cJSON_AddStringToObject(cause, "field", field);
    if (causes->list == NULL)
        causes->list = cJSON_CreateArray();
    cJSON_AddItemToArray(causes->list, cause);
    causes->count++;
    free(message);
}

void causes_require(KubeCauses *causes, const char *field)
{
    causes_add(causes, "FieldValueRequired", field, "Required value");
}

/* "field: message, field: message": what is there twice is said once. */
static Buffer join_causes(const cJSON *list, int *out_count)
{
    Buffer text = {0};
    const cJSON *cause, *before;

    *out_count = 0;
    cJSON_ArrayForEach(cause, list)
    {
        for (before = list->child; before != cause && !json_equal(before, cause);)
            before = before->next;
        if (before == cause)
            buffer_format(&text, "%s%s: %s", (*out_count)++ > 0 ? ", " : "",
                          json_string_or(cause, "field", ""), json_string_or(cause, "message", ""));
    }
    return text;
}

bool causes_end(KubeCauses *causes, const char *group, const char *kind_name, const char *name,
                KubeStatus *status)
{
    cJSON *details;
    Buffer text;
    int count;

    if (causes->count == 0)
        return true;
    text = join_causes(causes->list, &count);
    details = status_details(name, group, kind_name);
    cJSON_AddItemToObject(details, "causes", causes->list);
    status_set(status, 422, "Invalid", details, "%s%s%s \"%s\" is invalid: %s%s%s", kind_name,
               *group ? "." : "", group, name, count > 1 ? "[" : "", text.data,
               count > 1 ? "]" : "");
    buffer_release(&text);
    return false;
}
