/*
 * cli/verify_backup.c - `understudy verify-backup`: can that be restored? Asked of a folder alone.
 *
 * A verb of its own, not a word behind `backup`: it needs no environment and no cluster, and takes other flags.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "cli/options.h"
#include "engine/backup/verify.h"

static void print_names(const char *title, const cJSON *names)
{
    const cJSON *name;

    if (!cJSON_GetArraySize(names))
        return;
    printf("%s", title);
    cJSON_ArrayForEach(name, names) if (cJSON_IsString(name)) printf(" %s", name->valuestring);
    printf("\n");
}

static void print_manifest(const Backup *backup)
{
    const cJSON *manifest = backup->manifest;
    char age[CLOCK_TEXT_MAX];

    printf("%s\n", json_string_or(manifest, "name", backup->folder));
    printf("taken     %s, %s ago\n", json_string_or(manifest, "takenAt", "?"),
           clock_duration(clock_wall_ms() - backup_taken_ms(backup), age));
    printf("plane     %s, organization %s, TSB %s\n", json_string_or(manifest, "plane/name", "?"),
           json_string_or(manifest, "organization", "?"),
           json_string_or(manifest, "versions/tsb", "?"));
    printf("key       %s\n", json_string_or(manifest, "signingKey/id", "none"));
    print_names("secrets  ", json_find(manifest, "secrets/present"));
    print_names("without  ", json_find(manifest, "secrets/absent"));
    printf("database  %lld bytes at %s, timeline %lld\n",
           (long long)json_integer_or(manifest, "database/bytes", 0),
           json_string_or(manifest, "database/lsnBefore", "?"),
           (long long)json_integer_or(manifest, "database/timeline", 0));
}

static void print_report(const BackupReport *report)
{
    for (size_t i = 0; i < report->count; i++)
        printf("%s %s: %s\n", report->flaws[i].is_fatal ? "FAULT" : "WARN", report->flaws[i].check,
               report->flaws[i].text);
    if (!report->was_opened && backup_report_is_good(report))
        printf(
            "WARN BK: it stayed closed: digests and names are right, its content was not looked at; give "
            "--key or --password-file\n");
    printf("%s\n", backup_report_is_good(report) ? "it can be restored" : "do not restore it");
}

static int verify(const char *folder, const SealKeys *keys)
{
    bool has_key = keys->key_file || keys->password_file;
    Backup backup = {0};
    BackupReport report = {0};

    backup_verify(folder, has_key ? keys : NULL, &backup, &report);
    if (backup.manifest)
        print_manifest(&backup);
    print_report(&report);
    backup_release(&backup);
    return backup_report_is_good(&report) ? EXIT_PASSED : EXIT_CHECK_FAILED;
}

static int run_verify(int count, char **arguments)
{
    SealKeys keys = {0};
    const Option options[] = {
        {"--key",           0, OPTION_TEXT, &keys.key_file     },
        {"--password-file", 0, OPTION_TEXT, &keys.password_file},
    };
    const char **places = memory_new((size_t)count + 1, sizeof *places);
    size_t place_count;
    int code = EXIT_PASSED;

    if (options_read(&VERB_VERIFY_BACKUP, count, arguments, options,
                     sizeof options / sizeof *options, places, &place_count, &code))
        code = place_count == 1 ? verify(places[0], &keys)
                                : usage_error(&VERB_VERIFY_BACKUP, "name one folder of a backup");
    free(places);
    return code;
}

const Verb VERB_VERIFY_BACKUP = {
    .name = "verify-backup",
    .summary = "can a backup be restored? Asked of its folder alone",
    .help =
        "Usage: understudy verify-backup FOLDER [--key FILE | --password-file FILE]\n"
        "\n"
        "Holds every file against the manifest (size and SHA-256), and the manifest against what a backup has to hold. With\n"
        "what opens it, the content, too: every Secret that is named is there, is of the plane's namespace, and has nothing\n"
        "that another cluster refuses; the signing key is the one that was live; the dump comes to its end and holds tables.\n"
        "\n"
        "      --key FILE             the private key (PEM) of the certificate that it was encrypted to\n"
        "      --password-file FILE   its password\n"
        "\n"
        "Exit codes: 0 it can be restored, 1 it should not be, 2 usage.\n"
        "\n"
        "  understudy verify-backup /srv/backups/staging-mp1-20260301T030000Z --key operations.key\n",
    .run = run_verify,
};
