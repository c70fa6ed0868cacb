/*
 * tests/fakes/postgres/session_test.c - sessions told by hand: start-up in its corners, and the extended protocol's state machine.
 *
 * Answers are compared by the letters of their messages; an error's letter is followed by its SQLSTATE.
 */
#include "fakes/postgres/session.h"

#include <stdio.h>
#include <string.h>

#include "base/random.h"
#include "fakes/postgres/session_inside.h"
#include "tests/test.h"

static int64_t test_now_ms = 1795226400000;

static int64_t test_clock(void)
{
    return test_now_ms;
}

typedef struct {
    PgInstance *instance, *upstream;
    PgRoles *roles;
    PgHba *hba;
    PgBackends backends;
    PgSession *session;
    Buffer said;
} Fixture;

static const PgRole ROLES[] = {
    {.name = "postgres",     .password = "secret", .is_superuser = true, .may_replicate = true},
    {.name = "tsb", .password = "secret"                    }
};
static const char *const DATABASES[] = {"postgres", "tsb", NULL};

static void fixture_init_of(Fixture *fixture, bool offers_tls, bool is_cold)
{
    PgInstanceOptions options = {.name = "a",
                                 .system_identifier = 1,
                                 .server_version_num = 150020,
                                 .timeline = 1,
                                 .start_lsn = 0x3000180,
                                 .is_cold = is_cold,
                                 .now_ms = test_clock};

    *fixture = (Fixture){.instance = pg_instance_new(&options)};
    options.name = "b";
    fixture->upstream = pg_instance_new(&options);
    fixture->roles = pg_roles_new(ROLES, TEST_COUNT(ROLES));
    CHECK(pg_hba_parse("host all all all scram-sha-256", &fixture->hba, NULL));
    fixture->session = pg_session_new(&(PgSessionOptions){
        .instance = fixture->instance,
        .roles = fixture->roles,
        .databases = DATABASES,
        .hba = fixture->hba,
        .backends = &fixture->backends,
        .offers_tls = offers_tls,
        .pid = 1000,
        .key = 42,
    });
}

static void fixture_init(Fixture *fixture, bool offers_tls)
{
    fixture_init_of(fixture, offers_tls, false);
}

/* Logged in, without the 4096 rounds. */
static void fixture_init_in(Fixture *fixture)
{
    fixture_init(fixture, false);
    fixture->session->state = SESSION_COMMANDS;
    fixture->session->role = &ROLES[0];
    fixture->session->user = "postgres";
    fixture->session->database = "tsb";
    session_report_parameters(fixture->session);
    buffer_clear(&fixture->session->out);
}

static void fixture_release(Fixture *fixture)
{
    pg_session_free(fixture->session);
    pg_roles_free(fixture->roles);
    pg_hba_free(fixture->hba);
    pg_instance_free(fixture->instance);
    pg_instance_free(fixture->upstream);
    buffer_release(&fixture->said);
}

/* "1 2 D C Z" and "E26000" from what is in `out`. */
static const char *letters(Fixture *fixture)
{
    Buffer *out = pg_session_out(fixture->session);
    PgMessage message;
    size_t used;

    buffer_clear(&fixture->said);
    buffer_add_text(&fixture->said, "");
    while (pg_read_message(out->data, out->length, &message, &used) == PG_READ_WHOLE) {
        if (fixture->said.length > 0)
            buffer_add_byte(&fixture->said, ' ');
        buffer_add_byte(&fixture->said, (uint8_t)message.type);
        if (message.type == 'E' || message.type == 'N')
            buffer_format(&fixture->said, "%.5s",
                          (const char *)memmem(message.body, message.length, "\0C", 2) + 2);
        if (message.type == 'Z')
            buffer_add_byte(&fixture->said, (uint8_t)message.body[0]);
        buffer_eat(out, used);
    }
    return fixture->said.data;
}

/* Goes through what it is given, as a server without faults would. */
static const char *tell(Fixture *fixture, const Buffer *bytes)
{
    PgStep step;

    pg_session_receive(fixture->session, bytes->data, bytes->length);
    do
        step = pg_session_step(fixture->session);
    while (step == PG_STEP_RUN || step == PG_STEP_WAIT);
    return letters(fixture);
}

/* ---- messages of a client ---- */

