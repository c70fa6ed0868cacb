/*
 * tests/fakes/kubernetes/surface/openapi_schema_test.c - types as schemas, whole documents without loose ends, and protobuf.
 */
#include "fakes/kubernetes/surface/openapi_schema.h"

#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "fakes/kubernetes/surface/openapi_custom.h"
#include "fakes/kubernetes/surface/openapi_paths.h"
#include "fakes/kubernetes/surface/openapi_protobuf.h"
#include "tests/fakes/kubernetes/fixture.h"
#include "tests/test.h"

static const KubeKinds BUILT_IN = {0};

/* All kinds, with their paths. */
static cJSON *schemas_of(OpenapiVersion version, cJSON *paths)
{
    OpenapiSchemas *schemas = openapi_schemas_new(version);
    const KubeKind *kind = NULL;

    while ((kind = kube_kind_next(&BUILT_IN, kind)) != NULL) {
        openapi_schemas_add_kind(schemas, kind, NULL);
        openapi_paths_add_kind(paths, version, schemas, kind);
    }
    return openapi_schemas_take(schemas);
}

#define APPS "io.k8s.api.apps.v1."
#define CORE "io.k8s.api.core.v1."
#define META "io.k8s.apimachinery.pkg.apis.meta.v1."

static const struct {
    OpenapiVersion version;
    const char *schema, *part;
} PARTS[] = {
    {OPENAPI_2, APPS "Deployment",
     "\"x-kubernetes-group-version-kind\":[{\"group\":\"apps\",\"kind\":\"Deployment\",\"version\":\"v1\"}]"       },
    {OPENAPI_3, META "ObjectMeta",
     "\"creationTimestamp\":{\"description\":\"When the server made the object.\",\"allOf\":[{\"$ref\":"
     "\"#/components/schemas/" META "Time\"}]}"                                                                    },
    {OPENAPI_2, META "ObjectMeta",                                 "\"$ref\":\"#/definitions/" META "Time\"}"      },
    {OPENAPI_3, META "OwnerReference",
     "\"required\":[\"apiVersion\",\"kind\",\"name\",\"uid\"],\"properties\":{\"apiVersion\":{\"type\":"
     "\"string\",\"default\":\"\"},\"blockOwnerDeletion\":{\"type\":\"boolean\"}"                                  },
    {OPENAPI_3, META "OwnerReference",                             "\"x-kubernetes-map-type\":\"atomic\""          },
    {OPENAPI_3, CORE "PodSpec",
     "\"items\":{\"default\":{},\"allOf\":[{\"$ref\":\"#/components/schemas/" CORE "Container\"}]},"
     "\"x-kubernetes-list-map-keys\":[\"name\"],\"x-kubernetes-list-type\":\"map\","
     "\"x-kubernetes-patch-merge-key\":\"name\",\"x-kubernetes-patch-strategy\":\"merge\""                         },
    {OPENAPI_2, APPS "DeploymentSpec",                             "\"x-kubernetes-patch-strategy\":\"retainKeys\""},
    {OPENAPI_3, "io.k8s.apimachinery.pkg.api.resource.Quantity",
     "{\"oneOf\":[{\"type\":\"string\"},{\"type\":\"number\"}]}"                                                   },
    {OPENAPI_2, "io.k8s.apimachinery.pkg.api.resource.Quantity",   "{\"type\":\"string\"}"                         },
    {OPENAPI_2, "io.k8s.apimachinery.pkg.util.intstr.IntOrString",
     "{\"type\":\"string\",\"format\":\"int-or-string\"}"                                                          },
    {OPENAPI_3, "io.tetrate.install.v1alpha1.ManagementPlane",
     "\"spec\":{\"type\":\"object\",\"x-kubernetes-preserve-unknown-fields\":true}"                                },
    {OPENAPI_3, "io.tetrate.install.v1alpha1.ManagementPlaneList", "\"required\":[\"items\"]"                      },
};

static void test_schemas(void)
{
    for (size_t i = 0; i < TEST_COUNT(PARTS); i++) {
        cJSON *paths = cJSON_CreateObject(), *schemas = schemas_of(PARTS[i].version, paths);
        char *text = json_text(cJSON_GetObjectItemCaseSensitive(schemas, PARTS[i].schema));

        if (!CHECK_CASE(PARTS[i].schema, text != NULL && strstr(text, PARTS[i].part) != NULL))
            CHECK_TEXT(text, PARTS[i].part);
        free(text);
        cJSON_Delete(schemas);
        cJSON_Delete(paths);
    }
}

/* Every reference leads to a schema. */
static void check_references(const cJSON *json, const cJSON *schemas)
{
    const cJSON *child;

    cJSON_ArrayForEach(child, json)
    {
        if (cJSON_IsString(child) && child->string != NULL && strcmp(child->string, "$ref") == 0) {
            const char *name = strrchr(child->valuestring, '/') + 1;

            CHECK_CASE(name, cJSON_GetObjectItemCaseSensitive(schemas, name) != NULL);
        }
        check_references(child, schemas);
    }
}

