/*
 * engine/clients/kubeconfig_exec.c - the plug-in that a user's exec names: what is run, with what around it.
 *
 * Source: client-go, tools/clientcmd/api (ExecConfig), pkg/apis/clientauthentication (Cluster).
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "engine/clients/kube_plugin.h"
#include "engine/clients/kubeconfig_entry.h"

/* Texts that end with NULL, as execve takes them. */
typedef struct {
    char **items;
    size_t count, capacity;
} Texts;

static void texts_add(Texts *texts, char *text)
{
    MEMORY_GROW(texts->items, texts->count, texts->capacity);
    texts->items[texts->count] = text;
    texts->count += text != NULL ? 1 : 0;
}

static void texts_release(Texts *texts)
{
    for (size_t i = 0; i < texts->count; i++)
        free(texts->items[i]);
    free(texts->items);
}

typedef struct {
    const KubeconfigEntry *user;
    const cJSON *exec;
    const char *command, *api_version, *hint;
} Exec;

static bool fail(const Exec *exec, const char *key, Error *err, const char *what)
{
    const cJSON *part = cJSON_GetObjectItemCaseSensitive(exec->exec, key);

    return kubeconfig_file_error(exec->user->file, part != NULL ? part : exec->exec, err,
                                 "user \"%s\": exec.%s %s", exec->user->name, key, what);
}

/* ---- what it says about itself ---------------------------------------------------------------- */

static bool text(const Exec *exec, const char *key, const char **out_text, Error *err)
{
    return kubeconfig_file_text(exec->user->file, exec->exec, key, out_text, err);
}

static bool check_version(const Exec *exec, Error *err)
{
    static const char *const VERSIONS[] = {"client.authentication.k8s.io/v1",
                                           "client.authentication.k8s.io/v1beta1"};

    for (size_t i = 0; exec->api_version != NULL && i < sizeof VERSIONS / sizeof *VERSIONS; i++)
        if (strcmp(exec->api_version, VERSIONS[i]) == 0)
            return true;
    return fail(exec, "apiVersion", err,
                "must be client.authentication.k8s.io/v1 or client.authentication.k8s.io/v1beta1: "
                "update the plug-in and have it write its entry anew");
}

/* No terminal is given to anything that runs here: nobody may be there to answer. */
static bool check_mode(const Exec *exec, Error *err)
{
    bool is_v1 = strcmp(exec->api_version, "client.authentication.k8s.io/v1") == 0;
    const char *mode;

    if (!text(exec, "interactiveMode", &mode, err))
        return false;
    if (mode == NULL)
        return !is_v1 || fail(exec, "interactiveMode", err, "is missing: say Never or IfAvailable");
    if (strcmp(mode, "Always") == 0)
        return fail(exec, "interactiveMode", err,
                    "is Always, and no terminal is given to plug-ins: log in beforehand and say "
                    "IfAvailable, or use tokenFile");
    return strcmp(mode, "Never") == 0 || strcmp(mode, "IfAvailable") == 0 ||
           fail(exec, "interactiveMode", err, "must be Never, IfAvailable or Always");
}

static bool read_exec(const KubeconfigEntry *user, Exec *exec, Error *err)
{
    *exec = (Exec){.user = user, .exec = kubeconfig_entry_part(user, "exec")};
    if (!cJSON_IsObject(exec->exec))
        return kubeconfig_entry_fail(user, "exec", err,
                                     "exec must be {apiVersion: ..., command: ...}");
    if (!text(exec, "command", &exec->command, err) ||
        !text(exec, "apiVersion", &exec->api_version, err) ||
        !text(exec, "installHint", &exec->hint, err))
        return false;
    if (exec->command == NULL)
        return fail(exec, "command", err, "is missing: name the plug-in's program");
    return check_version(exec, err) && check_mode(exec, err);
}

/* ---- what it is run with ---------------------------------------------------------------------- */

/* A command with a '/' is a file, beside this one if it is relative; else it is looked for in PATH. */
static bool collect_words(const Exec *exec, Texts *words, Error *err)
{
    const cJSON *list = cJSON_GetObjectItemCaseSensitive(exec->exec, "args"), *item;

    assert(exec->command != NULL); /* read_exec has seen to it */
    texts_add(words, strchr(exec->command, '/') != NULL
                         ? file_beside(exec->user->file->path, exec->command)
                         : memory_text(exec->command));
    if (list != NULL && !cJSON_IsNull(list) && !cJSON_IsArray(list))
        return fail(exec, "args", err, "must be a list of texts");
    for (item = list != NULL ? list->child : NULL; item != NULL; item = item->next) {
        if (!cJSON_IsString(item))
            return fail(exec, "args", err, "must be a list of texts (put numbers in quotes)");
        texts_add(words, memory_text(item->valuestring));
    }
    texts_add(words, NULL);
    return true;
}

