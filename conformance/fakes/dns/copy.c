/*
 * conformance/fakes/dns/copy.c - what a zone holds, fetched by a signed AXFR.
 */
#include "conformance/fakes/dns/copy.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "conformance/fakes/dns/names.h"

static const char FETCH[] = "header\nquestion @ AXFR\ntsig " WIRE_COPY_KEY "\n";
static const char CHANGE[] = "header UPDATE\nzone @ SOA\n";
static const char SIGNED[] = "tsig " WIRE_COPY_KEY "\n";
static const char SERIAL[] = " serial";
static const char ANSWER[] = "answer ";

/* ---- talking ---------------------------------------------------------------------------------- */

static bool say(const WireTarget *target, const WireScene *scene, const char *text,
                bool is_transfer, WireMessage *out_message, WireAnswers *out_answers, Error *err)
{
    Buffer framed = {0};

    if (!wire_build(text, scene, out_message, err))
        return false;
    buffer_add_u16(&framed, (uint16_t)out_message->bytes.length);
    buffer_add(&framed, out_message->bytes.data, out_message->bytes.length);
    wire_talk(target,
              &(WireTalk){.bytes = &framed,
                          .is_tcp = true,
                          .expected = 1,
                          .has_no_end = is_transfer},
              out_answers);
    buffer_release(&framed);
    return true;
}

/* "answer @ 300 SOA ns1 hostmaster serial+7 3600 ...": the serial goes elsewhere, the rest stays. */
static void take_soa(WireCopy *copy, uint32_t base, const char *record)
{
    const char *serial = strstr(record, SERIAL);
    char *rest;

    if (serial == NULL)
        return;
    copy->serial = base + (uint32_t)strtol(serial + sizeof SERIAL - 1, &rest, 10);
    lines_add(&copy->records, "%.*s%s%s", (int)(serial - record), record, SERIAL, rest);
}

static void take_record(WireCopy *copy, uint32_t base, const char *record)
{
    bool is_soa = strncmp(record, "@ ", 2) == 0 && strstr(record, " SOA ") != NULL;

    if (is_soa && copy->serial != 0)
        return; /* the one at the end */
    if (is_soa)
        take_soa(copy, base, record);
    else
        lines_add(&copy->records, "%s", record);
}

bool wire_copy_fetch(const WireTarget *target, const WireScene *scene, WireCopy *out_copy,
                     Error *err)
{
    WireScene quiet = *scene;
    WireMessage message = {0};
    WireAnswers answers = {0};
    Buffer text = {0};
    Lines lines = {0};

    *out_copy = (WireCopy){0};
    if (!say(target, scene, FETCH, true, &message, &answers, err))
        return false;
    wire_tell_transfer(answers.items, answers.count, &message, &quiet, &text);
    lines_split(&lines, text.data);
    for (size_t i = 1; i < lines.count; i++) {
        if (strncmp(lines.items[i], ANSWER, sizeof ANSWER - 1) == 0)
            take_record(out_copy, scene->serial, lines.items[i] + sizeof ANSWER - 1);
    }
    lines_sort(&out_copy->records);
    if (out_copy->records.count == 0)
        error_set(err, ERR_UNAVAILABLE,
                  "the server does not give " WIRE_ZONE " to who signs with " WIRE_COPY_KEY
                  ": %.80s",
                  lines.count ? lines.items[0] : "no answer");
    lines_release(&lines);
    buffer_release(&text);
    wire_answers_release(&answers);
    wire_message_release(&message);
    return out_copy->records.count > 0;
}

void wire_copy_release(WireCopy *copy)
{
    lines_release(&copy->records);
}

/* ---- comparing -------------------------------------------------------------------------------- */

static void tell_missing(const Lines *lines, const Lines *others, char sign, Buffer *out)
{
    for (size_t i = 0; i < lines->count; i++) {
        if (!lines_have(others, lines->items[i]))
            buffer_format(out, "zone %c %s\n", sign, lines->items[i]);
    }
}