static void add_text(Buffer *out, const char *text)
{
    buffer_add(out, text, strlen(text) + 1);
}

static void say_query(Buffer *out, const char *sql)
{
    size_t begin = pg_message_begin(out, 'Q');

    add_text(out, sql);
    pg_message_end(out, begin);
}

static void say_parse(Buffer *out, const char *name, const char *sql)
{
    size_t begin = pg_message_begin(out, 'P');

    add_text(out, name);
    add_text(out, sql);
    buffer_add_u16(out, 0);
    pg_message_end(out, begin);
}

static void say_bind(Buffer *out, const char *portal, const char *name, const char *value)
{
    size_t begin = pg_message_begin(out, 'B');

    add_text(out, portal);
    add_text(out, name);
    buffer_add_u16(out, 0);
    buffer_add_u16(out, value != NULL ? 1 : 0);
    if (value != NULL) {
        buffer_add_u32(out, (uint32_t)strlen(value));
        buffer_add_text(out, value);
    }
    buffer_add_u16(out, 0);
    pg_message_end(out, begin);
}

static void say_named(Buffer *out, char type, char kind, const char *name)
{
    size_t begin = pg_message_begin(out, type);

    buffer_add_byte(out, (uint8_t)kind);
    add_text(out, name);
    pg_message_end(out, begin);
}

/* CopyData: a line; CopyFail: a text. */
static void say_copy(Buffer *out, char type, const char *text)
{
    size_t begin = pg_message_begin(out, type);

    buffer_add_text(out, text);
    buffer_add_byte(out, type == 'd' ? '\n' : '\0');
    pg_message_end(out, begin);
}

static void say_execute(Buffer *out, const char *portal, uint32_t most)
{
    size_t begin = pg_message_begin(out, 'E');

    add_text(out, portal);
    buffer_add_u32(out, most);
    pg_message_end(out, begin);
}

/*
 * A script: P name|sql, B portal|name|value, D or C kind|name, E portal|most, S, H, Q sql, d line, c, f reason; entries divided by
 * newlines. Told with all of it at once.
 */
static void write_script(Buffer *out, const char *script)
{
    while (*script != '\0') {
        size_t length = strcspn(script, "\n");
        char line[200] = "", *fields[3] = {"", "", NULL}, *at = line + 2;

        memcpy(line, script, length);
        for (int i = 0; i < 3 && at != NULL && length > 2; i++)
            fields[i] = strsep(&at, "|");
        if (line[0] == 'P')
            say_parse(out, fields[0], fields[1]);
        else if (line[0] == 'B')
            say_bind(out, fields[0], fields[1], fields[2]);
        else if (line[0] == 'E')
            say_execute(out, fields[0], (uint32_t)(fields[1][0] - '0'));
        else if (line[0] == 'D' || line[0] == 'C')
            say_named(out, line[0], fields[0][0], fields[1]);
        else if (line[0] == 'Q')
            say_query(out, line + 2);
        else if (line[0] == 'd' || line[0] == 'f')
            say_copy(out, line[0], line + 2);
        else
            pg_add_plain(out, line[0]);
        script += length + (script[length] == '\n');
    }
}

