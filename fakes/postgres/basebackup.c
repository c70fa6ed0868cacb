/*
 * fakes/postgres/basebackup.c - BASE_BACKUP: a tar of a data directory from which a standby starts, and its manifest.
 *
 * All goes well: the checkpoint is waited for (a spread one takes minutes; CHECKPOINT 'fast' does not), the log goes on in a segment
 * of its own, two small answers say where the backup begins and how large it will be; label, files and, last, the control file go
 * out as one tar, piece by piece; the log that the backup needs ends; manifest and end position follow.
 * Goes wrong: there is no checkpoint to begin from, or a file cannot be read (58P01); the client has gone (the session is freed).
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <zlib.h>

#include "base/memory.h"
#include "fakes/postgres/backup_files.h"
#include "fakes/postgres/basebackup_options.h"
#include "fakes/postgres/control_file.h"
#include "fakes/postgres/manifest.h"
#include "fakes/postgres/session_inside.h"
#include "fakes/postgres/wal.h"

enum {
    PIECE_MAX = 32 * 1024,
    PROGRESS_EVERY = 1 << 20,
    TAR_BLOCK = 512,
    GZIP = 16, /* deflateInit2: what is added to the window bits */
};

static const PgSource PARSE = {"basebackup.c", "812", "parse_basebackup_options"};
static const PgSource READ = {"basebackup.c", "1558", "sendFile"};
static const PgSource BEGIN = {"xlog.c", "8323", "do_pg_backup_start"};
static const PgSource END = {"xlog.c", "8792", "do_pg_backup_stop"};

typedef enum { PHASE_FILES, PHASE_LOG, PHASE_OVER } Phase;

struct PgBaseBackup {
    PgBackupOptions options; /* of its texts only the label is kept */
    bool goes_to_client;
    PgBackup place;
    PgLsn needed_to;
    int64_t began_ms;
    PgBackupFiles files;
    size_t next;  /* file */
    FILE *source; /* of the one at hand */
    size_t sent;  /* of the one at hand */
    bool is_in_file;
    Phase phase;
    PgManifest manifest;
    bool has_manifest;
    Buffer tar; /* not sent yet */
    z_stream gzip;
    bool is_gzip;
    uint64_t done, said; /* bytes of the tar, and as of the last progress */
};

static PgInstance *instance_of(const PgSession *session)
{
    return session->options.instance;
}

/* ---- beginning ---- */

static bool start_gzip(struct PgBaseBackup *backup)
{
    backup->is_gzip = backup->options.is_gzip;
    return !backup->is_gzip || deflateInit2(&backup->gzip, backup->options.level, Z_DEFLATED,
                                            MAX_WBITS + GZIP, 8, Z_DEFAULT_STRATEGY) == Z_OK;
}

static struct PgBaseBackup *new_backup(const PgBackupOptions *options)
{
    struct PgBaseBackup *backup = MEMORY_NEW(struct PgBaseBackup);

    backup->options = *options;
    backup->options.label = memory_text(options->label);
    backup->goes_to_client = options->target == NULL || strcmp(options->target, "client") == 0;
    backup->has_manifest = options->has_manifest;
    pg_manifest_begin(&backup->manifest,
                      options->checksums != NULL ? options->checksums : "CRC32C");
    return backup;
}

void basebackup_free(struct PgBaseBackup *backup)
{
    if (backup == NULL)
        return;
    if (backup->source != NULL)
        fclose(backup->source);
    if (backup->is_gzip)
        deflateEnd(&backup->gzip);
    free((char *)backup->options.label);
    pg_backup_files_release(&backup->files);
    pg_manifest_release(&backup->manifest);
    buffer_release(&backup->tar);
    free(backup);
}

