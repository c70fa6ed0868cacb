/*
 * tests/tools/pg_ask.c - says of each statement what a Postgres server says it is: columns and types, or the error's fields.
 *
 *     pg_ask CONNINFO < STATEMENTS
 *
 * One statement a line. Left out: values, and where in the server's source an error was raised, which differs between releases.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libpq-fe.h>

enum { LINE_MAX_LENGTH = 1000 };

static void say_columns(const PGresult *result)
{
    for (int i = 0; i < PQnfields(result); i++)
        printf("  %s oid %u size %d typmod %d format %d\n", PQfname(result, i), PQftype(result, i),
               PQfsize(result, i), PQfmod(result, i), PQfformat(result, i));
}

static void say_error(const PGresult *result)
{
    static const char FIELDS[] = {PG_DIAG_SEVERITY,        PG_DIAG_SQLSTATE,
                                  PG_DIAG_MESSAGE_PRIMARY, PG_DIAG_MESSAGE_DETAIL,
                                  PG_DIAG_MESSAGE_HINT,    PG_DIAG_STATEMENT_POSITION};

    for (size_t i = 0; i < sizeof FIELDS; i++) {
        const char *text = PQresultErrorField(result, FIELDS[i]);

        if (text != NULL)
            printf("  %c %s\n", FIELDS[i], text);
    }
}

static void say(const char *how, PGconn *connection, PGresult *result)
{
    ExecStatusType status = PQresultStatus(result);

    printf("%s: %s", how, PQresStatus(status));
    if (status == PGRES_COMMAND_OK)
        printf(" %s", PQcmdStatus(result));
    printf(" transaction %d\n", PQtransactionStatus(connection));
    say_columns(result);
    say_error(result);
    PQclear(result);
}

static void ask(PGconn *connection, const char *sql)
{
    printf("%s\n", sql);
    say("simple", connection, PQexec(connection, sql));
    say("extended", connection, PQexecParams(connection, sql, 0, NULL, NULL, NULL, NULL, 0));
}

int main(int argc, char **argv)
{
    char line[LINE_MAX_LENGTH];
    PGconn *connection;

    if (argc != 2) {
        fprintf(stderr, "usage: pg_ask CONNINFO < STATEMENTS\n");
        return 2;
    }
    connection = PQconnectdb(argv[1]);
    if (PQstatus(connection) != CONNECTION_OK) {
        fprintf(stderr, "%s", PQerrorMessage(connection));
        return 1;
    }
    while (fgets(line, sizeof line, stdin) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        ask(connection, line);
    }
    PQfinish(connection);
    return 0;
}
