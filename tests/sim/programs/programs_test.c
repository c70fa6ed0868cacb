/*
 * tests/sim/programs/programs_test.c - what whoever starts a program of a world sees of it; and the world's hook.
 */
#include "sim/programs/programs.h"

#include <string.h>

#include "base/clock.h"
#include "engine/clients/program.h"
#include "fakes/dns/data.h"
#include "tests/sim/story.h"
#include "tests/test.h"

static Story story;

enum { TIMEOUT_MS = 30000 };

static bool run_for(int64_t timeout_ms, const char *const *words, const char *const *environment,
                    const char *input, ProgramEnd *out_end, Error *err)
{
    *out_end = (ProgramEnd){0};
    *err = (Error){0};
    return program_run(&(ProgramOptions){.loop = story.loop,
                                         .words = words,
                                         .environment = environment,
                                         .input = input,
                                         .input_length = input != NULL ? strlen(input) : 0,
                                         .output_max = 100,
                                         .timeout_ms = timeout_ms},
                       out_end, err);
}

static bool hook(const char *action, const char *old, const char *new_value, ProgramEnd *out_end,
                 Error *err)
{
    char old_line[100], new_line[100], action_line[60];
    const char *const words[] = {"/opt/bin/dns-hook", action, NULL};
    const char *const environment[] = {action_line,
                                       old_line,
                                       new_line,
                                       "UNDERSTUDY_NAME=tsb.example.com",
                                       "UNDERSTUDY_TYPE=CNAME",
                                       *old ? "UNDERSTUDY_OLD_TYPE=CNAME" : "UNDERSTUDY_OLD_TYPE=",
                                       "UNDERSTUDY_TTL=20",
                                       NULL};

    snprintf(action_line, sizeof action_line, "UNDERSTUDY_ACTION=%s", action);
    snprintf(old_line, sizeof old_line, "UNDERSTUDY_OLD=%s", old);
    snprintf(new_line, sizeof new_line, "UNDERSTUDY_NEW=%s", new_value);
    return run_for(TIMEOUT_MS, words, environment, "nothing of interest", out_end, err);
}

static void check_target(const char *wanted)
{
    const DnsRecord *record =
        dns_zone_find(dns_side_zone(story.world->dns, 0), "tsb.example.com.", DNS_CNAME);
    Arena arena = {0};

    if (CHECK(record != NULL))
        CHECK_TEXT(dns_data_text(&arena, record), wanted);
    arena_release(&arena);
}

static const char MP1[] = "mp1.tsb.example.com", MP2[] = "mp2.tsb.example.com";

static void test_hook(void)
{
    ProgramEnd end;
    Error err;
    int64_t began;

    story_begin(&story, 5, "controlPlanes: 1");
    began = clock_mono_ms();
    CHECK(hook("probe", "", "", &end, &err) && end.status == 0);
    CHECK(clock_mono_ms() - began > 300);
    check_target("mp1.tsb.example.com.");
    CHECK(hook("change", MP1, MP2, &end, &err) && end.status == 0);
    check_target("mp2.tsb.example.com.");
    CHECK(hook("change", MP1, MP2, &end, &err) && end.status == 0); /* once more does no harm */
    CHECK(hook("change", "mp3.tsb.example.com", MP1, &end, &err) && end.status == 3);
    CHECK_TEXT(end.last_words, "tsb.example.com is another record by now");
    CHECK(hook("change", "", MP1, &end, &err) && end.status == 3);
    check_target("mp2.tsb.example.com.");
    CHECK(hook("dance", "", "", &end, &err) && end.status == 5);
    CHECK_INTEGER(story_count(&story, "desk", EVENT_PROGRAM_STARTED, "dns-hook"), 6);
    CHECK_INTEGER(story_count(&story, "desk", EVENT_PROGRAM_ENDED, "ended with status 3"), 2);
    story_end(&story);
}

static void test_not_there(void)
{
    ProgramEnd end;
    Error err;

    story_begin(&story, 5, "controlPlanes: 1");
    CHECK(!run_for(TIMEOUT_MS, (const char *const[]){"sh", "-c", "exit 0", NULL}, NULL, NULL, &end,
                   &err));
    CHECK_INTEGER(err.code, ERR_INVALID);
    CHECK_TEXT(err.message, "sh is not there");
    story_end(&story);
}

/* Killed before its provider has answered: nothing was changed, and nothing will be. */
static void test_killed(void)
{
    static const char *const WORDS[] = {"dns-hook", "probe", NULL};
    static const char *const ENVIRONMENT[] = {"UNDERSTUDY_ACTION=probe", NULL};
    ProgramEnd end;
    Error err;

    story_begin(&story, 5, "controlPlanes: 1");
    CHECK(!run_for(200, WORDS, ENVIRONMENT, NULL, &end, &err));
    CHECK_INTEGER(err.code, ERR_AMBIGUOUS);
    CHECK_INTEGER(story_count(&story, "desk", EVENT_PROGRAM_ENDED, "signal 9"), 1);
    story_pass(&story, 10000);
    CHECK_INTEGER(story_count(&story, "desk", EVENT_PROGRAM_ENDED, NULL), 1);
    story_end(&story);
}

/* ---- its words -------------------------------------------------------------------------------------------------------------------- */

static void test_words(void)
{
    static const char *const WORDS[] = {"pg_dump", "--host=h", "--port", "5432", "--clean", NULL};
    static const char *const ENVIRONMENT[] = {"PGPASSWORDS=no", "PGPASSWORD=yes", NULL};
    Play play = {.words = WORDS, .environment = ENVIRONMENT};

    CHECK_TEXT(play_option(&play, "--host"), "h");
    CHECK_TEXT(play_option(&play, "--port"), "5432");
    CHECK_TEXT(play_option(&play, "--clean"), NULL);
    CHECK_TEXT(play_option(&play, "--po"), NULL);
    CHECK(play_has_word(&play, "--clean") && !play_has_word(&play, "pg_dump"));
    CHECK_TEXT(play_variable(&play, "PGPASSWORD"), "yes");
    CHECK_TEXT(play_variable(&play, "PGHOST"), NULL);
    CHECK_INTEGER(play_fail(&play, 3, "no %s", "luck"), PLAY_ENDS);
    CHECK_TEXT(play.errors.data, "no luck\n");
    CHECK_INTEGER(play.status, 3);
    buffer_release(&play.errors);
}

TEST_SUITE("sim/programs/programs", {"hook", test_hook}, {"not there", test_not_there},
           {"killed", test_killed}, {"words", test_words});
