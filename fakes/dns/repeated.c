/*
 * fakes/dns/repeated.c - answers that are given again when the same is asked again.
 */
#include "fakes/dns/repeated.h"

#include <stdlib.h>
#include <string.h>

#include <xxhash.h>

#include "base/memory.h"

enum { PLACES = 256, QUESTION_MAX = 128, ANSWER_MAX = 512, ID_SIZE = 2 };

/* The last that hashed to its place. Both are without their ids. */
typedef struct {
    uint16_t question_length, answer_length; /* 0: nothing */
    bool is_tcp;
    uint8_t question[QUESTION_MAX], answer[ANSWER_MAX];
} Place;

struct DnsRepeated {
    Place places[PLACES];
};

static size_t place_of(const DnsArrival *arrival)
{
    return XXH3_64bits_withSeed(arrival->bytes + ID_SIZE, arrival->length - ID_SIZE,
                                arrival->is_tcp) %
           PLACES;
}

bool dns_repeated_find(const DnsRepeated *repeated, const DnsArrival *arrival, Buffer *out_bytes)
{
    const Place *place = repeated != NULL ? &repeated->places[place_of(arrival)] : NULL;
    char *bytes;

    if (place == NULL || place->question_length != arrival->length - ID_SIZE ||
        place->is_tcp != arrival->is_tcp ||
        memcmp(place->question, arrival->bytes + ID_SIZE, place->question_length) != 0)
        return false;
    bytes = buffer_extend(out_bytes, ID_SIZE + place->answer_length);
    memcpy(bytes, arrival->bytes, ID_SIZE);
    memcpy(bytes + ID_SIZE, place->answer, place->answer_length);
    return true;
}

void dns_repeated_keep(DnsRepeated **repeated, const DnsArrival *arrival, const Buffer *bytes)
{
    Place *place;

    if (arrival->length > QUESTION_MAX || bytes->length > ANSWER_MAX || bytes->length <= ID_SIZE)
        return;
    if (*repeated == NULL)
        *repeated = MEMORY_NEW(DnsRepeated);
    place = &(*repeated)->places[place_of(arrival)];
    place->is_tcp = arrival->is_tcp;
    place->question_length = (uint16_t)(arrival->length - ID_SIZE);
    place->answer_length = (uint16_t)(bytes->length - ID_SIZE);
    memcpy(place->question, arrival->bytes + ID_SIZE, place->question_length);
    memcpy(place->answer, bytes->data + ID_SIZE, place->answer_length);
}

void dns_repeated_forget(DnsRepeated *repeated)
{
    for (size_t i = 0; repeated != NULL && i < PLACES; i++)
        repeated->places[i].question_length = 0;
}

void dns_repeated_free(DnsRepeated *repeated)
{
    free(repeated);
}
