/*
 * engine/secret.h - secrets in files and in memory.
 *
 * Ownership: a secret that was read is the caller's to secret_forget().
 */
#ifndef ENGINE_SECRET_H
#define ENGINE_SECRET_H

#include <stdbool.h>

#include "base/error.h"

/* A file with one secret, without the newline that editors leave at its end. ERR_IO. */
bool secret_read(const char *path, char **out_secret, Error *err);

/* Wipes and frees it, so that a core dump or a later bug finds none; accepts NULL. */
void secret_forget(char *secret);

#endif
