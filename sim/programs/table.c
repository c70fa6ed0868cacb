/*
 * sim/programs/table.c - every program there is.
 */
#include "sim/programs/programs.h"

static const PlayedProgram *const PROGRAMS[] = {
    &PLAYED_CLUSTER_LOGIN, &PLAYED_DNS_HOOK, &PLAYED_PG_DUMP, &PLAYED_PSQL, &PLAYED_HELM,
};

const PlayedProgram *played_program(size_t index)
{
    return index < sizeof PROGRAMS / sizeof *PROGRAMS ? PROGRAMS[index] : NULL;
}
