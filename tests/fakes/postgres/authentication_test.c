/*
 * tests/fakes/postgres/authentication_test.c - who is let in, who is not, and in which words: rules, certificates, passwords, limits.
 */
#include "fakes/postgres/session.h"

#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "fakes/postgres/session_inside.h"
#include "tests/test.h"

static int64_t test_clock(void)
{
    return 1795226400000;
}

/* "secret", as CREATE ROLE keeps it for md5. */
static const char MD5_SECRET[] = "md5d7a84ec8cb0b9b78e5ac40740627a360";

static const char VERIFIER[] = "SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$"
                               "WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:"
                               "wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=";

/* Version 14 of clang-format falls over a table like this. */
/* clang-format off */
static const PgRole ROLES[] = {
    {.name = "postgres", .password = "secret", .is_superuser = true},
    {.name = "tsb", .password = "secret", .iterations = 64, .groups = "x,readers"},
    {.name = "nolog", .password = "secret", .may_not_log_in = true},
    {.name = "old", .password = "secret", .valid_until_ms = 1795226400000},
    {.name = "young", .password = "secret", .valid_until_ms = 1795226400001},
    {.name = "empty", .password = ""},
    {.name = "none"},
    {.name = "one", .password = "secret", .connection_limit = 1},
    {.name = "md", .password = MD5_SECRET},
    {.name = "whole", .password = VERIFIER},
    {.name = "replication", .password = "secret", .may_replicate = true},
};
/* clang-format on */
static const char *const DATABASES[] = {"postgres", "tsb", "shut", "small", NULL};
static const PgDatabaseLimit DATABASE_LIMITS[] = {
    {.database = "shut", .is_closed = true},
    {.database = "small",                  .connections = 1},
    {.database = NULL},
};

typedef struct {
    PgInstance *instance;
    PgRoles *roles;
    PgHba *hba;
    PgBackends backends;
} Fixture;

static void fixture_init(Fixture *fixture, const char *hba)
{
    Error err;

    *fixture = (Fixture){
        .instance = pg_instance_new(&(PgInstanceOptions){.name = "a",
                                                         .system_identifier = 1,
                                                         .server_version_num = 150020,
                                                         .timeline = 1,
                                                         .start_lsn = 0x3000180,
                                                         .max_wal_senders = 1,
                                                         .now_ms = test_clock}),
        .roles = pg_roles_new(ROLES, TEST_COUNT(ROLES)),
        .backends = {.limits = {.max_connections = 3,
                                .superuser_reserved_connections = 1,
                                .databases = DATABASE_LIMITS}},
    };
    CHECK(pg_hba_parse(hba, &fixture->hba, &err));
}

static void fixture_release(Fixture *fixture)
{
    CHECK(fixture->backends.first == NULL); /* whoever came has left */
    pg_roles_free(fixture->roles);
    pg_hba_free(fixture->hba);
    pg_instance_free(fixture->instance);
}

static PgSession *begin(Fixture *fixture, bool is_secured)
{
    PgSession *session = pg_session_new(&(PgSessionOptions){.instance = fixture->instance,
                                                            .roles = fixture->roles,
                                                            .hba = fixture->hba,
                                                            .backends = &fixture->backends,
                                                            .databases = DATABASES,
                                                            .offers_tls = is_secured,
                                                            .asks_certificates = is_secured});

    if (is_secured)
        pg_session_secured(session, "", 0);
    return session;
}

/* parameters: "user|tsb|database|tsb". */
static PgStep say_hello(PgSession *session, const char *parameters)
{
    Buffer body = {0};
    size_t begin;

    buffer_add_u32(&body, 0);
    buffer_add_u32(&body, PG_PROTOCOL_3_0);
    begin = body.length;
    buffer_add(&body, parameters, strlen(parameters) + 1);
    for (size_t i = begin; i < body.length; i++)
        body.data[i] = (char)(body.data[i] == '|' ? '\0' : body.data[i]);
    body.data[3] = (char)body.length;
    pg_session_receive(session, body.data, body.length);
    buffer_release(&body);
    return pg_session_step(session);
}

static void say_password(PgSession *session, const char *password)
{
    Buffer out = {0};
    size_t begin = pg_message_begin(&out, 'p');

    buffer_add(&out, password, strlen(password) + 1);
    pg_message_end(&out, begin);
    pg_session_receive(session, out.data, out.length);
    buffer_release(&out);
}

