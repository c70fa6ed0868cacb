/*
 * conformance/fakes/variables.c - what a server chooses by itself: uids, versions, times, each by its type.
 */
#include "conformance/fakes/variables.h"

#include <assert.h>
#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/clock.h"
#include "base/memory.h"

/* ---- forms ------------------------------------------------------------------------------------------------------ */

/* How many characters of text are of this form: 0 if it does not begin so. */
typedef size_t Form(const char *text);

static size_t uid_form(const char *text)
{
    static const char SHAPE[] = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";

    for (size_t i = 0; SHAPE[i]; i++) {
        bool is_hex = isdigit((unsigned char)text[i]) || (text[i] >= 'a' && text[i] <= 'f');

        if (SHAPE[i] == 'x' ? !is_hex : text[i] != '-')
            return 0;
    }
    return sizeof SHAPE - 1;
}

static size_t digits_form(const char *text)
{
    return strspn(text, "0123456789");
}

static size_t number_form(const char *text)
{
    size_t sign = text[0] == '-', length = digits_form(text + sign);

    return length ? sign + length : 0;
}

static size_t token_form(const char *text)
{
    return strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=_-.");
}

static size_t etag_form(const char *text)
{
    const char *end = text[0] == '"' ? strchr(text + 1, '"') : NULL;

    return end && end > text + 1 ? (size_t)(end - text) + 1 : 0;
}

/* The letters and digits of which the server makes names: no vowels, so no words. */
static size_t suffix_form(const char *text)
{
    return strspn(text, "bcdfghjklmnpqrstvwxz2456789") >= 5 ? 5 : 0;
}

static size_t ip_form(const char *text)
{
    return strspn(text, "0123456789.:abcdef");
}

/* "2026-11-21T02:00:00" and what is left of it. */
static size_t seconds_form(const char *text)
{
    static const char SHAPE[] = "dddd-dd-ddTdd:dd:dd";

    for (size_t i = 0; SHAPE[i]; i++) {
        if (SHAPE[i] == 'd' ? !isdigit((unsigned char)text[i]) : text[i] != SHAPE[i])
            return 0;
    }
    return sizeof SHAPE - 1;
}

static size_t time_form(const char *text)
{
    size_t length = seconds_form(text);

    return length && text[length] == 'Z' ? length + 1 : 0;
}

static size_t microtime_form(const char *text)
{
    size_t length = seconds_form(text), digits;

    if (!length || text[length] != '.')
        return 0;
    digits = digits_form(text + length + 1);
    length += 1 + digits;
    return digits && text[length] == 'Z' ? length + 1 : 0;
}

static size_t httpdate_form(const char *text)
{
    int64_t at_ms;

    return clock_parse(text, &at_ms) && strstr(text, " GMT") ? strlen(text) : 0;
}

/* "2m49s", "5d", "<unknown>" is none. */
static size_t age_form(const char *text)
{
    size_t length = 0, digits;

    while ((digits = digits_form(text + length)) > 0 && text[length + digits] &&
           strchr("smhdy", text[length + digits]))
        length += digits + 1;
    return length;
}

/* A position in Postgres' log: "0/3000060". */
static size_t lsn_form(const char *text)
{
    static const char DIGITS[] = "0123456789ABCDEF";
    size_t high = strspn(text, DIGITS), low;

    if (!high || text[high] != '/')
        return 0;
    low = strspn(text + high + 1, DIGITS);
    return low ? high + 1 + low : 0;
}

/* As Postgres prints it: "2026-11-21 02:00:00.123456+00". */
static size_t timestamp_form(const char *text)
{
    static const char SHAPE[] = "dddd-dd-dd dd:dd:dd";
    size_t length = sizeof SHAPE - 1;

    for (size_t i = 0; SHAPE[i]; i++) {
        if (SHAPE[i] == 'd' ? !isdigit((unsigned char)text[i]) : text[i] != SHAPE[i])
            return 0;
    }
    if (text[length] == '.')
        length += 1 + digits_form(text + length + 1);
    return strncmp(text + length, "+00", 3) == 0 ? length + 3 : 0;
}

/* Likewise, days too: "1 day -00:00:01.5". */
static size_t interval_form(const char *text)
{
    return isdigit((unsigned char)text[0]) || text[0] == '-' ? strspn(text, "0123456789:.- days")
                                                             : 0;
}

typedef struct {
    const char *name;
    Form *form; /* NULL: whatever there is, up to what follows in the pattern */
    bool is_bound, is_distinct, is_number;
} Type;

