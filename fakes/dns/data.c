/*
 * fakes/dns/data.c - the data of resource records: on the wire, as text, and which types hold names.
 */
#include "fakes/dns/data.h"

#include <arpa/inet.h>
#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "fakes/dns/name.h"

enum { PTR = 12, MX = 15, SRV = 33, SOA_TAIL = 20, TXT_STRING_MAX = 255 };

static const DnsShape SHAPES[] = {
    {DNS_A,     4,  0, 0,        false},
    {DNS_NS,    0,  1, 0,        true },
    {DNS_CNAME, 0,  1, 0,        true },
    {DNS_SOA,   0,  2, SOA_TAIL, true },
    {PTR,       0,  1, 0,        true },
    {MX,        2,  1, 0,        true },
    {DNS_AAAA,  16, 0, 0,        false},
    {SRV,       6,  1, 0,        false},
};

static const struct {
    uint16_t type;
    const char *name;
} TYPE_NAMES[] = {
    {DNS_A,     "A"    },
    {DNS_NS,    "NS"   },
    {DNS_CNAME, "CNAME"},
    {DNS_SOA,   "SOA"  },
    {PTR,       "PTR"  },
    {MX,        "MX"   },
    {DNS_TXT,   "TXT"  },
    {DNS_AAAA,  "AAAA" },
    {SRV,       "SRV"  },
    {DNS_OPT,   "OPT"  },
    {DNS_TSIG,  "TSIG" },
    {251,       "IXFR" },
    {252,       "AXFR" },
    {DNS_ANY,   "ANY"  },
};

static const char *const RCODE_NAMES[] = {
    "NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED", "YXDOMAIN", "YXRRSET",
    "NXRRSET", "NOTAUTH", "NOTZONE",  "",         "",       "",        "",         "",
    "BADSIG",  "BADKEY",  "BADTIME",  "",         "",       "",        "BADTRUNC",
};

const DnsShape *dns_shape_find(uint16_t type)
{
    for (size_t i = 0; i < sizeof SHAPES / sizeof *SHAPES; i++) {
        if (SHAPES[i].type == type)
            return &SHAPES[i];
    }
    return NULL;
}

const char *dns_type_name(uint16_t type)
{
    for (size_t i = 0; i < sizeof TYPE_NAMES / sizeof *TYPE_NAMES; i++) {
        if (TYPE_NAMES[i].type == type)
            return TYPE_NAMES[i].name;
    }
    return "TYPE";
}

const char *dns_type_text(Arena *arena, uint16_t type)
{
    const char *name = dns_type_name(type);

    return strcmp(name, "TYPE") == 0 ? arena_format(arena, "TYPE%u", type) : name;
}

const char *dns_rcode_name(int rcode)
{
    bool is_known = rcode >= 0 && (size_t)rcode < sizeof RCODE_NAMES / sizeof *RCODE_NAMES;

    return is_known && RCODE_NAMES[rcode][0] != '\0' ? RCODE_NAMES[rcode] : "RESERVED";
}

uint16_t dns_read_u16(const uint8_t *bytes)
{
    return (uint16_t)(bytes[0] << 8 | bytes[1]);
}

uint32_t dns_read_u32(const uint8_t *bytes)
{
    return (uint32_t)dns_read_u16(bytes) << 16 | dns_read_u16(bytes + 2);
}

void dns_write_u32(uint8_t *bytes, uint32_t value)
{
    for (int i = 0; i < 4; i++)
        bytes[i] = (uint8_t)(value >> (24 - 8 * i));
}

uint32_t dns_soa_serial(const DnsRecord *soa)
{
    assert(soa->type == DNS_SOA && soa->length >= SOA_TAIL);
    return dns_read_u32(soa->data + soa->length - SOA_TAIL);
}

uint32_t dns_soa_minimum(const DnsRecord *soa)
{
    assert(soa->type == DNS_SOA && soa->length >= SOA_TAIL);
    return dns_read_u32(soa->data + soa->length - 4);
}

bool dns_data_equal(const DnsRecord *a, const DnsRecord *b)
{
    return a->type == b->type && a->length == b->length &&
           (a->length == 0 || memcmp(a->data, b->data, a->length) == 0);
}

/* ---- from the wire ---------------------------------------------------------------------------- */

/* Strings with a length byte each, at least one, none longer than what is left. */
static bool strings_are_whole(const uint8_t *data, size_t size)
{
    size_t at = 0;

    while (at < size)
        at += data[at] + 1u;
    return size > 0 && at == size;
}

static bool expand_name(const uint8_t *bytes, size_t length, size_t *at, Buffer *out)
{
    char text[DNS_NAME_TEXT_MAX];
    uint8_t wire[DNS_WIRE_NAME_MAX];
    size_t next = dns_name_decode(bytes, length, *at, text);

    if (next == 0)
        return false;
    dns_name_lower(text);
    buffer_add(out, wire, dns_name_encode(text, wire));
    *at = next;
    return true;
}

