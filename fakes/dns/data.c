/*
 * fakes/dns/data.c - the data of resource records on the wire: what each type is made of, read, compared and looked into.
 */
#include "fakes/dns/data.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "fakes/dns/name.h"

enum { SOA_TAIL = 20, NO = DNS_NOT_POINTED };

static const char SOA_FORM[] = "mname rname serial refresh retry expire minimum";

/* The most asked for stand first. */
static const DnsShape SHAPES[] = {
    {DNS_A,     "A",     "4",       "an IPv4 address",                                   false, NO},
    {DNS_CNAME, "CNAME", "n",       "a name",                                            true,  NO},
    {DNS_AAAA,  "AAAA",  "6",       "an IPv6 address",                                   false, NO},
    {DNS_SOA,   "SOA",   "nnltttt", SOA_FORM,                                            true,  NO},
    {DNS_NS,    "NS",    "n",       "the name of a server",                              true,  0 },
    {DNS_TXT,   "TXT",   "T",       "one or more strings",                               false, NO},
    {DNS_MX,    "MX",    "sn",      "preference exchange",                               true,  2 },
    {DNS_SRV,   "SRV",   "sssn",    "priority weight port target",                       false, 6 },
    {DNS_PTR,   "PTR",   "n",       "a name",                                            true,  NO},
    {DNS_CAA,   "CAA",   "bwv",     "flags tag value",                                   false, NO},
    {13,        "HINFO", "qq",      "cpu os",                                            false, NO},
    {17,        "RP",    "nn",      "mailbox text",                                      false, NO},
    {18,        "AFSDB", "sn",      "subtype host",                                      false, 2 },
    {35,        "NAPTR", "ssqqqn",  "order preference flags service regexp replacement", false, NO},
    {DNS_DS,    "DS",    "sbbh",    "tag algorithm type digest",                         false, NO},
    {44,        "SSHFP", "bbh",     "algorithm type fingerprint",                        false, NO},
    {52,        "TLSA",  "bbbh",    "usage selector matching data",                      false, NO},
    {99,        "SPF",   "T",       "one or more strings",                               false, NO},
};

const DnsShape *dns_shape_find(uint16_t type)
{
    for (size_t i = 0; i < sizeof SHAPES / sizeof *SHAPES; i++) {
        if (SHAPES[i].type == type)
            return &SHAPES[i];
    }
    return NULL;
}

uint16_t dns_type_parse(const char *text)
{
    char *end;
    unsigned long number;

    for (size_t i = 0; i < sizeof SHAPES / sizeof *SHAPES; i++) {
        if (strcasecmp(SHAPES[i].name, text) == 0)
            return SHAPES[i].type;
    }
    if (strncasecmp(text, "TYPE", 4) != 0 || strspn(text + 4, "0123456789") == 0)
        return 0;
    number = strtoul(text + 4, &end, 10);
    return *end == '\0' && number <= UINT16_MAX ? (uint16_t)number : 0;
}

