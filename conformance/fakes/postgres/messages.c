/*
 * conformance/fakes/postgres/messages.c - the messages of the Postgres protocol as a person writes them down, and as bytes.
 */
#include "conformance/fakes/postgres/messages.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

enum { MESSAGE_MAX = 1 << 24, HEADER_SIZE = 5 };

const char *message_name(const cJSON *message)
{
    if (cJSON_IsString(message))
        return message->valuestring;
    return cJSON_IsObject(message) && message->child ? message->child->string : "";
}

const cJSON *message_body(const cJSON *message)
{
    return cJSON_IsObject(message) ? message->child : NULL;
}

/* ---- what a client says ------------------------------------------------------------------------------------------ */

static void add_text(Buffer *out, const char *text)
{
    buffer_add(out, text, strlen(text) + 1);
}

/* A message whose length is not known yet; its end puts it in. */
static size_t begin(Buffer *out, char type)
{
    buffer_add_byte(out, (uint8_t)type);
    buffer_add_u32(out, 0);
    return out->length - 4;
}

static void end(Buffer *out, size_t at)
{
    uint32_t length = (uint32_t)(out->length - at);

    for (int i = 0; i < 4; i++)
        out->data[at + (size_t)i] = (char)(length >> (24 - 8 * i));
}

/* "51 00 00 00 04"; what is between the digits does not matter. */
static void add_hex(Buffer *out, const char *text)
{
    char digits[3] = {0};
    int count = 0;

    for (; *text; text++) {
        if (!isxdigit((unsigned char)*text))
            continue;
        digits[count++] = *text;
        if (count == 2) {
            buffer_add_byte(out, (uint8_t)strtoul(digits, NULL, 16));
            count = 0;
        }
    }
}

static void add_numbers(Buffer *out, const cJSON *list, bool is_wide)
{
    const cJSON *one;

    buffer_add_u16(out, (uint16_t)cJSON_GetArraySize(list));
    cJSON_ArrayForEach(one, list)
    {
        if (is_wide)
            buffer_add_u32(out, (uint32_t)one->valuedouble);
        else
            buffer_add_u16(out, (uint16_t)one->valuedouble);
    }
}

/* A text, {hex: bytes}, or null. */
static void add_value(Buffer *out, const cJSON *value)
{
    Buffer bytes = {0};

    if (cJSON_IsNull(value)) {
        buffer_add_u32(out, UINT32_MAX);
        return;
    }
    if (cJSON_IsString(value))
        buffer_add_text(&bytes, value->valuestring);
    else
        add_hex(&bytes, json_string_or(value, "hex", ""));
    buffer_add_u32(out, (uint32_t)bytes.length);
    buffer_add(out, bytes.data ? bytes.data : "", bytes.length);
    buffer_release(&bytes);
}

static void say_text(const cJSON *body, Buffer *out)
{
    add_text(out, cJSON_IsString(body) ? body->valuestring : "");
}

static void say_nothing(const cJSON *body, Buffer *out)
{
    (void)body;
    (void)out;
}

static void say_parse(const cJSON *body, Buffer *out)
{
    add_text(out, json_string_or(body, "name", ""));
    add_text(out, json_string_or(body, "query", ""));
    add_numbers(out, json_find(body, "types"), true);
}

static void say_bind(const cJSON *body, Buffer *out)
{
    const cJSON *values = json_find(body, "values"), *value;

    add_text(out, json_string_or(body, "portal", ""));
    add_text(out, json_string_or(body, "statement", ""));
    add_numbers(out, json_find(body, "formats"), false);
    buffer_add_u16(out, (uint16_t)cJSON_GetArraySize(values));
    cJSON_ArrayForEach(value, values) add_value(out, value);
    add_numbers(out, json_find(body, "results"), false);
}

/* {statement: NAME} or {portal: NAME} */
static void say_which(const cJSON *body, Buffer *out)
{
    bool is_portal = json_find(body, "portal") != NULL;

    buffer_add_byte(out, is_portal ? 'P' : 'S');
    add_text(out, json_string_or(body, is_portal ? "portal" : "statement", ""));
}

