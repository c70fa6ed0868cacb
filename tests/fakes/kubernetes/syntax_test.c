/*
 * tests/fakes/kubernetes/syntax_test.c - where JSON breaks, as Go says it.
 */
#include "fakes/kubernetes/syntax.h"

#include <string.h>

#include "tests/test.h"

static const struct {
    const char *text, *error; /* NULL: it is JSON */
} CASES[] = {
    {"{\"a\":[1,-2.5e3,true,false,null,\"x\\n\\u00e4\"],\"b\":{}} ", NULL                                                              },
    {"[]",                                                           NULL                                                              },
    {"",                                                             "unexpected end of JSON input"                                    },
    {"{\"a\":",                                                      "unexpected end of JSON input"                                    },
    {"\"abc",                                                        "unexpected end of JSON input"                                    },
    {"{bad",                                                         "invalid character 'b' looking for beginning of object key string"},
    {"{\"a\" 1}",                                                    "invalid character '1' after object key"                          },
    {"{\"a\":1 2}",                                                  "invalid character '2' after object key:value pair"               },
    {"[1 2]",                                                        "invalid character '2' after array element"                       },
    {"[1,]",                                                         "invalid character ']' looking for beginning of value"            },
    {"hello",                                                        "invalid character 'h' looking for beginning of value"            },
    {"{} x",                                                         "invalid character 'x' after top-level value"                     },
    {"\"\\q\"",                                                      "invalid character 'q' in string escape code"                     },
    {"-x",                                                           "invalid character 'x' in numeric literal"                        },
    {"nul1",                                                         "invalid character '1' in literal null"                           },
};

static void test_syntax(void)
{
    for (size_t i = 0; i < TEST_COUNT(CASES); i++) {
        char error[SYNTAX_ERROR_MAX] = "";
        bool ok = syntax_check(CASES[i].text, strlen(CASES[i].text), error);

        CHECK_CASE(CASES[i].text, ok == (CASES[i].error == NULL));
        CHECK_TEXT(error, CASES[i].error ? CASES[i].error : "");
    }
}

TEST_SUITE("fakes/kubernetes/syntax", {"where it breaks", test_syntax});
