/*
 * tests/engine/clients/program_find_test.c - programs that are there, too old, silent, or not there.
 */
#include "engine/clients/program_find.h"

#include <string.h>

#include "tests/test.h"

static const struct {
    const char *text;
    bool is_told;
    int major, minor;
} VERSIONS[] = {
    {"pg_dump (PostgreSQL) 15.13 (Debian 15.13-0+deb12u1)\n", true,  15, 13},
    {"v3.14.0+g3fc9f4b",                                      true,  3,  14},
    {"aws-cli/2.15 Python/3.11",                              false, 0,  0 },
    {"psql (PostgreSQL) 17beta1",                             true,  17, 0 },
    {"16",                                                    true,  16, 0 },
    {"version unknown",                                       false, 0,  0 },
    {"",                                                      false, 0,  0 },
};

static void test_reads_versions(void)
{
    for (size_t i = 0; i < TEST_COUNT(VERSIONS); i++) {
        ProgramVersion version = {0};

        CHECK_CASE(VERSIONS[i].text,
                   program_version_parse(VERSIONS[i].text, &version) == VERSIONS[i].is_told);
        CHECK_CASE(VERSIONS[i].text,
                   version.major == VERSIONS[i].major && version.minor == VERSIONS[i].minor);
    }
}

static bool find(const char *name, const char *script, Error *err)
{
    Loop *loop = loop_new();
    ProgramVersion version;
    bool ok = program_find(
        &(ProgramNeed){
            .name = name,
            .asks = (const char *const[]){"-c", script, NULL},
            .least = {.major = 3,    .minor = 8},
            .package = "the package"
    },
        loop, NULL, &version, err);

    loop_free(loop);
    return ok;
}

static const struct {
    const char *name, *program, *script, *words; /* NULL: it will do */
} FINDINGS[] = {
    {"as old as it may be", "sh",                   "echo v3.8.0",         NULL                                               },
    {"newer",               "sh",                   "echo x 4.1",          NULL                                               },
    {"too old",             "sh",                   "echo v3.7.9",
     "sh is version 3.7, too old; install the package (3.8 or later)"                                                         },
    {"far too old",         "sh",                   "echo 2.99",           "too old"                                          },
    {"silent",              "sh",                   "exit 0",              "sh does not tell its version; install the package"},
    {"refuses",             "sh",                   "echo v3.9.0; exit 1", "does not tell its version"                        },
    {"not there",           "/nowhere/not-a-thing", "",
     "/nowhere/not-a-thing is not there; install the package (3.8 or later)"                                                  },
};

static void test_finds(void)
{
    for (size_t i = 0; i < TEST_COUNT(FINDINGS); i++) {
        Error err = {0};

        CHECK_CASE(FINDINGS[i].name,
                   find(FINDINGS[i].program, FINDINGS[i].script, &err) == !FINDINGS[i].words);
        if (FINDINGS[i].words != NULL) {
            CHECK_CASE(FINDINGS[i].name, err.code == ERR_INVALID);
            CHECK_CASE(FINDINGS[i].name, strstr(err.message, FINDINGS[i].words) != NULL);
        }
    }
}

/* Without words of its own it is asked for --version. */
static void test_asks_as_usual(void)
{
    Loop *loop = loop_new();
    ProgramVersion version = {0};

    CHECK(program_find(&(ProgramNeed){.name = "psql", .least = {.major = 9}}, loop, NULL, &version,
                       NULL));
    CHECK(version.major > 9);
    loop_free(loop);
}

TEST_SUITE("engine/clients/program_find", {"reads versions", test_reads_versions},
           {"finds", test_finds}, {"asks as usual", test_asks_as_usual});