bool basebackup_start(PgSession *session, const char *arguments, PgReport *report)
{
    PgWords words = pg_words(arguments, &session->arena);
    PgWalsender *walsender = &session->walsender;
    PgBackupOptions options;

    if (!pg_backup_options_read(&words, &options, report))
        return false;
    basebackup_free(walsender->backup);
    walsender->backup = new_backup(&options);
    if (!start_gzip(walsender->backup))
        return pg_error(report, "22023", PARSE, "could not initialize compression library");
    walsender->due_ms = pg_now_ms(instance_of(session));
    if (!options.is_fast)
        walsender->due_ms += pg_checkpoint_ms(instance_of(session));
    walsender->state = WALSENDER_CHECKPOINTING;
    walsender->sender.state = "backup";
    return true;
}

bool basebackup_is_possible(const PgSession *session)
{
    return pg_backup_is_possible(instance_of(session));
}

void basebackup_refuse(PgSession *session)
{
    PgReport report;

    pg_error(&report, "55000", BEGIN, "there is no checkpoint from which a backup could begin");
    report.hint = "Try again later.";
    commands_fail(session, &report);
    commands_ready(session);
    session->walsender.sender.state = "startup";
}

static void add_position(PgSession *session, PgLsn lsn, uint32_t timeline)
{
    static const SqlColumn COLUMNS[] = {
        {"recptr", PG_TEXT},
        {"tli",    PG_INT8}
    };
    SqlResult result = {.columns = (SqlColumn *)COLUMNS, .column_count = 2};
    PgValue *row = sql_rows_add(&result.rows, &session->arena, 2);
    char text[24];

    row[0] = pg_text(PG_TEXT, arena_text(&session->arena, pg_lsn_text(lsn, text)));
    row[1] = pg_integer(PG_INT8, timeline);
    commands_describe(session, &result, NULL, 0);
    commands_rows(session, &result, 0, 1, NULL, 0);
    pg_add_complete(&session->out, "SELECT");
}

/* One row: there is only the default tablespace, and nobody says where that is. */
static void add_tablespaces(PgSession *session, const struct PgBaseBackup *backup)
{
    static const SqlColumn COLUMNS[] = {
        {"spcoid",      PG_OID },
        {"spclocation", PG_TEXT},
        {"size",        PG_INT8}
    };
    SqlResult result = {.columns = (SqlColumn *)COLUMNS, .column_count = 3};
    PgValue *row = sql_rows_add(&result.rows, &session->arena, 3);

    row[0] = pg_null(PG_OID);
    row[1] = pg_null(PG_TEXT);
    row[2] = pg_null(PG_INT8);
    if (backup->options.has_progress)
        row[2] = pg_integer(PG_INT8, (int64_t)(pg_backup_files_size(&backup->files) / 1024));
    commands_describe(session, &result, NULL, 0);
    commands_rows(session, &result, 0, 1, NULL, 0);
    pg_add_complete(&session->out, "SELECT");
}

static char *make_label(const struct PgBaseBackup *backup)
{
    const PgBackup *place = &backup->place;
    time_t seconds = (time_t)(backup->began_ms / 1000);
    char redo[24], checkpoint[24], file[PG_SEGMENT_NAME_SIZE], when[40];
    struct tm utc;

    gmtime_r(&seconds, &utc);
    strftime(when, sizeof when, "%Y-%m-%d %H:%M:%S UTC", &utc);
    return memory_format("START WAL LOCATION: %s (file %s)\nCHECKPOINT LOCATION: %s\n"
                         "BACKUP METHOD: streamed\nBACKUP FROM: %s\nSTART TIME: %s\nLABEL: %s\n"
                         "START TIMELINE: %" PRIu32 "\n",
                         pg_lsn_text(place->redo, redo),
                         pg_wal_segment_name(place->timeline, place->redo, file),
                         pg_lsn_text(place->checkpoint, checkpoint),
                         place->from_standby ? "standby" : "primary", when, backup->options.label,
                         place->timeline);
}

