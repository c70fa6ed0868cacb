/*
 * engine/clients/kubeconfig_file.h - one kubeconfig file: its tree, and where in it something stands.
 *
 * Private to the kubeconfig client. A file that begins with '{' is read as JSON, which is fast for a thousand contexts, but
 * then errors name the file only; anything else is YAML, and errors name line and column.
 * Ownership: the file owns its tree and texts.
 */
#ifndef ENGINE_CLIENTS_KUBECONFIG_FILE_H
#define ENGINE_CLIENTS_KUBECONFIG_FILE_H

#include "base/yaml.h"

typedef struct {
    char *path;
    YamlDocument *yaml; /* or NULL */
    cJSON *json;        /* or NULL */
} KubeconfigFile;

/* Fails with ERR_IO, or ERR_INPUT if it is neither YAML nor JSON or not a kubeconfig. */
bool kubeconfig_file_read(const char *path, KubeconfigFile *out_file, Error *err);
void kubeconfig_file_release(KubeconfigFile *file);

const cJSON *kubeconfig_file_root(const KubeconfigFile *file);

/* Sets ERR_INPUT with the place of node (NULL: only the file) before the message; returns false. */
bool kubeconfig_file_error(const KubeconfigFile *file, const cJSON *node, Error *err,
                           const char *format, ...) __attribute__((format(printf, 4, 5)));

/* The text at key of node, or NULL if there is none or it is empty. Fails if it is no text. */
bool kubeconfig_file_text(const KubeconfigFile *file, const cJSON *node, const char *key,
                          const char **out_text, Error *err);

/*
 * Contents that a pair of keys may give, in base64 (key-data) or in a file (key); base64 wins, as in client-go. *out_contents is
 * NULL if neither is set, else free() it.
 */
bool kubeconfig_file_contents(const KubeconfigFile *file, const cJSON *node, const char *key,
                              char **out_contents, Error *err);

/* The whole file that key names, relative to this one; NULL if it is not set. free() it. */
bool kubeconfig_file_beside(const KubeconfigFile *file, const cJSON *node, const char *key,
                            char **out_contents, Error *err);

#endif
