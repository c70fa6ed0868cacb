/*
 * tests/test.h - what a test file needs: a suite of rows, and checks that say what was wrong.
 *
 * A test file is one suite, named after the file it tests, and registers itself:
 *
 *     static void test_wraps_around(void)
 *     {
 *         for (size_t i = 0; i < TEST_COUNT(SERIAL_CASES); i++)
 *             CHECK_CASE(SERIAL_CASES[i].name, serial_is_newer(...) == SERIAL_CASES[i].newer);
 *     }
 *     TEST_SUITE("fakes/dns/serial", {"wraps around", test_wraps_around});
 *
 * Each suite runs in a process of its own (simulated time can be switched on once per process), with the root of the
 * repository as its working directory. A crash, a leak (under ASan) or 120 seconds of real time is that suite's failure.
 * A check that fails is reported, and the test goes on; each check is also an expression that is true if it held, for
 * `if (!CHECK(zone != NULL)) return;`.
 * Ownership: everything passed in is borrowed, and copied where it has to live longer.
 */
#ifndef TESTS_TEST_H
#define TESTS_TEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef void TestFunction(void);

typedef struct {
    const char *name;
    TestFunction *run;
} Test;

typedef struct TestSuite TestSuite;
struct TestSuite {
    const char *name;
    const Test *tests;
    size_t count;
    TestSuite *next;
};

#define TEST_COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* One per file, at its end. */
#define TEST_SUITE(suite_name, ...)                                    \
    static const Test TEST_ROWS[] = {__VA_ARGS__};                     \
    static TestSuite test_suite;                                       \
    __attribute__((constructor)) static void test_suite_announce(void) \
    {                                                                  \
        test_register(&test_suite);                                    \
    }                                                                  \
    static TestSuite test_suite = {.name = suite_name,                 \
                                   .tests = TEST_ROWS,                 \
                                   .count = TEST_COUNT(TEST_ROWS)}

#define CHECK(condition)            test_holds((condition), NULL, #condition, __FILE__, __LINE__)
#define CHECK_CASE(name, condition) test_holds((condition), (name), #condition, __FILE__, __LINE__)

/* Both may be NULL, and NULL is equal to NULL only. */
#define CHECK_TEXT(actual, expected) \
    test_check_text((actual), (expected), #actual, __FILE__, __LINE__)
#define CHECK_INTEGER(actual, expected) \
    test_check_integer((actual), (expected), #actual, __FILE__, __LINE__)

/* What the macros call. */
void test_register(TestSuite *suite);
void test_check(bool holds, const char *case_name, const char *claim, const char *file, int line);

/* Returns what it was given, in sight of whoever reads the test: compilers and analyzers too. */
static inline bool test_holds(bool holds, const char *case_name, const char *claim,
                              const char *file, int line)
{
    test_check(holds, case_name, claim, file, line);
    return holds;
}

bool test_check_text(const char *actual, const char *expected, const char *claim, const char *file,
                     int line);
bool test_check_integer(intmax_t actual, intmax_t expected, const char *claim, const char *file,
                        int line);

#endif
