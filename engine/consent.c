/*
 * engine/consent.c - what a person has to agree to: the rows, and asking.
 */
#include "engine/consent.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "engine/journal.h"
#include "engine/lease.h"
#include "engine/operation.h"

enum { LISTEN_MS = 200 };

static const ConsentRow ROWS[CONSENT_COUNT] = {
    [CONSENT_TOKEN_REFRESH] = {"tokenRefresh",   "--accept-token-refresh",   CONSENT_IS_YES,
                               "Make the tokens of every control plane anew?"              },
    [CONSENT_DATA_LOSS] = {"dataLoss",       "--accept-data-loss",       CONSENT_IS_BYTES,
                               "Give up what only the old active has?"                     },
    [CONSENT_DATA_LOSS_AGE] = {"dataLossAge",    "--accept-data-loss-age",   CONSENT_IS_AGE,
                               "Give up what is younger than the newest dump?"             },
    [CONSENT_UNFENCED] = {"unfenced",       "--force-unfenced",         CONSENT_IS_YES,
                               "Promote though the active cannot be fenced now?"           },
    [CONSENT_RESEED] = {"reseed",         "--accept-reseed",          CONSENT_IS_YES,
                               "Delete that database and copy it anew?"                    },
    [CONSENT_KEEP_GOING] = {"keepGoing",      "--keep-going",             CONSENT_IS_YES,
                               "Go on with the other control planes?"                      },
    [CONSENT_VALID_TOKENS] = {"validTokens",    "--replace-valid-tokens",   CONSENT_IS_YES,
                               "Make tokens anew that still do?"                           },
    [CONSENT_TAKE_OVER] = {"takeOver",       "--take-over",              CONSENT_IS_YES,
                               "Is that engine certainly gone, and may its lease be taken?"},
    [CONSENT_FLAPPING] = {"flapping",       "--accept-flapping",        CONSENT_IS_YES,
                               "Fail over again, so soon after the last time?"             },
    [CONSENT_OTHER_NAMESPACE] = {"otherNamespace", "--accept-other-namespace", CONSENT_IS_YES,
                               "Restore it into that other namespace?"                     },
};

const ConsentRow *consent_row(ConsentKind kind)
{
    return &ROWS[kind];
}

bool consent_has(const Consent *consent, ConsentKind kind, int64_t amount)
{
    if (ROWS[kind].unit == CONSENT_IS_YES)
        return consent->of[kind].yes;
    return consent->of[kind].limit > 0 && amount <= consent->of[kind].limit;
}

static void agree(Consent *consent, ConsentKind kind, int64_t limit)
{
    if (ROWS[kind].unit == CONSENT_IS_YES)
        consent->of[kind].yes = true;
    else if (consent->of[kind].limit < limit)
        consent->of[kind].limit = limit;
}

/* ------------------------------------------------------------------------------------------ what is written down */

/* Adds what the journal says was agreed to. */
static void read_agreed(const Journal *journal, Consent *consent)
{
    const cJSON *entry;

    cJSON_ArrayForEach(entry, journal_entries(journal))
    {
        for (int kind = 0; kind < CONSENT_COUNT; kind++)
            if (strcmp(json_string_or(entry, "consent", ""), ROWS[kind].member) == 0 &&
                strcmp(json_string_or(entry, "answer", ""), "yes") == 0)
                agree(consent, kind, json_integer_or(entry, "limit", 0));
    }
}

static bool is_noted(const Operation *operation, ConsentKind kind, int64_t amount)
{
    Consent noted = {0};

    read_agreed(operation->journal, &noted);
    return consent_has(&noted, kind, amount);
}

/* On disk before anything is done because of it; a yes once. */
static bool note(Operation *operation, ConsentKind kind, int64_t amount, ConsentAnswer answer,
                 const char *how, const Finding *finding)
{
    const char *said = answer == ANSWER_YES ? "yes" : "no";
    cJSON *data, *entry;

    if (!operation->journal || (answer == ANSWER_YES && is_noted(operation, kind, amount)))
        return true;
    data = cJSON_CreateObject();
    json_put_string(data, "consent", ROWS[kind].member);
    json_put_string(data, "answer", said);
    json_put_string(data, "how", how);
    if (ROWS[kind].unit != CONSENT_IS_YES)
        json_put_integer(data, "limit", operation->consent.of[kind].limit);
    entry = cJSON_Duplicate(data, true);
    json_put_string(entry, "type", "consent");
    json_put_string(entry, "by", operation->holder);
    json_put_string(entry, "check", finding->check);
    json_put_string(entry, "stake", finding->observed);
    trace_add(operation->trace, "engine", "engine.consent", data, "%s: %s (%s): %s",
              ROWS[kind].member, said, how, finding->observed);
    return journal_append(operation->journal, entry, NULL);
}

