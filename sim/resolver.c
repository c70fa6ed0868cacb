/*
 * sim/resolver.c - the caching resolver of one cluster (CoreDNS), for its edge by a function call and for the desk over UDP and TCP.
 *
 * All goes well: the answer is in the cache, with what is left of its TTL; or a randomly drawn authoritative server is asked, and once more
 * for each CNAME that leads out of what it told, and the whole is kept under the name asked for, for its shortest TTL.
 * Goes wrong: nobody answers (2 s each, three times: SERVFAIL), the name does not exist (kept for the SOA's minimum), a
 * CNAME leads in a circle (SERVFAIL). Both caps and the pin of a fault apply to what is kept.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "fakes/dns/data.h"
#include "fakes/dns/name.h"
#include "sim/faults/faults.h"
#include "sim/inside.h"

enum { PORT = 5353, TRIES = 3, TRY_MS = 2000, CHAIN_MAX = 8, ANSWERS_MAX = 64, PER_SUBNET = 250 };

/* What is known of one name and type. */
typedef struct {
    Arena arena;
    const char *name;
    uint16_t type;
    int rcode;
    DnsMessage message; /* its answer and authority sections */
    uint32_t ttl_s;
    int64_t stored_ms;
} Answer;

typedef struct Resolver {
    World *world;
    const char *site;
    int number; /* of the control plane; -1: a client elsewhere, who tells nobody */
    Random random;
    DnsServer *server;
    Door *door;
    Answer *answers[ANSWERS_MAX]; /* oldest first */
    int count;
    int64_t pinned_until_ms; /* of clock_mono_ms; INT64_MAX: for ever */
    char floating[128];      /* with the dot at the end */
    char seen[16];           /* the address that was told last for it */
    uint16_t next_id;
} Resolver;

/* ---- the cache ------------------------------------------------------------------------------------------------------------------------ */

static void answer_free(Answer *answer)
{
    arena_release(&answer->arena);
    free(answer);
}

static void forget(Resolver *resolver, int index)
{
    answer_free(resolver->answers[index]);
    resolver->count--;
    memmove(&resolver->answers[index], &resolver->answers[index + 1],
            (size_t)(resolver->count - index) * sizeof resolver->answers[0]);
}

static bool is_pinned(const Resolver *resolver)
{
    return clock_mono_ms() < resolver->pinned_until_ms;
}

static bool is_overdue(const Answer *answer)
{
    return (clock_mono_ms() - answer->stored_ms) / 1000 >= answer->ttl_s;
}

static uint32_t seconds_left(const Resolver *resolver, const Answer *answer)
{
    if (is_overdue(answer))
        return is_pinned(resolver) ? answer->ttl_s : 0;
    return answer->ttl_s - (uint32_t)((clock_mono_ms() - answer->stored_ms) / 1000);
}

/* Its time is over; only a pin keeps it. */
static bool is_stale(const Answer *answer)
{
    return (clock_mono_ms() - answer->stored_ms) / 1000 >= answer->ttl_s;
}

static Answer *find(Resolver *resolver, const char *name, uint16_t type)
{
    for (int i = 0; i < resolver->count; i++) {
        Answer *answer = resolver->answers[i];

        if (answer->type != type || strcmp(answer->name, name) != 0)
            continue;
        if (is_stale(answer) && is_pinned(resolver))
            faults_on_held(resolver->world->faults, resolver->site, "resolver");
        if (seconds_left(resolver, answer) > 0) {
            if (is_overdue(answer))
                faults_on_held(resolver->world->faults, resolver->site, "resolver");
            return answer;
        }
        forget(resolver, i);
        return NULL;
    }
    return NULL;
}

static void keep(Resolver *resolver, Answer *answer)
{
    if (resolver->count == ANSWERS_MAX)
        forget(resolver, 0);
    resolver->answers[resolver->count++] = answer;
}

/* ---- asking name servers ----------------------------------------------------------------------------------------------------------------- */

