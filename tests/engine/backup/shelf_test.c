/*
 * tests/engine/backup/shelf_test.c - which backups may go, and that the last good one never does.
 */
#include "engine/backup/shelf.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "tests/engine/backup/cellar.h"
#include "tests/test.h"

/* Taken on that day of March; bad: its dump is cut off. */
static void put(const Cellar *cellar, int day, bool is_bad)
{
    char *name = memory_format("shelf/world-mp1-202603%02d", day);
    char *at = memory_format("2026-03-%02dT03:00:00Z", day);
    char *folder = cellar_backup(cellar, name);

    cellar_change(folder, "takenAt", cJSON_CreateString(at));
    cellar_change(folder, "database/bytes", cJSON_CreateNumber(1000 + day));
    if (is_bad) {
        char *command = memory_format("truncate -s -5 '%s/database.sql.gz'", folder);

        CHECK(cellar_runs(cellar, command));
        free(command);
    }
    free(folder);
    free(at);
    free(name);
}

static Shelf read_shelf(const Cellar *cellar)
{
    char *folder = cellar_path(cellar, "shelf");
    Shelf shelf;

    CHECK(shelf_read(folder, "world", &shelf, NULL));
    free(folder);
    return shelf;
}

static bool prune(const Cellar *cellar, int64_t keep, size_t *out_removed)
{
    char *folder = cellar_path(cellar, "shelf");
    Shelf shelf = read_shelf(cellar);
    bool ok = shelf_prune(folder, &shelf, keep, out_removed, NULL);

    shelf_release(&shelf);
    free(folder);
    return ok;
}

/* One letter for each, the newest last: g good, b bad. What is left, by day. */
static const struct {
    const char *name, *shelf;
    int64_t keep;
    const char *left;
} PRUNINGS[] = {
    {"all are kept",                     "gggg", 0, "1234"},
    {"as many as there are",             "ggg",  3, "123" },
    {"the newest two",                   "gggg", 2, "34"  },
    {"a bad one counts for none",        "ggb",  2, "123" },
    {"bad ones among the newest stay",   "gggb", 1, "34"  },
    {"the last good one is an old one",  "gbbb", 1, "1234"},
    {"without a good one all are kept",  "bb",   1, "12"  },
    {"bad ones behind the good ones go", "bgg",  2, "23"  },
};

static void test_pruning(void)
{
    for (size_t i = 0; i < TEST_COUNT(PRUNINGS); i++) {
        Cellar cellar;
        char left[16] = "";
        size_t removed;
        Shelf shelf;

        cellar_open(&cellar);
        for (int day = 1; PRUNINGS[i].shelf[day - 1]; day++)
            put(&cellar, day, PRUNINGS[i].shelf[day - 1] == 'b');
        CHECK_CASE(PRUNINGS[i].name, prune(&cellar, PRUNINGS[i].keep, &removed));
        shelf = read_shelf(&cellar);
        for (size_t k = 0; k < shelf.count; k++)
            left[shelf.count - 1 - k] = shelf.entries[k].name[strlen(shelf.entries[k].name) - 1];
        CHECK_CASE(PRUNINGS[i].name, strcmp(left, PRUNINGS[i].left) == 0);
        shelf_release(&shelf);
        cellar_close(&cellar);
    }
}

/* Drafts, other environments' and a rejoin's dumps are none of them; a removal that was cut short is done. */
static void test_what_does_not_count(void)
{
    Cellar cellar;
    char *folder;
    size_t removed;
    Shelf shelf;

    cellar_open(&cellar);
    put(&cellar, 1, false);
    put(&cellar, 2, false);
    folder = cellar_backup(&cellar, "shelf/elsewhere-mp1-20260303");
    cellar_change(folder, "environment", cJSON_CreateString("elsewhere"));
    free(folder);
    folder = cellar_backup(&cellar, "shelf/world-mp1-20260304-before-reseed");
    cellar_change(folder, "purpose", cJSON_CreateString(BACKUP_BEFORE_RESEED));
    free(folder);
    free(cellar_backup(&cellar, "shelf/.world-mp1-20260305"));
    free(cellar_backup(&cellar, "shelf/.world-mp1-20260228.removed"));
    shelf = read_shelf(&cellar);
    CHECK_INTEGER(shelf.count, 2);
    CHECK_INTEGER(shelf_last_size(&shelf, "world-mp1-20260302"), 1001);
    CHECK_INTEGER(shelf_last_size(&shelf, "world-mp1-20260306"), 1002);
    shelf_release(&shelf);
    CHECK(prune(&cellar, 1, &removed));
    CHECK_INTEGER(removed, 1);
    CHECK(!cellar_runs(&cellar, "ls -A shelf | grep -q removed"));
    CHECK(cellar_runs(&cellar, "ls -A shelf | grep -qx .world-mp1-20260305"));
    CHECK(cellar_runs(&cellar, "ls -A shelf | grep -q before-reseed"));
    cellar_close(&cellar);
}

TEST_SUITE("engine/backup/shelf", {"pruning", test_pruning},
           {"what does not count", test_what_does_not_count});
