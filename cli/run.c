/*
 * cli/run.c - `understudy run`: scenarios on the simulated world, a line each as they end, and reports.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/memory.h"
#include "cli/catalogue.h"
#include "cli/console.h"
#include "cli/options.h"
#include "cli/version.h"
#include "cli/worlds.h"
#include "reports/reports.h"
#include "scenarios/runner.h"

enum { WIDTH = 44 };

typedef struct {
    size_t counts[RUN_BROKEN + 1];
    int64_t simulated_ms, began_ns;
    bool shows_digest;
    char **run_files;
    size_t run_count, run_capacity;
} Tally;

static Tone tone_of(RunResult result)
{
    return result == RUN_PASSED                           ? TONE_GOOD
           : result == RUN_FAILED || result == RUN_BROKEN ? TONE_BAD
                                                          : TONE_WARN;
}

static const char *bytes_text(int64_t bytes, char out[32])
{
    if (bytes < 0)
        snprintf(out, 32, "-");
    else if (bytes < 1024)
        snprintf(out, 32, "%lld B", (long long)bytes);
    else
        snprintf(out, 32, "%lld KiB", (long long)((bytes + 1023) / 1024));
    return out;
}

static void print_figures(const Tally *tally, const cJSON *end)
{
    char simulated[CLOCK_TEXT_MAX], rto[CLOCK_TEXT_MAX], rpo[32];
    int64_t rto_ms = json_integer_or(end, "rtoMs", -1);

    printf("  %-10s %-9s %-9s in %4lld ms   RTO %-9s RPO %s", json_string_or(end, "outcome", ""),
           json_string_or(end, "time", "simulated"),
           clock_duration(json_integer_or(end, "simulatedMs", 0), simulated),
           (long long)json_integer_or(end, "realMs", 0),
           rto_ms < 0 ? "-" : clock_duration(rto_ms, rto),
           bytes_text(json_integer_or(end, "rpoBytes", -1), rpo));
    if (tally->shows_digest)
        printf("   %s", json_string_or(end, "digest", ""));
}

static void on_report(void *owner, const RunnerReport *report)
{
    Tally *tally = owner;

    tally->counts[report->result]++;
    tally->simulated_ms += json_integer_or(report->end, "simulatedMs", 0);
    MEMORY_GROW(tally->run_files, tally->run_count, tally->run_capacity);
    tally->run_files[tally->run_count++] = memory_text(report->run_file);
    console_clear_status();
    printf("%s%-12s%s %-*s", console_tone(tone_of(report->result)), run_result_name(report->result),
           console_tone(TONE_PLAIN), WIDTH, report->name);
    if (report->end)
        print_figures(tally, report->end);
    putchar('\n');
    if (report->result != RUN_PASSED)
        printf("             %s\n             %s\n", report->why, report->path);
    fflush(stdout);
}

static void on_progress(void *owner, const char *const *running, const int64_t *real_ms,
                        size_t count, size_t done, size_t total)
{
    (void)owner;
    if (count)
        console_status("%zu of %zu done; %s runs for %lld s", done, total, running[0],
                       (long long)(real_ms[0] / 1000));
    else
        console_status("%zu of %zu done", done, total);
}

static int exit_code_of(const Tally *tally)
{
    static const RunResult BY_WEIGHT[] = {RUN_FAILED, RUN_BROKEN, RUN_INCONCLUSIVE, RUN_BUDGET};

    for (size_t i = 0; i < sizeof BY_WEIGHT / sizeof *BY_WEIGHT; i++) {
        if (tally->counts[BY_WEIGHT[i]])
            return run_result_exit_code(BY_WEIGHT[i]);
    }
    return EXIT_PASSED;
}

static bool write_reports(const Tally *tally, const char *folder, Error *err)
{
    RecordedRun *runs = memory_new(tally->run_count + 1, sizeof *runs);
    size_t count = 0;
    bool ok;

    for (size_t i = 0; i < tally->run_count; i++) {
        Error why = {0};

        if (run_file_read(tally->run_files[i], &runs[count], &why))
            count++;
        else
            fprintf(stderr, "understudy run: %s\n", why.message);
    }
    ok = report_all(runs, count, folder, err);
    for (size_t i = 0; i < count; i++)
        recorded_run_release(&runs[i]);
    free(runs);
    return ok;
}

static void print_summary(const Tally *tally)
{
    char simulated[CLOCK_TEXT_MAX], real[CLOCK_TEXT_MAX];
    size_t total = 0;

    for (size_t i = 0; i <= RUN_BROKEN; i++)
        total += tally->counts[i];
    printf(
        "\n%zu scenarios: %zu passed, %zu failed, %zu inconclusive, %zu over budget, %zu broken; "
        "%s simulated in %s\n",
        total, tally->counts[RUN_PASSED], tally->counts[RUN_FAILED],
        tally->counts[RUN_INCONCLUSIVE], tally->counts[RUN_BUDGET], tally->counts[RUN_BROKEN],
        clock_duration(tally->simulated_ms, simulated),
        clock_duration((clock_real_ns() - tally->began_ns) / 1000000, real));
}

/* Every file is read before anything runs: a typing error in the last one should not cost the first ones' time. */
static bool all_readable(char **paths, size_t count, const ScenarioSetting *setting)
{
    bool ok = true;

    for (size_t i = 0; i < count; i++) {
        Scenario *scenario = NULL;
        Error why = {0};

        if (!scenario_read_in(paths[i], setting, &scenario, &why)) {
            fprintf(stderr, "%s\n", why.message);
            ok = false;
        }
        scenario_free(scenario);
    }
    return ok;
}

