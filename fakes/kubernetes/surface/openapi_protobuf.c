/*
 * fakes/kubernetes/surface/openapi_protobuf.c - JSON to gnostic's messages, by tables.
 *
 * Gnostic wraps many a value into a message that has it as field 1, so that there could be another in its place. A map is a
 * message of entries {1: key, 2: value}.
 */
#include "fakes/kubernetes/surface/openapi_protobuf.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

typedef struct Message Message;
typedef struct Row Row;
typedef void Write(Buffer *buffer, const Row *row, const cJSON *value);

struct Row {
    const char *key; /* NULL ends a table */
    uint32_t number;
    Write *write;
    const Message *message; /* that the value is, or each of its values */
};

struct Message {
    const Row *rows;
    uint32_t vendor_extension; /* where "x-..." goes */
};

static Write write_text, write_texts, write_type, write_flag, write_integer, write_real, write_yaml,
    write_yamls, write_message, write_wrapped, write_map, write_paths, write_answers,
    write_parameters;

/* ---- the messages ----------------------------------------------------------------------------- */

static const Message INFO, PATH_ITEM, OPERATION, ANSWER, SCHEMA;

static const Row DOCUMENT_ROWS[] = {
    {"swagger",     1, write_text,    NULL      },
    {"info",        2, write_message, &INFO     },
    {"paths",       8, write_paths,   &PATH_ITEM},
    {"definitions", 9, write_map,     &SCHEMA   },
    {NULL,          0, NULL,          NULL      },
};
static const Message DOCUMENT = {DOCUMENT_ROWS, 16};

static const Row INFO_ROWS[] = {
    {"title",   1, write_text, NULL},
    {"version", 2, write_text, NULL},
    {NULL,      0, NULL,       NULL},
};
static const Message INFO = {INFO_ROWS, 7};

static const Row PATH_ITEM_ROWS[] = {
    {"get",        2, write_message,    &OPERATION},
    {"put",        3, write_message,    &OPERATION},
    {"post",       4, write_message,    &OPERATION},
    {"delete",     5, write_message,    &OPERATION},
    {"patch",      8, write_message,    &OPERATION},
    {"parameters", 9, write_parameters, NULL      },
    {NULL,         0, NULL,             NULL      },
};
static const Message PATH_ITEM = {PATH_ITEM_ROWS, 10};

static const Row OPERATION_ROWS[] = {
    {"description", 3,  write_text,       NULL   },
    {"operationId", 5,  write_text,       NULL   },
    {"produces",    6,  write_texts,      NULL   },
    {"consumes",    7,  write_texts,      NULL   },
    {"parameters",  8,  write_parameters, NULL   },
    {"responses",   9,  write_answers,    &ANSWER},
    {"schemes",     10, write_texts,      NULL   },
    {NULL,          0,  NULL,             NULL   },
};
static const Message OPERATION = {OPERATION_ROWS, 13};

static const Row ANSWER_ROWS[] = {
    {"description", 1, write_text,    NULL   },
    {"schema",      2, write_wrapped, &SCHEMA},
    {NULL,          0, NULL,          NULL   },
};
static const Message ANSWER = {ANSWER_ROWS, 5};

static const Row BODY_ROWS[] = {
    {"description", 1, write_text,    NULL   },
    {"name",        2, write_text,    NULL   },
    {"in",          3, write_text,    NULL   },
    {"required",    4, write_flag,    NULL   },
    {"schema",      5, write_message, &SCHEMA},
    {NULL,          0, NULL,          NULL   },
};
static const Message BODY = {BODY_ROWS, 6};

static const Row QUERY_ROWS[] = {
    {"required",    1,  write_flag, NULL},
    {"in",          2,  write_text, NULL},
    {"description", 3,  write_text, NULL},
    {"name",        4,  write_text, NULL},
    {"type",        6,  write_text, NULL},
    {"uniqueItems", 20, write_flag, NULL},
    {NULL,          0,  NULL,       NULL},
};
static const Message QUERY = {QUERY_ROWS, 23};

static const Row PATH_ROWS[] = {
    {"required",    1,  write_flag, NULL},
    {"in",          2,  write_text, NULL},
    {"description", 3,  write_text, NULL},
    {"name",        4,  write_text, NULL},
    {"type",        5,  write_text, NULL},
    {"uniqueItems", 19, write_flag, NULL},
    {NULL,          0,  NULL,       NULL},
};
static const Message PATH = {PATH_ROWS, 22};

