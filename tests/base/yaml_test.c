/*
 * tests/base/yaml_test.c - YAML read with places, refused with places, and written so that it reads back.
 */
#include "base/yaml.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "base/random.h"
#include "tests/test.h"

static const struct {
    const char *name, *yaml, *json;
} READS[] = {
    {"types",              "[7, -3, 0x1f, 0o17, 1.5, 1e3, true, False, null, ~, '7', \"true\", yes, .5]",
     "[7,-3,31,15,1.5,1000,true,false,null,null,\"7\",\"true\",\"yes\",0.5]"                                                                         },
    {"empty values",       "a:\nb: ''\nc: {}\nd: []",                                                     "{\"a\":null,\"b\":\"\",\"c\":{},\"d\":[]}"},
    {"tags",               "[!!str 7, !!int 7, ! 8]",                                                     "[\"7\",7,\"8\"]"                          },
    {"keys are texts",     "1: a\ntrue: b",                                                               "{\"1\":\"a\",\"true\":\"b\"}"             },
    {"anchors",            "a: &x {k: 1}\nb: *x",                                                         "{\"a\":{\"k\":1},\"b\":{\"k\":1}}"        },
    {"anchor again",       "a: &x 1\nb: *x\nc: &x 2\nd: *x",                                              "{\"a\":1,\"b\":1,\"c\":2,\"d\":2}"        },
    {"merge",              "a: &x {k: 1, m: 2}\nb: {<<: *x, k: 3}",
     "{\"a\":{\"k\":1,\"m\":2},\"b\":{\"k\":3,\"m\":2}}"                                                                                             },
    {"merge of several",   "a: &x {k: 1}\nb: &y {k: 2, l: 3}\nc: {<<: [*x, *y]}",
     "{\"a\":{\"k\":1},\"b\":{\"k\":2,\"l\":3},\"c\":{\"k\":1,\"l\":3}}"                                                                             },
    {"anchor in a merge",  "a: {<<: &x {k: 1}}\nb: *x",                                                   "{\"a\":{\"k\":1},\"b\":{\"k\":1}}"        },
    {"quoted << is a key", "'<<': 1",                                                                     "{\"<<\":1}"                               },
    {"literal",            "a: |\n  one\n   two\n\n  three\n",                                            "{\"a\":\"one\\n two\\n\\nthree\\n\"}"     },
    {"folded",             "a: >-\n  one\n  two\n",                                                       "{\"a\":\"one two\"}"                      },
    {"CR LF",              "a: 1\r\nb: 2\r\n",                                                            "{\"a\":1,\"b\":2}"                        },
    {"comments",           "# x\na: 1 # y\n",                                                             "{\"a\":1}"                                },
    {"document marks",     "%YAML 1.2\n---\na: 1\n...\n",                                                 "{\"a\":1}"                                },
    {"a bare text",        "hello",                                                                       "\"hello\""                                },
    {"unicode",            "a: \xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80",
     "{\"a\":\"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\"}"                                                                                              },
    {"JSON is YAML",       "{\"a\": [1, \"b\", null]}",                                                   "{\"a\":[1,\"b\",null]}"                   },
};

static void test_reading(void)
{
    for (size_t i = 0; i < TEST_COUNT(READS); i++) {
        YamlDocument *document = NULL;
        Error err = {0};
        char *json;

        if (!CHECK_CASE(READS[i].name, yaml_parse("x.yaml", READS[i].yaml, strlen(READS[i].yaml),
                                                  &document, &err))) {
            printf("  %s\n", err.message);
            continue;
        }
        json = json_text(yaml_root(document));
        CHECK_TEXT(json, READS[i].json);
        free(json);
        yaml_free(document);
    }
}

