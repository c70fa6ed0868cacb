/*
 * fakes/dns/entry.h - a master file cut into its entries, and those into words.
 *
 * Source:    RFC 1035 5.1: an entry is a line; parentheses make several lines one, a semicolon starts a comment, quotes keep
 *            spaces together, a backslash takes the meaning from what comes next.
 * Ownership: words live in the arena that they were read into.
 */
#ifndef FAKES_DNS_ENTRY_H
#define FAKES_DNS_ENTRY_H

#include "fakes/dns/data.h"

typedef struct {
    const char *text;
    size_t length, at;
    unsigned line; /* of what comes next, from 1 */
    int depth;     /* of parentheses */
} DnsEntryReader;

typedef struct {
    DnsWord *words;
    size_t count; /* 0: there are no more entries */
    unsigned line;
    bool starts_blank; /* its owner is that of the entry before */
} DnsEntry;

/* Fails with ERR_INPUT: a quote or a parenthesis without its partner. */
bool dns_entry_next(DnsEntryReader *reader, Arena *arena, DnsEntry *out_entry, Error *err);

/* All of text as one entry. */
bool dns_entry_of(Arena *arena, const char *text, DnsEntry *out_entry, Error *err);

#endif
