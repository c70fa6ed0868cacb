/*
 * fakes/kubernetes/owners/fieldset.c - sets of paths: building, combining, FieldsV1.
 */
#include "fakes/kubernetes/owners/fieldset.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "fakes/kubernetes/print.h"
#include "fakes/kubernetes/owners/scan.h"

enum { DEPTH_MAX = 100 };

/* ---- steps ------------------------------------------------------------------------------------ */

FieldElement field_name(const char *name)
{
    return (FieldElement){'f', name, strlen(name)};
}

static int kind_rank(char kind)
{
    static const char KINDS[] = "fkvi";
    const char *found = strchr(KINDS, kind);

    assert(found != NULL);
    return (int)(found - KINDS);
}

static bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

/*
 * Two JSON texts that differ from byte `at` on. Numbers compare as numbers: 443 comes before 8080, {"port":80} before
 * {"port":80,"protocol":"TCP"}.
 */
static int compare_json(const FieldElement *a, const FieldElement *b, size_t at)
{
    bool is_in_string = false;
    size_t number = 0;

    for (size_t i = 0; i < at; i++) {
        if (a->text[i] == '"' && (i == 0 || a->text[i - 1] != '\\'))
            is_in_string = !is_in_string;
        if (!is_digit(a->text[i]) && a->text[i] != '-' && a->text[i] != '.')
            number = i + 1;
    }
    if (!is_in_string && (is_digit(a->text[at]) || is_digit(b->text[at]))) {
        double left = strtod(a->text + number, NULL), right = strtod(b->text + number, NULL);

        if (left != right)
            return left < right ? -1 : 1;
    }
    if (!is_in_string && (a->text[at] == '}') != (b->text[at] == '}'))
        return a->text[at] == '}' ? -1 : 1;
    return (unsigned char)a->text[at] < (unsigned char)b->text[at] ? -1 : 1;
}

int field_compare(const FieldElement *a, const FieldElement *b)
{
    size_t shorter = a->length < b->length ? a->length : b->length, at = 0;

    if (a->kind != b->kind)
        return kind_rank(a->kind) < kind_rank(b->kind) ? -1 : 1;
    while (at < shorter && a->text[at] == b->text[at])
        at++;
    if (at == shorter)
        return (a->length > b->length) - (a->length < b->length);
    if (a->kind != 'f')
        return compare_json(a, b, at);
    return (unsigned char)a->text[at] < (unsigned char)b->text[at] ? -1 : 1;
}

/* ---- building --------------------------------------------------------------------------------- */

FieldSet *fieldset_new(Arena *arena)
{
    return ARENA_NEW(arena, FieldSet);
}

/* The step among those from *place on, which are sorted. */
static FieldSet *place_step(Arena *arena, FieldSet **place, FieldElement step)
{
    FieldSet *made;

    for (; *place != NULL; place = &(*place)->next) {
        int order = field_compare(&(*place)->element, &step);

        if (order == 0)
            return *place;
        if (order > 0)
            break;
    }
    made = fieldset_new(arena);
    made->element = step;
    made->next = *place;
    *place = made;
    return made;
}

FieldSet *fieldset_below(Arena *arena, FieldSet *set, FieldElement step)
{
    return place_step(arena, &set->below, step);
}

void fieldset_add(Arena *arena, FieldSet *set, const char *path)
{
    for (;;) {
        size_t length = strcspn(path, "/");

        set = fieldset_below(arena, set, (FieldElement){'f', path, length});
        if (path[length] == 0)
            break;
        path += length + 1;
    }
    set->is_member = true;
}

const FieldSet *fieldset_find(const FieldSet *set, const FieldElement *step)
{
    const FieldSet *found = set->below;

    while (found != NULL && field_compare(&found->element, step) < 0)
        found = found->next;
    return found != NULL && field_compare(&found->element, step) == 0 ? found : NULL;
}

bool fieldset_is_empty(const FieldSet *set)
{
    for (const FieldSet *child = set->below; child != NULL; child = child->next)
        if (child->is_member || !fieldset_is_empty(child))
            return false;
    return true;
}

