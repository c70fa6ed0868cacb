/*
 * tests/fakes/kubernetes/patch/strategic_test.c - lists merged by key, and the directives that kubectl apply sends.
 *
 * Texts are written with ' for ".
 */
#include "fakes/kubernetes/patch/patch.h"

#include "tests/fakes/kubernetes/fixture.h"
#include "tests/test.h"

typedef struct {
    const char *name, *target, *patch, *expected;
} Case;

static const KubeType *field_type(const KubeType *type, const char *name)
{
    return kube_type_field(type, name)->type;
}

static void check_cases(const KubeType *type, const Case *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        cJSON *target = fixture_json(cases[i].target), *patch = fixture_json(cases[i].patch);
        cJSON *expected = fixture_json(cases[i].expected);

        CHECK_CASE(cases[i].name, patch_strategic(&target, patch, type, NULL));
        CHECK_CASE(cases[i].name, json_equal(target, expected));
        cJSON_Delete(target);
        cJSON_Delete(patch);
        cJSON_Delete(expected);
    }
}

/* clang-format off */
static const Case POD_SPEC_CASES[] = {
    {"a container is found by its name",
     "{'containers':[{'name':'a','image':'x'},{'name':'b','image':'y'}]}",
     "{'containers':[{'name':'b','image':'z'}]}",
     "{'containers':[{'name':'a','image':'x'},{'name':'b','image':'z'}]}"},
    {"a new element comes first",
     "{'containers':[{'name':'a','env':[{'name':'A','value':'1'}]}]}",
     "{'containers':[{'name':'a','env':[{'name':'B','value':'2'}]}]}",
     "{'containers':[{'name':'a','env':[{'name':'B','value':'2'},{'name':'A','value':'1'}]}]}"},
    {"the patch's order wins, others stay between",
     "{'containers':[{'name':'a'},{'name':'b'},{'name':'c'},{'name':'d'}]}",
     "{'containers':[{'name':'d'},{'name':'b'}]}",
     "{'containers':[{'name':'a'},{'name':'c'},{'name':'d'},{'name':'b'}]}"},
    {"$patch delete takes one element",
     "{'containers':[{'name':'A'},{'name':'B'}]}",
     "{'containers':[{'name':'A','$patch':'delete'}]}",
     "{'containers':[{'name':'B'}]}"},
    {"$patch replace of a list",
     "{'containers':[{'name':'A'},{'name':'B'}]}",
     "{'containers':[{'name':'C'},{'$patch':'replace'}]}",
     "{'containers':[{'name':'C'}]}"},
    {"$patch replace of a map",
     "{'nodeSelector':{'a':'1','b':'2'}}",
     "{'nodeSelector':{'$patch':'replace','c':'3'}}",
     "{'nodeSelector':{'c':'3'}}"},
    {"$patch delete of an object",
     "{'affinity':{'nodeAffinity':{}},'hostNetwork':true}",
     "{'affinity':{'$patch':'delete'}}",
     "{'affinity':{},'hostNetwork':true}"},
    {"ports of a container by containerPort",
     "{'containers':[{'name':'a','ports':[{'containerPort':80},{'containerPort':81}]}]}",
     "{'containers':[{'name':'a','ports':[{'containerPort':81,'name':'b'}]}]}",
     "{'containers':[{'name':'a','ports':[{'containerPort':80},{'containerPort':81,'name':'b'}]}]}"},
    {"a list without a key is replaced",
     "{'containers':[{'name':'a','args':['a','b']}],'tolerations':[{'key':'x'}]}",
     "{'containers':[{'name':'a','args':['c']}],'tolerations':[{'key':'y'}]}",
     "{'containers':[{'name':'a','args':['c']}],'tolerations':[{'key':'y'}]}"},
    {"$setElementOrder with a new element",
     "{'containers':[{'name':'A'},{'name':'B'}]}",
     "{'$setElementOrder/containers':[{'name':'C'},{'name':'B'},{'name':'A'}],"
     "'containers':[{'name':'C'}]}",
     "{'containers':[{'name':'C'},{'name':'B'},{'name':'A'}]}"},
    {"$setElementOrder alone, with one that it does not name",
     "{'containers':[{'name':'A'},{'name':'X'},{'name':'B'}]}",
     "{'$setElementOrder/containers':[{'name':'B'},{'name':'A'}]}",
     "{'containers':[{'name':'X'},{'name':'B'},{'name':'A'}]}"},
    {"$setElementOrder of a list that is not there",
     "{}",
     "{'$setElementOrder/containers':[{'name':'A'}]}",
     "{}"},
    {"$retainKeys of a volume",
     "{'volumes':[{'name':'v','emptyDir':{}}]}",
     "{'volumes':[{'name':'v','$retainKeys':['name','secret'],'secret':{'secretName':'s'}}]}",
     "{'volumes':[{'name':'v','secret':{'secretName':'s'}}]}"},
    {"null deletes",
     "{'nodeSelector':{'a':'1','b':'2'},'nodeName':'n'}",
     "{'nodeSelector':{'a':null},'nodeName':null}",
     "{'nodeSelector':{'b':'2'}}"},
    {"a new object has no nulls and directives in it",
     "{}",
     "{'affinity':{'nodeAffinity':null,'podAffinity':{'$patch':'merge'},'$retainKeys':['a']}}",
     "{'affinity':{}}"},
    {"another type takes the place of what was there",
     "{'containers':[{'name':'a'}]}",
     "{'containers':{'name':'a'}}",
     "{'containers':{'name':'a'}}"},
};

