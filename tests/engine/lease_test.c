/*
 * tests/engine/lease_test.c - two engines and one lease, against the API servers of a small world in simulated time.
 */
#include "engine/lease.h"

#include <stdio.h>
#include <string.h>

#include "tests/engine/small_world.h"
#include "tests/test.h"

/* An engine at its desk. */
typedef struct {
    Environment environment;
    Operation operation;
} Engine;

typedef struct {
    SmallWorld small;
    Loop *loop;
    Engine one, other;
} Bench;

static void engine_open(Bench *bench, Engine *engine, const char *holder)
{
    Error err = {0};

    small_world_environment(&bench->small, &engine->environment);
    engine->operation = (Operation){.loop = bench->loop, .environment = &engine->environment};
    random_init(&engine->operation.random, 7, holder);
    CHECK(operation_open(&engine->operation, &err));
    CHECK_TEXT(err.message, "");
    snprintf(engine->operation.holder, sizeof engine->operation.holder, "%s", holder);
    snprintf(engine->operation.run, sizeof engine->operation.run, "%s", holder);
}

static void engine_close(Engine *engine)
{
    operation_close(&engine->operation);
    environment_release(&engine->environment);
}

static void bench_open(Bench *bench)
{
    memset(bench, 0, sizeof *bench);
    small_world_open(&bench->small);
    bench->loop = bench->small.loop;
    engine_open(bench, &bench->one, "ann@desk/1");
    engine_open(bench, &bench->other, "bob@desk/2");
}

static void bench_close(Bench *bench)
{
    engine_close(&bench->one);
    engine_close(&bench->other);
    small_world_close(&bench->small);
}

static const char *holder_at(Engine *engine, int plane, bool *out_is_expired)
{
    static LeaseView view;

    CHECK(lease_see(&engine->operation, &engine->operation.planes[plane], &view, NULL));
    *out_is_expired = view.is_expired;
    return view.holder;
}

static bool is_held_by(Engine *engine, const char *holder)
{
    bool is_expired;

    return strcmp(holder_at(engine, 0, &is_expired), holder) == 0 && !is_expired &&
           strcmp(holder_at(engine, 1, &is_expired), holder) == 0 && !is_expired;
}

static cJSON *lease_at(Engine *engine, int plane)
{
    cJSON *lease = NULL;

    CHECK(kube_client_get(engine->operation.planes[plane].kube,
                          &(KubePath){.resource = "coordination.k8s.io/v1/leases",
                                      .ns = engine->environment.planes[plane].ns,
                                      .name = "understudy"},
                          &lease, NULL));
    return lease;
}

static int64_t transitions(Engine *engine)
{
    cJSON *lease = lease_at(engine, 0);
    int64_t count = json_integer_or(lease, "spec/leaseTransitions", -1);

    cJSON_Delete(lease);
    return count;
}

/* Free, taken, held against another one, kept, let go. */
static void test_one_after_the_other(Bench *bench)
{
    Error err = {0};
    bool is_expired;

    CHECK_TEXT(holder_at(&bench->one, 0, &is_expired), "");
    CHECK(lease_take(&bench->one.operation, &err));
    CHECK(bench->one.operation.has_lease);
    CHECK(is_held_by(&bench->other, "ann@desk/1"));
    CHECK(!lease_take(&bench->other.operation, &err));
    CHECK_INTEGER(err.code, ERR_CONFLICT);
    CHECK(strstr(err.message, "\"ann@desk/1\": another engine is at work") != NULL);
    CHECK(!bench->other.operation.has_lease);
    bench->other.operation.consent.of[CONSENT_TAKE_OVER].yes =
        true; /* which is about expired ones */
    CHECK(!lease_take(&bench->other.operation, NULL));
    CHECK(is_held_by(&bench->one, "ann@desk/1"));
    lease_release(&bench->other.operation); /* it has none to let go */
    CHECK(is_held_by(&bench->one, "ann@desk/1"));
    lease_release(&bench->one.operation);
    CHECK_TEXT(holder_at(&bench->one, 0, &is_expired), "");
    CHECK_TEXT(holder_at(&bench->one, 1, &is_expired), "");
    CHECK(lease_take(&bench->other.operation, NULL));
    CHECK(is_held_by(&bench->one, "bob@desk/2"));
    lease_release(&bench->other.operation);
    bench->other.operation.consent.of[CONSENT_TAKE_OVER].yes = false;
}