static const struct {
    const char *name, *script, *answer;
} SCRIPT_CASES[] = {
    {"all in one",                              "P |select 1\nB |\nD P|\nE |0\nS",                                               "1 2 T D C ZI"                               },
    {"flush in between",                        "P |select 1\nH\nB |\nH\nE |0\nH\nS",                                            "1 2 D C ZI"                                 },
    {"a parameter",                             "P |select pg_wal_lsn_diff($1, '0/0')\nB ||0/10\nE |0\nS",                       "1 2 D C ZI"                                 },
    {"a bad parameter",                         "P |select pg_wal_lsn_diff($1, '0/0')\nB ||x\nE |0\nS",                          "1 E22P02 ZI"                                },
    {"a parameter too few",                     "P |select $1\nB |\nE |0\nS",                                                    "1 E08P01 ZI"                                },
    {"described before it runs",                "P s|select $1::int4\nD S|s\nS",                                                 "1 t T ZI"                                   },
    {"described, though it would fail",         "P s|select pg_promote()\nD S|s\nB |s\nE |0\nS",
     "1 t T 2 E55000 ZI"                                                                                                                                                      },
    {"no rows to describe",                     "P |begin\nD S|\nB |\nD P|\nE |0\nS\nQ commit",                                  "1 t n 2 n C ZT C ZI"                        },
    {"an error skips to Sync",                  "P |selec\nB |\nD P|\nE |0\nC S|\nH\nS\nQ select 1",
     "E42601 ZI T D C ZI"                                                                                                                                                     },
    {"no such statement",                       "B |nope\nE |0\nS",                                                              "E26000 ZI"                                  },
    {"no such portal",                          "E nope|0\nS",                                                                   "E34000 ZI"                                  },
    {"a name twice",                            "P s|select 1\nP s|select 2\nS",                                                 "1 E42P05 ZI"                                },
    {"the unnamed one may be replaced",         "P |select 1\nP |select 2\nB |\nE |0\nS",                                        "1 1 2 D C ZI"                               },
    {"closed and gone",                         "P s|select 1\nC S|s\nB |s\nS",                                                  "1 3 E26000 ZI"                              },
    {"closing nothing is no error",             "C S|nope\nC P|nope\nS",                                                         "3 3 ZI"                                     },
    {"row by row",                              "P |select * from pg_control_system()\nB |\nE |1\nE |1\nS",                      "1 2 D s C ZI"                               },
    {"portals end with the transaction",        "P |select 1\nB p|\nS\nE p|0\nS",                                                "1 2 ZI E34000 ZI"                           },
    {"and live on in one",                      "Q begin\nP |select 1\nB p|\nS\nE p|0\nS",                                       "C ZT 1 2 ZT D C ZT"                         },
    {"a portal twice",                          "P |select 1\nB p|\nB p|\nS",                                                    "1 2 E42P03 ZI"                              },
    {"an empty query",                          "P |\nB |\nD P|\nE |0\nS",                                                       "1 2 n I ZI"                                 },
    {"two commands in one",                     "P |select 1; select 2\nS",                                                      "E42601 ZI"                                  },
    {"a failed transaction",                    "Q begin\nP |selec\nS\nP |select 1\nS\nQ select 1\nQ rollback",
     "C ZT E42601 ZE E25P02 ZE E25P02 ZE C ZI"                                                                                                                                },
    {"a failed transaction, committed",
     "Q begin; selec nope; commit\nQ begin\nQ select nope\nQ commit",                                                            "E42601 ZI C ZT E42703 ZE C ZI"              },
    {"several statements",                      "Q select 1; set application_name to 'x'; show application_name;;",
     "T D C C T D C S ZI"                                                                                                                                                     },
    {"an error stops the rest",                 "Q select 1; select nope; select 2",                                             "T D C E42703 ZI"                            },
    {"nothing",                                 "Q  ; -- nothing\nQ ",                                                           "I ZI I ZI"                                  },
    {"a write on a primary",                    "Q insert into tenants values (1)",                                              "E0A000 ZI"                                  },
    {"needless ends",                           "Q commit\nQ begin; begin\nQ end",                                               "N25P01 C ZI C N25001 C ZT C ZI"             },
    {"settings",
     "Q set nope = 1\nQ set a.b = 1\nQ set server_version = 1\nQ set timezone = 'UTC'\nQ reset timezone",
     "E42704 ZI C ZI E55P02 ZI C S ZI C S ZI"                                                                                                                                 },
    {"an error skips a Query too",              "P |selec\nQ select 1\nS\nQ select 1",                                           "E42601 ZI T D C ZI"                         },
    {"a portal outlives its statement",         "P s|select 1\nB p|s\nC S|s\nE p|0\nS",                                          "1 2 3 D C ZI"                               },
    {"a simple query drops the unnamed ones",   "P |select 1\nS\nQ select 1\nB |\nS",
     "1 ZI T D C ZI E26000 ZI"                                                                                                                                                },
    {"COMMIT drops portals",                    "Q begin\nP |select 1\nB p|\nS\nQ commit\nE p|0\nS",
     "C ZT 1 2 ZT C ZI E34000 ZI"                                                                                                                                             },
    {"what gives no rows runs once",            "P |set application_name to 'x'\nB |\nE |0\nE |0\nS",
     "1 2 C E55000 ZI"                                                                                                                                                        },
    {"a broken statement, its name taken",      "P s|select 1\nP s|selec\nS",                                                    "1 E42601 ZI"                                },
    {"a failed transaction describes no rows",
     "P s|select 1\nP c|commit\nS\nQ begin\nQ selec\nD S|s\nS\nD S|c\nS\nQ rollback",                                            "1 1 ZI C ZT E42601 ZE E25P02 ZE t n ZE C ZI"},
    {"settings are undone",                     "Q begin\nQ set application_name to 'x'\nQ rollback",
     "C ZT C S ZT C S ZI"                                                                                                                                                     },
    {"and stay",                                "Q begin\nQ set application_name to 'x'\nQ commit",                              "C ZT C S ZT C ZI"                           },
    {"SET LOCAL ends with the transaction",
     "Q begin\nQ set local application_name to 'x'\nQ commit",                                                                   "C ZT C S ZT C S ZI"                         },
    {"SET LOCAL outside",                       "Q set local application_name to 'x'",                                           "N25P01 C ZI"                                },
    {"a query is a transaction",                "Q set application_name to 'x'; select nope",                                    "C E42703 ZI"                                },
    {"so is a pipeline",                        "P |set application_name to 'x'\nB |\nE |0\nP |select nope\nS",
     "1 2 C E42703 ZI"                                                                                                                                                        },
    {"read only",                               "Q begin read only\nQ insert into tenants values (1)\nQ rollback",
     "C ZT E25006 ZE C ZI"                                                                                                                                                    },
    {"read only by default",
     "Q set default_transaction_read_only = on\nQ insert into tenants values (1)\nQ begin read write\nQ create table t (a int)",
     "C S ZI E25006 ZI C ZT E0A000 ZE"                                                                                                                                        },
    {"RESET ALL",                               "Q set application_name to 'x'\nQ set timezone to 'UTC'\nQ reset all",
     "C S ZI C S ZI C S S ZI"                                                                                                                                                 },
    {"DISCARD ALL",                             "P a|select 1\nS\nQ discard all\nB |a\nS",                                       "1 ZI C ZI E26000 ZI"                        },
    {"DISCARD ALL in a transaction",            "Q begin\nQ discard all\nQ rollback\nQ select 1; discard all",
     "C ZT E25001 ZE C ZI T D C E25001 ZI"                                                                                                                                    },
    {"DISCARD of other things",
     "P a|select 1\nS\nQ discard plans; discard temporary; discard nothing\nQ discard temp\nB |a\nS",
     "1 ZI E42601 ZI C ZI 2 ZI"                                                                                                                                               },
    {"DEALLOCATE",                              "P a|select 1\nP b|select 2\nS\nQ deallocate prepare a\nB |b\nB |a\nS",
     "1 1 ZI C ZI 2 E26000 ZI"                                                                                                                                                },
    {"DEALLOCATE ALL, extended",                "P |deallocate all\nP a|select 1\nB |\nE |0\nB |\nB |a\nS",
     "1 1 2 C 2 E26000 ZI"                                                                                                                                                    },
    {"DEALLOCATE of nothing",                   "Q deallocate a\nQ deallocate",                                                  "E26000 ZI E42601 ZI"                        },
    {"a function call",                         "F \nQ select 1",                                                                "E08P01 ZI T D C ZI"                         },
    {"rows out",                                "Q copy (select 1, 2) to stdout",                                                "H d c C ZI"                                 },
    {"rows out, with others",                   "Q select 1; copy (select 1) to stdout csv header; select 2",
     "T D C H d d c C T D C ZI"                                                                                                                                               },
    {"rows out, extended",                      "P |copy (select 1) to stdout\nB |\nD P|\nE |0\nS",                              "1 2 n H d c C ZI"                           },
    {"rows in",
     "Q copy tenants from stdin\nd tenants/a\t{}\nd tenants/b\t{}\nc\nQ select key from tenants",                                "G C ZI T D D C ZI"                          },
    {"rows in, and then not",
     "Q begin\nQ copy tenants from stdin\nd tenants/a\t{}\nc\nQ rollback\nQ select key from tenants",
     "C ZT G C ZT C ZI T C ZI"                                                                                                                                                },
    {"rows in, given up",
     "Q copy tenants from stdin\nd tenants/a\t{}\nf no\nQ select key from tenants",                                              "G E57014 ZI T C ZI"                         },
    {"rows in that nobody sees yet",
     "Q begin\nQ copy tenants from stdin\nd tenants/a\t{}\nc\nQ select key from tenants\nQ rollback",
     "C ZT G C ZT T E0A000 ZE C ZI"                                                                                                                                           },
    {"a row of another table",
     "Q copy tenants from stdin\nd workspaces/a\t{}\nd more\nc\nQ select 1",                                                     "G E23514 ZI T D C ZI"                       },
    {"a row twice",                             "Q copy tenants from stdin\nd tenants/a\t{}\nd tenants/a\t{}\nc",
     "G E23505 ZI"                                                                                                                                                            },
    {"no JSON",                                 "Q copy tenants from stdin\nd tenants/a\tx\nc",                                  "G E22P02 ZI"                                },
    {"CSV",
     "Q copy tenants from stdin csv\nd tenants/a,\"{\"\"b\"\": 1}\"\nc\nQ select value from tenants",
     "G C ZI T D C ZI"                                                                                                                                                        },
    {"rows in, then the rest",                  "Q copy tenants from stdin; select 1; selec nope",                               "E42601 ZI"                                  },
    {"rows in, then the rest, later",
     "Q copy tenants from stdin; select 1; copy tenants from stdin; select 2\nc\nc",                                             "G C T D C G C T D C ZI"                     },
    {"rows in, extended",                       "P |copy tenants from stdin\nB |\nE |0\nS\nd tenants/a\t{}\nc\nS",
     "1 2 G C ZI"                                                                                                                                                             },
    {"rows in, extended, failing",              "P |copy tenants from stdin\nB |\nE |0\nd x\nc\nP |select 1\nS",
     "1 2 G E22P04 ZI"                                                                                                                                                        },
    {"rows in, and what has no business there", "Q copy tenants from stdin\nQ select 1",
     "G E08P01 E08P01"                                                                                                                                                        },
    {"a checkpoint",                            "Q checkpoint\nQ checkpoint now\nQ begin; checkpoint\nQ rollback",
     "C ZI E42601 ZI C C ZT C ZI"                                                                                                                                             },
    {"a Describe of neither",                   "D X|\nS",                                                                       "E08P01 ZI"                                  },
};

