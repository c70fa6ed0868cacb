/*
 * tests/fakes/elastic/elastic_test.c - what Elasticsearch says of itself, as curl sees it.
 */
#include "fakes/elastic/elastic.h"

#include <stdlib.h>
#include <string.h>

#include "fakes/net/listener.h"
#include "fakes/net/pki.h"
#include "tests/fakes/net/client.h"
#include "tests/test.h"

static const struct {
    const char *name, *method, *path, *user_password;
    long status;
    const char *says;
} CASES[] = {
    {"who it is",        "GET",    "/",                "elastic:pw",    200, "\"number\":\"8."            },
    {"health",           "GET",    "/_cluster/health", "elastic:pw",    200, "\"status\":\"yellow\""      },
    {"shards",           "GET",    "/_cluster/health", "elastic:pw",    200, "\"active_primary_shards\":3"},
    {"nobody",           "GET",    "/",                NULL,            401, "security_exception"         },
    {"a wrong password", "GET",    "/_cluster/health", "elastic:guess", 401, "security_exception"         },
    {"no such index",    "GET",    "/nothing",         "elastic:pw",    404, "index_not_found_exception"  },
    {"a write",          "DELETE", "/_all",            "elastic:pw",    405, "method_not_allowed"         },
};

static void test_answers(void)
{
    static const char *const NAMES[] = {"es.test", NULL};
    Loop *loop = loop_new();
    Trace *trace = trace_new();
    Pki *pki = pki_new("understudy CA");
    Certificate *certificate =
        pki_issue(pki, &(CertificateOptions){.common_name = "es.test", .names = NAMES});
    SSL_CTX *tls = certificate_server_context(certificate, NULL);
    Elastic *elastic = elastic_new(&(ElasticOptions){.loop = loop,
                                                     .trace = trace,
                                                     .tls = tls,
                                                     .site = "elastic",
                                                     .user = "elastic",
                                                     .password = "pw",
                                                     .health = "yellow",
                                                     .shards = 3});
    Listener *listener = NULL;
    Client client;

    CHECK(listener_start(loop, "127.0.0.1", 0, elastic_accept, elastic, &listener, NULL));
    client_init(&client, loop, "es.test", listener_port(listener), pki);
    for (size_t i = 0; i < TEST_COUNT(CASES); i++) {
        ClientReply reply;

        client_fetch(&client,
                     &(ClientRequest){.method = CASES[i].method,
                                      .path = CASES[i].path,
                                      .user_password = CASES[i].user_password},
                     &reply);
        CHECK_CASE(CASES[i].name, reply.status == CASES[i].status);
        CHECK_CASE(CASES[i].name, reply.body.data && strstr(reply.body.data, CASES[i].says));
        client_reply_release(&reply);
    }
    client_release(&client);
    listener_stop(listener);
    elastic_free(elastic);
    loop_free(loop);
    SSL_CTX_free(tls);
    certificate_free(certificate);
    pki_free(pki);
    trace_free(trace);
}

TEST_SUITE("fakes/elastic/elastic", {"answers", test_answers});
