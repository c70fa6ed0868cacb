/*
 * reports/record.h - the record of a procedure for an incident file: Markdown, made from its journal.
 *
 * The journal covers the whole run, whoever resumed it, and holds no secret; so does the record.
 */
#ifndef REPORTS_RECORD_H
#define REPORTS_RECORD_H

#include "base/buffer.h"
#include "base/json.h"

/* entries: the journal's lines; steps: {id: {name, why}}; document: what came of it (docs/procedures.md). */
void record_draw(const cJSON *entries, const cJSON *steps, const cJSON *document, Buffer *out);

#endif
