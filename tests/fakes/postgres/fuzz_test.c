/*
 * tests/fakes/postgres/fuzz_test.c - any bytes: mutated, cut at every length, and one at a time; read or refused, answered or not, never worse.
 *
 * The mutations are the seed's, the same each time. `make fuzz` looks for more, from tests/fuzz.
 */
#include <dirent.h>
#include <stdio.h>

#include "base/file.h"
#include "base/random.h"
#include "tests/fakes/postgres/any_bytes.h"
#include "tests/mutations.h"
#include "tests/test.h"

enum { MUTATIONS = 300, SEED_MAX = 16384 };

typedef const char *AnyTry(const void *bytes, size_t length);

static const char *try_session(const void *bytes, size_t length)
{
    const char *wrong = any_session(ANY_PRIMARY, ANY_CLIENT, bytes, length);

    return wrong != NULL ? wrong : any_session(ANY_STANDBY, ANY_CLIENT, bytes, length);
}

static const char *try_startup(const void *bytes, size_t length)
{
    return any_session(ANY_PRIMARY, ANY_START, bytes, length);
}

static const char *try_sql(const void *bytes, size_t length)
{
    const char *wrong = any_query(ANY_PRIMARY, ANY_CLIENT, bytes, length);

    return wrong != NULL ? wrong : any_query(ANY_STANDBY, ANY_CLIENT, bytes, length);
}

static const char *try_replication(const void *bytes, size_t length)
{
    return any_query(ANY_PRIMARY, ANY_REPLICATION, bytes, length);
}

static const char *try_walsender(const void *bytes, size_t length)
{
    return any_session(ANY_PRIMARY, ANY_REPLICATION, bytes, length);
}

/* Seeds lie in tests/fuzz/postgres_NAME. */
static const struct {
    const char *name;
    AnyTry *try;
} FORMS[] = {
    {"session",     try_session    },
    {"startup",     try_startup    },
    {"sql",         try_sql        },
    {"replication", try_replication},
    {"walsender",   try_walsender  },
    {"scram",       any_scram      },
    {"hba",         any_hba        },
    {"wal",         any_log        },
};

static bool holds(size_t form, const uint8_t *bytes, size_t length)
{
    const char *wrong = FORMS[form].try(bytes, length);
    if (wrong != NULL)
        fprintf(stderr, "%s: does not hold: %s\n", FORMS[form].name, wrong);
    return CHECK(wrong == NULL);
}

typedef void SeedVisitor(size_t form, const uint8_t *seed, size_t length);

static void each_seed(SeedVisitor *visit)
{
    for (size_t form = 0; form < TEST_COUNT(FORMS); form++) {
        char *folder = memory_format("tests/fuzz/postgres_%s", FORMS[form].name);
        struct dirent **entries = NULL;
        int count = scandir(folder, &entries, NULL, alphasort), seeds = 0;

        for (int i = 0; i < count; i++) {
            char *path = memory_format("%s/%s", folder, entries[i]->d_name), *text = NULL;
            size_t length;

            if (entries[i]->d_name[0] != '.' && file_read(path, &text, &length, NULL) &&
                CHECK(length > 0 && length <= SEED_MAX)) {
                visit(form, (const uint8_t *)text, length);
                seeds++;
            }
            free(text);
            free(path);
            free(entries[i]);
        }
        CHECK_CASE(FORMS[form].name, seeds > 0);
        free(entries);
        free(folder);
    }
}

static void mutate(size_t form, const uint8_t *seed, size_t seed_length)
{
    uint8_t *bytes = memory_new(seed_length, 1);
    bool ok = true;
    Random random;

    random_init(&random, 1, FORMS[form].name);
    for (int i = 0; i < MUTATIONS && ok; i++) {
        size_t length = seed_length;

        memcpy(bytes, seed, length);
        for (uint64_t times = random_below(&random, 4); times-- > 0;)
            mutate_bytes(&random, bytes, &length);
        ok = holds(form, bytes, length);
    }
    free(bytes);
}

static void test_mutations(void)
{
    each_seed(mutate);
}

/* A log is cut where its records and pages begin and end; elsewhere it only waits for more, as it did a byte before. */
static void cut(size_t form, const uint8_t *seed, size_t seed_length)
{
    enum { WHOLE_UP_TO = 1024 };
    size_t step = seed_length > WHOLE_UP_TO ? 61 : 1;

    for (size_t length = 0; length <= seed_length; length += step) {
        if (!holds(form, seed, length))
            return;
    }
}

static void test_every_length(void)
{
    each_seed(cut);
}

TEST_SUITE("fakes/postgres/fuzz", {"mutations", test_mutations},
           {"every length", test_every_length});
