/*
 * scenarios/judge.c - what a scenario expects, held against a run's events.
 */
#include "scenarios/judge.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/schema.h"
#include "scenarios/invariants.h"
#include "scenarios/pattern.h"

#define COUNT(rows) (sizeof(rows) / sizeof *(rows))

static const char *const OUTCOMES[] = {"completed", "degraded", "refused", "rolledBack",
                                       "stuck",     "stopped",  NULL};

typedef struct {
    int outcome;
    const cJSON *finding, *counts, *eventually, *never, *order, *clusters, *budgets;
} Expect;

static const Field EXPECT_FIELDS[] = {
    {"outcome",    FIELD_CHOICE, offsetof(Expect, outcome),    true,  "how the engine ends",            OUTCOMES},
    {"finding",    FIELD_TREE,   offsetof(Expect, finding),    false, "why it does not go on",          NULL    },
    {"counts",     FIELD_TREE,   offsetof(Expect, counts),     false, "how often something happens",    NULL    },
    {"eventually", FIELD_TREE,   offsetof(Expect, eventually), false, "what must happen",               NULL    },
    {"never",      FIELD_TREE,   offsetof(Expect, never),      false, "what must not happen",           NULL    },
    {"order",      FIELD_TREE,   offsetof(Expect, order),      false, "what happens after what",        NULL    },
    {"clusters",   FIELD_TREE,   offsetof(Expect, clusters),   false, "how many are back",              NULL    },
    {"budgets",    FIELD_TREE,   offsetof(Expect, budgets),    false, "limits for RTO, RPO and phases",
     NULL                                                                                                       },
};

typedef struct {
    const char *check, *reaction, *observed;
} FindingFields;

static const Field FINDING_FIELDS[] = {
    {"check",    FIELD_TEXT, offsetof(FindingFields, check),    true,  "F-001",                  NULL},
    {"reaction", FIELD_TEXT, offsetof(FindingFields, reaction), false, "REFUSE",                 NULL},
    {"observed", FIELD_TEXT, offsetof(FindingFields, observed), false, "its text, with * and ?",
     NULL                                                                                            },
};

typedef struct {
    Pattern pattern;
    int64_t is, at_least, at_most;
} CountFields;

static const Field COUNT_FIELDS[] = {
    PATTERN_FIELDS(offsetof(CountFields, pattern)),
    {"is",      FIELD_INTEGER, offsetof(CountFields, is),       false, "exactly so often",  NULL},
    {"atLeast", FIELD_INTEGER, offsetof(CountFields, at_least), false, "at least so often", NULL},
    {"atMost",  FIELD_INTEGER, offsetof(CountFields, at_most),  false, "at most so often",  NULL},
};

typedef struct {
    Pattern pattern;
    int64_t within_ms, not_before_ms;
    const cJSON *after;
} EventuallyFields;

static const Field EVENTUALLY_FIELDS[] = {
    PATTERN_FIELDS(offsetof(EventuallyFields, pattern)),
    {"within",    FIELD_DURATION, offsetof(EventuallyFields, within_ms),     false, "how soon",          NULL},
    {"notBefore", FIELD_DURATION, offsetof(EventuallyFields, not_before_ms), false,
                                           "how late at least",                                                                                NULL},
    {"after",     FIELD_TREE,     offsetof(EventuallyFields, after),         false, "since which event", NULL},
};

typedef struct {
    int64_t synced;
    const cJSON *late;
} ClusterFields;

static const Field CLUSTER_FIELDS[] = {
    {"synced", FIELD_INTEGER, offsetof(ClusterFields, synced), false, "how many have synced",  NULL},
    {"late",   FIELD_TREE,    offsetof(ClusterFields, late),   false, "which have not synced", NULL},
};

typedef struct {
    int64_t rto_ms, rpo;
    const cJSON *phases;
} BudgetFields;

static const Field BUDGET_FIELDS[] = {
    {"rto",    FIELD_DURATION, offsetof(BudgetFields, rto_ms), false, "longest outage",  NULL},
    {"rpo",    FIELD_SIZE,     offsetof(BudgetFields, rpo),    false, "largest loss",    NULL},
    {"phases", FIELD_TREE,     offsetof(BudgetFields, phases), false, "limits by phase", NULL},
};

static cJSON *entries_schema(const Field *rows, size_t count)
{
    return schema_list(0, schema_fields(NULL, rows, count));
}

