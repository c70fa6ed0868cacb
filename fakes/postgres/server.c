/*
 * fakes/postgres/server.c - the Postgres wire protocol in front of one instance.
 *
 * All goes well: bytes come in, the session steps and answers, `out` leaves. Before a client is let in and before a statement runs the
 * session stops and the fault points are asked; a delay, a hang and pg_sleep() hold the connection, and what comes in
 * meanwhile waits. A CancelRequest comes on a connection of its own and frees the one it means.
 * Goes wrong: the peer leaves (on_closed, at any time), breaks the protocol (the session says so and closes), or a fault
 * point says so. The server goes away first: its connections are reset, and go when their streams are gone.
 */
#include "fakes/postgres/server.h"

#include <assert.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <openssl/rand.h>
#include <openssl/x509.h>

#include "base/memory.h"
#include "fakes/net/stream.h"
#include "fakes/postgres/message.h"
#include "fakes/postgres/session.h"

enum { FIRST_PID = 1000, VERB_MAX = 24, AUTHENTICATION_TIMEOUT_MS = 60000 };

typedef struct Connection Connection;

struct PgServer {
    PgServerOptions options;
    SSL_CTX *shown; /* what is shown instead of options.tls; NULL: nothing */
    char *site;
    PgRoles *roles;
    PgHba *own_hba;   /* NULL: it was given one */
    char **databases; /* NULL-ended */
    PgBackends backends;
    Connection *connections;
    uint32_t next_pid;
};

struct Connection {
    PgServer *server; /* NULL: it is gone, and this follows as soon as the stream has */
    Stream *stream;
    PgSession *session;
    Timer *timer;    /* while held for a time */
    Timer *patience; /* for what may take too long */
    PgPatience waits;
    uint64_t turn; /* that it waits in */
    Fault fault;   /* what holds it, to be witnessed when it has happened */
    FaultCall call;
    char verb[VERB_MAX];
    bool is_held, is_closing;
    bool is_stepping, is_doomed; /* told to go while it was stepping */
    PgStop stop;                 /* and how */
    bool has_delay;
    Connection *next;
};

static void go_on(Connection *connection);

/* ---- sending and ending ---- */

static void flush(Connection *connection)
{
    Buffer *out = pg_session_out(connection->session);

    if (out->length > 0)
        stream_write(connection->stream, out->data, out->length);
    buffer_clear(out);
}

static void hang_up(Connection *connection)
{
    if (connection->is_closing)
        return;
    connection->is_closing = true;
    flush(connection);
    stream_close(connection->stream);
}

static void reset(Connection *connection)
{
    connection->is_closing = true;
    stream_reset(connection->stream);
}

static void hold(Connection *connection, int64_t ms)
{
    connection->is_held = true;
    if (ms >= 0)
        timer_start(connection->timer, ms);
}

static void release(Connection *connection)
{
    connection->is_held = false;
    timer_stop(connection->timer);
    stream_resume(connection->stream);
}

/* ---- faults ---- */

static void witness(Connection *connection, const char *did)
{
    char *evidence = memory_format("%s at %s: %s", connection->call.verb,
                                   pg_name(connection->server->options.instance), did);

    fault_witness(connection->server->options.faults, &connection->fault, &connection->call,
                  evidence);
    free(evidence);
}

/* Does it now and loses the answer. */
static void lose_reply(Connection *connection)
{
    connection->is_stepping = true;
    pg_session_step(connection->session);
    connection->is_stepping = false;
    buffer_clear(pg_session_out(connection->session));
    witness(connection, "done, its answer lost and the connection closed");
    hang_up(connection);
}

/* True: nothing is in the way, the session may go on. */
static bool suffer(Connection *connection)
{
    switch (connection->fault.kind) {
    case FAULT_FAIL:
        pg_session_refuse(connection->session, connection->fault.text);
        witness(connection, "answered with 57P01");
        hang_up(connection);
        return false;
    case FAULT_DELAY:
        connection->has_delay = true;
        hold(connection, connection->fault.delay_ms);
        return false;
    case FAULT_HANG:
        witness(connection, "taken and never answered");
        hold(connection, -1);
        return false;
    case FAULT_RESET:
        witness(connection, "not done, the connection reset");
        reset(connection);
        return false;
    case FAULT_LOSE_REPLY:
        lose_reply(connection);
        return false;
    case FAULT_CUT:
        stream_cut_after(connection->stream, connection->fault.cut_after);
        witness(connection, "the connection cut in the answer");
        return true;
    case FAULT_NONE:
    case FAULT_STALE:
    case FAULT_REPEAT:
    case FAULT_OWN:
    case FAULT_DROP: /* nothing here is written by SQL that could be lost; who asks gets no witness */
        break;
    }
    return true;
}

