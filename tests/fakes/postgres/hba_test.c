/*
 * tests/fakes/postgres/hba_test.c - pg_hba.conf: what fits whom, and what is no such file.
 */
#include "fakes/postgres/hba.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/random.h"
#include "tests/test.h"

/* tsb is a member of readers, and everybody of himself. */
static bool is_member(const void *owner, const char *user, const char *role)
{
    (void)owner;
    return strcmp(user, role) == 0 || (strcmp(user, "tsb") == 0 && strcmp(role, "readers") == 0);
}

static const struct {
    const char *name, *file;
    const char *address; /* NULL: a Unix socket */
    bool is_secured, is_physical;
    const char *database, *user;
    int line; /* that fits; 0: none */
} MATCH_CASES[] = {
    {"nothing fits in nothing",           "",                                                  "127.0.0.1", false, false, "tsb",         "tsb", 0},
    {"the first that fits",               "host all x all trust\nhost all all all reject",     "127.0.0.1", false,
     false,                                                                                                               "tsb",         "tsb", 2},
    {"comments, blanks and empty lines",  "# no\n\n  \nhost\tall  all all trust # yes",        "127.0.0.1",
     false,                                                                                                        false, "tsb",         "tsb", 4},
    {"a line goes on",                    "host all \\\n all all trust",                       "127.0.0.1", false, false, "tsb",         "tsb", 1},
    {"the line after one that goes on",   "host all \\\n x all trust\nhost all all all trust",
     "127.0.0.1",                                                                                           false, false, "tsb",         "tsb", 3},
    {"with TLS",                          "hostssl all all all trust",                         "127.0.0.1", true,  false, "tsb",         "tsb", 1},
    {"hostssl without",                   "hostssl all all all trust",                         "127.0.0.1", false, false, "tsb",         "tsb", 0},
    {"hostnossl with TLS",                "hostnossl all all all trust",                       "127.0.0.1", true,  false, "tsb",         "tsb",
     0                                                                                                                                           },
    {"nobody comes by GSS",               "hostgssenc all all all trust",                      "127.0.0.1", true,  false, "tsb",         "tsb",
     0                                                                                                                                           },
    {"everybody comes without",           "hostnogssenc all all all trust",                    "127.0.0.1", true,  false, "tsb",
     "tsb",                                                                                                                                     1},
    {"local is a Unix socket",            "local all all trust",                               NULL,        false, false, "tsb",         "tsb", 1},
    {"and nothing else",                  "local all all trust",                               "127.0.0.1", false, false, "tsb",         "tsb", 0},
    {"host is none",                      "host all all all trust",                            NULL,        false, false, "tsb",         "tsb", 0},
    {"a list of databases",               "host a,tsb,b all all trust",                        "127.0.0.1", false, false, "tsb",         "x",   1},
    {"a list with blanks",                "host a, tsb all all trust",                         "127.0.0.1", false, false, "tsb",         "x",   1},
    {"a list without",                    "host a,b all all trust",                            "127.0.0.1", false, false, "tsb",         "x",   0},
    {"sameuser",                          "host sameuser all all trust",                       "127.0.0.1", false, false, "tsb",         "tsb", 1},
    {"sameuser, another",                 "host sameuser all all trust",                       "127.0.0.1", false, false, "tsb",         "x",   0},
    {"samerole",                          "host samerole all all trust",                       "127.0.0.1", false, false, "readers",     "tsb", 1},
    {"samerole, another",                 "host samerole all all trust",                       "127.0.0.1", false, false, "readers",     "x",
     0                                                                                                                                           },
    {"replication is for physical alone", "host replication all all trust",                    "127.0.0.1", false,
     true,                                                                                                                "tsb",         "x",   1},
    {"and for nobody else",               "host replication all all trust",                    "127.0.0.1", false, false,
     "replication",                                                                                                                      "x",   0},
    {"all is not for replication",        "host all all all trust",                            "127.0.0.1", false, true,  "tsb",         "x",
     0                                                                                                                                           },
    {"a database called replication",     "host \"replication\" all all trust",                "127.0.0.1", false,
     false,                                                                                                               "replication", "x",   1},
    {"a user called all",                 "host all \"all\" all trust",                        "127.0.0.1", false, false, "tsb",         "all", 1},
    {"and no other",                      "host all \"all\" all trust",                        "127.0.0.1", false, false, "tsb",         "x",   0},
    {"a name with a blank",               "host all \"a b\" all trust",                        "127.0.0.1", false, false, "tsb",         "a b",
     1                                                                                                                                           },
    {"a member",                          "host all +readers all trust",                       "127.0.0.1", false, false, "tsb",         "tsb", 1},
    {"no member",                         "host all +readers all trust",                       "127.0.0.1", false, false, "tsb",         "x",   0},
    {"a network",                         "host all all 127.0.0.0/8 trust",                    "127.1.2.3", false, false, "tsb",         "x",   1},
    {"another network",                   "host all all 10.0.0.0/8 trust",                     "127.0.0.1", false, false, "tsb",         "x",   0},
    {"bits in the middle of a byte",      "host all all 127.0.0.0/30 trust",                   "127.0.0.3", false, false,
     "tsb",                                                                                                                              "x",   1},
    {"and one behind them",               "host all all 127.0.0.0/30 trust",                   "127.0.0.4", false, false, "tsb",
     "x",                                                                                                                                       0},
    {"a mask",                            "host all all 127.0.0.0 255.255.255.0 trust",        "127.0.0.9", false, false, "tsb",         "x",
     1                                                                                                                                           },
    {"any address of version 4",          "host all all 0.0.0.0/0 trust",                      "127.0.0.1", false, false, "tsb",
     "x",                                                                                                                                       1},
    {"which none of version 6 is",        "host all all 0.0.0.0/0 trust",                      "::1",       false, false, "tsb",         "x",
     0                                                                                                                                           },
    {"version 6",                         "host all all ::/0 trust",                           "::1",       false, false, "tsb",         "x",   1},
    {"samehost",                          "host all all samehost trust",                       "127.0.0.1", false, false, "tsb",         "x",   1},
    {"samehost, a neighbour",             "host all all samehost trust",                       "127.0.0.2", false, false, "tsb",         "x",
     0                                                                                                                                           },
    {"samenet",                           "host all all samenet trust",                        "127.9.0.2", false, false, "tsb",         "x",   1},
};

