/*
 * base/arena.c - memory that goes away together: a list of blocks, filled from the front.
 */
#include "base/arena.h"

#include <assert.h>
#include <stdalign.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

enum { BLOCK_SIZE = 8192 };

struct ArenaBlock {
    ArenaBlock *older;
    size_t used;
    size_t size;
    alignas(max_align_t) unsigned char bytes[];
};

static ArenaBlock *block_add(Arena *arena, size_t least)
{
    size_t size = least > BLOCK_SIZE ? least : BLOCK_SIZE;
    ArenaBlock *block = memory_resize(NULL, sizeof *block + size, 1);

    block->older = arena->blocks;
    block->used = 0;
    block->size = size;
    arena->blocks = block;
    return block;
}

static void *take(Arena *arena, size_t size)
{
    ArenaBlock *block = arena->blocks;
    void *taken;

    assert(size < SIZE_MAX / 2);
    size = (size + alignof(max_align_t) - 1) / alignof(max_align_t) * alignof(max_align_t);
    if (block == NULL || block->size - block->used < size)
        block = block_add(arena, size);
    taken = block->bytes + block->used;
    block->used += size;
    return taken;
}

void *arena_new(Arena *arena, size_t size)
{
    void *fresh = take(arena, size);

    memset(fresh, 0, size);
    return fresh;
}

char *arena_text(Arena *arena, const char *text)
{
    return text == NULL ? NULL : arena_text_of(arena, text, strlen(text));
}

char *arena_text_of(Arena *arena, const char *text, size_t length)
{
    char *copy = take(arena, length + 1);

    if (length > 0)
        memcpy(copy, text, length);
    copy[length] = '\0';
    return copy;
}

static char *format_arguments(Arena *arena, const char *format, va_list arguments)
{
    char draft[256], *text;
    va_list again;
    int length;

    assert(format != NULL);
    va_copy(again, arguments);
    length = vsnprintf(draft, sizeof draft, format, arguments);
    assert(length >= 0);
    text = take(arena, (size_t)length + 1);
    if ((size_t)length < sizeof draft)
        memcpy(text, draft, (size_t)length + 1);
    else
        vsnprintf(text, (size_t)length + 1, format, again);
    va_end(again);
    return text;
}

char *arena_format(Arena *arena, const char *format, ...)
{
    va_list arguments;
    char *text;

    va_start(arguments, format);
    text = format_arguments(arena, format, arguments);
    va_end(arguments);
    return text;
}

void arena_reset(Arena *arena)
{
    ArenaBlock *kept = arena->blocks;

    if (kept == NULL)
        return;
    arena->blocks = kept->older;
    arena_release(arena);
    kept->older = NULL;
    kept->used = 0;
    arena->blocks = kept;
}

void arena_release(Arena *arena)
{
    while (arena->blocks != NULL) {
        ArenaBlock *block = arena->blocks;

        arena->blocks = block->older;
        free(block);
    }
}
