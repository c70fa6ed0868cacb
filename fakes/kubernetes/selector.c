/*
 * fakes/kubernetes/selector.c - requirements separated by commas, all of which must hold.
 */
#include "fakes/kubernetes/selector.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "fakes/kubernetes/status.h"

typedef enum { EXISTS, ABSENT, IN, NOT_IN, GREATER, LESS } Relation;

typedef struct Requirement {
    const char *key;
    Relation relation;
    const char **values;
    int count;
    struct Requirement *next;
} Requirement;

struct Selector {
    Requirement *first, **last;
};

/* ---- tokens ----------------------------------------------------------------------------------- */

typedef struct {
    Arena *arena;
    const char *at;
    const char *token; /* "" at the end */
    bool is_word;      /* a key or a value, not punctuation */
} Lexer;

static bool is_symbol(char c)
{
    return c != 0 && strchr("=!(),><", c) != NULL;
}

static void next_token(Lexer *lexer)
{
    const char *start;
    size_t length = 0;

    while (isspace((unsigned char)*lexer->at))
        lexer->at++;
    start = lexer->at;
    lexer->is_word = *start != 0 && !is_symbol(*start);
    if (lexer->is_word)
        while (start[length] && !is_symbol(start[length]) && !isspace((unsigned char)start[length]))
            length++;
    else if (strncmp(start, "==", 2) == 0 || strncmp(start, "!=", 2) == 0)
        length = 2;
    else if (*start)
        length = 1;
    lexer->token = arena_text_of(lexer->arena, start, length);
    lexer->at += length;
}

static bool is_token(const Lexer *lexer, const char *token)
{
    return strcmp(lexer->token, token) == 0;
}

/* ---- requirements ----------------------------------------------------------------------------- */

static void add_value(Arena *arena, Requirement *requirement, const char *value)
{
    const char **values = arena_new(arena, (requirement->count + 1) * sizeof *requirement->values);

    for (int i = 0; i < requirement->count; i++)
        values[i] = requirement->values[i];
    values[requirement->count++] = value;
    requirement->values = values;
}

static bool unable(const Lexer *lexer, KubeStatus *status, const char *expected)
{
    return status_bad_request(status, "unable to parse requirement: found '%s'%s expected: %s",
                              lexer->token, strcmp(expected, "'('") == 0 ? "" : ",", expected);
}

/* "(a,b)", of which the lexer is at "(". */
static bool read_set(Lexer *lexer, Requirement *requirement, KubeStatus *status)
{
    if (!is_token(lexer, "("))
        return unable(lexer, status, "'('");
    do {
        next_token(lexer);
        if (lexer->is_word) {
            add_value(lexer->arena, requirement, lexer->token);
            next_token(lexer);
        } else
            add_value(lexer->arena, requirement, ""); /* "in ()", "in (a,)": the empty value */
    } while (is_token(lexer, ","));
    if (!is_token(lexer, ")"))
        return unable(lexer, status, "',' or ')'");
    next_token(lexer);
    return true;
}

static bool read_value(Lexer *lexer, Requirement *requirement, KubeStatus *status)
{
    next_token(lexer);
    if (*lexer->token == 0 || is_token(lexer, ",")) {
        add_value(lexer->arena, requirement, "");
        return true;
    }
    if (!lexer->is_word)
        return unable(lexer, status, "identifier");
    add_value(lexer->arena, requirement, lexer->token);
    next_token(lexer);
    return true;
}

static const struct {
    const char *token;
    Relation relation;
    bool is_set;
} RELATIONS[] = {
    {"in",    IN,      true },
    {"notin", NOT_IN,  true },
    {"=",     IN,      false},
    {"==",    IN,      false},
    {"!=",    NOT_IN,  false},
    {">",     GREATER, false},
    {"<",     LESS,    false},
};

static bool read_relation(Lexer *lexer, Requirement *requirement, KubeStatus *status)
{
    for (size_t i = 0; i < sizeof RELATIONS / sizeof *RELATIONS; i++) {
        if (!is_token(lexer, RELATIONS[i].token))
            continue;
        requirement->relation = RELATIONS[i].relation;
        if (!RELATIONS[i].is_set)
            return read_value(lexer, requirement, status);
        next_token(lexer);
        return read_set(lexer, requirement, status);
    }
    return unable(lexer, status, "in, notin, =, ==, !=, gt, lt");
}

