/*
 * cli/order.h - what a person orders: a procedure on an environment, with its flags; and carrying it out.
 */
#ifndef CLI_ORDER_H
#define CLI_ORDER_H

#include "cli/backup_flags.h"
#include "cli/options.h"
#include "engine/engine.h"

typedef struct {
    const char *environment, *journal, *to, *host;
    const char *record;
    bool is_dry_run, is_resume, is_undo, is_unplanned, is_unattended;
    bool is_json, tells_events, is_quiet;
    bool names_clusters, is_for_all; /* it is for the control planes that are named */
    const char *const *chosen;
    size_t chosen_count;
    Consent consent;
    const char *procedure;
    BackupFlags backup;
    RestoreOrder restore;
} Order;

/* Reads the flags over what the verb has ordered already, and carries it out. The exit code. */
int order_run(const Verb *verb, int count, char **arguments, Order *order);

/* Carries out what was read; verb is for errors of usage. The exit code. */
int order_carry_out(const Verb *verb, Order *order);

#endif