/* The tables' files are as the fake's rows are now, and not as the real server left them. */
static void put_rows(PgSession *session, struct PgBaseBackup *backup)
{
    const PgTableFile *table;
    Buffer pages = {0};

    for (size_t i = 0; pg_table_pages(instance_of(session), i, &table, &pages); i++) {
        char *path = memory_format("base/%" PRIu32 "/%" PRIu32, table->database, table->file);
        size_t size = pages.length;

        pg_backup_files_replace(&backup->files, path, buffer_take(&pages), size);
        free(path);
    }
    buffer_release(&pages);
}

static bool list_files(PgSession *session, struct PgBaseBackup *backup, Error *err)
{
    int64_t now = backup->began_ms;
    char *label = make_label(backup);
    Buffer control = {0};

    pg_backup_files_add(&backup->files, "backup_label", label, strlen(label), now);
    if (!pg_backup_files_read(&backup->files, session->options.data_directory, now, err))
        return false;
    put_rows(session, backup);
    pg_control_file(instance_of(session), &backup->place, pg_replay_lsn(instance_of(session)),
                    &control);
    pg_backup_files_add(&backup->files, "global/pg_control", control.data, control.length, now);
    return true;
}

/* ---- what goes out as copy data ---- */

static void open_copy(PgSession *session, const struct PgBaseBackup *backup)
{
    size_t begin = pg_message_begin(&session->out, 'H');

    buffer_add_byte(&session->out, 0);
    buffer_add_u16(&session->out, 0);
    pg_message_end(&session->out, begin);
    begin = pg_message_begin(&session->out, 'd');
    buffer_add_byte(&session->out, 'n');
    buffer_add_text(&session->out, backup->is_gzip ? "base.tar.gz" : "base.tar");
    buffer_add_byte(&session->out, 0);
    buffer_add_byte(&session->out, 0);
    pg_message_end(&session->out, begin);
}

static void add_piece(PgSession *session, const char *bytes, size_t length)
{
    size_t begin;

    if (length == 0 || !session->walsender.backup->goes_to_client)
        return;
    begin = pg_message_begin(&session->out, 'd');
    buffer_add_byte(&session->out, 'd');
    buffer_add(&session->out, bytes, length);
    pg_message_end(&session->out, begin);
}

static void add_progress(PgSession *session)
{
    struct PgBaseBackup *backup = session->walsender.backup;
    size_t begin = pg_message_begin(&session->out, 'd');

    buffer_add_byte(&session->out, 'p');
    buffer_add_u64(&session->out, backup->done);
    pg_message_end(&session->out, begin);
    backup->said = backup->done;
}

static void compress_piece(PgSession *session, const char *bytes, size_t length, int flush)
{
    z_stream *gzip = &session->walsender.backup->gzip;
    char out[PIECE_MAX];

    gzip->next_in = (Bytef *)bytes;
    gzip->avail_in = (uInt)length;
    do {
        gzip->next_out = (Bytef *)out;
        gzip->avail_out = sizeof out;
        deflate(gzip, flush);
        add_piece(session, out, sizeof out - gzip->avail_out);
    } while (gzip->avail_out == 0);
}

/* What there is of the tar goes out in pieces; the last one may be small. */
static void send_tar(PgSession *session, bool is_last)
{
    struct PgBaseBackup *backup = session->walsender.backup;
    size_t at = 0;

    while (backup->tar.length - at >= PIECE_MAX || (is_last && at < backup->tar.length)) {
        size_t left = backup->tar.length - at, length = left < PIECE_MAX ? left : PIECE_MAX;

        if (backup->is_gzip)
            compress_piece(session, backup->tar.data + at, length, Z_NO_FLUSH);
        else
            add_piece(session, backup->tar.data + at, length);
        at += length;
        backup->done += length;
    }
    buffer_eat(&backup->tar, at);
    if (is_last && backup->is_gzip)
        compress_piece(session, "", 0, Z_FINISH);
    if (is_last || backup->done - backup->said >= PROGRESS_EVERY)
        add_progress(session);
}

/* ---- the tar ---- */

