/*
 * tests/fakes/kubernetes/types/types_test.c - the tables agree with themselves, and with what everybody knows of Kubernetes.
 */
#include "fakes/kubernetes/types/types.h"

#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "fakes/kubernetes/kinds.h"
#include "tests/test.h"

/* ---- every type that can be reached ------------------------------------------------------------ */

enum { TYPES_MAX = 1024 };

/* Types that have been seen; those from `next` on have not been looked into yet. */
typedef struct {
    const KubeType *types[TYPES_MAX];
    int count, next;
} Walk;

static void walk_add(Walk *walk, const KubeType *type)
{
    for (int i = 0; i < walk->count; i++)
        if (walk->types[i] == type)
            return;
    if (CHECK(walk->count < TYPES_MAX))
        walk->types[walk->count++] = type;
}

/* The next type, whose members have been added; NULL at the end. */
static const KubeType *walk_next(Walk *walk)
{
    const KubeType *type = walk->next < walk->count ? walk->types[walk->next++] : NULL;

    if (type == NULL)
        return NULL;
    if (type->element != NULL)
        walk_add(walk, type->element);
    for (int i = 0; i < type->field_count; i++)
        if (CHECK_CASE(type->fields[i].name, type->fields[i].type != NULL))
            walk_add(walk, type->fields[i].type);
    return type;
}

static void walk_start(Walk *walk)
{
    const KubeType *type;
    const char *version;

    for (int i = 0; (type = kube_type_at(i, &version)) != NULL; i++)
        walk_add(walk, type);
}

static const char *name_of(const KubeType *type)
{
    return type->name ? type->name : "a list or map";
}

static bool is_plain(const KubeType *type)
{
    return type->shape != KUBE_OBJECT && type->shape != KUBE_LIST && type->shape != KUBE_MAP;
}

/* ---- what holds for each ------------------------------------------------------------------------ */

static void check_list(const KubeType *list)
{
    const char *name = name_of(list->element);
    bool merges_values = list->patch_key != NULL && *list->patch_key == 0;

    CHECK_CASE(name, (list->unit == KUBE_KEYED) == (list->keys[0] != NULL));
    CHECK_CASE(name, list->unit != KUBE_GRANULAR);
    CHECK_CASE(name, list->unit != KUBE_SET || is_plain(list->element));
    CHECK_CASE(name, !merges_values || is_plain(list->element));
    for (int i = 0; i < KUBE_KEYS_MAX && list->keys[i] != NULL; i++) {
        const KubeField *key = kube_type_field(list->element, list->keys[i]);

        CHECK_CASE(name, key != NULL && is_plain(key->type));
    }
    if (list->patch_key != NULL && !merges_values)
        CHECK_CASE(name, kube_type_field(list->element, list->patch_key) != NULL);
}

static void check_shape(const KubeType *type)
{
    const char *name = name_of(type);
    bool is_container = type->shape == KUBE_LIST || type->shape == KUBE_MAP;

    CHECK_CASE(name, (type->element != NULL) == is_container);
    CHECK_CASE(name, (type->fields != NULL) == (type->field_count > 0));
    CHECK_CASE(name, type->fields == NULL || type->shape == KUBE_OBJECT || type->shape == KUBE_ANY);
    CHECK_CASE(name, (type->name == NULL) == (type->package == NULL));
    CHECK_CASE(name, type->shape != KUBE_OBJECT || type->name != NULL);
    CHECK_CASE(name, type->unit != KUBE_GRANULAR || type->shape == KUBE_OBJECT ||
                         type->shape == KUBE_MAP);
    CHECK_CASE(name, type->shape == KUBE_LIST || (type->keys[0] == NULL && !type->patch_key));
    /* Protobuf has neither lists of lists nor maps in anything. */
    CHECK_CASE(name, !is_container || type->element->shape != KUBE_MAP);
    CHECK_CASE(name, type->shape != KUBE_LIST || type->element->shape != KUBE_LIST);
    if (type->shape == KUBE_LIST)
        check_list(type);
}

