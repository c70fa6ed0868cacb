/*
 * sim/edge.c - the XCP edge of one control plane: one long connection to a management plane, kept up for ever.
 *
 * All goes well: EDGE_WAITING ends; it dials the address it knows (EDGE_DIALLING); the plane's entrance is open, its central has pods, the
 * token is good there: EDGE_CONNECTED. Central, once it is warm, sends the configuration: EDGE_SYNCED, for as long as the
 * connection lives, and lastSyncTime moves by itself.
 * Goes wrong: the connection breaks, or the dial does: it waits by the back-off law and dials again, where edge_address.h says. A token
 * that is not good is presented again as it is mounted by then. Silence is noticed by keep-alive.
 *
 * It asks functions, not sockets: a world has thousands of edges. It has one timer, for the earliest of its deadlines.
 */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "sim/edge_address.h"

enum { CONNECT_TIMEOUT_MS = 20000, BACKOFF_PERCENT = 160, JITTER = 20 };

typedef enum { EDGE_DOWN, EDGE_WAITING, EDGE_DIALLING, EDGE_CONNECTED, EDGE_SYNCED } EdgePhase;

typedef struct Edge {
    ControlPlaneSite *site;
    World *world;
    Random random;
    Timer *timer;
    EdgePhase phase;
    bool has_begun;         /* its state at the beginning was told */
    bool waits_for_secrets; /* EDGE_DOWN since its token secret is missing */

    EdgeAddress address;
    int failures;           /* dials since it was last connected */
    NetworkVerdict verdict; /* of the dial under way */

    Plane *plane;     /* that it dials, or is connected to */
    TokenFacts token; /* as read when its pods started */
    int64_t
        dial_at_ms; /* the next dial, or the end of this one; of clock_mono_ms; 0: none, as the next two */
    int64_t sync_at_ms;
    int64_t dead_at_ms;   /* its keep-alive will have failed */
    int64_t silent_ms;    /* wall time since which nothing comes through; 0 */
    int synced_plane;     /* index of the plane it last synced with */
    int64_t synced_at_ms; /* wall time of that */

    const char *told_state; /* as in the last edge.state, with its plane and why */
    const Plane *told_plane;
    char told_why[120];
} Edge;

/* ---- telling ------------------------------------------------------------------------------------------------------------------------ */

/* Wall time of the last sync, which was repeated at every interval while it lasted. */
static int64_t last_sync(const Edge *edge)
{
    int64_t until_ms = edge->silent_ms ? edge->silent_ms : clock_wall_ms();
    int64_t interval_ms = edge->world->parameters.edges.resync_ms;

    if (edge->phase != EDGE_SYNCED || interval_ms <= 0 || until_ms <= edge->synced_at_ms)
        return edge->synced_at_ms;
    return until_ms - (until_ms - edge->synced_at_ms) % interval_ms;
}

int64_t edge_last_sync_ms(const Edge *edge)
{
    int64_t since_ms = last_sync(edge) - trace_start_wall_ms(edge->world->trace);

    return since_ms > 0 ? since_ms : 0;
}

int64_t edge_synced_wall_ms(const Edge *edge, const Plane *plane)
{
    return edge->synced_plane == plane->index ? last_sync(edge) : 0;
}

/* Only what is news: state, plane or reason differ from what was told last. */
static void tell(Edge *edge, const char *state, const Plane *plane, const char *why)
{
    const char *name = plane ? plane->name : "no plane";
    cJSON *data;

    if (edge->told_state && strcmp(edge->told_state, state) == 0 && edge->told_plane == plane &&
        strcmp(edge->told_why, why) == 0)
        return;
    edge->told_state = state;
    edge->told_plane = plane;
    snprintf(edge->told_why, sizeof edge->told_why, "%s", why);
    data = cJSON_CreateObject();
    cJSON_AddStringToObject(data, "state", state);
    cJSON_AddItemToObject(data, "plane",
                          plane ? cJSON_CreateString(plane->name) : cJSON_CreateNull());
    cJSON_AddStringToObject(data, "why", why);
    cJSON_AddNumberToObject(data, "lastSyncMs", (double)edge_last_sync_ms(edge));
    trace_add(edge->world->trace, edge->site->name, EVENT_EDGE_STATE, data, "%s: edge %s (%s): %s",
              edge->site->name, state, name, why);
}

/* ---- deadlines ---------------------------------------------------------------------------------------------------------------------- */

static int64_t earlier(int64_t a_ms, int64_t b_ms)
{
    if (!a_ms || !b_ms)
        return a_ms ? a_ms : b_ms;
    return a_ms < b_ms ? a_ms : b_ms;
}

