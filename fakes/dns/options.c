/*
 * fakes/dns/options.c - the options of EDNS: judged in a request, put into its answer in the order in which BIND has them.
 *
 * Source: RFC 5001 (NSID), RFC 7314 (EXPIRE), RFC 7871 (client subnet), RFC 7828 (keepalive), RFC 8914 (extended errors);
 *         cookies are in cookie.h.
 */
#include <string.h>

#include "fakes/dns/cookie.h"
#include "fakes/dns/data.h"
#include "fakes/dns/turn.h"

enum { NSID = 3, CLIENT_SUBNET = 8, EXPIRE, COOKIE, KEEPALIVE, EXTENDED_ERROR = 15 };
enum { HEAD_SIZE = 4, SUBNET_FIXED_SIZE = 4, KEEPALIVE_TENTHS = 300 };

typedef struct {
    const uint8_t *data;
    size_t length;
} Option;

/* The first option of a kind; false if there is none. The options are whole. */
static bool find(const DnsMessage *message, uint16_t code, Option *out_option)
{
    const uint8_t *options = message->options;

    for (size_t at = 0; at < message->options_length;) {
        size_t length = dns_read_u16(options + at + 2);

        if (dns_read_u16(options + at) == code) {
            *out_option = (Option){options + at + HEAD_SIZE, length};
            return true;
        }
        at += HEAD_SIZE + length;
    }
    return false;
}

bool dns_turn_has_cookie(const DnsTurn *turn)
{
    Option option;

    return turn->manners->gives_cookies && turn->server->options.cookie_secret != NULL &&
           find(&turn->request, COOKIE, &option);
}

/* A length that only an answer may have. */
static bool has_scope(const Option *subnet)
{
    return subnet->length >= SUBNET_FIXED_SIZE && subnet->data[3] != 0;
}

/* RFC 7871, section 6: a prefix of an address, cut to whole bytes, with nothing but zeros behind it. */
static bool subnet_is_right(const Option *subnet)
{
    size_t bits, bytes;
    uint16_t family;

    if (subnet->length < SUBNET_FIXED_SIZE)
        return false;
    family = dns_read_u16(subnet->data);
    bits = subnet->data[2];
    bytes = (bits + 7) / 8;
    if (family > 2 || bits > (family == 0 ? 0u : family == 1 ? 32u : 128u))
        return false;
    if (has_scope(subnet) || subnet->length - SUBNET_FIXED_SIZE < bytes)
        return false;
    return bits % 8 == 0 ||
           (uint8_t)(subnet->data[SUBNET_FIXED_SIZE + bytes - 1] << (bits % 8)) == 0;
}

/* RFC 7873, section 4: a client's cookie is 8 bytes, with the server's part 16 to 40. */
static bool cookie_is_right(const Option *cookie)
{
    return cookie->length == DNS_CLIENT_COOKIE_SIZE ||
           (cookie->length >= 16 && cookie->length <= 40);
}

bool dns_turn_read_options(DnsTurn *turn)
{
    Option subnet, cookie;

    if (!turn->manners->is_strict)
        return true;
    if (find(&turn->request, COOKIE, &cookie) && !cookie_is_right(&cookie))
        return false;
    if (!find(&turn->request, CLIENT_SUBNET, &subnet) || subnet_is_right(&subnet))
        return true;
    /* BIND refuses to read on there, and never gets to know that there was an OPT. */
    turn->reply.has_edns = turn->reply.has_edns && !has_scope(&subnet);
    return false;
}

static void add(Buffer *options, uint16_t code, const void *data, size_t length)
{
    buffer_add_u16(options, code);
    buffer_add_u16(options, (uint16_t)length);
    buffer_add(options, data, length);
}

static void add_identity(DnsTurn *turn, Buffer *options)
{
    const char *identity = turn->server->options.identity;
    Option asked;

    if (identity != NULL && find(&turn->request, NSID, &asked))
        add(options, NSID, identity, strlen(identity));
}

static void add_cookie(DnsTurn *turn, Buffer *options)
{
    uint8_t cookie[DNS_COOKIE_SIZE];
    Option asked;

    if (!dns_turn_has_cookie(turn) || !find(&turn->request, COOKIE, &asked) ||
        !cookie_is_right(&asked))
        return;
    dns_cookie_make(turn->server->options.cookie_secret, asked.data, turn->arrival->ip,
                    turn->arrival->wall_ms / 1000, cookie);
    add(options, COOKIE, cookie, sizeof cookie);
}

/* A primary's copy is good for as long as its SOA says. */
static void add_expire(DnsTurn *turn, Buffer *options)
{
    const DnsMessage *reply = &turn->reply;
    const DnsRecord *soa = reply->sections[DNS_ANSWER].records;
    uint8_t seconds[4];
    Option asked;

    if (!find(&turn->request, EXPIRE, &asked) || reply->sections[DNS_ANSWER].count != 1 ||
        soa->type != DNS_SOA || soa->class != DNS_IN)
        return;
    dns_write_u32(seconds, dns_soa_expire(soa));
    add(options, EXPIRE, seconds, sizeof seconds);
}

static void add_subnet(DnsTurn *turn, Buffer *options)
{
    Option subnet;

    if (turn->manners->gives_cookies && find(&turn->request, CLIENT_SUBNET, &subnet) &&
        subnet_is_right(&subnet))
        add(options, CLIENT_SUBNET, subnet.data, SUBNET_FIXED_SIZE + (subnet.data[2] + 7u) / 8);
}

static void add_keepalive(DnsTurn *turn, Buffer *options)
{
    static const uint8_t TENTHS[] = {KEEPALIVE_TENTHS >> 8, KEEPALIVE_TENTHS & 0xff};
    Option asked;

    if (turn->arrival->is_tcp && turn->manners->gives_cookies &&
        find(&turn->request, KEEPALIVE, &asked))
        add(options, KEEPALIVE, TENTHS, sizeof TENTHS);
}

static void add_error(const DnsTurn *turn, Buffer *options)
{
    size_t length = turn->ede_text != NULL ? strlen(turn->ede_text) : 0;

    if (turn->ede < 0)
        return;
    buffer_add_u16(options, EXTENDED_ERROR);
    buffer_add_u16(options, (uint16_t)(2 + length));
    buffer_add_u16(options, (uint16_t)turn->ede);
    buffer_add(options, turn->ede_text, length);
}

void dns_turn_write_options(DnsTurn *turn)
{
    Buffer options = {0};

    if (!turn->reply.has_edns)
        return;
    add_identity(turn, &options);
    add_cookie(turn, &options);
    add_expire(turn, &options);
    add_subnet(turn, &options);
    add_keepalive(turn, &options);
    add_error(turn, &options);
    if (options.length > 0)
        turn->reply.options =
            (const uint8_t *)arena_text_of(&turn->arena, options.data, options.length);
    turn->reply.options_length = options.length;
    buffer_release(&options);
}
