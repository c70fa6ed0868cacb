/*
 * tests/fakes/postgres/any_bytes.h - what must hold whatever bytes reach a Postgres: read or refused, answered or not, never worse.
 *
 * For the unit tests, which feed it mutations of what clients send, and for the fuzzers. Each any_...() returns NULL, or the sentence that
 * does not hold. Bytes are copied to exactly as much memory as they take, so that a sanitizer sees who reads on.
 */
#ifndef TESTS_FAKES_POSTGRES_ANY_BYTES_H
#define TESTS_FAKES_POSTGRES_ANY_BYTES_H

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "fakes/postgres/crc32c.h"
#include "fakes/postgres/message.h"
#include "fakes/postgres/remote.h"
#include "fakes/postgres/session.h"
#include "fakes/postgres/wal.h"

#define ANY_COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

typedef struct {
    PgInstance *primary, *standby;
    PgRoles *roles;
    PgHba *trust, *scram;
    PgBackends backends;
} AnyPostgres;

/* How bytes come. */
typedef enum {
    ANY_START,       /* from the first byte on; a password is asked for */
    ANY_CLIENT,      /* somebody is in */
    ANY_REPLICATION, /* in, as a walsender's client */
} AnyBegin;

typedef enum { ANY_PRIMARY, ANY_STANDBY } AnyServer;

static inline int64_t any_clock(void)
{
    return 1795226400000;
}

static inline PgInstance *any_instance(const char *name)
{
    return pg_instance_new(&(PgInstanceOptions){.name = name,
                                                .system_identifier = 1,
                                                .server_version_num = 150020,
                                                .timeline = 1,
                                                .start_lsn = 0x3000180,
                                                .now_ms = any_clock});
}

static inline void any_postgres_init(AnyPostgres *any)
{
    static const PgRole ROLES[] = {
        {.name = "postgres",     .password = "secret", .is_superuser = true, .may_replicate = true},
        {.name = "tsb", .password = "md5d7a84ec8cb0b9b78e5ac40740627a360"                    },
    };
    static const char *const KEYS[] = {"tenants/a", "tenants/b", "clusters/c"};
    cJSON *value = cJSON_CreateObject();

    *any = (AnyPostgres){.primary = any_instance("a"), .standby = any_instance("b")};
    any->roles = pg_roles_new(ROLES, ANY_COUNT(ROLES));
    pg_hba_parse("host all,replication all all trust", &any->trust, NULL);
    pg_hba_parse("host all,replication tsb all password\nhost all,replication all all md5",
                 &any->scram, NULL);
    for (size_t i = 0; i < ANY_COUNT(KEYS); i++)
        pg_write(any->primary, KEYS[i], value, NULL);
    pg_follow(any->standby, any->primary, &(PgLink){.is_connected = true});
    cJSON_Delete(value);
}

static inline void any_postgres_release(AnyPostgres *any)
{
    pg_instance_free(any->standby);
    pg_instance_free(any->primary);
    pg_roles_free(any->roles);
    pg_hba_free(any->trust);
    pg_hba_free(any->scram);
}

static inline void *any_copy(const void *bytes, size_t length)
{
    void *copy = memory_new(length > 0 ? length : 1, 1);

    if (length > 0)
        memcpy(copy, bytes, length);
    return copy;
}

/* A NUL-ended one. */
static inline char *any_text(const void *bytes, size_t length)
{
    return memory_text_of(bytes, strnlen(bytes, length));
}

/* ---- sessions ---- */

static inline PgSession *any_session_new(AnyPostgres *any, PgInstance *instance, AnyBegin begin)
{
    static const char *const DATABASES[] = {"postgres", "tsb", NULL};

    return pg_session_new(&(PgSessionOptions){.instance = instance,
                                              .roles = any->roles,
                                              .databases = DATABASES,
                                              .hba = begin == ANY_START ? any->scram : any->trust,
                                              .backends = &any->backends,
                                              .pid = 1000,
                                              .key = 42});
}

static inline void any_say_startup(Buffer *out, bool replicates)
{
    static const char CLIENT[] = "user\0postgres\0database\0tsb\0";
    static const char WALSENDER[] = "user\0postgres\0replication\0true\0";
    const char *words = replicates ? WALSENDER : CLIENT;
    size_t length = replicates ? sizeof WALSENDER : sizeof CLIENT;

    buffer_add_u32(out, (uint32_t)(2 * sizeof(uint32_t) + length));
    buffer_add_u32(out, PG_PROTOCOL_3_0);
    buffer_add(out, words, length);
}

/* Takes what the session says off it; false: that is no sequence of whole messages. */
static inline bool any_hear(PgSession *session, Buffer *out_heard)
{
    Buffer *out = pg_session_out(session);
    PgMessage message;
    size_t used, at = 0;
    bool ok = true;

    /* The answer to a request for encryption is one letter. */
    while (at < out->length && out->data[at] == 'N' &&
           (out->length - at < 5 || out->data[at + 1] != '\0'))
        at++;
    /* What speaks no 3.0 gets a text. */
    if (out->length - at > 6 && memcmp(out->data + at, "EFATAL", 6) == 0)
        at = out->length;
    for (; ok && at < out->length; at += used)
        ok = pg_read_message(out->data + at, out->length - at, &message, &used) == PG_READ_WHOLE;
    buffer_add(out_heard, out->data, out->length);
    buffer_clear(out);
    return ok;
}

