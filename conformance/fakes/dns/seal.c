/*
 * conformance/fakes/dns/seal.c - the signature of an answer, checked and told.
 */
#include "conformance/fakes/dns/seal.h"

#include <stdlib.h>
#include <string.h>

#include <ldns/ldns.h>

#include "conformance/fakes/dns/names.h"

enum { FIXED_SIZE = 10, TIME_SIZE = 6, NOW_WITHIN_S = 10, COUNT_AT = 10 };

/* The record, cut into what it is made of. */
typedef struct {
    size_t at;
    Buffer name, algorithm; /* plain */
    const uint8_t *class;   /* and TTL after it */
    const uint8_t *time;    /* and fudge after it */
    const uint8_t *mac;
    size_t mac_length;
    const uint8_t *rest; /* original id, error, length of other, other */
    size_t other_length;
} Seal;

static size_t u16_of(const uint8_t *bytes)
{
    return (size_t)bytes[0] << 8 | bytes[1];
}

static uint64_t time_of(const uint8_t *bytes)
{
    uint64_t time_s = 0;

    for (int i = 0; i < TIME_SIZE; i++)
        time_s = time_s << 8 | bytes[i];
    return time_s;
}

static bool cut_data(const uint8_t *data, const uint8_t *end, Seal *seal)
{
    seal->time = data;
    if (data + TIME_SIZE + 4 > end)
        return false;
    seal->mac_length = u16_of(data + TIME_SIZE + 2);
    seal->mac = data + TIME_SIZE + 4;
    seal->rest = seal->mac + seal->mac_length;
    if (seal->rest + 6 > end)
        return false;
    seal->other_length = u16_of(seal->rest + 4);
    return seal->rest + 6 + seal->other_length == end;
}

static bool cut_seal(const uint8_t *bytes, size_t length, Seal *seal)
{
    size_t fixed_at = wire_skip_name(bytes, length, seal->at), data_at = fixed_at + FIXED_SIZE;
    size_t size = u16_of(bytes + fixed_at + 8);
    size_t time_at = wire_skip_name(bytes, length, data_at);

    seal->class = bytes + fixed_at + 2;
    return time_at != 0 && wire_plain_name(bytes, length, seal->at, &seal->name) &&
           wire_plain_name(bytes, length, data_at, &seal->algorithm) &&
           cut_data(bytes + time_at, bytes + data_at + size, seal);
}

/* What the server should have digested. */
static void digest(const uint8_t *bytes, const Seal *seal, const WireMessage *asked, Buffer *out)
{
    size_t count;

    buffer_add_u16(out, (uint16_t)asked->mac_length);
    buffer_add(out, asked->mac, asked->mac_length);
    count = out->length + COUNT_AT;
    buffer_add(out, seal->rest, 2); /* the original id */
    buffer_add(out, bytes + 2, seal->at - 2);
    out->data[count + 1] = (char)(out->data[count + 1] - 1);
    buffer_add(out, seal->name.data, seal->name.length);
    buffer_add(out, seal->class, 6);
    buffer_add(out, seal->algorithm.data, seal->algorithm.length);
    buffer_add(out, seal->time, TIME_SIZE + 2);
    buffer_add(out, seal->rest + 2, 4 + seal->other_length);
}

static bool is_right(const uint8_t *bytes, const Seal *seal, const WireMessage *asked)
{
    uint8_t mac[WIRE_MAC_MAX];
    Buffer digested = {0};
    size_t length;

    digest(bytes, seal, asked, &digested);
    length = wire_key_digest(asked->key, &digested, mac);
    buffer_release(&digested);
    return seal->mac_length <= length && memcmp(mac, seal->mac, seal->mac_length) == 0;
}

static const char *tell_time(uint64_t time_s, const WireMessage *asked, const WireScene *scene)
{
    int64_t off_s = (int64_t)time_s - scene->now_s;

    if (off_s < NOW_WITHIN_S && off_s > -NOW_WITHIN_S)
        return "now";
    return time_s == asked->signed_s ? "sent" : "other";
}

static char *name_text(const Buffer *plain)
{
    ldns_rdf *name = ldns_dname_new_frm_data((uint16_t)plain->length, plain->data);
    char *text = ldns_rdf2str(name);

    ldns_rdf_deep_free(name);
    return text;
}

static void tell_seal(const uint8_t *bytes, const Seal *seal, const WireMessage *asked,
                      const WireScene *scene, Buffer *out)
{
    char *name = name_text(&seal->name), *algorithm = name_text(&seal->algorithm);

    buffer_format(out, "tsig %s %s mac %zu", name, algorithm, seal->mac_length);
    if (seal->mac_length > 0)
        buffer_format(out, " %s",
                      asked->key == NULL             ? "there"
                      : is_right(bytes, seal, asked) ? "right"
                                                     : "wrong");
    buffer_format(out, ", time %s, fudge %zu, error %zu",
                  tell_time(time_of(seal->time), asked, scene), u16_of(seal->time + TIME_SIZE),
                  u16_of(seal->rest + 2));
    if (seal->other_length == TIME_SIZE)
        buffer_format(out, ", other time %s", tell_time(time_of(seal->rest + 6), asked, scene));
    else if (seal->other_length > 0)
        buffer_format(out, ", other of %zu bytes", seal->other_length);
    if (u16_of(seal->rest) != asked->id)
        buffer_add_text(out, ", another id");
    buffer_add_byte(out, '\n');
    free(name);
    free(algorithm);
}

void wire_tell_seal(const uint8_t *bytes, size_t length, size_t at, const WireMessage *asked,
                    const WireScene *scene, Buffer *out)
{
    Seal seal = {.at = at};

    if (cut_seal(bytes, length, &seal))
        tell_seal(bytes, &seal, asked, scene, out);
    else
        buffer_add_text(out, "tsig malformed\n");
    buffer_release(&seal.name);
    buffer_release(&seal.algorithm);
}