static void test_kept_by_renewing(Bench *bench)
{
    int64_t renewals = 0;

    CHECK(lease_take(&bench->one.operation, NULL));
    for (int64_t second = 0; second < 180; second++) {
        int64_t before = bench->one.operation.lease_renewed_ms;

        loop_wait(bench->loop, 1000, NULL);
        CHECK(lease_keep(&bench->one.operation, NULL));
        renewals += bench->one.operation.lease_renewed_ms != before;
    }
    CHECK(renewals >= 15 && renewals <= 18);
    CHECK(is_held_by(&bench->other, "ann@desk/1"));
    CHECK(!lease_take(&bench->other.operation, NULL));
    lease_release(&bench->one.operation);
}

/* A crashed engine's lease: only a person may say that it is dead, and only once it has been silent for long enough. */
static void test_expired(Bench *bench)
{
    Error err = {0};
    int64_t before;
    bool is_expired;

    CHECK(lease_take(&bench->one.operation, NULL));
    before = transitions(&bench->one);
    loop_wait(bench->loop, 59000, NULL);
    holder_at(&bench->other, 0, &is_expired);
    CHECK(!is_expired);
    loop_wait(bench->loop, 3000, NULL);
    holder_at(&bench->other, 0, &is_expired); /* their clock may be behind ours */
    CHECK(!is_expired);
    loop_wait(bench->loop, 60000, NULL);
    CHECK_TEXT(holder_at(&bench->other, 0, &is_expired), "ann@desk/1");
    CHECK(is_expired);
    CHECK(!lease_take(&bench->other.operation, &err));
    CHECK_INTEGER(err.code, ERR_CONFLICT);
    CHECK(strstr(err.message, "--take-over") != NULL);
    bench->other.operation.consent.of[CONSENT_TAKE_OVER].yes = true;
    CHECK(lease_take(&bench->other.operation, NULL));
    bench->other.operation.consent.of[CONSENT_TAKE_OVER].yes = false;
    CHECK(is_held_by(&bench->one, "bob@desk/2"));
    CHECK_INTEGER(transitions(&bench->one), before + 1);

    /* The first one was not dead, only slow: from here on it must not act, and it takes nothing away. */
    err = (Error){0};
    CHECK(!lease_keep(&bench->one.operation, &err));
    CHECK_INTEGER(err.code, ERR_CONFLICT);
    CHECK(strstr(err.message, "bob@desk/2") != NULL);
    lease_release(&bench->one.operation);
    CHECK(is_held_by(&bench->other, "bob@desk/2"));
    lease_release(&bench->other.operation);
}

/* The other engine is to be a later process of the run that the first one began. */
static void resume_as_other(Bench *bench, bool is_predecessor_gone)
{
    snprintf(bench->other.operation.run, sizeof bench->other.operation.run, "%s",
             bench->one.operation.run);
    bench->other.operation.is_predecessor_gone = is_predecessor_gone;
}

/* It resumes with the very journal of a process that is therefore gone: there is nobody to wait for. */
static void test_resumed(Bench *bench)
{
    int64_t before;

    CHECK(lease_take(&bench->one.operation, NULL));
    before = transitions(&bench->one);
    resume_as_other(bench, true);
    CHECK(lease_take(&bench->other.operation, NULL));
    CHECK(is_held_by(&bench->one, "bob@desk/2"));
    CHECK_INTEGER(transitions(&bench->one), before + 1);
    lease_release(&bench->other.operation);
    lease_release(&bench->one.operation);
}

/* With a copy of the journal: the first process may be alive, and as long as it renews, it is the one that acts. */
static void test_resumed_from_a_copy(Bench *bench)
{
    Error err = {0};

    CHECK(lease_take(&bench->one.operation, NULL));
    resume_as_other(bench, false);
    for (int i = 0; i < 10; i++) {
        loop_wait(bench->loop, 15000, NULL);
        CHECK(lease_keep(&bench->one.operation, NULL));
        CHECK(!lease_take(&bench->other.operation, &err));
        CHECK_INTEGER(err.code, ERR_CONFLICT);
    }
    CHECK(strstr(err.message, "may still be alive") != NULL);

    loop_wait(bench->loop, 50000, NULL); /* silent, but not for as long as the lease lasts */
    CHECK(!lease_take(&bench->other.operation, NULL));
    CHECK(!lease_is_safe(&bench->one.operation));
    loop_wait(bench->loop, 11000, NULL);
    CHECK(lease_take(&bench->other.operation, NULL));
    CHECK(is_held_by(&bench->one, "bob@desk/2"));
    CHECK(!lease_keep(&bench->one.operation, NULL));
    CHECK(!lease_is_safe(&bench->one.operation));
    lease_release(&bench->one.operation);
    CHECK(is_held_by(&bench->one, "bob@desk/2"));
    lease_release(&bench->other.operation);
    snprintf(bench->other.operation.run, sizeof bench->other.operation.run, "bob@desk/2");
}

