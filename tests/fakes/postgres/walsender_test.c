/*
 * tests/fakes/postgres/walsender_test.c - a walsender's machine and what it says, told by hand and by a clock of the test's own.
 *
 * Answers are compared by the letters of their messages; of what is in a copy by its own ("dw", "dk"), of an error by its SQLSTATE.
 */
#include "fakes/postgres/walsender.h"

#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "fakes/postgres/session_inside.h"
#include "tests/test.h"

enum { BEGIN = 0x3000180, SEGMENT = 16 << 20 };

static int64_t test_now_ms;

static int64_t test_clock(void)
{
    return test_now_ms;
}

static const PgRole REPLICATION = {.name = "replication", .may_replicate = true};

typedef struct {
    PgInstance *instance, *upstream;
    PgBackends backends;
    PgSession *session;
    PgStep step; /* what the session wanted last */
    int woken;
    Buffer said;
} Fixture;

static PgInstance *make(const char *name, PgLsn keep)
{
    return pg_instance_new(&(PgInstanceOptions){.name = name,
                                                .system_identifier = 1,
                                                .server_version_num = 150020,
                                                .timeline = 1,
                                                .start_lsn = BEGIN,
                                                .wal_keep_bytes = keep,
                                                .max_wal_senders = 2,
                                                .checkpoint_ms = 90000,
                                                .now_ms = test_clock});
}

static void on_wake(void *owner)
{
    ((Fixture *)owner)->woken++;
}

static PgSession *let_in(Fixture *fixture, uint32_t pid, PgReport *report)
{
    PgSession *session = pg_session_new(&(PgSessionOptions){.instance = fixture->instance,
                                                            .backends = &fixture->backends,
                                                            .pid = pid,
                                                            .on_wake = on_wake,
                                                            .owner = fixture});

    session->state = SESSION_COMMANDS;
    session->role = &REPLICATION;
    session->user = "replication";
    session->is_walsender = session->is_physical = true;
    if (walsender_begin(session, report)) {
        session_report_parameters(session);
        buffer_clear(&session->out);
        return session;
    }
    session->is_walsender = false;
    pg_session_free(session);
    return NULL;
}

static void fixture_init(Fixture *fixture, PgLsn keep)
{
    PgReport report;

    test_now_ms = 1795226400000;
    *fixture = (Fixture){.instance = make("a", keep), .upstream = make("b", keep)};
    fixture->session = let_in(fixture, 1000, &report);
}

static void fixture_release(Fixture *fixture)
{
    pg_session_free(fixture->session);
    pg_instance_free(fixture->instance);
    pg_instance_free(fixture->upstream);
    buffer_release(&fixture->said);
}

static void add_letters(Buffer *said, const PgMessage *message)
{
    if (said->length > 0)
        buffer_add_byte(said, ' ');
    buffer_add_byte(said, (uint8_t)message->type);
    if (message->type == 'E' || message->type == 'N')
        buffer_format(said, "%.5s",
                      (const char *)memmem(message->body, message->length, "\0C", 2) + 2);
    if (message->type == 'd')
        buffer_add_byte(said, (uint8_t)message->body[0]);
}

/* Steps until it waits; what it said meanwhile, with repeats of "dw" and "dd" as one. */
static const char *step(Fixture *fixture)
{
    Buffer *out = pg_session_out(fixture->session);
    char last = 0;

    buffer_clear(&fixture->said);
    buffer_add_text(&fixture->said, "");
    do {
        PgMessage message;
        size_t used;

        fixture->step = pg_session_step(fixture->session);
        while (pg_read_message(out->data, out->length, &message, &used) == PG_READ_WHOLE) {
            char inner = message.type == 'd' ? message.body[0] : 0;

            if (inner == 0 || inner != last)
                add_letters(&fixture->said, &message);
            last = inner;
            buffer_eat(out, used);
        }
    } while (fixture->step == PG_STEP_RUN ||
             (fixture->step == PG_STEP_STREAM && pg_session_sleep_ms(fixture->session) == 0));
    return fixture->said.data;
}

