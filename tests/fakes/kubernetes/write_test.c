/*
 * tests/fakes/kubernetes/write_test.c - every rule of writing, and every refusal in the words recorded from 1.32.
 */
#include "fakes/kubernetes/write/write.h"

#include <stdlib.h>
#include <string.h>

#include "tests/fakes/kubernetes/fixture.h"
#include "tests/test.h"

static const char SECRET[] = "{'metadata':{'name':'s','labels':{'l':'1'}},'data':{'a':'YQ=='}}";
static const char PLANE[] = "{'apiVersion':'install.tetrate.io/v1alpha1','kind':'ManagementPlane',"
                            "'metadata':{'name':'mp'},'spec':{'hub':'h','n':{'a':1,'b':2}}}";

/* ---- refusals of a create --------------------------------------------------------------------- */

static const struct {
    const char *name, *resource, *ns, *object;
    int code;
    const char *reason, *message;
} CREATE_REFUSALS[] = {
    {"absent namespace",                   "secrets",          "nosuchns", "{'metadata':{'name':'x'}}",                           404, "NotFound",
     "namespaces \"nosuchns\" not found"                                                                                                                                                                                                             },
    {"there already",                      "secrets",          "tsb",      "{'metadata':{'name':'s'}}",                           409, "AlreadyExists",
     "secrets \"s\" already exists"                                                                                                                                                                                                                  },
    {"there already, custom",              "managementplanes", "tsb",      "{'metadata':{'name':'mp'}}",                          409,
     "AlreadyExists",                                                                                                                                   "managementplanes.install.tetrate.io \"mp\" already exists"                                  },
    {"no name",                            "secrets",          "tsb",      "{'metadata':{}}",                                     422, "Invalid",
     "Secret \"\" is invalid: metadata.name: Required value: name or generateName is required"                                                                                                                                                       },
    {"bad name",                           "secrets",          "tsb",      "{'metadata':{'name':'Bad_Name'}}",                    422, "Invalid",
     "Secret \"Bad_Name\" is invalid: metadata.name: Invalid value: \"Bad_Name\": a lowercase RFC "
     "1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start "
     "and end with an alphanumeric character (e.g. 'example.com', regex used for validation is "
     "'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"                                                                                                                                                                           },
    {"other namespace in the object",      "secrets",          "tsb",
     "{'metadata':{'name':'x','namespace':'other'}}",                                                                             400, "BadRequest",
     "the namespace of the provided object does not match the namespace sent on the request"                                                                                                                                                         },
    {"resourceVersion set",                "secrets",          "tsb",      "{'metadata':{'name':'x','resourceVersion':'5'}}",
     500,                                                                                                                              "",              "resourceVersion should not be set on objects to be created"                                 },
    {"resourceVersion set, custom",        "managementplanes", "tsb",
     "{'metadata':{'name':'x','resourceVersion':'5'}}",                                                                           500, "",
     "resourceVersion should not be set on objects to be created"                                                                                                                                                                                    },
    {"bad base64",                         "secrets",          "tsb",      "{'metadata':{'name':'x'},'data':{'a':'!!'}}",         400,
     "BadRequest",                                                                                                                                      "Secret in version \"v1\" cannot be handled as a Secret: illegal base64 data at input byte 0"},
    {"a number in data",                   "secrets",          "tsb",      "{'metadata':{'name':'x'},'data':{'a':5}}",            400,
     "BadRequest",                                                                                                                                      "Secret in version \"v1\" cannot be handled as a Secret: json: cannot unmarshal number into "
     "Go struct field Secret.data of type []uint8"                                                                                                                                                                                 },
    {"bad key",                            "secrets",          "tsb",      "{'metadata':{'name':'x'},'data':{'bad key':'YQ=='}}", 422,
     "Invalid",                                                                                                                                         NULL                                                                                         },
    {"a label of another type",            "managementplanes", "tsb",
     "{'metadata':{'name':'x','labels':{'a':5}}}",                                                                                400, "BadRequest",
     "ManagementPlane in version \"v1alpha1\" cannot be handled as a ManagementPlane: json: cannot "
     "unmarshal number into Go struct field ObjectMeta.labels of type string"                                                                                                                                                                        },
    {"a bad label",                        "secrets",          "tsb",      "{'metadata':{'name':'x','labels':{'bad key!':'v'}}}", 422,
     "Invalid",                                                                                                                                         NULL                                                                                         },
    {"tls without its keys",               "secrets",          "tsb",
     "{'metadata':{'name':'x'},'type':'kubernetes.io/tls','data':{'a':'YQ=='}}",                                                  422, "Invalid",
     "Secret \"x\" is invalid: [data[tls.crt]: Required value, data[tls.key]: Required value]"                                                                                                                                                       },
    {"an owner without uid",               "secrets",          "tsb",
     "{'metadata':{'name':'x','ownerReferences':[{'name':'o'}]}}",                                                                422, "Invalid",
     "Secret \"x\" is invalid: metadata.ownerReferences.uid: Invalid value: \"\": uid must not be "
     "empty"                                                                                                                                                                                                                                         },
    {"a spec that is text",                "managementplanes", "tsb",      "{'metadata':{'name':'x'},'spec':'str'}",
     422,                                                                                                                              "Invalid",
     "ManagementPlane.install.tetrate.io \"x\" is invalid: spec: Invalid value: \"string\": spec in "
     "body must be of type object: \"string\""                                                                                                                                                                                                       },
    {"an empty deployment",                "deployments",      "tsb",      "{'metadata':{'name':'empty'},'spec':{}}",             422,
     "Invalid",                                                                                                                                         "Deployment.apps \"empty\" is invalid: [spec.selector: Required value, "
     "spec.template.metadata.labels: Invalid value: map[string]string(nil): `selector` does not "
     "match template `labels`, spec.template.spec.containers: Required value]"                                                                                                                                                        },
    {"a service that begins with a digit", "services",         "tsb",      "{'metadata':{'name':'1x'}}",                          422,
     "Invalid",                                                                                                                                         NULL                                                                                         },
};

