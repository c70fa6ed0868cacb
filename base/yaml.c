/*
 * base/yaml.c - YAML 1.2 files as JSON trees that remember where each value stood.
 *
 * libfyaml turns the text into events with places; this builds the tree from them, so that duplicate keys, aliases and
 * merge keys (<<) are resolved here, within bounds: a few lines of nested aliases must not fill the memory.
 * The writing half is in yaml_text.c.
 */
#include "base/yaml.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <libfyaml.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/yaml_scalar.h"

enum {
    DEPTH_MAX = 100,
    NODES_MAX = 1000 * 1000,
};

typedef struct {
    const cJSON *node;
    YamlPlace place;
} PlaceSlot;

struct YamlDocument {
    char *name;
    cJSON *root;
    cJSON
        *merged; /* values of merge keys: out of the tree, but an anchor in them may be asked for */
    PlaceSlot *slots; /* open addressing by the node's address; looked up, never walked */
    size_t count, capacity;
};

typedef struct {
    char *name;
    const cJSON *node;
} Anchor;

typedef struct {
    YamlDocument *document;
    struct fy_parser *parser;
    bool is_1_1; /* yaml_parse_1_1 */
    struct fy_diag *diagnostics;
    Anchor *anchors;
    size_t anchor_count, anchor_capacity;
    int depth;
    Error *err;
} Reader;

/* ---- places -------------------------------------------------------------------------------- */

static PlaceSlot *slot_of(const YamlDocument *document, const cJSON *node)
{
    size_t i = ((uintptr_t)node >> 4) * 0x9e3779b97f4a7c15 >> 20;

    for (;; i++) {
        PlaceSlot *slot = &document->slots[i & (document->capacity - 1)];

        if (slot->node == node || slot->node == NULL)
            return slot;
    }
}

static void grow_slots(YamlDocument *document)
{
    PlaceSlot *old = document->slots;
    size_t old_capacity = document->capacity;

    document->capacity = old_capacity > 0 ? 2 * old_capacity : 64;
    document->slots = memory_new(document->capacity, sizeof *old);
    for (size_t i = 0; i < old_capacity; i++)
        if (old[i].node != NULL)
            *slot_of(document, old[i].node) = old[i];
    free(old);
}

static void place_set(YamlDocument *document, const cJSON *node, YamlPlace place)
{
    PlaceSlot *slot;

    if (2 * (document->count + 1) > document->capacity)
        grow_slots(document);
    slot = slot_of(document, node);
    document->count += slot->node == NULL;
    *slot = (PlaceSlot){node, place};
}

YamlPlace yaml_place(const YamlDocument *document, const cJSON *node)
{
    if (document->capacity == 0 || node == NULL)
        return (YamlPlace){0, 0};
    return slot_of(document, node)->place;
}

bool yaml_error(const YamlDocument *document, const cJSON *node, Error *err, const char *format,
                ...)
{
    YamlPlace place = yaml_place(document, node);
    va_list arguments;
    char *text = NULL;

    va_start(arguments, format);
    if (vasprintf(&text, format, arguments) < 0)
        text = memory_text(format);
    va_end(arguments);
    if (place.line > 0)
        error_set(err, ERR_INPUT, "%s:%d:%d: %s", document->name, place.line, place.column, text);
    else
        error_set(err, ERR_INPUT, "%s: %s", document->name, text);
    free(text);
    return false;
}

/* ---- events -------------------------------------------------------------------------------- */

/* Answers NULL, for functions that return what they read. */
static void *fail_at(Reader *reader, YamlPlace place, const char *message, const char *detail)
{
    error_set(reader->err, ERR_INPUT, "%s:%d:%d: %s%s", reader->document->name, place.line,
              place.column, message, detail);
    return NULL;
}

