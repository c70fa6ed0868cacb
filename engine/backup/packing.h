/*
 * engine/backup/packing.h - gzip (RFC 1952), packed as a stream into a sealed file, unpacked whole.
 */
#ifndef ENGINE_BACKUP_PACKING_H
#define ENGINE_BACKUP_PACKING_H

#include "engine/backup/seal.h"

typedef struct Packing Packing;

/* Into a writer, which is borrowed. */
Packing *packing_new(SealWriter *writer);
bool packing_add(Packing *packing, const void *bytes, size_t length, Error *err);
bool packing_finish(Packing *packing, Error *err); /* the writer is still to be finished */
void packing_free(Packing *packing);

/* Appends what is unpacked. Fails with ERR_INPUT: no gzip, damaged, or cut off. */
bool unpack(const void *bytes, size_t length, Buffer *out, Error *err);

#endif
