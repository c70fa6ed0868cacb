/*
 * fakes/postgres/execute.c - an analysed SELECT becomes rows: sources joined, filtered, grouped, sorted, cut.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "fakes/postgres/aggregates.h"
#include "fakes/postgres/evaluate.h"

enum { ROWS_MAX = 1000000 }; /* of a join: what asks for more wants another server */

PgValue *sql_rows_add(SqlRows *rows, Arena *arena, int column_count)
{
    PgValue *row = arena_new(arena, (size_t)column_count * sizeof *row);

    if (rows->count == rows->capacity) {
        size_t capacity = rows->capacity > 0 ? rows->capacity * 2 : 8;
        const PgValue **grown = arena_new(arena, capacity * sizeof *grown);

        if (rows->count > 0)
            memcpy(grown, rows->rows, rows->count * sizeof *grown);
        rows->rows = grown;
        rows->capacity = capacity;
    }
    rows->rows[rows->count++] = row;
    return row;
}

/* ---- columns ---- */

/* Postgres calls a column by what makes it: a function, a column, or else nothing. */
static const char *label_of(const SqlNode *node, bool *out_is_weak)
{
    const char *inner;

    *out_is_weak = false;
    if (node->label != NULL)
        return node->label;
    switch (node->kind) {
    case SQL_NAME:
    case SQL_CALL:
    case SQL_AGGREGATE:
    case SQL_RECORD:
        return node->name;
    case SQL_COALESCE:
        return "coalesce";
    case SQL_GREATEST:
        return "greatest";
    case SQL_LEAST:
        return "least";
    case SQL_NULLIF:
        return "nullif";
    case SQL_EXTRACT:
        return "extract";
    case SQL_EXISTS:
        return "exists";
    case SQL_CASE:
        /* ELSE's, if that has one of its own. */
        for (const SqlNode *at = node->arguments; at != NULL; at = at->next->next) {
            if (at->next == NULL) {
                inner = label_of(at, out_is_weak);
                if (inner != NULL && !*out_is_weak)
                    return inner;
                break;
            }
        }
        *out_is_weak = true;
        return "case";
    case SQL_CAST:
        inner = label_of(node->arguments, out_is_weak);
        if (inner != NULL && !*out_is_weak)
            return inner;
        *out_is_weak = true;
        return pg_type_row(node->type)->short_name;
    case SQL_SUBSELECT:
        return label_of(node->select->items, out_is_weak);
    default:
        return NULL;
    }
}

static int column_count(const SqlSelect *select)
{
    int count = 0;

    for (const SqlNode *item = select->items; item != NULL; item = item->next)
        count++;
    return count;
}

void sql_describe(const SqlSelect *select, Arena *arena, SqlResult *out)
{
    int count = column_count(select);
    bool is_weak;

    *out = (SqlResult){.columns = arena_new(arena, (size_t)count * sizeof(SqlColumn)),
                       .origins = arena_new(arena, (size_t)count * sizeof(SqlOrigin))};
    for (const SqlNode *item = select->items; item != NULL; item = item->next) {
        const char *label = label_of(item, &is_weak);

        if (item->kind == SQL_NAME)
            out->origins[out->column_count] = (SqlOrigin){item->relation, item->attribute};
        out->columns[out->column_count++] =
            (SqlColumn){.name = label != NULL ? label : "?column?", .type = item->type};
    }
}

/* ---- sources ---- */

static bool scan_select(const SqlSource *source, SqlContext *context, SqlRows *out,
                        PgReport *report)
{
    SqlFrame *frame = context->frame;
    SqlResult result;
    bool ok;

    context->frame = frame->outer; /* its neighbours are not in sight */
    ok = sql_run(source->select, context, &result, report);
    context->frame = frame;
    *out = result.rows;
    return ok;
}

static bool scan_call(const SqlSource *source, SqlContext *context, SqlRows *out, PgReport *report)
{
    return sql_evaluate(source->call, context, sql_rows_add(out, context->arena, 1), report);
}