cJSON *judge_schema(void)
{
    static const Field PATTERN[] = {PATTERN_FIELDS(0)};
    cJSON *schema = schema_fields("what must come of it", EXPECT_FIELDS, COUNT(EXPECT_FIELDS));

    schema_refine(schema, "finding", schema_fields(NULL, FINDING_FIELDS, COUNT(FINDING_FIELDS)));
    schema_refine(schema, "counts", entries_schema(COUNT_FIELDS, COUNT(COUNT_FIELDS)));
    schema_refine(schema, "eventually",
                  entries_schema(EVENTUALLY_FIELDS, COUNT(EVENTUALLY_FIELDS)));
    schema_refine(schema, "never", entries_schema(PATTERN, COUNT(PATTERN)));
    schema_refine(schema, "order", entries_schema(PATTERN, COUNT(PATTERN)));
    schema_refine(schema, "clusters", schema_fields(NULL, CLUSTER_FIELDS, COUNT(CLUSTER_FIELDS)));
    schema_refine(schema, "budgets", schema_fields(NULL, BUDGET_FIELDS, COUNT(BUDGET_FIELDS)));
    return schema;
}

/* ------------------------------------------------------------------------------------------------- reading entries */

static bool read_count(const YamlDocument *document, const cJSON *node, CountFields *out,
                       Error *err)
{
    *out = (CountFields){.is = -1, .at_least = -1, .at_most = -1};
    if (!fields_read(document, node, "counts", COUNT_FIELDS, COUNT(COUNT_FIELDS), out, err) ||
        !pattern_check(document, node, &out->pattern, err))
        return false;
    return out->is >= 0 || out->at_least >= 0 || out->at_most >= 0 ||
           yaml_error(document, node, err, "counts: say how often: is, atLeast or atMost");
}

static bool read_eventually(const YamlDocument *document, const cJSON *node, EventuallyFields *out,
                            Error *err)
{
    Pattern after;

    *out = (EventuallyFields){.within_ms = -1};
    return fields_read(document, node, "eventually", EVENTUALLY_FIELDS, COUNT(EVENTUALLY_FIELDS),
                       out, err) &&
           pattern_check(document, node, &out->pattern, err) &&
           (!out->after || pattern_read(document, out->after, &after, err));
}

/* ------------------------------------------------------------------------------------------------------- checking */

typedef bool EntryCheck(const YamlDocument *document, const cJSON *node, Error *err);

static bool check_count(const YamlDocument *document, const cJSON *node, Error *err)
{
    CountFields fields;

    return read_count(document, node, &fields, err);
}

static bool check_eventually(const YamlDocument *document, const cJSON *node, Error *err)
{
    EventuallyFields fields;

    return read_eventually(document, node, &fields, err);
}

static bool check_pattern(const YamlDocument *document, const cJSON *node, Error *err)
{
    Pattern pattern;

    return pattern_read(document, node, &pattern, err);
}

static bool check_list(const YamlDocument *document, const cJSON *list, const char *name,
                       EntryCheck *check, Error *err)
{
    const cJSON *node;

    if (!list)
        return true;
    if (!cJSON_IsArray(list))
        return yaml_error(document, list, err, "expect.%s: expected a list", name);
    cJSON_ArrayForEach(node, list)
    {
        if (!check(document, node, err))
            return false;
    }
    return true;
}

static bool check_budgets(const YamlDocument *document, const cJSON *budgets, Error *err)
{
    BudgetFields fields = {0};
    const cJSON *phase;
    int64_t limit_ms;

    if (!budgets)
        return true;
    if (!fields_read(document, budgets, "budgets", BUDGET_FIELDS, COUNT(BUDGET_FIELDS), &fields,
                     err))
        return false;
    cJSON_ArrayForEach(phase, fields.phases)
    {
        if (!cJSON_IsString(phase) || !clock_parse_duration(phase->valuestring, &limit_ms))
            return yaml_error(document, phase, err,
                              "budgets.phases.%s: expected a duration like 60s", phase->string);
    }
    return true;
}

