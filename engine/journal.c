/*
 * engine/journal.c - what the engine intended and what came of it, on disk before each side effect.
 */
#include "engine/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/evp.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/memory.h"

static const char BOOT_ID[] = "/proc/sys/kernel/random/boot_id";

enum { CHAIN_MAX = 65 };

struct Journal {
    int fd; /* -1: this one has only read so far */
    char *path;
    off_t size, whole;     /* of the file when it was read; of its whole lines */
    bool is_broken;        /* a line could not be written: nobody knows what stands on disk */
    char chain[CHAIN_MAX]; /* SHA-256 of the last whole line */
    cJSON *entries;        /* array */
    const cJSON *record;   /* the newest one, in entries */
};

static void chain_of(const char *line, size_t length, char out_hex[CHAIN_MAX])
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned int size = 0;

    EVP_Digest(line, length, digest, &size, EVP_sha256(), NULL);
    for (size_t i = 0; i < size && i < 32; i++)
        snprintf(out_hex + 2 * i, 3, "%02x", digest[i]);
}

static Journal *journal_at(const char *path)
{
    Journal *journal = MEMORY_NEW(Journal);

    journal->fd = -1;
    journal->path = memory_text(path);
    journal->entries = cJSON_CreateArray();
    return journal;
}

static void keep(Journal *journal, cJSON *entry)
{
    const cJSON *record = json_find(entry, "record");

    cJSON_AddItemToArray(journal->entries, entry);
    if (record)
        journal->record = record;
}