enum { ANY_STEPS_MAX = 2000, ANY_STREAMED_MAX = 8 };

/* Goes on until it wants bytes or is over. A stream has no end, and is left after a few turns. */
static inline PgStep any_go_on(PgSession *session, int *streamed, Buffer *out_heard, bool *out_ok)
{
    PgStep step = PG_STEP_RUN;

    for (int i = 0; i < ANY_STEPS_MAX && step != PG_STEP_MORE && step != PG_STEP_CLOSE &&
                    step != PG_STEP_CANCEL && *streamed < ANY_STREAMED_MAX;
         i++) {
        step = pg_session_step(session);
        if (step == PG_STEP_STREAM)
            (*streamed)++;
        *out_ok = any_hear(session, out_heard) && *out_ok;
    }
    return step;
}

/*
 * What a primary or a standby of its own says to the bytes, in pieces of so many; *out_streams: a part of it depends on when it is asked
 * for more.
 */
static inline bool any_converse(AnyServer server, AnyBegin begin, const Buffer *bytes, size_t piece,
                                Buffer *out_heard, bool *out_streams)
{
    AnyPostgres any;
    PgSession *session;
    PgStep step = PG_STEP_MORE;
    int streamed = 0;
    bool ok = true;

    any_postgres_init(&any);
    session = any_session_new(&any, server == ANY_STANDBY ? any.standby : any.primary, begin);
    for (size_t at = 0; at < bytes->length && ok && step == PG_STEP_MORE; at += piece) {
        size_t size = bytes->length - at < piece ? bytes->length - at : piece;
        char *copy = any_copy(bytes->data + at, size);

        pg_session_receive(session, copy, size);
        free(copy);
        step = any_go_on(session, &streamed, out_heard, &ok);
    }
    *out_streams = streamed > 0;
    pg_session_free(session);
    any_postgres_release(&any);
    return ok;
}

/* However what a client sends is cut into pieces, it is answered the same. Salts and nonces are not. */
static inline const char *any_session(AnyServer server, AnyBegin begin, const void *bytes,
                                      size_t length)
{
    Buffer said = {0}, whole = {0}, pieces = {0};
    const char *wrong = NULL;
    bool streams, others_stream;

    if (begin != ANY_START)
        any_say_startup(&said, begin == ANY_REPLICATION);
    buffer_add(&said, bytes, length);
    if (!any_converse(server, begin, &said, said.length, &whole, &streams) ||
        !any_converse(server, begin, &said, 1, &pieces, &others_stream))
        wrong = "what is said can be read";
    else if (begin != ANY_START && !streams && !others_stream &&
             (whole.length != pieces.length ||
              (whole.length > 0 && memcmp(whole.data, pieces.data, whole.length) != 0)))
        wrong = "one byte at a time is answered as all at once";
    buffer_release(&said);
    buffer_release(&whole);
    buffer_release(&pieces);
    return wrong;
}

/* ---- texts ---- */

/* A text as a query, and as a statement that is prepared, described and executed. */
static inline const char *any_query(AnyServer server, AnyBegin begin, const void *bytes,
                                    size_t length)
{
    static const char BIND[] = "\0\0\0\0\0\0\0";
    char *text = any_text(bytes, length);
    Buffer said = {0};
    const char *wrong;
    size_t at = pg_message_begin(&said, 'Q');

    buffer_add(&said, text, strlen(text) + 1);
    pg_message_end(&said, at);
    at = pg_message_begin(&said, 'P');
    buffer_add_byte(&said, '\0');
    buffer_add(&said, text, strlen(text) + 1);
    buffer_add_u16(&said, 0);
    pg_message_end(&said, at);
    at = pg_message_begin(&said, 'D');
    buffer_add(&said, "S", 2);
    pg_message_end(&said, at);
    at = pg_message_begin(&said, 'B');
    buffer_add(&said, BIND, sizeof BIND);
    pg_message_end(&said, at);
    at = pg_message_begin(&said, 'E');
    buffer_add(&said, "\0\0\0\0", 5);
    pg_message_end(&said, at);
    pg_add_plain(&said, 'S');
    wrong = any_session(server, begin, said.data, said.length);
    buffer_release(&said);
    free(text);
    return wrong;
}

