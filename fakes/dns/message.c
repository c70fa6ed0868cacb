/*
 * fakes/dns/message.c - reads a DNS message from bytes, record by record.
 *
 * Nothing is believed: each length is checked against what is left, each count against what could fit, and names may only point
 * backwards. Writing is in encode.c.
 */
#include "fakes/dns/message.h"

#include <assert.h>
#include <string.h>

#include "fakes/dns/data.h"
#include "fakes/dns/name.h"

enum {
    HEADER_SIZE = 12,
    FIXED_SIZE = 10,    /* type, class, TTL, length of data */
    QUESTION_LEAST = 5, /* the root, type, class */
    RECORD_LEAST = 11
};

typedef struct {
    Arena *arena;
    const uint8_t *bytes;
    size_t length, at;
    DnsMessage *message;
} Reader;

static bool refuse(Error *err, const char *why)
{
    return error_set(err, ERR_PROTOCOL, "malformed DNS message: %s", why);
}

/* Room for records is always a power of two, so that dns_add knows when it is full without being told. */
static size_t room_for(size_t count)
{
    size_t room = 1;

    while (room < count)
        room *= 2;
    return room;
}

void dns_add(Arena *arena, DnsMessage *message, int section, const DnsRecord *record)
{
    DnsRecord *records = message->sections[section].records;
    size_t count = message->sections[section].count;

    if (count == 0 || room_for(count) == count) {
        records = arena_new(arena, room_for(count + 1) * sizeof *records);
        if (count > 0)
            memcpy(records, message->sections[section].records, count * sizeof *records);
        message->sections[section].records = records;
    }
    records[count] = *record;
    message->sections[section].count = count + 1;
}

static bool read_name(Reader *reader, const char **out_name, const char **out_as_sent, Error *err)
{
    char text[DNS_NAME_TEXT_MAX];
    char *name;
    size_t next = dns_name_decode(reader->bytes, reader->length, reader->at, text);

    if (next == 0)
        return refuse(err, "a name is cut short, too long, or points forwards");
    name = arena_text(reader->arena, text);
    dns_name_lower(name);
    if (out_as_sent != NULL)
        *out_as_sent = strcmp(name, text) == 0 ? name : arena_text(reader->arena, text);
    *out_name = name;
    reader->at = next;
    return true;
}

static bool read_question(Reader *reader, DnsRecord *out_record, Error *err)
{
    bool is_first = reader->at == HEADER_SIZE;

    if (!read_name(reader, &out_record->name, is_first ? &reader->message->asked_as : NULL, err))
        return false;
    if (reader->length - reader->at < 4)
        return refuse(err, "a question is cut short");
    out_record->type = dns_read_u16(reader->bytes + reader->at);
    out_record->class = dns_read_u16(reader->bytes + reader->at + 2);
    reader->at += 4;
    return true;
}

static bool options_are_whole(const uint8_t *data, size_t size)
{
    while (size >= 4 && dns_read_u16(data + 2) <= size - 4u) {
        size_t option = dns_read_u16(data + 2);

        data += 4 + option;
        size -= 4 + option;
    }
    return size == 0;
}

/* RFC 6891, section 6.1.2: class is the size of a UDP payload, the TTL holds rcode, version and flags. */
static bool take_edns(Reader *reader, int section, const DnsRecord *opt, Error *err)
{
    DnsMessage *message = reader->message;

    if (section != DNS_ADDITIONAL || message->has_edns) {
        message->has_edns = false;
        return refuse(err, "OPT is not the one record that it has to be");
    }
    if (!options_are_whole(opt->data, opt->length))
        return refuse(err, "the options in OPT do not add up");
    message->has_edns = true;
    message->opt_is_named = strcmp(opt->name, ".") != 0;
    message->udp_size = opt->class < 512 ? 512 : opt->class;
    message->rcode = (uint8_t)(message->rcode | (opt->ttl_s >> 24) << 4);
    message->edns_version = (uint8_t)(opt->ttl_s >> 16);
    message->wants_dnssec = (opt->ttl_s & 0x8000) != 0;
    message->options = opt->data;
    message->options_length = opt->length;
    return true;
}

