/*
 * tests/fakes/kubernetes/protobuf_test.c - recorded bodies, what protobuf says otherwise than JSON, and broken ones.
 */
#include "fakes/kubernetes/protobuf.h"

#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "tests/fakes/kubernetes/fixture.h"
#include "tests/test.h"

/* In base64: the first five recorded from a real 1.32.13 and its kubectl, the others made by hand. */
/* clang-format off */
static const struct {
    const char *name, *bytes, *expected;
} BODIES[] = {
    {"a Secret of a real server, with managed fields",
     "azhzAAoMCgJ2MRIGU2VjcmV0EvEBCr8BCg9pYW0tc2lnbmluZy1rZXkSABoDdHNiIgAqJGIzYjgyZTU1LWUzMDEtNGQ4"
     "Mi1iYmFjLThkZjJkMjY2ZmQyZjIDMjE3OABCCAjVxYPYBhAAigFrCg5rdWJlY3RsLWNyZWF0ZRIGVXBkYXRlGgJ2MSII"
     "CNXFg9gGEAAyCEZpZWxkc1YxOjcKNXsiZjpkYXRhIjp7Ii4iOnt9LCJmOmp3ayI6e30sImY6a2lkIjp7fX0sImY6dHlw"
     "ZSI6e319QgASFAoDandrEg17Imt0eSI6IlJTQSJ9Eg8KA2tpZBIIa2lkLTdmM2EaBk9wYXF1ZRoAIgA=",
     "{'apiVersion':'v1','kind':'Secret','metadata':{'name':'iam-signing-key','namespace':'tsb',"
     "'uid':'b3b82e55-e301-4d82-bbac-8df2d266fd2f','resourceVersion':'217',"
     "'creationTimestamp':'2026-11-21T00:16:21Z','managedFields':[{'manager':'kubectl-create',"
     "'operation':'Update','apiVersion':'v1','time':'2026-11-21T00:16:21Z',"
     "'fieldsType':'FieldsV1','fieldsV1':{'f:data':{'.':{},'f:jwk':{},'f:kid':{}},'f:type':{}}}]},"
     "'data':{'jwk':'eyJrdHkiOiJSU0EifQ==','kid':'a2lkLTdmM2E='},'type':'Opaque'}"},
    {"kubectl create namespace",
     "azhzAAoPCgJ2MRIJTmFtZXNwYWNlEh8KFwoHdHNiLW5ldxIAGgAiACoAMgA4AEIAEgAaAgoAGgAiAA==",
     "{'apiVersion':'v1','kind':'Namespace','metadata':{'name':'tsb-new',"
     "'creationTimestamp':null},'spec':{},'status':{}}"},
    {"kubectl create secret",
     "azhzAAoMCgJ2MRIGU2VjcmV0EiIKFgoDZ2VuEgAaA3RzYiIAKgAyADgAQgASBgoBYRIBYhoAGgAiAA==",
     "{'apiVersion':'v1','kind':'Secret','metadata':{'name':'gen','namespace':'tsb',"
     "'creationTimestamp':null},'data':{'a':'Yg=='}}"},
    {"kubectl auth can-i",
     "azhzAAoyChdhdXRob3JpemF0aW9uLms4cy5pby92MRIXU2VsZlN1YmplY3RBY2Nlc3NSZXZpZXcSPgoQCgASABoAIgAq"
     "ADIAOABCABIgCh4KA3RzYhIGZGVsZXRlGgAiACoHc2VjcmV0czIAOgAaCAgAEgAaACAAGgAiAA==",
     "{'apiVersion':'authorization.k8s.io/v1','kind':'SelfSubjectAccessReview',"
     "'metadata':{'creationTimestamp':null},'spec':{'resourceAttributes':{'namespace':'tsb',"
     "'verb':'delete','resource':'secrets'}},'status':{'allowed':false}}"},
    {"a Deployment of a real server",
     "azhzAAoVCgdhcHBzL3YxEgpEZXBsb3ltZW50EscFCnkKA3RzYhIAGgN0c2IiACokMDgyNTVlMjgtNDE0MC00MTNiLWI1"
     "ODItMjczYjBjMDE4MTMyMgM1NTE4BkIICOzRg9gGEABaCgoDYXBwEgN0c2JiJgohZGVwbG95bWVudC5rdWJlcm5ldGVz"
     "LmlvL3JldmlzaW9uEgEyEtgCCAESDAoKCgNhcHASA3RzYhqTAgpXCgASABoAIgAqADIAOABCAFoKCgNhcHASA3RzYmI5"
     "CiFrdWJlY3RsLmt1YmVybmV0ZXMuaW8vcmVzdGFydGVkQXQSFDIwMjYtMTEtMjFUMDA6NDQ6NThaErcBEnIKA3RzYhIj"
     "Y29udGFpbmVycy5kbC50ZXRyYXRlLmlvL3RzYjoxLjEyLjAqADIOCgAQABiQPyIDVENQKgBCAGoUL2Rldi90ZXJtaW5h"
     "dGlvbi1sb2dyDElmTm90UHJlc2VudIABAIgBAJABAKIBBEZpbGUaBkFsd2F5cyAeMgxDbHVzdGVyRmlyc3RCAEoAUgBY"
     "AGAAaAByAIIBAIoBAJoBEWRlZmF1bHQtc2NoZWR1bGVywgEAIicKDVJvbGxpbmdVcGRhdGUSFgoJCAEQABoDMjUlEgkI"
     "ARAAGgMyNSUoADAKOABI2AQa7gEIBhABGAEgASgAMmUKCUF2YWlsYWJsZRIEVHJ1ZSIYTWluaW11bVJlcGxpY2FzQXZh"
     "aWxhYmxlKiREZXBsb3ltZW50IGhhcyBtaW5pbXVtIGF2YWlsYWJpbGl0eS4yCAiV0oPYBhAAOggIldKD2AYQADJ5CgtQ"
     "cm9ncmVzc2luZxIEVHJ1ZSIWTmV3UmVwbGljYVNldEF2YWlsYWJsZSo4UmVwbGljYVNldCAidHNiLTY2YzU2Yzk1ZGIi"
     "IGhhcyBzdWNjZXNzZnVsbHkgcHJvZ3Jlc3NlZC4yCAiL04PYBhAAOggI7NGD2AYQADgBGgAiAA==",
     "{'apiVersion':'apps/v1','kind':'Deployment','metadata':{'name':'tsb','namespace':'tsb',"
     "'uid':'08255e28-4140-413b-b582-273b0c018132','resourceVersion':'551','generation':6,"
     "'creationTimestamp':'2026-11-21T00:42:20Z','labels':{'app':'tsb'},"
     "'annotations':{'deployment.kubernetes.io/revision':'2'}},'spec':{'replicas':1,"
     "'selector':{'matchLabels':{'app':'tsb'}},'template':{'metadata':{'creationTimestamp':null,"
     "'labels':{'app':'tsb'},'annotations':{'kubectl.kubernetes.io/restartedAt':'2026-11-21T00:44:"
     "58Z'}},'spec':{'containers':[{'name':'tsb','image':'containers.dl.tetrate.io/tsb:1.12.0',"
     "'ports':[{'containerPort':8080,'protocol':'TCP'}],'resources':{},"
     "'terminationMessagePath':'/dev/termination-log','imagePullPolicy':'IfNotPresent',"
     "'terminationMessagePolicy':'File'}],'restartPolicy':'Always',"
     "'terminationGracePeriodSeconds':30,'dnsPolicy':'ClusterFirst','securityContext':{},"
     "'schedulerName':'default-scheduler'}},'strategy':{'type':'RollingUpdate',"
     "'rollingUpdate':{'maxUnavailable':'25%','maxSurge':'25%'}},'revisionHistoryLimit':10,"
     "'progressDeadlineSeconds':600},'status':{'observedGeneration':6,'replicas':1,"
     "'updatedReplicas':1,'availableReplicas':1,'conditions':[{'type':'Available','status':'True',"
     "'reason':'MinimumReplicasAvailable','message':'Deployment has minimum availability.',"
     "'lastUpdateTime':'2026-11-21T00:43:01Z','lastTransitionTime':'2026-11-21T00:43:01Z'},"
     "{'type':'Progressing','status':'True','reason':'NewReplicaSetAvailable',"
     "'message':'ReplicaSet \\\"tsb-66c56c95db\\\" has successfully progressed.',"
     "'lastUpdateTime':'2026-11-21T00:44:59Z','lastTransitionTime':'2026-11-21T00:42:20Z'}],"
     "'readyReplicas':1}}"},
    {"a Pod: inline messages, quantities, a port by name",
     "azhzAAoJCgJ2MRIDUG9kEnQKAwoBcBJpCg0KAXYSCDIGCgFzGKQDEkYKAWM6EwoBQRIAGgwiCgoFCgNzZWMSAWtCDwoN"
     "CgNjcHUSBgoEMTAwbVIbChUSEwoBLxIKCAEQABoEaHR0cBoAIgAQABgFkgINCggKA2RiZxIBaRIBYyAAGgIKABoAIgA=",
     "{'apiVersion':'v1','kind':'Pod','metadata':{'name':'p'},'spec':{'volumes':[{'name':'v',"
     "'secret':{'secretName':'s','defaultMode':420}}],'containers':[{'name':'c',"
     "'env':[{'name':'A','valueFrom':{'secretKeyRef':{'name':'sec','key':'k'}}}],"
     "'resources':{'limits':{'cpu':'100m'}},'livenessProbe':{'httpGet':{'path':'/','port':'http'},"
     "'timeoutSeconds':5}}],'ephemeralContainers':[{'name':'dbg','image':'i',"
     "'targetContainerName':'c'}],'terminationGracePeriodSeconds':0},'status':{}}"},
    {"a Role: an empty text in a list",
     "azhzAAokChxyYmFjLmF1dGhvcml6YXRpb24uazhzLmlvL3YxEgRSb2xlEhoKAwoBchITCgNnZXQKBGxpc3QSABoEcG9k"
     "cxoAIgA=",
     "{'apiVersion':'rbac.authorization.k8s.io/v1','kind':'Role','metadata':{'name':'r'},"
     "'rules':[{'verbs':['get','list'],'apiGroups':[''],'resources':['pods']}]}"},
    {"a Lease: microseconds",
     "azhzAAofChZjb29yZGluYXRpb24uazhzLmlvL3YxEgVMZWFzZRIaCgMKAWwSEwoCbWUQACILCKCP/8gGEICU7zoaACIA",
     "{'apiVersion':'coordination.k8s.io/v1','kind':'Lease','metadata':{'name':'l'},"
     "'spec':{'holderIdentity':'me','leaseDurationSeconds':0,"
     "'renewTime':'2025-11-21T02:00:00.123456Z'}}"},
    {"a TokenReview: lists in a map",
     "azhzAAonChhhdXRoZW50aWNhdGlvbi5rOHMuaW8vdjESC1Rva2VuUmV2aWV3EiwKAgoAGiYIARIgCgF1GgFnGgFoIgsK"
     "AWsSBgoBeAoBeSIICgRub25lEgAaABoAIgA=",
     "{'apiVersion':'authentication.k8s.io/v1','kind':'TokenReview','metadata':{},"
     "'status':{'authenticated':true,'user':{'username':'u','groups':['g','h'],'extra':{'k':['x',"
     "'y'],'none':[]}}}}"},
    {"a CustomResourceDefinition: JSON, numbers, alternatives",
     "azhzAAozChdhcGlleHRlbnNpb25zLms4cy5pby92MRIYQ3VzdG9tUmVzb3VyY2VEZWZpbml0aW9uErsBCgwKCmZyb2Jz"
     "LnguaW8SqgEKBHguaW86oQEKAnYxEAEYACKWAQqTASoGb2JqZWN06gEvCgFhEioqB2ludGVnZXJCAwoBM0kAAAAAAAAE"
     "QFAAogEFCgMieCKiAQYKBG51bGzqARcKAWISEsIBCgoIKgZzdHJpbmfyAQIIAOoBOQoBYxI0wgEUEggqBnN0cmluZxII"
     "KgZudW1iZXLyAQwIARIIKgZzdHJpbmeCAgsKAWsSBhIBcBIBcbACARoAIgA=",
     "{'apiVersion':'apiextensions.k8s.io/v1','kind':'CustomResourceDefinition',"
     "'metadata':{'name':'frobs.x.io'},'spec':{'group':'x.io','versions':[{'name':'v1',"
     "'served':true,'storage':false,'schema':{'openAPIV3Schema':{'type':'object',"
     "'properties':{'a':{'type':'integer','default':3,'maximum':2.5,'enum':['x',null]},"
     "'b':{'items':{'type':'string'},'additionalProperties':false},"
     "'c':{'items':[{'type':'string'},{'type':'number'}],'additionalProperties':{'type':'string'},"
     "'dependencies':{'k':['p','q']}}},'x-kubernetes-preserve-unknown-fields':true}}}]}}"},
};
/* clang-format on */

