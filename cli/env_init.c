/*
 * cli/env_init.c - `understudy env init`: writes an environment file by looking at the clusters.
 */
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "cli/env.h"
#include "cli/options.h"
#include "engine/environment.h"
#include "engine/survey/survey.h"

enum { NAME_SERVERS_MAX = 8 };

typedef struct {
    const char *kubeconfig, *planes, *control_planes, *name_servers, *file;
    bool discovers, writes_ca, may_overwrite;
} InitFlags;

/* What a list of words between commas becomes; text is cut up. */
static const char **words_of(char *text, size_t *out_count)
{
    const char **words = memory_new(strlen(text) / 2 + 2, sizeof *words);
    char *rest = NULL;

    *out_count = 0;
    for (char *word = strtok_r(text, ",", &rest); word; word = strtok_r(NULL, ",", &rest))
        words[(*out_count)++] = word;
    return words;
}

static bool read_name_servers(const char *text, DnsServerAddress *servers, size_t *out_count,
                              Error *err)
{
    char *copy = memory_text(text ? text : "");
    size_t count;
    const char **words = words_of(copy, &count);
    bool ok = count <= NAME_SERVERS_MAX ||
              error_set(err, ERR_INPUT, "at most %d name servers", NAME_SERVERS_MAX);

    for (*out_count = 0; ok && *out_count < count; ++*out_count)
        ok = dns_address_parse(words[*out_count], &servers[*out_count], err);
    free(words);
    free(copy);
    return ok;
}

/* ---- files ---------------------------------------------------------------------------------------- */

static char *folder_of(const char *path)
{
    char *copy = memory_text(path), *folder = realpath(dirname(copy), NULL);

    free(copy);
    return folder;
}

/* How the file names the kubeconfig: beside it by its name alone, else in full. NULL for NULL. */
static char *kubeconfig_name(const InitFlags *flags)
{
    char *whole = flags->kubeconfig ? realpath(flags->kubeconfig, NULL) : NULL;
    char *folder = folder_of(flags->file);
    size_t length = folder ? strlen(folder) : 0;
    char *name;

    if (whole && folder && strncmp(whole, folder, length) == 0 && whole[length] == '/' &&
        !strchr(whole + length + 1, '/'))
        name = memory_text(whole + length + 1);
    else
        name = memory_text(whole ? whole : flags->kubeconfig);
    free(whole);
    free(folder);
    return name;
}

static bool write_new(const InitFlags *flags, const char *path, const char *text, Error *err)
{
    if (file_exists(path) && !flags->may_overwrite)
        return error_set(err, ERR_INPUT, "%s is there already; --force writes over it", path);
    return file_write(path, text, strlen(text), 0644, err);
}

static const char *ca_of(const Survey *survey)
{
    const char *first = survey->planes[0].ca_pem.value;

    return first ? first : survey->planes[1].ca_pem.value;
}

/* A certificate is no secret; still nothing is taken out of a cluster that nobody asked for. */
static bool write_ca(const InitFlags *flags, const Survey *survey, bool *out_is_there, Error *err)
{
    char *path = file_beside(flags->file, "ca.pem");
    bool ok = true;

    *out_is_there = flags->writes_ca && ca_of(survey);
    if (*out_is_there)
        ok = write_new(flags, path, ca_of(survey), err);
    free(path);
    return ok;
}

static bool write_files(const InitFlags *flags, const Survey *survey, Error *err)
{
    char *kubeconfig = kubeconfig_name(flags), *text = NULL;
    bool has_ca, ok = write_ca(flags, survey, &has_ca, err);

    if (ok) {
        text = survey_text(survey, &(SurveyFile){.kubeconfig = kubeconfig,
                                                 .ca_file = has_ca ? "ca.pem" : NULL});
        ok = write_new(flags, flags->file, text, err);
    }
    free(text);
    free(kubeconfig);
    return ok;
}

/* ---- what remains ----------------------------------------------------------------------------------- */

static const struct {
    const char *file, *what;
} SECRETS[] = {
    {"admin-password",    "the password of the TSB user"     },
    {"postgres-password", "the password of the database role"},
    {"tsig.key",          "the TSIG key of the zone"         },
};

static void name_secrets(const char *file)
{
    bool has_said = false;

    for (size_t i = 0; i < sizeof SECRETS / sizeof *SECRETS; i++) {
        char *path = file_beside(file, SECRETS[i].file);

        if (!file_exists(path)) {
            if (!has_said)
                printf(
                    "make these files, readable by nobody else (secrets are never taken out of a cluster):\n");
            printf("  %-40s %s\n", path, SECRETS[i].what);
            has_said = true;
        }
        free(path);
    }
}

/* Whole, or with something missing that only a person knows. */
static int say_what_remains(const InitFlags *flags)
{
    Environment environment;
    Error why = {0};
    bool is_whole = environment_read(flags->file, &environment, &why);

    printf("wrote %s\n", flags->file);
    if (is_whole)
        environment_release(&environment);
    else
        printf("not everything was found: %s\n", why.message);
    name_secrets(flags->file);
    printf("then: understudy env check -e %s\n", flags->file);
    return is_whole ? EXIT_PASSED : EXIT_INCONCLUSIVE;
}