static bool read_requirement(Lexer *lexer, Requirement *requirement, KubeStatus *status)
{
    bool is_negated = is_token(lexer, "!");

    if (is_negated)
        next_token(lexer);
    if (!lexer->is_word)
        return unable(lexer, status, "identifier");
    requirement->key = lexer->token;
    requirement->relation = is_negated ? ABSENT : EXISTS;
    next_token(lexer);
    if (is_negated || *lexer->token == 0 || is_token(lexer, ","))
        return true;
    return read_relation(lexer, requirement, status);
}

static Requirement *new_requirement(Arena *arena, Selector *selector)
{
    Requirement *requirement = ARENA_NEW(arena, Requirement);

    *selector->last = requirement;
    selector->last = &requirement->next;
    return requirement;
}

static Selector *new_selector(Arena *arena)
{
    Selector *selector = ARENA_NEW(arena, Selector);

    selector->last = &selector->first;
    return selector;
}

bool selector_parse(Arena *arena, const char *text, Selector **out_selector, KubeStatus *status)
{
    Lexer lexer = {arena, text, "", false};
    Selector *selector = new_selector(arena);

    next_token(&lexer);
    while (*lexer.token) {
        if (!lexer.is_word && !is_token(&lexer, "!"))
            return status_bad_request(status,
                                      "found '%s', expected: !, identifier, or 'end of string'",
                                      lexer.token);
        if (!read_requirement(&lexer, new_requirement(arena, selector), status))
            return false;
        if (*lexer.token == 0)
            break;
        if (!is_token(&lexer, ","))
            return status_bad_request(status, "found '%s', expected: ',' or 'end of string'",
                                      lexer.token);
        next_token(&lexer);
        if (!lexer.is_word && !is_token(&lexer, "!"))
            return status_bad_request(status, "found '%s', expected: identifier after ','",
                                      lexer.token);
    }
    *out_selector = selector;
    return true;
}

/* ---- fields ----------------------------------------------------------------------------------- */

/* Besides metadata.name and metadata.namespace. */
static const struct {
    const char *plural, *field;
} FIELDS[] = {
    {"secrets",     "type"                          },
    {"pods",        "status.phase"                  },
    {"pods",        "spec.nodeName"                 },
    {"pods",        "spec.restartPolicy"            },
    {"pods",        "spec.schedulerName"            },
    {"pods",        "spec.serviceAccountName"       },
    {"pods",        "status.podIP"                  },
    {"events",      "involvedObject.kind"           },
    {"events",      "involvedObject.namespace"      },
    {"events",      "involvedObject.name"           },
    {"events",      "involvedObject.uid"            },
    {"events",      "involvedObject.apiVersion"     },
    {"events",      "involvedObject.resourceVersion"},
    {"events",      "involvedObject.fieldPath"      },
    {"events",      "reason"                        },
    {"events",      "type"                          },
    {"events",      "source"                        },
    {"namespaces",  "status.phase"                  },
    {"nodes",       "spec.unschedulable"            },
    {"replicasets", "status.replicas"               },
    {"jobs",        "status.successful"             },
};

static bool check_field(const KubeKind *kind, const char *field, KubeStatus *status)
{
    bool has_own = false;

    if (strcmp(field, "metadata.name") == 0 ||
        (strcmp(field, "metadata.namespace") == 0 && kube_kind_has(kind, KUBE_NAMESPACED)))
        return true;
    for (size_t i = 0; i < sizeof FIELDS / sizeof *FIELDS; i++) {
        if (strcmp(FIELDS[i].plural, kind->plural) != 0)
            continue;
        has_own = true;
        if (strcmp(FIELDS[i].field, field) == 0)
            return true;
    }
    if (has_own || kube_kind_has(kind, KUBE_CUSTOM))
        return status_bad_request(status, "field label not supported: %s", field);
    return status_bad_request(status,
                              "\"%s\" is not a known field selector: only \"metadata.name\", "
                              "\"metadata.namespace\"",
                              field);
}

static bool parse_field(Arena *arena, const KubeKind *kind, const char *whole, const char *text,
                        size_t length, Requirement *requirement, KubeStatus *status)
{
    const char *term = arena_text_of(arena, text, length), *equals = strchr(term, '=');
    size_t key_length;

    if (equals == NULL)
        return status_bad_request(status, "invalid selector: '%s'; can't understand '%s'", whole,
                                  term);
    requirement->relation = equals > term && equals[-1] == '!' ? NOT_IN : IN;
    key_length = equals - term - (requirement->relation == NOT_IN);
    requirement->key = arena_text_of(arena, term, key_length);
    add_value(arena, requirement,
              arena_text(arena,
                         equals + (equals[1] == '=' && requirement->relation == IN ? 2 : 1)));
    return check_field(kind, requirement->key, status);
}

