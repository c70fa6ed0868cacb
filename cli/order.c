/*
 * cli/order.c - the flags of a procedure: one table for all of them, and what may not be said together.
 */
#include "cli/order.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

#define COUNT(rows) (sizeof(rows) / sizeof *(rows))

/* A flag for each row of engine/consent.c. */
static void list_consents(Order *order, Option out_options[CONSENT_COUNT])
{
    static const OptionType TYPES[] = {[CONSENT_IS_YES] = OPTION_FLAG,
                                       [CONSENT_IS_BYTES] = OPTION_SIZE,
                                       [CONSENT_IS_AGE] = OPTION_AGE};

    for (int kind = 0; kind < CONSENT_COUNT; kind++) {
        const ConsentRow *row = consent_row(kind);
        bool is_yes = row->unit == CONSENT_IS_YES;

        out_options[kind] = (Option){.name = row->flag,
                                     .type = TYPES[row->unit],
                                     .value = is_yes ? (void *)&order->consent.of[kind].yes
                                                     : (void *)&order->consent.of[kind].limit};
    }
}

/* Which control planes it is for: named, all of them, or (NULL) as it may be done without a word about that. */
static const char *wrong_choice(const Order *order, size_t place_count)
{
    if (place_count && order->is_for_all)
        return "name control planes, or say --all, not both";
    if (consent_has(&order->consent, CONSENT_VALID_TOKENS, 0) && order->names_clusters &&
        !place_count && !order->is_for_all)
        return "--replace-valid-tokens: of which control planes? Name them, or say --all";
    if (order->procedure && strcmp(order->procedure, "repoint") == 0 && !place_count &&
        !order->is_for_all)
        return "which control planes? Name them, or say --all";
    return NULL;
}

/* "-o json" is no folder for backups; one of that name is "./json". */
static void read_format(Order *order)
{
    if (!order->backup.folder || strcmp(order->backup.folder, "json") != 0)
        return;
    order->backup.folder = NULL;
    order->is_json = true;
}

int order_run(const Verb *verb, int count, char **arguments, Order *order)
{
    const Option options[] = {
        {"--environment",          'e', OPTION_TEXT, &order->environment           },
        {"--journal",              'j', OPTION_TEXT, &order->journal               },
        {"--dry-run",              0,   OPTION_FLAG, &order->is_dry_run            },
        {"--to",                   0,   OPTION_TEXT, &order->to                    },
        {"--host",                 0,   OPTION_TEXT, &order->host                  },
        {"--unplanned",            0,   OPTION_FLAG, &order->is_unplanned          },
        {"--no-input",             0,   OPTION_FLAG, &order->is_unattended         },
        {"--all",                  0,   OPTION_FLAG, &order->is_for_all            },
        {"--record",               0,   OPTION_TEXT, &order->record                },
        {"--events",               0,   OPTION_FLAG, &order->tells_events          },
        {"--quiet",                'q', OPTION_FLAG, &order->is_quiet              },
        {"--from",                 0,   OPTION_TEXT, &order->restore.from          },
        {"--key",                  0,   OPTION_TEXT, &order->restore.key_file      },
        {"--backup-password-file", 0,   OPTION_TEXT, &order->restore.password_file },
        {"--without-key",          0,   OPTION_FLAG, &order->restore.is_without_key},
    };
    Option all[COUNT(options) + CONSENT_COUNT + BACKUP_FLAG_COUNT];
    const char **places = memory_new((size_t)count + 1, sizeof *places);
    size_t place_count;
    int code = EXIT_PASSED;

    memcpy(all, options, sizeof options);
    list_consents(order, all + COUNT(options));
    backup_flags_list(&order->backup, all + COUNT(options) + CONSENT_COUNT);
    if (options_read(verb, count, arguments, all, COUNT(all), places, &place_count, &code)) {
        read_format(order);
        order->chosen = places;
        order->chosen_count = place_count;
        if (order->is_undo && order->is_dry_run)
            code = usage_error(verb, "an undo looks before each of its steps; it has no dry run");
        else if ((place_count || order->is_for_all) && !order->names_clusters)
            code = usage_error(verb, "unexpected \"%s\"", place_count ? places[0] : "--all");
        else if (wrong_choice(order, place_count))
            code = usage_error(verb, "%s", wrong_choice(order, place_count));
        else if (!order->environment)
            code = usage_error(verb, "name the environment file with -e");
        else
            code = order_carry_out(verb, order);
    }
    free(places);
    return code;
}
