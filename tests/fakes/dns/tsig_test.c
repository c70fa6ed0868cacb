/*
 * tests/fakes/dns/tsig_test.c - signatures: a recorded session of nsupdate with BIND, byte by byte, and ones that must not hold.
 */
#include "fakes/dns/tsig.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/json.h"
#include "fakes/dns/exchange.h"
#include "tests/test.h"

static size_t read_hex(const char *hex, uint8_t *out_bytes)
{
    size_t length = strlen(hex) / 2;

    for (size_t i = 0; i < length; i++) {
        char digits[3] = {hex[2 * i], hex[2 * i + 1], '\0'};

        out_bytes[i] = (uint8_t)strtoul(digits, NULL, 16);
    }
    return length;
}

static cJSON *read_recording(void)
{
    char *text = NULL;
    size_t length;
    cJSON *json = NULL;

    CHECK(file_read("tests/fakes/dns/data/nsupdate_bind.json", &text, &length, NULL));
    CHECK(text != NULL && json_parse(text, length, &json, NULL));
    free(text);
    return json;
}

/* The zone that BIND had when the session was recorded. */
static DnsZone *make_zone(void)
{
    DnsZone *zone = dns_zone_new(&(DnsZoneOptions){.apex = "tsb.example.com",
                                                   .primary = "ns1.tsb.example.com",
                                                   .serial = 1,
                                                   .negative_ttl_s = 60,
                                                   .ttl_s = 300});

    dns_zone_add(zone, "ns1.tsb.example.com", DNS_A, "127.0.0.1", 300, NULL);
    dns_zone_add(zone, "ns2.tsb.example.com", DNS_A, "127.0.0.2", 300, NULL);
    dns_zone_add(zone, "tsb.example.com", DNS_NS, "ns2.tsb.example.com", 300, NULL);
    dns_zone_add(zone, "active.tsb.example.com", DNS_CNAME, "mp1.tsb.example.com", 30, NULL);
    dns_zone_add(zone, "mp1.tsb.example.com", DNS_A, "192.0.2.10", 60, NULL);
    dns_zone_add(zone, "mp2.tsb.example.com", DNS_A, "192.0.2.20", 60, NULL);
    dns_zone_add(zone, "txt.tsb.example.com", DNS_TXT, "heritage=external-dns", 300, NULL);
    CHECK(
        dns_zone_point(zone, "tsb.example.com", DNS_SOA,
                       "ns1.tsb.example.com. hostmaster.example.com. 2026112001 3600 600 86400 60",
                       300, NULL));
    return zone;
}

/* When BIND answered: what its signature says, else what the request's says. */
static int64_t time_of(Arena *arena, const uint8_t *bytes, size_t length)
{
    DnsMessage message;
    DnsTsig tsig;

    if (!CHECK(dns_parse(arena, bytes, length, &message, NULL)) || message.tsig == NULL ||
        !CHECK(dns_tsig_parse(arena, message.tsig, &tsig)))
        return 0;
    return (int64_t)tsig.time_s;
}

static void replay(DnsServer *server, const DnsZone *zone, const cJSON *exchange)
{
    const char *name = json_string(exchange, "name");
    uint8_t request[1024], reply[1024];
    size_t request_length = read_hex(json_string(exchange, "request"), request);
    size_t reply_length = read_hex(json_string(exchange, "reply"), reply);
    Arena arena = {0};
    DnsArrival arrival = {.bytes = request, .length = request_length};
    DnsAnswer answer;

    arrival.wall_ms = time_of(&arena, reply, reply_length) * 1000 + 999;
    dns_exchange(server, &arrival, &answer);
    CHECK_CASE(name, answer.bytes.length == reply_length);
    CHECK_CASE(name, answer.bytes.length == reply_length &&
                         memcmp(answer.bytes.data, reply, reply_length) == 0);
    CHECK_CASE(name, dns_zone_serial(zone) == (uint32_t)json_integer_or(exchange, "serial", 0));
    buffer_release(&answer.bytes);
    arena_release(&arena);
}