static void test_scripts(void)
{
    for (size_t i = 0; i < TEST_COUNT(SCRIPT_CASES); i++) {
        Fixture fixture;
        Buffer bytes = {0};
        const char *answer;

        fixture_init_in(&fixture);
        write_script(&bytes, SCRIPT_CASES[i].script);
        answer = tell(&fixture, &bytes);
        if (!CHECK_CASE(SCRIPT_CASES[i].name, strcmp(answer, SCRIPT_CASES[i].answer) == 0))
            CHECK_TEXT(answer, SCRIPT_CASES[i].answer);
        buffer_release(&bytes);
        fixture_release(&fixture);
    }
}

/* The same, a byte at a time. */
static void test_scripts_in_bytes(void)
{
    for (size_t i = 0; i < TEST_COUNT(SCRIPT_CASES); i++) {
        Fixture fixture;
        Buffer bytes = {0};

        fixture_init_in(&fixture);
        write_script(&bytes, SCRIPT_CASES[i].script);
        for (size_t at = 0; at < bytes.length; at++) {
            PgStep step;

            pg_session_receive(fixture.session, bytes.data + at, 1);
            do
                step = pg_session_step(fixture.session);
            while (step == PG_STEP_RUN || step == PG_STEP_WAIT);
        }
        CHECK_CASE(SCRIPT_CASES[i].name, strcmp(letters(&fixture), SCRIPT_CASES[i].answer) == 0);
        buffer_release(&bytes);
        fixture_release(&fixture);
    }
}

