/*
 * fakes/kubernetes/protobuf.c - protobuf to JSON, by the tables of types.
 *
 * Go writes a zero for every field that is no pointer; in JSON, omitempty leaves it out again, and so does this.
 */
#include "fakes/kubernetes/protobuf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "fakes/kubernetes/types/types.h"

/* ---- the wire --------------------------------------------------------------------------------- */

enum { WIRE_VARINT = 0, WIRE_64 = 1, WIRE_BYTES = 2, WIRE_32 = 5 };

/* Messages in messages; JSON is not read any deeper either. */
enum { DEPTH_MAX = 1000 };

typedef struct {
    const unsigned char *at, *end;
    int depth;
} Wire;

/* One field: a number, or what is inside. */
typedef struct {
    uint32_t number, wire;
    uint64_t value;
    Wire inside;
} Piece;

static bool read_varint(Wire *wire, uint64_t *out_value)
{
    *out_value = 0;
    for (int shift = 0; shift < 64 && wire->at < wire->end; shift += 7) {
        unsigned char byte = *wire->at++;

        *out_value |= (uint64_t)(byte & 0x7f) << shift;
        if (byte < 0x80)
            return true;
    }
    return false;
}

/* The least significant byte comes first. */
static bool read_fixed(Wire *wire, int size, uint64_t *out_value)
{
    *out_value = 0;
    if (wire->end - wire->at < size)
        return false;
    for (int i = 0; i < size; i++)
        *out_value |= (uint64_t)*wire->at++ << 8 * i;
    return true;
}

static bool read_inside(Wire *wire, Wire *out_inside)
{
    uint64_t length;

    if (!read_varint(wire, &length) || (uint64_t)(wire->end - wire->at) < length)
        return false;
    *out_inside = (Wire){wire->at, wire->at + length, wire->depth + 1};
    wire->at += length;
    return wire->depth < DEPTH_MAX;
}

static bool read_piece(Wire *wire, Piece *out_piece)
{
    uint64_t tag;

    *out_piece = (Piece){.number = 0};
    if (!read_varint(wire, &tag))
        return false;
    out_piece->number = (uint32_t)(tag >> 3);
    out_piece->wire = tag & 7;
    switch (out_piece->wire) {
    case WIRE_VARINT:
        return read_varint(wire, &out_piece->value);
    case WIRE_64:
        return read_fixed(wire, 8, &out_piece->value);
    case WIRE_32:
        return read_fixed(wire, 4, &out_piece->value);
    case WIRE_BYTES:
        return read_inside(wire, &out_piece->inside);
    default:
        return false;
    }
}

/*
 * The last piece of that number; an empty one if there is none, as Go leaves out what is zero in maps and times. False if
 * the message is broken, or has something else under that number.
 */
static bool find_piece(Wire message, uint32_t number, uint32_t wire, Piece *out_piece)
{
    Piece piece;

    *out_piece = (Piece){
        .wire = wire, .inside = {message.end, message.end, message.depth}
    };
    while (message.at < message.end) {
        if (!read_piece(&message, &piece))
            return false;
        if (piece.number == number)
            *out_piece = piece;
    }
    return out_piece->wire == wire;
}

/* ---- values ----------------------------------------------------------------------------------- */

static bool read_message(Wire message, const KubeType *type, cJSON *into);
/* NULL if the piece cannot be of that type. */
static cJSON *read_value(const KubeType *type, const Piece *piece);

static size_t length_of(Wire wire)
{
    return (size_t)(wire.end - wire.at);
}

static uint32_t wire_of(const KubeType *type)
{
    switch (type->shape) {
    case KUBE_INT32:
    case KUBE_INT64:
    case KUBE_BOOL:
        return WIRE_VARINT;
    case KUBE_NUMBER:
        return WIRE_64;
    default:
        return WIRE_BYTES;
    }
}

static cJSON *read_string(Wire inside)
{
    char *text = memory_text_of((const char *)inside.at, length_of(inside));
    cJSON *json = cJSON_CreateString(text);

    free(text);
    return json;
}

static cJSON *read_bytes(Wire inside)
{
    char *text = json_base64(inside.at, length_of(inside));
    cJSON *json = cJSON_CreateString(text);

    free(text);
    return json;
}

static cJSON *read_integer(uint64_t value)
{
    return cJSON_CreateNumber((double)(int64_t)value);
}

static cJSON *read_double(uint64_t bits)
{
    double number;

    memcpy(&number, &bits, sizeof number);
    return cJSON_CreateNumber(number);
}

