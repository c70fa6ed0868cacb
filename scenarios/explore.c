/*
 * scenarios/explore.c - every crash of a scenario's last procedure, each in a process of its own, held against the undisturbed run.
 *
 * All goes well: one child plays the undisturbed run, which says what effects and lines there are; from them the cases are made; as many
 * children as may run at once play one each and write what they saw into a file, which the parent judges. With pairs, each
 * case that passed says what effects its resumed run had, and those make cases of their own.
 */
#include "scenarios/explore.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "scenarios/difference.h"
#include "scenarios/rivals.h"

enum { PAIRS_OF_A_SAMPLE = 3 }; /* second deaths for each first one */

/* One case: waiting (pid 0), under way, or judged. */
typedef struct {
    CrashPlan plan;
    size_t rivals; /* the number of a run with two engines; 0: it is a crash */
    pid_t pid;
} Case;

typedef struct {
    const Scenario *scenario;
    const ExploreOptions *options;
    ExploreListener *listener;
    void *owner;
    ExploreTally *tally;
    char folder[64];
    cJSON *undisturbed;
    Case *cases;
    size_t count, capacity, started, running, done;
    Random random; /* for a sample */
} Explorer;

/* ---- one child ---------------------------------------------------------------------------------------------------------------- */

static char *result_path(const Explorer *explorer, pid_t pid)
{
    return memory_format("%s/%ld", explorer->folder, (long)pid);
}

static void play_here(const Explorer *explorer, const Case *played)
{
    bool is_kept = explorer->options->keeps && explorer->undisturbed;
    StageOptions options = {.seed = explorer->options->seed,
                            .run_file = is_kept ? explorer->options->keeps : "/dev/null"};
    char *path = result_path(explorer, getpid()), *text;
    cJSON *seen = played->rivals
                      ? rivals_play(explorer->scenario, played->rivals,
                                    json_integer_or(explorer->undisturbed, "ms", 0), &options)
                      : crash_play(explorer->scenario, &played->plan, &options);

    text = json_text(seen);
    file_write(path, text, strlen(text), 0600, NULL);
    _exit(0); /* what a killed engine had is not let go of */
}

static pid_t start(Explorer *explorer, const Case *played, Error *err)
{
    pid_t pid;

    fflush(NULL);
    pid = fork();
    if (pid == 0) {
        signal(SIGINT, SIG_IGN);
        play_here(explorer, played);
    }
    if (pid < 0)
        error_set(err, ERR_IO, "cannot start a process: %s", strerror(errno));
    return pid;
}

/* What the child saw, or NULL with why. */
static cJSON *collect(const Explorer *explorer, pid_t pid, int status, char why[400])
{
    char *path = result_path(explorer, pid), *text = NULL;
    size_t length = 0;
    cJSON *seen = NULL;

    if (WIFSIGNALED(status))
        snprintf(why, 400, "its process ended by signal %d (%s)", WTERMSIG(status),
                 strsignal(WTERMSIG(status)));
    else if (!file_read(path, &text, &length, NULL) || !json_parse(text, length, &seen, NULL))
        snprintf(why, 400, "its process ended with exit code %d", WEXITSTATUS(status));
    unlink(path);
    free(text);
    free(path);
    return seen;
}

/* ---- judging -------------------------------------------------------------------------------------------------------------------- */

static bool is_any_of(const char *text, const char *a, const char *b, const char *c)
{
    return strcmp(text, a) == 0 || strcmp(text, b) == 0 || strcmp(text, c) == 0;
}

/*
 * What the engine says of itself, and how long it takes, is its own after a crash. Of two engines the judge hears but one, which may be the
 * one that refused: what needs the words of the other is not asked.
 */
static bool is_asked_of_all(const cJSON *violated, bool is_of_rivals)
{
    const char *id = json_string_or(violated, "id", ""),
               *what = json_string_or(violated, "what", "");

    if (json_bool_or(violated, "missed", false) || strncmp(id, "fault", 5) == 0)
        return false;
    if (is_of_rivals)
        return id[0] == 'V' && !is_any_of(id, "V3", "V6", "V10");
    return strncmp(id, "expect.", 7) != 0 ||
           (strcmp(id, "expect.order") != 0 && strncmp(id, "expect.eventually", 17) != 0 &&
            strncmp(what, "engine.", 7) != 0 && strncmp(what, "step.", 5) != 0);
}

static bool is_repeated(const Case *ended)
{
    return ended->plan.count > 0 && ended->plan.crashes[0].kind == CRASH_REPEATED;
}