static void test_recorded_session(void)
{
    cJSON *recording = read_recording();
    const cJSON *exchange;
    DnsZone *zone = make_zone();
    DnsServer *server = dns_server_new(&(DnsServerOptions){.site = "dns"});

    dns_server_add_zone(server, zone);
    dns_server_add_key(server, &(DnsKey){.name = json_string(recording, "key"),
                                         .secret = json_string(recording, "secret")});
    CHECK_INTEGER(cJSON_GetArraySize(json_find(recording, "exchanges")), 27);
    cJSON_ArrayForEach(exchange, json_find(recording, "exchanges")) replay(server, zone, exchange);
    dns_server_free(server);
    dns_zone_free(zone);
    cJSON_Delete(recording);
}

/* ---- ones that we sign ourselves --------------------------------------------------------------- */

static const char SECRET[] = "c2VjcmV0IG9mIHRoZSB0ZXN0cw==", OTHER[] = "b3RoZXIgc2VjcmV0";
enum { NOW_S = 1800000000 };

/* A signed question, and what is wrong with it. */
typedef struct {
    const char *name;
    const char *key, *algorithm, *secret;
    int64_t off_s;  /* the client's clock against ours */
    size_t mac_cut; /* bytes taken off the end of the MAC */
    size_t flip;    /* a byte of the message that is changed on the way, from its end; 0: none */
    int verdict;
    bool is_answer_signed;
} SignCase;

static const SignCase SIGN_CASES[] = {
    {"good",                             "k.",      "hmac-sha256",  SECRET, 0,    0,  0, DNS_NOERROR,  true },
    {"in capitals",                      "K.",      "HMAC-SHA256",  SECRET, 0,    0,  0, DNS_NOERROR,  true },
    {"with SHA-384",                     "k384.",   "hmac-sha384",  SECRET, 0,    0,  0, DNS_NOERROR,  true },
    {"with SHA-512",                     "k512.",   "hmac-sha512.", SECRET, 0,    0,  0, DNS_NOERROR,  true },
    {"a key nobody knows",               "nobody.", "hmac-sha256",  SECRET, 0,    0,  0, DNS_BADKEY,   false},
    {"the algorithm of another key",     "k.",      "hmac-sha512",  SECRET, 0,    0,  0, DNS_BADKEY,   false},
    {"another secret",                   "k.",      "hmac-sha256",  OTHER,  0,    0,  0, DNS_BADSIG,   false},
    {"a MAC changed on the way",         "k.",      "hmac-sha256",  SECRET, 0,    0,  7, DNS_BADSIG,   false},
    {"a clock just right",               "k.",      "hmac-sha256",  SECRET, 300,  0,  0, DNS_NOERROR,  true },
    {"a clock just right, behind",       "k.",      "hmac-sha256",  SECRET, -300, 0,  0, DNS_NOERROR,  true },
    {"a clock ahead",                    "k.",      "hmac-sha256",  SECRET, 301,  0,  0, DNS_BADTIME,  true },
    {"a clock behind",                   "k.",      "hmac-sha256",  SECRET, -301, 0,  0, DNS_BADTIME,  true },
    {"another secret and a wrong clock", "k.",      "hmac-sha256",  OTHER,  301,  0,  0, DNS_BADSIG,   false},
    {"half a MAC",                       "k.",      "hmac-sha256",  SECRET, 0,    16, 0, DNS_BADTRUNC, true },
    {"less than half a MAC",             "k.",      "hmac-sha256",  SECRET, 0,    17, 0, DNS_FORMERR,  false},
    {"no MAC",                           "k.",      "hmac-sha256",  SECRET, 0,    32, 0, DNS_BADSIG,   false},
};

static void make_question(Arena *arena, Buffer *out_bytes)
{
    DnsMessage message = {.id = 77};

    dns_add(arena, &message, DNS_QUESTION,
            &(DnsRecord){.name = "a.z.", .type = DNS_A, .class = DNS_IN});
    dns_encode(&message, 0, out_bytes);
}

static void put_u16(uint8_t *bytes, size_t value)
{
    bytes[0] = (uint8_t)(value >> 8);
    bytes[1] = (uint8_t)value;
}

