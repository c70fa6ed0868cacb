/*
 * fakes/postgres/basebackup_options.c - what a client wants of a base backup: the options of BASE_BACKUP, read and checked.
 */
#include "fakes/postgres/basebackup_options.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <zlib.h>

static const PgSource PARSE = {"basebackup.c", "812", "parse_basebackup_options"};
static const PgSource BOOLEAN = {"define.c", "149", "defGetBoolean"};
static const PgSource SCANNER = {"repl_scanner.l", "241", "replication_yyerror"};
static const PgSource TARGET = {"basebackup_target.c", "164", "BaseBackupGetTargetHandle"};

typedef enum { IS_TEXT, IS_FLAG, IS_RATE, SETS_FLAG, CLEARS_FLAG } OptionKind;

/* The last three are of servers before 15, whose options stand in no parentheses. */
static const struct {
    const char *name;
    OptionKind kind;
    size_t member;
} OPTIONS[] = {
    {"label",              IS_TEXT,     offsetof(PgBackupOptions, label)             },
    {"progress",           IS_FLAG,     offsetof(PgBackupOptions, has_progress)      },
    {"checkpoint",         IS_TEXT,     offsetof(PgBackupOptions, checkpoint)        },
    {"wait",               IS_FLAG,     offsetof(PgBackupOptions, waits)             },
    {"wal",                IS_FLAG,     offsetof(PgBackupOptions, has_log)           },
    {"max_rate",           IS_RATE,     offsetof(PgBackupOptions, rate_kb_per_s)     },
    {"tablespace_map",     IS_FLAG,     offsetof(PgBackupOptions, has_tablespace_map)},
    {"verify_checksums",   IS_FLAG,     offsetof(PgBackupOptions, verifies)          },
    {"manifest",           IS_TEXT,     offsetof(PgBackupOptions, manifest)          },
    {"manifest_checksums", IS_TEXT,     offsetof(PgBackupOptions, checksums)         },
    {"target",             IS_TEXT,     offsetof(PgBackupOptions, target)            },
    {"target_detail",      IS_TEXT,     offsetof(PgBackupOptions, target_detail)     },
    {"compression",        IS_TEXT,     offsetof(PgBackupOptions, compression)       },
    {"compression_detail", IS_TEXT,     offsetof(PgBackupOptions, compression_detail)},
    {"fast",               SETS_FLAG,   offsetof(PgBackupOptions, is_fast)           },
    {"nowait",             CLEARS_FLAG, offsetof(PgBackupOptions, waits)             },
    {"noverify_checksums", CLEARS_FLAG, offsetof(PgBackupOptions, verifies)          },
};
enum { OPTION_COUNT = sizeof OPTIONS / sizeof OPTIONS[0] };

/* ---- one option ---- */

static bool set_flag(bool *flag, const char *name, const char *value, PgReport *report)
{
    static const struct {
        const char *word;
        bool is_on;
    } WORDS[] = {
        {"true",  true },
        {"on",    true },
        {"1",     true },
        {"false", false},
        {"off",   false},
        {"0",     false}
    };

    for (size_t i = 0; value != NULL && i < sizeof WORDS / sizeof WORDS[0]; i++) {
        if (strcasecmp(WORDS[i].word, value) == 0) {
            *flag = WORDS[i].is_on;
            return true;
        }
    }
    *flag = true;
    return value == NULL || pg_error(report, "42601", BOOLEAN, "%s requires a Boolean value", name);
}

static bool set_rate(int64_t *rate, const char *value, PgReport *report)
{
    *rate = value != NULL ? strtoll(value, NULL, 10) : 0;
    if (*rate >= 32 && *rate <= 1048576)
        return true;
    return pg_error(report, "22003", PARSE,
                    "%d is outside the valid range for parameter \"%s\" (%d .. %d)", (int)*rate,
                    "MAX_RATE", 32, 1048576);
}

