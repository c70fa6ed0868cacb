/*
 * engine/steps/artefacts.c - what is to be restored is there, whole, and can be opened.
 *
 * Source: domain.md RR0, BK-03, SEC-16, SEC-17; F-801, F-804 to F-807, F-812, F-823. Asked of the backup's folder alone.
 */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "engine/backup/secrets.h"
#include "engine/observations.h"
#include "engine/restore/order.h"
#include "engine/steps/steps.h"

/* Without the key on purpose, its absence is no flaw. */
static bool is_accepted(const Operation *operation, const BackupFlaw *flaw)
{
    return !flaw->is_fatal ||
           (restore_is_without_key(operation) && strcmp(flaw->check, "SEC-17") == 0);
}

static bool find_flaw(Operation *operation, const BackupReport *report, Observation *out)
{
    for (size_t i = 0; i < report->count; i++) {
        const BackupFlaw *flaw = &report->flaws[i];

        if (is_accepted(operation, flaw)) {
            operation_warn(operation, flaw->check, "the backup: %s", flaw->text);
            continue;
        }
        observe_failed(out, REACT_REFUSE, flaw->check, "a backup that can be restored", flaw->text,
                       "understudy verify-backup FOLDER",
                       strcmp(flaw->check, "SEC-17") == 0
                           ? "name an older backup that has the key, or what opens this one "
                             "(--key, --password-file); if the key is lost: --without-key"
                           : "name an older backup");
        return true;
    }
    return false;
}

/* What it holds is wanted, and not only by what its manifest says. */
static bool is_opened(const BackupReport *report, Observation *out)
{
    if (!report->was_opened)
        observe_failed(out, REACT_REFUSE, "SEC-17", "a backup that can be opened",
                       "it is encrypted, and nothing was named that opens it",
                       "understudy verify-backup FOLDER",
                       "name the recipient's key or the password: --key, --password-file");
    return report->was_opened;
}

static void note_facts(Operation *operation, const Backup *backup)
{
    const cJSON *manifest = backup->manifest;
    const cJSON *key =
        backup_secret(backup, json_string_or(manifest, "signingKey/secret", SIGNING_KEY));
    char id[96];

    json_put_integer(operation->record, "restore/takenMs", backup_taken_ms(backup));
    json_put_string(operation->record, "restore/namespace",
                    json_string_or(manifest, "plane/namespace", ""));
    json_put_integer(operation->record, "restore/serverVersion",
                     json_integer_or(manifest, "database/serverVersion", 0));
    json_put_string(operation->record, "restore/database",
                    json_string_or(manifest, "database/name",
                                   operation->environment->postgres.database));
    if (json_has(manifest, "inventory"))
        json_put(operation->record, "restore/inventory",
                 cJSON_Duplicate(json_find(manifest, "inventory"), true));
    if (key && signing_key_id(key, id))
        json_put_string(operation->record, "restore/keyId", id);
}

static void observe_artefacts(Operation *operation, Observation *out)
{
    Backup backup = {0};
    BackupReport report = {0};
    Error why = {0};
    char ago[CLOCK_TEXT_MAX];

    if (!restore_order_note(operation, &why)) {
        observe_failed(out, REACT_REFUSE, "BK-03", "a backup to restore", why.message,
                       "ls the folder", "name a backup, or a folder of backups: --from FOLDER");
        return;
    }
    restore_verify(operation, &backup, &report);
    if (!find_flaw(operation, &report, out) && is_opened(&report, out)) {
        note_facts(operation, &backup);
        observe_holds(out, "the backup is whole, %s old%s",
                      clock_duration(clock_wall_ms() - backup_taken_ms(&backup), ago),
                      restore_is_without_key(operation) ? "; its signing key is not used" : "");
    }
    backup_release(&backup);
}

static int64_t deadline(const Operation *operation)
{
    return operation->environment->policies.preflight_ms;
}

const Step STEP_ARTEFACTS = {
    .id = "RR0",
    .name = "artefacts",
    .why = "what turns out to be missing after the install cannot be fetched any more",
    .never = "change anything",
    .observe = observe_artefacts,
    .deadline_ms = deadline,
    .on_deadline = REACT_REFUSE,
    .remedy = "see that the backup can be read",
    .is_once = true,
};
