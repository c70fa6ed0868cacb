/*
 * sim/faults/calls.c - what can happen to a call: at the API servers, the name servers, the databases, the front envoys.
 *
 * The fake that carries it out gives the witness.
 */
#include "sim/faults/table.h"

typedef struct {
    int64_t code, retry_after_ms;
    const char *text;
} FailArguments;

static const Field FAIL_FIELDS[] = {
    {"code",       FIELD_INTEGER,  offsetof(FailArguments, code),           true,  "HTTP status or DNS rcode", NULL},
    {"text",       FIELD_TEXT,     offsetof(FailArguments, text),           false, "message of the answer",    NULL},
    {"retryAfter", FIELD_DURATION, offsetof(FailArguments, retry_after_ms), false,
     "Retry-After of 429, 503",                                                                                NULL},
};

static Fault decide_fail(const void *arguments)
{
    const FailArguments *fail = arguments;

    return (Fault){.kind = FAULT_FAIL,
                   .code = (int)fail->code,
                   .text = fail->text,
                   .retry_after_s = fail->retry_after_ms / 1000};
}

const FaultType FAULT_FAIL_CALL = {
    .name = "failCall",
    .summary = "the call is answered with an error and not done",
    .dossier = "F-019",
    .witness = "the answer that was sent",
    .fields = FAIL_FIELDS,
    .field_count = sizeof FAIL_FIELDS / sizeof *FAIL_FIELDS,
    .argument_size = sizeof(FailArguments),
    .decide = decide_fail,
};

typedef struct {
    int64_t by_ms;
} DelayArguments;

static const Field DELAY_FIELDS[] = {
    {"by", FIELD_DURATION, offsetof(DelayArguments, by_ms), true, "how much later it is done",
     NULL},
};

static Fault decide_delay(const void *arguments)
{
    return (Fault){.kind = FAULT_DELAY, .delay_ms = ((const DelayArguments *)arguments)->by_ms};
}

const FaultType FAULT_DELAY_CALL = {
    .name = "delayCall",
    .summary = "the call is done and answered later",
    .dossier = "F-019",
    .witness = "the answer that came late",
    .fields = DELAY_FIELDS,
    .field_count = 1,
    .argument_size = sizeof(DelayArguments),
    .decide = decide_delay,
};

static Fault decide_hang(const void *arguments)
{
    (void)arguments;
    return (Fault){.kind = FAULT_HANG};
}

const FaultType FAULT_HANG_CALL = {
    .name = "hangCall",
    .summary = "the call is taken, not done, and never answered",
    .dossier = "F-019",
    .witness = "the call that was swallowed",
    .decide = decide_hang,
};

typedef struct {
    int64_t after;
} CutArguments;

static const Field CUT_FIELDS[] = {
    {"after", FIELD_SIZE, offsetof(CutArguments, after), true, "bytes of the answer that arrive",
     NULL},
};

static Fault decide_cut(const void *arguments)
{
    return (Fault){.kind = FAULT_CUT,
                   .cut_after = (size_t)((const CutArguments *)arguments)->after};
}

const FaultType FAULT_CUT_REPLY = {
    .name = "cutReply",
    .summary = "the call is done, and its answer breaks off",
    .dossier = "F-019",
    .witness = "the answer that broke off",
    .fields = CUT_FIELDS,
    .field_count = 1,
    .argument_size = sizeof(CutArguments),
    .decide = decide_cut,
};

static Fault decide_lose(const void *arguments)
{
    (void)arguments;
    return (Fault){.kind = FAULT_LOSE_REPLY};
}

const FaultType FAULT_LOSE_REPLY_OF_CALL = {
    .name = "loseReply",
    .summary = "the call is done, and its answer is lost",
    .dossier = "F-020",
    .witness = "the change that was applied and the connection that was closed",
    .decide = decide_lose,
};

static Fault decide_reset(const void *arguments)
{
    (void)arguments;
    return (Fault){.kind = FAULT_RESET};
}

const FaultType FAULT_RESET_CALL = {
    .name = "resetCall",
    .summary = "the connection is reset before the call is done",
    .dossier = "F-019",
    .witness = "the connection that was reset",
    .decide = decide_reset,
};

static Fault decide_pretend(const void *arguments)
{
    (void)arguments;
    return (Fault){.kind = FAULT_DROP};
}

const FaultType FAULT_PRETEND_CALL = {
    .name = "pretendCall",
    .summary = "the call is answered as done, and is not done",
    .dossier = "F-502",
    .witness = "the answer to what was not done",
    .decide = decide_pretend,
};

typedef struct {
    int64_t by_ms;
} StaleArguments;

static const Field STALE_FIELDS[] = {
    {"by", FIELD_DURATION, offsetof(StaleArguments, by_ms), true,
     "how old the state is that it answers from", NULL},
};

static Fault decide_stale(const void *arguments)
{
    return (Fault){.kind = FAULT_STALE, .behind_ms = ((const StaleArguments *)arguments)->by_ms};
}

const FaultType FAULT_STALE_READ = {
    .name = "staleRead",
    .summary = "a read is answered from an old state",
    .dossier = "F-024",
    .witness = "an answer that is not what is there by now",
    .fields = STALE_FIELDS,
    .field_count = 1,
    .argument_size = sizeof(StaleArguments),
    .decide = decide_stale,
    .point = "kube.request",
};

/* ---- watches ----------------------------------------------------------------------------------------------------------------------- */

const FaultType FAULT_SKIP_EVENT = {
    .name = "skipEvent",
    .summary = "a watch does not tell of a change",
    .dossier = "F-019",
    .witness = "the event that was left out",
    .decide = decide_pretend,
    .point = "kube.watch",
};

static Fault decide_repeat(const void *arguments)
{
    (void)arguments;
    return (Fault){.kind = FAULT_REPEAT};
}

const FaultType FAULT_REPEAT_EVENT = {
    .name = "repeatEvent",
    .summary = "a watch tells of a change twice",
    .dossier = "F-019",
    .witness = "the event that was sent again",
    .decide = decide_repeat,
    .point = "kube.watch",
};

const FaultType FAULT_STALL_WATCH = {
    .name = "stallWatch",
    .summary = "a watch stays open and says nothing any more",
    .dossier = "F-019",
    .witness = "the event from which on it was silent",
    .decide = decide_hang,
    .point = "kube.watch",
};
