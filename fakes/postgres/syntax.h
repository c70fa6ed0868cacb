/*
 * fakes/postgres/syntax.h - the SQL that a drill and its monitoring need, as a tree.
 *
 * A statement is SELECT or VALUES over functions, views and tables, SHOW, SET, or one word of a transaction. Writes are recognised, not
 * read. Anything else ends with 0A000 and says what is understood.
 *
 * Source: PostgreSQL 15 manual, 4.1 (lexical structure), SELECT, VALUES.
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
    SQL_AGGREGATE, /* count(*) has no argument */
    SQL_COALESCE,
    SQL_GREATEST,
    SQL_LEAST,
    SQL_NULLIF,
    SQL_CASE, /* arguments: condition, result, condition, result, ... [otherwise] */
    SQL_CAST,
    SQL_EXTRACT,  /* extract(epoch from x) */
    SQL_OPERATOR, /* name: "+", "||", "->>" */
    SQL_NEGATE,
    SQL_COMPARE,
    SQL_LIKE,
    SQL_AND,
    SQL_OR,
    SQL_NOT,
    SQL_IS_NULL,
    SQL_IS_TRUE,     /* or false: literal says which */
    SQL_IS_DISTINCT, /* [NOT] FROM: NULLs are values */
    SQL_IN,          /* the first among the others */
    SQL_IN_SELECT,
    SQL_EXISTS,
    SQL_SUBSELECT,
    SQL_RECORD, /* a function of rows, whose one row is the value */
    SQL_STAR,   /* *, or name.* */
    SQL_EXPAND, /* (f(x)).*: the select's columns, each */
    SQL_ROW,    /* of VALUES: arguments are its fields */
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
typedef struct SqlSource SqlSource;
struct SqlFunction;
struct SqlAggregateType;

struct SqlNode {
    SqlKind kind;
    int position; /* in the text, from 1 */
    PgType type;  /* of a cast from the beginning; of everything else once it is analysed */
    const char
        *name; /* of a call, column, operator or literal text; lower case unless it was quoted */
    const char *qualifier; /* tenants in tenants.key; NULL: none */
    PgValue literal;
    /* Of a parameter, from 1; of a column in the row of its select, of an aggregate among its select's, from 0. */
    int number;
    int level;         /* of a column: so many selects further out */
    int attribute;     /* of a column: its number in a relation, from 1; 0: none */
    uint32_t relation; /* which has this oid */
    SqlComparison comparison;
    bool is_negated;   /* NOT LIKE, NOT IN, IS NOT DISTINCT */
    bool ignores_case; /* ILIKE */
    bool is_distinct;  /* count(DISTINCT x) */
    SqlSelect *select;
    SqlNode *arguments, *next; /* a list */
    SqlNode *filter;           /* of an aggregate */
    const struct SqlFunction *function;
    const struct SqlAggregateType *aggregate;
    const char *label; /* what the column is called; NULL: by its nature */
};

typedef enum { SQL_CROSS, SQL_INNER, SQL_LEFT } SqlJoin;

/* One of what stands after FROM. */
struct SqlSource {
    const char *name; /* of a relation or function; NULL: a select */
    const char *schema, *alias;
    int position;
    bool is_function;
    SqlNode *arguments;    /* of a function */
    SqlNode *column_names; /* t(a, b) */
    SqlSelect *select;
    SqlJoin join;
    SqlNode *on;
    SqlSource *next;
    /* Once it is analysed. */
    const struct SqlRelation *relation;
    SqlNode *call;    /* a function of one value */
    SqlNode *columns; /* SQL_NAMEs, numbered as in the joined row */
    int first, count;
};

typedef struct SqlOrder {
    SqlNode *by;
    bool is_descending, has_nulls_first;
    int item; /* the item that it is, from 0; -1: an expression of its own */
    struct SqlOrder *next;
} SqlOrder;

struct SqlSelect {
    SqlNode *rows; /* of VALUES; otherwise NULL */
    SqlNode *items;
    bool is_distinct;
    SqlSource *from; /* NULL: none */
    SqlNode *where, *having;
    SqlNode *group;
    bool has_group;
    SqlOrder *order; /* NULL: none */
    SqlNode *limit, *offset;
    /* Once it is analysed. */
    SqlNode *const *aggregates;
    int aggregate_count, width; /* columns of the joined row */
};

typedef enum {
    SQL_SELECT,
    SQL_SHOW,
    SQL_SET, /* name, value (NULL: DEFAULT, or RESET) */
    SQL_BEGIN,
    SQL_COMMIT,
    SQL_ROLLBACK,
    SQL_RESET_ALL,
    SQL_DISCARD_ALL,
    SQL_DEALLOCATE,      /* name; NULL: ALL */
    SQL_SET_TRANSACTION, /* its modes: is_read_only, is_read_write */
    SQL_CHECKPOINT,
    SQL_COPY,    /* text: all of it (copy_syntax.h) */
    SQL_IGNORED, /* done by saying so */
    SQL_WRITE,   /* INSERT, CREATE TABLE, ...: refused, each in its way */
} SqlVerb;

typedef struct SqlStatement SqlStatement;
struct SqlStatement {
    SqlVerb verb;
    const char *tag;                  /* "SELECT", "CREATE TABLE" */
    bool is_read_write, is_read_only; /* BEGIN READ WRITE and its like */
    bool is_local;                    /* SET LOCAL */
    SqlSelect *select;
    const char *name, *value;
    const char *isolation; /* "serializable"; NULL: not said */
    const char *text;      /* of a COPY, and where it stands, from 1 */
    int position;
    size_t begin; /* likewise, in bytes, from 0 */
    SqlStatement *next;
};

/* All statements of a query string; none for an empty one. Fails with 42601 or 0A000. */
bool sql_parse(const char *text, Arena *arena, SqlStatement **out_first, PgReport *report);

/* What is not among what this server knows; the 0A000 lists what is. */
void sql_report_unknown(PgReport *report, int position, const char *what);
#define sql_not_understood(report, position, what) \
    (sql_report_unknown((report), (position), (what)), pg_failed())

#endif
