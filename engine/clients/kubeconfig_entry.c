/*
 * engine/clients/kubeconfig_entry.c - a named cluster, user or context of a kubeconfig, and what is made of it.
 */
#include "engine/clients/kubeconfig_entry.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

const cJSON *kubeconfig_entry_part(const KubeconfigEntry *entry, const char *key)
{
    return cJSON_GetObjectItemCaseSensitive(entry->body, key);
}

bool kubeconfig_entry_text(const KubeconfigEntry *entry, const char *key, const char **out_text,
                           Error *err)
{
    return kubeconfig_file_text(entry->file, entry->body, key, out_text, err);
}

bool kubeconfig_entry_contents(const KubeconfigEntry *entry, Arena *arena, const char *key,
                               const char **out_contents, Error *err)
{
    char *text;

    if (!kubeconfig_file_contents(entry->file, entry->body, key, &text, err))
        return false;
    *out_contents = text != NULL ? arena_text(arena, text) : NULL;
    free(text);
    return true;
}

bool kubeconfig_entry_fail(const KubeconfigEntry *entry, const char *key, Error *err,
                           const char *format, ...)
{
    const cJSON *part = kubeconfig_entry_part(entry, key);
    char message[ERROR_TEXT_MAX];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    return kubeconfig_file_error(entry->file, part != NULL ? part : entry->body, err, "%s",
                                 message);
}
