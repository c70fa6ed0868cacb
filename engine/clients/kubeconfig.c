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
#include "engine/clients/kubeconfig_entry.h"
#include "engine/clients/kubeconfig_in_cluster.h"

typedef KubeconfigEntry Entry;

typedef struct {
    Entry *items; /* by name once read */
    size_t count, capacity;
} Entries;

struct Kubeconfig {
    KubeconfigFile *files;
    size_t file_count;
    bool may_ask_environment; /* nobody said which files */
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

/* What $KUBECONFIG says, else the usual place, else what a pod finds. */
static bool read_usual(Kubeconfig *config, Error *err)
{
    const char *paths = getenv("KUBECONFIG"), *home = getenv("HOME");
    char *usual;
    bool ok;

    if (paths != NULL && paths[0] != '\0')
        return read_files(config, paths, err);
    usual = memory_format("%s/.kube/config", home != NULL ? home : "");
    if (!file_exists(usual)) {
        config->files = MEMORY_NEW(KubeconfigFile);
        config->file_count = kubeconfig_in_cluster(KUBECONFIG_SERVICE_ACCOUNT, config->files);
    }
    ok = config->file_count > 0 || read_files(config, usual, err);
    free(usual);
    return ok;
}

bool kubeconfig_read(const char *path, Kubeconfig **out_kubeconfig, Error *err)
{
    Kubeconfig *config = MEMORY_NEW(Kubeconfig);
    bool ok;

    config->may_ask_environment = path == NULL;
    ok = (path != NULL ? read_files(config, path, err) : read_usual(config, err)) &&
         index_files(config, err);
    if (ok)
        *out_kubeconfig = config;
    else
        kubeconfig_free(config);
    return ok || error_wrap(err, "kubeconfig");
}

static void entries_release(Entries *entries)
{
    for (size_t i = 0; i < entries->count; i++)
        kube_identity_free(entries->items[i].identity);
    free(entries->items);
}

void kubeconfig_free(Kubeconfig *config)
{
    if (config == NULL)
        return;
    entries_release(&config->contexts);
    entries_release(&config->clusters);
    entries_release(&config->users);
    for (size_t i = 0; i < config->file_count; i++)
        kubeconfig_file_release(&config->files[i]);
    free(config->files);
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
           kubeconfig_file_error(entry->file, kubeconfig_entry_part(entry, key), err,
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
    if (!kubeconfig_cluster(cluster, &config->arena, config->may_ask_environment, context, err) ||
        (user != NULL && !kubeconfig_user(user, cluster, entry, &config->arena, context, err)))
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

const char *kubeconfig_context_name(const Kubeconfig *config, size_t index)
{
    return index < config->contexts.count ? config->contexts.items[index].name : NULL;
}
