/*
 * conformance/fakes/dns/build.c - a message as a case says it, made into bytes.
 */
#include "conformance/fakes/dns/build.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <ldns/ldns.h>

#include "base/memory.h"
#include "conformance/fakes/dns/names.h"

enum { WORD_MAX = 512, LINE_MAX_LENGTH = 4096, SECTIONS = 4, NO_SECTION = -1 };

typedef struct {
    const WireScene *scene;
    WireMessage *message;
    uint16_t counts[SECTIONS];
    bool has_counts;
    char *rest; /* of the line that is read */
} Build;

/* ---- words ------------------------------------------------------------------------------------ */

static const char *next_word(Build *build)
{
    char *word = strsep(&build->rest, " ");

    return word != NULL ? word : "";
}

static long next_number(Build *build)
{
    return strtol(next_word(build), NULL, 0);
}

static bool add_hex(const char *hex, Buffer *out, Error *err)
{
    for (; hex[0] != '\0'; hex += 2) {
        unsigned byte;

        if (sscanf(hex, "%2x", &byte) != 1 || hex[1] == '\0')
            return error_set(err, ERR_INPUT, "\"%s\" is no hex", hex);
        buffer_add_byte(out, (uint8_t)byte);
    }
    return true;
}

static void put_u16(Buffer *bytes, size_t at, size_t value)
{
    bytes->data[at] = (char)(value >> 8);
    bytes->data[at + 1] = (char)value;
}

/* The number of a section by either of its names. */
static int section_of(const char *word)
{
    static const char *const NAMES[] = {"question", "answer",       "authority", "additional",
                                        "zone",     "prerequisite", "update"};

    for (int i = 0; i < (int)(sizeof NAMES / sizeof *NAMES); i++) {
        if (strcmp(word, NAMES[i]) == 0)
            return i % SECTIONS;
    }
    return NO_SECTION;
}

/* ---- header ----------------------------------------------------------------------------------- */

static const struct {
    const char *name;
    uint16_t bits;
} FLAGS[] = {
    {"qr", 0x8000},
    {"aa", 0x0400},
    {"tc", 0x0200},
    {"rd", 0x0100},
    {"ra", 0x0080},
    {"z",  0x0040},
    {"ad", 0x0020},
    {"cd", 0x0010},
};

static bool add_flag(Build *build, const char *word, uint16_t *flags)
{
    for (size_t i = 0; i < sizeof FLAGS / sizeof *FLAGS; i++) {
        if (strcmp(word, FLAGS[i].name) == 0) {
            *flags |= FLAGS[i].bits;
            return true;
        }
    }
    if (strcmp(word, "rcode") == 0) {
        *flags |= (uint16_t)next_number(build);
        return true;
    }
    if (strcmp(word, "counts") != 0)
        return false;
    build->has_counts = true;
    for (int i = 0; i < SECTIONS; i++)
        build->counts[i] = (uint16_t)next_number(build);
    return true;
}

static bool add_header(Build *build, Error *err)
{
    Buffer *bytes = &build->message->bytes;
    uint16_t flags = 0, opcode = LDNS_PACKET_QUERY;
    const char *word;

    while (*(word = next_word(build)) != '\0') {
        const ldns_lookup_table *known = ldns_lookup_by_name(ldns_opcodes, word);

        if (strncmp(word, "OPCODE", 6) == 0)
            opcode = (uint16_t)atoi(word + 6);
        else if (known != NULL)
            opcode = (uint16_t)known->id;
        else if (!add_flag(build, word, &flags))
            return error_set(err, ERR_INPUT, "\"%s\" is no part of a header", word);
    }
    build->message->is_update = opcode == LDNS_PACKET_UPDATE;
    put_u16(bytes, 0, build->message->id);
    put_u16(bytes, 2, (size_t)(opcode << 11 | flags));
    return true;
}

/* What most messages begin with: a query that wants recursion. */
static void begin(Build *build)
{
    char usual[] = "rd";
    char *rest = build->rest;

    memset(buffer_extend(&build->message->bytes, WIRE_HEADER_SIZE), 0, WIRE_HEADER_SIZE);
    build->rest = usual;
    add_header(build, NULL);
    build->rest = rest;
}

