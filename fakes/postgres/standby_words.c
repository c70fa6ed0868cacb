/*
 * fakes/postgres/standby_words.c - what a standby and its primary say to each other inside a stream.
 */
#include "fakes/postgres/standby_words.h"

#include "fakes/postgres/message.h"
#include "fakes/postgres/wal_records.h"

bool pg_primary_word(const char *bytes, size_t length, PgPrimaryWord *out, Error *err)
{
    PgReader reader = {.at = bytes, .left = length};

    *out = (PgPrimaryWord){.kind = (char)pg_take_byte(&reader)};
    if (out->kind != 'w' && out->kind != 'k')
        return error_set(err, ERR_PROTOCOL, "invalid replication message type %d",
                         (unsigned char)out->kind);
    if (out->kind == 'w')
        out->start = pg_take_u64(&reader);
    out->end = pg_take_u64(&reader);
    out->sent_ms = pg_wall_ms((int64_t)pg_take_u64(&reader));
    if (out->kind == 'k')
        out->wants_reply = pg_take_byte(&reader) != 0;
    if (reader.is_broken || (out->kind == 'k' && reader.left > 0))
        return error_set(err, ERR_PROTOCOL, "invalid %s message received from primary",
                         out->kind == 'w' ? "WAL" : "keepalive");
    out->log = reader.at;
    out->length = reader.left;
    return true;
}

void pg_add_status(Buffer *out, const PgStandbyStatus *status)
{
    buffer_add_byte(out, 'r');
    buffer_add_u64(out, status->write);
    buffer_add_u64(out, status->flush);
    buffer_add_u64(out, status->apply);
    buffer_add_u64(out, (uint64_t)pg_time(status->at_ms));
    buffer_add_byte(out, status->wants_reply);
}

void pg_add_no_feedback(Buffer *out, int64_t at_ms)
{
    buffer_add_byte(out, 'h');
    buffer_add_u64(out, (uint64_t)pg_time(at_ms));
    buffer_add_u64(out, 0); /* xmin and its epoch */
    buffer_add_u64(out, 0); /* those of the catalogues */
}
