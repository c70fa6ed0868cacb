/*
 * base/clock.h - what time it is, as the run sees it.
 *
 * These read clock_gettime, so that in a simulated run they read simulated time (sim/seam/seam.h); the one
 * exception is clock_real_ns, which is for progress bars and benchmarks and never for a decision.
 * Units: milliseconds; wall time counts from 1970-01-01 UTC.
 */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

int64_t clock_wall_ms(void);
int64_t clock_mono_ms(void);
int64_t clock_real_ns(void);

enum { CLOCK_TEXT_MAX = 40 };

/* "2026-11-21T02:00:00Z" (RFC 3339, whole seconds). */
const char *clock_rfc3339(int64_t wall_ms, char out_text[CLOCK_TEXT_MAX]);
/* "20261121T020000Z": a time in the name of a file. */
const char *clock_stamp(int64_t wall_ms, char out_text[CLOCK_TEXT_MAX]);
/* "2026-11-21T02:00:00.123456Z", the six-digit form of Kubernetes' MicroTime. */
const char *clock_rfc3339_micro(int64_t wall_ms, char out_text[CLOCK_TEXT_MAX]);
/* "Sat, 21 Nov 2026 02:00:00 GMT" (RFC 9110, section 5.6.7). */
const char *clock_http_date(int64_t wall_ms, char out_text[CLOCK_TEXT_MAX]);
/* Reads RFC 3339 (any fraction, Z or offset) or an HTTP date; false if it is neither. */
bool clock_parse(const char *text, int64_t *out_wall_ms);

/* "42 s", "9 m 36 s", "350 ms": a duration for a person. */
const char *clock_duration(int64_t ms, char out_text[CLOCK_TEXT_MAX]);
/* Reads Go's form as Kubernetes uses it: "90s", "5m", "1h30m", "250ms"; false if it is none. */
bool clock_parse_duration(const char *text, int64_t *out_ms);

#endif
