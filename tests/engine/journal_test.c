/*
 * tests/engine/journal_test.c - what was written is read back, what was changed is refused, and what cannot be written is said.
 */
#include "engine/journal.h"

#include <errno.h>
#include <glob.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "tests/test.h"

typedef struct {
    char folder[64];
    char *path;
} Place;

static void place_open(Place *place)
{
    snprintf(place->folder, sizeof place->folder, "/tmp/understudy-journal-test-XXXXXX");
    CHECK(mkdtemp(place->folder) != NULL);
    place->path = memory_format("%s/journal", place->folder);
}

/* And what was put aside there. */
static void place_close(Place *place)
{
    glob_t kept = {0};
    char *pattern = memory_format("%s-*", place->path);

    glob(pattern, 0, NULL, &kept);
    for (size_t i = 0; i < kept.gl_pathc; i++)
        unlink(kept.gl_pathv[i]);
    globfree(&kept);
    free(pattern);
    unlink(place->path);
    CHECK_INTEGER(rmdir(place->folder), 0);
    free(place->path);
}

static bool append(Journal *journal, const char *type, const char *step, Error *err)
{
    cJSON *entry = cJSON_CreateObject();

    json_put_string(entry, "type", type);
    if (step)
        json_put_string(entry, "step", step);
    return journal_append(journal, entry, err);
}

static bool append_record(Journal *journal, int64_t lag)
{
    cJSON *entry = cJSON_CreateObject();

    json_put_string(entry, "type", "record");
    json_put_integer(entry, "record/lag", lag);
    return journal_append(journal, entry, NULL);
}

/* begin, record, intent FO3, record, outcome FO3: five lines. */
static void write_story(const char *path)
{
    Journal *journal = NULL;
    Error err = {0};

    CHECK(journal_create(path, "failover", "production", &journal, &err));
    CHECK_TEXT(err.message, "");
    if (!journal)
        return;
    CHECK(append_record(journal, 1));
    CHECK(append(journal, "intent", "FO3", NULL));
    CHECK(append_record(journal, 2));
    CHECK(append(journal, "outcome", "FO3", NULL));
    journal_close(journal);
}

static const char *type_of(const Journal *journal, int index)
{
    return json_string_or(cJSON_GetArrayItem(journal_entries(journal), index), "type", "");
}

static void test_read_back(void)
{
    static const char *const TYPES[] = {"begin", "record", "intent", "record", "outcome"};
    Place place = {0};
    Journal *journal = NULL;
    struct stat there;

    place_open(&place);
    write_story(place.path);
    CHECK_INTEGER(stat(place.path, &there), 0);
    CHECK_INTEGER(there.st_mode & 0777, 0600);
    if (CHECK(journal_open(place.path, &journal, NULL))) {
        CHECK_INTEGER(cJSON_GetArraySize(journal_entries(journal)), (int)TEST_COUNT(TYPES));
        for (size_t i = 0; i < TEST_COUNT(TYPES); i++)
            CHECK_TEXT(type_of(journal, (int)i), TYPES[i]);
        CHECK_INTEGER(json_integer_or(journal_record(journal), "lag", 0), 2);
        CHECK_TEXT(json_string(cJSON_GetArrayItem(journal_entries(journal), 0), "environment"),
                   "production");
        CHECK(!journal_is_finished(journal));
    }
    journal_close(journal);
    journal_close(NULL);
    place_close(&place);
}

static void test_goes_on_where_it_ended(void)
{
    Place place = {0};
    Journal *journal = NULL;

    place_open(&place);
    write_story(place.path);
    if (CHECK(journal_open(place.path, &journal, NULL)))
        CHECK(append(journal, "end", NULL, NULL));
    journal_close(journal);
    journal = NULL;
    if (CHECK(journal_open(place.path, &journal, NULL))) {
        CHECK_INTEGER(cJSON_GetArraySize(journal_entries(journal)), 6);
        CHECK(journal_is_finished(journal));
    }
    journal_close(journal);
    place_close(&place);
}

/* ------------------------------------------------------------------------------------------------- what was changed */

static char *line_at(char *text, int number)
{
    while (number-- > 1)
        text = strchr(text, '\n') + 1;
    return text;
}

static void lose_line(char *text, int number)
{
    char *line = line_at(text, number), *next = line_at(line, 2);

    memmove(line, next, strlen(next) + 1);
}

static void lose_a_middle_line(char *text)
{
    lose_line(text, 3);
}

static void lose_the_first_line(char *text)
{
    lose_line(text, 1);
}

