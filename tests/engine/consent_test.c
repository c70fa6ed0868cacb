/*
 * tests/engine/consent_test.c - who may say yes, for how much, what is written down, and what a resumed run remembers.
 */
#include "engine/consent.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "engine/journal.h"
#include "engine/operation.h"
#include "tests/test.h"

/* Says the same to whatever is asked, when it is listened to for the third time. */
typedef struct {
    ConsentAnswer says;
    int asked, listened, withdrawn;
} Parrot;

static void on_ask(void *owner, const ConsentRow *row, int64_t amount, const Finding *finding)
{
    Parrot *parrot = owner;

    (void)amount;
    CHECK(strstr(finding->remedy, row->flag) != NULL);
    parrot->asked++;
    parrot->listened = 0;
}

static ConsentAnswer on_listen(void *owner)
{
    Parrot *parrot = owner;

    return ++parrot->listened < 3 ? ANSWER_PENDING : parrot->says;
}

static void on_withdraw(void *owner)
{
    ((Parrot *)owner)->withdrawn++;
}

typedef struct {
    char folder[64];
    char *path;
    Parrot parrot;
    ConsentPerson person;
    Operation operation;
} Bench;

static void bench_open(Bench *bench)
{
    *bench = (Bench){0};
    snprintf(bench->folder, sizeof bench->folder, "/tmp/understudy-consent-test-XXXXXX");
    CHECK(mkdtemp(bench->folder) != NULL);
    bench->path = memory_format("%s/journal", bench->folder);
    bench->person = (ConsentPerson){&bench->parrot, on_ask, on_listen, on_withdraw};
    bench->operation.loop = loop_new();
    snprintf(bench->operation.holder, sizeof bench->operation.holder, "ann@desk/1");
    CHECK(journal_create(bench->path, "failover", "lab", &bench->operation.journal, NULL));
}

static void bench_close(Bench *bench)
{
    journal_close(bench->operation.journal);
    loop_free(bench->operation.loop);
    unlink(bench->path);
    CHECK_INTEGER(rmdir(bench->folder), 0);
    free(bench->path);
}

static bool is_given(Bench *bench, ConsentKind kind, int64_t amount, Finding *out_finding)
{
    finding_set(out_finding, REACT_ASK, "F-101", "nothing lost", "much is lost", "", "repair it");
    return consent_given(&bench->operation, kind, amount, out_finding);
}

/* The journal's lines about consents: "dataLoss yes flag 4096; ". */
static void read_lines(const Bench *bench, char out_text[400])
{
    const cJSON *entry;
    size_t length = 0;

    out_text[0] = '\0';
    cJSON_ArrayForEach(entry, journal_entries(bench->operation.journal))
    {
        if (strcmp(json_string_or(entry, "type", ""), "consent") != 0)
            continue;
        CHECK_TEXT(json_string_or(entry, "by", ""), "ann@desk/1");
        CHECK_TEXT(json_string_or(entry, "stake", ""), "much is lost");
        length +=
            (size_t)snprintf(out_text + length, 400 - length, "%s %s %s %lld; ",
                             json_string_or(entry, "consent", ""),
                             json_string_or(entry, "answer", ""), json_string_or(entry, "how", ""),
                             (long long)json_integer_or(entry, "limit", -1));
    }
}

static void test_rows_differ(void)
{
    for (int i = 0; i < CONSENT_COUNT; i++) {
        CHECK(strncmp(consent_row(i)->flag, "--", 2) == 0);
        CHECK(consent_row(i)->question[strlen(consent_row(i)->question) - 1] == '?');
        for (int j = 0; j < i; j++) {
            CHECK(strcmp(consent_row(i)->member, consent_row(j)->member) != 0);
            CHECK(strcmp(consent_row(i)->flag, consent_row(j)->flag) != 0);
        }
    }
}

