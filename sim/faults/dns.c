/*
 * sim/faults/dns.c - what only name servers can do wrong: spoilt answers, other views, serials that stay, keys that are not known, and
 * secondaries that do not follow.
 *
 * What befalls any call (an error, silence, a delay, a lost answer, an update that is accepted and not done) is in calls.c.
 */
#include "fakes/dns/fault.h"
#include "sim/faults/table.h"

static const char POINTS[] = "dns.*";

/* ---- answers that are spoilt ---------------------------------------------------------------------------------------------------- */

typedef struct {
    int how;
} SpoilArguments;

static const Field SPOIL_FIELDS[] = {
    {"how", FIELD_CHOICE, offsetof(SpoilArguments, how), true, "in which way", DNS_SPOILINGS},
};

static Fault decide_spoil(const void *arguments)
{
    return (Fault){.kind = FAULT_OWN,
                   .code = DNS_SPOILT,
                   .text = DNS_SPOILINGS[((const SpoilArguments *)arguments)->how]};
}

const FaultType FAULT_SPOIL_REPLY = {
    .name = "spoilReply",
    .summary = "a name server does what it is asked and sends what it should not",
    .dossier = "F-019",
    .witness = "the answer as it was spoilt",
    .fields = SPOIL_FIELDS,
    .field_count = 1,
    .argument_size = sizeof(SpoilArguments),
    .decide = decide_spoil,
    .point = POINTS,
};

/* ---- other views ----------------------------------------------------------------------------------------------------------------- */

typedef struct {
    const char *value;
} ViewArguments;

static const Field VIEW_FIELDS[] = {
    {"value", FIELD_TEXT, offsetof(ViewArguments, value), true,
     "what the name leads to there: an IPv4 address or a name", NULL},
};

static Fault decide_view(const void *arguments)
{
    return (Fault){.kind = FAULT_OWN,
                   .code = DNS_OTHER_VIEW,
                   .text = ((const ViewArguments *)arguments)->value};
}

const FaultType FAULT_OTHER_VIEW = {
    .name = "otherView",
    .summary = "a name server or a resolver answers from another view of the zone",
    .dossier = "F-507",
    .witness = "the answer that is not the zone's",
    .fields = VIEW_FIELDS,
    .field_count = 1,
    .argument_size = sizeof(ViewArguments),
    .decide = decide_view,
    .point = "dns.query",
};

/* ---- updates --------------------------------------------------------------------------------------------------------------------- */

static Fault decide_keep(const void *arguments)
{
    (void)arguments;
    return (Fault){.kind = FAULT_OWN, .code = DNS_KEPT_SERIAL};
}

const FaultType FAULT_KEEP_SERIAL = {
    .name = "keepSerial",
    .summary = "an update is done, and the zone's serial does not move",
    .dossier = "F-513",
    .witness = "the update that no secondary hears of",
    .decide = decide_keep,
    .point = "dns.update",
};

static const char *const KEY_ERRORS[] = {"BADKEY", "BADSIG", NULL};

typedef struct {
    int error;
} KeyArguments;

static const Field KEY_FIELDS[] = {
    {"error", FIELD_CHOICE, offsetof(KeyArguments, error), false, "BADKEY or BADSIG", KEY_ERRORS},
};

static Fault decide_refuse(const void *arguments)
{
    bool is_unknown = ((const KeyArguments *)arguments)->error == 0;

    return (Fault){.kind = FAULT_OWN, .code = is_unknown ? DNS_LOST_KEY : DNS_CHANGED_KEY};
}

const FaultType FAULT_REFUSE_KEY = {
    .name = "refuseKey",
    .summary = "a name server does not know the key any more, or has another secret for it",
    .dossier = "F-501",
    .witness = "the signature that was turned away",
    .fields = KEY_FIELDS,
    .field_count = 1,
    .argument_size = sizeof(KeyArguments),
    .decide = decide_refuse,
    .point = POINTS,
};

typedef struct {
    const char *name;
} RemoveArguments;

static const Field REMOVE_FIELDS[] = {
    {"name", FIELD_TEXT, offsetof(RemoveArguments, name), true, "tsb.example.com", NULL},
};

/* Whatever it is: the writer thinks that nobody asks for the name any more. */
static void remove_record(World *world, ArmedFault *fault, const void *arguments)
{
    const char *name = ((const RemoveArguments *)arguments)->name;

    fault_prove_by_event(fault, EVENT_DNS_CHANGED, NULL, name);
    dns_side_write(world->dns, name, DNS_ANY, NULL, 0, "external-dns");
}

const FaultType FAULT_RECORD_REMOVED = {
    .name = "recordRemoved",
    .summary = "another writer takes every record of a name away",
    .dossier = "F-508",
    .witness = "the record that is gone",
    .fields = REMOVE_FIELDS,
    .field_count = 1,
    .argument_size = sizeof(RemoveArguments),
    .inject = remove_record,
};

/* ---- secondaries ------------------------------------------------------------------------------------------------------------------ */

typedef struct {
    const char *server;
    int64_t slow_ms;
} SecondaryArguments;

static const Field SECONDARY_FIELDS[] = {
    {"server", FIELD_TEXT,     offsetof(SecondaryArguments, server),  true,  "ns2, ns3...", NULL},
    {"slow",   FIELD_DURATION, offsetof(SecondaryArguments, slow_ms), false,
     "it fetches each change so much later; none: not at all",                              NULL},
};

static void slow_down(World *world, ArmedFault *fault, const void *arguments)
{
    const SecondaryArguments *secondary = arguments;

    fault_prove_by_hold(fault, "dns", secondary->server);
    dns_side_slow(world->dns, secondary->server, secondary->slow_ms > 0 ? secondary->slow_ms : -1);
}

static void catch_up(World *world, ArmedFault *fault, const void *arguments)
{
    (void)fault;
    dns_side_slow(world->dns, ((const SecondaryArguments *)arguments)->server, 0);
}

const FaultType FAULT_SECONDARY = {
    .name = "secondary",
    .summary = "a secondary name server fetches the zone late, or not at all",
    .dossier = "F-513",
    .witness = "the change that it fetched late or not at all",
    .fields = SECONDARY_FIELDS,
    .field_count = sizeof SECONDARY_FIELDS / sizeof *SECONDARY_FIELDS,
    .argument_size = sizeof(SecondaryArguments),
    .inject = slow_down,
    .clear = catch_up,
};
