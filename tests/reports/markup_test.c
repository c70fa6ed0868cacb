/*
 * tests/reports/markup_test.c - text stays text, and only what XML allows stays at all.
 */
#include "reports/markup.h"

#include <stdlib.h>

#include "tests/test.h"

static const struct {
    const char *name, *text, *escaped;
} ESCAPES[] = {
    {"nothing",                 NULL,                    ""                               },
    {"plain",                   "mp1 is active",         "mp1 is active"                  },
    {"an element",              "<script>alert(1)&amp;", "&lt;script&gt;alert(1)&amp;amp;"},
    {"both quotes",             "\" '",                  "&quot; &#39;"                   },
    {"line ends and tabs",      "a\tb\r\n",              "a\tb\r\n"                       },
    {"a control character",     "a\x07z",                "a\xef\xbf\xbdz"                 },
    {"an escape sequence",      "\x1b[31m",              "\xef\xbf\xbd[31m"               },
    {"two bytes",               "\xc3\xa4",              "\xc3\xa4"                       },
    {"four bytes",              "\xf0\x9f\x98\x80",      "\xf0\x9f\x98\x80"               },
    {"cut short",               "\xe2\x82",              "\xef\xbf\xbd\xef\xbf\xbd"       },
    {"a byte of the middle",    "\x82z",                 "\xef\xbf\xbdz"                  },
    {"too long for what it is", "\xc0\xbc",              "\xef\xbf\xbd\xef\xbf\xbd"       },
    {"half of a pair",          "\xed\xa0\x80",          "\xef\xbf\xbd"                   },
    {"U+FFFE",                  "\xef\xbf\xbe",          "\xef\xbf\xbd"                   },
    {"past the last one",       "\xf4\x90\x80\x80",      "\xef\xbf\xbd"                   },
};

static void test_escapes(void)
{
    for (size_t i = 0; i < TEST_COUNT(ESCAPES); i++) {
        Buffer out = {0};

        buffer_add_text(&out, "");
        markup_text(&out, ESCAPES[i].text);
        if (!CHECK_TEXT(out.data, ESCAPES[i].escaped))
            CHECK_CASE(ESCAPES[i].name, false);
        buffer_release(&out);
    }
}

static void test_format(void)
{
    Buffer out = {0};

    markup_add(&out, "<td title=\"%s\">%s</td>", "a\"b", "<b>");
    CHECK_TEXT(out.data, "<td title=\"a&quot;b\">&lt;b&gt;</td>");
    buffer_release(&out);
}

static void test_clean(void)
{
    char *clean = markup_clean("<b>\x01\xff</b>");

    CHECK_TEXT(clean, "<b>\xef\xbf\xbd\xef\xbf\xbd</b>");
    CHECK(markup_clean(NULL) == NULL);
    free(clean);
}

static void test_figures(void)
{
    char text[MARKUP_TEXT_MAX];

    CHECK_TEXT(markup_time(0, text), "0:00");
    CHECK_TEXT(markup_time(252999, text), "4:12");
    CHECK_TEXT(markup_time(3852000, text), "1:04:12");
    CHECK_TEXT(markup_bytes(-1, text), "-");
    CHECK_TEXT(markup_bytes(0, text), "0 B");
    CHECK_TEXT(markup_bytes(1025, text), "2 KiB");
    CHECK_TEXT(markup_bytes(1572864, text), "1.5 MiB");
    CHECK_TEXT(markup_duration(-1, text), "-");
    CHECK_TEXT(markup_duration(262000, text), "4 m 22 s");
}

TEST_SUITE("reports/markup", {"escapes what means something", test_escapes},
           {"escapes what is formatted", test_format}, {"cleans without escaping", test_clean},
           {"writes times and sizes", test_figures});
