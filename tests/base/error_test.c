/*
 * tests/base/error_test.c - messages that end up whole.
 */
#include "base/error.h"

#include <string.h>

#include "tests/test.h"

static void test_wrapped_from_inside_out(void)
{
    Error err = {0};

    CHECK(!error_set(&err, ERR_INPUT, "not %s", "JSON"));
    CHECK(!error_wrap(&err, "zone %s", "db.json"));
    CHECK(!error_wrap(&err, "promote west"));
    CHECK_TEXT(err.message, "promote west: zone db.json: not JSON");
    CHECK_INTEGER(err.code, ERR_INPUT);
}

static void test_own_message_as_argument(void)
{
    Error err = {0};

    error_set(&err, ERR_IO, "inner");
    error_set(&err, ERR_UNAVAILABLE, "outer (%s)", err.message);
    CHECK_TEXT(err.message, "outer (inner)");
}

static void test_too_long_is_cut(void)
{
    Error err = {0};
    char long_text[2 * ERROR_TEXT_MAX];

    memset(long_text, 'x', sizeof long_text - 1);
    long_text[sizeof long_text - 1] = '\0';
    error_set(&err, ERR_IO, "%s", long_text);
    CHECK_INTEGER(strlen(err.message), ERROR_TEXT_MAX - 1);
    error_wrap(&err, "context");
    CHECK(strncmp(err.message, "context: xxx", 12) == 0);
    error_wrap(&err, "%s", long_text);
    CHECK_INTEGER(strlen(err.message), ERROR_TEXT_MAX - 1);
}

static void test_nobody_wants_to_know(void)
{
    CHECK(!error_set(NULL, ERR_IO, "x"));
    CHECK(!error_wrap(NULL, "x"));
}

static void test_every_code_has_a_name(void)
{
    for (int code = ERR_NONE; code <= ERR_STOPPED; code++)
        CHECK(error_code_name((ErrorCode)code) != NULL &&
              strcmp(error_code_name((ErrorCode)code), "unknown error") != 0);
    CHECK_TEXT(error_code_name((ErrorCode)999), "unknown error");
}

TEST_SUITE("base/error", {"wrapped from inside out", test_wrapped_from_inside_out},
           {"own message as argument", test_own_message_as_argument},
           {"too long is cut", test_too_long_is_cut},
           {"nobody wants to know", test_nobody_wants_to_know},
           {"every code has a name", test_every_code_has_a_name});
