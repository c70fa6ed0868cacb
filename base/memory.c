/*
 * base/memory.c - memory from the heap, or the end of the process.
 */
#include "base/memory.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void die_without_memory(void)
{
    fputs("understudy: out of memory\n", stderr);
    abort();
}

void *memory_new(size_t count, size_t size)
{
    /* calloc(0) may answer NULL, which callers would take for absent. */
    void *fresh = calloc(count > 0 ? count : 1, size > 0 ? size : 1);

    if (fresh == NULL)
        die_without_memory();
    return fresh;
}

void *memory_resize(void *old, size_t count, size_t size)
{
    void *moved = reallocarray(old, count > 0 ? count : 1, size > 0 ? size : 1);

    if (moved == NULL)
        die_without_memory();
    return moved;
}

char *memory_text(const char *text)
{
    return text == NULL ? NULL : memory_text_of(text, strlen(text));
}

char *memory_text_of(const char *text, size_t length)
{
    char *copy;

    if (length == SIZE_MAX)
        die_without_memory();
    copy = memory_resize(NULL, length + 1, 1);
    if (length > 0)
        memcpy(copy, text, length);
    copy[length] = '\0';
    return copy;
}

char *memory_format(const char *format, ...)
{
    va_list arguments;
    char *text = NULL;

    va_start(arguments, format);
    if (vasprintf(&text, format, arguments) < 0)
        die_without_memory();
    va_end(arguments);
    return text;
}
