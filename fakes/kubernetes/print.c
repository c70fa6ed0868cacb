/*
 * fakes/kubernetes/print.c - JSON in Go's spelling and the API types' order.
 */
#include "fakes/kubernetes/print.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

/* The order of a node's keys. */
typedef enum {
    AS_IT_STANDS,
    SORTED, /* a map, and everything below it */
    TYPED_OBJECT,
    TYPED_METADATA,
    TYPED_MANAGERS, /* entries of managedFields */
    TYPED_OWNERS    /* ownerReferences */
} Order;

/* Keys of Go's structs, in the order of their fields; what is not named comes after, as it stands. */
static const char *const OBJECT_KEYS[] = {"kind",       "apiVersion", "metadata", "immutable",
                                          "data",       "binaryData", "secrets",  "spec",
                                          "stringData", "status",     NULL};
static const char *const METADATA_KEYS[] = {"name",
                                            "generateName",
                                            "namespace",
                                            "uid",
                                            "resourceVersion",
                                            "generation",
                                            "creationTimestamp",
                                            "deletionTimestamp",
                                            "deletionGracePeriodSeconds",
                                            "labels",
                                            "annotations",
                                            "ownerReferences",
                                            "finalizers",
                                            "managedFields",
                                            NULL};
static const char *const MANAGER_KEYS[] = {"manager",    "operation", "apiVersion",  "time",
                                           "fieldsType", "fieldsV1",  "subresource", NULL};
static const char *const OWNER_KEYS[] = {"apiVersion",         "kind", "name", "uid", "controller",
                                         "blockOwnerDeletion", NULL};
static const char *const *const KEYS[] = {
    [TYPED_OBJECT] = OBJECT_KEYS,
    [TYPED_METADATA] = METADATA_KEYS,
    [TYPED_MANAGERS] = MANAGER_KEYS,
    [TYPED_OWNERS] = OWNER_KEYS,
};
static const char *const MAP_KEYS[] = {"labels",     "annotations", "data",
                                       "stringData", "binaryData",  NULL};

static void print_value(Buffer *buffer, const cJSON *json, Order order);

static int rank_of(const char *key, const char *const *keys)
{
    int rank = 0;

    while (keys[rank] != NULL && strcmp(keys[rank], key) != 0)
        rank++;
    return rank;
}

static bool is_safe(unsigned char byte)
{
    return byte >= 0x20 && byte != '"' && byte != '\\' && byte != '<' && byte != '>' &&
           byte != '&' && byte != 0xe2;
}

static void print_escaped(Buffer *buffer, const unsigned char *at, const unsigned char *end,
                          size_t *out_eaten)
{
    *out_eaten = 1;
    switch (*at) {
    case '"':
        buffer_add(buffer, "\\\"", 2);
        return;
    case '\\':
        buffer_add(buffer, "\\\\", 2);
        return;
    case '\n':
        buffer_add(buffer, "\\n", 2);
        return;
    case '\r':
        buffer_add(buffer, "\\r", 2);
        return;
    case '\t':
        buffer_add(buffer, "\\t", 2);
        return;
    case 0xe2: /* U+2028 and U+2029 end a line in JavaScript; the rest of this block is plain text */
        if (end - at >= 3 && at[1] == 0x80 && (at[2] == 0xa8 || at[2] == 0xa9)) {
            buffer_format(buffer, "\\u202%x", at[2] & 0xf);
            *out_eaten = 3;
            return;
        }
        buffer_add(buffer, at, 1);
        return;
    default:
        buffer_format(buffer, "\\u%04x", *at);
    }
}

void kube_print_escaped(Buffer *buffer, const char *text, size_t length)
{
    const unsigned char *at = (const unsigned char *)text, *end = at + length;

    while (at < end) {
        size_t plain = 0;

        while (at + plain < end && is_safe(at[plain]))
            plain++;
        buffer_add(buffer, at, plain);
        at += plain;
        if (at < end) {
            print_escaped(buffer, at, end, &plain);
            at += plain;
        }
    }
}

static void print_text(Buffer *buffer, const char *text)
{
    buffer_add(buffer, "\"", 1);
    kube_print_escaped(buffer, text, strlen(text));
    buffer_add(buffer, "\"", 1);
}

/* The fewest digits that read back as the same number. */
static int shortest_precision(double value)
{
    char text[40];
    int precision = 0;

    do {
        snprintf(text, sizeof text, "%.*e", precision, value);
    } while (strtod(text, NULL) != value && ++precision < 17);
    return precision;
}

static void print_float(Buffer *buffer, double value)
{
    char text[40], digits[24];
    int precision = shortest_precision(value), exponent, count = 0;

    snprintf(text, sizeof text, "%.*e", precision, value);
    exponent = atoi(strchr(text, 'e') + 1);
    if (exponent < -6 || exponent >= 21) { /* Go: 1e-9, 1e+21 */
        *strchr(text, 'e') = 0;
        buffer_format(buffer, "%se%s%d", text, exponent < 0 ? "" : "+", exponent);
        return;
    }
    if (exponent < precision) {
        buffer_format(buffer, "%.*f", precision - exponent, value);
        return;
    }
    for (const char *at = text; *at != 'e'; at++)
        if (*at >= '0' && *at <= '9')
            digits[count++] = *at;
    digits[count] = 0;
    buffer_format(buffer, "%s%s", value < 0 ? "-" : "", digits);
    for (int i = precision; i < exponent; i++)
        buffer_add(buffer, "0", 1);
}

