/*
 * cli/procedures.c - `understudy failover`, `rejoin`, `backup`, `resume`: a procedure on an environment, live or simulated, and going on with one.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/memory.h"
#include "cli/backup_flags.h"
#include "cli/console.h"
#include "cli/journals.h"
#include "cli/options.h"
#include "cli/outcome.h"
#include "cli/question.h"
#include "engine/engine.h"
#include "engine/journal.h"
#include "reports/record.h"

#define COUNT(rows) (sizeof(rows) / sizeof *(rows))

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

/* "user@host/3f2a...": who holds the lease. */
static void name_holder(char out[160])
{
    char host[64] = "localhost";
    const char *user = getenv("USER");

    gethostname(host, sizeof host - 1);
    snprintf(out, 160, "%s@%s/%llx", user ? user : "understudy", host,
             (unsigned long long)random_seed_from_system());
}

static void print_plan(const TraceEvent *event, const Procedure *procedure)
{
    const char *id = json_string_or(event->data, "id", "");

    for (size_t i = 0; i < procedure->count; i++) {
        const Step *step = procedure->steps[i];

        if (strcmp(step->id, id) != 0)
            continue;
        printf("%-5s %s\n      why    %s\n      never  %s\n", step->id, step->name, step->why,
               step->never);
    }
}

/* A dry run prints each row of the table with what was observed. */
static void on_dry_event(void *owner, const TraceEvent *event)
{
    if (strcmp(event->kind, "step.begin") == 0)
        print_plan(event, owner);
    else if (strcmp(event->kind, "step.observed") == 0)
        printf("      now    %s: %s\n", json_string_or(event->data, "state", ""),
               json_string_or(event->data, "text", ""));
    else if (strcmp(event->kind, "engine.cluster") == 0)
        printf("             %s\n", event->text);
}

static ConsoleManner manner_of(const Order *order)
{
    if (order->is_json)
        return order->tells_events ? CONSOLE_TELLS_EVENTS : CONSOLE_TELLS_NOTHING;
    return order->is_quiet || order->is_dry_run ? CONSOLE_TELLS_TROUBLE : CONSOLE_TELLS_ALL;
}

static void print_json(const cJSON *document)
{
    char *text = json_text(document);

    puts(text);
    free(text);
}

/* "understudy-lab-failover-20261121T020000Z.md", beside the journal. */
static char *usual_record(const Order *order, const char *environment, const cJSON *entries)
{
    char began[CLOCK_TEXT_MAX];
    char *name = memory_format("understudy-%s-%s-%s.md", environment,
                               json_string_or(entries, "0/procedure", "run"),
                               clock_stamp(json_integer_or(entries, "0/ms", 0), began));
    char *path = file_beside(order->journal, name);

    free(name);
    return path;
}

/* What the steps are called and why they are there, by their ids. */
static cJSON *describe_steps(const Procedure *procedure)
{
    cJSON *steps = cJSON_CreateObject();

    for (size_t i = 0; i < procedure->count; i++) {
        cJSON *step = cJSON_AddObjectToObject(steps, procedure->steps[i]->id);

        json_put_string(step, "name", procedure->steps[i]->name);
        json_put_string(step, "why", procedure->steps[i]->why);
    }
    return steps;
}

/* A refused run has nothing to tell an incident file, unless somebody wants it. */
static void write_record(const Order *order, const OutcomeOf *of, const EngineResult *result,
                         cJSON *document)
{
    Journal *journal = NULL;
    Buffer text = {0};
    cJSON *steps;
    char *path = NULL;
    Error why = {0};

    if (order->is_dry_run || (result->outcome == OUTCOME_REFUSED && !order->record) ||
        !journal_open(order->journal, &journal, NULL))
        return;
    path = order->record ? memory_text(order->record)
                         : usual_record(order, of->environment, journal_entries(journal));
    steps = describe_steps(of->procedure);
    record_draw(journal_entries(journal), steps, document, &text);
    if (file_write(path, text.data, text.length, 0600, &why))
        json_put_string(document, "record", path);
    else
        fprintf(stderr, "understudy: no record: %s\n", why.message);
    cJSON_Delete(steps);
    journal_close(journal);
    buffer_release(&text);
    free(path);
}

