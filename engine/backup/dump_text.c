/*
 * engine/backup/dump_text.c - what shows that a plain dump is whole, watched while it comes.
 */
#include "engine/backup/dump_text.h"

#include <string.h>

static bool contains(const char *bytes, size_t length, const char *text)
{
    return memmem(bytes, length, text, strlen(text)) != NULL;
}

/* Of what came so far and these the last DUMP_TAIL bytes; length is less than that. */
static void keep_tail(DumpText *dump, const char *bytes, size_t length)
{
    size_t room = (size_t)DUMP_TAIL - length;
    size_t kept = dump->tail_length < room ? dump->tail_length : room;

    memmove(dump->tail, dump->tail + dump->tail_length - kept, kept);
    memcpy(dump->tail + kept, bytes, length);
    dump->tail_length = kept + length;
}

/* In parts that overlap in the tail, so that no word is missed that lies across two of them. */
void dump_text_add(DumpText *dump, const char *bytes, size_t length)
{
    dump->bytes += (int64_t)length;
    while (length > 0) {
        size_t part = length < DUMP_TAIL / 2 ? length : DUMP_TAIL / 2;

        keep_tail(dump, bytes, part);
        dump->has_table =
            dump->has_table || contains(dump->tail, dump->tail_length, "CREATE TABLE ");
        bytes += part;
        length -= part;
    }
}

bool dump_text_is_whole(const DumpText *dump, const char **out_check, Error *err)
{
    bool has_marker =
        contains(dump->tail, dump->tail_length, "-- PostgreSQL database dump complete") ||
        contains(dump->tail, dump->tail_length, "-- PostgreSQL database cluster dump complete");

    if (out_check)
        *out_check = dump->has_table ? "F-806" : "F-807";
    if (!dump->has_table)
        return error_set(err, ERR_INPUT, "a dump of %lld bytes without a single table",
                         (long long)dump->bytes);
    return has_marker ||
           error_set(err, ERR_INPUT, "no completion marker at the end of %lld bytes: cut off",
                     (long long)dump->bytes);
}
