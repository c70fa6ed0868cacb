/*
 * tests/fakes/kubernetes/owners/typed_test.c - what types say of objects: differences, fields, merging, checking.
 */
#include "fakes/kubernetes/owners/typed.h"

#include <stdlib.h>
#include <string.h>

#include "tests/fakes/kubernetes/fixture.h"
#include "tests/test.h"

static Typed typed_named(const char *resource)
{
    KubeKinds kinds = {0};

    return typed_kind(kube_kind_named(&kinds, resource));
}

/* With ' for ". */
static const char *text_of(Arena *arena, const FieldSet *set)
{
    Buffer buffer = {0};
    char *text;

    fieldset_encode(&buffer, set);
    text = arena_text(arena, buffer.data);
    buffer_release(&buffer);
    for (char *at = text; *at; at++)
        if (*at == '"')
            *at = '\'';
    return text;
}

/* ---- differences ------------------------------------------------------------------------------ */

static const struct {
    const char *name, *resource, *old, *new, *added, *modified, *removed;
} DIFFERENCES[] = {
    {"nothing",                            "secrets",          "{'data':{'a':'1'}}",                                           "{'data':{'a':'1'}}",         "{}",                                               "{}",                                                                                  "{}"                                              },
    {"in another order",                   "secrets",          "{'data':{'a':'1','b':'2'}}",                                   "{'data':{'b':'2','a':'1'}}",
     "{}",                                                                                                                                                                                                       "{}",                                                                                  "{}"                                              },
    {"each of three",                      "secrets",          "{'data':{'a':'1','b':'2'}}",                                   "{'data':{'a':'3','c':'4'}}",
     "{'f:data':{'f:c':{}}}",                                                                                                                                                                                    "{'f:data':{'f:a':{}}}",                                                               "{'f:data':{'f:b':{}}}"                           },
    {"Go drops what is empty",             "secrets",          "{'data':{}}",                                                  "{}",                         "{}",                                               "{}",                                                                                  "{}"                                              },
    {"a custom resource keeps it",         "managementplanes", "{'spec':{'a':{}}}",                                            "{'spec':{}}",                "{}",
     "{}",                                                                                                                                                                                                                                                                                              "{'f:spec':{'f:a':{}}}"                           },
    {"another type",                       "managementplanes", "{'spec':{'a':1}}",                                             "{'spec':{'a':{'b':2}}}",
     "{'f:spec':{'f:a':{'f:b':{}}}}",                                                                                                                                                                            "{'f:spec':{'f:a':{}}}",                                                               "{}"                                              },
    {"a list without a type is one thing", "managementplanes", "{'spec':{'a':[1]}}",
     "{'spec':{'a':[1,2]}}",                                                                                                                                 "{}",                                               "{'f:spec':{'f:a':{}}}",                                                               "{}"                                              },
    {"a struct is always there",           "deployments",      "{}",                                                           "{'spec':{'replicas':1}}",
     "{'f:spec':{'f:replicas':{}}}",                                                                                                                                                                             "{}",                                                                                  "{}"                                              },
    {"a pointer is not",                   "deployments",      "{'spec':{'strategy':{}}}",
     "{'spec':{'strategy':{'rollingUpdate':{}}}}",                                                                                                           "{'f:spec':{'f:strategy':{'f:rollingUpdate':{}}}}", "{}",                                                                                  "{}"                                              },
    {"an atomic struct",                   "deployments",      "{'spec':{'selector':{'matchLabels':{'a':'b'}}}}",
     "{'spec':{'selector':{'matchLabels':{'a':'c'}}}}",                                                                                                      "{}",                                               "{'f:spec':{'f:selector':{}}}",                                                        "{}"                                              },
    {"elements by key",                    "services",         "{'spec':{'ports':[{'port':80,'protocol':'TCP','name':'a'}]}}",
     "{'spec':{'ports':[{'port':80,'protocol':'TCP','name':'b'},{'port':443,'protocol':'TCP'}]}}",                                                           "{'f:spec':{'f:ports':{'k:{\\'port\\':443,\\'protocol\\':\\'TCP\\'}':{'.':{},'f:port':{},"
     "'f:protocol':{},'f:targetPort':{}}}}}",                                                                  "{'f:spec':{'f:ports':{'k:{\\'port\\':80,\\'protocol\\':\\'TCP\\'}':{'f:name':{}}}}}", "{}"                                              },
    {"plain elements",                     "secrets",          "{'metadata':{'finalizers':['a','b']}}",
     "{'metadata':{'finalizers':['b','c']}}",                                                                                                                "{'f:metadata':{'f:finalizers':{'v:\\'c\\'':{}}}}",
     "{}",                                                                                                                                                                                                                                                                                              "{'f:metadata':{'f:finalizers':{'v:\\'a\\'':{}}}}"},
    {"twins",                              "secrets",          "{'metadata':{'finalizers':['a']}}",
     "{'metadata':{'finalizers':['a','a']}}",                                                                                                                "{'f:metadata':{'f:finalizers':{'v:\\'a\\'':{}}}}",
     "{}",                                                                                                                                                                                                                                                                                              "{'f:metadata':{'f:finalizers':{'v:\\'a\\'':{}}}}"},
};

