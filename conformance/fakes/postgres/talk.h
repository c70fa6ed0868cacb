/*
 * conformance/fakes/postgres/talk.h - one connection to a Postgres server: what is said goes out as it is, what comes is kept in order.
 *
 * Nothing is answered by itself, except in talk_login. When the server hangs up, "Closed" is the last that was heard.
 *
 * Units:     milliseconds.
 * Ownership: what was heard is the talk's until it is taken.
 */
#ifndef CONFORMANCE_FAKES_POSTGRES_TALK_H
#define CONFORMANCE_FAKES_POSTGRES_TALK_H

#include "base/buffer.h"
#include "base/error.h"
#include "base/json.h"
#include "base/loop.h"

typedef struct Talk Talk;

/* host is an IP address. Fails with ERR_UNAVAILABLE. */
bool talk_open(Loop *loop, const char *host, int port, Talk **out_talk, Error *err);
void talk_close(Talk *talk); /* accepts NULL */

void talk_say(Talk *talk, const Buffer *bytes);
/* The next byte is an answer by itself, as after an SSLRequest: {Byte: N}. */
void talk_expect_byte(Talk *talk);

/* Has enough been heard? */
typedef bool TalkCondition(const cJSON *heard, const void *owner);
/* Waits until it has, the server hangs up or timeout_ms have passed. */
void talk_wait(Talk *talk, TalkCondition *is_enough, const void *owner, int64_t timeout_ms);

const cJSON *talk_heard(const Talk *talk); /* an array of messages */
bool talk_is_over(const Talk *talk);       /* the server has hung up */
cJSON *talk_take(Talk *talk);              /* all of it; cJSON_Delete() it */

/* Process and key of BackendKeyData; 0 before it came. */
void talk_key(const Talk *talk, uint32_t *out_process, uint32_t *out_key);
/* A parameter as the server last told it; NULL: it did not. */
const char *talk_parameter(const Talk *talk, const char *name);

/* Says who it is and proves it with the password; until the first ReadyForQuery, or until it is refused. */
void talk_login(Talk *talk, const cJSON *parameters, const char *password, int64_t timeout_ms);

#endif
