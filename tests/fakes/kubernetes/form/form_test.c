/*
 * tests/fakes/kubernetes/form/form_test.c - what Go could not read, what a type does not have, and the stored form.
 */
#include "fakes/kubernetes/form/form.h"

#include <stdlib.h>

#include "tests/fakes/kubernetes/fixture.h"
#include "tests/test.h"

/* ---- decoding --------------------------------------------------------------------------------- */

static const struct {
    const char *name, *api_version, *kind, *object;
    const char *why; /* NULL: it can be read */
} DECODINGS[] = {
    {"text for a number",     "apps/v1", "Deployment", "{'spec':{'replicas':'2'}}",
     "json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32"                                                             },
    {"a fraction",            "apps/v1", "Deployment", "{'spec':{'replicas':1.5}}",
     "json: cannot unmarshal number 1.5 into Go struct field DeploymentSpec.spec.replicas of type "
     "int32"                                                                                                                                                     },
    {"too large",             "apps/v1", "Deployment", "{'spec':{'replicas':3000000000}}",
     "json: cannot unmarshal number 3000000000 into Go struct field DeploymentSpec.spec.replicas of "
     "type int32"                                                                                                                                                },
    {"text for an object",    "apps/v1", "Deployment", "{'spec':{'template':'x'}}",
     "json: cannot unmarshal string into Go struct field DeploymentSpec.spec.template of type "
     "v1.PodTemplateSpec"                                                                                                                                        },
    {"inside a list",         "v1",      "Pod",        "{'spec':{'containers':[{'name':5}]}}",
     "json: cannot unmarshal number into Go struct field Container.spec.containers.name of type "
     "string"                                                                                                                                                    },
    {"an object for a list",  "v1",      "Pod",        "{'spec':{'containers':{}}}",
     "json: cannot unmarshal object into Go struct field PodSpec.spec.containers of type "
     "[]v1.Container"                                                                                                                                            },
    {"a map's value",         "v1",      "ConfigMap",  "{'data':{'a':true}}",
     "json: cannot unmarshal bool into Go struct field ConfigMap.data of type string"                                                                            },
    {"a label",               "v1",      "Secret",     "{'metadata':{'labels':{'a':5}}}",
     "json: cannot unmarshal number into Go struct field ObjectMeta.metadata.labels of type string"                                                              },
    {"base64",                "v1",      "Secret",     "{'data':{'a':'YQ='}}",                                              "illegal base64 data at input byte 3"},
    {"a time",                "v1",      "Secret",     "{'metadata':{'creationTimestamp':'soon'}}",
     "parsing time \"soon\" as \"2006-01-02T15:04:05Z07:00\": cannot parse \"soon\" as \"2006\""                                                                 },
    {"a time with an offset", "v1",      "Secret",
     "{'metadata':{'creationTimestamp':'2026-11-21T00:16:21+00:00'}}",                                                      NULL                                 },
    {"a quantity",            "v1",      "Pod",        "{'spec':{'containers':[{'resources':{'limits':{'cpu':'lots'}}}]}}",
     "quantities must match the regular expression "
     "'^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"                                                                                                            },
    {"a quantity's suffix",   "v1",      "Pod",
     "{'spec':{'containers':[{'resources':{'limits':{'memory':'1MiG'}}}]}}",                                                "unable to parse quantity's suffix"  },
    {"a port that is true",   "v1",      "Service",    "{'spec':{'ports':[{'targetPort':true}]}}",
     "json: cannot unmarshal bool into Go value of type int32"                                                                                                   },
    {"unknown fields",        "v1",      "Secret",     "{'datta':5}",                                                       NULL                                 },
    {"nulls",                 "apps/v1", "Deployment", "{'spec':null,'metadata':{'labels':null}}",                          NULL                                 },
};

static void test_decode(void)
{
    for (size_t i = 0; i < sizeof DECODINGS / sizeof *DECODINGS; i++) {
        cJSON *json = fixture_json(DECODINGS[i].object);
        char why[FORM_WHY_MAX] = "";
        bool ok = form_decode(kube_type_of(DECODINGS[i].api_version, DECODINGS[i].kind), json, why);

        CHECK_CASE(DECODINGS[i].name, ok == (DECODINGS[i].why == NULL));
        CHECK_TEXT(why, DECODINGS[i].why ? DECODINGS[i].why : "");
        cJSON_Delete(json);
    }
}

/* ---- fields ----------------------------------------------------------------------------------- */

static void check_complaints(cJSON *complaints, const char *expected)
{
    char *text = json_text(complaints);

    CHECK_TEXT(text, expected);
    free(text);
    cJSON_Delete(complaints);
}

static void test_unknown(void)
{
    cJSON *json = fixture_json("{'metadata':{'nam':'x'},'spec':{'replica':1,'template':{'spec':"
                               "{'containers':[{'name':'a'},{'imag':'b'}]}}},'x':1}");
    cJSON *complaints = cJSON_CreateArray();

    form_find_unknown(kube_type_of("apps/v1", "Deployment"), json, complaints);
    check_complaints(complaints, "[\"unknown field \\\"metadata.nam\\\"\","
                                 "\"unknown field \\\"spec.replica\\\"\","
                                 "\"unknown field \\\"spec.template.spec.containers[1].imag\\\"\","
                                 "\"unknown field \\\"x\\\"\"]");
    cJSON_Delete(json);
}