static int conclude(const Order *order, const OutcomeOf *of, const EngineResult *result)
{
    cJSON *document = outcome_document(of, result);
    bool is_undone = order->is_undo && result->outcome == OUTCOME_ROLLED_BACK;
    int code = is_undone ? EXIT_PASSED : outcome_exit_code(result->outcome);

    write_record(order, of, result, document);
    json_put_integer(document, "exitCode", code);
    if (order->is_json)
        print_json(document);
    else
        outcome_print(document);
    cJSON_Delete(document);
    return code;
}

static int carry_out(const Order *order, const Procedure *procedure, const Environment *environment)
{
    Loop *loop = loop_new();
    Trace *trace = trace_new();
    char holder[160];
    Console console;
    Question question = {.console = &console};
    ConsentPerson person = question_person(&question);
    bool can_ask = !order->is_unattended && !order->is_json && question_can_be_asked();
    EngineResult result;
    int code;

    name_holder(holder);
    console_open(&console, loop, manner_of(order));
    trace_listen(trace, console_engine_event, &console);
    if (order->is_dry_run && !order->is_json)
        trace_listen(trace, on_dry_event, (void *)procedure);
    engine_run(
        &(EngineOptions){
            .loop = loop,
            .trace = trace,
            .environment = environment,
            .procedure = procedure,
            .journal = order->journal,
            .is_resume = order->is_resume,
            .is_undo = order->is_undo,
            .is_dry_run = order->is_dry_run,
            .seed = random_seed_from_system(),
            .to = order->to,
            .host = order->host,
            .chosen = order->chosen,
            .chosen_count = order->chosen_count,
            .consent = order->consent,
            .restore = order->restore,
            .person = can_ask ? &person : NULL,
            .holder = holder,
            .stop = stop_flag(),
        },
        &result);
    console_close(&console);
    code = conclude(order,
                    &(OutcomeOf){.environment_file = order->environment,
                                 .environment = environment->name,
                                 .procedure = procedure,
                                 .journal = order->is_dry_run ? NULL : order->journal,
                                 .is_undo = order->is_undo},
                    &result);
    trace_free(trace);
    loop_free(loop);
    return code;
}

/* Which procedure a journal is of. */
static const Procedure *procedure_of_journal(const char *path, Error *err)
{
    Journal *journal = NULL;
    const Procedure *procedure;

    if (!journal_open(path, &journal, err))
        return NULL;
    procedure = procedure_find(json_string_or(journal_entries(journal), "0/procedure", ""));
    journal_close(journal);
    if (!procedure)
        error_set(err, ERR_INPUT, "journal %s: of a procedure that this version does not know",
                  path);
    return procedure;
}

/* And its journal, unless somebody named one: of a new run the usual one, else that of the one run that is not finished. */
static const Procedure *find_procedure(const Order *order, const char *environment,
                                       char **out_journal, Error *err)
{
    const char *name = order->is_unplanned ? "unplanned-failover" : order->procedure;

    if (!order->is_resume) {
        *out_journal = journal_usual(environment, name);
        return procedure_find(name);
    }
    if (order->journal)
        return procedure_of_journal(order->journal, err);
    return journal_unfinished(environment, out_journal, err)
               ? procedure_of_journal(*out_journal, err)
               : NULL;
}

static int begin(const Verb *verb, Order *order)
{
    const Procedure *procedure;
    Environment environment;
    char *journal = NULL;
    Error why = {0};
    int code;

    if (!environment_read(order->environment, &environment, &why))
        return usage_error(verb, "%s", why.message);
    if (!backup_flags_put(&order->backup, &environment.backup, &why)) {
        environment_release(&environment);
        return usage_error(verb, "%s", why.message);
    }
    if (!order->restore.from)
        order->restore.from = environment.backup.folder;
    procedure = find_procedure(order, environment.name, &journal, &why);
    if (procedure && !order->journal)
        order->journal = journal;
    code = procedure ? carry_out(order, procedure_on(procedure, &environment), &environment)
                     : usage_error(verb, "%s", why.message);
    environment_release(&environment);
    free(journal);
    return code;
}

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

