/*
 * engine/environment_read.c - reading an Environment by its rows.
 *
 * A group is read in the order of its rows, not of the file: a field may speak of a plane that the file names further down.
 */
#include <stdlib.h>
#include <string.h>

#include "base/fields.h"
#include "base/file.h"
#include "engine/environment_parts.h"
#include "engine/environment_rows.h"

enum { POSTGRES_PORT = 5432, PORT_MAX = 65535, MEMBERS_MAX = 64 };

/* A group as it is read: its path as a row has it, and as it is in this file, for messages. */
typedef struct {
    const EnvironmentReader *reader;
    const char *path, *where;
    const cJSON *mapping; /* NULL: it is left out */
    char *target;
} Group;

/* A value and what it is for. */
typedef struct {
    const Group *group;
    const EnvironmentRow *row;
    const cJSON *node;
    const char *where;
    void *place;
} Value;

static bool read_group(const Group *group, Error *err);

#define wrong(value, err, ...) \
    yaml_error((value)->group->reader->document, (value)->node, err, __VA_ARGS__)

/* ---- texts --------------------------------------------------------------------------------------- */

static const char *path_from_file(const EnvironmentReader *reader, const char *name)
{
    char *path = file_beside(reader->file, name);
    const char *kept = arena_text(reader->arena, path);

    free(path);
    return kept;
}

static bool read_file_name(const Value *value)
{
    const char **place = value->place;

    *place = path_from_file(value->group->reader, *place);
    return true;
}

/* A program with a slash in its name stands beside the file; one without is looked for in $PATH. */
static bool read_command(const Value *value, Error *err)
{
    const EnvironmentReader *reader = value->group->reader;
    size_t count = cJSON_IsArray(value->node) ? (size_t)cJSON_GetArraySize(value->node) : 0;
    const char **words = arena_new(reader->arena, (count + 1) * sizeof *words);
    const cJSON *word;
    size_t used = 0;

    cJSON_ArrayForEach(word, value->node)
    {
        if (cJSON_IsString(word) && *word->valuestring)
            words[used++] = word->valuestring;
    }
    if (used == 0 || used != count)
        return wrong(value, err, "%s: expected a list of texts, the program first", value->where);
    if (strchr(words[0], '/'))
        words[0] = path_from_file(reader, words[0]);
    *(const char *const **)value->place = words;
    return true;
}

static bool read_word(const Value *value, Error *err)
{
    int index;
    const Field field = {.key = environment_row_key(value->row),
                         .type = FIELD_CHOICE,
                         .choices = value->row->choices};

    if (!field_read(value->group->reader->document, value->node, value->group->where, &field,
                    &index, err))
        return false;
    if (value->row->type == ROW_WORD)
        *(const char **)value->place = value->row->choices[index];
    else
        *(bool *)value->place = index == 1;
    return true;
}

static bool read_plane_name(const Value *value, Error *err)
{
    const cJSON *planes = json_find(yaml_root(value->group->reader->document), "planes");
    const char *name = cJSON_GetStringValue(value->node);
    const cJSON *plane;
    int index = 0;

    cJSON_ArrayForEach(plane, planes)
    {
        if (name && strcmp(plane->string, name) == 0) {
            *(int *)value->place = index;
            return true;
        }
        index++;
    }
    return wrong(value, err, "%s: \"%s\" is not one of planes (%s, %s)", value->where,
                 name ? name : "", planes->child->string, planes->child->next->string);
}

/* ---- addresses ----------------------------------------------------------------------------------- */

static bool read_server(const Value *value, Error *err)
{
    const char *text = cJSON_GetStringValue(value->node);
    Error why = {0};

    if (!text)
        return wrong(value, err, "%s: expected ip:port", value->where);
    return dns_address_parse(text, value->place, &why) ||
           wrong(value, err, "%s: %s", value->where, why.message);
}

/* As a name server's address, but for the port that is meant if none is there. */
static bool read_database(const Value *value, Error *err)
{
    PostgresEndpoint *endpoint = value->place;
    const char *text = cJSON_GetStringValue(value->node);
    DnsServerAddress address;
    bool has_port;

    if (!text || !dns_address_parse(text, &address, NULL))
        return wrong(value, err,
                     "%s: \"%s\" is not the address of a database; write 192.0.2.11 or "
                     "192.0.2.11:5432",
                     value->where, text ? text : "");
    has_port = *text == '[' ? strstr(text, "]:") != NULL
                            : strchr(text, ':') && strchr(text, ':') == strrchr(text, ':');
    endpoint->ip = arena_text(value->group->reader->arena, address.ip);
    endpoint->port = has_port ? address.port : POSTGRES_PORT;
    return true;
}

