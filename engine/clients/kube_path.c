/*
 * engine/clients/kube_path.c - where an object of the Kubernetes API is, for the server and for a person.
 */
#include "engine/clients/kube_path.h"

#include <assert.h>
#include <ctype.h>
#include <string.h>

#include "base/buffer.h"

/* The plural at the end of "apps/v1/deployments". */
static const char *plural(const char *resource)
{
    const char *slash = strrchr(resource, '/');

    assert(slash != NULL && "a resource is named with its group and version");
    return slash + 1;
}

static bool is_core(const char *resource)
{
    return strchr(resource, '/') == strrchr(resource, '/');
}

/* RFC 3986, section 3.3: what a path segment may hold as it is. */
static void add_segment(Buffer *url, const char *text)
{
    buffer_add_byte(url, '/');
    for (const char *at = text; *at != '\0'; at++) {
        if (isalnum((unsigned char)*at) || strchr("-._~:@", *at) != NULL)
            buffer_add_byte(url, (uint8_t)*at);
        else
            buffer_format(url, "%%%02X", (unsigned char)*at);
    }
}

char *kube_path_url(const char *server, const KubePath *path)
{
    Buffer url = {0};
    size_t group_length = (size_t)(plural(path->resource) - path->resource) - 1;

    buffer_format(&url, "%s/%s/%.*s", server, is_core(path->resource) ? "api" : "apis",
                  (int)group_length, path->resource);
    if (path->ns != NULL) {
        buffer_add_text(&url, "/namespaces");
        add_segment(&url, path->ns);
    }
    add_segment(&url, plural(path->resource));
    if (path->name != NULL)
        add_segment(&url, path->name);
    if (path->subresource != NULL)
        add_segment(&url, path->subresource);
    if (path->query != NULL)
        buffer_format(&url, "?%s", path->query);
    return buffer_take(&url);
}

char *kube_path_label(const KubePath *path)
{
    Buffer label = {0};

    buffer_add_text(&label, plural(path->resource));
    if (path->subresource != NULL)
        buffer_format(&label, "/%s", path->subresource);
    if (path->name != NULL)
        buffer_format(&label, " %s%s%s", path->ns != NULL ? path->ns : "",
                      path->ns != NULL ? "/" : "", path->name);
    else if (path->ns != NULL)
        buffer_format(&label, " in %s", path->ns);
    return buffer_take(&label);
}

bool kube_path_is_secret(const KubePath *path)
{
    return strcmp(path->resource, "v1/secrets") == 0;
}
