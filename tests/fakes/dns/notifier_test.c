/*
 * tests/fakes/dns/notifier_test.c - who is told that a zone changed, in which words, and how often.
 *
 * Over real sockets: the secondary is one that this test reads and answers with.
 */
#include "fakes/dns/notifier.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <arpa/inet.h>
#include <sys/socket.h>

#include "fakes/dns/data.h"
#include "tests/test.h"

enum { AGAIN_MS = 20, MESSAGE_MAX = 512, TELLINGS = 5 };

/* Somebody to be told. */
typedef struct {
    int fd;
    uint16_t port;
} Ear;

typedef struct {
    Loop *loop;
    DnsZone *zone;
    DnsServer *server;
    Arena arena;
    DnsMessage heard; /* the last message, as it was read */
    struct sockaddr_in speaker;
} Stage;

static Ear ear_open(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    Ear ear = {.fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};

    CHECK(bind(ear.fd, (struct sockaddr *)&address, sizeof address) == 0);
    CHECK(getsockname(ear.fd, (struct sockaddr *)&address, &length) == 0);
    ear.port = ntohs(address.sin_port);
    return ear;
}

static void stage_open(Stage *stage)
{
    *stage = (Stage){.loop = loop_new()};
    stage->zone = dns_zone_new(
        &(DnsZoneOptions){.apex = "z.", .primary = "ns.y.", .serial = 5, .ttl_s = 300});
    stage->server = dns_server_new(&(DnsServerOptions){.loop = stage->loop, .site = "dns"});
    dns_server_add_zone(stage->server, stage->zone);
}

static void stage_close(Stage *stage)
{
    dns_server_free(stage->server);
    loop_wait(stage->loop, 1, NULL);
    dns_zone_free(stage->zone);
    arena_release(&stage->arena);
    loop_free(stage->loop);
}

static void tell(Stage *stage, const Ear *ear)
{
    Error err = {0};

    CHECK(dns_server_add_notified(stage->server,
                                  &(DnsNotifiedOptions){.from = "127.0.0.2",
                                                        .ip = "127.0.0.1",
                                                        .port = ear->port,
                                                        .again_ms = AGAIN_MS},
                                  &err));
    CHECK_TEXT(err.message, "");
}

static void change(Stage *stage, const char *target)
{
    CHECK(dns_zone_point(stage->zone, "tsb.z", DNS_CNAME, target, 30, NULL));
}

/* Waits for the next message; false if none comes for a good while. */
static bool hear(Stage *stage, const Ear *ear)
{
    char bytes[MESSAGE_MAX];
    socklen_t length = sizeof stage->speaker;
    ssize_t got = -1;

    for (int i = 0; i < 2000 && got < 0; i++) {
        got =
            recvfrom(ear->fd, bytes, sizeof bytes, 0, (struct sockaddr *)&stage->speaker, &length);
        if (got < 0)
            loop_wait(stage->loop, 1, NULL);
    }
    return got > 0 &&
           CHECK(dns_parse(&stage->arena, arena_text_of(&stage->arena, bytes, (size_t)got),
                           (size_t)got, &stage->heard, NULL));
}

/* True if nothing more has come after time enough for one. */
static bool is_quiet(Stage *stage, const Ear *ear)
{
    char bytes[MESSAGE_MAX];

    loop_wait(stage->loop, 10 * (int64_t)AGAIN_MS, NULL);
    return recv(ear->fd, bytes, sizeof bytes, 0) < 0 && errno == EAGAIN;
}

static void answer(const Stage *stage, const Ear *ear, uint16_t id)
{
    DnsMessage message = {.id = id, .opcode = DNS_NOTIFY, .is_response = true};
    Buffer bytes = {0};

    dns_encode(&message, 0, &bytes);
    CHECK(sendto(ear->fd, bytes.data, bytes.length, 0, (const struct sockaddr *)&stage->speaker,
                 sizeof stage->speaker) > 0);
    buffer_release(&bytes);
}

static void test_words(void)
{
    Stage stage;
    Ear ear = ear_open();
    const DnsRecord *asked, *told;

    stage_open(&stage);
    tell(&stage, &ear);
    CHECK(is_quiet(&stage, &ear));
    change(&stage, "mp1.z");
    if (CHECK(hear(&stage, &ear))) {
        asked = stage.heard.sections[DNS_QUESTION].records;
        told = stage.heard.sections[DNS_ANSWER].records;
        CHECK_INTEGER(stage.heard.opcode, DNS_NOTIFY);
        CHECK(stage.heard.is_authoritative && !stage.heard.is_response);
        CHECK_INTEGER(stage.heard.sections[DNS_QUESTION].count, 1);
        CHECK_TEXT(asked->name, "z.");
        CHECK_INTEGER(asked->type, DNS_SOA);
        CHECK_INTEGER(stage.heard.sections[DNS_ANSWER].count, 1);
        CHECK_INTEGER(dns_soa_serial(told), 6);
        CHECK_INTEGER(ntohl(stage.speaker.sin_addr.s_addr), 0x7f000002);
    }
    stage_close(&stage);
    close(ear.fd);
}