/* RFC 8945, section 4.3.3, put together by hand here, so that what the server takes apart was not made by itself. */
static void sign_question(const SignCase *c, Buffer *bytes)
{
    DnsSigner signer;
    Buffer variables = {0};
    uint8_t name[16], algorithm[32], mac[64];
    size_t name_length = 0, algorithm_length, mac_length = 0, data_at;
    int64_t time_s = NOW_S + c->off_s;

    for (size_t i = 0; c->key[i] != '\0'; i++)
        name[1 + i] = (uint8_t)(c->key[i] >= 'A' && c->key[i] <= 'Z' ? c->key[i] + 32 : c->key[i]);
    name_length = strlen(c->key) - 1;
    name[0] = (uint8_t)name_length;
    name[1 + name_length] = 0;
    name_length += 2;
    algorithm_length = strcspn(c->algorithm, ".");
    algorithm[0] = (uint8_t)algorithm_length;
    for (size_t i = 0; i < algorithm_length; i++)
        algorithm[1 + i] =
            (uint8_t)(c->algorithm[i] >= 'A' && c->algorithm[i] <= 'Z' ? c->algorithm[i] + 32
                                                                       : c->algorithm[i]);
    algorithm[1 + algorithm_length] = 0;
    algorithm_length += 2;
    buffer_add(&variables, name, name_length);
    buffer_add(&variables, "\0\xff\0\0\0\0", 6);
    buffer_add(&variables, algorithm, algorithm_length);
    buffer_add_u16(&variables, (uint16_t)(time_s >> 32));
    buffer_add_u32(&variables, (uint32_t)time_s);
    buffer_add(&variables, "\x01\x2c\0\0\0\0", 6);
    CHECK(dns_signer_init(&signer,
                          &(DnsKey){.name = c->key, .secret = c->secret, .algorithm = c->algorithm},
                          NULL));
    EVP_MAC_init(signer.mac, NULL, 0, NULL);
    EVP_MAC_update(signer.mac, (const unsigned char *)bytes->data, bytes->length);
    EVP_MAC_update(signer.mac, (const unsigned char *)variables.data, variables.length);
    EVP_MAC_final(signer.mac, mac, &mac_length, sizeof mac);
    mac_length -= c->mac_cut;

    buffer_add_byte(bytes, (uint8_t)strlen(c->key) - 1);
    buffer_add(bytes, c->key, strlen(c->key) - 1);
    buffer_add(bytes, "\0\0\xfa\0\xff\0\0\0\0\0\0", 11);
    data_at = bytes->length;
    buffer_add(bytes, algorithm, algorithm_length);
    buffer_add(bytes, variables.data + name_length + 6 + algorithm_length, 8);
    buffer_add_u16(bytes, (uint16_t)mac_length);
    buffer_add(bytes, mac, mac_length);
    buffer_add(bytes, "\0\x4d\0\0\0\0", 6);
    put_u16((uint8_t *)bytes->data + data_at - 2, bytes->length - data_at);
    put_u16((uint8_t *)bytes->data + 10, 1);
    if (c->flip > 0)
        bytes->data[bytes->length - c->flip] ^= 1;
    buffer_release(&variables);
    dns_signer_release(&signer);
}

static DnsServer *make_server(DnsZone *zone)
{
    DnsServer *server = dns_server_new(&(DnsServerOptions){.site = "dns"});

    dns_server_add_zone(server, zone);
    dns_server_add_key(server, &(DnsKey){.name = "k", .secret = SECRET});
    dns_server_add_key(server,
                       &(DnsKey){.name = "K384.", .secret = SECRET, .algorithm = "hmac-sha384"});
    dns_server_add_key(server,
                       &(DnsKey){.name = "k512", .secret = SECRET, .algorithm = "HMAC-SHA512."});
    return server;
}