static void edit_a_value(char *text)
{
    *strstr(line_at(text, 3), "FO3") = 'X';
}

static void edit_the_first_line(char *text)
{
    *strstr(text, "production") = 'P';
}

static void swap_two_lines(char *text)
{
    char *third = line_at(text, 3), *fourth = line_at(text, 4), *fifth = line_at(text, 5);
    char *copy = memory_text_of(third, (size_t)(fourth - third));
    size_t length = (size_t)(fifth - fourth), moved = (size_t)(fourth - third);

    memmove(third, fourth, length);
    memcpy(third + length, copy, moved);
    free(copy);
}

static void break_a_middle_line(char *text)
{
    *line_at(text, 3) = '[';
}

static void lose_everything(char *text)
{
    text[0] = '\0';
}

static void tear_the_first_line(char *text)
{
    text[20] = '\0';
}

static void be_something_else(char *text)
{
    static const char DIARY[] = "my diary\n";

    memcpy(text, DIARY, sizeof DIARY);
}

static const struct {
    const char *name;
    void (*change)(char *text);
    const char *says;
} CHANGES[] = {
    {"a lost middle line",    lose_a_middle_line,  "line 3 does not follow the line before it"},
    {"a lost first line",     lose_the_first_line, "line 1 does not follow the line before it"},
    {"an edited value",       edit_a_value,        "line 4 does not follow the line before it"},
    {"an edited first line",  edit_the_first_line, "line 2 does not follow the line before it"},
    {"two lines swapped",     swap_two_lines,      "line 3 does not follow the line before it"},
    {"a middle line no JSON", break_a_middle_line, "line 3"                                   },
    {"an empty file",         lose_everything,     "holds no whole line"                      },
    {"a torn first line",     tear_the_first_line, "holds no whole line"                      },
    {"another file",          be_something_else,   "line 1"                                   },
};

static void test_changed_is_refused(void)
{
    for (size_t i = 0; i < TEST_COUNT(CHANGES); i++) {
        Place place = {0};
        Journal *journal = NULL;
        char *text = NULL, *after = NULL;
        Error err = {0};

        place_open(&place);
        write_story(place.path);
        CHECK(file_read(place.path, &text, NULL, NULL));
        CHANGES[i].change(text);
        CHECK(file_write(place.path, text, strlen(text), 0600, NULL));
        CHECK_CASE(CHANGES[i].name, !journal_open(place.path, &journal, &err));
        CHECK_CASE(CHANGES[i].name, err.code == ERR_INPUT);
        if (!CHECK_CASE(CHANGES[i].name, strstr(err.message, CHANGES[i].says) != NULL &&
                                             strstr(err.message, place.path) != NULL))
            printf("  %s\n", err.message);
        CHECK(file_read(place.path, &after, NULL, NULL));
        CHECK_TEXT(after, text); /* a refused file is left as it is, as evidence */
        journal_close(journal);
        free(after);
        free(text);
        place_close(&place);
    }
}

/* Cut anywhere in the last line, the rest is read, and what is appended afterwards makes a whole file again. */
static void test_torn_last_line(void)
{
    Place place = {0};
    char *text = NULL;
    size_t length, last;

    place_open(&place);
    write_story(place.path);
    CHECK(file_read(place.path, &text, &length, NULL));
    last = (size_t)(line_at(text, 5) - text);
    for (size_t cut = last; cut < length; cut += 7) {
        Journal *journal = NULL;

        CHECK(file_write(place.path, text, cut, 0600, NULL));
        if (CHECK(journal_open(place.path, &journal, NULL))) {
            CHECK_INTEGER(cJSON_GetArraySize(journal_entries(journal)), 4);
            CHECK(append(journal, "end", NULL, NULL));
        }
        journal_close(journal);
        journal = NULL;
        if (CHECK(journal_open(place.path, &journal, NULL)))
            CHECK_TEXT(type_of(journal, 4), "end");
        journal_close(journal);
    }
    free(text);
    place_close(&place);
}

/* `understudy status` reads what an engine may be writing just now: half a line is not its business. */
static void test_reading_changes_nothing(void)
{
    Place place = {0};
    Journal *journal = NULL;
    char *before = NULL, *after = NULL;
    size_t length;

    place_open(&place);
    write_story(place.path);
    CHECK(file_read(place.path, &before, &length, NULL));
    CHECK(file_write(place.path, before, length - 5, 0600, NULL));
    if (CHECK(journal_open(place.path, &journal, NULL)))
        CHECK_INTEGER(cJSON_GetArraySize(journal_entries(journal)), 4);
    journal_close(journal);
    CHECK(file_read(place.path, &after, NULL, NULL));
    CHECK_INTEGER(strlen(after), length - 5);
    free(before);
    free(after);
    place_close(&place);
}