/* libfyaml counts from 0, and lets a quoted text begin after its quote. */
static YamlPlace event_place(struct fy_event *event)
{
    const struct fy_mark *mark = fy_event_start_mark(event);
    enum fy_node_style style = fy_event_get_node_style(event);
    bool is_quoted =
        event->type == FYET_SCALAR && (style == FYNS_SINGLE_QUOTED || style == FYNS_DOUBLE_QUOTED);

    if (mark == NULL)
        return (YamlPlace){1, 1};
    return (YamlPlace){mark->line + 1, mark->column + (is_quoted && mark->column > 0 ? 0 : 1)};
}

static void *fail_as_parser(Reader *reader)
{
    void *walk = NULL;
    const struct fy_diag_error *first = fy_diag_errors_iterate(reader->diagnostics, &walk);

    if (first == NULL)
        return fail_at(reader, (YamlPlace){1, 1}, "not YAML", "");
    return fail_at(reader,
                   (YamlPlace){first->line > 0 ? first->line : 1,
                               first->column > 0 ? first->column : 1},
                   first->msg, "");
}

static struct fy_event *next_event(Reader *reader)
{
    struct fy_event *event = fy_parser_parse(reader->parser);

    if (event == NULL || fy_parser_get_stream_error(reader->parser)) {
        fy_parser_event_free(reader->parser, event);
        return fail_as_parser(reader);
    }
    return event;
}

/* A copy with a NUL after it, or NULL for no token. */
static char *token_text(struct fy_token *token)
{
    size_t length = 0;
    const char *text = token != NULL ? fy_token_get_text(token, &length) : NULL;

    return text != NULL ? memory_text_of(text, length) : NULL;
}

static bool token_holds_nul(struct fy_token *token)
{
    size_t length = 0;
    const char *text = token != NULL ? fy_token_get_text(token, &length) : NULL;

    return text != NULL && memchr(text, '\0', length) != NULL;
}

/* ---- anchors ------------------------------------------------------------------------------- */

static void anchor_set(Reader *reader, struct fy_token *token, const cJSON *node)
{
    char *name = token_text(token);

    if (name == NULL)
        return;
    MEMORY_GROW(reader->anchors, reader->anchor_count, reader->anchor_capacity);
    reader->anchors[reader->anchor_count++] = (Anchor){name, node};
}

/* The latest one counts: YAML lets a name be used again. */
static const cJSON *anchor_find(const Reader *reader, const char *name)
{
    for (size_t i = reader->anchor_count; i > 0; i--)
        if (strcmp(reader->anchors[i - 1].name, name) == 0)
            return reader->anchors[i - 1].node;
    return NULL;
}

static bool place_copies(Reader *reader, const cJSON *copy, const cJSON *original)
{
    if (reader->document->count > NODES_MAX)
        return false;
    place_set(reader->document, copy, yaml_place(reader->document, original));
    for (copy = copy->child, original = original->child; copy != NULL;
         copy = copy->next, original = original->next)
        if (!place_copies(reader, copy, original))
            return false;
    return true;
}

static cJSON *copy_of(Reader *reader, const cJSON *original, YamlPlace place)
{
    cJSON *copy = cJSON_Duplicate(original, true);

    assert(copy != NULL);
    if (place_copies(reader, copy, original))
        return copy;
    cJSON_Delete(copy);
    return fail_at(reader, place, "aliases make this more than a million values", "");
}

static cJSON *read_alias(Reader *reader, struct fy_event *event)
{
    char *name = token_text(fy_event_get_token(event));
    const cJSON *original = anchor_find(reader, name != NULL ? name : "");
    cJSON *copy;

    if (original != NULL)
        copy = copy_of(reader, original, event_place(event));
    else
        copy = fail_at(reader, event_place(event),
                       "no anchor before this alias: ", name != NULL ? name : "");
    free(name);
    return copy;
}

/* ---- values -------------------------------------------------------------------------------- */

static cJSON *read_value(Reader *reader, struct fy_event *event);

typedef enum { TAG_NONE, TAG_STRING, TAG_PLAIN, TAG_FOREIGN } TagKind;