static const char *say(Fixture *fixture, char type, const void *body, size_t length)
{
    Buffer bytes = {0};
    size_t begin = pg_message_begin(&bytes, type);

    buffer_add(&bytes, body, length);
    pg_message_end(&bytes, begin);
    pg_session_receive(fixture->session, bytes.data, bytes.length);
    buffer_release(&bytes);
    return step(fixture);
}

static const char *ask(Fixture *fixture, const char *command)
{
    return say(fixture, 'Q', command, strlen(command) + 1);
}

static const char *reply(Fixture *fixture, PgLsn lsn, bool wants_answer)
{
    Buffer body = {0};
    const char *said;

    buffer_add_byte(&body, 'r');
    for (int i = 0; i < 3; i++)
        buffer_add_u64(&body, lsn);
    buffer_add_u64(&body, 0);
    buffer_add_byte(&body, wants_answer);
    said = say(fixture, 'd', body.data, body.length);
    buffer_release(&body);
    return said;
}

static void write_row(PgInstance *instance)
{
    cJSON *value = cJSON_CreateObject();

    test_now_ms += 1;
    pg_write(instance, "tenants/a", value, NULL);
    cJSON_Delete(value);
}

/* ---- the tests ---- */

/* Every state can be left, is reached, and every wait that a client may leave us in has an end. */
static void test_the_table(void)
{
    size_t count;
    const WalsenderRow *rows = walsender_rows(&count);
    bool is_reached[WALSENDER_STATES] = {[WALSENDER_COMMANDS] = true,
                                         [WALSENDER_STREAMING] = true,
                                         [WALSENDER_CHECKPOINTING] = true};
    bool handles[WALSENDER_STATES][WALSENDER_EVENTS] = {{false}};

    for (size_t i = 0; i < count; i++) {
        CHECK_CASE(rows[i].why, !handles[rows[i].state][rows[i].event]);
        handles[rows[i].state][rows[i].event] = true;
        is_reached[rows[i].next] = true;
        CHECK_CASE(rows[i].why, rows[i].act != NULL);
    }
    for (int state = 0; state < WALSENDER_STATES; state++)
        CHECK(is_reached[state]);
    for (int state = WALSENDER_STREAMING; state < WALSENDER_GONE; state++)
        CHECK(handles[state][WALSENDER_SERVER_STOPS]);
    for (int state = WALSENDER_STREAMING; state <= WALSENDER_SWITCHING; state++)
        CHECK(handles[state][WALSENDER_LONG_SILENCE] && handles[state][WALSENDER_NONSENSE]);
}

static void test_a_stream(void)
{
    Fixture fixture;
    const PgSender *sender;

    fixture_init(&fixture, 0);
    sender = &fixture.session->walsender.sender;
    CHECK_TEXT(ask(&fixture, "START_REPLICATION 0/3000000 TIMELINE 1"), "W dw");
    CHECK(fixture.step == PG_STEP_STREAM && pg_session_sleep_ms(fixture.session) == 30000);
    CHECK_TEXT(sender->state, "streaming");
    CHECK_TEXT(reply(&fixture, 0x3000000, false), "");
    CHECK(sender->sent == BEGIN && sender->flush == 0x3000000);
    write_row(fixture.instance);
    CHECK_INTEGER(fixture.woken, 1);
    CHECK_TEXT(step(&fixture), "dw");
    CHECK_TEXT(reply(&fixture, pg_current_lsn(fixture.instance), true), "dk");
    CHECK_TEXT(say(&fixture, 'c', "", 0), "c C C Z");
    CHECK(fixture.step == PG_STEP_MORE);
    CHECK_TEXT(reply(&fixture, 0, false), ""); /* what was on its way */
    CHECK_TEXT(ask(&fixture, "IDENTIFY_SYSTEM"), "T D C Z");
    fixture_release(&fixture);
}