static bool judge_verdicts(const Case *ended, const cJSON *seen, char why[400])
{
    const cJSON *violated;

    cJSON_ArrayForEach(violated, json_find(seen, "violated"))
    {
        if (!is_asked_of_all(violated, ended->rivals > 0) ||
            (is_repeated(ended) &&
             strncmp(json_string_or(violated, "id", ""), "expect.counts", 13) == 0))
            continue; /* a request that arrives twice is counted twice, though it changed nothing */
        snprintf(why, 400, "%s: %s", json_string_or(violated, "id", ""),
                 json_string_or(violated, "text", ""));
        return false;
    }
    return true;
}

static bool judge_counts(const cJSON *expected, const cJSON *found, char why[400])
{
    const cJSON *count;

    cJSON_ArrayForEach(count, found)
    {
        const cJSON *before = cJSON_GetObjectItemCaseSensitive(expected, count->string);

        if (before && before->valuedouble >= count->valuedouble)
            continue;
        snprintf(why, 400, "done %d times, expected %d: %s", (int)count->valuedouble,
                 before ? (int)before->valuedouble : 0, count->string);
        return false;
    }
    return true;
}

/* It met what it was to meet, and the engine says that it ended as it does undisturbed. */
static bool judge_crash(const cJSON *expected, const cJSON *seen, char why[400])
{
    const char *outcome = json_string_or(seen, "outcome", "");

    if (!json_bool_or(seen, "struck", false))
        snprintf(why, 400, "the crash never came: the run is another one by then");
    else if (strcmp(outcome, json_string_or(expected, "outcome", "")) != 0)
        snprintf(why, 400, "the outcome is %s, expected %s", outcome,
                 json_string_or(expected, "outcome", ""));
    else
        return true;
    return false;
}

/* Each acted alone, one after the other. */
static bool judge_rivals(const cJSON *seen, char why[400])
{
    const char *interleaved = json_string_or(seen, "interleaved", "");

    if (!*interleaved)
        return true;
    snprintf(why, 400, "an engine acted after the other one had taken its place: %s", interleaved);
    return false;
}

static bool is_as_undisturbed(const Explorer *explorer, const Case *ended, const cJSON *seen,
                              char why[400])
{
    const cJSON *expected = explorer->undisturbed;
    char difference[360];

    if (strcmp(json_string_or(seen, "result", ""), "broken") == 0)
        snprintf(why, 400, "the run broke");
    else if (!(ended->rivals ? judge_rivals(seen, why) : judge_crash(expected, seen, why)) ||
             !judge_verdicts(ended, seen, why) ||
             !judge_counts(json_find(expected, "counts"), json_find(seen, "counts"), why))
        return false;
    else if (json_differs(json_find(expected, "state"), json_find(seen, "state"), difference,
                          sizeof difference))
        snprintf(why, 400, "%s", difference);
    else
        return true;
    return false;
}

/* ---- the cases --------------------------------------------------------------------------------------------------------------------- */

static void add_case(Explorer *explorer, const CrashPlan *before, Crash crash)
{
    Case *added;

    MEMORY_GROW(explorer->cases, explorer->count, explorer->capacity);
    added = &explorer->cases[explorer->count++];
    *added = (Case){.plan = *before};
    added->plan.crashes[added->plan.count++] = crash;
}

static const cJSON *process_of(const cJSON *seen, size_t number)
{
    return cJSON_GetArrayItem(json_find(seen, "processes"), (int)number);
}

/* Every effect of that process of a run, after the crashes that were before. */
static void add_effects(Explorer *explorer, const CrashPlan *before, const cJSON *process)
{
    static const CrashKind DEADLY[] = {CRASH_BEFORE, CRASH_UNANSWERED, CRASH_UNRECORDED};
    const cJSON *effect;
    int at = 0;

    cJSON_ArrayForEach(effect, json_find(process, "effects"))
    {
        at++;
        for (size_t i = 0; i < sizeof DEADLY / sizeof *DEADLY; i++) {
            add_case(explorer, before, (Crash){DEADLY[i], at, false});
            add_case(explorer, before, (Crash){DEADLY[i], at, true});
        }
        if (!json_bool_or(effect, "once", false))
            add_case(explorer, before, (Crash){CRASH_REPEATED, at, false});
    }
}

static void add_lines(Explorer *explorer, const cJSON *process)
{
    static const CrashPlan NONE;
    int lines = (int)json_integer_or(process, "lines", 0);

    for (int at = 1; at <= lines; at++) {
        add_case(explorer, &NONE, (Crash){CRASH_UNWRITTEN, at, at % 2 == 0});
        add_case(explorer, &NONE, (Crash){CRASH_TORN, at, at % 2 == 1});
    }
}

