/*
 * tests/fakes/dns/server_test.c - what a name server does with a message, with a client, with a fault, and what it leaves behind.
 */
#include "fakes/dns/server.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/json.h"
#include "fakes/dns/data.h"
#include "fakes/dns/exchange.h"
#include "tests/test.h"

static const char KEY[] = "k.", SECRET[] = "c2VjcmV0IG9mIHRoZSB0ZXN0cw==";

/* A server with one zone, and whatever a test wants to see of it. */
typedef struct {
    Loop *loop;
    Trace *trace;
    DnsZone *zone;
    DnsServer *server;
    Fault fault;
    FaultPoints points;
    int asked, witnessed;
    char call[128], evidence[256];
    int client, other_end;
    Buffer heard;
} Stage;

static Fault ask(void *self, const FaultCall *call)
{
    Stage *stage = self;
    Fault fault = stage->fault;

    stage->asked++;
    snprintf(stage->call, sizeof stage->call, "%s %s %s %s %s %s", call->point, call->site,
             call->verb, call->name, call->resource, call->detail != NULL ? call->detail : "-");
    stage->fault = (Fault){0};
    return fault;
}

static void note_witness(void *self, const Fault *fault, const FaultCall *call,
                         const char *evidence)
{
    Stage *stage = self;

    (void)fault;
    (void)call;
    stage->witnessed++;
    snprintf(stage->evidence, sizeof stage->evidence, "%s", evidence);
}

static void stage_open(Stage *stage)
{
    *stage = (Stage){.loop = loop_new(), .trace = trace_new(), .client = -1};
    stage->points = (FaultPoints){.self = stage, .ask = ask, .witness = note_witness};
    stage->zone = dns_zone_new(&(DnsZoneOptions){.apex = "z.",
                                                 .primary = "ns1.z.",
                                                 .serial = 1,
                                                 .negative_ttl_s = 60,
                                                 .ttl_s = 300});
    dns_zone_add(stage->zone, "ns1.z", DNS_A, "127.0.0.1", 300, NULL);
    dns_zone_add(stage->zone, "tsb.z", DNS_CNAME, "mp1.z", 30, NULL);
    dns_zone_add(stage->zone, "mp1.z", DNS_A, "192.0.2.1", 60, NULL);
    for (int i = 'a'; i <= 'z'; i++)
        dns_zone_add(stage->zone, "big.z", DNS_TXT,
                     (char[]){(char)i, 'x', 'x', 'x', 'x', 'x', 'x', 'x', 'x', 'x', 'x', 'x', 'x',
                              'x',     'x', 'x', 'x', 'x', 'x', 'x', 'x', 'x', 'x', 'x', 'x', '\0'},
                     60, NULL);
    stage->server = dns_server_new(&(DnsServerOptions){.loop = stage->loop,
                                                       .trace = stage->trace,
                                                       .site = "dns",
                                                       .faults = &stage->points});
    dns_server_add_zone(stage->server, stage->zone);
    dns_server_add_key(stage->server, &(DnsKey){.name = KEY, .secret = SECRET});
}

static void stage_close(Stage *stage)
{
    dns_server_free(stage->server);
    dns_zone_free(stage->zone);
    loop_free(stage->loop);
    trace_free(stage->trace);
    buffer_release(&stage->heard);
    if (stage->client >= 0)
        close(stage->client);
}

static void make_query(Arena *arena, const char *name, uint16_t type, uint16_t udp_size,
                       Buffer *out_bytes)
{
    DnsMessage message = {.id = 7,
                          .wants_recursion = true,
                          .has_edns = udp_size > 0,
                          .udp_size = udp_size};

    dns_add(arena, &message, DNS_QUESTION,
            &(DnsRecord){.name = name, .type = type, .class = DNS_IN});
    buffer_clear(out_bytes);
    dns_encode(&message, 0, out_bytes);
}