static void test_silence(void)
{
    Fixture fixture;

    fixture_init(&fixture, 0);
    ask(&fixture, "START_REPLICATION 0/3000000 TIMELINE 1");
    test_now_ms += 29999;
    CHECK_TEXT(step(&fixture), "");
    test_now_ms += 1;
    CHECK_TEXT(step(&fixture), "dk");
    reply(&fixture, BEGIN, false);
    test_now_ms += 30000;
    CHECK_TEXT(step(&fixture), "dk");
    CHECK_INTEGER(pg_session_sleep_ms(fixture.session), 30000);
    test_now_ms += 30000;
    CHECK_TEXT(step(&fixture), "");
    CHECK(fixture.step == PG_STEP_CLOSE);
    fixture_release(&fixture);
}

/* wal_sender_timeout is the instance's. */
static void test_another_timeout(void)
{
    Fixture fixture;
    PgReport report;

    fixture_init(&fixture, 0);
    pg_session_free(fixture.session);
    pg_instance_free(fixture.instance);
    fixture.instance = pg_instance_new(&(PgInstanceOptions){.name = "a",
                                                            .system_identifier = 1,
                                                            .timeline = 1,
                                                            .start_lsn = BEGIN,
                                                            .wal_sender_timeout_ms = 6000,
                                                            .now_ms = test_clock});
    fixture.session = let_in(&fixture, 1000, &report);
    ask(&fixture, "START_REPLICATION 0/3000000 TIMELINE 1");
    test_now_ms += 3000;
    CHECK_TEXT(step(&fixture), "dk");
    test_now_ms += 3000;
    step(&fixture);
    CHECK(fixture.step == PG_STEP_CLOSE);
    fixture_release(&fixture);
}

/* A word of every length: whole ones are taken, short ones end the stream, and one that is none the connection. */
static void test_words_of_every_length(void)
{
    char word[40] = {0};
    Fixture fixture;

    fixture_init(&fixture, 0);
    for (size_t length = 1; length < sizeof word; length++) {
        for (int kind = 0; kind < 2; kind++) {
            bool is_whole = length >= (kind == 0 ? 34 : 25);

            word[0] = kind == 0 ? 'r' : 'h';
            ask(&fixture, "START_REPLICATION 0/3000180 TIMELINE 1");
            CHECK_TEXT(say(&fixture, 'd', word, length), is_whole ? "" : "E08P01 Z");
            if (is_whole)
                say(&fixture, 'c', NULL, 0);
            CHECK(fixture.session->walsender.state == WALSENDER_COMMANDS);
        }
    }
    ask(&fixture, "START_REPLICATION 0/3000180 TIMELINE 1");
    CHECK_TEXT(say(&fixture, 'd', "x", 1), "");
    CHECK(fixture.step == PG_STEP_CLOSE);
    fixture_release(&fixture);
}

static void add_message(Buffer *bytes, char type, const void *body, size_t length)
{
    size_t begin = pg_message_begin(bytes, type);

    buffer_add(bytes, body, length);
    pg_message_end(bytes, begin);
}

/* All that a walreceiver says, one byte at a time, is what it is at once. */
static void test_one_byte_at_a_time(void)
{
    static const char *const COMMANDS[] = {
        "IDENTIFY_SYSTEM",
        "SHOW wal_segment_size",
        "CREATE_REPLICATION_SLOT \"s\" PHYSICAL ( RESERVE_WAL)",
        "READ_REPLICATION_SLOT \"s\"",
        "TIMELINE_HISTORY 2",
        "DROP_REPLICATION_SLOT \"s\"",
        "START_REPLICATION 0/3000180 TIMELINE 1",
    };
    char status[34] = {'r'};
    Buffer bytes = {0}, said = {0};
    Fixture fixture;

    fixture_init(&fixture, 0);
    for (size_t i = 0; i < TEST_COUNT(COMMANDS); i++)
        add_message(&bytes, 'Q', COMMANDS[i], strlen(COMMANDS[i]) + 1);
    status[33] = 1;
    add_message(&bytes, 'd', status, sizeof status);
    add_message(&bytes, 'c', NULL, 0);
    for (size_t i = 0; i < bytes.length; i++) {
        pg_session_receive(fixture.session, bytes.data + i, 1);
        step(&fixture);
        if (fixture.said.length > 0)
            buffer_format(&said, "%s%s", said.length > 0 ? " " : "", fixture.said.data);
    }
    CHECK_TEXT(said.data, "T D C Z T D C Z T D C Z T D C Z T E58P01 Z C Z W dk c C C Z");
    buffer_release(&said);
    buffer_release(&bytes);
    fixture_release(&fixture);
}

