/*
 * base/trace.h - what happened in a run, in order, with the time it happened at.
 *
 * Everything that a report, a judge or a person may ask about later is an event here. Two runs are the same run
 * if and only if their digests are equal, so nothing goes in that is not a function of seed and scenario: no
 * file descriptors, pids, pointers, real durations, paths, and never a secret.
 *
 * Units: at_ms counts from the trace's start, in the run's time.
 */
#ifndef BASE_TRACE_H
#define BASE_TRACE_H

#include <stddef.h>
#include <stdint.h>

#include <cjson/cJSON.h>

typedef struct Trace Trace;

/*
 * lane: who it happened to: "engine", "mp1", "mp2", "dns", "postgres", "edges", "operator", "network", "faults",
 *       "judge"; a control plane is "cp-0001".
 * kind: what it was, dotted and stable, for programs: "step.begin", "step.end", "kube.request", "plane.state",
 *       "postgres.promoted", "dns.changed", "edge.state", "fault.injected", "fault.witness", "invariant.violated".
 * text: a sentence for a person. data: facts for programs, or NULL.
 */
typedef struct {
    int64_t at_ms;
    const char *lane;
    const char *kind;
    const char *text;
    const cJSON *data;
} TraceEvent;

typedef void TraceSink(void *owner, const TraceEvent *event);

Trace *trace_new(void); /* its time zero is now */
void trace_free(Trace *trace);
int64_t trace_start_wall_ms(const Trace *trace);
int64_t trace_now_ms(const Trace *trace);

/* Adds an event; data (owned from now on) may be NULL. trace may be NULL: nothing is recorded. */
void trace_add(Trace *trace, const char *lane, const char *kind, cJSON *data, const char *format,
               ...) __attribute__((format(printf, 5, 6)));

/* 1, 2, 3...: a number for a connection as it opens. 0 if trace is NULL. */
uint32_t trace_next_connection(Trace *trace);

/* Bytes on a wire: they count for the wire digest only. direction: '<' into a fake, '>' out of it. */
void trace_wire(Trace *trace, uint32_t connection, char direction, const void *bytes,
                size_t length);

/* sink hears each event as it is added, in the order the sinks were set. At most 8. */
void trace_listen(Trace *trace, TraceSink *sink, void *owner);

size_t trace_count(const Trace *trace);
TraceEvent trace_at(const Trace *trace, size_t index);

/* Hex digests of all events (SHA-256) and of all wire bytes (XXH3-128) so far. */
enum { TRACE_DIGEST_MAX = 65 };
void trace_digest(const Trace *trace, char out_hex[TRACE_DIGEST_MAX]);
void trace_wire_digest(const Trace *trace, char out_hex[TRACE_DIGEST_MAX]);

#endif