/* Names are followed through the whole message, but what stands in place of them has to end with the data. */
static bool expand_names(const DnsShape *shape, const uint8_t *bytes, size_t length, size_t at,
                         size_t size, Buffer *out)
{
    size_t end = at + size;

    if (size < shape->lead)
        return false;
    buffer_add(out, bytes + at, shape->lead);
    at += shape->lead;
    for (int i = 0; i < shape->names; i++) {
        if (at >= end || !expand_name(bytes, length, &at, out))
            return false;
    }
    if (at > end || end - at != shape->tail)
        return false;
    buffer_add(out, bytes + at, shape->tail);
    return true;
}

bool dns_data_decode(Arena *arena, const uint8_t *bytes, size_t length, size_t at, size_t size,
                     DnsRecord *record)
{
    const DnsShape *shape = dns_shape_find(record->type);
    Buffer expanded = {0};
    bool ok;

    record->data = bytes + at;
    record->length = size;
    if (shape == NULL)
        return record->type != DNS_TXT || strings_are_whole(bytes + at, size);
    if (shape->names == 0)
        return size == shape->lead;
    ok = expand_names(shape, bytes, length, at, size, &expanded);
    if (ok) {
        record->data = (const uint8_t *)arena_text_of(arena, expanded.data, expanded.length);
        record->length = expanded.length;
    }
    buffer_release(&expanded);
    return ok;
}

/* ---- to text ---------------------------------------------------------------------------------- */

const char *dns_data_target(Arena *arena, const DnsRecord *record)
{
    char name[DNS_NAME_TEXT_MAX];
    size_t end = dns_name_decode(record->data, record->length, 0, name);

    assert(end > 0);
    (void)end;
    return arena_text(arena, name);
}

static const char *address_text(Arena *arena, int family, const uint8_t *data)
{
    char text[INET6_ADDRSTRLEN];

    inet_ntop(family, data, text, sizeof text);
    return arena_text(arena, text);
}

static const char *soa_text(Arena *arena, const DnsRecord *record)
{
    char primary[DNS_NAME_TEXT_MAX], mailbox[DNS_NAME_TEXT_MAX];
    size_t at = dns_name_decode(record->data, record->length, 0, primary);
    const uint8_t *tail = record->data + record->length - SOA_TAIL;

    dns_name_decode(record->data, record->length, at, mailbox);
    return arena_format(arena, "%s %s %u %u %u %u %u", primary, mailbox, dns_read_u32(tail),
                        dns_read_u32(tail + 4), dns_read_u32(tail + 8), dns_read_u32(tail + 12),
                        dns_read_u32(tail + 16));
}

static void add_escaped(Buffer *text, uint8_t byte)
{
    if (byte == '\\')
        buffer_add_text(text, "\\\\");
    else if (byte >= ' ' && byte < 0x7f)
        buffer_add_byte(text, byte);
    else
        buffer_format(text, "\\%03u", byte);
}

static void add_strings(Buffer *text, const DnsRecord *record)
{
    for (size_t at = 0; at < record->length; at += record->data[at] + 1u) {
        for (size_t i = 1; i <= record->data[at]; i++)
            add_escaped(text, record->data[at + i]);
    }
}

/* RFC 3597, section 5: data of a type that this program has no words for. */
static void add_unknown(Buffer *text, const DnsRecord *record)
{
    buffer_format(text, "\\# %zu%s", record->length, record->length > 0 ? " " : "");
    for (size_t i = 0; i < record->length; i++)
        buffer_format(text, "%02x", record->data[i]);
}

static const char *other_text(Arena *arena, const DnsRecord *record)
{
    Buffer text = {0};
    const char *kept;

    if (record->type == DNS_TXT)
        add_strings(&text, record);
    else
        add_unknown(&text, record);
    kept = arena_text_of(arena, text.data, text.length);
    buffer_release(&text);
    return kept;
}

const char *dns_data_text(Arena *arena, const DnsRecord *record)
{
    if (record->length == 0)
        return "";
    switch (record->type) {
    case DNS_A:
        return address_text(arena, AF_INET, record->data);
    case DNS_AAAA:
        return address_text(arena, AF_INET6, record->data);
    case DNS_CNAME:
    case DNS_NS:
    case PTR:
        return dns_data_target(arena, record);
    case DNS_SOA:
        return soa_text(arena, record);
    default:
        return other_text(arena, record);
    }
}

const char *dns_record_text(Arena *arena, const DnsRecord *record)
{
    return arena_format(arena, "%s %u %s %s", record->name, record->ttl_s,
                        dns_type_text(arena, record->type), dns_data_text(arena, record));
}