static void test_matching(void)
{
    for (size_t i = 0; i < TEST_COUNT(MATCH_CASES); i++) {
        const PgHbaClient client = {.address = MATCH_CASES[i].address,
                                    .is_secured = MATCH_CASES[i].is_secured,
                                    .is_physical = MATCH_CASES[i].is_physical,
                                    .database = MATCH_CASES[i].database,
                                    .user = MATCH_CASES[i].user,
                                    .is_member = is_member};
        const PgHbaRule *rule;
        PgHba *hba = NULL;
        Error err;

        if (!CHECK_CASE(MATCH_CASES[i].name, pg_hba_parse(MATCH_CASES[i].file, &hba, &err)))
            continue;
        rule = pg_hba_find(hba, &client);
        CHECK_CASE(MATCH_CASES[i].name, (rule != NULL ? rule->line : 0) == MATCH_CASES[i].line);
        pg_hba_free(hba);
    }
}

static const struct {
    const char *name, *file, *message;
} BROKEN_CASES[] = {
    {"no such type",       "hots all all all trust",                        "pg_hba.conf:1: invalid connection type \"hots\""           },
    {"the line counts",    "# a\n\nhost",                                   "pg_hba.conf:3: end-of-line before database specification"  },
    {"no user",            "host all",                                      "pg_hba.conf:1: end-of-line before role specification"      },
    {"no address",         "host all all",                                  "pg_hba.conf:1: end-of-line before IP address specification"},
    {"no method",          "host all all all",                              "pg_hba.conf:1: end-of-line before authentication method"   },
    {"no method, local",   "local all all",
     "pg_hba.conf:1: end-of-line before authentication method"                                                                          },
    {"no mask",            "host all all 10.0.0.0",                         "pg_hba.conf:1: end-of-line before netmask specification"   },
    {"a mask of words",    "host all all 10.0.0.0 trust",                   "pg_hba.conf:1: invalid IP mask \"trust\""                  },
    {"too many bits",      "host all all 10.0.0.0/33 trust",
     "pg_hba.conf:1: invalid CIDR mask in address \"10.0.0.0/33\""                                                                      },
    {"no number of bits",  "host all all 10.0.0.0/x trust",
     "pg_hba.conf:1: invalid CIDR mask in address \"10.0.0.0/x\""                                                                       },
    {"a host by name",     "host all all db.example trust",
     "pg_hba.conf:1: \"db.example\" is no IP address, and names are not looked up"                                                      },
    {"two addresses",      "host all all 10.0.0.0/8,::1/128 trust",
     "pg_hba.conf:1: multiple values specified for host address"                                                                        },
    {"names in a file",    "host @dbs all all trust",
     "pg_hba.conf:1: names in a file are not read: @dbs"                                                                                },
    {"ident",              "host all all all ident",                        "pg_hba.conf:1: invalid authentication method \"ident\""    },
    {"cert without TLS",   "host all all all cert",
     "pg_hba.conf:1: cert authentication is only supported on hostssl connections"                                                      },
    {"clientcert without", "host all all all md5 clientcert=verify-ca",
     "pg_hba.conf:1: clientcert can only be configured for \"hostssl\" rows"                                                            },
    {"an old clientcert",  "hostssl all all all md5 clientcert=1",
     "pg_hba.conf:1: invalid value for clientcert: \"1\""                                                                               },
    {"cert verifies all",  "hostssl all all all cert clientcert=verify-ca",
     "pg_hba.conf:1: clientcert only accepts \"verify-full\" when using \"cert\" authentication"                                        },
    {"a map",              "hostssl all all all cert map=m",
     "pg_hba.conf:1: unrecognized authentication option: \"map=m\""                                                                     },
    {"no option",          "host all all all md5 x",
     "pg_hba.conf:1: authentication option not in name=value format: x"                                                                 },
};

