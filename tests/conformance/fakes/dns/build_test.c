/*
 * tests/conformance/fakes/dns/build_test.c - messages from the words of a case, and answers into words.
 */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "conformance/fakes/dns/tell.h"
#include "tests/test.h"

static const WireScene SCENE = {.id = 0x1234, .serial = 1000, .now_s = 1795219200};

static const struct {
    const char *name, *text, *hex;
} BUILD_CASES[] = {
    {"a question",          "question a.b. A\n",                                "123401000001000000000000016101620000010001"},
    {"another class",       "header\nquestion . TXT CH\n",
     "12340000000100000000000000"
     "00100003"                                                                                                             },
    {"flags and opcode",    "header NOTIFY aa cd rcode 5\n",                    "123424150000000000000000"                  },
    {"an opcode by number", "header OPCODE15\n",                                "123478000000000000000000"                  },
    {"counts that lie",     "header counts 1 2 3 4\n",                          "123400000001000200030004"                  },
    {"bytes alone",         "bytes 00ff\n",                                     "00ff"                                      },
    {"bytes at the end",    "header\nbytes 00ff\n",                             "12340000000000000000000000ff"              },
    {"cut",                 "question . A\ncut 3\n",
     "12340100000100000000000000"
     "00"                                                                                                                   },
    {"raw, counted",        "raw answer 00\n",                                  "12340100000000010000000000"                },
    {"EDNS",                "edns size 512 do option 3 empty\n",
     "123401000000000000000001"
     "000029020000008000000400030000"                                                                                       },
    {"a set without data",  "header UPDATE\nupdate a. 0 ANY A\n",
     "123428000000000000010000"
     "0161000001"
     "00ff"
     "00000000"
     "0000"                                                                                                                 },
    {"a serial",            "header\nauthority . 0 SOA . . serial-1 0 0 0 0\n",
     "123400000000000000010000"
     "00"
     "00060001"
     "00000000"
     "0016"
     "0000"
     "000003e7"
     "00000000000000000000000000000000"                                                                                     },
};

static void test_build(void)
{
    for (size_t i = 0; i < TEST_COUNT(BUILD_CASES); i++) {
        WireMessage message;
        Buffer hex = {0};
        Error err = {0};

        CHECK_CASE(BUILD_CASES[i].name, wire_build(BUILD_CASES[i].text, &SCENE, &message, &err));
        for (size_t j = 0; j < message.bytes.length; j++)
            buffer_format(&hex, "%02x", (uint8_t)message.bytes.data[j]);
        if (!CHECK_TEXT(hex.data, BUILD_CASES[i].hex))
            CHECK_CASE(BUILD_CASES[i].name, false);
        buffer_release(&hex);
        wire_message_release(&message);
    }
}

static void test_refused(void)
{
    static const char *const TEXTS[] = {
        "nonsense\n",      "header nonsense\n", "question a NOTYPE\n", "question a..b. A\n",
        "edns nonsense\n", "bytes 0\n",         "raw nowhere 00\n",    "answer a 0 A 1.2\n",
        "cut 13\n",        "tsig nobody\n",
    };

    for (size_t i = 0; i < TEST_COUNT(TEXTS); i++) {
        static const WireKeys NO_KEYS = {0};
        WireScene scene = SCENE;
        WireMessage message;
        Error err = {0};

        scene.keys = &NO_KEYS;
        CHECK_CASE(TEXTS[i], !wire_build(TEXTS[i], &scene, &message, &err));
        CHECK_INTEGER(err.code, ERR_INPUT);
        wire_message_release(&message);
    }
}

static const struct {
    const char *name, *said;
    bool is_cut; /* by a byte */
    const char *told;
} TELL_CASES[] = {
    {"the question again",              "question active A\n",                                           false, "NOERROR rd, 1 0 0 0, 40 bytes\n"                                             },
    {"another question",                "question mp1 A\n",                                              false,
     "NOERROR rd, 1 0 0 0, 37 bytes\nquestion mp1 A\n"                                                                                                                                        },
    {"a record, and the zone's serial", "header qr aa\nanswer @ 300 SOA ns1 x. serial+7 1 2 3 4\n",
     false,                                                                                                     "NOERROR qr aa, 0 1 0 0, 83 bytes\nanswer @ 300 SOA ns1 x. serial+7 1 2 3 4\n"},
    {"a set has no order",              "header qr\nanswer a. 5 A 192.0.2.2\nanswer a. 5 A 192.0.2.1\n", false,
     "NOERROR qr, 0 2 0 0, 46 bytes\nanswer a. 5 A 192.0.2.1\nanswer a. 5 A 192.0.2.2\n"                                                                                                      },
    {"EDNS, a cookie, an error",
     "header qr rcode 5\nedns option 10 0102030405060708ff option 15 0014\n",                            false,
     "REFUSED qr, 0 0 0 1, 42 bytes\nedns size 1232\noption 10 0102030405060708 and 1 bytes\noption 15 20 \"\"\n"                                                                             },
    {"BADVERS",                         "header qr\nedns flags 1000000\n",                               false,
     "BADVERS qr, 0 0 0 1, 23 bytes\nedns size 1232\n"                                                                                                                                        },
    {"bytes after the end",             "header qr\nbytes 0000\n",                                       false,
     "NOERROR qr, 0 0 0 0, 14 bytes, and 2 bytes more\n"                                                                                                                                      },
    {"cut",                             "header qr\nanswer a. 5 A 192.0.2.2\n",                          true,
     "NOERROR qr, 0 1 0 0, 28 bytes, malformed\n"                                                                                                                                             },
};

static void test_tell(void)
{
    WireMessage asked;

    CHECK(wire_build("question active A\n", &SCENE, &asked, NULL));
    for (size_t i = 0; i < TEST_COUNT(TELL_CASES); i++) {
        WireScene scene = SCENE;
        WireMessage said;
        Buffer told = {0};

        CHECK(wire_build(TELL_CASES[i].said, &SCENE, &said, NULL));
        wire_tell((const uint8_t *)said.bytes.data, said.bytes.length - TELL_CASES[i].is_cut,
                  &asked, &scene, &told);
        if (!CHECK_TEXT(told.data, TELL_CASES[i].told))
            CHECK_CASE(TELL_CASES[i].name, false);
        buffer_release(&told);
        wire_message_release(&said);
    }
    wire_message_release(&asked);
}

/* Whatever a server sends is told, and nothing is read past its end. */
static void test_any_bytes(void)
{
    WireMessage asked;
    WireScene scene = SCENE;
    static const char TEXT[] = "header qr\nquestion active A\nanswer active 5 CNAME mp1\n"
                               "authority @ 5 SOA ns1 x 1 2 3 4 5\nedns option 10 0102\n"
                               "raw additional 0000fa00ff00000000000300000000\n";

    CHECK(wire_build(TEXT, &SCENE, &asked, NULL));
    for (size_t length = 0; length < asked.bytes.length; length++) {
        uint8_t *bytes =
            memory_new(length > 0 ? length : 1, 1); /* no byte too many: for the sanitizer */
        Buffer told = {0};

        memcpy(bytes, asked.bytes.data, length);
        for (int flip = 0; flip < 256; flip += 51) {
            if (length > 0)
                bytes[length - 1] = (uint8_t)flip;
            wire_tell(bytes, length, &asked, &scene, &told);
        }
        CHECK(told.length > 0);
        buffer_release(&told);
        free(bytes);
    }
    wire_message_release(&asked);
}

TEST_SUITE("conformance/fakes/dns/build", {"messages", test_build}, {"no messages", test_refused},
           {"answers", test_tell}, {"any bytes", test_any_bytes});
