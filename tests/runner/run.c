/*
 * tests/runner/run.c - one suite run in a process of its own, and what came of it.
 *
 * The child prints into an unnamed file, and reports each test's start and end as a record in a pipe, so that
 * the parent knows which test was running when the process crashed or was killed. The pipe is closed on exec and
 * ends with the child; only then does the parent wait for it. Whatever the child started goes with it: it leads
 * a process group, which is killed at the end.
 */
#include "tests/runner/run.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <CUnit/CUnit.h>
#include <CUnit/TestDB.h>
#include <CUnit/TestRun.h>

typedef struct {
    uint32_t index;
    uint32_t state; /* a TestState */
} Record;

/* The child's own: CUnit's handlers are given no owner. */
static int report_fd = -1;
static uint32_t test_index;

static void require(bool holds, const char *what)
{
    if (holds)
        return;
    perror(what);
    abort();
}

static int64_t now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void report(TestState state)
{
    Record record = {test_index, state};

    require(write(report_fd, &record, sizeof record) == sizeof record, "report a test");
}

static void on_test_start(const CU_pTest test, const CU_pSuite suite)
{
    (void)test, (void)suite;
    report(TEST_RUNNING);
}

static void on_test_complete(const CU_pTest test, const CU_pSuite suite,
                             const CU_pFailureRecord failure)
{
    (void)test, (void)suite;
    fflush(stdout);
    report(failure == NULL ? TEST_PASSED : TEST_FAILED);
    test_index++;
}

static void run_with_cunit(const TestSuite *suite)
{
    CU_pSuite cunit_suite;

    CU_initialize_registry();
    cunit_suite = CU_add_suite(suite->name, NULL, NULL);
    for (size_t i = 0; i < suite->count; i++)
        CU_add_test(cunit_suite, suite->tests[i].name, suite->tests[i].run);
    CU_set_test_start_handler(on_test_start);
    CU_set_test_complete_handler(on_test_complete);
    CU_run_suite(cunit_suite);
    CU_cleanup_registry();
}

/* Ends by exit, not _exit: the leak check of ASan runs then. */
static _Noreturn void be_child(const TestSuite *suite, int output, int reports)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    setpgid(0, 0);
    require(dup2(output, STDOUT_FILENO) >= 0 && dup2(output, STDERR_FILENO) >= 0, "dup2");
    setvbuf(stdout, NULL, _IOLBF, 0);
    report_fd = reports;
    run_with_cunit(suite);
    exit(EXIT_SUCCESS);
}

static void note_record(SuiteRun *run, const Record *record)
{
    TestResult *result;

    assert(record->index < run->suite->count);
    result = &run->results[record->index];
    result->state = (TestState)record->state;
    if (result->state == TEST_RUNNING)
        result->started_ms = now_ms();
    else
        result->took_ms = now_ms() - result->started_ms;
}

/* Until the child has closed the pipe (true) or the time is over (false). */
static bool read_reports(SuiteRun *run, int fd, int64_t deadline_ms)
{
    struct pollfd waiting = {.fd = fd, .events = POLLIN};
    Record record;
    ssize_t got;

    for (;;) {
        int64_t left_ms = deadline_ms - now_ms();

        if (left_ms <= 0)
            return false;
        if (poll(&waiting, 1, (int)left_ms) <= 0)
            continue;
        got = read(fd, &record, sizeof record);
        if (got == 0)
            return true;
        require(got == sizeof record, "read a test's report");
        note_record(run, &record);
    }
}

static char *read_output(int fd)
{
    struct stat status;
    char *text;
    ssize_t got;

    require(fstat(fd, &status) == 0, "fstat");
    text = calloc(1, (size_t)status.st_size + 1);
    require(text != NULL, "calloc");
    got = pread(fd, text, (size_t)status.st_size, 0);
    require(got >= 0, "pread");
    return text;
}

static void describe_end(SuiteRun *run, int status, bool in_time, int64_t timeout_ms)
{
    char *text = run->ended;
    size_t size = sizeof run->ended;

    if (!in_time)
        snprintf(text, size, "killed after %lld s", (long long)(timeout_ms / 1000));
    else if (WIFSIGNALED(status))
        snprintf(text, size, "crashed: %s", strsignal(WTERMSIG(status)));
    else if (WEXITSTATUS(status) != 0)
        snprintf(text, size, "exited with status %d", WEXITSTATUS(status));
}

static void blame_running_test(SuiteRun *run)
{
    for (size_t i = 0; i < run->suite->count; i++)
        if (run->results[i].state == TEST_RUNNING)
            run->results[i].state = TEST_FAILED;
}

static void await_child(SuiteRun *run, pid_t child, int reports, int64_t timeout_ms)
{
    int status = 0;
    bool in_time = read_reports(run, reports, now_ms() + timeout_ms);

    if (!in_time)
        kill(child, SIGKILL);
    while (waitpid(child, &status, 0) < 0)
        require(errno == EINTR, "waitpid");
    kill(-child, SIGKILL);
    describe_end(run, status, in_time, timeout_ms);
    blame_running_test(run);
}

void suite_run(SuiteRun *run, const TestSuite *suite, int64_t timeout_ms)
{
    int reports[2], output = memfd_create("output", MFD_CLOEXEC);
    int64_t started_ms = now_ms();
    pid_t child;

    memset(run, 0, sizeof *run);
    run->suite = suite;
    run->results = calloc(suite->count, sizeof *run->results);
    require(output >= 0 && pipe2(reports, O_CLOEXEC) == 0 && run->results != NULL, "suite_run");
    fflush(NULL);
    child = fork();
    require(child >= 0, "fork");
    if (child == 0) {
        close(reports[0]);
        be_child(suite, output, reports[1]);
    }
    close(reports[1]);
    await_child(run, child, reports[0], timeout_ms);
    close(reports[0]);
    run->output = read_output(output);
    close(output);
    run->took_ms = now_ms() - started_ms;
}

void suite_run_release(SuiteRun *run)
{
    free(run->results);
    free(run->output);
    memset(run, 0, sizeof *run);
}

size_t suite_run_passed(const SuiteRun *run)
{
    size_t passed = 0;

    for (size_t i = 0; i < run->suite->count; i++)
        passed += run->results[i].state == TEST_PASSED;
    return passed;
}

size_t suite_run_failed(const SuiteRun *run)
{
    size_t failed = run->suite->count - suite_run_passed(run);

    return failed == 0 && run->ended[0] != '\0' ? 1 : failed;
}