void consent_recall(Operation *operation)
{
    read_agreed(operation->journal, &operation->consent);
}

/* -------------------------------------------------------------------------------------------------------- asking */

/* "...; with consent: --accept-data-loss=4096". */
static void name_flag(ConsentKind kind, int64_t amount, Finding *finding)
{
    char flag[80], remedy[sizeof finding->remedy];

    if (ROWS[kind].unit == CONSENT_IS_YES)
        snprintf(flag, sizeof flag, "%s", ROWS[kind].flag);
    else if (amount <= 0)
        snprintf(flag, sizeof flag, "%s=%s", ROWS[kind].flag,
                 ROWS[kind].unit == CONSENT_IS_BYTES ? "SIZE" : "DURATION");
    else if (ROWS[kind].unit == CONSENT_IS_BYTES)
        snprintf(flag, sizeof flag, "%s=%lld", ROWS[kind].flag, (long long)amount);
    else
        snprintf(flag, sizeof flag, "%s=%llds", ROWS[kind].flag, (long long)amount / 1000 + 1);
    if (strstr(finding->remedy, flag))
        return;
    snprintf(remedy, sizeof remedy, "%.180s; with consent: %s", finding->remedy, flag);
    snprintf(finding->remedy, sizeof finding->remedy, "%s", remedy);
}

static void tell_question(Operation *operation, ConsentKind kind, int64_t amount,
                          const Finding *finding)
{
    cJSON *data = cJSON_CreateObject();

    json_put_string(data, "consent", ROWS[kind].member);
    json_put_string(data, "check", finding->check);
    if (amount > 0)
        json_put_integer(data, "amount", amount);
    trace_add(operation->trace, "engine", "engine.question", data, "%s %s", ROWS[kind].question,
              finding->observed);
}

/* A person may think for longer than a lease lasts. */
static ConsentAnswer wait_for_answer(Operation *operation, Finding *finding)
{
    const ConsentPerson *person = operation->person;
    int64_t began_ms = clock_mono_ms();
    ConsentAnswer answer;
    Error why = {0};

    while ((answer = person->answer(person->owner)) == ANSWER_PENDING) {
        if (!lease_keep(operation, &why)) {
            lease_lost(&why, finding);
            break;
        }
        if (operation->stop && *operation->stop)
            break;
        loop_wait(operation->loop, LISTEN_MS, operation->stop);
    }
    person->withdraw(person->owner);
    operation->asked_ms += clock_mono_ms() - began_ms;
    return answer;
}

static ConsentAnswer ask(Operation *operation, ConsentKind kind, int64_t amount, Finding *finding)
{
    ConsentAnswer answer;

    tell_question(operation, kind, amount, finding);
    operation->person->ask(operation->person->owner, &ROWS[kind], amount, finding);
    answer = wait_for_answer(operation, finding);
    if (answer == ANSWER_YES) {
        agree(&operation->consent, kind, amount > 0 ? amount : 1);
        operation->agreed++;
    }
    return answer;
}

static bool fail_unwritten(Finding *finding)
{
    finding_set(finding, REACT_STOP, "", "a journal that can be written",
                "what was agreed to could not be written down", "",
                "free space or rights, then `understudy resume`");
    return false;
}

bool consent_given(Operation *operation, ConsentKind kind, int64_t amount, Finding *finding)
{
    bool has_flag = consent_has(&operation->consent, kind, amount);
    ConsentAnswer answer = ANSWER_YES;

    name_flag(kind, amount, finding);
    if (!has_flag && !operation->person)
        return false;
    if (!has_flag)
        answer = ask(operation, kind, amount, finding);
    if (answer == ANSWER_PENDING)
        return false;
    if (!note(operation, kind, amount, answer, has_flag ? "flag" : "asked", finding))
        return fail_unwritten(finding);
    if (answer == ANSWER_YES)
        *finding = (Finding){0};
    return answer == ANSWER_YES;
}