/* Commands and words with a byte or more that is any: an answer or an end, and never anything else. */
static void test_any_bytes(void)
{
    static const char *const COMMANDS[] = {
        "START_REPLICATION SLOT \"s\" 0/3000180 TIMELINE 1",
        "BASE_BACKUP ( LABEL 'x',  PROGRESS,  CHECKPOINT 'fast',  MANIFEST 'yes',  TARGET 'blackhole')",
        "CREATE_REPLICATION_SLOT \"s\" TEMPORARY PHYSICAL ( RESERVE_WAL)",
        "TIMELINE_HISTORY 1",
        "BASE_BACKUP ( COMPRESSION 'gzip', COMPRESSION_DETAIL 'level=3', MAX_RATE 100, TARGET 'client')",
    };
    Random random;

    random_init(&random, 11, "walsender");
    for (int i = 0; i < 4000; i++) {
        const char *base = COMMANDS[random_below(&random, TEST_COUNT(COMMANDS))];
        size_t length = strlen(base) + 1 - (i % 3 == 0 ? random_below(&random, 10) : 0);
        char command[200], word[40];
        Fixture fixture;

        fixture_init(&fixture, 0);
        memcpy(command, base, length);
        for (uint64_t changes = random_below(&random, 5); changes > 0; changes--)
            command[random_below(&random, length)] = (char)random_below(&random, 256);
        for (size_t at = 0; at < sizeof word; at++)
            word[at] = (char)random_below(&random, 256);
        say(&fixture, 'Q', command, length);
        if (fixture.step != PG_STEP_CLOSE)
            say(&fixture, random_below(&random, 2) == 0 ? 'd' : 'c', word,
                random_below(&random, sizeof word));
        CHECK(fixture.step == PG_STEP_CLOSE || fixture.step == PG_STEP_MORE ||
              fixture.step == PG_STEP_STREAM);
        fixture_release(&fixture);
    }
}

static void test_shutdown(void)
{
    Fixture fixture;

    fixture_init(&fixture, 0);
    ask(&fixture, "START_REPLICATION 0/3000000 TIMELINE 1");
    pg_set_state(fixture.instance, PG_STOPPING);
    CHECK(pg_session_stop(fixture.session));
    CHECK_TEXT(step(&fixture), "dw C");
    CHECK(fixture.step == PG_STEP_CLOSE);
    fixture_release(&fixture);
}

static void test_nonsense(void)
{
    Fixture fixture;

    fixture_init(&fixture, 0);
    ask(&fixture, "START_REPLICATION 0/3000000 TIMELINE 1");
    CHECK_TEXT(say(&fixture, 'Q', "SELECT 1", 9), "E08P01");
    CHECK(fixture.step == PG_STEP_CLOSE);
    fixture_release(&fixture);
}