/* new.z A 192.0.2.9, signed as a client does it: an answer to a request whose MAC is not there counts no MAC in. */
static void make_update(Arena *arena, bool is_signed, Buffer *out_bytes)
{
    DnsMessage message = {.id = 7, .opcode = DNS_UPDATE};
    DnsRecord record = {.name = "new.z.", .ttl_s = 30};
    Buffer digested = {0};
    DnsSigner signer;
    uint8_t mac[64];
    size_t mac_length = 0;
    uint32_t now_s = (uint32_t)(clock_wall_ms() / 1000);

    CHECK(dns_data_parse(arena, DNS_A, "192.0.2.9", &record, NULL));
    dns_add(arena, &message, DNS_QUESTION,
            &(DnsRecord){.name = "z.", .type = DNS_SOA, .class = DNS_IN});
    dns_add(arena, &message, DNS_AUTHORITY, &record);
    buffer_clear(out_bytes);
    dns_encode(&message, 0, out_bytes);
    if (!is_signed)
        return;
    buffer_add(&digested, out_bytes->data, out_bytes->length);
    buffer_add(&digested, "\1k\0\0\xff\0\0\0\0\x0bhmac-sha256\0\0\0", 24);
    buffer_add_u32(&digested, now_s);
    buffer_add(&digested, "\x01\x2c\0\0\0\0", 6);
    CHECK(dns_signer_init(&signer, &(DnsKey){.name = KEY, .secret = SECRET}, NULL));
    EVP_MAC_update(signer.mac, (const unsigned char *)digested.data, digested.length);
    EVP_MAC_final(signer.mac, mac, &mac_length, sizeof mac);
    buffer_add(out_bytes, "\1k\0\0\xfa\0\xff\0\0\0\0\0\x3d\x0bhmac-sha256\0\0\0", 28);
    buffer_add_u32(out_bytes, now_s);
    buffer_add(out_bytes, "\x01\x2c\0\x20", 4);
    buffer_add(out_bytes, mac, mac_length);
    buffer_add(out_bytes, "\0\7\0\0\0\0", 6);
    out_bytes->data[11] = 1;
    dns_signer_release(&signer);
    buffer_release(&digested);
}

/* "NOERROR aa 2": rcode, flags, answers. "-": none. */
static const char *reply_text(Arena *arena, const Buffer *reply)
{
    DnsMessage seen;

    if (reply->length == 0)
        return "-";
    if (!dns_parse(arena, reply->data, reply->length, &seen, NULL))
        return "malformed";
    return arena_format(arena, "%s%s%s%s%s %zu", dns_rcode_name(seen.rcode),
                        seen.is_authoritative ? " aa" : "", seen.is_truncated ? " tc" : "",
                        seen.offers_recursion ? " ra" : "", seen.tsig != NULL ? " signed" : "",
                        seen.sections[DNS_ANSWER].count);
}

static const struct {
    const char *name, *owner;
    uint16_t type, udp_size;
    bool is_tcp;
    const char *reply;
} QUERY_CASES[] = {
    {"an address",                "tsb.z.", DNS_A,    0,    false, "NOERROR aa 2"    },
    {"with EDNS",                 "tsb.z.", DNS_A,    1232, false, "NOERROR aa 2"    },
    {"no such name",              "no.z.",  DNS_A,    0,    false, "NXDOMAIN aa 0"   },
    {"outside the zones",         "a.y.",   DNS_A,    0,    false, "REFUSED 0"       },
    {"above the zones",           ".",      DNS_NS,   0,    false, "REFUSED 0"       },
    {"too long for plain UDP",    "big.z.", DNS_TXT,  0,    false, "NOERROR aa tc 12"},
    {"too long for small EDNS",   "big.z.", DNS_TXT,  600,  false, "NOERROR aa tc 0" },
    {"not too long for EDNS",     "big.z.", DNS_TXT,  1232, false, "NOERROR aa 26"   },
    {"not too long for TCP",      "big.z.", DNS_TXT,  0,    true,  "NOERROR aa 26"   },
    {"a transfer",                "z.",     252,      0,    true,  "REFUSED 0"       },
    {"a signature as a question", "z.",     DNS_TSIG, 0,    false, "FORMERR 0"       },
};

static void test_queries(void)
{
    Stage stage;
    Arena arena = {0};
    Buffer query = {0}, reply = {0};

    stage_open(&stage);
    for (size_t i = 0; i < TEST_COUNT(QUERY_CASES); i++) {
        make_query(&arena, QUERY_CASES[i].owner, QUERY_CASES[i].type, QUERY_CASES[i].udp_size,
                   &query);
        CHECK_CASE(QUERY_CASES[i].name, dns_server_handle(stage.server, QUERY_CASES[i].is_tcp,
                                                          query.data, query.length, &reply) == 0);
        if (!CHECK_TEXT(reply_text(&arena, &reply), QUERY_CASES[i].reply))
            CHECK_CASE(QUERY_CASES[i].name, false);
    }
    arena_release(&arena);
    buffer_release(&query);
    buffer_release(&reply);
    stage_close(&stage);
}