static bool check_place(const SqlRelation *relation, SqlContext *context, PgReport *report)
{
    /* A function of rows is refused where and to whom any other is. */
    const SqlFunction function = {.name = relation->name,
                                  .place = relation->place,
                                  .right = relation->right,
                                  .line = relation->line};
    PgValue nothing;

    return relation->oid != 0 || sql_function_run(&function, context, NULL, 0, &nothing, report);
}

static bool scan_relation(const SqlSource *source, SqlContext *context, SqlRows *out,
                          PgReport *report)
{
    PgValue arguments[SQL_ARGUMENTS_MAX];
    SqlScan scan = {.context = context,
                    .relation = source->relation,
                    .arguments = arguments,
                    .report = report};
    int count = 0;

    for (const SqlNode *at = source->arguments; at != NULL; at = at->next) {
        if (!sql_evaluate(at, context, &arguments[count], report))
            return false;
        if (arguments[count++].is_null)
            return true; /* of nothing there are no rows */
    }
    for (; count < source->relation->most; count++)
        arguments[count] = pg_null(source->relation->arguments[count]);
    if (!check_place(source->relation, context, report) || !source->relation->scan(&scan))
        return false;
    *out = scan.rows;
    return true;
}

static bool scan_source(const SqlSource *source, SqlContext *context, SqlRows *out,
                        PgReport *report)
{
    *out = (SqlRows){0};
    if (source->select != NULL)
        return scan_select(source, context, out, report);
    if (source->call != NULL)
        return scan_call(source, context, out, report);
    return scan_relation(source, context, out, report);
}

/* Joins one more source to a row: adds what fits to the rows. */
static bool join_row(const SqlSelect *select, const SqlSource *source, SqlContext *context,
                     const PgValue *left, const SqlRows *right, SqlRows *out, PgReport *report)
{
    size_t size = (size_t)select->width + 1;
    bool is_any = false, is_it;

    for (size_t i = 0; i < right->count; i++) {
        PgValue *row = arena_new(context->arena, size * sizeof *row);

        memcpy(row, left, (size_t)source->first * sizeof *row);
        memcpy(row + source->first, right->rows[i], (size_t)source->count * sizeof *row);
        context->frame->row = row;
        if (!sql_holds(source->on, context, &is_it, report))
            return false;
        if (!is_it)
            continue;
        is_any = true;
        if (out->count >= ROWS_MAX)
            return pg_error(report, "0A000", (PgSource){0}, "this server joins no %d rows",
                            ROWS_MAX);
        memcpy(sql_rows_add(out, context->arena, select->width + 1), row, size * sizeof *row);
    }
    if (!is_any && source->join == SQL_LEFT) {
        PgValue *row = sql_rows_add(out, context->arena, select->width + 1);
        const SqlNode *column = source->columns;

        memcpy(row, left, (size_t)source->first * sizeof *row);
        for (; column != NULL; column = column->next)
            row[column->number] = pg_null(column->type);
    }
    return true;
}

/* Each source in turn is joined to what is there. Only a function may look at the row so far. */
static bool join_all(const SqlSelect *select, SqlContext *context, SqlRows *out, PgReport *report)
{
    sql_rows_add(out, context->arena, select->width + 1); /* one row of nothing */
    for (const SqlSource *source = select->from; source != NULL; source = source->next) {
        bool is_lateral = source->arguments != NULL || source->call != NULL;
        SqlRows left = *out, right = {0};

        if (left.count == 0)
            return true;
        *out = (SqlRows){0};
        if (!is_lateral && !scan_source(source, context, &right, report))
            return false;
        if (select->width == source->count && !is_lateral && source->on == NULL) {
            *out = right; /* there is but this one: its rows are the rows */
            return true;
        }
        for (size_t i = 0; i < left.count; i++) {
            context->frame->row = left.rows[i];
            if ((is_lateral && !scan_source(source, context, &right, report)) ||
                !join_row(select, source, context, left.rows[i], &right, out, report))
                return false;
        }
    }
    return true;
}