/* The standby that somebody follows is promoted; then somebody comes who never heard of it, and one who is too far. */
static void test_timelines(void)
{
    Fixture fixture;

    fixture_init(&fixture, 0);
    pg_follow(fixture.instance, fixture.upstream, &(PgLink){.is_connected = true});
    CHECK_TEXT(ask(&fixture, "START_REPLICATION 0/3000000 TIMELINE 1"), "W dw");
    CHECK_INTEGER(pg_session_sleep_ms(fixture.session), 200); /* it grows without a word */
    write_row(fixture.upstream);
    CHECK_TEXT(step(&fixture), "dw");
    pg_promote(fixture.instance);
    CHECK_TEXT(step(&fixture), "c");
    CHECK_TEXT(reply(&fixture, BEGIN, false), "");
    CHECK_TEXT(say(&fixture, 'c', "", 0), "T D C C Z");
    CHECK_TEXT(ask(&fixture, "START_REPLICATION 0/3000000 TIMELINE 2"), "W dw");
    CHECK_TEXT(say(&fixture, 'c', "", 0), "c C C Z");
    CHECK_TEXT(ask(&fixture, "START_REPLICATION 0/3000000 TIMELINE 1"), "W dw c");
    CHECK_TEXT(say(&fixture, 'c', "", 0), "T D C C Z");
    CHECK_TEXT(ask(&fixture, "START_REPLICATION 0/4000000 TIMELINE 1"), "EXX000 Z");
    CHECK_TEXT(ask(&fixture, "START_REPLICATION 0/4000000 TIMELINE 2"), "W EXX000 Z");
    CHECK_TEXT(ask(&fixture, "START_REPLICATION 0/3000000 TIMELINE 7"), "EXX000 Z");
    fixture_release(&fixture);
}

/* At the fork itself there is nothing to stream: no 'W'. */
static void test_the_fork_itself(void)
{
    Fixture fixture;

    fixture_init(&fixture, 0);
    pg_follow(fixture.instance, fixture.upstream, &(PgLink){.is_connected = true});
    pg_promote(fixture.instance);
    CHECK_TEXT(ask(&fixture, "START_REPLICATION 0/3000180 TIMELINE 1"), "T D C C Z");
    fixture_release(&fixture);
}

static void test_slots(void)
{
    static const struct {
        const char *command, *letters;
    } CASES[] = {
        {"READ_REPLICATION_SLOT mp2",                                   "T D C Z" },
        {"CREATE_REPLICATION_SLOT \"mp2\" PHYSICAL",                    "T D C Z" },
        {"CREATE_REPLICATION_SLOT mp2 PHYSICAL",                        "E42710 Z"},
        {"CREATE_REPLICATION_SLOT \"MP 2\" PHYSICAL",                   "E42602 Z"},
        {"CREATE_REPLICATION_SLOT t TEMPORARY PHYSICAL ( RESERVE_WAL)", "T D C Z" },
        {"CREATE_REPLICATION_SLOT u PHYSICAL RESERVE_WAL;",             "T D C Z" },
        {"CREATE_REPLICATION_SLOT v LOGICAL \"pgoutput\"",              "E55000 Z"},
        {"CREATE_REPLICATION_SLOT v",                                   "E42601 Z"},
        {"START_REPLICATION SLOT \"nope\" 0/3000000 TIMELINE 1",        "E42704 Z"},
        {"START_REPLICATION 3000000",                                   "E42601 Z"},
        {"DROP_REPLICATION_SLOT mp2",                                   "C Z"     },
        {"DROP_REPLICATION_SLOT mp2",                                   "E42704 Z"},
        {"DROP_REPLICATION_SLOT",                                       "E42601 Z"},
    };
    Fixture fixture;
    PgPeers *peers;

    fixture_init(&fixture, 0);
    peers = pg_peers(fixture.instance);
    for (size_t i = 0; i < TEST_COUNT(CASES); i++)
        CHECK_TEXT(ask(&fixture, CASES[i].command), CASES[i].letters);
    CHECK(pg_slot_find(peers, "t") != NULL && pg_slot_find(peers, "u")->restart == 0x3000028);
    ask(&fixture, "START_REPLICATION SLOT u 0/3000000 TIMELINE 1");
    CHECK_INTEGER(pg_slot_find(peers, "u")->pid, 1000);
    reply(&fixture, BEGIN, false);
    CHECK_INTEGER(pg_slot_find(peers, "u")->restart, BEGIN);
    pg_session_free(fixture.session);
    fixture.session = NULL;
    CHECK(pg_slot_find(peers, "t") == NULL && pg_slot_find(peers, "u")->pid == 0);
    fixture_release(&fixture);
}