/* {1: seconds since 1970, 2: nanoseconds}; none at all is Go's zero time, which is null. */
static cJSON *read_time(Wire message, bool with_micro)
{
    Piece seconds, nanoseconds;
    char text[CLOCK_TEXT_MAX];
    size_t length;

    if (!find_piece(message, 1, WIRE_VARINT, &seconds) ||
        !find_piece(message, 2, WIRE_VARINT, &nanoseconds))
        return NULL;
    if (seconds.value == 0 && nanoseconds.value == 0)
        return cJSON_CreateNull();
    clock_rfc3339((int64_t)(seconds.value * 1000), text);
    length = strlen(text);
    if (with_micro)
        snprintf(text + length - 1, sizeof text - length + 1, ".%06uZ",
                 (unsigned)(nanoseconds.value / 1000 % 1000000));
    return cJSON_CreateString(text);
}

/* {1: text} */
static cJSON *read_quantity(Wire message)
{
    Piece text;

    return find_piece(message, 1, WIRE_BYTES, &text) ? read_string(text.inside) : NULL;
}

/* {1: 0 for a number and 1 for a text, 2: number, 3: text} */
static cJSON *read_int_or_string(Wire message)
{
    Piece kind, number, text;

    if (!find_piece(message, 1, WIRE_VARINT, &kind) ||
        !find_piece(message, 2, WIRE_VARINT, &number) || !find_piece(message, 3, WIRE_BYTES, &text))
        return NULL;
    return kind.value == 0 ? read_integer(number.value) : read_string(text.inside);
}

static cJSON *read_object(Wire message, const KubeType *type)
{
    cJSON *json = cJSON_CreateObject();

    if (read_message(message, type, json))
        return json;
    cJSON_Delete(json);
    return NULL;
}

/* {1: JSON as text} */
static cJSON *read_raw(Wire message)
{
    cJSON *json = NULL;
    Piece raw;

    if (!find_piece(message, 1, WIRE_BYTES, &raw))
        return NULL;
    if (length_of(raw.inside) == 0)
        return cJSON_CreateNull();
    json_parse((const char *)raw.inside.at, length_of(raw.inside), &json, NULL);
    return json;
}

/* A message of alternatives: the last that is there is the value. */
static cJSON *read_alternative(Wire message, const KubeType *type)
{
    cJSON *alternatives = read_object(message, type), *value;
    int count = cJSON_GetArraySize(alternatives);

    if (alternatives == NULL)
        return NULL;
    value = count > 0 ? cJSON_DetachItemFromArray(alternatives, count - 1) : cJSON_CreateNull();
    cJSON_Delete(alternatives);
    return value;
}

/* A list that is the value of a map: {1: element, 1: element} */
static cJSON *read_list(Wire message, const KubeType *element_type)
{
    cJSON *list = cJSON_CreateArray(), *element;
    Piece piece;

    while (message.at < message.end) {
        element = read_piece(&message, &piece) ? read_value(element_type, &piece) : NULL;
        if (element == NULL) {
            cJSON_Delete(list);
            return NULL;
        }
        cJSON_AddItemToArray(list, element);
    }
    return list;
}

static cJSON *read_value(const KubeType *type, const Piece *piece)
{
    if (piece->wire != wire_of(type))
        return NULL;
    switch (type->shape) {
    case KUBE_ANY:
        return type->fields ? read_alternative(piece->inside, type) : read_raw(piece->inside);
    case KUBE_STRING:
        return read_string(piece->inside);
    case KUBE_INT32:
    case KUBE_INT64:
        return read_integer(piece->value);
    case KUBE_NUMBER:
        return read_double(piece->value);
    case KUBE_BOOL:
        return cJSON_CreateBool(piece->value != 0);
    case KUBE_BYTES:
        return read_bytes(piece->inside);
    case KUBE_TIME:
    case KUBE_MICRO_TIME:
        return read_time(piece->inside, type->shape == KUBE_MICRO_TIME);
    case KUBE_QUANTITY:
        return read_quantity(piece->inside);
    case KUBE_INT_OR_STRING:
        return read_int_or_string(piece->inside);
    case KUBE_OBJECT:
        return read_object(piece->inside, type);
    case KUBE_LIST:
        return read_list(piece->inside, type->element);
    case KUBE_DURATION: /* no built-in type has one */
    case KUBE_MAP:      /* a map is no element */
        break;
    }
    return NULL;
}

/* ---- fields ----------------------------------------------------------------------------------- */

/* The list or map of that field, made when its first element comes. */
static cJSON *container_of(cJSON *into, const KubeField *field)
{
    cJSON *old = cJSON_GetObjectItemCaseSensitive(into, field->name);

    if (old != NULL)
        return old;
    return field->type->shape == KUBE_LIST ? cJSON_AddArrayToObject(into, field->name)
                                           : cJSON_AddObjectToObject(into, field->name);
}

