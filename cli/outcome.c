/*
 * cli/outcome.c - what came of a procedure, for programs and for a person.
 */
#include "cli/outcome.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "cli/console.h"
#include "engine/journal.h"

/* ------------------------------------------------------------------------------------------------- what can be done */

static void add_next(cJSON *list, const char *what, char *command)
{
    cJSON *next = cJSON_CreateObject();

    json_put_string(next, "command", command);
    json_put_string(next, "what", what);
    cJSON_AddItemToArray(list, next);
    free(command);
}

static void add_for_unfinished(const OutcomeOf *of, const char *file, cJSON *list)
{
    add_next(list, "goes on with the first step that does not hold",
             memory_format("understudy resume -e %s -j %s", file, of->journal));
    add_next(list, "takes it back, if the point of no return is not passed",
             memory_format("understudy undo -e %s -j %s", file, of->journal));
    add_next(list, "what was done so far, and what is owed",
             memory_format("understudy status %s", of->journal));
}

cJSON *outcome_next(const OutcomeOf *of, const char *outcome)
{
    cJSON *list = cJSON_CreateArray();
    const char *file = of->environment_file ? of->environment_file : "ENVIRONMENT";
    bool is_completed = strcmp(outcome, "completed") == 0 || strcmp(outcome, "degraded") == 0;

    if (!of->journal)
        return list;
    if (!*outcome || strcmp(outcome, "stuck") == 0 || strcmp(outcome, "stopped") == 0 ||
        strcmp(outcome, "failed") == 0)
        add_for_unfinished(of, file, list);
    else if (is_completed && of->procedure && of->procedure->hands_over)
        add_next(list, "makes the old active the standby of the new one",
                 memory_format("understudy rejoin -e %s", file));
    return list;
}

/* ---------------------------------------------------------------------------------------------------- the document */

static void put_figures(cJSON *document, const EngineResult *result)
{
    cJSON *phases = cJSON_CreateArray(), *debts = cJSON_CreateArray();

    json_put_integer(document, "rtoMs", result->rto_ms);
    for (size_t i = 0; i < result->phase_count; i++) {
        cJSON *phase = cJSON_CreateObject();

        json_put_string(phase, "name", result->phases[i].name);
        json_put_integer(phase, "ms", result->phases[i].ms);
        cJSON_AddItemToArray(phases, phase);
    }
    for (size_t i = 0; i < result->debt_count; i++)
        cJSON_AddItemToArray(debts, cJSON_CreateString(result->debts[i]));
    json_put(document, "phases", phases);
    json_put(document, "debts", debts);
}

static void put_finding(cJSON *document, const Finding *finding)
{
    if (finding->reaction == REACT_NONE)
        return;
    json_put_string(document, "finding/reaction", reaction_name(finding->reaction));
    json_put_string(document, "finding/check", finding->check);
    json_put_string(document, "finding/required", finding->required);
    json_put_string(document, "finding/observed", finding->observed);
    json_put_string(document, "finding/evidence", finding->evidence);
    json_put_string(document, "finding/remedy", finding->remedy);
}

/* Nothing is lost if the standby had everything; of a lost active it is known only what it was ahead when it was last heard. */
static void put_loss(cJSON *document, const OutcomeOf *of, const EngineResult *result)
{
    Journal *journal = NULL;
    const cJSON *loss = NULL;

    if (of->journal && journal_open(of->journal, &journal, NULL))
        loss = json_find(journal_record(journal), "loss");
    json_put_bool(document, "rpo/isKnown", result->rpo_bytes >= 0 && !loss);
    if (loss && json_integer_or(loss, "bytes", -1) >= 0)
        json_put_integer(document, "rpo/bytes", json_integer_or(loss, "bytes", 0));
    else if (result->rpo_bytes >= 0)
        json_put_integer(document, "rpo/bytes", result->rpo_bytes);
    if (loss && json_integer_or(loss, "silenceMs", -1) >= 0)
        json_put_integer(document, "rpo/ms", json_integer_or(loss, "silenceMs", 0));
    if (!loss && result->rpo_bytes == 0) {
        json_put_integer(document, "rpo/writes", 0);
        json_put_integer(document, "rpo/ms", 0);
    }
    journal_close(journal);
}

