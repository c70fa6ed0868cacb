/*
 * tests/fakes/kubernetes/owners/managed_test.c - who owns what after updates and patches, as a 1.32 said it.
 */
#include "fakes/kubernetes/owners/managed.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/fakes/kubernetes/fixture.h"
#include "tests/fakes/kubernetes/ownership.h"
#include "tests/test.h"

/* ---- a Secret --------------------------------------------------------------------------------- */

static const OwnStep SECRET_STORY[] = {
    {"a create owns defaults too",    OWN_CREATE,    KUBE_MAIN, "unknown",
     "{'metadata':{'name':'p','labels':{'l':'1'}},'data':{'a':'YQ==','b':'Yg=='}}",                             0,
     "unknown Update v1 {'f:data':{'.':{},'f:a':{},'f:b':{}},'f:metadata':{'f:labels':"
     "{'.':{},'f:l':{}}},'f:type':{}}"                                                                                                       },
    {"what is gone is nobody's",      OWN_MERGE,     KUBE_MAIN, "unknown", "{'data':{'b':null,'c':'Yw=='}}",
     0,                                                                                                            "unknown Update v1 {'f:data':{'.':{},'f:a':{},'f:c':{}},'f:metadata':{'f:labels':"
     "{'.':{},'f:l':{}}},'f:type':{}}"                                                                                                },
    {"a change by another",           OWN_JSON,      KUBE_MAIN, "x",
     "[{'op':'replace','path':'/data/a','value':'Wg=='},"
     "{'op':'add','path':'/metadata/annotations','value':{'x':'y'}}]",                                          0,
     "unknown Update v1 {'f:data':{'.':{},'f:c':{}},'f:metadata':{'f:labels':{'.':{},'f:l':{}}},"
     "'f:type':{}}\n"
     "x Update v1 {'f:data':{'f:a':{}},'f:metadata':{'f:annotations':{'.':{},'f:x':{}}}}"                                                    },
    {"stringData is data",            OWN_STRATEGIC, KUBE_MAIN, "x",       "{'stringData':{'plain':'text'}}",   0,
     "unknown Update v1 {'f:data':{'.':{},'f:c':{}},'f:metadata':{'f:labels':{'.':{},'f:l':{}}},"
     "'f:type':{}}\n"
     "x Update v1 {'f:data':{'f:a':{},'f:plain':{}},'f:metadata':{'f:annotations':{'.':{},"
     "'f:x':{}}}}"                                                                                                                           },
    {"nothing changes",               OWN_MERGE,     KUBE_MAIN, "y",       "{'data':{'c':'Yw=='}}",             0,
     "unknown Update v1 {'f:data':{'.':{},'f:c':{}},'f:metadata':{'f:labels':{'.':{},'f:l':{}}},"
     "'f:type':{}}\n"
     "x Update v1 {'f:data':{'f:a':{},'f:plain':{}},'f:metadata':{'f:annotations':{'.':{},"
     "'f:x':{}}}}"                                                                                                                           },
    {"a PUT with other data",         OWN_PUT,       KUBE_MAIN, "y",
     "{'metadata':{'name':'p'},'data':{'dry':'YQ=='}}",                                                         0,
     "unknown Update v1 {'f:data':{},'f:type':{}}\ny Update v1 {'f:data':{'f:dry':{}}}"                                                      },
    {"a PUT that says who owns what", OWN_PUT,       KUBE_MAIN, "y",
     "{'metadata':{'name':'p','managedFields':[{'manager':'z','operation':'Apply','apiVersion':'v1',"
     "'time':'2026-11-21T00:16:40Z','fieldsType':'FieldsV1','fieldsV1':{'f:type':{}}}]},"
     "'data':{'dry':'YQ=='}}",                                                                                  0, "z Apply v1 {'f:type':{}}"},
    {"a PUT that says it badly",      OWN_PUT,       KUBE_MAIN, "y",
     "{'metadata':{'name':'p','managedFields':[{'manager':'z','operation':'Sing','apiVersion':'v1',"
     "'fieldsType':'FieldsV1','fieldsV1':{'f:type':{}}}]},'data':{'dry':'YQ=='}}",                              0, "z Apply v1 {'f:type':{}}"},
    {"a patch into it",               OWN_JSON,      KUBE_MAIN, "y",
     "[{'op':'replace','path':'/metadata/managedFields/0/manager','value':'w'}]",                               0,
     "w Apply v1 {'f:type':{}}"                                                                                                              },
    {"a patch that takes it away",    OWN_JSON,      KUBE_MAIN, "y",
     "[{'op':'remove','path':'/metadata/managedFields'}]",                                                      0, "w Apply v1 {'f:type':{}}"},
    {"a patch that empties it",       OWN_MERGE,     KUBE_MAIN, "y",       "{'metadata':{'managedFields':[]}}", 0,
     ""                                                                                                                                      },
    {"nobody owns it any more",       OWN_MERGE,     KUBE_MAIN, "y",       "{'data':{'new':'YQ=='}}",           0, ""                        },
};