static void test_on_a_standby(void)
{
    Fixture fixture;
    Buffer bytes = {0};

    fixture_init_in(&fixture);
    pg_follow(fixture.instance, fixture.upstream, &(PgLink){.is_connected = true});
    write_script(
        &bytes,
        "Q select pg_is_in_recovery()\nQ insert into tenants values (1)\nQ begin read write\n"
        "Q create table t (a int)\nQ show in_hot_standby");
    CHECK_TEXT(tell(&fixture, &bytes), "T D C S ZI E25006 ZI E0A000 ZI E25006 ZI T D C ZI");
    pg_promote(fixture.instance);
    buffer_clear(&bytes);
    write_script(&bytes,
                 "Q select 1\nQ select 1"); /* the news come with the next ReadyForQuery, once */
    CHECK_TEXT(tell(&fixture, &bytes), "T D C S ZI T D C ZI");
    buffer_release(&bytes);
    fixture_release(&fixture);
}

static void test_walsender(void)
{
    Fixture fixture;
    Buffer bytes = {0};

    fixture_init_in(&fixture);
    fixture.session->is_walsender = fixture.session->is_physical = true;
    write_script(
        &bytes,
        "Q IDENTIFY_SYSTEM\nQ SHOW wal_segment_size\nQ TIMELINE_HISTORY 1\nQ READ_REPLICATION_SLOT mp2\n"
        "Q START_REPLICATION 0/9000000 TIMELINE 1\nQ DROP_REPLICATION_SLOT x\nQ select 1\nP |select 1\nS");
    CHECK_TEXT(tell(&fixture, &bytes),
               "T D C ZI T D C ZI T E58P01 ZI T D C ZI W EXX000 ZI E42704 ZI E0A000 ZI E08P01 ZI");
    pg_follow(fixture.instance, fixture.upstream, &(PgLink){.is_connected = true});
    pg_promote(fixture.instance);
    buffer_clear(&bytes);
    write_script(&bytes, "Q TIMELINE_HISTORY 2");
    pg_session_receive(fixture.session, bytes.data, bytes.length);
    while (pg_session_step(fixture.session) == PG_STEP_RUN)
        continue;
    CHECK(memmem(pg_session_out(fixture.session)->data, pg_session_out(fixture.session)->length,
                 "1\t0/3000180\tno recovery target specified\n", 41) != NULL);
    CHECK(memmem(pg_session_out(fixture.session)->data, pg_session_out(fixture.session)->length,
                 "00000002.history", 16) != NULL);
    buffer_release(&bytes);
    fixture_release(&fixture);
}

