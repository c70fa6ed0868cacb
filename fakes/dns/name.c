/*
 * fakes/dns/name.c - domain names: as text, and as labels on the wire.
 */
#include "fakes/dns/name.h"

#include <string.h>

#include "fakes/dns/message.h"

enum { HEADER_SIZE = 12, POINTER_MARK = 0xc0 };

static char lower(char letter)
{
    return letter >= 'A' && letter <= 'Z' ? (char)(letter - 'A' + 'a') : letter;
}

static bool is_digit(char letter)
{
    return letter >= '0' && letter <= '9';
}

/* Reads one byte of a label, escaped or not, and moves on; -1 if the escape is none. */
static int read_byte(const char **text)
{
    const char *at = *text;
    int value;

    if (at[0] != '\\') {
        *text = at + 1;
        return (unsigned char)at[0];
    }
    if (at[1] == '\0')
        return -1;
    if (!is_digit(at[1])) {
        *text = at + 2;
        return (unsigned char)at[1];
    }
    if (!is_digit(at[2]) || !is_digit(at[3]))
        return -1;
    value = (at[1] - '0') * 100 + (at[2] - '0') * 10 + (at[3] - '0');
    *text = at + 4;
    return value <= 255 ? value : -1;
}

/* Writes one label with its length byte in front; 0 if it is empty, too long, or does not fit. */
static size_t encode_label(const char **text, uint8_t *out, size_t room)
{
    size_t length = 0;

    while (**text != '.' && **text != '\0') {
        int byte = read_byte(text);

        if (byte < 0 || length == DNS_LABEL_MAX || length + 1 >= room)
            return 0;
        out[++length] = (uint8_t)byte;
    }
    out[0] = (uint8_t)length;
    return length == 0 ? 0 : length + 1;
}

size_t dns_name_encode(const char *text, uint8_t out_wire[DNS_WIRE_NAME_MAX])
{
    size_t length = 0;

    if (strcmp(text, ".") == 0)
        text++;
    else if (*text == '\0')
        return 0;
    while (*text != '\0') {
        /* The last byte is kept for the root. */
        size_t room = DNS_WIRE_NAME_MAX - 1 - length;
        size_t label = room > 1 ? encode_label(&text, out_wire + length, room) : 0;

        if (label == 0)
            return 0;
        length += label;
        if (*text == '.')
            text++;
    }
    out_wire[length] = 0;
    return length + 1;
}

static char *write_byte(char *out, uint8_t byte)
{
    if (byte == '.' || byte == '\\') {
        *out++ = '\\';
        *out++ = (char)byte;
    } else if (byte > ' ' && byte < 0x7f) {
        *out++ = (char)byte;
    } else {
        *out++ = '\\';
        *out++ = (char)('0' + byte / 100);
        *out++ = (char)('0' + byte / 10 % 10);
        *out++ = (char)('0' + byte % 10);
    }
    return out;
}

static char *write_label(char *out, const uint8_t *label, size_t length)
{
    for (size_t i = 0; i < length; i++)
        out = write_byte(out, label[i]);
    *out++ = '.';
    return out;
}

/* Follows the pointer at `at`; false unless it leads to before `start`, where the labels read last began. */
static bool follow(const uint8_t *bytes, size_t length, size_t start, size_t *at)
{
    size_t target;

    if (*at + 1 >= length)
        return false;
    target = (size_t)(bytes[*at] & ~POINTER_MARK) << 8 | bytes[*at + 1];
    *at = target;
    return target >= HEADER_SIZE && target < start;
}

size_t dns_name_unpack(const uint8_t *bytes, size_t length, size_t at,
                       uint8_t out_wire[DNS_WIRE_NAME_MAX], size_t *out_length)
{
    size_t start = at, end = 0, written = 0;

    while (at < length && bytes[at] != 0) {
        uint8_t label = bytes[at];

        if ((label & POINTER_MARK) == POINTER_MARK) {
            end = end > 0 ? end : at + 2;
            if (!follow(bytes, length, start, &at))
                return 0;
            start = at;
            continue;
        }
        if (label > DNS_LABEL_MAX || label + 1u > length - at ||
            written + label + 2u > DNS_WIRE_NAME_MAX)
            return 0;
        memcpy(out_wire + written, bytes + at, label + 1u);
        written += label + 1u;
        at += label + 1u;
    }
    if (at >= length)
        return 0;
    out_wire[written] = 0;
    *out_length = written + 1;
    return end > 0 ? end : at + 1;
}

size_t dns_name_decode(const uint8_t *bytes, size_t length, size_t at,
                       char out_text[DNS_NAME_TEXT_MAX])
{
    uint8_t wire[DNS_WIRE_NAME_MAX];
    char *out = out_text;
    size_t wire_length, end = dns_name_unpack(bytes, length, at, wire, &wire_length);

    if (end == 0)
        return 0;
    for (const uint8_t *label = wire; *label != 0; label += *label + 1u)
        out = write_label(out, label + 1, *label);
    if (out == out_text)
        *out++ = '.';
    *out = '\0';
    return end;
}

bool dns_wire_equal(const uint8_t *a, const uint8_t *b, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (a[i] != b[i] && lower((char)a[i]) != lower((char)b[i]))
            return false;
    }
    return true;
}

const char *dns_name_parent(const char *name)
{
    if (strcmp(name, ".") == 0)
        return NULL;
    while (*name != '.' && *name != '\0')
        name += name[0] == '\\' && name[1] != '\0' ? 2 : 1;
    return name[0] == '.' && name[1] != '\0' ? name + 1 : ".";
}

void dns_name_lower(char *text)
{
    for (; *text != '\0'; text++)
        *text = lower(*text);
}

bool dns_name_tidy(const char *text, char out_name[DNS_NAME_TEXT_MAX])
{
    uint8_t wire[DNS_WIRE_NAME_MAX];
    size_t length = dns_name_encode(text, wire);

    if (length == 0)
        return false;
    /* There and back again, so that every spelling of a name becomes the same text. */
    dns_name_decode(wire, length, 0, out_name);
    dns_name_lower(out_name);
    return true;
}

bool dns_name_clean(Arena *arena, const char *text, const char **out_name, Error *err)
{
    char name[DNS_NAME_TEXT_MAX];

    if (!dns_name_tidy(text, name))
        return error_set(err, ERR_INPUT, "\"%s\" is not a domain name", text);
    *out_name = arena_text(arena, name);
    return true;
}

bool dns_name_equal(const char *a, const char *b)
{
    while (*a != '\0' && lower(*a) == lower(*b)) {
        a++;
        b++;
    }
    return lower(*a) == lower(*b);
}

/* An odd number of backslashes before a dot makes it part of a label. */
static bool is_escaped(const char *text, const char *at)
{
    size_t backslashes = 0;

    while (at > text && *--at == '\\')
        backslashes++;
    return backslashes % 2 == 1;
}

bool dns_name_is_under(const char *name, const char *apex)
{
    size_t length = strlen(name), apex_length = strlen(apex);
    const char *tail;

    if (strcmp(apex, ".") == 0)
        return true;
    if (length < apex_length)
        return false;
    tail = name + length - apex_length;
    if (!dns_name_equal(tail, apex))
        return false;
    return tail == name || (tail[-1] == '.' && !is_escaped(name, tail - 1));
}