bool judge_check(const YamlDocument *document, const cJSON *expect, Error *err)
{
    Expect fields = {0};
    FindingFields finding = {0};
    ClusterFields clusters = {0};

    return fields_read(document, expect, "expect", EXPECT_FIELDS, COUNT(EXPECT_FIELDS), &fields,
                       err) &&
           (!fields.finding || fields_read(document, fields.finding, "finding", FINDING_FIELDS,
                                           COUNT(FINDING_FIELDS), &finding, err)) &&
           (!fields.clusters || fields_read(document, fields.clusters, "clusters", CLUSTER_FIELDS,
                                            COUNT(CLUSTER_FIELDS), &clusters, err)) &&
           check_list(document, fields.counts, "counts", check_count, err) &&
           check_list(document, fields.eventually, "eventually", check_eventually, err) &&
           check_list(document, fields.never, "never", check_pattern, err) &&
           check_list(document, fields.order, "order", check_pattern, err) &&
           check_budgets(document, fields.budgets, err);
}

/* -------------------------------------------------------------------------------------------------------- judging */

static void describe(const Pattern *pattern, char *out, size_t room)
{
    char *where = pattern->where ? json_text(pattern->where) : NULL;
    char *except = pattern->except ? json_text(pattern->except) : NULL;

    snprintf(out, room, "%s%s%s%s%s%s%s%s%s", pattern->event, pattern->lane ? " in " : "",
             pattern->lane ? pattern->lane : "", where ? " with " : "", where ? where : "",
             except ? " but not " : "", except ? except : "", pattern->text ? " saying " : "",
             pattern->text ? pattern->text : "");
    free(where);
    free(except);
}

static Verdict *expect_entry(Verdicts *verdicts, const char *list, int index, const char *what)
{
    char id[64];

    snprintf(id, sizeof id, "expect.%s[%d]", list, index);
    return verdict_add(verdicts, id, what);
}

static void judge_outcome(const cJSON *events, const Expect *expect, Verdicts *verdicts)
{
    const cJSON *end = event_last(events, "engine.end"),
                *finding = event_last(events, "engine.finding");
    Verdict *verdict = verdict_add(verdicts, "expect.outcome", OUTCOMES[expect->outcome]);
    const char *outcome = event_text(end, "outcome");

    if (strcmp(outcome, OUTCOMES[expect->outcome]) != 0)
        verdict_set(verdict, VERDICT_VIOLATED, event_at(end), "expected %s, the engine says %s%s%s",
                    OUTCOMES[expect->outcome], *outcome ? outcome : "nothing", finding ? ": " : "",
                    finding ? json_string_or(finding, "text", "") : "");
}

static void judge_finding(const cJSON *events, const cJSON *node, Verdicts *verdicts)
{
    Pattern pattern = {.event = "engine.finding", .where = node};
    Verdict *verdict = verdict_add(verdicts, "expect.finding", json_string_or(node, "check", ""));
    const cJSON *last = event_last(events, "engine.finding");

    if (!pattern_find(&pattern, events->child))
        verdict_set(verdict, VERDICT_VIOLATED, event_at(last),
                    "no such finding; the last one is %s",
                    last ? json_string_or(last, "text", "") : "none");
}

static void judge_count(const cJSON *events, const cJSON *node, int index, Verdicts *verdicts)
{
    CountFields fields;
    char what[200];
    Verdict *verdict;
    int64_t count = 0, last_ms = -1;

    read_count(NULL, node, &fields, NULL);
    describe(&fields.pattern, what, sizeof what);
    verdict = expect_entry(verdicts, "counts", index, what);
    for (const cJSON *event = events->child; (event = pattern_find(&fields.pattern, event));
         event = event->next) {
        count++;
        last_ms = event_at(event);
    }
    if ((fields.is >= 0 && count != fields.is) ||
        (fields.at_least >= 0 && count < fields.at_least) ||
        (fields.at_most >= 0 && count > fields.at_most))
        verdict_set(verdict, VERDICT_VIOLATED, last_ms, "%s happened %lld times", what,
                    (long long)count);
}

/* Where to start looking: after the first event that `after` means; NULL if that never came. */
static const cJSON *start_of(const cJSON *events, const cJSON *after, int64_t *out_since_ms)
{
    Pattern pattern;
    const cJSON *first;

    *out_since_ms = 0;
    if (!after)
        return events->child;
    pattern_read(NULL, after, &pattern, NULL);
    first = pattern_find(&pattern, events->child);
    *out_since_ms = event_at(first);
    return first ? first->next : NULL;
}