static const struct {
    const char *name, *bytes;
    size_t length;
    PgStep step;
    const char *answer; /* what is said, or begins with */
} STARTUP_CASES[] = {
    {"SSLRequest",                      "\0\0\0\x08\x04\xd2\x16\x2f",                           8,  PG_STEP_TLS,     "S" },
    {"GSSENCRequest",                   "\0\0\0\x08\x04\xd2\x16\x30",                           8,  PG_STEP_MORE,    "N" },
    {"GSSENCRequest, then SSLRequest",  "\0\0\0\x08\x04\xd2\x16\x30\0\0\0\x08\x04\xd2\x16\x2f", 16,
     PG_STEP_TLS,                                                                                                    "NS"},
    {"clear text behind an SSLRequest", "\0\0\0\x08\x04\xd2\x16\x2f\0\0\0\x08",                 12, PG_STEP_CLOSE,
     "E"                                                                                                                 },
    {"a cancel",                        "\0\0\0\x10\x04\xd2\x16\x2e\0\0\x03\xe8\0\0\0\x2a",     16, PG_STEP_CANCEL,  ""  },
    {"half a cancel",                   "\0\0\0\x0c\x04\xd2\x16\x2e\0\0\x03\xe8",               12, PG_STEP_CLOSE,   ""  },
    {"protocol 2.0",                    "\0\0\0\x08\0\2\0\0",                                   8,  PG_STEP_CLOSE,
     "EFATAL:  unsupported frontend protocol 2.0: server supports 3.0 to 3.0\n"                                          },
    {"protocol 4.0",                    "\0\0\0\x08\0\4\0\0",                                   8,  PG_STEP_CLOSE,   "E" },
    {"protocol 3.1",                    "\0\0\0\x12\0\3\0\1user\0tsb\0\0",                      18, PG_STEP_CONNECT, "v" },
    {"nobody",                          "\0\0\0\x09\0\3\0\0\0",                                 9,  PG_STEP_CLOSE,   "E" },
    {"no end",                          "\0\0\0\x11\0\3\0\0user\0tsb\0",                        17, PG_STEP_CLOSE,   "E" },
    {"somebody",                        "\0\0\0\x12\0\3\0\0user\0tsb\0\0",                      18, PG_STEP_CONNECT, ""  },
    {"HTTP",                            "GET / HTTP/1.1\r\n\r\n",                               18, PG_STEP_CLOSE,   ""  },
    {"a length of nothing",             "\0\0\0\0",                                             4,  PG_STEP_CLOSE,   ""  },
};

