/*
 * tests/fakes/kubernetes/fault_test.c - an API server that shows the past, forgets, repeats itself, or whose certificates and clock
 * are wrong; asked by libcurl.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "fakes/kubernetes/server.h"
#include "fakes/net/listener.h"
#include "tests/fakes/kubernetes/fixture.h"
#include "tests/fakes/net/client.h"
#include "tests/test.h"

#define NS "/api/v1/namespaces/tsb/"

static const int64_t HOUR_MS = INT64_C(3600) * 1000;

typedef struct {
    Loop *loop;
    Trace *trace;
    Pki *pki;
    Certificate *certificate, *admin, *other;
    SSL_CTX *tls, *other_tls;
    KubeServer *server;
    KubeCluster *cluster;
    KubeEntrance *entrance;
    Listener *listener;
    Client client;
    FaultPoints points;
    Fault fault; /* what every call meets at fault_at */
    const char *fault_at;
    char evidence[200], refusal[100];
} Site;

static Fault ask(void *self, const FaultCall *call)
{
    const Site *site = self;
    bool is_there = site->fault_at != NULL && strcmp(site->fault_at, call->point) == 0;

    return is_there ? site->fault : (Fault){.kind = FAULT_NONE};
}

static void witness(void *self, const Fault *fault, const FaultCall *call, const char *evidence)
{
    Site *site = self;

    (void)fault;
    (void)call;
    snprintf(site->evidence, sizeof site->evidence, "%s", evidence);
}

static void on_refused(void *owner, const char *why)
{
    Site *site = owner;

    snprintf(site->refusal, sizeof site->refusal, "%s", why);
}

static Certificate *issue(Site *site, const char *name, int64_t not_after_ms)
{
    static const char *const NAMES[] = {"api.test", NULL};
    int64_t now = clock_wall_ms();

    return pki_issue(site->pki, &(CertificateOptions){.common_name = name,
                                                      .organization = "system:masters",
                                                      .names = NAMES,
                                                      .not_before_ms = now - 2 * HOUR_MS,
                                                      .not_after_ms = now + not_after_ms});
}

static void site_init(Site *site)
{
    Error err = {0};

    *site = (Site){.loop = loop_new(), .trace = trace_new(), .pki = pki_new("test CA")};
    site->certificate = issue(site, "api", HOUR_MS);
    site->admin = issue(site, "admin", HOUR_MS);
    site->tls = certificate_server_context(site->certificate, site->pki);
    site->points = (FaultPoints){.self = site, .ask = ask, .witness = witness};
    site->server = kube_server_new(&(KubeServerOptions){.loop = site->loop,
                                                        .trace = site->trace,
                                                        .tls = site->tls,
                                                        .faults = &site->points});
    site->cluster = fixture_cluster();
    kube_server_add(site->server, site->cluster);
    site->entrance = kube_server_entrance(site->server, kube_cluster_name(site->cluster));
    CHECK(listener_start(site->loop, "127.0.0.1", 0, kube_entrance_accept, site->entrance,
                         &site->listener, &err));
    client_init(&site->client, site->loop, "api.test", listener_port(site->listener), site->pki);
    site->client.certificate = site->admin;
}

static void site_release(Site *site)
{
    client_release(&site->client);
    listener_stop(site->listener);
    kube_server_free(site->server);
    kube_cluster_free(site->cluster);
    loop_free(site->loop);
    SSL_CTX_free(site->tls);
    SSL_CTX_free(site->other_tls);
    certificate_free(site->certificate);
    certificate_free(site->admin);
    certificate_free(site->other);
    pki_free(site->pki);
    trace_free(site->trace);
}

static void get(Site *site, const char *path, ClientReply *reply)
{
    client_fetch(&site->client, &(ClientRequest){.path = path}, reply);
}

/* Its answer's body, to be freed; the status goes to out_status. */
static char *body_of(Site *site, const char *path, long *out_status)
{
    ClientReply reply;
    char *text;

    get(site, path, &reply);
    *out_status = reply.status;
    text = memory_text(reply.body.data ? reply.body.data : "");
    client_reply_release(&reply);
    return text;
}

static void change(KubeCluster *cluster)
{
    fixture_merge(cluster, "configmaps", "old", KUBE_MAIN, "{'data':{'k':'new'}}", NULL);
    fixture_create(cluster, "configmaps", "{'metadata':{'name':'young'}}", NULL);
    kube_delete(cluster, "configmaps", "tsb", "gone", NULL, NULL, NULL);
}

/* ---- reads of the past ------------------------------------------------------------------------ */