/* Who does not answer is told five times; an answer to something else is none. */
static void test_five_times(void)
{
    Stage stage;
    Ear ear = ear_open();

    stage_open(&stage);
    tell(&stage, &ear);
    change(&stage, "mp1.z");
    for (int i = 0; i < TELLINGS; i++) {
        CHECK(hear(&stage, &ear));
        answer(&stage, &ear, (uint16_t)(stage.heard.id + 1));
    }
    CHECK(is_quiet(&stage, &ear));
    stage_close(&stage);
    close(ear.fd);
}

static void test_answered(void)
{
    Stage stage;
    Ear ear = ear_open();
    uint16_t id;
    int late = 0;

    stage_open(&stage);
    tell(&stage, &ear);
    change(&stage, "mp1.z");
    CHECK(hear(&stage, &ear));
    id = stage.heard.id;
    answer(&stage, &ear, id);
    while (!is_quiet(&stage, &ear)) /* one may have been under way */
        late++;
    CHECK(late < TELLINGS - 1);
    change(&stage, "mp2.z"); /* the next change is told anew, as another message */
    CHECK(hear(&stage, &ear));
    CHECK(stage.heard.id != id);
    CHECK_INTEGER(dns_soa_serial(stage.heard.sections[DNS_ANSWER].records), 7);
    stage_close(&stage);
    close(ear.fd);
}

/* A change while it still tells of the last one: the new serial, five times from the start. */
static void test_change_meanwhile(void)
{
    Stage stage;
    Ear ear = ear_open();

    stage_open(&stage);
    tell(&stage, &ear);
    change(&stage, "mp1.z");
    CHECK(hear(&stage, &ear));
    CHECK(hear(&stage, &ear));
    change(&stage, "mp2.z");
    do
        CHECK(hear(&stage, &ear));
    while (dns_soa_serial(stage.heard.sections[DNS_ANSWER].records) == 6);
    for (int i = 1; i < TELLINGS; i++)
        CHECK(hear(&stage, &ear));
    CHECK_INTEGER(dns_soa_serial(stage.heard.sections[DNS_ANSWER].records), 7);
    CHECK(is_quiet(&stage, &ear));
    stage_close(&stage);
    close(ear.fd);
}

static void test_everybody(void)
{
    Stage stage;
    Ear ears[] = {ear_open(), ear_open()};

    stage_open(&stage);
    for (size_t i = 0; i < TEST_COUNT(ears); i++)
        tell(&stage, &ears[i]);
    change(&stage, "mp1.z");
    for (size_t i = 0; i < TEST_COUNT(ears); i++)
        CHECK(hear(&stage, &ears[i]));
    stage_close(&stage); /* in the middle of it */
    for (size_t i = 0; i < TEST_COUNT(ears); i++)
        close(ears[i].fd);
}

static void test_refused(void)
{
    static const struct {
        const char *from, *ip, *message;
    } CASES[] = {
        {"127.0.0.1", "192.0.2.1", "192.0.2.1 is not an address in 127.0.0.0/8"},
        {"192.0.2.1", "127.0.0.1", "192.0.2.1 is not an address in 127.0.0.0/8"},
        {"127.0.0.1", "ns2",       "ns2 is not an address in 127.0.0.0/8"      },
    };

    for (size_t i = 0; i < TEST_COUNT(CASES); i++) {
        Stage stage;
        Error err = {0};

        stage_open(&stage);
        CHECK(!dns_server_add_notified(stage.server,
                                       &(DnsNotifiedOptions){.from = CASES[i].from,
                                                             .ip = CASES[i].ip,
                                                             .port = 53},
                                       &err));
        CHECK_INTEGER(err.code, ERR_INPUT);
        CHECK_TEXT(err.message, CASES[i].message);
        stage_close(&stage);
    }
}

TEST_SUITE("fakes/dns/notifier", {"what is said", test_words},
           {"five times at most", test_five_times}, {"until it is answered", test_answered},
           {"a change meanwhile", test_change_meanwhile}, {"everybody", test_everybody},
           {"addresses that are refused", test_refused});
