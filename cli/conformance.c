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
    {"dns",        conformance_dns       },
    {"postgres",   conformance_postgres  },
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
        {"--context",    0,   OPTION_TEXT, &order.context     },
        {"--kubeconfig", 0,   OPTION_TEXT, &order.kubeconfig  },
        {"--only",       0,   OPTION_TEXT, &order.only        },
        {"--corpus",     0,   OPTION_TEXT, &order.folder      },
        {"--output",     'o', OPTION_TEXT, &order.output      },
        {"--verbose",    'v', OPTION_FLAG, &order.is_verbose  },
        {"--target",     0,   OPTION_TEXT, &order.target      },
        {"--standby",    0,   OPTION_TEXT, &order.standby     },
        {"--user",       0,   OPTION_TEXT, &order.user        },
        {"--like",       0,   OPTION_TEXT, &order.likeness    },
        {"--key",        0,   OPTION_TEXT, &order.keys        },
        {"--record",     0,   OPTION_FLAG, &order.is_recording},
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
            code = usage_error(&VERB_CONFORMANCE, "say which corpus: kubernetes, dns or postgres");
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
    .summary = "ask a server what real servers were asked, and compare the answers",
    .help =
        "Usage: understudy conformance kubernetes|dns|postgres [FLAG]...\n"
        "\n"
        "Plays a parity corpus: exchanges that were recorded from real servers, each with the answer that it must get again, but\n"
        "for what a server chooses by itself (uids, times, serials). Without a target the fake in this program is asked, in\n"
        "simulated time. docs/parity.md, parity-dns.md and parity-postgres.md have the form of a case and what is known to differ.\n"
        "\n"
        "      --only TEXT            only cases whose name has TEXT in it\n"
        "      --corpus DIR           the folder with cases/ and known.yaml\n"
        "  -o, --output text|json     a line for each file of cases (text), or one JSON document at the end\n"
        "  -v, --verbose              each exchange that does not pass, with every difference\n"
        "\n"
        "kubernetes: on a cluster, objects are made only in namespaces called understudy-conformance-..., which are deleted at the\n"
        "end of each case, also on Ctrl-C; what is about the whole cluster, or what its controllers act on, is skipped.\n"
        "\n"
        "      --context NAME         the cluster of this context\n"
        "      --kubeconfig FILE      instead of $KUBECONFIG or ~/.kube/config\n"
        "\n"
        "dns: the fake is asked in each of its personalities. Another server must serve the corpus' zones with its keys, as\n"
        "conformance/fakes/dns/serve.sh starts one; what a case changed in the zone is changed back at its end.\n"
        "\n"
        "      --target IP:PORT       this server\n"
        "      --like bind|knot|nsd   which recorded answers it must give (bind)\n"
        "      --key FILE             the keys to sign with, instead of the corpus' own\n"
        "      --record               write the target's answers into the corpus as what is expected\n"
        "\n"
        "Of postgres:\n"
        "      --target IP:PORT       this primary, made for it (tests/tools/pg_pair.sh): slots are made and dropped there, and\n"
        "                             sessions ended. The password is $PGPASSWORD\n"
        "      --standby IP:PORT      and its standby; without one its cases are skipped\n"
        "      --user NAME            a superuser there (postgres)\n"
        "      --record               write what it answers into the files, in place of what must be\n"
        "\n"
        "Exit codes: 0 all pass but those that are known to fail, 1 another one fails or a known one passes, 2 usage, 5 could\n"
        "not work, 130 Ctrl-C.\n"
        "\n"
        "  understudy conformance kubernetes --only raw-05 -v\n"
        "  understudy conformance kubernetes --context staging\n"
        "  understudy conformance dns --only cookie -v\n"
        "  understudy conformance dns --target 127.0.0.1:5301 --like knot\n",
    .run = run_conformance,
};
