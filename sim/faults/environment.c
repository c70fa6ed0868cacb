/*
 * sim/faults/environment.c - what a person wrote into the Environment file, and should not have.
 */
#include <stdio.h>

#include "sim/faults/table.h"

typedef struct {
    const char *field, *value;
} EnvironmentArguments;

static const Field ENVIRONMENT_FIELDS[] = {
    {"field", FIELD_TEXT, offsetof(EnvironmentArguments, field), true,
     "planes/mp2/namespace, organization...",                                                NULL},
    {"value", FIELD_TEXT, offsetof(EnvironmentArguments, value), true, "what it says there", NULL},
};

static void write_wrongly(World *world, ArmedFault *fault, const void *arguments)
{
    const EnvironmentArguments *written = arguments;

    (void)world;
    fault_misprint(fault, written->field, written->value);
}

const FaultType FAULT_ENVIRONMENT_WRONG = {
    .name = "environmentWrong",
    .summary = "a field of the Environment file says something else than is so",
    .dossier = "F-011",
    .witness = "the file being written so",
    .fields = ENVIRONMENT_FIELDS,
    .field_count = sizeof ENVIRONMENT_FIELDS / sizeof *ENVIRONMENT_FIELDS,
    .argument_size = sizeof(EnvironmentArguments),
    .inject = write_wrongly,
};
