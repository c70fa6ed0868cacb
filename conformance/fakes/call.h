/*
 * conformance/fakes/call.h - one HTTP request said exactly as a recorded client said it, and its answer to the last header.
 *
 * Nothing is added to what the request says, nothing is tried again, no redirect is followed. Several may be under way: an answer
 * that is a stream grows while others are made. A body that came compressed is read as if it had not.
 *
 * Source:    RFC 9112; libcurl's multi interface.
 * Units:     milliseconds.
 * Ownership: request is copied; a Call and what it has is valid until call_free.
 */
#ifndef CONFORMANCE_FAKES_CALL_H
#define CONFORMANCE_FAKES_CALL_H

#include "base/buffer.h"
#include "engine/clients/https.h"

typedef struct Caller Caller;
typedef struct Call Call;

/* stop: waiting ends when it becomes true; may be NULL. */
Caller *caller_new(Loop *loop, const bool *stop);
void caller_free(Caller *caller); /* every call must be freed first */

typedef struct {
    const char *method, *url;
    const char *connect_to;     /* IP address, or NULL: the URL's host is one */
    const char *const *headers; /* "Accept: application/json", NULL-ended */
    const char *body;           /* or NULL */
    size_t body_length;
    const HttpsTrust *trust;
} CallRequest;

Call *call_start(Caller *caller, const CallRequest *request);
void call_free(Call *call); /* ends it if it is not over */

/* Waits until it is over or has a body of so many lines (0: its headers), at most timeout_ms. */
void call_wait(Call *call, size_t lines, int64_t timeout_ms);

bool call_is_over(const Call *call);
const char *
call_error(const Call *call);      /* why it ended without a whole answer; NULL: it did not */
int call_status(const Call *call); /* 0: no answer yet */
/* The value, or NULL; index counts headers of one name from 0. Names are compared without case. */
const char *call_header(const Call *call, const char *name, size_t index);
const Buffer *call_body(const Call *call);
/* The same two, for who puts other words in their place. */
Buffer *call_words(Call *call, bool of_body);

#endif
