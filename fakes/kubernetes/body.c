/*
 * fakes/kubernetes/body.c - what a client sent, as JSON, and what is wrong with it in the API server's words.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/memory.h"
#include "base/yaml.h"
#include "fakes/kubernetes/print.h"
#include "fakes/kubernetes/protobuf.h"
#include "fakes/kubernetes/request.h"
#include "fakes/kubernetes/syntax.h"

/* ---- media types ------------------------------------------------------------------------------ */

typedef enum { BODY_JSON, BODY_YAML, BODY_PROTOBUF, BODY_UNKNOWN } BodyFormat;

static BodyFormat format_of(const KubeRequest *request)
{
    static const struct {
        const char *type;
        BodyFormat format;
    } FORMATS[] = {
        {"",                                       BODY_JSON    },
        {"application/json",                       BODY_JSON    },
        {"application/merge-patch+json",           BODY_JSON    },
        {"application/json-patch+json",            BODY_JSON    },
        {"application/strategic-merge-patch+json", BODY_JSON    },
        {"application/yaml",                       BODY_YAML    },
        {"application/apply-patch+yaml",           BODY_YAML    },
        {"application/vnd.kubernetes.protobuf",    BODY_PROTOBUF},
    };
    const char *type = http_request_header(request->exchange, "Content-Type");
    size_t length = type ? strcspn(type, "; ") : 0;

    for (size_t i = 0; i < sizeof FORMATS / sizeof *FORMATS; i++)
        if (strlen(FORMATS[i].type) == length &&
            strncasecmp(FORMATS[i].type, type ? type : "", length) == 0)
            return FORMATS[i].format;
    return BODY_UNKNOWN;
}

/* ---- errors in Go's words --------------------------------------------------------------------- */

/* A body as it appears in an error: text if it is an object, hex if it is not, and not all of a long one. */
static const char *summary(const KubeRequest *request, const char *body, size_t length)
{
    enum { SHOWN_MAX = 30 };
    size_t shown = length < SHOWN_MAX ? length : SHOWN_MAX;
    Buffer hex = {0};
    const char *text;

    if (length == 0)
        return "<empty>";
    if (*body == '{')
        return arena_format(request->arena, "%.*s%s", (int)shown, body,
                            shown < length ? " ..." : "");
    for (size_t i = 0; i < shown; i++)
        buffer_format(&hex, "%02x", (unsigned char)body[i]);
    text = arena_format(request->arena, "%s%s", hex.data, shown < length ? " ..." : "");
    buffer_release(&hex);
    return text;
}

static const char *json_error(const KubeRequest *request, const char *body, size_t length,
                              const Error *err)
{
    char error[SYNTAX_ERROR_MAX];

    if (syntax_check(body, length, error)) /* something else than its syntax is wrong with it */
        return arena_text(request->arena, err->message);
    return arena_text(request->arena, error);
}

static const char *go_type(const cJSON *json)
{
    if (cJSON_IsArray(json))
        return "array";
    if (cJSON_IsNumber(json))
        return "number";
    return cJSON_IsBool(json) ? "bool" : "string";
}

static bool unrecognized(const KubeRequest *request, const char *why, KubeStatus *status)
{
    size_t length;
    const char *body = http_body(request->exchange, &length);

    return status_bad_request(status,
                              "the object provided is unrecognized (must be of type %s): %s (%s)",
                              request->kind->kind, why, summary(request, body, length));
}

/* ---- reading ---------------------------------------------------------------------------------- */

static bool read_yaml(const char *body, size_t length, cJSON **out_body, Error *err)
{
    YamlDocument *document;

    if (!yaml_parse_1_1("yaml", body, length, &document, err))
        return false;
    *out_body = cJSON_Duplicate(yaml_root(document), true);
    yaml_free(document);
    return true;
}

static bool is_patch(const KubeRequest *request)
{
    return strcmp(request->verb, "patch") == 0;
}

static bool refuse_body(const KubeRequest *request, const char *why, KubeStatus *status)
{
    if (is_patch(request))
        return status_bad_request(status, "error decoding patch: %s", why);
    if (strncmp(why, "yaml", 4) != 0)
        why = arena_format(request->arena, "couldn't get version/kind; json parse error: %s", why);
    return unrecognized(request, why, status);
}

bool request_body(const KubeRequest *request, cJSON **out_body, KubeStatus *status)
{
    size_t length;
    const char *body = http_body(request->exchange, &length);
    Error err = {0};

    *out_body = NULL;
    switch (format_of(request)) {
    case BODY_JSON:
        return json_parse(body, length, out_body, &err) ||
               refuse_body(request, json_error(request, body, length, &err), status);
    case BODY_YAML:
        return read_yaml(body, length, out_body, &err) ||
               refuse_body(request, arena_format(request->arena, "yaml: %s", err.message), status);
    case BODY_PROTOBUF:
        if (protobuf_decode(body, length, out_body, &err))
            return true;
        if (err.code == ERR_PROTOCOL)
            return refuse_body(request, err.message, status);
        break;
    case BODY_UNKNOWN:
        break;
    }
    return status_set(status, 415, "UnsupportedMediaType", NULL,
                      "the body of the request was in an unknown format - accepted media types "
                      "include: application/json, application/yaml, "
                      "application/vnd.kubernetes.protobuf");
}

