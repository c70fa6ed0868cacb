/*
 * tests/fakes/kubernetes/owners/fieldset_test.c - sets of paths against their text.
 */
#include "fakes/kubernetes/owners/fieldset.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "tests/test.h"

/* text has ' for ". */
static FieldSet *decode(Arena *arena, const char *text)
{
    char *copy = arena_text(arena, text);
    FieldSet *set = NULL;

    for (char *at = copy; *at; at++)
        if (*at == '\'')
            *at = '"';
    return fieldset_decode(arena, copy, strlen(copy), &set) ? set : NULL;
}

static const char *encode(Arena *arena, const FieldSet *set)
{
    Buffer buffer = {0};
    char *text;

    fieldset_encode(&buffer, set);
    text = arena_text_of(arena, buffer.data, buffer.length);
    buffer_release(&buffer);
    for (char *at = text; *at; at++)
        if (*at == '"')
            *at = '\'';
    return text;
}

/* ---- text ------------------------------------------------------------------------------------- */

static const struct {
    const char *name, *text, *canonical; /* NULL: it is none */
} TEXTS[] = {
    {"nothing",                "{}",                                                                        "{}"                                    },
    {"a leaf",                 "{'f:a':{}}",                                                                "{'f:a':{}}"                            },
    {"a leaf by its dot",      "{'f:a':{'.':{}}}",                                                          "{'f:a':{}}"                            },
    {"a parent that is in it", "{'f:a':{'.':{},'f:b':{}}}",                                                 "{'f:a':{'.':{},'f:b':{}}}"             },
    {"the root's dot",         "{'.':{},'f:a':{}}",                                                         "{'f:a':{}}"                            },
    {"sorted",                 "{'v:1':{},'k:{}':{},'f:b':{},'f:a':{}}",                                    "{'f:a':{},'f:b':{},'k:{}':{},'v:1':{}}"},
    {"numbers as numbers",     "{'v:8080':{},'v:443':{},'v:80':{},'v:-1':{}}",
     "{'v:-1':{},'v:80':{},'v:443':{},'v:8080':{}}"                                                                                                 },
    {"keys as numbers",        "{'k:{\\'port\\':8080}':{},'k:{\\'port\\':443}':{},'k:{\\'port\\':80}':{}}",
     "{'k:{\\'port\\':80}':{},'k:{\\'port\\':443}':{},'k:{\\'port\\':8080}':{}}"                                                                    },
    {"fewer keys first",       "{'k:{\\'a\\':1,\\'b\\':2}':{},'k:{\\'a\\':1}':{}}",
     "{'k:{\\'a\\':1}':{},'k:{\\'a\\':1,\\'b\\':2}':{}}"                                                                                            },
    {"an escape",              "{'f:a\\\\b<':{}}",                                                          "{'f:a\\\\b\\u003c':{}}"                },
    {"a letter by its number", "{'f:\\u00e9':{}}",                                                          "{'f:\xc3\xa9':{}}"                     },
    {"steps of tomorrow",      "{'q:a':{'f:b':{}},'f:c':{}}",                                               "{'f:c':{}}"                            },
    {"white space",            " { 'f:a' : { } , 'f:b' : { 'f:c' : {} } } ",                                "{'f:a':{},'f:b':{'f:c':{}}}"           },
    {"no object",              "[]",                                                                        NULL                                    },
    {"no object inside",       "{'f:a':1}",                                                                 NULL                                    },
    {"no step",                "{'a':{}}",                                                                  NULL                                    },
    {"cut",                    "{'f:a':{}",                                                                 NULL                                    },
    {"cut in a text",          "{'f:a",                                                                     NULL                                    },
};

static void test_text(void)
{
    for (size_t i = 0; i < TEST_COUNT(TEXTS); i++) {
        Arena arena = {0};
        const FieldSet *set = decode(&arena, TEXTS[i].text);

        CHECK_CASE(TEXTS[i].name, (set != NULL) == (TEXTS[i].canonical != NULL));
        if (set != NULL && TEXTS[i].canonical != NULL)
            CHECK_TEXT(encode(&arena, set), TEXTS[i].canonical);
        arena_release(&arena);
    }
}