/* Two engines on one journal would break each other's chain. The lock goes with its process, whatever ends it. */
static bool lock(const Journal *journal, Error *err)
{
    struct stat there;

    if (flock(journal->fd, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK)
        return error_set(err, ERR_CONFLICT, "journal %s: another engine is at work with it",
                         journal->path);
    if (journal->size > 0 && (fstat(journal->fd, &there) != 0 || there.st_size != journal->size))
        return error_set(err, ERR_CONFLICT, "journal %s: another engine has written to it",
                         journal->path);
    return true;
}

/* Opens it for writing, and cuts off what a crash tore. */
static bool open_file(Journal *journal, int flags, Error *err)
{
    journal->fd = open(journal->path, flags | O_WRONLY | O_APPEND | O_CLOEXEC, 0600);
    if (journal->fd < 0)
        return error_set(err, ERR_IO, "journal %s: %s", journal->path, strerror(errno));
    if (lock(journal, err)) {
        if (ftruncate(journal->fd, journal->whole) == 0)
            return true;
        error_set(err, ERR_IO, "journal %s: cannot cut it: %s", journal->path, strerror(errno));
    }
    close(journal->fd);
    journal->fd = -1;
    return false;
}

/* One whole line: does it continue the chain? */
static bool read_line(Journal *journal, const char *line, size_t length, int number, Error *err)
{
    cJSON *entry = NULL;

    if (!json_parse(line, length, &entry, err))
        return error_wrap(err, "journal %s: line %d", journal->path, number);
    if (strcmp(json_string_or(entry, "sha256", ""), journal->chain) != 0) {
        cJSON_Delete(entry);
        return error_set(err, ERR_INPUT,
                         "journal %s: line %d does not follow the line before it: the file was "
                         "changed or lost a part; look at the clusters and start a new run",
                         journal->path, number);
    }
    keep(journal, entry);
    chain_of(line, length, journal->chain);
    return true;
}

/* Reads whole lines; *out_length is where the last one ends, so that a torn one can be cut off. */
static bool read_lines(Journal *journal, const char *text, size_t length, size_t *out_length,
                       Error *err)
{
    int number = 1;

    *out_length = 0;
    for (const char *end; (end = memchr(text + *out_length, '\n', length - *out_length));
         number++) {
        const char *line = text + *out_length;

        if (!read_line(journal, line, (size_t)(end - line), number, err))
            return false;
        *out_length = (size_t)(end - text) + 1;
    }
    if (number == 1)
        return error_set(err, ERR_INPUT, "journal %s: holds no whole line", journal->path);
    return true;
}

/* Only reads: it may be the journal of an engine that is at work. The first line that is appended opens it for writing. */
bool journal_open(const char *path, Journal **out_journal, Error *err)
{
    Journal *journal = journal_at(path);
    char *text = NULL;
    size_t length = 0, whole = 0;
    bool ok =
        file_read(path, &text, &length, err) && read_lines(journal, text, length, &whole, err);

    free(text);
    if (!ok) {
        journal_close(journal);
        return false;
    }
    journal->size = (off_t)length;
    journal->whole = (off_t)whole;
    *out_journal = journal;
    return true;
}

/* What a beginning leaves that could not write its first line, or not all of it: nothing was done after it. */
static bool is_only_begun(const char *path)
{
    static const char FIRST[] = "{\"type\":\"begin\"";
    char *text = NULL;
    size_t length = 0;
    bool is_begun = file_read(path, &text, &length, NULL) && !memchr(text, '\n', length) &&
                    strncmp(text, FIRST, length < sizeof FIRST ? length : sizeof FIRST - 1) == 0;

    free(text);
    return is_begun;
}

/* "lab-failover.journal" of a run that began at two becomes "lab-failover-20261121T020000Z.journal", or that with a number. */
static bool put_aside(const Journal *old, Error *err)
{
    static const char ENDING[] = ".journal";
    size_t length = strlen(old->path), cut = sizeof ENDING - 1;
    bool has_ending = length > cut && strcmp(old->path + length - cut, ENDING) == 0;
    char began[CLOCK_TEXT_MAX], *kept = NULL;
    int number = 1;
    bool ok;

    clock_stamp(json_integer_or(old->entries, "0/ms", 0), began);
    do {
        char more[16] = "";

        if (number > 1)
            snprintf(more, sizeof more, "-%d", number);
        free(kept);
        kept = memory_format("%.*s-%s%s%s", (int)(has_ending ? length - cut : length), old->path,
                             began, more, has_ending ? ENDING : "");
        number++;
    } while (file_exists(kept));
    ok = rename(old->path, kept) == 0 ||
         error_set(err, ERR_IO, "journal %s: cannot be kept as %s: %s", old->path, kept,
                   strerror(errno));
    free(kept);
    return ok;
}

/* A finished run's file is put aside, an unfinished one's is the only way back. */
static bool may_replace(const char *path, Error *err)
{
    Journal *old = NULL;
    bool is_finished;

    if (!file_exists(path) || is_only_begun(path))
        return true;
    if (!journal_open(path, &old, err))
        return error_wrap(err, "not overwriting what may be a journal");
    is_finished = journal_is_finished(old);
    if (is_finished)
        is_finished = put_aside(old, err);
    else
        error_set(err, ERR_CONFLICT,
                  "journal %s holds a run that is not finished: `understudy resume` goes on "
                  "with it, `understudy status` shows where it stands",
                  path);
    journal_close(old);
    return is_finished;
}

/* Which file this is, as no copy of it can be: of this boot of this machine, by device and inode. "" if that cannot be told. */
static void name_file(const Journal *journal, char out_name[96])
{
    char *boot = NULL;
    struct stat there;

    out_name[0] = '\0';
    if (fstat(journal->fd, &there) == 0 && file_read(BOOT_ID, &boot, NULL, NULL))
        snprintf(out_name, 96, "%.36s/%llx/%llx", boot, (unsigned long long)there.st_dev,
                 (unsigned long long)there.st_ino);
    free(boot);
}

/* The file that the last process called its own. */
static const char *last_file(const Journal *journal)
{
    const char *file = "";
    const cJSON *entry;

    cJSON_ArrayForEach(entry, journal->entries)
    {
        file = json_string_or(entry, "file", file);
    }
    return file;
}

static bool write_process(Journal *journal, cJSON *entry, Error *err)
{
    char file[96];

    name_file(journal, file);
    json_put_string(entry, "file", file);
    return journal_append(journal, entry, err);
}

bool journal_resume(Journal *journal, bool *out_is_predecessor_gone, Error *err)
{
    cJSON *entry;
    char file[96];

    if (!open_file(journal, 0, err))
        return false;
    name_file(journal, file);
    *out_is_predecessor_gone = *file && strcmp(file, last_file(journal)) == 0;
    entry = cJSON_CreateObject();
    json_put_string(entry, "type", "resume");
    return write_process(journal, entry, err);
}

bool journal_create(const char *path, const char *procedure, const char *environment,
                    Journal **out_journal, Error *err)
{
    Journal *journal;
    cJSON *begin;

    if (!may_replace(path, err))
        return false;
    journal = journal_at(path);
    begin = cJSON_CreateObject();
    json_put_string(begin, "type", "begin");
    json_put_integer(begin, "format", 1);
    json_put_string(begin, "procedure", procedure);
    json_put_string(begin, "environment", environment);
    if (!open_file(journal, O_CREAT, err)) {
        cJSON_Delete(begin);
        journal_close(journal);
        return false;
    }
    if (!write_process(journal, begin, err) || !file_sync_folder(path, err)) {
        journal_close(journal);
        return false;
    }
    *out_journal = journal;
    return true;
}

void journal_close(Journal *journal)
{
    if (!journal)
        return;
    if (journal->fd >= 0)
        close(journal->fd);
    cJSON_Delete(journal->entries);
    free(journal->path);
    free(journal);
}

static bool write_all(int fd, const char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t count = write(fd, bytes, length);

        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return false;
        bytes += count;
        length -= (size_t)count;
    }
    return true;
}

