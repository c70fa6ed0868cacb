/*
 * fakes/kubernetes/form/schema_check.c - a value held to the rules of its schema: a function for each keyword.
 */
#include <arpa/inet.h>
#include <math.h>
#include <regex.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/clock.h"
#include "base/memory.h"
#include "fakes/kubernetes/form/schema.h"

struct SchemaCheck {
    KubeCauses *causes; /* NULL: only counted */
    int count;
    char path[400];
};

static const char INVALID[] = "FieldValueInvalid";

static void check_value(SchemaCheck *check, const KubeType *type, const cJSON *json);

/* ---- words ------------------------------------------------------------------------------------ */

static void refuse(SchemaCheck *check, const char *reason, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
static void refuse(SchemaCheck *check, const char *reason, const char *format, ...)
{
    char message[600];
    va_list arguments;

    check->count++;
    if (check->causes == NULL)
        return;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    causes_add(check->causes, reason, *check->path ? check->path : "<nil>", "%s", message);
}

/* "Invalid value: 0: spec.size in body should be greater than or equal to 1" */
static void refuse_value(SchemaCheck *check, const cJSON *json, const char *should)
{
    char *value = json_text(json);

    refuse(check, INVALID, "Invalid value: %.100s: %s in body %s", value, check->path, should);
    free(value);
}

static void refuse_number(SchemaCheck *check, const cJSON *json, const char *should, double bound,
                          const char *unit)
{
    char *text = memory_format("%s %.15g%s", should, bound, unit);

    refuse_value(check, json, text);
    free(text);
}

/* ---- numbers ---------------------------------------------------------------------------------- */

static void check_minimum(SchemaCheck *check, const SchemaRule *rule, const cJSON *json)
{
    bool is_exclusive =
        cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(rule->node, "exclusiveMinimum"));
    double bound = rule->wanted->valuedouble;

    if (cJSON_IsNumber(json) &&
        (is_exclusive ? json->valuedouble <= bound : json->valuedouble < bound))
        refuse_number(check, json,
                      is_exclusive ? "should be greater than"
                                   : "should be greater than or equal to",
                      bound, "");
}

static void check_maximum(SchemaCheck *check, const SchemaRule *rule, const cJSON *json)
{
    bool is_exclusive =
        cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(rule->node, "exclusiveMaximum"));
    double bound = rule->wanted->valuedouble;

    if (cJSON_IsNumber(json) &&
        (is_exclusive ? json->valuedouble >= bound : json->valuedouble > bound))
        refuse_number(check, json,
                      is_exclusive ? "should be less than" : "should be less than or equal to",
                      bound, "");
}

static void check_multiple(SchemaCheck *check, const SchemaRule *rule, const cJSON *json)
{
    double step = rule->wanted->valuedouble;

    if (cJSON_IsNumber(json) && step > 0 && fabs(remainder(json->valuedouble, step)) > 1e-9)
        refuse_number(check, json, "should be a multiple of", step, "");
}

/* ---- texts ------------------------------------------------------------------------------------ */

/* Characters, not bytes. */
static int text_length(const char *text)
{
    int length = 0;

    for (; *text; text++)
        length += ((unsigned char)*text & 0xc0) != 0x80;
    return length;
}

static void check_min_length(SchemaCheck *check, const SchemaRule *rule, const cJSON *json)
{
    if (cJSON_IsString(json) && text_length(json->valuestring) < rule->wanted->valuedouble)
        refuse_number(check, json, "should be at least", rule->wanted->valuedouble, " chars long");
}

static void check_max_length(SchemaCheck *check, const SchemaRule *rule, const cJSON *json)
{
    if (cJSON_IsString(json) && text_length(json->valuestring) > rule->wanted->valuedouble)
        refuse(check, "FieldValueTooLong", "Too long: may not be more than %.0f bytes",
               rule->wanted->valuedouble);
}

static void check_pattern(SchemaCheck *check, const SchemaRule *rule, const cJSON *json)
{
    char *should;

    if (!cJSON_IsString(json) || rule->pattern == NULL ||
        regexec(rule->pattern, json->valuestring, 0, NULL, 0) == 0)
        return;
    should = memory_format("should match '%s'", rule->wanted->valuestring);
    refuse_value(check, json, should);
    free(should);
}

static bool is_date_time(const char *text)
{
    int64_t ms;

    return strchr(text, 'T') != NULL && clock_parse(text, &ms);
}