static void arm(Edge *edge)
{
    int64_t at_ms = earlier(edge->dial_at_ms,
                            earlier(edge->silent_ms ? 0 : edge->sync_at_ms, edge->dead_at_ms));
    int64_t wait_ms = at_ms - clock_mono_ms();

    if (at_ms || !edge->has_begun)
        timer_start(edge->timer, edge->has_begun && wait_ms > 0 ? wait_ms : 0);
    else
        timer_stop(edge->timer);
}

static bool is_due(const int64_t *deadline_ms, int64_t now_ms)
{
    return *deadline_ms && *deadline_ms <= now_ms;
}

/* gRPC's law: 1 s, x1.6 for each failure up to a cap, then +-20 %. */
static int64_t backoff(Edge *edge)
{
    int64_t wait_ms = edge->world->parameters.edges.backoff_ms;
    int64_t cap_ms = edge->world->parameters.edges.backoff_cap_ms;

    for (int i = 0; i < edge->failures && wait_ms < cap_ms; i++)
        wait_ms = wait_ms * BACKOFF_PERCENT / 100;
    if (wait_ms > cap_ms)
        wait_ms = cap_ms;
    return wait_ms * random_between(&edge->random, 100 - JITTER, 100 + JITTER) / 100;
}

static int64_t wait_to_dial(Edge *edge)
{
    int64_t wait_ms = backoff(edge);

    edge->phase = EDGE_WAITING;
    edge->plane = NULL;
    edge->dial_at_ms = clock_mono_ms() + wait_ms;
    edge->sync_at_ms = edge->dead_at_ms = edge->silent_ms = 0;
    arm(edge);
    return wait_ms;
}

/* ---- dialling ------------------------------------------------------------------------------------------------------------------------ */

static void dial(Edge *edge)
{
    int64_t delay_ms = edge_address_find(&edge->address, edge->failures == 0);

    edge->phase = EDGE_DIALLING;
    edge->plane = NULL;
    edge->verdict = (NetworkVerdict){NETWORK_REFUSE, 0};
    if (*edge->address.ip)
        edge->verdict = site_dial(edge->site, edge->address.ip, &edge->plane);
    delay_ms +=
        edge->verdict.fate == NETWORK_BLACKHOLE ? CONNECT_TIMEOUT_MS : 2 * edge->verdict.delay_ms;
    edge->dial_at_ms = clock_mono_ms() + delay_ms;
    arm(edge);
}

static void say_failed(Edge *edge, int64_t wait_ms, const char *code, const char *what)
{
    site_log(edge->site, "edge",
             "warn\tstream\terror getting stream. retrying in %.9gs: rpc error: code = %s "
             "desc = %s name=configs-%08x",
             (double)wait_ms / 1000, code, what, 0x4d116fd6u + (unsigned)edge->site->number);
}

static void fail_connection(Edge *edge, const char *what)
{
    const Plane *plane = edge->plane;
    char text[300];
    int64_t wait_ms;

    edge->failures++;
    edge_address_doubt(&edge->address);
    wait_ms = wait_to_dial(edge);
    snprintf(text, sizeof text, "connection error: desc = \"transport: Error while dialing: %s\"",
             what);
    say_failed(edge, wait_ms, "Unavailable", text);
    tell(edge, "disconnected", plane, what);
}

static void fail_handshake(Edge *edge, const char *what)
{
    const Plane *plane = edge->plane;
    char text[300];
    int64_t wait_ms;

    edge->failures++;
    edge_address_doubt(&edge->address);
    wait_ms = wait_to_dial(edge);
    snprintf(text, sizeof text,
             "connection error: desc = \"transport: authentication handshake failed: tls: failed "
             "to verify certificate: %s\"",
             what);
    say_failed(edge, wait_ms, "Unavailable", text);
    tell(edge, "refused", plane, what);
}

/* A token is refused by central, over a connection that works. */
static void fail_token(Edge *edge, TokenVerdict verdict)
{
    const Plane *plane = edge->plane;
    bool is_stuck = edge->world->parameters.edges.stays_on_token_error &&
                    token_judge(tokens_mounted(edge->site->tokens), plane->iam_key,
                                plane_clock_ms(plane, clock_wall_ms())) == TOKEN_GOOD;
    char why[120];
    int64_t wait_ms;

    edge->failures++;
    wait_ms = wait_to_dial(edge);
    snprintf(why, sizeof why, "Unauthenticated: %s", token_verdict_text(verdict));
    say_failed(edge, wait_ms, "Unauthenticated", why + strlen("Unauthenticated: "));
    if (is_stuck)
        tell(
            edge, "stuck", plane,
            "Unauthenticated: it holds the token that it was started with, and a good one is mounted");
    else
        tell(edge, "refused", plane, why);
}