bool dns_shape_has_names(const DnsShape *shape)
{
    return strchr(shape->fields, 'n') != NULL;
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

/* ---- fields ----------------------------------------------------------------------------------- */

static size_t name_size(const uint8_t *data, size_t left)
{
    size_t size = 0;

    while (size < left && data[size] != 0)
        size += data[size] + 1u;
    return size + 1;
}

/* Strings with a length byte each, at least one, none longer than what is left. */
static size_t strings_size(const uint8_t *data, size_t left)
{
    size_t size = 0;

    while (size < left)
        size += data[size] + 1u;
    return left == 0 ? 1 : size;
}

size_t dns_field_size(char field, const uint8_t *data, size_t left)
{
    switch (field) {
    case '4':
    case 'l':
    case 't':
        return 4;
    case '6':
        return 16;
    case 'b':
        return 1;
    case 's':
        return 2;
    case 'n':
        return name_size(data, left);
    case 'q':
        return left == 0 ? 1 : data[0] + 1u;
    case 'w':
        return left == 0 || data[0] == 0 ? left + 1 : data[0] + 1u;
    case 'T':
        return strings_size(data, left);
    default:
        return left;
    }
}

/* Data that holds no names is as long as its fields. */
static bool fields_fit(const DnsShape *shape, const uint8_t *data, size_t left)
{
    for (const char *field = shape->fields; *field != '\0'; field++) {
        size_t size = dns_field_size(*field, data, left);

        if (size > left)
            return false;
        data += size;
        left -= size;
    }
    return left == 0;
}

/* Names are followed through the whole message, but what stands in place of them has to end with the data. */
static bool expand(const DnsShape *shape, const uint8_t *bytes, size_t length, size_t at,
                   size_t end, uint8_t *out, size_t *out_length)
{
    *out_length = 0;
    for (const char *field = shape->fields; *field != '\0'; field++) {
        size_t size;

        if (*field == 'n') {
            at = at < end ? dns_name_unpack(bytes, length, at, out + *out_length, &size) : 0;
            if (at == 0 || at > end)
                return false;
        } else {
            size = dns_field_size(*field, bytes + at, end - at);
            if (size > end - at)
                return false;
            memcpy(out + *out_length, bytes + at, size);
            at += size;
        }
        *out_length += size;
    }
    return at == end;
}

bool dns_data_decode(Arena *arena, const uint8_t *bytes, size_t length, size_t at, size_t size,
                     DnsRecord *record)
{
    const DnsShape *shape = dns_shape_find(record->type);
    uint8_t *out;

    record->data = bytes + at;
    record->length = size;
    if (shape == NULL)
        return true;
    if (!dns_shape_has_names(shape))
        return fields_fit(shape, bytes + at, size);
    out = arena_new(arena, size + strlen(shape->fields) * DNS_WIRE_NAME_MAX);
    record->data = out;
    return expand(shape, bytes, length, at, at + size, out, &record->length);
}

bool dns_data_equal(const DnsRecord *a, const DnsRecord *b)
{
    const DnsShape *shape;
    size_t at = 0;

    if (a->type != b->type || a->length != b->length)
        return false;
    if (a->length == 0 || memcmp(a->data, b->data, a->length) == 0)
        return true;
    shape = dns_shape_find(a->type);
    if (shape == NULL || !dns_shape_has_names(shape))
        return false;
    for (const char *field = shape->fields; *field != '\0' && at < a->length; field++) {
        size_t size = dns_field_size(*field, a->data + at, a->length - at);

        if (*field == 'n' ? !dns_wire_equal(a->data + at, b->data + at, size)
                          : memcmp(a->data + at, b->data + at, size) != 0)
            return false;
        at += size;
    }
    return true;
}

const char *dns_data_target(Arena *arena, const DnsRecord *record)
{
    const DnsShape *shape = dns_shape_find(record->type);
    char name[DNS_NAME_TEXT_MAX];
    size_t at = shape != NULL && shape->pointed_at != NO ? shape->pointed_at : 0;
    size_t end = dns_name_decode(record->data, record->length, at, name);

    assert(end > 0);
    (void)end;
    dns_name_lower(name);
    return arena_text(arena, name);
}

/* ---- SOA -------------------------------------------------------------------------------------- */

static uint32_t soa_number(const DnsRecord *soa, size_t index)
{
    assert(soa->type == DNS_SOA && soa->length >= SOA_TAIL);
    return dns_read_u32(soa->data + soa->length - SOA_TAIL + 4 * index);
}

uint32_t dns_soa_serial(const DnsRecord *soa)
{
    return soa_number(soa, 0);
}

uint32_t dns_soa_refresh(const DnsRecord *soa)
{
    return soa_number(soa, 1);
}

uint32_t dns_soa_retry(const DnsRecord *soa)
{
    return soa_number(soa, 2);
}

uint32_t dns_soa_expire(const DnsRecord *soa)
{
    return soa_number(soa, 3);
}

uint32_t dns_soa_minimum(const DnsRecord *soa)
{
    return soa_number(soa, 4);
}