static TagKind tag_kind(struct fy_event *event)
{
    static const char *const PLAIN[] = {"null", "bool", "int", "float", "map", "seq"};
    static const char CORE[] = "tag:yaml.org,2002:";
    char *tag = token_text(fy_event_get_tag_token(event));
    TagKind kind = TAG_FOREIGN;

    if (tag == NULL)
        return TAG_NONE;
    if (strcmp(tag, "!") == 0)
        kind = TAG_STRING;
    if (strncmp(tag, CORE, sizeof CORE - 1) == 0) {
        if (strcmp(tag + sizeof CORE - 1, "str") == 0)
            kind = TAG_STRING;
        for (size_t i = 0; i < sizeof PLAIN / sizeof PLAIN[0]; i++)
            if (strcmp(tag + sizeof CORE - 1, PLAIN[i]) == 0)
                kind = TAG_PLAIN;
    }
    free(tag);
    return kind;
}

/* What YAML 1.1 alone takes for a boolean: "true" or "false"; NULL: none. */
static const char *old_boolean(const Reader *reader, const char *text)
{
    static const char *const WORDS[][2] = {
        {"y",   "true" },
        {"Y",   "true" },
        {"yes", "true" },
        {"Yes", "true" },
        {"YES", "true" },
        {"on",  "true" },
        {"On",  "true" },
        {"ON",  "true" },
        {"n",   "false"},
        {"N",   "false"},
        {"no",  "false"},
        {"No",  "false"},
        {"NO",  "false"},
        {"off", "false"},
        {"Off", "false"},
        {"OFF", "false"},
    };

    for (size_t i = 0; reader->is_1_1 && i < sizeof WORDS / sizeof WORDS[0]; i++)
        if (strcmp(WORDS[i][0], text) == 0)
            return WORDS[i][1];
    return NULL;
}

static cJSON *scalar_value(Reader *reader, YamlPlace place, const char *text)
{
    const char *boolean = old_boolean(reader, text);
    double number = 0;

    if (boolean != NULL)
        return cJSON_CreateBool(strcmp(boolean, "true") == 0);
    switch (yaml_scalar(text, &number)) {
    case YAML_NULL:
        return cJSON_CreateNull();
    case YAML_TRUE:
        return cJSON_CreateTrue();
    case YAML_FALSE:
        return cJSON_CreateFalse();
    case YAML_INTEGER:
    case YAML_FLOAT:
        return cJSON_CreateNumber(number);
    case YAML_UNUSABLE:
        return fail_at(reader, place,
                       "no number that can be kept exactly; put quotes around it: ", text);
    default:
        return cJSON_CreateString(text);
    }
}

static cJSON *read_scalar(Reader *reader, struct fy_event *event)
{
    struct fy_token *token = fy_event_get_token(event);
    enum fy_node_style style = fy_event_get_node_style(event);
    TagKind tag = tag_kind(event);
    YamlPlace place = event_place(event);
    char *text;
    cJSON *value;

    if (token_holds_nul(token))
        return fail_at(reader, place, "a text must not hold a NUL", "");
    text = token_text(token);
    if (text == NULL)
        text = memory_text("");
    if (tag == TAG_STRING || (tag == TAG_NONE && style != FYNS_PLAIN && style != FYNS_ANY))
        value = cJSON_CreateString(text);
    else
        value = scalar_value(reader, place, text);
    free(text);
    return value;
}

static cJSON *read_sequence(Reader *reader)
{
    cJSON *array = cJSON_CreateArray();

    for (;;) {
        struct fy_event *event = next_event(reader);
        cJSON *value;

        if (event != NULL && event->type == FYET_SEQUENCE_END) {
            fy_parser_event_free(reader->parser, event);
            return array;
        }
        value = event != NULL ? read_value(reader, event) : NULL;
        fy_parser_event_free(reader->parser, event);
        if (value == NULL) {
            cJSON_Delete(array);
            return NULL;
        }
        cJSON_AddItemToArray(array, value);
    }
}

