/*
 * tests/sim/topology_test.c - rules of the network: newest first, by pair and port, with a count for the witness.
 */
#include "sim/topology.h"

#include "tests/test.h"

static void test_without_rules(void)
{
    Topology *topology = topology_new(7), *same = topology_new(7);
    NetworkVerdict verdict = topology_ask(topology, "desk", "mp1", 443);

    CHECK(verdict.fate == NETWORK_DELIVER);
    CHECK(verdict.delay_ms >= 1 && verdict.delay_ms <= 5);
    topology_ask(same, "cp-0001", "mp2", 443);
    CHECK_INTEGER(topology_ask(same, "desk", "mp1", 443).delay_ms, verdict.delay_ms);
    CHECK_INTEGER(topology_ask(topology, "mp1", "mp1", 443).delay_ms, 0);
    topology_set_latency(topology, &(Span){100, 100});
    CHECK_INTEGER(topology_ask(topology, "desk", "mp1", 443).delay_ms, 100);
    topology_free(same);
    topology_free(topology);
}

static const struct {
    const char *name, *from, *to;
    uint16_t port;
    NetworkFate fate;
} ASKED[] = {
    {"newest rule wins",           "mp2",     "mp1", 5432, NETWORK_REFUSE   },
    {"older rule for other ports", "mp2",     "mp1", 443,  NETWORK_BLACKHOLE},
    {"the other direction",        "mp1",     "mp2", 5432, NETWORK_DELIVER  },
    {"star for every site",        "cp-0001", "dns", 53,   NETWORK_RESET    },
    {"names that begin so",        "cp-0017", "mp2", 443,  NETWORK_BLACKHOLE},
    {"names that do not",          "desk",    "mp2", 443,  NETWORK_DELIVER  },
};

static void test_rules(void)
{
    Topology *topology = topology_new(7);

    topology_add(topology, "mp2", "mp1", 0, NETWORK_BLACKHOLE, 0);
    topology_add(topology, "mp2", "mp1", 5432, NETWORK_REFUSE, 0);
    topology_add(topology, "*", "dns", 0, NETWORK_RESET, 0);
    topology_add(topology, "cp-*", "mp2", 0, NETWORK_BLACKHOLE, 0);
    for (size_t i = 0; i < TEST_COUNT(ASKED); i++)
        CHECK_CASE(ASKED[i].name,
                   topology_ask(topology, ASKED[i].from, ASKED[i].to, ASKED[i].port).fate ==
                       ASKED[i].fate);
    topology_free(topology);
}

static void test_one_transport(void)
{
    Topology *topology = topology_new(7);
    int streams = topology_add(topology, "desk", "dns", 0, NETWORK_REFUSE, 0);

    topology_limit(topology, streams, NETWORK_STREAM);
    CHECK(topology_ask(topology, "desk", "dns", 53).fate == NETWORK_REFUSE);
    CHECK(topology_ask_by(topology, NETWORK_DATAGRAMS, "desk", "dns", 53).fate == NETWORK_DELIVER);
    CHECK_INTEGER(topology_hits(topology, streams), 1);
    topology_free(topology);
}

static void on_change(void *owner)
{
    ++*(int *)owner;
}

static void test_coming_and_going(void)
{
    Topology *topology = topology_new(7);
    int told = 0, slow, cut;

    topology_listen(topology, on_change, &told);
    slow = topology_add(topology, "desk", "mp1", 0, NETWORK_DELIVER, 1000);
    cut = topology_add(topology, "desk", "mp1", 0, NETWORK_BLACKHOLE, 0);
    topology_ask(topology, "desk", "mp1", 443);
    topology_ask(topology, "desk", "mp1", 443);
    topology_remove(topology, cut);
    topology_remove(topology, cut);
    CHECK(topology_ask(topology, "desk", "mp1", 443).fate == NETWORK_DELIVER);
    CHECK(topology_ask(topology, "desk", "mp1", 443).delay_ms > 1000);
    CHECK_INTEGER(topology_hits(topology, cut), 2);
    CHECK_INTEGER(topology_hits(topology, slow), 2);
    CHECK_INTEGER(told, 3);
    topology_unlisten(topology, on_change, &told);
    topology_remove(topology, slow);
    CHECK_INTEGER(told, 3);
    topology_free(topology);
}

TEST_SUITE("sim/topology", {"without rules", test_without_rules}, {"rules", test_rules},
           {"a rule for streams alone", test_one_transport},
           {"rules come and go", test_coming_and_going});