static void test_doubles(void)
{
    cJSON *json = fixture_json("{'data':{'a':'1','b':'2','a':'3','a':'4'},'list':[{'c':1,'c':2}]}");
    cJSON *complaints = cJSON_CreateArray();
    char *text;

    form_drop_doubles(json, complaints);
    text = json_text(json);
    CHECK_TEXT(text, "{\"data\":{\"b\":\"2\",\"a\":\"4\"},\"list\":[{\"c\":2}]}");
    check_complaints(complaints, "[\"duplicate field \\\"data.a\\\"\","
                                 "\"duplicate field \\\"list[0].c\\\"\"]");
    free(text);
    cJSON_Delete(json);
}

/* ---- the stored form -------------------------------------------------------------------------- */

static const struct {
    const char *name, *api_version, *kind, *object, *stored;
} SETTLINGS[] = {
    {"a secret",             "v1",      "Secret",
     "{'type':'','data':{'b':'Yg==','a':null},'metadata':{'name':'s','labels':{}},'x':1}",                       "{'metadata':{'name':'s','creationTimestamp':null},'data':{'a':'','b':'Yg=='},'type':'Opaque'}"},
    {"a zero that was sent", "apps/v1", "Deployment",
     "{'spec':{'replicas':0,'minReadySeconds':0,'paused':false,'selector':{},'template':{'spec':"
     "{'containers':[]}}}}",                                                                                     "{'metadata':{'creationTimestamp':null},'spec':{'replicas':0,'selector':{},'template':"
     "{'metadata':{'creationTimestamp':null},'spec':{'containers':null,'restartPolicy':'Always',"
     "'terminationGracePeriodSeconds':30,'dnsPolicy':'ClusterFirst','securityContext':{},"
     "'schedulerName':'default-scheduler'}},'strategy':{'type':'RollingUpdate','rollingUpdate':"
     "{'maxUnavailable':'25%','maxSurge':'25%'}},'revisionHistoryLimit':10,"
     "'progressDeadlineSeconds':600},'status':{}}"                                                                                                                                  },
    {"a recorded container", "apps/v1", "ReplicaSet",
     "{'spec':{'template':{'spec':{'containers':[{'image':'r.test/a','name':'a','ports':[{'containerPort':1}],"
     "'livenessProbe':{'httpGet':{'port':1}}}]}}}}",                                                             "{'metadata':{'creationTimestamp':null},'spec':{'replicas':1,'selector':null,'template':"
     "{'metadata':{'creationTimestamp':null},"
     "'spec':{'containers':[{'name':'a','image':'r.test/a','ports':[{'containerPort':1,"
     "'protocol':'TCP'}],'resources':{},'livenessProbe':{'httpGet':{'path':'/','port':1,"
     "'scheme':'HTTP'},'timeoutSeconds':1,'periodSeconds':10,'successThreshold':1,"
     "'failureThreshold':3},'terminationMessagePath':'/dev/termination-log',"
     "'terminationMessagePolicy':'File','imagePullPolicy':'Always'}],'restartPolicy':'Always',"
     "'terminationGracePeriodSeconds':30,'dnsPolicy':'ClusterFirst','securityContext':{},"
     "'schedulerName':'default-scheduler'}}},'status':{'replicas':0}}"                                                                                      },
    {"a service",            "v1",      "Service",    "{'spec':{'ports':[{'port':443}],'type':'LoadBalancer'}}",
     "{'metadata':{'creationTimestamp':null},'spec':{'ports':[{'protocol':'TCP','port':443,"
     "'targetPort':443}],'type':'LoadBalancer','sessionAffinity':'None',"
     "'externalTrafficPolicy':'Cluster','allocateLoadBalancerNodePorts':true,"
     "'internalTrafficPolicy':'Cluster'},'status':{'loadBalancer':{}}}"                                                                                                                                         },
};

static void test_settle(void)
{
    for (size_t i = 0; i < sizeof SETTLINGS / sizeof *SETTLINGS; i++) {
        const KubeType *type = kube_type_of(SETTLINGS[i].api_version, SETTLINGS[i].kind);
        cJSON *json = fixture_json(SETTLINGS[i].object),
              *stored = fixture_json(SETTLINGS[i].stored);
        char *wanted = json_text(stored), *text;

        for (int turn = 0; turn < 2; turn++) { /* the second finds nothing to do */
            form_settle(type, json);
            text = json_text(json);
            CHECK_TEXT(text, wanted);
            free(text);
        }
        free(wanted);
        cJSON_Delete(json);
        cJSON_Delete(stored);
    }
}

static const struct {
    const char *given, *printed;
} QUANTITIES[] = {
    {"0.5",    "500m" },
    {"1000m",  "1"    },
    {"1024Mi", "1Gi"  },
    {"100m",   "100m" },
    {"0.5Gi",  "512Mi"},
    {"1e3",    NULL   },
    {"1500",   "1500" },
    {"2000",   "2k"   },
    {"x",      NULL   },
};

static void test_quantity(void)
{
    for (size_t i = 0; i < sizeof QUANTITIES / sizeof *QUANTITIES; i++) {
        char *printed = form_print_quantity(QUANTITIES[i].given);

        CHECK_TEXT(printed ? printed : "", QUANTITIES[i].printed ? QUANTITIES[i].printed : "");
        free(printed);
    }
}

TEST_SUITE("fakes/kubernetes/form/form", {"decode", test_decode}, {"unknown fields", test_unknown},
           {"fields that are there twice", test_doubles}, {"the stored form", test_settle},
           {"quantities", test_quantity});