/* The statement's first word, in capitals. */
static void read_verb(const char *sql, char out_verb[VERB_MAX])
{
    size_t length = 0;

    sql += strspn(sql, " \t\r\n(;");
    for (; isalpha((unsigned char)sql[length]) || sql[length] == '_'; length++) {
        if (length + 1 == VERB_MAX)
            break;
        out_verb[length] = (char)toupper((unsigned char)sql[length]);
    }
    out_verb[length] = '\0';
}

static bool ask(Connection *connection, const char *point, const char *verb, const char *detail)
{
    const PgServer *server = connection->server;

    if (server->options.faults == NULL)
        return true;
    connection->call = (FaultCall){
        .point = point,
        .site = server->site,
        .verb = verb,
        .resource = pg_session_database(connection->session),
        .name = pg_name(server->options.instance),
        .detail = detail,
    };
    connection->fault = fault_ask(server->options.faults, &connection->call);
    if (connection->fault.kind == FAULT_NONE)
        return true;
    flush(connection); /* what was answered before has nothing to do with it */
    return suffer(connection);
}

static bool ask_query(Connection *connection)
{
    const char *sql = pg_session_sql(connection->session);

    read_verb(sql, connection->verb);
    return ask(connection, "postgres.query", connection->verb, sql);
}

/* ---- stepping ---- */

static SSL_CTX *tls_of(const PgServer *server)
{
    return server->shown != NULL ? server->shown : server->options.tls;
}

/* The hash that tls-server-end-point stands for (RFC 5929, section 4.1). */
static size_t make_binding(const Connection *connection, unsigned char out_hash[EVP_MAX_MD_SIZE])
{
    SSL_CTX *context = tls_of(connection->server);
    X509 *certificate = SSL_CTX_get0_certificate(context);
    const EVP_MD *digest;
    unsigned length = 0;
    int digest_nid;

    if (certificate == NULL ||
        !OBJ_find_sigid_algs(X509_get_signature_nid(certificate), &digest_nid, NULL))
        return 0;
    if (digest_nid == NID_md5 || digest_nid == NID_sha1)
        digest_nid = NID_sha256;
    digest = EVP_get_digestbynid(digest_nid);
    if (digest == NULL || !X509_digest(certificate, digest, out_hash, &length))
        return 0;
    return length;
}

static bool asks_certificates(const PgServer *server)
{
    return server->options.tls != NULL &&
           SSL_CTX_get_verify_mode(server->options.tls) != SSL_VERIFY_NONE;
}

static void start_tls(Connection *connection)
{
    unsigned char hash[EVP_MAX_MD_SIZE];
    size_t length = make_binding(connection, hash);

    flush(connection);
    stream_start_tls(connection->stream, tls_of(connection->server));
    pg_session_secured(connection->session, hash, length);
}

static void cancel(PgServer *server, const PgSession *asker)
{
    uint32_t pid, key;

    pg_session_cancelled(asker, &pid, &key);
    for (Connection *at = server->connections; at != NULL; at = at->next) {
        if (!pg_session_is(at->session, pid, key) || at->is_closing)
            continue;
        if (at->is_held && pg_session_cancel(at->session)) {
            if (at->has_delay)
                witness(at, "held until it was cancelled");
            at->has_delay = false;
            release(at);
            flush(at);
            go_on(at);
        }
        return;
    }
}

static PgStep step(Connection *connection)
{
    PgStep next;

    connection->is_stepping = true;
    next = pg_session_step(connection->session);
    connection->is_stepping = false;
    return next;
}

/* It sends by itself: again when this has left, when time has passed, or when something comes in or up. */
static void stream(Connection *connection)
{
    int64_t ms = pg_session_sleep_ms(connection->session);

    flush(connection);
    if (ms > 0)
        timer_start(connection->timer, ms);
    else
        stream_ask_drained(connection->stream);
}

/* In simulated time sockets have no address. */
static void meet(Connection *connection)
{
    char address[STREAM_ADDRESS_MAX];
    bool has_address = stream_peer_address(connection->stream, address);
    SSL *tls = stream_tls(connection->stream);
    PgCaller caller = {
        .address = has_address ? address : "127.0.0.1",
        .certificate_name = stream_peer_name(connection->stream),
    };

    if (tls != NULL) {
        caller.tls_version = SSL_get_version(tls);
        caller.tls_cipher = SSL_get_cipher_name(tls);
        caller.tls_bits = SSL_get_cipher_bits(tls, NULL);
    }
    pg_session_meet(connection->session, &caller);
}

