/*
 * fakes/postgres/numeric.c - numbers with digits after the point, as exact as the real type within 37 digits.
 */
#include "fakes/postgres/numeric.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    DIGITS_MAX = 37,         /* that fit */
    SIGNIFICANT_DIGITS = 16, /* NUMERIC_MIN_SIG_DIGITS */
    BASE = 10000,
    BASE_DIGITS = 4,
};

static const PgSource DIVIDE = {"numeric.c", "9096", "div_var"};
static const PgSource LIMIT = {"numeric.c", "784", "numeric_in"};

__int128 numeric_unit(int scale)
{
    __int128 unit = 1;

    while (scale-- > 0)
        unit *= 10;
    return unit;
}

PgValue numeric_of(__int128 number, int scale)
{
    return (PgValue){.type = PG_NUMERIC, .number = number, .scale = scale};
}

double numeric_real(const PgValue *value)
{
    return (double)value->number / (double)numeric_unit(value->scale);
}

static __int128 size_of(__int128 number)
{
    return number < 0 ? -number : number;
}

const char *numeric_text(const PgValue *value, Arena *arena)
{
    char digits[64], *at = digits + sizeof digits;
    __int128 left = size_of(value->number);
    int count = 0;

    *--at = '\0';
    do {
        if (count == value->scale && count > 0)
            *--at = '.';
        *--at = (char)('0' + (int)(left % 10));
        left /= 10;
        count++;
    } while (left > 0 || count <= value->scale);
    if (value->number < 0)
        *--at = '-';
    return arena_text(arena, at);
}

/* numeric_send: digits of base 10000, the weight of the first, sign, digits after the point. */
void numeric_binary(const PgValue *value, Buffer *out)
{
    uint16_t digits[24];
    int padding = (BASE_DIGITS - value->scale % BASE_DIGITS) % BASE_DIGITS;
    int after = (value->scale + padding) / BASE_DIGITS, count = 0, first, last = 0;
    __int128 size = size_of(value->number), unit = numeric_unit(value->scale);
    __int128 whole = size / unit, part = size % unit * numeric_unit(padding);

    for (int i = 0; i < after; i++, part /= BASE)
        digits[count++] = (uint16_t)(part % BASE);
    for (; whole > 0; whole /= BASE)
        digits[count++] = (uint16_t)(whole % BASE);
    first = count - 1;
    while (first >= 0 && digits[first] == 0)
        first--;
    while (last <= first && digits[last] == 0)
        last++;
    buffer_add_u16(out, (uint16_t)(first - last + 1));
    buffer_add_u16(out, (uint16_t)(first >= last ? first - after : 0));
    buffer_add_u16(out, value->number < 0 ? 0x4000 : 0);
    buffer_add_u16(out, (uint16_t)value->scale);
    for (int i = first; i >= last; i--)
        buffer_add_u16(out, digits[i]);
}

/* ---- reading ---- */

/* Moves the point: more digits after it where it stands too far right. */
static bool shift(__int128 number, int scale, int digits, PgValue *out)
{
    for (; scale < 0; scale++, digits++)
        number *= digits < DIGITS_MAX ? 10 : 0;
    *out = numeric_of(number, scale);
    return digits <= DIGITS_MAX && scale <= PG_SCALE_MAX;
}

bool numeric_parse(const char *text, PgValue *out)
{
    __int128 number = 0;
    int scale = 0, digits = 0, seen = 0;
    bool is_negative, has_point = false;
    long exponent = 0;
    char *end;

    text += strspn(text, " \t\n");
    is_negative = *text == '-';
    text += *text == '-' || *text == '+';
    for (; isdigit((unsigned char)*text) || (*text == '.' && !has_point); text++) {
        if (*text == '.') {
            has_point = true;
            continue;
        }
        if (digits >= DIGITS_MAX)
            return false;
        number = number * 10 + (*text - '0');
        digits += number > 0;
        scale += has_point;
        seen++;
    }
    if (seen == 0)
        return false;
    if (*text == 'e' || *text == 'E') {
        exponent = strtol(text + 1, &end, 10);
        if (end == text + 1 || exponent > DIGITS_MAX || exponent < -PG_SCALE_MAX)
            return false;
        text = end;
    }
    text += strspn(text, " \t\n");
    return *text == '\0' &&
           shift(is_negative ? -number : number, scale - (int)exponent, digits, out);
}

bool numeric_from_real(double real, PgValue *out)
{
    char text[40];

    snprintf(text, sizeof text, "%.15g", real);
    return isfinite(real) && numeric_parse(text, out);
}

/* ---- computing ---- */

