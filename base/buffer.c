/*
 * base/buffer.c - bytes that grow at the end and are eaten from the front.
 */
#include "base/buffer.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

enum { FORMAT_ROOM = 40 }; /* a number, an address, a time */

/* Makes room for length more bytes and the NUL after them. */
static void reserve(Buffer *buffer, size_t length)
{
    size_t needed = buffer->length + length + 1;
    size_t capacity = buffer->capacity > 0 ? buffer->capacity : 64;

    assert(length < SIZE_MAX / 4 && buffer->length < SIZE_MAX / 4);
    if (needed <= buffer->capacity)
        return;
    while (capacity < needed)
        capacity *= 2;
    buffer->data = memory_resize(buffer->data, capacity, 1);
    buffer->capacity = capacity;
}

void buffer_add(Buffer *buffer, const void *bytes, size_t length)
{
    reserve(buffer, length);
    if (length > 0)
        memcpy(buffer->data + buffer->length, bytes, length);
    buffer->length += length;
    buffer->data[buffer->length] = '\0';
}

char *buffer_extend(Buffer *buffer, size_t length)
{
    reserve(buffer, length);
    buffer->length += length;
    buffer->data[buffer->length] = '\0';
    return buffer->data + buffer->length - length;
}

void buffer_add_text(Buffer *buffer, const char *text)
{
    buffer_add(buffer, text, strlen(text));
}

/* On its own, since JSON is written byte by byte in places: one comparison, and two stores. */
void buffer_add_byte(Buffer *buffer, uint8_t byte)
{
    if (buffer->length + 2 > buffer->capacity)
        reserve(buffer, 1);
    buffer->data[buffer->length++] = (char)byte;
    buffer->data[buffer->length] = '\0';
}

static void add_big_endian(Buffer *buffer, uint64_t value, size_t width)
{
    uint8_t bytes[8];

    for (size_t i = 0; i < width; i++)
        bytes[i] = (uint8_t)(value >> (8 * (width - 1 - i)));
    buffer_add(buffer, bytes, width);
}

void buffer_add_u16(Buffer *buffer, uint16_t value)
{
    add_big_endian(buffer, value, 2);
}

void buffer_add_u32(Buffer *buffer, uint32_t value)
{
    add_big_endian(buffer, value, 4);
}

void buffer_add_u64(Buffer *buffer, uint64_t value)
{
    add_big_endian(buffer, value, 8);
}

/* Written where it is to stand, and once more only if it did not fit. */
void buffer_format(Buffer *buffer, const char *format, ...)
{
    va_list arguments;
    size_t room;
    int length;

    assert(format != NULL);
    reserve(buffer, FORMAT_ROOM);
    room = buffer->capacity - buffer->length;
    va_start(arguments, format);
    length = vsnprintf(buffer->data + buffer->length, room, format, arguments);
    va_end(arguments);
    assert(length >= 0);
    if ((size_t)length >= room) {
        reserve(buffer, (size_t)length);
        va_start(arguments, format);
        vsnprintf(buffer->data + buffer->length, (size_t)length + 1, format, arguments);
        va_end(arguments);
    }
    buffer->length += (size_t)length;
}

void buffer_eat(Buffer *buffer, size_t length)
{
    assert(length <= buffer->length);
    if (length == 0)
        return;
    buffer->length -= length;
    memmove(buffer->data, buffer->data + length, buffer->length + 1);
}

void buffer_clear(Buffer *buffer)
{
    buffer->length = 0;
    if (buffer->data != NULL)
        buffer->data[0] = '\0';
}

void buffer_release(Buffer *buffer)
{
    free(buffer->data);
    *buffer = (Buffer){0};
}

char *buffer_take(Buffer *buffer)
{
    char *taken;

    reserve(buffer, 0);
    taken = buffer->data;
    taken[buffer->length] = '\0';
    *buffer = (Buffer){0};
    return taken;
}
