/*
 * tests/fakes/kubernetes/form/crd_test.c - a CustomResourceDefinition's life, and what its schema does to its objects.
 *
 * The definition and the refusals are the recorded ones (raw 15-crd_life).
 */
#include "fakes/kubernetes/form/crd.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/fakes/kubernetes/fixture.h"
#include "tests/test.h"

static const char THINGS[] =
    "{'metadata':{'name':'things.lab.example'},'spec':{'group':'lab.example','scope':'Namespaced',"
    "'names':{'kind':'Thing','plural':'things','shortNames':['th'],'categories':['all']},"
    "'versions':[{'name':'v1beta1','served':true,'storage':false,'schema':{'openAPIV3Schema':"
    "{'type':'object','x-kubernetes-preserve-unknown-fields':true}}},"
    "{'name':'v1','served':true,'storage':true,'subresources':{'status':{},"
    "'scale':{'specReplicasPath':'.spec.replicas','statusReplicasPath':'.status.replicas'}},"
    "'schema':{'openAPIV3Schema':{'type':'object','required':['spec'],'properties':{'spec':"
    "{'type':'object','required':['size'],'properties':{'size':{'type':'integer','minimum':1},"
    "'replicas':{'type':'integer','default':2},'mode':{'type':'string','enum':['a','b']},"
    "'host':{'type':'string','pattern':'^[a-z]+$','maxLength':5},"
    "'port':{'x-kubernetes-int-or-string':true},'since':{'type':'string','format':'date-time'},"
    "'note':{'type':'string','nullable':true},"
    "'one':{'type':'object','properties':{'a':{'type':'string'},'b':{'type':'string'}},"
    "'oneOf':[{'required':['a']},{'required':['b']}]},"
    "'tags':{'type':'array','x-kubernetes-list-type':'set','maxItems':2,'items':{'type':'string'}},"
    "'parts':{'type':'array','x-kubernetes-list-type':'map','x-kubernetes-list-map-keys':['name'],"
    "'items':{'type':'object','required':['name'],'properties':{'name':{'type':'string'},"
    "'count':{'type':'integer','default':1}}}},"
    "'labels':{'type':'object','additionalProperties':{'type':'string'}},"
    "'free':{'type':'object','x-kubernetes-preserve-unknown-fields':true}}},"
    "'status':{'type':'object','properties':{'phase':{'type':'string'},"
    "'replicas':{'type':'integer'}}}}}}}]}}";

static KubeCluster *cluster_with_things(void)
{
    KubeCluster *cluster = fixture_cluster();

    CHECK(fixture_create(cluster, "customresourcedefinitions", THINGS, NULL));
    return cluster;
}

static const cJSON *definition(const KubeCluster *cluster)
{
    return kube_find(cluster, "customresourcedefinitions", NULL, "things.lab.example");
}

static void test_it_is_served(void)
{
    KubeCluster *cluster = cluster_with_things();
    const KubeKind *kind = kube_kind_named(&cluster->kinds, "things.lab.example");
    const cJSON *json = definition(cluster);

    CHECK_TEXT(kind->version, "v1");
    CHECK_TEXT(kind->singular, "thing");
    CHECK_TEXT(kind->short_names, "th");
    CHECK(kube_kind_has(kind, KUBE_WITH_SCALE) && kube_kind_has(kind, KUBE_WITH_STATUS));
    CHECK(kube_kind_find(&cluster->kinds, "lab.example", "v1beta1", "things") != NULL);
    CHECK_TEXT(json_string(json, "status/acceptedNames/listKind"), "ThingList");
    CHECK_TEXT(json_string(json, "status/conditions/1/reason"), "InitialNamesAccepted");
    CHECK_TEXT(json_string(json, "status/storedVersions/0"), "v1");
    CHECK_TEXT(json_string(json, "spec/conversion/strategy"), "None");
    CHECK_INTEGER(json_integer_or(json, "metadata/generation", 0), 1);
    kube_cluster_free(cluster);
}

