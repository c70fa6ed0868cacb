/*
 * fakes/dns/data_text.c - the data of resource records as people write it, read and written by the fields of their types.
 */
#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "fakes/dns/data.h"
#include "fakes/dns/entry.h"
#include "fakes/dns/name.h"

enum { STRING_MAX = 255, DATA_MAX = UINT16_MAX };

/* ---- to text ---------------------------------------------------------------------------------- */

static void add_bytes(Buffer *text, const uint8_t *bytes, size_t length, const char *escaped)
{
    for (size_t i = 0; i < length; i++) {
        if (bytes[i] < ' ' || bytes[i] >= 0x7f)
            buffer_format(text, "\\%03u", bytes[i]);
        else
            buffer_format(text, strchr(escaped, bytes[i]) != NULL ? "\\%c" : "%c", bytes[i]);
    }
}

static void add_quoted(Buffer *text, const uint8_t *bytes, size_t length)
{
    buffer_add_byte(text, '"');
    add_bytes(text, bytes, length, "\"\\");
    buffer_add_byte(text, '"');
}

static void add_hex(Buffer *text, const uint8_t *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++)
        buffer_format(text, "%02x", bytes[i]);
}

static void add_field(Buffer *text, char field, const uint8_t *data, size_t size)
{
    char name[DNS_NAME_TEXT_MAX];

    switch (field) {
    case '4':
    case '6':
        inet_ntop(field == '4' ? AF_INET : AF_INET6, data, name, sizeof name);
        buffer_add_text(text, name);
        break;
    case 'n':
        dns_name_decode(data, size, 0, name);
        buffer_add_text(text, name);
        break;
    case 'b':
        buffer_format(text, "%u", data[0]);
        break;
    case 's':
        buffer_format(text, "%u", dns_read_u16(data));
        break;
    case 'l':
    case 't':
        buffer_format(text, "%u", dns_read_u32(data));
        break;
    case 'q':
        add_quoted(text, data + 1, size - 1);
        break;
    case 'w':
        add_bytes(text, data + 1, size - 1, "\\");
        break;
    case 'v':
        add_quoted(text, data, size);
        break;
    default:
        add_hex(text, data, size);
    }
}

/* TXT is one text here, wherever it was cut. */
static void add_strings(Buffer *text, const DnsRecord *record)
{
    for (size_t at = 0; at < record->length; at += record->data[at] + 1u)
        add_bytes(text, record->data + at + 1, record->data[at], "\\");
}

static void add_fields(Buffer *text, const DnsShape *shape, const DnsRecord *record)
{
    size_t at = 0;

    for (const char *field = shape->fields; *field != '\0'; field++) {
        size_t size = dns_field_size(*field, record->data + at, record->length - at);

        if (field > shape->fields)
            buffer_add_byte(text, ' ');
        add_field(text, *field, record->data + at, size);
        at += size;
    }
}

const char *dns_data_text(Arena *arena, const DnsRecord *record)
{
    const DnsShape *shape = dns_shape_find(record->type);
    Buffer text = {0};
    const char *kept;

    if (record->length == 0 && shape != NULL)
        return "";
    if (shape == NULL) {
        /* RFC 3597, section 5: data of a type that this program has no words for. */
        buffer_format(&text, "\\# %zu%s", record->length, record->length > 0 ? " " : "");
        add_hex(&text, record->data, record->length);
    } else if (*shape->fields == 'T') {
        add_strings(&text, record);
    } else {
        add_fields(&text, shape, record);
    }
    kept = arena_text_of(arena, text.data != NULL ? text.data : "", text.length);
    buffer_release(&text);
    return kept;
}

const char *dns_record_text(Arena *arena, const DnsRecord *record)
{
    return arena_format(arena, "%s %u %s %s", record->name, record->ttl_s,
                        dns_type_text(arena, record->type), dns_data_text(arena, record));
}

/* ---- words ------------------------------------------------------------------------------------ */

bool dns_name_read(Arena *arena, const char *text, const char *origin, const char **out_name,
                   Error *err)
{
    size_t length = strlen(text);
    bool is_whole =
        length > 0 && text[length - 1] == '.' && !(length > 1 && text[length - 2] == '\\');
    const char *name = text;
    char tidy[DNS_NAME_TEXT_MAX];
    uint8_t wire[DNS_WIRE_NAME_MAX];

    if (strcmp(text, "@") == 0)
        name = origin;
    else if (!is_whole)
        name = arena_format(arena, "%s.%s", text, strcmp(origin, ".") == 0 ? "" : origin);
    length = dns_name_encode(name, wire);
    if (length == 0)
        return error_set(err, ERR_INPUT, "\"%s\" is not a domain name", text);
    dns_name_decode(wire, length, 0, tidy);
    *out_name = arena_text(arena, tidy);
    return true;
}

