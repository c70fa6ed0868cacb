/*
 * tests/fakes/dns/fault_test.c - what only name servers do wrong: other views, serials that stay, keys that are not known, spoilt answers.
 */
#include "fakes/dns/fault.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "tests/test.h"

static const DnsKey KEY = {.name = "k.", .secret = "c2VjcmV0"};

typedef struct {
    DnsZone *zone;
    DnsServer *server;
    DnsSigner signer;
    Fault fault;
    FaultPoints points;
    char call[128], evidence[256];
    int witnessed;
    Arena arena;
    Buffer reply;
} Stage;

static Fault ask(void *self, const FaultCall *call)
{
    Stage *stage = self;

    snprintf(stage->call, sizeof stage->call, "%s %s %s %s %s %s", call->server, call->client,
             call->transport, call->verb, call->resource, call->name);
    return stage->fault;
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
    *stage = (Stage){0};
    stage->points = (FaultPoints){.self = stage, .ask = ask, .witness = note_witness};
    stage->zone = dns_zone_new(
        &(DnsZoneOptions){.apex = "z.", .primary = "ns1.z.", .serial = 1, .ttl_s = 300});
    dns_zone_add(stage->zone, "tsb.z", DNS_CNAME, "mp1.z", 30, NULL);
    dns_zone_add(stage->zone, "mp1.z", DNS_A, "192.0.2.1", 60, NULL);
    dns_zone_add(stage->zone, "mp2.z", DNS_A, "192.0.2.2", 60, NULL);
    stage->server =
        dns_server_new(&(DnsServerOptions){.site = "dns", .name = "ns1", .faults = &stage->points});
    dns_server_add_zone(stage->server, stage->zone);
    dns_server_add_key(stage->server, &KEY);
    CHECK(dns_signer_init(&stage->signer, &KEY, NULL));
}

static void stage_close(Stage *stage)
{
    dns_server_free(stage->server);
    dns_zone_free(stage->zone);
    dns_signer_release(&stage->signer);
    arena_release(&stage->arena);
    buffer_release(&stage->reply);
}

/* "7 tsb.z. NOERROR aa 2": id, question, rcode, flags, answers. */
static const char *reply_text(Stage *stage)
{
    DnsMessage seen;
    const DnsRecord *question;

    if (stage->reply.length == 0)
        return "-";
    if (!dns_parse(&stage->arena, stage->reply.data, stage->reply.length, &seen, NULL))
        return "malformed";
    question = seen.sections[DNS_QUESTION].records;
    return arena_format(&stage->arena, "%d %s %s%s%s%s%s %zu", seen.id,
                        question != NULL ? question->name : "-", dns_rcode_name(seen.rcode),
                        seen.is_response ? "" : " asks", seen.is_authoritative ? " aa" : "",
                        seen.is_truncated ? " tc" : "", seen.tsig != NULL ? " signed" : "",
                        seen.sections[DNS_ANSWER].count);
}

static void send_message(Stage *stage, DnsMessage *message, bool is_signed, uint8_t *out_mac)
{
    Buffer bytes = {0};

    dns_encode(message, 0, &bytes);
    if (is_signed)
        dns_tsig_request(&bytes, &stage->signer, clock_wall_ms() / 1000, out_mac);
    dns_server_handle_from(stage->server, "desk", false, bytes.data, bytes.length, &stage->reply);
    buffer_release(&bytes);
}

static void send_query(Stage *stage, const char *name, uint16_t type)
{
    DnsMessage message = {.id = 7};

    dns_add(&stage->arena, &message, DNS_QUESTION,
            &(DnsRecord){.name = name, .type = type, .class = DNS_IN});
    send_message(stage, &message, false, NULL);
}

/* Takes new.z's A away, then adds one: it is about the one that it adds. out_mac is the request's. */
static void send_update(Stage *stage, bool is_signed, uint8_t out_mac[DNS_MAC_MAX])
{
    DnsMessage message = {.id = 7, .opcode = DNS_UPDATE};
    DnsRecord record = {.name = "new.z.", .ttl_s = 30};

    CHECK(dns_data_parse(&stage->arena, DNS_A, "192.0.2.9", &record, NULL));
    dns_add(&stage->arena, &message, DNS_QUESTION,
            &(DnsRecord){.name = "z.", .type = DNS_SOA, .class = DNS_IN});
    dns_add(&stage->arena, &message, DNS_AUTHORITY,
            &(DnsRecord){.name = "new.z.", .type = DNS_AAAA, .class = DNS_CLASS_ANY});
    dns_add(&stage->arena, &message, DNS_AUTHORITY, &record);
    send_message(stage, &message, is_signed, out_mac);
}

