/*
 * tests/engine/backup/dump_text_test.c - whole, cut or empty, in whatever parts it comes.
 */
#include "engine/backup/dump_text.h"

#include <string.h>

#include "base/buffer.h"
#include "tests/test.h"

static const struct {
    const char *name, *head, *tail, *check; /* check NULL: whole */
} DUMPS[] = {
    {"whole",                    "CREATE TABLE a ();\n",                                       "--\n-- PostgreSQL database dump complete\n--\n\n", NULL   },
    {"of a whole cluster",       "CREATE TABLE a ();\n",                                       "-- PostgreSQL database cluster dump complete\n",
     NULL                                                                                                                                                 },
    {"with orders behind it",    "CREATE TABLE a ();\n",
     "-- PostgreSQL database dump complete\n--\n\n\\unrestrict abc\n",                                                                             NULL   },
    {"without its end",          "CREATE TABLE a ();\n",                                       "1\tx\n",                                           "F-806"},
    {"without anything in it",   "SET a = b;\n",                                               "-- PostgreSQL database dump complete\n",           "F-807"},
    {"the marker in the middle", "CREATE TABLE a ();\n-- PostgreSQL database dump complete\n",
     "1\tx\n",                                                                                                                                     "F-806"},
};

static void test_dumps(void)
{
    for (size_t i = 0; i < TEST_COUNT(DUMPS); i++) {
        for (size_t part = 1; part < 6000; part = part * 3 + 1) {
            DumpText dump = {0};
            Buffer text = {0};
            const char *check = NULL;

            buffer_add_text(&text, DUMPS[i].head);
            for (int line = 0; line < 500; line++)
                buffer_format(&text, "%d\tsome row\n", line);
            buffer_add_text(&text, DUMPS[i].tail);
            for (size_t at = 0; at < text.length; at += part)
                dump_text_add(&dump, text.data + at,
                              text.length - at < part ? text.length - at : part);
            CHECK_CASE(DUMPS[i].name, dump.bytes == (int64_t)text.length);
            CHECK_CASE(DUMPS[i].name,
                       dump_text_is_whole(&dump, &check, NULL) == (DUMPS[i].check == NULL));
            if (DUMPS[i].check)
                CHECK_TEXT(check, DUMPS[i].check);
            buffer_release(&text);
        }
    }
}

TEST_SUITE("engine/backup/dump_text", {"dumps", test_dumps});