static uint64_t unit_of(char letter)
{
    switch (tolower((unsigned char)letter)) {
    case 's':
        return 1;
    case 'm':
        return 60;
    case 'h':
        return 3600;
    case 'd':
        return 86400;
    case 'w':
        return 604800;
    default:
        return 0;
    }
}

bool dns_time_read(const char *text, uint32_t *out_s)
{
    uint64_t total = 0;
    bool has_units = false;

    do {
        char *end;
        unsigned long long number;

        if (!isdigit((unsigned char)*text) || strspn(text, "0123456789") > 10)
            return false;
        number = strtoull(text, &end, 10);
        text = end;
        if (*text != '\0' && unit_of(*text) == 0)
            return false;
        if (*text == '\0' && has_units)
            return false;
        total += number * (*text == '\0' ? 1 : unit_of(*text++));
        has_units = true;
    } while (*text != '\0' && total <= UINT32_MAX);
    *out_s = (uint32_t)total;
    return total <= UINT32_MAX;
}

/* "\065" and "\\" become one byte, any other backslash vanishes (RFC 1035, section 5.1). */
static uint8_t word_byte(const char **text)
{
    const char *at = *text;

    if (at[0] == '\\' && strspn(at + 1, "0123456789") >= 3) {
        int value = (at[1] - '0') * 100 + (at[2] - '0') * 10 + (at[3] - '0');

        if (value <= 255) {
            *text = at + 4;
            return (uint8_t)value;
        }
    }
    if (at[0] == '\\' && at[1] != '\0')
        at++;
    *text = at + 1;
    return (uint8_t)at[0];
}

static bool add_string(const char *text, Buffer *out, Error *err)
{
    uint8_t string[1 + STRING_MAX];
    size_t length = 0;

    while (*text != '\0' && length < STRING_MAX)
        string[++length] = word_byte(&text);
    string[0] = (uint8_t)length;
    buffer_add(out, string, length + 1);
    return *text == '\0' || error_set(err, ERR_INPUT, "a string holds at most 255 bytes");
}

static bool add_text(const char *text, Buffer *out)
{
    while (*text != '\0')
        buffer_add_byte(out, word_byte(&text));
    return true;
}

static bool add_hex_word(const char *text, Buffer *out, Error *err)
{
    size_t length = strlen(text);

    if (length % 2 != 0 || strspn(text, "0123456789abcdefABCDEF") != length)
        return error_set(err, ERR_INPUT, "\"%s\" is not an even number of hexadecimal digits",
                         text);
    for (size_t i = 0; i < length; i += 2) {
        char pair[3] = {text[i], text[i + 1], '\0'};

        buffer_add_byte(out, (uint8_t)strtoul(pair, NULL, 16));
    }
    return true;
}

static bool add_address(int family, const char *text, Buffer *out, Error *err)
{
    uint8_t address[16];

    if (inet_pton(family, text, address) != 1)
        return error_set(err, ERR_INPUT, "\"%s\" is not an IPv%s address", text,
                         family == AF_INET ? "4" : "6");
    buffer_add(out, address, family == AF_INET ? 4 : 16);
    return true;
}

static bool add_name(Arena *arena, const char *text, const char *origin, Buffer *out, Error *err)
{
    uint8_t wire[DNS_WIRE_NAME_MAX];
    const char *name = NULL;

    if (!dns_name_read(arena, text, origin, &name, err))
        return false;
    buffer_add(out, wire, dns_name_encode(name, wire));
    return true;
}

static bool add_number(const char *text, int bytes, Buffer *out, Error *err)
{
    char *end;
    unsigned long long value;

    errno = 0;
    value = strtoull(text, &end, 10);
    if (!isdigit((unsigned char)text[0]) || *end != '\0' || errno != 0 || value >> (8 * bytes) != 0)
        return error_set(err, ERR_INPUT, "\"%s\" is not a number of %d bits", text, 8 * bytes);
    for (int i = bytes; i-- > 0;)
        buffer_add_byte(out, (uint8_t)(value >> (8 * i)));
    return true;
}

static bool add_time(const char *text, Buffer *out, Error *err)
{
    uint32_t seconds;

    if (!dns_time_read(text, &seconds))
        return error_set(err, ERR_INPUT, "\"%s\" is not a time in seconds, or like 1h30m", text);
    buffer_add_u32(out, seconds);
    return true;
}

static bool read_field(Arena *arena, char field, const char *text, const char *origin, Buffer *out,
                       Error *err)
{
    switch (field) {
    case '4':
    case '6':
        return add_address(field == '4' ? AF_INET : AF_INET6, text, out, err);
    case 'n':
        return add_name(arena, text, origin, out, err);
    case 'b':
        return add_number(text, 1, out, err);
    case 's':
        return add_number(text, 2, out, err);
    case 'l':
        return add_number(text, 4, out, err);
    case 't':
        return add_time(text, out, err);
    case 'h':
        return add_hex_word(text, out, err);
    case 'v':
        return add_text(text, out);
    default:
        return add_string(text, out, err);
    }
}

