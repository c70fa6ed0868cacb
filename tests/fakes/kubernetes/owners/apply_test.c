/*
 * tests/fakes/kubernetes/owners/apply_test.c - server-side apply, as a 1.32 answered it.
 */
#include <stdlib.h>
#include <string.h>

#include "tests/fakes/kubernetes/fixture.h"
#include "tests/fakes/kubernetes/ownership.h"
#include "tests/test.h"

#define SECRET(DATA) "{'apiVersion':'v1','kind':'Secret','metadata':{'name':'a'}," DATA "}"

/* ---- a Secret, as recorded -------------------------------------------------------------------- */

static const OwnStep SECRET_STORY[] = {
    {"creates",                        OWN_APPLY, KUBE_MAIN, "one",   SECRET("'type':'Opaque','data':{'k':'YQ=='}"), 0,
     "one Apply v1 {'f:data':{'f:k':{}},'f:type':{}}"                                                                                                                     },
    {"the same again",                 OWN_APPLY, KUBE_MAIN, "one",   SECRET("'type':'Opaque','data':{'k':'YQ=='}"),
     0,                                                                                                                   "one Apply v1 {'f:data':{'f:k':{}},'f:type':{}}"},
    {"conflict",                       OWN_APPLY, KUBE_MAIN, "two",   SECRET("'type':'Opaque','data':{'k':'Yg=='}"), 409,
     "Apply failed with 1 conflict: conflict with \"one\": .data.k"                                                                                                       },
    {"forced",                         OWN_FORCE, KUBE_MAIN, "two",   SECRET("'type':'Opaque','data':{'k':'Yg=='}"), 0,
     "one Apply v1 {'f:type':{}}\ntwo Apply v1 {'f:data':{'f:k':{}},'f:type':{}}"                                                                                         },
    {"no longer named: gone",          OWN_APPLY, KUBE_MAIN, "two",   SECRET("'type':'Opaque','data':{}"),           0,
     "one Apply v1 {'f:type':{}}\ntwo Apply v1 {'f:data':{},'f:type':{}}"                                                                                                 },
    {"conflict about a map",           OWN_APPLY, KUBE_MAIN, "one",
     SECRET("'type':'Opaque','data':{'k':'YQ==','z':'eg=='}"),                                                       409,
     "Apply failed with 1 conflict: conflict with \"two\": .data"                                                                                                         },
    {"named again",                    OWN_APPLY, KUBE_MAIN, "two",   SECRET("'type':'Opaque','data':{'k':'YQ=='}"), 0,
     "one Apply v1 {'f:type':{}}\ntwo Apply v1 {'f:data':{'f:k':{}},'f:type':{}}"                                                                                         },
    {"no longer named, but another's", OWN_APPLY, KUBE_MAIN, "one",
     SECRET("'type':'Opaque','data':{'z':'eg=='}"),                                                                  0,
     "one Apply v1 {'f:data':{'f:z':{}},'f:type':{}}\n"
     "two Apply v1 {'f:data':{'f:k':{}},'f:type':{}}"                                                                                                                     },
    {"stringData",                     OWN_APPLY, KUBE_MAIN, "one",   SECRET("'stringData':{'y':'yaml'}"),           0,
     "one Apply v1 {'f:stringData':{'f:y':{}}}\ntwo Apply v1 {'f:data':{'f:k':{}},'f:type':{}}"                                                                           },
    {"no kind",                        OWN_APPLY, KUBE_MAIN, "one",   "{'data':{}}",                                 400, "invalid object type: /, Kind="                 },
    {"another kind",                   OWN_APPLY, KUBE_MAIN, "one",   "{'apiVersion':'v1','kind':'ConfigMap'}",      400,
     "invalid object type: /v1, Kind=ConfigMap"                                                                                                                           },
    {"another name",                   OWN_APPLY, KUBE_MAIN, "one",
     "{'apiVersion':'v1','kind':'Secret','metadata':{'name':'b'},'type':'Opaque'}",                                  400,
     "the name of the object (b) does not match the name on the URL (a)"                                                                                                  },
    {"an unknown field",               OWN_APPLY, KUBE_MAIN, "one",   SECRET("'bogus':1"),                           500,
     "failed to create typed patch object (/a; /v1, Kind=Secret): .bogus: field not declared in schema"                                                                   },
    {"a field of another type",        OWN_APPLY, KUBE_MAIN, "one",   SECRET("'data':{'k':5}"),                      500,
     "failed to create typed patch object (/a; /v1, Kind=Secret): .data.k: expected string, got "
     "&value.valueUnstructured{Value:5}"                                                                                                                                  },
    {"managedFields",                  OWN_APPLY, KUBE_MAIN, "one",
     "{'apiVersion':'v1','kind':'Secret','metadata':{'name':'a','managedFields':[]}}",                               400,
     "metadata.managedFields must be nil"                                                                                                                                 },
    {"reset",                          OWN_MERGE, KUBE_MAIN, "three", "{'metadata':{'managedFields':[{}]}}",         0,   ""                                              },
    {"nobody owns anything",           OWN_MERGE, KUBE_MAIN, "three", "{'data':{'m':'bQ=='}}",                       0,   ""                                              },
    {"until somebody applies",         OWN_APPLY, KUBE_MAIN, "one",
     SECRET("'type':'Opaque','data':{'k':'YQ=='}"),                                                                  0,
     "one Apply v1 {'f:data':{'f:k':{}},'f:type':{}}\n"
     "before-first-apply Update v1 {'f:data':{'.':{},'f:k':{},'f:m':{},'f:y':{}},'f:type':{}}"                                                                            },
    {"conflict with an updater",       OWN_APPLY, KUBE_MAIN, "one",
     SECRET("'type':'Opaque','data':{'k':'Yg=='}"),                                                                  409,
     "Apply failed with 1 conflict: conflict with \"before-first-apply\" using v1: .data.k"                                                                               },
    {"several conflicts",              OWN_APPLY, KUBE_MAIN, "two",
     SECRET("'data':{'k':'Yg==','m':'Yg==','y':'Yg=='}"),                                                            409,
     "Apply failed with 4 conflicts: conflicts with \"before-first-apply\" using v1:\n"
     "- .data.k\n- .data.m\n- .data.y\nconflicts with \"one\":\n- .data.k"                                                                                                },
    {"a stale version",                OWN_APPLY, KUBE_MAIN, "one",
     "{'apiVersion':'v1','kind':'Secret','metadata':{'name':'a','resourceVersion':'1'},"
     "'type':'Opaque','data':{'k':'YQ=='}}",                                                                         409,
     "Operation cannot be fulfilled on secrets \"a\": the object has been modified; please apply "
     "your changes to the latest version and try again"                                                                                                                   },
};

