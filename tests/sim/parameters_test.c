/*
 * tests/sim/parameters_test.c - a `world:` mapping is read strictly, and what is refused is refused with place and remedy.
 */
#include "sim/parameters.h"

#include <string.h>

#include "tests/test.h"

static bool read_text(const char *text, WorldParameters *parameters, Error *err)
{
    YamlDocument *document = NULL;
    bool ok = yaml_parse("drill.yaml", text, strlen(text), &document, err) &&
              world_parameters_read(document, yaml_root(document), parameters, err);

    yaml_free(document);
    return ok;
}

/* By what a trace would say of them. */
static bool are_equal(const WorldParameters *a, const WorldParameters *b)
{
    cJSON *one = world_parameters_json(a), *other = world_parameters_json(b);
    bool are = json_equal(one, other);

    cJSON_Delete(one);
    cJSON_Delete(other);
    return are;
}

static void test_standards(void)
{
    WorldParameters parameters;

    world_parameters_default(&parameters);
    CHECK_INTEGER(parameters.control_planes, 2);
    CHECK_INTEGER(parameters.kubegres.wait.lowest, 10000);
    CHECK_INTEGER(parameters.kubegres.wait.highest, 10000);
    CHECK_INTEGER(parameters.mp_operator.start.lowest, 5000);
    CHECK_INTEGER(parameters.mp_operator.start.highest, 30000);
    CHECK_INTEGER(parameters.dns.floating_ttl_s, 60);
    CHECK_INTEGER(parameters.replication.lag, 16384);
    CHECK_TEXT(parameters.ns, "tsb");
    CHECK(parameters.address_style == WORLD_LB_HOSTNAME);
    CHECK_INTEGER(parameters.started_wall_ms, 1772334000000);
}

static void test_values(void)
{
    WorldParameters parameters;
    Error err = {0};

    world_parameters_default(&parameters);
    CHECK(read_text("controlPlanes: 40\n"
                    "floatingTTL: 30s\n"
                    "replicationLag: 2MiB\n"
                    "namespace: tse\n"
                    "loadBalancer: {address: ip, drain: 7s}\n"
                    "operator:\n  start: 1s..2s\n  revertsScale: true\n",
                    &parameters, &err));
    CHECK_TEXT(err.message, "");
    CHECK_INTEGER(parameters.control_planes, 40);
    CHECK_INTEGER(parameters.dns.floating_ttl_s, 30);
    CHECK_INTEGER(parameters.replication.lag, 2 << 20);
    CHECK_TEXT(parameters.ns, "tse");
    CHECK(parameters.address_style == WORLD_LB_IP);
    CHECK_INTEGER(parameters.load_balancer.drain.lowest, 7000);
    CHECK_INTEGER(parameters.mp_operator.start.highest, 2000);
    CHECK(parameters.mp_operator.reverts_scale);
}

static const struct {
    const char *name, *text, *says;
} REFUSED[] = {
    {"misspelt",                   "controlPlane: 4\n",
     "drill.yaml:1:1: world.controlPlane: no such parameter; did you mean controlPlanes?"                    },
    {"misspelt in a group",        "dns:\n  floatingTll: 4s\n",
     "drill.yaml:2:3: world.dns.floatingTll: no such parameter; did you mean floatingTtl?"                   },
    {"nothing like it",            "weather: 4\n",                     "world.weather: no such parameter"    },
    {"out of range",               "controlPlanes: 10001\n",
     "drill.yaml:1:1: world.controlPlanes: found 10001, expected a whole number from 0 to 10000"             },
    {"not whole",                  "controlPlanes: 1.5\n",             "expected a whole number"             },
    {"text for a number",          "controlPlanes: \"4\"\n",           "found \"4\", expected a whole number"},
    {"number for a duration",      "kubegres: {wait: 10}\n",
     "world.kubegres.wait: found 10, expected a duration such as 30s"                                        },
    {"range upside down",          "operator: {start: 9s..5s}\n",
     "expected a duration such as 30s, or a range"                                                           },
    {"negative duration",          "operator: {start: -5s}\n",         "expected a duration"                 },
    {"range for a plain duration", "edges: {resync: 1m..2m}\n",        "expected a duration such as 90s"     },
    {"parts of seconds",           "dns: {floatingTtl: 1500ms}\n",     "a duration in whole seconds"         },
    {"unknown word",               "loadBalancer: {address: name}\n",  "expected hostname or ip"             },
    {"unknown namespace",          "namespace: default\n",             "expected tsb or tse"                 },
    {"organization with a slash",  "organization: a/b\n",              "expected a name of at most 63"       },
    {"bool as text",               "operator: {hasStatus: \"yes\"}\n", "expected true or false"              },
    {"group that is no mapping",   "dns: 5\n",                         "world.dns: expected a mapping"       },
    {"mapping for a value",        "controlPlanes: {a: 1}\n",          "expected a whole number"             },
    {"list for the whole",         "- 1\n",                            "world: expected a mapping"           },
    {"minimum above timeout",      "kubegres: {minimum: 10m}\n",       "minimum is above timeout"            },
    {"tokens born expired",        "tokens: {age: 2h}\n",              "would be expired"                    },
    {"no pause between attempts",  "edges: {backoff: 0s}\n",           "longer than 0s"                      },
    {"negative size",              "replication: {lag: -1}\n",         "expected a size"                     },
};

static void test_refused(void)
{
    for (size_t i = 0; i < TEST_COUNT(REFUSED); i++) {
        WorldParameters parameters, before;
        Error err = {0};

        world_parameters_default(&parameters);
        before = parameters;
        CHECK_CASE(REFUSED[i].name, !read_text(REFUSED[i].text, &parameters, &err));
        CHECK_CASE(REFUSED[i].name, err.code == ERR_INPUT);
        if (!CHECK_CASE(REFUSED[i].name, strstr(err.message, REFUSED[i].says) != NULL))
            CHECK_TEXT(err.message, REFUSED[i].says);
        CHECK_CASE(REFUSED[i].name, are_equal(&before, &parameters));
    }
}

/* What a trace says of a world makes that world again. */
static void test_written_and_read(void)
{
    WorldParameters parameters, again;
    cJSON *tree = NULL;
    char *text = NULL;
    Error err = {0};

    world_parameters_default(&parameters);
    parameters.control_planes = 7;
    parameters.edges.sync = (Span){1500, 2500};
    parameters.record_style = WORLD_DNS_A;
    tree = world_parameters_json(&parameters);
    text = json_text(tree);
    world_parameters_default(&again);
    CHECK(read_text(text, &again, &err));
    CHECK_TEXT(err.message, "");
    CHECK(are_equal(&parameters, &again));
    cJSON_free(text);
    cJSON_Delete(tree);
}

static void test_rows(void)
{
    int count = 0;

    for (const ParameterRow *row; (row = world_parameter_row(count)); count++) {
        CHECK_CASE(row->path, row->type && *row->type);
        CHECK_CASE(row->path, row->standard && *row->standard);
        CHECK_CASE(row->path, row->what && *row->what);
    }
    CHECK(count > 60);
    CHECK(world_parameter_row(-1) == NULL);
}

TEST_SUITE("sim/parameters", {"standard values", test_standards}, {"values", test_values},
           {"what is refused", test_refused}, {"written and read again", test_written_and_read},
           {"rows for documentation", test_rows});
