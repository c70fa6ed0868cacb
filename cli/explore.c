/*
 * cli/explore.c - `understudy explore`: lets the engine die at every side effect of a procedure, and looks at what came of it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "cli/console.h"
#include "cli/options.h"
#include "scenarios/explore.h"

typedef struct {
    int64_t seed, jobs, sample, runs;
    const char *only, *keeps;
    bool crash, pairs, two_engines;
} ExploreFlags;

/* One scenario's line of the table at the end. */
typedef struct {
    char *name;
    ExploreTally tally;
} Row;

typedef struct {
    const ExploreFlags *flags;
    const char *path;
} Teller;

static void on_case(void *owner, const ExploreCase *ended)
{
    const Teller *teller = owner;
    char plan[CRASH_TEXT_MAX];

    if (ended->passed) {
        console_status("%s: %zu of %zu done", teller->path, ended->done, ended->total);
        return;
    }
    console_clear_status();
    if (ended->rivals)
        snprintf(plan, sizeof plan, "%zu", ended->rivals);
    else
        crash_plan_text(&ended->plan, plan);
    printf("%sfailed%s %s  %s\n       %s\n       understudy explore %s %s --only %s --seed %lld\n",
           console_tone(TONE_BAD), console_tone(TONE_PLAIN), plan, ended->where, ended->why,
           teller->path, ended->rivals ? "--two-engines" : "--crash", plan,
           (long long)teller->flags->seed);
    fflush(stdout);
}

static void print_row(const Row *row)
{
    static const char KINDS[] = "abcdjt";
    const ExploreTally *tally = &row->tally;

    printf("%-28s %-20s %-10s %7zu %6zu", row->name, tally->procedure, tally->outcome,
           tally->effects, tally->lines);
    for (const char *kind = KINDS; *kind; kind++)
        printf(" %5zu", tally->by_kind[(int)*kind]);
    printf(" %6zu %6zu %6zu %6zu\n", tally->pairs, tally->runs, tally->passed, tally->failed);
}

static void print_table(const Row *rows, size_t count)
{
    size_t runs = 0, failed = 0;

    printf("\n%-28s %-20s %-10s %7s %6s %5s %5s %5s %5s %5s %5s %6s %6s %6s %6s\n", "scenario",
           "procedure", "outcome", "effects", "lines", "a", "b", "c", "d", "j", "t", "pairs",
           "runs", "passed", "failed");
    for (size_t i = 0; i < count; i++) {
        print_row(&rows[i]);
        runs += rows[i].tally.runs;
        failed += rows[i].tally.failed;
    }
    printf("%zu runs, %zu failed\n", runs, failed);
}

static bool explore_file(const ExploreFlags *flags, const char *path, Row *row, Error *err)
{
    Teller teller = {flags, path};
    Scenario *scenario = NULL;
    const ExploreOptions options = {
        .seed = (uint64_t)flags->seed,
        .jobs = (int)flags->jobs,
        .pairs = flags->pairs,
        .rivals = flags->two_engines ? (size_t)flags->runs : 0,
        .sample = (size_t)flags->sample,
        .only = flags->only,
        .keeps = flags->keeps,
        .stop = stop_flag(),
    };
    bool ok;

    if (!scenario_read(path, &scenario, err))
        return false;
    row->name = memory_text(scenario->name);
    ok = explore_crashes(scenario, &options, on_case, &teller, &row->tally, err);
    console_clear_status();
    scenario_free(scenario);
    return ok;
}

static int carry_out(const ExploreFlags *flags, char **paths, size_t count)
{
    Row *rows = memory_new(count + 1, sizeof *rows);
    int code = EXIT_PASSED;
    size_t done = 0;
    Error why = {0};

    for (; done < count; done++) {
        if (explore_file(flags, paths[done], &rows[done], &why)) {
            if (rows[done].tally.failed && code == EXIT_PASSED)
                code = EXIT_CHECK_FAILED;
            continue;
        }
        fprintf(stderr, "understudy explore: %s\n", why.message);
        code = why.code == ERR_STOPPED ? 130
               : why.code == ERR_INPUT ? EXIT_USAGE
                                       : EXIT_INFRASTRUCTURE;
        if (why.code == ERR_STOPPED)
            break;
    }
    print_table(rows, done);
    for (size_t i = 0; i < count; i++)
        free(rows[i].name);
    free(rows);
    return code;
}

