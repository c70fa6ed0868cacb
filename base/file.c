/*
 * base/file.c - whole files, read and written so that a crash loses nothing.
 */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/memory.h"

static bool read_all(int fd, Buffer *bytes)
{
    char chunk[16384];

    for (;;) {
        ssize_t got = read(fd, chunk, sizeof chunk);

        if (got == 0)
            return true;
        if (got > 0)
            buffer_add(bytes, chunk, (size_t)got);
        else if (errno != EINTR)
            return false;
    }
}

bool file_read(const char *path, char **out_bytes, size_t *out_length, Error *err)
{
    Buffer bytes = {0};
    int fd = open(path, O_RDONLY | O_CLOEXEC);

    if (fd < 0)
        return error_set(err, ERR_IO, "cannot open %s: %s", path, strerror(errno));
    if (!read_all(fd, &bytes)) {
        error_set(err, ERR_IO, "cannot read %s: %s", path, strerror(errno));
        close(fd);
        buffer_release(&bytes);
        return false;
    }
    close(fd);
    if (out_length != NULL)
        *out_length = bytes.length;
    *out_bytes = buffer_take(&bytes);
    return true;
}

static bool write_all(int fd, const char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t put = write(fd, bytes, length);

        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0)
            return false;
        bytes += put;
        length -= (size_t)put;
    }
    return true;
}

static bool sync_folder_of(const char *path)
{
    char *copy = memory_text(path);
    int fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool ok = fd >= 0 && fsync(fd) == 0;

    if (fd >= 0)
        close(fd);
    free(copy);
    return ok;
}

bool file_sync_folder(const char *path, Error *err)
{
    return sync_folder_of(path) ||
           error_set(err, ERR_IO, "cannot sync the folder of %s: %s", path, strerror(errno));
}

static bool write_beside(const char *beside, const void *bytes, size_t length, int mode)
{
    int fd = open(beside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    bool ok;

    if (fd < 0)
        return false;
    /* fchmod, so that the umask of whoever runs this changes nothing. */
    ok = fchmod(fd, (mode_t)mode) == 0 && write_all(fd, bytes, length) && fsync(fd) == 0;
    return close(fd) == 0 && ok;
}

bool file_write(const char *path, const void *bytes, size_t length, int mode, Error *err)
{
    char *beside = memory_format("%s.new-%ld", path, (long)getpid());
    bool ok;

    unlink(beside); /* what a crashed process with our pid may have left */
    ok = write_beside(beside, bytes, length, mode) && rename(beside, path) == 0 &&
         sync_folder_of(path);
    if (!ok) {
        error_set(err, ERR_IO, "cannot write %s: %s", path, strerror(errno));
        unlink(beside);
    }
    free(beside);
    return ok;
}

static bool make_one_folder(const char *path)
{
    struct stat there;

    if (mkdir(path, 0755) == 0)
        return true;
    if (errno != EEXIST)
        return false;
    if (stat(path, &there) != 0)
        return false;
    errno = ENOTDIR;
    return S_ISDIR(there.st_mode);
}

bool file_make_folder(const char *path, Error *err)
{
    char *prefix = memory_text(path);
    bool ok = true;

    for (char *end = prefix + (prefix[0] == '/'); ok; end++) {
        char kept = *end;

        if (kept != '/' && kept != '\0')
            continue;
        *end = '\0';
        ok = prefix[0] == '\0' || make_one_folder(prefix);
        if (!ok)
            error_set(err, ERR_IO, "cannot make the folder %s: %s", prefix, strerror(errno));
        *end = kept;
        if (kept == '\0')
            break;
    }
    free(prefix);
    return ok;
}

char *file_beside(const char *path, const char *name)
{
    char *copy;
    char *joined;

    if (name[0] == '/')
        return memory_text(name);
    copy = memory_text(path);
    joined = memory_format("%s/%s", dirname(copy), name);
    free(copy);
    return joined;
}

bool file_exists(const char *path)
{
    return access(path, F_OK) == 0;
}

static int remove_entry(const char *path, const struct stat *there, int kind, struct FTW *place)
{
    (void)there;
    (void)kind;
    (void)place;
    return remove(path);
}

bool file_remove_folder(const char *path, Error *err)
{
    enum { OPEN_MAX_AT_ONCE = 16 };

    return nftw(path, remove_entry, OPEN_MAX_AT_ONCE, FTW_DEPTH | FTW_PHYS) == 0 ||
           errno == ENOENT || error_set(err, ERR_IO, "cannot remove %s: %s", path, strerror(errno));
}
