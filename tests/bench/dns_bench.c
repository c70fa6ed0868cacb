/*
 * tests/bench/dns_bench.c - how fast the fake name server answers, and takes signed updates, on one core.
 *
 * The server runs in a process of its own, the client in another, each on a core of its own where there are two. What else the
 * machine does takes wall time away from both, so that answers per second of the server's own CPU time stand beside those per second.
 * The aim: 80 000 answers and 5 000 updates per second.
 */
#include <arpa/inet.h>
#include <assert.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "fakes/dns/server.h"

enum { WINDOW = 64, SECONDS = 3, HANDLED = 200000, BATCH = 64, MESSAGE_MAX = 512 };

static const char ZONE[] = "$TTL 300\n"
                           "@ SOA ns1 hostmaster 1 3600 600 86400 60\n"
                           "@ NS ns1\n"
                           "ns1 A 127.0.0.1\n"
                           "active 30 CNAME mp1\n"
                           "mp1 60 A 192.0.2.10\n";
static const DnsKey KEY = {.name = "k.", .secret = "YmVuY2ggaGFzIG5vIHNlY3JldHM="};

typedef struct {
    const char *name, *figures;
    void (*write)(Buffer *out, int number);
} Load;

static void stay_on(int core)
{
    cpu_set_t set;

    CPU_ZERO(&set);
    CPU_SET(core, &set);
    sched_setaffinity(0, sizeof set, &set);
}

static DnsServer *new_server(Loop *loop, DnsZone **out_zone)
{
    static const uint8_t SECRET[16] = "sixteen letters";
    DnsServer *server =
        dns_server_new(&(DnsServerOptions){.loop = loop, .site = "dns", .cookie_secret = SECRET});
    bool ok = dns_zone_load(ZONE, sizeof ZONE - 1, "zone", "tsb.example.com", out_zone, NULL);

    assert(ok);
    (void)ok;
    dns_server_add_zone(server, *out_zone);
    dns_server_add_key(server, &KEY);
    return server;
}

/* ---- what is asked ---------------------------------------------------------------------------- */

static void write_question(Buffer *out, int number)
{
    DnsRecord question = {.name = "active.tsb.example.com.", .type = DNS_A, .class = DNS_IN};
    DnsMessage message = {.id = (uint16_t)number, .has_edns = true, .udp_size = 1232};

    message.sections[DNS_QUESTION].records = &question;
    message.sections[DNS_QUESTION].count = 1;
    dns_encode(&message, 0, out);
}

/* Points the floating name elsewhere, to and fro, signed. */
static void write_update(Buffer *out, int number)
{
    static DnsSigner signer;
    static bool is_ready;
    uint8_t mac[DNS_MAC_MAX];
    DnsMessage message = {.id = (uint16_t)number, .opcode = DNS_UPDATE};
    DnsRecord zone = {.name = "tsb.example.com.", .type = DNS_SOA, .class = DNS_IN};
    DnsRecord updates[] = {
        {.name = "active.tsb.example.com.", .type = DNS_CNAME, .class = DNS_CLASS_ANY},
        {.name = "active.tsb.example.com.",                                 .ttl_s = 30                 },
    };
    Arena arena = {0};

    is_ready = is_ready || dns_signer_init(&signer, &KEY, NULL);
    dns_data_parse(&arena, DNS_CNAME, number % 2 ? "mp1.tsb.example.com." : "mp2.tsb.example.com.",
                   &updates[1], NULL);
    message.sections[DNS_QUESTION].records = &zone;
    message.sections[DNS_QUESTION].count = 1;
    message.sections[DNS_AUTHORITY].records = updates;
    message.sections[DNS_AUTHORITY].count = 2;
    dns_encode(&message, 0, out);
    dns_tsig_request(out, &signer, clock_wall_ms() / 1000, mac);
    arena_release(&arena);
}

/* Of a process; 0: this one. */
static double cpu_s(pid_t process)
{
    clockid_t id = CLOCK_PROCESS_CPUTIME_ID;
    struct timespec spent = {0};

    if (process == 0 || clock_getcpuclockid(process, &id) == 0)
        clock_gettime(id, &spent);
    return (double)spent.tv_sec + (double)spent.tv_nsec / 1e9;
}

/* ---- without a socket ------------------------------------------------------------------------- */