static bool is_date(const char *text)
{
    int year, month, day, length = 0;

    return sscanf(text, "%4d-%2d-%2d%n", &year, &month, &day, &length) == 3 && length == 10 &&
           text[10] == '\0' && month >= 1 && month <= 12 && day >= 1 && day <= 31;
}

static bool is_ipv4(const char *text)
{
    struct in_addr address;

    return inet_pton(AF_INET, text, &address) == 1;
}

static bool is_ipv6(const char *text)
{
    struct in6_addr address;

    return inet_pton(AF_INET6, text, &address) == 1;
}

static bool is_uuid(const char *text)
{
    static const size_t GROUPS[] = {8, 4, 4, 4, 12};

    for (int i = 0; i < 5; i++) {
        if (strspn(text, "0123456789abcdefABCDEF") != GROUPS[i] ||
            text[GROUPS[i]] != (i < 4 ? '-' : '\0'))
            return false;
        text += GROUPS[i] + 1;
    }
    return true;
}

static void check_format(SchemaCheck *check, const SchemaRule *rule, const cJSON *json)
{
    static const struct {
        const char *format;
        bool (*is_one)(const char *text);
    } FORMATS[] = {
        {"date-time", is_date_time},
        {"date",      is_date     },
        {"ipv4",      is_ipv4     },
        {"ipv6",      is_ipv6     },
        {"uuid",      is_uuid     },
    };
    const char *format = rule->wanted->valuestring;

    if (cJSON_IsNumber(json) && format && strcmp(format, "int32") == 0 &&
        fabs(json->valuedouble) > 2147483647.0)
        refuse(check, "FieldValueTypeInvalid",
               "Invalid value: \"int64\": %s in body must be of type int32: \"int64\"",
               check->path);
    for (size_t i = 0; format && cJSON_IsString(json) && i < sizeof FORMATS / sizeof *FORMATS; i++)
        if (strcmp(FORMATS[i].format, format) == 0 && !FORMATS[i].is_one(json->valuestring))
            refuse(check, "FieldValueTypeInvalid",
                   "Invalid value: \"%.100s\": %s in body must be of type %s: \"%.100s\"",
                   json->valuestring, check->path, format, json->valuestring);
}

/* ---- sizes ------------------------------------------------------------------------------------ */

static void check_least(SchemaCheck *check, const SchemaRule *rule, const cJSON *json,
                        const char *unit)
{
    if (cJSON_GetArraySize(json) < rule->wanted->valuedouble)
        refuse_number(check, json, "should have at least", rule->wanted->valuedouble, unit);
}

static void check_most(SchemaCheck *check, const SchemaRule *rule, const cJSON *json)
{
    int count = cJSON_GetArraySize(json);

    if (count > rule->wanted->valuedouble)
        refuse(check, "FieldValueTooMany", "Too many: %d: must have at most %.0f items", count,
               rule->wanted->valuedouble);
}

static void check_min_items(SchemaCheck *check, const SchemaRule *rule, const cJSON *json)
{
    if (cJSON_IsArray(json))
        check_least(check, rule, json, " items");
}

static void check_max_items(SchemaCheck *check, const SchemaRule *rule, const cJSON *json)
{
    if (cJSON_IsArray(json))
        check_most(check, rule, json);
}

static void check_min_properties(SchemaCheck *check, const SchemaRule *rule, const cJSON *json)
{
    if (cJSON_IsObject(json))
        check_least(check, rule, json, " properties");
}

static void check_max_properties(SchemaCheck *check, const SchemaRule *rule, const cJSON *json)
{
    if (cJSON_IsObject(json))
        check_most(check, rule, json);
}

/* ---- choices ---------------------------------------------------------------------------------- */

static void check_enum(SchemaCheck *check, const SchemaRule *rule, const cJSON *json)
{
    const cJSON *choice;
    Buffer choices = {0};
    char *value;

    cJSON_ArrayForEach(choice, rule->wanted)
    {
        if (json_equal(choice, json)) {
            buffer_release(&choices);
            return;
        }
        value = json_text(choice);
        buffer_format(&choices, "%s%s%s%s", choices.length ? ", " : "",
                      cJSON_IsString(choice) ? "" : "\"", value,
                      cJSON_IsString(choice) ? "" : "\"");
        free(value);
    }
    value = json_text(json);
    refuse(check, "FieldValueNotSupported", "Unsupported value: %.100s: supported values: %s",
           value, choices.data ? choices.data : "");
    free(value);
    buffer_release(&choices);
}

