/*
 * fakes/dns/secondary.c - a zone that is kept like its primary's.
 *
 * All goes well: it dials, asks for what changed since its serial (IXFR), takes over what comes, hangs up, and waits until its SOA
 * says to look again, or until the primary tells it of a change. Goes wrong: nobody answers, says no, or says what cannot be read or
 * is signed badly: it tries again after the retry time, and once the expire time is over it answers SERVFAIL until it
 * gets through.
 */
#include "fakes/dns/secondary.h"

#include <stdlib.h>
#include <string.h>

#include <arpa/inet.h>

#include "base/clock.h"
#include "base/memory.h"
#include "fakes/dns/data.h"
#include "fakes/dns/name.h"

enum { ANSWER_MS = 10000, RETRY_LEAST_MS = 1000, PREFIX_SIZE = 2, RECORDS_MAX = 1000000 };

/* One conversation with the primary; outlives the secondary until its handle is closed. */
typedef struct {
    uv_tcp_t tcp;
    uv_connect_t connecting;
    uv_write_t writing;
    DnsSecondary *secondary; /* NULL: nobody waits for it any more */
    Buffer question, incoming;
    char bytes[65536];
    Arena arena;
    DnsMessage all; /* the answer sections of all messages, one after the other */
    uint8_t mac[DNS_MAC_MAX];
    bool has_begun, is_adding;
} Call;

struct DnsSecondary {
    DnsServed *served;
    struct sockaddr_in primary;
    DnsSigner signer;
    bool is_signed;
    bool has_content; /* what the zone has is the primary's */
    int64_t lag_ms;
    Timer *refresh, *expire, *patience;
    Call *call;
    bool looks_again; /* a notice came while it was busy */
    uint16_t next_id;
};

static void dial(void *owner);

static int64_t soa_ms(const DnsSecondary *secondary, uint32_t (*number)(const DnsRecord *))
{
    const DnsZone *zone = secondary->served->zone;
    int64_t ms = 1000 * (int64_t)number(dns_zone_find(zone, dns_zone_apex(zone), DNS_SOA));

    return ms < RETRY_LEAST_MS ? RETRY_LEAST_MS : ms;
}

/* ---- how a call ends -------------------------------------------------------------------------- */

static void on_closed(uv_handle_t *handle)
{
    Call *call = handle->data;

    buffer_release(&call->question);
    buffer_release(&call->incoming);
    arena_release(&call->arena);
    free(call);
}

static void hang_up(DnsSecondary *secondary)
{
    timer_stop(secondary->patience);
    if (secondary->call == NULL)
        return;
    secondary->call->secondary = NULL;
    uv_close((uv_handle_t *)&secondary->call->tcp, on_closed);
    secondary->call = NULL;
}

static void wait_for_next(DnsSecondary *secondary, int64_t ms)
{
    hang_up(secondary);
    timer_start(secondary->refresh, secondary->looks_again ? secondary->lag_ms : ms);
    secondary->looks_again = false;
}

static void fail(void *owner)
{
    DnsSecondary *secondary = owner;

    wait_for_next(secondary,
                  secondary->has_content ? soa_ms(secondary, dns_soa_retry) : RETRY_LEAST_MS);
}

static void succeed(DnsSecondary *secondary)
{
    secondary->has_content = true;
    secondary->served->is_expired = false;
    timer_start(secondary->expire, soa_ms(secondary, dns_soa_expire));
    wait_for_next(secondary, soa_ms(secondary, dns_soa_refresh));
}

static void on_expired(void *owner)
{
    DnsSecondary *secondary = owner;

    secondary->served->is_expired = true;
}

/* ---- what the primary says -------------------------------------------------------------------- */

/*
 * Whether the record at index is the last: the first SOA again, where it does not end the first half of a step (RFC 1995,
 * section 4), or the only record, if it says that there is nothing new.
 */
