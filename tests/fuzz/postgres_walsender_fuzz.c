/*
 * tests/fuzz/postgres_walsender_fuzz.c - what a walsender's client may send.
 */
#include <stdio.h>
#include <stdlib.h>

#include "tests/fakes/postgres/any_bytes.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *wrong = any_session(ANY_PRIMARY, ANY_REPLICATION, data, size);

    if (wrong != NULL) {
        fprintf(stderr, "does not hold: %s\n", wrong);
        abort();
    }
    return 0;
}
