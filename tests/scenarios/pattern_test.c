/*
 * tests/scenarios/pattern_test.c - which events a line of an `expect:` means.
 */
#include "scenarios/pattern.h"

#include <string.h>

#include "base/json.h"
#include "tests/test.h"

static const char EVENT[] =
    "{\"at\":5,\"lane\":\"mp2\",\"kind\":\"kube.request\",\"text\":\"PATCH deployments/scale tsb/iam: 200\","
    "\"data\":{\"verb\":\"PATCH\",\"code\":200,\"changed\":true,\"name\":\"iam\",\"deep\":{\"er\":null}}}";

static const struct {
    const char *name, *pattern;
    bool matches;
} CASES[] = {
    {"kind alone",             "event: kube.request",                                              true },
    {"another kind",           "event: dns.changed",                                               false},
    {"lane",                   "{event: kube.request, lane: mp2}",                                 true },
    {"another lane",           "{event: kube.request, lane: mp1}",                                 false},
    {"lane with a star",       "{event: kube.request, lane: 'mp*'}",                               true },
    {"part of the text",       "{event: kube.request, text: '*tsb/iam*'}",                         true },
    {"text is whole",          "{event: kube.request, text: 'tsb/iam'}",                           false},
    {"data",                   "{event: kube.request, where: {verb: PATCH, changed: true}}",       true },
    {"data with a star",       "{event: kube.request, where: {name: 'i?m'}}",                      true },
    {"number",                 "{event: kube.request, where: {code: 200}}",                        true },
    {"another number",         "{event: kube.request, where: {code: 404}}",                        false},
    {"a bool is no text",      "{event: kube.request, where: {changed: 'true'}}",                  false},
    {"one of two differs",     "{event: kube.request, where: {verb: PATCH, changed: false}}",      false},
    {"null is absent",         "{event: kube.request, where: {resource: null}}",                   true },
    {"null is null",           "{event: kube.request, where: {deep/er: null}}",                    true },
    {"absent is not a value",  "{event: kube.request, where: {resource: leases}}",                 false},
    {"except another",         "{event: kube.request, except: {name: tsb}}",                       true },
    {"except this",            "{event: kube.request, except: {name: iam}}",                       false},
    {"except needs all parts", "{event: kube.request, except: {name: iam, verb: DELETE}}",         true },
    {"where and except",       "{event: kube.request, where: {verb: PATCH}, except: {name: iam}}", false},
};

static void test_matches(void)
{
    cJSON *event = NULL;

    if (!CHECK(json_parse(EVENT, strlen(EVENT), &event, NULL)))
        return;
    for (size_t i = 0; i < TEST_COUNT(CASES); i++) {
        YamlDocument *document = NULL;
        Pattern pattern;
        Error err = {0};

        if (CHECK_CASE(CASES[i].name, yaml_parse("p.yaml", CASES[i].pattern,
                                                 strlen(CASES[i].pattern), &document, &err)) &&
            CHECK_CASE(CASES[i].name, pattern_read(document, yaml_root(document), &pattern, &err)))
            CHECK_CASE(CASES[i].name, pattern_matches(&pattern, event) == CASES[i].matches);
        yaml_free(document);
    }
    cJSON_Delete(event);
}

TEST_SUITE("scenarios/pattern", {"matches", test_matches});
