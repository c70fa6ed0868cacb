/*
 * tests/fuzz/postgres_session_fuzz.c - what a client that is in may send, to a primary and to a standby.
 */
#include <stdio.h>
#include <stdlib.h>

#include "tests/fakes/postgres/any_bytes.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *wrong = any_session(ANY_PRIMARY, ANY_CLIENT, data, size);

    if (wrong == NULL)
        wrong = any_session(ANY_STANDBY, ANY_CLIENT, data, size);
    if (wrong != NULL) {
        fprintf(stderr, "does not hold: %s\n", wrong);
        abort();
    }
    return 0;
}
