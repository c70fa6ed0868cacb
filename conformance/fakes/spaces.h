/*
 * conformance/fakes/spaces.h - the namespaces of a case under names of their own, on a server that belongs to others.
 *
 * What the case calls "tsb" is "PREFIXtsb" there: in paths, in bodies, and back again in answers. The prefix is so long that
 * nothing else holds it.
 *
 * Ownership: texts that come out are the caller's to free().
 */
#ifndef CONFORMANCE_FAKES_SPACES_H
#define CONFORMANCE_FAKES_SPACES_H

#include "base/buffer.h"
#include "base/json.h"

typedef struct Spaces Spaces;

/* prefix: "understudy-conformance-3fa9c1-"; "" leaves all names as they are. steps: of the case, which say what it makes. */
Spaces *spaces_new(const char *prefix, const cJSON *steps);
void spaces_free(Spaces *spaces);

/* Back into the words of the case. */
void spaces_restore(const Spaces *spaces, Buffer *text);

/* "/api/v1/namespaces/tsb/secrets", and a body that names its namespace. */
char *spaces_path(const Spaces *spaces, const char *path);
char *spaces_body(const Spaces *spaces, const char *path, const char *body);

/*
 * NULL if the case may ask this of a server that belongs to others; else why not: what is about the whole cluster, or what
 * the cluster's own controllers act on.
 */
const char *spaces_objection(const Spaces *spaces, const char *method, const char *path);

/* The names there of the namespaces that the case may have made, NULL-ended; borrowed. */
const char *const *spaces_made(const Spaces *spaces);

#endif
