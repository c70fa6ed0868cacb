/*
 * base/json.c - cJSON trees, read by path and never half trusted.
 */
#include "base/json.h"

#include <assert.h>
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/memory.h"

bool json_parse(const char *text, size_t length, cJSON **out_json, Error *err)
{
    const char *end = text;
    cJSON *json;

    /* cJSON stops at a NUL inside the text as if the value ended there. */
    if (length > 0 && memchr(text, '\0', length) != NULL)
        return error_set(err, ERR_INPUT, "not JSON: a NUL at byte %zu",
                         (size_t)((const char *)memchr(text, '\0', length) - text));
    json = cJSON_ParseWithLengthOpts(text, length, &end, false);
    if (json == NULL)
        return error_set(err, ERR_INPUT, length == 0 ? "not JSON: empty" : "not JSON from byte %zu",
                         (size_t)(end - text));
    while (end < text + length && strchr(" \t\r\n", *end) != NULL)
        end++;
    if (end != text + length) {
        cJSON_Delete(json);
        return error_set(err, ERR_INPUT, "not JSON from byte %zu: the value is over before that",
                         (size_t)(end - text));
    }
    *out_json = json;
    return true;
}

static void add_string(Buffer *text, const char *string)
{
    static const char SHORT_FORMS[] = "\"\"\\\\\bb\ff\nn\rr\tt";

    buffer_add_byte(text, '"');
    while (*string != '\0') {
        size_t plain = 0;
        const char *form;

        while ((unsigned char)string[plain] >= ' ' && string[plain] != '"' && string[plain] != '\\')
            plain++;
        buffer_add(text, string, plain);
        string += plain;
        if (*string == '\0')
            break;
        for (form = SHORT_FORMS; *form != '\0' && *form != *string;)
            form += 2;
        if (*form != '\0') {
            buffer_add_byte(text, '\\');
            buffer_add_byte(text, (uint8_t)form[1]);
        } else {
            buffer_format(text, "\\u%04x", (unsigned char)*string);
        }
        string++;
    }
    buffer_add_byte(text, '"');
}

/* cJSON's own rounds to 15 digits, so that an integer above 10^15 would come back as another one. */
static void add_number(Buffer *text, double number)
{
    char digits[40];

    if (!isfinite(number)) {
        buffer_add_text(text, "null");
        return;
    }
    if (fabs(number) < 0x1.0p63 && floor(number) == number) {
        buffer_format(text, "%lld", (long long)number);
        return;
    }
    for (int precision = 15; precision <= 17; precision++) {
        snprintf(digits, sizeof digits, "%.*g", precision, number);
        if (strtod(digits, NULL) == number)
            break;
    }
    buffer_add_text(text, digits);
}

static void add_value(Buffer *text, const cJSON *json)
{
    bool is_object = cJSON_IsObject(json);

    if (!is_object && !cJSON_IsArray(json)) {
        if (cJSON_IsString(json))
            add_string(text, json->valuestring);
        else if (cJSON_IsNumber(json))
            add_number(text, json->valuedouble);
        else if (cJSON_IsRaw(json))
            buffer_add_text(text, json->valuestring);
        else
            buffer_add_text(text,
                            cJSON_IsBool(json) ? cJSON_IsTrue(json) ? "true" : "false" : "null");
        return;
    }
    buffer_add_byte(text, is_object ? '{' : '[');
    for (const cJSON *item = json->child; item != NULL; item = item->next) {
        if (is_object) {
            add_string(text, item->string);
            buffer_add_byte(text, ':');
        }
        add_value(text, item);
        if (item->next != NULL)
            buffer_add_byte(text, ',');
    }
    buffer_add_byte(text, is_object ? '}' : ']');
}

char *json_text(const cJSON *json)
{
    Buffer text = {0};

    add_value(&text, json);
    return buffer_take(&text);
}

/* Cuts the next key off a path; false at its end. */
static bool next_key(const char **path, char **out_key)
{
    size_t length = strcspn(*path, "/");

    if (**path == '\0')
        return false;
    *out_key = memory_text_of(*path, length);
    *path += length + ((*path)[length] == '/');
    return true;
}

static cJSON *array_element(const cJSON *array, const char *key)
{
    char *end;
    long index = strtol(key, &end, 10);

    if (!isdigit((unsigned char)key[0]) || *end != '\0' || index > INT32_MAX)
        return NULL;
    return cJSON_GetArrayItem(array, (int)index);
}

/* name is what the first length bytes of key say. Keys are compared where they stand, since much is asked for by path. */
static bool is_named(const char *name, const char *key, size_t length)
{
    while (length > 0 && *name == *key) {
        name++;
        key++;
        length--;
    }
    return length == 0 && *name == '\0';
}

