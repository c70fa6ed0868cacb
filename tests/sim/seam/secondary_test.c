/*
 * tests/sim/seam/secondary_test.c - fakes/dns/secondary.c: a zone that follows its primary: fetched, refreshed, told of, given up.
 *
 * It stands here because it is told in simulated time, so that a refresh of an hour and an expiry of a week cost nothing. The primary
 * is a name server, or a script that says whatever a test wants.
 */
#include "fakes/dns/secondary.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "fakes/dns/connection.h"
#include "fakes/dns/data.h"
#include "fakes/net/stream.h"
#include "sim/seam/seam.h"
#include "tests/test.h"

static const char PRIMARY[] = "127.0.3.1";
static const DnsKey KEY = {.name = "k.", .secret = "c2VjcmV0"},
                    OTHER = {.name = "k.", .secret = "b3RoZXI="};
enum { PORT = 53, MINUTE_MS = 60000, HOUR_MS = 60 * MINUTE_MS, DAY_MS = 24 * HOUR_MS };
enum { REFRESH_S = 3600, RETRY_S = 600, EXPIRE_S = 7 * 86400 };

typedef struct {
    Loop *loop;
    DnsZone *zone, *copy;
    DnsServer *primary, *server;
    DnsSecondary *secondary;
    int calls; /* that the primary was asked */
    bool is_there;
} Stage;

static void simulate(void)
{
    if (!seam_is_simulated())
        seam_simulate(&(SeamOptions){.seed = 7, .start_wall_ms = 1795226400000, .from = "desk"});
}

static void set_times(DnsZone *zone)
{
    Arena arena = {0};

    CHECK(dns_zone_point(zone, "z.", DNS_SOA,
                         arena_format(&arena, "ns.y. admin.y. %u %d %d %d 60",
                                      dns_zone_serial(zone), REFRESH_S, RETRY_S, EXPIRE_S),
                         300, NULL));
    arena_release(&arena);
}

static DnsZone *new_zone(uint32_t serial)
{
    return dns_zone_new(&(DnsZoneOptions){.apex = "z.",
                                          .primary = "ns.y.",
                                          .serial = serial,
                                          .negative_ttl_s = 60,
                                          .ttl_s = 300});
}

static void take_call(void *owner, int fd)
{
    Stage *stage = owner;

    stage->calls++;
    dns_connection_open(stage->primary, fd);
}

static void primary_comes(Stage *stage)
{
    seam_listen(PRIMARY, PORT, false, "dns", take_call, stage);
    stage->is_there = true;
}

static void primary_goes(Stage *stage)
{
    if (stage->is_there)
        seam_unlisten(PRIMARY, PORT, false);
    stage->is_there = false;
}

static void stage_open(Stage *stage)
{
    simulate();
    *stage = (Stage){.loop = loop_new(), .zone = new_zone(5), .copy = new_zone(1)};
    set_times(stage->zone);
    dns_zone_add(stage->zone, "tsb.z", DNS_CNAME, "mp1.z", 30, NULL);
    dns_zone_keep_history(stage->zone, 10);
    stage->primary = dns_server_new(&(DnsServerOptions){.loop = stage->loop, .site = "dns"});
    dns_server_add_zone(stage->primary, stage->zone);
    dns_server_add_key(stage->primary, &KEY);
    dns_server_allow_transfer(stage->primary, NULL, NULL);
    stage->server = dns_server_new(&(DnsServerOptions){.loop = stage->loop, .site = "dns"});
}

static void stage_close(Stage *stage)
{
    primary_goes(stage);
    dns_server_free(stage->server);
    dns_server_free(stage->primary);
    loop_wait(stage->loop, 10, NULL);
    dns_zone_free(stage->zone);
    dns_zone_free(stage->copy);
    loop_free(stage->loop);
}