/* "28P01 text" of an ErrorResponse; else the code of the last Authentication, "R0". */
static void read_answer(PgSession *session, char *out, size_t size)
{
    Buffer *said = pg_session_out(session);
    PgMessage message;
    size_t used;

    snprintf(out, size, "nothing");
    while (pg_read_message(said->data, said->length, &message, &used) == PG_READ_WHOLE) {
        PgReader reader = pg_reader(&message);

        if (message.type == 'R') {
            snprintf(out, size, "R%u", pg_take_u32(&reader));
        } else if (message.type == 'E') {
            const char *code = (const char *)memmem(message.body, message.length, "\0C", 2) + 2;

            snprintf(out, size, "%s %s", code, code + strlen(code) + 2);
        }
        buffer_eat(said, used);
    }
}

static const struct {
    const char *name, *hba, *parameters;
    bool is_secured;
    const char *certificate; /* its CN; NULL: none */
    const char *password;    /* where one is asked for */
    const char *answer;
} LOGIN_CASES[] = {
    {"trust",                             "host all all all trust",                               "user|tsb|database|tsb|",                    false, NULL,       NULL,     "R0"                                                                                                                },
    {"trust in a role that is not",       "host all all all trust",                               "user|nobody|",                              false, NULL,       NULL,
     "28000 role \"nobody\" does not exist"                                                                                                                                                                                                                                                     },
    {"no log-in",                         "host all all all trust",                               "user|nolog|database|nodb|",                 false, NULL,       NULL,
     "28000 role \"nolog\" is not permitted to log in"                                                                                                                                                                                                                                          },
    {"no database",                       "host all all all trust",                               "user|tsb|database|nodb|options|-c nope=1|", false,
     NULL,                                                                                                                                                        NULL,     "3D000 database \"nodb\" does not exist"                                                                            },
    {"a closed database",                 "host all all all trust",                               "user|postgres|database|shut|",              false, NULL,
     NULL,                                                                                                                                                                  "55000 database \"shut\" is not currently accepting connections"                                                    },
    {"a bad encoding",                    "host all all all trust",                               "user|tsb|client_encoding|nope|",            false, NULL,
     NULL,                                                                                                                                                                  "22023 invalid value for parameter \"client_encoding\": \"nope\""                                                   },
    {"a bad setting",                     "host all all all trust",                               "user|tsb|nope|1|",                          false, NULL,       NULL,
     "42704 unrecognized configuration parameter \"nope\""                                                                                                                                                                                                                                      },
    {"a bad switch",                      "host all all all trust",                               "user|tsb|options|-c nope=1|",               false, NULL,       NULL,
     "42704 unrecognized configuration parameter \"nope\""                                                                                                                                                                                                                                      },
    {"a switch that is none",             "host all all all trust",                               "user|tsb|options|-z|",                      false, NULL,       NULL,
     "42601 invalid command-line argument for server process: -z"                                                                                                                                                                                                                               },
    {"switches",                          "host all all all trust",
     "user|tsb|options|-c statement_timeout=5s --search-path=a\\ b|",                                                                          false, NULL,       NULL,     "R0"                                                                                                                },
    {"no entry",                          "host x all all trust",                                 "user|tsb|",                                 false, NULL,       NULL,
     "28000 no pg_hba.conf entry for host \"127.0.0.1\", user \"tsb\", database \"tsb\", no encryption"                                                                                                                                                                                         },
    {"no entry, TLS",                     "host x all all trust",                                 "user|tsb|",                                 true,  NULL,       NULL,
     "28000 no pg_hba.conf entry for host \"127.0.0.1\", user \"tsb\", database \"tsb\", SSL encryption"                                                                                                                                                                                        },
    {"no entry, replication",             "host all all all trust",                               "user|tsb|replication|true|",                true,  NULL,
     NULL,                                                                                                                                                                  "28000 no pg_hba.conf entry for replication connection from host \"127.0.0.1\", user \"tsb\", SSL encryption"       },
    {"rejected",                          "host all all all reject",                              "user|tsb|",                                 false, NULL,       NULL,
     "28000 pg_hba.conf rejects connection for host \"127.0.0.1\", user \"tsb\", database \"tsb\", no encryption"                                                                                                                                                                               },
    {"rejected, replication",             "host replication all all reject",                      "user|tsb|replication|true|",
     false,                                                                                                                                           NULL,       NULL,
     "28000 pg_hba.conf rejects replication connection for host \"127.0.0.1\", user \"tsb\", no encryption"                                                                                                                                                                                     },
    {"by membership",                     "host all +readers all trust\nhost all all all reject", "user|tsb|",                                 false,
     NULL,                                                                                                                                                        NULL,     "R0"                                                                                                                },
    {"a walsender of who may not",        "host all all all trust",                               "user|tsb|replication|database|",
     false,                                                                                                                                           NULL,       NULL,     "42501 must be superuser or replication role to start walsender"                                                    },
    {"no certificate",                    "hostssl all all all trust clientcert=verify-ca",       "user|tsb|",                                 true,  NULL,
     NULL,                                                                                                                                                                  "28000 connection requires a valid client certificate"                                                              },
    {"a certificate",                     "hostssl all all all trust clientcert=verify-ca",       "user|tsb|",                                 true,
     "somebody",                                                                                                                                                  NULL,     "R0"                                                                                                                },
    {"a certificate of the user",         "hostssl all all all cert",                             "user|tsb|",                                 true,  "tsb",      NULL,     "R0"                                                                                                                },
    {"of somebody else",                  "hostssl all all all cert",                             "user|tsb|",                                 true,  "postgres", NULL,
     "28000 certificate authentication failed for user \"tsb\""                                                                                                                                                                                                                                 },
    {"of somebody else, with a password", "hostssl all all all password clientcert=verify-full",
     "user|tsb|",                                                                                                                              true,  "postgres", "secret",
     "28P01 password authentication failed for user \"tsb\""                                                                                                                                                                                                                                    },
    {"a password",                        "host all all all password",                            "user|tsb|",                                 false, NULL,       "secret", "R0"                                                                                                                },
    {"a wrong password",                  "host all all all password",                            "user|tsb|",                                 false, NULL,       "sekret",
     "28P01 password authentication failed for user \"tsb\""                                                                                                                                                                                                                                    },
    {"an empty password",                 "host all all all password",                            "user|tsb|",                                 false, NULL,       "",
     "28P01 empty password returned by client"                                                                                                                                                                                                                                                  },
    {"a password of nobody",              "host all all all password",                            "user|nobody|",                              false, NULL,       "secret",
     "28P01 password authentication failed for user \"nobody\""                                                                                                                                                                                                                                 },
    {"a password that was",               "host all all all password",                            "user|old|",                                 false, NULL,       "secret",
     "28P01 password authentication failed for user \"old\""                                                                                                                                                                                                                                    },
    {"a password that still is",          "host all all all password",                            "user|young|database|tsb|",                  false,
     NULL,                                                                                                                                                        "secret", "R0"                                                                                                                },
    {"no password can be right",          "host all all all password",                            "user|empty|",                               false, NULL,       "x",
     "28P01 password authentication failed for user \"empty\""                                                                                                                                                                                                                                  },
    {"nor here",                          "host all all all password",                            "user|none|",                                false, NULL,       "x",
     "28P01 password authentication failed for user \"none\""                                                                                                                                                                                                                                   },
    {"one kept for md5",                  "host all all all password",                            "user|md|database|tsb|",                     false, NULL,
     "secret",                                                                                                                                                              "R0"                                                                                                                },
    {"one kept for SCRAM",                "host all all all password",                            "user|whole|database|tsb|",                  false, NULL,
     "pencil",                                                                                                                                                              "R0"                                                                                                                },
    {"one kept for SCRAM, wrong",         "host all all all password",                            "user|whole|database|tsb|",                  false,
     NULL,                                                                                                                                                        "secret", "28P01 password authentication failed for user \"whole\""                                                           },
    {"md5 asks so for one kept so",       "host all all all md5",                                 "user|md|",                                  false, NULL,       NULL,     "R5"                                                                                                                },
    {"and by SCRAM for all others",       "host all all all md5",                                 "user|tsb|",                                 false, NULL,       NULL,     "R10"                                                                                                               },
    {"and for nobody too",                "host all all all md5",                                 "user|nobody|",                              false, NULL,       NULL,     "R10"                                                                                                               },
    {"md5, wrong",                        "host all all all md5",                                 "user|md|",                                  false, NULL,       "secret",
     "28P01 password authentication failed for user \"md\""                                                                                                                                                                                                                                     },
    {"kubegres: in clear",                NULL,                                                   "user|tsb|",                                 false, NULL,       NULL,
     "28000 pg_hba.conf rejects connection for host \"127.0.0.1\", user \"tsb\", database \"tsb\", no encryption"                                                                                                                                                                               },
    {"kubegres: in clear, replication",   NULL,                                                   "user|replication|replication|true|",        false, NULL,
     NULL,                                                                                                                                                                  "28000 no pg_hba.conf entry for replication connection from host \"127.0.0.1\", user \"replication\", no encryption"},
    {"kubegres: without a certificate",   NULL,                                                   "user|replication|replication|true|",        true,  NULL,
     NULL,                                                                                                                                                                  "28000 connection requires a valid client certificate"                                                              },
    {"kubegres: with one",                NULL,                                                   "user|replication|replication|true|",        true,  "standby",  NULL,
     "R10"                                                                                                                                                                                                                                                                                      },
};

