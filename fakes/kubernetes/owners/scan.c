/*
 * fakes/kubernetes/owners/scan.c - JSON text read in one pass, without a tree.
 */
#include "fakes/kubernetes/owners/scan.h"

#include <string.h>

#include <cjson/cJSON.h>

static void skip_space(Scan *scan)
{
    while (scan->at < scan->end && strchr(" \t\r\n", *scan->at) != NULL && *scan->at)
        scan->at++;
}

bool scan_take(Scan *scan, char byte)
{
    skip_space(scan);
    if (scan->at == scan->end || *scan->at != byte)
        return false;
    scan->at++;
    return true;
}

/* From a quote to the quote that ends it; NULL if none does. */
static const char *closing_quote(const char *at, const char *end, bool *out_is_escaped)
{
    *out_is_escaped = false;
    for (at++; at < end && *at != '"'; at++)
        if (*at == '\\') {
            *out_is_escaped = true;
            at++;
        }
    return at < end ? at : NULL;
}

/* The escapes of one byte; all others are cJSON's affair. */
static bool unescape_simple(const char *from, size_t length, char *to, size_t *out_length)
{
    static const char ESCAPES[] = "\"\"\\\\//b\bf\fn\nr\rt\t";
    const char *escape, *start = to;

    for (const char *end = from + length; from < end; from++) {
        if (*from != '\\') {
            *to++ = *from;
            continue;
        }
        from++;
        for (escape = ESCAPES; *escape && *escape != *from;)
            escape += 2;
        if (*escape == 0)
            return false;
        *to++ = escape[1];
    }
    *out_length = (size_t)(to - start);
    return true;
}

/* token stands with its quotes. */
static bool unescape(Arena *arena, const char *token, size_t length, const char **out_text,
                     size_t *out_length)
{
    char *text = arena_text_of(arena, token + 1, length - 2);
    cJSON *parsed;

    *out_text = text;
    if (unescape_simple(token + 1, length - 2, text, out_length))
        return true;
    parsed = cJSON_ParseWithLength(token, length);
    *out_text = arena_text(arena, cJSON_GetStringValue(parsed));
    *out_length = *out_text ? strlen(*out_text) : 0;
    cJSON_Delete(parsed);
    return *out_text != NULL;
}

bool scan_string(Scan *scan, Arena *arena, const char **out_text, size_t *out_length)
{
    const char *start, *quote;
    bool is_escaped;

    skip_space(scan);
    start = scan->at;
    if (start == scan->end || *start != '"')
        return false;
    quote = closing_quote(start, scan->end, &is_escaped);
    if (quote == NULL)
        return false;
    scan->at = quote + 1;
    if (is_escaped)
        return unescape(arena, start, (size_t)(quote + 1 - start), out_text, out_length);
    *out_text = start + 1;
    *out_length = (size_t)(quote - start - 1);
    return true;
}

bool scan_value(Scan *scan, const char **out_text, size_t *out_length)
{
    int depth = 0;
    bool is_escaped;

    skip_space(scan);
    *out_text = scan->at;
    while (scan->at < scan->end) {
        char byte = *scan->at;

        if (depth == 0 && strchr(",}]", byte) != NULL)
            break;
        if (byte == '"')
            scan->at = closing_quote(scan->at, scan->end, &is_escaped);
        if (scan->at == NULL)
            return false;
        depth += byte == '{' || byte == '[';
        depth -= byte == '}' || byte == ']';
        scan->at++;
    }
    *out_length = (size_t)(scan->at - *out_text);
    return depth == 0 && *out_length > 0;
}
