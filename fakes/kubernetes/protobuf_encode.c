/*
 * fakes/kubernetes/protobuf_encode.c - JSON to protobuf, by the tables of types: the way back of protobuf.c.
 *
 * Byte for byte what Go's generated code writes: fields by number, maps by key, and a zero for every field that is no pointer.
 */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "fakes/kubernetes/print.h"
#include "fakes/kubernetes/protobuf.h"
#include "fakes/kubernetes/types/types.h"

enum { WIRE_VARINT = 0, WIRE_64 = 1, WIRE_BYTES = 2 };

/* ---- the wire --------------------------------------------------------------------------------- */

static void put_varint(Buffer *out, uint64_t value)
{
    for (; value >= 0x80; value >>= 7)
        buffer_add_byte(out, (uint8_t)(value | 0x80));
    buffer_add_byte(out, (uint8_t)value);
}

static void put_tag(Buffer *out, int number, int wire)
{
    put_varint(out, (uint64_t)number << 3 | (uint64_t)wire);
}

static void put_integer(Buffer *out, int number, int64_t value)
{
    put_tag(out, number, WIRE_VARINT);
    put_varint(out, (uint64_t)value);
}

static void put_bytes(Buffer *out, int number, const void *bytes, size_t length)
{
    put_tag(out, number, WIRE_BYTES);
    put_varint(out, length);
    if (length > 0)
        buffer_add(out, bytes, length);
}

static void put_text(Buffer *out, int number, const char *text)
{
    put_bytes(out, number, text, strlen(text));
}

/* inside is released. */
static void put_inside(Buffer *out, int number, Buffer *inside)
{
    put_bytes(out, number, inside->data, inside->length);
    buffer_release(inside);
}

/* The least significant byte comes first. */
static void put_double(Buffer *out, int number, double value)
{
    uint64_t bits;

    memcpy(&bits, &value, sizeof bits);
    put_tag(out, number, WIRE_64);
    for (int i = 0; i < 8; i++)
        buffer_add_byte(out, (uint8_t)(bits >> 8 * i));
}

/* ---- values ----------------------------------------------------------------------------------- */

static void write_message(Buffer *out, const KubeType *type, const cJSON *json);
/* value NULL, or null: the zero of that type. */
static void put_value(Buffer *out, int number, const KubeType *type, const cJSON *value);

static const char *text_of(const cJSON *value)
{
    return cJSON_IsString(value) ? value->valuestring : "";
}

static int64_t integer_of(const cJSON *value)
{
    return cJSON_IsNumber(value) ? (int64_t)value->valuedouble : 0;
}

static void put_base64(Buffer *out, int number, const cJSON *value)
{
    char *bytes = NULL;
    size_t length = 0;

    json_base64_decode(text_of(value), &bytes, &length, NULL);
    put_bytes(out, number, bytes, length);
    free(bytes);
}

/* "2026-11-21T00:40:14.123456Z": what stands behind the point, in nanoseconds. */
static int64_t nanoseconds_of(const char *text)
{
    const char *point = strchr(text, '.');
    int64_t nanoseconds = 0;

    for (int64_t unit = 100000000; point != NULL && unit > 0; unit /= 10) {
        if (*++point < '0' || *point > '9')
            break;
        nanoseconds += (*point - '0') * unit;
    }
    return nanoseconds;
}

/* {1: seconds since 1970, 2: nanoseconds}; nothing at all for Go's zero time. */
static void write_time(Buffer *out, const cJSON *value, bool with_micro)
{
    const char *text = text_of(value);
    int64_t wall_ms;

    if (!clock_parse(text, &wall_ms))
        return;
    put_integer(out, 1, (wall_ms - (wall_ms % 1000 + 1000) % 1000) / 1000);
    put_integer(out, 2, with_micro ? nanoseconds_of(text) : 0);
}

