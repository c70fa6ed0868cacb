/*
 * fakes/kubernetes/form/quantity.c - amounts of memory, CPU and storage: "100m", "1.5Gi", and how they are printed.
 *
 * Source: apimachinery v0.32, api/resource: a decimal number and a suffix; printed with the largest suffix of its family that
 * leaves no fraction. Amounts past what a double holds exactly are left as they came.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "fakes/kubernetes/form/form.h"

typedef struct {
    const char *suffix;
    double factor;
} Unit;

/* Each family from small to large. */
static const Unit DECIMAL[] = {
    {"n", 1e-9},
    {"u", 1e-6},
    {"m", 1e-3},
    {"",  1   },
    {"k", 1e3 },
    {"M", 1e6 },
    {"G", 1e9 },
    {"T", 1e12},
    {"P", 1e15},
    {"E", 1e18},
};
static const Unit BINARY[] = {
    {"",   1                    },
    {"Ki", 1024.0               },
    {"Mi", 1048576.0            },
    {"Gi", 1073741824.0         },
    {"Ti", 1099511627776.0      },
    {"Pi", 1125899906842624.0   },
    {"Ei", 1152921504606846976.0},
};
enum {
    DECIMAL_COUNT = sizeof DECIMAL / sizeof *DECIMAL,
    BINARY_COUNT = sizeof BINARY / sizeof *BINARY
};

static const Unit *find_unit(const Unit *units, int count, const char *suffix)
{
    for (int i = 0; i < count; i++)
        if (strcmp(units[i].suffix, suffix) == 0)
            return &units[i];
    return NULL;
}

/* Bytes of sign, digits and point; 0 if there is no digit. */
static size_t number_length(const char *text)
{
    size_t sign = *text == '+' || *text == '-', whole = strspn(text + sign, "0123456789");
    size_t point = text[sign + whole] == '.';
    size_t fraction = point ? strspn(text + sign + whole + 1, "0123456789") : 0;

    return whole + fraction == 0 ? 0 : sign + whole + point + fraction;
}

static bool is_exponent(const char *suffix)
{
    size_t sign;

    if (*suffix != 'e' && *suffix != 'E')
        return false;
    sign = suffix[1] == '+' || suffix[1] == '-';
    return suffix[1 + sign] != '\0' &&
           strspn(suffix + 1 + sign, "0123456789") == strlen(suffix + 1 + sign);
}

bool form_read_quantity(const char *text, char out_why[FORM_WHY_MAX])
{
    size_t length = number_length(text);
    const char *suffix = text + length;

    if (length > 0 && (find_unit(DECIMAL, DECIMAL_COUNT, suffix) ||
                       find_unit(BINARY, BINARY_COUNT, suffix) || is_exponent(suffix)))
        return true;
    snprintf(out_why, FORM_WHY_MAX, "%s",
             length > 0 && strspn(suffix, "eEinumkKMGTP") == strlen(suffix)
                 ? "unable to parse quantity's suffix"
                 : "quantities must match the regular expression "
                   "'^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'");
    return false;
}

/* With the largest unit that leaves a whole number. */
static char *print_with(const Unit *units, int count, double amount)
{
    for (int i = count - 1; i >= 0; i--) {
        double value = amount / units[i].factor, whole = round(value);

        if (fabs(value - whole) <= fabs(value) * 1e-12 && fabs(whole) >= 1 && fabs(whole) < 9e15)
            return memory_format("%.0f%s", whole, units[i].suffix);
    }
    return NULL;
}

char *form_print_quantity(const char *text)
{
    size_t length = number_length(text);
    const char *suffix = text + length;
    const Unit *unit = find_unit(DECIMAL, DECIMAL_COUNT, suffix);
    const Unit *binary = *suffix ? find_unit(BINARY, BINARY_COUNT, suffix) : NULL;
    double number = strtod(text, NULL);
    char *printed;

    if (length == 0 || (unit == NULL && binary == NULL))
        return NULL;
    if (number == 0)
        return memory_text("0");
    printed = binary ? print_with(BINARY, BINARY_COUNT, number * binary->factor)
                     : print_with(DECIMAL, DECIMAL_COUNT, number * unit->factor);
    /* A fraction of a byte: the decimal family takes over. */
    if (printed == NULL && binary != NULL)
        printed = print_with(DECIMAL, DECIMAL_COUNT, number * binary->factor);
    return printed;
}