/* Two that resume the same file: whoever writes second learns of the first, while that one is at work and after it. */
static void test_one_writer(void)
{
    Place place = {0};
    Journal *first = NULL, *second = NULL;
    Error err = {0};

    place_open(&place);
    write_story(place.path);
    CHECK(journal_open(place.path, &first, NULL) && journal_open(place.path, &second, NULL));
    CHECK(append(first, "intent", "FO5", NULL));
    CHECK(!append(second, "intent", "FO5", &err));
    CHECK_INTEGER(err.code, ERR_CONFLICT);
    CHECK(strstr(err.message, "is at work"));
    journal_close(first);
    err = (Error){0};
    CHECK(!append(second, "intent", "FO5", &err));
    CHECK_INTEGER(err.code, ERR_CONFLICT);
    CHECK(strstr(err.message, "has written"));
    journal_close(second);
    CHECK(journal_open(place.path, &first, NULL));
    CHECK_INTEGER(cJSON_GetArraySize(journal_entries(first)), 6);
    journal_close(first);
    place_close(&place);
}

/* The file itself proves that its last writer has ended; a copy of it, on this machine or another, proves nothing. */
static void test_file_and_copy(void)
{
    Place place = {0};
    Journal *journal = NULL;
    char *copy, *text = NULL;
    size_t length = 0;
    bool is_gone = false;

    place_open(&place);
    write_story(place.path);
    CHECK(journal_open(place.path, &journal, NULL));
    CHECK(journal_resume(journal, &is_gone, NULL));
    CHECK(is_gone);
    journal_close(journal);
    copy = memory_format("%s.copy", place.path);
    CHECK(file_read(place.path, &text, &length, NULL) &&
          file_write(copy, text, length, 0600, NULL));
    CHECK(journal_open(copy, &journal, NULL));
    CHECK(journal_resume(journal, &is_gone, NULL));
    CHECK(!is_gone);
    journal_close(journal);
    CHECK(journal_open(copy, &journal, NULL)); /* from here on it is a file of its own */
    CHECK(journal_resume(journal, &is_gone, NULL));
    CHECK(is_gone);
    journal_close(journal);
    remove(copy);
    free(copy);
    free(text);
    place_close(&place);
}

/* ------------------------------------------------------------------------------------------------ writing over one */

static const struct {
    const char *name, *last;
    bool may;
} LASTS[] = {
    {"finished",                   "end",     true },
    {"halted",                     "halt",    false},
    {"in the middle of something", "intent",  false},
    {"between two steps",          "outcome", false},
};

/* Beside it, under another name. */
static bool is_kept(const Place *place, const char *text)
{
    char *pattern = memory_format("%s-2*Z", place->path), *there = NULL;
    glob_t kept = {0};
    bool is_there = glob(pattern, 0, NULL, &kept) == 0 && kept.gl_pathc == 1 &&
                    file_read(kept.gl_pathv[0], &there, NULL, NULL) && strcmp(there, text) == 0;

    globfree(&kept);
    free(pattern);
    free(there);
    return is_there;
}

static void test_overwriting(void)
{
    for (size_t i = 0; i < TEST_COUNT(LASTS); i++) {
        Place place = {0};
        Journal *journal = NULL;
        char *before = NULL, *after = NULL;
        Error err = {0};

        place_open(&place);
        CHECK(journal_create(place.path, "failover", "old", &journal, NULL));
        CHECK(append(journal, LASTS[i].last, NULL, NULL));
        journal_close(journal);
        journal = NULL;
        CHECK(file_read(place.path, &before, NULL, NULL));
        CHECK_CASE(LASTS[i].name,
                   journal_create(place.path, "failover", "new", &journal, &err) == LASTS[i].may);
        CHECK(file_read(place.path, &after, NULL, NULL));
        if (LASTS[i].may) {
            CHECK(strstr(after, "new") && !strstr(after, "old"));
            CHECK(is_kept(&place, before));
        } else {
            CHECK_INTEGER(err.code, ERR_CONFLICT);
            CHECK(strstr(err.message, "understudy resume") != NULL);
            CHECK_TEXT(after, before);
        }
        journal_close(journal);
        free(before);
        free(after);
        place_close(&place);
    }
}