/* A POST is answered as the definition was before its names were accepted. */
static void test_the_answer_of_a_create(void)
{
    KubeCluster *cluster = fixture_cluster();
    cJSON *json = fixture_json(THINGS);
    const cJSON *made = NULL;

    CHECK(kube_create(cluster, "customresourcedefinitions", NULL, json, NULL, &made, NULL));
    CHECK_TEXT(json_string(made, "status/acceptedNames/kind"), "");
    CHECK(!json_has(made, "status/conditions"));
    cJSON_Delete(json);
    kube_cluster_free(cluster);
}

/* ---- objects ---------------------------------------------------------------------------------- */

static const struct {
    const char *name, *spec;
    const char *message; /* after: Thing.lab.example "x" is invalid: */
} REFUSALS[] = {
    {"three at once",   "{'size':0,'mode':'c','host':'ABC'}",
     "[spec.size: Invalid value: 0: spec.size in body should be greater than or equal to 1, "
     "spec.mode: Unsupported value: \"c\": supported values: \"a\", \"b\", spec.host: Invalid value: "
     "\"ABC\": spec.host in body should match '^[a-z]+$']"                                                                   },
    {"a type",          "{'size':'x'}",
     "spec.size: Invalid value: \"string\": spec.size in body must be of type integer: \"string\""                           },
    {"a missing field", "{}",                                             "spec.size: Required value"                        },
    {"a fraction",      "{'size':1.5}",
     "spec.size: Invalid value: \"number\": spec.size in body must be of type integer: \"number\""                           },
    {"too long",        "{'size':1,'host':'abcdef'}",                     "spec.host: Too long: may not be more than 5 bytes"},
    {"neither",         "{'size':1,'port':true}",
     "spec.port: Invalid value: \"boolean\": spec.port in body must be of type integer,string: "
     "\"boolean\""                                                                                                           },
    {"a format",        "{'size':1,'since':'noon'}",
     "spec.since: Invalid value: \"noon\": spec.since in body must be of type date-time: \"noon\""                           },
    {"a null",          "{'size':1,'mode':null}",
     "spec.mode: Invalid value: \"null\": spec.mode in body must be of type string: \"null\""                                },
    {"both of one",     "{'size':1,'one':{'a':'1','b':'2'}}",
     "spec.one: Invalid value: \"\": \"spec.one\" must validate one and only one schema (oneOf). "
     "Found 2 valid alternatives"                                                                                            },
    {"a set",           "{'size':1,'tags':['a','a']}",                    "spec.tags[1]: Duplicate value: \"a\""             },
    {"too many",        "{'size':1,'tags':['a','b','c']}",
     "spec.tags: Too many: 3: must have at most 2 items"                                                                     },
    {"a list by name",  "{'size':1,'parts':[{'name':'a'},{'name':'a'}]}",
     "spec.parts[1]: Duplicate value: map[string]interface {}{\"name\":\"a\"}"                                               },
    {"in a list",       "{'size':1,'parts':[{'count':2}]}",               "spec.parts[0].name: Required value"               },
    {"in a map",        "{'size':1,'labels':{'a':1}}",
     "spec.labels.a: Invalid value: \"integer\": spec.labels.a in body must be of type string: "
     "\"integer\""                                                                                                           },
};

static void test_refusals(void)
{
    KubeCluster *cluster = cluster_with_things();

    for (size_t i = 0; i < sizeof REFUSALS / sizeof *REFUSALS; i++) {
        cJSON *json = fixture_json("{'apiVersion':'lab.example/v1','kind':'Thing',"
                                   "'metadata':{'name':'x'}}");
        char wanted[600];
        KubeStatus status = {0};

        cJSON_AddItemToObject(json, "spec", fixture_json(REFUSALS[i].spec));
        snprintf(wanted, sizeof wanted, "Thing.lab.example \"x\" is invalid: %s",
                 REFUSALS[i].message);
        CHECK_CASE(REFUSALS[i].name,
                   !kube_create(cluster, "things", "tsb", json, NULL, NULL, &status));
        CHECK_INTEGER(status.code, 422);
        CHECK_TEXT(status.message, wanted);
        kube_status_release(&status);
        cJSON_Delete(json);
    }
    kube_cluster_free(cluster);
}