static void test_create_refusals(void)
{
    KubeCluster *cluster = fixture_cluster();
    int64_t before;

    fixture_create(cluster, "secrets", SECRET, NULL);
    fixture_create(cluster, "managementplanes", PLANE, NULL);
    before = kube_cluster_resource_version(cluster);
    for (size_t i = 0; i < TEST_COUNT(CREATE_REFUSALS); i++) {
        cJSON *json = fixture_json(CREATE_REFUSALS[i].object);
        KubeStatus status = {0};

        CHECK_CASE(CREATE_REFUSALS[i].name,
                   !kube_create(cluster, CREATE_REFUSALS[i].resource, CREATE_REFUSALS[i].ns, json,
                                NULL, NULL, &status));
        CHECK_INTEGER(status.code, CREATE_REFUSALS[i].code);
        CHECK_TEXT(status.reason, CREATE_REFUSALS[i].reason);
        if (CREATE_REFUSALS[i].message != NULL)
            CHECK_TEXT(status.message, CREATE_REFUSALS[i].message);
        kube_status_release(&status);
        cJSON_Delete(json);
    }
    CHECK_INTEGER(kube_cluster_resource_version(cluster), before);
    kube_cluster_free(cluster);
}

/* ---- what a create makes ---------------------------------------------------------------------- */

