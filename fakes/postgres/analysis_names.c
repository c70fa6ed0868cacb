/*
 * fakes/postgres/analysis_names.c - what names mean: relations after FROM, their columns, stars, and what is grouped by.
 */
#include <stddef.h>
#include <string.h>

#include "fakes/postgres/aggregates.h"
#include "fakes/postgres/analysis.h"

static const PgSource COLUMN_MISSING = {"parse_relation.c", "3665", "errorMissingColumn"};
static const PgSource SOURCE_MISSING = {"parse_relation.c", "3617", "errorMissingRTE"};
static const PgSource RELATION_MISSING = {"parse_relation.c", "1392", "parserOpenTable"};
static const PgSource AMBIGUOUS = {"parse_relation.c", "898", "colNameToVar"};
static const PgSource UNGROUPED = {"parse_agg.c", "1484", "check_ungrouped_columns_walker"};

/* ---- columns ---- */

/* What a source is called by names: its alias, or itself. */
static const char *source_name(const SqlSource *source)
{
    return source->alias != NULL ? source->alias : source->name;
}

static bool is_source(const SqlSource *source, const char *name)
{
    return source_name(source) != NULL && strcmp(source_name(source), name) == 0;
}

/* How many columns of this name are in sight in one scope; the last of them in *out. */
static int find_columns(const SqlScope *scope, const char *qualifier, const char *name,
                        const SqlNode **out)
{
    int found = 0;

    for (const SqlSource *source = scope->select->from; source != scope->end;
         source = source->next) {
        if (qualifier != NULL && !is_source(source, qualifier))
            continue;
        for (const SqlNode *column = source->columns; column != NULL; column = column->next) {
            if (strcmp(column->name, name) != 0)
                continue;
            *out = column;
            found++;
        }
    }
    return found;
}

static bool has_source(const SqlScope *scope, const char *name)
{
    for (; scope != NULL; scope = scope->outer) {
        for (const SqlSource *source = scope->select->from; source != scope->end;
             source = source->next) {
            if (is_source(source, name))
                return true;
        }
    }
    return false;
}

/* These are called without parentheses. */
static bool is_bare_function(const char *name)
{
    return strncmp(name, "current_", 8) == 0 || strcmp(name, "session_user") == 0 ||
           strcmp(name, "user") == 0 || strcmp(name, "localtimestamp") == 0;
}

static bool analyse_bare(Analysis *analysis, SqlNode *node)
{
    bool is_known;

    node->function = node->qualifier == NULL && is_bare_function(node->name)
                         ? sql_function_find(node->name, NULL, &is_known)
                         : NULL;
    if (node->function != NULL) {
        node->kind = SQL_CALL;
        node->type = node->function->type;
        return true;
    }
    if (node->qualifier != NULL && !has_source(analysis->scope, node->qualifier))
        return pg_error_at(analysis->report, node->position, "42P01", SOURCE_MISSING,
                           "missing FROM-clause entry for table \"%s\"", node->qualifier);
    if (node->qualifier == NULL && has_source(analysis->scope, node->name))
        return sql_not_understood(analysis->report, node->position, "a whole row");
    return pg_error_at(analysis->report, node->position, "42703", COLUMN_MISSING,
                       node->qualifier != NULL ? "column %s%s%s does not exist"
                                               : "column %s\"%s%s\" does not exist",
                       node->qualifier != NULL ? node->qualifier : "",
                       node->qualifier != NULL ? "." : "", node->name);
}

bool analyse_name(Analysis *analysis, SqlNode *node)
{
    const SqlNode *column = NULL;
    int level = 0;

    for (const SqlScope *scope = analysis->scope; scope != NULL; scope = scope->outer, level++) {
        int found = find_columns(scope, node->qualifier, node->name, &column);

        if (found > 1)
            return pg_error_at(analysis->report, node->position, "42702", AMBIGUOUS,
                               "column reference \"%s\" is ambiguous", node->name);
        if (found == 0)
            continue;
        node->number = column->number;
        node->type = column->type;
        node->qualifier = column->qualifier;
        node->relation = column->relation;
        node->attribute = column->attribute;
        node->level = level;
        return true;
    }
    return analyse_bare(analysis, node);
}

/* Puts a copy of a column into a list. */
static SqlNode **add_column(Analysis *analysis, const SqlNode *column, int position,
                            SqlNode **place)
{
    SqlNode *copy = ARENA_NEW(analysis->arena, SqlNode);

    *copy = *column;
    copy->position = position;
    copy->next = NULL;
    *place = copy;
    return &copy->next;
}

