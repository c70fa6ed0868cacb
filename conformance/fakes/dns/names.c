/*
 * conformance/fakes/dns/names.c - names and records between the words of a case and the wire.
 */
#include "conformance/fakes/dns/names.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <ldns/ldns.h>

#include "base/memory.h"

enum { WORD_MAX = 256, FIXED_SIZE = 10, SERIAL_WORD = 2 };
static const char SERIAL[] = "serial", ZONE_SOA[] = WIRE_ZONE "\t";
enum { SERIAL_LENGTH = sizeof SERIAL - 1, ZONE_LENGTH = sizeof WIRE_ZONE - 1 };

/* The next word of a line, which then is behind it; "" at its end. */
static const char *next_word(const char **line, char out_word[WORD_MAX])
{
    size_t length;

    *line += strspn(*line, " ");
    length = strcspn(*line, " ");
    snprintf(out_word, WORD_MAX, "%.*s", (int)length, *line);
    *line += length + strspn(*line + length, " ");
    return out_word;
}

/* ---- from words ------------------------------------------------------------------------------- */

static ldns_rdf *read_name(const char *text)
{
    size_t length = strlen(text);
    char *whole = strcmp(text, "@") == 0                  ? memory_text(WIRE_ZONE)
                  : length > 0 && text[length - 1] == '.' ? memory_text(text)
                                                          : memory_format("%s." WIRE_ZONE, text);
    ldns_rdf *name = ldns_dname_new_frm_str(whole);

    free(whole);
    return name;
}

bool wire_add_name(const char *text, Buffer *out, Error *err)
{
    ldns_rdf *name = read_name(text);

    if (name == NULL)
        return error_set(err, ERR_INPUT, "\"%s\" is no name", text);
    buffer_add(out, ldns_rdf_data(name), ldns_rdf_size(name));
    ldns_rdf_deep_free(name);
    return true;
}

/* 0: it is none. */
static uint16_t read_class(const char *word)
{
    return *word == '\0' ? 0 : (uint16_t)ldns_get_rr_class_by_name(word);
}

static bool add_type(const char *word, Buffer *out, Error *err)
{
    uint16_t type = (uint16_t)ldns_get_rr_type_by_name(word);

    if (type == 0 && strcmp(word, "TYPE0") != 0)
        return error_set(err, ERR_INPUT, "\"%s\" is no type", word);
    buffer_add_u16(out, type);
    return true;
}

bool wire_add_question(const char *text, Buffer *out, Error *err)
{
    char word[WORD_MAX];

    if (!wire_add_name(next_word(&text, word), out, err) ||
        !add_type(next_word(&text, word), out, err))
        return false;
    next_word(&text, word);
    buffer_add_u16(out, strcmp(word, "CLASS0") == 0 ? 0
                        : *word == '\0'             ? LDNS_RR_CLASS_IN
                                                    : read_class(word));
    return true;
}

/* "serial+1" becomes the number that it means now. */
static char *with_numbers(const char *text, uint32_t serial)
{
    Buffer out = {0};
    const char *found;

    while ((found = strstr(text, SERIAL)) != NULL && strchr("+-", found[SERIAL_LENGTH]) != NULL &&
           found[SERIAL_LENGTH] != '\0') {
        char *end;
        int64_t distance = strtoll(found + SERIAL_LENGTH, &end, 10);

        buffer_add(&out, text, (size_t)(found - text));
        buffer_format(&out, "%" PRIu32, (uint32_t)(serial + (uint32_t)distance));
        text = end;
    }
    buffer_add_text(&out, text);
    return buffer_take(&out);
}

/* The data of a record as the wire has it, its length before it. */
static bool add_data(const char *type, const char *data, Buffer *out, Error *err)
{
    char *line = memory_format("x. 0 IN %s %s", type, data);
    ldns_rdf *origin = ldns_dname_new_frm_str(WIRE_ZONE);
    ldns_rr *record = NULL;
    ldns_status status = ldns_rr_new_frm_str(&record, line, 0, origin, NULL);
    uint8_t *bytes = NULL;
    size_t length = 0, at = strlen("?x") + 1 + FIXED_SIZE - 2;

    if (status == LDNS_STATUS_OK)
        status = ldns_rr2wire(&bytes, record, LDNS_SECTION_ANSWER, &length);
    if (status == LDNS_STATUS_OK)
        buffer_add(out, bytes + at, length - at);
    free(bytes);
    ldns_rr_free(record);
    ldns_rdf_deep_free(origin);
    free(line);
    return status == LDNS_STATUS_OK ||
           error_set(err, ERR_INPUT, "%s %s: %s", type, data, ldns_get_errorstr_by_id(status));
}

