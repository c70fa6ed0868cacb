/*
 * base/arena.h - memory that goes away together.
 *
 * Ownership: whatever an arena hands out lives until arena_release or arena_reset.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stddef.h>

typedef struct ArenaBlock ArenaBlock;
typedef struct {
    ArenaBlock *blocks; /* newest first */
} Arena;

/* Zeroed, aligned for anything. A zeroed Arena is an empty one; there is no init. */
void *arena_new(Arena *arena, size_t size) __attribute__((returns_nonnull));
char *arena_text(Arena *arena, const char *text);
char *arena_text_of(Arena *arena, const char *text, size_t length) __attribute__((returns_nonnull));
char *arena_format(Arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3), returns_nonnull));

/* Forgets everything that was handed out, keeps one block for the next use. */
void arena_reset(Arena *arena);
void arena_release(Arena *arena);

#define ARENA_NEW(arena, Type) ((Type *)arena_new((arena), sizeof(Type)))

#endif
