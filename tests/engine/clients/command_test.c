/*
 * tests/engine/clients/command_test.c - programs that end well, badly, too late, or not alone.
 */
#include "engine/clients/command.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "tests/test.h"

enum { LONG_MS = 60000, SHORT_MS = 200 };

static bool run(const char *script, int64_t timeout_ms, const bool *stop, CommandEnd *out_end,
                Error *err)
{
    Loop *loop = loop_new();
    bool ok;

    *out_end = (CommandEnd){0};
    ok = command_run(
        &(CommandOptions){
            .loop = loop,
            .words = (const char *const[]){"sh",    "-c",   script, "name", "word", NULL},
            .environment = (const char *const[]){"UNDERSTUDY_TEST=here", NULL},
            .timeout_ms = timeout_ms,
            .stop = stop
    },
        out_end, err);
    loop_free(loop);
    return ok;
}

static const struct {
    const char *name, *script;
    int status;
    const char *last_words;
} ENDS[] = {
    {"well",                        "exit 0",                                      0, ""         },
    {"with a status",               "exit 3",                                      3, ""         },
    {"with words",                  "echo one >&2; echo two >&2; exit 1",          1, "two"      },
    {"words without a line's end",  "printf 'one\\ntwo' >&2",                      0, "two"      },
    {"what a terminal would obey",  "printf 'a\\033[2Jb\\n' >&2",                  0, "a?[2Jb"   },
    {"standard output is nobody's", "echo out; exit 1",                            1, ""         },
    {"nothing to read",             "read -r line && echo \"$line\" >&2; exit 0",  0, ""         },
    {"our words",                   "echo \"$1\" >&2",                             0, "word"     },
    {"our variables, and theirs",   "echo \"$UNDERSTUDY_TEST${PATH:+ path}\" >&2", 0, "here path"},
};

static void test_ends(void)
{
    for (size_t i = 0; i < TEST_COUNT(ENDS); i++) {
        CommandEnd end;
        Error err = {0};

        CHECK_CASE(ENDS[i].name, run(ENDS[i].script, LONG_MS, NULL, &end, &err));
        CHECK_CASE(ENDS[i].name, end.status == ENDS[i].status);
        if (!CHECK_CASE(ENDS[i].name, strcmp(end.last_words, ENDS[i].last_words) == 0))
            printf("  %s\n", end.last_words);
    }
}

static void test_long_words(void)
{
    CommandEnd end;

    CHECK(run("head -c 100000 /dev/zero | tr '\\0' x >&2", LONG_MS, NULL, &end, NULL));
    CHECK_INTEGER(strlen(end.last_words), sizeof end.last_words - 1);
}

/* Its children too: the file that the child would write never comes, and its process is gone when we hear of the end. */
static void test_hangs(void)
{
    char file[] = "/tmp/understudy-command-XXXXXX", script[200], *pid = NULL;
    int fd = mkstemp(file);
    CommandEnd end;
    Error err = {0};

    CHECK(fd >= 0);
    close(fd);
    snprintf(script, sizeof script, "sleep 1000 & echo $! > %s; wait", file);
    CHECK(!run(script, SHORT_MS, NULL, &end, &err));
    CHECK_INTEGER(err.code, ERR_AMBIGUOUS);
    CHECK(strstr(err.message, "sh did not end within") != NULL);
    CHECK(strstr(err.message, "it may have been done") != NULL);
    if (CHECK(file_read(file, &pid, NULL, NULL))) {
        snprintf(script, sizeof script, "! grep -qs ' [RSD] ' /proc/%.*s/stat",
                 (int)strcspn(pid, "\n"), pid);
        CHECK(run(script, LONG_MS, NULL, &end, NULL) && end.status == 0);
    }
    free(pid);
    unlink(file);
}

static void test_leaves_somebody(void)
{
    CommandEnd end;

    CHECK(run("echo done >&2; sleep 1000 & exit 5", SHORT_MS, NULL, &end, NULL));
    CHECK_INTEGER(end.status, 5);
    CHECK_TEXT(end.last_words, "done");
}

static void test_signal(void)
{
    CommandEnd end;
    Error err = {0};

    CHECK(!run("kill -9 $$", LONG_MS, NULL, &end, &err));
    CHECK_INTEGER(err.code, ERR_AMBIGUOUS);
    CHECK(strstr(err.message, "signal 9") != NULL);
}

static void test_stopped(void)
{
    bool stop = true;
    CommandEnd end;
    Error err = {0};

    CHECK(!run("sleep 1000", LONG_MS, &stop, &end, &err));
    CHECK_INTEGER(err.code, ERR_STOPPED);
}

static void test_not_there(void)
{
    Loop *loop = loop_new();
    CommandEnd end = {0};
    Error err = {0};

    CHECK(!command_run(
        &(CommandOptions){
            .loop = loop,
            .words = (const char *const[]){"/nowhere/there-is-no-such-program", NULL},
            .environment = (const char *const[]){NULL                                  },
            .timeout_ms = LONG_MS
    },
        &end, &err));
    CHECK_INTEGER(err.code, ERR_INVALID);
    CHECK(strstr(err.message, "/nowhere/there-is-no-such-program cannot be started") != NULL);
    loop_free(loop);
}

TEST_SUITE("engine/clients/command", {"ends", test_ends}, {"long words", test_long_words},
           {"hangs", test_hangs}, {"leaves somebody behind", test_leaves_somebody},
           {"ended by a signal", test_signal}, {"stopped", test_stopped},
           {"not there", test_not_there});