static void test_depth(void)
{
    Arena arena = {0};
    Buffer text = {0};
    FieldSet *set;

    for (int i = 0; i < 100000; i++)
        buffer_add_text(&text, "{\"f:a\":");
    CHECK(!fieldset_decode(&arena, text.data, text.length, &set));
    buffer_release(&text);
    arena_release(&arena);
}

/* ---- combining -------------------------------------------------------------------------------- */

static const struct {
    const char *name, *a, *b, *united, *common, *difference, *without;
} PAIRS[] = {
    {"apart",                  "{'f:a':{}}",                "{'f:b':{}}",                   "{'f:a':{},'f:b':{}}",       "{}",         "{'f:a':{}}",         "{'f:a':{}}"},
    {"the same",               "{'f:a':{'f:b':{}}}",        "{'f:a':{'f:b':{}}}",           "{'f:a':{'f:b':{}}}",
     "{'f:a':{'f:b':{}}}",                                                                                                             "{}",                 "{}"        },
    {"a parent and its child", "{'f:a':{'.':{},'f:b':{}}}", "{'f:a':{}}",
     "{'f:a':{'.':{},'f:b':{}}}",                                                                                        "{'f:a':{}}", "{'f:a':{'f:b':{}}}", "{}"        },
    {"a child only",           "{'f:a':{'.':{},'f:b':{}}}", "{'f:a':{'f:b':{}}}",           "{'f:a':{'.':{},'f:b':{}}}",
     "{'f:a':{'f:b':{}}}",                                                                                                             "{'f:a':{}}",         "{'f:a':{}}"},
    {"in order",               "{'f:a':{},'f:c':{}}",       "{'f:b':{},'f:c':{},'f:d':{}}",
     "{'f:a':{},'f:b':{},'f:c':{},'f:d':{}}",                                                                            "{'f:c':{}}", "{'f:a':{}}",         "{'f:a':{}}"},
};

static void test_combining(void)
{
    for (size_t i = 0; i < TEST_COUNT(PAIRS); i++) {
        Arena arena = {0};
        const FieldSet *a = decode(&arena, PAIRS[i].a), *b = decode(&arena, PAIRS[i].b);

        CHECK_TEXT(encode(&arena, fieldset_union(&arena, a, b)), PAIRS[i].united);
        CHECK_TEXT(encode(&arena, fieldset_intersection(&arena, a, b)), PAIRS[i].common);
        CHECK_TEXT(encode(&arena, fieldset_difference(&arena, a, b)), PAIRS[i].difference);
        CHECK_TEXT(encode(&arena, fieldset_without(&arena, a, b)), PAIRS[i].without);
        CHECK_CASE(PAIRS[i].name, fieldset_equal(a, a));
        CHECK_CASE(PAIRS[i].name,
                   fieldset_is_empty(fieldset_difference(&arena, a, fieldset_union(&arena, a, b))));
        arena_release(&arena);
    }
}

/* ---- paths ------------------------------------------------------------------------------------ */

static void add_line(void *owner, const char *path)
{
    buffer_format(owner, "%s\n", path);
}

static void test_paths(void)
{
    Arena arena = {0};
    Buffer lines = {0};
    const FieldSet *set = decode(
        &arena,
        "{'f:z':{},'f:spec':{'f:ports':{'k:{\\'port\\':80,\\'protocol\\':\\'TCP\\'}':{'.':{},"
        "'f:name':{}}},'f:a':{'v:\\'x\\'':{},'v:1':{}}}}");

    fieldset_each(set, add_line, &lines);
    CHECK_TEXT(lines.data,
               ".z\n.spec.a[=\"x\"]\n.spec.a[=1]\n.spec.ports[port=80,protocol=\"TCP\"]\n"
               ".spec.ports[port=80,protocol=\"TCP\"].name\n");
    buffer_release(&lines);
    arena_release(&arena);
}

TEST_SUITE("fakes/kubernetes/owners/fieldset", {"text", test_text}, {"depth", test_depth},
           {"combining", test_combining}, {"paths", test_paths});
