/*
 * tests/fuzz/postgres_startup_fuzz.c - what may come first: requests, start-up packets, passwords, SCRAM.
 */
#include <stdio.h>
#include <stdlib.h>

#include "tests/fakes/postgres/any_bytes.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *wrong = any_session(ANY_PRIMARY, ANY_START, data, size);

    if (wrong != NULL) {
        fprintf(stderr, "does not hold: %s\n", wrong);
        abort();
    }
    return 0;
}