static int read_order(const Verb *verb, int count, char **arguments, Order *order)
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
            code = begin(verb, order);
    }
    free(places);
    return code;
}

static int run_failover(int count, char **arguments)
{
    Order order = {.procedure = "failover"};

    return read_order(&VERB_FAILOVER, count, arguments, &order);
}

static int run_rejoin(int count, char **arguments)
{
    Order order = {.procedure = "rejoin"};

    return read_order(&VERB_REJOIN, count, arguments, &order);
}

static int run_backup(int count, char **arguments)
{
    Order order = {.procedure = "backup"};

    return read_order(&VERB_BACKUP, count, arguments, &order);
}

static int run_refresh_tokens(int count, char **arguments)
{
    Order order = {.procedure = "refresh-tokens", .names_clusters = true};

    return read_order(&VERB_REFRESH_TOKENS, count, arguments, &order);
}

static int run_repoint(int count, char **arguments)
{
    Order order = {.procedure = "repoint", .names_clusters = true};

    return read_order(&VERB_REPOINT, count, arguments, &order);
}

static int run_restore(int count, char **arguments)
{
    Order order = {.procedure = "restore"};

    return read_order(&VERB_RESTORE, count, arguments, &order);
}

static int run_install(int count, char **arguments)
{
    Order order = {.procedure = "install"};

    return read_order(&VERB_INSTALL, count, arguments, &order);
}

static int run_resume(int count, char **arguments)
{
    Order order = {.is_resume = true};

    return read_order(&VERB_RESUME, count, arguments, &order);
}

static int run_plan(int count, char **arguments)
{
    Order order = {.procedure = "failover", .is_dry_run = true};

    return read_order(&VERB_PLAN, count, arguments, &order);
}

static int run_undo(int count, char **arguments)
{
    Order order = {.is_resume = true, .is_undo = true};

    return read_order(&VERB_UNDO, count, arguments, &order);
}

#define FLAGS                                                                                                 \
    "  -e, --environment FILE     the estate to act on\n"                                                     \
    "  -j, --journal FILE         what was done, fsync'd before each change; one for each procedure\n"        \
    "                             (understudy-NAME-PROCEDURE.journal; an old one is kept)\n"                  \
    "      --record FILE          Markdown for the incident file (beside the journal, named by its time)\n"   \
    "      --take-over            take an expired lease of an engine that is gone\n"                          \
    "      --no-input             ask nothing, refuse instead; as without a terminal\n"                       \
    "  -o json                    one JSON document in the end; with --events a line for each event before\n" \
    "  -q, --quiet                findings and the result only\n"
#define FAILOVER_FLAGS                                                                                            \
    "      --accept-token-refresh the signing keys differ: make every control plane's tokens anew\n"              \
    "      --force-unfenced       the active cannot be reached: promote all the same, fence it when it answers\n" \
    "      --accept-data-loss SIZE what only the old active has (\"16MiB\") may be lost\n"                        \
    "      --accept-data-loss-age DURATION where dumps feed the standby: what is younger than the newest (\"25h\") may be lost\n"
#define REJOIN_FLAGS \
    "      --accept-data-loss SIZE what only the old active has (\"16MiB\") may be lost\n" RESEED_FLAG
#define RESEED_FLAG                                                                                       \
    "      --accept-reseed        delete the old active's databases and copy them anew, if they do not\n" \
    "                             follow by themselves\n"
#define CODES                                                                                                            \
    "Exit codes: 0 completed, 1 refused or not every control plane is back, 2 usage, 5 could not work, 6 rolled back,\n" \
    "7 stopped half-way (resume goes on).\n"