static const Case METADATA_CASES[] = {
    {"finalizers are a set", "{'finalizers':['a']}", "{'finalizers':['a','b']}",
     "{'finalizers':['a','b']}"},
    {"a new one comes first", "{'finalizers':['a']}", "{'finalizers':['b']}",
     "{'finalizers':['b','a']}"},
    {"$deleteFromPrimitiveList", "{'finalizers':['a','b']}",
     "{'$deleteFromPrimitiveList/finalizers':['a'],'$setElementOrder/finalizers':['b']}",
     "{'finalizers':['b']}"},
    {"the same, and nothing is left", "{'finalizers':['a']}",
     "{'$deleteFromPrimitiveList/finalizers':['a']}", "{'finalizers':[]}"},
    {"labels are merged", "{'labels':{'a':'1'}}", "{'labels':{'b':'2'}}",
     "{'labels':{'a':'1','b':'2'}}"},
};

static const Case SERVICE_SPEC_CASES[] = {
    {"ports of a Service by port", "{'ports':[{'port':80,'targetPort':1},{'port':81}]}",
     "{'ports':[{'port':80,'targetPort':2}]}", "{'ports':[{'port':80,'targetPort':2},{'port':81}]}"},
};

static const Case BUDGET_SPEC_CASES[] = {
    {"a selector that is replaced", "{'selector':{'matchLabels':{'a':'1'}}}",
     "{'selector':{'matchLabels':{'b':'2'}}}", "{'selector':{'matchLabels':{'b':'2'}}}"},
};
/* clang-format on */

static void test_merging(void)
{
    const KubeType *pod = kube_type_of("v1", "Pod"), *service = kube_type_of("v1", "Service");
    const KubeType *budget = kube_type_of("policy/v1", "PodDisruptionBudget");

    check_cases(field_type(pod, "spec"), POD_SPEC_CASES, TEST_COUNT(POD_SPEC_CASES));
    check_cases(field_type(pod, "metadata"), METADATA_CASES, TEST_COUNT(METADATA_CASES));
    check_cases(field_type(service, "spec"), SERVICE_SPEC_CASES, TEST_COUNT(SERVICE_SPEC_CASES));
    check_cases(field_type(budget, "spec"), BUDGET_SPEC_CASES, TEST_COUNT(BUDGET_SPEC_CASES));
}

/* clang-format off */
/* Of a pod's spec; target stays as it was. */
static const struct {
    const char *name, *target, *patch;
    ErrorCode code;
    const char *message;
} REFUSALS[] = {
    {"an element without its key", "{'containers':[{'name':'a'}]}",
     "{'containers':[{'image':'x','args':['a','b'],'stdin':true}]}", ERR_INVALID,
     "map: map[args:[a b] image:x stdin:true] does not contain declared merge key: name"},
    {"a live element without its key", "{'imagePullSecrets':[{}]}",
     "{'imagePullSecrets':[{'name':'x'}]}", ERR_INVALID,
     "map: map[] does not contain declared merge key: name"},
    {"texts where objects are merged", "{'containers':[{'name':'a'}]}", "{'containers':['x']}",
     ERR_INVALID, "list element types are not identical: [[map[name:a]] [x]]"},
    {"an unknown directive", "{'affinity':{}}", "{'affinity':{'$patch':'frob'}}", ERR_INVALID,
     "unknown patch type: frob in map: map[$patch:frob]"},
    {"an unknown directive in a list", "{'containers':[]}",
     "{'containers':[{'name':'a','$patch':'frob'}]}", ERR_INVALID,
     "unknown patch type: frob in map: map[$patch:frob name:a]"},
    {"a directive for lists that is not there yet", "{'containers':[]}",
     "{'containers':[{'$patch':'merge'}]}", ERR_INVALID,
     "merging lists cannot yet be specified in the patch"},
    {"$retainKeys that does not name what is patched", "{'affinity':{}}",
     "{'affinity':{'$retainKeys':['x'],'nodeAffinity':{}}}", ERR_INPUT,
     "invalid patch format of retainKeys"},
    {"$retainKeys that is no list", "{'affinity':{}}", "{'affinity':{'$retainKeys':'x'}}",
     ERR_INPUT, "invalid patch format of retainKeys"},
    {"$setElementOrder that is no list", "{'containers':[]}",
     "{'$setElementOrder/containers':'a'}", ERR_INPUT,
     "invalid patch format of setElementOrder list"},
    {"$setElementOrder of no field", "{}", "{'$setElementOrder/frobs':[]}", ERR_INVALID,
     "unable to find api field in struct PodSpec for the json field \"frobs\""},
    {"$setElementOrder that does not name what is patched", "{'containers':[]}",
     "{'$setElementOrder/containers':[{'name':'a'}],'containers':[{'name':'b'}]}", ERR_INVALID,
     "The order in patch list:\n[map[name:b]]\n doesn't match $setElementOrder list:\n"
     "[map[name:a]]\n"},
};
/* clang-format on */

static void test_refusals(void)
{
    const KubeType *type = field_type(kube_type_of("v1", "Pod"), "spec");

    for (size_t i = 0; i < TEST_COUNT(REFUSALS); i++) {
        cJSON *target = fixture_json(REFUSALS[i].target), *patch = fixture_json(REFUSALS[i].patch);
        cJSON *before = cJSON_Duplicate(target, true);
        Error err = {0};

        CHECK_CASE(REFUSALS[i].name, !patch_strategic(&target, patch, type, &err));
        CHECK_CASE(REFUSALS[i].name, err.code == REFUSALS[i].code);
        CHECK_TEXT(err.message, REFUSALS[i].message);
        CHECK_CASE(REFUSALS[i].name, json_equal(target, before));
        cJSON_Delete(target);
        cJSON_Delete(patch);
        cJSON_Delete(before);
    }
}

TEST_SUITE("fakes/kubernetes/patch/strategic", {"merging", test_merging},
           {"refusals", test_refusals});