static void test_no_loose_ends(void)
{
    static const OpenapiVersion VERSIONS[] = {OPENAPI_2, OPENAPI_3};

    for (size_t i = 0; i < TEST_COUNT(VERSIONS); i++) {
        cJSON *paths = cJSON_CreateObject(), *schemas = schemas_of(VERSIONS[i], paths);

        check_references(schemas, schemas);
        check_references(paths, schemas);
        CHECK(cJSON_GetArraySize(schemas) > 300);
        cJSON_Delete(schemas);
        cJSON_Delete(paths);
    }
}

/* kubectl looks for these two parameters of the PATCH of a kind's object. */
static void test_paths(void)
{
    cJSON *paths = cJSON_CreateObject(), *schemas = schemas_of(OPENAPI_3, paths);
    char *text =
        json_text(json_find(cJSON_GetObjectItemCaseSensitive(
                                paths, "/apis/apps/v1/namespaces/{namespace}/deployments/{name}"),
                            "patch"));

    CHECK(strstr(text, "\"name\":\"dryRun\",\"in\":\"query\"") != NULL);
    CHECK(strstr(text, "\"name\":\"fieldValidation\"") != NULL);
    CHECK(strstr(text, "\"x-kubernetes-group-version-kind\":{\"group\":\"apps\"") != NULL);
    free(text);
    CHECK(cJSON_HasObjectItem(paths, "/api/v1/namespaces/{namespace}/pods/{name}/eviction"));
    CHECK(cJSON_HasObjectItem(paths, "/apis/apps/v1/deployments"));
    CHECK(!cJSON_HasObjectItem(paths, "/api/v1/namespaces/{namespace}/namespaces"));
    cJSON_Delete(schemas);
    cJSON_Delete(paths);
}

/* What OpenAPI 2 has no words for is left out, and what depends on it. */
static void test_custom(void)
{
    const KubeKind *kind =
        kube_kind_find(&BUILT_IN, "install.tetrate.io", NULL, "managementplanes");
    cJSON *own = fixture_json(
        "{'type':'object','properties':{'metadata':{'type':'object'},'spec':{'type':'object',"
        "'required':['size'],'properties':{'size':{'type':'integer','default':1,'nullable':true},"
        "'port':{'x-kubernetes-int-or-string':true,'anyOf':[{'type':'integer'},{'type':'string'}]}}}}}");
    cJSON *two = openapi_custom(OPENAPI_2, kind, own),
          *three = openapi_custom(OPENAPI_3, kind, own);
    char *text = json_text(json_find(two, "properties/spec"));

    CHECK_TEXT(text, "{\"type\":\"object\",\"required\":[\"size\"],\"properties\":{\"size\":{},"
                     "\"port\":{\"x-kubernetes-int-or-string\":true}}}");
    CHECK(json_has(three, "properties/spec/properties/port/anyOf"));
    CHECK(json_has(three, "properties/metadata/allOf"));
    CHECK(json_has(two, "properties/apiVersion"));
    free(text);
    cJSON_Delete(two);
    cJSON_Delete(three);
    cJSON_Delete(own);
}

/* Bytes in hexadecimal, made by hand from the numbers of OpenAPIv2.proto. */
static const struct {
    const char *name, *json, *bytes;
} MESSAGES[] = {
    {"the head", "{'swagger':'2.0','info':{'title':'k','version':'1'},'paths':{}}",
     "0a03322e301206"
     "0a016b120131"
     "4200"},
    {"a type",   "{'definitions':{'D':{'type':'object'}}}",
     "4a120a100a0144120b"
     "b20108"
     "0a066f626a6563"
     "74"  },
};

static void test_protobuf(void)
{
    for (size_t i = 0; i < TEST_COUNT(MESSAGES); i++) {
        cJSON *json = fixture_json(MESSAGES[i].json);
        Buffer buffer = {0}, hex = {0};

        openapi_protobuf(&buffer, json);
        for (size_t at = 0; at < buffer.length; at++)
            buffer_format(&hex, "%02x", (unsigned char)buffer.data[at]);
        if (!CHECK_TEXT(hex.data, MESSAGES[i].bytes))
            CHECK_CASE(MESSAGES[i].name, false);
        buffer_release(&buffer);
        buffer_release(&hex);
        cJSON_Delete(json);
    }
}

TEST_SUITE("fakes/kubernetes/surface/openapi_schema", {"schemas", test_schemas},
           {"no loose ends", test_no_loose_ends}, {"paths", test_paths}, {"custom", test_custom},
           {"protobuf", test_protobuf});