static bool values_rows(const SqlSelect *select, SqlContext *context, SqlRows *out,
                        PgReport *report)
{
    for (const SqlNode *row = select->rows; row != NULL; row = row->next) {
        PgValue *values = sql_rows_add(out, context->arena, select->width);

        for (const SqlNode *field = row->arguments; field != NULL; field = field->next) {
            if (!sql_evaluate(field, context, values++, report))
                return false;
        }
    }
    return true;
}

/* The rows that WHERE leaves. */
static bool find_rows(const SqlSelect *select, SqlContext *context, SqlRows *out, PgReport *report)
{
    size_t kept = 0;
    bool is_it;

    *out = (SqlRows){0};
    if (select->rows != NULL)
        return values_rows(select, context, out, report);
    if (!join_all(select, context, out, report))
        return false;
    for (size_t i = 0; select->where != NULL && i < out->count; i++) {
        context->frame->row = out->rows[i];
        if (!sql_holds(select->where, context, &is_it, report))
            return false;
        if (is_it)
            out->rows[kept++] = out->rows[i];
    }
    if (select->where != NULL)
        out->count = kept;
    return true;
}

/* ---- groups ---- */

typedef struct {
    const PgValue *keys;
    SqlRows rows;
} Group;

typedef struct {
    Group *items;
    size_t count, capacity;
} Groups;

static bool is_equal(const PgValue *a, const PgValue *b, int count)
{
    assert(count == 0 || (a != NULL && b != NULL));
    for (int i = 0; i < count; i++) {
        if (a[i].is_null != b[i].is_null || (!a[i].is_null && pg_value_compare(&a[i], &b[i]) != 0))
            return false;
    }
    return true;
}

static Group *find_group(Groups *groups, Arena *arena, const PgValue *keys, int count)
{
    for (size_t i = 0; i < groups->count; i++) {
        if (is_equal(groups->items[i].keys, keys, count))
            return &groups->items[i];
    }
    if (groups->count == groups->capacity) {
        size_t capacity = groups->capacity * 2 + 4;
        Group *grown = arena_new(arena, capacity * sizeof *grown);

        if (groups->count > 0)
            memcpy(grown, groups->items, groups->count * sizeof *grown);
        groups->items = grown;
        groups->capacity = capacity;
    }
    groups->items[groups->count] = (Group){.keys = keys};
    return &groups->items[groups->count++];
}

static void group_add(Group *group, Arena *arena, const PgValue *row)
{
    sql_rows_add(&group->rows, arena, 0);
    group->rows.rows[group->rows.count - 1] = row;
}

/* Without GROUP BY all rows are one group, also if there are none. */
static bool group_rows(const SqlSelect *select, SqlContext *context, const SqlRows *rows,
                       Groups *out, PgReport *report)
{
    int count = 0;

    for (const SqlNode *key = select->group; key != NULL; key = key->next)
        count++;
    if (!select->has_group)
        find_group(out, context->arena, NULL, 0);
    for (size_t i = 0; i < rows->count; i++) {
        PgValue *keys = arena_new(context->arena, (size_t)(count + 1) * sizeof *keys);
        int at = 0;

        context->frame->row = rows->rows[i];
        for (const SqlNode *key = select->group; key != NULL; key = key->next) {
            if (!sql_evaluate(key, context, &keys[at++], report))
                return false;
        }
        group_add(find_group(out, context->arena, keys, count), context->arena, rows->rows[i]);
    }
    return true;
}

static bool is_seen(const SqlRows *seen, const PgValue *value)
{
    for (size_t i = 0; i < seen->count; i++) {
        if (pg_value_compare(seen->rows[i], value) == 0)
            return true;
    }
    return false;
}

