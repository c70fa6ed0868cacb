/*
 * engine/backup/verify.c - can this be restored? Asked of a folder alone, without any cluster.
 */
#include "engine/backup/verify.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "engine/backup/dump_text.h"
#include "engine/backup/secrets.h"

typedef struct {
    Backup *backup;
    BackupReport *report;
} Examiner;

static void add_flaw(Examiner *examiner, bool is_fatal, const char *check, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* The fatal ones come first; when there is no more room, those that are not go. NULL: there is no room. */
static BackupFlaw *place_flaw(BackupReport *report, bool is_fatal)
{
    size_t at = report->count;
    BackupFlaw *flaw;

    while (is_fatal && at > 0 && !report->flaws[at - 1].is_fatal)
        at--;
    if (at == BACKUP_FLAWS_MAX)
        return NULL;
    if (report->count == BACKUP_FLAWS_MAX)
        report->count--;
    flaw = &report->flaws[at];
    memmove(flaw + 1, flaw, (report->count - at) * sizeof *flaw);
    report->count++;
    *flaw = (BackupFlaw){.is_fatal = is_fatal};
    return flaw;
}

static void add_flaw(Examiner *examiner, bool is_fatal, const char *check, const char *format, ...)
{
    BackupFlaw *flaw = place_flaw(examiner->report, is_fatal);
    va_list arguments;

    if (!flaw)
        return;
    snprintf(flaw->check, sizeof flaw->check, "%s", check);
    va_start(arguments, format);
    vsnprintf(flaw->text, sizeof flaw->text, format, arguments);
    va_end(arguments);
}

bool backup_report_is_good(const BackupReport *report)
{
    return report->count == 0 || !report->flaws[0].is_fatal;
}

/* ---- a dump ------------------------------------------------------------------------------------------------------------- */

static void examine_database(Examiner *examiner)
{
    const Backup *backup = examiner->backup;
    DumpText text = {0};
    const char *check;
    Error why = {0};

    if (!json_has(backup->manifest, "database/file"))
        return;
    dump_text_add(&text, backup->database.data ? backup->database.data : "",
                  backup->database.length);
    if (!dump_text_is_whole(&text, &check, &why))
        add_flaw(examiner, true, check, "%s: %s",
                 json_string_or(backup->manifest, "database/file", ""), why.message);
}

/* ---- secrets ------------------------------------------------------------------------------------------------------------ */

static bool lists(const cJSON *names, const char *wanted)
{
    const cJSON *name;

    cJSON_ArrayForEach(name, names)
    {
        if (cJSON_IsString(name) && strcmp(name->valuestring, wanted) == 0)
            return true;
    }
    return false;
}

static void expect_name(Examiner *examiner, const char *name)
{
    if (!lists(json_find(examiner->backup->manifest, "secrets/present"), name))
        add_flaw(examiner, true, strcmp(name, SIGNING_KEY) == 0 ? "SEC-17" : "F-804",
                 "Secret %s is missing: it was not exported", name);
}

/* What every plane has, and the key that this one signs with. */
static void examine_names(Examiner *examiner)
{
    const SecretRow *row;

    expect_name(examiner,
                json_string_or(examiner->backup->manifest, "signingKey/secret", SIGNING_KEY));
    for (int i = 0; (row = secret_row(i)); i++)
        if (!row->is_optional)
            expect_name(examiner, row->name);
}

static void examine_secret(Examiner *examiner, const cJSON *secret)
{
    const char *name = json_string_or(secret, "metadata/name", "?");
    const char *foreign = object_foreign_part(secret), *twice = secret_encoded_twice(secret);
    const char *ns = json_string_or(examiner->backup->manifest, "plane/namespace", "");

    if (foreign)
        add_flaw(examiner, true, "SEC-16",
                 "Secret %s still has metadata.%s, which another cluster refuses", name, foreign);
    if (twice)
        add_flaw(examiner, true, "F-823", "Secret %s: %s is encoded in base64 twice", name, twice);
    if (!json_find(secret, "data") || !json_find(secret, "data")->child)
        add_flaw(examiner, true, "F-804", "Secret %s is empty", name);
    if (strcmp(json_string_or(secret, "metadata/namespace", ""), ns) != 0)
        add_flaw(examiner, true, "F-803", "Secret %s is of namespace %s, the plane's is %s", name,
                 json_string_or(secret, "metadata/namespace", "none"), ns);
}

static void examine_key(Examiner *examiner)
{
    const cJSON *manifest = examiner->backup->manifest;
    const char *name = json_string_or(manifest, "signingKey/secret", SIGNING_KEY);
    const cJSON *secret = backup_secret(examiner->backup, name);
    char id[96] = "";

    if (!secret)
        return; /* that it is missing is told already */
    if (!signing_key_id(secret, id))
        add_flaw(examiner, true, "SEC-17", "Secret %s holds no key that can be read", name);
    else if (strcmp(id, json_string_or(manifest, "signingKey/id", "")) != 0)
        add_flaw(examiner, true, "SEC-17", "Secret %s holds key %s, the manifest says %s", name, id,
                 json_string_or(manifest, "signingKey/id", "nothing"));
}

/* By what is in it, not by what it is called (F-805). */
static void examine_secrets(Examiner *examiner)
{
    const Backup *backup = examiner->backup;
    const cJSON *name, *secret;

    cJSON_ArrayForEach(name, json_find(backup->manifest, "secrets/present"))
    {
        if (cJSON_IsString(name) && !backup_secret(backup, name->valuestring))
            add_flaw(examiner, true, "F-805",
                     "the file of secrets does not hold %s, which the manifest names",
                     name->valuestring);
    }
    cJSON_ArrayForEach(secret, json_find(backup->secrets, "items"))
        examine_secret(examiner, secret);
    examine_key(examiner);
}

/* ---- the whole ---------------------------------------------------------------------------------------------------------- */

static bool is_named(const cJSON *manifest, const char *holds)
{
    const cJSON *file;

    cJSON_ArrayForEach(file, json_find(manifest, "files"))
    {
        if (strcmp(json_string_or(file, "holds", ""), holds) == 0)
            return true;
    }
    return false;
}

/* What a backup of that purpose has to have. */
static void examine_parts(Examiner *examiner)
{
    const cJSON *manifest = examiner->backup->manifest;
    bool is_whole = strcmp(json_string_or(manifest, "purpose", ""), BACKUP_WHOLE) == 0;

    if (is_whole && !is_named(manifest, BACKUP_SECRETS))
        add_flaw(examiner, true, "F-804", "no file of secrets");
    if (is_whole && !is_named(manifest, BACKUP_VALUES) && !is_named(manifest, BACKUP_RESOURCE))
        add_flaw(examiner, true, "SEC-18", "neither Helm's values nor the ManagementPlane");
    if (is_whole)
        examine_names(examiner);
    if (!is_named(manifest, BACKUP_DATABASE))
        add_flaw(examiner, !is_whole, "BK-04", "no dump of the database here: %s",
                 json_string_or(manifest, "database/lies", "none was taken"));
}

static bool examine_files(Examiner *examiner)
{
    const cJSON *file;
    bool are_whole = true;

    cJSON_ArrayForEach(file, json_find(examiner->backup->manifest, "files"))
    {
        Error why = {0};

        if (backup_file_is_whole(examiner->backup, file, &why))
            continue;
        add_flaw(examiner, true,
                 strcmp(json_string_or(file, "holds", ""), BACKUP_DATABASE) == 0 ? "F-806"
                                                                                 : "F-805",
                 "%s", why.message);
        are_whole = false;
    }
    return are_whole;
}

static bool is_encrypted(const Backup *backup)
{
    return strcmp(json_string_or(backup->manifest, "encryption", "none"), "none") != 0;
}

static void examine_content(Examiner *examiner, const SealKeys *keys)
{
    const SealKeys none = {0};
    Error why = {0};

    if (!keys && is_encrypted(examiner->backup))
        return;
    if (!backup_open(examiner->backup, keys ? keys : &none, &why)) {
        add_flaw(examiner, true, why.code == ERR_DENIED ? "SEC-17" : "F-806", "%s", why.message);
        return;
    }
    examiner->report->was_opened = true;
    if (examiner->backup->secrets)
        examine_secrets(examiner);
    examine_database(examiner);
}

void backup_verify(const char *folder, const SealKeys *keys, Backup *out_backup,
                   BackupReport *out_report)
{
    Examiner examiner = {.backup = out_backup};
    Error why = {0};

    *out_backup = (Backup){0};
    *out_report = (BackupReport){0};
    examiner.report = out_report;
    if (!backup_find(folder, out_backup, &why)) {
        add_flaw(&examiner, true, "BK-03", "%s", why.message);
        return;
    }
    examine_parts(&examiner);
    if (examine_files(&examiner))
        examine_content(&examiner, keys);
    if (!is_encrypted(out_backup))
        add_flaw(&examiner, false, "BK", "it is not encrypted: whoever reads it has every key");
}