static void count_one(Build *build, int section)
{
    if (!build->has_counts)
        build->counts[section]++;
}

static void write_counts(Build *build)
{
    for (size_t i = 0; i < SECTIONS; i++)
        put_u16(&build->message->bytes, 4 + 2 * i, build->counts[i]);
}

/* ---- EDNS ------------------------------------------------------------------------------------- */

typedef struct {
    Buffer owner, options;
    uint16_t size;
    uint32_t flags; /* as the TTL has them */
} Edns;

static bool add_option(Build *build, Edns *edns, Error *err)
{
    const WireScene *scene = build->scene;
    long code = next_number(build);
    const char *hex = next_word(build);
    bool is_again = code == LDNS_EDNS_COOKIE && *hex == '\0';
    size_t length_at;

    buffer_add_u16(&edns->options, (uint16_t)code);
    length_at = edns->options.length;
    buffer_add_u16(&edns->options, 0);
    if (is_again)
        buffer_add(&edns->options, scene->cookie, scene->cookie_length);
    else if (strcmp(hex, "empty") != 0 && !add_hex(hex, &edns->options, err))
        return false;
    put_u16(&edns->options, length_at, edns->options.length - length_at - 2);
    return true;
}

static bool read_edns(Build *build, Edns *edns, Error *err)
{
    const char *word;
    bool ok = true;

    while (ok && *(word = next_word(build)) != '\0') {
        if (strcmp(word, "size") == 0)
            edns->size = (uint16_t)next_number(build);
        else if (strcmp(word, "version") == 0)
            edns->flags |= (uint32_t)next_number(build) << 16;
        else if (strcmp(word, "flags") == 0)
            edns->flags |= (uint32_t)strtoul(next_word(build), NULL, 16);
        else if (strcmp(word, "do") == 0)
            edns->flags |= 0x8000;
        else if (strcmp(word, "owner") == 0)
            ok = wire_add_name(next_word(build), &edns->owner, err);
        else if (strcmp(word, "option") == 0)
            ok = add_option(build, edns, err);
        else
            ok = error_set(err, ERR_INPUT, "\"%s\" is no part of EDNS", word);
    }
    return ok;
}

static bool add_edns(Build *build, Error *err)
{
    Buffer *bytes = &build->message->bytes;
    Edns edns = {.size = 1232};
    bool ok = read_edns(build, &edns, err);

    if (edns.owner.length > 0)
        buffer_add(bytes, edns.owner.data, edns.owner.length);
    else
        buffer_add_byte(bytes, 0);
    buffer_add_u16(bytes, LDNS_RR_TYPE_OPT);
    buffer_add_u16(bytes, edns.size);
    buffer_add_u32(bytes, edns.flags);
    buffer_add_u16(bytes, (uint16_t)edns.options.length);
    buffer_add(bytes, edns.options.data, edns.options.length);
    count_one(build, LDNS_SECTION_ADDITIONAL);
    buffer_release(&edns.owner);
    buffer_release(&edns.options);
    return ok;
}

/* ---- TSIG ------------------------------------------------------------------------------------- */

typedef struct {
    const WireKey *key;     /* whose name and algorithm it says */
    const WireKey *secret;  /* whose secret it uses */
    Buffer name, algorithm; /* on the wire */
    bool is_spelt, is_wrong;
    uint64_t time_s;
    uint16_t fudge_s, error, class, id;
    uint32_t ttl_s;
    long kept; /* bytes of the MAC */
} Tsig;

static bool find_key(const Build *build, const char *name, const WireKey **out_key, Error *err)
{
    *out_key = wire_keys_find(build->scene->keys, name);
    return *out_key != NULL || error_set(err, ERR_INPUT, "no key is called \"%s\"", name);
}