static void test_secret(void)
{
    KubeCluster *cluster = fixture_cluster();

    ownership_story(cluster, "secrets", "p", SECRET_STORY, TEST_COUNT(SECRET_STORY));
    kube_cluster_free(cluster);
}

/* ---- a custom resource ------------------------------------------------------------------------ */

#define KIND  "'apiVersion':'install.tetrate.io/v1alpha1','kind':'ManagementPlane',"
#define OWNER "unknown Update install.tetrate.io/v1alpha1 "

static const OwnStep PLANE_STORY[] = {
    {"a create does not own a status",                              OWN_CREATE, KUBE_MAIN,        "unknown",
     "{" KIND "'metadata':{'name':'g'},'spec':{'hub':'h','n':{'a':1,'b':2}},"
     "'status':{'phase':'FromCreate'}}",                                                                                                                                                                     0, OWNER "{'f:spec':{'.':{},'f:hub':{},'f:n':{'.':{},'f:a':{},'f:b':{}}}}"},
    {"a status",                                                    OWN_MERGE,  KUBE_STATUS_PART, "unknown",
     "{'status':{'phase':'Ready','conditions':[{'type':'Ready','status':'True'}]}}",                                                                                                                         0,
     OWNER "{'f:spec':{'.':{},'f:hub':{},'f:n':{'.':{},'f:a':{},'f:b':{}}}}\n" OWNER
           "status {'f:status':{'.':{},'f:conditions':{},'f:phase':{}}}"                                                                                                                                                                                                               },
    {"a spec through /status is not owned",                         OWN_MERGE,  KUBE_STATUS_PART, "unknown",
     "{'spec':{'hub':'CHANGED'},'status':{'phase':'R2'}}",                                                                                                                                                   0,
     OWNER "{'f:spec':{'.':{},'f:hub':{},'f:n':{'.':{},'f:a':{},'f:b':{}}}}\n" OWNER
           "status {'f:status':{'.':{},'f:conditions':{},'f:phase':{}}}"                                                                                                                                                                                                               },
    {"a label",                                                     OWN_MERGE,  KUBE_MAIN,        "unknown",
     "{'metadata':{'labels':{'a':'b'}},'status':{'phase':'IGN'}}",                                                                                                                                           0,
     OWNER "{'f:metadata':{'f:labels':{'.':{},'f:a':{}}},'f:spec':{'.':{},'f:hub':{},'f:n':"
           "{'.':{},'f:a':{},'f:b':{}}}}\n" OWNER
           "status {'f:status':{'.':{},'f:conditions':{},'f:phase':{}}}"                                                                                                                                                                                                               },
    {"labels through /status are owned, though they are not heard", OWN_MERGE,  KUBE_STATUS_PART,
     "unknown",                                                                                              "{'metadata':{'labels':{'a':null,'via':'status'}},'status':{'conditions':null,'phase':'PUT'}}",
     0,                                                                                                                                                                                                         OWNER "{'f:metadata':{'f:labels':{}},'f:spec':{'.':{},'f:hub':{},'f:n':{'.':{},'f:a':{},"
           "'f:b':{}}}}\n" OWNER
           "status {'f:metadata':{'f:labels':{'f:via':{}}},'f:status':{'.':{},'f:phase':{}}}"                                                                                                                                                                                   },
    {"an empty object is a leaf",                                   OWN_MERGE,  KUBE_MAIN,        "unknown",
     "{'metadata':{'finalizers':['x.example/y']},"
     "'spec':{'n':null,'highAvailability':{'active':null}}}",                                                                                                                                                0,
     OWNER "{'f:metadata':{'f:finalizers':{'.':{},'v:\\'x.example/y\\'':{}},'f:labels':{}},"
           "'f:spec':{'.':{},'f:highAvailability':{},'f:hub':{}}}\n" OWNER
           "status {'f:metadata':{'f:labels':{'f:via':{}}},'f:status':{'.':{},'f:phase':{}}}"                                                                                                                                                                                          },
};