static void test_secret(void)
{
    KubeCluster *cluster = fixture_cluster();
    const cJSON *secret;

    ownership_story(cluster, "secrets", "a", SECRET_STORY, 8);
    secret = fixture_find(cluster, "secrets", "a");
    CHECK_TEXT(json_string(secret, "data/k"), "YQ==");
    CHECK_TEXT(json_string(secret, "data/z"), "eg==");
    ownership_story(cluster, "secrets", "a", SECRET_STORY + 8, TEST_COUNT(SECRET_STORY) - 8);
    secret = fixture_find(cluster, "secrets", "a");
    CHECK_TEXT(json_string(secret, "data/y"), "eWFtbA==");
    CHECK_TEXT(json_string(secret, "data/z"), NULL);
    kube_cluster_free(cluster);
}

/* ---- a custom resource ------------------------------------------------------------------------ */

#define PLANE(REST)                                                                                      \
    "{'apiVersion':'install.tetrate.io/v1alpha1','kind':'ManagementPlane','metadata':{'name':'s'}," REST \
    "}"

static const OwnStep PLANE_STORY[] = {
    {"creates",                                     OWN_APPLY, KUBE_MAIN,        "one",   PLANE("'spec':{'hub':'a','list':[1,2]}"), 0,
     "one Apply install.tetrate.io/v1alpha1 {'f:spec':{'f:hub':{},'f:list':{}}}"                    },
    {"conflict",                                    OWN_APPLY, KUBE_MAIN,        "two",   PLANE("'spec':{'hub':'b'}"),              409,
     "Apply failed with 1 conflict: conflict with \"one\": .spec.hub"                               },
    {"conflict about a list",                       OWN_APPLY, KUBE_MAIN,        "two",   PLANE("'spec':{'list':[1]}"),             409,
     "Apply failed with 1 conflict: conflict with \"one\": .spec.list"                              },
    {"status",                                      OWN_APPLY, KUBE_STATUS_PART, "op",    PLANE("'status':{'phase':'X'}"),          0,
     "one Apply install.tetrate.io/v1alpha1 {'f:spec':{'f:hub':{},'f:list':{}}}\n"
     "op Apply install.tetrate.io/v1alpha1 status {'f:status':{'f:phase':{}}}"                      },
    {"conflict with a subresource",                 OWN_APPLY, KUBE_STATUS_PART, "two",
     PLANE("'status':{'phase':'Y'}"),                                                                                               409,
     "Apply failed with 1 conflict: conflict with \"op\" with subresource \"status\": .status.phase"},
    {"a status through the main path is not owned", OWN_APPLY, KUBE_MAIN,        "three",
     PLANE("'spec':{'hub':'a'},'status':{'phase':'Z'}"),                                                                            0,
     "one Apply install.tetrate.io/v1alpha1 {'f:spec':{'f:hub':{},'f:list':{}}}\n"
     "three Apply install.tetrate.io/v1alpha1 {'f:spec':{'f:hub':{}}}\n"
     "op Apply install.tetrate.io/v1alpha1 status {'f:status':{'f:phase':{}}}"                      },
};