bool wire_add_record(const char *text, uint32_t serial, Buffer *out, Error *err)
{
    char word[WORD_MAX], type[WORD_MAX], *data;
    uint32_t ttl_s;
    uint16_t class;
    bool ok;

    if (!wire_add_name(next_word(&text, word), out, err))
        return false;
    ttl_s = (uint32_t)strtoul(next_word(&text, word), NULL, 10);
    next_word(&text, type);
    class = read_class(type);
    if (class != 0)
        next_word(&text, type);
    if (!add_type(type, out, err))
        return false;
    buffer_add_u16(out, class != 0 ? class : LDNS_RR_CLASS_IN);
    buffer_add_u32(out, ttl_s);
    if (*text == '\0') {
        buffer_add_u16(out, 0);
        return true;
    }
    data = with_numbers(text, serial);
    ok = add_data(type, data, out, err);
    free(data);
    return ok;
}

/* ---- into words ------------------------------------------------------------------------------- */

/* A name of the zone without the zone. */
static void tell_word(Buffer *out, const char *word, size_t length)
{
    size_t rest = length > ZONE_LENGTH ? length - ZONE_LENGTH : 0;

    if (length == ZONE_LENGTH && memcmp(word, WIRE_ZONE, length) == 0)
        buffer_add_byte(out, '@');
    else if (rest > 1 && word[rest - 1] == '.' && memcmp(word + rest, WIRE_ZONE, ZONE_LENGTH) == 0)
        buffer_add(out, word, rest - 1);
    else
        buffer_add(out, word, length);
}

static void tell_serial(Buffer *out, const char *word, uint32_t serial)
{
    int32_t distance = (int32_t)((uint32_t)strtoul(word, NULL, 10) - serial);

    buffer_format(out, "%s%+" PRId32, SERIAL, distance);
}

/* What ldns makes of a record, word by word. */
static void tell_words(Buffer *out, const char *text, bool is_soa, uint32_t serial)
{
    int data_word = -1; /* its number among those of the data */

    while (*text != '\0') {
        size_t length = strcspn(text, " \t\n");
        bool is_class = length == 2 && memcmp(text, "IN", 2) == 0;

        if (length > 0 && !is_class) {
            if (out->length > 0)
                buffer_add_byte(out, ' ');
            if (is_soa && data_word == SERIAL_WORD)
                tell_serial(out, text, serial);
            else
                tell_word(out, text, length);
        }
        if (data_word >= 0)
            data_word++;
        else if (length == 3 && memcmp(text, "SOA", 3) == 0)
            data_word = 0;
        text += length + strspn(text + length, " \t\n");
    }
}

char *wire_tell_record(const uint8_t *bytes, size_t length, size_t *at, bool is_question,
                       uint32_t serial)
{
    ldns_rr *record = NULL;
    Buffer out = {0};
    char *text;

    if (ldns_wire2rr(&record, bytes, length, at,
                     is_question ? LDNS_SECTION_QUESTION : LDNS_SECTION_ANSWER) != LDNS_STATUS_OK)
        return NULL;
    text = ldns_rr2str(record);
    tell_words(&out, text,
               !is_question && strncmp(text, ZONE_SOA, sizeof ZONE_SOA - 1) == 0 &&
                   ldns_rr_get_type(record) == LDNS_RR_TYPE_SOA,
               serial);
    free(text);
    ldns_rr_free(record);
    return buffer_take(&out);
}

size_t wire_skip_name(const uint8_t *bytes, size_t length, size_t at)
{
    while (at < length && bytes[at] != 0) {
        if (bytes[at] >= 0xc0)
            return at + 2;
        at += bytes[at] + 1u;
    }
    return at < length ? at + 1 : 0;
}

bool wire_plain_name(const uint8_t *bytes, size_t length, size_t at, Buffer *out)
{
    ldns_rdf *name = NULL;

    if (ldns_wire2dname(&name, bytes, length, &at) != LDNS_STATUS_OK)
        return false;
    ldns_dname2canonical(name);
    buffer_add(out, ldns_rdf_data(name), ldns_rdf_size(name));
    ldns_rdf_deep_free(name);
    return true;
}
