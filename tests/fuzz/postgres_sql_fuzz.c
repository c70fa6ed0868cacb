/*
 * tests/fuzz/postgres_sql_fuzz.c - what may stand in a query, asked of a primary and of a standby.
 */
#include <stdio.h>
#include <stdlib.h>

#include "tests/fakes/postgres/any_bytes.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *wrong = any_query(ANY_PRIMARY, ANY_CLIENT, data, size);

    if (wrong == NULL)
        wrong = any_query(ANY_STANDBY, ANY_CLIENT, data, size);
    if (wrong != NULL) {
        fprintf(stderr, "does not hold: %s\n", wrong);
        abort();
    }
    return 0;
}