/* {1: text}; a number is one too. */
static void write_quantity(Buffer *out, const cJSON *value)
{
    Buffer text = {0};

    if (cJSON_IsNumber(value))
        kube_print(&text, value);
    put_text(out, 1, text.length ? text.data : *text_of(value) ? text_of(value) : "0");
    buffer_release(&text);
}

/* {1: 0 for a number and 1 for a text, 2: number, 3: text} */
static void write_int_or_string(Buffer *out, const cJSON *value)
{
    put_integer(out, 1, cJSON_IsString(value));
    put_integer(out, 2, integer_of(value));
    put_text(out, 3, text_of(value));
}

/* {1: JSON as text} */
static void write_raw(Buffer *out, const cJSON *value)
{
    Buffer text = {0};

    if (value == NULL)
        return;
    kube_print(&text, value);
    put_inside(out, 1, &text);
}

static bool is_alternative(const KubeField *field, const cJSON *value)
{
    switch (field->type->shape) {
    case KUBE_BOOL:
        return cJSON_IsBool(value);
    case KUBE_LIST:
        return cJSON_IsArray(value);
    default:
        return cJSON_IsObject(value);
    }
}

/* What is no flag stands beside one that says yes: a schema for more properties allows more. */
static void write_alternative(Buffer *out, const KubeType *type, const cJSON *value)
{
    cJSON *yes = cJSON_CreateTrue(), *holder = cJSON_CreateObject();

    for (int i = 0; i < type->field_count; i++) {
        const KubeField *field = &type->fields[i];

        if (is_alternative(field, value))
            cJSON_AddItemReferenceToObject(holder, field->name, (cJSON *)value);
        else if (field->type->shape == KUBE_BOOL && value != NULL)
            cJSON_AddItemReferenceToObject(holder, field->name, yes);
    }
    write_message(out, type, holder);
    cJSON_Delete(holder);
    cJSON_Delete(yes);
}

/* A list that is the value of a map: {1: element, 1: element} */
static void write_list(Buffer *out, int number, const KubeType *element, const cJSON *list)
{
    const cJSON *item;

    cJSON_ArrayForEach(item, list) put_value(out, number, element, item);
}

/* The inside of what has one. */
static void write_inside(Buffer *out, const KubeType *type, const cJSON *value)
{
    switch (type->shape) {
    case KUBE_TIME:
    case KUBE_MICRO_TIME:
        write_time(out, value, type->shape == KUBE_MICRO_TIME);
        break;
    case KUBE_QUANTITY:
        write_quantity(out, value);
        break;
    case KUBE_INT_OR_STRING:
        write_int_or_string(out, value);
        break;
    case KUBE_LIST:
        write_list(out, 1, type->element, value);
        break;
    case KUBE_ANY:
        if (type->fields != NULL)
            write_alternative(out, type, value);
        else
            write_raw(out, value);
        break;
    default:
        write_message(out, type, value);
        break;
    }
}

static void put_value(Buffer *out, int number, const KubeType *type, const cJSON *value)
{
    Buffer inside = {0};

    switch (type->shape) {
    case KUBE_STRING:
        put_text(out, number, text_of(value));
        break;
    case KUBE_INT32:
    case KUBE_INT64:
        put_integer(out, number, integer_of(value));
        break;
    case KUBE_NUMBER:
        put_double(out, number, value && cJSON_IsNumber(value) ? value->valuedouble : 0);
        break;
    case KUBE_BOOL:
        put_integer(out, number, cJSON_IsTrue(value));
        break;
    case KUBE_BYTES:
        put_base64(out, number, value);
        break;
    default:
        write_inside(&inside, type, value);
        put_inside(out, number, &inside);
        break;
    }
}

/* ---- fields ----------------------------------------------------------------------------------- */

static int compare_keys(const void *a, const void *b)
{
    return strcmp((*(const cJSON *const *)a)->string, (*(const cJSON *const *)b)->string);
}