static void fail_dial(Edge *edge)
{
    char what[200];
    long long port = (long long)edge->world->parameters.front_port;

    if (!*edge->address.ip)
        snprintf(what, sizeof what, "dial tcp: lookup %s: no such host", edge->address.host);
    else if (edge->verdict.fate == NETWORK_BLACKHOLE)
        snprintf(what, sizeof what, "dial tcp %s:%lld: i/o timeout", edge->address.ip, port);
    else if (edge->verdict.fate == NETWORK_RESET)
        snprintf(what, sizeof what, "read tcp %s:%lld: connection reset by peer", edge->address.ip,
                 port);
    else
        snprintf(what, sizeof what, "dial tcp %s:%lld: connect: connection refused",
                 edge->address.ip, port);
    fail_connection(edge, what);
}

/* ---- connected ------------------------------------------------------------------------------------------------------------------------ */

static void plan_sync(Edge *edge)
{
    if (edge->phase != EDGE_CONNECTED || edge->sync_at_ms || !central_is_warm(edge->plane->central))
        return;
    edge->sync_at_ms =
        clock_mono_ms() + span_draw(&edge->world->parameters.edges.sync, &edge->random);
    arm(edge);
}

void edge_log_connection(const Edge *edge)
{
    if (edge_is_connected(edge, NULL))
        site_log(edge->site, "edge", "info\tstream\tconnected to central name=configs-%08x",
                 0x4d116fd6u + (unsigned)edge->site->number);
}

static void connect_edge(Edge *edge)
{
    bool is_warm = central_is_warm(edge->plane->central);

    edge->phase = EDGE_CONNECTED;
    edge->failures = 0;
    edge->dial_at_ms = 0;
    edge_log_connection(edge);
    tell(edge, "connected", edge->plane, is_warm ? "central took its token" : "central is empty");
    plan_sync(edge);
    edge_check_network(edge);
}

static void end_dial(Edge *edge)
{
    const TokenFacts *token = &edge->token;
    TokenVerdict verdict;

    if (edge->verdict.fate != NETWORK_DELIVER ||
        world_plane_at(edge->world, edge->address.ip) != edge->plane ||
        !plane_is_open(edge->plane)) {
        fail_dial(edge);
        return;
    }
    if (plane_is_blocked(edge->plane, "certificate/central")) {
        fail_handshake(edge, "x509: certificate is valid for xcp.tetrate.io, not for this name");
        return;
    }
    if (plane_is_blocked(edge->plane, "authority/central")) {
        fail_handshake(edge, "x509: certificate signed by unknown authority");
        return;
    }
    if (plane_ready_pods(edge->plane, "central") == 0) {
        fail_connection(edge, "no healthy upstream");
        return;
    }
    if (!edge->world->parameters.edges.stays_on_token_error)
        token = tokens_mounted(edge->site->tokens);
    verdict =
        token_judge(token, edge->plane->iam_key, plane_clock_ms(edge->plane, clock_wall_ms()));
    if (verdict == TOKEN_GOOD)
        connect_edge(edge);
    else
        fail_token(edge, verdict);
}

static void end_sync(Edge *edge)
{
    edge->sync_at_ms = 0;
    if (!central_is_warm(edge->plane->central))
        return;
    edge->phase = EDGE_SYNCED;
    edge->synced_plane = edge->plane->index;
    edge->synced_at_ms = clock_wall_ms();
    plane_front_write_sync(edge->plane, edge->site->name, edge->synced_at_ms);
    tell(edge, "synced", edge->plane, "central sent its configuration");
}

static bool has_connection(const Edge *edge)
{
    return edge->phase == EDGE_CONNECTED || edge->phase == EDGE_SYNCED;
}

static void break_connection(Edge *edge, const char *why)
{
    const Plane *plane = edge->plane;
    int64_t wait_ms;

    edge->synced_at_ms = last_sync(edge);
    edge->failures = 0;
    edge_address_doubt(&edge->address);
    wait_ms = wait_to_dial(edge);
    say_failed(edge, wait_ms, "Unavailable", "error reading from server: EOF");
    tell(edge, "disconnected", plane, why);
}

/* Once the world has begun: where everybody is. */
static void tell_begin(Edge *edge)
{
    resolver_tell(edge->site->resolver);
    if (!edge->told_state)
        tell(edge, "synced", edge->plane, "as the world begins");
    edge->has_begun = true;
}

static void on_timer(void *owner)
{
    Edge *edge = owner;
    int64_t now_ms = clock_mono_ms();

    if (!edge->has_begun)
        tell_begin(edge);
    if (is_due(&edge->dead_at_ms, now_ms)) {
        break_connection(edge, edge->silent_ms
                                   ? "keepalive ping failed to receive ACK within timeout"
                                   : "connection reset by peer");
    } else if (is_due(&edge->dial_at_ms, now_ms)) {
        edge->dial_at_ms = 0;
        if (edge->phase == EDGE_WAITING)
            dial(edge);
        else
            end_dial(edge);
    } else if (is_due(&edge->sync_at_ms, now_ms) && !edge->silent_ms) {
        end_sync(edge);
    }
    arm(edge);
}

