/*
 * sim/resolver/authority.c - the authoritative servers, as one resolver asks them.
 *
 * All goes well: a randomly drawn server answers, over TCP if the answer is too long for a datagram. Goes wrong: no answer, or a refusal:
 * another draw, three in all.
 */
#include "sim/resolver/authority.h"

enum { PORT = 5353, TRIES = 3, TRY_MS = 2000 };

static void encode_question(Authority *authority, const char *name, uint16_t type,
                            Buffer *out_bytes)
{
    DnsRecord question = {.name = name, .type = type, .class = DNS_IN};
    DnsMessage message = {.id = authority->next_id++, .has_edns = true, .udp_size = 1232};

    message.sections[DNS_QUESTION].records = &question;
    message.sections[DNS_QUESTION].count = 1;
    dns_encode(&message, 0, out_bytes);
}

/* One exchange with one server. False: no answer. */
static bool exchange(const Authority *authority, DnsServer *server, bool is_tcp,
                     const Buffer *question, Arena *arena, DnsMessage *out_reply, int64_t *delay_ms)
{
    NetworkVerdict verdict =
        topology_ask_by(authority->world->topology, is_tcp ? NETWORK_STREAM : NETWORK_DATAGRAMS,
                        authority->site, "dns", PORT);
    Buffer reply = {0};
    int64_t took_ms = -1;
    size_t length;
    char *bytes;

    if (verdict.fate == NETWORK_DELIVER)
        took_ms = dns_server_handle_from(server, authority->site, is_tcp, question->data,
                                         question->length, &reply);
    length = reply.length;
    bytes = arena_text_of(arena, length ? reply.data : "", length);
    buffer_release(&reply);
    if (verdict.fate != NETWORK_BLACKHOLE)
        *delay_ms += 2 * verdict.delay_ms;
    if (verdict.fate == NETWORK_REFUSE || verdict.fate == NETWORK_RESET)
        return false;
    if (took_ms < 0 || took_ms >= TRY_MS || length == 0) {
        *delay_ms += TRY_MS;
        return false;
    }
    *delay_ms += took_ms;
    return dns_parse(arena, bytes, length, out_reply, NULL);
}

static bool ask_server(const Authority *authority, DnsServer *server, const Buffer *question,
                       Arena *arena, DnsMessage *out_reply, int64_t *delay_ms)
{
    for (int is_tcp = 0; is_tcp <= 1; is_tcp++) {
        if (!exchange(authority, server, is_tcp, question, arena, out_reply, delay_ms))
            return false;
        if (!out_reply->is_truncated)
            return out_reply->rcode == DNS_NOERROR || out_reply->rcode == DNS_NXDOMAIN;
    }
    return false;
}

static DnsServer *draw_server(const Authority *authority)
{
    const struct DnsSide *dns = authority->world->dns;

    if (authority->is_inside)
        return dns_side_private(dns);
    return dns_side_server(dns,
                           (int)random_below(authority->random, (uint64_t)dns_side_count(dns)));
}

bool authority_ask(void *self, Arena *arena, const char *name, uint16_t type, int64_t now_ms,
                   DnsMessage *out_reply, int64_t *delay_ms)
{
    Authority *authority = self;
    Buffer question = {0};
    bool is_answered = false;

    (void)now_ms;
    encode_question(authority, name, type, &question);
    for (int i = 0; i < TRIES && !is_answered; i++)
        is_answered =
            ask_server(authority, draw_server(authority), &question, arena, out_reply, delay_ms);
    buffer_release(&question);
    return is_answered;
}
