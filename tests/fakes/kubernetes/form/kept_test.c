/*
 * tests/fakes/kubernetes/form/kept_test.c - what the cluster gives to a Service, and what no update may change.
 */
#include "fakes/kubernetes/form/kept.h"

#include <string.h>

#include "fakes/kubernetes/form/service.h"
#include "tests/fakes/kubernetes/fixture.h"
#include "tests/test.h"

static const char POD[] =
    "{'metadata':{'name':'x'},'spec':{'containers':[{'name':'c','image':'i:1'}]}}";
static const char CLAIM[] = "{'metadata':{'name':'x'},'spec':{'accessModes':['ReadWriteOnce'],"
                            "'resources':{'requests':{'storage':'1Gi'}}}}";
static const char JOB[] = "{'metadata':{'name':'x'},'spec':{'template':{'spec':{'restartPolicy':"
                          "'Never','containers':[{'name':'c','image':'i:1'}]}}}}";
static const char SERVICE[] = "{'metadata':{'name':'x'},'spec':{'type':'NodePort',"
                              "'ports':[{'port':80}]}}";

static const struct {
    const char *name, *resource, *object, *patch;
    const char *refusal; /* part of it; NULL: it is let through */
} CHANGES[] = {
    {"a pod's image",            "pods",                   POD,     "{'spec':{'containers':[{'name':'c','image':'i:2'}]}}",         NULL                                                                                },
    {"a pod's command",          "pods",                   POD,
     "{'spec':{'containers':[{'name':'c','image':'i:1','command':['x']}]}}",                                                        "spec: Forbidden: pod updates may not change fields other than"                     },
    {"a pod's labels",           "pods",                   POD,     "{'metadata':{'labels':{'a':'b'}}}",                            NULL                                                                                },
    {"a pod is bound",           "pods",                   POD,     "{'spec':{'nodeName':'node-1'}}",                               NULL                                                                                },
    {"a claim's mode",           "persistentvolumeclaims", CLAIM,
     "{'spec':{'accessModes':['ReadWriteMany']}}",                                                                                  "spec: Forbidden: spec is immutable after creation"                                 },
    {"a job's pods",             "jobs",                   JOB,     "{'spec':{'template':{'spec':{'restartPolicy':'OnFailure'}}}}",
     "spec.template: Invalid value: core.PodTemplateSpec{}: field is immutable"                                                                                                                                         },
    {"a job's parallelism",      "jobs",                   JOB,     "{'spec':{'parallelism':2}}",                                   NULL                                                                                },
    {"a service's address",      "services",               SERVICE, "{'spec':{'clusterIP':'10.96.1.1'}}",
     "spec.clusterIPs[0]: Invalid value: []string{\"10.96.1.1\"}: may not change once set"                                                                                                                              },
    {"a service's ports",        "services",               SERVICE, "{'spec':{'ports':[{'port':81}]}}",                             NULL                                                                                },
    {"a node port out of range", "services",               SERVICE,
     "{'spec':{'ports':[{'port':80,'nodePort':80}]}}",                                                                              "spec.ports[0].nodePort: Invalid value: 80: provided port is not in the valid range"},
};

static void test_changes(void)
{
    for (size_t i = 0; i < sizeof CHANGES / sizeof *CHANGES; i++) {
        KubeCluster *cluster = fixture_cluster();
        KubeStatus status = {0};
        bool ok;

        CHECK_CASE(CHANGES[i].name,
                   fixture_create(cluster, CHANGES[i].resource, CHANGES[i].object, NULL));
        ok = fixture_merge(cluster, CHANGES[i].resource, "x", KUBE_MAIN, CHANGES[i].patch, &status);
        CHECK_CASE(CHANGES[i].name, ok == (CHANGES[i].refusal == NULL));
        if (CHANGES[i].refusal != NULL)
            CHECK_CASE(CHANGES[i].name, strstr(status.message, CHANGES[i].refusal) != NULL);
        kube_status_release(&status);
        kube_cluster_free(cluster);
    }
}

