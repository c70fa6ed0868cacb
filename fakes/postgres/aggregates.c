/*
 * fakes/postgres/aggregates.c - functions of many rows: count, sum, avg, min, max, bool_and, bool_or.
 */
#include "fakes/postgres/aggregates.h"

#include <string.h>

#include "fakes/postgres/numeric.h"

typedef enum { COUNTS, SUMS, AVERAGES, LEAST, GREATEST, ALL, ANY } Kind;

struct SqlAggregateType {
    const char *name;
    Kind kind;
    PgType argument; /* PG_UNKNOWN: any */
    PgType type;     /* PG_UNKNOWN: the argument's */
};

static const SqlAggregateType TYPES[] = {
    {"count",    COUNTS,   PG_UNKNOWN,  PG_INT8    },
    {"sum",      SUMS,     PG_INT2,     PG_INT8    },
    {"sum",      SUMS,     PG_INT4,     PG_INT8    },
    {"sum",      SUMS,     PG_INT8,     PG_NUMERIC },
    {"sum",      SUMS,     PG_NUMERIC,  PG_NUMERIC },
    {"sum",      SUMS,     PG_FLOAT8,   PG_FLOAT8  },
    {"sum",      SUMS,     PG_INTERVAL, PG_INTERVAL},
    {"avg",      AVERAGES, PG_INT2,     PG_NUMERIC },
    {"avg",      AVERAGES, PG_INT4,     PG_NUMERIC },
    {"avg",      AVERAGES, PG_INT8,     PG_NUMERIC },
    {"avg",      AVERAGES, PG_NUMERIC,  PG_NUMERIC },
    {"avg",      AVERAGES, PG_FLOAT8,   PG_FLOAT8  },
    {"min",      LEAST,    PG_UNKNOWN,  PG_UNKNOWN },
    {"max",      GREATEST, PG_UNKNOWN,  PG_UNKNOWN },
    {"bool_and", ALL,      PG_BOOL,     PG_BOOL    },
    {"every",    ALL,      PG_BOOL,     PG_BOOL    },
    {"bool_or",  ANY,      PG_BOOL,     PG_BOOL    },
};
enum { TYPE_COUNT = sizeof TYPES / sizeof TYPES[0] };

bool aggregate_is(const char *name)
{
    for (int i = 0; i < TYPE_COUNT; i++) {
        if (strcmp(TYPES[i].name, name) == 0)
            return true;
    }
    return false;
}

/* Whatever has an order, but for what Postgres has no min() of. */
static bool fits(const SqlAggregateType *type, PgType argument)
{
    if (type->argument != PG_UNKNOWN)
        return type->argument == argument;
    return type->kind == COUNTS ||
           (argument != PG_BOOL && argument != PG_VOID && argument != PG_JSON &&
            argument != PG_NAME && argument != PG_XID && argument != PG_CHAR &&
            argument < PG_TEXT_ARRAY);
}

const SqlAggregateType *aggregate_find(const char *name, PgType argument, PgType *out_type)
{
    for (int i = 0; i < TYPE_COUNT; i++) {
        if (strcmp(TYPES[i].name, name) != 0 || !fits(&TYPES[i], argument))
            continue;
        *out_type = TYPES[i].type != PG_UNKNOWN ? TYPES[i].type : argument;
        return &TYPES[i];
    }
    return NULL;
}

SqlAggregate aggregate_begin(const SqlNode *node)
{
    return (SqlAggregate){.value = pg_null(node->type)};
}

/* What is summed as what: whole numbers as a numeric until the end, so that nothing overflows on the way. */
static PgValue summand(const PgValue *value)
{
    return pg_type_is_whole(value->type) ? numeric_of(value->integer, 0) : *value;
}

static bool add(PgValue *sum, const PgValue *value, PgReport *report)
{
    PgValue other = summand(value), left = *sum;

    if (sum->is_null) {
        *sum = other;
        return true;
    }
    if (other.type == PG_NUMERIC)
        return numeric_compute('+', &left, &other, sum, report);
    sum->real += other.real;
    sum->integer += other.integer;
    sum->days += other.days;
    return true;
}

bool aggregate_add(const SqlNode *node, SqlAggregate *aggregate, const PgValue *value,
                   PgReport *report)
{
    PgValue *so_far = &aggregate->value;
    Kind kind = node->aggregate->kind;

    aggregate->count++;
    if (kind == COUNTS)
        return true;
    if (kind == SUMS || kind == AVERAGES)
        return add(so_far, value, report);
    if (so_far->is_null || (kind == LEAST && pg_value_compare(value, so_far) < 0) ||
        (kind == GREATEST && pg_value_compare(value, so_far) > 0) ||
        (kind == ALL && !value->integer) || (kind == ANY && value->integer))
        *so_far = *value;
    return true;
}

static bool average(const SqlAggregate *aggregate, PgValue *out, PgReport *report)
{
    PgValue count = numeric_of(aggregate->count, 0);

    if (aggregate->value.type == PG_NUMERIC)
        return numeric_compute('/', &aggregate->value, &count, out, report);
    *out = pg_real(aggregate->value.real / (double)aggregate->count);
    return true;
}

bool aggregate_end(const SqlNode *node, const SqlAggregate *aggregate, PgValue *out,
                   PgReport *report)
{
    *out = aggregate->value;
    if (node->aggregate->kind == COUNTS) {
        *out = pg_integer(PG_INT8, aggregate->count);
        return true;
    }
    if (out->is_null)
        return true;
    if (node->aggregate->kind == AVERAGES)
        return average(aggregate, out, report);
    if (node->aggregate->kind == SUMS && node->type == PG_INT8) {
        out->type = PG_INT8;
        out->integer = (int64_t)out->number;
        return out->number <= INT64_MAX && out->number >= INT64_MIN
                   ? true
                   : pg_error(report, "22003", (PgSource){"int8.c", "534", "int8pl"},
                              "bigint out of range");
    }
    return true;
}