bool selector_parse_fields(Arena *arena, const KubeKind *kind, const char *text,
                           Selector **out_selector, KubeStatus *status)
{
    Selector *selector = new_selector(arena);

    for (const char *at = text; *at;) {
        size_t length = strcspn(at, ",");

        if (length > 0 &&
            !parse_field(arena, kind, text, at, length, new_requirement(arena, selector), status))
            return false;
        at += length + (at[length] == ',');
    }
    *out_selector = selector;
    return true;
}

/* ---- matching --------------------------------------------------------------------------------- */

static bool is_one_of(const Requirement *requirement, const char *value)
{
    for (int i = 0; i < requirement->count; i++)
        if (strcmp(requirement->values[i], value) == 0)
            return true;
    return false;
}

/* value NULL: there is none. */
static bool holds(const Requirement *requirement, const char *value)
{
    switch (requirement->relation) {
    case EXISTS:
        return value != NULL;
    case ABSENT:
        return value == NULL;
    case IN:
        return value != NULL && is_one_of(requirement, value);
    case NOT_IN:
        return value == NULL || !is_one_of(requirement, value);
    case GREATER:
        return value != NULL && atoll(value) > atoll(requirement->values[0]);
    case LESS:
        return value != NULL && atoll(value) < atoll(requirement->values[0]);
    }
    return false;
}

bool selector_matches_labels(const Selector *selector, const cJSON *object)
{
    const cJSON *metadata = cJSON_GetObjectItemCaseSensitive(object, "metadata");
    const cJSON *labels = cJSON_GetObjectItemCaseSensitive(metadata, "labels");

    for (const Requirement *r = selector ? selector->first : NULL; r != NULL; r = r->next) {
        const cJSON *label = cJSON_GetObjectItemCaseSensitive(labels, r->key);

        if (!holds(r, cJSON_IsString(label) ? label->valuestring : NULL))
            return false;
    }
    return true;
}

static const char *field_text(const cJSON *object, const char *field, char out_number[24])
{
    const cJSON *node = object;

    while (node != NULL && *field) {
        char key[64];
        size_t length = strcspn(field, ".");

        snprintf(key, sizeof key, "%.*s", (int)length, field);
        node = cJSON_GetObjectItemCaseSensitive(node, key);
        field += length + (field[length] == '.');
    }
    if (node == NULL || !(cJSON_IsString(node) || cJSON_IsNumber(node)))
        return "";
    if (cJSON_IsString(node))
        return node->valuestring;
    snprintf(out_number, 24, "%lld", (long long)node->valuedouble);
    return out_number;
}

bool selector_matches_fields(const Selector *selector, const cJSON *object)
{
    char number[24];

    for (const Requirement *r = selector ? selector->first : NULL; r != NULL; r = r->next)
        if (!holds(r, field_text(object, r->key, number)))
            return false;
    return true;
}

/* ---- selectors that are objects ---------------------------------------------------------------- */

static void add_expression(Buffer *text, const cJSON *expression)
{
    const char *key = json_string_or(expression, "key", "");
    const char *operation = json_string_or(expression, "operator", "");
    const cJSON *value;
    bool is_first = true;

    buffer_add_text(text, text->length > 0 ? "," : "");
    if (strcmp(operation, "Exists") == 0 || strcmp(operation, "DoesNotExist") == 0) {
        buffer_format(text, "%s%s", *operation == 'D' ? "!" : "", key);
        return;
    }
    buffer_format(text, "%s %s (", key, strcmp(operation, "NotIn") == 0 ? "notin" : "in");
    cJSON_ArrayForEach(value, cJSON_GetObjectItemCaseSensitive(expression, "values"))
    {
        buffer_format(text, "%s%s", is_first ? "" : ",", json_string_or(value, "", ""));
        is_first = false;
    }
    buffer_add_text(text, ")");
}

bool selector_object_matches(const cJSON *label_selector, const cJSON *object)
{
    const cJSON *item;
    Buffer text = {0};
    Arena arena = {0};
    Selector *selector = NULL;
    bool matches;

    cJSON_ArrayForEach(item, cJSON_GetObjectItemCaseSensitive(label_selector, "matchLabels"))
    {
        buffer_format(&text, "%s%s=%s", text.length > 0 ? "," : "", item->string,
                      json_string_or(item, "", ""));
    }
    cJSON_ArrayForEach(item, cJSON_GetObjectItemCaseSensitive(label_selector, "matchExpressions"))
        add_expression(&text, item);
    matches = selector_parse(&arena, text.length > 0 ? text.data : "", &selector, NULL) &&
              selector_matches_labels(selector, object);
    arena_release(&arena);
    buffer_release(&text);
    return matches;
}
