/*
 * tests/fuzz/postgres_hba_fuzz.c - what may stand in pg_hba.conf.
 */
#include <stdio.h>
#include <stdlib.h>

#include "tests/fakes/postgres/any_bytes.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *wrong = any_hba(data, size);

    if (wrong != NULL) {
        fprintf(stderr, "does not hold: %s\n", wrong);
        abort();
    }
    return 0;
}