/* A key as text, whatever it looks like: JSON has no others. NULL if it is a list or a mapping. */
static char *read_key(Reader *reader, struct fy_event *event)
{
    const cJSON *original;
    char *name, *key;

    if (event->type == FYET_SCALAR && !token_holds_nul(fy_event_get_token(event))) {
        key = token_text(fy_event_get_token(event));
        return key != NULL ? key : memory_text("");
    }
    if (event->type == FYET_ALIAS) {
        name = token_text(fy_event_get_token(event));
        original = anchor_find(reader, name != NULL ? name : "");
        free(name);
        if (cJSON_IsString(original))
            return memory_text(original->valuestring);
    }
    return fail_at(reader, event_place(event), "a key must be a text", "");
}

/* What the mapping says itself wins over what is merged into it; of several, the first. */
static bool merge_one(Reader *reader, cJSON *object, const cJSON *from, YamlPlace place)
{
    const cJSON *item;

    if (!cJSON_IsObject(from))
        return fail_at(reader, place, "<< takes a mapping, or a list of mappings", "") != NULL;
    cJSON_ArrayForEach(item, from)
    {
        cJSON *copy;

        if (cJSON_GetObjectItemCaseSensitive(object, item->string) != NULL)
            continue;
        copy = copy_of(reader, item, place);
        if (copy == NULL)
            return false;
        cJSON_AddItemToObject(object, item->string, copy);
    }
    return true;
}

static bool merge(Reader *reader, cJSON *object, const cJSON *from, YamlPlace place)
{
    const cJSON *item;

    if (!cJSON_IsArray(from))
        return merge_one(reader, object, from, place);
    cJSON_ArrayForEach(item, from) if (!merge_one(reader, object, item, place)) return false;
    return true;
}

typedef struct {
    cJSON *object;
    const cJSON *merged; /* the value of "<<", applied at the end */
    YamlPlace merged_place;
} Mapping;

/* Reads the value that belongs to key and puts both into the mapping. */
static bool read_member(Reader *reader, Mapping *mapping, const char *key, YamlPlace place,
                        bool is_plain)
{
    bool is_merge = is_plain && strcmp(key, "<<") == 0;
    struct fy_event *event;
    cJSON *value;

    if (is_merge ? mapping->merged != NULL
                 : cJSON_GetObjectItemCaseSensitive(mapping->object, key) != NULL)
        return fail_at(reader, place, "duplicate key: ", key) != NULL;
    event = next_event(reader);
    value = event != NULL ? read_value(reader, event) : NULL;
    fy_parser_event_free(reader->parser, event);
    if (value == NULL)
        return false;
    if (is_merge) {
        mapping->merged = value;
        cJSON_AddItemToArray(reader->document->merged, value);
        mapping->merged_place = place;
        return true;
    }
    cJSON_AddItemToObject(mapping->object, key, value);
    /* A member stands where its key does: that is what a message about it means. */
    place_set(reader->document, value, place);
    return true;
}

/* Reads one key and its value; false at the end of the mapping or after an error. */
static bool read_next_member(Reader *reader, Mapping *mapping, bool *out_failed)
{
    struct fy_event *event = next_event(reader);
    char *key = NULL;
    bool ok = false;

    if (event != NULL && event->type == FYET_MAPPING_END) {
        fy_parser_event_free(reader->parser, event);
        return false;
    }
    if (event != NULL)
        key = read_key(reader, event);
    if (key != NULL) {
        bool is_plain = event->type == FYET_SCALAR && fy_event_get_node_style(event) == FYNS_PLAIN;
        const char *boolean = is_plain ? old_boolean(reader, key) : NULL;

        ok = read_member(reader, mapping, boolean ? boolean : key, event_place(event), is_plain);
        if (ok && event->type == FYET_SCALAR && fy_event_get_anchor_token(event) != NULL)
            ok = fail_at(reader, event_place(event), "a key must not have an anchor", "") != NULL;
    }
    free(key);
    fy_parser_event_free(reader->parser, event);
    *out_failed = !ok;
    return ok;
}

