/*
 * cli/procedures.c - the verbs that carry out a procedure, or go on with one: what each orders, and how it is explained.
 */
#include "cli/order.h"
#include "cli/verbs.h"

static int run_failover(int count, char **arguments)
{
    Order order = {.procedure = "failover"};

    return order_run(&VERB_FAILOVER, count, arguments, &order);
}

static int run_rejoin(int count, char **arguments)
{
    Order order = {.procedure = "rejoin"};

    return order_run(&VERB_REJOIN, count, arguments, &order);
}

static int run_backup(int count, char **arguments)
{
    Order order = {.procedure = "backup"};

    return order_run(&VERB_BACKUP, count, arguments, &order);
}

static int run_refresh_tokens(int count, char **arguments)
{
    Order order = {.procedure = "refresh-tokens", .names_clusters = true};

    return order_run(&VERB_REFRESH_TOKENS, count, arguments, &order);
}

static int run_repoint(int count, char **arguments)
{
    Order order = {.procedure = "repoint", .names_clusters = true};

    return order_run(&VERB_REPOINT, count, arguments, &order);
}

static int run_restore(int count, char **arguments)
{
    Order order = {.procedure = "restore"};

    return order_run(&VERB_RESTORE, count, arguments, &order);
}

static int run_install(int count, char **arguments)
{
    Order order = {.procedure = "install"};

    return order_run(&VERB_INSTALL, count, arguments, &order);
}

static int run_resume(int count, char **arguments)
{
    Order order = {.is_resume = true};

    return order_run(&VERB_RESUME, count, arguments, &order);
}

static int run_plan(int count, char **arguments)
{
    Order order = {.procedure = "failover", .is_dry_run = true};

    return order_run(&VERB_PLAN, count, arguments, &order);
}

static int run_undo(int count, char **arguments)
{
    Order order = {.is_resume = true, .is_undo = true};

    return order_run(&VERB_UNDO, count, arguments, &order);
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