static void check_words(const KubeField *field)
{
    cJSON *otherwise = field->otherwise ? cJSON_Parse(field->otherwise) : NULL;

    CHECK_CASE(field->name, (*field->name == 0) == field->is_inline);
    CHECK_CASE(field->name, !field->is_inline || field->type->shape == KUBE_OBJECT);
    CHECK_CASE(field->name, !field->is_required || field->keeps_zero);
    CHECK_CASE(field->name, field->type->shape != KUBE_OBJECT || field->is_inline ||
                                field->is_pointer || field->keeps_zero);
    CHECK_CASE(field->name, (field->otherwise != NULL) == (otherwise != NULL));
    cJSON_Delete(otherwise);
}

static void check_fields(const KubeType *type)
{
    for (int i = 0; i < type->field_count; i++) {
        const KubeField *field = &type->fields[i];

        check_words(field);
        CHECK_CASE(field->name, field->number > 0 || field->is_inline);
        if (field->number > 0)
            CHECK_CASE(field->name, kube_type_numbered(type, field->number) == field);
        if (!field->is_inline && type->shape == KUBE_OBJECT)
            CHECK_CASE(field->name, kube_type_field(type, field->name) == field);
    }
}

static void test_tables(void)
{
    Walk walk = {.count = 0};
    const KubeType *type;

    walk_start(&walk);
    while ((type = walk_next(&walk)) != NULL) {
        check_shape(type);
        check_fields(type);
    }
    CHECK(walk.count > 400);
}

/* ---- kinds -------------------------------------------------------------------------------------- */

static void test_kinds(void)
{
    const KubeType *type;
    const char *version;

    for (int i = 0; (type = kube_type_at(i, &version)) != NULL; i++) {
        CHECK_CASE(type->name, kube_type_of(version, type->name) == type);
        CHECK_CASE(type->name, kube_type_field(type, "kind") != NULL);
        CHECK_CASE(type->name,
                   strcmp(kube_type_field(type, "apiVersion")->name, "apiVersion") == 0);
    }
    CHECK(kube_type_of("apps/v1", "Pod") == NULL);
    CHECK(kube_type_of("v1", "Deployment") == NULL);
    CHECK(kube_type_of("v1", "Frob") == NULL);
    CHECK(kube_type_of("apps/v1", "DeleteOptions") == kube_type_of("v1", "DeleteOptions"));
    CHECK(kube_type_of("autoscaling/v1", "HorizontalPodAutoscaler") !=
          kube_type_of("autoscaling/v2", "HorizontalPodAutoscaler"));
}

/* Custom ones have the schema of their definition, or none. */
static void test_served(void)
{
    KubeKinds kinds = {0};
    const KubeKind *kind = NULL;

    while ((kind = kube_kind_next(&kinds, kind)) != NULL)
        CHECK_CASE(kind->kind, kube_kind_has(kind, KUBE_CUSTOM) || kube_kind_type(kind) != NULL);
}

/* ---- facts -------------------------------------------------------------------------------------- */

static const KubeType *kind_named(const char *kind)
{
    const KubeType *type;
    const char *version;

    for (int i = 0; (type = kube_type_at(i, &version)) != NULL; i++)
        if (strcmp(type->name, kind) == 0)
            return type;
    return NULL;
}

/* The field at "Service/spec/ports"; elements of lists and maps are passed through. NULL if there is none. */
static const KubeField *field_at(const char *path)
{
    char copy[128], *rest = copy, *name;
    const KubeField *field = NULL;
    const KubeType *type;

    snprintf(copy, sizeof copy, "%s", path);
    type = kind_named(strsep(&rest, "/"));
    while (type != NULL && (name = strsep(&rest, "/")) != NULL) {
        while (type->element != NULL)
            type = type->element;
        field = kube_type_field(type, name);
        type = field ? field->type : NULL;
    }
    return type ? field : NULL;
}

#define POD "Deployment/spec/template/spec/"

