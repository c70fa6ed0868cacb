/*
 * engine/clients/sigv4.h - how a request to AWS is signed: Signature Version 4. Pure: texts in, texts out.
 *
 * Source: AWS, "Create a signed AWS API request" (canonical request, string to sign, signing key), for every service but S3.
 * Parameters are given as they are meant, and encoded here. A path is one that needs no encoding, and no part of it is "." or empty.
 */
#ifndef ENGINE_CLIENTS_SIGV4_H
#define ENGINE_CLIENTS_SIGV4_H

#include <stdint.h>

#include "base/arena.h"

typedef struct {
    const char *method, *path;
    const char *const *parameters; /* NULL-ended, "name=value"; NULL: none */
    const char *const
        *headers;     /* NULL-ended, "Name: value": all that are signed, Host among them */
    const char *body; /* NUL-ended; NULL: none */
} Sigv4Request;

typedef struct {
    const char *access_key, *secret_key;
    const char *region, *service; /* "us-east-1", "route53" */
    int64_t wall_ms;              /* X-Amz-Date's time */
} Sigv4Scope;

/* Results live in the arena. */

/* "20150830T123600Z", the value of X-Amz-Date. */
const char *sigv4_date(Arena *arena, int64_t wall_ms);
/* Path and query as they go into the URL. */
const char *sigv4_target(Arena *arena, const Sigv4Request *request);
/* What is signed; for tests. */
const char *sigv4_canonical(Arena *arena, const Sigv4Request *request);
/* The value of the header Authorization. */
const char *sigv4_authorization(Arena *arena, const Sigv4Request *request, const Sigv4Scope *scope);

#endif