const Verb VERB_FAILOVER = {
    .name = "failover",
    .summary = "carry out a failover, planned or not",
    .help =
        "Usage: understudy failover -e ENVIRONMENT [--to PLANE] [--unplanned] [--dry-run] [FLAG]...\n"
        "\n"
        "Makes the standby plane the active one: checks everything, fences the active, waits until the standby has its\n"
        "last write, promotes, verifies, moves the names, and sees every control plane back. Nothing is changed before\n"
        "all checks have passed, and until the standby's database is promoted everything can be put back.\n"
        "\n"
        "Where dumps feed the standby (`standby: {fedBy: restore}`), nothing is promoted: the restore is suspended, the fenced\n"
        "active is dumped and restored once more, and until the floating name moves everything can be put back.\n"
        "\n"
        "      --to PLANE             the plane that is to be the active; otherwise the environment's `active:` is the one\n"
        "                             to leave, or the one that is found to be\n"
        "      --dry-run              print every step with what is observed now, change nothing\n" FLAGS
            FAILOVER_FLAGS "\n"
        "Ctrl-C stops between two steps; a second Ctrl-C ends the program at once. Either way, and after kill -9:\n"
        "`understudy resume`.\n"
        "\n" CODES "\n"
        "  understudy failover -e environment.yaml --dry-run\n"
        "  understudy failover -e environment.yaml --unplanned --force-unfenced --accept-data-loss 16MiB\n",
    .run = run_failover,
};

const Verb VERB_REJOIN = {
    .name = "rejoin",
    .summary = "make the old active the standby of the new one",
    .help =
        "Usage: understudy rejoin -e ENVIRONMENT [--dry-run] [FLAG]...\n"
        "\n"
        "After a failover: sees that the old active is fenced and wrote nothing that the new one lacks, makes it a standby\n"
        "by one patch, waits until the operator has taken away what served there, and until every one of its databases\n"
        "follows. One that does not is deleted and copied anew, with consent, one after the other. Which plane is which is\n"
        "found by looking. Failing back is this, and then `understudy failover --to` the old plane.\n"
        "\n"
        "      --dry-run              print every step with what is observed now, change nothing\n" FLAGS
            REJOIN_FLAGS "\n" CODES "\n"
        "  understudy rejoin -e environment.yaml --dry-run\n",
    .run = run_rejoin,
};

const Verb VERB_BACKUP = {
    .name = "backup",
    .summary = "keep everything that a new plane needs outside of the clusters",
    .help =
        "Usage: understudy backup -e ENVIRONMENT -o FOLDER --recipient FILE [--dry-run] [FLAG]...\n"
        "\n"
        "Writes a folder NAME-PLANE-TIME into FOLDER: the active's Secrets as `kubectl apply` takes them anywhere, its\n"
        "ManagementPlane, a dump of its database, and manifest.json, which says what that is and holds no secret. It gets\n"
        "its name when it is whole and verified; whatever goes wrong before, nothing remains. The other plane need not\n"
        "answer. What is not given here is taken from `backup:` in the environment file.\n"
        "\n"
        "  -o, --output FOLDER        where backups are kept\n"
        "      --recipient FILE       certificates (PEM); who has the key of one of them can read it\n"
        "      --password-file FILE   a password that opens it; with --recipient, either of the two\n"
        "      --unencrypted          everybody who reads it has every key\n"
        "      --database HOW         dump: by pg_dump, from the primary (default); job: by a Job of the plane's own CronJob,\n"
        "                             whose dump stays in the cluster; none\n"
        "      --cron-job NAME        that CronJob (backup-tsb-postgres)\n"
        "      --keep N               older ones than the newest N good ones are removed\n"
        "      --dry-run              print every step with what is observed now, write nothing\n"
        "  -e, --environment FILE     the estate\n"
        "  -j, --journal FILE         what was done (understudy-NAME-backup.journal; an old one is kept)\n"
        "\n" CODES "\n"
        "  understudy backup -e environment.yaml -o /srv/backups --recipient operations.pem --keep 14\n"
        "  understudy verify-backup /srv/backups/staging-mp1-20260301T030000Z --key operations.key\n"
        "  openssl cms -decrypt -inform DER -in mp1-secrets.json.cms -inkey operations.key\n",
    .run = run_backup,
};