static const struct {
    const char *name, *resource, *object, *path, *expected; /* expected NULL: absent */
} CREATE_CASES[] = {
    {"type defaults to Opaque",                       "secrets",          "{'metadata':{'name':'x'}}",                            "type",                       "'Opaque'"  },
    {"stringData becomes data",                       "secrets",          "{'metadata':{'name':'x'},'stringData':{'p':'plain'}}",
     "data/p",                                                                                                                                                  "'cGxhaW4='"},
    {"stringData is gone",                            "secrets",          "{'metadata':{'name':'x'},'stringData':{'p':'plain'}}",
     "stringData",                                                                                                                                              NULL        },
    {"null data is no data",                          "secrets",          "{'metadata':{'name':'x'},'data':null}",                "data",                       NULL        },
    {"kind is filled in",                             "secrets",          "{'metadata':{'name':'x'}}",                            "kind",                       "'Secret'"  },
    {"apiVersion is filled in",                       "deployments",      FIXTURE_DEPLOYMENT,                                     "apiVersion",                 "'apps/v1'" },
    {"custom: generation 1",                          "managementplanes",
     "{'metadata':{'name':'x','generation':9},'status':{'phase':'FromCreate'}}",                                                  "metadata/generation",        "1"         },
    {"custom: status is dropped",                     "managementplanes",
     "{'metadata':{'name':'x'},'status':{'phase':'FromCreate'}}",                                                                 "status",                     NULL        },
    {"typed: generation of a secret is the client's", "secrets",
     "{'metadata':{'name':'x','generation':9}}",                                                                                  "metadata/generation",        "9"         },
    {"deletionTimestamp is dropped",                  "secrets",
     "{'metadata':{'name':'x','deletionTimestamp':'2001-01-01T00:00:00Z'}}",                                                      "metadata/deletionTimestamp", NULL        },
    {"managedFields are left out",                    "secrets",          "{'metadata':{'name':'x','managedFields':[]}}",
     "metadata/managedFields",                                                                                                                                  NULL        },
    {"a deployment has defaults",                     "deployments",      FIXTURE_DEPLOYMENT,                                     "spec/strategy/type",
     "'RollingUpdate'"                                                                                                                                                      },
    {"an empty label map is none",                    "secrets",          "{'metadata':{'name':'x','labels':{}}}",
     "metadata/labels",                                                                                                                                         NULL        },
};

static void test_creates(void)
{
    for (size_t i = 0; i < TEST_COUNT(CREATE_CASES); i++) {
        KubeCluster *cluster = fixture_cluster();
        cJSON *json = fixture_json(CREATE_CASES[i].object), *expected = NULL, *found;
        const cJSON *made;

        if (CREATE_CASES[i].expected != NULL)
            expected = fixture_json(CREATE_CASES[i].expected);
        CHECK_CASE(CREATE_CASES[i].name,
                   kube_create(cluster, CREATE_CASES[i].resource, "tsb", json, NULL, &made, NULL));
        found = json_find(made, CREATE_CASES[i].path);
        CHECK_CASE(CREATE_CASES[i].name,
                   expected == NULL ? found == NULL : found != NULL && json_equal(found, expected));
        cJSON_Delete(json);
        cJSON_Delete(expected);
        kube_cluster_free(cluster);
    }
}

static void test_generates_names(void)
{
    KubeCluster *cluster = fixture_cluster();
    cJSON *json = fixture_json("{'metadata':{'generateName':'gen-'}}");
    const cJSON *made;

    CHECK(kube_create(cluster, "secrets", "tsb", json, NULL, &made, NULL));
    CHECK_INTEGER(strlen(kube_metadata_text(made, "name")), strlen("gen-") + 5);
    CHECK_TEXT(kube_metadata_text(made, "generateName"), "gen-");
    cJSON_Delete(json);
    kube_cluster_free(cluster);
}

static void test_dry_run_writes_nothing(void)
{
    KubeCluster *cluster = fixture_cluster();
    const KubeWriter dry = {.dry_run = true};
    int64_t before;
    cJSON *json = fixture_json(SECRET);
    const cJSON *made;

    before = kube_cluster_resource_version(cluster);
    CHECK(kube_create(cluster, "secrets", "tsb", json, &dry, &made, NULL));
    CHECK_TEXT(kube_metadata_text(made, "name"), "s");
    CHECK_TEXT(kube_metadata_text(made, "resourceVersion"), "");
    CHECK(fixture_find(cluster, "secrets", "s") == NULL);
    CHECK_INTEGER(kube_cluster_resource_version(cluster), before);
    cJSON_Delete(json);
    kube_cluster_free(cluster);
}

