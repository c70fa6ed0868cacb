/*
 * fakes/kubernetes/protobuf.c - protobuf to JSON by tables of fields.
 */
#include "fakes/kubernetes/protobuf.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"

/* ---- the types -------------------------------------------------------------------------------- */

typedef enum { TEXT, BYTES, NUMBER, BOOLEAN, TIME, MESSAGE, TEXT_MAP, BYTES_MAP } FieldType;

typedef struct Field {
    uint32_t number; /* 0 ends a table */
    const char *name;
    FieldType type;
    bool is_list;
    const struct Field *message;
} Field;

static const Field OWNER[] = {
    {5, "apiVersion",         TEXT,    false, NULL},
    {1, "kind",               TEXT,    false, NULL},
    {3, "name",               TEXT,    false, NULL},
    {4, "uid",                TEXT,    false, NULL},
    {6, "controller",         BOOLEAN, false, NULL},
    {7, "blockOwnerDeletion", BOOLEAN, false, NULL},
    {0, NULL,                 TEXT,    false, NULL},
};

static const Field METADATA[] = {
    {1,  "name",              TEXT,     false, NULL },
    {2,  "generateName",      TEXT,     false, NULL },
    {3,  "namespace",         TEXT,     false, NULL },
    {5,  "uid",               TEXT,     false, NULL },
    {6,  "resourceVersion",   TEXT,     false, NULL },
    {7,  "generation",        NUMBER,   false, NULL },
    {8,  "creationTimestamp", TIME,     false, NULL },
    {11, "labels",            TEXT_MAP, false, NULL },
    {12, "annotations",       TEXT_MAP, false, NULL },
    {13, "ownerReferences",   MESSAGE,  true,  OWNER},
    {14, "finalizers",        TEXT,     true,  NULL },
    {0,  NULL,                TEXT,     false, NULL },
};

static const Field NAMESPACE_SPEC[] = {
    {1, "finalizers", TEXT, true,  NULL},
    {0, NULL,         TEXT, false, NULL},
};
static const Field NAMESPACE[] = {
    {1, "metadata", MESSAGE, false, METADATA      },
    {2, "spec",     MESSAGE, false, NAMESPACE_SPEC},
    {0, NULL,       TEXT,    false, NULL          },
};

static const Field SECRET[] = {
    {1, "metadata",   MESSAGE,   false, METADATA},
    {2, "data",       BYTES_MAP, false, NULL    },
    {3, "type",       TEXT,      false, NULL    },
    {4, "stringData", TEXT_MAP,  false, NULL    },
    {5, "immutable",  BOOLEAN,   false, NULL    },
    {0, NULL,         TEXT,      false, NULL    },
};

static const Field CONFIG_MAP[] = {
    {1, "metadata",   MESSAGE,   false, METADATA},
    {2, "data",       TEXT_MAP,  false, NULL    },
    {3, "binaryData", BYTES_MAP, false, NULL    },
    {4, "immutable",  BOOLEAN,   false, NULL    },
    {0, NULL,         TEXT,      false, NULL    },
};

static const Field SERVICE_ACCOUNT[] = {
    {1, "metadata",                     MESSAGE, false, METADATA},
    {4, "automountServiceAccountToken", BOOLEAN, false, NULL    },
    {0, NULL,                           TEXT,    false, NULL    },
};

static const Field RESOURCE_ATTRIBUTES[] = {
    {1, "namespace",   TEXT, false, NULL},
    {2, "verb",        TEXT, false, NULL},
    {3, "group",       TEXT, false, NULL},
    {4, "version",     TEXT, false, NULL},
    {5, "resource",    TEXT, false, NULL},
    {6, "subresource", TEXT, false, NULL},
    {7, "name",        TEXT, false, NULL},
    {0, NULL,          TEXT, false, NULL},
};
static const Field PATH_ATTRIBUTES[] = {
    {1, "path", TEXT, false, NULL},
    {2, "verb", TEXT, false, NULL},
    {0, NULL,   TEXT, false, NULL},
};
static const Field REVIEW_SPEC[] = {
    {1, "resourceAttributes",    MESSAGE, false, RESOURCE_ATTRIBUTES},
    {2, "nonResourceAttributes", MESSAGE, false, PATH_ATTRIBUTES    },
    {0, NULL,                    TEXT,    false, NULL               },
};
static const Field REVIEW[] = {
    {1, "metadata", MESSAGE, false, METADATA   },
    {2, "spec",     MESSAGE, false, REVIEW_SPEC},
    {0, NULL,       TEXT,    false, NULL       },
};