static bool read_tsig_word(Build *build, const char *word, Tsig *tsig, Error *err)
{
    if (strcmp(word, "spelt") == 0)
        tsig->is_spelt = true;
    else if (strcmp(word, "wrong") == 0)
        tsig->is_wrong = true;
    else if (strcmp(word, "as") == 0)
        return buffer_clear(&tsig->name), wire_add_name(next_word(build), &tsig->name, err);
    else if (strcmp(word, "of") == 0)
        return find_key(build, next_word(build), &tsig->secret, err);
    else if (strcmp(word, "algorithm") == 0)
        return buffer_clear(&tsig->algorithm),
               wire_add_name(next_word(build), &tsig->algorithm, err);
    else if (strcmp(word, "time") == 0)
        tsig->time_s += (uint64_t)next_number(build);
    else if (strcmp(word, "fudge") == 0)
        tsig->fudge_s = (uint16_t)next_number(build);
    else if (strcmp(word, "cut") == 0)
        tsig->kept = next_number(build);
    else if (strcmp(word, "id") == 0)
        tsig->id = (uint16_t)next_number(build);
    else if (strcmp(word, "error") == 0)
        tsig->error = (uint16_t)next_number(build);
    else if (strcmp(word, "class") == 0)
        tsig->class = (uint16_t)next_number(build);
    else if (strcmp(word, "ttl") == 0)
        tsig->ttl_s = (uint32_t)next_number(build);
    else
        return error_set(err, ERR_INPUT, "\"%s\" is no part of a signature", word);
    return true;
}

static bool read_tsig(Build *build, Tsig *tsig, Error *err)
{
    const char *word = next_word(build);
    char *absolute;
    bool ok;

    if (!find_key(build, word, &tsig->key, err))
        return false;
    tsig->secret = tsig->key;
    absolute = memory_format("%s.", tsig->key->name);
    ok = wire_add_name(absolute, &tsig->name, err) &&
         wire_add_name(tsig->key->algorithm, &tsig->algorithm, err);
    free(absolute);
    while (ok && *(word = next_word(build)) != '\0')
        ok = read_tsig_word(build, word, tsig, err);
    return ok;
}

static void add_lower(Buffer *out, const Buffer *name, bool as_it_is)
{
    for (size_t i = 0; i < name->length; i++) {
        char c = name->data[i];

        buffer_add_byte(out, (uint8_t)(!as_it_is && c >= 'A' && c <= 'Z' ? c + 'a' - 'A' : c));
    }
}

static void add_time(Buffer *out, uint64_t time_s)
{
    buffer_add_u16(out, (uint16_t)(time_s >> 32));
    buffer_add_u32(out, (uint32_t)time_s);
}

/* RFC 8945, section 4.3.3: what is digested besides the message. */
static void add_variables(Buffer *out, const Tsig *tsig)
{
    add_lower(out, &tsig->name, tsig->is_spelt);
    buffer_add_u16(out, tsig->class);
    buffer_add_u32(out, tsig->ttl_s);
    add_lower(out, &tsig->algorithm, false);
    add_time(out, tsig->time_s);
    buffer_add_u16(out, tsig->fudge_s);
    buffer_add_u16(out, tsig->error);
    buffer_add_u16(out, 0);
}

static void write_tsig(Buffer *bytes, const Tsig *tsig, const uint8_t *mac, size_t mac_length)
{
    size_t length_at;

    buffer_add(bytes, tsig->name.data, tsig->name.length);
    buffer_add_u16(bytes, LDNS_RR_TYPE_TSIG);
    buffer_add_u16(bytes, tsig->class);
    buffer_add_u32(bytes, tsig->ttl_s);
    length_at = bytes->length;
    buffer_add_u16(bytes, 0);
    buffer_add(bytes, tsig->algorithm.data, tsig->algorithm.length);
    add_time(bytes, tsig->time_s);
    buffer_add_u16(bytes, tsig->fudge_s);
    buffer_add_u16(bytes, (uint16_t)mac_length);
    buffer_add(bytes, mac, mac_length);
    buffer_add_u16(bytes, tsig->id);
    buffer_add_u16(bytes, tsig->error);
    buffer_add_u16(bytes, 0);
    put_u16(bytes, length_at, bytes->length - length_at - 2);
}