/* One row into one aggregate: not if the filter leaves it out, it is NULL, or DISTINCT has had it. */
static bool aggregate_row(const SqlNode *node, SqlContext *context, SqlAggregate *aggregate,
                          SqlRows *seen, PgReport *report)
{
    PgValue value = pg_integer(PG_BOOL, true);
    bool is_in;

    if (!sql_holds(node->filter, context, &is_in, report))
        return false;
    if (!is_in)
        return true;
    if (node->arguments != NULL && !sql_evaluate(node->arguments, context, &value, report))
        return false;
    if (value.is_null || (node->is_distinct && is_seen(seen, &value)))
        return true;
    if (node->is_distinct)
        *sql_rows_add(seen, context->arena, 1) = value;
    return aggregate_add(node, aggregate, &value, report);
}

static bool aggregate_group(const SqlNode *node, SqlContext *context, const Group *group,
                            PgValue *out, PgReport *report)
{
    SqlAggregate aggregate = aggregate_begin(node);
    SqlRows seen = {0};

    /* count(*) need not look at each. */
    if (node->arguments == NULL && node->filter == NULL)
        aggregate.count = (int64_t)group->rows.count;
    else
        for (size_t i = 0; i < group->rows.count; i++) {
            context->frame->row = group->rows.rows[i];
            if (!aggregate_row(node, context, &aggregate, &seen, report))
                return false;
        }
    return aggregate_end(node, &aggregate, out, report);
}

/* ---- the answer ---- */

static int order_count(const SqlSelect *select)
{
    int count = 0;

    for (const SqlOrder *order = select->order; order != NULL; order = order->next)
        count++;
    return count;
}

/* A row of the answer: its columns, and behind them what it is sorted by. */
static bool project(const SqlSelect *select, SqlContext *context, SqlResult *out, PgReport *report)
{
    PgValue *values =
        sql_rows_add(&out->rows, context->arena, out->column_count + order_count(select));
    int at = 0;

    for (const SqlNode *item = select->items; item != NULL; item = item->next) {
        if (!sql_evaluate(item, context, &values[at++], report))
            return false;
    }
    for (const SqlOrder *order = select->order; order != NULL; order = order->next, at++) {
        if (order->item >= 0)
            values[at] = values[order->item];
        else if (!sql_evaluate(order->by, context, &values[at], report))
            return false;
    }
    return true;
}

static bool project_group(const SqlSelect *select, SqlContext *context, const Group *group,
                          SqlResult *out, PgReport *report)
{
    PgValue *values =
        arena_new(context->arena, (size_t)(select->aggregate_count + 1) * sizeof *values);
    bool is_in;

    for (int i = 0; i < select->aggregate_count; i++) {
        if (!aggregate_group(select->aggregates[i], context, group, &values[i], report))
            return false;
    }
    context->frame->aggregates = values;
    context->frame->row = group->rows.count > 0 ? group->rows.rows[0] : NULL;
    if (!sql_holds(select->having, context, &is_in, report))
        return false;
    return !is_in || project(select, context, out, report);
}

static bool project_groups(const SqlSelect *select, SqlContext *context, const SqlRows *rows,
                           SqlResult *out, PgReport *report)
{
    Groups groups = {0};

    if (!group_rows(select, context, rows, &groups, report))
        return false;
    for (size_t i = 0; i < groups.count; i++) {
        if (!project_group(select, context, &groups.items[i], out, report))
            return false;
    }
    return true;
}

static bool project_all(const SqlSelect *select, SqlContext *context, const SqlRows *rows,
                        SqlResult *out, PgReport *report)
{
    for (size_t i = 0; i < rows->count; i++) {
        context->frame->row = rows->rows[i];
        if (!project(select, context, out, report))
            return false;
    }
    return true;
}

static void drop_repeated(SqlResult *result)
{
    SqlRows *rows = &result->rows;
    size_t kept = 0;

    for (size_t i = 0; i < rows->count; i++) {
        bool is_new = true;

        for (size_t j = 0; j < kept && is_new; j++)
            is_new = !is_equal(rows->rows[i], rows->rows[j], result->column_count);
        if (is_new)
            rows->rows[kept++] = rows->rows[i];
    }
    rows->count = kept;
}