static bool is_last(Call *call, const DnsSecondary *secondary, size_t index)
{
    const DnsRecord *records = call->all.sections[DNS_ANSWER].records;
    bool is_partial = call->all.sections[DNS_ANSWER].count > 1 && records[1].type == DNS_SOA;
    uint32_t serial = dns_soa_serial(&records[0]);

    if (index == 0) {
        call->is_adding = true;
        return secondary->has_content && serial == dns_zone_serial(secondary->served->zone);
    }
    if (records[index].type != DNS_SOA)
        return false;
    if (is_partial && call->is_adding && dns_soa_serial(&records[index]) == serial)
        return true;
    if (is_partial)
        call->is_adding = !call->is_adding;
    return !is_partial;
}

typedef enum { MORE, DONE, BROKEN } Progress;

static Progress take_records(Call *call, const DnsMessage *message)
{
    const DnsSecondary *secondary = call->secondary;
    size_t first = call->all.sections[DNS_ANSWER].count;
    size_t count = message->sections[DNS_ANSWER].count;

    if (first + count > RECORDS_MAX || first + count == 0)
        return BROKEN;
    for (size_t i = 0; i < count; i++)
        dns_add(&call->arena, &call->all, DNS_ANSWER, &message->sections[DNS_ANSWER].records[i]);
    if (call->all.sections[DNS_ANSWER].records[0].type != DNS_SOA)
        return BROKEN;
    for (size_t i = first; i < first + count; i++) {
        if (is_last(call, secondary, i))
            return i + 1 == first + count ? DONE : BROKEN;
    }
    return MORE;
}

static Progress take_message(Call *call, const uint8_t *bytes, size_t length)
{
    DnsSecondary *secondary = call->secondary;
    const uint8_t *kept = (const uint8_t *)arena_text_of(&call->arena, (const char *)bytes, length);
    DnsMessage message;

    if (!dns_parse(&call->arena, kept, length, &message, NULL) || !message.is_response ||
        message.rcode != DNS_NOERROR)
        return BROKEN;
    if (secondary->is_signed &&
        (message.tsig == NULL ||
         !dns_tsig_check(&secondary->signer, kept, &message, !call->has_begun,
                         clock_wall_ms() / 1000, call->mac)))
        return BROKEN;
    call->has_begun = true;
    return take_records(call, &message);
}

static void finish(Call *call, Progress progress)
{
    DnsSecondary *secondary = call->secondary;
    const DnsMessage *all = &call->all;
    size_t count = all->sections[DNS_ANSWER].count;
    bool ok = progress == DONE &&
              (count == 1 || dns_zone_take_over(secondary->served->zone,
                                                all->sections[DNS_ANSWER].records, count));

    if (ok)
        succeed(secondary);
    else
        fail(secondary);
}

static void on_read(uv_stream_t *stream, ssize_t length, const uv_buf_t *buffer)
{
    Call *call = stream->data;
    Buffer *incoming = &call->incoming;
    Progress progress = length < 0 ? BROKEN : MORE;

    if (call->secondary == NULL)
        return;
    if (length > 0)
        buffer_add(incoming, buffer->base, (size_t)length);
    while (progress == MORE && incoming->length >= PREFIX_SIZE) {
        size_t size = dns_read_u16((const uint8_t *)incoming->data);

        if (incoming->length - PREFIX_SIZE < size)
            return;
        progress = take_message(call, (const uint8_t *)incoming->data + PREFIX_SIZE, size);
        buffer_eat(incoming, PREFIX_SIZE + size);
    }
    if (progress != MORE)
        finish(call, progress);
}

/* ---- asking ----------------------------------------------------------------------------------- */

static void on_allocate(uv_handle_t *handle, size_t suggested, uv_buf_t *out_buffer)
{
    Call *call = handle->data;

    (void)suggested;
    *out_buffer = uv_buf_init(call->bytes, sizeof call->bytes);
}

