/*
 * engine/observations.c - what the steps say of a look: it holds, it is pending, it waits, it failed.
 */
#include "engine/observations.h"

#include <stdarg.h>
#include <stdio.h>

static void observe(Observation *out, StepState state, const char *format, va_list arguments)
{
    out->state = state;
    vsnprintf(out->text, sizeof out->text, format, arguments);
}

void observe_holds(Observation *out, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    observe(out, STEP_HOLDS, format, arguments);
    va_end(arguments);
}

void observe_pending(Observation *out, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    observe(out, STEP_PENDING, format, arguments);
    va_end(arguments);
}

void observe_waiting(Observation *out, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    observe(out, STEP_WAITING, format, arguments);
    va_end(arguments);
}

void observe_failed(Observation *out, Reaction reaction, const char *check, const char *required,
                    const char *observed, const char *evidence, const char *remedy)
{
    out->state = STEP_FAILED;
    snprintf(out->text, sizeof out->text, "%s", observed);
    finding_set(&out->finding, reaction, check, required, observed, evidence, remedy);
}

void observe_if_late(Observation *out, const char *check, const char *required,
                     const char *evidence, const char *remedy)
{
    finding_set(&out->finding, REACT_WAIT, check, required, out->text, evidence, remedy);
}

void observe_error(Observation *out, const Error *why)
{
    observe_waiting(out, "%s", why->message);
}