/* Half a line is taken back, as far as the disk lets us: in front of another one it would break the chain. */
static bool write_line(Journal *journal, const char *line, size_t length, Error *err)
{
    off_t before;

    if (journal->fd < 0 && !open_file(journal, 0, err))
        return false;
    before = lseek(journal->fd, 0, SEEK_END);
    if (write_all(journal->fd, line, length) && fsync(journal->fd) == 0)
        return true;
    error_set(err, ERR_IO, "journal %s: %s", journal->path, strerror(errno));
    journal->is_broken = true;
    if (before >= 0 && ftruncate(journal->fd, before) == 0)
        fsync(journal->fd);
    return false;
}

bool journal_append(Journal *journal, cJSON *entry, Error *err)
{
    char at[CLOCK_TEXT_MAX];
    char *text, *line;
    bool ok;

    json_put_string(entry, "at", clock_rfc3339(clock_wall_ms(), at));
    json_put_integer(entry, "ms", clock_wall_ms());
    json_put_string(entry, "sha256", journal->chain);
    text = json_text(entry);
    line = memory_format("%s\n", text);
    ok = journal->is_broken
             ? error_set(err, ERR_IO, "journal %s: an earlier line could not be written",
                         journal->path)
             : write_line(journal, line, strlen(line), err);
    if (ok) {
        chain_of(text, strlen(text), journal->chain);
        keep(journal, entry);
    } else {
        cJSON_Delete(entry);
    }
    free(line);
    free(text);
    return ok;
}

const cJSON *journal_entries(const Journal *journal)
{
    return journal->entries;
}

const cJSON *journal_record(const Journal *journal)
{
    return journal->record;
}

bool journal_is_finished(const Journal *journal)
{
    const cJSON *last =
        cJSON_GetArrayItem(journal->entries, cJSON_GetArraySize(journal->entries) - 1);

    return strcmp(json_string_or(last, "type", ""), "end") == 0;
}

bool journal_is_in_use(const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    bool is_locked = fd >= 0 && flock(fd, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;

    if (fd >= 0)
        close(fd);
    return is_locked;
}
