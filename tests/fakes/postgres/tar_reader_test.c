/*
 * tests/fakes/postgres/tar_reader_test.c - one file of a tar, in whatever pieces that comes.
 */
#include "fakes/postgres/tar_reader.h"

#include <stdio.h>
#include <string.h>

#include "tests/test.h"

static void add_file(Buffer *tar, const char *path, const char *content, size_t size)
{
    char header[PG_TAR_BLOCK] = {0};

    snprintf(header, 100, "%s", path);
    snprintf(header + 124, 12, "%011zo", size);
    memcpy(header + 257, "ustar", 6);
    buffer_add(tar, header, sizeof header);
    for (size_t i = 0; i < size; i++)
        buffer_add_byte(tar, (uint8_t)content[i % strlen(content)]);
    while (tar->length % PG_TAR_BLOCK != 0)
        buffer_add_byte(tar, 0);
}

static void make_tar(Buffer *tar)
{
    char end[2 * PG_TAR_BLOCK] = {0};

    add_file(tar, "backup_label", "START", 5);
    add_file(tar, "base/", "", 0);
    add_file(tar, "base/1/1", "x", 1000);
    add_file(tar, "global/pg_control", "control", 512);
    add_file(tar, "global/pg_controls", "other", 12);
    buffer_add(tar, end, sizeof end);
}

static void test_pieces(void)
{
    Buffer tar = {0};

    make_tar(&tar);
    for (size_t piece = 1; piece <= tar.length; piece += piece < 40 ? 1 : 333) {
        PgTarFile file = {.path = "global/pg_control"};
        PgTarReader reader = {.files = &file, .count = 1};

        for (size_t at = 0; at < tar.length; at += piece)
            CHECK(pg_tar_add(&reader, tar.data + at,
                             at + piece < tar.length ? piece : tar.length - at, NULL));
        CHECK(file.content.length == 512 && memcmp(file.content.data, "controlcontrol", 14) == 0);
        buffer_release(&file.content);
    }
    buffer_release(&tar);
}

static void test_refused(void)
{
    PgTarFile file = {.path = "global/pg_control"};
    PgTarReader reader = {.files = &file, .count = 1};
    char block[PG_TAR_BLOCK] = "no tar";
    Buffer tar = {0};
    Error err;

    CHECK(!pg_tar_add(&reader, block, sizeof block, &err));
    CHECK_TEXT(err.message, "what comes in is no tar");
    reader = (PgTarReader){.files = &file, .count = 1};
    add_file(&tar, "global/pg_control", "x", PG_TAR_FILE_MAX + 1);
    CHECK(!pg_tar_add(&reader, tar.data, tar.length, &err));
    CHECK_TEXT(err.message, "global/pg_control is too long");
    buffer_release(&tar);
    buffer_release(&file.content);
}

TEST_SUITE("fakes/postgres/tar_reader", {"in pieces", test_pieces},
           {"what is refused", test_refused});