static void put_octal(char *at, int digits, uint64_t value)
{
    for (int i = digits - 1; i >= 0; i--, value >>= 3)
        at[i] = (char)('0' + (value & 7));
}

/* Source: POSIX.1-2017, pax, "ustar Interchange Format". */
static void add_tar_header(Buffer *tar, const PgBackupFile *file)
{
    enum {
        MODE = 100,
        USER = 108,
        GROUP = 116,
        SIZE = 124,
        TIME = 136,
        SUM = 148,
        TYPE = 156,
        MAGIC = 257,
        USER_NAME = 265,
        GROUP_NAME = 297
    };
    static const char FORM[] = {'u', 's', 't', 'a', 'r', 0, '0', '0'};
    char header[TAR_BLOCK + 1] = {0};
    unsigned sum = 0;

    snprintf(header, MODE, "%s%s", file->path, file->is_folder ? "/" : "");
    put_octal(header + MODE, 7, file->is_folder ? 0700 : 0600);
    put_octal(header + USER, 7, 0);
    put_octal(header + GROUP, 7, 0);
    put_octal(header + SIZE, 11, file->size);
    put_octal(header + TIME, 11, (uint64_t)file->mtime_s);
    memset(header + SUM, ' ', 8);
    header[TYPE] = file->is_folder ? '5' : '0';
    memcpy(header + MAGIC, FORM, sizeof FORM);
    snprintf(header + USER_NAME, 32, "postgres");
    snprintf(header + GROUP_NAME, 32, "postgres");
    for (int i = 0; i < TAR_BLOCK; i++)
        sum += (unsigned char)header[i];
    put_octal(header + SUM, 6, sum);
    buffer_add(tar, header, TAR_BLOCK);
}

static void add_zeros(Buffer *tar, size_t length)
{
    memset(buffer_extend(tar, length), 0, length);
}

static PgBackupFile *file_at_hand(const struct PgBaseBackup *backup)
{
    return &backup->files.files[backup->next];
}

static void begin_file(struct PgBaseBackup *backup)
{
    PgBackupFile *file = file_at_hand(backup);

    backup->is_in_file = true;
    backup->sent = 0;
    add_tar_header(&backup->tar, file);
    pg_manifest_file_begin(&backup->manifest);
    if (file->source != NULL)
        backup->source = fopen(file->source, "rb");
}

static void end_file(struct PgBaseBackup *backup)
{
    const PgBackupFile *file = file_at_hand(backup);

    add_zeros(&backup->tar, (TAR_BLOCK - file->size % TAR_BLOCK) % TAR_BLOCK);
    if (!file->is_folder && !file->is_log)
        pg_manifest_file_end(&backup->manifest, file->path, file->mtime_s);
    if (backup->source != NULL)
        fclose(backup->source);
    backup->source = NULL;
    backup->is_in_file = false;
    backup->next++;
}

/* A file that became shorter meanwhile is filled up, as Postgres does: what is missing is in the log. */
static void read_part(PgSession *session, struct PgBaseBackup *backup, char *out, size_t length)
{
    const PgBackupFile *file = file_at_hand(backup);
    size_t had = 0;

    if (file->is_log) {
        PgLsn from = file->log + backup->sent;

        pg_read_log(instance_of(session), from, from + length, out);
        return;
    }
    if (file->content != NULL) {
        memcpy(out, file->content + backup->sent, length);
        return;
    }
    if (backup->source != NULL)
        had = fread(out, 1, length, backup->source);
    memset(out + had, 0, length - had);
}

static void send_part(PgSession *session, struct PgBaseBackup *backup)
{
    size_t left = file_at_hand(backup)->size - backup->sent;
    size_t length = left < PIECE_MAX ? left : PIECE_MAX;
    char *part = buffer_extend(&backup->tar, length);

    read_part(session, backup, part, length);
    pg_manifest_file_add(&backup->manifest, part, length);
    backup->sent += length;
}

/* ---- the machine's actions ---- */

