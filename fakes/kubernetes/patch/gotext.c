/*
 * fakes/kubernetes/patch/gotext.c - what Go's %v makes of maps, slices and plain values.
 */
#include "fakes/kubernetes/patch/gotext.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

static int compare_keys(const void *a, const void *b)
{
    return strcmp((*(const cJSON *const *)a)->string, (*(const cJSON *const *)b)->string);
}

static void add_map(Buffer *buffer, const cJSON *map)
{
    int count = cJSON_GetArraySize(map), i = 0;
    const cJSON **members = memory_new((size_t)count + 1, sizeof *members);
    const cJSON *member;

    cJSON_ArrayForEach(member, map) members[i++] = member;
    qsort(members, (size_t)count, sizeof *members, compare_keys);
    buffer_add_text(buffer, "map[");
    for (i = 0; i < count; i++) {
        buffer_format(buffer, "%s%s:", i > 0 ? " " : "", members[i]->string);
        go_text(buffer, members[i]);
    }
    buffer_add_text(buffer, "]");
    free(members);
}

static void add_slice(Buffer *buffer, const cJSON *slice)
{
    const cJSON *element;

    buffer_add_text(buffer, "[");
    cJSON_ArrayForEach(element, slice)
    {
        if (element != slice->child)
            buffer_add_text(buffer, " ");
        go_text(buffer, element);
    }
    buffer_add_text(buffer, "]");
}

void go_text(Buffer *buffer, const cJSON *value)
{
    if (cJSON_IsObject(value))
        add_map(buffer, value);
    else if (cJSON_IsArray(value))
        add_slice(buffer, value);
    else if (cJSON_IsString(value))
        buffer_add_text(buffer, value->valuestring);
    else if (cJSON_IsNumber(value))
        buffer_format(buffer, "%.15g", value->valuedouble);
    else if (cJSON_IsBool(value))
        buffer_add_text(buffer, cJSON_IsTrue(value) ? "true" : "false");
    else
        buffer_add_text(buffer, "<nil>");
}

void go_quote(Buffer *buffer, const char *text)
{
    static const char ESCAPED[] = "\"\\\a\b\f\n\r\t\v", LETTERS[] = "\"\\abfnrtv";

    buffer_add_text(buffer, "\"");
    for (; *text; text++) {
        const char *found = strchr(ESCAPED, *text);

        if (found != NULL)
            buffer_format(buffer, "\\%c", LETTERS[found - ESCAPED]);
        else if ((unsigned char)*text < ' ' || *text == 0x7f)
            buffer_format(buffer, "\\x%02x", (unsigned char)*text);
        else
            buffer_add(buffer, text, 1);
    }
    buffer_add_text(buffer, "\"");
}
