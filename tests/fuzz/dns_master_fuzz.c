/*
 * tests/fuzz/dns_master_fuzz.c - what may stand in a master file of the zone z.
 */
#include <stdio.h>
#include <stdlib.h>

#include "tests/fakes/dns/any_bytes.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *wrong = any_master_file((const char *)data, size);

    if (wrong != NULL) {
        fprintf(stderr, "does not hold: %s\n", wrong);
        abort();
    }
    return 0;
}