static void check_required(SchemaCheck *check, const SchemaRule *rule, const cJSON *json)
{
    size_t length = strlen(check->path);
    const cJSON *name;

    if (!cJSON_IsObject(json))
        return;
    cJSON_ArrayForEach(name, rule->wanted)
    {
        if (!cJSON_IsString(name) || cJSON_GetObjectItemCaseSensitive(json, name->valuestring))
            continue;
        snprintf(check->path + length, sizeof check->path - length, "%s%s", length ? "." : "",
                 name->valuestring);
        refuse(check, "FieldValueRequired", "Required value");
        check->path[length] = '\0';
    }
}

/* ---- schemas about the same value ------------------------------------------------------------- */

static bool fits(const SchemaCheck *check, const KubeType *type, const cJSON *json)
{
    SchemaCheck trial = {.causes = NULL};

    snprintf(trial.path, sizeof trial.path, "%s", check->path);
    check_value(&trial, type, json);
    return trial.count == 0;
}

static int count_fits(const SchemaCheck *check, const SchemaRule *rule, const cJSON *json)
{
    int count = 0;

    for (int i = 0; i < rule->type_count; i++)
        count += fits(check, rule->any[i], json);
    return count;
}

static void check_any_of(SchemaCheck *check, const SchemaRule *rule, const cJSON *json)
{
    if (count_fits(check, rule, json) == 0)
        refuse(check, INVALID,
               "Invalid value: \"\": \"%s\" must validate at least one schema (anyOf)",
               check->path);
}

static void check_one_of(SchemaCheck *check, const SchemaRule *rule, const cJSON *json)
{
    int count = count_fits(check, rule, json);

    if (count == 0)
        refuse(check, INVALID,
               "Invalid value: \"\": \"%s\" must validate one and only one schema (oneOf). Found "
               "none valid",
               check->path);
    else if (count > 1)
        refuse(
            check, INVALID,
            "Invalid value: \"\": \"%s\" must validate one and only one schema (oneOf). Found %d "
            "valid alternatives",
            check->path, count);
}

static void check_all_of(SchemaCheck *check, const SchemaRule *rule, const cJSON *json)
{
    for (int i = 0; i < rule->type_count; i++)
        check_value(check, rule->any[i], json);
}

static void check_not(SchemaCheck *check, const SchemaRule *rule, const cJSON *json)
{
    if (count_fits(check, rule, json) > 0)
        refuse(check, INVALID, "Invalid value: \"\": \"%s\" must not validate the schema (not)",
               check->path);
}

/* ---- lists that are sets or maps -------------------------------------------------------------- */

static bool has_equal_keys(const cJSON *keys, const cJSON *a, const cJSON *b)
{
    const cJSON *key;

    if (keys == NULL)
        return json_equal(a, b);
    cJSON_ArrayForEach(key, keys)
    {
        const cJSON *left = cJSON_GetObjectItemCaseSensitive(a, key->valuestring);
        const cJSON *right = cJSON_GetObjectItemCaseSensitive(b, key->valuestring);

        if ((left == NULL) != (right == NULL) || (left != NULL && !json_equal(left, right)))
            return false;
    }
    return true;
}

/* map[string]interface {}{"name":"a"}, or the value itself */
static char *print_keys(const cJSON *keys, const cJSON *element)
{
    Buffer text = {0};
    const cJSON *key;

    if (keys == NULL)
        return json_text(element);
    buffer_add_text(&text, "map[string]interface {}{");
    cJSON_ArrayForEach(key, keys)
    {
        char *value = json_text(cJSON_GetObjectItemCaseSensitive(element, key->valuestring));

        buffer_format(&text, "%s\"%s\":%s", key->prev->next ? ", " : "", key->valuestring,
                      value ? value : "null");
        free(value);
    }
    buffer_add_text(&text, "}");
    return buffer_take(&text);
}

