/*
 * engine/clients/kubeconfig.c - which cluster a context means, and how to prove who we are to it.
 *
 * All files are read and indexed by name first; a context is put together, checked and kept when it is asked for, so that a
 * mistake in one of a thousand stands in nobody else's way.
 */
#include "engine/clients/kubeconfig.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/file.h"
#include "base/memory.h"
#include "engine/clients/kubeconfig_address.h"
#include "engine/clients/kubeconfig_file.h"

/* A named part of a file: {name: ..., cluster|user|context: {...}}. */
typedef struct {
    const char *name;
    const cJSON *body;
    const KubeconfigFile *file;
    size_t order;       /* of reading: the first wins */
    KubeContext *ready; /* of contexts: put together already */
} Entry;

typedef struct {
    Entry *items; /* by name once read */
    size_t count, capacity;
} Entries;

struct Kubeconfig {
    KubeconfigFile *files;
    size_t file_count;
    Entries contexts, clusters, users;
    Arena arena;
};

/* ---- reading ---------------------------------------------------------------------------------- */

static int compare_entries(const void *a, const void *b)
{
    const Entry *left = a, *right = b;
    int by_name = strcmp(left->name, right->name);

    if (by_name != 0)
        return by_name;
    return left->order < right->order ? -1 : left->order > right->order;
}

/* The first of each name stays. Twice in one file is a mistake; in another file it is how one overrides. */
static bool entries_settle(Entries *entries, Error *err)
{
    size_t kept = 0;

    if (entries->count > 0)
        qsort(entries->items, entries->count, sizeof *entries->items, compare_entries);
    for (size_t i = 0; i < entries->count; i++) {
        Entry *entry = &entries->items[i];
        const Entry *last = kept > 0 ? &entries->items[kept - 1] : NULL;

        if (last == NULL || strcmp(last->name, entry->name) != 0)
            entries->items[kept++] = *entry;
        else if (last->file == entry->file)
            return kubeconfig_file_error(entry->file, entry->body, err, "\"%s\" is defined twice",
                                         entry->name);
    }
    entries->count = kept;
    return true;
}

static bool entries_add(Entries *entries, const KubeconfigFile *file, const cJSON *item,
                        const char *body_key, Error *err)
{
    Entry entry = {.file = file, .order = entries->count};

    if (!cJSON_IsObject(item))
        return kubeconfig_file_error(file, item, err, "expected {name: ..., %s: {...}}", body_key);
    if (!kubeconfig_file_text(file, item, "name", &entry.name, err))
        return false;
    if (entry.name == NULL)
        return kubeconfig_file_error(file, item, err, "this %s has no name", body_key);
    entry.body = cJSON_GetObjectItemCaseSensitive(item, body_key);
    if (!cJSON_IsObject(entry.body))
        return kubeconfig_file_error(file, item, err, "\"%s\" has no %s", entry.name, body_key);
    MEMORY_GROW(entries->items, entries->count, entries->capacity);
    entries->items[entries->count++] = entry;
    return true;
}

static bool entries_read(Entries *entries, const KubeconfigFile *file, const char *list_key,
                         const char *body_key, Error *err)
{
    const cJSON *list = cJSON_GetObjectItemCaseSensitive(kubeconfig_file_root(file), list_key);
    const cJSON *item;

    if (list == NULL || cJSON_IsNull(list))
        return true;
    if (!cJSON_IsArray(list))
        return kubeconfig_file_error(file, list, err, "%s must be a list", list_key);
    for (item = list->child; item != NULL; item = item->next)
        if (!entries_add(entries, file, item, body_key, err))
            return false;
    return true;
}

static bool index_files(Kubeconfig *config, Error *err)
{
    for (size_t i = 0; i < config->file_count; i++) {
        const KubeconfigFile *file = &config->files[i];

        if (!entries_read(&config->contexts, file, "contexts", "context", err) ||
            !entries_read(&config->clusters, file, "clusters", "cluster", err) ||
            !entries_read(&config->users, file, "users", "user", err))
            return false;
    }
    return entries_settle(&config->contexts, err) && entries_settle(&config->clusters, err) &&
           entries_settle(&config->users, err);
}