static void check_sign_case(DnsServer *server, const SignCase *c)
{
    Arena arena = {0};
    Buffer question = {0};
    DnsAnswer answer;
    DnsMessage seen;
    DnsTsig tsig = {0};
    int expected = c->verdict == DNS_NOERROR   ? DNS_NOERROR
                   : c->verdict == DNS_FORMERR ? DNS_FORMERR
                                               : DNS_NOTAUTH;

    make_question(&arena, &question);
    sign_question(c, &question);
    dns_exchange(server,
                 &(DnsArrival){.bytes = (const uint8_t *)question.data,
                               .length = question.length,
                               .wall_ms = INT64_C(1000) * NOW_S},
                 &answer);
    if (CHECK_CASE(c->name,
                   dns_parse(&arena, answer.bytes.data, answer.bytes.length, &seen, NULL))) {
        CHECK_CASE(c->name, seen.rcode == expected);
        CHECK_CASE(c->name, seen.sections[DNS_ANSWER].count == (expected == DNS_NOERROR));
        CHECK_CASE(c->name, seen.tsig != NULL);
        if (seen.tsig != NULL && CHECK(dns_tsig_parse(&arena, seen.tsig, &tsig))) {
            CHECK_CASE(c->name,
                       tsig.error == (c->verdict == DNS_FORMERR ? DNS_BADSIG : c->verdict));
            CHECK_CASE(c->name, (tsig.mac_length > 0) == c->is_answer_signed);
            CHECK_CASE(c->name, tsig.other_length == (c->verdict == DNS_BADTIME ? 6 : 0));
            CHECK_CASE(c->name, tsig.time_s ==
                                    (uint64_t)(NOW_S + (c->verdict == DNS_BADTIME ? c->off_s : 0)));
        }
    }
    buffer_release(&question);
    buffer_release(&answer.bytes);
    arena_release(&arena);
}

static void test_signatures(void)
{
    DnsZone *zone = dns_zone_new(
        &(DnsZoneOptions){.apex = "z.", .primary = "ns.z.", .serial = 1, .negative_ttl_s = 1});
    DnsServer *server = make_server(zone);

    CHECK(dns_zone_add(zone, "a.z", DNS_A, "192.0.2.1", 1, NULL));
    for (size_t i = 0; i < TEST_COUNT(SIGN_CASES); i++)
        check_sign_case(server, &SIGN_CASES[i]);
    dns_server_free(server);
    dns_zone_free(zone);
}

static const struct {
    const char *name;
    DnsKey key;
    bool is_taken;
} KEY_CASES[] = {
    {"the default",         {"k", "c2VjcmV0", NULL},           true },
    {"SHA-512",             {"k.", "c2VjcmV0", "hmac-sha512"}, true },
    {"MD5",                 {"k.", "c2VjcmV0", "hmac-md5"},    true },
    {"SHA-3",               {"k.", "c2VjcmV0", "hmac-sha3"},   false},
    {"no algorithm at all", {"k.", "c2VjcmV0", ""},            false},
    {"no name",             {"", "c2VjcmV0", NULL},            false},
    {"no base64",           {"k.", "not-base64!", NULL},       false},
    {"an empty secret",     {"k.", "", NULL},                  false},
};

static void test_keys(void)
{
    for (size_t i = 0; i < TEST_COUNT(KEY_CASES); i++) {
        DnsSigner signer;
        Error err = {0};
        bool ok = dns_signer_init(&signer, &KEY_CASES[i].key, &err);

        CHECK_CASE(KEY_CASES[i].name, ok == KEY_CASES[i].is_taken);
        if (!ok) {
            CHECK_INTEGER(err.code, ERR_INPUT);
            CHECK(strstr(err.message, "not-base64!") == NULL);
        }
        dns_signer_release(&signer);
    }
}

static void test_malformed(void)
{
    cJSON *recording = read_recording();
    uint8_t bytes[1024];
    size_t length = read_hex(json_string(recording, "exchanges/0/request"), bytes);
    Arena arena = {0};
    DnsMessage message;
    DnsTsig tsig;

    if (CHECK(dns_parse(&arena, bytes, length, &message, NULL)) && CHECK(message.tsig != NULL)) {
        DnsRecord cut = *message.tsig;

        CHECK(dns_tsig_parse(&arena, &cut, &tsig));
        while (cut.length-- > 0)
            CHECK(!dns_tsig_parse(&arena, &cut, &tsig));
    }
    arena_release(&arena);
    cJSON_Delete(recording);
}

TEST_SUITE("fakes/dns/tsig", {"nsupdate and BIND, recorded", test_recorded_session},
           {"signatures that hold and that do not", test_signatures},
           {"keys that are taken and that are not", test_keys},
           {"cut at every length", test_malformed});