static const struct {
    const char *name, *yaml, *says;
} REFUSED[] = {
    {"duplicate key, same indent", "a: 1\nb: 2\na: 3",              "x.yaml:3:1: duplicate key: a"              },
    {"duplicate, other type",      "1: a\n\"1\": b",                "x.yaml:2:1: duplicate key: 1"              },
    {"duplicate in flow",          "x: {a: 1, a: 2}",               "x.yaml:1:11: duplicate key: a"             },
    {"two merges",                 "a: &x {}\nb: {<<: *x, <<: *x}", "duplicate key: <<"                         },
    {"two documents",              "a: 1\n---\nb: 2",               "x.yaml:2:1: a second document"             },
    {"nothing",                    "",                              "x.yaml:1:1: nothing in it"                 },
    {"only a comment",             "# x\n",                         "nothing in it"                             },
    {"tab as indent",              "a:\n\tb: 1",                    "x.yaml:2:1: tab"                           },
    {"broken UTF-8",               "a: 1\nb: \xff\xfe",             "x.yaml:2:4: not UTF-8"                     },
    {"overlong UTF-8",             "a: \xc0\xaf",                   "x.yaml:1:4: not UTF-8"                     },
    {"surrogate",                  "a: \xed\xa0\x80",               "not UTF-8"                                 },
    {"a control character",        "a: \x01",                       "x.yaml:1:4: not UTF-8"                     },
    {"cut in a list",              "a: [1, 2",                      "x.yaml:"                                   },
    {"cut in quotes",              "a: \"x",                        "x.yaml:1:"                                 },
    {"mapping in a value",         "a: b: c",                       "x.yaml:1:"                                 },
    {"list, then a key",           "- 1\na: 2",                     "x.yaml:2:1"                                },
    {"unknown alias",              "a: *x",                         "x.yaml:1:5: no anchor before this alias: x"},
    {"alias to itself",            "a: &x [*x]",                    "no anchor before this alias: x"            },
    {"merge of a text",            "a: {<<: text}",                 "<< takes a mapping"                        },
    {"a list as key",              "? [a]\n: b",                    "x.yaml:1:3: a key must be a text"          },
    {"foreign tag",                "a: !secret x",                  "x.yaml:1:"                                 },
    {"number too long",            "a: 12345678901234567890",       "x.yaml:1:4: no number that can be kept"    },
    {"infinity",                   "a: .inf",                       "x.yaml:1:4: no number"                     },
    {"a NUL in quotes",            "a: \"x\\0y\"",                  "NUL"                                       },
};

static void test_refusing(void)
{
    for (size_t i = 0; i < TEST_COUNT(REFUSED); i++) {
        YamlDocument *document = NULL;
        Error err = {0};

        CHECK_CASE(REFUSED[i].name, !yaml_parse("x.yaml", REFUSED[i].yaml, strlen(REFUSED[i].yaml),
                                                &document, &err));
        CHECK_CASE(REFUSED[i].name, document == NULL && err.code == ERR_INPUT);
        if (!CHECK_CASE(REFUSED[i].name, strstr(err.message, REFUSED[i].says) != NULL))
            printf("  %s\n", err.message);
    }
}

static void refuse_generated(Buffer *yaml, const char *says)
{
    YamlDocument *document = NULL;
    Error err = {0};

    CHECK(!yaml_parse("x.yaml", yaml->data, yaml->length, &document, &err));
    if (!CHECK(strstr(err.message, says) != NULL))
        printf("  %s\n", err.message);
    buffer_release(yaml);
}

static void test_bounds(void)
{
    Buffer deep = {0}, laughs = {0};

    for (int i = 0; i < 60; i++)
        buffer_add_text(&deep, "[");
    for (int i = 0; i < 60; i++)
        buffer_add_text(&deep, "- ");
    refuse_generated(&deep, "x.yaml:1:");

    buffer_add_text(&laughs, "a0: &a0 [1,1,1,1,1,1,1,1,1,1]\n");
    for (int i = 1; i < 10; i++)
        buffer_format(&laughs, "a%d: &a%d [*a%d,*a%d,*a%d,*a%d,*a%d,*a%d,*a%d,*a%d,*a%d]\n", i, i,
                      i - 1, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1);
    refuse_generated(&laughs, "million");
}

static void test_places(void)
{
    static const char YAML[] = "world:\n  planes: 2\n  names:\n    - mp1\n    - mp2\nempty:\n";
    YamlDocument *document = NULL;
    YamlPlace place;
    Error err = {0};
    cJSON *stranger = cJSON_CreateNull();
    static const struct {
        const char *path;
        int line, column;
    } PLACES[] = {
        {"world",         1, 1},
        {"world/planes",  2, 3},
        {"world/names",   3, 3},
        {"world/names/0", 4, 7},
        {"world/names/1", 5, 7},
        {"empty",         6, 1},
    };

    CHECK(yaml_parse("drill.yaml", YAML, sizeof YAML - 1, &document, NULL));
    CHECK_TEXT(yaml_name(document), "drill.yaml");
    for (size_t i = 0; i < TEST_COUNT(PLACES); i++) {
        place = yaml_place(document, json_find(yaml_root(document), PLACES[i].path));
        CHECK_CASE(PLACES[i].path, place.line == PLACES[i].line);
        CHECK_CASE(PLACES[i].path, place.column == PLACES[i].column);
    }
    CHECK(!yaml_error(document, json_find(yaml_root(document), "world/planes"), &err, "at most %d",
                      1));
    CHECK_TEXT(err.message, "drill.yaml:2:3: at most 1");
    CHECK_INTEGER(yaml_place(document, stranger).line, 0);
    yaml_error(document, stranger, &err, "lost");
    CHECK_TEXT(err.message, "drill.yaml: lost");
    cJSON_Delete(stranger);
    yaml_free(document);
    yaml_free(NULL);
}