static int run_explore(int count, char **arguments)
{
    ExploreFlags flags = {.seed = 1, .runs = 1000};
    const Option options[] = {
        {"--crash",       0,   OPTION_FLAG,   &flags.crash      },
        {"--pairs",       0,   OPTION_FLAG,   &flags.pairs      },
        {"--two-engines", 0,   OPTION_FLAG,   &flags.two_engines},
        {"--runs",        0,   OPTION_NUMBER, &flags.runs       },
        {"--only",        0,   OPTION_TEXT,   &flags.only       },
        {"--sample",      0,   OPTION_NUMBER, &flags.sample     },
        {"--seed",        's', OPTION_NUMBER, &flags.seed       },
        {"--jobs",        'j', OPTION_NUMBER, &flags.jobs       },
        {"--run",         0,   OPTION_TEXT,   &flags.keeps      },
    };
    const char **places = memory_new((size_t)count + 1, sizeof *places);
    char **paths = NULL;
    size_t place_count, path_count = 0;
    int code = EXIT_PASSED;
    Error why = {0};

    if (options_read(&VERB_EXPLORE, count, arguments, options, sizeof options / sizeof *options,
                     places, &place_count, &code)) {
        if (place_count == 0 || flags.crash == flags.two_engines)
            code = usage_error(&VERB_EXPLORE,
                               "say what to explore: FILE --crash or FILE --two-engines");
        else if (!scenario_collect(places, place_count, &paths, &path_count, &why))
            code = usage_error(&VERB_EXPLORE, "%s", why.message);
        else
            code = carry_out(&flags, paths, path_count);
    }
    for (size_t i = 0; i < path_count; i++)
        free(paths[i]);
    free(paths);
    free(places);
    return code;
}

const Verb VERB_EXPLORE = {
    .name = "explore",
    .summary = "let the engine die at every side effect of a procedure, and see it resumed",
    .help =
        "Usage: understudy explore FILE|FOLDER... --crash [FLAG]...\n"
        "       understudy explore FILE|FOLDER... --two-engines [--runs N] [FLAG]...\n"
        "\n"
        "Plays the scenario undisturbed and writes down, in order, what its last procedure changed in the world. Then,\n"
        "for each of these effects and each line of the journal, plays it again, lets the engine die there as by\n"
        "kill -9, and has a colleague `resume` from the journal a while later. Each run must come to the same\n"
        "end as the undisturbed one, with nothing done twice.\n"
        "\n"
        "Where it dies (17 is the number of an effect, 12 of a line):\n"
        "  17a   the request never arrives           17b   it is done, the answer is not seen\n"
        "  17c   answered, nothing written down      17d   nobody dies; the request arrives twice\n"
        "  12j   line 12 is not written              12t   line 12 is torn\n"
        "  17bm  ... and the colleague has a copy of the journal, on another machine\n"
        "\n"
        "With --two-engines nobody dies: two engines are ordered to do the same, from two machines, at any distance, and one\n"
        "may be frozen for longer than its lease lasts. One acts, the other refuses, whatever the timing.\n"
        "\n"
        "      --runs N      with --two-engines: so many runs (1000)\n"
        "      --pairs       also two deaths: the resumed run dies as well, at each of its effects\n"
        "      --only CASE   this one alone, as in --only 17b or --only 17b+3am\n"
        "      --sample N    so many of the cases, drawn by the seed\n"
        "  -s, --seed N      seed of all chance (1)\n"
        "  -j, --jobs N      processes at once (as many as processors)\n"
        "      --run FILE    with --only: records the run, for `understudy report`\n"
        "\n"
        "Exit codes: 0 every run came to the same end, 1 one did not, 2 usage or an invalid file, 5 a scenario that does\n"
        "not pass undisturbed, or could not be played.\n"
        "\n"
        "  understudy explore scenarios/catalogue/planned/happy-two.yaml --crash\n"
        "  understudy explore scenarios/catalogue/planned/happy-two.yaml --crash --only 17b\n",
    .run = run_explore,
};
