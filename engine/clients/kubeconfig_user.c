/*
 * engine/clients/kubeconfig_user.c - what a user of a kubeconfig proves who it is with, and whom it acts as.
 */
#include <stdlib.h>
#include <string.h>

#include <curl/curl.h>

#include "base/file.h"
#include "base/memory.h"
#include "engine/clients/kubeconfig_entry.h"

/* ---- what is refused -------------------------------------------------------------------------- */

static const struct {
    const char *key, *remedy;
} REFUSED[] = {
    {"username",
     "has a username, which Kubernetes has not taken since 1.19: use a client certificate, a "
     "token, tokenFile or exec instead"                            },
    {"password",
     "has a password, which Kubernetes has not taken since 1.19: use a client certificate, a "
     "token, tokenFile or exec instead"                            },
    {"auth-provider",
     "uses auth-provider, which Kubernetes removed in 1.26: use the exec plug-in of your "
     "provider instead (its command line writes one), or tokenFile"},
};

static bool refuse(const KubeconfigEntry *user, Error *err)
{
    for (size_t i = 0; i < sizeof REFUSED / sizeof *REFUSED; i++) {
        const cJSON *part = kubeconfig_entry_part(user, REFUSED[i].key);
        bool is_empty = part == NULL || cJSON_IsNull(part) ||
                        (cJSON_IsString(part) && part->valuestring[0] == '\0');

        if (!is_empty)
            return kubeconfig_entry_fail(user, REFUSED[i].key, err, "user \"%s\" %s", user->name,
                                         REFUSED[i].remedy);
    }
    return true;
}

/* ---- whom it acts as -------------------------------------------------------------------------- */

typedef struct {
    const KubeconfigEntry *user;
    Arena *arena;
    const char **lines;
    size_t count, capacity;
} Headers;

static bool add_header(Headers *headers, const char *key, const char *name, const char *value,
                       Error *err)
{
    if (strpbrk(value, "\r\n") != NULL)
        return kubeconfig_entry_fail(headers->user, key, err, "%s holds a line break", key);
    MEMORY_GROW(headers->lines, headers->count, headers->capacity);
    headers->lines[headers->count++] = arena_format(headers->arena, "%s: %s", name, value);
    return true;
}

static bool add_list(Headers *headers, const char *key, const char *name, const cJSON *list,
                     Error *err)
{
    const cJSON *item;

    if (list == NULL || cJSON_IsNull(list))
        return true;
    if (!cJSON_IsArray(list))
        return kubeconfig_entry_fail(headers->user, key, err, "%s must be a list of texts", key);
    for (item = list->child; item != NULL; item = item->next) {
        if (!cJSON_IsString(item))
            return kubeconfig_entry_fail(headers->user, key, err, "%s must be a list of texts",
                                         key);
        if (!add_header(headers, key, name, item->valuestring, err))
            return false;
    }
    return true;
}

/* The key is part of a header's name: what is no token of HTTP there is written %2f. */
static bool add_extra(Headers *headers, Error *err)
{
    const cJSON *extra = kubeconfig_entry_part(headers->user, "as-user-extra"), *item;

    for (item = extra != NULL ? extra->child : NULL; item != NULL; item = item->next) {
        char *escaped = item->string != NULL ? curl_easy_escape(NULL, item->string, 0) : NULL;
        bool ok =
            escaped != NULL &&
            add_list(headers, "as-user-extra",
                     arena_format(headers->arena, "Impersonate-Extra-%s", escaped), item, err);

        if (escaped == NULL)
            kubeconfig_entry_fail(headers->user, "as-user-extra", err,
                                  "as-user-extra must be a mapping of lists");
        curl_free(escaped);
        if (!ok)
            return false;
    }
    return true;
}

