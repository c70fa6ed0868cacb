/*
 * base/yaml_text.c - JSON trees as block-style YAML that yaml_parse reads back equal.
 */
#include "base/yaml.h"

#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/yaml_scalar.h"

static void add_value(Buffer *text, const cJSON *value, int indent);

static void add_indent(Buffer *text, int indent)
{
    for (int i = 0; i < indent; i++)
        buffer_add_byte(text, ' ');
}

/*
 * The length of a character that is not printed as it is: C0 and C1 controls, DEL, the byte order mark, and the
 * separators that other YAML versions take for line ends. Its number goes to out_code; 0 if it is printed.
 */
static size_t escaped_length(const char *string, unsigned *out_code)
{
    const unsigned char *s = (const unsigned char *)string;

    if (s[0] < ' ' || s[0] == 0x7f) {
        *out_code = s[0];
        return 1;
    }
    if (s[0] == 0xc2 && s[1] >= 0x80 && s[1] < 0xa0) {
        *out_code = s[1];
        return 2;
    }
    *out_code = (s[0] & 0x0fu) << 12 |
                (s[0] >= 0xe0 && s[1] != 0 ? (s[1] & 0x3fu) << 6 | (s[2] & 0x3fu) : 0);
    if (s[0] == 0xe2 && (*out_code == 0x2028 || *out_code == 0x2029))
        return 3;
    return s[0] == 0xef && *out_code == 0xfeff ? 3 : 0;
}

static void add_quoted(Buffer *text, const char *string)
{
    buffer_add_byte(text, '"');
    while (*string != '\0') {
        unsigned code;
        size_t length = escaped_length(string, &code);

        if (*string == '\n')
            buffer_add_text(text, "\\n");
        else if (length > 0)
            buffer_format(text, "\\u%04x", code);
        else if (*string == '"' || *string == '\\')
            buffer_format(text, "\\%c", *string);
        else
            buffer_add_byte(text, (uint8_t)*string);
        string += length > 0 ? length : 1;
    }
    buffer_add_byte(text, '"');
}

static bool is_printed_whole(const char *string, bool with_line_ends)
{
    for (; *string != '\0'; string++) {
        unsigned code;

        if (escaped_length(string, &code) > 0 && !(with_line_ends && *string == '\n'))
            return false;
    }
    return true;
}

/* Cautious: what begins or goes on like something of YAML's own gets quotes, needed or not. */
static bool is_plain(const char *string)
{
    size_t length = strlen(string);

    if (length == 0 || !is_printed_whole(string, false) || yaml_scalar_is_doubtful(string))
        return false;
    if (strchr("-?:,[]{}#&*!|>'\"%@`= <~", string[0]) != NULL || string[length - 1] == ' ' ||
        string[length - 1] == ':')
        return false;
    return strstr(string, ": ") == NULL && strstr(string, " #") == NULL &&
           strcmp(string, "---") != 0 && strcmp(string, "...") != 0;
}

/* A literal block keeps line ends as they are; its first line must not begin with a blank. */
static bool is_literal(const char *string)
{
    return strchr(string, '\n') != NULL && strchr(" \n\t", string[0]) == NULL &&
           is_printed_whole(string, true);
}

static void add_literal(Buffer *text, const char *string, int indent)
{
    size_t length = strlen(string);
    bool ends_line = string[length - 1] == '\n';
    bool ends_several = ends_line && length > 1 && string[length - 2] == '\n';

    buffer_add_text(text, ends_several ? "|+" : ends_line ? "|" : "|-");
    while (*string != '\0') {
        size_t line = strcspn(string, "\n");

        buffer_add_byte(text, '\n');
        if (line > 0) {
            add_indent(text, indent);
            buffer_add(text, string, line);
        }
        string += line + (string[line] == '\n');
    }
}

static void add_key(Buffer *text, const char *key)
{
    if (is_plain(key))
        buffer_add_text(text, key);
    else
        add_quoted(text, key);
    buffer_add_byte(text, ':');
}

static void add_scalar(Buffer *text, const cJSON *value, int indent)
{
    char *json;

    if (!cJSON_IsString(value)) {
        json = json_text(value);
        buffer_add_text(text, json);
        free(json);
    } else if (is_plain(value->valuestring)) {
        buffer_add_text(text, value->valuestring);
    } else if (is_literal(value->valuestring)) {
        add_literal(text, value->valuestring, indent > 0 ? indent : 2);
    } else {
        add_quoted(text, value->valuestring);
    }
}

static bool is_block(const cJSON *value)
{
    return (cJSON_IsObject(value) || cJSON_IsArray(value)) && value->child != NULL;
}

/* The first line goes where the text ends; the others are indented. No line end after the last. */
static void add_object(Buffer *text, const cJSON *object, int indent)
{
    for (const cJSON *item = object->child; item != NULL; item = item->next) {
        if (item != object->child) {
            buffer_add_byte(text, '\n');
            add_indent(text, indent);
        }
        add_key(text, item->string);
        if (is_block(item)) {
            buffer_add_byte(text, '\n');
            add_indent(text, indent + 2);
        } else {
            buffer_add_byte(text, ' ');
        }
        add_value(text, item, indent + 2);
    }
}

static void add_array(Buffer *text, const cJSON *array, int indent)
{
    for (const cJSON *item = array->child; item != NULL; item = item->next) {
        if (item != array->child) {
            buffer_add_byte(text, '\n');
            add_indent(text, indent);
        }
        buffer_add_text(text, "- ");
        add_value(text, item, indent + 2);
    }
}

static void add_value(Buffer *text, const cJSON *value, int indent)
{
    if (!is_block(value))
        add_scalar(text, value, indent);
    else if (cJSON_IsObject(value))
        add_object(text, value, indent);
    else
        add_array(text, value, indent);
}

char *yaml_text(const cJSON *json)
{
    Buffer text = {0};

    add_value(&text, json, 0);
    buffer_add_byte(&text, '\n');
    return buffer_take(&text);
}