const Verb VERB_REFRESH_TOKENS = {
    .name = "refresh-tokens",
    .summary = "give control planes new tokens, of the plane that serves",
    .help =
        "Usage: understudy refresh-tokens -e ENVIRONMENT [CLUSTER...|--all] [--dry-run] [FLAG]...\n"
        "\n"
        "A control plane's agents prove themselves to the management plane by four tokens. They do no longer when they are of\n"
        "another signing key (after a restore without the old one), have expired in a long outage, or are none at all. Their\n"
        "operator makes new ones as soon as they are deleted, which this does, for the control planes that are named, or for\n"
        "all of the environment:\n"
        "\n"
        "  - only where the need is proven, and only where new ones can be had: the cluster's own resolver leads to the plane\n"
        "    that serves, somebody answered it there, that plane knows the cluster, its cluster-service-account is its own,\n"
        "    its operator runs. Everybody else keeps what it has, and is listed with the reason;\n"
        "  - a few at a time (policies.width); one that cannot be helped keeps nobody waiting;\n"
        "  - until all four are there, of the right key, and the edge is connected. An operator that makes none is restarted\n"
        "    once, after a minute; an edge that does not come back is, when its tokens are there.\n"
        "\n"
        "Which plane serves is found by looking; the other one may be out of reach. Nothing is undone: what was deleted did\n"
        "not do any more. After Ctrl-C or kill -9 `understudy resume` handles what remains.\n"
        "\n"
        "      --all                  every control plane of the environment, as without a name\n"
        "      --replace-valid-tokens tokens that still do are replaced, too; needs names, or --all\n"
        "      --dry-run              print who would get new ones, and why, or why not; change nothing\n" FLAGS
        "\n" CODES "\n"
        "  understudy refresh-tokens -e environment.yaml --dry-run\n"
        "  understudy refresh-tokens -e environment.yaml cp-0001 cp-0007\n",
    .run = run_refresh_tokens,
};

const Verb VERB_REPOINT = {
    .name = "repoint",
    .summary = "make control planes follow another name, one after the other",
    .help =
        "Usage: understudy repoint -e ENVIRONMENT CLUSTER...|--all [--host NAME] [--dry-run] [FLAG]...\n"
        "\n"
        "A control plane whose ControlPlane names something else than the floating name (a plane's permanent name, an address)\n"
        "is not moved by a failover. This patches spec.managementPlane.host, and nothing else: first it sees that the name\n"
        "leads to the plane that serves, and that this shows a certificate of it; then one control plane after the other, each\n"
        "as soon as its own resolver leads there, and the next one when its edge is connected and has synced. An edge that its\n"
        "operator does not bring back by itself is restarted, once. One that does not come back gets the name that it had, and\n"
        "the run stops there.\n"
        "\n"
        "      --host NAME            the name to follow (the environment's floating name)\n"
        "      --all                  every control plane of the environment\n"
        "      --keep-going           one that does not come back: go on with the others all the same\n"
        "      --dry-run              print what would be done; change nothing\n" FLAGS "\n" CODES
        "\n"
        "  understudy repoint -e environment.yaml cp-0007\n"
        "  understudy repoint -e environment.yaml --all --host mp2.tsb.example.com\n",
    .run = run_repoint,
};