/* ---- patches ---------------------------------------------------------------------------------- */

/* Each on a secret "s", a plane "mp" and a deployment "tsb" as they were created. */
static const struct {
    const char *name, *resource, *object;
    KubePart part;
    const char *patch;
    long writes; /* 0: nothing changes; 1: the counter moves; -1: refused */
    const char *path, *expected;
} PATCH_CASES[] = {
    {"a null deletes",                      "secrets",          "s",   KUBE_MAIN,        "{'data':{'a':null,'c':'Yw=='}}",       1,  "data",
     "{'c':'Yw=='}"                                                                                                                                                                 },
    {"nothing new",                         "secrets",          "s",   KUBE_MAIN,        "{'data':{'a':'YQ=='}}",                0,  "data",                          "{'a':'YQ=='}"},
    {"an empty patch",                      "secrets",          "s",   KUBE_MAIN,        "{}",                                   0,  "data",                          "{'a':'YQ=='}"},
    {"generation from a client is ignored", "managementplanes", "mp",  KUBE_MAIN,
     "{'metadata':{'generation':99}}",                                                                                           0,  "metadata/generation",           "1"           },
    {"a spec moves the generation",         "managementplanes", "mp",  KUBE_MAIN,        "{'spec':{'hub':'h2'}}",                1,
     "metadata/generation",                                                                                                                                           "2"           },
    {"null for an absent parent makes it",  "managementplanes", "mp",  KUBE_MAIN,
     "{'spec':{'highAvailability':{'active':null}}}",                                                                            1,  "spec/highAvailability",         "{}"          },
    {"and moves the generation",            "managementplanes", "mp",  KUBE_MAIN,
     "{'spec':{'highAvailability':{'active':null}}}",                                                                            1,  "metadata/generation",           "2"           },
    {"labels do not",                       "managementplanes", "mp",  KUBE_MAIN,        "{'metadata':{'labels':{'a':'b'}}}",    1,
     "metadata/generation",                                                                                                                                           "1"           },
    {"finalizers do not",                   "managementplanes", "mp",  KUBE_MAIN,
     "{'metadata':{'finalizers':['x.example/y']}}",                                                                              1,  "metadata/generation",           "1"           },
    {"status by the main path is ignored",  "managementplanes", "mp",  KUBE_MAIN,
     "{'status':{'x':1}}",                                                                                                       0,  "metadata/generation",           "1"           },
    {"status by its own",                   "managementplanes", "mp",  KUBE_STATUS_PART, "{'status':{'phase':'R'}}",             1,
     "status/phase",                                                                                                                                                  "'R'"         },
    {"which does not move the generation",  "managementplanes", "mp",  KUBE_STATUS_PART,
     "{'status':{'phase':'R'}}",                                                                                                 1,  "metadata/generation",           "1"           },
    {"and takes nothing else",              "managementplanes", "mp",  KUBE_STATUS_PART,
     "{'spec':{'hub':'CHANGED'},'metadata':{'labels':{'a':'b'}}}",                                                               0,  "spec/hub",                      "'h'"         },
    {"a deployment's annotations move it",  "deployments",      "tsb", KUBE_MAIN,
     "{'metadata':{'annotations':{'x':'y'}}}",                                                                                   1,  "metadata/generation",           "2"           },
    {"its labels do not",                   "deployments",      "tsb", KUBE_MAIN,        "{'metadata':{'labels':{'x':'y'}}}",    1,
     "metadata/generation",                                                                                                                                           "1"           },
    {"scale does",                          "deployments",      "tsb", KUBE_SCALE_PART,  "{'spec':{'replicas':0}}",              1,
     "metadata/generation",                                                                                                                                           "2"           },
    {"scale to what it is",                 "deployments",      "tsb", KUBE_SCALE_PART,  "{'spec':{'replicas':1}}",              0,
     "spec/replicas",                                                                                                                                                 "1"           },
    {"scale takes replicas only",           "deployments",      "tsb", KUBE_SCALE_PART,
     "{'spec':{'replicas':2,'paused':true}}",                                                                                    1,  "spec/paused",                   NULL          },
    {"creationTimestamp stays",             "secrets",          "s",   KUBE_MAIN,
     "{'metadata':{'creationTimestamp':'2001-01-01T00:00:00Z'}}",                                                                0,  "data",                          "{'a':'YQ=='}"},
    {"stringData",                          "secrets",          "s",   KUBE_MAIN,        "{'stringData':{'plain':'text'}}",      1,  "data/plain",
     "'dGV4dA=='"                                                                                                                                                                   },
    {"immutable may be set",                "secrets",          "s",   KUBE_MAIN,        "{'immutable':true}",                   1,  "immutable",
     "true"                                                                                                                                                                         },
    {"a stale number",                      "secrets",          "s",   KUBE_MAIN,        "{'metadata':{'resourceVersion':'1'}}", -1,
     "data",                                                                                                                                                          "{'a':'YQ=='}"},
    {"another uid",                         "secrets",          "s",   KUBE_MAIN,        "{'metadata':{'uid':'0'}}",             -1, "data",
     "{'a':'YQ=='}"                                                                                                                                                                 },
    {"another name",                        "secrets",          "s",   KUBE_MAIN,        "{'metadata':{'name':'other'}}",        -1, "data",
     "{'a':'YQ=='}"                                                                                                                                                                 },
    {"another type",                        "secrets",          "s",   KUBE_MAIN,        "{'type':'other'}",                     -1, "type",                          "'Opaque'"    },
    {"another selector",                    "deployments",      "tsb", KUBE_MAIN,
     "{'spec':{'selector':{'matchLabels':{'app':'o'}},'template':{'metadata':{'labels':{'app':'o'}}}}}",
     -1,                                                                                                                             "spec/selector/matchLabels/app", "'tsb'"       },
    {"fewer than no replicas",              "deployments",      "tsb", KUBE_SCALE_PART,  "{'spec':{'replicas':-1}}",
     -1,                                                                                                                             "spec/replicas",                 "1"           },
    {"a container without an image",        "deployments",      "tsb", KUBE_MAIN,
     "{'spec':{'template':{'spec':{'containers':[{'name':'tsb'}]}}}}",                                                           -1, "spec/replicas",                 "1"           },
};