cJSON *outcome_document(const OutcomeOf *of, const EngineResult *result)
{
    cJSON *document = cJSON_CreateObject();

    json_put_integer(document, "format", 1);
    json_put_string(document, "type", "end");
    json_put_string(document, "environment", of->environment);
    json_put_string(document, "procedure", of->procedure->name);
    if (of->is_undo)
        json_put_bool(document, "undo", true);
    json_put_string(document, "outcome", outcome_name(result->outcome));
    put_finding(document, &result->finding);
    put_figures(document, result);
    put_loss(document, of, result);
    json_put(document, "next", outcome_next(of, outcome_name(result->outcome)));
    if (of->journal)
        json_put_string(document, "journal", of->journal);
    return document;
}

/* -------------------------------------------------------------------------------------------------- for a person */

static const char *sentence_of(const char *outcome)
{
    static const struct {
        const char *outcome, *sentence;
    } SENTENCES[] = {
        {"completed",  "completed"                                                            },
        {"degraded",   "completed, but not every control plane is back"                       },
        {"refused",    "refused: nothing was changed"                                         },
        {"rolledBack", "rolled back: everything is as it was recorded before"                 },
        {"stuck",      "stopped half-way: a person has to decide; `understudy resume` goes on"},
        {"stopped",    "stopped; `understudy resume` goes on"                                 },
        {"failed",     "could not work"                                                       },
        {"planned",    "this is the plan; nothing was changed"                                },
    };

    for (size_t i = 0; i < sizeof SENTENCES / sizeof *SENTENCES; i++)
        if (strcmp(SENTENCES[i].outcome, outcome) == 0)
            return SENTENCES[i].sentence;
    return outcome;
}

static void print_rto(const cJSON *document)
{
    int64_t rto_ms = json_integer_or(document, "rtoMs", -1);
    char text[CLOCK_TEXT_MAX];
    const cJSON *phase;
    const char *between = "";

    if (rto_ms < 0)
        return;
    printf("RTO %s:", clock_duration(rto_ms, text));
    cJSON_ArrayForEach(phase, json_find(document, "phases"))
    {
        printf("%s %s %s", between, json_string_or(phase, "name", ""),
               clock_duration(json_integer_or(phase, "ms", 0), text));
        between = ",";
    }
    printf("\n");
}

static void print_rpo(const cJSON *document)
{
    const cJSON *rpo = json_find(document, "rpo");
    int64_t bytes = json_integer_or(rpo, "bytes", -1), ms = json_integer_or(rpo, "ms", -1);
    char text[CLOCK_TEXT_MAX];

    if (bytes < 0)
        return;
    if (!json_bool_or(rpo, "isKnown", false))
        printf("RPO unknown: at least %lld bytes; the last change that is there was %s old\n",
               (long long)bytes, ms < 0 ? "nobody knows how" : clock_duration(ms, text));
    else if (json_has(rpo, "writes"))
        printf("RPO 0 bytes, 0 writes, 0 s\n");
    else
        printf("RPO %lld bytes\n", (long long)bytes);
}

void outcome_print(const cJSON *document)
{
    const char *outcome = json_string_or(document, "outcome", "");
    bool is_dry = !json_has(document, "journal");
    const cJSON *node;

    console_clear_status();
    if (is_dry && strcmp(outcome, "planned") != 0)
        printf("\na run would stop here; nothing was changed\n");
    else
        printf("\n%s\n", sentence_of(outcome));
    if (strcmp(outcome, "failed") == 0 || strcmp(outcome, "refused") == 0)
        printf("  %s\n", json_string_or(document, "finding/observed", ""));
    print_rto(document);
    print_rpo(document);
    cJSON_ArrayForEach(node, json_find(document, "debts"))
    {
        printf("  remains: %s\n", node->valuestring);
    }
    cJSON_ArrayForEach(node, json_find(document, "next"))
    {
        printf("  next: %s\n        %s\n", json_string_or(node, "command", ""),
               json_string_or(node, "what", ""));
    }
    if (!is_dry)
        printf("journal: %s\n", json_string_or(document, "journal", ""));
    if (json_has(document, "record"))
        printf("record: %s\n", json_string_or(document, "record", ""));
}