static const Row SCHEMA_ROWS[] = {
    {"$ref",                 1,  write_text,    NULL   },
    {"format",               2,  write_text,    NULL   },
    {"title",                3,  write_text,    NULL   },
    {"description",          4,  write_text,    NULL   },
    {"default",              5,  write_yaml,    NULL   },
    {"multipleOf",           6,  write_real,    NULL   },
    {"maximum",              7,  write_real,    NULL   },
    {"exclusiveMaximum",     8,  write_flag,    NULL   },
    {"minimum",              9,  write_real,    NULL   },
    {"exclusiveMinimum",     10, write_flag,    NULL   },
    {"maxLength",            11, write_integer, NULL   },
    {"minLength",            12, write_integer, NULL   },
    {"pattern",              13, write_text,    NULL   },
    {"maxItems",             14, write_integer, NULL   },
    {"minItems",             15, write_integer, NULL   },
    {"uniqueItems",          16, write_flag,    NULL   },
    {"maxProperties",        17, write_integer, NULL   },
    {"minProperties",        18, write_integer, NULL   },
    {"required",             19, write_texts,   NULL   },
    {"enum",                 20, write_yamls,   NULL   },
    {"additionalProperties", 21, write_wrapped, &SCHEMA},
    {"type",                 22, write_type,    NULL   },
    {"items",                23, write_wrapped, &SCHEMA},
    {"properties",           25, write_map,     &SCHEMA},
    {NULL,                   0,  NULL,          NULL   },
};
static const Message SCHEMA = {SCHEMA_ROWS, 31};

/* ---- the wire --------------------------------------------------------------------------------- */

enum { VARINT = 0, FIXED64 = 1, BYTES = 2 };

static void add_varint(Buffer *buffer, uint64_t value)
{
    for (; value >= 0x80; value >>= 7)
        buffer_add_byte(buffer, (uint8_t)(value | 0x80));
    buffer_add_byte(buffer, (uint8_t)value);
}

static void add_tag(Buffer *buffer, uint32_t number, int type)
{
    add_varint(buffer, (uint64_t)number << 3 | (uint64_t)type);
}

static void add_bytes(Buffer *buffer, uint32_t number, const char *bytes, size_t length)
{
    add_tag(buffer, number, BYTES);
    add_varint(buffer, length);
    buffer_add(buffer, bytes, length);
}

static void add_text(Buffer *buffer, uint32_t number, const char *text)
{
    add_bytes(buffer, number, text, strlen(text));
}

/* Takes what is in inner for the field, and empties it. */
static void add_inner(Buffer *buffer, uint32_t number, Buffer *inner)
{
    add_bytes(buffer, number, inner->data != NULL ? inner->data : "", inner->length);
    buffer_release(inner);
}

/* ---- values ----------------------------------------------------------------------------------- */

static void write_text(Buffer *buffer, const Row *row, const cJSON *value)
{
    if (cJSON_IsString(value))
        add_text(buffer, row->number, value->valuestring);
}

static void write_texts(Buffer *buffer, const Row *row, const cJSON *value)
{
    const cJSON *text;

    cJSON_ArrayForEach(text, value)
    {
        write_text(buffer, row, text);
    }
}

static void write_flag(Buffer *buffer, const Row *row, const cJSON *value)
{
    if (!cJSON_IsTrue(value))
        return;
    add_tag(buffer, row->number, VARINT);
    add_varint(buffer, 1);
}

static void write_integer(Buffer *buffer, const Row *row, const cJSON *value)
{
    if (!cJSON_IsNumber(value))
        return;
    add_tag(buffer, row->number, VARINT);
    add_varint(buffer, (uint64_t)(int64_t)value->valuedouble);
}

static void write_real(Buffer *buffer, const Row *row, const cJSON *value)
{
    uint64_t bits;

    if (!cJSON_IsNumber(value))
        return;
    memcpy(&bits, &value->valuedouble, sizeof bits);
    add_tag(buffer, row->number, FIXED64);
    for (int i = 0; i < 8; i++)
        buffer_add_byte(buffer, (uint8_t)(bits >> 8 * i));
}

/* Any {2: yaml} */
static void write_yaml(Buffer *buffer, const Row *row, const cJSON *value)
{
    char *text = json_text(value);
    Buffer any = {0};

    add_text(&any, 2, text);
    add_inner(buffer, row->number, &any);
    free(text);
}