static const struct {
    const char *name, *path;
    int64_t behind_ms;
    long status;
    const char *part, *absent;
    bool has_witness;
} READS[] = {
    {"an object as it was",        NS "configmaps/old",                                                INT64_MAX / 4, 200, "\"was\"",   "\"new\"",   true },
    {"one that is gone",           NS "configmaps/gone",                                               INT64_MAX / 4, 200, "\"gone\"",  NULL,        true },
    {"one that was not there yet", NS "configmaps/young",                                              INT64_MAX / 4, 404, "NotFound",  NULL,
     true                                                                                                                                                 },
    {"a list as it was",           NS "configmaps",                                                    INT64_MAX / 4, 200, "\"gone\"",  "\"young\"", true },
    {"a scale as it was",          "/apis/apps/v1/namespaces/tsb/deployments/tsb/scale",               INT64_MAX / 4, 200,
     "\"Scale\"",                                                                                                                       NULL,        false},
    {"a selection as it was",      NS "configmaps?labelSelector=a%3Db",                                INT64_MAX / 4, 200, "\"gone\"",
     "\"young\"",                                                                                                                                    true },
    {"nothing at all differs",     NS "secrets",                                                       INT64_MAX / 4, 200, "[]",        NULL,        false},
    {"a lag of nothing",           NS "configmaps/old",                                                0,             200, "\"new\"",   "\"was\"",   false},
    {"never older than asked for", NS "configmaps/old?resourceVersion=",                               INT64_MAX / 4, 200,
     "\"new\"",                                                                                                                         "\"was\"",   false},
    {"nor a list",                 NS "configmaps?resourceVersionMatch=NotOlderThan&resourceVersion=",
     INT64_MAX / 4,                                                                                                   200, "\"young\"", "\"gone\"",  false},
};

static void test_reads_of_the_past(void)
{
    for (size_t i = 0; i < TEST_COUNT(READS); i++) {
        bool wants_number = READS[i].path[strlen(READS[i].path) - 1] == '=';
        Site site;
        char *text, path[200];
        long status;

        site_init(&site);
        fixture_create(site.cluster, "deployments", FIXTURE_DEPLOYMENT, NULL);
        fixture_create(site.cluster, "configmaps", "{'metadata':{'name':'old'},'data':{'k':'was'}}",
                       NULL);
        fixture_create(site.cluster, "configmaps",
                       "{'metadata':{'name':'gone','labels':{'a':'b'}}}", NULL);
        free(body_of(&site, NS "configmaps",
                     &status)); /* what it was like before is nobody's past */
        change(site.cluster);
        site.fault = (Fault){.kind = FAULT_STALE, .behind_ms = READS[i].behind_ms};
        site.fault_at = "kube.request";
        snprintf(path, sizeof path, "%s", READS[i].path);
        if (wants_number)
            snprintf(path + strlen(path), sizeof path - strlen(path), "%lld",
                     (long long)kube_cluster_resource_version(site.cluster));
        text = body_of(&site, path, &status);
        CHECK_CASE(READS[i].name, status == READS[i].status);
        CHECK_CASE(READS[i].name, strstr(text, READS[i].part) != NULL);
        CHECK_CASE(READS[i].name, !READS[i].absent || !strstr(text, READS[i].absent));
        CHECK_CASE(READS[i].name, (*site.evidence != 0) == READS[i].has_witness);
        free(text);
        site_release(&site);
    }
}

/* ---- what is forgotten ------------------------------------------------------------------------ */

#define EXPIRED "\"reason\":\"Expired\",\"code\":410"

static const struct {
    const char *name, *path;
    long status;
    const char *part;
} FORGOTTEN[] = {
    {"a list",                        NS "configmaps",                                              410,
     "The resourceVersion for the provided list is too old.\"," EXPIRED                                                                    },
    {"a token offers another one",
     NS
     "configmaps?limit=1&continue=eyJ2IjoibWV0YS5rOHMuaW8vdjEiLCJydiI6MSwic3RhcnQiOiJhXHUwMDAwIn0", 410, "\"metadata\":{\"continue\":\"eyJ"},
    {"a watch begins, and says so",   NS "configmaps?watch=1&resourceVersion=1",                    200,
     "{\"type\":\"ERROR\",\"object\":"                                                                                                     },
    {"in the words of a real server", NS "configmaps?watch=1&resourceVersion=1",                    200,
     "\"too old resource version: 1 ("                                                                                                     },
    {"an object knows no such thing", NS "configmaps/a",                                            410, EXPIRED                           },
};

static void test_what_is_forgotten(void)
{
    for (size_t i = 0; i < TEST_COUNT(FORGOTTEN); i++) {
        Site site;
        char *text;
        long status;

        site_init(&site);
        fixture_create(site.cluster, "configmaps", "{'metadata':{'name':'a'}}", NULL);
        site.fault = (Fault){.kind = FAULT_FAIL, .code = 410};
        site.fault_at = "kube.request";
        text = body_of(&site, FORGOTTEN[i].path, &status);
        CHECK_CASE(FORGOTTEN[i].name, status == FORGOTTEN[i].status);
        CHECK_CASE(FORGOTTEN[i].name, strstr(text, FORGOTTEN[i].part) != NULL);
        CHECK_CASE(FORGOTTEN[i].name, *site.evidence != 0);
        free(text);
        site_release(&site);
    }
}

/* ---- watches ---------------------------------------------------------------------------------- */

static void on_answered(void *owner)
{
    change(((Site *)owner)->cluster);
}

static int count(const char *text, const char *part)
{
    int found = 0;

    for (; (text = strstr(text, part)) != NULL; text++)
        found++;
    return found;
}

