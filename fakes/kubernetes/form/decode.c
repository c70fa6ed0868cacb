/*
 * fakes/kubernetes/form/decode.c - whether Go could read a tree into its type, and what it says if not.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "fakes/kubernetes/form/form.h"

/* A field that led to where the decoder is. */
typedef struct Step {
    const struct Step *before; /* NULL: the first */
    const char *name;
} Step;

/* Where the decoder is: the struct that it fills, and the fields that led there. */
typedef struct {
    const char *structure;
    const Step *step;
    char *why;
} Place;

static bool decode(Place *place, const KubeType *type, const cJSON *json);

/* ---- words ------------------------------------------------------------------------------------ */

static const char *go_value(const cJSON *json)
{
    if (cJSON_IsNumber(json))
        return "number";
    if (cJSON_IsBool(json))
        return "bool";
    if (cJSON_IsArray(json))
        return "array";
    return cJSON_IsObject(json) ? "object" : "string";
}

/* "v1.PodSpec", "map[string][]uint8" */
static void go_type(const KubeType *type, char *out_text, size_t size)
{
    static const char *const PLAIN[] =
        {[KUBE_ANY] = "interface {}",   [KUBE_STRING] = "string",  [KUBE_INT32] = "int32",
         [KUBE_INT64] = "int64",        [KUBE_NUMBER] = "float64", [KUBE_BOOL] = "bool",
         [KUBE_BYTES] = "[]uint8",      [KUBE_TIME] = "string",    [KUBE_MICRO_TIME] = "string",
         [KUBE_DURATION] = "string",    [KUBE_QUANTITY] = "",      [KUBE_INT_OR_STRING] = "int32",
         [KUBE_OBJECT] = "interface {}"};
    const char *dot = type->package ? strrchr(type->package, '.') : NULL;

    if (type->name != NULL && dot != NULL) {
        snprintf(out_text, size, "%s.%s", dot + 1, type->name);
    } else if (type->shape == KUBE_LIST || type->shape == KUBE_MAP) {
        size_t length =
            (size_t)snprintf(out_text, size, type->shape == KUBE_LIST ? "[]" : "map[string]");

        go_type(type->element, out_text + length, size - length);
    } else {
        snprintf(out_text, size, "%s", PLAIN[type->shape]);
    }
}

/* "spec.template.spec" */
static void print_steps(const Step *step, char *out_text, size_t size)
{
    size_t length;

    *out_text = '\0';
    if (step == NULL)
        return;
    print_steps(step->before, out_text, size);
    length = strlen(out_text);
    snprintf(out_text + length, size - length, "%s%s", length ? "." : "", step->name);
}

static bool mistyped(Place *place, const KubeType *type, const cJSON *json)
{
    char wanted[120], value[48], path[81], place_text[140] = "value";

    go_type(type, wanted, sizeof wanted);
    snprintf(value, sizeof value, "%s", go_value(json));
    if (cJSON_IsNumber(json) && (type->shape == KUBE_INT32 || type->shape == KUBE_INT64))
        snprintf(value, sizeof value, "number %.15g", json->valuedouble);
    print_steps(place->step, path, sizeof path);
    if (place->structure != NULL)
        snprintf(place_text, sizeof place_text, "struct field %.40s.%s", place->structure, path);
    snprintf(place->why, FORM_WHY_MAX, "json: cannot unmarshal %.47s into Go %s of type %.119s",
             value, place_text, wanted);
    return false;
}

/* What reads itself from text does not know where it stands. */
static bool no_text(Place *place, const cJSON *json, const char *wanted)
{
    snprintf(place->why, FORM_WHY_MAX, "json: cannot unmarshal %s into Go value of type %s",
             go_value(json), wanted);
    return false;
}

/* ---- values that are texts -------------------------------------------------------------------- */

