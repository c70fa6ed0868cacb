/*
 * tests/fakes/postgres/basebackup_options_test.c - options of BASE_BACKUP: what 15.20 answered to each that it did not take, and what is taken.
 */
#include "fakes/postgres/basebackup_options.h"

#include <string.h>

#include "tests/test.h"

static const struct {
    const char *options, *sqlstate, *message;
} REFUSED[] = {
    {"( LABEL 'a', LABEL 'b')",                               "42601", "duplicate option \"label\""                                 },
    {"( PROGRESS, PROGRESS)",                                 "42601", "duplicate option \"progress\""                              },
    {"( MAX_RATE 31)",                                        "22003",
     "31 is outside the valid range for parameter \"MAX_RATE\" (32 .. 1048576)"                                                     },
    {"( MAX_RATE 1048577)",                                   "22003",
     "1048577 is outside the valid range for parameter \"MAX_RATE\" (32 .. 1048576)"                                                },
    {"( CHECKPOINT 'slow')",                                  "42601", "unrecognized checkpoint type: \"slow\""                     },
    {"( MANIFEST 'maybe')",                                   "42601", "unrecognized manifest option: \"maybe\""                    },
    {"( MANIFEST_CHECKSUMS 'md5', MANIFEST 'yes')",           "42601",
     "unrecognized checksum algorithm: \"md5\""                                                                                     },
    {"( MANIFEST_CHECKSUMS 'sha256')",                        "42601", "manifest checksums require a backup manifest"               },
    {"( TARGET 'nowhere')",                                   "0A000", "unrecognized target: \"nowhere\""                           },
    {"( TARGET 'server')",                                    "42601", "target \"server\" requires a target detail"                 },
    {"( TARGET 'client', TARGET_DETAIL 'x')",                 "42601",
     "target \"client\" does not accept a target detail"                                                                            },
    {"( TARGET 'blackhole', TARGET_DETAIL 'x')",              "42601",
     "target \"blackhole\" does not accept a target detail"                                                                         },
    {"( COMPRESSION 'lzma')",                                 "42601", "unrecognized compression algorithm: \"lzma\""               },
    {"( COMPRESSION 'gzip', COMPRESSION_DETAIL 'level=99')",  "42601",
     "invalid compression specification: compression algorithm \"gzip\" expects a compression level between 1 and 9 (default at -1)"},
    {"( COMPRESSION 'gzip', COMPRESSION_DETAIL 'workers=3')", "42601",
     "invalid compression specification: compression algorithm \"gzip\" does not accept a worker count"                             },
    {"( COMPRESSION 'gzip', COMPRESSION_DETAIL 'x=3')",       "42601",
     "invalid compression specification: unrecognized compression option: \"x\""                                                    },
    {"( COMPRESSION 'gzip', COMPRESSION_DETAIL '')",          "42601",
     "invalid compression specification: found empty string where a compression option was expected"                                },
    {"( COMPRESSION_DETAIL '3')",                             "42601",
     "compression detail cannot be specified unless compression is enabled"                                                         },
    {"( COMPRESSION 'none', COMPRESSION_DETAIL '3')",         "42601",
     "invalid compression specification: compression algorithm \"none\" does not accept a compression level"                        },
    {"( WAL 'perhaps')",                                      "42601", "wal requires a Boolean value"                               },
    {"( VERIFY_CHECKSUMS 'x')",                               "42601", "verify_checksums requires a Boolean value"                  },
    {"( FROBNICATE)",                                         "42601", "unrecognized base backup option: \"frobnicate\""            },
    {"(",                                                     "42601", "syntax error"                                               },
    {"LABEL",                                                 "42601", "syntax error"                                               },
 /* What a real one would do, and this one does not. */
    {"( COMPRESSION 'lz4')",                                  "0A000", "this build does not support compression with lz4"           },
    {"( TARGET 'server', TARGET_DETAIL '/x')",                "0A000", "this server keeps no backups of its own"                    },
};

static bool read_options(const char *text, Arena *arena, PgBackupOptions *out, PgReport *report)
{
    PgWords words = pg_words(text, arena);

    return pg_backup_options_read(&words, out, report);
}

static void test_refused(void)
{
    Arena arena = {0};

    for (size_t i = 0; i < TEST_COUNT(REFUSED); i++) {
        PgBackupOptions options;
        PgReport report = {.code = ""};

        CHECK_CASE(REFUSED[i].options,
                   !read_options(REFUSED[i].options, &arena, &options, &report));
        CHECK_TEXT(report.code, REFUSED[i].sqlstate);
        CHECK_TEXT(report.message, REFUSED[i].message);
    }
    arena_release(&arena);
}

static void test_taken(void)
{
    Arena arena = {0};
    PgBackupOptions options;
    PgReport report;

    CHECK(read_options("( LABEL 'pg_basebackup base backup',  PROGRESS,  WAIT 0,  MANIFEST 'yes',  "
                       "TARGET 'client')",
                       &arena, &options, &report));
    CHECK_TEXT(options.label, "pg_basebackup base backup");
    CHECK(options.has_progress && !options.waits && options.has_manifest && !options.is_fast);
    CHECK(read_options("( CHECKPOINT 'fast', WAL, MAX_RATE 32, COMPRESSION 'gzip', "
                       "COMPRESSION_DETAIL 'level=3', TABLESPACE_MAP, VERIFY_CHECKSUMS 0)",
                       &arena, &options, &report));
    CHECK(options.is_fast && options.has_log && options.is_gzip && options.level == 3);
    CHECK(options.rate_kb_per_s == 32 && options.has_tablespace_map && !options.verifies);
    CHECK(read_options("LABEL 'old' FAST NOWAIT", &arena, &options, &report));
    CHECK(options.is_fast && !options.waits && strcmp(options.label, "old") == 0);
    arena_release(&arena);
}

TEST_SUITE("fakes/postgres/basebackup_options", {"what is refused, and how", test_refused},
           {"what is taken", test_taken});