/* With content, what changed since its serial; without, everything. */
static void write_question(DnsSecondary *secondary, Call *call)
{
    const DnsZone *zone = secondary->served->zone;
    DnsRecord question = {.name = dns_zone_apex(zone), .class = DNS_IN};
    DnsMessage message = {.id = secondary->next_id++};
    Buffer bytes = {0};

    question.type = secondary->has_content ? DNS_IXFR : DNS_AXFR;
    dns_add(&call->arena, &message, DNS_QUESTION, &question);
    if (secondary->has_content)
        dns_add(&call->arena, &message, DNS_AUTHORITY,
                dns_zone_find(zone, dns_zone_apex(zone), DNS_SOA));
    dns_encode(&message, 0, &bytes);
    if (secondary->is_signed)
        dns_tsig_request(&bytes, &secondary->signer, clock_wall_ms() / 1000, call->mac);
    buffer_add_u16(&call->question, (uint16_t)bytes.length);
    buffer_add(&call->question, bytes.data, bytes.length);
    buffer_release(&bytes);
}

static void on_written(uv_write_t *request, int status)
{
    Call *call = request->data;

    if (status < 0 && call->secondary != NULL)
        fail(call->secondary);
}

static void on_connected(uv_connect_t *request, int status)
{
    Call *call = request->data;
    uv_buf_t question = uv_buf_init(call->question.data, (unsigned)call->question.length);

    if (call->secondary == NULL)
        return;
    if (status < 0 ||
        uv_write(&call->writing, (uv_stream_t *)&call->tcp, &question, 1, on_written) != 0 ||
        uv_read_start((uv_stream_t *)&call->tcp, on_allocate, on_read) != 0)
        fail(call->secondary);
}

static void dial(void *owner)
{
    DnsSecondary *secondary = owner;
    Call *call;

    if (secondary->call != NULL) {
        secondary->looks_again = true;
        return;
    }
    call = MEMORY_NEW(Call);
    call->secondary = secondary;
    call->tcp.data = call->connecting.data = call->writing.data = call;
    secondary->call = call;
    uv_tcp_init(loop_uv(secondary->served->server->options.loop), &call->tcp);
    write_question(secondary, call);
    timer_start(secondary->patience, ANSWER_MS);
    if (uv_tcp_connect(&call->connecting, &call->tcp, (const struct sockaddr *)&secondary->primary,
                       on_connected) != 0)
        fail(secondary);
}

/* ---- the whole -------------------------------------------------------------------------------- */

bool dns_secondary_notify(DnsSecondary *secondary, uint32_t ip)
{
    if (ip != ntohl(secondary->primary.sin_addr.s_addr))
        return false;
    if (secondary->call != NULL)
        secondary->looks_again = true;
    else
        timer_start(secondary->refresh, secondary->lag_ms);
    return true;
}

void dns_secondary_free(DnsSecondary *secondary)
{
    if (secondary == NULL)
        return;
    hang_up(secondary);
    timer_free(secondary->refresh);
    timer_free(secondary->expire);
    timer_free(secondary->patience);
    dns_signer_release(&secondary->signer);
    free(secondary);
}

static bool read_primary(DnsSecondary *secondary, const DnsSecondaryOptions *options, Error *err)
{
    if (uv_ip4_addr(options->ip, options->port, &secondary->primary) != 0 ||
        ntohl(secondary->primary.sin_addr.s_addr) >> 24 != 127)
        return error_set(err, ERR_INPUT, "%s is not an address in 127.0.0.0/8", options->ip);
    secondary->is_signed = options->key != NULL;
    return options->key == NULL || dns_signer_init(&secondary->signer, options->key, err);
}

bool dns_server_add_secondary(DnsServer *server, const DnsSecondaryOptions *options, Error *err)
{
    DnsSecondary *secondary = MEMORY_NEW(DnsSecondary);

    if (!read_primary(secondary, options, err)) {
        free(secondary);
        return false;
    }
    dns_server_add_zone(server, options->zone);
    secondary->served = server->served[server->served_count - 1];
    secondary->served->secondary = secondary;
    secondary->served->is_expired = options->is_empty;
    secondary->has_content = !options->is_empty;
    secondary->lag_ms = options->lag_ms;
    secondary->refresh = timer_new(server->options.loop, dial, secondary);
    secondary->expire = timer_new(server->options.loop, on_expired, secondary);
    secondary->patience = timer_new(server->options.loop, fail, secondary);
    dial(secondary);
    return true;
}