static const Type TYPES[] = {
    {"uid",        uid_form,       true,  true,  false},
    {"version",    digits_form,    true,  false, false},
    {"counter",    digits_form,    true,  false, false},
    {"cached",     digits_form,    true,  false, false},
    {"generation", number_form,    true,  false, true },
    {"continue",   token_form,     true,  true,  false},
    {"etag",       etag_form,      true,  false, false},
    {"hash",       token_form,     true,  false, false},
    {"suffix",     suffix_form,    true,  true,  false},
    {"ip",         ip_form,        true,  true,  false},
    {"port",       digits_form,    true,  true,  true },
    {"time",       time_form,      false, false, false},
    {"microtime",  microtime_form, false, false, false},
    {"httpdate",   httpdate_form,  false, false, false},
    {"age",        age_form,       false, false, false},
    {"number",     number_form,    false, false, false},
    {"lsn",        lsn_form,       false, false, false},
    {"timestamp",  timestamp_form, false, false, false},
    {"interval",   interval_form,  false, false, false},
    {"any",        NULL,           false, false, false},
    {"fill",       NULL,           false, false, false},
};

/* ---- the variables ---------------------------------------------------------------------------------------------- */

typedef struct {
    const Type *type;
    char *name, *value;
    int64_t recorded, number; /* of a version, counter or generation */
} Variable;

struct Variables {
    bool is_shared;
    Variable *items;
    size_t count, capacity;
    int64_t latest; /* the highest version that was seen */
};

/* A variable in a pattern. */
typedef struct {
    const Type *type;
    char name[128];
    const char *begin, *end; /* "${" and behind "}" */
} Mention;

Variables *variables_new(bool is_shared)
{
    Variables *variables = MEMORY_NEW(Variables);

    variables->is_shared = is_shared;
    return variables;
}

void variables_free(Variables *variables)
{
    if (!variables)
        return;
    for (size_t i = 0; i < variables->count; i++) {
        free(variables->items[i].name);
        free(variables->items[i].value);
    }
    free(variables->items);
    free(variables);
}

static const Type *type_of(const char *word, size_t length)
{
    for (size_t i = 0; i < sizeof TYPES / sizeof *TYPES; i++) {
        if (strlen(TYPES[i].name) == length && strncmp(TYPES[i].name, word, length) == 0)
            return &TYPES[i];
    }
    return NULL;
}

/* The first variable of text; what only looks like one is text. */
static bool find_mention(const char *text, Mention *out_mention)
{
    for (const char *begin = strstr(text, "${"); begin; begin = strstr(begin + 2, "${")) {
        const char *end = strchr(begin, '}');
        size_t word = strcspn(begin + 2, " }"), length;

        if (!end)
            return false;
        out_mention->type = type_of(begin + 2, word);
        if (!out_mention->type)
            continue;
        length = begin[2 + word] == ' ' ? (size_t)(end - begin) - 3 - word : 0;
        snprintf(out_mention->name, sizeof out_mention->name, "%.*s", (int)length,
                 begin + 2 + word + (length > 0));
        out_mention->begin = begin;
        out_mention->end = end + 1;
        return true;
    }
    return false;
}

bool variables_has(const char *text)
{
    Mention mention;

    return find_mention(text, &mention);
}

static bool is_version(const Type *type)
{
    return type->form == digits_form && !type->is_number;
}

static bool is_counter(const Type *type)
{
    return is_version(type) && type->name[0] == 'c';
}

/* A watch cache may be behind the server's counter, but not behind what it holds. */
static bool is_cached(const Type *type)
{
    return is_counter(type) && type->name[1] == 'a';
}

static bool is_generation(const Type *type)
{
    return type->form == number_form && type->is_number;
}

/* A generation's name ends with the recorded number; what is before it is the object's. */
static size_t object_length(const char *name)
{
    const char *blank = strrchr(name, ' ');

    return blank ? (size_t)(blank - name) : 0;
}

static bool is_same(const Variable *variable, const Mention *mention)
{
    if (is_version(mention->type))
        return is_version(variable->type) && strcmp(variable->name, mention->name) == 0;
    if (variable->type != mention->type)
        return false;
    if (is_generation(mention->type))
        return object_length(variable->name) == object_length(mention->name) &&
               strncmp(variable->name, mention->name, object_length(mention->name)) == 0;
    return strcmp(variable->name, mention->name) == 0;
}

static Variable *find(const Variables *variables, const Mention *mention)
{
    for (size_t i = 0; i < variables->count; i++) {
        if (is_same(&variables->items[i], mention))
            return &variables->items[i];
    }
    return NULL;
}

static int64_t recorded_of(const Mention *mention)
{
    size_t length = object_length(mention->name);

    return strtoll(mention->name + length, NULL, 10);
}

void variables_see(Variables *variables, int64_t version)
{
    if (version > variables->latest)
        variables->latest = version;
}

