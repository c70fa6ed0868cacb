/*
 * conformance/fakes/dns/expected.h - what each kind of server is expected to answer to a case: read, compared, recorded.
 *
 * A case has a text for each kind: `bind`, `knot`, `nsd`; or `both`, if BIND and Knot say the same.
 */
#ifndef CONFORMANCE_FAKES_DNS_EXPECTED_H
#define CONFORMANCE_FAKES_DNS_EXPECTED_H

#include "conformance/fakes/matching.h"

/* NULL: nothing was recorded. */
const char *expected_of(const cJSON *row, const char *likeness);
void expected_put(cJSON *row, const char *likeness, const char *got);
/* Line by line: "/2" is the second. */
void expected_compare(const char *expected, const char *got, Differences *differences);

#endif