static bool is_done(const Stage *stage)
{
    return dns_zone_find(stage->zone, "new.z.", DNS_A) != NULL;
}

/* ---- spoilt answers --------------------------------------------------------------------------- */

static const struct {
    const char *how, *query, *update; /* "": nothing to be spoilt, and nothing witnessed */
} SPOILING_CASES[] = {
    {"truncatedEmpty",    "7 tsb.z. NOERROR aa tc 0",    "7 z. NOERROR tc signed 0"   },
    {"truncatedWhole",    "7 tsb.z. NOERROR aa tc 2",    "7 z. NOERROR tc signed 0"   },
    {"truncatedInRecord", "malformed",                   "malformed"                  },
    {"wrongId",           "248 tsb.z. NOERROR aa 2",     "248 z. NOERROR signed 0"    },
    {"wrongQuestion",     "7 other.tsb.z. NOERROR aa 2", "7 other.z. NOERROR signed 0"},
    {"noResponse",        "7 tsb.z. NOERROR asks aa 2",  "7 z. NOERROR asks signed 0" },
    {"pointerLoop",       "malformed",                   "malformed"                  },
    {"trailingBytes",     "7 tsb.z. NOERROR aa 2",       "7 z. NOERROR signed 0"      },
    {"longData",          "malformed",                   "malformed"                  },
    {"falseCounts",       "malformed",                   "malformed"                  },
    {"runt",              "malformed",                   "malformed"                  },
    {"notAuthoritative",  "7 tsb.z. NOERROR 2",          ""                           },
    {"unsigned",          "",                            "7 z. NOERROR 0"             },
    {"wrongSignature",    "",                            "7 z. NOERROR signed 0"      },
};

static void check_spoiling(const char *how, const char *expected, bool is_update)
{
    Stage stage;
    uint8_t mac[DNS_MAC_MAX];

    stage_open(&stage);
    stage.fault = (Fault){.kind = FAULT_OWN, .code = DNS_SPOILT, .text = how};
    if (is_update)
        send_update(&stage, true, mac);
    else
        send_query(&stage, "tsb.z.", DNS_A);
    CHECK_CASE(how, stage.witnessed == (expected[0] != '\0'));
    if (expected[0] == '\0')
        expected = is_update ? "7 z. NOERROR signed 0" : "7 tsb.z. NOERROR aa 2";
    CHECK_TEXT(reply_text(&stage), expected);
    CHECK_CASE(how, is_done(&stage) == is_update);
    stage_close(&stage);
}

static void test_spoilings(void)
{
    for (size_t i = 0; i < TEST_COUNT(SPOILING_CASES); i++) {
        CHECK_TEXT(DNS_SPOILINGS[i], SPOILING_CASES[i].how);
        check_spoiling(SPOILING_CASES[i].how, SPOILING_CASES[i].query, false);
        check_spoiling(SPOILING_CASES[i].how, SPOILING_CASES[i].update, true);
    }
    CHECK(DNS_SPOILINGS[TEST_COUNT(SPOILING_CASES)] == NULL);
}

/* What was changed before the answer was signed is signed; what came after shows. */
static void test_spoilt_signatures(void)
{
    static const struct {
        const char *how;
        bool is_right;
    } CASES[] = {
        {"truncatedEmpty", true },
        {"wrongQuestion",  true },
        {"wrongSignature", false},
        {"noResponse",     false},
    };

    for (size_t i = 0; i < TEST_COUNT(CASES); i++) {
        Stage stage;
        DnsMessage seen;
        uint8_t mac[DNS_MAC_MAX];

        stage_open(&stage);
        stage.fault = (Fault){.kind = FAULT_OWN, .code = DNS_SPOILT, .text = CASES[i].how};
        send_update(&stage, true, mac);
        CHECK(dns_parse(&stage.arena, stage.reply.data, stage.reply.length, &seen, NULL));
        CHECK_CASE(CASES[i].how,
                   dns_tsig_check(&stage.signer, (const uint8_t *)stage.reply.data, &seen, true,
                                  clock_wall_ms() / 1000, mac) == CASES[i].is_right);
        stage_close(&stage);
    }
}

/* ---- views, serials, keys, clocks ------------------------------------------------------------- */