/* Of two that applied in one second the name decides; "three" changed nothing, and so has no time, which comes first. */
static void test_custom(void)
{
    KubeCluster *cluster = fixture_cluster();

    ownership_story(cluster, "managementplanes", "s", PLANE_STORY, TEST_COUNT(PLANE_STORY) - 1);
    kube_cluster_free(cluster);
}

/* ---- a Deployment ----------------------------------------------------------------------------- */

#define DEPLOYMENT(REPLICAS, CONTAINERS)                                                           \
    "{'apiVersion':'apps/v1','kind':'Deployment','metadata':{'name':'d','labels':{'app':'d'}},"    \
    "'spec':{" REPLICAS "'selector':{'matchLabels':{'app':'d'}},'template':{'metadata':{'labels':" \
    "{'app':'d'}},'spec':{'containers':[" CONTAINERS "]}}}}"
#define MAIN_CONTAINER "{'name':'d','image':'registry.test/d:1','ports':[{'containerPort':8080}]}"
#define ONE_OWNS                                                                                     \
    "'f:selector':{},'f:template':{'f:metadata':{'f:labels':{'f:app':{}}},'f:spec':{'f:containers':" \
    "{'k:{\\'name\\':\\'d\\'}':{'.':{},'f:image':{},'f:name':{},'f:ports':{"                         \
    "'k:{\\'containerPort\\':8080,\\'protocol\\':\\'TCP\\'}':{'.':{},'f:containerPort':{}}}}}}}}}"

