/*
 * fakes/kubernetes/surface/cells_cluster.c - nodes, storage, events, roles: what belongs to the cluster rather than to an application.
 */
#include <stdio.h>
#include <string.h>

#include "fakes/kubernetes/surface/cells.h"

/* ---- nodes ------------------------------------------------------------------------------------ */

cJSON *cell_node_status(const cJSON *object, const Column *column)
{
    const cJSON *condition;
    Buffer list = {0};

    (void)column;
    cJSON_ArrayForEach(condition, json_find(object, "status/conditions"))
    {
        if (strcmp(json_string_or(condition, "type", ""), "Ready") == 0)
            buffer_add_text(&list, strcmp(json_string_or(condition, "status", ""), "True") == 0
                                       ? "Ready"
                                       : "NotReady");
    }
    if (list.length == 0)
        buffer_add_text(&list, "Unknown");
    if (json_bool_or(object, "spec/unschedulable", false))
        buffer_add_text(&list, ",SchedulingDisabled");
    return cells_of_list(&list);
}

cJSON *cell_node_roles(const cJSON *object, const Column *column)
{
    static const char PREFIX[] = "node-role.kubernetes.io/";
    const cJSON *label;
    Buffer list = {0};

    (void)column;
    cJSON_ArrayForEach(label, json_find(object, "metadata/labels"))
    {
        if (strncmp(label->string, PREFIX, strlen(PREFIX)) == 0)
            buffer_format(&list, "%s%s", cells_comma(&list), label->string + strlen(PREFIX));
    }
    return cells_of_list(&list);
}

/* path: the type of the address */
cJSON *cell_node_address(const cJSON *object, const Column *column)
{
    const cJSON *address;

    cJSON_ArrayForEach(address, json_find(object, "status/addresses"))
    {
        if (strcmp(json_string_or(address, "type", ""), column->path) == 0)
            return cJSON_CreateString(json_string_or(address, "address", column->otherwise));
    }
    return cell_none(object, column);
}

/* ---- storage ---------------------------------------------------------------------------------- */

cJSON *cell_access_modes(const cJSON *object, const Column *column)
{
    static const struct {
        const char *mode, *word;
    } WORDS[] = {
        {"ReadWriteOnce",    "RWO" },
        {"ReadOnlyMany",     "ROX" },
        {"ReadWriteMany",    "RWX" },
        {"ReadWriteOncePod", "RWOP"},
    };
    const cJSON *mode;
    Buffer list = {0};

    cJSON_ArrayForEach(mode, json_find(object, column->path))
    {
        for (size_t i = 0; i < sizeof WORDS / sizeof *WORDS; i++)
            if (cJSON_IsString(mode) && strcmp(mode->valuestring, WORDS[i].mode) == 0)
                buffer_format(&list, "%s%s", cells_comma(&list), WORDS[i].word);
    }
    return list.length > 0 ? cells_of_list(&list) : cJSON_CreateString("");
}

/* A phase, unless the object is on its way out. */
cJSON *cell_claim_status(const cJSON *object, const Column *column)
{
    return json_has(object, "metadata/deletionTimestamp") ? cJSON_CreateString("Terminating")
                                                          : cell_text(object, column);
}

cJSON *cell_volume_claim(const cJSON *object, const Column *column)
{
    Buffer text = {0};

    if (!json_has(object, "spec/claimRef"))
        return cell_none(object, column);
    buffer_format(&text, "%s/%s", json_string_or(object, "spec/claimRef/namespace", ""),
                  json_string_or(object, "spec/claimRef/name", ""));
    return cells_of_list(&text);
}

/* ---- events ----------------------------------------------------------------------------------- */

/* An event of the newer form has eventTime and a series in place of the two timestamps. */
cJSON *cell_event_seen(const cJSON *object, const Column *column)
{
    const char *time = json_string_or(object, column->path, "");
    char text[24];

    if (*time == 0)
        time = json_string_or(object, "series/lastObservedTime",
                              json_string_or(object, "eventTime", ""));
    return cJSON_CreateString(cells_age(time, text));
}

cJSON *cell_event_object(const cJSON *object, const Column *column)
{
    const cJSON *about = json_find(object, "involvedObject");
    const char *kind;
    Buffer text = {0};

    (void)column;
    about = about != NULL ? about : json_find(object, "regarding");
    for (kind = json_string_or(about, "kind", ""); *kind; kind++)
        buffer_add_byte(&text, (uint8_t)(*kind >= 'A' && *kind <= 'Z' ? *kind + 32 : *kind));
    buffer_format(&text, "/%s", json_string_or(about, "name", ""));
    return cells_of_list(&text);
}