static void bind_to(Variables *variables, const Mention *mention, const char *value)
{
    MEMORY_GROW(variables->items, variables->count, variables->capacity);
    assert(variables->items != NULL);
    variables->items[variables->count++] = (Variable){.type = mention->type,
                                                      .name = memory_text(mention->name),
                                                      .value = memory_text(value),
                                                      .recorded = recorded_of(mention),
                                                      .number = strtoll(value, NULL, 10)};
}

/* ---- judging a value --------------------------------------------------------------------------------------------- */

static bool complain(char **out_why, char *why)
{
    if (*out_why)
        free(why);
    else
        *out_why = why;
    return false;
}

/* Versions are ordered as they were recorded. */
static bool is_in_order(const Variables *variables, int64_t recorded, int64_t number,
                        char **out_why)
{
    for (size_t i = 0; i < variables->count; i++) {
        const Variable *other = &variables->items[i];

        if (!is_version(other->type) || is_counter(other->type))
            continue;
        if (other->recorded < recorded ? other->number >= number : other->number <= number)
            return complain(out_why,
                            memory_format("version %" PRId64 " is not in order: recorded %" PRId64
                                          " is %" PRId64 " here",
                                          number, other->recorded, other->number));
    }
    return true;
}

/* A counter is at least every version and counter that was recorded below it. */
static bool is_reached(Variables *variables, int64_t recorded, int64_t number, char **out_why)
{
    for (size_t i = 0; i < variables->count; i++) {
        const Variable *other = &variables->items[i];

        if (is_version(other->type) && !is_cached(other->type) && other->recorded <= recorded &&
            other->number > number)
            return complain(out_why,
                            memory_format("counter %" PRId64 " is behind: recorded %" PRId64
                                          " is %" PRId64 " here",
                                          number, other->recorded, other->number));
    }
    return true;
}

static bool judge_version(Variables *variables, const Mention *mention, const Variable *known,
                          const char *value, char **out_why)
{
    int64_t recorded = recorded_of(mention), number = strtoll(value, NULL, 10);

    bool may_be_ahead =
        is_counter(mention->type) && (variables->is_shared || is_cached(mention->type));

    if (known && (number == known->number || (may_be_ahead && number > known->number)))
        return true;
    if (known)
        return complain(out_why, memory_format("recorded %s was %s", known->name, known->value));
    if (is_cached(mention->type))
        return true;
    return is_counter(mention->type) ? is_reached(variables, recorded, number, out_why)
                                     : is_in_order(variables, recorded, number, out_why);
}

static bool judge_generation(const Mention *mention, const Variable *known, const char *value,
                             char **out_why)
{
    int64_t expected = known ? known->number + recorded_of(mention) - known->recorded : 0;

    if (!known || expected == strtoll(value, NULL, 10))
        return true;
    return complain(out_why, memory_format("expected generation %" PRId64, expected));
}

static bool judge_distinct(const Variables *variables, const Mention *mention, const char *value,
                           char **out_why)
{
    for (size_t i = 0; mention->type->is_distinct && i < variables->count; i++) {
        const Variable *other = &variables->items[i];

        if (other->type == mention->type && strcmp(other->value, value) == 0)
            return complain(out_why, memory_format("it is the %s of \"%s\"", other->type->name,
                                                   other->name));
    }
    return true;
}

static bool judge(Variables *variables, const Mention *mention, const char *value, char **out_why)
{
    const Variable *known = NULL;
    bool ok;

    if (!mention->type->is_bound || !*mention->name)
        return true;
    known = find(variables, mention);
    if (is_version(mention->type))
        variables_see(variables, strtoll(value, NULL, 10));
    if (is_version(mention->type))
        ok = judge_version(variables, mention, known, value, out_why);
    else if (is_generation(mention->type))
        ok = judge_generation(mention, known, value, out_why);
    else if (known)
        ok = strcmp(known->value, value) == 0 ||
             complain(out_why, memory_format("\"%s\" was %s", known->name, known->value));
    else
        ok = judge_distinct(variables, mention, value, out_why);
    if (!known) /* a wrong one too: what follows is then judged by what this server said */
        bind_to(variables, mention, value);
    return ok;
}

/* ---- matching --------------------------------------------------------------------------------------------------- */

/* How much of actual the variable takes; (size_t)-1 if it is not of its form. */
static size_t extent(const Mention *mention, const char *actual)
{
    Mention next;
    const char *rest = mention->end, *found;
    char *literal;
    size_t length;

    if (mention->type->form) {
        length = mention->type->form(actual);
        return length ? length : (size_t)-1;
    }
    if (!*rest)
        return strlen(actual);
    literal = memory_text(rest);
    if (find_mention(rest, &next))
        literal[next.begin - rest] = '\0';
    found = strstr(actual, literal);
    free(literal);
    return found ? (size_t)(found - actual) : (size_t)-1;
}

