/*
 * tests/runner/runner_test.c - the runner, judged from outside on suites made to fail.
 *
 * The examples are a program of their own, built beside the one this runs in, so that no real run counts them.
 */
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/test.h"

typedef struct {
    char output[8192];
    int status; /* of the exit, -1 if there was none */
} Outcome;

static void run_examples(Outcome *outcome, const char *arguments)
{
    char self[PATH_MAX] = "", command[PATH_MAX + 200];
    size_t length;
    FILE *pipe;
    int status;

    memset(outcome, 0, sizeof *outcome);
    if (!CHECK(readlink("/proc/self/exe", self, sizeof self - 1) > 0))
        return;
    *strrchr(self, '/') = '\0';
    snprintf(command, sizeof command, "'%s/runner-examples' %s 2>&1", self, arguments);
    pipe = popen(command, "r");
    CHECK(pipe != NULL);
    if (pipe == NULL)
        return;
    length = fread(outcome->output, 1, sizeof outcome->output - 1, pipe);
    outcome->output[length] = '\0';
    status = pclose(pipe);
    outcome->status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* What a person reads at the end, and what make looks at. */
static const struct {
    const char *name, *arguments;
    int status;
    const char *says, *says_not;
} RUNS[] = {
    {"passes quietly",         "examples/passing",                  0, "2 passed, 0 failed\n",                     "chatter"       },
    {"names each when asked",  "--verbose examples/passing",        0, "ok     examples/passing (2",
     "chatter"                                                                                                                     },
    {"counts one failure",     "examples/failing",                  1, "1 passed, 1 failed\n",                     "fine: failed"  },
    {"names the case",         "examples/failing",                  1, "case \"one and one\"",                     "1 + 2"         },
    {"shows both texts",       "examples/failing",                  1, "expected \"east\"\n    actual   \"west\"", "NULL"          },
    {"shows both numbers",     "examples/failing",                  1, "41 is 41, expected 42",                    "chatter"       },
    {"survives a crash",       "examples/crashing",                 1, "1 passed, 2 failed\n",                     "before: failed"},
    {"keeps the last words",   "examples/crashing",                 1, "the last words",                           "exited"        },
    {"says how it crashed",    "examples/crashing",                 1, "process crashed: Killed",                  "killed after"  },
    {"says where it crashed",  "examples/crashing",                 1, "crash: failed\n  after: not run",          "chatter"       },
    {"ends a hang",            "--timeout 1 examples/hanging",      1, "killed after 1 s",                         "before: failed"},
    {"minds how it exits",     "examples/exiting",                  1, "1 passed, 1 failed\n",                     "not run"       },
    {"says how it exited",     "examples/exiting",                  1, "exited with status 23",                    "crashed"       },
    {"adds suites up",         "examples/passing examples/failing", 1, "3 passed, 1 failed\n",                     "chatter"       },
    {"takes a folder's slash", "examples/passing/",                 0, "2 passed, 0 failed\n",                     "failing"       },
    {"refuses a wrong name",   "examples/pass",                     2, "no suite has such a name",                 "passed"        },
    {"refuses a wrong flag",   "--frobnicate",                      2, "usage: ",                                  "passed"        },
    {"refuses no time",        "--timeout 0",                       2, "usage: ",                                  "passed"        },
    {"lists by name",          "--list",                            0, "examples/failing\nexamples/hanging\n",     "passed"        },
};

static void test_outcomes(void)
{
    Outcome outcome;

    for (size_t i = 0; i < TEST_COUNT(RUNS); i++) {
        run_examples(&outcome, RUNS[i].arguments);
        CHECK_CASE(RUNS[i].name, outcome.status == RUNS[i].status);
        CHECK_CASE(RUNS[i].name, strstr(outcome.output, RUNS[i].says) != NULL);
        CHECK_CASE(RUNS[i].name, strstr(outcome.output, RUNS[i].says_not) == NULL);
    }
}

static void test_junit(void)
{
    Outcome outcome;

    run_examples(&outcome, "--junit /dev/stdout examples/crashing examples/passing");
    CHECK(strstr(outcome.output,
                 "<testsuite name=\"examples/crashing\" tests=\"3\" failures=\"2\"") != NULL);
    CHECK(strstr(outcome.output, "<testcase classname=\"examples/passing\" name=\"passing\"") !=
          NULL);
    CHECK(strstr(outcome.output, "the last words") != NULL);
}

static void test_counts(void)
{
    Outcome outcome;

    run_examples(&outcome, "--counts /dev/stdout examples/failing");
    CHECK(strstr(outcome.output, "1 1 0\n") != NULL);
    CHECK(strstr(outcome.output, "1 passed, 1 failed\n") == NULL);
    run_examples(&outcome, "--counts /dev/null/counts examples/passing");
    CHECK_INTEGER(outcome.status, 1);
}

TEST_SUITE("runner", {"outcomes", test_outcomes}, {"junit", test_junit}, {"counts", test_counts});
