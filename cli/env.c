/*
 * cli/env.c - `understudy env`: writes an environment file by looking at the clusters, and checks one.
 */
#include "cli/env.h"

#include <stdio.h>
#include <string.h>

#include "cli/options.h"

static const Verb *const PARTS[] = {&ENV_INIT, &ENV_CHECK};

static bool asks_for_help(const char *text)
{
    return strcmp(text, "--help") == 0 || strcmp(text, "-h") == 0;
}

static int run_env(int count, char **arguments)
{
    const char *word = count > 1 ? arguments[1] : NULL;

    if (!word)
        return usage_error(&VERB_ENV, "say what: init or check");
    if (asks_for_help(word)) {
        fputs(VERB_ENV.help, stdout);
        return EXIT_PASSED;
    }
    for (size_t i = 0; i < sizeof PARTS / sizeof *PARTS; i++)
        if (strcmp(strchr(PARTS[i]->name, ' ') + 1, word) == 0)
            return PARTS[i]->run(count - 1, arguments + 1);
    return usage_error(&VERB_ENV, "there is no env \"%s\"; say init or check", word);
}

const Verb VERB_ENV = {
    .name = "env",
    .summary = "write an environment file by looking at the clusters, or check one",
    .help =
        "Usage: understudy env init --planes CONTEXT,CONTEXT -o FILE [FLAG]...\n"
        "       understudy env check -e FILE [-o json]\n"
        "\n"
        "init looks at two management planes and their control planes and writes an environment file, with a comment\n"
        "beside each value that says where it comes from. check asks whether everything that a file names can be\n"
        "reached. Both only read. `understudy env init --help` and `understudy env check --help` say more.\n",
    .run = run_env,
};