static void print_number(Buffer *buffer, double value)
{
    if (!isfinite(value))
        buffer_add(buffer, "null", 4);
    else if (value == floor(value) && fabs(value) <= 9007199254740992.0)
        buffer_format(buffer, "%lld", (long long)value);
    else
        print_float(buffer, value);
}

static Order order_below(Order order, const char *key)
{
    if (order == TYPED_OBJECT && strcmp(key, "metadata") == 0)
        return TYPED_METADATA;
    if (order == TYPED_METADATA && strcmp(key, "managedFields") == 0)
        return TYPED_MANAGERS;
    if (order == TYPED_METADATA && strcmp(key, "ownerReferences") == 0)
        return TYPED_OWNERS;
    if ((order == TYPED_OBJECT || order == TYPED_METADATA) && MAP_KEYS[rank_of(key, MAP_KEYS)])
        return SORTED;
    return order == SORTED ? SORTED : AS_IT_STANDS;
}

static void print_member(Buffer *buffer, const cJSON *member, Order order)
{
    print_text(buffer, member->string);
    buffer_add(buffer, ":", 1);
    print_value(buffer, member, order_below(order, member->string));
}

static bool comes_before(const cJSON *a, const cJSON *b, Order order)
{
    if (order == SORTED)
        return strcmp(a->string, b->string) < 0;
    return rank_of(a->string, KEYS[order]) < rank_of(b->string, KEYS[order]);
}

/* Members in order: a stable insertion sort, for objects are small and mostly sorted already. */
static void print_ordered(Buffer *buffer, const cJSON *json, Order order)
{
    int count = 0, capacity = cJSON_GetArraySize(json);
    const cJSON **members = memory_new(capacity, sizeof(cJSON *));
    const cJSON *member;

    cJSON_ArrayForEach(member, json)
    {
        int at = count++;

        while (at > 0 && comes_before(member, members[at - 1], order)) {
            members[at] = members[at - 1];
            at--;
        }
        members[at] = member;
    }
    for (int i = 0; i < count; i++) {
        if (i > 0)
            buffer_add(buffer, ",", 1);
        print_member(buffer, members[i], order);
    }
    free(members);
}

static void print_members(Buffer *buffer, const cJSON *json, Order order)
{
    const cJSON *member;

    buffer_add(buffer, "{", 1);
    if (order != AS_IT_STANDS && json->child != NULL)
        print_ordered(buffer, json, order);
    else
        cJSON_ArrayForEach(member, json)
        {
            if (member != json->child)
                buffer_add(buffer, ",", 1);
            print_member(buffer, member, order);
        }
    buffer_add(buffer, "}", 1);
}

static void print_value(Buffer *buffer, const cJSON *json, Order order)
{
    const cJSON *element;

    if (cJSON_IsObject(json)) {
        print_members(buffer, json, order);
    } else if (cJSON_IsArray(json)) {
        buffer_add(buffer, "[", 1);
        cJSON_ArrayForEach(element, json)
        {
            if (element != json->child)
                buffer_add(buffer, ",", 1);
            print_value(buffer, element, order);
        }
        buffer_add(buffer, "]", 1);
    } else if (cJSON_IsString(json)) {
        print_text(buffer, json->valuestring);
    } else if (cJSON_IsRaw(json)) { /* metadata.managedFields: text that is in order already */
        buffer_add_text(buffer, json->valuestring);
    } else if (cJSON_IsNumber(json)) {
        print_number(buffer, json->valuedouble);
    } else {
        buffer_add_text(buffer, cJSON_IsNull(json)   ? "null"
                                : cJSON_IsTrue(json) ? "true"
                                                     : "false");
    }
}

void kube_print_object(Buffer *buffer, const KubeKind *kind, const cJSON *json)
{
    print_value(buffer, json, kube_kind_has(kind, KUBE_CUSTOM) ? SORTED : TYPED_OBJECT);
}

void kube_print(Buffer *buffer, const cJSON *json)
{
    print_value(buffer, json, AS_IT_STANDS);
}

void kube_print_sorted(Buffer *buffer, const cJSON *json)
{
    print_value(buffer, json, SORTED);
}

static void new_line(Buffer *buffer, int depth)
{
    buffer_format(buffer, "\n%*s", depth * 2, "");
}

/* A string is copied up to its closing quote. Returns the bytes it takes. */
static size_t copy_text(Buffer *buffer, const char *text, size_t length)
{
    size_t end = 1;

    while (end < length && text[end] != '"')
        end += text[end] == '\\' ? 2 : 1;
    buffer_add(buffer, text, end + 1);
    return end + 1;
}

void kube_print_pretty(Buffer *buffer, const char *text, size_t length)
{
    int depth = 0;

    for (size_t i = 0; i < length;) {
        char byte = text[i];
        bool is_empty = i + 1 < length && (text[i + 1] == '}' || text[i + 1] == ']');

        if (byte == '"') {
            i += copy_text(buffer, text + i, length - i);
            continue;
        }
        if (byte == '}' || byte == ']')
            new_line(buffer, --depth);
        buffer_add(buffer, &byte, 1);
        if ((byte == '{' || byte == '[') && is_empty)
            buffer_add(buffer, &text[++i], 1);
        else if (byte == '{' || byte == '[')
            new_line(buffer, ++depth);
        else if (byte == ',')
            new_line(buffer, depth);
        else if (byte == ':')
            buffer_add(buffer, " ", 1);
        i++;
    }
}