static KubeCluster *cluster_with_objects(void)
{
    KubeCluster *cluster = fixture_cluster();

    fixture_create(cluster, "secrets", SECRET, NULL);
    fixture_create(cluster, "managementplanes", PLANE, NULL);
    fixture_create(cluster, "deployments", FIXTURE_DEPLOYMENT, NULL);
    return cluster;
}

static void test_patches(void)
{
    for (size_t i = 0; i < TEST_COUNT(PATCH_CASES); i++) {
        KubeCluster *cluster = cluster_with_objects();
        int64_t before = kube_cluster_resource_version(cluster);
        bool ok = fixture_merge(cluster, PATCH_CASES[i].resource, PATCH_CASES[i].object,
                                PATCH_CASES[i].part, PATCH_CASES[i].patch, NULL);
        const cJSON *object = fixture_find(cluster, PATCH_CASES[i].resource, PATCH_CASES[i].object);
        cJSON *expected = PATCH_CASES[i].expected ? fixture_json(PATCH_CASES[i].expected) : NULL;
        const cJSON *found = json_find(object, PATCH_CASES[i].path);

        CHECK_CASE(PATCH_CASES[i].name, ok == (PATCH_CASES[i].writes >= 0));
        CHECK_CASE(PATCH_CASES[i].name,
                   kube_cluster_resource_version(cluster) == before + (PATCH_CASES[i].writes == 1));
        CHECK_CASE(PATCH_CASES[i].name,
                   expected == NULL ? found == NULL : found != NULL && json_equal(found, expected));
        cJSON_Delete(expected);
        kube_cluster_free(cluster);
    }
}