static void write_yamls(Buffer *buffer, const Row *row, const cJSON *value)
{
    const cJSON *element;

    cJSON_ArrayForEach(element, value)
    {
        write_yaml(buffer, row, element);
    }
}

/* TypeItem {1: one or many} */
static void write_type(Buffer *buffer, const Row *row, const cJSON *value)
{
    const Row inside = {row->key, 1, NULL, NULL};
    Buffer item = {0};

    write_text(&item, &inside, value);
    add_inner(buffer, row->number, &item);
}

/* ---- messages --------------------------------------------------------------------------------- */

/* NamedAny {1: "x-...", 2: Any} */
static void add_extension(Buffer *buffer, uint32_t number, const cJSON *value)
{
    const Row inside = {value->string, 2, NULL, NULL};
    Buffer named = {0};

    add_text(&named, 1, value->string);
    write_yaml(&named, &inside, value);
    add_inner(buffer, number, &named);
}

static void fill(Buffer *buffer, const Message *message, const cJSON *json)
{
    const cJSON *member;

    for (const Row *row = message->rows; row->key != NULL; row++)
        if ((member = cJSON_GetObjectItemCaseSensitive(json, row->key)) != NULL)
            row->write(buffer, row, member);
    cJSON_ArrayForEach(member, json)
    {
        if (member->string != NULL && strncmp(member->string, "x-", 2) == 0)
            add_extension(buffer, message->vendor_extension, member);
    }
}

static void add_message(Buffer *buffer, uint32_t number, const Message *message, const cJSON *json)
{
    Buffer inner = {0};

    fill(&inner, message, json);
    add_inner(buffer, number, &inner);
}

static void write_message(Buffer *buffer, const Row *row, const cJSON *value)
{
    add_message(buffer, row->number, row->message, value);
}

/* "additionalProperties": true is field 2 in place of 1. */
static void write_wrapped(Buffer *buffer, const Row *row, const cJSON *value)
{
    const Row flag = {row->key, 2, NULL, NULL};
    Buffer wrapper = {0};

    if (cJSON_IsBool(value))
        write_flag(&wrapper, &flag, value);
    else
        add_message(&wrapper, 1, row->message, value);
    add_inner(buffer, row->number, &wrapper);
}

/* entry: the number of the entries; is_wrapped: each value is wrapped once more. */
static void add_map(Buffer *buffer, const Row *row, uint32_t entry, bool is_wrapped,
                    const cJSON *value)
{
    const Row wrapped = {"", 2, NULL, row->message};
    const cJSON *member;
    Buffer map = {0}, named = {0};

    cJSON_ArrayForEach(member, value)
    {
        add_text(&named, 1, member->string);
        (is_wrapped ? write_wrapped : write_message)(&named, &wrapped, member);
        add_inner(&map, entry, &named);
    }
    add_inner(buffer, row->number, &map);
}

static void write_map(Buffer *buffer, const Row *row, const cJSON *value)
{
    add_map(buffer, row, 1, false, value);
}

static void write_paths(Buffer *buffer, const Row *row, const cJSON *value)
{
    add_map(buffer, row, 2, false, value);
}

static void write_answers(Buffer *buffer, const Row *row, const cJSON *value)
{
    add_map(buffer, row, 1, true, value);
}

/* ParametersItem {1: Parameter {1: body, or 2: NonBodyParameter {3: in the query, or 4: in the path}}} */
static void write_parameters(Buffer *buffer, const Row *row, const cJSON *value)
{
    const cJSON *parameter;

    cJSON_ArrayForEach(parameter, value)
    {
        const char *in = json_string_or(parameter, "in", "");
        Buffer item = {0}, choice = {0}, other = {0};

        if (strcmp(in, "body") == 0)
            add_message(&choice, 1, &BODY, parameter);
        else {
            if (strcmp(in, "query") == 0)
                add_message(&other, 3, &QUERY, parameter);
            else
                add_message(&other, 4, &PATH, parameter);
            add_inner(&choice, 2, &other);
        }
        add_inner(&item, 1, &choice);
        add_inner(buffer, row->number, &item);
    }
}

void openapi_protobuf(Buffer *buffer, const cJSON *document)
{
    fill(buffer, &DOCUMENT, document);
}