/* The client's two texts of an exchange, with a newline between them. */
static inline const char *any_scram(const void *bytes, size_t length)
{
    const char *end = memchr(bytes, '\n', length);
    size_t first = end != NULL ? (size_t)(end - (const char *)bytes) : length;
    size_t second = end != NULL ? length - first - 1 : 0;
    char *texts[2] = {any_copy(bytes, first), any_copy(end != NULL ? end + 1 : "", second)};
    char said[SCRAM_TEXT_MAX];
    bool is_right = false;
    PgReport report;

    for (int is_plus = 0; is_plus < 2 && !is_right; is_plus++) {
        Scram scram = {.is_plus = is_plus != 0, .may_plus = true, .binding_length = 32};

        if (scram_first(&scram, texts[0], first, "b3Vycw==", &report))
            scram_final(&scram, texts[1], second, &is_right, said, &report);
    }
    free(texts[0]);
    free(texts[1]);
    return is_right ? "nobody proves a password that he does not know" : NULL;
}

static inline bool any_is_member(const void *owner, const char *user, const char *role)
{
    (void)owner;
    return strlen(user) > strlen(role);
}

static inline const char *any_hba(const void *bytes, size_t length)
{
    static const PgHbaClient CLIENTS[] = {
        {.address = "127.0.0.1", .database = "tsb", .user = "postgres", .is_member = any_is_member},
        {.address = "::1",
         .is_secured = true,
         .is_physical = true,
         .database = "",
         .user = "r",
         .is_member = any_is_member},
        {.database = "tsb",         .user = "tsb",                               .is_member = any_is_member                                   },
    };
    char *text = any_text(bytes, length);
    const char *wrong = NULL;
    PgHba *hba = NULL;
    Error err = {0};

    if (pg_hba_parse(text, &hba, &err)) {
        for (size_t i = 0; i < ANY_COUNT(CLIENTS); i++)
            pg_hba_find(hba, &CLIENTS[i]);
    } else if (strncmp(err.message, "pg_hba.conf:", 12) != 0) {
        wrong = "a refusal begins with its place";
    }
    pg_hba_free(hba);
    free(text);
    return wrong;
}

/* ---- the log ---- */

enum { ANY_LOG_AT = 0x3000000, ANY_RECORD_HEADER = 24, ANY_RECORDS_MAX = 64 };

/* Page headers and checksums made right, as far as records say where they end: or nobody would look behind them. */
static inline void any_repair_log(uint8_t *bytes, size_t length)
{
    PgPageHeader head = {.magic = PG_PAGE_MAGIC,
                         .info = PG_PAGE_IS_LONG,
                         .timeline = 1,
                         .address = ANY_LOG_AT,
                         .system_identifier = 1,
                         .segment_size = PG_SEGMENT_SIZE,
                         .page_size = PG_PAGE_SIZE};
    uint64_t previous = 0;
    size_t at = sizeof head;

    if (length < sizeof head)
        return;
    memcpy(bytes, &head, sizeof head);
    for (int i = 0; i < ANY_RECORDS_MAX && at + ANY_RECORD_HEADER <= length; i++) {
        uint32_t size, crc;

        memcpy(&size, bytes + at, sizeof size);
        size = ANY_RECORD_HEADER + size % 512;
        if (size > length - at || at + size > PG_PAGE_SIZE)
            size = ANY_RECORD_HEADER;
        if (at + size > PG_PAGE_SIZE)
            return;
        memcpy(bytes + at, &size, sizeof size);
        memcpy(bytes + at + 8, &previous, sizeof previous);
        crc = crc32c_add(CRC32C_BEGIN, bytes + at + ANY_RECORD_HEADER, size - ANY_RECORD_HEADER);
        crc = ~crc32c_add(crc, bytes + at, ANY_RECORD_HEADER - sizeof crc);
        memcpy(bytes + at + ANY_RECORD_HEADER - sizeof crc, &crc, sizeof crc);
        previous = ANY_LOG_AT + at;
        at += (size + 7) / 8 * 8;
    }
}

/* Taken in as a standby takes in another server's, all at once or in pieces; *out_replayable: up to where. */
static inline bool any_take_log(const uint8_t *bytes, size_t length, size_t piece,
                                PgLsn *out_replayable)
{
    PgRemote *remote = NULL;
    bool ok = true;
    Error err;

    if (!pg_remote_new(&remote, &err))
        return false;
    pg_remote_begin(remote, 1, 1, ANY_LOG_AT, &(PgCounters){0});
    for (size_t at = 0; at < length && ok; at += piece) {
        size_t size = length - at < piece ? length - at : piece;
        char *copy = any_copy(bytes + at, size);

        ok = pg_remote_add(remote, ANY_LOG_AT + at, copy, size, &err);
        free(copy);
    }
    *out_replayable = remote->replayable;
    pg_remote_free(remote);
    return ok;
}

static inline const char *any_log(const void *data, size_t length)
{
    uint8_t *bytes = any_copy(data, length);
    const char *wrong = NULL;

    for (int is_repaired = 0; is_repaired < 2 && wrong == NULL; is_repaired++) {
        PgLsn whole = 0, pieces = 0;

        if (is_repaired)
            any_repair_log(bytes, length);
        if (any_take_log(bytes, length, length, &whole) !=
                any_take_log(bytes, length, 7, &pieces) ||
            whole != pieces)
            wrong = "however a log is cut into pieces, the same is read in it";
    }
    free(bytes);
    return wrong;
}

#endif
