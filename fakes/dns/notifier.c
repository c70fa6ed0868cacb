/*
 * fakes/dns/notifier.c - tells a secondary that a zone changed.
 *
 * All goes well: the zone changes, a message goes out, an answer comes back. Goes wrong: no answer comes; the message goes out
 * again after 15 s, and after the fifth one the secondary is left to its own refresh timer. A change meanwhile starts over.
 */
#include "fakes/dns/notifier.h"

#include <stdlib.h>
#include <string.h>

#include <arpa/inet.h>

#include "base/memory.h"

enum { AGAIN_MS = 15000, TELLINGS_MAX = 5, LOOPBACK_NET = 127, MESSAGE_MAX = 512 };

struct DnsNotifier {
    DnsServer *server;
    DnsNotifier *next;
    struct sockaddr_in secondary;
    uv_udp_t udp;
    Timer *again;
    int64_t again_ms;
    const DnsZone *zone; /* that changed last */
    int tellings;
    uint16_t id;
    char bytes[MESSAGE_MAX];
};

static void tell(void *owner)
{
    DnsNotifier *notifier = owner;
    const char *apex = dns_zone_apex(notifier->zone);
    DnsRecord question = {.name = apex, .type = DNS_SOA, .class = DNS_IN};
    DnsMessage message = {.id = notifier->id, .opcode = DNS_NOTIFY, .is_authoritative = true};
    Arena arena = {0};
    Buffer bytes = {0};
    uv_buf_t buffer;

    if (notifier->tellings++ == TELLINGS_MAX)
        return;
    dns_add(&arena, &message, DNS_QUESTION, &question);
    dns_add(&arena, &message, DNS_ANSWER, dns_zone_find(notifier->zone, apex, DNS_SOA));
    dns_encode(&message, 0, &bytes);
    buffer = uv_buf_init(bytes.data, (unsigned)bytes.length);
    uv_udp_try_send(&notifier->udp, &buffer, 1, (const struct sockaddr *)&notifier->secondary);
    buffer_release(&bytes);
    arena_release(&arena);
    timer_start(notifier->again, notifier->again_ms);
}

void dns_notifiers_tell(DnsServer *server, const DnsZone *zone)
{
    for (DnsNotifier *notifier = server->notifiers; notifier != NULL; notifier = notifier->next) {
        notifier->zone = zone;
        notifier->tellings = 0;
        notifier->id++;
        timer_start(notifier->again, 0);
    }
}

static void on_allocate(uv_handle_t *handle, size_t suggested, uv_buf_t *out_buffer)
{
    DnsNotifier *notifier = handle->data;

    (void)suggested;
    *out_buffer = uv_buf_init(notifier->bytes, sizeof notifier->bytes);
}

/* Any answer will do, also one that says no: it was heard. */
static void on_received(uv_udp_t *udp, ssize_t length, const uv_buf_t *buffer,
                        const struct sockaddr *from, unsigned flags)
{
    DnsNotifier *notifier = udp->data;
    const uint8_t *bytes = (const uint8_t *)buffer->base;

    (void)flags;
    if (from != NULL && length >= 2 && (bytes[0] << 8 | bytes[1]) == notifier->id)
        timer_stop(notifier->again);
}

static void on_closed(uv_handle_t *handle)
{
    free(handle->data);
}

void dns_notifiers_free(DnsServer *server)
{
    DnsNotifier *next;

    for (DnsNotifier *notifier = server->notifiers; notifier != NULL; notifier = next) {
        next = notifier->next;
        timer_free(notifier->again);
        uv_close((uv_handle_t *)&notifier->udp, on_closed);
    }
    server->notifiers = NULL;
}

static bool read_loopback(const char *ip, uint16_t port, struct sockaddr_in *out_address,
                          Error *err)
{
    return (uv_ip4_addr(ip, port, out_address) == 0 &&
            ntohl(out_address->sin_addr.s_addr) >> 24 == LOOPBACK_NET) ||
           error_set(err, ERR_INPUT, "%s is not an address in 127.0.0.0/8", ip);
}

bool dns_server_add_notified(DnsServer *server, const DnsNotifiedOptions *options, Error *err)
{
    struct sockaddr_in own, secondary;
    DnsNotifier *notifier;
    int status;

    if (!read_loopback(options->from, 0, &own, err) ||
        !read_loopback(options->ip, options->port, &secondary, err))
        return false;
    notifier = MEMORY_NEW(DnsNotifier);
    *notifier = (DnsNotifier){.server = server,
                              .secondary = secondary,
                              .again_ms = options->again_ms > 0 ? options->again_ms : AGAIN_MS};
    uv_udp_init(loop_uv(server->options.loop), &notifier->udp);
    notifier->udp.data = notifier;
    status = uv_udp_bind(&notifier->udp, (const struct sockaddr *)&own, 0);
    if (status == 0)
        status = uv_udp_recv_start(&notifier->udp, on_allocate, on_received);
    if (status != 0) {
        uv_close((uv_handle_t *)&notifier->udp, on_closed);
        return error_set(err, ERR_IO, "UDP socket %s: %s", options->from, uv_strerror(status));
    }
    notifier->again = timer_new(server->options.loop, tell, notifier);
    notifier->next = server->notifiers;
    server->notifiers = notifier;
    return true;
}
