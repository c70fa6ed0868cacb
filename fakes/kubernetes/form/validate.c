/*
 * fakes/kubernetes/form/validate.c - 422: names, labels, and the fields of the kinds that clients get wrong.
 */
#include <arpa/inet.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "fakes/kubernetes/form/crd.h"
#include "fakes/kubernetes/form/kept.h"
#include "fakes/kubernetes/object.h"
#include "fakes/kubernetes/form/rules.h"
#include "fakes/kubernetes/form/schema.h"
#include "fakes/kubernetes/status.h"
#include "fakes/kubernetes/access/validate_roles.h"

static const char INVALID[] = "FieldValueInvalid";

static const char SUBDOMAIN[] =
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or "
    "'.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used "
    "for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
static const char LABEL[] =
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and "
    "must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used "
    "for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
static const char DNS_1035[] =
    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an "
    "alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', "
    "regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";
static const char QUALIFIED[] =
    "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end "
    "with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for "
    "validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
static const char LABEL_VALUE[] =
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or "
    "'.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  "
    "or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";
static const char CONFIG_KEY[] =
    "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. "
    "'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')";

/* ---- texts ------------------------------------------------------------------------------------ */

static bool is_lower(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

/* One DNS label, which ends at length. */
static bool is_label(const char *text, size_t length)
{
    if (length == 0 || !is_lower(text[0]) || !is_lower(text[length - 1]))
        return false;
    for (size_t i = 0; i < length; i++)
        if (!is_lower(text[i]) && text[i] != '-')
            return false;
    return true;
}

static bool is_subdomain(const char *text)
{
    do {
        size_t length = strcspn(text, ".");

        if (!is_label(text, length))
            return false;
        text += length;
    } while (*text++ == '.');
    return true;
}

/* Letters, digits and what others lists, with a letter or digit at both ends. */
static bool is_word(const char *text)
{
    size_t length = strlen(text);

    if (length == 0 || length > 63 || !isalnum((unsigned char)text[0]) ||
        !isalnum((unsigned char)text[length - 1]))
        return false;
    for (size_t i = 0; i < length; i++)
        if (!isalnum((unsigned char)text[i]) && strchr("-_.", text[i]) == NULL)
            return false;
    return true;
}

static bool is_role(const KubeKind *kind)
{
    return strcmp(kind->group, "rbac.authorization.k8s.io") == 0;
}

/* Roles are called "system:discovery": whatever can stand in a path. */
static const char *path_segment_error(const char *name)
{
    if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
        return name[1] ? "may not be '..'" : "may not be '.'";
    if (strchr(name, '/') != NULL)
        return "may not contain '/'";
    return strchr(name, '%') != NULL ? "may not contain '%'" : NULL;
}

static void check_name(KubeCauses *causes, const KubeKind *kind, const char *name)
{
    const char *why = NULL;
    size_t length = strlen(name);

    if (length == 0) {
        causes_add(causes, "FieldValueRequired", "metadata.name",
                   "Required value: name or generateName is required");
        return;
    }
    if (strcmp(kind->plural, "services") == 0 && !kube_kind_has(kind, KUBE_CUSTOM))
        why = is_label(name, length) && !isdigit((unsigned char)*name) ? NULL : DNS_1035;
    else if (is_role(kind))
        why = path_segment_error(name);
    else if (strcmp(kind->plural, "namespaces") == 0)
        why = is_label(name, length) ? NULL : LABEL;
    else
        why = is_subdomain(name) ? NULL : SUBDOMAIN;
    if (why != NULL)
        causes_add(causes, INVALID, "metadata.name", "Invalid value: \"%s\": %s", name, why);
    else if (length > 253)
        causes_add(causes, INVALID, "metadata.name",
                   "Invalid value: \"%s\": must be no more than 253 characters", name);
}

static void check_labels(KubeCauses *causes, const cJSON *metadata)
{
    const cJSON *label;

    cJSON_ArrayForEach(label, cJSON_GetObjectItemCaseSensitive(metadata, "labels"))
    {
        const char *slash = strchr(label->string, '/');

        if (!is_word(slash ? slash + 1 : label->string))
            causes_add(causes, INVALID, "metadata.labels", "Invalid value: \"%s\": %s",
                       label->string, QUALIFIED);
        if (cJSON_IsString(label) && *label->valuestring && !is_word(label->valuestring))
            causes_add(causes, INVALID, "metadata.labels", "Invalid value: \"%s\": %s",
                       label->valuestring, LABEL_VALUE);
    }
}

static void check_owners(KubeCauses *causes, const cJSON *metadata)
{
    const cJSON *owner;

    cJSON_ArrayForEach(owner,
                       cJSON_GetObjectItemCaseSensitive(
                           metadata, "ownerReferences")) if (*json_string_or(owner, "uid", "") == 0)
        causes_add(causes, INVALID, "metadata.ownerReferences.uid",
                   "Invalid value: \"\": uid must not be empty");
}

/* ---- Secret and ConfigMap --------------------------------------------------------------------- */

static void check_keys(KubeCauses *causes, const cJSON *data)
{
    const cJSON *item;

    cJSON_ArrayForEach(item, data)
    {
        char field[300];

        if (*item->string &&
            strspn(item->string, "-._abcdefghijklmnopqrstuvwxyz"
                                 "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") == strlen(item->string))
            continue;
        snprintf(field, sizeof field, "data[%s]", item->string);
        causes_add(causes, INVALID, field, "Invalid value: \"%s\": %s", item->string, CONFIG_KEY);
    }
}

static size_t decoded_length(const char *base64)
{
    size_t length = strlen(base64), padding = 0;

    while (padding < 2 && padding < length && base64[length - 1 - padding] == '=')
        padding++;
    return length / 4 * 3 - padding;
}

static void check_size(KubeCauses *causes, const cJSON *data, bool is_base64)
{
    size_t total = 0;
    const cJSON *item;

    cJSON_ArrayForEach(item, data) if (cJSON_IsString(item)) total +=
        is_base64 ? decoded_length(item->valuestring) : strlen(item->valuestring);
    if (total > 1048576)
        causes_add(causes, "FieldValueTooLong", "data",
                   "Too long: may not be more than 1048576 bytes");
}

static bool differs(const cJSON *old, const cJSON *json, const char *path)
{
    const cJSON *before = json_find(old, path), *now = json_find(json, path);

    if (before == NULL || now == NULL)
        return before != now;
    return !json_equal(before, now);
}

static void check_immutable(KubeCauses *causes, const cJSON *old, const cJSON *json)
{
    if (!json_bool_or(old, "immutable", false))
        return;
    if (!json_bool_or(json, "immutable", false))
        causes_add(causes, "FieldValueForbidden", "immutable",
                   "Forbidden: field is immutable when `immutable` is set");
    if (differs(old, json, "data"))
        causes_add(causes, "FieldValueForbidden", "data",
                   "Forbidden: field is immutable when `immutable` is set");
}

static void check_config_map(KubeCauses *causes, const cJSON *old, const cJSON *json)
{
    const cJSON *data = cJSON_GetObjectItemCaseSensitive(json, "data");

    check_keys(causes, data);
    check_size(causes, data, false);
    check_immutable(causes, old, json);
}

static void check_account(KubeCauses *causes, const cJSON *json)
{
    static const char KEY[] = "kubernetes.io/service-account.name";
    const cJSON *name =
        cJSON_GetObjectItemCaseSensitive(json_find(json, "metadata/annotations"), KEY);

    if (*json_string_or(name, "", "") == 0)
        causes_require(causes, "metadata.annotations[kubernetes.io/service-account.name]");
}

static void check_secret(KubeCauses *causes, const cJSON *old, const cJSON *json)
{
    const cJSON *data = cJSON_GetObjectItemCaseSensitive(json, "data");
    const char *type = json_string_or(json, "type", "");

    if (old != NULL && strcmp(type, json_string_or(old, "type", "")) != 0)
        causes_add(causes, INVALID, "type", "Invalid value: \"%s\": field is immutable", type);
    check_keys(causes, data);
    check_size(causes, data, true);
    if (strcmp(type, "kubernetes.io/service-account-token") == 0)
        check_account(causes, json);
    if (strcmp(type, "kubernetes.io/tls") == 0) {
        if (cJSON_GetObjectItemCaseSensitive(data, "tls.crt") == NULL)
            causes_require(causes, "data[tls.crt]");
        if (cJSON_GetObjectItemCaseSensitive(data, "tls.key") == NULL)
            causes_require(causes, "data[tls.key]");
    }
    check_immutable(causes, old, json);
}

/* ---- Deployment, StatefulSet, ReplicaSet ------------------------------------------------------ */

static int compare_keys(const void *a, const void *b)
{
    return strcmp((*(const cJSON *const *)a)->string, (*(const cJSON *const *)b)->string);
}

/* map[string]string{"app":"tsb"}, as Go prints it with %#v; (nil) if there is none. */
static void format_map(Buffer *buffer, const cJSON *map)
{
    const cJSON *members[64], *member;
    size_t count = 0;

    if (map == NULL) {
        buffer_add_text(buffer, "map[string]string(nil)");
        return;
    }
    cJSON_ArrayForEach(member, map) if (count < 64 && cJSON_IsString(member)) members[count++] =
        member;
    qsort(members, count, sizeof *members, compare_keys);
    buffer_add_text(buffer, "map[string]string{");
    for (size_t i = 0; i < count; i++)
        buffer_format(buffer, "%s\"%s\":\"%s\"", i ? ", " : "", members[i]->string,
                      members[i]->valuestring);
    buffer_add_text(buffer, "}");
}

static void refuse_selector(KubeCauses *causes, const cJSON *json)
{
    Buffer text = {0};

    format_map(&text, json_find(json, "spec/selector/matchLabels"));
    causes_add(causes, INVALID, "spec.selector",
               "Invalid value: v1.LabelSelector{MatchLabels:%s, "
               "MatchExpressions:[]v1.LabelSelectorRequirement(nil)}: field is immutable",
               text.data);
    buffer_release(&text);
}

static void check_template_labels(KubeCauses *causes, const cJSON *json)
{
    const cJSON *labels = json_find(json, "spec/template/metadata/labels"), *wanted;
    bool matches = json_has(json, "spec/selector");
    Buffer text = {0};

    cJSON_ArrayForEach(wanted, json_find(json, "spec/selector/matchLabels"))
    {
        const cJSON *label = cJSON_GetObjectItemCaseSensitive(labels, wanted->string);

        matches = matches && label != NULL && json_equal(label, wanted);
    }
    if (matches)
        return;
    format_map(&text, labels);
    causes_add(causes, INVALID, "spec.template.metadata.labels",
               "Invalid value: %s: `selector` does not match template `labels`", text.data);
    buffer_release(&text);
}

/* Of one container. where: "spec.template.spec.containers[0]". */
static void check_container(KubeCauses *causes, const char *where, const cJSON *container)
{
    const char *name = json_string_or(container, "name", "");
    char field[140];

    if (is_label(name, strlen(name)) && strlen(name) <= 63 &&
        *json_string_or(container, "image", "") != 0)
        return;
    snprintf(field, sizeof field, "%s.name", where);
    if (*name == 0)
        causes_require(causes, field);
    else if (!is_label(name, strlen(name)) || strlen(name) > 63)
        causes_add(causes, INVALID, field, "Invalid value: \"%s\": %s", name, LABEL);
    snprintf(field, sizeof field, "%s.image", where);
    if (*json_string_or(container, "image", "") == 0)
        causes_require(causes, field);
}

/* path and field lead to a pod's spec: "spec/template/spec", "spec.template.spec". */
static void check_containers(KubeCauses *causes, const cJSON *json, const char *path,
                             const char *field)
{
    const cJSON *containers = json_find(json_find(json, path), "containers"), *container, *other;
    char where[100];
    int i = 0;

    snprintf(where, sizeof where, "%s.containers", field);
    if (containers == NULL || containers->child == NULL)
        causes_require(causes, where);
    cJSON_ArrayForEach(container, containers)
    {
        const char *name = json_string_or(container, "name", "");

        snprintf(where, sizeof where, "%s.containers[%d]", field, i++);
        check_container(causes, where, container);
        for (other = containers->child; *name && other != container; other = other->next)
            if (strcmp(json_string_or(other, "name", ""), name) == 0) {
                snprintf(where, sizeof where, "%s.containers[%d].name", field, i - 1);
                causes_add(causes, "FieldValueDuplicate", where, "Duplicate value: \"%s\"", name);
            }
    }
}

/* A controller that keeps pods running wants them to start again; a Job wants them to end. */
static void check_restarts(KubeCauses *causes, const KubeKind *kind, const cJSON *json)
{
    const char *policy = json_string_or(json, "spec/template/spec/restartPolicy", "");
    bool is_job = strcmp(kind->plural, "jobs") == 0, is_always = strcmp(policy, "Always") == 0;

    if (is_job == is_always)
        causes_add(causes, "FieldValueNotSupported", "spec.template.spec.restartPolicy",
                   "Unsupported value: \"%s\": supported values: %s", policy,
                   is_job ? "\"OnFailure\", \"Never\"" : "\"Always\"");
}

static void check_claim(KubeCauses *causes, const cJSON *json)
{
    if (!json_has(json, "spec/accessModes/0"))
        causes_add(causes, "FieldValueRequired", "spec.accessModes",
                   "Required value: at least 1 access mode is required");
    if (!json_has(json, "spec/resources/requests/storage"))
        causes_require(causes, "spec.resources[storage]");
}

static void check_service(KubeCauses *causes, const cJSON *json)
{
    const char *type = json_string_or(json, "spec/type", "");
    bool has_address = strcmp(type, "ExternalName") != 0 &&
                       strcmp(json_string_or(json, "spec/clusterIP", ""), "None") != 0;
    const cJSON *port, *ports = json_find(json, "spec/ports"), *ingress;
    char field[80];
    int i = 0;

    if (has_address && (ports == NULL || ports->child == NULL))
        causes_require(causes, "spec.ports");
    cJSON_ArrayForEach(port, ports)
    {
        int64_t number = json_integer_or(port, "port", 0);

        snprintf(field, sizeof field, "spec.ports[%d].name", i);
        if (ports->child->next != NULL && *json_string_or(port, "name", "") == 0)
            causes_require(causes, field);
        snprintf(field, sizeof field, "spec.ports[%d].port", i++);
        if (number < 1 || number > 65535)
            causes_add(causes, INVALID, field,
                       "Invalid value: %lld: must be between 1 and 65535, inclusive",
                       (long long)number);
    }
    i = 0;
    cJSON_ArrayForEach(ingress, json_find(json, "status/loadBalancer/ingress"))
    {
        const char *address = json_string_or(ingress, "ip", "");
        unsigned char bytes[sizeof(struct in6_addr)];

        snprintf(field, sizeof field, "status.loadBalancer.ingress[%d].ip", i++);
        if (*address && inet_pton(AF_INET, address, bytes) != 1 &&
            inet_pton(AF_INET6, address, bytes) != 1)
            causes_add(causes, INVALID, field,
                       "Invalid value: \"%s\": must be a valid IP address, (e.g. 10.9.8.7 or "
                       "2001:db8::ffff)",
                       address);
    }
}

static void check_workload(KubeCauses *causes, const cJSON *old, const cJSON *json)
{
    int64_t replicas = json_integer_or(json, "spec/replicas", 0);

    if (replicas < 0)
        causes_add(causes, INVALID, "spec.replicas",
                   "Invalid value: %lld: must be greater than or equal to 0", (long long)replicas);
    if (!json_has(json, "spec/selector"))
        causes_require(causes, "spec.selector");
    check_template_labels(causes, json);
    check_containers(causes, json, "spec/template/spec", "spec.template.spec");
    if (old != NULL && differs(old, json, "spec/selector"))
        refuse_selector(causes, json);
}

static void check_stateful_set(KubeCauses *causes, const cJSON *old, const cJSON *json)
{
    if (old == NULL)
        return;
    if (differs(old, json, "spec/serviceName") || differs(old, json, "spec/volumeClaimTemplates") ||
        differs(old, json, "spec/podManagementPolicy"))
        causes_add(causes, "FieldValueForbidden", "spec",
                   "Forbidden: updates to statefulset spec for fields other than 'replicas', "
                   "'ordinals', 'template', 'updateStrategy', "
                   "'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden");
}

static bool is_built_in(const KubeKind *kind, const char *plural)
{
    return strcmp(kind->plural, plural) == 0 && !kube_kind_has(kind, KUBE_CUSTOM);
}

bool rules_validate(const KubeKind *kind, const cJSON *old, const cJSON *json, KubeStatus *status)
{
    const cJSON *metadata = cJSON_GetObjectItemCaseSensitive(json, "metadata");
    KubeCauses causes = {0};

    if (old == NULL)
        check_name(&causes, kind, kube_metadata_text(json, "name"));
    check_labels(&causes, metadata);
    check_owners(&causes, metadata);
    if (kube_kind_has(kind, KUBE_CUSTOM))
        schema_check(rules_type(kind), json, &causes);
    else if (kube_kind_has(kind, KUBE_WITH_SCALE))
        check_workload(&causes, old, json);
    if (old != NULL && !kube_kind_has(kind, KUBE_CUSTOM))
        kept_check(&causes, kind, old, json);
    if (crd_is_definition(kind))
        crd_check(&causes, old, json);
    if (old == NULL && is_built_in(kind, "pods"))
        check_containers(&causes, json, "spec", "spec");
    if (old == NULL && is_built_in(kind, "jobs"))
        check_containers(&causes, json, "spec/template/spec", "spec.template.spec");
    if (is_built_in(kind, "jobs") ||
        (kube_kind_has(kind, KUBE_WITH_SCALE) &&
         json_has(json, "spec/template/spec/restartPolicy") && !kube_kind_has(kind, KUBE_CUSTOM)))
        check_restarts(&causes, kind, json);
    if (old == NULL && is_built_in(kind, "persistentvolumeclaims"))
        check_claim(&causes, json);
    if (is_built_in(kind, "services"))
        check_service(&causes, json);
    if (is_role(kind))
        validate_role(&causes, kind, old, json);
    else if (strcmp(kind->plural, "secrets") == 0)
        check_secret(&causes, old, json);
    else if (strcmp(kind->plural, "configmaps") == 0)
        check_config_map(&causes, old, json);
    else if (strcmp(kind->plural, "statefulsets") == 0)
        check_stateful_set(&causes, old, json);
    return causes_end(&causes, kind->group, kind->kind, kube_metadata_text(json, "name"), status);
}
