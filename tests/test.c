/*
 * tests/test.c - the suites that exist, and the checks that tests make.
 *
 * Suites register themselves before main, hence the one list at file scope. The checks count in CUnit,
 * and print what was wrong to standard output, which the runner keeps and shows if the suite failed.
 */
#include "tests/test.h"

#include <stdio.h>
#include <string.h>

#include <CUnit/CUnit.h>

#include "tests/runner/suites.h"

static TestSuite *first_suite;

/* Inserts by name, so that the order does not depend on the linker. */
void test_register(TestSuite *suite)
{
    TestSuite **place = &first_suite;

    while (*place != NULL && strcmp((*place)->name, suite->name) < 0)
        place = &(*place)->next;
    suite->next = *place;
    *place = suite;
}

TestSuite *suites_first(void)
{
    return first_suite;
}

static const char *current_test(void)
{
    CU_pTest test = CU_get_current_test();

    return test != NULL ? test->pName : "outside any test";
}

static void begin_complaint(const char *file, int line)
{
    printf("  %s:%d: %s: ", file, line, current_test());
}

static void count(bool holds, const char *claim, const char *file, int line)
{
    CU_assertImplementation(holds ? CU_TRUE : CU_FALSE, (unsigned)line, claim, file, "", CU_FALSE);
}

void test_check(bool holds, const char *case_name, const char *claim, const char *file, int line)
{
    count(holds, claim, file, line);
    if (holds)
        return;
    begin_complaint(file, line);
    if (case_name != NULL)
        printf("case \"%s\": ", case_name);
    printf("does not hold: %s\n", claim);
}

static void print_quoted(const char *label, const char *text)
{
    if (text == NULL)
        printf("    %s NULL\n", label);
    else
        printf("    %s \"%s\"\n", label, text);
}

bool test_check_text(const char *actual, const char *expected, const char *claim, const char *file,
                     int line)
{
    bool holds =
        actual == expected || (actual != NULL && expected != NULL && strcmp(actual, expected) == 0);

    count(holds, claim, file, line);
    if (holds)
        return true;
    begin_complaint(file, line);
    printf("%s is not what was expected\n", claim);
    print_quoted("expected", expected);
    print_quoted("actual  ", actual);
    return false;
}

bool test_check_integer(intmax_t actual, intmax_t expected, const char *claim, const char *file,
                        int line)
{
    bool holds = actual == expected;

    count(holds, claim, file, line);
    if (holds)
        return true;
    begin_complaint(file, line);
    printf("%s is %jd, expected %jd\n", claim, actual, expected);
    return false;
}