static int look_and_write(const InitFlags *flags, const SurveyOptions *options)
{
    Survey survey;
    Error why = {0};
    bool ok = survey_make(options, &survey, &why) && write_files(flags, &survey, &why);

    survey_release(&survey);
    if (ok)
        return say_what_remains(flags);
    if (why.code == ERR_INPUT)
        return usage_error(&ENV_INIT, "%s", why.message);
    fprintf(stderr, "understudy env init: %s\n", why.message);
    return EXIT_INFRASTRUCTURE;
}

static int init_with(const InitFlags *flags, const char **planes, const char *const *sites)
{
    DnsServerAddress servers[NAME_SERVERS_MAX];
    SurveyOptions options = {
        .kubeconfig = flags->kubeconfig,
        .planes = {planes[0], planes[1]},
        .control_planes = flags->discovers ? NULL : sites,
        .name_servers = servers,
        .stop = stop_flag(),
    };
    Error why = {0};
    int code;

    if (!read_name_servers(flags->name_servers, servers, &options.name_server_count, &why))
        return usage_error(&ENV_INIT, "--name-servers: %s", why.message);
    options.loop = loop_new();
    code = look_and_write(flags, &options);
    loop_free(options.loop);
    return code;
}

static int begin(const InitFlags *flags)
{
    char *plane_words = memory_text(flags->planes ? flags->planes : "");
    char *site_words = memory_text(flags->control_planes ? flags->control_planes : "");
    size_t plane_count, site_count;
    const char **planes = words_of(plane_words, &plane_count);
    const char **sites = words_of(site_words, &site_count);
    int code;

    if (plane_count != 2 || strcmp(planes[0], planes[1]) == 0)
        code = usage_error(&ENV_INIT, "name the contexts of both planes: --planes mp1,mp2");
    else if (flags->discovers && flags->control_planes)
        code = usage_error(&ENV_INIT, "--control-planes and --discover exclude each other");
    else if (file_exists(flags->file) && !flags->may_overwrite)
        code = usage_error(&ENV_INIT, "%s is there already; --force writes over it", flags->file);
    else
        code = init_with(flags, planes, sites);
    free(planes);
    free(sites);
    free(plane_words);
    free(site_words);
    return code;
}

static int run_init(int count, char **arguments)
{
    InitFlags flags = {0};
    const Option options[] = {
        {"--kubeconfig",     0,   OPTION_TEXT, &flags.kubeconfig    },
        {"--planes",         0,   OPTION_TEXT, &flags.planes        },
        {"--control-planes", 0,   OPTION_TEXT, &flags.control_planes},
        {"--discover",       0,   OPTION_FLAG, &flags.discovers     },
        {"--name-servers",   0,   OPTION_TEXT, &flags.name_servers  },
        {"--write-ca",       0,   OPTION_FLAG, &flags.writes_ca     },
        {"--force",          0,   OPTION_FLAG, &flags.may_overwrite },
        {"--output",         'o', OPTION_TEXT, &flags.file          },
    };
    const char **places = memory_new((size_t)count + 1, sizeof *places);
    size_t place_count;
    int code = EXIT_PASSED;

    if (options_read(&ENV_INIT, count, arguments, options, sizeof options / sizeof *options, places,
                     &place_count, &code)) {
        if (place_count)
            code = usage_error(&ENV_INIT, "unexpected \"%s\"", places[0]);
        else if (!flags.file)
            code = usage_error(&ENV_INIT, "name the file to write with -o");
        else
            code = begin(&flags);
    }
    free(places);
    return code;
}

const Verb ENV_INIT = {
    .name = "env init",
    .summary = "write an environment file by looking at the clusters",
    .help =
        "Usage: understudy env init --planes CONTEXT,CONTEXT -o FILE [FLAG]...\n"
        "\n"
        "Looks at both management planes and at control planes, asks DNS for the zone, and writes an environment file. Beside\n"
        "each value stands where it comes from; what was not found is a comment that says what to do. Nothing is changed in\n"
        "any cluster. Passwords and keys are never taken out of one: at the end it says which files to make.\n"
        "\n"
        "      --planes A,B           kubeconfig contexts of the two management planes\n"
        "      --control-planes A,B   kubeconfig contexts of control planes\n"
        "      --discover             look for control planes in every other context of the kubeconfig\n"
        "      --kubeconfig FILE      otherwise it is found as kubectl finds it\n"
        "      --name-servers A,B     ip or ip:port of the zone's own servers, or of any that knows it (/etc/resolv.conf)\n"
        "      --write-ca             write the authority's certificate (secret/tsb-certs) to ca.pem beside the file\n"
        "  -o, --output FILE          what to write\n"
        "      --force                even if it is there already\n"
        "\n"
        "Exit codes: 0 written, 2 usage, 3 written, but not everything was found, 5 could not look.\n"
        "\n"
        "  understudy env init --planes mp1,mp2 --discover --write-ca -o environment.yaml\n",
    .run = run_init,
};
