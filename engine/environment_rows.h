/*
 * engine/environment_rows.h - every field of an Environment file, as one table.
 *
 * Reading, the JSON Schema, the table in docs/environment.md and the words that are offered for a misspelt one are made from it. To add a field:
 * a member in environment.h and a row in environment_rows.c; what two fields must be together goes into environment.c.
 */
#ifndef ENGINE_ENVIRONMENT_ROWS_H
#define ENGINE_ENVIRONMENT_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum {
    ROW_GROUP,  /* a mapping; its members are the rows whose path is its own, a dot and a word */
    ROW_PLANES, /* EnvironmentPlane[2]: a mapping of two names to the group "path.*" */
    ROW_LIST, /* a pointer to items, which are the row "path[]", and how many (size_t, at count_offset) */
    ROW_TEXT,    /* const char * */
    ROW_WORD,    /* const char *, one of choices */
    ROW_FILE,    /* const char *: a path, which in the file goes out from the file's own folder */
    ROW_COMMAND, /* const char *const *, NULL-ended: a program and its words; one with a slash in its name is a path */
    ROW_CHOICE,  /* an enum of int's size: which of choices */
    ROW_EITHER,  /* bool: false is the first of two choices */
    ROW_BOOL,    /* bool */
    ROW_PLANE,   /* int: index of the plane of that name */
    ROW_PORT,    /* uint16_t */
    ROW_INTEGER, /* int64_t */
    ROW_DURATION, /* int64_t, ms */
    ROW_SECONDS,  /* uint32_t: a duration in whole seconds */
    ROW_SIZE,     /* int64_t, bytes */
    ROW_SERVER,   /* DnsServerAddress: ip or ip:port, of a name server */
    ROW_DATABASE, /* PostgresEndpoint: its ip and port */
} EnvironmentRowType;

typedef struct {
    const char *path; /* "planes.*.postgres[].address" */
    EnvironmentRowType type;
    bool is_required;     /* once the group that it is of is there */
    size_t offset;        /* in the struct of the group or item that it is of */
    const char *standard; /* read where the file says nothing; NULL: the member stays as it is */
    const char *example;  /* of texts and lists, as it would stand in the file; may be NULL */
    const char *what;
    const char *const *choices;     /* NULL-ended */
    int64_t lowest;                 /* of numbers and durations; of a list, how many at least */
    const char *provider;           /* goes with this `provider` beside it, and with no other */
    const char *beside;             /* there only together with this one, of the same group */
    size_t item_size, count_offset; /* of a list */
} EnvironmentRow;

/* Row number index, in the order of the documentation; NULL past the last. */
const EnvironmentRow *environment_row(int index);
/* The row of that path, or NULL. */
const EnvironmentRow *environment_row_find(const char *path);
/* The next member of the group at path ("" for the whole file) after previous (NULL: the first); NULL: no more. */
const EnvironmentRow *environment_row_member(const char *path, const EnvironmentRow *previous);
/* The last word of its path: "address". */
const char *environment_row_key(const EnvironmentRow *row);

#endif