/* Where base64 stops being base64, as Go counts; -1: it does not. */
static int base64_broken_at(const char *text)
{
    static const char ALPHABET[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    int count = 0, padding = 0, i;

    for (i = 0; text[i]; i++) {
        if (text[i] == '\n' || text[i] == '\r')
            continue;
        if (text[i] == '=' && count % 4 >= 2 && padding < 2)
            padding++;
        else if (padding > 0 || strchr(ALPHABET, text[i]) == NULL)
            return i;
        count++;
    }
    return count % 4 == 0 ? -1 : i;
}

static bool decode_bytes(Place *place, const KubeType *type, const cJSON *json)
{
    int broken_at;

    if (!cJSON_IsString(json))
        return mistyped(place, type, json);
    broken_at = base64_broken_at(json->valuestring);
    if (broken_at >= 0)
        snprintf(place->why, FORM_WHY_MAX, "illegal base64 data at input byte %d", broken_at);
    return broken_at < 0;
}

/* One part of a time: how many digits, or which character. */
static const struct {
    const char *layout;
    int digits;
} TIME_PARTS[] = {
    {"2006", 4},
    {"-",    0},
    {"01",   2},
    {"-",    0},
    {"02",   2},
    {"T",    0},
    {"15",   2},
    {":",    0},
    {"04",   2},
    {":",    0},
    {"05",   2},
};

/* "Z", "+01:00" */
static bool is_zone(const char *text)
{
    int hours, minutes, length = 0;

    if (strcmp(text, "Z") == 0)
        return true;
    return (*text == '+' || *text == '-') &&
           sscanf(text + 1, "%2d:%2d%n", &hours, &minutes, &length) == 2 && length == 5 &&
           text[6] == '\0';
}

/* What of a time's text cannot be read, and out_layout as what; NULL: it can be. */
static const char *time_broken_at(const char *text, const char **out_layout)
{
    for (size_t i = 0; i < sizeof TIME_PARTS / sizeof *TIME_PARTS; i++) {
        int digits = TIME_PARTS[i].digits;

        *out_layout = TIME_PARTS[i].layout;
        if (digits == 0 && *text != **out_layout)
            return text;
        if (digits > 0 && (int)strspn(text, "0123456789") < digits)
            return text;
        text += digits > 0 ? digits : 1;
    }
    if (*text == '.')
        text += 1 + strspn(text + 1, "0123456789");
    *out_layout = "Z07:00";
    return is_zone(text) ? NULL : text;
}

static bool decode_time(Place *place, const cJSON *json, const char *layout)
{
    const char *broken, *part;

    if (!cJSON_IsString(json))
        return no_text(place, json, "string");
    broken = time_broken_at(json->valuestring, &part);
    if (broken != NULL)
        snprintf(place->why, FORM_WHY_MAX,
                 "parsing time \"%.60s\" as \"%s\": cannot parse \"%.60s\" as \"%s\"",
                 json->valuestring, layout, broken, part);
    return broken == NULL;
}

static bool is_duration(const char *text)
{
    static const char *const UNITS[] = {"ns", "us", "ms", "s", "m", "h"};

    text += *text == '-' || *text == '+';
    if (strcmp(text, "0") == 0)
        return true;
    if (*text == '\0')
        return false;
    while (*text) {
        size_t digits = strspn(text, "0123456789."), unit = 0;

        text += digits;
        while (unit < 6 && strncmp(text, UNITS[unit], strlen(UNITS[unit])) != 0)
            unit++;
        if (digits == 0 || unit == 6)
            return false;
        text += strlen(UNITS[unit]);
    }
    return true;
}

static bool decode_duration(Place *place, const cJSON *json)
{
    if (!cJSON_IsString(json))
        return no_text(place, json, "string");
    if (is_duration(json->valuestring))
        return true;
    snprintf(place->why, FORM_WHY_MAX, "time: invalid duration \"%.80s\"", json->valuestring);
    return false;
}

static bool decode_quantity(Place *place, const cJSON *json)
{
    if (cJSON_IsNumber(json))
        return true;
    return form_read_quantity(cJSON_IsString(json) ? json->valuestring : "{}", place->why);
}

/* ---- numbers ---------------------------------------------------------------------------------- */

static bool is_whole(const cJSON *json, double bound)
{
    double value = json->valuedouble;

    return cJSON_IsNumber(json) && value == floor(value) && value >= -bound && value < bound;
}

/* ---- trees ------------------------------------------------------------------------------------ */

static bool decode_object(Place *place, const KubeType *type, const cJSON *json)
{
    const Place outer = *place;
    Step step = {.before = outer.step};
    const cJSON *member;
    bool ok = true;

    if (!cJSON_IsObject(json))
        return mistyped(place, type, json);
    place->structure = type->name;
    // cppcheck-suppress autoVariables ; *place is put back before the step goes
    place->step = &step;
    cJSON_ArrayForEach(member, json)
    {
        const KubeField *field = kube_type_field(type, member->string);

        if (field == NULL || (cJSON_IsString(member) && field->type->shape == KUBE_STRING))
            continue;
        step.name = member->string;
        ok = decode(place, field->type, member);
        if (!ok)
            break;
    }
    *place = outer;
    return ok;
}

static bool decode_elements(Place *place, const KubeType *type, const cJSON *json)
{
    bool fits = type->shape == KUBE_LIST ? cJSON_IsArray(json) : cJSON_IsObject(json);
    const cJSON *element;

    if (!fits)
        return mistyped(place, type, json);
    cJSON_ArrayForEach(element, json)
    {
        if (!decode(place, type->element, element))
            return false;
    }
    return true;
}

static bool decode(Place *place, const KubeType *type, const cJSON *json)
{
    bool fits = true;

    if (cJSON_IsNull(json) || cJSON_IsRaw(json)) /* raw: metadata.managedFields as it is stored */
        return true;
    switch (type->shape) {
    case KUBE_ANY:
        return true;
    case KUBE_STRING:
        fits = cJSON_IsString(json);
        break;
    case KUBE_INT32:
        fits = is_whole(json, 2147483648.0);
        break;
    case KUBE_INT64:
        fits = is_whole(json, 9223372036854775808.0);
        break;
    case KUBE_NUMBER:
        fits = cJSON_IsNumber(json);
        break;
    case KUBE_BOOL:
        fits = cJSON_IsBool(json);
        break;
    case KUBE_BYTES:
        return decode_bytes(place, type, json);
    case KUBE_TIME:
        return decode_time(place, json, "2006-01-02T15:04:05Z07:00");
    case KUBE_MICRO_TIME:
        return decode_time(place, json, "2006-01-02T15:04:05.000000Z07:00");
    case KUBE_DURATION:
        return decode_duration(place, json);
    case KUBE_QUANTITY:
        return decode_quantity(place, json);
    case KUBE_INT_OR_STRING:
        return cJSON_IsString(json) || is_whole(json, 2147483648.0) ||
               no_text(place, json, "int32");
    case KUBE_OBJECT:
        return decode_object(place, type, json);
    case KUBE_LIST:
    case KUBE_MAP:
        return decode_elements(place, type, json);
    }
    return fits || mistyped(place, type, json);
}

bool form_decode(const KubeType *type, const cJSON *json, char out_why[FORM_WHY_MAX])
{
    Place place = {.why = out_why};

    return decode(&place, type, json);
}