static void test_differences(void)
{
    for (size_t i = 0; i < TEST_COUNT(DIFFERENCES); i++) {
        Typed typed = typed_named(DIFFERENCES[i].resource);
        cJSON *old = fixture_json(DIFFERENCES[i].old), *new = fixture_json(DIFFERENCES[i].new);
        Arena arena = {0};
        TypedChanges changes = typed_compare(&arena, &typed, old, new, false);

        CHECK_CASE(DIFFERENCES[i].name,
                   CHECK_TEXT(text_of(&arena, changes.added), DIFFERENCES[i].added));
        CHECK_CASE(DIFFERENCES[i].name,
                   CHECK_TEXT(text_of(&arena, changes.modified), DIFFERENCES[i].modified));
        CHECK_CASE(DIFFERENCES[i].name,
                   CHECK_TEXT(text_of(&arena, changes.removed), DIFFERENCES[i].removed));
        cJSON_Delete(old);
        cJSON_Delete(new);
        arena_release(&arena);
    }
}

/* ---- merging ---------------------------------------------------------------------------------- */

#define NAMES(LIST) "{'metadata':{'finalizers':[" LIST "]}}"

static const struct {
    const char *name, *old, *config, *merged;
} MERGES[] = {
    {"as it was",                NAMES("'a','b','c'"),         NAMES("'a','b','c'"),         NAMES("'a','b','c'")},
    {"others stay",              NAMES("'a','x','b'"),         NAMES("'a','b'"),             NAMES("'a','x','b'")},
    {"config's order",           NAMES("'a','b','c'"),         NAMES("'c','a'"),             NAMES("'b','c','a'")},
    {"new ones before the next", NAMES("'a','b'"),             NAMES("'n','b'"),             NAMES("'a','n','b'")},
    {"new ones at the end",      NAMES("'a'"),                 NAMES("'a','n'"),             NAMES("'a','n'")    },
    {"nothing before",           "{}",                         NAMES("'a'"),                 NAMES("'a'")        },
    {"maps",                     "{'data':{'a':'1','b':'2'}}", "{'data':{'b':'3','c':'4'}}",
     "{'data':{'a':'1','b':'3','c':'4'}}"                                                                        },
};

static void test_merging(void)
{
    Typed typed = typed_named("secrets");

    for (size_t i = 0; i < TEST_COUNT(MERGES); i++) {
        cJSON *old = fixture_json(MERGES[i].old), *config = fixture_json(MERGES[i].config);
        cJSON *expected = fixture_json(MERGES[i].merged), *merged;
        Arena arena = {0};

        merged = typed_merge(&arena, &typed, old, config);
        CHECK_CASE(MERGES[i].name, json_equal(merged, expected));
        cJSON_Delete(old);
        cJSON_Delete(config);
        cJSON_Delete(expected);
        cJSON_Delete(merged);
        arena_release(&arena);
    }
}

/* ---- checking --------------------------------------------------------------------------------- */

static const struct {
    const char *resource, *config, *why; /* NULL: it is right */
} CHECKS[] = {
    {"secrets",          "{'data':{'a':'YQ=='},'metadata':{'labels':{'a':null}}}", NULL                                        },
    {"deployments",      "{'spec':{'replicas':'1'}}",
     ".spec.replicas: expected numeric (int or float), got string"                                                             },
    {"deployments",      "{'spec':{'paused':'yes'}}",                              ".spec.paused: expected boolean, got &{yes}"},
    {"deployments",      "{'spec':[]}",                                            ".spec: expected map, got &{[]}"            },
    {"deployments",      "{'spec':{'template':{'spec':{'containers':{'a':1}}}}}",
     ".spec.template.spec.containers: expected list, got &{map[a:1]}"                                                          },
    {"secrets",          "{'type':{'a':[true,'b']}}",
     ".type: expected string, got &value.valueUnstructured{Value:map[string]interface "
     "{}{\"a\":[]interface {}{true, \"b\"}}}"                                                                                  },
    {"secrets",          "{'data':{'a':1,'b':2}}",
     "errors:\n  .data.a: expected string, got &value.valueUnstructured{Value:1}\n"
     "  .data.b: expected string, got &value.valueUnstructured{Value:2}"                                                       },
    {"secrets",          "{'metadata':{'finalizers':['a','a']}}",
     ".metadata.finalizers: duplicate entries for key [=\"a\"]"                                                                },
    {"managementplanes", "{'spec':{'whatever':[{'is':1}]}}",                       NULL                                        },
};

static void test_checking(void)
{
    for (size_t i = 0; i < TEST_COUNT(CHECKS); i++) {
        Typed typed = typed_named(CHECKS[i].resource);
        cJSON *config = fixture_json(CHECKS[i].config);
        Arena arena = {0};
        Buffer why = {0};

        CHECK_CASE(CHECKS[i].config,
                   typed_check(&arena, &typed, config, &why) == (CHECKS[i].why == NULL));
        CHECK_TEXT(why.data, CHECKS[i].why ? CHECKS[i].why : "");
        buffer_release(&why);
        cJSON_Delete(config);
        arena_release(&arena);
    }
}

TEST_SUITE("fakes/kubernetes/owners/typed", {"differences", test_differences},
           {"merging", test_merging}, {"checking", test_checking});