/* lag_ms: as in the options; its copy is nobody's at first. */
static void follow(Stage *stage, const DnsKey *key, int64_t lag_ms)
{
    CHECK(dns_server_add_secondary(stage->server,
                                   &(DnsSecondaryOptions){.zone = stage->copy,
                                                          .ip = PRIMARY,
                                                          .port = PORT,
                                                          .key = key,
                                                          .lag_ms = lag_ms,
                                                          .is_empty = true},
                                   NULL));
    stage->secondary = stage->server->served[0]->secondary;
}

/* What the secondary answers for a name: a CNAME's target, an rcode, or "nothing". */
static const char *says(Stage *stage, Arena *arena)
{
    DnsMessage message = {.id = 7}, seen;
    Buffer bytes = {0}, reply = {0};
    const char *text = "malformed";

    dns_add(arena, &message, DNS_QUESTION,
            &(DnsRecord){.name = "tsb.z.", .type = DNS_CNAME, .class = DNS_IN});
    dns_encode(&message, 0, &bytes);
    dns_server_handle(stage->server, false, bytes.data, bytes.length, &reply);
    if (dns_parse(arena, arena_text_of(arena, reply.data, reply.length), reply.length, &seen, NULL))
        text = seen.rcode != DNS_NOERROR ? dns_rcode_name(seen.rcode)
               : seen.sections[DNS_ANSWER].count > 0
                   ? dns_data_text(arena, seen.sections[DNS_ANSWER].records)
                   : "nothing";
    buffer_release(&bytes);
    buffer_release(&reply);
    return text;
}

static void check_says(Stage *stage, const char *expected)
{
    Arena arena = {0};

    CHECK_TEXT(says(stage, &arena), expected);
    arena_release(&arena);
}

static uint32_t address_of(const char *ip)
{
    struct in_addr address;

    CHECK(inet_pton(AF_INET, ip, &address) == 1);
    return ntohl(address.s_addr);
}

/* ---- all goes well ---------------------------------------------------------------------------- */

static void test_follows(void)
{
    static const struct {
        const char *name;
        const DnsKey *key;
    } CASES[] = {
        {"unsigned", NULL},
        {"signed",   &KEY},
    };

    for (size_t i = 0; i < TEST_COUNT(CASES); i++) {
        Stage stage;

        stage_open(&stage);
        primary_comes(&stage);
        follow(&stage, CASES[i].key, 0);
        check_says(&stage, "SERVFAIL");
        loop_wait(stage.loop, 100, NULL);
        check_says(&stage, "mp1.z.");
        CHECK_INTEGER(dns_zone_serial(stage.copy), dns_zone_serial(stage.zone));
        dns_zone_point(stage.zone, "tsb.z", DNS_CNAME, "mp2.z", 30, NULL);
        loop_wait(stage.loop, REFRESH_S * 1000LL - 200, NULL);
        check_says(&stage, "mp1.z.");
        CHECK_INTEGER(stage.calls, 1);
        loop_wait(stage.loop, 400, NULL);
        check_says(&stage, "mp2.z.");
        CHECK_INTEGER(dns_zone_serial(stage.copy), dns_zone_serial(stage.zone));
        loop_wait(stage.loop, REFRESH_S * 1000LL, NULL); /* nothing new is an answer, too */
        CHECK_CASE(CASES[i].name, stage.calls == 3);
        check_says(&stage, "mp2.z.");
        stage_close(&stage);
    }
}

static void test_serial_decides(void)
{
    Stage stage;

    stage_open(&stage);
    primary_comes(&stage);
    follow(&stage, NULL, 0);
    loop_wait(stage.loop, 100, NULL);
    dns_zone_hold_serial(stage.zone, true);
    dns_zone_point(stage.zone, "tsb.z", DNS_CNAME, "mp2.z", 30, NULL);
    dns_zone_hold_serial(stage.zone, false);
    CHECK(dns_secondary_notify(stage.secondary, address_of(PRIMARY)));
    loop_wait(stage.loop, HOUR_MS, NULL);
    check_says(&stage, "mp1.z.");
    dns_zone_add(stage.zone, "new.z", DNS_A, "192.0.2.1", 30, NULL);
    loop_wait(stage.loop, HOUR_MS, NULL);
    check_says(&stage, "mp2.z."); /* the step that kept its serial comes along with the next */
    stage_close(&stage);
}

