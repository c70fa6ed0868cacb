/*
 * engine/providers/hook.c - names are changed by a program of the operator's.
 *
 * Source: docs/hooks.md, which is the contract: words, variables, and what each status means.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "engine/clients/program.h"
#include "engine/providers/provider.h"

enum { WORDS_MAX = 8, VARIABLES_MAX = 9 };

/* What a status other than 0 means; one that is not here: it failed, and may be asked again. */
static const struct {
    int status;
    ErrorCode code;
    const char *what;
} STATUSES[] = {
    {3,   ERR_CONFLICT, "the record is no longer what it was when we looked"},
    {4,   ERR_DENIED,   "the provider does not let it change the record"    },
    {5,   ERR_INVALID,  "the change cannot be made"                         },
    {126, ERR_INVALID,  "it cannot be run"                                  },
    {127, ERR_INVALID,  "it, or a program that it needs, is not there"      },
};

static bool fail(const char *program, const ProgramEnd *end, Error *err)
{
    ErrorCode code = ERR_UNAVAILABLE;
    const char *what = "it failed";

    for (size_t i = 0; i < sizeof STATUSES / sizeof *STATUSES; i++) {
        if (STATUSES[i].status == end->status) {
            code = STATUSES[i].code;
            what = STATUSES[i].what;
        }
    }
    return error_set(err, code, "%s: %s (status %d)%s%s", program, what, end->status,
                     end->last_words[0] ? ": " : "", end->last_words);
}

/* The command of the environment file with our words behind it. */
static bool run(Operation *operation, const char *const *added, const char *const *variables,
                Error *err)
{
    const char *const *command = operation->environment->dns.hook.command;
    size_t count = 0;
    const char **words;
    ProgramEnd end = {0};
    bool ok;

    while (command[count])
        count++;
    words = memory_new(count + WORDS_MAX + 1, sizeof *words);
    for (size_t i = 0; i < count; i++)
        words[i] = command[i];
    for (size_t i = 0; i < WORDS_MAX && added[i]; i++)
        words[count + i] = added[i];
    ok = program_run(&(ProgramOptions){.loop = operation->loop,
                                       .words = words,
                                       .environment = variables,
                                       .timeout_ms = operation->environment->dns.hook.timeout_ms,
                                       .stop = operation->stop},
                     &end, err);
    free(words);
    return ok && (end.status == 0 || fail(command[0], &end, err));
}

static bool probe(Operation *operation, Error *err)
{
    const char *zone = operation->environment->dns.zone;
    char *zone_variable = memory_format("UNDERSTUDY_ZONE=%s", zone);
    bool ok = run(operation, (const char *const[]){"probe", zone, NULL},
                  (const char *const[]){"UNDERSTUDY_ACTION=probe", zone_variable, NULL}, err);

    free(zone_variable);
    return ok;
}

/* "192.0.2.1,192.0.2.2"; free() it. */
static char *old_values(const DnsChange *change)
{
    Buffer text = {0};

    for (size_t i = 0; i < dns_change_old_count(change); i++)
        buffer_format(&text, "%s%s", i ? "," : "", dns_change_old_value(change, i));
    return buffer_take(&text);
}

static bool change_name(Operation *operation, const DnsChange *change, Error *err)
{
    const char *type = dns_record_type_name(change->type);
    char *old = old_values(change), ttl[16];
    char *variables[VARIABLES_MAX];
    bool ok;

    snprintf(ttl, sizeof ttl, "%u", (unsigned)change->ttl_s);
    variables[0] = memory_text("UNDERSTUDY_ACTION=change");
    variables[1] = memory_format("UNDERSTUDY_NAME=%s", change->name);
    variables[2] = memory_format("UNDERSTUDY_TYPE=%s", type);
    variables[3] = memory_format("UNDERSTUDY_OLD=%s", old);
    variables[4] = memory_format("UNDERSTUDY_OLD_TYPE=%s", dns_change_old_type(change));
    variables[5] = memory_format("UNDERSTUDY_NEW=%s", change->value);
    variables[6] = memory_format("UNDERSTUDY_TTL=%s", ttl);
    variables[7] = memory_format("UNDERSTUDY_ZONE=%s", change->zone);
    variables[8] = NULL;
    ok = run(operation,
             (const char *const[]){"change", change->name, type, old, change->value, ttl,
                                   change->zone, NULL},
             (const char *const *)variables, err);
    for (size_t i = 0; variables[i]; i++)
        free(variables[i]);
    free(old);
    return ok;
}

const DnsProvider DNS_PROVIDER_HOOK = {
    .probe = probe,
    .change = change_name,
    .required = "a hook that may change records of the zone",
    .evidence = "the hook's command with `probe ZONE` behind it",
    .remedy = "correct dns.hook.command in the environment file, or what the hook needs",
};