static void test_broken(void)
{
    for (size_t i = 0; i < TEST_COUNT(BROKEN_CASES); i++) {
        PgHba *hba = NULL;
        Error err = {.message = ""};

        CHECK_CASE(BROKEN_CASES[i].name, !pg_hba_parse(BROKEN_CASES[i].file, &hba, &err));
        CHECK_TEXT(err.message, BROKEN_CASES[i].message);
    }
}

/* Cut anywhere, and with any byte changed: a file or none, and never more than that. */
static void test_any_bytes(void)
{
    const char *whole = pg_hba_kubegres(true);
    Random random;

    random_init(&random, 1, "hba_test");
    for (size_t i = 0; i < 2000; i++) {
        char *text = memory_text_of(whole, i < strlen(whole) ? i : strlen(whole));
        PgHba *hba = NULL;
        Error err;

        if (i >= strlen(whole))
            text[random_below(&random, strlen(text))] = (char)random_below(&random, 256);
        if (pg_hba_parse(text, &hba, &err)) {
            pg_hba_find(hba, &(PgHbaClient){.address = "127.0.0.1",
                                            .database = "a",
                                            .user = "b",
                                            .is_member = is_member});
            pg_hba_free(hba);
        } else {
            CHECK(strncmp(err.message, "pg_hba.conf:", 12) == 0);
        }
        free(text);
    }
}

TEST_SUITE("fakes/postgres/hba", {"matching", test_matching}, {"broken", test_broken},
           {"any bytes", test_any_bytes});