static void test_notices(void)
{
    Stage stage;

    stage_open(&stage);
    primary_comes(&stage);
    follow(&stage, NULL, 30000);
    loop_wait(stage.loop, 100, NULL);
    dns_zone_point(stage.zone, "tsb.z", DNS_CNAME, "mp2.z", 30, NULL);
    CHECK(!dns_secondary_notify(stage.secondary, address_of("127.0.3.2")));
    loop_wait(stage.loop, MINUTE_MS, NULL);
    check_says(&stage, "mp1.z.");
    CHECK(dns_secondary_notify(stage.secondary, address_of(PRIMARY)));
    loop_wait(stage.loop, 29000, NULL);
    check_says(&stage, "mp1.z.");
    loop_wait(stage.loop, 2000, NULL);
    check_says(&stage, "mp2.z.");
    stage_close(&stage);
}

/* A notice while it is busy is not forgotten: it goes again when it is done. */
static void test_notice_while_busy(void)
{
    Stage stage;

    stage_open(&stage);
    primary_comes(&stage);
    follow(&stage, NULL, 0);
    CHECK(dns_secondary_notify(stage.secondary, address_of(PRIMARY)));
    loop_wait(stage.loop, 100, NULL);
    CHECK_INTEGER(stage.calls, 2);
    check_says(&stage, "mp1.z.");
    stage_close(&stage);
}

/* ---- the primary goes away -------------------------------------------------------------------- */

static void test_retry_and_expiry(void)
{
    Stage stage;

    stage_open(&stage);
    primary_comes(&stage);
    follow(&stage, NULL, 0);
    loop_wait(stage.loop, 100, NULL);
    primary_goes(&stage);
    dns_zone_point(stage.zone, "tsb.z", DNS_CNAME, "mp2.z", 30, NULL);
    loop_wait(stage.loop, EXPIRE_S * 1000LL - 1000, NULL);
    check_says(&stage, "mp1.z.");
    loop_wait(stage.loop, 2000, NULL);
    check_says(&stage, "SERVFAIL");
    primary_comes(&stage);
    loop_wait(stage.loop, RETRY_S * 1000LL + 1000, NULL);
    check_says(&stage, "mp2.z.");
    CHECK_INTEGER(stage.calls, 2);
    stage_close(&stage);
}

/* With nothing to show it tries again at once, not when an SOA that it does not have would say. */
static void test_first_tries(void)
{
    Stage stage;

    stage_open(&stage);
    follow(&stage, NULL, 0);
    loop_wait(stage.loop, DAY_MS, NULL);
    check_says(&stage, "SERVFAIL");
    primary_comes(&stage);
    loop_wait(stage.loop, 1500, NULL);
    check_says(&stage, "mp1.z.");
    stage_close(&stage);
}

/* ---- the primary says what it should not ------------------------------------------------------ */

/* Answers each call with a script's bytes, then hangs up, or not. */
typedef struct {
    Stream *stream;
    const Buffer *bytes;
    bool hangs_up;
} Scripted;

typedef struct {
    Loop *loop;
    Buffer bytes;
    bool hangs_up;
    int calls;
} Script;

static void on_request(void *owner, const char *bytes, size_t length)
{
    Scripted *scripted = owner;

    (void)bytes;
    (void)length;
    stream_write(scripted->stream, scripted->bytes->data, scripted->bytes->length);
    if (scripted->hangs_up)
        stream_close(scripted->stream);
}

static void on_closed(void *owner)
{
    free(owner);
}

static void take_scripted(void *owner, int fd)
{
    static const StreamEvents EVENTS = {.on_data = on_request, .on_closed = on_closed};
    Script *script = owner;
    Scripted *scripted = MEMORY_NEW(Scripted);

    script->calls++;
    *scripted = (Scripted){.bytes = &script->bytes, .hangs_up = script->hangs_up};
    scripted->stream = stream_open(fd, &(StreamOptions){.loop = script->loop}, &EVENTS, scripted);
}

