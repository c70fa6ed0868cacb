/*
 * tests/fakes/kubernetes/protobuf_encode_test.c - every kind with every field goes through protobuf and comes back; zeros and
 * events, byte by byte.
 *
 * That recorded bytes become the same bytes again is in protobuf_test.c.
 */
#include <stdlib.h>
#include <string.h>

#include "fakes/kubernetes/protobuf.h"
#include "fakes/kubernetes/types/types.h"
#include "tests/fakes/kubernetes/fixture.h"
#include "tests/test.h"

/* ---- every kind ------------------------------------------------------------------------------- */

/* The types that a value lies in: a schema in a schema would have no end. */
typedef struct Chain {
    const struct Chain *outer;
    const KubeType *type;
} Chain;

static cJSON *sample(const KubeType *type, const Chain *outer);

static const KubeType *innermost(const KubeType *type)
{
    while (type->element != NULL)
        type = type->element;
    return type;
}

static bool lies_in(const KubeType *type, const Chain *chain)
{
    for (; chain != NULL; chain = chain->outer)
        if (chain->type == innermost(type))
            return true;
    return false;
}

static void fill(cJSON *object, const KubeType *type, const Chain *outer)
{
    const Chain chain = {outer, type};

    for (int i = 0; i < type->field_count; i++) {
        const KubeField *field = &type->fields[i];

        if (field->number == 0 || lies_in(field->type, &chain))
            continue;
        if (field->is_inline)
            fill(object, field->type, &chain);
        else
            json_put(object, field->name, sample(field->type, &chain));
    }
}

static cJSON *sample_object(const KubeType *type, const Chain *outer)
{
    cJSON *object = cJSON_CreateObject();

    fill(object, type, outer);
    return object;
}

static cJSON *sample_list(const KubeType *element, const Chain *outer)
{
    cJSON *list = cJSON_CreateArray();

    for (int i = 0; i < 2; i++)
        cJSON_AddItemToArray(list, sample(element, outer));
    return list;
}

static cJSON *sample_map(const KubeType *element, const Chain *outer)
{
    cJSON *map = cJSON_CreateObject();

    cJSON_AddItemToObject(map, "b", sample(element, outer));
    cJSON_AddItemToObject(map, "a", sample(element, outer));
    return map;
}

static const char *const PLAIN[] = {
    [KUBE_ANY] = "{\"a\":[1,null]}",
    [KUBE_STRING] = "\"s\"",
    [KUBE_INT32] = "-7",
    [KUBE_INT64] = "1099511627776",
    [KUBE_NUMBER] = "2.5",
    [KUBE_BOOL] = "true",
    [KUBE_BYTES] = "\"Yg==\"",
    [KUBE_TIME] = "\"2026-11-21T00:40:14Z\"",
    [KUBE_MICRO_TIME] = "\"2026-11-21T00:40:14.000123Z\"",
    [KUBE_DURATION] = "\"5m0s\"",
    [KUBE_QUANTITY] = "\"100m\"",
    [KUBE_INT_OR_STRING] = "\"25%\"",
};

static cJSON *sample(const KubeType *type, const Chain *outer)
{
    switch (type->shape) {
    case KUBE_OBJECT:
        return sample_object(type, outer);
    case KUBE_LIST:
        return sample_list(type->element, outer);
    case KUBE_MAP:
        return sample_map(type->element, outer);
    default: /* of alternatives the last: a schema, which here has nothing in it, or words */
        if (type->fields == NULL)
            return cJSON_Parse(PLAIN[type->shape]);
        type = type->fields[type->field_count - 1].type;
        return lies_in(type, outer) ? cJSON_Parse(type->shape == KUBE_LIST ? "[{}]" : "{}")
                                    : sample(type, outer);
    }
}

static cJSON *there_and_back(const cJSON *json)
{
    Buffer bytes = {0};
    cJSON *back = NULL;

    if (protobuf_encode(&bytes, json))
        protobuf_decode(bytes.data, bytes.length, &back, NULL);
    buffer_release(&bytes);
    return back;
}