/* Of a sample: draws so many of the cases from that one on, which stay in their order. */
static void draw(Explorer *explorer, size_t from, size_t wanted)
{
    size_t left = explorer->count - from, kept = 0;

    if (!explorer->options->sample || wanted >= left)
        return;
    for (size_t i = from; i < explorer->count; i++, left--) {
        if (random_below(&explorer->random, left) < wanted - kept)
            explorer->cases[from + kept++] = explorer->cases[i];
    }
    explorer->count = from + kept;
}

/* Was this effect there before, in the same step? A lease is renewed many times, and one of them stands for all. */
static bool is_seen_before(const cJSON *effects, const cJSON *effect)
{
    for (const cJSON *before = effects->child; before != effect; before = before->next)
        if (strcmp(json_string_or(before, "what", ""), json_string_or(effect, "what", "")) == 0 &&
            strcmp(json_string_or(before, "step", ""), json_string_or(effect, "step", "")) == 0)
            return true;
    return false;
}

static bool stands_for_others(const Explorer *explorer, const CrashPlan *plan)
{
    const cJSON *effects = json_find(process_of(explorer->undisturbed, 0), "effects");

    return plan->crashes[0].kind != CRASH_UNWRITTEN && plan->crashes[0].kind != CRASH_TORN &&
           !is_seen_before(effects, cJSON_GetArrayItem(effects, plan->crashes[0].at - 1));
}

/* The second crash: of the resumed run, whose effects are known now. Every other one is on another machine. */
static void add_pairs(Explorer *explorer, const CrashPlan *first, const cJSON *seen)
{
    static const CrashKind DEADLY[] = {CRASH_BEFORE, CRASH_UNANSWERED, CRASH_UNRECORDED};
    const cJSON *effects = json_find(process_of(seen, 1), "effects"), *effect;
    size_t before;
    int at = 0;

    if (!explorer->options->pairs || first->count != 1 || !effects ||
        !stands_for_others(explorer, first))
        return;
    before = explorer->count;
    cJSON_ArrayForEach(effect, effects)
    {
        at++;
        for (size_t i = 0; i < sizeof DEADLY / sizeof *DEADLY && !is_seen_before(effects, effect);
             i++)
            add_case(explorer, first, (Crash){DEADLY[i], at, (at + (int)i) % 2 == 0});
    }
    draw(explorer, before, PAIRS_OF_A_SAMPLE);
}

/* ---- the run of all ------------------------------------------------------------------------------------------------------------------ */

static char *where_of(const Explorer *explorer, const CrashPlan *plan)
{
    const Crash *crash = &plan->crashes[0];
    const cJSON *effect =
        cJSON_GetArrayItem(json_find(process_of(explorer->undisturbed, 0), "effects"),
                           crash->at - 1);

    if (crash->kind == CRASH_UNWRITTEN || crash->kind == CRASH_TORN)
        return memory_format("line %d of the journal", crash->at);
    return memory_format("%s: %s", json_string_or(effect, "step", "?"),
                         json_string_or(effect, "what", "?"));
}

static char *where_of_case(const Explorer *explorer, const Case *ended, const cJSON *seen)
{
    return ended->rivals ? memory_text(json_string_or(seen, "plan", ""))
                         : where_of(explorer, &ended->plan);
}

static void count(Explorer *explorer, const Case *ended, bool passed)
{
    ExploreTally *tally = explorer->tally;

    explorer->done++;
    tally->runs++;
    tally->passed += passed;
    tally->failed += !passed;
    tally->pairs += ended->plan.count > 1;
    if (!ended->rivals)
        tally->by_kind[ended->plan.crashes[0].kind]++;
}

/* ended is a copy: the cases move when more are added. */
static void tell(Explorer *explorer, Case ended, const cJSON *seen, const char *trouble)
{
    char why[400] = "", *where = where_of_case(explorer, &ended, seen);
    bool passed = seen && is_as_undisturbed(explorer, &ended, seen, why);

    count(explorer, &ended, passed);
    if (passed)
        add_pairs(explorer, &ended.plan, seen);
    explorer->listener(explorer->owner, &(ExploreCase){.plan = ended.plan,
                                                       .rivals = ended.rivals,
                                                       .passed = passed,
                                                       .where = where,
                                                       .why = seen ? why : trouble,
                                                       .done = explorer->done,
                                                       .total = explorer->count});
    free(where);
}

static Case *case_of(Explorer *explorer, pid_t pid)
{
    for (size_t i = 0; i < explorer->started; i++)
        if (explorer->cases[i].pid == pid)
            return &explorer->cases[i];
    return NULL;
}

static void reap_one(Explorer *explorer)
{
    char trouble[400] = "";
    int status = 0;
    pid_t pid = waitpid(-1, &status, 0);
    Case *ended = pid > 0 ? case_of(explorer, pid) : NULL;
    cJSON *seen;

    if (!ended)
        return;
    ended->pid = 0;
    explorer->running--;
    seen = collect(explorer, pid, status, trouble);
    tell(explorer, *ended, seen, trouble);
    cJSON_Delete(seen);
}