static const OwnStep DEPLOYMENT_STORY[] = {
    {"creates",                                                                        OWN_APPLY,    KUBE_MAIN,                          "one",                                                                 DEPLOYMENT("'replicas':0,",             MAIN_CONTAINER),                        0,
     "one Apply apps/v1 {'f:metadata':{'f:labels':{'f:app':{}}},'f:spec':{'f:replicas':{}," ONE_OWNS},
    {"a Scale of the same",                                                                                OWN_MERGE,                                                                        KUBE_SCALE_PART,                  "x", "{'spec':{'replicas':0}}",                   0,
     "one Apply apps/v1 {'f:metadata':{'f:labels':{'f:app':{}}},'f:spec':{'f:replicas':{}," ONE_OWNS                                                                                                            },
    {"another container",                                                                                OWN_APPLY,                                                                          KUBE_MAIN,                    "two",
     "{'apiVersion':'apps/v1','kind':'Deployment','metadata':{'name':'d'},'spec':{'template':"
     "{'spec':{'containers':[{'name':'proxy','image':'registry.test/p:1'}]}}}}",                     0,                                                                                                                                                                                                                NULL                                                                                                                                                                                                                                                                                          },
    {"scaled",                                                                                OWN_MERGE,                                                                                     KUBE_SCALE_PART,                               "scaler", "{'spec':{'replicas':2}}", 0,              NULL},
    {"and the applier does not get it back",                                                                                OWN_APPLY,                                                       KUBE_MAIN, "one",
     DEPLOYMENT("'replicas':0,",                                        MAIN_CONTAINER),                                                                                                                                                                                                                                                                409,
     "Apply failed with 1 conflict: conflict with \"scaler\" with subresource \"scale\" using "
     "apps/v1: .spec.replicas"},
    {"but may leave it alone",                                                        OWN_APPLY,                                                                    KUBE_MAIN,                                                                               "one",                                                                                    DEPLOYMENT("",                                              MAIN_CONTAINER), 0,
     NULL},
    {"one port twice",                                                                               OWN_APPLY,                                                                                           KUBE_MAIN,                                                                                                                             "one",
     DEPLOYMENT("",                                                                                                                                  "{'name':'d','image':'x','ports':[{'containerPort':80},{'containerPort':80}]}"),
     500,                                    "failed to create typed patch object (/d; apps/v1, Kind=Deployment): "
     ".spec.template.spec.containers[name=\"d\"].ports: duplicate entries for key "
     "[containerPort=80,protocol=\"TCP\"]"},
    {"a container without a name", OWN_APPLY,                                                                                            KUBE_MAIN,                                                                                     "one",                                                                                                                                                          DEPLOYMENT("",                                                                                                                                                                     "{'image':'x'}"),
     500,                                                                                                                                                                                              "failed to create typed patch object (/d; apps/v1, Kind=Deployment): "
     ".spec.template.spec.containers: element 0: associative list with keys has an element that "
     "omits all key fields [\"name\"] (and doesn't have default values for any key fields)"},
    {"a Scale applied",                                                                   OWN_APPLY,                                                               KUBE_SCALE_PART,                                                                                                                                "ssa",
     "{'apiVersion':'autoscaling/v1','kind':'Scale','metadata':{'name':'d'},'spec':{'replicas':3}}",                                                                                                                                                 409,
     "Apply failed with 1 conflict: conflict with \"scaler\" with subresource \"scale\" using "
     "autoscaling/v1: .spec.replicas"                                                                                                                                                                                           },
    {"a Scale forced",                                                                           OWN_FORCE, KUBE_SCALE_PART,                                "ssa",
     "{'apiVersion':'autoscaling/v1','kind':'Scale','metadata':{'name':'d'},'spec':{'replicas':3}}",                                                                                                                                                                                                                0,                                                                                                                                                                                                                                       NULL                                                        },
};

static void test_deployment(void)
{
    KubeCluster *cluster = fixture_cluster();
    const cJSON *deployment;

    ownership_story(cluster, "deployments", "d", DEPLOYMENT_STORY, TEST_COUNT(DEPLOYMENT_STORY));
    deployment = fixture_find(cluster, "deployments", "d");
    CHECK_INTEGER(json_integer_or(deployment, "spec/replicas", -1), 3);
    CHECK_TEXT(json_string(deployment, "spec/template/spec/containers/0/name"), "d");
    CHECK_TEXT(json_string(deployment, "spec/template/spec/containers/1/name"), "proxy");
    kube_cluster_free(cluster);
}