/* Less than 0: a comes first. */
static int compare_rows(const SqlSelect *select, const PgValue *a, const PgValue *b)
{
    for (const SqlOrder *order = select->order; order != NULL; order = order->next, a++, b++) {
        int difference;

        if (a->is_null || b->is_null)
            difference = ((int)b->is_null - (int)a->is_null) * (order->has_nulls_first ? 1 : -1);
        else
            difference = pg_value_compare(a, b) * (order->is_descending ? -1 : 1);
        if (difference != 0)
            return difference;
    }
    return 0;
}

/* By merging: equal rows keep their order. */
static void sort(const SqlSelect *select, const PgValue **rows, const PgValue **room, size_t count,
                 int skipped)
{
    size_t half = count / 2, left = 0, right = half;

    if (count < 2)
        return;
    sort(select, rows, room, half, skipped);
    sort(select, rows + half, room, count - half, skipped);
    for (size_t i = 0; i < count; i++) {
        bool is_left = right == count || (left < half && compare_rows(select, rows[left] + skipped,
                                                                      rows[right] + skipped) <= 0);

        room[i] = is_left ? rows[left++] : rows[right++];
    }
    memcpy(rows, room, count * sizeof *rows);
}

static bool read_count(const SqlNode *node, SqlContext *context, const char *what, int64_t *out,
                       PgReport *report)
{
    PgValue value;

    if (node == NULL)
        return true;
    if (!sql_evaluate(node, context, &value, report))
        return false;
    if (value.is_null)
        return true;
    *out = value.integer;
    if (value.integer >= 0)
        return true;
    return pg_error(report, *what == 'L' ? "2201W" : "2201X",
                    *what == 'L' ? (PgSource){"nodeLimit.c", "398", "recompute_limits"}
                                 : (PgSource){"nodeLimit.c", "367", "recompute_limits"},
                    "%s must not be negative", what);
}

static bool cut(const SqlSelect *select, SqlContext *context, SqlRows *rows, PgReport *report)
{
    int64_t skipped = 0, most = INT64_MAX;

    if (!read_count(select->offset, context, "OFFSET", &skipped, report) ||
        !read_count(select->limit, context, "LIMIT", &most, report))
        return false;
    if ((uint64_t)skipped > rows->count)
        skipped = (int64_t)rows->count;
    rows->rows += skipped;
    rows->count -= (size_t)skipped;
    if ((uint64_t)most < rows->count)
        rows->count = (size_t)most;
    return true;
}

/* SELECT count(*) FROM one relation, and nothing else: nobody looks at the rows. */
static bool is_plain_count(const SqlSelect *select)
{
    return select->where == NULL && !select->has_group && select->aggregate_count == 1 &&
           select->aggregates[0]->arguments == NULL && select->aggregates[0]->filter == NULL &&
           select->having == NULL && select->from != NULL && select->from->next == NULL;
}

static bool run(const SqlSelect *select, SqlContext *context, SqlResult *out, PgReport *report)
{
    bool is_grouped = select->has_group || select->aggregate_count > 0 || select->having != NULL;
    SqlRows rows;

    context->is_counting = is_plain_count(select);
    if (!find_rows(select, context, &rows, report) ||
        !(is_grouped ? project_groups(select, context, &rows, out, report)
                     : project_all(select, context, &rows, out, report)))
        return false;
    if (select->is_distinct)
        drop_repeated(out);
    if (select->order != NULL)
        sort(select, out->rows.rows,
             arena_new(context->arena, (out->rows.count + 1) * sizeof *out->rows.rows),
             out->rows.count, out->column_count);
    return cut(select, context, &out->rows, report);
}

bool sql_run(const SqlSelect *select, SqlContext *context, SqlResult *out, PgReport *report)
{
    SqlFrame frame = {.outer = context->frame};
    bool ok, was_counting = context->is_counting;

    sql_describe(select, context->arena, out);
    context->frame = &frame;
    ok = run(select, context, out, report);
    context->frame = frame.outer;
    context->is_counting = was_counting;
    return ok;
}
