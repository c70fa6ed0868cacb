/*
 * tests/fuzz/dns_message_fuzz.c - what may reach a name server: messages, updates, signatures, by UDP and TCP.
 */
#include <stdio.h>
#include <stdlib.h>

#include "tests/fakes/dns/any_bytes.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AnyServer any;
    const char *wrong;

    any_server_init(&any, "k.");
    wrong = any_message(&any, data, size);
    any_server_release(&any);
    if (wrong != NULL) {
        fprintf(stderr, "does not hold: %s\n", wrong);
        abort();
    }
    return 0;
}