/* Who has not been heard for nearly as long as the lease lasts renews it before anything else. */
static void test_safe_to_act(Bench *bench)
{
    CHECK(lease_is_safe(&bench->one.operation)); /* nothing to lose */
    CHECK(lease_take(&bench->one.operation, NULL));
    loop_wait(bench->loop, 49000, NULL);
    CHECK(lease_is_safe(&bench->one.operation));
    loop_wait(bench->loop, 2000, NULL);
    CHECK(!lease_is_safe(&bench->one.operation));
    CHECK(lease_keep(&bench->one.operation, NULL));
    CHECK(lease_is_safe(&bench->one.operation));
    lease_release(&bench->one.operation);
}

/* A person who stops the engine does not keep the next one out. */
static void test_released_while_stopping(Bench *bench)
{
    bool stop = true, is_expired;

    CHECK(lease_take(&bench->one.operation, NULL));
    https_client_stop_on(bench->one.operation.https, &stop);
    for (int i = 0; i < 2; i++)
        kube_client_stop_on(bench->one.operation.planes[i].kube, &stop);
    lease_release(&bench->one.operation);
    CHECK_TEXT(holder_at(&bench->other, 0, &is_expired), "");
    CHECK_TEXT(holder_at(&bench->other, 1, &is_expired), "");
}

/* Held in one cluster only: the other one's is not touched, or both engines would think they have it. */
static void test_half_held(Bench *bench)
{
    cJSON *patch = cJSON_CreateObject();
    Error err = {0};
    bool is_expired;

    CHECK(lease_take(&bench->other.operation, NULL));
    json_put(patch, "spec/holderIdentity", cJSON_CreateNull());
    CHECK(kube_client_merge(bench->other.operation.planes[0].kube,
                            &(KubePath){.resource = "coordination.k8s.io/v1/leases",
                                        .ns = bench->other.environment.planes[0].ns,
                                        .name = "understudy"},
                            patch, NULL, NULL));
    CHECK(!lease_take(&bench->one.operation, &err));
    CHECK_INTEGER(err.code, ERR_CONFLICT);
    CHECK_TEXT(holder_at(&bench->one, 0, &is_expired), "");
    CHECK_TEXT(holder_at(&bench->one, 1, &is_expired), "bob@desk/2");
    CHECK(lease_take(&bench->other.operation, NULL));
    lease_release(&bench->other.operation);
    cJSON_Delete(patch);
}

/* Somebody's annotation is no other engine. */
static void test_touched_by_somebody(Bench *bench)
{
    for (int i = 0; i < 5; i++) {
        cJSON *patch = cJSON_CreateObject(), *lease;
        Error err = {0};

        CHECK(i > 0 || lease_take(&bench->one.operation, NULL));
        json_put_string(patch, "metadata/annotations/note", i % 2 ? "a" : "b");
        CHECK(kube_client_merge(bench->other.operation.planes[i % 2].kube,
                                &(KubePath){.resource = "coordination.k8s.io/v1/leases",
                                            .ns = bench->one.environment.planes[0].ns,
                                            .name = "understudy"},
                                patch, NULL, NULL));
        loop_wait(bench->loop, 11000, NULL);
        CHECK(lease_keep(&bench->one.operation, &err));
        CHECK_TEXT(err.message, "");
        lease = lease_at(&bench->one, i % 2); /* and it is not lost when the lease is renewed */
        CHECK_TEXT(json_string_or(lease, "metadata/annotations/note", ""), i % 2 ? "a" : "b");
        cJSON_Delete(lease);
        cJSON_Delete(patch);
    }
    lease_release(&bench->one.operation);
}

static void test_all(void)
{
    Bench bench;

    bench_open(&bench);
    test_one_after_the_other(&bench);
    test_kept_by_renewing(&bench);
    test_expired(&bench);
    test_resumed(&bench);
    test_resumed_from_a_copy(&bench);
    test_safe_to_act(&bench);
    test_released_while_stopping(&bench);
    test_half_held(&bench);
    test_touched_by_somebody(&bench);
    bench_close(&bench);
}

TEST_SUITE("engine/lease", {"two engines", test_all});