static const Field PRECONDITIONS[] = {
    {1, "uid",             TEXT, false, NULL},
    {2, "resourceVersion", TEXT, false, NULL},
    {0, NULL,              TEXT, false, NULL},
};
static const Field DELETE_OPTIONS[] = {
    {1, "gracePeriodSeconds", NUMBER,  false, NULL         },
    {2, "preconditions",      MESSAGE, false, PRECONDITIONS},
    {4, "propagationPolicy",  TEXT,    false, NULL         },
    {5, "dryRun",             TEXT,    true,  NULL         },
    {0, NULL,                 TEXT,    false, NULL         },
};

static const struct {
    const char *kind;
    const Field *fields;
} TYPES[] = {
    {"Namespace",               NAMESPACE      },
    {"Secret",                  SECRET         },
    {"ConfigMap",               CONFIG_MAP     },
    {"ServiceAccount",          SERVICE_ACCOUNT},
    {"SelfSubjectAccessReview", REVIEW         },
    {"DeleteOptions",           DELETE_OPTIONS },
};

/* ---- the wire --------------------------------------------------------------------------------- */

enum { WIRE_VARINT = 0, WIRE_64 = 1, WIRE_BYTES = 2, WIRE_32 = 5 };

typedef struct {
    const unsigned char *at, *end;
} Wire;

/* One field: a number, or the bytes that at and length say. */
typedef struct {
    uint32_t number, wire;
    uint64_t value;
    const char *bytes;
    size_t length;
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

static bool skip(Wire *wire, uint64_t length)
{
    if ((uint64_t)(wire->end - wire->at) < length)
        return false;
    wire->at += length;
    return true;
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
        return skip(wire, 8);
    case WIRE_32:
        return skip(wire, 4);
    case WIRE_BYTES:
        if (!read_varint(wire, &tag))
            return false;
        out_piece->bytes = (const char *)wire->at;
        out_piece->length = tag;
        return skip(wire, tag);
    default:
        return false;
    }
}

static Wire inside(const Piece *piece)
{
    const unsigned char *bytes = (const unsigned char *)piece->bytes;

    return (Wire){bytes, bytes + piece->length};
}

/* ---- values ----------------------------------------------------------------------------------- */

static bool read_message(Wire wire, const Field *fields, cJSON *into);

static cJSON *new_text(const Piece *piece)
{
    char *text = memory_text_of(piece->bytes, piece->length);
    cJSON *json = cJSON_CreateString(text);

    free(text);
    return json;
}

static cJSON *new_bytes(const Piece *piece)
{
    char *text = json_base64(piece->bytes, piece->length);
    cJSON *json = cJSON_CreateString(text);

    free(text);
    return json;
}

/* Seconds since 1970; none at all is Go's zero time, which is null. */
static cJSON *new_time(const Piece *piece)
{
    Wire wire = inside(piece);
    Piece part;
    char text[CLOCK_TEXT_MAX];
    int64_t seconds = 0;

    while (wire.at < wire.end && read_piece(&wire, &part))
        if (part.number == 1)
            seconds = (int64_t)part.value;
    return seconds > 0 ? cJSON_CreateString(clock_rfc3339(seconds * 1000, text))
                       : cJSON_CreateNull();
}

/* One entry of a map is a message {1: key, 2: value}. */
static bool add_entry(cJSON *into, const Field *field, const Piece *piece)
{
    cJSON *map = cJSON_GetObjectItemCaseSensitive(into, field->name);
    Wire wire = inside(piece);
    Piece part, key = {.bytes = ""}, value = {.bytes = ""};
    char *name;

    while (wire.at < wire.end) {
        if (!read_piece(&wire, &part) || part.wire != WIRE_BYTES)
            return false;
        if (part.number == 1)
            key = part;
        else
            value = part;
    }
    if (map == NULL)
        map = cJSON_AddObjectToObject(into, field->name);
    name = memory_text_of(key.bytes, key.length);
    cJSON_DeleteItemFromObjectCaseSensitive(map, name);
    cJSON_AddItemToObject(map, name,
                          field->type == BYTES_MAP ? new_bytes(&value) : new_text(&value));
    free(name);
    return true;
}