/* Acts on what the session wants; true: it may step again. */
static bool serve(Connection *connection, PgStep wants)
{
    switch (wants) {
    case PG_STEP_MORE:
        if (!pg_session_keeps_back(connection->session))
            flush(connection);
        return false;
    case PG_STEP_TLS:
        start_tls(connection);
        return true;
    case PG_STEP_CONNECT:
        flush(connection);
        meet(connection);
        return ask(connection, "postgres.connect", "CONNECT", pg_session_user(connection->session));
    case PG_STEP_RUN:
        return ask_query(connection);
    case PG_STEP_WAIT:
        hold(connection, pg_session_sleep_ms(connection->session));
        return false;
    case PG_STEP_STREAM:
        stream(connection);
        return false;
    case PG_STEP_CANCEL:
        cancel(connection->server, connection->session);
        hang_up(connection);
        return false;
    case PG_STEP_CLOSE:
        hang_up(connection);
        return false;
    }
    return false;
}

static void shut_down(Connection *connection, PgStop stop)
{
    if (stop == PG_STOP_FAST && pg_session_stop(connection->session)) {
        go_on(connection);
        return;
    }
    pg_session_shut_down(connection->session, stop);
    hang_up(connection);
}

/* Starts to count when it has begun to wait for something else, or for another message. */
static void watch(Connection *connection)
{
    int64_t ms;
    PgPatience waits = pg_session_patience(connection->session, &ms);
    uint64_t turn = pg_session_turn(connection->session);

    if (waits == PG_PATIENCE_LOGIN || connection->is_closing ||
        (waits == connection->waits && turn == connection->turn))
        return;
    connection->waits = waits;
    connection->turn = turn;
    timer_stop(connection->patience);
    if (ms > 0)
        timer_start(connection->patience, ms);
}

static void on_impatient(void *owner)
{
    Connection *connection = owner;

    if (connection->is_closing)
        return;
    if (!pg_session_time_out(connection->session)) {
        hang_up(connection);
        return;
    }
    connection->has_delay = false;
    release(connection);
    flush(connection);
    go_on(connection);
}

static void go_on(Connection *connection)
{
    while (!connection->is_held && !connection->is_closing && !connection->is_stepping) {
        PgStep wants = step(connection);

        if (connection->is_doomed) {
            shut_down(connection, connection->stop);
            return;
        }
        if (!serve(connection, wants))
            break;
    }
    watch(connection);
}

static void on_timer(void *owner)
{
    Connection *connection = owner;

    if (connection->has_delay) {
        char did[64];

        snprintf(did, sizeof did, "done %lld ms later", (long long)connection->fault.delay_ms);
        witness(connection, did);
        connection->has_delay = false;
    }
    release(connection);
    go_on(connection);
}

/* ---- the stream's words ---- */

static void on_data(void *owner, const char *bytes, size_t length)
{
    Connection *connection = owner;

    if (connection->is_closing)
        return;
    pg_session_receive(connection->session, bytes, length);
    if (connection->is_held && pg_session_backlog(connection->session) > PG_MESSAGE_MAX)
        stream_pause(connection->stream);
    go_on(connection);
}

static void on_drained(void *owner)
{
    go_on(owner);
}

/* The log has grown: whoever it was that made it grow is let go first. */
static void on_wake(void *owner)
{
    Connection *connection = owner;

    if (!connection->is_held && !connection->is_closing && connection->timer != NULL)
        timer_start(connection->timer, 0);
}

static void connection_free(Connection *connection)
{
    timer_free(connection->timer);
    timer_free(connection->patience);
    pg_session_free(connection->session);
    free(connection);
}

static void on_closed(void *owner)
{
    Connection *connection = owner;

    if (connection->server != NULL) {
        Connection **place = &connection->server->connections;

        while (*place != connection)
            place = &(*place)->next;
        *place = connection->next;
    }
    connection_free(connection);
}

static void on_command(void *owner, const char *command)
{
    Connection *connection = owner;
    const PgServerOptions *options = &connection->server->options;
    cJSON *data = cJSON_CreateObject();

    cJSON_AddStringToObject(data, "instance", pg_name(options->instance));
    cJSON_AddStringToObject(data, "command", command);
    cJSON_AddStringToObject(data, "user", pg_session_user(connection->session));
    trace_add(options->trace, connection->server->site, "postgres.command", data,
              "%s ran %s() on %s", pg_session_user(connection->session), command,
              pg_name(options->instance));
    if (options->on_command != NULL)
        options->on_command(options->self, command);
}