static const struct {
    const char *name, *resource, *object;
    KubePart part;
    KubePatch type;
    const char *patch;
    int code;
    const char *reason, *message;
} PATCH_REFUSALS[] = {
    {"absent",                         "secrets",          "nosuch", KUBE_MAIN,       KUBE_MERGE_PATCH,     "{}",                                   404, "NotFound",
     "secrets \"nosuch\" not found"                                                                                                                                                                                                                     },
    {"an array as merge patch",        "secrets",          "s",      KUBE_MAIN,       KUBE_MERGE_PATCH,     "[]",                                   400,
     "BadRequest",                                                                                                                                                               "error decoding patch: json: cannot unmarshal array into Go value of type "
     "map[string]interface {}"                                                                                                                                                                                                        },
    {"an object as JSON patch",        "secrets",          "s",      KUBE_MAIN,       KUBE_JSON_PATCH,      "{'op':'x'}",                           400,
     "BadRequest",                                                                                                                                                               "error decoding patch: json: cannot unmarshal object into Go value of type "
     "[]handlers.jsonPatchOp"                                                                                                                                                                                                         },
    {"a JSON patch that fails",        "secrets",          "s",      KUBE_MAIN,       KUBE_JSON_PATCH,
     "[{'op':'test','path':'/data/a','value':'no'}]",                                                                                               422, "Invalid",
     "the server rejected our request due to an error in our request"                                                                                                                                                                                   },
    {"strategic on a custom resource", "managementplanes", "mp",     KUBE_MAIN,       KUBE_STRATEGIC_PATCH,
     "{'spec':{}}",                                                                                                                                 415, "UnsupportedMediaType", NULL                                                                   },
    {"stale",                          "secrets",          "s",      KUBE_MAIN,       KUBE_MERGE_PATCH,     "{'metadata':{'resourceVersion':'1'}}",
     409,                                                                                                                                                "Conflict",
     "Operation cannot be fulfilled on secrets \"s\": the object has been modified; please apply "
     "your changes to the latest version and try again"                                                                                                                                                                                                 },
    {"another name",                   "secrets",          "s",      KUBE_MAIN,       KUBE_MERGE_PATCH,     "{'metadata':{'name':'other'}}",
     400,                                                                                                                                                "BadRequest",           "the name of the object (other) does not match the name on the URL (s)"},
    {"another namespace",              "secrets",          "s",      KUBE_MAIN,       KUBE_MERGE_PATCH,
     "{'metadata':{'namespace':'zz'}}",                                                                                                             400, "BadRequest",
     "the namespace of the provided object does not match the namespace sent on the request"                                                                                                                                                            },
    {"another kind",                   "managementplanes", "mp",     KUBE_MAIN,       KUBE_MERGE_PATCH,     "{'kind':'ConfigMap'}",
     422,                                                                                                                                                "Invalid",              NULL                                                                   },
    {"type",                           "secrets",          "s",      KUBE_MAIN,       KUBE_MERGE_PATCH,     "{'type':'other'}",                     422, "Invalid",
     "Secret \"s\" is invalid: type: Invalid value: \"other\": field is immutable"                                                                                                                                                                      },
    {"scale below zero",               "deployments",      "tsb",    KUBE_SCALE_PART, KUBE_MERGE_PATCH,
     "{'spec':{'replicas':-1}}",                                                                                                                    422, "Invalid",
     "Scale.autoscaling \"tsb\" is invalid: spec.replicas: Invalid value: -1: must be greater than "
     "or equal to 0"                                                                                                                                                                                                                                    },
    {"selector",                       "deployments",      "tsb",    KUBE_MAIN,       KUBE_MERGE_PATCH,
     "{'spec':{'selector':{'matchLabels':{'app':'o'}},'template':{'metadata':{'labels':{'app':'o'}}}}}",
     422,                                                                                                                                                "Invalid",
     "Deployment.apps \"tsb\" is invalid: spec.selector: Invalid value: "
     "v1.LabelSelector{MatchLabels:map[string]string{\"app\":\"o\"}, "
     "MatchExpressions:[]v1.LabelSelectorRequirement(nil)}: field is immutable"                                                                                                                                                                         },
};