/* What is not kept is gone, unless a slot keeps it. */
static void test_removed_log(void)
{
    Fixture fixture;

    fixture_init(&fixture, SEGMENT);
    ask(&fixture, "CREATE_REPLICATION_SLOT u PHYSICAL RESERVE_WAL");
    for (int i = 0; i < 3; i++) {
        pg_switch_log(fixture.instance);
        write_row(fixture.instance);
    }
    CHECK_TEXT(ask(&fixture, "START_REPLICATION SLOT u 0/3000000 TIMELINE 1"), "W dw");
    say(&fixture, 'c', "", 0);
    ask(&fixture, "DROP_REPLICATION_SLOT u");
    CHECK_TEXT(ask(&fixture, "START_REPLICATION 0/3000000 TIMELINE 1"), "W E58P01 Z");
    CHECK_TEXT(ask(&fixture, "START_REPLICATION 0/6000000 TIMELINE 1"), "W dw");
    fixture_release(&fixture);
}

static void test_how_many(void)
{
    Fixture fixture;
    PgReport report;
    PgSession *second;

    fixture_init(&fixture, 0);
    second = let_in(&fixture, 1001, &report);
    CHECK(second != NULL && let_in(&fixture, 1002, &report) == NULL);
    CHECK_TEXT(report.code, "53300");
    CHECK_TEXT(report.message,
               "number of requested standby connections exceeds max_wal_senders (currently 2)");
    pg_session_free(second);
    second = let_in(&fixture, 1003, &report);
    CHECK(second != NULL);
    pg_session_free(second);
    fixture_release(&fixture);
}

static void test_base_backup(void)
{
    static const char KUBEGRES[] = "BASE_BACKUP ( LABEL 'pg_basebackup base backup',  PROGRESS,  "
                                   "WAIT 0,  MANIFEST 'yes',  TARGET 'client')";
    static const struct {
        const char *command, *letters;
    } REFUSED[] = {
        {"BASE_BACKUP ( NONSENSE 'x')",                             "E42601 Z"},
        {"BASE_BACKUP ( MAX_RATE 5)",                               "E22003 Z"},
        {"BASE_BACKUP ( COMPRESSION 'zstd')",                       "E0A000 Z"},
        {"BASE_BACKUP ( TARGET 'moon')",                            "E0A000 Z"},
        {"BASE_BACKUP ( MANIFEST 'yes', MANIFEST_CHECKSUMS 'md5')", "E42601 Z"},
    };
    Fixture fixture;

    fixture_init(&fixture, 0);
    for (size_t i = 0; i < TEST_COUNT(REFUSED); i++)
        CHECK_TEXT(ask(&fixture, REFUSED[i].command), REFUSED[i].letters);
    CHECK_TEXT(ask(&fixture, KUBEGRES), "");
    CHECK_INTEGER(pg_session_sleep_ms(fixture.session), 90000);
    CHECK_TEXT(fixture.session->walsender.sender.state, "backup");
    test_now_ms += 90000;
    CHECK_TEXT(step(&fixture), "T D C T D C H dn dd dp dm dd c T D C C Z");
    CHECK_INTEGER(pg_current_lsn(fixture.instance), 0x5000000);
    CHECK_TEXT(ask(&fixture, "BASE_BACKUP LABEL 'old' PROGRESS FAST NOWAIT"),
               "T D C T D C H dn dd dp c T D C C Z");
    CHECK_TEXT(ask(&fixture, "BASE_BACKUP ( CHECKPOINT 'fast')"),
               "T D C T D C H dn dd dp N00000 c T D C C Z");
    fixture_release(&fixture);
}

TEST_SUITE("fakes/postgres/walsender", {"the table", test_the_table}, {"a stream", test_a_stream},
           {"silence", test_silence}, {"another timeout", test_another_timeout},
           {"words of every length", test_words_of_every_length},
           {"one byte at a time", test_one_byte_at_a_time}, {"any bytes", test_any_bytes},
           {"shutdown", test_shutdown}, {"nonsense", test_nonsense}, {"timelines", test_timelines},
           {"the fork itself", test_the_fork_itself}, {"slots", test_slots},
           {"removed log", test_removed_log}, {"how many", test_how_many},
           {"base backup", test_base_backup});