const Verb VERB_RESTORE = {
    .name = "restore",
    .summary = "make a lost active anew from a backup, in an empty cluster",
    .help =
        "Usage: understudy restore -e ENVIRONMENT --from BACKUP [--key FILE] [--without-key] [--dry-run] [FLAG]...\n"
        "\n"
        "The environment's active is the plane that is lost; the other one is an empty cluster, whose `install:` says which\n"
        "chart helm installs there. Checks the backup and the cluster, fences the lost plane or owes it, brings the secrets\n"
        "and the signing key before the operator can make another, installs, loads the database, sees that every control\n"
        "plane will trust what is there, and only then moves the names. Until then everything can be put back.\n"
        "\n"
        "      --from BACKUP          a backup's folder, or a folder of backups: the latest (`backup.folder`)\n"
        "      --key FILE             the private key that opens it\n"
        "      --backup-password-file FILE  the password that opens it\n"
        "      --without-key          the old signing key is lost, or must not be used any more: the operator makes another,\n"
        "                             and every control plane's tokens are made anew (--accept-token-refresh)\n"
        "      --accept-data-loss-age DURATION what was changed since an older backup is lost\n"
        "      --accept-other-namespace     restore what was in `tsb` into `tse`, or the reverse\n"
        "      --to PLANE             the plane that is made anew; otherwise the one that is not `active:`\n"
        "      --dry-run              print every step with what is observed now, change nothing\n" FLAGS
            FAILOVER_FLAGS "\n" CODES "\n"
        "  understudy restore -e environment.yaml --from /srv/backups --key operations.key --dry-run\n"
        "  understudy restore -e environment.yaml --from /srv/backups --key operations.key --force-unfenced\n",
    .run = run_restore,
};

const Verb VERB_INSTALL = {
    .name = "install",
    .summary = "install a standby beside an active that serves",
    .help =
        "Usage: understudy install -e ENVIRONMENT [--dry-run] [FLAG]...\n"
        "\n"
        "The environment's active serves; the other plane is an empty cluster with cert-manager, whose `install:` says which\n"
        "chart helm installs there, and whose values file has certificates of the same root. Brings the signing key and the\n"
        "standby's account before the operator can make another key, installs with the active's values, and waits until\n"
        "every database follows. The active is read, never changed; until the standby follows everything can be put back.\n"
        "\n"
        "      --dry-run              print every step with what is observed now, change nothing\n" FLAGS
        "\n" CODES "\n"
        "  understudy install -e environment.yaml --dry-run\n",
    .run = run_install,
};

const Verb VERB_RESUME = {
    .name = "resume",
    .summary = "go on with a procedure that was stopped, from its journal",
    .help =
        "Usage: understudy resume -e ENVIRONMENT [-j JOURNAL] [FLAG]...\n"
        "\n"
        "Looks at the world again and goes on with the first step that does not hold. Works after Ctrl-C, kill -9 or a lost\n"
        "machine, also elsewhere with the journal copied. Without -j: the one unfinished run of that environment in this folder.\n"
        "\n" FLAGS FAILOVER_FLAGS RESEED_FLAG "\n" CODES,
    .run = run_resume,
};

const Verb VERB_UNDO = {
    .name = "undo",
    .summary = "take back a procedure that was stopped, from its journal",
    .help =
        "Usage: understudy undo -e ENVIRONMENT [-j JOURNAL] [FLAG]...\n"
        "\n"
        "Puts back what was recorded before the first change, last things first: replica counts, resources, TTLs. Asks the\n"
        "world first, not the journal, whether the point of no return is passed (a standby whose Postgres has left\n"
        "recovery): then it changes nothing, and only `understudy resume` is left. It can be stopped, and begun again.\n"
        "\n" FLAGS "\n"
        "Exit codes: 0 everything is as it was recorded, 2 usage, 5 could not work, 7 not undone, or not all of it.\n"
        "\n"
        "  understudy undo -e environment.yaml\n",
    .run = run_undo,
};

const Verb VERB_PLAN = {
    .name = "plan",
    .summary = "what a failover would do now, step by step; changes nothing",
    .help = "Usage: understudy plan -e ENVIRONMENT [--to PLANE] [--unplanned] [FLAG]...\n"
            "\n"
            "The same as `understudy failover --dry-run`.\n"
            "\n" FLAGS FAILOVER_FLAGS "\n"
            "  understudy plan -e environment.yaml\n",
    .run = run_plan,
};