static void test_startup(void)
{
    for (size_t i = 0; i < TEST_COUNT(STARTUP_CASES); i++) {
        Fixture fixture;
        const Buffer *out;
        PgStep step;

        fixture_init(&fixture, true);
        pg_session_receive(fixture.session, STARTUP_CASES[i].bytes, STARTUP_CASES[i].length);
        step = pg_session_step(fixture.session);
        out = pg_session_out(fixture.session);
        CHECK_CASE(STARTUP_CASES[i].name, step == STARTUP_CASES[i].step);
        CHECK_CASE(STARTUP_CASES[i].name,
                   out->length >= strlen(STARTUP_CASES[i].answer) &&
                       (*STARTUP_CASES[i].answer != '\0' || out->length == 0) &&
                       memcmp(out->length > 0 ? out->data : "", STARTUP_CASES[i].answer,
                              strlen(STARTUP_CASES[i].answer)) == 0);
        fixture_release(&fixture);
    }
}

static const struct {
    PgState state;
    bool is_cold, is_standby;
    const char *message, *detail; /* message NULL: it goes on to ask for the password */
} STATE_CASES[] = {
    {PG_STARTING,     false, false, "starting up",                   NULL                           },
    {PG_RECOVERING,   false, false, "in recovery mode",              NULL                           },
    {PG_INCONSISTENT, false, true,  "not yet accepting connections",
     "Consistent recovery state has not been yet reached."                                          },
    {PG_INCONSISTENT, true,  true,  "not accepting connections",     "Hot standby mode is disabled."},
    {PG_READY,        true,  true,  "not accepting connections",     "Hot standby mode is disabled."},
    {PG_READY,        true,  false, NULL,                            NULL                           },
    {PG_READY,        false, true,  NULL,                            NULL                           },
    {PG_STOPPING,     false, false, "shutting down",                 NULL                           },
};

static bool has_text(const Buffer *bytes, const char *text)
{
    return memmem(bytes->data, bytes->length, text, strlen(text)) != NULL;
}

static void test_states(void)
{
    for (size_t i = 0; i < TEST_COUNT(STATE_CASES); i++) {
        const char *message = STATE_CASES[i].message, *detail = STATE_CASES[i].detail;
        Fixture fixture;
        char text[100];

        fixture_init_of(&fixture, false, STATE_CASES[i].is_cold);
        if (STATE_CASES[i].is_standby)
            pg_follow(fixture.instance, fixture.upstream, &(PgLink){.is_connected = true});
        pg_set_state(fixture.instance, STATE_CASES[i].state);
        pg_session_receive(fixture.session, "\0\0\0\x12\0\3\0\0user\0tsb\0\0", 18);
        CHECK((pg_session_step(fixture.session) == PG_STEP_CLOSE) == (message != NULL));
        if (message != NULL) {
            snprintf(text, sizeof text, "Mthe database system is %s", message);
            CHECK_CASE(message, has_text(pg_session_out(fixture.session), text));
            CHECK_CASE(message,
                       detail == NULL || has_text(pg_session_out(fixture.session), detail));
            CHECK_TEXT(letters(&fixture), "E57P03");
        }
        fixture_release(&fixture);
    }
}

/* The same name gets the same salt, so that nobody learns who exists. */
static void test_stable_salt(void)
{
    PgRoles *roles = pg_roles_new(ROLES, TEST_COUNT(ROLES));
    Scram first = {0}, second = {0}, other = {0};

    pg_roles_begin(roles, "nobody", 0, &first);
    pg_roles_begin(roles, "nobody", 0, &second);
    pg_roles_begin(roles, "no-one", 0, &other);
    CHECK(first.is_doomed && second.is_doomed);
    CHECK(memcmp(first.verifier.salt, second.verifier.salt, SCRAM_SALT_SIZE) == 0);
    CHECK(memcmp(first.verifier.salt, other.verifier.salt, SCRAM_SALT_SIZE) != 0);
    pg_roles_free(roles);
}