bool fieldset_equal(const FieldSet *a, const FieldSet *b)
{
    for (a = a->below, b = b->below; a != NULL && b != NULL; a = a->next, b = b->next)
        if (a->is_member != b->is_member || field_compare(&a->element, &b->element) != 0 ||
            !fieldset_equal(a, b))
            return false;
    return a == b;
}

/* ---- combining -------------------------------------------------------------------------------- */

/* What becomes of a path that is in one set only, and of one that is in both. */
typedef struct {
    bool keeps_left, keeps_right, keeps_both;
    bool is_deep; /* a member of the right takes what is below it along */
} Rule;

static const Rule UNION = {true, true, true, false};
static const Rule INTERSECTION = {false, false, true, false};
static const Rule DIFFERENCE = {true, false, false, false};
static const Rule WITHOUT = {true, false, false, true};

static bool is_kept(const Rule *rule, bool is_left, bool is_right)
{
    if (is_left && is_right)
        return rule->keeps_both;
    return (is_left && rule->keeps_left) || (is_right && rule->keeps_right);
}

static FieldSet *combine_lists(Arena *arena, const Rule *rule, const FieldSet *a,
                               const FieldSet *b);

/* One step that is in a or b (NULL: not there); NULL if nothing is left of it. */
static FieldSet *combine_step(Arena *arena, const Rule *rule, const FieldSet *a, const FieldSet *b)
{
    FieldSet made = {0}, *kept;

    if (rule->is_deep && b != NULL && b->is_member)
        return NULL;
    made.element = a ? a->element : b->element;
    made.is_member = is_kept(rule, a && a->is_member, b && b->is_member);
    made.below = combine_lists(arena, rule, a ? a->below : NULL, b ? b->below : NULL);
    if (!made.is_member && made.below == NULL)
        return NULL;
    kept = fieldset_new(arena);
    *kept = made;
    return kept;
}

static FieldSet *combine_lists(Arena *arena, const Rule *rule, const FieldSet *a, const FieldSet *b)
{
    FieldSet *first = NULL, **last = &first;

    while ((a != NULL && (b != NULL || rule->keeps_left)) || (b != NULL && rule->keeps_right)) {
        int order = a == NULL ? 1 : b == NULL ? -1 : field_compare(&a->element, &b->element);

        *last = combine_step(arena, rule, order <= 0 ? a : NULL, order >= 0 ? b : NULL);
        if (*last != NULL)
            last = &(*last)->next;
        a = order <= 0 ? a->next : a;
        b = order >= 0 ? b->next : b;
    }
    return first;
}

static FieldSet *combine(Arena *arena, const Rule *rule, const FieldSet *a, const FieldSet *b)
{
    FieldSet *made;

    if (b->below == NULL && rule->keeps_left)
        return (FieldSet *)a;
    if (a->below == NULL && rule->keeps_right)
        return (FieldSet *)b;
    made = fieldset_new(arena);
    made->below = combine_lists(arena, rule, a->below, b->below);
    return made;
}

FieldSet *fieldset_union(Arena *arena, const FieldSet *a, const FieldSet *b)
{
    return combine(arena, &UNION, a, b);
}

FieldSet *fieldset_intersection(Arena *arena, const FieldSet *a, const FieldSet *b)
{
    return combine(arena, &INTERSECTION, a, b);
}

FieldSet *fieldset_difference(Arena *arena, const FieldSet *a, const FieldSet *b)
{
    return combine(arena, &DIFFERENCE, a, b);
}

FieldSet *fieldset_without(Arena *arena, const FieldSet *a, const FieldSet *b)
{
    return combine(arena, &WITHOUT, a, b);
}

/* ---- FieldsV1 --------------------------------------------------------------------------------- */

static bool decode_members(Arena *arena, Scan *scan, FieldSet *set, int depth);