/* ---- from text -------------------------------------------------------------------------------- */

static bool keep(Arena *arena, const void *data, size_t length, DnsRecord *out_record)
{
    out_record->data = (const uint8_t *)arena_text_of(arena, data, length);
    out_record->length = length;
    return true;
}

static bool parse_address(Arena *arena, int family, const char *text, DnsRecord *out_record,
                          Error *err)
{
    uint8_t address[16];

    if (inet_pton(family, text, address) != 1)
        return error_set(err, ERR_INPUT, "\"%s\" is not an IPv%s address", text,
                         family == AF_INET ? "4" : "6");
    return keep(arena, address, family == AF_INET ? 4 : 16, out_record);
}

static bool add_name(Arena *arena, const char *text, Buffer *out, Error *err)
{
    uint8_t wire[DNS_WIRE_NAME_MAX];
    const char *name;

    if (!dns_name_clean(arena, text, &name, err))
        return false;
    buffer_add(out, wire, dns_name_encode(name, wire));
    return true;
}

static bool parse_target(Arena *arena, const char *text, DnsRecord *out_record, Error *err)
{
    Buffer data = {0};
    bool ok = add_name(arena, text, &data, err) && keep(arena, data.data, data.length, out_record);

    buffer_release(&data);
    return ok;
}

static bool add_number(const char *text, Buffer *out, Error *err)
{
    char *end;
    unsigned long long value;

    errno = 0;
    value = strtoull(text, &end, 10);
    if (!isdigit((unsigned char)text[0]) || *end != '\0' || errno != 0 || value > UINT32_MAX)
        return error_set(err, ERR_INPUT, "\"%s\" is not a number of 32 bits", text);
    buffer_add_u32(out, (uint32_t)value);
    return true;
}

static bool add_soa(Arena *arena, char *words, Buffer *data, Error *err)
{
    char *rest = NULL;
    int count = 0;

    for (char *word = strtok_r(words, " ", &rest); word != NULL;
         word = strtok_r(NULL, " ", &rest)) {
        if (!(count < 2 ? add_name(arena, word, data, err) : add_number(word, data, err)))
            return false;
        count++;
    }
    return count == 7 ||
           error_set(err, ERR_INPUT, "a SOA is: mname rname serial refresh retry expire minimum");
}

static bool parse_soa(Arena *arena, const char *text, DnsRecord *out_record, Error *err)
{
    Buffer data = {0};
    bool ok = add_soa(arena, arena_text(arena, text), &data, err) &&
              keep(arena, data.data, data.length, out_record);

    buffer_release(&data);
    return ok;
}

/* "\065" and "\\" become one byte; any other backslash stands for itself. */
static uint8_t text_byte(const char **text)
{
    const char *at = *text;

    if (at[0] == '\\' && at[1] == '\\') {
        *text = at + 2;
        return '\\';
    }
    if (at[0] == '\\' && strspn(at + 1, "0123456789") >= 3) {
        int value = (at[1] - '0') * 100 + (at[2] - '0') * 10 + (at[3] - '0');

        if (value <= 255) {
            *text = at + 4;
            return (uint8_t)value;
        }
    }
    *text = at + 1;
    return (uint8_t)at[0];
}

static bool parse_strings(Arena *arena, const char *text, DnsRecord *out_record, Error *err)
{
    Buffer data = {0};
    bool ok;

    do {
        uint8_t string[1 + TXT_STRING_MAX];
        size_t length = 0;

        while (*text != '\0' && length < TXT_STRING_MAX)
            string[++length] = text_byte(&text);
        string[0] = (uint8_t)length;
        buffer_add(&data, string, length + 1);
    } while (*text != '\0' && data.length <= UINT16_MAX);
    ok = data.length <= UINT16_MAX
             ? keep(arena, data.data, data.length, out_record)
             : error_set(err, ERR_INPUT, "a TXT record holds at most 65535 bytes");
    buffer_release(&data);
    return ok;
}

bool dns_data_parse(Arena *arena, uint16_t type, const char *text, DnsRecord *out_record,
                    Error *err)
{
    out_record->type = type;
    out_record->class = DNS_IN;
    switch (type) {
    case DNS_A:
        return parse_address(arena, AF_INET, text, out_record, err);
    case DNS_AAAA:
        return parse_address(arena, AF_INET6, text, out_record, err);
    case DNS_CNAME:
    case DNS_NS:
    case PTR:
        return parse_target(arena, text, out_record, err);
    case DNS_SOA:
        return parse_soa(arena, text, out_record, err);
    case DNS_TXT:
        return parse_strings(arena, text, out_record, err);
    default:
        return error_set(err, ERR_INPUT, "data of type %s cannot be given as text",
                         dns_type_text(arena, type));
    }
}