/* ---- kind and apiVersion ---------------------------------------------------------------------- */

static bool check_typed(const KubeRequest *request, const char *kind, const char *api_version,
                        KubeStatus *status)
{
    const KubeKind *wanted = request->kind;
    const char *slash = strrchr(api_version, '/'), *version = slash ? slash + 1 : api_version;
    char expected[64];

    if (strcmp(kind, wanted->kind) == 0 &&
        strcmp(api_version, kube_api_version(wanted, expected)) == 0)
        return true;
    if (kube_kind_of(&request->cluster->kinds, api_version, kind) != NULL)
        return status_bad_request(status,
                                  "%s in version \"%s\" cannot be handled as a %s: converting "
                                  "(%s.%s) to (%s.%s): unknown conversion",
                                  kind, version, wanted->kind, version, kind,
                                  *wanted->group ? wanted->group : "core", wanted->kind);
    return status_bad_request(status,
                              "%s in version \"%s\" cannot be handled as a %s: no kind \"%s\" is "
                              "registered for version \"%s\" in scheme "
                              "\"k8s.io/kubernetes/pkg/api/legacyscheme/scheme.go:30\"",
                              kind, version, wanted->kind, kind, api_version);
}

/* No schema is known of a version that is not the kind's: each field is one too many. */
static void warn_of_fields(const KubeRequest *request, const cJSON *object)
{
    const char *validation = http_parameter(request->exchange, "fieldValidation");
    const cJSON *member;

    if (validation != NULL && *validation && strcmp(validation, "Warn") != 0)
        return;
    cJSON_ArrayForEach(member, object)
    {
        if (strcmp(member->string, "apiVersion") != 0 && strcmp(member->string, "kind") != 0 &&
            strcmp(member->string, "metadata") != 0)
            request_warn(request,
                         arena_format(request->arena, "unknown field \"%s\"", member->string));
    }
}

static bool check_custom(const KubeRequest *request, const cJSON *object, KubeStatus *status)
{
    const char *kind = json_string_or(object, "kind", "");
    const char *api_version = json_string_or(object, "apiVersion", "");
    size_t length;
    const char *body = http_body(request->exchange, &length);
    KubeCauses causes = {0};
    char expected[64];

    if (*kind == 0)
        return unrecognized(request,
                            arena_format(request->arena, "Object 'Kind' is missing in '%.*s'",
                                         (int)length, body),
                            status);
    if (strcmp(api_version, kube_api_version(request->kind, expected)) != 0) {
        warn_of_fields(request, object);
        return status_bad_request(status,
                                  "the API version in the data (%s) does not match the expected "
                                  "API version (%s)",
                                  api_version, expected);
    }
    if (strcmp(kind, request->kind->kind) != 0)
        causes_add(&causes, "FieldValueInvalid", "kind", "Invalid value: \"%s\": must be %s", kind,
                   request->kind->kind);
    return causes_end(&causes, request->kind->group, kind,
                      json_string_or(object, "metadata/name", ""), status);
}

static bool check_kind(const KubeRequest *request, const cJSON *object, KubeStatus *status)
{
    char expected[64];
    bool is_scale = strcmp(request->subresource, "scale") == 0;

    if (kube_kind_has(request->kind, KUBE_CUSTOM) && !is_scale)
        return check_custom(request, object, status);
    if (is_scale) {
        const char *version = json_string_or(object, "apiVersion", "autoscaling/v1");

        return strcmp(version, "autoscaling/v1") == 0 ||
               status_bad_request(status,
                                  "Scale in version \"v1\" cannot be handled as a Scale: no kind "
                                  "\"Scale\" is registered for version \"%s\" in scheme "
                                  "\"k8s.io/kubernetes/pkg/api/legacyscheme/scheme.go:30\"",
                                  version);
    }
    return check_typed(request, json_string_or(object, "kind", request->kind->kind),
                       json_string_or(object, "apiVersion",
                                      kube_api_version(request->kind, expected)),
                       status);
}

bool request_object(const KubeRequest *request, cJSON **out_object, KubeStatus *status)
{
    if (!request_body(request, out_object, status))
        return false;
    if (cJSON_IsNull(*out_object)) { /* as an object with nothing in it */
        cJSON_Delete(*out_object);
        *out_object = cJSON_CreateObject();
    }
    if (cJSON_IsObject(*out_object)) {
        if (check_kind(request, *out_object, status))
            return true;
    } else
        unrecognized(request,
                     arena_format(request->arena,
                                  "couldn't get version/kind; json parse error: json: cannot "
                                  "unmarshal %s into Go value of type struct { APIVersion string "
                                  "\"json:\\\"apiVersion,omitempty\\\"\"; Kind string "
                                  "\"json:\\\"kind,omitempty\\\"\" }",
                                  go_type(*out_object)),
                     status);
    cJSON_Delete(*out_object);
    *out_object = NULL;
    return false;
}
