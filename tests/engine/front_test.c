/*
 * tests/engine/front_test.c - TSB's API with a token: logged in for once, kept, got anew when it has expired, and refused as it should be.
 */
#include "engine/front.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "engine/observations.h"
#include "engine/secret.h"
#include "tests/engine/small_world.h"
#include "tests/test.h"

static const char STATUS[] = "/v2/organizations/tetrate/status";

typedef struct {
    SmallWorld small;
    Environment environment;
    Operation operation;
    char ip[64];
    int logins; /* that were answered, of any status */
} Bench;

static void on_event(void *owner, const TraceEvent *event)
{
    Bench *bench = owner;

    if (strcmp(event->kind, "front.request") == 0 &&
        strcmp(json_string_or(event->data, "path", ""), "/v2/login") == 0)
        bench->logins++;
}

/* Afresh, as a new process would begin. */
static void open_operation(Bench *bench)
{
    Error err = {0};
    char address[256];

    operation_close(&bench->operation);
    bench->operation = (Operation){.loop = bench->small.loop,
                                   .trace = bench->small.trace,
                                   .environment = &bench->environment};
    random_init(&bench->operation.random, 1, "front");
    bench->logins = 0;
    CHECK(operation_open(&bench->operation, &err));
    CHECK_TEXT(err.message, "");
    CHECK(see_load_balancer(&bench->operation.planes[0], address, &err) &&
          see_ip(&bench->operation, address, bench->ip, &err));
}

static int status_of(Bench *bench)
{
    Error err = {0};
    int status = 0;

    CHECK(see_front(&bench->operation, &bench->operation.planes[0], bench->ip, STATUS, &status,
                    NULL, &err));
    CHECK_TEXT(err.message, "");
    return status;
}

static void test_log_in(Bench *bench)
{
    bench->environment.front.uses_token = true;
    bench->environment.front.login_path = "/v2/login";
    open_operation(bench);
    CHECK_INTEGER(status_of(bench), 200);
    CHECK_INTEGER(status_of(bench), 200);
    CHECK_INTEGER(bench->logins, 1);
    loop_wait(bench->small.loop, 7200000, NULL);
    CHECK_INTEGER(status_of(bench), 200);
    CHECK_INTEGER(bench->logins, 2);
}

/* A refused login is asked for once for each request, and is what the request is answered. */
static void test_refused(Bench *bench)
{
    open_operation(bench);
    secret_forget(bench->operation.front_password);
    bench->operation.front_password = memory_text("wrong");
    CHECK_INTEGER(status_of(bench), 401);
    CHECK_INTEGER(bench->logins, 1);
    bench->environment.front.login_path = "/there/is/no/login";
    CHECK_INTEGER(status_of(bench), 401);
}

/* Somebody else keeps the file current. */
static void test_file(Bench *bench)
{
    char *path = memory_format("%s/token", bench->small.folder), *good = NULL;

    bench->environment.front.login_path = "/v2/login";
    open_operation(bench);
    CHECK_INTEGER(status_of(bench), 200);
    good = memory_text(bench->operation.front_tokens[0]);
    bench->environment.front.login_path = NULL;
    bench->environment.front.token_file = path;
    bench->environment.front.password_file = NULL;
    CHECK(file_write(path, "no token\n", 9, 0600, NULL));
    open_operation(bench);
    CHECK_INTEGER(status_of(bench), 401);
    CHECK(file_write(path, good, strlen(good), 0600, NULL));
    CHECK_INTEGER(status_of(bench), 200);
    CHECK(file_write(path, "no token\n", 9, 0600, NULL));
    CHECK_INTEGER(status_of(bench), 200);
    CHECK_INTEGER(bench->logins, 0);
    free(good);
    free(path);
}

static void test_front(void)
{
    Bench bench = {0};

    small_world_open(&bench.small);
    small_world_environment(&bench.small, &bench.environment);
    trace_listen(bench.small.trace, on_event, &bench);
    test_log_in(&bench);
    test_refused(&bench);
    test_file(&bench);
    operation_close(&bench.operation);
    environment_release(&bench.environment);
    small_world_close(&bench.small);
}

TEST_SUITE("engine/front", {"front", test_front});