bool expand_star(Analysis *analysis, SqlNode **place, SqlNode **out_last)
{
    SqlNode *star = *place, **at = place, *rest = star->next;
    const SqlSelect *select = analysis->scope->select;

    if (select->from == NULL && star->qualifier == NULL)
        return pg_error_at(analysis->report, star->position, "42601",
                           (PgSource){"parse_target.c", "1335", "ExpandAllTables"},
                           "SELECT * with no tables specified is not valid");
    for (const SqlSource *source = select->from; source != NULL; source = source->next) {
        if (star->qualifier != NULL && !is_source(source, star->qualifier))
            continue;
        for (const SqlNode *column = source->columns; column != NULL; column = column->next) {
            at = add_column(analysis, column, star->position, at);
            *out_last = at == place ? star : (SqlNode *)((char *)at - offsetof(SqlNode, next));
        }
    }
    if (at == place)
        return pg_error_at(analysis->report, star->position, "42P01", SOURCE_MISSING,
                           "missing FROM-clause entry for table \"%s\"", star->qualifier);
    *at = rest;
    return true;
}

/* ---- sources ---- */

static SqlNode *new_column(Analysis *analysis, SqlSource *source, const SqlColumn *column)
{
    SqlNode *node = ARENA_NEW(analysis->arena, SqlNode);

    node->kind = SQL_NAME;
    node->name = column->name;
    node->qualifier = source_name(source);
    node->type = column->type;
    node->number = source->first + source->count++;
    return node;
}

/* The columns of a source, called as t(a, b) says. */
static bool add_columns(Analysis *analysis, SqlSource *source, const SqlColumn *columns,
                        const SqlOrigin *origins, int count)
{
    SqlNode **place = &source->columns;
    const SqlNode *name = source->column_names;

    for (int i = 0; i < count; i++) {
        *place = new_column(analysis, source, &columns[i]);
        if (source->relation != NULL && source->relation->oid != 0) {
            (*place)->relation = source->relation->oid;
            (*place)->attribute = i + 1;
        }
        if (origins != NULL) {
            (*place)->relation = origins[i].relation;
            (*place)->attribute = origins[i].attribute;
        }
        if (name != NULL) {
            (*place)->name = name->name;
            name = name->next;
        }
        place = &(*place)->next;
    }
    return name == NULL ||
           pg_error_at(analysis->report, source->position, "42P10",
                       (PgSource){"parse_relation.c", "1238", "buildRelationAliases"},
                       "table \"%s\" has %d columns available but more columns specified",
                       source_name(source), count);
}

static bool is_system_name(const SqlSource *source)
{
    return strncmp(source->name, "pg_", 3) == 0 ||
           (source->schema != NULL && strcmp(source->schema, "public") != 0);
}

static bool no_such_relation(Analysis *analysis, const SqlSource *source)
{
    const char *schema = source->schema != NULL ? source->schema : "";

    /* Postgres has many that are not here; but what is in the database is known. */
    if (is_system_name(source))
        return sql_not_understood(analysis->report, source->position,
                                  arena_format(analysis->arena, "relation \"%s\"", source->name));
    return pg_error_at(analysis->report, source->position, "42P01", RELATION_MISSING,
                       "relation \"%s%s%s\" does not exist", schema, *schema != '\0' ? "." : "",
                       source->name);
}

static bool analyse_select_source(Analysis *analysis, SqlSource *source)
{
    SqlScope *scope = analysis->scope;
    SqlResult result;
    bool ok;

    if (source->alias == NULL) {
        pg_error_at(analysis->report, source->position, "42601",
                    (PgSource){"gram.y", "13263", "base_yyparse"},
                    source->select->rows != NULL ? "VALUES in FROM must have an alias"
                                                 : "subquery in FROM must have an alias");
        analysis->report->hint = source->select->rows != NULL
                                     ? "For example, FROM (VALUES ...) [AS] foo."
                                     : "For example, FROM (SELECT ...) [AS] foo.";
        return false;
    }
    analysis->scope = scope->outer; /* its neighbours are not in sight */
    ok = analyse_select(analysis, source->select);
    analysis->scope = scope;
    if (!ok)
        return false;
    sql_describe(source->select, analysis->arena, &result);
    return add_columns(analysis, source, result.columns, result.origins, result.column_count);
}

static int count_of(const SqlNode *list)
{
    int count = 0;

    for (; list != NULL; list = list->next)
        count++;
    return count;
}

/* A function of rows. */
static bool analyse_table_function(Analysis *analysis, SqlSource *source)
{
    const SqlRelation *relation = source->relation;
    int index = 0, count = count_of(source->arguments);

    if (!analyse_list(analysis, source->arguments))
        return false;
    for (SqlNode **place = &source->arguments; *place != NULL && count <= relation->most;
         place = &(*place)->next) {
        if (!sql_coerce(analysis, place, relation->arguments[index++]))
            count = -1;
    }
    if (count < relation->least || count > relation->most)
        return sql_not_understood(analysis->report, source->position,
                                  arena_format(analysis->arena, "%s() with these arguments",
                                               source->name));
    return add_columns(analysis, source, relation->columns, NULL, relation->column_count);
}