static void test_other_view(void)
{
    static const struct {
        const char *name, *value;
        uint16_t type;
        const char *reply, *first;
    } CASES[] = {
        {"an alias in the zone is followed", "mp2.z.",       DNS_A,     "7 tsb.z. NOERROR aa 2", "mp2.z."   },
        {"an alias out of it is not",        "away.example", DNS_A,     "7 tsb.z. NOERROR aa 1",
         "away.example."                                                                                    },
        {"the alias itself",                 "mp2.z.",       DNS_CNAME, "7 tsb.z. NOERROR aa 1", "mp2.z."   },
        {"an address",                       "192.0.2.7",    DNS_A,     "7 tsb.z. NOERROR aa 1", "192.0.2.7"},
        {"no address of that family",        "192.0.2.7",    DNS_AAAA,  "7 tsb.z. NOERROR aa 0", NULL       },
    };

    for (size_t i = 0; i < TEST_COUNT(CASES); i++) {
        Stage stage;
        DnsMessage seen;

        stage_open(&stage);
        stage.fault = (Fault){.kind = FAULT_OWN, .code = DNS_OTHER_VIEW, .text = CASES[i].value};
        send_query(&stage, "tsb.z.", CASES[i].type);
        if (!CHECK_TEXT(reply_text(&stage), CASES[i].reply))
            CHECK_CASE(CASES[i].name, false);
        CHECK(dns_parse(&stage.arena, stage.reply.data, stage.reply.length, &seen, NULL));
        if (CASES[i].first != NULL)
            CHECK_TEXT(dns_data_text(&stage.arena, &seen.sections[DNS_ANSWER].records[0]),
                       CASES[i].first);
        CHECK_INTEGER(stage.witnessed, 1);
        CHECK_TEXT(stage.call, arena_format(&stage.arena, "ns1 desk udp QUERY %s tsb.z.",
                                            dns_type_name(CASES[i].type)));
        stage_close(&stage);
    }
}

static void test_serial_is_kept(void)
{
    Stage stage;
    uint8_t mac[DNS_MAC_MAX];

    stage_open(&stage);
    stage.fault = (Fault){.kind = FAULT_OWN, .code = DNS_KEPT_SERIAL};
    send_update(&stage, true, mac);
    CHECK(is_done(&stage));
    CHECK_INTEGER(dns_zone_serial(stage.zone), 4);
    CHECK_TEXT(stage.evidence, "ns1 UPDATE new.z. A: did it and left the serial as it was");
    stage.fault = (Fault){0};
    dns_zone_remove(stage.zone, "new.z", DNS_A);
    CHECK_INTEGER(dns_zone_serial(stage.zone), 5);
    stage_close(&stage);
}

static void test_keys(void)
{
    static const struct {
        const char *name;
        DnsOwnFault fault;
        bool is_signed;
        int tsig_error; /* -1: there is no signature */
        const char *reply;
    } CASES[] = {
        {"a lost key",             DNS_LOST_KEY,    true,  DNS_BADKEY, "7 z. NOTAUTH signed 0"},
        {"another secret",         DNS_CHANGED_KEY, true,  DNS_BADSIG, "7 z. NOTAUTH signed 0"},
        {"no signature to refuse", DNS_LOST_KEY,    false, -1,         "7 z. REFUSED 0"       },
    };

    for (size_t i = 0; i < TEST_COUNT(CASES); i++) {
        Stage stage;
        DnsMessage seen;
        DnsTsig tsig;
        uint8_t mac[DNS_MAC_MAX];

        stage_open(&stage);
        stage.fault = (Fault){.kind = FAULT_OWN, .code = (int)CASES[i].fault};
        send_update(&stage, CASES[i].is_signed, mac);
        CHECK_TEXT(reply_text(&stage), CASES[i].reply);
        CHECK_CASE(CASES[i].name, !is_done(&stage));
        CHECK_CASE(CASES[i].name, stage.witnessed == CASES[i].is_signed);
        CHECK(dns_parse(&stage.arena, stage.reply.data, stage.reply.length, &seen, NULL));
        if (CASES[i].tsig_error >= 0 && CHECK(seen.tsig != NULL) &&
            CHECK(dns_tsig_parse(&stage.arena, seen.tsig, &tsig)))
            CHECK_CASE(CASES[i].name, tsig.error == CASES[i].tsig_error && tsig.mac_length == 0);
        stage_close(&stage);
    }
}

static void test_clock(void)
{
    Stage stage;
    uint8_t mac[DNS_MAC_MAX];

    stage_open(&stage);
    dns_server_set_clock(stage.server, 290000);
    send_update(&stage, true, mac);
    CHECK_TEXT(reply_text(&stage), "7 z. NOERROR signed 0");
    dns_server_set_clock(stage.server, -600000);
    send_update(&stage, true, mac);
    CHECK_TEXT(reply_text(&stage), "7 z. NOTAUTH signed 0");
    stage_close(&stage);
}

TEST_SUITE("fakes/dns/fault", {"spoilt answers", test_spoilings},
           {"spoilt signatures", test_spoilt_signatures}, {"another view", test_other_view},
           {"a serial that stays", test_serial_is_kept}, {"keys that are not known", test_keys},
           {"a clock that is wrong", test_clock});
