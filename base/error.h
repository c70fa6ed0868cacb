/*
 * base/error.h - what the world did wrong: a code to act on and a sentence for a person.
 *
 * A function that can fail returns bool and takes Error *err last: set on failure, untouched on
 * success. Each level adds the part only it knows with error_wrap, so the message ends up whole.
 * err may be NULL where the caller does not care why.
 */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

#include <stdbool.h>

typedef enum {
    ERR_NONE,
    ERR_INPUT,       /* a file, flag or argument says something that cannot be */
    ERR_NOT_FOUND,   /* the thing asked for does not exist */
    ERR_CONFLICT,    /* it changed meanwhile, or it exists already */
    ERR_DENIED,      /* authentication or authorisation failed */
    ERR_INVALID,     /* the peer understood and rejects it: trying again is useless */
    ERR_UNAVAILABLE, /* refused, reset, 5xx, 429: trying again may help; nothing was applied */
    ERR_AMBIGUOUS,   /* the request may have been applied and its answer was lost: look first */
    ERR_TIMEOUT,     /* a deadline of ours passed */
    ERR_PROTOCOL,    /* the peer does not speak as its specification says */
    ERR_IO,          /* a local file or descriptor */
    ERR_STOPPED,     /* a person or a stop condition asked us to stop */
} ErrorCode;

enum { ERROR_TEXT_MAX = 480 };

typedef struct {
    ErrorCode code;
    char message[ERROR_TEXT_MAX];
} Error;

/* Sets err and returns false, so that `return error_set(...)` reads as what it is. */
bool error_set(Error *err, ErrorCode code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Puts "context: " before the message, keeps the code, returns false. */
bool error_wrap(Error *err, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* "not found", for logs and reports. */
const char *error_code_name(ErrorCode code);

#endif