static void test_nearest_word(void)
{
    static const char *const WORDS[] = {"controlPlanes", "world", "faults", "run", NULL};

    CHECK_TEXT(yaml_nearest("controlplane", WORDS), "controlPlanes");
    CHECK_TEXT(yaml_nearest("wrold", WORDS), "world");
    CHECK_TEXT(yaml_nearest("fault", WORDS), "faults");
    CHECK_TEXT(yaml_nearest("WORLD", WORDS), "world");
    CHECK(yaml_nearest("metadata", WORDS) == NULL);
    CHECK(yaml_nearest("x", WORDS) == NULL);
    CHECK(yaml_nearest("", WORDS) == NULL);
}

/* ---- writing -------------------------------------------------------------------------------- */

static bool reads_back(const cJSON *json)
{
    char *text = yaml_text(json);
    YamlDocument *document = NULL;
    Error err = {0};
    bool ok = yaml_parse("written", text, strlen(text), &document, &err);

    if (!ok)
        printf("  %s\n%s", err.message, text);
    else if (!json_equal(yaml_root(document), json)) {
        printf("  not equal:\n%s", text);
        ok = false;
    }
    yaml_free(document);
    free(text);
    return ok;
}

static void test_block_style(void)
{
    cJSON *json =
        cJSON_Parse("{\"kind\":\"Scenario\",\"port\":\"5432\",\"n\":5432,\"on\":true,"
                    "\"list\":[{\"a\":1,\"b\":[1,2]},[3]],\"none\":{},\"text\":\"a\\nb\\n\"}");
    char *text = yaml_text(json);

    CHECK_TEXT(text, "kind: Scenario\n"
                     "port: \"5432\"\n"
                     "\"n\": 5432\n"
                     "\"on\": true\n"
                     "list:\n"
                     "  - a: 1\n"
                     "    b:\n"
                     "      - 1\n"
                     "      - 2\n"
                     "  - - 3\n"
                     "none: {}\n"
                     "text: |\n"
                     "  a\n"
                     "  b\n");
    free(text);
    cJSON_Delete(json);
}

static const char *const HARD_TEXTS[] = {
    "",
    " ",
    "7",
    "1.5",
    "true",
    "null",
    "~",
    "yes",
    "0x1f",
    "- a",
    "a: b",
    "a #b",
    "#",
    "'",
    "\"",
    "@x",
    "`x",
    "%x",
    "&x",
    "*x",
    "!x",
    "|",
    ">",
    "{",
    "[",
    "a:",
    "?",
    "? a",
    "---",
    "...",
    "1:30",
    "2026-11-21",
    "a\n",
    "\na",
    "a\n\n",
    "\n",
    " a\nb",
    "a\n b",
    "a\n\nb",
    "a \nb ",
    "\ta\nb",
    "a\tb",
    "a\r\nb",
    "\x01",
    "\x7f",
    "\xc2\x85",
    "\xe2\x80\xa8",
    "\xef\xbb\xbfx",
    "\xe2\x82\xac",
    "a\\b",
    "<<",
    "=",
    ".inf",
    ".5",
    "+1",
    "1e3",
    "- ",
    "-",
    "a\n---\nb\n",
    "a\n...\n",
    "key: |\n  x\n",
};

static void test_hard_texts_read_back(void)
{
    for (size_t i = 0; i < TEST_COUNT(HARD_TEXTS); i++) {
        cJSON *bare = cJSON_CreateString(HARD_TEXTS[i]);
        cJSON *list = cJSON_CreateArray(), *object = cJSON_CreateObject();

        cJSON_AddItemToArray(list, cJSON_CreateString(HARD_TEXTS[i]));
        cJSON_AddItemToArray(list, cJSON_CreateString("next"));
        cJSON_AddItemToObject(object, HARD_TEXTS[i], cJSON_CreateString(HARD_TEXTS[i]));
        cJSON_AddItemToObject(object, "next one", cJSON_CreateNull());
        CHECK_CASE(HARD_TEXTS[i], reads_back(bare));
        CHECK_CASE(HARD_TEXTS[i], reads_back(list));
        CHECK_CASE(HARD_TEXTS[i], reads_back(object));
        cJSON_Delete(bare);
        cJSON_Delete(list);
        cJSON_Delete(object);
    }
}