static bool is_stopped(const Explorer *explorer)
{
    return explorer->options->stop && *explorer->options->stop;
}

static bool run_cases(Explorer *explorer, Error *err)
{
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    size_t jobs = explorer->options->jobs > 0 ? (size_t)explorer->options->jobs
                                              : (size_t)(processors > 1 ? processors : 1);

    while (explorer->done < explorer->count || explorer->running > 0) {
        while (explorer->running < jobs && explorer->started < explorer->count &&
               !is_stopped(explorer)) {
            Case *next = &explorer->cases[explorer->started];

            next->pid = start(explorer, next, err);
            if (next->pid < 0)
                return false;
            explorer->started++;
            explorer->running++;
        }
        if (explorer->running > 0)
            reap_one(explorer);
        else if (is_stopped(explorer))
            return error_set(err, ERR_STOPPED, "stopped after %zu runs", explorer->done);
    }
    return true;
}

/* The run that the others are held against: it has to pass as it is. */
static bool run_undisturbed(Explorer *explorer, Error *err)
{
    static const Case NONE;
    char why[400] = "";
    int status = 0;
    pid_t pid = start(explorer, &NONE, err);
    const cJSON *violated;

    if (pid < 0 || waitpid(pid, &status, 0) != pid)
        return false;
    explorer->undisturbed = collect(explorer, pid, status, why);
    violated = json_find(explorer->undisturbed, "violated");
    if (violated && violated->child)
        snprintf(why, sizeof why, "%s: %s", json_string_or(violated->child, "id", ""),
                 json_string_or(violated->child, "text", ""));
    if (strcmp(json_string_or(explorer->undisturbed, "result", "broken"), "passed") != 0)
        return error_set(err, ERR_INVALID, "%s: the undisturbed run does not pass: %s",
                         explorer->scenario->path, why);
    return true;
}

static void add_rivals(Explorer *explorer, size_t number)
{
    MEMORY_GROW(explorer->cases, explorer->count, explorer->capacity);
    explorer->cases[explorer->count++] = (Case){.rivals = number};
}

static void make_rivals(Explorer *explorer)
{
    if (explorer->options->only) {
        add_rivals(explorer, strtoul(explorer->options->only, NULL, 10));
        return;
    }
    for (size_t number = 1; number <= explorer->options->rivals; number++)
        add_rivals(explorer, number);
}

static bool make_cases(Explorer *explorer, Error *err)
{
    static const CrashPlan NONE;
    const cJSON *process = process_of(explorer->undisturbed, 0);
    CrashPlan only;

    if (explorer->options->rivals) {
        make_rivals(explorer);
        return true;
    }
    if (explorer->options->only) {
        if (!crash_plan_parse(explorer->options->only, &only, err))
            return false;
        only.count--;
        add_case(explorer, &only, only.crashes[only.count]);
        return true;
    }
    add_effects(explorer, &NONE, process);
    add_lines(explorer, process);
    draw(explorer, 0, explorer->options->sample);
    return true;
}

static void count_plan(Explorer *explorer)
{
    const cJSON *process = process_of(explorer->undisturbed, 0);
    const Scenario *scenario = explorer->scenario;

    snprintf(explorer->tally->procedure, sizeof explorer->tally->procedure, "%s",
             scenario->runs[scenario->run_count - 1].procedure);
    explorer->tally->effects = (size_t)cJSON_GetArraySize(json_find(process, "effects"));
    explorer->tally->lines = (size_t)json_integer_or(process, "lines", 0);
    snprintf(explorer->tally->outcome, sizeof explorer->tally->outcome, "%s",
             json_string_or(explorer->undisturbed, "outcome", ""));
}

bool explore_crashes(const Scenario *scenario, const ExploreOptions *options,
                     ExploreListener *listener, void *owner, ExploreTally *out_tally, Error *err)
{
    Explorer explorer = {.scenario = scenario,
                         .options = options,
                         .listener = listener,
                         .owner = owner,
                         .tally = out_tally,
                         .folder = "/tmp/understudy-explore-XXXXXX"};
    bool ok;

    *out_tally = (ExploreTally){0};
    random_init(&explorer.random, options->seed, "explore");
    if (!mkdtemp(explorer.folder))
        return error_set(err, ERR_IO, "%s: %s", explorer.folder, strerror(errno));
    ok = run_undisturbed(&explorer, err);
    if (ok) {
        count_plan(&explorer);
        ok = make_cases(&explorer, err) && run_cases(&explorer, err);
    }
    rmdir(explorer.folder);
    cJSON_Delete(explorer.undisturbed);
    free(explorer.cases);
    return ok;
}
