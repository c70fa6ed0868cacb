/*
 * tests/base/file_test.c - whole files, in a folder of the test's own.
 */
#include "base/file.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"
#include "tests/test.h"

static char folder[64];

static char *path_of(const char *name)
{
    return memory_format("%s/%s", folder, name);
}

static void make_folder(void)
{
    strcpy(folder, "/tmp/understudy-file-test-XXXXXX");
    CHECK(mkdtemp(folder) != NULL);
}

static void remove_folder(void)
{
    char *command = memory_format("rm -rf '%s'", folder);

    CHECK_INTEGER(system(command), 0);
    free(command);
}

static void test_written_and_read(void)
{
    static const char BYTES[] = "one\0two";
    char *path, *bytes = NULL;
    size_t length = 0;
    struct stat there;

    make_folder();
    path = path_of("secret");
    umask(0077);
    CHECK(file_write(path, BYTES, sizeof BYTES, 0640, NULL));
    CHECK(file_read(path, &bytes, &length, NULL));
    CHECK_INTEGER(length, sizeof BYTES);
    CHECK(memcmp(bytes, BYTES, sizeof BYTES) == 0 && bytes[length] == '\0');
    CHECK_INTEGER(stat(path, &there), 0);
    CHECK_INTEGER(there.st_mode & 0777, 0640);
    free(bytes);

    CHECK(file_write(path, "", 0, 0600, NULL));
    CHECK(file_read(path, &bytes, NULL, NULL));
    CHECK_TEXT(bytes, "");
    CHECK(file_exists(path));
    free(bytes);
    free(path);
    remove_folder();
}

static void test_a_failed_write_leaves_the_old_one(void)
{
    char *path, *bytes = NULL, *in_it;
    Error err = {0};

    make_folder();
    path = path_of("file");
    in_it = path_of("file/below");
    CHECK(file_write(path, "old", 3, 0600, NULL));
    CHECK(!file_write(in_it, "new", 3, 0600, &err));
    CHECK_INTEGER(err.code, ERR_IO);
    CHECK(strstr(err.message, "file/below") != NULL);
    CHECK(file_read(path, &bytes, NULL, NULL));
    CHECK_TEXT(bytes, "old");
    CHECK(!file_write(folder, "new", 3, 0600, &err));
    free(bytes);
    free(path);
    free(in_it);
    remove_folder();
}

static void test_what_cannot_be_read(void)
{
    char *bytes = NULL;
    Error err = {0};

    CHECK(!file_read("/nowhere/at/all", &bytes, NULL, &err));
    CHECK(bytes == NULL && err.code == ERR_IO);
    CHECK(strstr(err.message, "/nowhere/at/all") != NULL);
    CHECK(!file_read("/", &bytes, NULL, &err));
    CHECK(!file_exists("/nowhere/at/all"));
}

static void test_folders(void)
{
    char *deep, *file, *below;
    Error err = {0};

    make_folder();
    deep = path_of("a/b//c/");
    file = path_of("a/file");
    below = path_of("a/file/b");
    CHECK(file_make_folder(deep, NULL));
    CHECK(file_make_folder(deep, NULL));
    CHECK(file_exists(deep));
    CHECK(file_write(file, "", 0, 0600, NULL));
    CHECK(!file_make_folder(file, &err));
    CHECK(!file_make_folder(below, &err));
    CHECK(strstr(err.message, "Not a directory") != NULL);
    free(deep);
    free(file);
    free(below);
    remove_folder();
}

static const struct {
    const char *path, *name, *joined;
} BESIDE[] = {
    {"catalogue/a.yaml", "world.yaml",  "catalogue/world.yaml"},
    {"a.yaml",           "world.yaml",  "./world.yaml"        },
    {"/etc/a.yaml",      "ca.pem",      "/etc/ca.pem"         },
    {"catalogue/a.yaml", "/etc/ca.pem", "/etc/ca.pem"         },
};

static void test_beside(void)
{
    for (size_t i = 0; i < TEST_COUNT(BESIDE); i++) {
        char *joined = file_beside(BESIDE[i].path, BESIDE[i].name);

        CHECK_TEXT(joined, BESIDE[i].joined);
        free(joined);
    }
}

/* What a link in it leads to is somebody else's. */
static void test_folder_removed(void)
{
    char *inner, *file, *beside;

    make_folder();
    inner = path_of("one/two");
    file = path_of("one/two/file");
    beside = path_of("beside");
    CHECK(file_make_folder(inner, NULL) && file_write(file, "x", 1, 0600, NULL));
    CHECK(file_write(beside, "x", 1, 0600, NULL));
    free(file);
    file = path_of("one/link");
    CHECK_INTEGER(symlink(beside, file), 0);
    free(inner);
    inner = path_of("one");
    CHECK(file_remove_folder(inner, NULL) && !file_exists(inner) && file_exists(beside));
    CHECK(file_remove_folder(inner, NULL));
    free(inner);
    free(file);
    free(beside);
    remove_folder();
}

TEST_SUITE("base/file", {"folder removed", test_folder_removed},
           {"written and read", test_written_and_read},
           {"a failed write leaves the old one", test_a_failed_write_leaves_the_old_one},
           {"what cannot be read", test_what_cannot_be_read}, {"folders", test_folders},
           {"beside", test_beside});