/* As kubectl: files of a list that do not exist are left out; a single one must be there. */
static bool read_files(Kubeconfig *config, const char *paths, Error *err)
{
    char *list = memory_text(paths), *rest = NULL;
    bool is_list = strchr(paths, ':') != NULL, ok = true;
    size_t capacity = 0;

    for (char *path = strtok_r(list, ":", &rest); ok && path != NULL;
         path = strtok_r(NULL, ":", &rest)) {
        if (is_list && !file_exists(path))
            continue;
        MEMORY_GROW(config->files, config->file_count, capacity);
        ok = kubeconfig_file_read(path, &config->files[config->file_count], err);
        config->file_count += ok ? 1 : 0;
    }
    free(list);
    if (ok && config->file_count == 0)
        return error_set(err, ERR_INPUT, "none of the files exists: %s", paths);
    return ok;
}

static char *default_paths(void)
{
    const char *paths = getenv("KUBECONFIG"), *home = getenv("HOME");

    if (paths != NULL && paths[0] != '\0')
        return memory_text(paths);
    return memory_format("%s/.kube/config", home != NULL ? home : "");
}

bool kubeconfig_read(const char *path, Kubeconfig **out_kubeconfig, Error *err)
{
    Kubeconfig *config = MEMORY_NEW(Kubeconfig);
    char *paths = path != NULL ? memory_text(path) : default_paths();
    bool ok = read_files(config, paths, err) && index_files(config, err);

    free(paths);
    if (ok)
        *out_kubeconfig = config;
    else
        kubeconfig_free(config);
    return ok || error_wrap(err, "kubeconfig");
}

void kubeconfig_free(Kubeconfig *config)
{
    if (config == NULL)
        return;
    for (size_t i = 0; i < config->file_count; i++)
        kubeconfig_file_release(&config->files[i]);
    free(config->files);
    free(config->contexts.items);
    free(config->clusters.items);
    free(config->users.items);
    arena_release(&config->arena);
    free(config);
}

/* ---- finding ---------------------------------------------------------------------------------- */

static int compare_name(const void *name, const void *entry)
{
    return strcmp(name, ((const Entry *)entry)->name);
}

static Entry *entries_find(const Entries *entries, const char *name)
{
    if (entries->count == 0)
        return NULL;
    return bsearch(name, entries->items, entries->count, sizeof *entries->items, compare_name);
}

enum { NAMES_SHOWN = 8 };

/* "did you mean", or the first few there are. */
static bool fail_not_found(const Kubeconfig *config, const char *name, Error *err)
{
    const Entries *contexts = &config->contexts;
    const char **names = memory_new(contexts->count + 1, sizeof *names);
    const char *nearest;
    Buffer shown = {0};

    for (size_t i = 0; i < contexts->count; i++) {
        names[i] = contexts->items[i].name;
        if (i < NAMES_SHOWN)
            buffer_format(&shown, "%s%s", i > 0 ? ", " : "", names[i]);
    }
    if (contexts->count > NAMES_SHOWN)
        buffer_format(&shown, " and %zu more", contexts->count - NAMES_SHOWN);
    nearest = yaml_nearest(name, names);
    if (nearest != NULL)
        error_set(err, ERR_NOT_FOUND, "kubeconfig has no context \"%s\"; did you mean \"%s\"?",
                  name, nearest);
    else
        error_set(err, ERR_NOT_FOUND, "kubeconfig has no context \"%s\"; there are: %s", name,
                  shown.length > 0 ? shown.data : "none at all");
    buffer_release(&shown);
    free(names);
    return false;
}

/* ---- putting a context together --------------------------------------------------------------- */

