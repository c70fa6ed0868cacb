/*
 * conformance/fakes/known.h - the exchanges of the corpus that are known to fail, and why.
 *
 * Source: known.yaml beside the cases: `known:` is a list of {case, exchanges: [numbers], reason}; without exchanges all of the case.
 */
#ifndef CONFORMANCE_FAKES_KNOWN_H
#define CONFORMANCE_FAKES_KNOWN_H

#include "base/yaml.h"

typedef struct Known Known;

/* No file: nothing is known. Fails with ERR_INPUT, naming the place. */
bool known_read(const char *path, Known **out_known, Error *err);
void known_free(Known *known);

/* The reason, or NULL. */
const char *known_reason(const Known *known, const char *case_name, int64_t exchange);

#endif