static cJSON *read_mapping(Reader *reader)
{
    Mapping mapping = {.object = cJSON_CreateObject()};
    bool failed = false;

    while (read_next_member(reader, &mapping, &failed))
        ;
    if (!failed && mapping.merged != NULL)
        failed = !merge(reader, mapping.object, mapping.merged, mapping.merged_place);
    if (!failed)
        return mapping.object;
    cJSON_Delete(mapping.object);
    return NULL;
}

static cJSON *read_by_type(Reader *reader, struct fy_event *event)
{
    if (tag_kind(event) == TAG_FOREIGN)
        return fail_at(reader, event_place(event), "a tag that means nothing here", "");
    switch (event->type) {
    case FYET_SCALAR:
        return read_scalar(reader, event);
    case FYET_ALIAS:
        return read_alias(reader, event);
    case FYET_SEQUENCE_START:
        return read_sequence(reader);
    case FYET_MAPPING_START:
        return read_mapping(reader);
    default:
        return fail_at(reader, event_place(event), "not YAML", "");
    }
}

static cJSON *read_value(Reader *reader, struct fy_event *event)
{
    YamlPlace place = event_place(event);
    cJSON *value;

    if (++reader->depth > DEPTH_MAX)
        return fail_at(reader, place, "nested deeper than 100 levels", "");
    if (reader->document->count > NODES_MAX)
        return fail_at(reader, place, "more than a million values", "");
    value = read_by_type(reader, event);
    reader->depth--;
    if (value == NULL)
        return NULL;
    place_set(reader->document, value, place);
    if (event->type != FYET_ALIAS)
        anchor_set(reader, fy_event_get_anchor_token(event), value);
    return value;
}

/* ---- documents ----------------------------------------------------------------------------- */

/* Reads up to the next event of some weight: a document's start, or the stream's end. */
static bool expect_document(Reader *reader, bool is_wanted)
{
    for (;;) {
        struct fy_event *event = next_event(reader);
        enum fy_event_type type = event != NULL ? event->type : FYET_NONE;
        YamlPlace place = event != NULL ? event_place(event) : (YamlPlace){1, 1};

        fy_parser_event_free(reader->parser, event);
        if (type == FYET_NONE)
            return false;
        if (type == FYET_DOCUMENT_START)
            return is_wanted ||
                   fail_at(reader, place, "a second document; one per file", "") != NULL;
        if (type == FYET_STREAM_END)
            return !is_wanted || fail_at(reader, place, "nothing in it", "") != NULL;
    }
}

static bool read_stream(Reader *reader)
{
    struct fy_event *event;

    if (!expect_document(reader, true))
        return false;
    event = next_event(reader);
    if (event == NULL)
        return false;
    reader->document->root = read_value(reader, event);
    fy_parser_event_free(reader->parser, event);
    return reader->document->root != NULL && expect_document(reader, false);
}

/* libfyaml wants somewhere to print; what it would print is collected and asked for instead. */
static void print_nowhere(struct fy_diag *diagnostics, void *user, const char *text, size_t length)
{
    (void)diagnostics;
    (void)user;
    (void)text;
    (void)length;
}