enum { RECORDED = 5 };

/* What was read becomes the same bytes again. */
static void check_encoded(const char *name, const cJSON *json, const char *bytes, size_t length)
{
    Buffer again = {0};

    CHECK_CASE(name, protobuf_encode(&again, json));
    CHECK_CASE(name, again.length == length && memcmp(again.data, bytes, length) == 0);
    buffer_release(&again);
}

static void test_bodies(void)
{
    for (size_t i = 0; i < TEST_COUNT(BODIES); i++) {
        cJSON *expected = fixture_json(BODIES[i].expected), *json = NULL;
        char *bytes = NULL;
        size_t length = 0;

        CHECK_CASE(BODIES[i].name, json_base64_decode(BODIES[i].bytes, &bytes, &length, NULL));
        CHECK_CASE(BODIES[i].name, protobuf_decode(bytes, length, &json, NULL));
        CHECK_CASE(BODIES[i].name, json_equal(json, expected));
        if (i < RECORDED)
            check_encoded(BODIES[i].name, json, bytes, length);
        cJSON_Delete(json);
        cJSON_Delete(expected);
        free(bytes);
    }
}

/* Cut anywhere, or with any one byte changed, it is refused or at least does no harm (the sanitizers watch). */
static void try_damaged(const char *bytes, size_t length, size_t at)
{
    char *damaged = malloc(length);
    cJSON *json;

    memcpy(damaged, bytes, length);
    if (protobuf_decode(damaged, at, &json, NULL))
        cJSON_Delete(json);
    damaged[at] ^= 0x55;
    if (protobuf_decode(damaged, length, &json, NULL))
        cJSON_Delete(json);
    free(damaged);
}

