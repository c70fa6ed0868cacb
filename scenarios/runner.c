/*
 * scenarios/runner.c - runs scenarios, each in a process of its own, several side by side.
 */
#include "scenarios/runner.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/memory.h"
#include "scenarios/stage.h"

enum {
    TICK_MS = 20,
    PROGRESS_MS = 250,
    LIMIT_MS = 120000,
    LIMIT_IN_REAL_TIME_MS = 1200000,
    SHOW_AFTER_MS = 1000
};

/* One run: waiting (pid 0), under way, or ended. */
typedef struct {
    const char *path;
    char *name, *run_file;
    pid_t pid;
    int64_t began_ns, limit_ms;
    bool has_ended, is_cut_short; /* because a person wants to stop: half a run says nothing */
    char trouble[200];            /* how the process ended, if not by itself */
} Slot;

typedef struct {
    const RunnerOptions *options;
    Slot *slots;
    size_t count, started, running, told, cut_short;
    int jobs;
    RunnerListener *listener;
    RunnerProgress *progress;
    void *owner;
    int64_t last_progress_ns;
    sigset_t mask; /* as it was */
} Runner;

/* ------------------------------------------------------------------------------------------------------- a child */

/* The file's name without folder and ending; the scenario's own name is known only once it is read. */
static char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;
    const char *dot = strrchr(name, '.');

    return memory_text_of(name, dot ? (size_t)(dot - name) : strlen(name));
}

static char *run_file_named(const RunnerOptions *options, const char *name)
{
    return memory_format("%s/%s-%llu.run", options->runs_folder, name,
                         (unsigned long long)options->seed);
}

/* Reads and plays it into file. */
static RunResult play(const RunnerOptions *options, const char *path, const char *file)
{
    Scenario *scenario;
    Error why = {0};
    RunResult result;

    if (!scenario_read_in(path, options->setting, &scenario, &why)) {
        fprintf(stderr, "%s\n", why.message);
        return RUN_BROKEN;
    }
    result = stage_play(scenario, &(StageOptions){.seed = options->seed,
                                                  .run_file = file,
                                                  .program = options->program,
                                                  .libraries = options->libraries});
    scenario_free(scenario);
    return result;
}

RunResult runner_run_here(const RunnerOptions *options, const char *path)
{
    char *name = base_name(path);
    char *file = run_file_named(options, name);
    RunResult result = play(options, path, file);

    free(file);
    free(name);
    return result;
}

static bool start(Runner *runner, Slot *slot, Error *err)
{
    fflush(NULL);
    slot->began_ns = clock_real_ns();
    slot->pid = fork();
    if (slot->pid < 0)
        return error_set(err, ERR_IO, "cannot start a process: %s", strerror(errno));
    if (slot->pid == 0) {
        signal(SIGINT, SIG_IGN); /* the parent decides */
        sigprocmask(SIG_SETMASK, &runner->mask, NULL);
        _exit(run_result_exit_code(play(runner->options, slot->path, slot->run_file)));
    }
    runner->running++;
    return true;
}

/* ------------------------------------------------------------------------------------------------------ the parent */

static void tell(Runner *runner, const Slot *slot)
{
    RecordedRun run = {0};
    RunnerReport report = {
        .name = slot->name,
        .path = slot->path,
        .run_file = slot->run_file,
        .result = RUN_BROKEN,
        .done = runner->told,
        .total = runner->count,
    };
    Error why = {0};

    if (!run_file_read(slot->run_file, &run, &why)) {
        report.why = slot->trouble[0] ? slot->trouble : why.message;
    } else {
        report.result = run.result;
        report.end = run.end;
        report.name = json_string_or(run.head, "scenario/name", slot->name);
        report.why = run.end ? json_string_or(run.end, "why", "") : slot->trouble;
    }
    runner->listener(runner->owner, &report);
    recorded_run_release(&run);
}

/* In the order of paths, whatever ended first. */
static void tell_ended(Runner *runner)
{
    while (runner->told < runner->count && runner->slots[runner->told].has_ended) {
        const Slot *slot = &runner->slots[runner->told++];

        if (!slot->is_cut_short) {
            tell(runner, slot);
        } else {
            unlink(slot->run_file);
            runner->cut_short++;
        }
    }
}

static Slot *slot_of(Runner *runner, pid_t pid)
{
    for (size_t i = 0; i < runner->count; i++) {
        if (runner->slots[i].pid == pid && !runner->slots[i].has_ended)
            return &runner->slots[i];
    }
    return NULL;
}

static void reap(Runner *runner)
{
    int status;
    pid_t pid;

    while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
        Slot *slot = slot_of(runner, pid);

        if (!slot)
            continue;
        slot->has_ended = true;
        runner->running--;
        slot->is_cut_short = slot->is_cut_short && WIFSIGNALED(status);
        if (WIFSIGNALED(status) && !slot->trouble[0])
            snprintf(slot->trouble, sizeof slot->trouble, "its process ended by signal %d (%s)",
                     WTERMSIG(status), strsignal(WTERMSIG(status)));
        else if (!slot->trouble[0])
            snprintf(slot->trouble, sizeof slot->trouble, "its process ended with exit code %d",
                     WEXITSTATUS(status));
    }
}

