/*
 * conformance/fakes/packed.c - protobuf answers as trees, so that they can be compared like JSON.
 */
#include "conformance/fakes/packed.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

enum { WIRE_VARINT = 0, WIRE_BYTES = 2, MAGIC_LENGTH = 4 };
static const char MAGIC[MAGIC_LENGTH] = {'k', '8', 's', 0};

typedef struct {
    const uint8_t *at, *end;
} Reader;

typedef struct {
    uint64_t number, value; /* value: of a varint */
    unsigned type;
    const uint8_t *bytes;
    size_t length;
} Field;

static bool read_varint(Reader *reader, uint64_t *out_value)
{
    *out_value = 0;
    for (unsigned shift = 0; reader->at < reader->end && shift < 64; shift += 7) {
        uint8_t byte = *reader->at++;

        *out_value |= (uint64_t)(byte & 0x7f) << shift;
        if (byte < 0x80)
            return true;
    }
    return false;
}

static bool read_field(Reader *reader, Field *out_field)
{
    uint64_t tag, length;

    if (!read_varint(reader, &tag))
        return false;
    out_field->number = tag >> 3;
    out_field->type = tag & 7;
    if (out_field->type == WIRE_VARINT)
        return read_varint(reader, &out_field->value);
    if (out_field->type != WIRE_BYTES || !read_varint(reader, &length) ||
        length > (uint64_t)(reader->end - reader->at))
        return false;
    out_field->bytes = reader->at;
    out_field->length = (size_t)length;
    reader->at += length;
    return true;
}

static cJSON *base64_tree(const void *bytes, size_t length)
{
    cJSON *tree = cJSON_CreateObject();
    char *text = json_base64(bytes, length);

    json_put_string(tree, "base64", text);
    free(text);
    return tree;
}

static cJSON *text_tree(const void *bytes, size_t length)
{
    char *text;
    cJSON *tree;

    if (memchr(bytes, 0, length))
        return base64_tree(bytes, length);
    text = memory_text_of(bytes, length);
    tree = cJSON_CreateString(text);
    free(text);
    return tree;
}

/* What was recorded for the field: of several with one number the next one, or the last. */
static const cJSON *guide_of(const cJSON *recorded, uint64_t number, size_t index)
{
    const cJSON *pair, *last = NULL;

    cJSON_ArrayForEach(pair, recorded)
    {
        const cJSON *own = cJSON_GetArrayItem(pair, 0);

        if (!own || own->valuedouble != (double)number)
            continue;
        last = cJSON_GetArrayItem(pair, 1);
        if (index-- == 0)
            break;
    }
    return last;
}

static size_t count_before(const cJSON *fields, uint64_t number)
{
    const cJSON *pair;
    size_t count = 0;

    cJSON_ArrayForEach(pair, fields) count +=
        cJSON_GetArrayItem(pair, 0)->valuedouble == (double)number;
    return count;
}

static cJSON *message_tree(const void *bytes, size_t length, const cJSON *recorded)
{
    Reader reader = {.at = bytes, .end = (const uint8_t *)bytes + length};
    cJSON *tree = cJSON_CreateObject(), *fields = cJSON_AddArrayToObject(tree, "message");
    Field field = {0};

    while (reader.at < reader.end) {
        cJSON *pair;
        const cJSON *guide;

        if (!read_field(&reader, &field)) {
            cJSON_Delete(tree);
            return base64_tree(bytes, length);
        }
        guide = guide_of(recorded, field.number, count_before(fields, field.number));
        pair = cJSON_CreateArray();
        cJSON_AddItemToArray(pair, cJSON_CreateNumber((double)field.number));
        cJSON_AddItemToArray(pair, field.type == WIRE_VARINT
                                       ? cJSON_CreateNumber((double)field.value)
                                       : packed_tree(field.bytes, field.length, guide));
        cJSON_AddItemToArray(fields, pair);
    }
    return tree;
}

cJSON *packed_tree(const void *bytes, size_t length, const cJSON *recorded)
{
    const cJSON *message = cJSON_GetObjectItemCaseSensitive(recorded, "message");
    const cJSON *packed = cJSON_GetObjectItemCaseSensitive(recorded, "packed");
    cJSON *tree;

    if (message)
        return message_tree(bytes, length, message);
    if (packed && length >= MAGIC_LENGTH && memcmp(bytes, MAGIC, MAGIC_LENGTH) == 0) {
        tree = cJSON_CreateObject();
        cJSON_AddItemToObject(tree, "packed",
                              packed_tree((const uint8_t *)bytes + MAGIC_LENGTH,
                                          length - MAGIC_LENGTH, packed));
        return tree;
    }
    return cJSON_IsString(recorded) ? text_tree(bytes, length) : base64_tree(bytes, length);
}

cJSON *packed_frames(const void *bytes, size_t length, const cJSON *recorded)
{
    const uint8_t *at = bytes, *end = at + length;
    cJSON *frames = cJSON_CreateArray();

    for (int i = 0; end - at >= 4; i++) {
        size_t size = (size_t)at[0] << 24 | (size_t)at[1] << 16 | (size_t)at[2] << 8 | at[3];
        const cJSON *guide = cJSON_GetArrayItem(recorded, i);

        at += 4;
        if (size > (size_t)(end - at))
            size = (size_t)(end - at);
        cJSON_AddItemToArray(frames, packed_tree(at, size, guide));
        at += size;
    }
    return frames;
}
