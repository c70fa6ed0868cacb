/*
 * base/memory.h - memory from the heap, or the end of the process.
 *
 * A failover tool that has run out of memory cannot do anything useful with an error about it, and
 * code that tries is code nobody can test. So these never return NULL: they print one line and abort;
 * the journal makes the next start safe.
 */
#ifndef BASE_MEMORY_H
#define BASE_MEMORY_H

#include <stddef.h>

/* Zeroed memory for count things of size bytes; free() it. */
void *memory_new(size_t count, size_t size) __attribute__((returns_nonnull));

/* Room for count things of size bytes; what was there stays, the rest is not zeroed. */
void *memory_resize(void *old, size_t count, size_t size) __attribute__((returns_nonnull));

/* A copy of text, or NULL for NULL; free() it. */
char *memory_text(const char *text);

/* A copy of the first length bytes of text with a NUL after them; free() it. */
char *memory_text_of(const char *text, size_t length) __attribute__((returns_nonnull));

/* printf into fresh memory; free() it. */
char *memory_format(const char *format, ...) __attribute__((format(printf, 1, 2), returns_nonnull));

#define MEMORY_NEW(Type) ((Type *)memory_new(1, sizeof(Type)))

/* Room for one more in a growing array {items, count, capacity}. */
#define MEMORY_GROW(items, count, capacity)                                \
    do {                                                                   \
        if ((count) == (capacity)) {                                       \
            (capacity) = (capacity) ? (capacity)*2 : 8;                    \
            (items) = memory_resize((items), (capacity), sizeof *(items)); \
        }                                                                  \
    } while (0)

#endif