static const struct {
    const char *name, *resource, *object, *message;
} BAD_OBJECTS[] = {
    {"a pod without containers",  "pods",                   "{'metadata':{'name':'x'},'spec':{}}",
     "Pod \"x\" is invalid: spec.containers: Required value"                                                                                                                              },
    {"a job that never ends",     "jobs",
     "{'metadata':{'name':'x'},'spec':{'template':{'spec':{'containers':[{'name':'c','image':'i'}]}}}}",
     "Job.batch \"x\" is invalid: spec.template.spec.restartPolicy: Unsupported value: \"Always\": "
     "supported values: \"OnFailure\", \"Never\""                                                                                                                                         },
    {"a claim for nothing",       "persistentvolumeclaims",
     "{'metadata':{'name':'x'},'spec':{'accessModes':['ReadWriteOnce']}}",                               "PersistentVolumeClaim \"x\" is invalid: spec.resources[storage]: Required value"},
    {"a service without ports",   "services",               "{'metadata':{'name':'x'},'spec':{}}",
     "Service \"x\" is invalid: spec.ports: Required value"                                                                                                                               },
    {"an address that is taken",  "services",
     "{'metadata':{'name':'x'},'spec':{'clusterIP':'10.96.7.7','ports':[{'port':80}]}}",                 "Service \"x\" is invalid: spec.clusterIPs: Invalid value: []string{\"10.96.7.7\"}: failed to "
     "allocate IP 10.96.7.7: provided IP is already allocated"                                    },
    {"a node port that is taken", "services",
     "{'metadata':{'name':'x'},'spec':{'type':'NodePort','ports':[{'port':80,'nodePort':30777}]}}",      "Service \"x\" is invalid: spec.ports[0].nodePort: Invalid value: 30777: provided port is "
     "already allocated"                                                               },
};

static void test_bad_objects(void)
{
    KubeCluster *cluster = fixture_cluster();

    CHECK(fixture_create(cluster, "services",
                         "{'metadata':{'name':'first'},'spec':{'type':'NodePort',"
                         "'clusterIP':'10.96.7.7','ports':[{'port':80,'nodePort':30777}]}}",
                         NULL));
    for (size_t i = 0; i < sizeof BAD_OBJECTS / sizeof *BAD_OBJECTS; i++) {
        KubeStatus status = {0};

        CHECK_CASE(BAD_OBJECTS[i].name, !fixture_create(cluster, BAD_OBJECTS[i].resource,
                                                        BAD_OBJECTS[i].object, &status));
        CHECK_TEXT(status.message, BAD_OBJECTS[i].message);
        kube_status_release(&status);
    }
    kube_cluster_free(cluster);
}

/* Written again without what it was given, a Service keeps it. */
static void test_a_service_keeps_what_it_was_given(void)
{
    KubeCluster *cluster = fixture_cluster();
    cJSON *json = fixture_json(SERVICE), *before;
    const cJSON *after;

    CHECK(fixture_create(cluster, "services", SERVICE, NULL));
    before = cJSON_Duplicate(fixture_find(cluster, "services", "x"), true);
    CHECK(strncmp(json_string_or(before, "spec/clusterIP", ""), "10.96.", 6) == 0);
    CHECK(json_integer_or(before, "spec/ports/0/nodePort", 0) >= 30000);
    CHECK(kube_update(cluster, "services", "tsb", "x", KUBE_MAIN, json, NULL, &after, NULL));
    CHECK(json_equal(json_find(before, "spec"), json_find(after, "spec")));
    cJSON_Delete(before);
    cJSON_Delete(json);
    kube_cluster_free(cluster);
}

TEST_SUITE("fakes/kubernetes/form/kept", {"changes", test_changes},
           {"bad objects", test_bad_objects},
           {"a service keeps what it was given", test_a_service_keeps_what_it_was_given});