static void test_damaged(void)
{
    for (size_t i = 0; i < TEST_COUNT(BODIES); i++) {
        char *bytes = NULL;
        size_t length = 0;

        CHECK_CASE(BODIES[i].name, json_base64_decode(BODIES[i].bytes, &bytes, &length, NULL));
        for (size_t at = 0; at < length; at++)
            try_damaged(bytes, length, at);
        free(bytes);
    }
}

static const struct {
    const char *name, *bytes;
    size_t length;
    ErrorCode code;
} BROKEN[] = {
    {"nothing",                   "",                                                  0,  ERR_PROTOCOL },
    {"JSON",                      "{\"kind\":\"Secret\"}",                             17, ERR_PROTOCOL },
    {"no type",                   "k8s\0",                                             4,  ERR_NOT_FOUND},
    {"a type that is not known",  "k8s\0\n\014\n\002v1\022\006Secreu",                 18, ERR_NOT_FOUND},
    {"a length past the end",     "k8s\0\n\377",                                       6,  ERR_PROTOCOL },
    {"metadata that is a number", "k8s\0\n\014\n\002v1\022\006Secret\022\002\010\001", 22,
     ERR_PROTOCOL                                                                                       },
};

static void test_broken(void)
{
    for (size_t i = 0; i < TEST_COUNT(BROKEN); i++) {
        cJSON *json = NULL;
        Error err = {0};

        CHECK_CASE(BROKEN[i].name,
                   !protobuf_decode(BROKEN[i].bytes, BROKEN[i].length, &json, &err));
        CHECK_CASE(BROKEN[i].name, err.code == BROKEN[i].code);
    }
}