static void test_logins(void)
{
    for (size_t i = 0; i < TEST_COUNT(LOGIN_CASES); i++) {
        Fixture fixture;
        PgSession *session;
        char answer[PG_REPORT_TEXT_MAX];

        fixture_init(&fixture,
                     LOGIN_CASES[i].hba != NULL ? LOGIN_CASES[i].hba : pg_hba_kubegres(true));
        session = begin(&fixture, LOGIN_CASES[i].is_secured);
        CHECK(say_hello(session, LOGIN_CASES[i].parameters) == PG_STEP_CONNECT);
        pg_session_meet(session, &(PgCaller){.address = "127.0.0.1",
                                             .certificate_name = LOGIN_CASES[i].certificate});
        pg_session_step(session);
        if (LOGIN_CASES[i].password != NULL)
            say_password(session, LOGIN_CASES[i].password);
        pg_session_step(session);
        read_answer(session, answer, sizeof answer);
        if (!CHECK_CASE(LOGIN_CASES[i].name, strcmp(answer, LOGIN_CASES[i].answer) == 0))
            CHECK_TEXT(answer, LOGIN_CASES[i].answer);
        pg_session_free(session);
        fixture_release(&fixture);
    }
}

/* Who comes in one after the other, and how the last fares. */
static const struct {
    const char *name;
    const char *parameters[5]; /* NULL-ended */
    const char *answer;
} LIMIT_CASES[] = {
    {"two of three",                 {"user|tsb|", "user|tsb|"},                         "R0" },
    {"the last is a superuser's",
     {"user|tsb|", "user|tsb|", "user|tsb|"},
     "53300 remaining connection slots are reserved for non-replication superuser connections"},
    {"who comes",                    {"user|tsb|", "user|tsb|", "user|postgres|"},       "R0" },
    {"and then none is left",
     {"user|tsb|", "user|tsb|", "user|postgres|", "user|postgres|"},
     "53300 sorry, too many clients already"                                                  },
    {"but for walsenders",
     {"user|tsb|", "user|tsb|", "user|postgres|", "user|replication|replication|true|"},
     "R0"                                                                                     },
    {"of which there is one",
     {"user|replication|replication|true|", "user|replication|replication|true|"},
     "53300 number of requested standby connections exceeds max_wal_senders (currently 1)"    },
    {"a role's",
     {"user|one|database|tsb|", "user|one|database|tsb|"},
     "53300 too many connections for role \"one\""                                            },
    {"a database's",
     {"user|tsb|database|small|", "user|tsb|database|small|"},
     "53300 too many connections for database \"small\""                                      },
    {"which is none for superusers",
     {"user|tsb|database|small|", "user|postgres|database|small|"},
     "R0"                                                                                     },
};