static void encode_question(Resolver *resolver, const char *name, uint16_t type, Buffer *out_bytes)
{
    DnsRecord question = {.name = name, .type = type, .class = DNS_IN};
    DnsMessage message = {.id = resolver->next_id++, .has_edns = true, .udp_size = 1232};

    message.sections[DNS_QUESTION].records = &question;
    message.sections[DNS_QUESTION].count = 1;
    dns_encode(&message, 0, out_bytes);
}

/* One exchange with one server; truncated answers are fetched again over TCP. False: no answer. */
static bool exchange(Resolver *resolver, DnsServer *server, const Buffer *question, Arena *arena,
                     DnsMessage *out_reply, int64_t *delay_ms)
{
    for (int is_tcp = 0; is_tcp <= 1; is_tcp++) {
        NetworkVerdict verdict =
            topology_ask_by(resolver->world->topology, is_tcp ? NETWORK_STREAM : NETWORK_DATAGRAMS,
                            resolver->site, "dns", PORT);
        Buffer reply = {0};
        int64_t took_ms = -1;
        char *bytes;
        size_t length;

        if (verdict.fate == NETWORK_DELIVER)
            took_ms = dns_server_handle_from(server, resolver->site, is_tcp, question->data,
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
        if (!dns_parse(arena, bytes, length, out_reply, NULL))
            return false;
        if (!out_reply->is_truncated)
            return true;
    }
    return false;
}

static bool ask_servers(Resolver *resolver, const char *name, uint16_t type, Arena *arena,
                        DnsMessage *out_reply, int64_t *delay_ms)
{
    struct DnsSide *dns = resolver->world->dns;
    Buffer question = {0};
    bool is_answered = false;

    encode_question(resolver, name, type, &question);
    for (int i = 0; i < TRIES && !is_answered; i++) {
        int drawn = (int)random_below(&resolver->random, (uint64_t)dns_side_count(dns));

        is_answered = exchange(resolver, dns_side_server(dns, drawn), &question, arena, out_reply,
                               delay_ms) &&
                      (out_reply->rcode == DNS_NOERROR || out_reply->rcode == DNS_NXDOMAIN);
    }
    buffer_release(&question);
    return is_answered;
}

/* ---- from their replies to an answer ------------------------------------------------------------------------------------------------------- */

static void add_record(Answer *answer, int section, const DnsRecord *record)
{
    DnsRecord copy = *record;
    uint8_t *data = arena_new(&answer->arena, record->length + 1);

    memcpy(data, record->data, record->length);
    copy.data = data;
    copy.name = arena_text(&answer->arena, record->name);
    copy.shown = record->shown ? arena_text(&answer->arena, record->shown) : NULL;
    dns_add(&answer->arena, &answer->message, section, &copy);
    if (record->ttl_s < answer->ttl_s)
        answer->ttl_s = record->ttl_s;
}

/* The name that a reply leads to and says nothing more about, or NULL. */
static const char *add_reply(Answer *answer, const DnsMessage *reply, Arena *arena)
{
    const char *next = NULL;

    for (size_t i = 0; i < reply->sections[DNS_ANSWER].count; i++) {
        const DnsRecord *record = &reply->sections[DNS_ANSWER].records[i];

        add_record(answer, DNS_ANSWER, record);
        next = record->type == DNS_CNAME && answer->type != DNS_CNAME
                   ? dns_data_target(arena, record)
                   : NULL;
    }
    return reply->rcode == DNS_NOERROR ? next : NULL;
}

/* RFC 2308, section 5: no longer than the SOA's own TTL and its minimum. */
static void add_denial(Answer *answer, const DnsMessage *reply, const WorldParameters *parameters)
{
    uint32_t cap_s = (uint32_t)parameters->dns.resolver_negative_cap_s;

    if (answer->ttl_s > cap_s)
        answer->ttl_s = cap_s;
    for (size_t i = 0; i < reply->sections[DNS_AUTHORITY].count; i++) {
        DnsRecord record = reply->sections[DNS_AUTHORITY].records[i];

        if (record.type != DNS_SOA)
            continue;
        if (dns_soa_minimum(&record) < record.ttl_s)
            record.ttl_s = dns_soa_minimum(&record);
        add_record(answer, DNS_AUTHORITY, &record);
        return;
    }
    answer->ttl_s = 0;
}

static bool has_type(const DnsMessage *reply, uint16_t type)
{
    for (size_t i = 0; i < reply->sections[DNS_ANSWER].count; i++)
        if (reply->sections[DNS_ANSWER].records[i].type == type)
            return true;
    return false;
}

static Answer *fetch(Resolver *resolver, const char *name, uint16_t type, int64_t *delay_ms)
{
    const WorldParameters *parameters = &resolver->world->parameters;
    Answer *answer = MEMORY_NEW(Answer);
    const char *next = name;
    Arena arena = {0};

    answer->name = arena_text(&answer->arena, name);
    answer->type = type;
    answer->ttl_s = (uint32_t)parameters->dns.resolver_cap_s;
    answer->stored_ms = clock_mono_ms();
    answer->rcode = DNS_SERVFAIL;
    for (int i = 0; i < CHAIN_MAX && next; i++) {
        DnsMessage reply = {0};

        if (!ask_servers(resolver, next, type, &arena, &reply, delay_ms))
            break;
        next = add_reply(answer, &reply, &arena);
        if (!next) {
            answer->rcode = reply.rcode;
            if (!has_type(&reply, type))
                add_denial(answer, &reply, parameters);
        }
    }
    arena_release(&arena);
    if (answer->rcode == DNS_SERVFAIL) {
        answer->ttl_s = 0;
        memset(answer->message.sections, 0, sizeof answer->message.sections);
    }
    keep(resolver, answer);
    return answer;
}

/* ---- who asks ---------------------------------------------------------------------------------------------------------------------------- */

static const DnsRecord *address_of(const Answer *answer)
{
    for (size_t i = 0; i < answer->message.sections[DNS_ANSWER].count; i++)
        if (answer->message.sections[DNS_ANSWER].records[i].type == DNS_A)
            return &answer->message.sections[DNS_ANSWER].records[i];
    return NULL;
}

static void address_text(const Answer *answer, char out_ip[16])
{
    const DnsRecord *record = address_of(answer);

    out_ip[0] = '\0';
    if (record && record->length == 4)
        snprintf(out_ip, 16, "%u.%u.%u.%u", record->data[0], record->data[1], record->data[2],
                 record->data[3]);
}

static void tell_address(const Resolver *resolver, int rcode)
{
    const char *ip = resolver->seen;
    const Plane *plane = *ip ? world_plane_at(resolver->world, ip) : NULL;
    cJSON *data = cJSON_CreateObject();

    cJSON_AddStringToObject(data, "name", resolver->world->floating_name);
    cJSON_AddItemToObject(data, "address", *ip ? cJSON_CreateString(ip) : cJSON_CreateNull());
    cJSON_AddItemToObject(data, "plane",
                          plane ? cJSON_CreateString(plane->name) : cJSON_CreateNull());
    trace_add(resolver->world->trace, resolver->site, EVENT_RESOLVER_VIEW, data,
              "%s sees %s at %s (%s)", resolver->site, resolver->world->floating_name,
              *ip ? ip : dns_rcode_name(rcode), plane ? plane->name : "no plane");
}

void resolver_tell(Resolver *resolver)
{
    tell_address(resolver, DNS_NOERROR);
}

static void tell_view(Resolver *resolver, const Answer *answer)
{
    char ip[16];

    if (resolver->number < 0 || answer->type != DNS_A ||
        strcmp(answer->name, resolver->floating) != 0)
        return;
    address_text(answer, ip);
    if (strcmp(ip, resolver->seen) == 0)
        return;
    memcpy(resolver->seen, ip, sizeof ip);
    tell_address(resolver, answer->rcode);
}

static Answer *ask(Resolver *resolver, const char *name, uint16_t type, int64_t *delay_ms)
{
    Answer *answer = find(resolver, name, type);

    *delay_ms = 0;
    if (!answer)
        answer = fetch(resolver, name, type, delay_ms);
    tell_view(resolver, answer);
    return answer;
}

/* Nobody is asked about an address that is written out (F-618). */
static bool is_address(const char *name)
{
    struct in_addr address;

    return inet_pton(AF_INET, name, &address) == 1;
}

int resolver_lookup(Resolver *resolver, const char *name, char out_ip[16], int64_t *out_delay_ms)
{
    char tidy[DNS_NAME_TEXT_MAX];
    int64_t delay_ms;
    const Answer *answer;

    out_ip[0] = '\0';
    if (out_delay_ms)
        *out_delay_ms = 0;
    if (is_address(name)) {
        snprintf(out_ip, 16, "%s", name);
        return DNS_NOERROR;
    }
    if (!dns_name_tidy(name, tidy))
        return DNS_NXDOMAIN;
    answer = ask(resolver, tidy, DNS_A, &delay_ms);
    address_text(answer, out_ip);
    if (out_delay_ms)
        *out_delay_ms = delay_ms;
    return answer->rcode;
}

static int64_t on_question(void *self, Arena *arena, const DnsRecord *question, DnsMessage *reply)
{
    Resolver *resolver = self;
    int64_t delay_ms;
    const Answer *answer = ask(resolver, question->name, question->type, &delay_ms);
    uint32_t left_s = seconds_left(resolver, answer);

    reply->rcode = (uint8_t)answer->rcode;
    for (int section = DNS_ANSWER; section <= DNS_AUTHORITY; section++)
        for (size_t i = 0; i < answer->message.sections[section].count; i++) {
            DnsRecord record = answer->message.sections[section].records[i];

            record.ttl_s = left_s;
            record.name = arena_text(arena, record.name);
            dns_add(arena, reply, section, &record);
        }
    return delay_ms;
}

void resolver_pin(Resolver *resolver, int64_t for_ms)
{
    if (for_ms == 0) {
        resolver->pinned_until_ms = 0;
        while (resolver->count > 0)
            forget(resolver, 0);
        return;
    }
    resolver->pinned_until_ms = for_ms < 0 ? INT64_MAX : clock_mono_ms() + for_ms;
}

/* ---- the whole ----------------------------------------------------------------------------------------------------------------------------- */

static Resolver *make(World *world, const char *site, int number)
{
    Resolver *resolver = MEMORY_NEW(Resolver);
    char stream[40];

    snprintf(stream, sizeof stream, "resolver/%s", site);
    resolver->world = world;
    resolver->site = site;
    resolver->number = number;
    resolver->random = world_random(world, stream);
    snprintf(resolver->floating, sizeof resolver->floating, "%s.", world->floating_name);
    return resolver;
}

Resolver *resolver_new(ControlPlaneSite *site)
{
    World *world = site->world;
    Resolver *resolver = make(world, site->name, site->number);

    resolver->server = dns_server_new(&(DnsServerOptions){.loop = world->loop,
                                                          .trace = world->trace,
                                                          .site = site->name,
                                                          .client = "desk",
                                                          .faults = world_points(world),
                                                          .resolve = on_question,
                                                          .self = resolver});
    return resolver;
}

Resolver *resolver_new_at(World *world, const char *site)
{
    return make(world, site, -1);
}

/* Somebody in the cluster asked for the floating name not long ago, as agents do. */
static void warm_up(Resolver *resolver)
{
    int64_t delay_ms = 0;
    Answer *answer = fetch(resolver, resolver->floating, DNS_A, &delay_ms);

    answer->stored_ms -= random_between(&resolver->random, 0, (int64_t)answer->ttl_s * 1000);
    address_text(answer, resolver->seen);
}

bool resolver_start(Resolver *resolver, Error *err)
{
    char ip[16];

    world_address(resolver->world, 1, resolver->number / PER_SUBNET,
                  resolver->number % PER_SUBNET + 1, ip);
    if (!door_open_dns(resolver->world, ip, PORT, resolver->site, resolver->server, &resolver->door,
                       err))
        return error_wrap(err, "resolver of %s", resolver->site);
    warm_up(resolver);
    return true;
}

void resolver_free(Resolver *resolver)
{
    if (!resolver)
        return;
    door_close(resolver->door);
    if (resolver->server)
        dns_server_free(resolver->server);
    while (resolver->count > 0)
        forget(resolver, 0);
    free(resolver);
}