static bool add_impersonation(Headers *headers, Error *err)
{
    const char *as, *uid;

    if (!kubeconfig_entry_text(headers->user, "as", &as, err) ||
        !kubeconfig_entry_text(headers->user, "as-uid", &uid, err))
        return false;
    if ((as != NULL && !add_header(headers, "as", "Impersonate-User", as, err)) ||
        (uid != NULL && !add_header(headers, "as-uid", "Impersonate-Uid", uid, err)) ||
        !add_list(headers, "as-groups", "Impersonate-Group",
                  kubeconfig_entry_part(headers->user, "as-groups"), err) ||
        !add_extra(headers, err))
        return false;
    return as != NULL || headers->count == 0 ||
           kubeconfig_entry_fail(
               headers->user, "as-groups", err,
               "user \"%s\" has as-groups, as-uid or as-user-extra and no as: say "
               "whom to act as",
               headers->user->name);
}

static bool set_impersonation(const KubeconfigEntry *user, Arena *arena, KubeContext *context,
                              Error *err)
{
    Headers headers = {.user = user, .arena = arena};
    bool ok = add_impersonation(&headers, err);

    if (ok && headers.count > 0) {
        const char **kept = arena_new(arena, (headers.count + 1) * sizeof *kept);

        memcpy(kept, headers.lines, headers.count * sizeof *kept);
        context->impersonation = kept;
    }
    free(headers.lines);
    return ok;
}

/* ---- what it proves itself with --------------------------------------------------------------- */

/* A token file that can be read wins over the token beside it, as in client-go. */
static bool set_token_file(KubeconfigEntry *user, const char *name, Arena *arena,
                           KubeContext *context, Error *err)
{
    char *path = file_beside(user->file->path, name);
    KubeCredentials first;
    Error why;
    bool ok = user->identity != NULL ||
              kube_identity_of_file(path, context->bearer_token, &user->identity, &why) ||
              kubeconfig_entry_fail(user, "tokenFile", err, "tokenFile: %s", why.message);

    free(path);
    context->identity = user->identity;
    if (ok && kube_identity_credentials(user->identity, &first, NULL))
        context->bearer_token = arena_text(arena, first.bearer_token);
    return ok;
}

static bool set_token(KubeconfigEntry *user, Arena *arena, KubeContext *context, Error *err)
{
    const char *name;

    return kubeconfig_entry_text(user, "token", &context->bearer_token, err) &&
           kubeconfig_entry_text(user, "tokenFile", &name, err) &&
           (name == NULL || set_token_file(user, name, arena, context, err));
}

static bool set_certificate(const KubeconfigEntry *user, Arena *arena, KubeContext *context,
                            Error *err)
{
    HttpsTrust *trust = &context->trust;

    if (!kubeconfig_entry_contents(user, arena, "client-certificate",
                                   &trust->client_certificate_pem, err) ||
        !kubeconfig_entry_contents(user, arena, "client-key", &trust->client_key_pem, err))
        return false;
    return (trust->client_certificate_pem == NULL) == (trust->client_key_pem == NULL) ||
           kubeconfig_entry_fail(user, "", err, "user \"%s\" has a client-%s and no client-%s",
                                 user->name, trust->client_key_pem == NULL ? "certificate" : "key",
                                 trust->client_key_pem == NULL ? "key" : "certificate");
}

/* A token beside it wins, as in client-go: then the plug-in is never asked. */
static bool set_plugin(KubeconfigEntry *user, const KubeconfigEntry *cluster,
                       KubeconfigEntry *owner, KubeContext *context, Error *err)
{
    const cJSON *exec = kubeconfig_entry_part(user, "exec");

    if (exec == NULL || cJSON_IsNull(exec) || context->bearer_token != NULL)
        return true;
    if (!kubeconfig_exec_tells_cluster(user))
        owner = user;
    if (owner->identity == NULL &&
        !kubeconfig_exec(user, cluster, &context->trust, &owner->identity, err))
        return false;
    context->identity = owner->identity;
    return true;
}

bool kubeconfig_user(KubeconfigEntry *user, const KubeconfigEntry *cluster, KubeconfigEntry *owner,
                     Arena *arena, KubeContext *context, Error *err)
{
    return refuse(user, err) && set_token(user, arena, context, err) &&
           set_certificate(user, arena, context, err) &&
           set_plugin(user, cluster, owner, context, err) &&
           set_impersonation(user, arena, context, err);
}