static bool read_text(Reader *reader, const char *text, size_t length)
{
    struct fy_diag_cfg quiet;
    struct fy_parse_cfg config = {.flags = FYPCF_COLLECT_DIAG | FYPCF_DEFAULT_VERSION_1_2 |
                                           FYPCF_JSON_NONE};
    bool ok = false;

    fy_diag_cfg_default(&quiet);
    quiet.fp = NULL;
    quiet.output_fn = print_nowhere;
    reader->diagnostics = fy_diag_create(&quiet);
    assert(reader->diagnostics != NULL);
    fy_diag_set_collect_errors(reader->diagnostics, true);
    config.diag = reader->diagnostics;
    reader->parser = fy_parser_create(&config);
    assert(reader->parser != NULL);

    if (fy_parser_set_string(reader->parser, text, length) == 0)
        ok = read_stream(reader);
    else
        fail_as_parser(reader);
    fy_parser_destroy(reader->parser);
    fy_diag_destroy(reader->diagnostics);
    return ok;
}

/* The length of the UTF-8 character at text, or 0 if there is none that YAML allows (section 5.1). */
static size_t character_length(const unsigned char *text, size_t left)
{
    static const uint32_t LEAST[] = {0, 0, 0x80, 0x800, 0x10000};
    size_t length = text[0] < 0x80   ? 1
                    : text[0] < 0xc2 ? 0
                    : text[0] < 0xe0 ? 2
                    : text[0] < 0xf0 ? 3
                    : text[0] < 0xf5 ? 4
                                     : 0;
    uint32_t code = length == 1 ? text[0] : text[0] & (0x7fu >> length);

    if (length == 0 || length > left)
        return 0;
    for (size_t i = 1; i < length; i++) {
        if ((text[i] & 0xc0) != 0x80)
            return 0;
        code = code << 6 | (text[i] & 0x3f);
    }
    if (code < LEAST[length] || code > 0x10ffff || (code >= 0xd800 && code < 0xe000))
        return 0;
    if (code < ' ' && code != '\t' && code != '\n' && code != '\r')
        return 0;
    return code == 0x7f ? 0 : length;
}

/* libfyaml lets broken UTF-8 through as nothing at all. */
static bool check_characters(Reader *reader, const char *text, size_t length)
{
    YamlPlace place = {1, 1};

    for (size_t i = 0; i < length;) {
        size_t some = character_length((const unsigned char *)text + i, length - i);

        if (some == 0)
            return fail_at(reader, place, "not UTF-8 text", "") != NULL;
        place.column++;
        if (text[i] == '\n')
            place = (YamlPlace){place.line + 1, 1};
        i += some;
    }
    return true;
}

static bool parse(const char *name, const char *text, size_t length, bool is_1_1,
                  YamlDocument **out_document, Error *err)
{
    YamlDocument *document = MEMORY_NEW(YamlDocument);
    Reader reader = {.document = document, .err = err, .is_1_1 = is_1_1};
    bool ok;

    document->name = memory_text(name);
    document->merged = cJSON_CreateArray();
    ok = check_characters(&reader, text, length) && read_text(&reader, text, length);
    for (size_t i = 0; i < reader.anchor_count; i++)
        free(reader.anchors[i].name);
    free(reader.anchors);
    if (ok)
        *out_document = document;
    else
        yaml_free(document);
    return ok;
}

bool yaml_parse(const char *name, const char *text, size_t length, YamlDocument **out_document,
                Error *err)
{
    return parse(name, text, length, false, out_document, err);
}

bool yaml_parse_1_1(const char *name, const char *text, size_t length, YamlDocument **out_document,
                    Error *err)
{
    return parse(name, text, length, true, out_document, err);
}

bool yaml_read(const char *path, YamlDocument **out_document, Error *err)
{
    char *text;
    size_t length;
    bool ok;

    if (!file_read(path, &text, &length, err))
        return false;
    ok = yaml_parse(path, text, length, out_document, err);
    free(text);
    return ok;
}

void yaml_free(YamlDocument *document)
{
    if (document == NULL)
        return;
    cJSON_Delete(document->root);
    cJSON_Delete(document->merged);
    free(document->slots);
    free(document->name);
    free(document);
}

cJSON *yaml_root(const YamlDocument *document)
{
    return document->root;
}

const char *yaml_name(const YamlDocument *document)
{
    return document->name;
}
