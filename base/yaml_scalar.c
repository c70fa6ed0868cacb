/*
 * base/yaml_scalar.c - what a plain YAML scalar means: the core schema.
 */
#include "base/yaml_scalar.h"

#include <ctype.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Beyond this, two integers share one double. */
#define EXACT_MAX 0x1.0p53

static const struct {
    const char *text;
    YamlScalar means;
} WORDS[] = {
    {"",      YAML_NULL    },
    {"~",     YAML_NULL    },
    {"null",  YAML_NULL    },
    {"Null",  YAML_NULL    },
    {"NULL",  YAML_NULL    },
    {"true",  YAML_TRUE    },
    {"True",  YAML_TRUE    },
    {"TRUE",  YAML_TRUE    },
    {"false", YAML_FALSE   },
    {"False", YAML_FALSE   },
    {"FALSE", YAML_FALSE   },
    {".nan",  YAML_UNUSABLE},
    {".NaN",  YAML_UNUSABLE},
    {".NAN",  YAML_UNUSABLE},
};

/* What YAML 1.1 takes for a boolean. */
static const char *const OLD_WORDS[] = {"y",   "n",    "yes",   "no",  "on",
                                        "off", "true", "false", "null"};

static bool is_infinity(const char *text)
{
    if (*text == '+' || *text == '-')
        text++;
    return strcmp(text, ".inf") == 0 || strcmp(text, ".Inf") == 0 || strcmp(text, ".INF") == 0;
}

static size_t digits(const char *text)
{
    return strspn(text, "0123456789");
}

/* 0o17 and 0x1f; no sign, as the schema has it. */
static bool is_based_integer(const char *text, double *out_number)
{
    bool is_octal = strncmp(text, "0o", 2) == 0;
    const char *allowed = is_octal ? "01234567" : "0123456789abcdefABCDEF";

    if (!is_octal && strncmp(text, "0x", 2) != 0)
        return false;
    if (text[2] == '\0' || text[2 + strspn(text + 2, allowed)] != '\0')
        return false;
    *out_number = (double)strtoull(text + 2, NULL, is_octal ? 8 : 16);
    return true;
}

static bool is_integer(const char *text, double *out_number)
{
    const char *unsigned_part = text + (*text == '+' || *text == '-');
    size_t length = digits(unsigned_part);

    if (is_based_integer(text, out_number))
        return true;
    if (length == 0 || unsigned_part[length] != '\0')
        return false;
    *out_number = strtod(text, NULL);
    return true;
}

/* [-+]? ( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )? */
static bool is_float(const char *text, double *out_number)
{
    const char *at = text + (*text == '+' || *text == '-');
    size_t whole = digits(at), fraction = 0;

    at += whole;
    if (*at == '.') {
        fraction = digits(at + 1);
        at += 1 + fraction;
    }
    if (whole + fraction == 0)
        return false;
    if (*at == 'e' || *at == 'E') {
        at += 1 + (at[1] == '+' || at[1] == '-');
        if (digits(at) == 0)
            return false;
        at += digits(at);
    }
    *out_number = strtod(text, NULL);
    return *at == '\0';
}

static bool is_finite(double number)
{
    return number - number == 0;
}

YamlScalar yaml_scalar(const char *text, double *out_number)
{
    for (size_t i = 0; i < sizeof WORDS / sizeof WORDS[0]; i++)
        if (strcmp(text, WORDS[i].text) == 0)
            return WORDS[i].means;
    if (is_infinity(text))
        return YAML_UNUSABLE;
    if (is_integer(text, out_number))
        return *out_number <= EXACT_MAX && *out_number >= -EXACT_MAX ? YAML_INTEGER : YAML_UNUSABLE;
    if (is_float(text, out_number))
        return is_finite(*out_number) ? YAML_FLOAT : YAML_UNUSABLE;
    return YAML_STRING;
}

bool yaml_scalar_is_doubtful(const char *text)
{
    double unused;

    for (size_t i = 0; i < sizeof OLD_WORDS / sizeof OLD_WORDS[0]; i++)
        if (strcasecmp(text, OLD_WORDS[i]) == 0)
            return true;
    if (yaml_scalar(text, &unused) != YAML_STRING)
        return true;
    /* Dates, times (base 60), numbers with underscores. */
    return strchr("+-.0123456789", text[0]) != NULL &&
           text[strspn(text, "+-._:0123456789abcdefABCDEFxXoTZ ")] == '\0';
}