static void check_kind(const KubeType *type, const char *api_version)
{
    cJSON *whole = sample_object(type, NULL), *back;

    json_put_string(whole, "apiVersion", api_version);
    json_put_string(whole, "kind", type->name);
    back = there_and_back(whole);
    CHECK_CASE(type->name, json_equal(back, whole));
    cJSON_Delete(back);
    cJSON_Delete(whole);
}

static void test_every_kind(void)
{
    const KubeType *type;
    const char *version;

    for (int i = 0; (type = kube_type_at(i, &version)) != NULL; i++)
        check_kind(type, version);
    check_kind(kube_type_of("meta.k8s.io/v1", "PartialObjectMetadata"), "meta.k8s.io/v1");
    check_kind(kube_type_of("meta.k8s.io/v1", "PartialObjectMetadataList"), "meta.k8s.io/v1");
}

/* ---- bytes ------------------------------------------------------------------------------------ */

#define ENVELOPE    "k8s\0\n\014\n\002v1\022\006"
#define REST        "\032\0\"\0"
#define NO_METADATA "\n\020\n\0\022\0\032\0\"\0*\0002\0008\0B\0"

/* As Go's generated code writes them. */
/* clang-format off */
static const struct {
    const char *name, *json, *bytes;
    size_t length;
} BYTES[] = {
    {"what is not there is zero, unless it is a pointer",
     "{'kind':'Secret','apiVersion':'v1'}",
     ENVELOPE "Secret\022\024" NO_METADATA "\032\0" REST, 44},
    {"null is not there",
     "{'kind':'Secret','apiVersion':'v1','metadata':null,'data':null,'type':null}",
     ENVELOPE "Secret\022\024" NO_METADATA "\032\0" REST, 44},
    {"a pointer to false, bytes that are null and bytes that are empty",
     "{'kind':'Secret','apiVersion':'v1','immutable':false,'data':{'b':'','a':null}}",
     ENVELOPE "Secret\022\042" NO_METADATA "\022\003\n\001a\022\005\n\001b\022\0\032\0(\0" REST, 58},
    {"a Status",
     "{'kind':'Status','apiVersion':'v1','metadata':{},'status':'Failure','code':404}",
     ENVELOPE "Status\022\030\n\006\n\0\022\0\032\0\022\007Failure\032\0\"\0000\224\003" REST, 48},
};
/* clang-format on */

static void test_bytes(void)
{
    for (size_t i = 0; i < TEST_COUNT(BYTES); i++) {
        cJSON *json = fixture_json(BYTES[i].json);
        Buffer bytes = {0};

        CHECK_CASE(BYTES[i].name, protobuf_encode(&bytes, json));
        CHECK_CASE(BYTES[i].name, bytes.length == BYTES[i].length &&
                                      memcmp(bytes.data, BYTES[i].bytes, bytes.length) == 0);
        buffer_release(&bytes);
        cJSON_Delete(json);
    }
}

static void test_event(void)
{
    static const char HEAD[] = "\0\0\0\073\n\005ADDED\0222\n0k8s";
    cJSON *json = fixture_json("{'kind':'Status','apiVersion':'v1','metadata':{},'status':"
                               "'Failure','code':404}");
    Buffer bytes = {0};

    CHECK(protobuf_encode_event(&bytes, "ADDED", json));
    CHECK_INTEGER(bytes.length, 4 + 0x3b);
    CHECK(memcmp(bytes.data, HEAD, sizeof HEAD) == 0);
    buffer_release(&bytes);
    cJSON_Delete(json);
}

static void test_custom_ones_have_none(void)
{
    cJSON *json = fixture_json("{'kind':'ManagementPlane','apiVersion':'install.tetrate.io/v1'}");
    Buffer bytes = {0};

    CHECK(!protobuf_encode(&bytes, json));
    CHECK(!protobuf_encode_event(&bytes, "ADDED", json));
    CHECK(!protobuf_encode(&bytes, NULL));
    CHECK_INTEGER(bytes.length, 0);
    cJSON_Delete(json);
}

TEST_SUITE("fakes/kubernetes/protobuf_encode", {"every kind", test_every_kind},
           {"bytes", test_bytes}, {"an event", test_event},
           {"custom ones have none", test_custom_ones_have_none});