/* NULL if the piece cannot be of this field's type. */
static cJSON *new_value(const Field *field, const Piece *piece)
{
    bool is_number = field->type == NUMBER || field->type == BOOLEAN;
    cJSON *json;

    if (piece->wire != (is_number ? WIRE_VARINT : WIRE_BYTES))
        return NULL;
    switch (field->type) {
    case NUMBER:
        return cJSON_CreateNumber((double)(int64_t)piece->value);
    case BOOLEAN:
        return cJSON_CreateBool(piece->value != 0);
    case BYTES:
        return new_bytes(piece);
    case TIME:
        return new_time(piece);
    case MESSAGE:
        json = cJSON_CreateObject();
        if (read_message(inside(piece), field->message, json))
            return json;
        cJSON_Delete(json);
        return NULL;
    default:
        return new_text(piece);
    }
}

static bool add_field(cJSON *into, const Field *field, const Piece *piece)
{
    cJSON *value, *list = cJSON_GetObjectItemCaseSensitive(into, field->name);

    if (field->type == TEXT_MAP || field->type == BYTES_MAP)
        return piece->wire == WIRE_BYTES && add_entry(into, field, piece);
    value = new_value(field, piece);
    if (value == NULL)
        return false;
    if (field->is_list) {
        if (list == NULL)
            list = cJSON_AddArrayToObject(into, field->name);
        cJSON_AddItemToArray(list, value);
        return true;
    }
    cJSON_DeleteItemFromObjectCaseSensitive(into, field->name);
    /* Go writes the empty text of a field that was never set. */
    if (cJSON_IsString(value) && *value->valuestring == 0)
        cJSON_Delete(value);
    else
        cJSON_AddItemToObject(into, field->name, value);
    return true;
}

static bool read_message(Wire wire, const Field *fields, cJSON *into)
{
    Piece piece;

    while (wire.at < wire.end) {
        const Field *field = fields;

        if (!read_piece(&wire, &piece))
            return false;
        while (field->number != 0 && field->number != piece.number)
            field++;
        if (field->number != 0 && !add_field(into, field, &piece))
            return false;
    }
    return true;
}

/* ---- the envelope ----------------------------------------------------------------------------- */

static const Field TYPE_META[] = {
    {1, "apiVersion", TEXT, false, NULL},
    {2, "kind",       TEXT, false, NULL},
    {0, NULL,         TEXT, false, NULL},
};

static const Field *find_type(const char *kind)
{
    for (size_t i = 0; i < sizeof TYPES / sizeof *TYPES; i++)
        if (strcmp(TYPES[i].kind, kind) == 0)
            return TYPES[i].fields;
    return NULL;
}

static bool read_envelope(Wire wire, cJSON *json, Error *err)
{
    Piece piece, raw = {.bytes = ""};
    const Field *fields;

    while (wire.at < wire.end) {
        if (!read_piece(&wire, &piece))
            return error_set(err, ERR_PROTOCOL, "the envelope is broken");
        if (piece.number == 1 && piece.wire == WIRE_BYTES &&
            !read_message(inside(&piece), TYPE_META, json))
            return error_set(err, ERR_PROTOCOL, "the type is broken");
        if (piece.number == 2 && piece.wire == WIRE_BYTES)
            raw = piece;
    }
    fields = find_type(json_string_or(json, "kind", ""));
    if (fields == NULL)
        return error_set(err, ERR_NOT_FOUND, "no protobuf of kind \"%s\" is known here",
                         json_string_or(json, "kind", ""));
    return read_message(inside(&raw), fields, json) ||
           error_set(err, ERR_PROTOCOL, "proto: illegal wireType");
}

bool protobuf_decode(const char *bytes, size_t length, cJSON **out_json, Error *err)
{
    Wire wire = {(const unsigned char *)bytes + 4, (const unsigned char *)bytes + length};

    if (length < 4 || memcmp(bytes, "k8s", 4) != 0)
        return error_set(err, ERR_PROTOCOL,
                         "provided data does not appear to be a protobuf message, "
                         "expected prefix [107 56 115 0]");
    *out_json = cJSON_CreateObject();
    if (read_envelope(wire, *out_json, err))
        return true;
    cJSON_Delete(*out_json);
    *out_json = NULL;
    return false;
}
