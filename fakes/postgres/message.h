/*
 * fakes/postgres/message.h - the messages of protocol 3.0, as bytes.
 *
 * Source: PostgreSQL 15 manual, 55.7 (formats), 55.2.1 (start-up).
 * Knows no sockets: bytes in, a message or "need more" out. What is read is borrowed from the bytes.
 */
#ifndef FAKES_POSTGRES_MESSAGE_H
#define FAKES_POSTGRES_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "fakes/postgres/report.h"
#include "fakes/postgres/query.h"

enum {
    PG_PROTOCOL_3_0 = 196608,
    PG_SSL_REQUEST = 80877103,
    PG_GSSENC_REQUEST = 80877104,
    PG_CANCEL_REQUEST = 80877102,
    PG_STARTUP_MAX = 10000,   /* MAX_STARTUP_PACKET_LENGTH */
    PG_MESSAGE_MAX = 1 << 20, /* of ours: nobody sends a drill more SQL than this */
};

typedef enum { PG_READ_MORE, PG_READ_WHOLE, PG_READ_BROKEN } PgRead;

typedef struct {
    char type; /* 'Q'; 0 for a start-up packet */
    const char *body;
    size_t length; /* of the body */
} PgMessage;

/* One message from the front of the bytes. BROKEN: a length that cannot be. */
PgRead pg_read_startup(const char *bytes, size_t length, PgMessage *out, size_t *out_used);
PgRead pg_read_message(const char *bytes, size_t length, PgMessage *out, size_t *out_used);

/* Takes a body apart. Once it asks for more than there is, it is broken and gives zeros. */
typedef struct {
    const char *at;
    size_t left;
    bool is_broken;
    bool has_no_end; /* it broke in a text */
} PgReader;

PgReader pg_reader(const PgMessage *message);
uint8_t pg_take_byte(PgReader *reader);
uint16_t pg_take_u16(PgReader *reader);
uint32_t pg_take_u32(PgReader *reader);
uint64_t pg_take_u64(PgReader *reader);
const char *pg_take_bytes(PgReader *reader, size_t length); /* NULL if broken */
const char *pg_take_text(PgReader *reader);                 /* up to its NUL; "" if broken */
/* Everything was taken, and nothing was missing. */
bool pg_reader_is_done(const PgReader *reader);

/* ---- what the server says ---- */

/* begin and end go around what a message holds; begin returns what end wants. */
size_t pg_message_begin(Buffer *out, char type);
void pg_message_end(Buffer *out, size_t begin);

void pg_add_plain(Buffer *out, char type); /* one without a body: '1', 'n', 's', ... */
void pg_add_authentication(Buffer *out, uint32_t code, const void *data, size_t length);
void pg_add_parameter_status(Buffer *out, const char *name, const char *value);
void pg_add_key_data(Buffer *out, uint32_t pid, uint32_t key);
void pg_add_ready(Buffer *out, char status);
void pg_add_complete(Buffer *out, const char *tag);
/* CopyInResponse ('G') or CopyOutResponse ('H') of so many columns, all of one form. */
void pg_add_copy(Buffer *out, char type, bool is_binary, int columns);
/* ErrorResponse; NoticeResponse if its severity is WARNING or NOTICE. */
void pg_add_report(Buffer *out, const PgReport *report);
/* One column of a RowDescription. typmod: -1 but for what TIMELINE_HISTORY gives. */
/* Of no relation, as text. */
void pg_add_field(Buffer *out, const char *name, PgType type, int32_t typmod);
void pg_add_column(Buffer *out, const SqlResult *result, int index, uint16_t format);
/* One value of a DataRow. */
void pg_add_value(Buffer *out, const PgValue *value, uint16_t format, Arena *arena);

#endif
