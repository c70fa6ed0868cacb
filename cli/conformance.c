/*
 * cli/conformance.c - `understudy conformance`: a parity corpus, asked of the built-in fake or of any server.
 */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "cli/conformance_report.h"
#include "cli/options.h"

typedef struct {
    const char *name;
    int (*run)(const ConformanceOrder *order);
} Corpus;

static const Corpus CORPORA[] = {
    {"kubernetes", conformance_kubernetes},
};

static const Corpus *find_corpus(const char *name)
{
    for (size_t i = 0; i < sizeof CORPORA / sizeof *CORPORA; i++) {
        if (strcmp(CORPORA[i].name, name) == 0)
            return &CORPORA[i];
    }
    return NULL;
}

static int run_conformance(int count, char **arguments)
{
    ConformanceOrder order = {.output = "text"};
    const Option options[] = {
        {"--context",    0,   OPTION_TEXT, &order.context   },
        {"--kubeconfig", 0,   OPTION_TEXT, &order.kubeconfig},
        {"--only",       0,   OPTION_TEXT, &order.only      },
        {"--corpus",     0,   OPTION_TEXT, &order.folder    },
        {"--output",     'o', OPTION_TEXT, &order.output    },
        {"--verbose",    'v', OPTION_FLAG, &order.is_verbose},
    };
    const char **places = memory_new((size_t)count + 1, sizeof *places);
    const Corpus *corpus;
    size_t place_count;
    int code = EXIT_PASSED;

    if (options_read(&VERB_CONFORMANCE, count, arguments, options, sizeof options / sizeof *options,
                     places, &place_count, &code)) {
        order.is_json = strcmp(order.output, "json") == 0;
        corpus = place_count == 1 ? find_corpus(places[0]) : NULL;
        if (!corpus)
            code = usage_error(&VERB_CONFORMANCE, "say which corpus: kubernetes");
        else if (!order.is_json && strcmp(order.output, "text") != 0)
            code =
                usage_error(&VERB_CONFORMANCE, "-o takes text or json, not \"%s\"", order.output);
        else
            code = corpus->run(&order);
    }
    free(places);
    return code;
}

const Verb VERB_CONFORMANCE = {
    .name = "conformance",
    .summary = "ask a server what real API servers were asked, and compare the answers",
    .help =
        "Usage: understudy conformance kubernetes [FLAG]...\n"
        "\n"
        "Plays the parity corpus: exchanges that were recorded from a real kube-apiserver, each with the answer that it must\n"
        "get again, but for uids, times, versions. docs/parity.md has the form of a case and what is known to differ.\n"
        "\n"
        "Without a cluster the fake in this program is asked, in simulated time. On a cluster, objects are made only in\n"
        "namespaces called understudy-conformance-..., which are deleted at the end of each case, also on Ctrl-C; what is about\n"
        "the whole cluster, or what its controllers act on, is skipped.\n"
        "\n"
        "      --context NAME         the cluster of this context\n"
        "      --kubeconfig FILE      instead of $KUBECONFIG or ~/.kube/config\n"
        "      --only TEXT            only cases whose name has TEXT in it\n"
        "      --corpus DIR           the folder with cases/ and known.yaml\n"
        "  -o, --output text|json     a line for each case (text), or one JSON document at the end\n"
        "  -v, --verbose              each exchange that does not pass, with every difference\n"
        "\n"
        "Exit codes: 0 all pass but those that are known to fail, 1 another one fails or a known one passes, 2 usage, 5 could\n"
        "not work, 130 Ctrl-C.\n"
        "\n"
        "  understudy conformance kubernetes\n"
        "  understudy conformance kubernetes --only raw-05 -v\n"
        "  understudy conformance kubernetes --context staging\n",
    .run = run_conformance,
};