static void test_custom(void)
{
    KubeCluster *cluster = fixture_cluster();

    ownership_story(cluster, "managementplanes", "g", PLANE_STORY, TEST_COUNT(PLANE_STORY));
    kube_cluster_free(cluster);
}

/* ---- a Deployment ----------------------------------------------------------------------------- */

#define TEMPLATE                                                                                    \
    "'f:template':{'f:metadata':{'f:labels':{'.':{},'f:app':{}}},'f:spec':{'f:containers':{"        \
    "'k:{\\'name\\':\\'tsb\\'}':{'.':{},'f:image':{},'f:imagePullPolicy':{},'f:name':{},"           \
    "'f:ports':{'.':{},'k:{\\'containerPort\\':8080,\\'protocol\\':\\'TCP\\'}':{'.':{},"            \
    "'f:containerPort':{},'f:protocol':{}}},'f:resources':{},'f:terminationMessagePath':{},"        \
    "'f:terminationMessagePolicy':{}}},'f:dnsPolicy':{},'f:restartPolicy':{},'f:schedulerName':{}," \
    "'f:securityContext':{},'f:terminationGracePeriodSeconds':{}}}}}"
#define SPEC(REPLICAS)                                                                        \
    "kubectl-create Update apps/v1 {'f:metadata':{'f:labels':{'.':{},'f:app':{}}},'f:spec':{" \
    "'f:progressDeadlineSeconds':{}," REPLICAS                                                \
    "'f:revisionHistoryLimit':{},'f:selector':{},'f:strategy':{'f:rollingUpdate':{'.':{},"    \
    "'f:maxSurge':{},'f:maxUnavailable':{}},'f:type':{}}," TEMPLATE
#define STATUS                                                                                   \
    "kcm Update apps/v1 status {'f:metadata':{'f:annotations':{'.':{},'f:revision':{}}},"        \
    "'f:status':{'f:conditions':{'.':{},'k:{\\'type\\':\\'Available\\'}':{'.':{},'f:status':{}," \
    "'f:type':{}}},'f:replicas':{}}}"