/* ---- from words ------------------------------------------------------------------------------- */

/* Strings and hexadecimal digits go on for as many words as there are. */
static bool goes_on(char field)
{
    return field == 'T' || field == 'h';
}

static bool read_fields(Arena *arena, const DnsShape *shape, const DnsWord *words, size_t count,
                        const char *origin, Buffer *out, Error *err)
{
    const char *field = shape->fields;
    size_t i = 0;

    for (; i < count && *field != '\0'; i++) {
        if (!read_field(arena, *field, words[i].text, origin, out, err))
            return false;
        if (!goes_on(*field))
            field++;
    }
    if (goes_on(*field) && i > 0 && i >= (size_t)(field - shape->fields) + 1)
        field++;
    return (i == count && *field == '\0') ||
           error_set(err, ERR_INPUT, "data of type %s is: %s", shape->name, shape->form);
}

/* RFC 3597, section 5: the number of bytes and then they, in as many words as one likes. */
static bool read_opaque(const DnsWord *words, size_t count, Buffer *out, Error *err)
{
    unsigned long length = count > 1 ? strtoul(words[1].text, NULL, 10) : DATA_MAX + 1ul;

    for (size_t i = 2; i < count; i++) {
        if (!add_hex_word(words[i].text, out, err))
            return false;
    }
    return (length == out->length && strspn(words[1].text, "0123456789") > 0) ||
           error_set(err, ERR_INPUT, "\\# wants the number of bytes, then so many in hexadecimal");
}

static bool read_data(Arena *arena, uint16_t type, const DnsWord *words, size_t count,
                      const char *origin, Buffer *out, Error *err)
{
    const DnsShape *shape = dns_shape_find(type);

    if (count > 0 && strcmp(words[0].text, "\\#") == 0 && !words[0].is_quoted)
        return read_opaque(words, count, out, err);
    if (shape == NULL)
        return error_set(err, ERR_INPUT, "data of type %s is: \\# length hexadecimal",
                         dns_type_text(arena, type));
    return read_fields(arena, shape, words, count, origin, out, err);
}

static bool keep(Arena *arena, const Buffer *data, DnsRecord *out_record, Error *err)
{
    const uint8_t *bytes =
        (const uint8_t *)arena_text_of(arena, data->data != NULL ? data->data : "", data->length);

    if (data->length > DATA_MAX)
        return error_set(err, ERR_INPUT, "a record holds at most 65535 bytes");
    if (dns_data_decode(arena, bytes, data->length, 0, data->length, out_record))
        return true;
    return error_set(err, ERR_INPUT, "this is no data of type %s",
                     dns_type_text(arena, out_record->type));
}

bool dns_data_read(Arena *arena, uint16_t type, const DnsWord *words, size_t count,
                   const char *origin, DnsRecord *out_record, Error *err)
{
    Buffer data = {0};
    bool ok;

    out_record->type = type;
    out_record->class = DNS_IN;
    ok = read_data(arena, type, words, count, origin, &data, err) &&
         keep(arena, &data, out_record, err);
    buffer_release(&data);
    return ok;
}

/* ---- from one text ---------------------------------------------------------------------------- */

/* Here a backslash that escapes nothing stands for itself. */
static uint8_t text_byte(const char **text)
{
    const char *at = *text;

    if (at[0] == '\\' && (at[1] == '\\' || strspn(at + 1, "0123456789") >= 3))
        return word_byte(text);
    *text = at + 1;
    return (uint8_t)at[0];
}

static bool read_strings(Arena *arena, const char *text, DnsRecord *out_record, Error *err)
{
    Buffer data = {0};
    bool ok;

    do {
        uint8_t string[1 + STRING_MAX];
        size_t length = 0;

        while (*text != '\0' && length < STRING_MAX)
            string[++length] = text_byte(&text);
        string[0] = (uint8_t)length;
        buffer_add(&data, string, length + 1);
    } while (*text != '\0' && data.length <= DATA_MAX);
    ok = keep(arena, &data, out_record, err);
    buffer_release(&data);
    return ok;
}

bool dns_data_parse(Arena *arena, uint16_t type, const char *text, DnsRecord *out_record,
                    Error *err)
{
    DnsEntry entry;

    out_record->type = type;
    out_record->class = DNS_IN;
    if (type == DNS_TXT)
        return read_strings(arena, text, out_record, err);
    return dns_entry_of(arena, text, &entry, err) &&
           dns_data_read(arena, type, entry.words, entry.count, ".", out_record, err);
}