bool variables_match(Variables *variables, const char *pattern, const char *actual, char **out_why)
{
    Mention mention;
    bool ok = true;

    *out_why = NULL;
    while (find_mention(pattern, &mention)) {
        size_t before = (size_t)(mention.begin - pattern), length;
        char *value;

        if (strncmp(pattern, actual, before) != 0)
            return false;
        actual += before;
        length = extent(&mention, actual);
        if (length == (size_t)-1)
            return complain(out_why, memory_format("no %s", mention.type->name));
        value = memory_text_of(actual, length);
        ok = judge(variables, &mention, value, out_why) && ok;
        free(value);
        actual += length;
        pattern = mention.end;
    }
    return strcmp(pattern, actual) == 0 && ok;
}

/* ---- meaning ---------------------------------------------------------------------------------------------------- */

/* Somebody refers to what nobody showed: any uid will do, if it is the same wherever it is named. */
static const Variable *invent(Variables *variables, const Mention *mention)
{
    char value[40];

    snprintf(value, sizeof value, "00000000-0000-4000-8000-%012zx", variables->count);
    bind_to(variables, mention, value);
    return find(variables, mention);
}

static char *filling(const char *size)
{
    size_t length = (size_t)strtoull(size, NULL, 10);
    char *text = memory_new(length + 1, 1);

    memset(text, 'A', length);
    return text;
}

/* NULL: it has no value. */
static char *value_of(Variables *variables, const Mention *mention)
{
    const Variable *known = find(variables, mention);

    if (strcmp(mention->type->name, "fill") == 0)
        return filling(mention->name);
    if (!known && mention->type->form == uid_form && *mention->name)
        known = invent(variables, mention);
    if (!known && is_version(mention->type))
        return memory_format("%" PRId64, variables->latest);
    if (!known)
        return NULL;
    if (is_generation(mention->type))
        return memory_format("%" PRId64, known->number + recorded_of(mention) - known->recorded);
    return memory_text(known->value);
}

static void add_encoded(Buffer *out, const char *value)
{
    for (; *value; value++) {
        if (isalnum((unsigned char)*value) || strchr("-_.~", *value))
            buffer_add_byte(out, (uint8_t)*value);
        else
            buffer_format(out, "%%%02X", (unsigned char)*value);
    }
}

static char *meaning(Variables *variables, const char *pattern, bool is_encoded)
{
    Buffer out = {0};
    Mention mention;

    while (find_mention(pattern, &mention)) {
        char *value = value_of(variables, &mention);

        buffer_add(&out, pattern, (size_t)(mention.begin - pattern));
        if (!value)
            buffer_add(&out, mention.begin, (size_t)(mention.end - mention.begin));
        else if (is_encoded)
            add_encoded(&out, value);
        else
            buffer_add_text(&out, value);
        free(value);
        pattern = mention.end;
    }
    buffer_add_text(&out, pattern);
    return buffer_take(&out);
}

char *variables_text(Variables *variables, const char *pattern)
{
    return meaning(variables, pattern, false);
}

char *variables_target(Variables *variables, const char *pattern)
{
    return meaning(variables, pattern, true);
}

static bool is_number(const char *pattern)
{
    Mention mention;

    return find_mention(pattern, &mention) && mention.begin == pattern && !*mention.end &&
           mention.type->is_number;
}

static cJSON *tree_of_text(Variables *variables, const char *pattern)
{
    char *text = variables_text(variables, pattern);
    cJSON *json =
        is_number(pattern) ? cJSON_CreateNumber(strtod(text, NULL)) : cJSON_CreateString(text);

    free(text);
    return json;
}

cJSON *variables_tree(Variables *variables, const cJSON *pattern)
{
    cJSON *tree, *child;

    if (cJSON_IsString(pattern))
        return tree_of_text(variables, pattern->valuestring);
    if (!cJSON_IsObject(pattern) && !cJSON_IsArray(pattern))
        return cJSON_Duplicate(pattern, true);
    tree = cJSON_IsObject(pattern) ? cJSON_CreateObject() : cJSON_CreateArray();
    cJSON_ArrayForEach(child, pattern)
    {
        char *key = child->string ? variables_text(variables, child->string) : NULL;

        if (key)
            cJSON_AddItemToObject(tree, key, variables_tree(variables, child));
        else
            cJSON_AddItemToArray(tree, variables_tree(variables, child));
        free(key);
    }
    return tree;
}
