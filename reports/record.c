/*
 * reports/record.c - the record of a procedure for an incident file: what came of it, who agreed to what, what was done when, what remains.
 */
#include "reports/record.h"

#include <string.h>

#include "base/clock.h"

/* Nothing that was observed may end a row of a table or begin a heading. */
static void add_cell(Buffer *out, const char *text)
{
    for (; *text; text++) {
        if (*text == '|' || *text == '`')
            buffer_add_byte(out, '\\');
        buffer_add_byte(out, (uint8_t)(*text == '\n' || *text == '\r' ? ' ' : *text));
    }
}

static void add_row(Buffer *out, const char *const *cells, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        buffer_add_text(out, i ? " | " : "| ");
        add_cell(out, cells[i]);
    }
    buffer_add_text(out, " |\n");
}

static bool is_type(const cJSON *entry, const char *type)
{
    return strcmp(json_string_or(entry, "type", ""), type) == 0;
}

/* ------------------------------------------------------------------------------------------------------- the head */

static void add_duration(Buffer *out, const char *label, int64_t ms)
{
    char text[CLOCK_TEXT_MAX];

    if (ms >= 0)
        buffer_format(out, "- %s: %s\n", label, clock_duration(ms, text));
}

static void add_loss(Buffer *out, const cJSON *rpo)
{
    int64_t bytes = json_integer_or(rpo, "bytes", -1);

    if (bytes < 0)
        return;
    buffer_format(out, "- RPO: %s%lld bytes",
                  json_bool_or(rpo, "isKnown", false) ? "" : "at least ", (long long)bytes);
    if (json_has(rpo, "writes"))
        buffer_format(out, ", %lld writes", (long long)json_integer_or(rpo, "writes", 0));
    buffer_add_text(out, "\n");
    add_duration(out, "age of the last change that is there", json_integer_or(rpo, "ms", -1));
}

static void add_head(Buffer *out, const cJSON *entries, const cJSON *document)
{
    const cJSON *record = NULL, *last = NULL, *entry;

    cJSON_ArrayForEach(entry, entries)
    {
        last = entry;
        if (json_has(entry, "record"))
            record = json_find(entry, "record");
    }
    buffer_format(out, "# %s of %s: %s\n\n", json_string_or(entries, "0/procedure", ""),
                  json_string_or(entries, "0/environment", ""),
                  json_string_or(document, "outcome", ""));
    buffer_format(out, "- began: %s\n- ended: %s\n- begun by: %s\n",
                  json_string_or(entries, "0/at", ""), json_string_or(last, "at", ""),
                  json_string_or(record, "run", "unknown"));
    if (json_has(record, "roles/active"))
        buffer_format(out, "- active before: %s, standby before: %s\n",
                      json_string_or(record, "roles/active", ""),
                      json_string_or(record, "roles/standby", ""));
    add_duration(out, "RTO", json_integer_or(document, "rtoMs", -1));
    add_loss(out, json_find(document, "rpo"));
}

/* ------------------------------------------------------------------------------------------------------ the tables */

static void add_phases(Buffer *out, const cJSON *phases)
{
    const cJSON *phase;

    if (cJSON_GetArraySize(phases) == 0)
        return;
    buffer_add_text(out, "\n## Phases of the outage\n\n| phase | took |\n| --- | --- |\n");
    cJSON_ArrayForEach(phase, phases)
    {
        char took[CLOCK_TEXT_MAX];
        const char *cells[] = {json_string_or(phase, "name", ""),
                               clock_duration(json_integer_or(phase, "ms", 0), took)};

        add_row(out, cells, 2);
    }
}

