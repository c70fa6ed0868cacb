/*
 * reports/markup.h - text of others put into HTML, SVG and XML so that it stays text.
 *
 * Source: XML 1.0 (fifth edition), section 2.2: which characters may stand in a document at all. Others, and bytes that are
 * no UTF-8, become U+FFFD. What is valid there is valid in HTML too.
 */
#ifndef REPORTS_MARKUP_H
#define REPORTS_MARKUP_H

#include <stdint.h>

#include "base/buffer.h"

/* Escaped for element content and for attributes in either kind of quotes. NULL is nothing. */
void markup_text(Buffer *out, const char *text);

/* The format is taken as it is, each %s is escaped; there is no other conversion. */
void markup_add(Buffer *out, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The same characters replaced and nothing escaped, for JSON; free() it. NULL stays NULL. */
char *markup_clean(const char *text);

enum { MARKUP_TEXT_MAX = 40 };
/* A point in a run: "4:12", "1:04:12". */
const char *markup_time(int64_t ms, char out_text[MARKUP_TEXT_MAX]);
/* "0 B", "12 KiB", "1.5 MiB"; "-" if it is not known (negative). */
const char *markup_bytes(int64_t bytes, char out_text[MARKUP_TEXT_MAX]);
/* "4 m 22 s"; "-" if there was none (negative). */
const char *markup_duration(int64_t ms, char out_text[MARKUP_TEXT_MAX]);

#endif
