/*
 * tests/engine/backup/verify_test.c - a backup that can be restored, and every way in which one cannot.
 */
#include "engine/backup/verify.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "tests/engine/backup/cellar.h"
#include "tests/test.h"

static bool tells(const BackupReport *report, const char *check, const char *text)
{
    for (size_t i = 0; i < report->count; i++) {
        if (report->flaws[i].is_fatal && strcmp(report->flaws[i].check, check) == 0 &&
            strstr(report->flaws[i].text, text))
            return true;
    }
    return false;
}

static BackupReport verified(const char *folder)
{
    Backup backup;
    BackupReport report;

    backup_verify(folder, NULL, &backup, &report);
    backup_release(&backup);
    return report;
}

static void test_a_good_one(void)
{
    Cellar cellar;
    Backup backup;
    BackupReport report;
    char *folder;

    cellar_open(&cellar);
    folder = cellar_backup(&cellar, "good");
    backup_verify(folder, NULL, &backup, &report);
    CHECK(backup_report_is_good(&report) && report.was_opened);
    CHECK_INTEGER(report.count, 1); /* that it is not encrypted */
    CHECK_TEXT(backup.database.data, CELLAR_DUMP);
    CHECK(backup_secret(&backup, "tsb-certs") != NULL && !backup_secret(&backup, "es-certs"));
    CHECK_INTEGER(backup_taken_ms(&backup), 1772334000000);
    backup_release(&backup);
    free(folder);
    cellar_close(&cellar);
}

static cJSON *number(void)
{
    return cJSON_CreateNumber(17);
}

static cJSON *other_text(void)
{
    return cJSON_CreateString("other");
}

static cJSON *nothing(void)
{
    return NULL;
}

static cJSON *key_in_base64_twice(void)
{
    return cJSON_CreateString(
        "TFMwdExTMUNSVWRKVGlC"); /* "LS0tLS1CRUdJTiB", which is "-----BEGIN " */
}

static cJSON *another_kid(void)
{
    return cJSON_CreateString("YW5vdGhlcg==");
}

/* In the manifest, or in the first Secret. */
static const struct {
    const char *name;
    void (*change)(const char *folder, const char *path, cJSON *value);
    const char *path;
    cJSON *(*value)(void);
    const char *check, *text;
} CHANGES[] = {
    {"another format",            cellar_change,        "format",                   number,              "BK-03",  "format"      },
    {"the key was not exported",  cellar_change,        "secrets/present/0",        other_text,          "SEC-17",
     "iam-signing-key"                                                                                                           },
    {"a Secret was not exported", cellar_change,        "secrets/present/1",        other_text,          "F-804",
     "admin-cred"                                                                                                                },
    {"named, and not there",      cellar_change_secret, "metadata/name",            other_text,          "F-805",
     "iam-signing-key"                                                                                                           },
    {"another plane's namespace", cellar_change_secret, "metadata/namespace",       other_text,          "F-803",
     "iam-signing-key"                                                                                                           },
    {"a uid",                     cellar_change_secret, "metadata/uid",             other_text,          "SEC-16", "metadata.uid"},
    {"a resourceVersion",         cellar_change_secret, "metadata/resourceVersion", other_text,          "SEC-16",
     "resourceVersion"                                                                                                           },
    {"empty",                     cellar_change_secret, "data",                     nothing,             "F-804",  "is empty"    },
    {"encoded twice",             cellar_change_secret, "data/it",                  key_in_base64_twice, "F-823",  "twice"       },
    {"another key",               cellar_change_secret, "data/kid",                 another_kid,         "SEC-17", "holds key"   },
    {"no file of the database",   cellar_change,        "files/2/name",             other_text,          "F-806",  "not there"   },
    {"a name that leads away",    cellar_change,        "files/0/name",             nothing,             "F-805",  "?"           },
};

static void test_what_is_wrong_with_it(void)
{
    Cellar cellar;

    cellar_open(&cellar);
    for (size_t i = 0; i < TEST_COUNT(CHANGES); i++) {
        char *folder = cellar_backup(&cellar, "it");
        BackupReport report;

        CHANGES[i].change(folder, CHANGES[i].path, CHANGES[i].value());
        report = verified(folder);
        CHECK_CASE(CHANGES[i].name, tells(&report, CHANGES[i].check, CHANGES[i].text));
        free(folder);
    }
    cellar_close(&cellar);
}

static const struct {
    const char *name, *text, *check;
} DUMPS[] = {
    {"nothing at all",                 "",                                          "F-807"},
    {"the program failed in the pipe", "--\n-- PostgreSQL database dump\n--\n",     "F-807"},
    {"cut off",                        "CREATE TABLE a ();\nCOPY a FROM stdin;\n1", "F-806"},
};

static void test_dumps(void)
{
    Cellar cellar;
    char *folder;
    BackupReport report;

    cellar_open(&cellar);
    folder = cellar_backup(&cellar, "it");
    for (size_t i = 0; i < TEST_COUNT(DUMPS); i++) {
        cellar_change_dump(folder, DUMPS[i].text);
        report = verified(folder);
        CHECK_CASE(DUMPS[i].name, tells(&report, DUMPS[i].check, "database.sql.gz"));
    }
    cellar_change_dump(folder, "CREATE TABLE a ();\n--\n-- PostgreSQL database dump complete\n--\n"
                               "\n\\unrestrict 4b0AUdJTiB\n\n");
    report = verified(folder);
    CHECK(backup_report_is_good(&report));
    free(folder);
    cellar_close(&cellar);
}

static void test_files(void)
{
    Cellar cellar;
    char *folder;
    BackupReport report;

    cellar_open(&cellar);
    folder = cellar_backup(&cellar, "cut");
    CHECK(cellar_runs(&cellar, "truncate -s -7 cut/database.sql.gz"));
    report = verified(folder);
    CHECK(tells(&report, "F-806", "cut off"));
    free(folder);
    folder = cellar_backup(&cellar, "overwritten");
    CHECK(cellar_runs(&cellar,
                      "tr a b <overwritten/secrets.json >t && mv t overwritten/secrets.json"));
    report = verified(folder);
    CHECK(tells(&report, "F-805", "secrets.json: its digest"));
    free(folder);
    folder = cellar_backup(&cellar, "unfinished");
    CHECK(cellar_runs(&cellar, "rm unfinished/manifest.json"));
    report = verified(folder);
    CHECK(tells(&report, "BK-03", "no finished backup"));
    free(folder);
    cellar_close(&cellar);
}

TEST_SUITE("engine/backup/verify", {"a good one", test_a_good_one},
           {"what is wrong with it", test_what_is_wrong_with_it}, {"dumps", test_dumps},
           {"files", test_files});