#define BYTES(text) text, sizeof(text) - 1

static const struct {
    const char *name, *bytes;
    size_t length;
    const char *reply;
    size_t reply_length;
} ODD_CASES[] = {
    {"nothing",                             BYTES(""),                                                                BYTES("")                          },
    {"half a header",                       BYTES("\0\1\0\0\0\1"),                                                    BYTES("")                          },
    {"an answer",                           BYTES("\0\1\x80\0\0\1\0\0\0\0\0\0\1a\0\0\1\0\1"),                         BYTES("")                          },
    {"garbage",                             BYTES("\0\1\1\0\0\1\0\0\0\0\0\0\xff\xff\xff"),                            BYTES("\0\1\x81\1\0\0\0\0\0\0\0\0")},
    {"no question",                         BYTES("\0\1\0\0\0\0\0\0\0\0\0\0"),                                        BYTES("\0\1\x80\1\0\0\0\0\0\0\0\0")},
    {"opcode 3",                            BYTES("\0\1\x19\0\0\1\0\0\0\0\0\0\1z\0\0\1\0\1"),
     BYTES("\0\1\x98\4\0\0\0\0\0\0\0\0")                                                                                                                 },
    {"class CH",                            BYTES("\0\1\0\0\0\1\0\0\0\0\0\0\1z\0\0\x10\0\3"),
     BYTES("\0\1\x80\5\0\1\0\0\0\0\0\0\1z\0\0\x10\0\3")                                                                                                  },
    {"a cookie of one byte",
     BYTES("\0\1\0\0\0\1\0\0\0\0\0\1\1z\0\0\1\0\1\0\0\x29\x10\0\0\0\0\0\0\5\0\x0a\0\1x"),
     BYTES("\0\1\x80\1\0\1\0\0\0\0\0\1\1z\0\0\1\0\1\0\0\x29\x04\xd0\0\0\0\0\0\0")                                                                        },
    {"an answer counted that is not there", BYTES("\0\1\0\0\0\1\0\1\0\0\0\0\1z\0\0\1\0\1"),
     BYTES("\0\1\x80\1\0\1\0\0\0\0\0\0\1z\0\0\1\0\1")                                                                                                    },
    {"two questions",                       BYTES("\0\1\0\0\0\2\0\0\0\0\0\0\1z\0\0\1\0\1\1z\0\0\2\0\1"),
     BYTES("\0\1\x80\1\0\0\0\0\0\0\0\0")                                                                                                                 },
    {"NOTIFY of ours",                      BYTES("\0\1\x24\0\0\1\0\0\0\0\0\0\1z\0\0\6\0\1"),
     BYTES("\0\1\xa4\0\0\1\0\0\0\0\0\0\1z\0\0\6\0\1")                                                                                                    },
    {"NOTIFY of another's",                 BYTES("\0\1\x24\0\0\1\0\0\0\0\0\0\1y\0\0\6\0\1"),
     BYTES("\0\1\xa0\x09\0\1\0\0\0\0\0\0\1y\0\0\6\0\1")                                                                                                  },
    {"class ANY",                           BYTES("\0\1\0\0\0\1\0\0\0\0\0\0\1z\0\0\1\0\xff"),
     BYTES("\0\1\x80\1\0\1\0\0\0\0\0\0\1z\0\0\1\0\xff")                                                                                                  },
    {"type 128",                            BYTES("\0\1\0\x10\0\1\0\0\0\0\0\0\1z\0\0\x80\0\1"),
     BYTES("\0\1\x80\x11\0\1\0\0\0\0\0\0\1z\0\0\x80\0\1")                                                                                                },
    {"EDNS 1",                              BYTES("\0\1\0\0\0\1\0\0\0\0\0\1\1z\0\0\1\0\1\0\0\x29\x10\0\0\1\0\0\0\0"),
     BYTES("\0\1\x80\0\0\1\0\0\0\0\0\1\1z\0\0\1\0\1\0\0\x29\x04\xd0\1\0\0\0\0\0")                                                                        },
};

