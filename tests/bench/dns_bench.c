/*
 * tests/bench/dns_bench.c - answers and signed updates per second of the fake name server, and of NSD, Knot and BIND beside it.
 *
 * Each serves the same zone (conformance/fakes/dns), one after the other, in a process of its own on core 0; the client is on core 1.
 * Seven names are asked in turn, over UDP and over one TCP connection; the updates point the floating name to and fro. What else the
 * machine does takes wall time away from both, so that answers per second of the server's own CPU time stand beside those per
 * second. The aims: 80 000 answers per second, ahead of NSD, and ten times BIND's updates. A server that is not installed is left out.
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
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/memory.h"
#include "fakes/dns/server.h"
#include "fakes/net/listener.h"

enum {
    WINDOW = 64,
    SECONDS = 3,
    NAMES = 7,
    MESSAGE_MAX = 1232,
    PREFIX_SIZE = 2,
    STARTING_MS = 10000,
    TRIED_NS = 50000000
};
enum { FAKE, NSD, KNOT, BIND, SERVERS };

static const char ZONE_FILE[] = "conformance/fakes/dns/zones/tsb.example.com";
static const DnsKey KEY = {.name = "corpus-sha256",
                           .secret = "dGhlIGNvcnB1cyBoYXMgbm8gc2VjcmV0czogc2hhMjU2"};

static const struct {
    const char *name, *program; /* NULL: ours */
} KINDS[SERVERS] = {
    {"fake", NULL             },
    {"nsd",  "/usr/sbin/nsd"  },
    {"knot", "/usr/sbin/knotd"},
    {"bind", "/usr/sbin/named"}
};

/* A way of asking, and what came of it for each server: per second, and per second of its CPU; 0: it was not asked. */
typedef struct {
    const char *name;
    bool is_tcp;
    void (*write)(Buffer *out, int number);
    double rate[SERVERS], cpu_rate[SERVERS];
} Load;

static void stay_on(int core)
{
    cpu_set_t set;

    CPU_ZERO(&set);
    CPU_SET(core, &set);
    sched_setaffinity(0, sizeof set, &set);
}

/* ---- what is asked ---------------------------------------------------------------------------- */