static bool set_text(const char **text, const char *name, const char *value, bool is_list,
                     PgReport *report)
{
    *text = value;
    if (value != NULL)
        return true;
    if (!is_list)
        return pg_error(report, "42601", SCANNER, "syntax error");
    return pg_error(report, "42601", PARSE, "%s requires a parameter", name);
}

static bool set_option(PgBackupOptions *options, size_t index, const char *value, bool is_list,
                       PgReport *report)
{
    char *member = (char *)options + OPTIONS[index].member;
    const char *name = OPTIONS[index].name;

    switch (OPTIONS[index].kind) {
    case IS_TEXT:
        return set_text((const char **)member, name, value, is_list, report);
    case IS_FLAG:
        return set_flag((bool *)member, name, value, report);
    case IS_RATE:
        return set_rate((int64_t *)member, value, report);
    case SETS_FLAG:
    case CLEARS_FLAG:
        *(bool *)member = OPTIONS[index].kind == SETS_FLAG;
        return true;
    }
    return false;
}

static bool take_option(PgWords *words, PgBackupOptions *out, bool is_list, bool *is_given,
                        const char *name, const char *value, PgReport *report)
{
    for (size_t i = 0; i < OPTION_COUNT; i++) {
        if (strcasecmp(OPTIONS[i].name, name) != 0 || (is_list && OPTIONS[i].kind >= SETS_FLAG))
            continue;
        if (is_given[i])
            return pg_error(report, "42601", PARSE, "duplicate option \"%s\"", OPTIONS[i].name);
        is_given[i] = true;
        return set_option(out, i, value, is_list, report);
    }
    if (!is_list)
        return pg_error(report, "42601", SCANNER, "syntax error");
    return pg_error(report, "42601", PARSE, "unrecognized base backup option: \"%s\"",
                    pg_words_lower(words, name));
}

/* ---- all of them ---- */

static bool is_one_of(const char *text, const char *a, const char *b)
{
    return text == NULL || strcasecmp(text, a) == 0 || strcasecmp(text, b) == 0;
}

static bool check_checkpoint(PgBackupOptions *options, PgReport *report)
{
    if (!is_one_of(options->checkpoint, "fast", "spread"))
        return pg_error(report, "42601", PARSE, "unrecognized checkpoint type: \"%s\"",
                        options->checkpoint);
    if (options->checkpoint != NULL)
        options->is_fast = strcasecmp(options->checkpoint, "fast") == 0;
    return true;
}

/* 'force-encode' writes paths in hex; nothing here has a path that would need it. */
static bool check_manifest(PgBackupOptions *options, PgReport *report)
{
    static const char *const ALGORITHMS[] = {"none",   "crc32c", "sha224",
                                             "sha256", "sha384", "sha512"};
    bool is_known = options->checksums == NULL, ignored;

    if (options->manifest != NULL && strcasecmp(options->manifest, "force-encode") != 0 &&
        !is_one_of(options->manifest, "yes", "no") &&
        !set_flag(&ignored, "manifest", options->manifest, report))
        return pg_error(report, "42601", PARSE, "unrecognized manifest option: \"%s\"",
                        options->manifest);
    for (size_t i = 0; !is_known && i < sizeof ALGORITHMS / sizeof ALGORITHMS[0]; i++)
        is_known = strcasecmp(ALGORITHMS[i], options->checksums) == 0;
    if (!is_known)
        return pg_error(report, "42601", PARSE, "unrecognized checksum algorithm: \"%s\"",
                        options->checksums);
    options->has_manifest = options->manifest != NULL && !is_one_of(options->manifest, "no", "off");
    if (!options->has_manifest && options->checksums != NULL)
        return pg_error(report, "42601", PARSE, "manifest checksums require a backup manifest");
    return true;
}