/* How many digits of base 10000 stand before the point, less one; and the first of them. Of 0: 0 and 0. */
static int weight(const PgValue *value, int *out_first)
{
    __int128 size = size_of(value->number), unit = numeric_unit(value->scale);
    __int128 whole = size / unit;
    int weight = -1;

    *out_first = 0;
    if (size == 0)
        return 0;
    for (; whole > 0; whole /= BASE, weight++)
        *out_first = (int)(whole % BASE);
    if (weight >= 0)
        return weight;
    for (whole = size * BASE; whole < unit; whole *= BASE)
        weight--;
    *out_first = (int)(whole / unit);
    return weight;
}

/* select_div_scale() */
static int quotient_scale(const PgValue *a, const PgValue *b)
{
    int first, other, quotient = weight(a, &first) - weight(b, &other), scale;

    if (first <= other)
        quotient--;
    scale = SIGNIFICANT_DIGITS - quotient * BASE_DIGITS;
    scale = scale > a->scale ? scale : a->scale;
    return scale > b->scale ? scale : b->scale;
}

static bool too_large(PgReport *report)
{
    return pg_error(report, "0A000", LIMIT, "this server computes with %d digits at most",
                    DIGITS_MAX);
}

static bool add(const PgValue *a, const PgValue *b, int sign, PgValue *out)
{
    int scale = a->scale > b->scale ? a->scale : b->scale;
    __int128 left, right, sum;

    if (__builtin_mul_overflow(a->number, numeric_unit(scale - a->scale), &left) ||
        __builtin_mul_overflow(b->number, sign * numeric_unit(scale - b->scale), &right) ||
        __builtin_add_overflow(left, right, &sum))
        return false;
    *out = numeric_of(sum, scale);
    return true;
}

static bool multiply(const PgValue *a, const PgValue *b, PgValue *out)
{
    __int128 product;

    if (__builtin_mul_overflow(a->number, b->number, &product))
        return false;
    *out = numeric_of(product, a->scale + b->scale);
    return true;
}

static bool divide(const PgValue *a, const PgValue *b, PgValue *out)
{
    int scale = quotient_scale(a, b), up = scale + b->scale - a->scale;
    __int128 left, divisor = b->number, quotient, rest;

    /* One unit more would not fit an __int128 either. */
    if (up > DIGITS_MAX || __builtin_mul_overflow(a->number, numeric_unit(up > 0 ? up : 0), &left))
        return false;
    quotient = left / divisor;
    rest = left % divisor;
    if (size_of(rest) >= size_of(divisor) - size_of(rest))
        quotient += (left < 0) == (divisor < 0) ? 1 : -1;
    *out = numeric_of(quotient, scale);
    return true;
}

static bool modulo(const PgValue *a, const PgValue *b, PgValue *out)
{
    int scale = a->scale > b->scale ? a->scale : b->scale;
    __int128 left, right;

    if (__builtin_mul_overflow(a->number, numeric_unit(scale - a->scale), &left) ||
        __builtin_mul_overflow(b->number, numeric_unit(scale - b->scale), &right))
        return false;
    *out = numeric_of(left % right, scale);
    return true;
}

bool numeric_compute(char sign, const PgValue *a, const PgValue *b, PgValue *out, PgReport *report)
{
    bool ok;

    if ((sign == '/' || sign == '%') && b->number == 0)
        return pg_error(report, "22012", DIVIDE, "division by zero");
    if (sign == '+' || sign == '-')
        ok = add(a, b, sign == '-' ? -1 : 1, out);
    else if (sign == '*')
        ok = multiply(a, b, out);
    else
        ok = sign == '/' ? divide(a, b, out) : modulo(a, b, out);
    return (ok && out->scale <= PG_SCALE_MAX && size_of(out->number) < numeric_unit(DIGITS_MAX)) ||
           too_large(report);
}

int numeric_compare(const PgValue *a, const PgValue *b)
{
    PgValue difference;

    if (!add(a, b, -1, &difference)) {
        double left = numeric_real(a), right = numeric_real(b);

        return (left > right) - (left < right);
    }
    return (difference.number > 0) - (difference.number < 0);
}

PgValue numeric_round(const PgValue *value, int scale, char how)
{
    __int128 unit, whole, rest;

    if (scale >= value->scale)
        return numeric_of(value->number * numeric_unit(scale - value->scale), scale);
    unit = numeric_unit(value->scale - scale);
    whole = value->number / unit;
    rest = value->number % unit;
    if (how == 'r' && 2 * size_of(rest) >= unit)
        whole += value->number < 0 ? -1 : 1;
    else if (how == 'f' && rest < 0)
        whole--;
    else if (how == 'c' && rest > 0)
        whole++;
    return numeric_of(whole, scale);
}
