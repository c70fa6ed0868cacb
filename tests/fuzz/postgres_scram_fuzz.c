/*
 * tests/fuzz/postgres_scram_fuzz.c - the client's two texts of a SCRAM exchange.
 */
#include <stdio.h>
#include <stdlib.h>

#include "tests/fakes/postgres/any_bytes.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *wrong = any_scram(data, size);

    if (wrong != NULL) {
        fprintf(stderr, "does not hold: %s\n", wrong);
        abort();
    }
    return 0;
}
