/*
 * fakes/dns/route53/signature.h - is a request to AWS signed by who it says? Signature Version 4, as the service checks it.
 *
 * Source: AWS, "Create a signed AWS API request"; the codes of its refusals: "Common Error Types".
 */
#ifndef FAKES_ROUTE53_SIGNATURE_H
#define FAKES_ROUTE53_SIGNATURE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"

/* Who may ask. */
typedef struct {
    const char *access_key, *secret_key;
    const char *session_token; /* NULL: none */
} AwsKey;

/* A request as it came: path and query still encoded. */
typedef struct {
    const char *method, *path, *query, *body;
    const char *(*header)(void *owner, const char *name); /* NULL: it has none */
    void *owner;
} AwsRequest;

/* NULL: it is; else the code of the refusal, "SignatureDoesNotMatch". */
const char *aws_signature_refusal(Arena *arena, const AwsRequest *request, const AwsKey *key,
                                  const char *region, const char *service, int64_t now_ms);

#endif
