/*
 * conformance/fakes/spaces.c - the namespaces of a case under names of their own, on a server that belongs to others.
 */
#include "conformance/fakes/spaces.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

struct Spaces {
    char *prefix;
    char **names; /* as the case calls them */
    char **there; /* NULL-ended */
    size_t count, capacity;
};

static const char COLLECTION[] = "/api/v1/namespaces";

/* Controllers and kubelets, not the API server, decide what becomes of these. */
static const char *const ACTED_ON[] = {"deployments", "replicasets", "pods", "services", "events"};

static bool has(const Spaces *spaces, const char *name, size_t length)
{
    for (size_t i = 0; i < spaces->count; i++) {
        if (strlen(spaces->names[i]) == length && strncmp(spaces->names[i], name, length) == 0)
            return true;
    }
    return false;
}

static void add(Spaces *spaces, const char *name)
{
    if (has(spaces, name, strlen(name)))
        return;
    MEMORY_GROW(spaces->names, spaces->count, spaces->capacity);
    spaces->there = memory_resize(spaces->there, spaces->capacity + 1, sizeof *spaces->there);
    spaces->names[spaces->count] = memory_text(name);
    spaces->there[spaces->count++] = memory_format("%s%s", spaces->prefix, name);
    spaces->there[spaces->count] = NULL;
}

/* The path is that of all namespaces. */
static bool is_collection(const char *path)
{
    size_t length = sizeof COLLECTION - 1;

    return strncmp(path, COLLECTION, length) == 0 && strcspn(path, "?") == length;
}

static bool makes_one(const char *request)
{
    return request && strncmp(request, "POST ", 5) == 0 && is_collection(request + 5);
}

static void add_of_step(Spaces *spaces, const cJSON *step)
{
    const char *given = json_string_or(step, "given", json_string(step, "meanwhile"));
    const char *name = json_string(step, "body/metadata/name");
    cJSON *body = NULL;
    const char *text = json_string(step, "body");

    if (given && makes_one(given) && name)
        add(spaces, name);
    if (!makes_one(json_string(step, "request")) || !text ||
        !json_parse(text, strlen(text), &body, NULL))
        return;
    name = json_string(body, "metadata/name");
    if (name)
        add(spaces, name);
    cJSON_Delete(body);
}

Spaces *spaces_new(const char *prefix, const cJSON *steps)
{
    Spaces *spaces = MEMORY_NEW(Spaces);
    const cJSON *step;

    spaces->prefix = memory_text(prefix);
    spaces->there = memory_new(1, sizeof *spaces->there);
    cJSON_ArrayForEach(step, steps) add_of_step(spaces, step);
    return spaces;
}

void spaces_free(Spaces *spaces)
{
    if (!spaces)
        return;
    for (size_t i = 0; i < spaces->count; i++) {
        free(spaces->names[i]);
        free(spaces->there[i]);
    }
    free(spaces->names);
    free(spaces->there);
    free(spaces->prefix);
    free(spaces);
}

const char *const *spaces_made(const Spaces *spaces)
{
    return (const char *const *)spaces->there;
}

void spaces_restore(const Spaces *spaces, Buffer *text)
{
    size_t length = strlen(spaces->prefix);
    Buffer out = {0};
    const char *at = text->data, *found;

    if (!length || !text->length)
        return;
    while ((found = memmem(at, text->length - (size_t)(at - text->data), spaces->prefix, length))) {
        buffer_add(&out, at, (size_t)(found - at));
        at = found + length;
    }
    buffer_add(&out, at, text->length - (size_t)(at - text->data));
    buffer_release(text);
    *text = out;
}

/* Behind each occurrence of before, a name of the case that after follows gets the prefix. */
static char *rename_behind(const Spaces *spaces, const char *text, const char *before,
                           const char *after)
{
    Buffer out = {0};
    const char *found;

    while (*spaces->prefix && (found = strstr(text, before)) != NULL) {
        const char *name = found + strlen(before);

        buffer_add(&out, text, (size_t)(name - text));
        if (has(spaces, name, strcspn(name, after)))
            buffer_add_text(&out, spaces->prefix);
        text = name;
    }
    buffer_add_text(&out, text);
    return buffer_take(&out);
}

char *spaces_path(const Spaces *spaces, const char *path)
{
    return is_collection(path) ? rename_behind(spaces, path, "metadata.name%3D", "&")
                               : rename_behind(spaces, path, "/namespaces/", "/?");
}

char *spaces_body(const Spaces *spaces, const char *path, const char *body)
{
    static const char *const NAMING[] = {"\"namespace\":\"", "\"namespace\": \"",
                                         "namespace: ", "\"name\":\"", "\"name\": \""};
    size_t count = is_collection(path) ? 5 : 3; /* only a namespace's own name is one */
    char *text = memory_text(body), *next;

    for (size_t i = 0; i < count; i++) {
        next = rename_behind(spaces, text, NAMING[i], "\"\n");
        free(text);
        text = next;
    }
    return text;
}

static bool is_acted_on(const char *resource)
{
    size_t length = strcspn(resource, "/?");

    for (size_t i = 0; i < sizeof ACTED_ON / sizeof *ACTED_ON; i++) {
        if (strlen(ACTED_ON[i]) == length && strncmp(ACTED_ON[i], resource, length) == 0)
            return true;
    }
    return false;
}

const char *spaces_objection(const Spaces *spaces, const char *method, const char *path)
{
    const char *within = strstr(path, "/namespaces/");
    size_t length = within ? strcspn(within + 12, "/?") : 0;

    if (!*spaces->prefix || strstr(path, "/selfsubject"))
        return NULL;
    if (strcmp(method, "POST") == 0 && is_collection(path))
        return NULL;
    if (!within || !has(spaces, within + 12, length))
        return "it is about the whole cluster, which belongs to others";
    if (within[12 + length] == '/' && is_acted_on(within + 12 + length + 1))
        return "the cluster's own controllers act on it";
    return NULL;
}