/* A function of one value is a relation of one row and column. */
static bool analyse_value_function(Analysis *analysis, SqlSource *source)
{
    SqlColumn column = {.name = source_name(source)};

    source->call = ARENA_NEW(analysis->arena, SqlNode);
    source->call->kind = SQL_CALL;
    source->call->name = source->name;
    source->call->position = source->position;
    source->call->arguments = source->arguments;
    if (!analyse(analysis, source->call))
        return false;
    column.type = source->call->type;
    return add_columns(analysis, source, &column, NULL, 1);
}

static bool analyse_source(Analysis *analysis, SqlSource *source)
{
    if (source->select != NULL)
        return analyse_select_source(analysis, source);
    source->relation = sql_relation_find(source->name, source->is_function);
    if (source->relation != NULL && source->is_function)
        return analyse_table_function(analysis, source);
    if (source->is_function)
        return analyse_value_function(analysis, source);
    if (source->relation == NULL)
        return no_such_relation(analysis, source);
    return add_columns(analysis, source, source->relation->columns, NULL,
                       source->relation->column_count);
}

static bool check_name(Analysis *analysis, const SqlSelect *select, const SqlSource *source)
{
    for (const SqlSource *other = select->from; other != source; other = other->next) {
        if (source_name(source) != NULL && is_source(other, source_name(source)))
            return pg_error_at(analysis->report, 0, "42712",
                               (PgSource){"parse_relation.c", "443", "checkNameSpaceConflicts"},
                               "table name \"%s\" specified more than once", source_name(source));
    }
    return true;
}

bool analyse_sources(Analysis *analysis, SqlSelect *select)
{
    for (SqlSource *source = select->from; source != NULL; source = source->next) {
        analysis->scope->end = source; /* a function may use those before it */
        source->first = select->width;
        if (!analyse_source(analysis, source) || !check_name(analysis, select, source))
            return false;
        select->width += source->count;
        analysis->scope->end = source->next;
        analysis->scope->no_aggregates = "JOIN conditions";
        if (source->on != NULL &&
            (!analyse(analysis, source->on) || !sql_want_boolean(analysis, &source->on, "JOIN/ON")))
            return false;
        analysis->scope->no_aggregates = NULL;
    }
    analysis->scope->end = NULL;
    return true;
}

/* ---- grouping ---- */

static bool is_same_text(const char *a, const char *b)
{
    return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

bool sql_is_same(const SqlNode *a, const SqlNode *b)
{
    const SqlNode *one = a->arguments, *other = b->arguments;

    if (a->kind != b->kind || a->type != b->type || a->number != b->number ||
        a->level != b->level || a->function != b->function || a->comparison != b->comparison ||
        a->is_negated != b->is_negated || a->select != b->select)
        return false;
    if (a->kind != SQL_NAME && !is_same_text(a->name, b->name))
        return false;
    for (; one != NULL && other != NULL; one = one->next, other = other->next) {
        if (!sql_is_same(one, other))
            return false;
    }
    return one == NULL && other == NULL;
}

static bool is_grouped(const SqlSelect *select, const SqlNode *node)
{
    for (const SqlNode *group = select->group; group != NULL; group = group->next) {
        if (sql_is_same(group, node))
            return true;
    }
    return false;
}

static bool check_grouped(Analysis *analysis, const SqlSelect *select, const SqlNode *node)
{
    if (node == NULL || node->kind == SQL_AGGREGATE || is_grouped(select, node))
        return true;
    if (node->kind == SQL_NAME && node->level == 0)
        return pg_error_at(analysis->report, node->position, "42803", UNGROUPED,
                           "column \"%s.%s\" must appear in the GROUP BY clause or be used in an "
                           "aggregate function",
                           node->qualifier != NULL ? node->qualifier : "?", node->name);
    for (const SqlNode *at = node->arguments; at != NULL; at = at->next) {
        if (!check_grouped(analysis, select, at))
            return false;
    }
    return true;
}

bool check_grouping(Analysis *analysis, const SqlSelect *select)
{
    if (!select->has_group && select->aggregate_count == 0 && select->having == NULL)
        return true;
    for (const SqlNode *item = select->items; item != NULL; item = item->next) {
        if (!check_grouped(analysis, select, item))
            return false;
    }
    for (const SqlOrder *order = select->order; order != NULL; order = order->next) {
        if (order->item < 0 && !check_grouped(analysis, select, order->by))
            return false;
    }
    return check_grouped(analysis, select, select->having);
}