static const struct {
    const char *path;
    KubeUnit unit;
    const char *keys, *patch_key;
} LIST_CASES[] = {
    {"Service/spec/ports",                     KUBE_KEYED,  "port protocol",                 "port"         },
    {POD "containers",                         KUBE_KEYED,  "name",                          "name"         },
    {POD "containers/ports",                   KUBE_KEYED,  "containerPort protocol",        "containerPort"},
    {POD "containers/env",                     KUBE_KEYED,  "name",                          "name"         },
    {POD "containers/args",                    KUBE_ATOMIC, "",                              NULL           },
    {POD "containers/volumeMounts",            KUBE_KEYED,  "mountPath",                     "mountPath"    },
    {POD "tolerations",                        KUBE_ATOMIC, "",                              NULL           },
    {POD "topologySpreadConstraints",          KUBE_KEYED,  "topologyKey whenUnsatisfiable", "topologyKey"  },
    {"Deployment/status/conditions",           KUBE_KEYED,  "type",                          "type"         },
    {"Secret/metadata/finalizers",             KUBE_SET,    "",                              ""             },
    {"Secret/metadata/ownerReferences",        KUBE_KEYED,  "uid",                           "uid"          },
    {"Secret/metadata/managedFields",          KUBE_ATOMIC, "",                              NULL           },
    {"ServiceAccount/secrets",                 KUBE_KEYED,  "name",                          "name"         },
    {"JobList/items/status/conditions",        KUBE_ATOMIC, "",                              "type"         },
    {"CustomResourceDefinition/spec/versions", KUBE_ATOMIC, "",                              NULL           },
};

static void test_lists(void)
{
    for (size_t i = 0; i < TEST_COUNT(LIST_CASES); i++) {
        const KubeField *field = field_at(LIST_CASES[i].path);
        char keys[64] = "";

        if (!CHECK_CASE(LIST_CASES[i].path, field != NULL && field->type->shape == KUBE_LIST))
            continue;
        for (int k = 0; k < KUBE_KEYS_MAX && field->type->keys[k] != NULL; k++)
            snprintf(keys + strlen(keys), sizeof keys - strlen(keys), "%s%s", k > 0 ? " " : "",
                     field->type->keys[k]);
        CHECK_CASE(LIST_CASES[i].path, field->type->unit == LIST_CASES[i].unit);
        CHECK_TEXT(keys, LIST_CASES[i].keys);
        CHECK_TEXT(field->type->patch_key, LIST_CASES[i].patch_key);
    }
}

static void test_facts(void)
{
    const KubeField *schema =
        field_at("CustomResourceDefinition/spec/versions/schema/openAPIV3Schema");
    const KubeField *selector = field_at("Deployment/spec/selector");

    CHECK(field_at("Deployment/spec/strategy")->retains_keys);
    CHECK(field_at(POD "volumes")->retains_keys);
    CHECK(!field_at(POD "containers")->retains_keys);
    CHECK(field_at("Deployment/spec/replicas")->is_pointer);
    CHECK(!field_at("Deployment/spec/minReadySeconds")->is_pointer);
    CHECK(selector->is_required && selector->type->unit == KUBE_ATOMIC);
    CHECK(field_at("Deployment/metadata/creationTimestamp")->keeps_zero);
    CHECK(field_at("Deployment/metadata/labels")->type->unit == KUBE_GRANULAR);
    CHECK(field_at(POD "nodeSelector")->type->unit == KUBE_ATOMIC);
    CHECK_TEXT(field_at(POD "containers/ports/protocol")->otherwise, "\"TCP\"");
    CHECK(field_at("PodDisruptionBudget/spec/selector")->is_replaced);
    /* Fields of what Go embeds. */
    CHECK(field_at(POD "volumes/secret/secretName") != NULL);
    CHECK(field_at(POD "containers/livenessProbe/httpGet/port") != NULL);
    CHECK(field_at("PersistentVolume/spec/hostPath/path") != NULL);
    /* Schemas are made of schemas. */
    CHECK(kube_type_field(schema->type, "not")->type == schema->type);
    CHECK(field_at("Deployment/spec/frob") == NULL);
    CHECK(field_at("Deployment/spec/replicas/frob") == NULL);
}

TEST_SUITE("fakes/kubernetes/types/types", {"tables", test_tables}, {"kinds", test_kinds},
           {"every kind that is served", test_served}, {"lists", test_lists},
           {"facts", test_facts});