static void say_execute(const cJSON *body, Buffer *out)
{
    add_text(out, json_string_or(body, "portal", ""));
    buffer_add_u32(out, (uint32_t)json_integer_or(body, "rows", 0));
}

static void say_hex(const cJSON *body, Buffer *out)
{
    add_hex(out, cJSON_IsString(body) ? body->valuestring : "");
}

static const struct {
    const char *name;
    char type;
    void (*say)(const cJSON *body, Buffer *out);
} SAYINGS[] = {
    {"Bind",         'B', say_bind   },
    {"Close",        'C', say_which  },
    {"CopyData",     'd', say_hex    },
    {"CopyDone",     'c', say_nothing},
    {"CopyFail",     'f', say_text   },
    {"Describe",     'D', say_which  },
    {"Execute",      'E', say_execute},
    {"Flush",        'H', say_nothing},
    {"FunctionCall", 'F', say_hex    },
    {"Parse",        'P', say_parse  },
    {"Query",        'Q', say_text   },
    {"Sync",         'S', say_nothing},
    {"Terminate",    'X', say_nothing},
};

/* The requests that come before any start-up packet. */
static const struct {
    const char *name;
    uint32_t code;
} REQUESTS[] = {
    {"SSLRequest",    80877103},
    {"GSSENCRequest", 80877104},
};

void message_startup(uint32_t version, const cJSON *parameters, Buffer *out)
{
    const cJSON *one;
    size_t at = out->length;

    buffer_add_u32(out, 0);
    buffer_add_u32(out, version);
    cJSON_ArrayForEach(one, parameters)
    {
        add_text(out, one->string);
        add_text(out, cJSON_IsString(one) ? one->valuestring : "");
    }
    buffer_add_byte(out, 0);
    end(out, at);
}

void message_sasl(const char *mechanism, const char *text, Buffer *out)
{
    size_t at = begin(out, 'p');

    if (mechanism) {
        add_text(out, mechanism);
        buffer_add_u32(out, (uint32_t)strlen(text));
    }
    buffer_add_text(out, text);
    end(out, at);
}

bool message_encode(const cJSON *message, Buffer *out, Error *err)
{
    const char *name = message_name(message);
    const cJSON *body = message_body(message);
    size_t at;

    for (size_t i = 0; i < sizeof SAYINGS / sizeof *SAYINGS; i++) {
        if (strcmp(SAYINGS[i].name, name) != 0)
            continue;
        at = begin(out, SAYINGS[i].type);
        SAYINGS[i].say(body, out);
        end(out, at);
        return true;
    }
    for (size_t i = 0; i < sizeof REQUESTS / sizeof *REQUESTS; i++) {
        if (strcmp(REQUESTS[i].name, name) != 0)
            continue;
        buffer_add_u32(out, 8);
        buffer_add_u32(out, REQUESTS[i].code);
        return true;
    }
    if (strcmp(name, "Bytes") == 0) {
        say_hex(body, out);
        return true;
    }
    if (strcmp(name, "StartupMessage") == 0) {
        message_startup((uint32_t)json_integer_or(body, "version", 196608),
                        json_find(body, "parameters"), out);
        return true;
    }
    return error_set(err, ERR_INPUT, "there is no message \"%s\" that a client says", name);
}

/* ---- what a server says ------------------------------------------------------------------------------------------ */

typedef struct {
    const char *bytes;
    size_t left;
} Reader;

static uint32_t take(Reader *reader, size_t size)
{
    uint32_t value = 0;

    for (; size > 0 && reader->left > 0; size--, reader->left--)
        value = value << 8 | (unsigned char)*reader->bytes++;
    return value;
}

static const char *take_text(Reader *reader)
{
    const char *text = reader->bytes;
    const char *nul = memchr(text, 0, reader->left);

    if (!nul)
        return "";
    reader->left -= (size_t)(nul + 1 - text);
    reader->bytes = nul + 1;
    return text;
}

