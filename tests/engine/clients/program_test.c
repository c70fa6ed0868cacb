/*
 * tests/engine/clients/program_test.c - programs that end well, badly, too late, or not alone.
 */
#include "engine/clients/program.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "tests/test.h"

enum { LONG_MS = 60000, SHORT_MS = 200 };

static bool run(const char *script, int64_t timeout_ms, const bool *stop, ProgramEnd *out_end,
                Error *err)
{
    Loop *loop = loop_new();
    bool ok;

    *out_end = (ProgramEnd){0};
    ok = program_run(
        &(ProgramOptions){
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
        ProgramEnd end;
        Error err = {0};

        CHECK_CASE(ENDS[i].name, run(ENDS[i].script, LONG_MS, NULL, &end, &err));
        CHECK_CASE(ENDS[i].name, end.status == ENDS[i].status);
        if (!CHECK_CASE(ENDS[i].name, strcmp(end.last_words, ENDS[i].last_words) == 0))
            printf("  %s\n", end.last_words);
    }
}

static void test_long_words(void)
{
    ProgramEnd end;

    CHECK(run("head -c 100000 /dev/zero | tr '\\0' x >&2", LONG_MS, NULL, &end, NULL));
    CHECK_INTEGER(strlen(end.last_words), sizeof end.last_words - 1);
}

/* Its children too: the file that the child would write never comes, and its process is gone when we hear of the end. */
static void test_hangs(void)
{
    char file[] = "/tmp/understudy-program-XXXXXX", script[200], *pid = NULL;
    int fd = mkstemp(file);
    ProgramEnd end;
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
    ProgramEnd end;

    CHECK(run("echo done >&2; sleep 1000 & exit 5", SHORT_MS, NULL, &end, NULL));
    CHECK_INTEGER(end.status, 5);
    CHECK_TEXT(end.last_words, "done");
}

static void test_signal(void)
{
    ProgramEnd end;
    Error err = {0};

    CHECK(!run("kill -9 $$", LONG_MS, NULL, &end, &err));
    CHECK_INTEGER(err.code, ERR_AMBIGUOUS);
    CHECK(strstr(err.message, "signal 9") != NULL);
}

static void test_stopped(void)
{
    bool stop = true;
    ProgramEnd end;
    Error err = {0};

    CHECK(!run("sleep 1000", LONG_MS, &stop, &end, &err));
    CHECK_INTEGER(err.code, ERR_STOPPED);
}

static void test_not_there(void)
{
    Loop *loop = loop_new();
    ProgramEnd end = {0};
    Error err = {0};

    CHECK(!program_run(
        &(ProgramOptions){
            .loop = loop,
            .words = (const char *const[]){"/nowhere/there-is-no-such-program", NULL},
            .input = "some",
            .input_length = 4,
            .output_max = 100,
            .timeout_ms = LONG_MS
    },
        &end, &err));
    CHECK_INTEGER(err.code, ERR_INVALID);
    CHECK_TEXT(err.message, "/nowhere/there-is-no-such-program is not there");
    loop_free(loop);
}

/* ---- input and output ------------------------------------------------------------------------- */

static bool converse(const char *script, const char *input, size_t output_max, ProgramEnd *out_end,
                     Error *err)
{
    Loop *loop = loop_new();
    bool ok;

    *out_end = (ProgramEnd){0};
    ok = program_run(
        &(ProgramOptions){
            .loop = loop,
            .words = (const char *const[]){"sh", "-c", script, NULL},
            .input = input,
            .input_length = input != NULL ? strlen(input) : 0,
            .output_max = output_max,
            .timeout_ms = LONG_MS
    },
        out_end, err);
    loop_free(loop);
    return ok;
}

static const struct {
    const char *name, *script, *input, *output;
} TALKS[] = {
    {"says",                       "echo out; echo err >&2",      NULL,  "out\n"     },
    {"reads to the end",           "cat; echo .",                 "abc", "abc.\n"    },
    {"has nothing to read",        "cat; echo .",                 "",    ".\n"       },
    {"does not want to read",      "exec <&-; sleep 0; echo out", "abc", "out\n"     },
    {"says as much as it may say", "printf 0123456789",           NULL,  "0123456789"},
};

static void test_talks(void)
{
    for (size_t i = 0; i < TEST_COUNT(TALKS); i++) {
        ProgramEnd end;

        if (CHECK_CASE(TALKS[i].name, converse(TALKS[i].script, TALKS[i].input, 10, &end, NULL)))
            CHECK_CASE(TALKS[i].name,
                       end.output.data != NULL && strcmp(end.output.data, TALKS[i].output) == 0);
        program_end_release(&end);
    }
}

/* More than a pipe holds, both ways. */
static void test_talks_much(void)
{
    enum { MUCH = 1 << 20 };
    char *input = memory_new(MUCH + 1, 1);
    ProgramEnd end;

    memset(input, 'x', MUCH);
    if (CHECK(converse("cat", input, MUCH, &end, NULL)))
        CHECK(end.output.length == MUCH && memcmp(end.output.data, input, MUCH) == 0);
    program_end_release(&end);
    CHECK(end.output.data == NULL);
    free(input);
}

static void test_says_too_much(void)
{
    ProgramEnd end;
    Error err = {0};

    CHECK(!converse("printf 01234567890; sleep 1000", NULL, 10, &end, &err));
    CHECK_INTEGER(err.code, ERR_AMBIGUOUS);
    CHECK(strstr(err.message, "said more than 10 bytes") != NULL);
}

/* What is added takes the place of ours. */
static void test_environment(void)
{
    Loop *loop = loop_new();
    ProgramEnd end = {0};

    CHECK(program_run(
        &(ProgramOptions){
            .loop = loop,
            .words = (const char *const[]){"/bin/sh", "-c",
                                           "tr '\\0' '\\n' </proc/$$/environ | grep -c ^HOME=; "
                                           "echo $HOME", NULL},
            .environment = (const char *const[]){"HOME=/here",     NULL        },
            .output_max = 100,
            .timeout_ms = LONG_MS
    },
        &end, NULL));
    CHECK_TEXT(end.output.data, "1\n/here\n");
    program_end_release(&end);
    loop_free(loop);
}

/* What it says is heard as it comes, however much it is; who does not want to hear more ends it. */
typedef struct {
    size_t heard, enough; /* enough 0: never */
} Hearer;

static bool hears(void *owner, const char *bytes, size_t length)
{
    Hearer *hearer = owner;

    (void)bytes;
    hearer->heard += length;
    return hearer->enough == 0 || hearer->heard < hearer->enough;
}

static bool run_heard(Hearer *hearer, Error *err)
{
    Loop *loop = loop_new();
    ProgramEnd end = {0};
    bool ok = program_run(
        &(ProgramOptions){
            .loop = loop,
            .words = (const char *const[]){"head", "-c", "3000000", "/dev/zero", NULL},
            .on_output = hears,
            .owner = hearer,
            .timeout_ms = LONG_MS,
    },
        &end, err);

    CHECK_INTEGER(end.output.length, 0);
    program_end_release(&end);
    loop_free(loop);
    return ok;
}

static void test_heard_as_it_comes(void)
{
    Hearer patient = {0}, tired = {.enough = 100000};
    Error err = {0};

    CHECK(run_heard(&patient, &err));
    CHECK_INTEGER(patient.heard, 3000000);
    CHECK(!run_heard(&tired, &err));
    CHECK_INTEGER(err.code, ERR_AMBIGUOUS);
    CHECK(tired.heard < 200000);
}

TEST_SUITE("engine/clients/program", {"ends", test_ends}, {"long words", test_long_words},
           {"hangs", test_hangs}, {"leaves somebody behind", test_leaves_somebody},
           {"ended by a signal", test_signal}, {"stopped", test_stopped},
           {"not there", test_not_there}, {"talks", test_talks}, {"talks much", test_talks_much},
           {"says too much", test_says_too_much}, {"environment", test_environment},
           {"heard as it comes", test_heard_as_it_comes});
