/*
 * tests/reports/record_test.c - a journal becomes Markdown that a person can file: every table whole, whatever was observed.
 */
#include "reports/record.h"

#include <string.h>

#include "tests/test.h"

static const char JOURNAL[] =
    "[{\"type\":\"begin\",\"procedure\":\"failover\",\"environment\":\"lab\",\"at\":\"T1\"},"
    "{\"type\":\"record\",\"at\":\"T2\",\"record\":{\"run\":\"ann@desk/1\","
    "\"roles\":{\"active\":\"mp1\",\"standby\":\"mp2\"}}},"
    "{\"type\":\"consent\",\"at\":\"T3\",\"consent\":\"dataLoss\",\"answer\":\"yes\",\"how\":"
    "\"asked\",\"by\":\"ann@desk/1\",\"stake\":\"4096 | bytes\\nand more\"},"
    "{\"type\":\"intent\",\"at\":\"T4\",\"step\":\"FO3\"},"
    "{\"type\":\"warning\",\"at\":\"T5\",\"check\":\"F-209\",\"text\":\"slow\"},"
    "{\"type\":\"halt\",\"at\":\"T6\",\"outcome\":\"stopped\"},"
    "{\"type\":\"resume\",\"at\":\"T7\"},"
    "{\"type\":\"failed\",\"at\":\"T8\",\"step\":\"FO3\",\"finding\":{\"reaction\":\"ROLLBACK\","
    "\"check\":\"F-202\",\"observed\":\"scaled up\",\"remedy\":\"find who\"}},"
    "{\"type\":\"end\",\"at\":\"T9\",\"outcome\":\"rolledBack\"}]";

static const char DOCUMENT[] =
    "{\"outcome\":\"rolledBack\",\"rtoMs\":61000,\"phases\":[{\"name\":\"fence\",\"ms\":61000}],"
    "\"rpo\":{\"isKnown\":true,\"bytes\":0,\"writes\":0,\"ms\":0},\"debts\":[\"tell them\"],"
    "\"next\":[{\"command\":\"understudy plan\",\"what\":\"looks\"}]}";

static const char STEPS[] =
    "{\"FO3\":{\"name\":\"fence\",\"why\":\"the active must take no more\"}}";

static const char *const LINES[] = {
    "# failover of lab: rolledBack\n",
    "- began: T1\n- ended: T9\n- begun by: ann@desk/1\n- active before: mp1, standby before: mp2\n",
    "- RPO: 0 bytes, 0 writes\n",
    "## Remains to be done\n\n- tell them\n",
    "- `understudy plan`: looks\n",
    "| fence | 1 m 01 s |\n",
    "| T3 | dataLoss | yes | asked | ann@desk/1 | 4096 \\| bytes and more |\n",
    "| T5 | WARN | F-209 | slow |  |\n| T8 | ROLLBACK | F-202 | scaled up | find who |\n",
    "| T4 | fence | acts | the active must take no more",
    "| T6 |  | the run stops, and can go on | stopped |\n| T7 |  | another process goes on |  |\n",
    "| T9 |  | the run ends | rolledBack |\n",
};

static void test_drawn(void)
{
    cJSON *journal = NULL, *steps = NULL, *document = NULL;
    Buffer text = {0};

    CHECK(json_parse(JOURNAL, strlen(JOURNAL), &journal, NULL));
    CHECK(json_parse(DOCUMENT, strlen(DOCUMENT), &document, NULL));
    CHECK(json_parse(STEPS, strlen(STEPS), &steps, NULL));
    record_draw(journal, steps, document, &text);
    for (size_t i = 0; i < TEST_COUNT(LINES); i++)
        CHECK_CASE(LINES[i], strstr(text.data, LINES[i]) != NULL);
    buffer_release(&text);
    cJSON_Delete(journal);
    cJSON_Delete(steps);
    cJSON_Delete(document);
}

/* Of a run that was stopped before anything was learned. */
static void test_drawn_of_little(void)
{
    static const char BEGUN[] = "[{\"type\":\"begin\",\"procedure\":\"failover\",\"at\":\"T1\"}]";
    cJSON *journal = NULL;
    Buffer text = {0};

    CHECK(json_parse(BEGUN, strlen(BEGUN), &journal, NULL));
    record_draw(journal, NULL, NULL, &text);
    CHECK(strstr(text.data, "- begun by: unknown\n") != NULL);
    CHECK(strstr(text.data, "## Consents") == NULL && strstr(text.data, "## Findings") == NULL);
    buffer_release(&text);
    cJSON_Delete(journal);
}

TEST_SUITE("reports/record", {"a run", test_drawn}, {"hardly a run", test_drawn_of_little});