static void test_odd_messages(void)
{
    Stage stage;
    Buffer reply = {0};

    stage_open(&stage);
    for (size_t i = 0; i < TEST_COUNT(ODD_CASES); i++) {
        int64_t delay =
            dns_server_handle(stage.server, false, ODD_CASES[i].bytes, ODD_CASES[i].length, &reply);

        CHECK_CASE(ODD_CASES[i].name, delay == (ODD_CASES[i].reply_length > 0 ? 0 : -1));
        CHECK_CASE(ODD_CASES[i].name,
                   reply.length == ODD_CASES[i].reply_length &&
                       memcmp(reply.data, ODD_CASES[i].reply, reply.length) == 0);
    }
    CHECK_INTEGER(stage.asked, 0);
    buffer_release(&reply);
    stage_close(&stage);
}

/* ---- faults ----------------------------------------------------------------------------------- */

static const struct {
    const char *name;
    bool is_update;
    Fault fault;
    int64_t delay_ms;
    const char *reply;
    bool is_done;
    const char *evidence;
} FAULT_CASES[] = {
    {"a query fails",
     false, {.kind = FAULT_FAIL, .code = DNS_REFUSED},
     0,   "REFUSED 0",
     false,                           "dns QUERY tsb.z. A: answered REFUSED instead of doing it"  },
    {"a query fails somehow",
     false, {.kind = FAULT_FAIL},
     0,   "SERVFAIL 0",
     false,                           "dns QUERY tsb.z. A: answered SERVFAIL instead of doing it" },
    {"a query is late",
     false, {.kind = FAULT_DELAY, .delay_ms = 500},
     500, "NOERROR aa 2",
     false,                           "dns QUERY tsb.z. A: held back for 500 ms"                  },
    {"a query hangs",
     false, {.kind = FAULT_HANG},
     -1,
     "-",                      false,
     "dns QUERY tsb.z. A: took it and never answered"                                             },
    {"a query is dropped",
     false, {.kind = FAULT_DROP},
     -1,
     "-",                      false,
     "dns QUERY tsb.z. A: lost the question"                                                      },
    {"an answer is lost",
     false, {.kind = FAULT_LOSE_REPLY},
     -1,
     "-",                      false,
     "dns QUERY tsb.z. A: did it and lost the answer"                                             },
    {"an answer is cut",
     false, {.kind = FAULT_CUT, .cut_after = 20},
     0,   "malformed",
     false,                           "dns QUERY tsb.z. A: sent 20 of 57 bytes of the answer"     },
    {"a reset",
     false, {.kind = FAULT_RESET},
     -1,
     "-",                      false,
     "dns QUERY tsb.z. A: hung up without doing it"                                               },
    {"an update fails",
     true,  {.kind = FAULT_FAIL, .code = DNS_SERVFAIL},
     0,   "SERVFAIL signed 0",
     false,                           "dns UPDATE new.z. A: answered SERVFAIL instead of doing it"},
    {"an update is late",
     true,  {.kind = FAULT_DELAY, .delay_ms = 500},
     500, "NOERROR signed 0",
     true,                            "dns UPDATE new.z. A: held back for 500 ms"                 },
    {"an update hangs",
     true,  {.kind = FAULT_HANG},
     -1,
     "-",                      false,
     "dns UPDATE new.z. A: took it and never answered"                                            },
    {"an update is accepted and lost",
     true,  {.kind = FAULT_DROP},
     0,   "NOERROR signed 0",
     false,                           "dns UPDATE new.z. A: answered NOERROR and did not do it"   },
    {"an update is done, its answer lost",
     true,  {.kind = FAULT_LOSE_REPLY},
     -1,
     "-",                      true,
     "dns UPDATE new.z. A: did it and lost the answer"                                            },
    {"the answer to an update is cut",
     true,  {.kind = FAULT_CUT, .cut_after = 30},
     0,   "malformed",
     true,                            "dns UPDATE new.z. A: sent 30 of 93 bytes of the answer"    },
};

