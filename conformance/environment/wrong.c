/*
 * conformance/environment/wrong.c - a finding about many of a kind: the first is named, the others are counted.
 */
#include <stdarg.h>
#include <stdio.h>

#include "conformance/environment/checks.h"

void wrong_add(Wrong *wrong, const char *format, ...)
{
    va_list arguments;

    if (wrong->count++)
        return;
    va_start(arguments, format);
    vsnprintf(wrong->first, sizeof wrong->first, format, arguments);
    va_end(arguments);
}

void wrong_tell(const Wrong *wrong, Finding *finding, const char *id, const char *required,
                const char *evidence, const char *remedy)
{
    char observed[280];

    if (!wrong->count)
        return;
    if (wrong->count == 1)
        snprintf(observed, sizeof observed, "%s", wrong->first);
    else
        snprintf(observed, sizeof observed, "%s; %zu more like it", wrong->first, wrong->count - 1);
    finding_refuse(finding, id, required, observed, evidence, remedy);
}