static cJSON *child(const cJSON *json, const char *key, size_t length)
{
    cJSON *member = cJSON_IsObject(json) ? json->child : NULL;

    if (cJSON_IsArray(json)) {
        char *index = memory_text_of(key, length);

        member = array_element(json, index);
        free(index);
        return member;
    }
    while (member != NULL && !is_named(member->string, key, length))
        member = member->next;
    return member;
}

cJSON *json_find(const cJSON *json, const char *path)
{
    while (json != NULL && *path != '\0') {
        size_t length = (size_t)(strchrnul(path, '/') - path);

        json = child(json, path, length);
        path += length + (path[length] == '/');
    }
    return (cJSON *)json;
}

const char *json_string(const cJSON *json, const char *path)
{
    return cJSON_GetStringValue(json_find(json, path));
}

const char *json_string_or(const cJSON *json, const char *path, const char *otherwise)
{
    const char *text = json_string(json, path);

    return text != NULL ? text : otherwise;
}

int64_t json_integer_or(const cJSON *json, const char *path, int64_t otherwise)
{
    const cJSON *found = json_find(json, path);

    /* Beyond 2^63 the conversion would be undefined; a fraction is no integer. */
    if (!cJSON_IsNumber(found) || !(fabs(found->valuedouble) < 0x1.0p63) ||
        floor(found->valuedouble) != found->valuedouble)
        return otherwise;
    return (int64_t)found->valuedouble;
}

bool json_bool_or(const cJSON *json, const char *path, bool otherwise)
{
    const cJSON *found = json_find(json, path);

    return cJSON_IsBool(found) ? cJSON_IsTrue(found) : otherwise;
}

bool json_has(const cJSON *json, const char *path)
{
    const cJSON *found = json_find(json, path);

    return found != NULL && !cJSON_IsNull(found);
}

static void object_set(cJSON *object, const char *key, cJSON *value)
{
    if (cJSON_GetObjectItemCaseSensitive(object, key) != NULL)
        cJSON_ReplaceItemInObjectCaseSensitive(object, key, value);
    else
        cJSON_AddItemToObject(object, key, value);
}

static void container_set(cJSON *container, const char *key, cJSON *value)
{
    if (cJSON_IsArray(container)) {
        cJSON *old = array_element(container, key);

        assert(old != NULL && "no such array element");
        cJSON_ReplaceItemViaPointer(container, old, value);
    } else {
        assert(cJSON_IsObject(container));
        object_set(container, key, value);
    }
}

static bool is_container(const cJSON *json)
{
    return cJSON_IsObject(json) || cJSON_IsArray(json);
}

void json_put(cJSON *json, const char *path, cJSON *value)
{
    char *key;
    bool found = next_key(&path, &key);

    assert(json != NULL && value != NULL && found);
    while (*path != '\0') {
        cJSON *inner = child(json, key, strlen(key));

        if (!is_container(inner)) {
            inner = cJSON_CreateObject();
            container_set(json, key, inner);
        }
        free(key);
        json = inner;
        next_key(&path, &key);
    }
    container_set(json, key, value);
    free(key);
    (void)found;
}

void json_put_string(cJSON *json, const char *path, const char *text)
{
    json_put(json, path, cJSON_CreateString(text));
}

void json_put_integer(cJSON *json, const char *path, int64_t value)
{
    json_put(json, path, cJSON_CreateNumber((double)value));
}

void json_put_bool(cJSON *json, const char *path, bool value)
{
    json_put(json, path, cJSON_CreateBool(value));
}

void json_remove(cJSON *json, const char *path)
{
    const char *slash = strrchr(path, '/');
    char *parent_path = memory_text_of(path, slash != NULL ? (size_t)(slash - path) : 0);
    cJSON *parent = json_find(json, parent_path);
    const char *key = slash != NULL ? slash + 1 : path;
    cJSON *found = parent != NULL ? child(parent, key, strlen(key)) : NULL;

    if (found != NULL)
        cJSON_Delete(cJSON_DetachItemViaPointer(parent, found));
    free(parent_path);
}

/* Members mostly stand in the same order in both, so each is looked for after the last. */
static bool objects_equal(const cJSON *a, const cJSON *b)
{
    const cJSON *item, *next = b->child;

    if (cJSON_GetArraySize(a) != cJSON_GetArraySize(b))
        return false;
    cJSON_ArrayForEach(item, a)
    {
        const cJSON *other = next != NULL && strcmp(next->string, item->string) == 0
                                 ? next
                                 : cJSON_GetObjectItemCaseSensitive(b, item->string);

        if (other == NULL || !json_equal(item, other))
            return false;
        next = other->next;
    }
    return true;
}

static bool arrays_equal(const cJSON *a, const cJSON *b)
{
    for (a = a->child, b = b->child; a != NULL && b != NULL; a = a->next, b = b->next)
        if (!json_equal(a, b))
            return false;
    return a == b;
}