static bool is_plain(const char *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if ((unsigned char)bytes[i] < ' ' && !strchr("\n\t", bytes[i]))
            return false;
        if ((unsigned char)bytes[i] >= 0x7f)
            return false;
    }
    return true;
}

/* Text if a person can read it, otherwise {hex: ...}. */
static cJSON *bytes_json(const char *bytes, size_t length)
{
    Buffer text = {0};
    cJSON *json;

    if (is_plain(bytes, length)) {
        buffer_add(&text, bytes, length);
        json = cJSON_CreateString(text.data ? text.data : "");
    } else {
        for (size_t i = 0; i < length; i++)
            buffer_format(&text, "%02x", (unsigned char)bytes[i]);
        json = cJSON_CreateObject();
        json_put_string(json, "hex", text.data);
    }
    buffer_release(&text);
    return json;
}

static cJSON *hear_text(Reader *reader)
{
    return cJSON_CreateString(take_text(reader));
}

static cJSON *hear_bytes(Reader *reader)
{
    return bytes_json(reader->bytes, reader->left);
}

static cJSON *hear_state(Reader *reader)
{
    char state[2] = {(char)take(reader, 1), 0};

    return cJSON_CreateString(state);
}

static cJSON *hear_parameter(Reader *reader)
{
    cJSON *json = cJSON_CreateObject();
    const char *name = take_text(reader);

    cJSON_AddStringToObject(json, name, take_text(reader));
    return json;
}

static cJSON *hear_key(Reader *reader)
{
    cJSON *json = cJSON_CreateObject();

    json_put_integer(json, "process", take(reader, 4));
    json_put_integer(json, "key", take(reader, 4));
    return json;
}

/* "status oid 25 size -1 typmod -1 text", and "column 2" of the relation that it is of. */
static cJSON *hear_columns(Reader *reader)
{
    cJSON *list = cJSON_CreateArray();

    for (uint32_t left = take(reader, 2); left > 0 && reader->left > 0; left--) {
        const char *name = take_text(reader);
        bool is_of_table = take(reader, 4) != 0;
        uint32_t attribute = take(reader, 2), oid = take(reader, 4);
        int size = (int16_t)take(reader, 2), typmod = (int32_t)take(reader, 4);
        bool is_binary = take(reader, 2) == 1;
        char *text = memory_format("%s oid %u size %d typmod %d %s", name, oid, size, typmod,
                                   is_binary ? "binary" : "text");
        char *whole =
            is_of_table ? memory_format("%s column %u", text, attribute) : memory_text(text);

        cJSON_AddItemToArray(list, cJSON_CreateString(whole));
        free(whole);
        free(text);
    }
    return list;
}

static cJSON *hear_row(Reader *reader)
{
    cJSON *list = cJSON_CreateArray();

    for (uint32_t left = take(reader, 2); left > 0 && reader->left >= 4; left--) {
        uint32_t length = take(reader, 4);

        if (length == UINT32_MAX) {
            cJSON_AddItemToArray(list, cJSON_CreateNull());
            continue;
        }
        if (length > reader->left)
            break;
        cJSON_AddItemToArray(list, bytes_json(reader->bytes, length));
        reader->bytes += length;
        reader->left -= length;
    }
    return list;
}

static cJSON *hear_oids(Reader *reader)
{
    cJSON *list = cJSON_CreateArray();

    for (uint32_t left = take(reader, 2); left > 0; left--)
        cJSON_AddItemToArray(list, cJSON_CreateNumber(take(reader, 4)));
    return list;
}

static cJSON *hear_fields(Reader *reader)
{
    cJSON *json = cJSON_CreateObject();
    char key[2] = {0};

    while ((key[0] = (char)take(reader, 1)) != 0)
        cJSON_AddStringToObject(json, key, take_text(reader));
    return json;
}

