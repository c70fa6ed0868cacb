/*
 * conformance/fakes/dns/lines.c - lines of text: added, sorted, compared.
 */
#include "conformance/fakes/dns/lines.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

enum { SET_WORDS = 4 };

static void add(Lines *lines, char *line)
{
    MEMORY_GROW(lines->items, lines->count, lines->capacity);
    lines->items[lines->count++] = line;
}

void lines_add(Lines *lines, const char *format, ...)
{
    va_list arguments;
    char *line;

    va_start(arguments, format);
    if (vasprintf(&line, format, arguments) < 0)
        abort();
    va_end(arguments);
    add(lines, line);
}

void lines_split(Lines *lines, const char *text)
{
    while (text != NULL && *text != '\0') {
        size_t length = strcspn(text, "\n");

        add(lines, memory_text_of(text, length));
        text += length + (text[length] == '\n');
    }
}

void lines_release(Lines *lines)
{
    for (size_t i = 0; i < lines->count; i++)
        free(lines->items[i]);
    free(lines->items);
    *lines = (Lines){0};
}

void lines_take(Lines *lines, Buffer *out)
{
    for (size_t i = 0; i < lines->count; i++)
        buffer_format(out, "%s\n", lines->items[i]);
    lines_release(lines);
}

bool lines_have(const Lines *lines, const char *line)
{
    for (size_t i = 0; i < lines->count; i++) {
        if (strcmp(lines->items[i], line) == 0)
            return true;
    }
    return false;
}

static int compare(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void sort(Lines *lines, size_t first, size_t end)
{
    if (end > first + 1)
        qsort(lines->items + first, end - first, sizeof *lines->items, compare);
}

void lines_sort(Lines *lines)
{
    sort(lines, 0, lines->count);
}

static size_t set_length(const char *line)
{
    const char *at = line;

    for (int words = 0; words < SET_WORDS && *at != '\0'; words++) {
        at += strcspn(at, " ");
        at += strspn(at, " ");
    }
    return (size_t)(at - line);
}

static bool same_set(const char *a, const char *b)
{
    size_t length = set_length(a);

    return set_length(b) == length && memcmp(a, b, length) == 0;
}

void lines_sort_sets(Lines *lines)
{
    for (size_t first = 0, end; first < lines->count; first = end) {
        end = first + 1;
        while (end < lines->count && same_set(lines->items[first], lines->items[end]))
            end++;
        sort(lines, first, end);
    }
}

void lines_sort_between(Lines *lines, const char *mark)
{
    size_t first = 0;

    for (size_t i = 0; i <= lines->count; i++) {
        if (i < lines->count && strstr(lines->items[i], mark) == NULL)
            continue;
        sort(lines, first, i);
        first = i + 1;
    }
}
