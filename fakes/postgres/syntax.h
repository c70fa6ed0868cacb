/*
 * fakes/postgres/syntax.h - the little SQL that a drill needs, as a tree.
 *
 * A statement is SELECT over functions and views, SHOW, SET, or one word of a transaction. Writes are recognised, not read. Anything
 * else ends with 0A000 and says what is understood.
 *
 * Source: PostgreSQL 15 manual, 4.1 (lexical structure), SELECT.
 * Ownership: trees live in the arena they were parsed into.
 */
#ifndef FAKES_POSTGRES_SYNTAX_H
#define FAKES_POSTGRES_SYNTAX_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "fakes/postgres/report.h"
#include "fakes/postgres/types.h"

typedef enum {
    SQL_LITERAL,
    SQL_PARAMETER, /* $1 */
    SQL_NAME,      /* a column, or current_user and its like */
    SQL_CALL,
    SQL_COALESCE,
    SQL_GREATEST,
    SQL_LEAST,
    SQL_CASE, /* arguments: condition, result, condition, result, ... [otherwise] */
    SQL_CAST,
    SQL_EPOCH, /* extract(epoch from x) */
    SQL_MINUS,
    SQL_PLUS,
    SQL_COMPARE,
    SQL_AND,
    SQL_OR,
    SQL_NOT,
    SQL_IS_NULL,
    SQL_COUNT, /* count(*) */
    SQL_STAR,
    SQL_SUBSELECT,
} SqlKind;

typedef enum {
    SQL_EQUAL,
    SQL_UNEQUAL,
    SQL_LESS,
    SQL_GREATER,
    SQL_AT_MOST,
    SQL_AT_LEAST
} SqlComparison;

typedef struct SqlNode SqlNode;
typedef struct SqlSelect SqlSelect;
struct SqlFunction;

struct SqlNode {
    SqlKind kind;
    int position;     /* in the text, from 1 */
    PgType type;      /* of a cast from the beginning; of everything else once it is analysed */
    const char *name; /* of a call, column or literal text; lower case unless it was quoted */
    PgValue literal;
    int number; /* of a parameter, from 1; of a column in its relation, from 0 */
    SqlComparison comparison;
    SqlSelect *select;
    SqlNode *arguments, *next; /* a list */
    const struct SqlFunction *function;
    const char *label; /* what the column is called; NULL: by its nature */
};

struct SqlSelect {
    SqlNode *items;
    const char *from; /* NULL: none */
    int from_position;
    bool is_from_function; /* FROM pg_control_system() */
    SqlNode *where;
    SqlNode *order; /* NULL: none */
    bool is_descending;
    SqlNode *limit;
    const struct SqlRelation *relation; /* once it is analysed */
};

typedef enum {
    SQL_SELECT,
    SQL_SHOW,
    SQL_SET, /* name, value (NULL: DEFAULT, or RESET) */
    SQL_BEGIN,
    SQL_COMMIT,
    SQL_ROLLBACK,
    SQL_RESET_ALL,       /* RESET ALL, DISCARD ALL */
    SQL_SET_TRANSACTION, /* its modes: is_read_only, is_read_write */
    SQL_COPY,            /* text: all of it (copy_syntax.h) */
    SQL_IGNORED,         /* done by saying so */
    SQL_WRITE,           /* INSERT, CREATE TABLE, ...: refused, each in its way */
} SqlVerb;

typedef struct SqlStatement SqlStatement;
struct SqlStatement {
    SqlVerb verb;
    const char *tag;                  /* "SELECT", "CREATE TABLE" */
    bool is_read_write, is_read_only; /* BEGIN READ WRITE and its like */
    bool is_local;                    /* SET LOCAL */
    SqlSelect *select;
    const char *name, *value;
    const char *text; /* of a COPY, and where it stands, from 1 */
    int position;
    SqlStatement *next;
};

/* All statements of a query string; none for an empty one. Fails with 42601 or 0A000. */
bool sql_parse(const char *text, Arena *arena, SqlStatement **out_first, PgReport *report);

/* What is not among what this server knows; the 0A000 lists what is. */
void sql_report_unknown(PgReport *report, int position, const char *what);
#define sql_not_understood(report, position, what) \
    (sql_report_unknown((report), (position), (what)), pg_failed())

#endif
