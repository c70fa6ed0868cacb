/*
 * cli/main.c - the program: finds the verb and runs it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/yaml.h"
#include "cli/verbs.h"

static const Verb *const VERBS[] = {
    &VERB_RUN,         &VERB_UP,      &VERB_FAILOVER,      &VERB_REJOIN,  &VERB_REFRESH_TOKENS,
    &VERB_REPOINT,     &VERB_BACKUP,  &VERB_VERIFY_BACKUP, &VERB_RESTORE, &VERB_INSTALL,
    &VERB_RESUME,      &VERB_UNDO,    &VERB_PLAN,          &VERB_STATUS,  &VERB_REPORT,
    &VERB_EXPLORE,     &VERB_LINT,    &VERB_SCHEMA,        &VERB_ENV,     &VERB_CERTIFY,
    &VERB_CONFORMANCE, &VERB_VERSION,
};
enum { VERB_COUNT = sizeof VERBS / sizeof *VERBS };

static void print_help(FILE *out)
{
    fputs(
        "understudy rehearses, proves and carries out the failover of a service-mesh management plane.\n"
        "\n"
        "Usage: understudy VERB [ARGUMENT]...\n"
        "\n",
        out);
    for (int i = 0; i < VERB_COUNT; i++)
        fprintf(out, "  %-14s %s\n", VERBS[i]->name, VERBS[i]->summary);
    fputs("\n"
          "`understudy VERB --help` explains a verb with examples. A good first command:\n"
          "  understudy run\n",
          out);
}

static const Verb *verb_of(const char *name)
{
    for (int i = 0; i < VERB_COUNT; i++) {
        if (strcmp(VERBS[i]->name, name) == 0)
            return VERBS[i];
    }
    return NULL;
}

static int unknown_verb(const char *name)
{
    const char *words[VERB_COUNT + 2] = {0};
    const char *nearest;

    for (int i = 0; i < VERB_COUNT; i++)
        words[i] = VERBS[i]->name;
    words[VERB_COUNT] = "help";
    nearest = yaml_nearest(name, words);
    fprintf(stderr, "understudy: there is no verb \"%s\"", name);
    if (nearest)
        fprintf(stderr, "; did you mean \"%s\"?", nearest);
    fputs("\nTry `understudy help`.\n", stderr);
    return EXIT_USAGE;
}

static bool is_any(const char *text, const char *a, const char *b, const char *c)
{
    return strcmp(text, a) == 0 || strcmp(text, b) == 0 || strcmp(text, c) == 0;
}

int main(int count, char **arguments)
{
    const Verb *verb;

    setenv("TZ", "UTC", 1);
    if (count < 2) {
        print_help(stderr);
        return EXIT_USAGE;
    }
    if (is_any(arguments[1], "help", "--help", "-h")) {
        verb = count > 2 ? verb_of(arguments[2]) : NULL;
        if (count > 2 && !verb)
            return unknown_verb(arguments[2]);
        if (verb)
            fputs(verb->help, stdout);
        else
            print_help(stdout);
        return EXIT_PASSED;
    }
    if (strcmp(arguments[1], "--version") == 0)
        return VERB_VERSION.run(1, arguments + 1);
    verb = verb_of(arguments[1]);
    return verb ? verb->run(count - 1, arguments + 1) : unknown_verb(arguments[1]);
}