static void test_flag(void)
{
    Bench bench;
    Finding finding;
    char lines[400];

    bench_open(&bench);
    bench.operation.consent.of[CONSENT_DATA_LOSS].limit = 4096;
    bench.operation.consent.of[CONSENT_UNFENCED].yes = true;
    CHECK(is_given(&bench, CONSENT_DATA_LOSS, 4096, &finding));
    CHECK_INTEGER(finding.reaction, REACT_NONE);
    CHECK(is_given(&bench, CONSENT_DATA_LOSS, 0, &finding));
    CHECK(is_given(&bench, CONSENT_UNFENCED, 0, &finding));
    CHECK(!is_given(&bench, CONSENT_DATA_LOSS, 4097, &finding));
    CHECK_TEXT(finding.remedy, "repair it; with consent: --accept-data-loss=4097");
    CHECK(!is_given(&bench, CONSENT_RESEED, 0, &finding));
    CHECK_INTEGER(finding.reaction, REACT_ASK);
    CHECK_TEXT(finding.remedy, "repair it; with consent: --accept-reseed");
    read_lines(&bench, lines); /* once each */
    CHECK_TEXT(lines, "dataLoss yes flag 4096; unfenced yes flag -1; ");
    bench_close(&bench);
}

static void test_asked(void)
{
    Bench bench;
    Finding finding;
    char lines[400];

    bench_open(&bench);
    bench.operation.person = &bench.person;
    bench.parrot.says = ANSWER_NO;
    CHECK(!is_given(&bench, CONSENT_DATA_LOSS, 100, &finding));
    CHECK_INTEGER(finding.reaction, REACT_ASK);
    CHECK_INTEGER(bench.operation.agreed, 0);
    bench.parrot.says = ANSWER_YES;
    CHECK(is_given(&bench, CONSENT_DATA_LOSS, 100, &finding));
    CHECK(is_given(&bench, CONSENT_DATA_LOSS, 90, &finding));
    CHECK_INTEGER(bench.parrot.asked, 2);
    CHECK(is_given(&bench, CONSENT_DATA_LOSS, 101, &finding)); /* more than was agreed to */
    CHECK_INTEGER(bench.parrot.asked, 3);
    CHECK_INTEGER(bench.parrot.withdrawn, 3);
    CHECK_INTEGER(bench.operation.agreed, 2);
    CHECK(bench.operation.asked_ms >= 1200);
    read_lines(&bench, lines);
    CHECK_TEXT(lines, "dataLoss no asked 0; dataLoss yes asked 100; dataLoss yes asked 101; ");
    bench_close(&bench);
}

static void test_remembered(void)
{
    Bench bench;
    Finding finding;

    bench_open(&bench);
    bench.operation.person = &bench.person;
    bench.parrot.says = ANSWER_YES;
    CHECK(is_given(&bench, CONSENT_DATA_LOSS, 100, &finding));
    bench.parrot.says = ANSWER_NO;
    CHECK(!is_given(&bench, CONSENT_RESEED, 0, &finding));
    journal_close(bench.operation.journal);
    bench.operation.consent = (Consent){0};
    bench.operation.person = NULL;
    CHECK(journal_open(bench.path, &bench.operation.journal, NULL));
    consent_recall(&bench.operation);
    CHECK(is_given(&bench, CONSENT_DATA_LOSS, 100, &finding));
    CHECK(!is_given(&bench, CONSENT_DATA_LOSS, 101, &finding));
    CHECK(!is_given(&bench, CONSENT_RESEED, 0, &finding));
    bench_close(&bench);
}

/* Ctrl-C at a question is no answer: nothing is written down, and a resumed run asks again. */
static void test_stopped(void)
{
    static const bool STOP = true;
    Bench bench;
    Finding finding;
    char lines[400];

    bench_open(&bench);
    bench.operation.person = &bench.person;
    bench.operation.stop = &STOP;
    bench.parrot.says = ANSWER_YES;
    CHECK(!is_given(&bench, CONSENT_RESEED, 0, &finding));
    CHECK_INTEGER(bench.parrot.withdrawn, 1);
    read_lines(&bench, lines);
    CHECK_TEXT(lines, "");
    bench_close(&bench);
}

TEST_SUITE("engine/consent", {"every question is another", test_rows_differ},
           {"a flag says yes, up to its limit", test_flag},
           {"a person is asked, once for as much", test_asked},
           {"a resumed run remembers a yes", test_remembered},
           {"a stop ends the question", test_stopped});
