/*
 * tests/fakes/dns/any_bytes.h - what must hold whatever bytes reach a name server: read or refused, answered or not, never worse.
 *
 * For the unit tests, which feed it mutations of recorded messages, and for the fuzzers. Each function returns NULL, or the
 * sentence that does not hold.
 */
#ifndef TESTS_FAKES_DNS_ANY_BYTES_H
#define TESTS_FAKES_DNS_ANY_BYTES_H

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "fakes/dns/data.h"
#include "fakes/dns/server.h"

enum { ANY_UDP_MAX = 1232, ANY_MESSAGE_MAX = 65535 };

typedef struct {
    DnsServer *server;
    DnsZone *zone;
    DnsSigner signer;
} AnyServer;

/* key: its name, a dot at the end; the secret is "secret". */
static inline void any_server_init(AnyServer *any, const char *key)
{
    const DnsKey k = {.name = key, .secret = "c2VjcmV0"};

    any->zone = dns_zone_new(&(DnsZoneOptions){.apex = "tsb.example.com",
                                               .primary = "ns1.tsb.example.com",
                                               .negative_ttl_s = 1});
    any->server = dns_server_new(&(DnsServerOptions){.site = "dns"});
    dns_server_add_zone(any->server, any->zone);
    dns_server_add_key(any->server, &k);
    dns_server_allow_transfer(any->server, NULL, NULL);
    dns_zone_keep_history(any->zone, 3);
    dns_signer_init(&any->signer, &k, NULL);
}

static inline void any_server_release(AnyServer *any)
{
    dns_server_free(any->server);
    dns_zone_free(any->zone);
    dns_signer_release(&any->signer);
}

static inline bool any_same(const Buffer *a, const Buffer *b)
{
    return a->length == b->length && (a->length == 0 || memcmp(a->data, b->data, a->length) == 0);
}

/* Whatever was read has one spelling: written and read again it is written the same. */
static inline bool any_is_stable(Arena *arena, const DnsMessage *seen)
{
    DnsMessage again;
    Buffer first = {0}, second = {0};
    bool ok = true;

    dns_encode(seen, 0, &first);
    if (first.length <= ANY_MESSAGE_MAX) {
        ok = dns_parse(arena, first.data, first.length, &again, NULL);
        if (ok)
            dns_encode(&again, 0, &second);
        ok = ok && any_same(&first, &second);
    }
    buffer_release(&first);
    buffer_release(&second);
    return ok;
}

/* The signature is judged as a request's, and as an answer's. */
static inline void any_judge(AnyServer *any, Arena *arena, const uint8_t *bytes,
                             const DnsMessage *seen)
{
    uint8_t mac[DNS_MAC_MAX] = {0};
    const DnsSigner *signer;
    DnsTsig tsig;

    if (seen->tsig == NULL || !dns_tsig_parse(arena, seen->tsig, &tsig))
        return;
    dns_tsig_judge(&any->signer, 1, bytes, seen, &tsig, (int64_t)tsig.time_s, &signer);
    dns_tsig_check(&any->signer, bytes, seen, true, (int64_t)tsig.time_s, mac);
    dns_tsig_check(&any->signer, bytes, seen, false, (int64_t)tsig.time_s, mac);
}

static inline const char *any_read(AnyServer *any, Arena *arena, const uint8_t *bytes,
                                   size_t length)
{
    DnsMessage seen;

    if (!dns_parse(arena, bytes, length, &seen, NULL))
        return NULL;
    if (!any_is_stable(arena, &seen))
        return "what was read is written and read as the same again";
    any_judge(any, arena, bytes, &seen);
    /* As if it had been signed: the forms of updates meet the zone too. */
    dns_zone_update(any->zone, &seen, dns_manners_of(DNS_LIKE_BIND));
    return NULL;
}

static inline const char *any_answer(AnyServer *any, Arena *arena, bool is_tcp,
                                     const uint8_t *bytes, size_t length)
{
    DnsMessage seen;
    Buffer reply = {0};
    const char *wrong = NULL;

    dns_server_handle(any->server, is_tcp, bytes, length, &reply);
    if (!is_tcp && reply.length > ANY_UDP_MAX)
        wrong = "an answer fits into a datagram";
    /* A transfer is several messages, each with its length before it; nothing else is answered so. */
    else if (!is_tcp && reply.length > 0 &&
             !dns_parse(arena, reply.data, reply.length, &seen, NULL))
        wrong = "an answer can be read";
    buffer_release(&reply);
    return wrong;
}

/* A message, by UDP and TCP. */
static inline const char *any_message(AnyServer *any, const uint8_t *data, size_t length)
{
    uint8_t *bytes = memory_resize(NULL, length + 1, 1); /* exactly as long, to see what reads on */
    Arena arena = {0};
    const char *wrong;

    bytes = memory_resize(bytes, length > 0 ? length : 1, 1);
    if (length > 0)
        memcpy(bytes, data, length);
    wrong = any_read(any, &arena, bytes, length);
    if (wrong == NULL)
        wrong = any_answer(any, &arena, false, bytes, length);
    if (wrong == NULL)
        wrong = any_answer(any, &arena, true, bytes, length);
    arena_release(&arena);
    free(bytes);
    return wrong;
}

/* Plain text (TXT, SPF) has no words of a master file in dns_data_text, so it is written as RFC 3597 has it. */
static inline bool any_is_text(const DnsRecord *record)
{
    const DnsShape *shape = dns_shape_find(record->type);

    return shape != NULL && *shape->fields == 'T';
}

static inline void any_write_text(const DnsRecord *record, Buffer *out_text)
{
    buffer_format(out_text, "%s %u TYPE%d \\# %zu ", record->name, record->ttl_s, record->type,
                  record->length);
    for (size_t i = 0; i < record->length; i++)
        buffer_format(out_text, "%02x", record->data[i]);
    buffer_add_text(out_text, "\n");
}

/* The zone as a master file. */
static inline void any_write_zone(const DnsZone *zone, Arena *arena, Buffer *out_text)
{
    size_t count;
    const DnsRecord *const *records = dns_zone_records(zone, arena, &count);

    for (size_t i = 0; i < count; i++) {
        if (any_is_text(records[i]))
            any_write_text(records[i], out_text);
        else
            buffer_format(out_text, "%s\n", dns_record_text(arena, records[i]));
    }
}

/* A master file: what is read can be written and read again as the same; what is refused is refused with its place. */
static inline const char *any_master_file(const char *text, size_t length)
{
    Error err = {0};
    DnsZone *zone = NULL, *again = NULL;
    Buffer first = {0}, second = {0};
    Arena arena = {0};
    const char *wrong = NULL;

    if (!dns_zone_load(text, length, "zone", "z.", &zone, &err))
        return strncmp(err.message, "zone", 4) == 0 ? NULL : "a refusal begins with its place";
    any_write_zone(zone, &arena, &first);
    if (!dns_zone_load(first.data, first.length, "again", "z.", &again, &err)) {
        wrong = "what was written can be read";
    } else {
        any_write_zone(again, &arena, &second);
        if (!any_same(&first, &second))
            wrong = "what was read again is the same";
    }
    dns_zone_free(zone);
    dns_zone_free(again);
    buffer_release(&first);
    buffer_release(&second);
    arena_release(&arena);
    return wrong;
}

#endif