static void test_patch_refusals(void)
{
    for (size_t i = 0; i < TEST_COUNT(PATCH_REFUSALS); i++) {
        KubeCluster *cluster = cluster_with_objects();
        cJSON *patch = fixture_json(PATCH_REFUSALS[i].patch);
        KubeStatus status = {0};

        CHECK_CASE(PATCH_REFUSALS[i].name,
                   !kube_patch(cluster, PATCH_REFUSALS[i].resource, "tsb", PATCH_REFUSALS[i].object,
                               PATCH_REFUSALS[i].part, PATCH_REFUSALS[i].type, patch, NULL, NULL,
                               &status));
        CHECK_INTEGER(status.code, PATCH_REFUSALS[i].code);
        CHECK_TEXT(status.reason, PATCH_REFUSALS[i].reason);
        if (PATCH_REFUSALS[i].message != NULL)
            CHECK_TEXT(status.message, PATCH_REFUSALS[i].message);
        kube_status_release(&status);
        cJSON_Delete(patch);
        kube_cluster_free(cluster);
    }
}

/* The client is shown the whole of what its patch made. */
static void test_patch_is_quoted(void)
{
    static const char WANTED[] =
        " \"\" is invalid: patch: Invalid value: \"{\\\"apiVersion\\\":\\\"v1\\\",\\\"data\\\":{";
    KubeCluster *cluster = cluster_with_objects();
    KubeStatus status = {0};

    CHECK(!fixture_merge(cluster, "secrets", "s", KUBE_MAIN, "{'data':{'b':5}}", &status));
    CHECK_INTEGER(status.code, 422);
    CHECK(strncmp(status.message, WANTED, strlen(WANTED)) == 0);
    CHECK(!cJSON_HasObjectItem(status.details, "kind"));
    kube_status_release(&status);
    kube_cluster_free(cluster);
}

/* ---- updates ---------------------------------------------------------------------------------- */

/* The object as it is, with one merge patch on top, PUT back. */
static const struct {
    const char *name, *resource, *object, *change;
    long code; /* 0: done */
    const char *message;
    long writes;
} UPDATE_CASES[] = {
    {"as it is",                             "secrets",          "s",  "{}",                                     0,   NULL, 0},
    {"changed",                              "secrets",          "s",  "{'data':{'a':'Yg=='}}",                  0,   NULL, 1},
    {"without a number: unconditional",      "secrets",          "s",
     "{'metadata':{'resourceVersion':null},'data':{'a':'Yg=='}}",                                                0,   NULL, 1},
    {"number 0: unconditional",              "secrets",          "s",  "{'metadata':{'resourceVersion':'0'}}",   0,   NULL, 0},
    {"stale",                                "secrets",          "s",  "{'metadata':{'resourceVersion':'1'}}",   409,
     "Operation cannot be fulfilled on secrets \"s\": the object has been modified; please apply "
     "your changes to the latest version and try again",                                                                    0},
    {"no number at all",                     "secrets",          "s",  "{'metadata':{'resourceVersion':'abc'}}", 500,
     "strconv.ParseUint: parsing \"abc\": invalid syntax",                                                                  0},
    {"custom, without a number",             "managementplanes", "mp", "{'metadata':{'resourceVersion':null}}",
     422,                                                                                                             "managementplanes.install.tetrate.io \"mp\" is invalid: metadata.resourceVersion: Invalid "
     "value: 0x0: must be specified for an update",                                                                0},
    {"custom, changed",                      "managementplanes", "mp", "{'spec':{'hub':'x'}}",                   0,   NULL, 1},
    {"another creationTimestamp is ignored", "secrets",          "s",
     "{'metadata':{'creationTimestamp':'2001-01-01T00:00:00Z'}}",                                                0,   NULL, 0},
    {"another name",                         "secrets",          "s",  "{'metadata':{'name':'other'}}",          400,
     "the name of the object (other) does not match the name on the URL (s)",                                               0},
};

