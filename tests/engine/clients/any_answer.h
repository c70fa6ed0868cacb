/*
 * tests/engine/clients/any_answer.h - what must hold whatever bytes a name server sends to the engine: heard or not, never worse.
 *
 * For the unit tests and the fuzzer.
 */
#ifndef TESTS_ENGINE_CLIENTS_ANY_ANSWER_H
#define TESTS_ENGINE_CLIENTS_ANY_ANSWER_H

#include <string.h>

#include "engine/clients/dns_message.h"

/* The question, whose id is 7. */
static inline bool any_question(DnsRecordType type, Buffer *out_question)
{
    return dns_message_query(7, "tsb.example.com", type, out_question, NULL);
}

static inline bool any_answer_is_sane(const DnsAnswer *answer)
{
    return answer->count <= DNS_VALUES_MAX && !(answer->is_nxdomain && answer->exists) &&
           memchr(answer->cname, '\0', sizeof answer->cname) != NULL;
}

/* NULL, or the sentence that does not hold. */
static inline const char *any_engine_answer(const Buffer *question, const void *bytes,
                                            size_t length)
{
    char secret[] = "c2VjcmV0";
    const DnsTsigKey key = {.name = "k", .algorithm = "hmac-sha256", .secret = secret};
    const DnsMac mac = {
        .bytes = {0, 32},
          .length = 34
    };
    DnsAnswer answer;
    Error err = {0};

    if (!dns_message_is_answer(bytes, length, question))
        return dns_message_is_truncated(bytes, length, question) && length < 12
                   ? "less than a header says nothing"
                   : NULL;
    for (int type = DNS_RECORD_A; type <= DNS_RECORD_TXT; type++) {
        if (dns_message_read_answer(bytes, length, "tsb.example.com", (DnsRecordType)type, &answer,
                                    &err) &&
            !any_answer_is_sane(&answer))
            return "what was read of an answer makes sense";
    }
    if (dns_message_read_update(bytes, length, &key, &mac, &err))
        return "an update is believed only with the server's signature";
    dns_message_read_update(bytes, length, NULL, &mac, &err);
    return NULL;
}

#endif
