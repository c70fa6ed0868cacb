/*
 * cli/options.h - a verb's flags, read by a table, with errors that say what to type instead.
 */
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cli/verbs.h"

typedef enum {
    OPTION_FLAG,   /* bool */
    OPTION_TEXT,   /* const char * */
    OPTION_NUMBER, /* int64_t, 0 or more */
    OPTION_SIZE,   /* int64_t, bytes: "16MiB" */
    OPTION_AGE,    /* int64_t, ms: "90m" */
} OptionType;

typedef struct {
    const char *name; /* "--seed" */
    char letter;      /* 's', or 0 */
    OptionType type;
    void *value;
} Option;

/*
 * Reads flags anywhere among the arguments; the others are moved to places (room for count). --help prints the verb's page.
 * Returns true to go on; false with *out_exit set: 0 after --help, EXIT_USAGE after a message.
 */
bool options_read(const Verb *verb, int count, char **arguments, const Option *options,
                  size_t option_count, const char **out_places, size_t *out_place_count,
                  int *out_exit);

/* Prints "understudy VERB: message" and a hint at --help; returns EXIT_USAGE. */
int usage_error(const Verb *verb, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Becomes true on the first SIGINT or SIGTERM; a second one ends the process. */
const bool *stop_flag(void);

#endif
