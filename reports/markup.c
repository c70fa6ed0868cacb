/*
 * reports/markup.c - text of others put into HTML, SVG and XML so that it stays text.
 */
#include "reports/markup.h"

#include <assert.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"

static const int64_t MIB = 1048576;
static const char REPLACEMENT[] = "\xef\xbf\xbd";

/* RFC 3629: how many bytes follow a lead byte, and the smallest code point that may be written so. */
static int length_of(unsigned char lead, uint32_t *out_code, uint32_t *out_least)
{
    static const struct {
        unsigned char mask, lead;
        uint32_t least;
    } FORMS[] = {
        {0x80, 0x00, 0      },
        {0xe0, 0xc0, 0x80   },
        {0xf0, 0xe0, 0x800  },
        {0xf8, 0xf0, 0x10000},
    };

    for (int i = 0; i < 4; i++) {
        if ((lead & FORMS[i].mask) != FORMS[i].lead)
            continue;
        *out_code = lead & (unsigned char)~FORMS[i].mask;
        *out_least = FORMS[i].least;
        return i + 1;
    }
    return 0;
}

/* XML 1.0's Char. */
static bool may_stand(uint32_t code)
{
    if (code < 0x20)
        return code == '\t' || code == '\n' || code == '\r';
    return code < 0xd800 || (code > 0xdfff && code < 0xfffe) || (code > 0xffff && code < 0x110000);
}

/* The bytes of the character that text begins with, or 0: one byte there has to be replaced. */
static int character(const char *text, bool *out_may_stand)
{
    uint32_t code = 0, least = 0;
    int length = length_of((unsigned char)*text, &code, &least);

    for (int i = 1; i < length; i++) {
        if (((unsigned char)text[i] & 0xc0) != 0x80)
            return 0;
        code = code << 6 | ((unsigned char)text[i] & 0x3f);
    }
    *out_may_stand = may_stand(code);
    return code < least ? 0 : length;
}

static const char *entity(char byte)
{
    switch (byte) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return NULL;
    }
}

static void add(Buffer *out, const char *text, bool is_escaped)
{
    while (text && *text) {
        bool stands = false;
        int length = character(text, &stands);
        const char *escape = is_escaped ? entity(*text) : NULL;

        if (length == 0 || !stands)
            buffer_add_text(out, REPLACEMENT);
        else if (escape)
            buffer_add_text(out, escape);
        else
            buffer_add(out, text, (size_t)length);
        text += length ? length : 1;
    }
}

void markup_text(Buffer *out, const char *text)
{
    add(out, text, true);
}

void markup_add(Buffer *out, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    for (const char *mark; (mark = strstr(format, "%s")); format = mark + 2) {
        buffer_add(out, format, (size_t)(mark - format));
        markup_text(out, va_arg(arguments, const char *));
    }
    va_end(arguments);
    assert(!strchr(format, '%'));
    buffer_add_text(out, format);
}

char *markup_clean(const char *text)
{
    Buffer out = {0};

    if (!text)
        return NULL;
    add(&out, text, false);
    return buffer_take(&out);
}

const char *markup_time(int64_t ms, char out_text[MARKUP_TEXT_MAX])
{
    long long seconds = ms < 0 ? 0 : (long long)ms / 1000;

    if (seconds < 3600)
        snprintf(out_text, MARKUP_TEXT_MAX, "%lld:%02lld", seconds / 60, seconds % 60);
    else
        snprintf(out_text, MARKUP_TEXT_MAX, "%lld:%02lld:%02lld", seconds / 3600, seconds / 60 % 60,
                 seconds % 60);
    return out_text;
}

const char *markup_bytes(int64_t bytes, char out_text[MARKUP_TEXT_MAX])
{
    if (bytes < 0)
        snprintf(out_text, MARKUP_TEXT_MAX, "-");
    else if (bytes < 1024)
        snprintf(out_text, MARKUP_TEXT_MAX, "%lld B", (long long)bytes);
    else if (bytes < MIB)
        snprintf(out_text, MARKUP_TEXT_MAX, "%lld KiB", (long long)(bytes + 1023) / 1024);
    else
        snprintf(out_text, MARKUP_TEXT_MAX, "%.1f MiB", (double)bytes / (double)MIB);
    return out_text;
}

const char *markup_duration(int64_t ms, char out_text[MARKUP_TEXT_MAX])
{
    if (ms < 0)
        snprintf(out_text, MARKUP_TEXT_MAX, "-");
    else
        clock_duration(ms, out_text);
    return out_text;
}
