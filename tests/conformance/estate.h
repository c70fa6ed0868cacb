/*
 * tests/conformance/estate.h - a simulated estate that is certified once, in a process of its own.
 *
 * Simulated time can be switched on once in a process, and a table of rows wants a world for each. So a child makes the world, certifies
 * it and hands the document back.
 */
#ifndef TESTS_CONFORMANCE_ESTATE_H
#define TESTS_CONFORMANCE_ESTATE_H

#include "conformance/environment.h"

/*
 * story: YAML with `world:` and `faults:` as in a scenario, "" for the standards; the world lives for a minute, then it is certified.
 * is_swapped: the environment file names the wrong plane as the active one. The document has beside what certificate_json puts there
 * `changes`, how many things any client changed meanwhile, and `leaks`, how many of the world's secrets it holds. cJSON_Delete() it.
 */
cJSON *estate_certify(const char *story, bool is_swapped);

/* The ids of the rules with that result, in the order of the table, with blanks between. */
const char *estate_rules(const cJSON *document, const char *result, char *out_ids, size_t room);
const cJSON *estate_rule(const cJSON *document, const char *id);

#endif