static void write_question(Buffer *out, int number)
{
    static const DnsRecord QUESTIONS[NAMES] = {
        {.name = "active.tsb.example.com.",  .type = DNS_A,    .class = DNS_IN},
        {.name = "mp1.tsb.example.com.",     .type = DNS_A,    .class = DNS_IN},
        {.name = "mp1.tsb.example.com.",     .type = DNS_AAAA, .class = DNS_IN},
        {.name = "chain.tsb.example.com.",   .type = DNS_A,    .class = DNS_IN},
        {.name = "nothere.tsb.example.com.", .type = DNS_A,    .class = DNS_IN},
        {.name = "x.wild.tsb.example.com.",  .type = DNS_A,    .class = DNS_IN},
        {.name = "tsb.example.com.",         .type = DNS_SOA,  .class = DNS_IN},
    };
    DnsMessage message = {.id = (uint16_t)number, .has_edns = true, .udp_size = 1232};

    message.sections[DNS_QUESTION].records = (DnsRecord *)&QUESTIONS[number % NAMES];
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

/* ---- who is asked ----------------------------------------------------------------------------- */

static bool never(void *owner)
{
    (void)owner;
    return false;
}

static DnsZone *load_zone(void)
{
    DnsZone *zone = NULL;
    char *text = NULL;
    size_t length = 0;
    bool ok = file_read(ZONE_FILE, &text, &length, NULL) &&
              dns_zone_load(text, length, ZONE_FILE, "tsb.example.com", &zone, NULL);

    assert(ok && "the corpus' zone: run this in the checkout");
    (void)ok;
    free(text);
    return zone;
}

static void serve(uint16_t port)
{
    static const uint8_t SECRET[16] = "sixteen letters";
    Loop *loop = loop_new();
    DnsServer *server =
        dns_server_new(&(DnsServerOptions){.loop = loop, .site = "dns", .cookie_secret = SECRET});
    Listener *listener;

    dns_server_add_zone(server, load_zone());
    dns_server_add_key(server, &KEY);
    if (dns_server_bind_udp(server, "127.0.0.1", port, NULL) &&
        listener_start(loop, "127.0.0.1", port, dns_server_accept_stream, server, &listener, NULL))
        loop_run_until(loop, never, NULL);
    exit(1);
}

/* In a process group of its own, which CPU time is counted of. */
static pid_t start(int kind, uint16_t port)
{
    pid_t child = fork();
    char text[8], folder[64];

    if (child != 0)
        return child;
    setpgid(0, 0);
    stay_on(0);
    if (KINDS[kind].program == NULL)
        serve(port);
    if (freopen("/dev/null", "w", stderr) == NULL || freopen("/dev/null", "w", stdout) == NULL)
        exit(1);
    snprintf(text, sizeof text, "%u", port);
    snprintf(folder, sizeof folder, "/tmp/understudy-bench-%s-%d", KINDS[kind].name, (int)getpid());
    execl("conformance/fakes/dns/serve.sh", "serve.sh", KINDS[kind].name, text, folder, NULL);
    exit(1);
}

static void stop(int kind, pid_t server)
{
    char command[96];

    kill(-server, SIGTERM);
    waitpid(server, NULL, 0);
    snprintf(command, sizeof command, "rm -rf /tmp/understudy-bench-%s-%d", KINDS[kind].name,
             (int)server);
    if (system(command) != 0) // NOLINT(cert-env33-c): a fixed command
        fprintf(stderr, "dns: %s is left behind\n", command);
}

/* Of all threads of a group, as the scheduler counts it: the first number of /proc/PID/task/TID/schedstat, in nanoseconds. */
static double cpu_s(pid_t group)
{
    char command[160], line[64] = "0";
    FILE *pipe;

    snprintf(command, sizeof command,
             "cat $(pgrep -g %d | sed 's|.*|/proc/&/task/*/schedstat|') 2>/dev/null | "
             "awk '{t += $1} END {print t / 1e9}'",
             (int)group);
    pipe = popen(command, "r"); // NOLINT(cert-env33-c): a fixed command
    if (pipe != NULL && fgets(line, sizeof line, pipe) == NULL)
        line[0] = '0';
    if (pipe != NULL)
        pclose(pipe);
    return strtod(line, NULL);
}

/* ---- asking ----------------------------------------------------------------------------------- */

static int dial(uint16_t port, bool is_tcp)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons(port),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, is_tcp ? SOCK_STREAM : SOCK_DGRAM, 0);
    struct timeval patience = {.tv_usec = 200000};

    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    if (connect(fd, (struct sockaddr *)&address, sizeof address) == 0)
        return fd;
    close(fd);
    return -1;
}

/* Sends so many messages, from number on. */
static void send_all(int fd, const Load *load, int number, int count)
{
    struct mmsghdr messages[WINDOW] = {0};
    struct iovec parts[WINDOW];
    Buffer bytes[WINDOW] = {0}, stream = {0};

    for (int i = 0; i < count; i++) {
        load->write(&bytes[i], number + i);
        buffer_add_u16(&stream, (uint16_t)bytes[i].length);
        buffer_add(&stream, bytes[i].data, bytes[i].length);
        parts[i] = (struct iovec){bytes[i].data, bytes[i].length};
        messages[i].msg_hdr = (struct msghdr){.msg_iov = &parts[i], .msg_iovlen = 1};
    }
    if (load->is_tcp)
        send(fd, stream.data, stream.length, MSG_NOSIGNAL);
    else
        sendmmsg(fd, messages, (unsigned)count, 0);
    for (int i = 0; i < count; i++)
        buffer_release(&bytes[i]);
    buffer_release(&stream);
}

/* How many answers came, at least one if any came in time. */
static int take_datagrams(int fd)
{
    static char bytes[WINDOW][MESSAGE_MAX];
    struct iovec parts[WINDOW];
    struct mmsghdr messages[WINDOW] = {0};
    int count;

    for (int i = 0; i < WINDOW; i++) {
        parts[i] = (struct iovec){bytes[i], MESSAGE_MAX};
        messages[i].msg_hdr = (struct msghdr){.msg_iov = &parts[i], .msg_iovlen = 1};
    }
    count = recvmmsg(fd, messages, WINDOW, MSG_WAITFORONE, NULL);
    return count > 0 ? count : 0;
}