static void check_list_type(SchemaCheck *check, const SchemaRule *rule, const cJSON *json)
{
    const cJSON *keys = cJSON_GetObjectItemCaseSensitive(rule->node, "x-kubernetes-list-map-keys");
    size_t length = strlen(check->path);
    const cJSON *element, *earlier;
    int i = 0;

    if (!cJSON_IsArray(json) || strcmp(rule->wanted->valuestring, "atomic") == 0)
        return;
    cJSON_ArrayForEach(element, json)
    {
        snprintf(check->path + length, sizeof check->path - length, "[%d]", i++);
        for (earlier = json->child; earlier != element; earlier = earlier->next)
            if (has_equal_keys(keys, earlier, element)) {
                char *text = print_keys(keys, element);

                refuse(check, "FieldValueDuplicate", "Duplicate value: %s", text);
                free(text);
                break;
            }
        check->path[length] = '\0';
    }
}

SchemaChecker *schema_checker(const char *keyword)
{
    static const struct {
        const char *keyword;
        SchemaChecker *checker;
    } CHECKERS[] = {
        {"required",               check_required      },
        {"minimum",                check_minimum       },
        {"maximum",                check_maximum       },
        {"multipleOf",             check_multiple      },
        {"minLength",              check_min_length    },
        {"maxLength",              check_max_length    },
        {"pattern",                check_pattern       },
        {"format",                 check_format        },
        {"minItems",               check_min_items     },
        {"maxItems",               check_max_items     },
        {"minProperties",          check_min_properties},
        {"maxProperties",          check_max_properties},
        {"enum",                   check_enum          },
        {"anyOf",                  check_any_of        },
        {"oneOf",                  check_one_of        },
        {"allOf",                  check_all_of        },
        {"not",                    check_not           },
        {"x-kubernetes-list-type", check_list_type     },
    };

    for (size_t i = 0; i < sizeof CHECKERS / sizeof *CHECKERS; i++)
        if (strcmp(CHECKERS[i].keyword, keyword) == 0)
            return CHECKERS[i].checker;
    return NULL;
}

/* ---- a value and what is in it ---------------------------------------------------------------- */

static const char *type_name(const cJSON *json)
{
    if (cJSON_IsNumber(json))
        return json->valuedouble == floor(json->valuedouble) ? "integer" : "number";
    if (cJSON_IsBool(json))
        return "boolean";
    if (cJSON_IsString(json))
        return "string";
    if (cJSON_IsNull(json))
        return "null";
    return cJSON_IsArray(json) ? "array" : "object";
}

/* wanted may be several: "integer,string". A whole number is a number too. */
static bool is_of_type(const cJSON *json, const char *wanted)
{
    const char *actual = type_name(json);

    return strstr(wanted, actual) != NULL ||
           (strcmp(actual, "integer") == 0 && strcmp(wanted, "number") == 0);
}

static void check_members(SchemaCheck *check, const KubeType *type, const cJSON *json)
{
    size_t length = strlen(check->path);
    const cJSON *member;
    int i = 0;

    cJSON_ArrayForEach(member, json)
    {
        const KubeField *field =
            type->shape == KUBE_OBJECT ? kube_type_field(type, member->string) : NULL;
        const KubeType *inner =
            type->shape == KUBE_OBJECT ? (field ? field->type : NULL) : type->element;

        if (cJSON_IsArray(json))
            snprintf(check->path + length, sizeof check->path - length, "[%d]", i++);
        else
            snprintf(check->path + length, sizeof check->path - length, "%s%s", length ? "." : "",
                     member->string);
        if (inner != NULL)
            check_value(check, inner, member);
        check->path[length] = '\0';
    }
}

static void check_value(SchemaCheck *check, const KubeType *type, const cJSON *json)
{
    const KubeRules *rules = type->rules;

    if (rules == NULL || (cJSON_IsNull(json) && rules->is_nullable))
        return;
    if (rules->type != NULL && !is_of_type(json, rules->type)) {
        refuse(check, "FieldValueTypeInvalid",
               "Invalid value: \"%s\": %s in body must be of type %s: \"%s\"", type_name(json),
               check->path, rules->type, type_name(json));
        return;
    }
    for (int i = 0; i < rules->rule_count; i++)
        rules->rules[i].checker(check, &rules->rules[i], json);
    if ((type->shape == KUBE_OBJECT || type->shape == KUBE_MAP) && cJSON_IsObject(json))
        check_members(check, type, json);
    if (type->shape == KUBE_LIST && cJSON_IsArray(json))
        check_members(check, type, json);
}

void schema_check(const KubeType *type, const cJSON *json, KubeCauses *causes)
{
    SchemaCheck check = {.causes = causes};

    check_value(&check, type, json);
}
