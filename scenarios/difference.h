/*
 * scenarios/difference.h - where two JSON trees part, in words.
 */
#ifndef SCENARIOS_DIFFERENCE_H
#define SCENARIOS_DIFFERENCE_H

#include "base/json.h"

/* False: they are the same. out_text: "clusters/mp1/deployments tsb/iam/spec/replicas: 0, expected 1", of the first place. */
bool json_differs(const cJSON *expected, const cJSON *found, char *out_text, size_t room);

#endif