typedef struct {
    int64_t seed, jobs, limit_s;
    const char *report, *runs, *world, *postgres;
    bool digest;
} RunFlags;

/* What the flags put around every scenario; texts and parameters are out's. */
typedef struct {
    WorldParameters parameters;
    ScenarioSetting setting;
    char *flags;
} Surroundings;

static bool read_surroundings(const RunFlags *flags, Surroundings *out, Error *err)
{
    world_parameters_default(&out->parameters);
    if (!worlds_read(flags->world, &out->parameters, err) ||
        !worlds_read_postgres(flags->postgres, &out->parameters, err))
        return false;
    out->flags =
        memory_format("%s%s%s%s", flags->world ? " --world " : "", flags->world ? flags->world : "",
                      flags->postgres ? " --postgres " : "",
                      flags->postgres ? flags->postgres : "");
    out->setting = (ScenarioSetting){
        .world = &out->parameters,
        .postgres = flags->postgres ? &out->parameters.postgres : NULL,
        .flags = out->flags,
    };
    return true;
}

static int carry_out(const RunFlags *flags, const ScenarioSetting *setting, char **paths,
                     size_t count)
{
    Tally tally = {.began_ns = clock_real_ns(), .shows_digest = flags->digest};
    char *runs = flags->runs ? memory_text(flags->runs) : memory_format("%s/runs", flags->report);
    cJSON *libraries = version_libraries();
    RunnerOptions options = {
        .runs_folder = runs,
        .program = version_text(),
        .libraries = libraries,
        .seed = (uint64_t)flags->seed,
        .jobs = (int)flags->jobs,
        .limit_real_ms = flags->limit_s * 1000,
        .setting = setting,
        .stop = stop_flag(),
    };
    int code = EXIT_INFRASTRUCTURE;
    Error why = {0};
    bool ok = runner_run(&options, (const char *const *)paths, count, on_report, on_progress,
                         &tally, &why);

    console_clear_status();
    if (!ok)
        fprintf(stderr, "understudy run: %s\n", why.message);
    if (ok)
        code = exit_code_of(&tally);
    else if (why.code == ERR_STOPPED)
        code = 130;
    print_summary(&tally);
    if (write_reports(&tally, flags->report, &why)) {
        printf("report: %s/index.html\n", flags->report);
    } else {
        fprintf(stderr, "understudy run: %s\n", why.message);
        code = EXIT_INFRASTRUCTURE;
    }
    for (size_t i = 0; i < tally.run_count; i++)
        free(tally.run_files[i]);
    free(tally.run_files);
    cJSON_Delete(libraries);
    free(runs);
    return code;
}

static int run_run(int count, char **arguments)
{
    RunFlags flags = {.seed = 1, .report = "understudy-report"};
    const Option options[] = {
        {"--seed",     's', OPTION_NUMBER, &flags.seed    },
        {"--jobs",     'j', OPTION_NUMBER, &flags.jobs    },
        {"--limit",    0,   OPTION_NUMBER, &flags.limit_s },
        {"--world",    'w', OPTION_TEXT,   &flags.world   },
        {"--postgres", 0,   OPTION_TEXT,   &flags.postgres},
        {"--report",   'r', OPTION_TEXT,   &flags.report  },
        {"--runs",     0,   OPTION_TEXT,   &flags.runs    },
        {"--digest",   0,   OPTION_FLAG,   &flags.digest  },
    };
    const char **places = memory_new((size_t)count + 1, sizeof *places);
    char **paths = NULL;
    size_t place_count, path_count = 0;
    int code = EXIT_PASSED;
    Surroundings around = {0};
    Error why = {0};

    if (options_read(&VERB_RUN, count, arguments, options, sizeof options / sizeof *options, places,
                     &place_count, &code)) {
        if (place_count == 0)
            places[place_count++] = catalogue_folder();
        if (!read_surroundings(&flags, &around, &why) ||
            !scenario_collect(places, place_count, &paths, &path_count, &why))
            code = usage_error(&VERB_RUN, "%s", why.message);
        else if (!all_readable(paths, path_count, &around.setting))
            code = EXIT_USAGE;
        else
            code = carry_out(&flags, &around.setting, paths, path_count);
    }
    for (size_t i = 0; i < path_count; i++)
        free(paths[i]);
    free(paths);
    free(places);
    free(around.flags);
    return code;
}

const Verb VERB_RUN = {
    .name = "run",
    .summary = "run scenarios on the simulated world and write a report",
    .help =
        "Usage: understudy run [FILE|FOLDER]... [FLAG]...\n"
        "\n"
        "Runs each scenario in simulated time, in a process of its own, and prints a line as it ends. Without\n"
        "files the shipped catalogue is run. The same file and seed give the same run, byte for byte.\n"
        "\n"
        "  -s, --seed N      seed of all chance (1)\n"
        "  -j, --jobs N      processes at once (as many as processors)\n"
        "      --limit S     seconds of real time one run may take (120; 1200 for one in real time)\n"
        "  -w, --world FILE  a YAML file with a `world:` mapping, over which every scenario puts its own\n"
        "      --postgres KIND  fake, or real: servers of PostgreSQL 15, with which the world lives in real time\n"
        "  -r, --report DIR  where index.html, junit.xml and summary.json go (understudy-report)\n"
        "      --runs DIR    where the recorded runs go (DIR/runs of the report)\n"
        "      --digest      print each run's digest\n"
        "\n"
        "Exit codes: 0 all passed, 1 a check failed, 2 usage or an invalid file, 3 inconclusive, 4 a budget was\n"
        "missed, 5 a run broke.\n"
        "\n"
        "  understudy run\n"
        "  understudy run drills/reply-lost.yaml --seed 7 --digest\n",
    .run = run_run,
};