cJSON *cell_event_source(const cJSON *object, const Column *column)
{
    const char *component = json_string_or(object, "source/component",
                                           json_string_or(object, "reportingComponent", "")),
               *host = json_string_or(object, "source/host", "");
    Buffer text = {0};

    if (*component == 0 && *host == 0)
        return cell_none(object, column);
    buffer_format(&text, "%s%s%s", component, *host ? ", " : "", host);
    return cells_of_list(&text);
}

/* ---- roles ------------------------------------------------------------------------------------ */

cJSON *cell_role_reference(const cJSON *object, const Column *column)
{
    Buffer text = {0};

    (void)column;
    buffer_format(&text, "%s/%s", json_string_or(object, "roleRef/kind", ""),
                  json_string_or(object, "roleRef/name", ""));
    return cells_of_list(&text);
}

/* path: the kind of the subjects */
cJSON *cell_subjects(const cJSON *object, const Column *column)
{
    const cJSON *subject;
    Buffer list = {0};

    cJSON_ArrayForEach(subject, json_find(object, "subjects"))
    {
        const char *ns = json_string_or(subject, "namespace", "");

        if (strcmp(json_string_or(subject, "kind", ""), column->path) == 0)
            buffer_format(&list, "%s%s%s%s", list.length ? ", " : "", ns, *ns ? "/" : "",
                          json_string_or(subject, "name", ""));
    }
    return list.length > 0 ? cells_of_list(&list) : cJSON_CreateString("");
}

/* ---- others ----------------------------------------------------------------------------------- */

/* "Approved,Issued"; "Pending" while nobody has decided. */
cJSON *cell_request_condition(const cJSON *object, const Column *column)
{
    const cJSON *condition;
    Buffer list = {0};

    (void)column;
    cJSON_ArrayForEach(condition, json_find(object, "status/conditions"))
    {
        buffer_format(&list, "%s%s", cells_comma(&list), json_string_or(condition, "type", ""));
    }
    if (list.length == 0)
        buffer_add_text(&list, "Pending");
    if (*json_string_or(object, "status/certificate", ""))
        buffer_add_text(&list, ",Issued");
    return cells_of_list(&list);
}

/* "pods: 1/10, services: 0/5". path: "limits." shows the limits, anything else the rest. */
cJSON *cell_quota(const cJSON *object, const Column *column)
{
    bool wants_limits = strcmp(column->path, "limits.") == 0;
    const cJSON *hard;
    Buffer list = {0};

    cJSON_ArrayForEach(hard, json_find(object, "status/hard"))
    {
        const cJSON *used =
            cJSON_GetObjectItemCaseSensitive(json_find(object, "status/used"), hard->string);

        if ((strncmp(hard->string, "limits.", 7) == 0) == wants_limits)
            buffer_format(&list, "%s%s: %s/%s", list.length ? ", " : "", hard->string,
                          cJSON_IsString(used) ? used->valuestring : "0",
                          cJSON_IsString(hard) ? hard->valuestring : "");
    }
    return list.length > 0 ? cells_of_list(&list) : cJSON_CreateString("");
}

cJSON *cell_owner(const cJSON *object, const Column *column)
{
    const cJSON *owner;
    Buffer text = {0};

    cJSON_ArrayForEach(owner, json_find(object, "metadata/ownerReferences"))
    {
        if (json_bool_or(owner, "controller", false) && text.length == 0)
            buffer_format(&text, "%s/%s", json_string_or(owner, "kind", ""),
                          json_string_or(owner, "name", ""));
    }
    return text.length > 0 ? cells_of_list(&text) : cell_none(object, column);
}

cJSON *cell_service_reference(const cJSON *object, const Column *column)
{
    Buffer text = {0};

    if (!json_has(object, column->path))
        return cell_none(object, column);
    buffer_format(&text, "%s/%s", json_string_or(object, "spec/service/namespace", ""),
                  json_string_or(object, "spec/service/name", ""));
    return cells_of_list(&text);
}

/* path: the type of the condition. "False (Reason)" if it is not true. */
cJSON *cell_condition(const cJSON *object, const Column *column)
{
    const cJSON *condition;
    Buffer text = {0};

    cJSON_ArrayForEach(condition, json_find(object, "status/conditions"))
    {
        const char *status = json_string_or(condition, "status", "");

        if (strcmp(json_string_or(condition, "type", ""), column->path) != 0 || text.length > 0)
            continue;
        buffer_add_text(&text, status);
        if (strcmp(status, "True") != 0)
            buffer_format(&text, " (%s)", json_string_or(condition, "reason", ""));
    }
    return text.length > 0 ? cells_of_list(&text) : cell_none(object, column);
}
