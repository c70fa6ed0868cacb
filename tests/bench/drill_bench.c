/*
 * tests/bench/drill_bench.c - what a whole drill costs: a planned failover of ten simulated minutes, with its world, engine and judge.
 *
 * Each drill is a process of its own, as in `understudy run`, kept on one processor. The aims: 10 000 times faster than real time with 100
 * control planes, and less than a second with 1 000. What the same machine needs for an empty process and for a bare TLS handshake (both
 * ends, certificate checked) is measured beside it, so that a slow machine is not taken for a slow program.
 */
#include <assert.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/memory.h"
#include "fakes/net/pki.h"
#include "scenarios/runner.h"

enum { SEED = 7, PROCESSES = 200, HANDSHAKES = 200 };

static const struct {
    const char *name;
    int control_planes, drills;
} DRILLS[] = {
    {"drill-2",    2,    9},
    {"drill-100",  100,  9},
    {"drill-1000", 1000, 3},
};
#define COUNT(rows) (sizeof(rows) / sizeof *(rows))

/* ------------------------------------------------------------------------------------------------------ references */

static void wait_for(pid_t child)
{
    int status;

    if (waitpid(child, &status, 0) != child || !WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        fprintf(stderr, "a child ended with status %d\n", status);
        exit(1);
    }
}

static void measure_processes(void)
{
    int64_t begun_ns = clock_real_ns();

    for (int i = 0; i < PROCESSES; i++) {
        pid_t child = fork();

        if (child == 0)
            _exit(0);
        wait_for(child);
    }
    printf("reference: an empty process             %10.3f ms\n",
           (double)(clock_real_ns() - begun_ns) / 1e6 / PROCESSES);
}

/* Client and server talk through memory until both are done. */
static void shake_hands(SSL_CTX *server_context, SSL_CTX *client_context)
{
    SSL *server = SSL_new(server_context), *client = SSL_new(client_context);
    BIO *one = NULL, *other = NULL;
    bool is_done = false;

    BIO_new_bio_pair(&one, 65536, &other, 65536);
    SSL_set_bio(server, one, one);
    SSL_set_bio(client, other, other);
    SSL_set_accept_state(server);
    SSL_set_connect_state(client);
    for (int turn = 0; turn < 10 && !is_done; turn++) {
        is_done = SSL_do_handshake(client) == 1;
        is_done = SSL_do_handshake(server) == 1 && is_done;
    }
    assert(is_done && SSL_get_verify_result(client) == X509_V_OK);
    SSL_free(server);
    SSL_free(client);
}

static double measure_handshakes(void)
{
    Pki *pki = pki_new("a bench");
    Certificate *certificate = pki_issue(pki, &(CertificateOptions){.common_name = "server"});
    SSL_CTX *server = certificate_server_context(certificate, NULL);
    SSL_CTX *client = SSL_CTX_new(TLS_client_method());
    BIO *pem = BIO_new_mem_buf(pki_ca_pem(pki), -1);
    X509 *ca = PEM_read_bio_X509(pem, NULL, NULL, NULL);
    int64_t begun_ns;
    double ms;

    X509_STORE_add_cert(SSL_CTX_get_cert_store(client), ca);
    SSL_CTX_set_verify(client, SSL_VERIFY_PEER, NULL);
    begun_ns = clock_real_ns();
    for (int i = 0; i < HANDSHAKES; i++)
        shake_hands(server, client);
    ms = (double)(clock_real_ns() - begun_ns) / 1e6 / HANDSHAKES;
    printf("reference: a TLS handshake, both ends   %10.3f ms\n", ms);
    X509_free(ca);
    BIO_free(pem);
    SSL_CTX_free(client);
    SSL_CTX_free(server);
    certificate_free(certificate);
    pki_free(pki);
    return ms;
}

/* ---------------------------------------------------------------------------------------------------------- drills */

static char *write_scenario(const char *folder, const char *name, int control_planes)
{
    char *path = memory_format("%s/%s.yaml", folder, name);
    char *text = memory_format("apiVersion: understudy.dev/v1\n"
                               "kind: Scenario\n"
                               "metadata: {name: %s}\n"
                               "story: [A planned failover.]\n"
                               "world: {controlPlanes: %d}\n"
                               "run: {procedure: failover, mode: planned, after: 5m}\n"
                               "expect: {outcome: completed, clusters: {synced: %d}}\n",
                               name, control_planes, control_planes);
    Error err = {0};

    if (!file_write(path, text, strlen(text), 0644, &err)) {
        fprintf(stderr, "%s\n", err.message);
        exit(1);
    }
    free(text);
    return path;
}

/* Milliseconds of real time, from the fork until the process is gone. */
static double play(const char *folder, const char *path)
{
    int64_t begun_ns = clock_real_ns();
    pid_t child = fork();

    if (child == 0)
        _exit(run_result_exit_code(runner_run_here(
            &(RunnerOptions){.runs_folder = folder, .program = "bench", .seed = SEED}, path)));
    wait_for(child);
    return (double)(clock_real_ns() - begun_ns) / 1e6;
}

static int by_size(const void *a, const void *b)
{
    double one = *(const double *)a, other = *(const double *)b;

    return (one > other) - (one < other);
}

static int64_t simulated_ms(const char *folder, const char *name)
{
    char *path = memory_format("%s/%s-%d.run", folder, name, SEED);
    RecordedRun run;
    Error err = {0};
    int64_t ms;

    if (!run_file_read(path, &run, &err)) {
        fprintf(stderr, "%s\n", err.message);
        exit(1);
    }
    ms = json_integer_or(run.end, "simulatedMs", 0);
    recorded_run_release(&run);
    free(path);
    return ms;
}

static void measure_drill(const char *folder, size_t row, double handshake_ms)
{
    char *path = write_scenario(folder, DRILLS[row].name, DRILLS[row].control_planes);
    double real_ms[16] = {0}, median_ms;
    int64_t simulated;

    for (int i = 0; i < DRILLS[row].drills; i++)
        real_ms[i] = play(folder, path);
    qsort(real_ms, (size_t)DRILLS[row].drills, sizeof *real_ms, by_size);
    median_ms = real_ms[DRILLS[row].drills / 2];
    simulated = simulated_ms(folder, DRILLS[row].name);
    printf(
        "a drill, %4d control planes            %10.3f ms (best %.3f, worst %.3f); %lld s simulated, "
        "%.0f times real time, as long as %.0f handshakes\n",
        DRILLS[row].control_planes, median_ms, real_ms[0], real_ms[DRILLS[row].drills - 1],
        (long long)(simulated / 1000), (double)simulated / median_ms, median_ms / handshake_ms);
    free(path);
}

static void stay_on_one_processor(void)
{
    cpu_set_t allowed, first;

    if (sched_getaffinity(0, sizeof allowed, &allowed) != 0)
        return;
    CPU_ZERO(&first);
    for (int i = 0; i < CPU_SETSIZE; i++) {
        if (CPU_ISSET(i, &allowed)) {
            CPU_SET(i, &first);
            break;
        }
    }
    sched_setaffinity(0, sizeof first, &first);
}

int main(void)
{
    char folder[] = "/tmp/understudy-drill-bench-XXXXXX";
    char *command;
    double handshake_ms;

    if (!mkdtemp(folder))
        return 1;
    stay_on_one_processor();
    measure_processes();
    handshake_ms = measure_handshakes();
    for (size_t i = 0; i < COUNT(DRILLS); i++)
        measure_drill(folder, i, handshake_ms);
    command = memory_format("rm -r '%s'", folder);
    if (system(command) != 0)
        return 1;
    free(command);
    return 0;
}