static void test_faults(void)
{
    for (size_t i = 0; i < TEST_COUNT(FAULT_CASES); i++) {
        Stage stage;
        Arena arena = {0};
        Buffer message = {0}, reply = {0};

        stage_open(&stage);
        if (FAULT_CASES[i].is_update)
            make_update(&arena, true, &message);
        else
            make_query(&arena, "tsb.z.", DNS_A, 0, &message);
        stage.fault = FAULT_CASES[i].fault;
        CHECK_CASE(FAULT_CASES[i].name,
                   dns_server_handle(stage.server, false, message.data, message.length, &reply) ==
                       FAULT_CASES[i].delay_ms);
        if (!CHECK_TEXT(reply_text(&arena, &reply), FAULT_CASES[i].reply) ||
            !CHECK_TEXT(stage.evidence, FAULT_CASES[i].evidence))
            CHECK_CASE(FAULT_CASES[i].name, false);
        CHECK_CASE(FAULT_CASES[i].name, stage.witnessed == 1);
        CHECK_CASE(FAULT_CASES[i].name,
                   (dns_zone_find(stage.zone, "new.z.", DNS_A) != NULL) == FAULT_CASES[i].is_done);
        CHECK_TEXT(stage.call, FAULT_CASES[i].is_update ? "dns.update dns UPDATE new.z. A z."
                                                        : "dns.query dns QUERY tsb.z. A z.");
        arena_release(&arena);
        buffer_release(&message);
        buffer_release(&reply);
        stage_close(&stage);
    }
}

/* ---- the trace -------------------------------------------------------------------------------- */

static void test_trace(void)
{
    Stage stage;
    Arena arena = {0};
    Buffer message = {0}, reply = {0};
    TraceEvent event;

    stage_open(&stage);
    make_update(&arena, false, &message);
    dns_server_handle(stage.server, false, message.data, message.length, &reply);
    CHECK_TEXT(reply_text(&arena, &reply), "REFUSED 0");
    CHECK_INTEGER(stage.asked, 0);
    make_update(&arena, true, &message);
    dns_server_handle(stage.server, false, message.data, message.length, &reply);
    CHECK_TEXT(reply_text(&arena, &reply), "NOERROR signed 0");
    dns_server_handle(stage.server, false, message.data, message.length, &reply);
    CHECK_TEXT(reply_text(&arena, &reply), "NOERROR signed 0");
    if (CHECK_INTEGER(trace_count(stage.trace), 2)) {
        event = trace_at(stage.trace, 0);
        CHECK_TEXT(event.lane, "dns");
        CHECK_TEXT(event.kind, "dns.update");
        CHECK_TEXT(event.text, "an update of z. was refused: REFUSED");
        CHECK_TEXT(json_string(event.data, "rcode"), "REFUSED");
        event = trace_at(stage.trace, 1);
        CHECK_TEXT(event.kind, "dns.serial");
        CHECK_TEXT(json_string(event.data, "zone"), "z.");
        CHECK_INTEGER(json_integer_or(event.data, "serial", 0), dns_zone_serial(stage.zone));
        CHECK_TEXT(json_string(event.data, "changes/0"), "+ new.z. 30 A 192.0.2.9");
    }
    arena_release(&arena);
    buffer_release(&message);
    buffer_release(&reply);
    stage_close(&stage);
}

/* ---- clients on sockets ----------------------------------------------------------------------- */

static void connect_client(Stage *stage, int type)
{
    int ends[2];

    CHECK(socketpair(AF_UNIX, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends) == 0);
    stage->client = ends[0];
    stage->other_end = ends[1];
    if (type == SOCK_SEQPACKET)
        dns_server_accept_datagrams(stage->server, ends[1]);
    else
        dns_server_accept_stream(stage->server, ends[1]);
}

static void hang_up(Stage *stage)
{
    close(stage->client);
    stage->client = -1;
    loop_wait(stage->loop, 5, NULL);
}

/* What the client hears within ms; false at the end of the connection. */
static bool hear(Stage *stage, int64_t ms)
{
    char bytes[4096];
    ssize_t length;

    loop_wait(stage->loop, ms, NULL);
    buffer_clear(&stage->heard);
    while ((length = recv(stage->client, bytes, sizeof bytes, 0)) > 0)
        buffer_add(&stage->heard, bytes, (size_t)length);
    return length != 0 && !(length < 0 && errno == ECONNRESET);
}

static bool is_open(int fd)
{
    return fcntl(fd, F_GETFD) >= 0;
}