/* Records as "name type data", parted by bars: one message of an answer, with its length before it. */
static void write_transfer(Arena *arena, const char *records, int rcode, bool is_response,
                           Buffer *out_bytes)
{
    DnsMessage message = {.is_response = is_response, .rcode = (uint8_t)rcode};
    char *text = arena_text(arena, records), *rest = NULL;
    Buffer bytes = {0};

    for (char *line = strtok_r(text, "|", &rest); line; line = strtok_r(NULL, "|", &rest)) {
        char name[64], type[16];
        int used = 0;
        DnsRecord record = {.name = name, .ttl_s = 30};

        CHECK(sscanf(line, "%63s %15s %n", name, type, &used) == 2);
        CHECK(dns_data_parse(arena, dns_type_parse(type), line + used, &record, NULL));
        record.name = arena_text(arena, name);
        dns_add(arena, &message, DNS_ANSWER, &record);
    }
    dns_encode(&message, 0, &bytes);
    buffer_add_u16(out_bytes, (uint16_t)bytes.length);
    buffer_add(out_bytes, bytes.data, bytes.length);
    buffer_release(&bytes);
}

#define SOA(serial) "z. SOA ns.y. admin.y. " #serial " 3600 600 604800 60"

static const struct {
    const char *name, *records;
    int rcode;
    bool is_query, is_half, stays_open;
    const char *says;
} SCRIPT_CASES[] = {
    {"a zone",                    SOA(9) "|tsb.z. CNAME mp9.z.|" SOA(9),                     0, false, false, false, "mp9.z."},
    {"refused",                   "",                                                        5, false, false, false, "mp1.z."},
    {"a question",                SOA(9) "|" SOA(9),                                         0, true,  false, false, "mp1.z."},
    {"nothing",                   "",                                                        0, false, false, false, "mp1.z."},
    {"no SOA first",              "tsb.z. CNAME mp9.z.|" SOA(9),                             0, false, false, false, "mp1.z."},
    {"no SOA last",               SOA(9) "|tsb.z. CNAME mp9.z.",                             0, false, false, false, "mp1.z."},
    {"more after the last",       SOA(9) "|tsb.z. CNAME mp9.z.|" SOA(9) "|a.z. A 192.0.2.1", 0, false,
     false,                                                                                                   false, "mp1.z."},
    {"a name of another zone",    SOA(9) "|tsb.y. CNAME mp9.z.|" SOA(9),                     0, false, false, false,
     "mp1.z."                                                                                                                },
    {"steps from another serial", SOA(9) "|" SOA(7) "|" SOA(9) "|" SOA(9),                   0, false, false, false,
     "mp1.z."                                                                                                                },
    {"half of it, and the end",   SOA(9) "|tsb.z. CNAME mp9.z.|" SOA(9),                     0, false, true,  false,
     "mp1.z."                                                                                                                },
    {"half of it, and silence",   SOA(9) "|tsb.z. CNAME mp9.z.|" SOA(9),                     0, false, true,  true,
     "mp1.z."                                                                                                                },
};