/* Whatever the bytes: it answers, or hangs up. */
static void test_garbage(void)
{
    Random random;

    random_init(&random, 1, "session_test");
    for (int round = 0; round < 2000; round++) {
        Fixture fixture;
        Buffer bytes = {0};
        PgStep step;

        fixture_init_in(&fixture);
        write_script(&bytes, SCRIPT_CASES[round % TEST_COUNT(SCRIPT_CASES)].script);
        for (int i = 0; i < 4 && bytes.data != NULL; i++)
            bytes.data[random_below(&random, bytes.length)] = (char)random_below(&random, 256);
        pg_session_receive(fixture.session, bytes.data, bytes.length);
        do
            step = pg_session_step(fixture.session);
        while (step == PG_STEP_RUN || step == PG_STEP_WAIT);
        CHECK(step == PG_STEP_MORE || step == PG_STEP_CLOSE);
        buffer_release(&bytes);
        fixture_release(&fixture);
    }
}

static const struct {
    const char *name, *script;
    PgPatience patience;
    int64_t ms;
    const char *answer; /* when it is over; NULL: none, the connection ends */
} PATIENCE_CASES[] = {
    {"for ever",         "Q select 1",                                              PG_PATIENCE_IDLE,    0,      "E57P05"},
    {"idling",           "Q set idle_session_timeout = '2min'",                     PG_PATIENCE_IDLE,    120000, "E57P05"},
    {"in a transaction", "Q set idle_in_transaction_session_timeout = 20; begin",
     PG_PATIENCE_IDLE_IN_TRANSACTION,                                                                    20,     "E25P03"},
    {"a COPY",           "Q set idle_session_timeout = 5; copy tenants from stdin", PG_PATIENCE_ENDLESS, 0,
     NULL                                                                                                                },
};

static void test_patience(void)
{
    for (size_t i = 0; i < TEST_COUNT(PATIENCE_CASES); i++) {
        Fixture fixture;
        Buffer bytes = {0};
        int64_t ms;

        fixture_init_in(&fixture);
        write_script(&bytes, PATIENCE_CASES[i].script);
        tell(&fixture, &bytes);
        CHECK_CASE(PATIENCE_CASES[i].name,
                   pg_session_patience(fixture.session, &ms) == PATIENCE_CASES[i].patience);
        CHECK_CASE(PATIENCE_CASES[i].name, ms == PATIENCE_CASES[i].ms);
        CHECK_CASE(PATIENCE_CASES[i].name,
                   pg_session_time_out(fixture.session) == (PATIENCE_CASES[i].answer != NULL));
        if (PATIENCE_CASES[i].answer != NULL)
            CHECK_TEXT(letters(&fixture), PATIENCE_CASES[i].answer);
        buffer_release(&bytes);
        fixture_release(&fixture);
    }
}

/* A log-in that takes too long ends without a word; who is in hears how the server goes down. */
static void test_ends(void)
{
    static const struct {
        PgStop stop;
        const char *answer;
    } STOPS[] = {
        {PG_STOP_FAST,      "E57P01"},
        {PG_STOP_IMMEDIATE, "N57P01"},
        {PG_STOP_CRASH,     "N57P02"},
    };
    Fixture fixture;

    fixture_init(&fixture, false);
    CHECK(!pg_session_time_out(fixture.session));
    pg_session_shut_down(fixture.session, PG_STOP_FAST);
    CHECK_TEXT(letters(&fixture), "");
    fixture_release(&fixture);
    for (size_t i = 0; i < TEST_COUNT(STOPS); i++) {
        fixture_init_in(&fixture);
        pg_session_shut_down(fixture.session, STOPS[i].stop);
        CHECK_TEXT(letters(&fixture), STOPS[i].answer);
        fixture_release(&fixture);
    }
}

TEST_SUITE("fakes/postgres/session", {"scripts", test_scripts},
           {"scripts, byte by byte", test_scripts_in_bytes}, {"on a standby", test_on_a_standby},
           {"walsender", test_walsender}, {"start-up", test_startup}, {"states", test_states},
           {"a stable salt", test_stable_salt}, {"garbage", test_garbage},
           {"patience", test_patience}, {"ends", test_ends});