/* ---- the server ---- */

static char **copy_names(const char *const *names)
{
    size_t count = 0;
    char **copy;

    while (names != NULL && names[count] != NULL)
        count++;
    copy = memory_new(count + 1, sizeof *copy);
    for (size_t i = 0; i < count; i++)
        copy[i] = memory_text(names[i]);
    return copy;
}

static PgHba *make_hba(bool has_tls)
{
    PgHba *hba = NULL;
    bool is_right = pg_hba_parse(has_tls ? "hostssl replication replication,postgres all md5\n"
                                           "hostssl all all all md5\n"
                                           "hostnossl all,replication all all reject\n"
                                         : "host replication replication,postgres all md5\n"
                                           "host all all all md5\n",
                                 &hba, NULL);

    assert(is_right);
    (void)is_right;
    return hba;
}

PgServer *pg_server_new(const PgServerOptions *options)
{
    PgServer *server = MEMORY_NEW(PgServer);

    server->options = *options;
    server->site = memory_text(options->site);
    server->roles = pg_roles_new(options->roles, options->role_count);
    server->databases = copy_names(options->databases);
    server->backends.limits = options->limits;
    server->next_pid = FIRST_PID;
    if (options->hba == NULL)
        server->options.hba = server->own_hba = make_hba(options->tls != NULL);
    return server;
}

void pg_server_free(PgServer *server)
{
    if (server == NULL)
        return;
    for (Connection *at = server->connections, *next; at != NULL; at = next) {
        next = at->next;
        at->server = NULL;
        pg_session_leave(at->session);
        timer_free(at->timer); /* now: the loop may be next to go, and its timers with it */
        timer_free(at->patience);
        at->timer = at->patience = NULL;
        reset(at); /* even one that is closing: nothing may be left for its peer to end */
    }
    for (char **name = server->databases; *name != NULL; name++)
        free(*name);
    free(server->databases);
    pg_roles_free(server->roles);
    pg_hba_free(server->own_hba);
    free(server->site);
    free(server);
}

static PgSession *new_session(PgServer *server, Connection *connection)
{
    uint32_t key;

    RAND_bytes((unsigned char *)&key, sizeof key);
    return pg_session_new(&(PgSessionOptions){
        .instance = server->options.instance,
        .roles = server->roles,
        .databases = (const char *const *)server->databases,
        .hba = server->options.hba,
        .backends = &server->backends,
        .offers_tls = server->options.tls != NULL,
        .asks_certificates = asks_certificates(server),
        .pid = server->next_pid++,
        .key = key,
        .data_directory = server->options.data_directory,
        .on_command = on_command,
        .on_wake = on_wake,
        .owner = connection,
    });
}

void pg_server_show(PgServer *server, SSL_CTX *tls)
{
    server->shown = tls;
}

void pg_server_accept(void *owner, int fd)
{
    static const StreamEvents EVENTS = {.on_data = on_data,
                                        .on_closed = on_closed,
                                        .on_drained = on_drained};
    PgServer *server = owner;
    Connection *connection;

    if (pg_state(server->options.instance) == PG_STOPPED) {
        close(fd); /* nobody listens */
        return;
    }
    connection = MEMORY_NEW(Connection);
    connection->server = server;
    connection->session = new_session(server, connection);
    connection->timer = timer_new(server->options.loop, on_timer, connection);
    connection->patience = timer_new(server->options.loop, on_impatient, connection);
    timer_start(connection->patience, server->options.authentication_timeout_ms > 0
                                          ? server->options.authentication_timeout_ms
                                          : AUTHENTICATION_TIMEOUT_MS);
    connection->next = server->connections;
    server->connections = connection;
    connection->stream =
        stream_open(fd,
                    &(StreamOptions){.loop = server->options.loop, .trace = server->options.trace},
                    &EVENTS, connection);
}

void pg_server_drop_connections(PgServer *server, PgStop stop)
{
    for (Connection *at = server->connections; at != NULL; at = at->next) {
        if (at->is_closing)
            continue;
        if (stop == PG_STOP_KILLED) {
            reset(at);
        } else if (at->is_stepping) { /* it asked for this itself: its answer is due first */
            at->is_doomed = true;
            at->stop = stop;
        } else {
            shut_down(at, stop);
        }
    }
}