static const OwnStep DEPLOYMENT_STORY[] = {
    {"a create",                                         OWN_CREATE,    KUBE_MAIN,        "kubectl-create",
     "{'metadata':{'name':'tsb','labels':{'app':'tsb'}},'spec':{'replicas':1,'selector':"
     "{'matchLabels':{'app':'tsb'}},'template':{'metadata':{'labels':{'app':'tsb'}},'spec':"
     "{'containers':[{'name':'tsb','image':'registry.test/tsb:1','ports':[{'containerPort':8080}]}"
     "]}}}}",                                                                                                                          0, SPEC("'f:replicas':{},")},
    {"strategic",                                        OWN_STRATEGIC, KUBE_MAIN,        "p",
     "{'spec':{'template':{'spec':{'containers':[{'name':'tsb','env':[{'name':'A','value':'1'}]}]}"
     "}}}",                                                                                                                            0,
     SPEC("'f:replicas':{},") "\np Update apps/v1 {'f:spec':{'f:template':{'f:spec':"
                              "{'f:containers':{'k:{\\'name\\':\\'tsb\\'}':{'f:env':{'.':{},"
                              "'k:{\\'name\\':\\'A\\'}':{'.':{},'f:name':{},'f:value':{}}}}}}}}}"                                                                 },
    {"and back",                                         OWN_STRATEGIC, KUBE_MAIN,        "p",
     "{'spec':{'template':{'spec':{'containers':[{'name':'tsb','env':[{'name':'A','$patch':"
     "'delete'}]}]}}}}",                                                                                                               0, SPEC("'f:replicas':{},")},
    {"a status, with the annotation that comes with it", OWN_MERGE,     KUBE_STATUS_PART, "kcm",
     "{'metadata':{'annotations':{'revision':'1'},'labels':{'app':'not heard'}},'status':"
     "{'replicas':1,'conditions':[{'type':'Available','status':'True'}]}}",                                                            0, NULL                    },
    {"scaled down to nothing: nobody's",                 OWN_MERGE,     KUBE_SCALE_PART,  "kubectl-scale",
     "{'spec':{'replicas':0}}",                                                                                                        0, NULL                    },
    {"and up: nobody's",                                 OWN_MERGE,     KUBE_SCALE_PART,  "kubectl-scale",  "{'spec':{'replicas':1}}", 0,
     NULL                                                                                                                                                         },
    {"replicas by a patch",                              OWN_MERGE,     KUBE_MAIN,        "p",              "{'spec':{'replicas':2}}", 0, NULL                    },
    {"scaled from a number",                             OWN_MERGE,     KUBE_SCALE_PART,  "unknown",        "{'spec':{'replicas':3}}", 0,
     NULL                                                                                                                                                         },
    {"scaled to the same",                               OWN_MERGE,     KUBE_SCALE_PART,  "unknown",        "{'spec':{'replicas':3}}", 0,
     NULL                                                                                                                                                         },
};

static bool owns(const cJSON *object, const char *line)
{
    char *text = ownership_text(object);
    bool does = strstr(text, line) != NULL;

    free(text);
    return does;
}

static void test_deployment(void)
{
    KubeCluster *cluster = fixture_cluster();
    int64_t version;

    ownership_story(cluster, "deployments", "tsb", DEPLOYMENT_STORY, 4);
    CHECK(owns(fixture_find(cluster, "deployments", "tsb"), SPEC("'f:replicas':{},")));
    ownership_story(cluster, "deployments", "tsb", DEPLOYMENT_STORY + 4, 2);
    CHECK(owns(fixture_find(cluster, "deployments", "tsb"), SPEC("")));
    CHECK(!owns(fixture_find(cluster, "deployments", "tsb"), "scale "));
    ownership_story(cluster, "deployments", "tsb", DEPLOYMENT_STORY + 6, 2);
    CHECK(owns(fixture_find(cluster, "deployments", "tsb"),
               "unknown Update apps/v1 scale {'f:spec':{'f:replicas':{}}}"));
    version = kube_cluster_resource_version(cluster);
    ownership_story(cluster, "deployments", "tsb", DEPLOYMENT_STORY + 8, 1);
    CHECK(kube_cluster_resource_version(cluster) == version);
    kube_cluster_free(cluster);
}

/* ---- text ------------------------------------------------------------------------------------- */

