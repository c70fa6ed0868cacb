/*
 * fakes/kubernetes/surface/accept.c - reading an Accept header.
 */
#include "fakes/kubernetes/surface/accept.h"

#include <stddef.h>
#include <string.h>

/* A piece of the header, without the blanks around it. */
typedef struct {
    const char *at;
    size_t length;
} Piece;

static Piece trimmed(const char *at, size_t length)
{
    for (; length > 0 && *at == ' '; length--)
        at++;
    while (length > 0 && at[length - 1] == ' ')
        length--;
    return (Piece){at, length};
}

static bool says(Piece piece, const char *text)
{
    return piece.length == strlen(text) && strncmp(piece.at, text, piece.length) == 0;
}

/* The value of "as=", "g=" or "v=" in ";as=Table;g=meta.k8s.io;v=v1"; empty if there is none. */
static Piece parameter(Piece type, const char *name)
{
    const char *at = type.at, *end = type.at + type.length;

    while ((at = memchr(at, ';', (size_t)(end - at))) != NULL) {
        const char *next = memchr(at + 1, ';', (size_t)(end - at - 1));
        Piece pair = trimmed(at + 1, (size_t)((next != NULL ? next : end) - at - 1));
        size_t length = strlen(name);

        at++;
        if (pair.length > length && strncmp(pair.at, name, length) == 0 && pair.at[length] == '=')
            return trimmed(pair.at + length + 1, pair.length - length - 1);
    }
    return (Piece){"", 0};
}

static const struct {
    const char *name, *group, *version;
    KubeView view;
    bool is_discovery;
} VIEWS[] = {
    {"Table",                     "meta.k8s.io",         "v1",      VIEW_TABLE,        false},
    {"Table",                     "meta.k8s.io",         "v1beta1", VIEW_TABLE,        false},
    {"PartialObjectMetadata",     "meta.k8s.io",         "v1",      VIEW_PARTIAL,      false},
    {"PartialObjectMetadata",     "meta.k8s.io",         "v1beta1", VIEW_PARTIAL,      false},
    {"PartialObjectMetadataList", "meta.k8s.io",         "v1",      VIEW_PARTIAL_LIST, false},
    {"PartialObjectMetadataList", "meta.k8s.io",         "v1beta1", VIEW_PARTIAL_LIST, false},
    {"APIGroupDiscoveryList",     "apidiscovery.k8s.io", "v2",      VIEW_GROUPS,       true },
    {"APIGroupDiscoveryList",     "apidiscovery.k8s.io", "v2beta1", VIEW_GROUPS,       true },
};

/* Tables have cells of any type, which protobuf cannot have. */
static bool is_packable(KubeView view, KubeSubject subject)
{
    return view == VIEW_PARTIAL || view == VIEW_PARTIAL_LIST ||
           (view == VIEW_WHOLE && subject == ACCEPT_BUILT_IN);
}

static bool read_view(Piece type, KubeSubject subject, KubeAccept *accept)
{
    Piece name = parameter(type, "as"), group = parameter(type, "g"),
          version = parameter(type, "v");

    if (name.length == 0)
        return accept->media != MEDIA_PROTOBUF || is_packable(VIEW_WHOLE, subject);
    for (size_t i = 0; i < sizeof VIEWS / sizeof *VIEWS; i++)
        if (VIEWS[i].is_discovery == (subject == ACCEPT_DISCOVERY) && says(name, VIEWS[i].name) &&
            says(group, VIEWS[i].group) && says(version, VIEWS[i].version) &&
            (accept->media != MEDIA_PROTOBUF || is_packable(VIEWS[i].view, subject))) {
            accept->view = VIEWS[i].view;
            accept->version = VIEWS[i].version;
            return true;
        }
    accept->has_unknown_view = true;
    return false;
}

static KubeMedia media_of(Piece type)
{
    const char *semicolon = memchr(type.at, ';', type.length);
    Piece name = trimmed(type.at, semicolon != NULL ? (size_t)(semicolon - type.at) : type.length);

    if (says(name, "application/json") || says(name, "*/*") || says(name, "application/*"))
        return MEDIA_JSON;
    if (says(name, "application/vnd.kubernetes.protobuf"))
        return MEDIA_PROTOBUF;
    return says(name, "application/yaml") ? MEDIA_YAML : MEDIA_NONE;
}

/* The type that the header has before "," or its end, and what stands behind that. */
static Piece next_type(const char **header)
{
    size_t length = strcspn(*header, ",");
    Piece type = trimmed(*header, length);

    *header += length + ((*header)[length] == ',');
    return type;
}

/* A Status has no views. */
static KubeMedia status_media(const char *header)
{
    while (*header) {
        Piece type = next_type(&header);
        KubeMedia media = media_of(type);

        if (media != MEDIA_NONE && parameter(type, "as").length == 0)
            return media;
    }
    return MEDIA_JSON;
}

KubeAccept accept_read(const char *header, KubeSubject subject)
{
    KubeAccept accept = {.version = "", .media = MEDIA_JSON};

    if (header == NULL || *header == 0)
        return accept;
    accept.status_media = status_media(header);
    while (*header) {
        Piece type = next_type(&header);

        accept.media = media_of(type);
        if (accept.media != MEDIA_NONE && read_view(type, subject, &accept))
            return accept;
    }
    accept.media = MEDIA_NONE;
    return accept;
}

bool accept_names(const char *header, const char *type)
{
    size_t length = strlen(type);

    while (header != NULL && *header) {
        header += strspn(header, ", ");
        if (strncmp(header, type, length) == 0 && strchr(",; ", header[length]) != NULL)
            return true;
        header += strcspn(header, ",");
    }
    return false;
}
