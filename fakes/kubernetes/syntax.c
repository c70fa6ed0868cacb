/*
 * fakes/kubernetes/syntax.c - reads JSON only to say where it breaks.
 */
#include "fakes/kubernetes/syntax.h"

#include <stdio.h>
#include <string.h>

enum { DEPTH_MAX = 1000 };

typedef struct {
    const char *at, *end;
    const char *error; /* what was being done when it broke; NULL: nothing did */
    int depth;
} Scanner;

static bool scan_value(Scanner *scanner);

static bool broken(Scanner *scanner, const char *error)
{
    scanner->error = error;
    return false;
}

static void skip_space(Scanner *scanner)
{
    while (scanner->at < scanner->end && strchr(" \t\r\n", *scanner->at) != NULL && *scanner->at)
        scanner->at++;
}

static bool is_next(const Scanner *scanner, char c)
{
    return scanner->at < scanner->end && *scanner->at == c;
}

static bool expect(Scanner *scanner, char c, const char *error)
{
    skip_space(scanner);
    if (!is_next(scanner, c))
        return broken(scanner, error);
    scanner->at++;
    return true;
}

static bool scan_string(Scanner *scanner)
{
    for (scanner->at++; scanner->at < scanner->end && *scanner->at != '"'; scanner->at++) {
        if ((unsigned char)*scanner->at < 0x20)
            return broken(scanner, "in string literal");
        if (*scanner->at != '\\')
            continue;
        scanner->at++;
        if (scanner->at < scanner->end && strchr("\"\\/bfnrtu", *scanner->at) == NULL)
            return broken(scanner, "in string escape code");
    }
    return expect(scanner, '"', "in string literal");
}

static bool scan_word(Scanner *scanner, const char *word, const char *error)
{
    for (; *word; word++, scanner->at++)
        if (!is_next(scanner, *word))
            return broken(scanner, error);
    return true;
}

static bool scan_number(Scanner *scanner)
{
    if (is_next(scanner, '-'))
        scanner->at++;
    if (scanner->at == scanner->end || *scanner->at < '0' || *scanner->at > '9')
        return broken(scanner, "in numeric literal");
    while (scanner->at < scanner->end && *scanner->at && strchr("0123456789.eE+-", *scanner->at))
        scanner->at++;
    return true;
}

static bool scan_member(Scanner *scanner)
{
    skip_space(scanner);
    if (!is_next(scanner, '"'))
        return broken(scanner, "looking for beginning of object key string");
    return scan_string(scanner) && expect(scanner, ':', "after object key") && scan_value(scanner);
}

/* What stands between brackets, of which the scanner is at the first. */
static bool scan_items(Scanner *scanner, char end, bool (*scan_item)(Scanner *scanner),
                       const char *error)
{
    scanner->at++;
    skip_space(scanner);
    if (is_next(scanner, end)) {
        scanner->at++;
        return true;
    }
    do {
        if (!scan_item(scanner))
            return false;
        skip_space(scanner);
    } while (is_next(scanner, ',') && scanner->at++);
    return expect(scanner, end, error);
}

static bool scan_container(Scanner *scanner)
{
    bool is_object = *scanner->at == '{', ok;

    if (++scanner->depth > DEPTH_MAX)
        return broken(scanner, "exceeded max depth");
    ok = is_object ? scan_items(scanner, '}', scan_member, "after object key:value pair")
                   : scan_items(scanner, ']', scan_value, "after array element");
    scanner->depth--;
    return ok;
}

static bool scan_value(Scanner *scanner)
{
    skip_space(scanner);
    if (is_next(scanner, '{') || is_next(scanner, '['))
        return scan_container(scanner);
    if (is_next(scanner, '"'))
        return scan_string(scanner);
    if (is_next(scanner, 't'))
        return scan_word(scanner, "true", "in literal true");
    if (is_next(scanner, 'f'))
        return scan_word(scanner, "false", "in literal false");
    if (is_next(scanner, 'n'))
        return scan_word(scanner, "null", "in literal null");
    if (scanner->at < scanner->end && *scanner->at && strchr("-0123456789", *scanner->at))
        return scan_number(scanner);
    return broken(scanner, "looking for beginning of value");
}

bool syntax_check(const char *text, size_t length, char out_error[SYNTAX_ERROR_MAX])
{
    Scanner scanner = {.at = text, .end = text + length};

    if (scan_value(&scanner)) {
        skip_space(&scanner);
        if (scanner.at == scanner.end)
            return true;
        scanner.error = "after top-level value";
    }
    if (scanner.at >= scanner.end)
        snprintf(out_error, SYNTAX_ERROR_MAX, "unexpected end of JSON input");
    else
        snprintf(out_error, SYNTAX_ERROR_MAX, "invalid character '%c' %s", *scanner.at,
                 scanner.error);
    return false;
}
