/*
 * cli/verbs.h - the verbs of the program, a file each.
 *
 * A verb gets its own arguments (arguments[0] is its name) and returns the exit code: 0 passed, 1 a check failed, 2 usage or invalid file,
 * 3 inconclusive, 4 budget missed, 5 infrastructure, 6 stopped and undone, 7 stopped, undo incomplete (docs/exit-codes.md).
 */
#ifndef CLI_VERBS_H
#define CLI_VERBS_H

enum {
    EXIT_PASSED = 0,
    EXIT_CHECK_FAILED = 1,
    EXIT_USAGE = 2,
    EXIT_INCONCLUSIVE = 3,
    EXIT_BUDGET = 4,
    EXIT_INFRASTRUCTURE = 5,
};

typedef struct {
    const char *name;
    const char *summary; /* one line, for `understudy help` */
    const char *help;    /* the whole page */
    int (*run)(int count, char **arguments);
} Verb;

extern const Verb VERB_RUN, VERB_UP, VERB_FAILOVER, VERB_REJOIN, VERB_BACKUP, VERB_VERIFY_BACKUP,
    VERB_RESTORE, VERB_INSTALL, VERB_RESUME, VERB_UNDO, VERB_PLAN, VERB_STATUS, VERB_REPORT,
    VERB_EXPLORE, VERB_LINT, VERB_SCHEMA, VERB_ENV, VERB_CERTIFY, VERB_REFRESH_TOKENS, VERB_REPOINT,
    VERB_CONFORMANCE, VERB_VERSION;

#endif
