/*
 * tests/fuzz/dns_answer_fuzz.c - what a name server may send to the engine.
 */
#include <stdio.h>
#include <stdlib.h>

#include "tests/engine/clients/any_answer.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Buffer question = {0};
    const char *wrong = any_question(DNS_RECORD_A, &question)
                            ? any_engine_answer(&question, data, size)
                            : "the question can be asked";

    buffer_release(&question);
    if (wrong != NULL) {
        fprintf(stderr, "does not hold: %s\n", wrong);
        abort();
    }
    return 0;
}