static void test_limits(void)
{
    for (size_t i = 0; i < TEST_COUNT(LIMIT_CASES); i++) {
        Fixture fixture;
        PgSession *sessions[5];
        char answer[PG_REPORT_TEXT_MAX] = "";
        int count = 0;

        fixture_init(&fixture, "host all,replication all all trust");
        for (; LIMIT_CASES[i].parameters[count] != NULL; count++) {
            sessions[count] = begin(&fixture, false);
            say_hello(sessions[count], LIMIT_CASES[i].parameters[count]);
            pg_session_step(sessions[count]);
            read_answer(sessions[count], answer, sizeof answer);
        }
        if (!CHECK_CASE(LIMIT_CASES[i].name, strcmp(answer, LIMIT_CASES[i].answer) == 0))
            CHECK_TEXT(answer, LIMIT_CASES[i].answer);
        while (count-- > 0)
            pg_session_free(sessions[count]);
        fixture_release(&fixture);
    }
}

/* Who was refused or has left makes room. */
static void test_room(void)
{
    Fixture fixture;
    char answer[PG_REPORT_TEXT_MAX];

    fixture_init(&fixture, "host all all all trust");
    for (int i = 0; i < 10; i++) {
        PgSession *session = begin(&fixture, false);

        say_hello(session, i % 2 == 0 ? "user|tsb|" : "user|nobody|");
        pg_session_step(session);
        read_answer(session, answer, sizeof answer);
        CHECK_TEXT(answer, i % 2 == 0 ? "R0" : "28000 role \"nobody\" does not exist");
        pg_session_free(session);
    }
    fixture_release(&fixture);
}

TEST_SUITE("fakes/postgres/authentication", {"log-ins", test_logins}, {"limits", test_limits},
           {"room", test_room});