/* ---- from client-side apply to server-side ---------------------------------------------------- */

static const OwnStep KUBECTL_STORY[] = {
    {"client-side",                            OWN_CREATE, KUBE_MAIN, "kubectl-client-side-apply",
     "{'metadata':{'name':'a','annotations':{'kubectl.kubernetes.io/last-applied-configuration':"
     "'{\\'apiVersion\\':\\'v1\\',\\'kind\\':\\'Secret\\',\\'metadata\\':{\\'name\\':\\'a\\'},"
     "\\'data\\':{\\'k\\':\\'YQ==\\'}}'}},'data':{'k':'YQ=='}}",                                                                  0, NULL                                                                                         },
    {"another manager's conflict",             OWN_APPLY,  KUBE_MAIN, "other",                     SECRET("'data':{'k':'Yg=='}"),
     409,                                                                                                                            "Apply failed with 1 conflict: conflict with \"kubectl-client-side-apply\" using v1: .data.k"},
    {"kubectl takes over what it had applied", OWN_APPLY,  KUBE_MAIN, "kubectl",
     SECRET("'data':{'k':'Yg=='}"),                                                                                               0, NULL                                                                                         },
};

static void test_kubectl(void)
{
    KubeCluster *cluster = fixture_cluster();
    const cJSON *annotations;

    ownership_story(cluster, "secrets", "a", KUBECTL_STORY, TEST_COUNT(KUBECTL_STORY));
    CHECK_TEXT(json_string(fixture_find(cluster, "secrets", "a"), "data/k"), "Yg==");
    annotations = json_find(fixture_find(cluster, "secrets", "a"), "metadata/annotations");
    CHECK_TEXT(cJSON_GetStringValue(annotations->child),
               "{\"apiVersion\":\"v1\",\"data\":{\"k\":\"Yg==\"},\"kind\":\"Secret\","
               "\"metadata\":{\"name\":\"a\"}}\n");
    kube_cluster_free(cluster);
}

/* ---- what cannot be made ---------------------------------------------------------------------- */

static const OwnStep REFUSALS[] = {
    {"a uid, and no such object", OWN_APPLY, KUBE_MAIN, "one",
     "{'apiVersion':'v1','kind':'Secret','metadata':{'name':'a','uid':'u'}}",                                       409,
     "Operation cannot be fulfilled on secrets \"a\": uid mismatch: the provided object specified "
     "uid u, and no existing object was found"                                                                               },
    {"no name",                   OWN_APPLY, KUBE_MAIN, "one", "{'apiVersion':'v1','kind':'Secret','metadata':{}}",
     400,                                                                                                                NULL},
    {"another namespace",         OWN_APPLY, KUBE_MAIN, "one",
     "{'apiVersion':'v1','kind':'Secret','metadata':{'name':'a','namespace':'zz'}}",                                400,
     "the namespace of the provided object does not match the namespace sent on the request"                                 },
    {"invalid",                   OWN_APPLY, KUBE_MAIN, "one", SECRET("'data':{'bad key':'YQ=='}"),                 422, NULL},
};

static void test_refusals(void)
{
    KubeCluster *cluster = fixture_cluster();

    ownership_story(cluster, "secrets", "a", REFUSALS, TEST_COUNT(REFUSALS));
    CHECK(fixture_find(cluster, "secrets", "a") == NULL);
    kube_cluster_free(cluster);
}

TEST_SUITE("fakes/kubernetes/owners/apply", {"a secret, as recorded", test_secret},
           {"a custom resource and its status", test_custom},
           {"a deployment and its scale", test_deployment},
           {"from client-side to server-side", test_kubectl},
           {"what cannot be made", test_refusals});