/* Moves heap text into the arena, without the blanks at its end if it is one line. */
static const char *keep(Arena *arena, char *text, bool is_line)
{
    const char *kept;
    size_t length;

    if (text == NULL)
        return NULL;
    length = strlen(text);
    while (is_line && length > 0 && strchr(" \t\r\n", text[length - 1]) != NULL)
        length--;
    kept = arena_text_of(arena, text, length);
    free(text);
    return kept;
}

static bool contents(Kubeconfig *config, const Entry *entry, const char *key,
                     const char **out_contents, Error *err)
{
    char *text;

    if (!kubeconfig_file_contents(entry->file, entry->body, key, &text, err))
        return false;
    *out_contents = keep(&config->arena, text, false);
    return true;
}

static const cJSON *part(const Entry *entry, const char *key)
{
    return cJSON_GetObjectItemCaseSensitive(entry->body, key);
}

static bool set_server(Kubeconfig *config, const Entry *cluster, KubeContext *context, Error *err)
{
    const char *server;
    size_t length;

    if (!kubeconfig_file_text(cluster->file, cluster->body, "server", &server, err))
        return false;
    if (server == NULL)
        return kubeconfig_file_error(cluster->file, cluster->body, err,
                                     "cluster \"%s\" has no server", cluster->name);
    if (strncmp(server, "https://", 8) != 0 && strncmp(server, "http://", 7) != 0)
        return kubeconfig_file_error(cluster->file, part(cluster, "server"), err,
                                     "server \"%s\" must begin with https://", server);
    length = strlen(server);
    while (length > 0 && server[length - 1] == '/')
        length--;
    context->server = arena_text_of(&config->arena, server, length);
    return true;
}

/* Puts the place in the file before an error about one of its values. */
static bool fail_at(const Entry *entry, const char *key, const Error *why, Error *err)
{
    kubeconfig_file_error(entry->file, part(entry, key), err, "%s: %s", key, why->message);
    if (err != NULL)
        err->code = why->code;
    return false;
}

static bool set_addresses(Kubeconfig *config, const Entry *cluster, KubeContext *context,
                          Error *err)
{
    const char *proxy;
    Error why;

    if (!kubeconfig_file_text(cluster->file, cluster->body, "proxy-url", &proxy, err))
        return false;
    if (proxy != NULL)
        return kubeconfig_address_proxy(proxy, &config->arena, &context->proxy, &why) ||
               fail_at(cluster, "proxy-url", &why, err);
    return kubeconfig_address_of(context->server, &config->arena, &context->connect_to, &why) ||
           fail_at(cluster, "server", &why, err);
}

static bool use_cluster(Kubeconfig *config, const Entry *cluster, KubeContext *context, Error *err)
{
    HttpsTrust *trust = &context->trust;

    if (!set_server(config, cluster, context, err) ||
        !set_addresses(config, cluster, context, err) ||
        !contents(config, cluster, "certificate-authority", &trust->ca_pem, err) ||
        !kubeconfig_file_text(cluster->file, cluster->body, "tls-server-name", &trust->server_name,
                              err))
        return false;
    trust->is_insecure = cJSON_IsTrue(part(cluster, "insecure-skip-tls-verify"));
    if (trust->is_insecure && trust->ca_pem != NULL)
        return kubeconfig_file_error(
            cluster->file, part(cluster, "insecure-skip-tls-verify"), err,
            "insecure-skip-tls-verify and certificate-authority exclude each other");
    return true;
}

static const struct {
    const char *key, *instead;
} UNSUPPORTED[] = {
    {"exec",          "gets its credentials from a plug-in (exec), which is not supported yet: have the "
             "plug-in's token written to a file and name that in tokenFile"                   },
    {"auth-provider", "uses auth-provider, which Kubernetes has removed: write a token to a file "
                      "and name that in tokenFile"                                   },
    {"as",            "impersonates another (as), which is not supported: use that user's own credentials"},
};