/* ---- schemas in schemas ------------------------------------------------------------------------ */

static void put_varint(Buffer *buffer, size_t value)
{
    for (; value >= 0x80; value >>= 7)
        buffer_add_byte(buffer, (uint8_t)(value | 0x80));
    buffer_add_byte(buffer, (uint8_t)value);
}

/* Makes body the one field, of that number, of another message. */
static void put_into(Buffer *body, size_t number)
{
    Buffer outer = {0};

    put_varint(&outer, number << 3 | 2);
    put_varint(&outer, body->length);
    buffer_add(&outer, body->data, body->length);
    buffer_release(body);
    *body = outer;
}

/* A CustomResourceDefinition whose schema is not what is not what ... is an empty schema. */
static void put_schemas(Buffer *out_body, int levels)
{
    static const size_t PATH[] = {1, 4, 7, 2, 2}; /* openAPIV3Schema, schema, versions, spec, raw */
    Buffer object = {0};

    for (int i = 0; i < levels; i++)
        put_into(&object, 28); /* not */
    for (size_t i = 0; i < TEST_COUNT(PATH); i++)
        put_into(&object, PATH[i]);
    buffer_add(out_body, "k8s\0\n\063\n\027apiextensions.k8s.io/v1\022\030CustomResourceDefinition",
               57);
    buffer_add(out_body, object.data, object.length);
    buffer_release(&object);
}

static bool is_decoded(int levels)
{
    cJSON *json = NULL;
    Buffer body = {0};
    bool is_ok;

    put_schemas(&body, levels);
    is_ok = protobuf_decode(body.data, body.length, &json, NULL);
    cJSON_Delete(json);
    buffer_release(&body);
    return is_ok;
}

static void test_depth(void)
{
    CHECK(is_decoded(1));
    CHECK(is_decoded(900));
    CHECK(!is_decoded(1100));
    CHECK(!is_decoded(20000));
}

TEST_SUITE("fakes/kubernetes/protobuf", {"bodies", test_bodies}, {"damaged bodies", test_damaged},
           {"broken bodies", test_broken}, {"schemas in schemas", test_depth});