/* Unlike cJSON_Compare, which takes 2^53 and 2^53 - 1 for the same number. */
bool json_equal(const cJSON *a, const cJSON *b)
{
    if (a == NULL || b == NULL)
        return a == b;
    if ((a->type & 0xff) != (b->type & 0xff))
        return false;
    switch (a->type & 0xff) {
    case cJSON_Object:
        return objects_equal(a, b);
    case cJSON_Array:
        return arrays_equal(a, b);
    case cJSON_Number:
        return a->valuedouble == b->valuedouble;
    case cJSON_String:
    case cJSON_Raw:
        return strcmp(a->valuestring, b->valuestring) == 0;
    default:
        return true;
    }
}

cJSON *json_merge_patch(cJSON *target, const cJSON *patch)
{
    const cJSON *change;

    if (!cJSON_IsObject(patch)) {
        cJSON_Delete(target);
        return cJSON_Duplicate(patch, true);
    }
    if (!cJSON_IsObject(target)) {
        cJSON_Delete(target);
        target = cJSON_CreateObject();
    }
    cJSON_ArrayForEach(change, patch)
    {
        cJSON *old = cJSON_DetachItemFromObjectCaseSensitive(target, change->string);

        if (cJSON_IsNull(change))
            cJSON_Delete(old);
        else
            cJSON_AddItemToObject(target, change->string, json_merge_patch(old, change));
    }
    return target;
}

static const char BASE64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static const char BASE64URL[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

static char *encode(const char *alphabet, bool is_padded, const void *bytes, size_t length)
{
    const uint8_t *from = bytes;
    char *text = memory_new((length + 2) / 3 * 4 + 1, 1);
    char *to = text;

    for (size_t i = 0; i < length; i += 3) {
        size_t left = length - i;
        uint32_t group = (uint32_t)from[i] << 16 | (left > 1 ? (uint32_t)from[i + 1] << 8 : 0) |
                         (left > 2 ? from[i + 2] : 0);

        *to++ = alphabet[group >> 18];
        *to++ = alphabet[group >> 12 & 63];
        if (left > 1)
            *to++ = alphabet[group >> 6 & 63];
        else if (is_padded)
            *to++ = '=';
        if (left > 2)
            *to++ = alphabet[group & 63];
        else if (is_padded)
            *to++ = '=';
    }
    return text;
}

/* Both alphabets begin with letters and digits; negative: it is in neither. */
static int digit_value(const char *alphabet, char digit)
{
    if (digit >= 'A' && digit <= 'Z')
        return digit - 'A';
    if (digit >= 'a' && digit <= 'z')
        return digit - 'a' + 26;
    if (digit >= '0' && digit <= '9')
        return digit - '0' + 52;
    return digit == alphabet[62] ? 62 : digit == alphabet[63] ? 63 : -1;
}

/* Decodes text without padding; false at a foreign character, a stray one, or bits that say nothing. */
static bool decode(const char *alphabet, const char *text, size_t length, Buffer *out_bytes)
{
    uint32_t group = 0;
    int bits = 0;

    for (size_t i = 0; i < length; i++) {
        int value = digit_value(alphabet, text[i]);

        if (value < 0)
            return false;
        group = (group << 6 | (uint32_t)value) & 0xffffff;
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            buffer_add_byte(out_bytes, (uint8_t)(group >> bits));
        }
    }
    /* Two texts must not mean the same bytes (RFC 4648, section 3.5). */
    return length % 4 != 1 && (group & ((1u << bits) - 1)) == 0;
}

static bool decode_or_say(const char *alphabet, const char *name, const char *text, size_t length,
                          char **out_bytes, size_t *out_length, Error *err)
{
    Buffer bytes = {0};

    if (!decode(alphabet, text, length, &bytes)) {
        buffer_release(&bytes);
        /* The text is not quoted: what is encoded is usually a secret. */
        return error_set(err, ERR_INPUT, "not %s", name);
    }
    *out_length = bytes.length;
    *out_bytes = buffer_take(&bytes);
    return true;
}

char *json_base64(const void *bytes, size_t length)
{
    return encode(BASE64, true, bytes, length);
}

bool json_base64_decode(const char *text, char **out_bytes, size_t *out_length, Error *err)
{
    size_t length = strlen(text);

    if (length % 4 != 0)
        return error_set(err, ERR_INPUT, "not base64: the padding is missing");
    for (int i = 0; i < 2 && length > 0 && text[length - 1] == '='; i++)
        length--;
    return decode_or_say(BASE64, "base64", text, length, out_bytes, out_length, err);
}

char *json_base64url(const void *bytes, size_t length)
{
    return encode(BASE64URL, false, bytes, length);
}

bool json_base64url_decode(const char *text, size_t text_length, char **out_bytes,
                           size_t *out_length, Error *err)
{
    return decode_or_say(BASE64URL, "base64url", text, text_length, out_bytes, out_length, err);
}
