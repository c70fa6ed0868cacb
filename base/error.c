/*
 * base/error.c - what the world did wrong: a code to act on and a sentence for a person.
 */
#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const char *const CODE_NAMES[] = {
    [ERR_NONE] = "no error",           [ERR_INPUT] = "invalid input",
    [ERR_NOT_FOUND] = "not found",     [ERR_CONFLICT] = "conflict",
    [ERR_DENIED] = "denied",           [ERR_INVALID] = "rejected",
    [ERR_UNAVAILABLE] = "unavailable", [ERR_AMBIGUOUS] = "ambiguous",
    [ERR_TIMEOUT] = "timed out",       [ERR_PROTOCOL] = "protocol error",
    [ERR_IO] = "input/output error",   [ERR_STOPPED] = "stopped",
};

bool error_set(Error *err, ErrorCode code, const char *format, ...)
{
    char message[ERROR_TEXT_MAX]; /* apart, since an argument may be err->message itself */
    va_list arguments;

    if (err == NULL)
        return false;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    err->code = code;
    memcpy(err->message, message, sizeof message);
    return false;
}

bool error_wrap(Error *err, const char *format, ...)
{
    char whole[ERROR_TEXT_MAX];
    va_list arguments;
    size_t length;

    if (err == NULL)
        return false;
    va_start(arguments, format);
    vsnprintf(whole, sizeof whole, format, arguments);
    va_end(arguments);
    /* What no longer fits is the end of the innermost message. */
    length = strlen(whole);
    snprintf(whole + length, sizeof whole - length, ": %.*s", (int)(sizeof whole - length),
             err->message);
    memcpy(err->message, whole, sizeof whole);
    return false;
}

const char *error_code_name(ErrorCode code)
{
    if ((size_t)code >= sizeof CODE_NAMES / sizeof CODE_NAMES[0])
        return "unknown error";
    return CODE_NAMES[code];
}