/* ---- numbers ------------------------------------------------------------------------------------- */

static bool too_low(const Value *value, Error *err)
{
    long long lowest = (long long)value->row->lowest;
    bool is_time = value->row->type == ROW_DURATION;

    if (value->row->type == ROW_PORT)
        return wrong(value, err, "%s: expected 1 to %d", value->where, PORT_MAX);
    if (is_time && lowest < 1000)
        return wrong(value, err, "%s: expected more than 0s", value->where);
    return wrong(value, err, "%s: expected at least %lld%s", value->where,
                 is_time ? lowest / 1000 : lowest, is_time ? "s" : "");
}

/* Where they are kept in another width than they are read in. */
static bool read_number(const Value *value, FieldType type, Error *err)
{
    const Field field = {.key = environment_row_key(value->row), .type = type};
    int64_t number;

    if (!field_read(value->group->reader->document, value->node, value->group->where, &field,
                    &number, err))
        return false;
    if (number < value->row->lowest || (value->row->type == ROW_PORT && number > PORT_MAX))
        return too_low(value, err);
    if (value->row->type == ROW_PORT)
        *(uint16_t *)value->place = (uint16_t)number;
    else if (value->row->type == ROW_SECONDS)
        *(uint32_t *)value->place = (uint32_t)(number / 1000);
    else
        *(int64_t *)value->place = number;
    return true;
}

static bool read_as(const Value *value, FieldType type, Error *err)
{
    const Field field = {.key = environment_row_key(value->row),
                         .type = type,
                         .choices = value->row->choices};

    return field_read(value->group->reader->document, value->node, value->group->where, &field,
                      value->place, err);
}

/* ---- lists and groups ---------------------------------------------------------------------------- */

static bool read_value(const Group *group, const EnvironmentRow *row, const cJSON *node,
                       const char *where, Error *err);

/* A group inside of value's group, or of a list: at place, by the rows of path. */
static bool read_inner(const Value *value, const char *path, Error *err)
{
    return read_group(&(Group){value->group->reader, path, value->where, value->node, value->place},
                      err);
}

/* The items' row is of a group of its own: the list. */
static bool read_items(const Value *value, const EnvironmentRow *item, char *items, size_t *count,
                       Error *err)
{
    const EnvironmentReader *reader = value->group->reader;
    const cJSON *node;

    cJSON_ArrayForEach(node, value->node)
    {
        const char *where = arena_format(reader->arena, "%s[%zu]", value->where, *count);
        Group list = {reader, value->row->path, value->where, value->node,
                      items + *count * value->row->item_size};

        if (!read_value(&list, item, node, where, err))
            return false;
        ++*count;
    }
    return true;
}

static bool read_list(const Value *value, Error *err)
{
    const EnvironmentReader *reader = value->group->reader;
    int length = cJSON_IsArray(value->node) ? cJSON_GetArraySize(value->node) : -1;
    const EnvironmentRow *item =
        environment_row_find(arena_format(reader->arena, "%s[]", value->row->path));
    char *items;

    if (length < value->row->lowest)
        return wrong(value, err, "%s: expected a list: %s", value->where, value->row->what);
    items = arena_new(reader->arena, (size_t)(length + 1) * value->row->item_size);
    memcpy(value->place, &items, sizeof items);
    return read_items(value, item, items,
                      (size_t *)(void *)(value->group->target + value->row->count_offset), err);
}

static bool read_planes(const Value *value, Error *err)
{
    EnvironmentPlane *plane = value->place;
    Value inner = *value;

    if (!cJSON_IsObject(value->node) || cJSON_GetArraySize(value->node) != 2)
        return wrong(value, err, "planes: expected exactly two, the active and the standby");
    cJSON_ArrayForEach(inner.node, value->node)
    {
        plane->name = inner.node->string;
        inner.where = arena_format(value->group->reader->arena, "planes.%s", plane->name);
        inner.place = plane++;
        if (!read_inner(&inner, "planes.*", err))
            return false;
    }
    return true;
}

