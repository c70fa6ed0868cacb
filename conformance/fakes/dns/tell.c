/*
 * conformance/fakes/dns/tell.c - an answer in words.
 */
#include "conformance/fakes/dns/tell.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <ldns/ldns.h>

#include "base/memory.h"
#include "conformance/fakes/dns/lines.h"
#include "conformance/fakes/dns/names.h"
#include "conformance/fakes/dns/seal.h"

enum { FIXED_SIZE = 10, SECTIONS = 4, EXTENDED_ERROR = 15, CLIENT_COOKIE_SIZE = 8 };
static const char *const SECTION_NAMES[SECTIONS] = {"question", "answer", "authority",
                                                    "additional"};

/* One answer that is read. */
typedef struct {
    const uint8_t *bytes;
    size_t length, at;
    const WireMessage *asked;
    WireScene *scene;
    unsigned extended_rcode; /* its upper bits, from OPT */
    Lines records;           /* of the section that is read */
    Buffer tail;             /* of EDNS and TSIG */
    bool is_whole;           /* all that it promised could be read */
} Tale;

static unsigned u16_at(const uint8_t *bytes, size_t at)
{
    return (unsigned)bytes[at] << 8 | bytes[at + 1];
}

/* ---- EDNS ------------------------------------------------------------------------------------- */

static void tell_hex(Buffer *out, const uint8_t *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++)
        buffer_format(out, "%02x", bytes[i]);
}

static void tell_cookie(Tale *tale, const uint8_t *data, size_t length)
{
    size_t client = length < CLIENT_COOKIE_SIZE ? length : CLIENT_COOKIE_SIZE;
    WireScene *scene = tale->scene;

    tell_hex(&tale->tail, data, client);
    buffer_format(&tale->tail, " and %zu bytes", length - client);
    scene->cookie_length = length < WIRE_COOKIE_MAX ? length : WIRE_COOKIE_MAX;
    memcpy(scene->cookie, data, scene->cookie_length);
}

static void tell_option(Tale *tale, unsigned code, const uint8_t *data, size_t length)
{
    buffer_format(&tale->tail, "option %u ", code);
    if (code == LDNS_EDNS_COOKIE)
        tell_cookie(tale, data, length);
    else if (code == EXTENDED_ERROR && length >= 2)
        buffer_format(&tale->tail, "%u \"%.*s\"", u16_at(data, 0), (int)length - 2,
                      (const char *)data + 2);
    else
        tell_hex(&tale->tail, data, length);
    buffer_add_byte(&tale->tail, '\n');
}

static void tell_edns(Tale *tale, size_t fixed_at, size_t size)
{
    const uint8_t *fixed = tale->bytes + fixed_at, *data = fixed + FIXED_SIZE;

    tale->extended_rcode = fixed[4];
    buffer_format(&tale->tail, "edns size %u", u16_at(fixed, 2));
    if (fixed[5] != 0)
        buffer_format(&tale->tail, " version %u", fixed[5]);
    if (u16_at(fixed, 6) != 0)
        buffer_format(&tale->tail, " flags %04x", u16_at(fixed, 6));
    buffer_add_byte(&tale->tail, '\n');
    for (size_t at = 0; at + 4 <= size; at += 4 + u16_at(data, at + 2)) {
        if (at + 4 + u16_at(data, at + 2) <= size)
            tell_option(tale, u16_at(data, at), data + at + 4, u16_at(data, at + 2));
    }
}

/* ---- records ---------------------------------------------------------------------------------- */

/* Where the data of the record at `at` begins; 0: it is not whole. */
static size_t find_data(const Tale *tale, size_t *out_size)
{
    size_t fixed_at = wire_skip_name(tale->bytes, tale->length, tale->at);

    if (fixed_at == 0 || fixed_at + FIXED_SIZE > tale->length)
        return 0;
    *out_size = u16_at(tale->bytes, fixed_at + 8);
    return fixed_at + FIXED_SIZE + *out_size <= tale->length ? fixed_at + FIXED_SIZE : 0;
}

/* False: nothing more of it can be read. */
static bool read_record(Tale *tale, int section)
{
    size_t size, data_at = find_data(tale, &size);
    unsigned type = data_at != 0 ? u16_at(tale->bytes, data_at - FIXED_SIZE) : 0;
    char *text;

    if (data_at == 0)
        return false;
    if (type == LDNS_RR_TYPE_OPT)
        tell_edns(tale, data_at - FIXED_SIZE, size);
    else if (type == LDNS_RR_TYPE_TSIG)
        wire_tell_seal(tale->bytes, tale->length, tale->at, tale->asked, tale->scene, &tale->tail);
    if (type == LDNS_RR_TYPE_OPT || type == LDNS_RR_TYPE_TSIG) {
        tale->at = data_at + size;
        return true;
    }
    text = wire_tell_record(tale->bytes, tale->length, &tale->at, false, tale->scene->serial);
    if (text != NULL)
        lines_add(&tale->records, "%s %s", SECTION_NAMES[section], text);
    free(text);
    return text != NULL;
}

/* Word for word the question that was asked. */
static bool is_echoed(const Tale *tale, size_t end)
{
    const Buffer *asked = &tale->asked->bytes;

    return end <= asked->length &&
           memcmp(asked->data + tale->at, tale->bytes + tale->at, end - tale->at) == 0;
}

