/*
 * fakes/dns/encode.c - writes a DNS message as bytes; how its names are compressed is compress.c.
 */
#include "fakes/dns/message.h"

#include <string.h>

#include "fakes/dns/compress.h"
#include "fakes/dns/data.h"
#include "fakes/dns/name.h"

enum { OPT_SIZE = 11 };

typedef struct {
    DnsCompressor names; /* and the message itself */
    Buffer *out;
    size_t start; /* of the message, in out */
    size_t max;   /* its length; 0: no limit */
} Writer;

typedef void WriteName(DnsCompressor *compressor, const uint8_t *wire, size_t length);

static void write_name(Writer *writer, const char *name, WriteName *write)
{
    uint8_t wire[DNS_WIRE_NAME_MAX];
    size_t length = dns_name_encode(name, wire);

    if (length > 0)
        write(&writer->names, wire, length);
    else
        buffer_add_byte(writer->out, 0);
}

static void write_data(Writer *writer, const DnsRecord *record)
{
    const DnsShape *shape = dns_shape_find(record->type);
    size_t at = 0;

    if (shape == NULL || !dns_shape_has_names(shape) || record->length == 0) {
        buffer_add(writer->out, record->data, record->length);
        return;
    }
    for (const char *field = shape->fields; *field != '\0'; field++) {
        size_t size = dns_field_size(*field, record->data + at, record->length - at);

        if (*field != 'n')
            buffer_add(writer->out, record->data + at, size);
        else if (shape->is_compressed)
            dns_compress_data(&writer->names, record->data + at, size);
        else
            dns_compress_plain(&writer->names, record->data + at, size);
        at += size;
    }
}

static void put_u16(uint8_t *bytes, size_t value)
{
    bytes[0] = (uint8_t)(value >> 8);
    bytes[1] = (uint8_t)value;
}

static void write_record(Writer *writer, const DnsRecord *record)
{
    uint8_t fixed[10] = {0};
    size_t data_at;

    write_name(writer, record->shown != NULL ? record->shown : record->name, dns_compress_owner);
    put_u16(fixed, record->type);
    put_u16(fixed + 2, record->class);
    dns_write_u32(fixed + 4, record->ttl_s);
    buffer_add(writer->out, fixed, sizeof fixed);
    data_at = writer->out->length;
    write_data(writer, record);
    put_u16((uint8_t *)writer->out->data + data_at - 2, writer->out->length - data_at);
}

static void write_question(Writer *writer, const DnsRecord *question, const char *asked_as)
{
    write_name(writer, asked_as != NULL ? asked_as : question->name, dns_compress_question);
    buffer_add_u16(writer->out, question->type);
    buffer_add_u16(writer->out, question->class);
}

static void write_edns(Writer *writer, const DnsMessage *message)
{
    uint8_t *count;

    buffer_add_byte(writer->out, 0);
    buffer_add_u16(writer->out, DNS_OPT);
    buffer_add_u16(writer->out, message->udp_size);
    buffer_add_byte(writer->out, message->rcode >> 4);
    buffer_add_byte(writer->out, message->edns_version);
    buffer_add_u16(writer->out, message->wants_dnssec ? 0x8000 : 0);
    buffer_add_u16(writer->out, (uint16_t)message->options_length);
    buffer_add(writer->out, message->options, message->options_length);
    count = (uint8_t *)writer->out->data + writer->start + 10;
    put_u16(count, dns_read_u16(count) + 1u);
}

static void cut_back(Buffer *buffer, size_t length)
{
    buffer->length = length;
    buffer->data[length] = '\0';
}

/* Writes the records of a section while they fit, and counts them in the header; false if one did not. */
static bool write_section(Writer *writer, const DnsMessage *message, int section)
{
    size_t reserved = message->has_edns ? OPT_SIZE + message->options_length : 0;
    size_t written = 0;

    for (; written < message->sections[section].count; written++) {
        size_t before = writer->out->length;

        write_record(writer, &message->sections[section].records[written]);
        if (writer->max > 0 && writer->out->length - writer->start + reserved > writer->max) {
            cut_back(writer->out, before);
            break;
        }
    }
    put_u16((uint8_t *)writer->out->data + writer->start + 4 + 2 * (size_t)section, written);
    return written == message->sections[section].count;
}

static void write_header(Writer *writer, const DnsMessage *message)
{
    uint8_t header[12] = {0};

    put_u16(header, message->id);
    header[2] = (uint8_t)(message->is_response << 7 | (message->opcode & 0x0f) << 3 |
                          message->is_authoritative << 2 | message->is_truncated << 1 |
                          message->wants_recursion);
    header[3] = (uint8_t)(message->offers_recursion << 7 | message->skips_checks << 4 |
                          (message->rcode & 0x0f));
    put_u16(header + 4, message->sections[DNS_QUESTION].count);
    buffer_add(writer->out, header, sizeof header);
}

/* Says that it was too long. */
static void truncate_answer(Writer *writer, const DnsMessage *message, size_t length)
{
    writer->out->data[writer->start + 2] |= 0x02;
    if (message->keeps_what_fits)
        return;
    cut_back(writer->out, length);
    memset(writer->out->data + writer->start + 6, 0, 4);
}

void dns_encode(const DnsMessage *message, size_t max, Buffer *out_bytes)
{
    Writer writer = {.out = out_bytes, .start = out_bytes->length, .max = max};
    const DnsRecord *questions = message->sections[DNS_QUESTION].records;
    size_t asked;

    writer.names.out = out_bytes;
    writer.names.start = writer.start;
    writer.names.is_knot = message->like_knot;
    write_header(&writer, message);
    for (size_t i = 0; i < message->sections[DNS_QUESTION].count; i++)
        write_question(&writer, &questions[i], i == 0 ? message->asked_as : NULL);
    asked = out_bytes->length;
    if (!write_section(&writer, message, DNS_ANSWER) ||
        !write_section(&writer, message, DNS_AUTHORITY))
        truncate_answer(&writer, message, asked);
    else
        write_section(&writer, message, DNS_ADDITIONAL);
    if (message->has_edns)
        write_edns(&writer, message);
}
