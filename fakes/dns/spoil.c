/*
 * fakes/dns/spoil.c - the ways to spoil an answer: what no name server should send, and some do.
 *
 * Source: RFC 1035, section 4; RFC 5452, section 9 (what a client has to compare); RFC 8945, section 5.3 (signed answers).
 *
 * A row spoils the message before it is written and signed, so that its signature is right, or the bytes afterwards.
 */
#include <string.h>

#include "fakes/dns/data.h"
#include "fakes/dns/fault.h"

enum { HEADER_SIZE = 12, RECORD_FIXED_SIZE = 10, RUNT_SIZE = 5 };
enum { QR = 0x80, TC = 0x02 }; /* in the header's third byte */

/* ---- bytes that are our own, and so well-formed ----------------------------------------------- */

static uint8_t *at(Buffer *bytes, size_t place)
{
    return (uint8_t *)bytes->data + place;
}

static size_t after_name(Buffer *bytes, size_t place)
{
    while (*at(bytes, place) != 0 && *at(bytes, place) < 0xc0)
        place += 1 + (size_t)*at(bytes, place);
    return place + (*at(bytes, place) != 0 ? 2 : 1);
}

/* Where the first record begins, of whatever section; 0: there is none. */
static size_t first_record(Buffer *bytes)
{
    size_t place = HEADER_SIZE;

    for (int i = dns_read_u16(at(bytes, 4)); i > 0; i--)
        place = after_name(bytes, place) + 4;
    return place < bytes->length ? place : 0;
}

static size_t fixed_part(Buffer *bytes)
{
    return after_name(bytes, first_record(bytes));
}

/* ---- each way --------------------------------------------------------------------------------- */

static bool truncate_all(DnsTurn *turn)
{
    turn->reply.is_truncated = true;
    for (int section = DNS_ANSWER; section <= DNS_ADDITIONAL; section++)
        turn->reply.sections[section].count = 0;
    return true;
}

static bool truncate_nothing(DnsTurn *turn)
{
    turn->reply.is_truncated = true;
    return true;
}

static bool ask_otherwise(DnsTurn *turn)
{
    DnsRecord question;

    if (turn->reply.sections[DNS_QUESTION].count != 1)
        return false;
    question = turn->reply.sections[DNS_QUESTION].records[0];
    question.name = arena_format(&turn->arena, "other.%s", question.name);
    turn->reply.sections[DNS_QUESTION].count = 0;
    turn->reply.sections[DNS_QUESTION].records = NULL;
    turn->reply.asked_as = NULL;
    dns_add(&turn->arena, &turn->reply, DNS_QUESTION, &question);
    return true;
}

static bool disown(DnsTurn *turn)
{
    bool was_its = turn->reply.is_authoritative;

    turn->reply.is_authoritative = false;
    return was_its;
}

static bool leave_unsigned(DnsTurn *turn)
{
    bool was_signed = turn->signs;

    turn->signs = false;
    return was_signed;
}

/* In the middle of the first one, after everything that a hasty reader looks at. */
static bool cut_in_record(DnsTurn *turn)
{
    Buffer *bytes = &turn->answer->bytes;

    size_t place = first_record(bytes);

    if (place == 0)
        return false;
    *at(bytes, 2) |= TC;
    bytes->length = fixed_part(bytes) + RECORD_FIXED_SIZE / 2;
    return true;
}

static bool change_id(DnsTurn *turn)
{
    Buffer *bytes = &turn->answer->bytes;

    *at(bytes, 1) ^= 0xff;
    return true;
}

static bool ask_back(DnsTurn *turn)
{
    Buffer *bytes = &turn->answer->bytes;

    *at(bytes, 2) &= (uint8_t)~QR;
    return true;
}

/* A pointer that points to itself. */
static bool point_in_a_circle(DnsTurn *turn)
{
    Buffer *bytes = &turn->answer->bytes;

    size_t place = first_record(bytes);

    if (place == 0)
        return false;
    *at(bytes, place) = (uint8_t)(0xc0 | place >> 8);
    *at(bytes, place + 1) = (uint8_t)place;
    return true;
}

static bool add_rubbish(DnsTurn *turn)
{
    Buffer *bytes = &turn->answer->bytes;

    buffer_add(bytes, "rubbish", 7);
    return true;
}

static bool claim_more_data(DnsTurn *turn)
{
    Buffer *bytes = &turn->answer->bytes;

    if (first_record(bytes) == 0)
        return false;
    *at(bytes, fixed_part(bytes) + 8) = 0x7f;
    return true;
}

static bool claim_more_records(DnsTurn *turn)
{
    Buffer *bytes = &turn->answer->bytes;

    *at(bytes, 7) += 3;
    return true;
}

static bool send_a_runt(DnsTurn *turn)
{
    Buffer *bytes = &turn->answer->bytes;

    bytes->length = RUNT_SIZE;
    return true;
}

/* TSIG comes last, and its data ends with MAC, id, error, and a length of nothing (RFC 8945, section 4.2). */
static bool change_mac(DnsTurn *turn)
{
    Buffer *bytes = &turn->answer->bytes;

    if (!turn->signs || turn->signer == NULL)
        return false;
    *at(bytes, bytes->length - 7) ^= 1;
    return true;
}

/* ---- all of them ------------------------------------------------------------------------------ */

const char *const DNS_SPOILINGS[] = {
    "truncatedEmpty", "truncatedWhole",   "truncatedInRecord", "wrongId",        "wrongQuestion",
    "noResponse",     "pointerLoop",      "trailingBytes",     "longData",       "falseCounts",
    "runt",           "notAuthoritative", "unsigned",          "wrongSignature", NULL,
};

/* In the order of their names. */
static const struct {
    bool (*spoil)(DnsTurn *turn);
    DnsSpoilMoment moment;
    const char *did;
} SPOILINGS[] = {
    {truncate_all,       DNS_UNWRITTEN, "with TC and no record"                          },
    {truncate_nothing,   DNS_UNWRITTEN, "with TC, though it is whole"                    },
    {cut_in_record,      DNS_WRITTEN,   "with TC, and broke off within a record"         },
    {change_id,          DNS_WRITTEN,   "with another id"                                },
    {ask_otherwise,      DNS_UNWRITTEN, "another question"                               },
    {ask_back,           DNS_WRITTEN,   "with a question"                                },
    {point_in_a_circle,  DNS_WRITTEN,   "with a name that points to itself"              },
    {add_rubbish,        DNS_WRITTEN,   "and added bytes that mean nothing"              },
    {claim_more_data,    DNS_WRITTEN,   "with a record longer than the message"          },
    {claim_more_records, DNS_WRITTEN,   "with a count of records that are not there"     },
    {send_a_runt,        DNS_WRITTEN,   "with less than a header"                        },
    {disown,             DNS_UNWRITTEN, "without AA"                                     },
    {leave_unsigned,     DNS_UNWRITTEN, "without a signature"                            },
    {change_mac,         DNS_WRITTEN,   "with a signature that is not of what was signed"},
};

_Static_assert(sizeof SPOILINGS / sizeof *SPOILINGS + 1 ==
                   sizeof DNS_SPOILINGS / sizeof *DNS_SPOILINGS,
               "each way has its name");

const char *dns_spoil(DnsTurn *turn, DnsSpoilMoment moment, const char *how)
{
    for (size_t i = 0; DNS_SPOILINGS[i] != NULL; i++) {
        if (strcmp(DNS_SPOILINGS[i], how) == 0 && SPOILINGS[i].moment == moment)
            return SPOILINGS[i].spoil(turn) ? SPOILINGS[i].did : NULL;
    }
    return NULL;
}