static int take_stream(int fd, Buffer *incoming)
{
    static char bytes[65536];
    ssize_t length = recv(fd, bytes, sizeof bytes, 0);
    size_t at = 0;
    int count = 0;

    buffer_add(incoming, bytes, length > 0 ? (size_t)length : 0);
    while (incoming->length - at >= PREFIX_SIZE) {
        const uint8_t *prefix = (const uint8_t *)incoming->data + at;
        size_t size = PREFIX_SIZE + ((size_t)prefix[0] << 8 | prefix[1]);

        if (incoming->length - at < size)
            break;
        at += size;
        count++;
    }
    buffer_eat(incoming, at);
    return count;
}

/* Answers that came within the time; the window is kept full. */
static int64_t ask_for_a_while(int fd, const Load *load, int64_t for_ns)
{
    int number = 0, waiting = 0;
    int64_t answers = 0, start_ns = clock_real_ns();
    Buffer incoming = {0};

    while (clock_real_ns() - start_ns < for_ns) {
        int came;

        send_all(fd, load, number, WINDOW - waiting);
        number += WINDOW - waiting;
        came = load->is_tcp ? take_stream(fd, &incoming) : take_datagrams(fd);
        answers += came;
        if (came == 0 && load->is_tcp)
            break;
        waiting = came > 0 ? WINDOW - came : 0; /* what is late for so long is lost */
    }
    buffer_release(&incoming);
    return answers;
}

static void measure(Load *load, int kind, pid_t server, uint16_t port)
{
    int fd = dial(port, load->is_tcp);
    double start_cpu_s = cpu_s(server), spent_cpu_s;
    int64_t start_ns = clock_real_ns(), answers;

    if (fd < 0)
        return;
    answers = ask_for_a_while(fd, load, SECONDS * INT64_C(1000000000));
    load->rate[kind] = (double)answers * 1e9 / (double)(clock_real_ns() - start_ns);
    spent_cpu_s = cpu_s(server) - start_cpu_s;
    load->cpu_rate[kind] = spent_cpu_s > 0 ? (double)answers / spent_cpu_s : 0;
    close(fd);
}

static bool is_up(const Load *load, uint16_t port)
{
    int fd = dial(port, false);
    bool answers = fd >= 0 && ask_for_a_while(fd, load, TRIED_NS) > 0;

    close(fd);
    return answers;
}

/* ---- telling ---------------------------------------------------------------------------------- */

static void tell(const Load *load)
{
    printf("dns: %s: the fake %.0f/s, %.0f per second of CPU\n", load->name, load->rate[FAKE],
           load->cpu_rate[FAKE]);
    for (int kind = NSD; kind < SERVERS; kind++) {
        if (load->rate[kind] > 0)
            printf(
                "    %-4s %8.0f/s, %8.0f per second of CPU; the fake is %.1f times as fast, %.1f times by CPU\n",
                KINDS[kind].name, load->rate[kind], load->cpu_rate[kind],
                load->rate[FAKE] / load->rate[kind], load->cpu_rate[FAKE] / load->cpu_rate[kind]);
    }
}

int main(void)
{
    Load loads[] = {
        {.name = "answers over UDP", .write = write_question},
        {.name = "answers over TCP", .write = write_question, .is_tcp = true},
        {.name = "signed updates over UDP",                          .write = write_update                },
    };
    enum { LOADS = sizeof loads / sizeof *loads };

    stay_on(1);
    for (int kind = 0; kind < SERVERS; kind++) {
        uint16_t port = (uint16_t)(20000 + getpid() % 10000 + kind);
        int64_t start_ns = clock_real_ns();
        pid_t server;

        if (KINDS[kind].program != NULL && access(KINDS[kind].program, X_OK) != 0)
            continue;
        server = start(kind, port);
        while (!is_up(&loads[0], port) &&
               clock_real_ns() - start_ns < STARTING_MS * INT64_C(1000000))
            usleep(100000);
        for (int i = 0; i < LOADS && (kind != NSD || loads[i].write == write_question); i++)
            measure(&loads[i], kind, server, port);
        stop(kind, server);
    }
    for (int i = 0; i < LOADS; i++)
        tell(&loads[i]);
    return 0;
}