static void judge_eventually(const cJSON *events, const cJSON *node, int index, Verdicts *verdicts)
{
    EventuallyFields fields;
    char what[200], limit[CLOCK_TEXT_MAX];
    Verdict *verdict;
    const cJSON *found;
    int64_t since_ms;

    read_eventually(NULL, node, &fields, NULL);
    describe(&fields.pattern, what, sizeof what);
    verdict = expect_entry(verdicts, "eventually", index, what);
    found = pattern_find(&fields.pattern, start_of(events, fields.after, &since_ms));
    if (!found)
        verdict_set(verdict, VERDICT_VIOLATED, -1, "%s never happened", what);
    else if (fields.within_ms >= 0 && event_at(found) - since_ms > fields.within_ms)
        verdict_set(verdict, VERDICT_VIOLATED, event_at(found), "%s came %s too late", what,
                    clock_duration(event_at(found) - since_ms - fields.within_ms, limit));
    else if (event_at(found) - since_ms < fields.not_before_ms)
        verdict_set(verdict, VERDICT_VIOLATED, event_at(found), "%s came %s too soon", what,
                    clock_duration(fields.not_before_ms - event_at(found) + since_ms, limit));
}

static void judge_never(const cJSON *events, const cJSON *node, int index, Verdicts *verdicts)
{
    Pattern pattern;
    char what[200];
    Verdict *verdict;
    const cJSON *found;

    pattern_read(NULL, node, &pattern, NULL);
    describe(&pattern, what, sizeof what);
    verdict = expect_entry(verdicts, "never", index, what);
    found = pattern_find(&pattern, events->child);
    if (found)
        verdict_set(verdict, VERDICT_VIOLATED, event_at(found), "it happened: %s",
                    json_string_or(found, "text", ""));
}

static void judge_order(const cJSON *events, const cJSON *list, Verdicts *verdicts)
{
    Verdict *verdict = verdict_add(verdicts, "expect.order", "these happen one after the other");
    const cJSON *from = events->child, *node;

    cJSON_ArrayForEach(node, list)
    {
        Pattern pattern;
        char what[200];
        const cJSON *found;

        pattern_read(NULL, node, &pattern, NULL);
        describe(&pattern, what, sizeof what);
        found = pattern_find(&pattern, from);
        if (!found) {
            verdict_set(verdict, VERDICT_VIOLATED, event_at(from),
                        "%s does not come after what is before it", what);
            return;
        }
        from = found->next;
    }
}

static void judge_clusters(const cJSON *events, const cJSON *node, Verdicts *verdicts)
{
    ClusterFields fields = {.synced = -1};
    Verdict *verdict = verdict_add(verdicts, "expect.clusters", "how many control planes are back");
    const cJSON *end = event_last(events, "world.end");
    const cJSON *clusters = json_find(cJSON_GetObjectItemCaseSensitive(end, "data"), "clusters");
    int64_t synced = json_integer_or(clusters, "synced", -1);

    fields_read(NULL, node, "clusters", CLUSTER_FIELDS, COUNT(CLUSTER_FIELDS), &fields, NULL);
    if (fields.synced >= 0 && synced != fields.synced)
        verdict_set(verdict, VERDICT_VIOLATED, event_at(end), "%lld have synced, expected %lld",
                    (long long)synced, (long long)fields.synced);
    if (fields.late && !json_equal(fields.late, json_find(clusters, "notSynced"))) {
        char *late = json_text(json_find(clusters, "notSynced"));

        verdict_set(verdict, VERDICT_VIOLATED, event_at(end), "not synced are %.200s", late);
        free(late);
    }
}

static void judge_limit(Verdicts *verdicts, const char *name, int64_t limit_ms, int64_t taken_ms,
                        int64_t at_ms)
{
    char id[64], limit[CLOCK_TEXT_MAX], taken[CLOCK_TEXT_MAX];
    Verdict *verdict;

    snprintf(id, sizeof id, "budget.%s", name);
    verdict = verdict_add(verdicts, id, "stays within its budget");
    if (taken_ms > limit_ms)
        verdict_set(verdict, VERDICT_MISSED, at_ms, "took %s, the budget is %s",
                    clock_duration(taken_ms, taken), clock_duration(limit_ms, limit));
}

