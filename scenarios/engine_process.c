/*
 * scenarios/engine_process.c - an engine in a process of its own, beside the world that it works on.
 */
#include "scenarios/engine_process.h"

#include <stdlib.h>

#include "base/memory.h"

struct EngineProcess {
    EngineOptions options;
    char *journal, *holder;
    EngineWatch watch;
    EngineResult result;
    bool has_returned;
    SeamStrand *seam;
};

static void run(void *owner)
{
    EngineProcess *process = owner;
    EngineOptions options = process->options;

    options.loop = loop_new();
    engine_run(&options, &process->result);
    loop_free(options.loop);
    process->has_returned = true;
}

static void on_sync(void *owner, int fd)
{
    EngineProcess *process = owner;

    (void)fd;
    if (process->watch.on_line)
        process->watch.on_line(process->watch.owner, process);
}

static void on_spawn(void *owner, const char *const *words, bool has_begun)
{
    const EngineProcess *process = owner;

    if (process->watch.on_program)
        process->watch.on_program(process->watch.owner, words, has_begun);
}

EngineProcess *engine_process_start(const EngineOptions *options, const EngineWatch *watch)
{
    EngineProcess *process = MEMORY_NEW(EngineProcess);

    process->options = *options;
    process->options.journal = process->journal = memory_text(options->journal);
    process->options.holder = process->holder = memory_text(options->holder);
    process->watch = *watch;
    process->seam = seam_strand_start(&(SeamStrandOptions){.main = run,
                                                           .on_sync = on_sync,
                                                           .on_spawn = on_spawn,
                                                           .owner = process,
                                                           .file = process->journal});
    return process;
}

void engine_process_free(EngineProcess *process)
{
    if (!process)
        return;
    seam_strand_free(process->seam);
    free(process->journal);
    free(process->holder);
    free(process);
}

SeamStrand *engine_process_seam(EngineProcess *process)
{
    return process->seam;
}

bool engine_process_is_over(const EngineProcess *process)
{
    return seam_strand_is_over(process->seam);
}

bool engine_process_was_killed(const EngineProcess *process)
{
    return engine_process_is_over(process) && !process->has_returned;
}

const EngineResult *engine_process_result(const EngineProcess *process)
{
    return &process->result;
}

const char *engine_process_journal(const EngineProcess *process)
{
    return process->journal;
}