static bool read_kind(const Value *value, Error *err)
{
    switch (value->row->type) {
    case ROW_GROUP:
        return read_inner(value, value->row->path, err);
    case ROW_PLANES:
        return read_planes(value, err);
    case ROW_LIST:
        return read_list(value, err);
    case ROW_TEXT:
        return read_as(value, FIELD_TEXT, err);
    case ROW_FILE:
        return read_as(value, FIELD_TEXT, err) && read_file_name(value);
    case ROW_COMMAND:
        return read_command(value, err);
    case ROW_CHOICE:
        return read_as(value, FIELD_CHOICE, err);
    case ROW_WORD:
    case ROW_EITHER:
        return read_word(value, err);
    case ROW_BOOL:
        return read_as(value, FIELD_BOOL, err);
    case ROW_PLANE:
        return read_plane_name(value, err);
    case ROW_PORT:
    case ROW_INTEGER:
        return read_number(value, FIELD_INTEGER, err);
    case ROW_DURATION:
    case ROW_SECONDS:
        return read_number(value, FIELD_DURATION, err);
    case ROW_SIZE:
        return read_number(value, FIELD_SIZE, err);
    case ROW_SERVER:
        return read_server(value, err);
    case ROW_DATABASE:
        return read_database(value, err);
    }
    return false;
}

static bool read_value(const Group *group, const EnvironmentRow *row, const cJSON *node,
                       const char *where, Error *err)
{
    Value value = {group, row, node, where, group->target + row->offset};

    return read_kind(&value, err);
}

/* ---- a group's members --------------------------------------------------------------------------- */

static bool check_keys(const Group *group, Error *err)
{
    const char *words[MEMBERS_MAX] = {0};
    const EnvironmentRow *row = NULL;
    const cJSON *node;
    size_t count = 0;

    while ((row = environment_row_member(group->path, row)) && count < MEMBERS_MAX - 1)
        words[count++] = environment_row_key(row);
    cJSON_ArrayForEach(node, group->mapping)
    {
        size_t i = 0;

        while (words[i] && strcmp(words[i], node->string) != 0)
            i++;
        if (!words[i])
            return field_unknown(group->reader->document, node, group->where, words, err);
    }
    return true;
}

/* What `provider` of the group says, or stands for it. */
static const char *provider_of(const Group *group)
{
    const EnvironmentRow *row =
        environment_row_find(arena_format(group->reader->arena, "%s.provider", group->path));

    return json_string_or(group->mapping, "provider", row->standard);
}

static bool is_wanted(const Group *group, const EnvironmentRow *row)
{
    return !row->provider || strcmp(row->provider, provider_of(group)) == 0;
}

/* What stands for a field that is left out goes through the same reading. */
static bool read_absent(const Group *group, const EnvironmentRow *row, const char *where,
                        Error *err)
{
    bool is_number = row->type == ROW_INTEGER || row->type == ROW_PORT;
    cJSON *node;
    bool ok;

    if (group->mapping && row->is_required && is_wanted(group, row))
        return yaml_error(group->reader->document, group->mapping, err, "%s: missing; %s", where,
                          row->what);
    if (row->type == ROW_GROUP)
        return read_value(group, row, NULL, where, err);
    if (!row->standard || group->reader->keeps)
        return true;
    node = is_number               ? cJSON_CreateNumber(strtod(row->standard, NULL))
           : row->type == ROW_BOOL ? cJSON_CreateBool(strcmp(row->standard, "true") == 0)
                                   : cJSON_CreateStringReference(row->standard);
    ok = read_value(group, row, node, where, err);
    cJSON_Delete(node);
    return ok;
}

static bool read_present(const Group *group, const EnvironmentRow *row, const cJSON *node,
                         const char *where, Error *err)
{
    const YamlDocument *document = group->reader->document;

    if (!is_wanted(group, row))
        return yaml_error(document, node, err, "%s: goes with provider %s, not with %s", where,
                          row->provider, provider_of(group));
    if (row->beside && !json_has(group->mapping, row->beside))
        return yaml_error(document, node, err, "%s: %s and %s go together", group->where,
                          environment_row_key(row), row->beside);
    return read_value(group, row, node, where, err);
}

static bool read_group(const Group *group, Error *err)
{
    const EnvironmentRow *row = NULL;

    if (group->mapping && !cJSON_IsObject(group->mapping))
        return yaml_error(group->reader->document, group->mapping, err, "%s: expected a mapping",
                          group->where);
    if (!check_keys(group, err))
        return false;
    while ((row = environment_row_member(group->path, row))) {
        const char *key = environment_row_key(row);
        const cJSON *node = cJSON_GetObjectItemCaseSensitive(group->mapping, key);
        const char *where = arena_format(group->reader->arena, "%s%s%s", group->where,
                                         *group->where ? "." : "", key);

        if (node ? !read_present(group, row, node, where, err)
                 : !read_absent(group, row, where, err))
            return false;
    }
    return true;
}

bool environment_read_group(const EnvironmentReader *reader, const char *path, const cJSON *mapping,
                            void *target, Error *err)
{
    return read_group(&(Group){reader, path, path, mapping, target}, err);
}