static bool refuse_unsupported(const Entry *user, Error *err)
{
    for (size_t i = 0; i < sizeof UNSUPPORTED / sizeof *UNSUPPORTED; i++)
        if (part(user, UNSUPPORTED[i].key) != NULL && !cJSON_IsNull(part(user, UNSUPPORTED[i].key)))
            return kubeconfig_file_error(user->file, part(user, UNSUPPORTED[i].key), err,
                                         "user \"%s\" %s", user->name, UNSUPPORTED[i].instead);
    return true;
}

/* A token file that can be read wins over the token beside it, as in client-go. */
static bool set_token(Kubeconfig *config, const Entry *user, KubeContext *context, Error *err)
{
    const char *token;
    char *from_file;

    if (!kubeconfig_file_text(user->file, user->body, "token", &token, err))
        return false;
    if (kubeconfig_file_beside(user->file, user->body, "tokenFile", &from_file,
                               token == NULL ? err : NULL))
        context->bearer_token = keep(&config->arena, from_file, true);
    else if (token == NULL)
        return false;
    if (context->bearer_token == NULL)
        context->bearer_token = token;
    return true;
}

static bool use_user(Kubeconfig *config, const Entry *user, KubeContext *context, Error *err)
{
    HttpsTrust *trust = &context->trust;

    if (!refuse_unsupported(user, err) || !set_token(config, user, context, err) ||
        !kubeconfig_file_text(user->file, user->body, "username", &context->user, err) ||
        !kubeconfig_file_text(user->file, user->body, "password", &context->password, err) ||
        !contents(config, user, "client-certificate", &trust->client_certificate_pem, err) ||
        !contents(config, user, "client-key", &trust->client_key_pem, err))
        return false;
    if ((trust->client_certificate_pem == NULL) != (trust->client_key_pem == NULL))
        return kubeconfig_file_error(user->file, user->body, err,
                                     "user \"%s\" has a client-%s and no client-%s", user->name,
                                     trust->client_key_pem == NULL ? "certificate" : "key",
                                     trust->client_key_pem == NULL ? "key" : "certificate");
    return true;
}

/* The cluster or user that the context names; *out_entry stays NULL if it names none. */
static bool follow(const Entry *entry, const char *key, const Entries *entries, Entry **out_entry,
                   Error *err)
{
    const char *name;

    *out_entry = NULL;
    if (!kubeconfig_file_text(entry->file, entry->body, key, &name, err))
        return false;
    if (name == NULL)
        return true;
    *out_entry = entries_find(entries, name);
    return *out_entry != NULL ||
           kubeconfig_file_error(entry->file, part(entry, key), err,
                                 "context \"%s\" names the %s \"%s\", which is not defined",
                                 entry->name, key, name);
}

static bool assemble(Kubeconfig *config, Entry *entry, Error *err)
{
    KubeContext *context = ARENA_NEW(&config->arena, KubeContext);
    Entry *cluster, *user;

    context->name = entry->name;
    if (!follow(entry, "cluster", &config->clusters, &cluster, err) ||
        !follow(entry, "user", &config->users, &user, err) ||
        !kubeconfig_file_text(entry->file, entry->body, "namespace", &context->default_namespace,
                              err))
        return false;
    if (cluster == NULL)
        return kubeconfig_file_error(entry->file, entry->body, err,
                                     "context \"%s\" names no cluster", entry->name);
    if (context->default_namespace == NULL)
        context->default_namespace = "default";
    if (!use_cluster(config, cluster, context, err) ||
        (user != NULL && !use_user(config, user, context, err)))
        return false;
    entry->ready = context;
    return true;
}

bool kubeconfig_context(Kubeconfig *config, const char *name, const KubeContext **out_context,
                        Error *err)
{
    Entry *entry = entries_find(&config->contexts, name);

    if (entry == NULL)
        return fail_not_found(config, name, err);
    if (entry->ready == NULL && !assemble(config, entry, err))
        return error_wrap(err, "kubeconfig");
    *out_context = entry->ready;
    return true;
}
