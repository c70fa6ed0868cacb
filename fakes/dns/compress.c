/*
 * fakes/dns/compress.c - names as a message writes them.
 */
#include "fakes/dns/compress.h"

#include <string.h>

#include "fakes/dns/name.h"

enum { POINTER_REACH = 0x3fff, SUFFIXES_KEPT = 2, LABELS_MAX = 128 };

static const uint8_t *message_of(const DnsCompressor *compressor)
{
    return (const uint8_t *)compressor->out->data + compressor->start;
}

static size_t here(const DnsCompressor *compressor)
{
    return compressor->out->length - compressor->start;
}

/* Where the label at offset really stands. */
static size_t follow(const uint8_t *message, size_t offset)
{
    while (message[offset] >= 0xc0)
        offset = (size_t)(message[offset] & 0x3f) << 8 | message[offset + 1];
    return offset;
}

static bool label_equal(const DnsCompressor *compressor, const uint8_t *a, const uint8_t *b)
{
    return *a == *b &&
           (compressor->is_knot ? dns_wire_equal(a, b, *a + 1u) : memcmp(a, b, *a + 1u) == 0);
}

/* Whether the name written at offset, perhaps compressed, is the uncompressed one in wire. */
static bool is_written_at(const DnsCompressor *compressor, size_t offset, const uint8_t *wire)
{
    const uint8_t *message = message_of(compressor);

    for (;;) {
        offset = follow(message, offset);
        if (!label_equal(compressor, message + offset, wire))
            return false;
        if (*wire == 0)
            return true;
        offset += *wire + 1u;
        wire += *wire + 1u;
    }
}

static size_t find_written(const DnsCompressor *compressor, const uint8_t *wire, size_t length)
{
    for (size_t i = 0; i < compressor->count; i++) {
        if (compressor->known[i].length == length &&
            is_written_at(compressor, compressor->known[i].offset, wire))
            return compressor->known[i].offset;
    }
    return 0;
}

/* Remembers that a name of this length is about to be written here. */
static void remember(DnsCompressor *compressor, size_t offset, size_t length)
{
    if (compressor->count == DNS_KNOWN_MAX || offset > POINTER_REACH)
        return;
    compressor->known[compressor->count].offset = (uint16_t)offset;
    compressor->known[compressor->count].length = (uint8_t)length;
    compressor->count++;
}

static void point_at(DnsCompressor *compressor, size_t offset)
{
    buffer_add_u16(compressor->out, (uint16_t)(0xc000 | offset));
}

/* ---- as BIND ---------------------------------------------------------------------------------- */

/* may_point: false for a name that is written whole. */
static void write_like_bind(DnsCompressor *compressor, const uint8_t *wire, size_t length,
                            bool may_point)
{
    int kept = 0;

    for (size_t at = 0; wire[at] != 0; at += wire[at] + 1u) {
        size_t offset = may_point ? find_written(compressor, wire + at, length - at) : 0;

        if (offset > 0) {
            point_at(compressor, offset);
            return;
        }
        if (kept++ < SUFFIXES_KEPT)
            remember(compressor, here(compressor), length - at);
        buffer_add(compressor->out, wire + at, wire[at] + 1u);
    }
    buffer_add_byte(compressor->out, 0);
}

/* ---- as Knot ---------------------------------------------------------------------------------- */

/* Where the labels of a name begin; their number without the root. */
static size_t labels_of(const uint8_t *message, size_t at, size_t out_labels[LABELS_MAX])
{
    size_t count = 0;

    for (at = follow(message, at); message[at] != 0; at = follow(message, at + message[at] + 1u))
        out_labels[count++] = at;
    return count;
}

static void add_lower(DnsCompressor *compressor, const uint8_t *wire, size_t length)
{
    uint8_t *bytes = (uint8_t *)buffer_extend(compressor->out, length);

    memcpy(bytes, wire, length);
    for (size_t i = 0; i < length; i++) {
        if (bytes[i] >= 'A' && bytes[i] <= 'Z')
            bytes[i] = (uint8_t)(bytes[i] + 'a' - 'A');
    }
}

/* How many labels at the end of two names are the same. */
static size_t common_end(const DnsCompressor *compressor, const uint8_t *wire, const size_t *labels,
                         size_t count, const size_t *others, size_t other_count)
{
    size_t same = 0;

    while (same < count && same < other_count &&
           label_equal(compressor, wire + labels[count - 1 - same],
                       message_of(compressor) + others[other_count - 1 - same]))
        same++;
    return same;
}

static void write_like_knot(DnsCompressor *compressor, const uint8_t *wire, size_t length)
{
    size_t labels[LABELS_MAX] = {0}, others[LABELS_MAX] = {0};
    size_t count = labels_of(wire, 0, labels), at = here(compressor);
    size_t other_count = labels_of(message_of(compressor), compressor->last, others);
    size_t same = common_end(compressor, wire, labels, count, others, other_count);

    if (same == count && count > 0) {
        point_at(compressor, others[other_count - count]);
        return;
    }
    remember(compressor, at, length);
    if (at <= POINTER_REACH && count > 0)
        compressor->last = (uint16_t)at;
    if (same == 0) {
        add_lower(compressor, wire, length);
    } else {
        add_lower(compressor, wire, labels[count - same]);
        point_at(compressor, others[other_count - same]);
    }
}

/* ---- what a name is for ----------------------------------------------------------------------- */

void dns_compress_question(DnsCompressor *compressor, const uint8_t *wire, size_t length)
{
    if (!compressor->is_knot) {
        write_like_bind(compressor, wire, length, true);
        return;
    }
    compressor->last = (uint16_t)here(compressor);
    remember(compressor, compressor->last, length);
    buffer_add(compressor->out, wire, length);
}

void dns_compress_owner(DnsCompressor *compressor, const uint8_t *wire, size_t length)
{
    size_t whole = compressor->is_knot ? find_written(compressor, wire, length) : 0;

    if (whole > 0)
        point_at(compressor, whole);
    else
        dns_compress_data(compressor, wire, length);
}

void dns_compress_data(DnsCompressor *compressor, const uint8_t *wire, size_t length)
{
    if (!compressor->is_knot)
        write_like_bind(compressor, wire, length, true);
    else if (compressor->last == 0 || length == 1)
        dns_compress_plain(compressor, wire, length);
    else
        write_like_knot(compressor, wire, length);
}

void dns_compress_plain(DnsCompressor *compressor, const uint8_t *wire, size_t length)
{
    if (!compressor->is_knot) {
        write_like_bind(compressor, wire, length, false);
        return;
    }
    remember(compressor, here(compressor), length);
    add_lower(compressor, wire, length);
}