static cJSON *random_text(Random *random)
{
    static const char LETTERS[] = "ab1 :#-\n\t'\"\\{}[],&*!|>%@?.~";
    char text[12];
    size_t length = random_below(random, sizeof text);

    for (size_t i = 0; i < length; i++)
        text[i] = LETTERS[random_below(random, sizeof LETTERS - 1)];
    text[length] = '\0';
    return cJSON_CreateString(text);
}

static cJSON *random_tree(Random *random, int depth)
{
    uint64_t kind = random_below(random, depth > 0 ? 6 : 4);
    cJSON *tree;

    if (kind == 0)
        return cJSON_CreateNumber((double)random_between(random, -1000, 1000) / 4);
    if (kind == 1)
        return random_chance(random, 0.5) ? cJSON_CreateNull() : cJSON_CreateTrue();
    if (kind < 4)
        return random_text(random);
    tree = kind == 4 ? cJSON_CreateArray() : cJSON_CreateObject();
    for (uint64_t i = random_below(random, 4); i > 0; i--) {
        cJSON *key = random_text(random), *value = random_tree(random, depth - 1);

        if (kind == 4)
            cJSON_AddItemToArray(tree, value);
        else if (cJSON_GetObjectItemCaseSensitive(tree, key->valuestring) == NULL)
            cJSON_AddItemToObject(tree, key->valuestring, value);
        else
            cJSON_Delete(value);
        cJSON_Delete(key);
    }
    return tree;
}

static void test_random_trees_read_back(void)
{
    Random random;

    random_init(&random, 1, "yaml_test");
    for (int i = 0; i < 3000; i++) {
        cJSON *tree = random_tree(&random, 4);
        bool ok = CHECK(reads_back(tree));

        cJSON_Delete(tree);
        if (!ok)
            break;
    }
}

/* Whatever is cut off or overwritten: an answer or an error, and no crash, leak or message elsewhere. */
static void test_broken_input_is_survived(void)
{
    static const char YAML[] =
        "a: &x {k: [1, 'two', \"th\\u0072ee\"]}\nb:\n  - |\n    text\n  - <<: *x\n"
        "c: !!str 7\n? d\n: >-\n  folded\n  more\n";
    Random random;

    random_init(&random, 1, "yaml_broken");
    for (size_t i = 0; i < 4 * sizeof YAML; i++) {
        size_t length = i < sizeof YAML ? i : sizeof YAML - 1;
        char *copy = memory_text_of(YAML, length);
        YamlDocument *document = NULL;
        Error err = {0};

        if (i >= sizeof YAML)
            copy[random_below(&random, length)] = (char)random_between(&random, 0, 255);
        if (yaml_parse("x.yaml", copy, length, &document, &err))
            yaml_free(document);
        else
            CHECK(strncmp(err.message, "x.yaml:", 7) == 0);
        free(copy);
    }
}

static void test_files(void)
{
    YamlDocument *document = NULL;
    Error err = {0};

    CHECK(!yaml_read("/nowhere.yaml", &document, &err));
    CHECK_INTEGER(err.code, ERR_IO);
}

static void test_older_booleans(void)
{
    static const char TEXT[] = "{y: yes, 'n': 'no', k: [on, OFF, \"on\", yess], no: 1}";
    YamlDocument *document;
    char *json;

    if (CHECK(yaml_parse_1_1("old", TEXT, strlen(TEXT), &document, NULL))) {
        json = json_text(yaml_root(document));
        CHECK_TEXT(json,
                   "{\"true\":true,\"n\":\"no\",\"k\":[true,false,\"on\",\"yess\"],\"false\":1}");
        free(json);
        yaml_free(document);
    }
}

TEST_SUITE("base/yaml", {"reading", test_reading}, {"older booleans", test_older_booleans},
           {"refusing", test_refusing}, {"bounds", test_bounds}, {"places", test_places},
           {"nearest word", test_nearest_word}, {"block style", test_block_style},
           {"hard texts read back", test_hard_texts_read_back},
           {"random trees read back", test_random_trees_read_back},
           {"broken input is survived", test_broken_input_is_survived}, {"files", test_files});