static void add_consents(Buffer *out, const cJSON *entries)
{
    const cJSON *entry;
    bool has_any = false;

    cJSON_ArrayForEach(entry, entries)
    {
        const char *cells[] = {json_string_or(entry, "at", ""),
                               json_string_or(entry, "consent", ""),
                               json_string_or(entry, "answer", ""),
                               json_string_or(entry, "how", ""),
                               json_string_or(entry, "by", ""),
                               json_string_or(entry, "stake", "")};

        if (!is_type(entry, "consent"))
            continue;
        if (!has_any)
            buffer_add_text(out, "\n## Consents\n\n| when | what | answer | how | who | at stake "
                                 "|\n| --- | --- | --- | --- | --- | --- |\n");
        has_any = true;
        add_row(out, cells, 6);
    }
}

static void add_findings(Buffer *out, const cJSON *entries)
{
    const cJSON *entry;
    bool has_any = false;

    cJSON_ArrayForEach(entry, entries)
    {
        const cJSON *finding = json_find(entry, "finding");
        bool is_warning = is_type(entry, "warning");
        const char *cells[] = {json_string_or(entry, "at", ""),
                               is_warning ? "WARN" : json_string_or(finding, "reaction", ""),
                               json_string_or(is_warning ? entry : finding, "check", ""),
                               is_warning ? json_string_or(entry, "text", "")
                                          : json_string_or(finding, "observed", ""),
                               json_string_or(finding, "remedy", "")};

        if (!finding && !is_warning)
            continue;
        if (!has_any)
            buffer_add_text(out, "\n## Findings\n\n| when | reaction | check | observed | remedy "
                                 "|\n| --- | --- | --- | --- | --- |\n");
        has_any = true;
        add_row(out, cells, 5);
    }
}

/* What was begun and what came of it, in order: intents are the effects. */
static const char *word_for(const cJSON *entry)
{
    static const struct {
        const char *type, *word;
    } WORDS[] = {
        {"begin",  "the run begins"              },
        {"resume", "another process goes on"     },
        {"intent", "acts"                        },
        {"failed", "could not go on"             },
        {"undo",   "undone"                      },
        {"halt",   "the run stops, and can go on"},
        {"end",    "the run ends"                },
    };

    for (size_t i = 0; i < sizeof WORDS / sizeof *WORDS; i++)
        if (is_type(entry, WORDS[i].type))
            return WORDS[i].word;
    return is_type(entry, "outcome") ? json_string_or(entry, "result", "") : NULL;
}

static void add_timeline(Buffer *out, const cJSON *entries, const cJSON *steps)
{
    const cJSON *entry;

    buffer_add_text(out,
                    "\n## Timeline\n\n| when | step | what | why |\n| --- | --- | --- | --- |\n");
    cJSON_ArrayForEach(entry, entries)
    {
        const char *word = word_for(entry);
        const cJSON *step = json_find(steps, json_string_or(entry, "step", "-"));
        const char *cells[] = {json_string_or(entry, "at", ""), json_string_or(step, "name", ""),
                               word,
                               is_type(entry, "intent") ? json_string_or(step, "why", "")
                                                        : json_string_or(entry, "outcome", "")};

        if (word)
            add_row(out, cells, 4);
    }
}

static void add_list(Buffer *out, const char *title, const cJSON *items)
{
    const cJSON *item;

    if (cJSON_GetArraySize(items) == 0)
        return;
    buffer_format(out, "\n## %s\n\n", title);
    cJSON_ArrayForEach(item, items)
    {
        if (cJSON_IsString(item))
            buffer_format(out, "- %s\n", item->valuestring);
        else
            buffer_format(out, "- `%s`: %s\n", json_string_or(item, "command", ""),
                          json_string_or(item, "what", ""));
    }
}

void record_draw(const cJSON *entries, const cJSON *steps, const cJSON *document, Buffer *out)
{
    add_head(out, entries, document);
    add_list(out, "Remains to be done", json_find(document, "debts"));
    add_list(out, "Next", json_find(document, "next"));
    add_phases(out, json_find(document, "phases"));
    add_consents(out, entries);
    add_findings(out, entries);
    add_timeline(out, entries, steps);
}
