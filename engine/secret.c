/*
 * engine/secret.c - secrets in files and in memory.
 */
#include "engine/secret.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"

bool secret_read(const char *path, char **out_secret, Error *err)
{
    if (!file_read(path, out_secret, NULL, err))
        return false;
    (*out_secret)[strcspn(*out_secret, "\r\n")] = '\0';
    return true;
}

void secret_forget(char *secret)
{
    if (secret)
        explicit_bzero(secret, strlen(secret));
    free(secret);
}
