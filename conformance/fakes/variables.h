/*
 * conformance/fakes/variables.h - what a server chooses by itself: uids, versions, times, each by its type.
 *
 * A case's texts hold variables, "${TYPE NAME}" or "${TYPE}". The first answer that shows one binds it; from then on it means that
 * value, in answers and in requests. What a type allows:
 *
 *     uid, continue, etag, hash, suffix, ip, port   bound; two names never mean one value (etag, hash: they may)
 *     version N     a resourceVersion; as the recorded numbers N are ordered, so are the values
 *     counter N     a list's resourceVersion: the same numbers, but what nobody saw written may lie between them
 *     cached N      a list's resourceVersion out of the watch cache, which may be behind or ahead of the counter
 *     generation NAME N   a number; what is added to the recorded N is the same for all of one name
 *     time, microtime, httpdate, age, number, any   not bound; only their form is judged
 *     lsn, timestamp, interval                      likewise, as Postgres prints them
 *     fill N        in requests: so many letters
 *
 * Source:    docs/parity.md.
 * Ownership: Variables own their names and values; texts that come out are the caller's to free().
 */
#ifndef CONFORMANCE_FAKES_VARIABLES_H
#define CONFORMANCE_FAKES_VARIABLES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/json.h"

typedef struct Variables Variables;

/* is_shared: others write to the same server, so a counter may be ahead of what was recorded. */
Variables *variables_new(bool is_shared);
void variables_free(Variables *variables);

/* A resourceVersion that no pattern names. */
void variables_see(Variables *variables, int64_t version);

/* text has a variable in it. */
bool variables_has(const char *text);

/*
 * actual is what pattern says; variables that are seen for the first time are bound by it. On false *out_why is what is wrong
 * with it, or NULL if the texts simply differ; free() it.
 */
bool variables_match(Variables *variables, const char *pattern, const char *actual, char **out_why);

/*
 * What a pattern means now. Without a value a version is the latest that was seen (who recorded it had just looked), and a uid gets one;
 * others stay as they are.
 */
char *variables_text(Variables *variables, const char *pattern);

/* The same for a whole tree, keys too; cJSON_Delete() it. A text that is one port or generation becomes a number. */
cJSON *variables_tree(Variables *variables, const cJSON *pattern);

/* As variables_text, with what a variable means percent-encoded. */
char *variables_target(Variables *variables, const char *pattern);

#endif
