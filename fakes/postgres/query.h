/*
 * fakes/postgres/query.h - an analysed SELECT over an instance: which columns it has, which rows it gives.
 *
 * Analysis finds out every type before anything runs, since a client may ask for the columns of a statement that would fail.
 * Ownership: everything lives in the arenas given; the instance is borrowed.
 */
#ifndef FAKES_POSTGRES_QUERY_H
#define FAKES_POSTGRES_QUERY_H

#include "fakes/postgres/instance.h"
#include "fakes/postgres/settings.h"
#include "fakes/postgres/syntax.h"

/* What a statement can see and do. */
typedef struct {
    PgInstance *instance;
    Arena *arena;
    const PgSettings *settings;
    const char *user, *database;
    bool is_superuser, may_replicate;
    uint32_t pid;
    int64_t now_us;            /* when the statement began */
    const PgValue *parameters; /* as many as the analysis found */
    int64_t sleep_ms;          /* out: pg_sleep() wants the answer this much later */
    /* pg_promote(), pg_wal_replay_pause() or _resume() was run; may be NULL. */
    void (*on_command)(void *owner, const char *command);
    void *owner;

    const PgValue *row; /* the relation's, while it is looked at */
    int64_t counted;    /* what count(*) is */
    bool is_counting;   /* nobody looks at the rows' values */
} SqlContext;

/* ---- functions (functions.c) ---- */

typedef enum { RUNS_ANYWHERE, RUNS_ON_PRIMARY, RUNS_ON_STANDBY } SqlPlace;
typedef enum { FOR_ANYONE, FOR_REPLICATION, FOR_SUPERUSER } SqlRight;
enum { SQL_ARGUMENTS_MAX = 3 };

typedef struct SqlFunction {
    const char *name;
    PgType type;
    PgType arguments[SQL_ARGUMENTS_MAX];
    int least, most; /* arguments */
    SqlPlace place;
    SqlRight right;
    PgSource source;
    bool (*run)(SqlContext *context, const PgValue *arguments, int count, PgValue *out,
                PgReport *report);
} SqlFunction;

const SqlFunction *sql_function_find(const char *name);
/* Checks place and right, then runs. Fails with 55000, 42501 or what the function has to say. */
bool sql_function_run(const SqlFunction *function, SqlContext *context, const PgValue *arguments,
                      int count, PgValue *out, PgReport *report);

/* ---- relations (relations.c) ---- */

typedef struct {
    const char *name;
    PgType type;
} SqlColumn;

typedef struct {
    const PgValue **rows;
    size_t count, capacity;
} SqlRows;

typedef struct SqlRelation {
    const char *name;
    bool is_function;
    const SqlColumn *columns;
    int column_count;
    void (*scan)(SqlContext *context, const struct SqlRelation *relation, SqlRows *rows);
} SqlRelation;

const SqlRelation *sql_relation_find(const char *name, bool is_function);
PgValue *sql_rows_add(SqlRows *rows, Arena *arena, int column_count);

/* ---- analysis (analysis.c) ---- */

enum { SQL_PARAMETERS_MAX = 64 };

typedef struct {
    PgType types[SQL_PARAMETERS_MAX]; /* PG_UNKNOWN: not told yet */
    int count;
} SqlParameters;

/* Finds functions, columns and types. parameters: what the client said, and what was found out. */
bool sql_analyse(SqlSelect *select, Arena *arena, SqlParameters *parameters, PgReport *report);
/* Is there a count(*) anywhere in a list? */
bool sql_has_count(const SqlNode *list);

/* ---- running (evaluate.c) ---- */

typedef struct {
    SqlColumn *columns;
    int column_count;
    SqlRows rows;
} SqlResult;

/* The columns alone, of an analysed SELECT. */
void sql_describe(const SqlSelect *select, Arena *arena, SqlResult *out);
bool sql_run(const SqlSelect *select, SqlContext *context, SqlResult *out, PgReport *report);

#endif
