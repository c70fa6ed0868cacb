/*
 * engine/clients/kubeconfig_file.c - one kubeconfig file: its tree, and where in it something stands.
 */
#include "engine/clients/kubeconfig_file.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"

static bool parse(KubeconfigFile *file, const char *text, size_t length, Error *err)
{
    size_t blank = strspn(text, " \t\r\n");

    if (text[blank] != '{')
        return yaml_parse_1_1(file->path, text, length, &file->yaml,
                              err); /* as kubectl: yes is true */
    /* Not wrapped around the parser's own words, which may quote a secret. */
    if (!json_parse(text, length, &file->json, NULL))
        return error_set(err, ERR_INPUT, "%s: not valid JSON", file->path);
    return true;
}

static bool check_root(const KubeconfigFile *file, Error *err)
{
    const cJSON *root = kubeconfig_file_root(file);
    const char *kind = json_string_or(root, "kind", "Config");

    if (!cJSON_IsObject(root))
        return kubeconfig_file_error(file, root, err, "not a kubeconfig: it holds no fields");
    if (strcmp(kind, "Config") != 0)
        return kubeconfig_file_error(file, json_find(root, "kind"), err,
                                     "not a kubeconfig: its kind is %s, not Config", kind);
    return true;
}

bool kubeconfig_file_read(const char *path, KubeconfigFile *out_file, Error *err)
{
    KubeconfigFile file = {.path = memory_text(path)};
    char *text = NULL;
    size_t length = 0;
    bool ok = file_read(path, &text, &length, err) && parse(&file, text, length, err) &&
              check_root(&file, err);

    free(text);
    if (ok)
        *out_file = file;
    else
        kubeconfig_file_release(&file);
    return ok;
}

void kubeconfig_file_release(KubeconfigFile *file)
{
    yaml_free(file->yaml);
    cJSON_Delete(file->json);
    free(file->path);
}

const cJSON *kubeconfig_file_root(const KubeconfigFile *file)
{
    return file->yaml != NULL ? yaml_root(file->yaml) : file->json;
}

bool kubeconfig_file_error(const KubeconfigFile *file, const cJSON *node, Error *err,
                           const char *format, ...)
{
    char message[ERROR_TEXT_MAX];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    if (file->yaml != NULL && node != NULL)
        return yaml_error(file->yaml, node, err, "%s", message);
    return error_set(err, ERR_INPUT, "%s: %s", file->path, message);
}

bool kubeconfig_file_text(const KubeconfigFile *file, const cJSON *node, const char *key,
                          const char **out_text, Error *err)
{
    const cJSON *value = cJSON_GetObjectItemCaseSensitive(node, key);

    *out_text = NULL;
    if (value == NULL || cJSON_IsNull(value))
        return true;
    if (!cJSON_IsString(value))
        return kubeconfig_file_error(file, value, err, "%s must be a text (put it in quotes)", key);
    if (value->valuestring[0] != '\0')
        *out_text = value->valuestring;
    return true;
}

/* base64 in a YAML block may be folded; Go's decoder skips line breaks too. */
static char *without_blanks(const char *text)
{
    char *bare = memory_text(text);
    char *end = bare;

    for (const char *at = text; *at != '\0'; at++)
        if (strchr(" \t\r\n", *at) == NULL)
            *end++ = *at;
    *end = '\0';
    return bare;
}

static bool decode(const char *text, char **out_contents)
{
    char *bare = without_blanks(text), *bytes = NULL;
    size_t length = 0;
    bool ok = json_base64_decode(bare, &bytes, &length, NULL);

    if (ok)
        *out_contents = memory_text_of(bytes, length);
    free(bytes);
    free(bare);
    return ok;
}

bool kubeconfig_file_beside(const KubeconfigFile *file, const cJSON *node, const char *key,
                            char **out_contents, Error *err)
{
    const char *name;
    char *path;
    bool ok;

    *out_contents = NULL;
    if (!kubeconfig_file_text(file, node, key, &name, err))
        return false;
    if (name == NULL)
        return true;
    path = file_beside(file->path, name);
    ok = file_read(path, out_contents, NULL, NULL) ||
         kubeconfig_file_error(file, cJSON_GetObjectItemCaseSensitive(node, key), err,
                               "%s: cannot read %s", key, path);
    free(path);
    return ok;
}

bool kubeconfig_file_contents(const KubeconfigFile *file, const cJSON *node, const char *key,
                              char **out_contents, Error *err)
{
    char data_key[64];
    const char *data;

    snprintf(data_key, sizeof data_key, "%s-data", key);
    *out_contents = NULL;
    if (!kubeconfig_file_text(file, node, data_key, &data, err))
        return false;
    if (data == NULL)
        return kubeconfig_file_beside(file, node, key, out_contents, err);
    return decode(data, out_contents) ||
           kubeconfig_file_error(file, cJSON_GetObjectItemCaseSensitive(node, data_key), err,
                                 "%s is not base64", data_key);
}