static void test_datagrams(void)
{
    Stage stage;
    Arena arena = {0};
    Buffer query = {0};

    stage_open(&stage);
    connect_client(&stage, SOCK_SEQPACKET);
    make_query(&arena, "tsb.z.", DNS_A, 0, &query);
    CHECK(send(stage.client, query.data, query.length, 0) == (ssize_t)query.length);
    CHECK(hear(&stage, 5));
    CHECK_TEXT(reply_text(&arena, &stage.heard), "NOERROR aa 2");
    stage.fault = (Fault){.kind = FAULT_CUT, .cut_after = 0};
    CHECK(send(stage.client, query.data, query.length, 0) == (ssize_t)query.length);
    CHECK(hear(&stage, 5));
    CHECK_INTEGER(stage.heard.length, 0);
    stage.fault = (Fault){.kind = FAULT_DELAY, .delay_ms = 40};
    CHECK(send(stage.client, query.data, query.length, 0) == (ssize_t)query.length);
    CHECK(hear(&stage, 10));
    CHECK_INTEGER(stage.heard.length, 0);
    CHECK(hear(&stage, 60));
    CHECK_TEXT(reply_text(&arena, &stage.heard), "NOERROR aa 2");
    CHECK(is_open(stage.other_end));
    hang_up(&stage);
    CHECK(!is_open(stage.other_end));
    arena_release(&arena);
    buffer_release(&query);
    stage_close(&stage);
}

/* A datagram that is late on its way does its work even if its sender has given up meanwhile. */
static void test_late_update(void)
{
    Stage stage;
    Arena arena = {0};
    Buffer update = {0};

    stage_open(&stage);
    connect_client(&stage, SOCK_SEQPACKET);
    make_update(&arena, true, &update);
    stage.fault = (Fault){.kind = FAULT_DELAY, .delay_ms = 40};
    CHECK(send(stage.client, update.data, update.length, 0) == (ssize_t)update.length);
    loop_wait(stage.loop, 5, NULL);
    hang_up(&stage);
    CHECK(dns_zone_find(stage.zone, "new.z.", DNS_A) == NULL);
    loop_wait(stage.loop, 60, NULL);
    CHECK(dns_zone_find(stage.zone, "new.z.", DNS_A) != NULL);
    CHECK_INTEGER(stage.asked, 1);
    CHECK_INTEGER(stage.witnessed, 1);
    arena_release(&arena);
    buffer_release(&update);
    stage_close(&stage);
}

/* The server goes while answers wait and clients are there: nothing is left open, nothing comes later. */
static void test_server_goes(void)
{
    Stage stage;
    Arena arena = {0};
    Buffer query = {0};
    int stream_end;

    stage_open(&stage);
    connect_client(&stage, SOCK_STREAM);
    close(stage.client);
    stream_end = stage.other_end;
    connect_client(&stage, SOCK_SEQPACKET);
    make_query(&arena, "tsb.z.", DNS_A, 0, &query);
    stage.fault = (Fault){.kind = FAULT_DELAY, .delay_ms = 1000};
    CHECK(send(stage.client, query.data, query.length, 0) == (ssize_t)query.length);
    loop_wait(stage.loop, 5, NULL);
    dns_server_free(stage.server);
    stage.server = NULL;
    CHECK(!hear(&stage, 5));
    CHECK(!is_open(stream_end) && !is_open(stage.other_end));
    arena_release(&arena);
    buffer_release(&query);
    stage_close(&stage);
}

static void add_framed(Buffer *out, const Buffer *message)
{
    buffer_add_u16(out, (uint16_t)message->length);
    buffer_add(out, message->data, message->length);
}

/* Two questions in one go, then one byte at a time. */
static void test_stream(void)
{
    Stage stage;
    Arena arena = {0};
    Buffer query = {0}, framed = {0};

    stage_open(&stage);
    connect_client(&stage, SOCK_STREAM);
    make_query(&arena, "tsb.z.", DNS_A, 0, &query);
    add_framed(&framed, &query);
    add_framed(&framed, &query);
    CHECK(send(stage.client, framed.data, framed.length, 0) == (ssize_t)framed.length);
    CHECK(hear(&stage, 5));
    CHECK_INTEGER(stage.heard.length, 118);
    for (size_t i = 0; i < framed.length / 2; i++) {
        CHECK(send(stage.client, framed.data + i, 1, 0) == 1);
        loop_wait(stage.loop, 0, NULL);
    }
    CHECK(hear(&stage, 5));
    CHECK_INTEGER(stage.heard.length, 2 + 57);
    buffer_eat(&stage.heard, 2);
    CHECK_TEXT(reply_text(&arena, &stage.heard), "NOERROR aa 2");
    hang_up(&stage);
    CHECK(!is_open(stage.other_end));
    arena_release(&arena);
    buffer_release(&query);
    buffer_release(&framed);
    stage_close(&stage);
}