static int64_t phase_ms(const cJSON *end, const char *name)
{
    const cJSON *phase;

    cJSON_ArrayForEach(phase, json_find(cJSON_GetObjectItemCaseSensitive(end, "data"), "phases"))
    {
        if (strcmp(json_string_or(phase, "name", ""), name) == 0)
            return json_integer_or(phase, "ms", 0);
    }
    return 0;
}

static void judge_budgets(const cJSON *events, const cJSON *node, Verdicts *verdicts)
{
    BudgetFields fields = {.rto_ms = -1, .rpo = -1};
    const cJSON *end = event_last(events, "engine.end"), *phase;
    const cJSON *data = cJSON_GetObjectItemCaseSensitive(end, "data");
    int64_t rpo = json_integer_or(data, "rpo_bytes", -1);

    fields_read(NULL, node, "budgets", BUDGET_FIELDS, COUNT(BUDGET_FIELDS), &fields, NULL);
    if (fields.rto_ms >= 0)
        judge_limit(verdicts, "rto", fields.rto_ms, json_integer_or(data, "rto_ms", -1),
                    event_at(end));
    if (fields.rpo >= 0) {
        Verdict *verdict = verdict_add(verdicts, "budget.rpo", "stays within its budget");

        if (rpo < 0 || rpo > fields.rpo)
            verdict_set(verdict, VERDICT_MISSED, event_at(end),
                        "lost %lld bytes, the budget is %lld", (long long)rpo,
                        (long long)fields.rpo);
    }
    cJSON_ArrayForEach(phase, fields.phases)
    {
        int64_t limit_ms = 0;

        clock_parse_duration(phase->valuestring, &limit_ms);
        judge_limit(verdicts, phase->string, limit_ms, phase_ms(end, phase->string), event_at(end));
    }
}

/* A fault that left no witness may never have happened, and then the run proves nothing. */
static void judge_fault(const cJSON *events, const cJSON *fault, int index, Verdicts *verdicts)
{
    const cJSON *inject = cJSON_GetObjectItemCaseSensitive(fault, "inject");
    char id[64];
    cJSON *where = cJSON_CreateObject();
    Pattern injected = {.event = "fault.injected", .where = where};
    Pattern witnessed = {.event = "fault.witness", .where = where};
    Verdict *verdict;

    snprintf(id, sizeof id, "fault[%d]", index);
    verdict = verdict_add(verdicts, id, inject && inject->child ? inject->child->string : "?");
    cJSON_AddNumberToObject(where, "index", index);
    if (!pattern_find(&injected, events->child))
        verdict_set(verdict, VERDICT_INCONCLUSIVE, -1, "%s never struck", verdict->what);
    else if (!pattern_find(&witnessed, events->child))
        verdict_set(verdict, VERDICT_INCONCLUSIVE, -1,
                    "%s struck, but nothing shows that it had an effect", verdict->what);
    cJSON_Delete(where);
}

static void judge_expect(const cJSON *events, const cJSON *node, Verdicts *verdicts)
{
    Expect expect = {0};
    const cJSON *entry;
    int index = 0;

    fields_read(NULL, node, "expect", EXPECT_FIELDS, COUNT(EXPECT_FIELDS), &expect, NULL);
    judge_outcome(events, &expect, verdicts);
    if (expect.finding)
        judge_finding(events, expect.finding, verdicts);
    cJSON_ArrayForEach(entry, expect.counts)
    {
        judge_count(events, entry, index++, verdicts);
    }
    index = 0;
    cJSON_ArrayForEach(entry, expect.eventually)
    {
        judge_eventually(events, entry, index++, verdicts);
    }
    index = 0;
    cJSON_ArrayForEach(entry, expect.never)
    {
        judge_never(events, entry, index++, verdicts);
    }
    if (expect.order)
        judge_order(events, expect.order, verdicts);
    if (expect.clusters)
        judge_clusters(events, expect.clusters, verdicts);
    if (expect.budgets)
        judge_budgets(events, expect.budgets, verdicts);
}

void judge(const cJSON *events, const cJSON *expect, const cJSON *faults,
           const char *const *secrets, Verdicts *out_verdicts)
{
    const cJSON *fault;
    int index = 0;

    invariants_judge(events, secrets, out_verdicts);
    cJSON_ArrayForEach(fault, faults)
    {
        judge_fault(events, fault, index++, out_verdicts);
    }
    if (expect)
        judge_expect(events, expect, out_verdicts);
}
