/*
 * conformance/fakes/dns/expected.c - what each kind of server is expected to answer to a case.
 */
#include "conformance/fakes/dns/expected.h"

#include <stdio.h>
#include <string.h>

#include "conformance/fakes/dns/lines.h"

static const char BOTH[] = "both", BIND[] = "bind", KNOT[] = "knot", NSD[] = "nsd";

static bool is_one_of_both(const char *likeness)
{
    return strcmp(likeness, BIND) == 0 || strcmp(likeness, KNOT) == 0;
}

const char *expected_of(const cJSON *row, const char *likeness)
{
    const char *own = json_string(row, likeness);

    return own != NULL || !is_one_of_both(likeness) ? own : json_string(row, BOTH);
}

/* What both say is said once. */
static void fold(cJSON *row)
{
    const char *bind = json_string(row, BIND), *knot = json_string(row, KNOT);

    if (bind == NULL || knot == NULL || strcmp(bind, knot) != 0)
        return;
    json_put_string(row, BOTH, bind);
    json_remove(row, BIND);
    json_remove(row, KNOT);
}

static void unfold(cJSON *row)
{
    const char *both = json_string(row, BOTH);

    if (both == NULL)
        return;
    json_put_string(row, BIND, both);
    json_put_string(row, KNOT, both);
    json_remove(row, BOTH);
}

/* Always in the same order, so that a file changes only where an answer does. */
static void put_in_order(cJSON *row)
{
    static const char *const ORDER[] = {BOTH, BIND, KNOT, NSD};

    for (size_t i = 0; i < sizeof ORDER / sizeof *ORDER; i++) {
        cJSON *text = cJSON_DetachItemFromObject(row, ORDER[i]);

        if (text != NULL)
            cJSON_AddItemToObject(row, ORDER[i], text);
    }
}

void expected_put(cJSON *row, const char *likeness, const char *got)
{
    unfold(row);
    json_put_string(row, likeness, got);
    fold(row);
    put_in_order(row);
}

void expected_compare(const char *expected, const char *got, Differences *differences)
{
    Lines wanted = {0}, found = {0};
    char pointer[16];

    lines_split(&wanted, expected);
    lines_split(&found, got);
    for (size_t i = 0; i < wanted.count || i < found.count; i++) {
        const char *a = i < wanted.count ? wanted.items[i] : NULL;
        const char *b = i < found.count ? found.items[i] : NULL;

        if (a != NULL && b != NULL && strcmp(a, b) == 0)
            continue;
        snprintf(pointer, sizeof pointer, "/%zu", i + 1);
        differences_add(differences, pointer, a, b);
    }
    lines_release(&wanted);
    lines_release(&found);
}