/* ---- what others tell it --------------------------------------------------------------------------------------------------------------- */

void edge_kick(Edge *edge, const Plane *plane, const char *why)
{
    if (has_connection(edge) && edge->plane == plane && !edge->silent_ms)
        break_connection(edge, why);
}

/* What ended meanwhile is noticed with the first packet that comes through. */
static void end_silence(Edge *edge)
{
    bool was_silent = edge->silent_ms > 0;

    edge->dead_at_ms = edge->silent_ms = 0;
    if (was_silent && (!load_balancer_carries(edge->plane->balancer) ||
                       plane_ready_pods(edge->plane, "central") == 0))
        break_connection(edge, "connection reset by peer");
}

void edge_check_network(Edge *edge)
{
    NetworkVerdict verdict;

    if (!has_connection(edge))
        return;
    verdict = topology_ask(edge->world->topology, edge->site->name, edge->plane->name,
                           (uint16_t)edge->world->parameters.front_port);
    if (verdict.fate == NETWORK_RESET) {
        edge->dead_at_ms = clock_mono_ms() + verdict.delay_ms;
        edge->silent_ms = 0;
    } else if (verdict.fate != NETWORK_BLACKHOLE) {
        end_silence(edge);
    } else if (!edge->silent_ms) {
        edge->silent_ms = clock_wall_ms();
        edge->dead_at_ms = clock_mono_ms() + edge->world->parameters.edges.keepalive_ms;
    }
    arm(edge);
}

void edge_check_central(Edge *edge)
{
    plan_sync(edge);
}

void edge_check_tokens(Edge *edge)
{
    if (edge->phase == EDGE_DOWN && edge->waits_for_secrets)
        edge_restart(edge, true);
}

static void go_down(Edge *edge, const char *state, const char *why)
{
    if (edge->phase == EDGE_SYNCED)
        edge->synced_at_ms = last_sync(edge);
    edge->phase = EDGE_DOWN;
    edge->plane = NULL;
    edge->dial_at_ms = edge->sync_at_ms = edge->dead_at_ms = edge->silent_ms = 0;
    arm(edge);
    tell(edge, state, NULL, why);
}

void edge_restart(Edge *edge, bool is_up)
{
    edge->waits_for_secrets = is_up && !tokens_mount(edge->site->tokens);
    if (!is_up) {
        go_down(edge, "disconnected", "it has no pods");
        return;
    }
    if (edge->waits_for_secrets) {
        go_down(edge, "stuck", "FailedMount: secret \"xcp-edge-central-auth-token\" not found");
        return;
    }
    go_down(edge, "disconnected", "its pods were replaced");
    edge->phase = EDGE_WAITING;
    edge->token = *tokens_mounted(edge->site->tokens);
    edge_address_start(&edge->address, "");
    edge->failures = 0;
    edge->dial_at_ms =
        clock_mono_ms() + span_draw(&edge->world->parameters.edges.restart, &edge->random);
    arm(edge);
}

/* ---- the whole -------------------------------------------------------------------------------------------------------------------------- */

Edge *edge_new(ControlPlaneSite *site)
{
    Edge *edge = MEMORY_NEW(Edge);
    char stream[40];

    snprintf(stream, sizeof stream, "edge/%s", site->name);
    edge->site = site;
    edge->world = site->world;
    edge->random = world_random(site->world, stream);
    edge->timer = timer_new(site->world->loop, on_timer, edge);
    edge_address_init(&edge->address, site);
    edge->phase = EDGE_SYNCED;
    edge->synced_at_ms =
        clock_wall_ms() - random_between(&edge->random, 0, site->world->parameters.edges.resync_ms);
    return edge;
}

void edge_start(Edge *edge)
{
    edge->plane = edge->world->planes[edge->synced_plane];
    edge->token = *tokens_mounted(edge->site->tokens);
    edge_address_start(&edge->address, plane_address(edge->plane));
    timer_start(edge->timer, 0);
}

void edge_free(Edge *edge)
{
    if (!edge)
        return;
    timer_free(edge->timer);
    edge_address_release(&edge->address);
    free(edge);
}

bool edge_is_connected(const Edge *edge, const Plane *plane)
{
    return has_connection(edge) && (!plane || edge->plane == plane);
}

bool edge_is_synced(const Edge *edge, const Plane *plane)
{
    return edge->phase == EDGE_SYNCED && (!plane || edge->plane == plane);
}