/* Whatever came, the zone is as it was, and the next try is a new one. */
static void test_scripts(void)
{
    for (size_t i = 0; i < TEST_COUNT(SCRIPT_CASES); i++) {
        Stage stage;
        Arena arena = {0};
        Script script = {.hangs_up = !SCRIPT_CASES[i].stays_open};

        stage_open(&stage);
        script.loop = stage.loop;
        primary_comes(&stage);
        follow(&stage, NULL, 0);
        loop_wait(stage.loop, 100, NULL);
        primary_goes(&stage);
        write_transfer(&arena, SCRIPT_CASES[i].records, SCRIPT_CASES[i].rcode,
                       !SCRIPT_CASES[i].is_query, &script.bytes);
        if (SCRIPT_CASES[i].is_half)
            script.bytes.length /= 2;
        seam_listen(PRIMARY, PORT, false, "dns", take_scripted, &script);
        loop_wait(stage.loop, HOUR_MS + MINUTE_MS, NULL);
        if (!CHECK_INTEGER(script.calls, 1))
            CHECK_CASE(SCRIPT_CASES[i].name, false);
        CHECK_TEXT(says(&stage, &arena), SCRIPT_CASES[i].says);
        seam_unlisten(PRIMARY, PORT, false);
        primary_comes(&stage);
        dns_zone_add(stage.zone, "new.z", DNS_A, "192.0.2.1", 30, NULL);
        loop_wait(stage.loop, RETRY_S * 1000LL, NULL);
        CHECK_CASE(SCRIPT_CASES[i].name, strcmp(SCRIPT_CASES[i].says, "mp1.z.") != 0 ||
                                             dns_zone_find(stage.copy, "new.z.", DNS_A) != NULL);
        stage_close(&stage);
        buffer_release(&script.bytes);
        arena_release(&arena);
    }
}

/* What is not signed with the key that the two share is nobody's word. */
static void test_signatures(void)
{
    Stage stage;
    Arena arena = {0};
    Script script = {.hangs_up = true};

    stage_open(&stage);
    script.loop = stage.loop;
    write_transfer(&arena, SOA(9) "|tsb.z. CNAME mp9.z.|" SOA(9), 0, true, &script.bytes);
    seam_listen(PRIMARY, PORT, false, "dns", take_scripted, &script);
    follow(&stage, &KEY, 0);
    loop_wait(stage.loop, MINUTE_MS, NULL);
    CHECK(script.calls > 10);
    check_says(&stage, "SERVFAIL");
    seam_unlisten(PRIMARY, PORT, false);
    stage_close(&stage);

    stage_open(&stage);
    primary_comes(&stage);
    follow(&stage, &OTHER, 0);
    loop_wait(stage.loop, MINUTE_MS, NULL);
    check_says(&stage, "SERVFAIL");
    stage_close(&stage);
    buffer_release(&script.bytes);
    arena_release(&arena);
}

/* ---- what cannot be followed ------------------------------------------------------------------ */

static void test_refused_options(void)
{
    static const struct {
        const char *name, *ip, *message;
        DnsKey key;
    } CASES[] = {
        {"not loopback",   "192.0.2.1", "192.0.2.1 is not an address in 127.0.0.0/8", {0}},
        {"no address",     "ns1",       "ns1 is not an address in 127.0.0.0/8",       {0}},
        {"no such digest",
         "127.0.3.1",                   NULL,
         {.name = "k.", .secret = "c2VjcmV0", .algorithm = "hmac-crc32"}                 },
    };

    for (size_t i = 0; i < TEST_COUNT(CASES); i++) {
        Stage stage;
        Error err = {0};
        DnsSecondaryOptions options = {.ip = CASES[i].ip, .port = PORT};

        stage_open(&stage);
        options.zone = stage.copy;
        options.key = CASES[i].key.name ? &CASES[i].key : NULL;
        CHECK_CASE(CASES[i].name, !dns_server_add_secondary(stage.server, &options, &err));
        CHECK_INTEGER(err.code, ERR_INPUT);
        if (CASES[i].message != NULL)
            CHECK_TEXT(err.message, CASES[i].message);
        CHECK_INTEGER(stage.server->served_count, 0);
        stage_close(&stage);
    }
}

TEST_SUITE("sim/seam/secondary", {"follows its primary", test_follows},
           {"goes by the serial", test_serial_decides}, {"notices, and a lag", test_notices},
           {"a notice while it is busy", test_notice_while_busy},
           {"retry and expiry", test_retry_and_expiry}, {"the first tries", test_first_tries},
           {"answers that are none", test_scripts}, {"signatures", test_signatures},
           {"options that are refused", test_refused_options});