static void test_the_stored_form(void)
{
    KubeCluster *cluster = cluster_with_things();
    char *text;

    CHECK(fixture_create(cluster, "things",
                         "{'metadata':{'name':'x'},'spec':{'size':1,'unknown':{},'note':null,"
                         "'replicas':null,'parts':[{'name':'a','x':1}],'free':{'y':[1]}},'z':1}",
                         NULL));
    text = json_text(json_find(fixture_find(cluster, "things", "x"), "spec"));
    CHECK_TEXT(text, "{\"size\":1,\"note\":null,\"parts\":[{\"name\":\"a\",\"count\":1}],"
                     "\"free\":{\"y\":[1]},\"replicas\":2}");
    CHECK(!json_has(fixture_find(cluster, "things", "x"), "z"));
    free(text);
    CHECK(fixture_merge(cluster, "things", "x", KUBE_SCALE_PART, "{'spec':{'replicas':5}}", NULL));
    CHECK_INTEGER(json_integer_or(fixture_find(cluster, "things", "x"), "spec/replicas", 0), 5);
    CHECK_INTEGER(json_integer_or(fixture_find(cluster, "things", "x"), "metadata/generation", 0),
                  2);
    kube_cluster_free(cluster);
}

/* Written through the other version, it is stored in the storage version, and read as either. */
static void test_versions(void)
{
    KubeCluster *cluster = cluster_with_things();
    const KubeKind *beta = kube_kind_find(&cluster->kinds, "lab.example", "v1beta1", "things");
    const KubeWriter writer = {.as = beta};
    cJSON *json = fixture_json("{'apiVersion':'lab.example/v1beta1','kind':'Thing',"
                               "'metadata':{'name':'x'},'spec':{'any':1}}");
    KubeObject *object;
    Buffer scratch = {0};
    size_t length;

    CHECK(kube_create(cluster, "things", "tsb", json, &writer, NULL, NULL));
    object = store_find(cluster, beta, "tsb", "x");
    CHECK_TEXT(json_string(kube_object_json(object), "apiVersion"), "lab.example/v1");
    CHECK(strncmp(kube_object_text_as(object, beta, &scratch, &length),
                  "{\"apiVersion\":\"lab.example/v1beta1\",\"kind\"", 41) == 0);
    CHECK_INTEGER(length, (int64_t)strlen(scratch.data));
    buffer_release(&scratch);
    cJSON_Delete(json);
    kube_cluster_free(cluster);
}

/* ---- definitions ------------------------------------------------------------------------------ */

static const struct {
    const char *name, *path, *value;
    const char *message; /* after: ... is invalid: */
} BAD_DEFINITIONS[] = {
    {"another name",           "metadata/name",                                          "'wrong.lab.example'",
     "metadata.name: Invalid value: \"wrong.lab.example\": must be "
     "spec.names.plural+\".\"+spec.group"                                                                           },
    {"another scope",          "spec/scope",                                             "'World'",
     "spec.scope: Unsupported value: \"World\": supported values: \"Cluster\", \"Namespaced\""                      },
    {"no versions",            "spec/versions",                                          "[]",
     "spec.versions: Required value: must have at least one version"                                                },
    {"two storage versions",   "spec/versions/0/storage",                                "true",                NULL},
    {"no schema",              "spec/versions/0/schema",                                 "null",
     "spec.versions[0].schema.openAPIV3Schema: Required value: schemas are required"                                },
    {"a field without a type", "spec/versions/1/schema/openAPIV3Schema/properties/spec", "{}",
     "spec.versions[1].schema.openAPIV3Schema.properties[spec].type: Required value: must not be "
     "empty for specified object fields"                                                                            },
    {"a root that is a list",  "spec/versions/1/schema/openAPIV3Schema",
     "{'type':'array','items':{'type':'string'}}",                                                              "spec.versions[1].schema.openAPIV3Schema.type: Invalid value: \"array\": must be object at the "
     "root"                                                       },
};

