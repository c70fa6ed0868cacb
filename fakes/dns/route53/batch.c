/*
 * fakes/dns/route53/batch.c - what ChangeResourceRecordSets is asked to do, read from its XML.
 */
#include "fakes/dns/route53/batch.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <expat.h>

#include "base/buffer.h"
#include "fakes/dns/message.h"

typedef struct {
    XML_Parser parser;
    Arena *arena;
    Route53Batch *batch;
    Buffer text;
    const char *wrong; /* what is; NULL: nothing yet */
} Reading;

static void refuse(Reading *reading, const char *why)
{
    reading->wrong = why;
    XML_StopParser(reading->parser, XML_FALSE);
}

static void XMLCALL on_start(void *owner, const XML_Char *name, const XML_Char **attributes)
{
    Reading *reading = owner;

    (void)attributes;
    buffer_clear(&reading->text);
    if (strcmp(name, "AliasTarget") == 0 || strcmp(name, "SetIdentifier") == 0)
        refuse(reading, "alias records and routing policies are not known here");
    else if (strcmp(name, "Change") != 0)
        return;
    else if (reading->batch->count == ROUTE53_CHANGES_MAX)
        refuse(reading, "too many changes");
    else
        reading->batch->count++;
}

static bool read_action(const char *text, Route53Change *change)
{
    static const char *const NAMES[] =
        {[ROUTE53_CREATE] = "CREATE", [ROUTE53_DELETE] = "DELETE", [ROUTE53_UPSERT] = "UPSERT"};

    for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++)
        if (strcmp(text, NAMES[i]) == 0) {
            change->action = (Route53Action)i;
            return true;
        }
    return false;
}

static const char *dotted(Arena *arena, const char *name)
{
    size_t length = strlen(name);

    return length > 0 && name[length - 1] == '.' ? name : arena_format(arena, "%s.", name);
}

static void XMLCALL on_end(void *owner, const XML_Char *name)
{
    Reading *reading = owner;
    Route53Change *change =
        reading->batch->count > 0 ? &reading->batch->changes[reading->batch->count - 1] : NULL;
    const char *text = arena_text_of(reading->arena, reading->text.data ? reading->text.data : "",
                                     reading->text.length);

    if (change == NULL)
        return;
    if (strcmp(name, "Action") == 0 && !read_action(text, change))
        refuse(reading, "no such action");
    else if (strcmp(name, "Name") == 0)
        change->name = dotted(reading->arena, text);
    else if (strcmp(name, "Type") == 0)
        change->type = dns_type_parse(text);
    else if (strcmp(name, "TTL") == 0)
        change->ttl_s = (uint32_t)strtoul(text, NULL, 10);
    else if (strcmp(name, "Value") == 0 && change->count < ROUTE53_VALUES_MAX)
        change->values[change->count++] = text;
}

static void XMLCALL on_text(void *owner, const XML_Char *text, int length)
{
    buffer_add(&((Reading *)owner)->text, text, (size_t)length);
}

static bool check(const Route53Batch *batch, Error *err)
{
    for (size_t i = 0; i < batch->count; i++) {
        const Route53Change *change = &batch->changes[i];

        if (change->name == NULL || change->type == 0 || change->count == 0)
            return error_set(err, ERR_INPUT, "a change without a name, a type or a value");
    }
    return batch->count > 0 || error_set(err, ERR_INPUT, "a batch without changes");
}

bool route53_batch_read(Arena *arena, const char *xml, size_t length, Route53Batch *out_batch,
                        Error *err)
{
    Reading reading = {.parser = XML_ParserCreate("UTF-8"), .arena = arena, .batch = out_batch};
    bool ok;

    assert(reading.parser != NULL);
    *out_batch = (Route53Batch){0};
    XML_SetUserData(reading.parser, &reading);
    XML_SetElementHandler(reading.parser, on_start, on_end);
    XML_SetCharacterDataHandler(reading.parser, on_text);
    ok = XML_Parse(reading.parser, xml, (int)length, XML_TRUE) == XML_STATUS_OK;
    if (!ok)
        error_set(err, ERR_INPUT, "%s",
                  reading.wrong ? reading.wrong
                                : XML_ErrorString(XML_GetErrorCode(reading.parser)));
    XML_ParserFree(reading.parser);
    buffer_release(&reading.text);
    return ok && check(out_batch, err);
}