static void test_an_event_comes_twice(void)
{
    Site site;
    ClientReply reply;

    site_init(&site);
    fixture_create(site.cluster, "configmaps", "{'metadata':{'name':'old'}}", NULL);
    fixture_create(site.cluster, "configmaps", "{'metadata':{'name':'gone'}}", NULL);
    site.fault = (Fault){.kind = FAULT_REPEAT};
    site.fault_at = "kube.watch";
    client_fetch(&site.client,
                 &(ClientRequest){.path =
                                      NS "configmaps?watch=1&resourceVersion=0&timeoutSeconds=1",
                                  .on_answered = on_answered,
                                  .owner = &site},
                 &reply);
    CHECK_INTEGER(count(reply.body.data, "\"MODIFIED\""), 2);
    CHECK_INTEGER(count(reply.body.data, "\"ADDED\""), 2 + 2); /* what there is is told once */
    CHECK_INTEGER(count(reply.body.data, "\"DELETED\""), 2);
    CHECK_TEXT(site.evidence, "watch event sent twice");
    client_reply_release(&reply);
    site_release(&site);
}

/* ---- certificates and clocks ------------------------------------------------------------------ */

static void test_a_server_certificate_that_has_expired(void)
{
    Site site;
    ClientReply reply;
    CertificateRefusal refusal = {on_refused, &site};

    site_init(&site);
    site.other = issue(&site, "api", -HOUR_MS);
    site.other_tls = certificate_server_context(site.other, site.pki);
    certificate_on_refused(site.other_tls, &refusal);
    kube_entrance_show(site.entrance, site.other_tls);
    get(&site, "/version", &reply);
    CHECK_INTEGER(reply.code, CURLE_PEER_FAILED_VERIFICATION);
    client_reply_release(&reply);
    kube_entrance_show(site.entrance, NULL);
    get(&site, "/version", &reply); /* which turns the loop, so that the alert is heard */
    CHECK_INTEGER(reply.status, 200);
    CHECK_TEXT(site.refusal, "certificate expired");
    client_reply_release(&reply);
    site_release(&site);
}

/* The clock decides, at each request: over the same connection the same certificate is good, and then is not. */
static void test_a_client_certificate_that_expires(void)
{
    static const struct {
        const char *name;
        int64_t ahead_ms;
        long status;
    } CASES[] = {
        {"valid",     0,         200},
        {"expired",   7200000,   401},
        {"not yet",   -10800000, 401},
        {"once more", 0,         200},
    };
    Site site;
    ClientReply reply;

    site_init(&site);
    for (size_t i = 0; i < TEST_COUNT(CASES); i++) {
        kube_cluster_set_clock(site.cluster, CASES[i].ahead_ms);
        get(&site, NS "configmaps", &reply);
        CHECK_CASE(CASES[i].name, reply.status == CASES[i].status);
        CHECK_CASE(CASES[i].name, reply.new_connections == (i == 0));
        client_reply_release(&reply);
    }
    site_release(&site);
}

static void test_a_client_that_comes_with_an_expired_certificate(void)
{
    Site site;
    ClientReply reply;

    site_init(&site);
    site.other = issue(&site, "late", -HOUR_MS);
    site.client.certificate = site.other;
    get(&site, NS "configmaps", &reply);
    CHECK_INTEGER(reply.code, CURLE_OK);
    CHECK_INTEGER(reply.status, 401);
    client_reply_release(&reply);
    site_release(&site);
}

static void test_a_clock_that_is_wrong(void)
{
    Site site;
    ClientReply reply;
    const char *date;
    int64_t date_ms = 0, made_ms = 0;

    site_init(&site);
    kube_cluster_set_clock(site.cluster, HOUR_MS / 2);
    get(&site, "/version", &reply);
    date = strstr(reply.head.data, "Date: ");
    if (CHECK(date != NULL)) {
        char *text = memory_text_of(date + 6, strcspn(date + 6, "\r"));

        CHECK(clock_parse(text, &date_ms));
        free(text);
    }
    CHECK(date_ms > clock_wall_ms() + HOUR_MS / 4);
    client_reply_release(&reply);
    fixture_create(site.cluster, "configmaps", "{'metadata':{'name':'a'}}", NULL);
    CHECK(clock_parse(json_string(fixture_find(site.cluster, "configmaps", "a"),
                                  "metadata/creationTimestamp"),
                      &made_ms));
    CHECK(made_ms > clock_wall_ms() + HOUR_MS / 4);
    site_release(&site);
}

TEST_SUITE("fakes/kubernetes/fault", {"reads of the past", test_reads_of_the_past},
           {"what is forgotten", test_what_is_forgotten},
           {"an event comes twice", test_an_event_comes_twice},
           {"a server certificate that has expired", test_a_server_certificate_that_has_expired},
           {"a client certificate that expires", test_a_client_certificate_that_expires},
           {"a client that comes with an expired certificate",
            test_a_client_that_comes_with_an_expired_certificate},
           {"a clock that is wrong", test_a_clock_that_is_wrong});