/* What a rate leaves to be sent is sent later. */
static void keep_rate(PgSession *session)
{
    const struct PgBaseBackup *backup = session->walsender.backup;
    int64_t rate = backup->options.rate_kb_per_s * 1024;

    if (rate > 0)
        session->walsender.due_ms = backup->began_ms + (int64_t)backup->done * 1000 / rate;
}

static void give_up(PgSession *session, const Error *err)
{
    PgReport report;

    pg_error(&report, "58P01", READ, "could not read the data directory: %s", err->message);
    commands_fail(session, &report);
    commands_ready(session);
    session->walsender.state = WALSENDER_COMMANDS;
}

void basebackup_begin(PgSession *session)
{
    struct PgBaseBackup *backup = session->walsender.backup;
    Error err = {0};

    pg_backup_begin(instance_of(session), &backup->place);
    backup->began_ms = pg_now_ms(instance_of(session));
    if (!list_files(session, backup, &err)) {
        give_up(session, &err);
        return;
    }
    add_position(session, backup->place.redo, backup->place.timeline);
    add_tablespaces(session, backup);
    open_copy(session, backup);
}

/* All files are out: the log that they need ends, and goes along if the client wants it. */
static void begin_log(PgSession *session, struct PgBaseBackup *backup)
{
    backup->needed_to = pg_backup_end(instance_of(session), &backup->place);
    if (backup->options.has_log)
        pg_backup_files_add_log(&backup->files, backup->place.timeline, backup->place.redo,
                                backup->needed_to, backup->began_ms);
    backup->phase = PHASE_LOG;
}

static void end_tar(PgSession *session, struct PgBaseBackup *backup)
{
    add_zeros(&backup->tar, 2 * (size_t)TAR_BLOCK);
    send_tar(session, true);
    backup->phase = PHASE_OVER;
}

void basebackup_send(PgSession *session)
{
    struct PgBaseBackup *backup = session->walsender.backup;

    if (backup->next == backup->files.count) {
        if (backup->phase == PHASE_FILES)
            begin_log(session, backup);
        else
            end_tar(session, backup);
        return;
    }
    if (!backup->is_in_file)
        begin_file(backup);
    if (backup->sent < file_at_hand(backup)->size)
        send_part(session, backup);
    if (backup->sent == file_at_hand(backup)->size)
        end_file(backup);
    send_tar(session, false);
    keep_rate(session);
}

bool basebackup_is_over(const PgSession *session)
{
    return session->walsender.backup->phase == PHASE_OVER;
}

static void add_manifest(PgSession *session, struct PgBaseBackup *backup)
{
    size_t begin = pg_message_begin(&session->out, 'd');
    const Buffer *text = &backup->manifest.text;

    buffer_add_byte(&session->out, 'm');
    pg_message_end(&session->out, begin);
    pg_manifest_end(&backup->manifest, backup->place.timeline, backup->place.redo,
                    backup->needed_to);
    for (size_t at = 0; at < text->length; at += PIECE_MAX)
        add_piece(session, text->data + at,
                  text->length - at < PIECE_MAX ? text->length - at : PIECE_MAX);
}

static void add_notice(PgSession *session)
{
    PgReport report;

    pg_error(&report, "00000", END,
             "WAL archiving is not enabled; you must ensure that all required WAL segments are "
             "copied through other means to complete the backup");
    report.severity = "NOTICE";
    pg_add_report(&session->out, &report);
}

void basebackup_finish(PgSession *session)
{
    struct PgBaseBackup *backup = session->walsender.backup;

    if (backup->options.waits && !backup->place.from_standby)
        add_notice(session);
    if (backup->has_manifest)
        add_manifest(session, backup);
    pg_add_plain(&session->out, 'c');
    add_position(session, backup->needed_to, backup->place.timeline);
    pg_add_complete(&session->out, "BASE_BACKUP");
    commands_ready(session);
    session->walsender.sender.state = "startup";
    basebackup_free(backup);
    session->walsender.backup = NULL;
}
