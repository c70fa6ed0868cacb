/*
 * engine/clients/postgres_error.c - what libpq's words and Postgres' codes mean to the engine.
 */
#include "engine/clients/postgres_error.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

enum { SQLSTATE_LENGTH = 5 };

static const struct {
    const char *prefix;
    ErrorCode code;
} CODES[] = {
    {"08",    ERR_UNAVAILABLE},
    {"28",    ERR_DENIED     },
    {"42501", ERR_DENIED     },
    {"53",    ERR_UNAVAILABLE},
    {"57014", ERR_TIMEOUT    },
    {"57P0",  ERR_UNAVAILABLE},
};

ErrorCode postgres_error_code(const char *sqlstate)
{
    for (size_t i = 0; i < sizeof CODES / sizeof *CODES; i++)
        if (strncmp(sqlstate, CODES[i].prefix, strlen(CODES[i].prefix)) == 0)
            return CODES[i].code;
    return ERR_INVALID;
}

/* "FATAL:  28P01: password ...": the code stands between a colon with blanks and another colon. */
static const char *find_sqlstate(const char *text)
{
    for (const char *at = strstr(text, ":  "); at != NULL; at = strstr(at + 1, ":  ")) {
        size_t length = 0;

        while (isdigit((unsigned char)at[3 + length]) || isupper((unsigned char)at[3 + length]))
            length++;
        if (length == SQLSTATE_LENGTH && at[3 + length] == ':')
            return at + 3;
    }
    return NULL;
}

/* What libpq says itself, before or without any word of the server. */
static const struct {
    const char *words;
    ErrorCode code;
    const char *remedy;
} CLIENT_ERRORS[] = {
    {"root certificate file",     ERR_INPUT,   "; set ca_file to the CA of this database"           },
    {"could not read",            ERR_INPUT,   ""                                                   },
    {"could not load",            ERR_INPUT,   ""                                                   },
    {"private key file",          ERR_INPUT,   ""                                                   },
    {"invalid ",                  ERR_INPUT,   ""                                                   },
    {"must be specified",         ERR_INPUT,   ""                                                   },
    {"certificate verify failed", ERR_DENIED,
     "; the server's certificate is not of the CA in ca_file"                                       },
    {"does not match host name",  ERR_DENIED,  "; set host to a name in the certificate"            },
    {"alert",                     ERR_DENIED,  "; the server does not accept our client certificate"},
    {"no password supplied",      ERR_DENIED,  "; set a password file"                              },
    {"does not support SSL",      ERR_INVALID, "; it speaks no TLS, sslmode asks for it"            },
};

/* One line, without where in the server's source it happened. */
static char *clean(const char *text)
{
    const char *begin = strstr(text, "failed: ");
    char *line = memory_text(begin != NULL ? begin + strlen("failed: ") : text);
    char *location = strstr(line, "\nLOCATION:");
    size_t length;

    if (location != NULL)
        *location = '\0';
    length = strlen(line);
    while (length > 0 && isspace((unsigned char)line[length - 1]))
        line[--length] = '\0';
    for (char *at = line; *at != '\0'; at++)
        if (isspace((unsigned char)*at))
            *at = ' ';
    return line;
}

bool postgres_error_connecting(const char *text, Error *err)
{
    const char *sqlstate = find_sqlstate(text), *remedy = "";
    ErrorCode code = ERR_UNAVAILABLE;
    char *line = clean(text);

    if (sqlstate != NULL)
        code = postgres_error_code(sqlstate);
    for (size_t i = 0; sqlstate == NULL && i < sizeof CLIENT_ERRORS / sizeof *CLIENT_ERRORS; i++)
        if (strstr(text, CLIENT_ERRORS[i].words) != NULL) {
            code = CLIENT_ERRORS[i].code;
            remedy = CLIENT_ERRORS[i].remedy;
            break;
        }
    error_set(err, code, "no connection: %s%s", line, remedy);
    free(line);
    return false;
}
