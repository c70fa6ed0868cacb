/*
 * tests/base/fields_test.c - mappings read by a table: what is taken, what is refused, and what the refusal says.
 */
#include "base/fields.h"

#include <stdio.h>
#include <string.h>

#include "tests/test.h"

static const char *const COLOURS[] = {"red", "green", NULL};

typedef struct {
    const char *text;
    int64_t integer, duration_ms, size;
    bool flag;
    int choice;
    const cJSON *tree;
} Target;

static const Field ROWS[] = {
    {"text",     FIELD_TEXT,     offsetof(Target, text),        true,  "a name of its own", NULL   },
    {"integer",  FIELD_INTEGER,  offsetof(Target, integer),     false, "a number",          NULL   },
    {"flag",     FIELD_BOOL,     offsetof(Target, flag),        false, "a flag",            NULL   },
    {"duration", FIELD_DURATION, offsetof(Target, duration_ms), false, "a time",            NULL   },
    {"size",     FIELD_SIZE,     offsetof(Target, size),        false, "a size",            NULL   },
    {"choice",   FIELD_CHOICE,   offsetof(Target, choice),      false, "a colour",          COLOURS},
    {"tree",     FIELD_TREE,     offsetof(Target, tree),        false, "anything",          NULL   },
};

/* The document has to live as long as what points into it. */
static bool read_text(const char *yaml, const char *where, YamlDocument **out_document,
                      Target *target, Error *err)
{
    *out_document = NULL;
    if (!CHECK(yaml_parse("x.yaml", yaml, strlen(yaml), out_document, NULL)))
        return false;
    return fields_read(*out_document, yaml_root(*out_document), where, ROWS, TEST_COUNT(ROWS),
                       target, err);
}

static void test_every_type(void)
{
    YamlDocument *document;
    Target target = {0};
    Error err = {0};

    CHECK(read_text("text: hello\ninteger: -3\nflag: true\nduration: 1h30m\nsize: 16MiB\n"
                    "choice: green\ntree: {a: [1]}\n",
                    "", &document, &target, &err));
    CHECK_TEXT(err.message, "");
    CHECK_TEXT(target.text, "hello");
    CHECK_INTEGER(target.integer, -3);
    CHECK(target.flag);
    CHECK_INTEGER(target.duration_ms, 5400000);
    CHECK_INTEGER(target.size, 16777216);
    CHECK_INTEGER(target.choice, 1);
    CHECK(cJSON_IsObject(target.tree));
    yaml_free(document);
}

static void test_absent_keeps(void)
{
    YamlDocument *document;
    Target target = {.integer = 7, .flag = true, .duration_ms = 8, .size = 9, .choice = 1};

    CHECK(read_text("text: ''", "", &document, &target, NULL));
    CHECK_TEXT(target.text, "");
    CHECK_INTEGER(target.integer, 7);
    CHECK(target.flag);
    CHECK_INTEGER(target.duration_ms, 8);
    CHECK_INTEGER(target.size, 9);
    CHECK_INTEGER(target.choice, 1);
    CHECK(!target.tree);
    yaml_free(document);
}

static const struct {
    const char *name, *yaml, *says;
} REFUSALS[] = {
    {"no mapping",          "[1]",                        "x.yaml:1:1: box: expected a mapping"            },
    {"missing",             "integer: 1",                 "box.text: missing; a name of its own"           },
    {"unknown",             "text: a\nwolf: 1",           "x.yaml:2:1: box: unknown field \"wolf\""        },
    {"mistyped",            "text: a\nintegre: 1",        "did you mean \"integer\"?"                      },
    {"number for text",     "text: 7",                    "x.yaml:1:1: box.text: expected a text, found 7" },
    {"null for text",       "text:",                      "expected a text, found null"                    },
    {"text for integer",    "text: a\ninteger: '7'",
     "x.yaml:2:1: box.integer: expected a whole number, found \"7\""                                       },
    {"fraction",            "text: a\ninteger: 1.5",      "expected a whole number, found 1.5"             },
    {"beyond all integers", "text: a\ninteger: 1e300",    "expected a whole number"                        },
    {"text for flag",       "text: a\nflag: yes",         "box.flag: expected true or false, found \"yes\""},
    {"bare number of time", "text: a\nduration: 90",
     "expected a duration like 90s or 5m, found 90"                                                        },
    {"unit nobody knows",   "text: a\nduration: 3 weeks", "expected a duration"                            },
    {"negative time",       "text: a\nduration: -5s",     "expected a duration"                            },
    {"negative size",       "text: a\nsize: -1",          "expected a size like 16MiB, found -1"           },
    {"size of no unit",     "text: a\nsize: 16 apples",   "expected a size"                                },
    {"size beyond all",     "text: a\nsize: 1e300",       "expected a size"                                },
    {"no such choice",      "text: a\nchoice: blue",
     "box.choice: expected one of red, green, found \"blue\""                                              },
    {"choice by number",    "text: a\nchoice: 1",         "expected one of red, green, found 1"            },
};

static void test_refused(void)
{
    for (size_t i = 0; i < TEST_COUNT(REFUSALS); i++) {
        YamlDocument *document;
        Target target = {0};
        Error err = {0};

        CHECK_CASE(REFUSALS[i].name, !read_text(REFUSALS[i].yaml, "box", &document, &target, &err));
        CHECK_CASE(REFUSALS[i].name, err.code == ERR_INPUT);
        if (!CHECK_CASE(REFUSALS[i].name, strstr(err.message, REFUSALS[i].says) != NULL))
            printf("  %s\n", err.message);
        yaml_free(document);
    }
}

static void test_no_name_before_the_dot(void)
{
    YamlDocument *document;
    Target target = {0};
    Error err = {0};

    CHECK(!read_text("text: 7", "", &document, &target, &err));
    CHECK_TEXT(err.message, "x.yaml:1:1: text: expected a text, found 7");
    yaml_free(document);
}

static const struct {
    const char *text;
    int64_t bytes; /* -1: refused */
} SIZES[] = {
    {"0",       0         },
    {"4096",    4096      },
    {"7B",      7         },
    {"500kB",   500000    },
    {"64KiB",   65536     },
    {"1.5MiB",  1572864   },
    {"2MB",     2000000   },
    {"1GB",     1000000000},
    {"1GiB",    1073741824},
    {"",        -1        },
    {"MiB",     -1        },
    {"-1MiB",   -1        },
    {"1mib",    -1        },
    {"1 MiB",   -1        },
    {"1MiBs",   -1        },
    {"nan",     -1        },
    {"inf",     -1        },
    {"1e300",   -1        },
    {"9e18GiB", -1        },
};

static void test_sizes(void)
{
    for (size_t i = 0; i < TEST_COUNT(SIZES); i++) {
        int64_t bytes = -1;

        CHECK_CASE(SIZES[i].text, size_parse(SIZES[i].text, &bytes) == (SIZES[i].bytes >= 0));
        CHECK_CASE(SIZES[i].text, bytes == SIZES[i].bytes);
    }
}

TEST_SUITE("base/fields", {"every type", test_every_type}, {"absent keeps", test_absent_keeps},
           {"refused", test_refused}, {"no name before the dot", test_no_name_before_the_dot},
           {"sizes", test_sizes});