static void test_bad_definitions(void)
{
    KubeCluster *cluster = fixture_cluster();

    for (size_t i = 0; i < sizeof BAD_DEFINITIONS / sizeof *BAD_DEFINITIONS; i++) {
        cJSON *json = fixture_json(THINGS);
        KubeStatus status = {0};
        const char *message;

        json_put(json, BAD_DEFINITIONS[i].path, fixture_json(BAD_DEFINITIONS[i].value));
        CHECK_CASE(BAD_DEFINITIONS[i].name, !kube_create(cluster, "customresourcedefinitions", NULL,
                                                         json, NULL, NULL, &status));
        CHECK_INTEGER(status.code, 422);
        message = strstr(status.message, "is invalid: ");
        if (BAD_DEFINITIONS[i].message != NULL)
            CHECK_TEXT(message ? message + 12 : "", BAD_DEFINITIONS[i].message);
        kube_status_release(&status);
        cJSON_Delete(json);
    }
    kube_cluster_free(cluster);
}

static void test_changes(void)
{
    KubeCluster *cluster = cluster_with_things();
    cJSON *patch = fixture_json("{'spec':{'names':{'shortNames':['tg']}}}");
    KubeStatus status = {0};

    CHECK(kube_patch(cluster, "customresourcedefinitions", NULL, "things.lab.example", KUBE_MAIN,
                     KUBE_MERGE_PATCH, patch, NULL, NULL, NULL));
    CHECK_TEXT(kube_kind_named(&cluster->kinds, "things")->short_names, "tg");
    CHECK_TEXT(json_string(definition(cluster), "status/acceptedNames/shortNames/0"), "tg");
    cJSON_Delete(patch);
    patch = fixture_json("{'spec':{'scope':'Cluster'}}");
    CHECK(!kube_patch(cluster, "customresourcedefinitions", NULL, "things.lab.example", KUBE_MAIN,
                      KUBE_MERGE_PATCH, patch, NULL, NULL, &status));
    CHECK_INTEGER(status.code, 422);
    kube_status_release(&status);
    cJSON_Delete(patch);
    kube_cluster_free(cluster);
}

static void test_its_end(void)
{
    static const char THING[] = "{'metadata':{'name':'x'},'spec':{'size':1}}";
    KubeCluster *cluster = cluster_with_things();
    KubeStatus status = {0};

    CHECK(fixture_create(cluster, "things", THING, NULL));
    CHECK(kube_delete(cluster, "customresourcedefinitions", NULL, "things.lab.example",
                      &(KubeDeletion){0}, NULL, NULL));
    CHECK_TEXT(json_string(definition(cluster), "metadata/finalizers/0"),
               "customresourcecleanup.apiextensions.k8s.io");
    CHECK_TEXT(json_string(definition(cluster), "status/conditions/2/type"), "Terminating");
    CHECK(
        !fixture_create(cluster, "things", "{'metadata':{'name':'y'},'spec':{'size':1}}", &status));
    CHECK_INTEGER(status.code, 405);
    while (kube_collect(cluster) > 0)
        continue;
    CHECK(definition(cluster) == NULL);
    CHECK(kube_kind_named(&cluster->kinds, "things") == NULL);
    CHECK(fixture_create(cluster, "customresourcedefinitions", THINGS, NULL));
    CHECK(fixture_find(cluster, "things", "x") == NULL);
    kube_status_release(&status);
    kube_cluster_free(cluster);
}

TEST_SUITE("fakes/kubernetes/form/crd", {"it is served", test_it_is_served},
           {"the answer of a create", test_the_answer_of_a_create}, {"refusals", test_refusals},
           {"the stored form", test_the_stored_form}, {"versions", test_versions},
           {"bad definitions", test_bad_definitions}, {"changes", test_changes},
           {"its end", test_its_end});
