/*
 * tests/engine/clients/aws_credentials_test.c - where credentials are found, and what is found there.
 */
#include "engine/clients/aws_credentials.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "tests/test.h"

static const char TEXT[] = "# ours\r\n"
                           "[default]\r\n"
                           "aws_access_key_id=AK0\r\n"
                           "aws_secret_access_key = se=cr/et+0 \r\n"
                           "[other]\n"
                           "  aws_access_key_id = AK1\n"
                           "; aws_access_key_id = AK9\n"
                           "aws_secret_access_key\t=\tsecret1\n"
                           "aws_session_token = token1\n"
                           "region = eu-west-1\n"
                           "[half]\n"
                           "aws_access_key_id = AK2";

static const struct {
    const char *name, *profile;
    const char *access_key, *secret_key, *session_token; /* access_key NULL: there are none */
} PROFILES[] = {
    {"the usual one",        NULL,    "AK0", "se=cr/et+0", NULL    },
    {"by name",              "other", "AK1", "secret1",    "token1"},
    {"without a secret key", "half",  NULL,  NULL,         NULL    },
    {"not there",            "o",     NULL,  NULL,         NULL    },
};

static bool same(const char *a, const char *b)
{
    return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

static void clear_environment(void)
{
    static const char *const NAMES[] = {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY",
                                        "AWS_SESSION_TOKEN", "AWS_PROFILE",
                                        "AWS_SHARED_CREDENTIALS_FILE"};

    for (size_t i = 0; i < TEST_COUNT(NAMES); i++)
        unsetenv(NAMES[i]);
}

static char *write_file(void)
{
    char *path = memory_text("/tmp/understudy-aws-XXXXXX");
    int fd = mkstemp(path);

    CHECK(fd >= 0 && write(fd, TEXT, strlen(TEXT)) == (ssize_t)strlen(TEXT));
    close(fd);
    return path;
}

static void test_file(void)
{
    char *path = write_file();

    clear_environment();
    for (size_t i = 0; i < TEST_COUNT(PROFILES); i++) {
        AwsCredentials found = {0};
        Error err = {0};

        CHECK_CASE(PROFILES[i].name,
                   aws_credentials_read(path, PROFILES[i].profile, &found, &err) ==
                       (PROFILES[i].access_key != NULL));
        CHECK_CASE(PROFILES[i].name, same(found.access_key, PROFILES[i].access_key));
        CHECK_CASE(PROFILES[i].name, same(found.secret_key, PROFILES[i].secret_key));
        CHECK_CASE(PROFILES[i].name, same(found.session_token, PROFILES[i].session_token));
        CHECK_CASE(PROFILES[i].name, PROFILES[i].access_key != NULL || err.code == ERR_DENIED);
        CHECK_CASE(PROFILES[i].name, strstr(err.message, "AK2") == NULL);
        aws_credentials_release(&found);
    }
    unlink(path);
    free(path);
}

static bool finds(const char *file, const char *profile, const char *access_key)
{
    AwsCredentials found = {0};
    bool ok =
        aws_credentials_read(file, profile, &found, NULL) && same(found.access_key, access_key);

    aws_credentials_release(&found);
    return ok;
}

static void test_order(void)
{
    char *path = write_file();

    clear_environment();
    setenv("AWS_SHARED_CREDENTIALS_FILE", path, 1);
    CHECK(finds(NULL, NULL, "AK0"));
    setenv("AWS_PROFILE", "other", 1);
    CHECK(finds(NULL, NULL, "AK1"));
    CHECK(finds(NULL, "default", "AK0"));
    setenv("AWS_ACCESS_KEY_ID", "AKE", 1);
    CHECK(finds(NULL, NULL, "AK1")); /* half is none */
    setenv("AWS_SECRET_ACCESS_KEY", "secret", 1);
    CHECK(finds(NULL, NULL, "AKE"));
    CHECK(finds(NULL, "default", "AK0")); /* who names a profile means it */
    CHECK(finds(path, NULL, "AK1"));
    CHECK(!finds("/nowhere/at-all", NULL, "AKE"));
    clear_environment();
    unlink(path);
    free(path);
}

TEST_SUITE("engine/clients/aws_credentials", {"file", test_file}, {"order", test_order});
