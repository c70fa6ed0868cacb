/*
 * conformance/fakes/postgres/record.c - a file of cases written anew, with what was heard in place of what must be.
 */
#include "conformance/fakes/postgres/record.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "conformance/fakes/postgres/messages.h"
#include "conformance/fakes/variables.h"

/* ---- what a server chooses by itself ----------------------------------------------------------------------------- */

/* By type. */
static const struct {
    const char *type; /* as a column of RowDescription has it */
    const char *variable;
} TYPES[] = {
    {" oid 3220 ", "${lsn}"      },
    {" oid 1184 ", "${timestamp}"},
    {" oid 1186 ", "${interval}" },
};

/* By the name of the column, parameter or field. */
static const struct {
    const char *name, *variable;
} NAMES[] = {
    {"active_pid",        "${number}"},
    {"client_port",       "${number}"},
    {"datid",             "${number}"},
    {"pg_backend_pid",    "${number}"},
    {"pid",               "${number}"},
    {"redo_wal_file",     "${any}"   },
    {"server_version",    "${any}"   },
    {"system_identifier", "${number}"},
    {"systemid",          "${number}"},
    {"usesysid",          "${number}"},
    {"version",           "${any}"   },
};

static const char *variable_of_name(const char *name, size_t length)
{
    for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++) {
        if (strlen(NAMES[i].name) == length && strncmp(NAMES[i].name, name, length) == 0)
            return NAMES[i].variable;
    }
    return NULL;
}

static const char *variable_of_column(const char *column)
{
    for (size_t i = 0; i < sizeof TYPES / sizeof *TYPES; i++) {
        if (strstr(column, TYPES[i].type) && strstr(column, " text"))
            return TYPES[i].variable;
    }
    return variable_of_name(column, strcspn(column, " "));
}

/* What the client said itself is not the server's choice. */
static void replace(cJSON *value, const char *variable, const char *said)
{
    if (variable && cJSON_IsString(value) && !strstr(said, value->valuestring))
        cJSON_SetValuestring(value, variable);
}

static void replace_row(const cJSON *columns, const cJSON *row, const char *said)
{
    const cJSON *column = columns ? columns->child : NULL;
    cJSON *value;

    cJSON_ArrayForEach(value, row)
    {
        if (!column)
            return;
        replace(value, variable_of_column(column->valuestring), said);
        column = column->next;
    }
}

/* Members by their names; numbers too. */
static void replace_members(cJSON *object)
{
    cJSON *member, *next;

    for (member = object ? object->child : NULL; member; member = next) {
        const char *variable = variable_of_name(member->string, strlen(member->string));

        next = member->next;
        if (variable)
            cJSON_ReplaceItemInObjectCaseSensitive(object, member->string,
                                                   cJSON_CreateString(variable));
    }
}

static void replace_all(cJSON *object)
{
    cJSON *member, *next;

    for (member = object ? object->child : NULL; member; member = next) {
        next = member->next;
        cJSON_ReplaceItemInObjectCaseSensitive(object, member->string,
                                               cJSON_CreateString("${number}"));
    }
}

static void replace_message(cJSON *message, const cJSON **columns, const char *said)
{
    const char *name = message_name(message);
    cJSON *body = cJSON_IsObject(message) ? message->child : NULL;

    if (strcmp(name, "RowDescription") == 0)
        *columns = body;
    else if (strcmp(name, "DataRow") == 0)
        replace_row(*columns, body, said);
    else if (strcmp(name, "ParameterStatus") == 0)
        replace_members(body);
    else if (strcmp(name, "BackendKeyData") == 0)
        replace_all(body);
    else if (strncmp(name, "AuthenticationSASLC", 19) == 0)
        cJSON_SetValuestring(body, "r=${any},s=${any},i=4096");
    else if (strncmp(name, "AuthenticationSASLF", 19) == 0)
        cJSON_SetValuestring(body, "v=${any}");
}

/* Where the old tree has a variable that fits, the new one gets it. */
static void keep(const cJSON *old, cJSON *new)
{
    Variables *variables;
    char *why = NULL;

    if (cJSON_IsString(old) && cJSON_IsString(new) && variables_has(old->valuestring)) {
        variables = variables_new(false);
        if (variables_match(variables, old->valuestring, new->valuestring, &why))
            cJSON_SetValuestring(new, old->valuestring);
        free(why);
        variables_free(variables);
        return;
    }
    if (!old || old->type != new->type)
        return;
    old = old->child;
    for (cJSON *child = new->child; child &&old; child = child->next, old = old->next)
        keep(old, child);
}