/* What comes later wins, so it takes the place of what was there. */
static void put_variable(Texts *environment, const char *name, const char *value)
{
    char *line = memory_format("%s=%s", name, value);
    size_t length = strlen(name) + 1;

    for (size_t i = 0; i < environment->count; i++)
        if (strncmp(environment->items[i], line, length) == 0) {
            free(environment->items[i]);
            environment->items[i] = line;
            return;
        }
    texts_add(environment, line);
}

static bool put_own_variables(const Exec *exec, Texts *environment, Error *err)
{
    const cJSON *list = cJSON_GetObjectItemCaseSensitive(exec->exec, "env"), *item;

    if (list != NULL && !cJSON_IsNull(list) && !cJSON_IsArray(list))
        return fail(exec, "env", err, "must be a list of {name: ..., value: ...}");
    for (item = list != NULL ? list->child : NULL; item != NULL; item = item->next) {
        const char *name = json_string(item, "name");

        if (name == NULL || name[0] == '\0' || strchr(name, '=') != NULL)
            return fail(exec, "env", err, "has a variable without a name");
        put_variable(environment, name, json_string_or(item, "value", ""));
    }
    return true;
}

/* What the plug-in's own settings for this cluster are, whatever they mean. */
static const cJSON *own_settings(const KubeconfigEntry *cluster)
{
    const cJSON *extension;

    cJSON_ArrayForEach(extension, kubeconfig_entry_part(cluster, "extensions"))
    {
        if (strcmp(json_string_or(extension, "name", ""), "client.authentication.k8s.io/exec") == 0)
            return cJSON_GetObjectItemCaseSensitive(extension, "extension");
    }
    return NULL;
}

static cJSON *describe_cluster(const KubeconfigEntry *cluster, const HttpsTrust *trust)
{
    static const char *const SAME[] = {"server", "tls-server-name", "insecure-skip-tls-verify",
                                       "proxy-url", "disable-compression"};
    const cJSON *settings = own_settings(cluster);
    cJSON *told = cJSON_CreateObject();

    for (size_t i = 0; i < sizeof SAME / sizeof *SAME; i++) {
        const cJSON *part = kubeconfig_entry_part(cluster, SAME[i]);

        if (part != NULL && !cJSON_IsNull(part) && !cJSON_IsFalse(part))
            json_put(told, SAME[i], cJSON_Duplicate(part, true));
    }
    if (trust->ca_pem != NULL) {
        char *data = json_base64(trust->ca_pem, strlen(trust->ca_pem));

        json_put_string(told, "certificate-authority-data", data);
        free(data);
    }
    if (settings != NULL)
        json_put(told, "config", cJSON_Duplicate(settings, true));
    return told;
}

static bool collect_environment(const Exec *exec, cJSON *cluster, Texts *environment, Error *err)
{
    char *info = kube_plugin_info(exec->api_version, cluster);
    bool ok;

    ok = put_own_variables(exec, environment, err);
    put_variable(environment, "KUBERNETES_EXEC_INFO", info);
    texts_add(environment, NULL);
    free(info);
    return ok;
}

/* ---- the whole -------------------------------------------------------------------------------- */

bool kubeconfig_exec_tells_cluster(const KubeconfigEntry *user)
{
    return json_bool_or(kubeconfig_entry_part(user, "exec"), "provideClusterInfo", false);
}

bool kubeconfig_exec(const KubeconfigEntry *user, const KubeconfigEntry *cluster,
                     const HttpsTrust *trust, KubeIdentity **out_identity, Error *err)
{
    Exec exec;
    Texts words = {0}, environment = {0};
    char *place;
    bool ok;

    if (!read_exec(user, &exec, err))
        return false;
    ok = collect_words(&exec, &words, err) &&
         collect_environment(&exec,
                             kubeconfig_exec_tells_cluster(user) ? describe_cluster(cluster, trust)
                                                                 : NULL,
                             &environment, err);
    place = memory_format("credential plug-in \"%s\" of user \"%s\"", exec.command, user->name);
    if (ok)
        *out_identity = kube_identity_of_plugin(
            &(KubeIdentityPlugin){.place = place,
                                  .api_version = exec.api_version,
                                  .install_hint = exec.hint,
                                  .words = (const char *const *)words.items,
                                  .environment = (const char *const *)environment.items});
    free(place);
    texts_release(&words);
    texts_release(&environment);
    return ok;
}