/* Each entry is a message {1: key, 2: value}, of bytes that are null {1: key}. */
static void put_map(Buffer *out, const KubeField *field, const cJSON *map)
{
    int count = cJSON_GetArraySize(map), i = 0;
    const cJSON **entries = memory_new(count + 1, sizeof *entries), *entry;

    cJSON_ArrayForEach(entry, map) entries[i++] = entry;
    qsort(entries, count, sizeof *entries, compare_keys);
    for (i = 0; i < count; i++) {
        const KubeType *element = field->type->element;
        Buffer inside = {0};

        put_text(&inside, 1, entries[i]->string);
        if (element->shape != KUBE_BYTES || cJSON_IsString(entries[i]))
            put_value(&inside, 2, element, entries[i]);
        put_inside(out, field->number, &inside);
    }
    free(entries);
}

/* Is it written although it is not there? In Go it is a plain value, or a struct. */
static bool has_zero(const KubeField *field)
{
    switch (field->type->shape) {
    case KUBE_STRING:
    case KUBE_INT32:
    case KUBE_INT64:
    case KUBE_NUMBER:
    case KUBE_BOOL:
        return !field->is_pointer;
    case KUBE_BYTES:
        return false;
    default:
        return !field->is_pointer && field->keeps_zero;
    }
}

static void put_field(Buffer *out, const KubeField *field, const cJSON *json)
{
    const cJSON *value =
        field->is_inline ? json : cJSON_GetObjectItemCaseSensitive(json, field->name);

    if (cJSON_IsNull(value))
        value = NULL;
    if (field->type->shape == KUBE_LIST)
        write_list(out, field->number, field->type->element, value);
    else if (field->type->shape == KUBE_MAP)
        put_map(out, field, value);
    else if (value != NULL || field->is_inline || has_zero(field))
        put_value(out, field->number, field->type, value);
}

/* The field with the least number above that one; NULL if there is none. */
static const KubeField *field_after(const KubeType *type, int number)
{
    const KubeField *next = NULL;

    for (int i = 0; i < type->field_count; i++) {
        const KubeField *field = &type->fields[i];

        if (field->number > number && (next == NULL || field->number < next->number))
            next = field;
    }
    return next;
}

static void write_message(Buffer *out, const KubeType *type, const cJSON *json)
{
    const KubeField *field = NULL;

    while ((field = field_after(type, field != NULL ? field->number : 0)) != NULL)
        put_field(out, field, json);
}

/* ---- the envelope ----------------------------------------------------------------------------- */

/* {1: {1: apiVersion, 2: kind}, 2: the object, 3: its encoding, 4: its content type}: of the last two there is none. */
bool protobuf_encode(Buffer *buffer, const cJSON *json)
{
    const char *api_version = json_string_or(json, "apiVersion", "");
    const char *kind = json_string_or(json, "kind", "");
    const KubeType *type = kube_type_of(api_version, kind);
    Buffer meta = {0}, raw = {0};

    if (type == NULL)
        return false;
    put_text(&meta, 1, api_version);
    put_text(&meta, 2, kind);
    write_message(&raw, type, json);
    buffer_add(buffer, "k8s", 4);
    put_inside(buffer, 1, &meta);
    put_inside(buffer, 2, &raw);
    put_text(buffer, 3, "");
    put_text(buffer, 4, "");
    return true;
}

/* {1: type, 2: {1: the object in its envelope}} */
bool protobuf_encode_event(Buffer *buffer, const char *type, const cJSON *object)
{
    Buffer envelope = {0}, raw = {0}, event = {0};

    if (!protobuf_encode(&envelope, object))
        return false;
    put_inside(&raw, 1, &envelope);
    put_text(&event, 1, type);
    put_inside(&event, 2, &raw);
    buffer_add_u32(buffer, (uint32_t)event.length);
    buffer_add(buffer, event.data, event.length);
    buffer_release(&event);
    return true;
}
