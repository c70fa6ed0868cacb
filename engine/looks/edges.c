/*
 * engine/looks/edges.c - what a control plane's edge said last about its stream.
 */
#include "engine/observations.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static EdgeSays class_of(const char *line)
{
    static const struct {
        const char *part;
        EdgeSays says;
    } CLASSES[] = {
        {"Unauthenticated",      EDGE_SAYS_AUTH     },
        {"PermissionDenied",     EDGE_SAYS_AUTH     },
        {"x509",                 EDGE_SAYS_TLS      },
        {"certificate",          EDGE_SAYS_TLS      },
        {"no such host",         EDGE_SAYS_NETWORK  },
        {"timeout",              EDGE_SAYS_NETWORK  },
        {"connection refused",   EDGE_SAYS_NETWORK  },
        {"connection reset",     EDGE_SAYS_NETWORK  },
        {"Unavailable",          EDGE_SAYS_NETWORK  },
        {"connected to central", EDGE_SAYS_CONNECTED},
    };

    for (size_t i = 0; i < sizeof CLASSES / sizeof *CLASSES; i++) {
        if (strstr(line, CLASSES[i].part))
            return CLASSES[i].says;
    }
    return EDGE_SAYS_NOTHING;
}

/* What it comes to: a long line says it last, after the words of each layer. */
static const char *essence_of(const char *line)
{
    static const char DESCRIPTION[] = "desc = ";
    const char *found = line, *next = line;

    while ((next = strstr(next, DESCRIPTION)))
        found = next += strlen(DESCRIPTION);
    return found;
}

/* The last line that says anything about the stream decides. */
static EdgeSays last_word(char *log, char out_line[200])
{
    EdgeSays says = EDGE_SAYS_NOTHING;
    char *rest = log, *line;

    out_line[0] = '\0';
    while ((line = strsep(&rest, "\n"))) {
        EdgeSays now = class_of(line);

        if (now == EDGE_SAYS_NOTHING)
            continue;
        says = now;
        snprintf(out_line, 200, "%.199s", essence_of(line));
    }
    return says;
}

static bool read_log(const ControlPlane *site, const char *pod, int64_t since_s, char **out_log,
                     Error *err)
{
    KubePath path = {.resource = "v1/pods",
                     .ns = site->spec->ns,
                     .name = pod,
                     .subresource = "log"};
    char query[64];

    snprintf(query, sizeof query, "tailLines=20&sinceSeconds=%lld", (long long)since_s);
    path.query = query;
    return kube_client_get_text(site->kube, &path, out_log, err);
}

bool see_edge(const ControlPlane *site, int64_t since_s, EdgeSays *out_says, char out_line[200],
              Error *err)
{
    KubePath path = {.resource = "v1/pods",
                     .ns = site->spec->ns,
                     .query = "labelSelector=app%3Dedge"};
    char line[200], *log = NULL;
    cJSON *pods = NULL;
    const char *pod;
    bool ok = kube_client_get(site->kube, &path, &pods, err);

    pod = ok ? json_string_or(pods, "items/0/metadata/name", "") : "";
    if (ok && !*pod)
        ok = error_set(err, ERR_NOT_FOUND, "%s: edge has no pod", kube_client_context(site->kube));
    ok = ok && read_log(site, pod, since_s, &log, err);
    if (ok)
        *out_says = last_word(log, out_line ? out_line : line);
    free(log);
    cJSON_Delete(pods);
    return ok;
}