static void test_what_is_no_journal_is_left_alone(void)
{
    Place place = {0};
    Journal *journal = NULL;
    char *after = NULL;
    Error err = {0};

    place_open(&place);
    CHECK(file_write(place.path, "my diary\n", 9, 0600, NULL));
    CHECK(!journal_create(place.path, "failover", "production", &journal, &err));
    CHECK(file_read(place.path, &after, NULL, NULL));
    CHECK_TEXT(after, "my diary\n");
    free(after);
    place_close(&place);
}

static const struct {
    const char *name, *below;
} PLACES[] = {
    {"a folder that is not there", "absent/journal"},
    {"a folder",                   ""              },
};

static void test_no_place(void)
{
    for (size_t i = 0; i < TEST_COUNT(PLACES); i++) {
        Place place = {0};
        Journal *journal = NULL;
        char *path;
        Error err = {0};

        place_open(&place);
        path = memory_format("%s/%s", place.folder, PLACES[i].below);
        CHECK_CASE(PLACES[i].name, !journal_create(path, "failover", "x", &journal, &err));
        CHECK_CASE(PLACES[i].name, err.code == ERR_IO);
        err = (Error){0};
        CHECK_CASE(PLACES[i].name, !journal_open(path, &journal, &err));
        CHECK_CASE(PLACES[i].name, err.code == ERR_IO);
        free(path);
        place_close(&place);
    }
}

/* -------------------------------------------------------------------------------------------------- a full disk */

/* From here on no file of this process grows beyond so many bytes, as on a full disk: a write is cut short, then refused. */
static void limit_files(size_t bytes)
{
    struct rlimit limit;

    signal(SIGXFSZ, SIG_IGN);
    CHECK_INTEGER(getrlimit(RLIMIT_FSIZE, &limit), 0);
    limit.rlim_cur = bytes ? bytes : limit.rlim_max;
    CHECK_INTEGER(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static size_t size_of(const char *path)
{
    struct stat there = {0};

    CHECK_INTEGER(stat(path, &there), 0);
    return (size_t)there.st_size;
}

/* However much of the line still fits: the caller is told, and the file stays one that can be resumed. */
static void test_full_disk(void)
{
    for (size_t room = 0; room < 120; room += 17) {
        Place place = {0};
        Journal *journal = NULL;
        Error err = {0};

        place_open(&place);
        write_story(place.path);
        CHECK(journal_open(place.path, &journal, NULL));
        limit_files(size_of(place.path) + room);
        CHECK(!append(journal, "intent", "FO5", &err));
        CHECK_INTEGER(err.code, ERR_IO);
        CHECK(strstr(err.message, place.path) && strstr(err.message, strerror(EFBIG)));
        CHECK_INTEGER(cJSON_GetArraySize(journal_entries(journal)), 5);
        limit_files(0);
        err = (Error){0};
        CHECK(!append(journal, "halt", NULL, &err)); /* what stands on disk is no longer certain */
        CHECK_INTEGER(err.code, ERR_IO);
        journal_close(journal);
        journal = NULL;
        if (CHECK(journal_open(place.path, &journal, &err)))
            CHECK_INTEGER(cJSON_GetArraySize(journal_entries(journal)), 5);
        CHECK(journal && append(journal, "intent", "FO5", NULL));
        journal_close(journal);
        place_close(&place);
    }
}

/* Nothing was begun, so nothing is in the way of the next try. */
static void test_full_disk_at_the_beginning(void)
{
    Place place = {0};
    Journal *journal = NULL;
    Error err = {0};

    place_open(&place);
    limit_files(30);
    CHECK(!journal_create(place.path, "failover", "production", &journal, &err));
    CHECK_INTEGER(err.code, ERR_IO);
    limit_files(0);
    CHECK(journal_create(place.path, "failover", "production", &journal, &err));
    journal_close(journal);
    place_close(&place);
}

TEST_SUITE("engine/journal", {"read back", test_read_back},
           {"goes on where it ended", test_goes_on_where_it_ended},
           {"changed is refused", test_changed_is_refused}, {"torn last line", test_torn_last_line},
           {"reading changes nothing", test_reading_changes_nothing},
           {"one writer", test_one_writer}, {"the file and its copy", test_file_and_copy},
           {"overwriting", test_overwriting},
           {"no journal is left alone", test_what_is_no_journal_is_left_alone},
           {"no place", test_no_place}, {"full disk", test_full_disk},
           {"full disk at the beginning", test_full_disk_at_the_beginning});