static bool read_question(Tale *tale)
{
    size_t at = tale->at;
    char *text = wire_tell_record(tale->bytes, tale->length, &at, true, 0);

    if (text != NULL && !is_echoed(tale, at))
        lines_add(&tale->records, "question %s", text);
    tale->at = at;
    free(text);
    return text != NULL;
}

static void read_section(Tale *tale, int section, Buffer *out)
{
    unsigned count = u16_at(tale->bytes, 4 + 2 * (size_t)section);

    for (unsigned i = 0; i < count && tale->is_whole; i++)
        tale->is_whole = section == 0 ? read_question(tale) : read_record(tale, section);
    lines_sort_sets(&tale->records);
    lines_take(&tale->records, out);
}

/* ---- the whole -------------------------------------------------------------------------------- */

static void tell_rcode(const Tale *tale, Buffer *out)
{
    static const char *const HIGHER[] = {[16] = "BADVERS", [23] = "BADCOOKIE"};
    unsigned rcode = (tale->bytes[3] & 0x0fu) | tale->extended_rcode << 4;
    const ldns_lookup_table *known = ldns_lookup_by_id(ldns_rcodes, (int)rcode);

    if (rcode < sizeof HIGHER / sizeof *HIGHER && HIGHER[rcode] != NULL)
        buffer_add_text(out, HIGHER[rcode]);
    else if (known != NULL)
        buffer_add_text(out, known->name);
    else
        buffer_format(out, "RCODE%u", rcode);
}

static void tell_flags(const Tale *tale, Buffer *out)
{
    static const struct {
        const char *name;
        unsigned bits;
    } FLAGS[] = {
        {"qr", 0x8000},
        {"aa", 0x0400},
        {"tc", 0x0200},
        {"rd", 0x0100},
        {"ra", 0x0080},
        {"z",  0x0040},
        {"ad", 0x0020},
        {"cd", 0x0010}
    };
    unsigned flags = u16_at(tale->bytes, 2), opcode = flags >> 11 & 0x0f;
    const ldns_lookup_table *known = ldns_lookup_by_id(ldns_opcodes, (int)opcode);

    if (opcode != LDNS_PACKET_QUERY && known != NULL)
        buffer_format(out, " %s", known->name);
    else if (opcode != LDNS_PACKET_QUERY)
        buffer_format(out, " OPCODE%u", opcode);
    for (size_t i = 0; i < sizeof FLAGS / sizeof *FLAGS; i++) {
        if ((flags & FLAGS[i].bits) != 0)
            buffer_format(out, " %s", FLAGS[i].name);
    }
}

static void tell_header(const Tale *tale, bool with_counts, Buffer *out)
{
    tell_rcode(tale, out);
    tell_flags(tale, out);
    for (size_t i = 0; i < SECTIONS && with_counts; i++)
        buffer_format(out, "%s %u", i == 0 ? "," : "", u16_at(tale->bytes, 4 + 2 * i));
    if (with_counts)
        buffer_format(out, ", %zu bytes", tale->length);
    if (u16_at(tale->bytes, 0) != tale->asked->id)
        buffer_add_text(out, ", another id");
    if (!tale->is_whole)
        buffer_add_text(out, ", malformed");
    else if (tale->at < tale->length)
        buffer_format(out, ", and %zu bytes more", tale->length - tale->at);
    buffer_add_byte(out, '\n');
}

static void read_all(Tale *tale, Buffer *out_records)
{
    tale->at = WIRE_HEADER_SIZE;
    tale->is_whole = true;
    for (int section = 0; section < SECTIONS; section++)
        read_section(tale, section, out_records);
}

static void tale_release(Tale *tale)
{
    lines_release(&tale->records);
    buffer_release(&tale->tail);
}

void wire_tell(const uint8_t *bytes, size_t length, const WireMessage *asked, WireScene *scene,
               Buffer *out)
{
    Tale tale = {.bytes = bytes, .length = length, .asked = asked, .scene = scene};
    Buffer records = {0};

    if (length < WIRE_HEADER_SIZE) {
        buffer_format(out, "%zu bytes, no message\n", length);
        return;
    }
    read_all(&tale, &records);
    tell_header(&tale, true, out);
    buffer_add(out, records.data, records.length);
    buffer_add(out, tale.tail.data, tale.tail.length);
    buffer_release(&records);
    tale_release(&tale);
}

void wire_tell_transfer(const Buffer *messages, size_t count, const WireMessage *asked,
                        WireScene *scene, Buffer *out)
{
    Buffer records = {0}, tail = {0};
    Lines lines = {0};

    for (size_t i = 0; i < count; i++) {
        Tale tale = {.bytes = (const uint8_t *)messages[i].data,
                     .length = messages[i].length,
                     .asked = asked,
                     .scene = scene};

        if (tale.length < WIRE_HEADER_SIZE)
            continue;
        read_all(&tale, &records);
        if (i == 0) {
            tell_header(&tale, false,
                        out); /* counts and sizes depend on how it was cut into messages */
            buffer_add(&tail, tale.tail.data, tale.tail.length);
        }
        tale_release(&tale);
    }
    lines_split(&lines, records.data);
    lines_sort_between(&lines, " SOA ");
    lines_take(&lines, out);
    buffer_add(out, tail.data, tail.length);
    lines_release(&lines);
    buffer_release(&records);
    buffer_release(&tail);
}