void record_answer(const cJSON *say, const cJSON *old, cJSON *heard)
{
    char *said = json_text(say);
    const cJSON *columns = NULL;
    cJSON *message;

    keep(old, heard);
    cJSON_ArrayForEach(message, heard) replace_message(message, &columns, said);
    free(said);
}

/* ---- the file ---------------------------------------------------------------------------------------------------- */

/* May stand without quotes, where a list or mapping on one line is around it? */
static bool is_bare(const char *text, bool is_inside)
{
    static const char *const WORDS[] = {"true", "false", "null", "yes", "no", "on", "off"};
    size_t length = strlen(text);

    if (!isalpha((unsigned char)text[0]) || text[length - 1] == ' ' || text[length - 1] == ':')
        return false;
    if (strstr(text, ": ") || strstr(text, " #") || strpbrk(text, "\n\t\"\\"))
        return false;
    for (size_t i = 0; i < sizeof WORDS / sizeof *WORDS; i++)
        if (strcmp(text, WORDS[i]) == 0)
            return false;
    return !is_inside || !strpbrk(text, ",[]{}':");
}

static void add_scalar(Buffer *out, const cJSON *value, bool is_inside)
{
    char *text;

    if (cJSON_IsString(value) && is_bare(value->valuestring, is_inside)) {
        buffer_add_text(out, value->valuestring);
        return;
    }
    text = json_text(value);
    buffer_add_text(out, text);
    free(text);
}

static void add_inside(Buffer *out, const cJSON *value)
{
    const cJSON *child;

    if (!cJSON_IsObject(value) && !cJSON_IsArray(value)) {
        add_scalar(out, value, true);
        return;
    }
    buffer_add_byte(out, cJSON_IsArray(value) ? '[' : '{');
    cJSON_ArrayForEach(child, value)
    {
        if (child != value->child)
            buffer_add_text(out, ", ");
        if (cJSON_IsObject(value))
            buffer_format(out, "%s: ", child->string);
        add_inside(out, child);
    }
    buffer_add_byte(out, cJSON_IsArray(value) ? ']' : '}');
}

static void add_messages(Buffer *out, int indent, const char *key, const cJSON *messages)
{
    const cJSON *message;

    if (!messages)
        return;
    buffer_format(out, "%*s%s:%s\n", indent, "", key, messages->child ? "" : " []");
    cJSON_ArrayForEach(message, messages)
    {
        const cJSON *body = message_body(message);

        buffer_format(out, "%*s- %s", indent, "", message_name(message));
        if (body) {
            buffer_add_text(out, ": ");
            if (cJSON_IsObject(body) || cJSON_IsArray(body))
                add_inside(out, body);
            else
                add_scalar(out, body, false);
        }
        buffer_add_byte(out, '\n');
    }
}

static void add_exchange(Buffer *out, int indent, const cJSON *exchange)
{
    add_messages(out, indent, "say", json_find(exchange, "say"));
    add_messages(out, indent, "hear", json_find(exchange, "hear"));
}

static void add_plain_members(Buffer *out, int indent, const cJSON *object, bool is_item)
{
    const cJSON *member;

    cJSON_ArrayForEach(member, object)
    {
        if (cJSON_IsArray(member))
            continue;
        buffer_format(out, "%*s%s%s: ", is_item ? indent - 2 : indent, "", is_item ? "- " : "",
                      member->string);
        add_scalar(out, member, false);
        buffer_add_byte(out, '\n');
        is_item = false;
    }
}

static void add_case(Buffer *out, const cJSON *one)
{
    const cJSON *exchange;

    add_plain_members(out, 2, one, true);
    add_exchange(out, 2, one);
    if (!json_find(one, "exchanges"))
        return;
    buffer_add_text(out, "  exchanges:\n");
    cJSON_ArrayForEach(exchange, json_find(one, "exchanges"))
    {
        size_t at = out->length;

        add_plain_members(out, 4, exchange, false);
        add_exchange(out, 4, exchange);
        out->data[at + 2] = '-';
    }
}

char *record_text(const char *old_text, const cJSON *root)
{
    Buffer out = {0};
    const cJSON *one;

    while (*old_text == '#') {
        size_t length = strcspn(old_text, "\n");

        buffer_add(&out, old_text, length + 1);
        old_text += length + (old_text[length] == '\n');
    }
    buffer_add_text(&out, "cases:\n");
    cJSON_ArrayForEach(one, json_find(root, "cases")) add_case(&out, one);
    return buffer_take(&out);
}