static void test_updates(void)
{
    for (size_t i = 0; i < TEST_COUNT(UPDATE_CASES); i++) {
        KubeCluster *cluster = cluster_with_objects();
        int64_t before = kube_cluster_resource_version(cluster);
        cJSON *change = fixture_json(UPDATE_CASES[i].change);
        cJSON *object =
            json_merge_patch(cJSON_Duplicate(fixture_find(cluster, UPDATE_CASES[i].resource,
                                                          UPDATE_CASES[i].object),
                                             true),
                             change);
        KubeStatus status = {0};
        bool ok = kube_update(cluster, UPDATE_CASES[i].resource, "tsb", UPDATE_CASES[i].object,
                              KUBE_MAIN, object, NULL, NULL, &status);

        CHECK_CASE(UPDATE_CASES[i].name, ok == (UPDATE_CASES[i].code == 0));
        CHECK_INTEGER(status.code, UPDATE_CASES[i].code);
        if (UPDATE_CASES[i].message != NULL)
            CHECK_TEXT(status.message, UPDATE_CASES[i].message);
        CHECK_CASE(UPDATE_CASES[i].name,
                   kube_cluster_resource_version(cluster) == before + UPDATE_CASES[i].writes);
        kube_status_release(&status);
        cJSON_Delete(change);
        cJSON_Delete(object);
        kube_cluster_free(cluster);
    }
}

static void test_update_of_another_uid(void)
{
    KubeCluster *cluster = cluster_with_objects();
    cJSON *object = fixture_json("{'metadata':{'name':'s','uid':'0'}}");
    KubeStatus status = {0};

    CHECK(!kube_update(cluster, "secrets", "tsb", "s", KUBE_MAIN, object, NULL, NULL, &status));
    CHECK_INTEGER(status.code, 409);
    CHECK(strstr(status.message,
                 "Precondition failed: UID in precondition: 0, UID in object meta: ") != NULL);
    kube_status_release(&status);
    CHECK(!kube_update(cluster, "secrets", "tsb", "gone", KUBE_MAIN, object, NULL, NULL, &status));
    CHECK_INTEGER(status.code, 400); /* the name in the body */
    kube_status_release(&status);
    cJSON_Delete(object);
    object = fixture_json("{'metadata':{'name':'gone','uid':'0'}}");
    CHECK(!kube_update(cluster, "secrets", "tsb", "gone", KUBE_MAIN, object, NULL, NULL, &status));
    CHECK_INTEGER(status.code, 409);
    kube_status_release(&status);
    cJSON_Delete(object);
    kube_cluster_free(cluster);
}

static void test_immutable_secret(void)
{
    KubeCluster *cluster = cluster_with_objects();
    KubeStatus status = {0};

    CHECK(fixture_merge(cluster, "secrets", "s", KUBE_MAIN, "{'immutable':true}", NULL));
    CHECK(!fixture_merge(cluster, "secrets", "s", KUBE_MAIN, "{'data':{'a':'Yg=='}}", &status));
    CHECK_TEXT(status.message, "Secret \"s\" is invalid: data: Forbidden: field is immutable when "
                               "`immutable` is set");
    kube_status_release(&status);
    CHECK(fixture_merge(cluster, "secrets", "s", KUBE_MAIN, "{'metadata':{'labels':{'x':'y'}}}",
                        NULL));
    kube_cluster_free(cluster);
}

TEST_SUITE("fakes/kubernetes/write", {"refusals of a create", test_create_refusals},
           {"what a create makes", test_creates}, {"generated names", test_generates_names},
           {"a dry run writes nothing", test_dry_run_writes_nothing}, {"patches", test_patches},
           {"refusals of a patch", test_patch_refusals},
           {"no secret in a refusal", test_patch_is_quoted}, {"updates", test_updates},
           {"an update of another uid", test_update_of_another_uid},
           {"an immutable secret", test_immutable_secret});
