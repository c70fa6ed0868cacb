/*
 * fakes/postgres/analysis.h - analysis as its own files see it: scopes, types that meet, and what is aggregated.
 *
 * analysis.c has SELECT, analysis_names.c what names mean, analysis_expression.c each kind of expression, coercion.c types.
 */
#ifndef FAKES_POSTGRES_ANALYSIS_H
#define FAKES_POSTGRES_ANALYSIS_H

#include "fakes/postgres/query.h"

/* The sources that names may mean, of a SELECT and of those around it. */
typedef struct SqlScope {
    SqlSelect *select;
    const SqlSource *end; /* sources from here on are not in sight yet; NULL: all are */
    struct SqlScope *outer;
    SqlNode **aggregates; /* found so far */
    int aggregate_count, aggregate_capacity;
    const char *no_aggregates; /* "WHERE": they may not stand here; NULL: they may */
    bool is_in_aggregate;
} SqlScope;

typedef struct {
    Arena *arena;
    SqlParameters *parameters;
    PgReport *report;
    SqlScope *scope;
} Analysis;

/* analysis_expression.c */
bool analyse(Analysis *analysis, SqlNode *node);
bool analyse_list(Analysis *analysis, SqlNode *first);

/* analysis.c */
bool analyse_select(Analysis *analysis, SqlSelect *select);

/* analysis_names.c */
bool analyse_name(Analysis *analysis, SqlNode *node);
bool analyse_sources(Analysis *analysis, SqlSelect *select);
/* Columns of a star, as names of their own; *place becomes them, before what follows. *out_last: the last of them. */
bool expand_star(Analysis *analysis, SqlNode **place, SqlNode **out_last);
/* The same expression, once analysed? */
bool sql_is_same(const SqlNode *a, const SqlNode *b);
/* Every column outside of aggregates is grouped by. */
bool check_grouping(Analysis *analysis, const SqlSelect *select);

/* coercion.c */
const char *sql_type_name(PgType type);
bool sql_is_convertible(PgType from, PgType to);
/* *place gets the type, by a cast if need be; false without a report if it cannot. */
bool sql_coerce(Analysis *analysis, SqlNode **place, PgType type);
/* What has no type yet takes this one: a literal is read as such. */
bool sql_settle(Analysis *analysis, SqlNode *node, PgType type);
/* The type that all of the list can take, PG_UNKNOWN if none has any; false if they cannot meet. */
bool sql_common_type(const SqlNode *first, PgType *out, const SqlNode **out_odd);
/* Makes every node of whole's arguments one type, and gives it to the whole. what: "COALESCE". */
bool sql_unify(Analysis *analysis, SqlNode *whole, const char *what);
bool sql_want_boolean(Analysis *analysis, SqlNode **place, const char *what);
bool sql_no_such_operator(Analysis *analysis, const SqlNode *node, const char *name, PgType left,
                          PgType right);
/* What an operator gives, and which types it takes: out_wanted's are what to coerce to. PG_UNKNOWN: there is none. */
PgType sql_operator_type(const char *name, PgType left, PgType right, PgType out_wanted[2]);

#endif
