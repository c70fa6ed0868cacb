/*
 * cli/builtin_fake.c - the fake API server in the same process, in simulated time, as a target for the parity corpus.
 */
#include "cli/builtin_fake.h"

#include <stdlib.h>

#include "base/memory.h"
#include "fakes/kubernetes/access/audit.h"
#include "fakes/kubernetes/server.h"
#include "sim/seam/seam.h"

enum { PORT = 6443, SEED = 1 };
static const char ADDRESS[] = "127.77.0.1";
static const int64_t BEGIN_MS = 1795219200000; /* a day in the time of the recordings: 2026-11-21 */

struct BuiltinFake {
    Loop *loop;
    Trace *trace;
    Pki *pki;
    Certificate *certificate;
    SSL_CTX *tls;
    KubeServer *server;
    KubeAudit *audit;
    KubeCluster *cluster; /* of the case that is played */
    char *url;
};

Loop *builtin_fake_loop(BuiltinFake *fake)
{
    return fake->loop;
}

BuiltinFake *builtin_fake_new(void)
{
    static const char *const NAMES[] = {ADDRESS, NULL};
    BuiltinFake *fake = MEMORY_NEW(BuiltinFake);

    seam_simulate(&(SeamOptions){.seed = SEED, .start_wall_ms = BEGIN_MS, .from = "desk"});
    fake->loop = loop_new();
    fake->pki = pki_new("parity");
    fake->certificate =
        pki_issue(fake->pki, &(CertificateOptions){.common_name = "api", .names = NAMES});
    if (!kube_audit_open(SEED, NULL, &fake->audit, NULL))
        fake->audit = NULL; /* without a file nothing can fail */
    fake->tls = certificate_server_context(fake->certificate, fake->pki);
    return fake;
}

/* A server for each case: it keeps what it was given until its end. */
bool builtin_fake_begin(BuiltinFake *fake, const char *case_name, ParityTarget *out_target)
{
    Random random;

    random_init(&random, SEED, case_name);
    fake->trace = trace_new();
    fake->server = kube_server_new(
        &(KubeServerOptions){.loop = fake->loop, .trace = fake->trace, .tls = fake->tls});
    fake->cluster = kube_cluster_new("parity", &random);
    kube_cluster_without(fake->cluster, "kubegres.reactive-tech.io", "kubegres");
    kube_server_add(fake->server, fake->cluster);
    kube_server_audit(fake->server, fake->audit);
    kube_server_add_token(fake->server, &(KubeTokenUser){.token = "admin-token",
                                                         .user = "admin",
                                                         .groups = "system:masters"});
    kube_server_add_token(fake->server, &(KubeTokenUser){.token = "limited-token",
                                                         .user = "limited",
                                                         .uid = "uid-limited",
                                                         .groups = "lab"});
    seam_listen(ADDRESS, PORT, false, "parity", kube_entrance_accept,
                kube_server_entrance(fake->server, "parity"));
    fake->url = memory_format("https://%s:%d", ADDRESS, PORT);
    *out_target = (ParityTarget){.url = fake->url,
                                 .trust.ca_pem = pki_ca_pem(fake->pki),
                                 .admin_token = "admin-token",
                                 .limited_token = "limited-token"};
    return true;
}

void builtin_fake_collect(BuiltinFake *fake)
{
    while (kube_collect(fake->cluster) > 0)
        ;
}

void builtin_fake_log(BuiltinFake *fake, const char *ns, const char *pod, const char *line)
{
    kube_log(fake->cluster, ns, pod, line);
}

void builtin_fake_end(BuiltinFake *fake)
{
    seam_unlisten(ADDRESS, PORT, false);
    kube_server_free(fake->server);
    loop_wait(fake->loop, 1, NULL); /* its connections close in the loop */
    kube_cluster_free(fake->cluster);
    trace_free(fake->trace);
    free(fake->url);
}

void builtin_fake_free(BuiltinFake *fake)
{
    loop_free(fake->loop);
    kube_audit_close(fake->audit);
    SSL_CTX_free(fake->tls);
    certificate_free(fake->certificate);
    pki_free(fake->pki);
    free(fake);
}