static void measure_handling(const Load *load)
{
    DnsZone *zone;
    DnsServer *server = new_server(NULL, &zone);
    Buffer questions[BATCH] = {0}, reply = {0};
    double start_s;

    for (int i = 0; i < BATCH; i++)
        load->write(&questions[i], i);
    start_s = cpu_s(0);
    for (int i = 0; i < HANDLED; i++)
        dns_server_handle(server, false, questions[i % BATCH].data, questions[i % BATCH].length,
                          &reply);
    printf("dns: %s, without a socket: %.0f ns of CPU\n", load->name,
           (cpu_s(0) - start_s) * 1e9 / HANDLED);
    for (int i = 0; i < BATCH; i++)
        buffer_release(&questions[i]);
    buffer_release(&reply);
    dns_server_free(server);
    dns_zone_free(zone);
}

/* ---- over UDP --------------------------------------------------------------------------------- */

static bool is_asked_to_stop(void *owner)
{
    (void)owner;
    return false;
}

static void serve(uint16_t port)
{
    Loop *loop = loop_new();
    DnsZone *zone;
    DnsServer *server = new_server(loop, &zone);
    Error err = {0};

    stay_on(0);
    if (!dns_server_bind_udp(server, "127.0.0.1", port, &err))
        fprintf(stderr, "dns: %s\n", err.message);
    else
        loop_run_until(loop, is_asked_to_stop, NULL);
    exit(1);
}

static int dial(uint16_t port)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons(port),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    struct timeval patience = {.tv_usec = 100000};

    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    if (connect(fd, (struct sockaddr *)&address, sizeof address) != 0)
        abort();
    return fd;
}

/* Sends so many questions, from number on. */
static void send_questions(int fd, const Load *load, int number, int count)
{
    for (int i = 0; i < count; i++) {
        Buffer question = {0};

        load->write(&question, number + i);
        send(fd, question.data, question.length, 0);
        buffer_release(&question);
    }
}

/* How many answers came, at least one if any came in time. */
static int take_answers(int fd)
{
    char bytes[BATCH][MESSAGE_MAX];
    struct iovec parts[BATCH];
    struct mmsghdr messages[BATCH] = {0};
    int count;

    for (int i = 0; i < BATCH; i++) {
        // cppcheck-suppress legacyUninitvar ; recvmmsg fills it
        parts[i] = (struct iovec){bytes[i], MESSAGE_MAX};
        messages[i].msg_hdr = (struct msghdr){.msg_iov = &parts[i], .msg_iovlen = 1};
    }
    count = recvmmsg(fd, messages, BATCH, MSG_WAITFORONE, NULL);
    return count > 0 ? count : 0;
}

static void ask_for_a_while(int fd, const Load *load, pid_t child)
{
    int number = 0, waiting = 0;
    int64_t answers = 0, start_ns = clock_real_ns();
    double start_cpu_s = cpu_s(child), spent_s, spent_cpu_s;

    while (clock_real_ns() - start_ns < SECONDS * INT64_C(1000000000)) {
        int came;

        send_questions(fd, load, number, WINDOW - waiting);
        number += WINDOW - waiting;
        came = take_answers(fd);
        answers += came;
        waiting = came > 0 ? WINDOW - came : 0; /* what is late for so long is lost */
    }
    spent_s = (double)(clock_real_ns() - start_ns) / 1e9;
    spent_cpu_s = cpu_s(child) - start_cpu_s;
    printf("dns: %s over UDP: %.0f/s; %.0f per second of the server's CPU (%s)\n", load->name,
           (double)answers / spent_s, (double)answers / spent_cpu_s, load->figures);
}

static void measure_udp(const Load *load)
{
    uint16_t port = (uint16_t)(20000 + getpid() % 10000);
    pid_t child = fork();
    int fd;

    if (child == 0)
        serve(port);
    stay_on(1);
    usleep(200000);
    fd = dial(port);
    ask_for_a_while(fd, load, child);
    close(fd);
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
}

int main(void)
{
    static const Load LOADS[] = {
        {"an answer",       "NSD 132 000, Knot 107 000, BIND 82 000 on two cores", write_question},
        {"a signed update", "BIND 416, Knot 234",                                  write_update  },
    };

    for (size_t i = 0; i < sizeof LOADS / sizeof *LOADS; i++) {
        measure_handling(&LOADS[i]);
        fflush(stdout);
        measure_udp(&LOADS[i]);
        fflush(stdout);
    }
    return 0;
}
