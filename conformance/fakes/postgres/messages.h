/*
 * conformance/fakes/postgres/messages.h - the messages of the Postgres protocol as a person writes them down, and as bytes.
 *
 * A message is its name, alone ("Sync") or with what it says ({Query: select 1}); docs/parity-postgres.md lists them all. Nothing is
 * shared with the fake, so that one misreading of the protocol does not hide on both ends.
 *
 * Source: PostgreSQL 15 manual, 55.7 (formats), 55.8 (fields of errors).
 */
#ifndef CONFORMANCE_FAKES_POSTGRES_MESSAGES_H
#define CONFORMANCE_FAKES_POSTGRES_MESSAGES_H

#include "base/buffer.h"
#include "base/error.h"
#include "base/json.h"

/* The name of a message, and what it says (may be NULL). */
const char *message_name(const cJSON *message);
const cJSON *message_body(const cJSON *message);

/* Appends a client's message. Fails with ERR_INPUT: there is no such message, or it cannot say that. */
bool message_encode(const cJSON *message, Buffer *out, Error *err);

/* A start-up packet: names and values by turns. */
void message_startup(uint32_t version, const cJSON *parameters, Buffer *out);
/* SASLInitialResponse (mechanism not NULL) or SASLResponse. */
void message_sasl(const char *mechanism, const char *text, Buffer *out);

/*
 * The server's message that bytes begin with; cJSON_Delete() it. NULL: it is not whole yet. *out_length is how many bytes it has. What
 * is no message at all comes out as {Bytes: ...}, to the end.
 */
cJSON *message_decode(const char *bytes, size_t length, size_t *out_length);

#endif