static void sign(Build *build, const Tsig *tsig)
{
    WireMessage *message = build->message;
    Buffer digested = {0};

    write_counts(build);
    buffer_add(&digested, message->bytes.data, message->bytes.length);
    put_u16(&digested, 0, tsig->id);
    add_variables(&digested, tsig);
    message->mac_length = wire_key_digest(tsig->secret, &digested, message->mac);
    if (tsig->kept >= 0 && (size_t)tsig->kept < message->mac_length)
        message->mac_length = (size_t)tsig->kept;
    if (tsig->is_wrong)
        message->mac[0] ^= 0xff;
    message->key = tsig->key;
    message->signed_s = tsig->time_s;
    write_tsig(&message->bytes, tsig, message->mac, message->mac_length);
    count_one(build, LDNS_SECTION_ADDITIONAL);
    buffer_release(&digested);
}

static bool add_tsig(Build *build, Error *err)
{
    Tsig tsig = {
        .time_s = (uint64_t)build->scene->now_s,
        .fudge_s = 300,
        .class = LDNS_RR_CLASS_ANY,
        .id = build->message->id,
        .kept = -1,
    };
    bool ok = read_tsig(build, &tsig, err);

    if (ok)
        sign(build, &tsig);
    buffer_release(&tsig.name);
    buffer_release(&tsig.algorithm);
    return ok;
}

/* ---- lines ------------------------------------------------------------------------------------ */

static bool add_to_section(Build *build, int section, Error *err)
{
    Buffer *bytes = &build->message->bytes;

    count_one(build, section);
    if (section != LDNS_SECTION_QUESTION)
        return wire_add_record(build->rest, build->scene->serial, bytes, err);
    build->message->is_transfer =
        strstr(build->rest, " AXFR") != NULL || strstr(build->rest, " IXFR") != NULL;
    return wire_add_question(build->rest, bytes, err);
}

static bool add_raw(Build *build, Error *err)
{
    int section = section_of(next_word(build));

    if (section == NO_SECTION)
        return error_set(err, ERR_INPUT, "raw bytes of which section?");
    count_one(build, section);
    return add_hex(next_word(build), &build->message->bytes, err);
}

static bool cut(Build *build, Error *err)
{
    Buffer *bytes = &build->message->bytes;
    long count = next_number(build);

    if (count < 0 || (size_t)count > bytes->length)
        return error_set(err, ERR_INPUT, "there is not so much to cut");
    write_counts(build);
    bytes->length -= (size_t)count;
    return true;
}

static bool add_line(Build *build, char *line, Error *err)
{
    const char *word;
    int section;

    build->rest = line;
    word = next_word(build);
    section = section_of(word);
    if (build->rest == NULL)
        build->rest = line + strlen(line);
    if (section != NO_SECTION)
        return add_to_section(build, section, err);
    if (strcmp(word, "header") == 0)
        return add_header(build, err);
    if (strcmp(word, "edns") == 0)
        return add_edns(build, err);
    if (strcmp(word, "tsig") == 0)
        return add_tsig(build, err);
    if (strcmp(word, "raw") == 0)
        return add_raw(build, err);
    if (strcmp(word, "bytes") == 0)
        return add_hex(next_word(build), &build->message->bytes, err);
    if (strcmp(word, "cut") == 0)
        return cut(build, err);
    return error_set(err, ERR_INPUT, "\"%s\" is no part of a message", word);
}

/* Nothing but bytes: they are the message, header and all. */
static bool is_raw(const char *text)
{
    const char *end = text + strcspn(text, "\n");

    return strncmp(text, "bytes ", 6) == 0 && (*end == '\0' || end[1] == '\0');
}

bool wire_build(const char *text, const WireScene *scene, WireMessage *out_message, Error *err)
{
    Build build = {.scene = scene, .message = out_message};
    char *copy = memory_text(text), *lines = copy, *line;
    bool ok = true;

    *out_message = (WireMessage){.id = scene->id};
    if (!is_raw(text))
        begin(&build);
    while (ok && (line = strsep(&lines, "\n")) != NULL) {
        if (*line != '\0')
            ok = add_line(&build, line, err) || error_wrap(err, "%s", line);
    }
    if (ok && !is_raw(text) && out_message->bytes.length >= WIRE_HEADER_SIZE)
        write_counts(&build);
    free(copy);
    return ok;
}

void wire_message_release(WireMessage *message)
{
    buffer_release(&message->bytes);
    *message = (WireMessage){0};
}