/* "f:spec":{...}; "." makes the set itself a member. *last: the step before, which mostly sorts before this one; or NULL. */
static bool decode_member(Arena *arena, Scan *scan, FieldSet *set, FieldSet **last, int depth)
{
    FieldElement step;
    const char *key, *ignored;
    size_t length;
    FieldSet *child;

    if (!scan_string(scan, arena, &key, &length) || !scan_take(scan, ':'))
        return false;
    if (length == 1 && *key == '.') {
        set->is_member = true;
        return scan_value(scan, &ignored, &length);
    }
    if (length < 2 || key[1] != ':')
        return false;
    if (strchr("fkvi", key[0]) == NULL)
        return scan_value(scan, &ignored, &length);
    step = (FieldElement){key[0], key + 2, length - 2};
    child = *last != NULL && field_compare(&(*last)->element, &step) < 0
                ? place_step(arena, &(*last)->next, step)
                : fieldset_below(arena, set, step);
    *last = child;
    if (!decode_members(arena, scan, child, depth + 1))
        return false;
    child->is_member |= child->below == NULL;
    return true;
}

static bool decode_members(Arena *arena, Scan *scan, FieldSet *set, int depth)
{
    FieldSet *last = NULL;

    if (depth > DEPTH_MAX || !scan_take(scan, '{'))
        return false;
    if (scan_take(scan, '}'))
        return true;
    do {
        if (!decode_member(arena, scan, set, &last, depth))
            return false;
    } while (scan_take(scan, ','));
    return scan_take(scan, '}');
}

bool fieldset_decode(Arena *arena, const char *text, size_t length, FieldSet **out_set)
{
    Scan scan = {text, text + length};

    *out_set = fieldset_new(arena);
    if (!decode_members(arena, &scan, *out_set, 0))
        return false;
    (*out_set)->is_member = false;
    return true;
}

static void encode_key(Buffer *buffer, const FieldElement *step)
{
    char kind[] = {'"', step->kind, ':'};

    buffer_add(buffer, kind, sizeof kind);
    kube_print_escaped(buffer, step->text, step->length);
    buffer_add(buffer, "\":{", 3);
}

static void encode_members(Buffer *buffer, const FieldSet *set)
{
    for (const FieldSet *child = set->below; child != NULL; child = child->next) {
        if (child != set->below)
            buffer_add(buffer, ",", 1);
        encode_key(buffer, &child->element);
        if (child->is_member && child->below != NULL)
            buffer_add(buffer, "\".\":{},", strlen("\".\":{},"));
        encode_members(buffer, child);
        buffer_add(buffer, "}", 1);
    }
}

void fieldset_encode(Buffer *buffer, const FieldSet *set)
{
    buffer_add(buffer, "{", 1);
    encode_members(buffer, set);
    buffer_add(buffer, "}", 1);
}

/* ---- paths for people ------------------------------------------------------------------------- */

/* {"port":80,"protocol":"TCP"} as [port=80,protocol="TCP"] */
static void add_keys(Buffer *path, const FieldElement *step)
{
    cJSON *keys = cJSON_ParseWithLength(step->text, step->length);
    const cJSON *key;

    buffer_add(path, "[", 1);
    cJSON_ArrayForEach(key, keys)
    {
        buffer_format(path, "%s%s=", key == keys->child ? "" : ",", key->string);
        kube_print(path, key);
    }
    buffer_add(path, "]", 1);
    cJSON_Delete(keys);
}

void field_print(Buffer *path, const FieldElement *step)
{
    if (step->kind == 'k')
        add_keys(path, step);
    else
        buffer_format(path,
                      step->kind == 'f'   ? ".%.*s"
                      : step->kind == 'v' ? "[=%.*s]"
                                          : "[%.*s]",
                      (int)step->length, step->text);
}

static void visit(const FieldSet *set, Buffer *path, FieldVisitor *visitor, void *owner)
{
    size_t length = path->length;

    for (int is_deep = 0; is_deep < 2; is_deep++)
        for (const FieldSet *child = set->below; child != NULL; child = child->next) {
            field_print(path, &child->element);
            if (is_deep)
                visit(child, path, visitor, owner);
            else if (child->is_member)
                visitor(owner, path->data);
            path->length = length;
        }
}

void fieldset_each(const FieldSet *set, FieldVisitor *visitor, void *owner)
{
    Buffer path = {0};

    visit(set, &path, visitor, owner);
    buffer_release(&path);
}