/* Typed objects name the manager first, custom resources go by the alphabet. */
static void test_text(void)
{
    KubeCluster *cluster = fixture_cluster();
    const OwnStep steps[] = {
        {"create", OWN_CREATE, KUBE_MAIN, "a \"b\"", "{'metadata':{'name':'x'}}", 0, NULL}
    };
    const cJSON *node;

    ownership_story(cluster, "secrets", "x", steps, 1);
    node = managers_node(fixture_find(cluster, "secrets", "x"));
    CHECK(cJSON_IsRaw(node));
    CHECK(strncmp(node->valuestring,
                  "[{\"manager\":\"a \\\"b\\\"\",\"operation\":\"Update\",\"apiVersion\":\"v1\","
                  "\"time\":\"20",
                  strlen("[{\"manager\":\"a \\\"b\\\"\",\"operation\":\"Update\",\"apiVersion\":"
                         "\"v1\",\"time\":\"20")) == 0);
    ownership_story(cluster, "managementplanes", "x", steps, 1);
    node = managers_node(fixture_find(cluster, "managementplanes", "x"));
    CHECK(node == NULL); /* nothing but a name: nothing is owned */
    kube_cluster_free(cluster);
}

/* ---- many ------------------------------------------------------------------------------------- */

static void test_many(void)
{
    KubeCluster *cluster = fixture_cluster();
    char manager[8], body[64];
    const cJSON *secret;
    Managers managers;
    Arena arena = {0};
    int count = 0;

    for (int i = 0; i < 15; i++) {
        OwnStep step = {"one of many", i ? OWN_MERGE : OWN_CREATE, KUBE_MAIN, manager, body, 0,
                        NULL};

        snprintf(manager, sizeof manager, "m%02d", i);
        snprintf(body, sizeof body, "{'metadata':{'name':'many'},'data':{'k%02d':'YQ=='}}", i);
        ownership_story(cluster, "secrets", "many", &step, 1);
    }
    secret = fixture_find(cluster, "secrets", "many");
    CHECK(
        owns(secret, "ancient-changes Update v1 {'f:data':{'.':{},'f:k00':{},'f:k01':{},'f:k02':"));
    CHECK(managers_decode(&arena, secret, &managers));
    for (const Manager *entry = managers.first; entry != NULL; entry = entry->next)
        count++;
    CHECK_INTEGER(count, 10);
    arena_release(&arena);
    kube_cluster_free(cluster);
}

/* ---- who has no name -------------------------------------------------------------------------- */

static void test_nameless(void)
{
    KubeCluster *cluster = fixture_cluster();
    const OwnStep steps[] = {
        {"created by nobody",   OWN_CREATE, KUBE_MAIN, NULL,  "{'metadata':{'name':'n'},'data':{}}", 0,
         ""                                                                                               },
        {"changed by somebody", OWN_MERGE,  KUBE_MAIN, "one", "{'data':{'a':'YQ=='}}",               0, ""},
    };
    const OwnStep taken[] = {
        {"created by somebody", OWN_CREATE, KUBE_MAIN, "one",
         "{'metadata':{'name':'m'},'data':{'a':'YQ==','b':'YQ=='}}",                   0, NULL},
        {"changed by nobody",   OWN_MERGE,  KUBE_MAIN, NULL,  "{'data':{'a':'Yg=='}}", 0,
         "one Update v1 {'f:data':{'.':{},'f:b':{}},'f:type':{}}"                             },
    };

    ownership_story(cluster, "secrets", "n", steps, TEST_COUNT(steps));
    ownership_story(cluster, "secrets", "m", taken, TEST_COUNT(taken));
    kube_cluster_free(cluster);
}

TEST_SUITE("fakes/kubernetes/owners/managed", {"a secret", test_secret},
           {"a custom resource and its status", test_custom},
           {"a deployment, its status and its scale", test_deployment},
           {"the order of keys", test_text}, {"no more than ten", test_many},
           {"a writer without a name", test_nameless});
