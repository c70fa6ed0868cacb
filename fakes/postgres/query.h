/*
 * fakes/postgres/query.h - an analysed SELECT over an instance: which columns it has, which rows it gives.
 *
 * Analysis finds out every type before anything runs, since a client may ask for the columns of a statement that would fail.
 * Ownership: everything lives in the arenas given; the instance is borrowed.
 */
#ifndef FAKES_POSTGRES_QUERY_H
#define FAKES_POSTGRES_QUERY_H

#include "fakes/postgres/backends.h"
#include "fakes/postgres/instance.h"
#include "fakes/postgres/roles.h"
#include "fakes/postgres/settings.h"
#include "fakes/postgres/syntax.h"

/* The row that names mean while a SELECT looks at it, and those of the SELECTs around it. */
typedef struct SqlFrame {
    const PgValue *row;
    const PgValue *aggregates; /* of the group that is looked at */
    struct SqlFrame *outer;
} SqlFrame;

/* What a statement can see and do. */
typedef struct {
    PgInstance *instance;
    Arena *arena;
    PgSettings *settings;
    const char *user, *database, *address; /* address: the client's, NULL: no network */
    bool is_superuser, may_replicate;
    uint32_t pid;
    const char *text;           /* of the whole query */
    int64_t now_us, started_us; /* when the transaction began; when the statement did */
    const PgValue *parameters;  /* as many as the analysis found */
    const PgBackends *backends; /* who is connected; NULL: nobody knows */
    PgRoles *roles;
    const char *const *databases; /* NULL-ended */
    int64_t sleep_ms;             /* out: pg_sleep() wants the answer this much later */
    /* pg_promote(), pg_wal_replay_pause() or _resume() was run; may be NULL. */
    void (*on_command)(void *owner, const char *command);
    void *owner;

    SqlFrame *frame;
    bool is_counting; /* nobody looks at the rows' values */
} SqlContext;

/* ---- functions (functions.c) ---- */

typedef enum { RUNS_ANYWHERE, RUNS_ON_PRIMARY, RUNS_ON_STANDBY } SqlPlace;
typedef enum { FOR_ANYONE, FOR_REPLICATION, FOR_SUPERUSER } SqlRight;
enum { SQL_ARGUMENTS_MAX = 8 };

typedef struct SqlFunction {
    const char *name;
    PgType type;
    PgType arguments[SQL_ARGUMENTS_MAX]; /* PG_UNKNOWN: any type */
    int least, most;                     /* arguments */
    bool (*run)(SqlContext *context, const PgValue *arguments, int count, PgValue *out,
                PgReport *report);
    SqlPlace place;
    SqlRight right;
    const char *line; /* of xlogfuncs.c, where it is refused in the wrong place */
    bool takes_nulls; /* otherwise NULL among the arguments makes NULL */
} SqlFunction;

/* The one of that name which these types fit best; NULL: none does. *out_is_known: another of that name is there. */
const SqlFunction *sql_function_find(const char *name, const SqlNode *arguments,
                                     bool *out_is_known);
/* Checks place and right, then runs. Fails with 55000, 42501 or what the function has to say. */
bool sql_function_run(const SqlFunction *function, SqlContext *context, const PgValue *arguments,
                      int count, PgValue *out, PgReport *report);

/* ---- relations (relations.c) ---- */

typedef struct {
    const char *name;
    PgType type;
} SqlColumn;

/* What a column of an answer is a column of: the relation's oid, and its number there; 0: of nothing. */
typedef struct {
    uint32_t relation;
    int attribute;
} SqlOrigin;

typedef struct {
    const PgValue **rows;
    size_t count, capacity;
} SqlRows;

PgValue *sql_rows_add(SqlRows *rows, Arena *arena, int column_count);

struct SqlRelation;

/* One look at a relation. */
typedef struct {
    SqlContext *context;
    const struct SqlRelation *relation;
    const PgValue *arguments; /* of a function */
    SqlRows rows;
    PgReport *report;
} SqlScan;

typedef struct SqlRelation {
    const char *name;
    uint32_t oid; /* 0: a function */
    const SqlColumn *columns;
    int column_count;
    bool (*scan)(SqlScan *scan);
    PgType arguments[4]; /* of a function */
    int least, most;
    SqlPlace place;
    SqlRight right;
    const char *line; /* as in SqlFunction */
} SqlRelation;

const SqlRelation *sql_relation_find(const char *name, bool is_function);

/* A row in which everything is NULL for a start, and what is put into it by the column's name. */
PgValue *sql_scan_row(SqlScan *scan);
void sql_put(const SqlScan *scan, PgValue *row, const char *column, int64_t integer);
void sql_put_text(const SqlScan *scan, PgValue *row, const char *column, const char *text);
void sql_put_real(const SqlScan *scan, PgValue *row, const char *column, double real);

/* ---- analysis (analysis.c) ---- */

enum { SQL_PARAMETERS_MAX = 64 };

typedef struct {
    PgType types[SQL_PARAMETERS_MAX]; /* PG_UNKNOWN: not told yet */
    int count;
} SqlParameters;

/* Finds functions, columns and types. parameters: what the client said, and what was found out. */
bool sql_analyse(SqlSelect *select, Arena *arena, SqlParameters *parameters, PgReport *report);

/* ---- running (execute.c) ---- */

typedef struct {
    SqlColumn *columns;
    SqlOrigin *origins; /* NULL: all are of nothing */
    int column_count;
    SqlRows rows;
} SqlResult;

/* The columns alone, of an analysed SELECT. */
void sql_describe(const SqlSelect *select, Arena *arena, SqlResult *out);
bool sql_run(const SqlSelect *select, SqlContext *context, SqlResult *out, PgReport *report);

#endif