static const struct {
    const char *name;
    Fault fault;
    size_t heard;
} STREAM_FAULT_CASES[] = {
    {"cut after ten bytes", {.kind = FAULT_CUT, .cut_after = 10}, 12},
    {"the answer lost",     {.kind = FAULT_LOSE_REPLY},           0 },
    {"reset",               {.kind = FAULT_RESET},                0 },
};

static void test_stream_faults(void)
{
    for (size_t i = 0; i < TEST_COUNT(STREAM_FAULT_CASES); i++) {
        Stage stage;
        Arena arena = {0};
        Buffer query = {0}, framed = {0};

        stage_open(&stage);
        connect_client(&stage, SOCK_STREAM);
        make_query(&arena, "tsb.z.", DNS_A, 0, &query);
        add_framed(&framed, &query);
        stage.fault = STREAM_FAULT_CASES[i].fault;
        CHECK(send(stage.client, framed.data, framed.length, 0) == (ssize_t)framed.length);
        CHECK_CASE(STREAM_FAULT_CASES[i].name, !hear(&stage, 10));
        CHECK_CASE(STREAM_FAULT_CASES[i].name, stage.heard.length == STREAM_FAULT_CASES[i].heard);
        hang_up(&stage);
        CHECK_CASE(STREAM_FAULT_CASES[i].name, !is_open(stage.other_end));
        arena_release(&arena);
        buffer_release(&query);
        buffer_release(&framed);
        stage_close(&stage);
    }
}

/* ---- a resolver, a socket for all ------------------------------------------------------------- */

static int64_t resolve(void *self, Arena *arena, const DnsRecord *question, DnsMessage *reply)
{
    DnsRecord record = {.name = question->name, .ttl_s = 17};
    const int64_t *delay_ms = self;

    CHECK(dns_data_parse(arena, DNS_A, "192.0.2.77", &record, NULL));
    dns_add(arena, reply, DNS_ANSWER, &record);
    return *delay_ms;
}

static void test_resolver(void)
{
    Arena arena = {0};
    Buffer query = {0}, reply = {0};
    int64_t delay_ms = 12;
    DnsServer *server = dns_server_new(
        &(DnsServerOptions){.site = "cp-0001", .resolve = resolve, .self = &delay_ms});

    make_query(&arena, "anything.example.net.", DNS_A, 0, &query);
    CHECK_INTEGER(dns_server_handle(server, false, query.data, query.length, &reply), 12);
    CHECK_TEXT(reply_text(&arena, &reply), "NOERROR ra 1");
    delay_ms = -1;
    CHECK_INTEGER(dns_server_handle(server, false, query.data, query.length, &reply), -1);
    CHECK_INTEGER(reply.length, 0);
    make_update(&arena, true, &query);
    CHECK_INTEGER(dns_server_handle(server, false, query.data, query.length, &reply), 0);
    CHECK_TEXT(reply_text(&arena, &reply), "NOTAUTH signed 0");
    CHECK(sizeof(DnsServer) < 1024);
    dns_server_free(server);
    arena_release(&arena);
    buffer_release(&query);
    buffer_release(&reply);
}

static void test_bind(void)
{
    Stage stage;
    Error err = {0};

    stage_open(&stage);
    CHECK(!dns_server_bind_udp(stage.server, "192.0.2.1", 5300, &err));
    CHECK_INTEGER(err.code, ERR_INPUT);
    CHECK(!dns_server_bind_udp(stage.server, "0.0.0.0", 5300, &err));
    CHECK(!dns_server_bind_udp(stage.server, "localhost", 5300, &err));
    CHECK(dns_server_bind_udp(stage.server, "127.53.53.1", 0, &err));
    stage_close(&stage);
}

TEST_SUITE("fakes/dns/server", {"queries", test_queries}, {"odd messages", test_odd_messages},
           {"faults", test_faults}, {"what the trace tells", test_trace},
           {"a client's datagrams", test_datagrams},
           {"an update that comes late", test_late_update},
           {"the server goes first", test_server_goes}, {"a client's stream", test_stream},
           {"faults on a stream", test_stream_faults}, {"a resolver", test_resolver},
           {"a UDP socket", test_bind});
