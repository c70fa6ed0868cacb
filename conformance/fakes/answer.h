/*
 * conformance/fakes/answer.h - what a server answered, held against what was recorded.
 *
 * Recorded: {status, headers, and one of body (JSON), text, events (a watch), protobuf, frames, is: anything}; none of them: no body.
 * Only what is said here is asked for; but a header that means something to a client must not be there unrecorded.
 */
#ifndef CONFORMANCE_FAKES_ANSWER_H
#define CONFORMANCE_FAKES_ANSWER_H

#include "conformance/fakes/call.h"
#include "conformance/fakes/matching.h"

/* recorded's variables are bound by what they meet first. */
void answer_match(Variables *variables, const cJSON *recorded, const Call *call,
                  Differences *differences);

/* The answer as JSON, or NULL; cJSON_Delete() it. */
cJSON *answer_json(const Call *call);

#endif