static bool add_element(cJSON *into, const KubeField *field, const Piece *piece)
{
    cJSON *element = read_value(field->type->element, piece);

    return element != NULL && cJSON_AddItemToArray(container_of(into, field), element);
}

/* One entry of a map is a message {1: key, 2: value}; either is left out if it is empty. */
static bool add_entry(cJSON *into, const KubeField *field, const Piece *piece)
{
    cJSON *map = container_of(into, field), *json;
    Piece key, value;
    char *name;

    if (piece->wire != WIRE_BYTES || !find_piece(piece->inside, 1, WIRE_BYTES, &key) ||
        !find_piece(piece->inside, 2, wire_of(field->type->element), &value))
        return false;
    json = read_value(field->type->element, &value);
    if (json == NULL)
        return false;
    name = memory_text_of((const char *)key.inside.at, length_of(key.inside));
    cJSON_DeleteItemFromObjectCaseSensitive(map, name);
    cJSON_AddItemToObject(map, name, json);
    free(name);
    return true;
}

static bool is_zero(const cJSON *value)
{
    return cJSON_IsFalse(value) || (cJSON_IsNumber(value) && value->valuedouble == 0) ||
           (cJSON_IsString(value) && *value->valuestring == 0);
}

static bool add_value(cJSON *into, const KubeField *field, const Piece *piece)
{
    cJSON *value = read_value(field->type, piece);

    if (value == NULL)
        return false;
    cJSON_DeleteItemFromObjectCaseSensitive(into, field->name);
    if (is_zero(value) && !field->is_pointer && !field->keeps_zero)
        cJSON_Delete(value);
    else
        cJSON_AddItemToObject(into, field->name, value);
    return true;
}

static bool add_field(cJSON *into, const KubeField *field, const Piece *piece)
{
    if (field->is_inline)
        return piece->wire == WIRE_BYTES && read_message(piece->inside, field->type, into);
    if (field->type->shape == KUBE_LIST)
        return add_element(into, field, piece);
    if (field->type->shape == KUBE_MAP)
        return add_entry(into, field, piece);
    return add_value(into, field, piece);
}

static bool read_message(Wire message, const KubeType *type, cJSON *into)
{
    Piece piece;

    while (message.at < message.end) {
        const KubeField *field;

        if (!read_piece(&message, &piece))
            return false;
        field = kube_type_numbered(type, (int)piece.number);
        if (field != NULL && !add_field(into, field, &piece))
            return false;
    }
    return true;
}

/* ---- the envelope ----------------------------------------------------------------------------- */

/* {1: {1: apiVersion, 2: kind}, 2: the object} */
static bool read_type(Wire envelope, cJSON *json)
{
    static const char *const NAMES[] = {"apiVersion", "kind"};
    Piece type, text;

    if (!find_piece(envelope, 1, WIRE_BYTES, &type))
        return false;
    for (uint32_t i = 0; i < 2; i++) {
        if (!find_piece(type.inside, i + 1, WIRE_BYTES, &text))
            return false;
        cJSON_AddItemToObject(json, NAMES[i], read_string(text.inside));
    }
    return true;
}

static bool read_envelope(Wire envelope, cJSON *json, Error *err)
{
    const KubeType *type;
    Piece raw;

    if (!read_type(envelope, json) || !find_piece(envelope, 2, WIRE_BYTES, &raw))
        return error_set(err, ERR_PROTOCOL, "the envelope is broken");
    type = kube_type_of(json_string(json, "apiVersion"), json_string(json, "kind"));
    if (type == NULL)
        return error_set(err, ERR_NOT_FOUND, "no protobuf of kind \"%s\" is known here",
                         json_string(json, "kind"));
    return read_message(raw.inside, type, json) ||
           error_set(err, ERR_PROTOCOL, "proto: illegal wireType");
}

bool protobuf_decode(const char *bytes, size_t length, cJSON **out_json, Error *err)
{
    Wire envelope = {(const unsigned char *)bytes + 4, (const unsigned char *)bytes + length, 0};

    if (length < 4 || memcmp(bytes, "k8s", 4) != 0)
        return error_set(err, ERR_PROTOCOL,
                         "provided data does not appear to be a protobuf message, "
                         "expected prefix [107 56 115 0]");
    *out_json = cJSON_CreateObject();
    if (read_envelope(envelope, *out_json, err))
        return true;
    cJSON_Delete(*out_json);
    *out_json = NULL;
    return false;
}