static cJSON *hear_copy(Reader *reader)
{
    cJSON *json = cJSON_CreateObject();

    json_put_integer(json, "format", take(reader, 1));
    json_put_integer(json, "columns", take(reader, 2));
    return json;
}

static cJSON *hear_negotiation(Reader *reader)
{
    cJSON *json = cJSON_CreateObject(), *list;

    json_put_integer(json, "version", take(reader, 4));
    list = cJSON_AddArrayToObject(json, "options");
    for (uint32_t left = take(reader, 4); left > 0 && reader->left > 0; left--)
        cJSON_AddItemToArray(list, cJSON_CreateString(take_text(reader)));
    return json;
}

static const struct {
    char type;
    const char *name;
    cJSON *(*hear)(Reader *reader); /* NULL: it says nothing but its name */
} HEARINGS[] = {
    {'1', "ParseComplete",            NULL            },
    {'2', "BindComplete",             NULL            },
    {'3', "CloseComplete",            NULL            },
    {'C', "CommandComplete",          hear_text       },
    {'D', "DataRow",                  hear_row        },
    {'E', "ErrorResponse",            hear_fields     },
    {'G', "CopyInResponse",           hear_copy       },
    {'H', "CopyOutResponse",          hear_copy       },
    {'I', "EmptyQueryResponse",       NULL            },
    {'K', "BackendKeyData",           hear_key        },
    {'N', "NoticeResponse",           hear_fields     },
    {'S', "ParameterStatus",          hear_parameter  },
    {'T', "RowDescription",           hear_columns    },
    {'W', "CopyBothResponse",         hear_copy       },
    {'Z', "ReadyForQuery",            hear_state      },
    {'c', "CopyDone",                 NULL            },
    {'d', "CopyData",                 hear_bytes      },
    {'n', "NoData",                   NULL            },
    {'s', "PortalSuspended",          NULL            },
    {'t', "ParameterDescription",     hear_oids       },
    {'v', "NegotiateProtocolVersion", hear_negotiation},
};

static cJSON *named(const char *name, cJSON *body)
{
    cJSON *json;

    if (!body)
        return cJSON_CreateString(name);
    json = cJSON_CreateObject();
    cJSON_AddItemToObject(json, name, body);
    return json;
}

static cJSON *hear_authentication(Reader *reader)
{
    uint32_t code = take(reader, 4);
    cJSON *list;

    switch (code) {
    case 0:
        return cJSON_CreateString("AuthenticationOk");
    case 10:
        list = cJSON_CreateArray();
        for (const char *name = take_text(reader); *name; name = take_text(reader))
            cJSON_AddItemToArray(list, cJSON_CreateString(name));
        return named("AuthenticationSASL", list);
    case 11:
        return named("AuthenticationSASLContinue", hear_bytes(reader));
    case 12:
        return named("AuthenticationSASLFinal", hear_bytes(reader));
    default:
        return named("Authentication", cJSON_CreateNumber(code));
    }
}

static cJSON *decode_body(char type, Reader *reader)
{
    if (type == 'R')
        return hear_authentication(reader);
    for (size_t i = 0; i < sizeof HEARINGS / sizeof *HEARINGS; i++) {
        if (HEARINGS[i].type == type)
            return named(HEARINGS[i].name, HEARINGS[i].hear ? HEARINGS[i].hear(reader) : NULL);
    }
    return NULL;
}

cJSON *message_decode(const char *bytes, size_t length, size_t *out_length)
{
    Reader header = {bytes + 1, 4};
    uint32_t size;
    cJSON *message;

    if (length < HEADER_SIZE)
        return NULL;
    size = take(&header, 4);
    if (size >= 4 && size < MESSAGE_MAX) {
        if (length < size + 1)
            return NULL;
        *out_length = size + 1;
        message = decode_body(bytes[0], &(Reader){bytes + HEADER_SIZE, size - 4});
        if (message)
            return message;
    }
    *out_length = length;
    return named("Bytes", bytes_json(bytes, length));
}