static void end_the_slow(Runner *runner)
{
    for (size_t i = 0; i < runner->started; i++) {
        Slot *slot = &runner->slots[i];

        if (slot->has_ended || (clock_real_ns() - slot->began_ns) / 1000000 < slot->limit_ms)
            continue;
        snprintf(slot->trouble, sizeof slot->trouble, "it took more than %lld s of real time",
                 (long long)(slot->limit_ms / 1000));
        kill(slot->pid, SIGKILL);
    }
}

static void show_progress(Runner *runner)
{
    const char **names = memory_new(runner->count, sizeof *names);
    int64_t *real_ms = memory_new(runner->count, sizeof *real_ms);
    size_t count = 0;

    for (size_t i = 0; i < runner->started; i++) {
        int64_t ms = (clock_real_ns() - runner->slots[i].began_ns) / 1000000;

        if (runner->slots[i].has_ended || ms < SHOW_AFTER_MS)
            continue;
        names[count] = runner->slots[i].name;
        real_ms[count++] = ms;
    }
    if (runner->progress)
        runner->progress(runner->owner, names, real_ms, count, runner->told, runner->count);
    runner->last_progress_ns = clock_real_ns();
    free(real_ms);
    free(names);
}

static bool is_stopped(const Runner *runner)
{
    return runner->options->stop && *runner->options->stop;
}

static void kill_all(Runner *runner)
{
    for (size_t i = 0; i < runner->started; i++) {
        if (runner->slots[i].has_ended)
            continue;
        runner->slots[i].is_cut_short = true;
        kill(runner->slots[i].pid, SIGKILL);
    }
}

/* Waits for a child to end, for a moment at most. */
static void wait_a_moment(void)
{
    struct timespec moment = {.tv_nsec = TICK_MS * 1000000L};
    sigset_t child;

    sigemptyset(&child);
    sigaddset(&child, SIGCHLD);
    sigtimedwait(&child, NULL, &moment);
}

static bool run_all(Runner *runner, Error *err)
{
    while (runner->told < runner->count) {
        while (runner->running < (size_t)runner->jobs && runner->started < runner->count &&
               !is_stopped(runner)) {
            if (!start(runner, &runner->slots[runner->started], err))
                return false;
            runner->started++;
        }
        if (is_stopped(runner))
            kill_all(runner);
        wait_a_moment();
        reap(runner);
        end_the_slow(runner);
        tell_ended(runner);
        if (clock_real_ns() - runner->last_progress_ns > PROGRESS_MS * 1000000LL)
            show_progress(runner);
        if (is_stopped(runner) && runner->running == 0)
            return error_set(err, ERR_STOPPED, "stopped after %zu of %zu scenarios",
                             runner->told - runner->cut_short, runner->count);
    }
    return true;
}

/* Two files of one name in different folders are two runs. */
static char *unique_name(const Runner *runner, size_t index)
{
    char *name = base_name(runner->slots[index].path);
    int twins = 0;

    for (size_t i = 0; i < index; i++) {
        char *other = base_name(runner->slots[i].path);

        twins += strcmp(name, other) == 0;
        free(other);
    }
    if (twins) {
        char *numbered = memory_format("%s-%d", name, twins + 1);

        free(name);
        name = numbered;
    }
    return name;
}

static int64_t limit_of(const RunnerOptions *options, const char *path)
{
    Scenario *scenario = NULL;
    int64_t limit_ms = options->limit_real_ms ? options->limit_real_ms : LIMIT_MS;

    if (!options->limit_real_ms && scenario_read_in(path, options->setting, &scenario, NULL) &&
        scenario_is_in_real_time(scenario))
        limit_ms = LIMIT_IN_REAL_TIME_MS;
    scenario_free(scenario);
    return limit_ms;
}

static int default_jobs(void)
{
    long processors = sysconf(_SC_NPROCESSORS_ONLN);

    return processors < 1 ? 1 : (int)processors;
}

bool runner_run(const RunnerOptions *options, const char *const *paths, size_t count,
                RunnerListener *listener, RunnerProgress *progress, void *owner, Error *err)
{
    Runner runner = {
        .options = options,
        .slots = memory_new(count + 1, sizeof *runner.slots),
        .count = count,
        .jobs = options->jobs ? options->jobs : default_jobs(),
        .listener = listener,
        .progress = progress,
        .owner = owner,
    };
    sigset_t child;
    bool ok = file_make_folder(options->runs_folder, err);

    sigemptyset(&child);
    sigaddset(&child, SIGCHLD);
    sigprocmask(SIG_BLOCK, &child, &runner.mask);
    for (size_t i = 0; i < count; i++) {
        runner.slots[i] = (Slot){.path = paths[i]};
        runner.slots[i].name = unique_name(&runner, i);
        runner.slots[i].limit_ms = limit_of(options, paths[i]);
        runner.slots[i].run_file = run_file_named(options, runner.slots[i].name);
        unlink(runner.slots[i].run_file);
    }
    ok = ok && run_all(&runner, err);
    sigprocmask(SIG_SETMASK, &runner.mask, NULL);
    for (size_t i = 0; i < count; i++) {
        free(runner.slots[i].name);
        free(runner.slots[i].run_file);
    }
    free(runner.slots);
    return ok;
}