/* RFC 8945, section 5.1: the last record of the message, and the only one of its kind. */
static bool take_tsig(Reader *reader, int section, bool is_last, size_t at, const DnsRecord *tsig,
                      Error *err)
{
    DnsRecord *kept;

    if (section != DNS_ADDITIONAL || !is_last || tsig->class != DNS_CLASS_ANY)
        return refuse(err, "TSIG is not the last record");
    kept = ARENA_NEW(reader->arena, DnsRecord);
    *kept = *tsig;
    reader->message->tsig = kept;
    reader->message->tsig_at = at;
    return true;
}

/* In an update, "no data" says which set is meant; in anything else, data is there. */
static bool may_be_empty(const DnsRecord *record)
{
    return record->class == DNS_CLASS_ANY || record->class == DNS_CLASS_NONE;
}

static bool read_record(Reader *reader, DnsRecord *out_record, Error *err)
{
    const uint8_t *fixed;
    size_t size;

    if (!read_name(reader, &out_record->name, &out_record->shown, err))
        return false;
    if (reader->length - reader->at < FIXED_SIZE)
        return refuse(err, "a record is cut short");
    fixed = reader->bytes + reader->at;
    out_record->type = dns_read_u16(fixed);
    out_record->class = dns_read_u16(fixed + 2);
    out_record->ttl_s = dns_read_u32(fixed + 4);
    size = dns_read_u16(fixed + 8);
    reader->at += FIXED_SIZE;
    if (size > reader->length - reader->at)
        return refuse(err, "the data of a record is cut short");
    if (!(size == 0 && may_be_empty(out_record)) &&
        !dns_data_decode(reader->arena, reader->bytes, reader->length, reader->at, size,
                         out_record))
        return refuse(err, "the data of a record does not fit its type");
    reader->at += size;
    return true;
}

/* Reads one record to where it belongs: its section, or the message itself. */
static bool read_one(Reader *reader, int section, bool is_last, Error *err)
{
    DnsRecord record = {0};
    size_t at = reader->at;

    if (section == DNS_QUESTION ? !read_question(reader, &record, err)
                                : !read_record(reader, &record, err))
        return false;
    if (section != DNS_QUESTION && record.type == DNS_OPT)
        return take_edns(reader, section, &record, err);
    if (section != DNS_QUESTION && record.type == DNS_TSIG)
        return take_tsig(reader, section, is_last, at, &record, err);
    reader->message->sections[section].records[reader->message->sections[section].count++] = record;
    return true;
}

static bool read_section(Reader *reader, int section, Error *err)
{
    size_t count = dns_read_u16(reader->bytes + 4 + 2 * (size_t)section);
    size_t least = section == DNS_QUESTION ? QUESTION_LEAST : RECORD_LEAST;

    if (count > (reader->length - reader->at) / least)
        return refuse(err, "it counts more records than it can hold");
    if (count > 0)
        reader->message->sections[section].records =
            arena_new(reader->arena, room_for(count) * sizeof(DnsRecord));
    for (size_t i = 0; i < count; i++) {
        if (!read_one(reader, section, i + 1 == count, err))
            return false;
    }
    return true;
}

static void read_flags(const uint8_t *bytes, DnsMessage *message)
{
    message->id = dns_read_u16(bytes);
    message->is_response = (bytes[2] & 0x80) != 0;
    message->opcode = (bytes[2] >> 3) & 0x0f;
    message->is_authoritative = (bytes[2] & 0x04) != 0;
    message->is_truncated = (bytes[2] & 0x02) != 0;
    message->wants_recursion = (bytes[2] & 0x01) != 0;
    message->offers_recursion = (bytes[3] & 0x80) != 0;
    message->skips_checks = (bytes[3] & 0x10) != 0;
    message->rcode = bytes[3] & 0x0f;
}

bool dns_parse(Arena *arena, const void *bytes, size_t length, DnsMessage *out_message, Error *err)
{
    Reader reader = {.arena = arena, .bytes = bytes, .length = length, .message = out_message};

    *out_message = (DnsMessage){.udp_size = 512};
    if (length < HEADER_SIZE)
        return refuse(err, "it is shorter than a header");
    read_flags(bytes, out_message);
    reader.at = HEADER_SIZE;
    for (int section = DNS_QUESTION; section <= DNS_ADDITIONAL; section++) {
        if (!read_section(&reader, section, err))
            return false;
    }
    out_message->unread = length - reader.at;
    return true;
}