void wire_copy_tell(const WireCopy *before, const WireCopy *now, Buffer *out)
{
    size_t length = out->length;

    if (now->serial != before->serial)
        buffer_format(out, "zone serial%+" PRId32 "\n", (int32_t)(now->serial - before->serial));
    tell_missing(&before->records, &now->records, '-', out);
    tell_missing(&now->records, &before->records, '+', out);
    if (out->length == length)
        buffer_add_text(out, "zone as it was\n");
}

/* ---- putting it back -------------------------------------------------------------------------- */

/* "mp1 60 A 192.0.2.10" as what takes it away: "mp1 0 NONE A 192.0.2.10". */
static void add_removal(const char *record, Buffer *out)
{
    int owner = (int)strcspn(record, " ");
    const char *type = record + owner + 1 + strcspn(record + owner + 1, " ");

    buffer_format(out, "update %.*s 0 NONE%s\n", owner, record, type);
}

/* A SOA gets the serial after the one that is there. */
static void add_addition(const char *record, uint32_t serial, uint32_t base, Buffer *out)
{
    const char *at = strstr(record, SERIAL);
    bool is_soa = strncmp(record, "@ ", 2) == 0 && strstr(record, " SOA ") != NULL;

    if (is_soa && at != NULL)
        buffer_format(out, "update %.*s%s%+" PRId32 "%s\n", (int)(at - record), record, SERIAL,
                      (int32_t)(serial + 1 - base), at + sizeof SERIAL - 1);
    else
        buffer_format(out, "update %s\n", record);
}

/* Name servers come first: the last one of a zone cannot be taken away. */
static void add_changes(const WireCopy *wanted, const WireCopy *now, uint32_t base, Buffer *out)
{
    for (int pass = 0; pass < 3; pass++) {
        const Lines *from = pass == 1 ? &now->records : &wanted->records;
        const Lines *to = pass == 1 ? &wanted->records : &now->records;

        for (size_t i = 0; i < from->count; i++) {
            const char *record = from->items[i];
            bool is_server = strncmp(record, "@ ", 2) == 0 && strstr(record, " NS ") != NULL;
            bool is_soa = strncmp(record, "@ ", 2) == 0 && strstr(record, " SOA ") != NULL;

            if (lines_have(to, record) || (pass == 0 && !is_server) || (pass == 1 && is_soa))
                continue;
            if (pass == 1)
                add_removal(record, out);
            else
                add_addition(record, now->serial, base, out);
        }
    }
}

static bool is_same(const WireCopy *a, const WireCopy *b)
{
    Buffer text = {0};
    bool same;

    tell_missing(&a->records, &b->records, '-', &text);
    tell_missing(&b->records, &a->records, '+', &text);
    same = text.length == 0;
    buffer_release(&text);
    return same;
}

/* Says what brings the zone back; whether it did shows when it is fetched again. */
static bool send_changes(const WireTarget *target, const WireScene *scene, const WireCopy *wanted,
                         const WireCopy *now, Error *err)
{
    Buffer text = {0};
    WireMessage message = {0};
    WireAnswers answers = {0};
    bool ok;

    buffer_add_text(&text, CHANGE);
    add_changes(wanted, now, scene->serial, &text);
    buffer_add_text(&text, SIGNED);
    ok = say(target, scene, text.data, false, &message, &answers, err);
    wire_answers_release(&answers);
    wire_message_release(&message);
    buffer_release(&text);
    return ok;
}

bool wire_copy_restore(const WireTarget *target, const WireScene *scene, const WireCopy *wanted,
                       Error *err)
{
    WireCopy now = {0}, then = {0};
    bool ok = wire_copy_fetch(target, scene, &now, err);

    if (ok && !is_same(wanted, &now))
        ok = send_changes(target, scene, wanted, &now, err) &&
             wire_copy_fetch(target, scene, &then, err) &&
             (is_same(wanted, &then) ||
              error_set(err, ERR_UNAVAILABLE, "the zone cannot be put back as it was"));
    wire_copy_release(&now);
    wire_copy_release(&then);
    return ok;
}
