/*
 * conformance/fakes/matching.c - an answer held against the one that was recorded: each place where they differ.
 */
#include "conformance/fakes/matching.h"

#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/memory.h"

enum { SHOWN_MAX = 400 };

/* The length of the character there, as UTF-8 has it (RFC 3629, section 3); 0: none, or one for machines. */
static size_t character(const char *at)
{
    unsigned char first = (unsigned char)*at;
    size_t length = first < 0x80       ? 1
                    : first >> 5 == 6  ? 2
                    : first >> 4 == 14 ? 3
                    : first >> 3 == 30 ? 4
                                       : 0;

    if (first < ' ' && !strchr("\n\r\t", *at))
        return 0;
    for (size_t i = 1; i < length; i++)
        if (((unsigned char)at[i] & 0xc0) != 0x80)
            return 0;
    return length;
}

/* A person reads it: the beginning is enough. Bytes of something compressed or packed are not shown. */
static char *shown(const char *text)
{
    size_t length = 0, next;

    if (!text)
        return memory_text("nothing");
    while (length < SHOWN_MAX && text[length]) {
        next = character(text + length);
        if (next == 0)
            return memory_text("something that is no text");
        length += next;
    }
    return memory_format("%.*s%s", (int)length, text, text[length] ? "..." : "");
}

void differences_add(Differences *differences, const char *pointer, const char *expected,
                     const char *got)
{
    MEMORY_GROW(differences->items, differences->count, differences->capacity);
    differences->items[differences->count++] = (Difference){.pointer = memory_text(pointer),
                                                            .expected = shown(expected),
                                                            .got = shown(got)};
}

void differences_release(Differences *differences)
{
    for (size_t i = 0; i < differences->count; i++) {
        free(differences->items[i].pointer);
        free(differences->items[i].expected);
        free(differences->items[i].got);
    }
    free(differences->items);
    *differences = (Differences){0};
}

static void add_trees(Differences *differences, const char *pointer, const cJSON *expected,
                      const cJSON *got)
{
    char *one = expected ? json_text(expected) : NULL, *other = got ? json_text(got) : NULL;

    differences_add(differences, pointer, one, other);
    free(one);
    free(other);
}

void match_text(Variables *variables, const char *pointer, const char *expected, const char *got,
                Differences *differences)
{
    char *why = NULL, *said;

    if (variables_match(variables, expected, got, &why))
        return;
    said = why ? memory_format("%s (%s)", expected, why) : memory_text(expected);
    differences_add(differences, pointer, said, got);
    free(said);
    free(why);
}

/* A variable may stand for a number. */
static bool is_scalar_match(Variables *variables, const cJSON *expected, const cJSON *got,
                            const char *pointer, Differences *differences)
{
    char *text;

    if (!cJSON_IsString(expected) || !variables_has(expected->valuestring))
        return false;
    if (strcmp(expected->valuestring, "${any}") == 0)
        return got != NULL;
    if (cJSON_IsString(got)) {
        match_text(variables, pointer, expected->valuestring, got->valuestring, differences);
        return true;
    }
    if (!cJSON_IsNumber(got))
        return false;
    text = json_text(got);
    match_text(variables, pointer, expected->valuestring, text, differences);
    free(text);
    return true;
}

/* RFC 6901, section 3: "~" and "/" of a key are written otherwise. */
static char *below(const char *pointer, const char *key)
{
    Buffer out = {0};

    buffer_add_text(&out, pointer);
    buffer_add_byte(&out, '/');
    for (; *key; key++) {
        if (*key == '~' || *key == '/')
            buffer_add_text(&out, *key == '~' ? "~0" : "~1");
        else
            buffer_add_byte(&out, (uint8_t)*key);
    }
    return buffer_take(&out);
}

/* The member that an expected key means; a key may hold a variable. */
static const cJSON *member(Variables *variables, const cJSON *object, const char *key)
{
    char *text = variables_text(variables, key);
    const cJSON *found = cJSON_GetObjectItemCaseSensitive(object, text);

    free(text);
    return found;
}

static char *keys_text(const cJSON *object)
{
    Buffer out = {0};
    const cJSON *child;

    cJSON_ArrayForEach(child, object)
        buffer_format(&out, "%s%s", out.length ? " " : "", child->string);
    return buffer_take(&out);
}

static void match_order(Variables *variables, const char *pointer, const cJSON *expected,
                        const cJSON *got, Differences *differences)
{
    const cJSON *one = expected->child, *other = got->child;
    char *place, *keys, *others;

    while (one && other && member(variables, got, one->string) == other) {
        one = one->next;
        other = other->next;
    }
    if (!one)
        return;
    place = memory_format("%s (order)", pointer);
    keys = keys_text(expected);
    others = keys_text(got);
    differences_add(differences, place, keys, others);
    free(place);
    free(keys);
    free(others);
}

static void match_object(Variables *variables, const char *pointer, const cJSON *expected,
                         const cJSON *got, Differences *differences)
{
    const cJSON *one, *other;
    size_t before = differences->count;
    int matched = 0;

    cJSON_ArrayForEach(one, expected)
    {
        char *place = below(pointer, one->string);

        other = member(variables, got, one->string);
        matched += other != NULL;
        match_tree(variables, place, one, other, differences);
        free(place);
    }
    if (matched < cJSON_GetArraySize(got)) {
        cJSON_ArrayForEach(other, got)
        {
            char *place = below(pointer, other->string);
            bool is_known = false;

            cJSON_ArrayForEach(one, expected) is_known =
                is_known || member(variables, got, one->string) == other;
            if (!is_known)
                add_trees(differences, place, NULL, other);
            free(place);
        }
    }
    if (differences->count == before)
        match_order(variables, pointer, expected, got, differences);
}

static void match_array(Variables *variables, const char *pointer, const cJSON *expected,
                        const cJSON *got, Differences *differences)
{
    const cJSON *one = expected->child, *other = got->child;

    for (int i = 0; one || other; i++) {
        char *place = memory_format("%s/%d", pointer, i);

        match_tree(variables, place, one, other, differences);
        free(place);
        one = one ? one->next : NULL;
        other = other ? other->next : NULL;
    }
}

void match_tree(Variables *variables, const char *pointer, const cJSON *expected, const cJSON *got,
                Differences *differences)
{
    if (!expected || !got) {
        if (expected != got)
            add_trees(differences, pointer, expected, got);
    } else if (is_scalar_match(variables, expected, got, pointer, differences)) {
        return;
    } else if (cJSON_IsObject(expected) && cJSON_IsObject(got)) {
        match_object(variables, pointer, expected, got, differences);
    } else if (cJSON_IsArray(expected) && cJSON_IsArray(got)) {
        match_array(variables, pointer, expected, got, differences);
    } else if (!cJSON_Compare(expected, got, true)) {
        add_trees(differences, pointer, expected, got);
    }
}
