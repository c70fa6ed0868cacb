/*
 * base/buffer.h - bytes that grow at the end and are eaten from the front.
 *
 * Ownership: the buffer owns its bytes; `data` is valid until the next call on it. There is always
 * a NUL after the last byte, so a buffer that holds text can be read as a string.
 */
#ifndef BASE_BUFFER_H
#define BASE_BUFFER_H

#include <stddef.h>
#include <stdint.h>

typedef struct {
    char *data; /* NULL while empty and never used */
    size_t length;
    size_t capacity;
} Buffer;

/* A zeroed Buffer is an empty one; there is no init. */
void buffer_add(Buffer *buffer, const void *bytes, size_t length);
void buffer_add_text(Buffer *buffer, const char *text);
void buffer_add_byte(Buffer *buffer, uint8_t byte);
void buffer_add_u16(Buffer *buffer, uint16_t value); /* big-endian, as on every wire here */
void buffer_add_u32(Buffer *buffer, uint32_t value);
void buffer_add_u64(Buffer *buffer, uint64_t value);
void buffer_format(Buffer *buffer, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Room for length bytes at the end, which the caller fills in before the next call. */
char *buffer_extend(Buffer *buffer, size_t length) __attribute__((returns_nonnull));

/* Drops the first length bytes. */
void buffer_eat(Buffer *buffer, size_t length);

/* Empties it, keeps the memory. */
void buffer_clear(Buffer *buffer);
void buffer_release(Buffer *buffer);

/* Gives the bytes away (free() them) and leaves the buffer empty; never NULL. */
char *buffer_take(Buffer *buffer);

#endif
