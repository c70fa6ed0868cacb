/*
 * conformance/fakes/postgres/record.h - a file of cases written anew, with what was heard in place of what must be.
 *
 * What a server chooses by itself becomes a variable: positions, times, process ids. Where the file had a variable
 * already that fits what was heard, it stays: what a person has decided is not recorded over.
 */
#ifndef CONFORMANCE_FAKES_POSTGRES_RECORD_H
#define CONFORMANCE_FAKES_POSTGRES_RECORD_H

#include "base/json.h"

/* heard (owned by the caller) becomes what must be heard; old may be NULL. */
void record_answer(const cJSON *say, const cJSON *old, cJSON *heard);

/* The tree of a file, a message a line; the comment that its text begins with stays. free() it. */
char *record_text(const char *old_text, const cJSON *root);

#endif
