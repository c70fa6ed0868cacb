/*
 * fakes/dns/entry.c - a master file cut into its entries, and those into words.
 */
#include "fakes/dns/entry.h"

#include <string.h>

static bool is_over(const DnsEntryReader *reader)
{
    return reader->at == reader->length;
}

static char peek(const DnsEntryReader *reader)
{
    return is_over(reader) ? '\n' : reader->text[reader->at];
}

static bool ends_word(char letter)
{
    return letter == '\0' || strchr(" \t\r\n;()\"", letter) != NULL;
}

/* Room is always a power of two. */
static void add_word(Arena *arena, DnsEntry *entry, const char *text, size_t length, bool is_quoted)
{
    size_t count = entry->count;

    if ((count & (count - 1)) == 0) {
        DnsWord *words = arena_new(arena, (count == 0 ? 1 : 2 * count) * sizeof *words);

        if (count > 0)
            memcpy(words, entry->words, count * sizeof *words);
        entry->words = words;
    }
    entry->words[count] = (DnsWord){arena_text_of(arena, text, length), is_quoted};
    entry->count = count + 1;
}

static bool read_quoted(DnsEntryReader *reader, Arena *arena, DnsEntry *entry, Error *err)
{
    size_t start = ++reader->at;

    while (peek(reader) != '"' && peek(reader) != '\n')
        reader->at += peek(reader) == '\\' && reader->at + 1 < reader->length ? 2 : 1;
    if (reader->at >= reader->length || peek(reader) == '\n')
        return error_set(err, ERR_INPUT, "a quote (\") is missing at the end of a string");
    add_word(arena, entry, reader->text + start, reader->at - start, true);
    reader->at++;
    return true;
}

static void read_plain(DnsEntryReader *reader, Arena *arena, DnsEntry *entry)
{
    size_t start = reader->at;

    while (!is_over(reader) && !ends_word(peek(reader)))
        reader->at += peek(reader) == '\\' && reader->at + 1 < reader->length &&
                              reader->text[reader->at + 1] != '\n'
                          ? 2
                          : 1;
    add_word(arena, entry, reader->text + start, reader->at - start, false);
}

static bool change_depth(DnsEntryReader *reader, Error *err)
{
    reader->depth += peek(reader) == '(' ? 1 : -1;
    reader->at++;
    return reader->depth >= 0 || error_set(err, ERR_INPUT, "a \")\" that no \"(\" opened");
}

static void skip_comment(DnsEntryReader *reader)
{
    while (!is_over(reader) && peek(reader) != '\n')
        reader->at++;
}

/* Reads what comes next in a line; it is not at the end of the line. */
static bool read_something(DnsEntryReader *reader, Arena *arena, DnsEntry *entry, Error *err)
{
    switch (peek(reader)) {
    case ' ':
    case '\t':
    case '\r':
        reader->at++;
        return true;
    case ';':
        skip_comment(reader);
        return true;
    case '(':
    case ')':
        return change_depth(reader, err);
    case '"':
        return read_quoted(reader, arena, entry, err);
    case '\0':
        return error_set(err, ERR_INPUT, "a zero byte, where text is expected");
    default:
        read_plain(reader, arena, entry);
        return true;
    }
}

/* One line, or more if parentheses are open at its end. */
static bool read_lines(DnsEntryReader *reader, Arena *arena, DnsEntry *entry, Error *err)
{
    for (;;) {
        while (peek(reader) != '\n') {
            if (!read_something(reader, arena, entry, err))
                return false;
        }
        if (is_over(reader))
            return reader->depth == 0 || error_set(err, ERR_INPUT, "a \"(\" that no \")\" closes");
        reader->at++;
        reader->line++;
        if (reader->depth == 0)
            return true;
    }
}

bool dns_entry_next(DnsEntryReader *reader, Arena *arena, DnsEntry *out_entry, Error *err)
{
    do {
        *out_entry = (DnsEntry){
            .line = reader->line,
            .starts_blank = peek(reader) == ' ' || peek(reader) == '\t',
        };
        if (!read_lines(reader, arena, out_entry, err))
            return false;
    } while (out_entry->count == 0 && !is_over(reader));
    return true;
}

bool dns_entry_of(Arena *arena, const char *text, DnsEntry *out_entry, Error *err)
{
    DnsEntryReader reader = {.text = text, .length = strlen(text), .line = 1, .depth = 1};

    *out_entry = (DnsEntry){.line = 1};
    /* As if in parentheses, so that ends of lines are nothing but space. */
    while (!is_over(&reader)) {
        if (peek(&reader) == '\n')
            reader.at++;
        else if (!read_something(&reader, arena, out_entry, err))
            return false;
    }
    return true;
}