static bool check_target(const PgBackupOptions *options, PgReport *report)
{
    const char *target = options->target;
    bool has_detail = options->target_detail != NULL;

    if (target == NULL)
        return !has_detail ||
               pg_error(report, "42601", PARSE, "target detail cannot be used without target");
    if (strcmp(target, "client") == 0 || strcmp(target, "blackhole") == 0)
        return !has_detail || pg_error(report, "42601", TARGET,
                                       "target \"%s\" does not accept a target detail", target);
    if (strcmp(target, "server") != 0)
        return pg_error(report, "0A000", TARGET, "unrecognized target: \"%s\"", target);
    if (!has_detail)
        return pg_error(report, "42601", TARGET, "target \"server\" requires a target detail");
    return pg_error(report, "0A000", TARGET, "this server keeps no backups of its own");
}

/* ---- compression ---- */

static bool refuse_detail(PgReport *report, const char *what, const char *which)
{
    char text[120];

    snprintf(text, sizeof text, what, which);
    return pg_error(report, "42601", PARSE, "invalid compression specification: %s", text);
}

static bool refuse_unknown(PgReport *report, const char *name, size_t length)
{
    char text[40];

    snprintf(text, sizeof text, "%.*s", (int)length, name);
    return refuse_detail(report, "unrecognized compression option: \"%s\"", text);
}

/* "9", "level=9". */
static bool read_level(PgBackupOptions *options, PgReport *report)
{
    const char *detail = options->compression_detail, *value = strchr(detail, '=');
    size_t length = strcspn(detail, "=,");
    char *end;

    if (*detail == '\0')
        return refuse_detail(report, "found empty string where a compression option was expected%s",
                             "");
    if (detail[strspn(detail, "0123456789")] == '\0')
        value = detail;
    else if (length == strlen("workers") && strncmp(detail, "workers", length) == 0)
        return refuse_detail(report, "compression algorithm \"%s\" does not accept a worker count",
                             options->compression);
    else if (length != strlen("level") || strncmp(detail, "level", length) != 0)
        return refuse_unknown(report, detail, length);
    else if (value == NULL)
        return refuse_detail(report, "compression option \"%s\" requires a value", "level");
    else
        value++;
    options->level = (int)strtol(value, &end, 10);
    if (end == value || *end != '\0')
        return refuse_detail(report, "value for compression option \"%s\" must be an integer",
                             "level");
    return true;
}

static bool check_compression(PgBackupOptions *options, PgReport *report)
{
    const char *name = options->compression;

    if (name == NULL)
        return options->compression_detail == NULL ||
               pg_error(report, "42601", PARSE,
                        "compression detail cannot be specified unless compression is enabled");
    options->is_gzip = strcmp(name, "gzip") == 0;
    if (strcmp(name, "lz4") == 0 || strcmp(name, "zstd") == 0)
        return pg_error(report, "0A000", PARSE, "this build does not support compression with %s",
                        name);
    if (!options->is_gzip && strcmp(name, "none") != 0)
        return pg_error(report, "42601", PARSE, "unrecognized compression algorithm: \"%s\"", name);
    if (options->compression_detail == NULL)
        return true;
    if (!read_level(options, report))
        return false;
    if (!options->is_gzip)
        return refuse_detail(report,
                             "compression algorithm \"%s\" does not accept a compression level",
                             name);
    return (options->level >= 1 && options->level <= 9) ||
           refuse_detail(report,
                         "compression algorithm \"%s\" expects a compression level between 1 and 9 "
                         "(default at -1)",
                         name);
}

bool pg_backup_options_read(PgWords *words, PgBackupOptions *out, PgReport *report)
{
    bool is_given[OPTION_COUNT] = {false}, is_list;
    const char *name, *value;

    *out = (PgBackupOptions){.label = "base backup",
                             .waits = true,
                             .verifies = true,
                             .level = Z_DEFAULT_COMPRESSION};
    is_list = pg_words_take(words, "(");
    while (pg_words_option(words, &name, &value)) {
        if (!take_option(words, out, is_list, is_given, name, value, report))
            return false;
    }
    if ((is_list && !pg_words_take(words, ")")) || !pg_words_are_over(words))
        return pg_error(report, "42601", SCANNER, "syntax error");
    return check_checkpoint(out, report) && check_manifest(out, report) &&
           check_target(out, report) && check_compression(out, report);
}
