/*
 * fakes/kubernetes/surface/discovery.c - the documents of discovery, from the kinds.
 */
#include "fakes/kubernetes/surface/discovery.h"

#include <ctype.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "fakes/kubernetes/status.h"
#include "fakes/kubernetes/store.h"

/* ---- the order -------------------------------------------------------------------------------- */

/* "v1beta2" is {2, 1, 2}: what is stable comes first, then the higher numbers. */
typedef struct {
    int stability, major, minor;
} VersionRank;

static VersionRank version_rank(const char *version)
{
    VersionRank rank = {3, 0, 0};
    char word[8] = "", rest;
    int count = sscanf(version, "v%d%7[a-z]%d%c", &rank.major, word, &rank.minor, &rest);

    if (count == 1 && isdigit((unsigned char)version[strlen(version) - 1]))
        rank.stability = 0;
    else if (count == 3 && strcmp(word, "beta") == 0)
        rank.stability = 1;
    else if (count == 3 && strcmp(word, "alpha") == 0)
        rank.stability = 2;
    return rank;
}

static int compare_versions(const char *a, const char *b)
{
    VersionRank first = version_rank(a), second = version_rank(b);

    if (first.stability != second.stability)
        return first.stability - second.stability;
    if (first.stability < 3 && first.major != second.major)
        return second.major - first.major;
    if (first.stability < 3 && first.minor != second.minor)
        return second.minor - first.minor;
    return strcmp(a, b);
}

/* The built-in groups stand as they are; after them, those of custom resources by name. */
static int compare_kinds(const void *a, const void *b)
{
    const KubeKind *first = *(const KubeKind *const *)a, *second = *(const KubeKind *const *)b;
    int order = strcmp(first->group, second->group);

    if (order == 0)
        order = compare_versions(first->version, second->version);
    return order != 0 ? order : strcmp(first->plural, second->plural);
}

static void add_kinds(KubeKindList *list, const KubeKinds *kinds, bool is_custom)
{
    const KubeKind *kind = NULL;

    while ((kind = kube_kind_next(kinds, kind)) != NULL) {
        if (kube_kind_has(kind, KUBE_CUSTOM) != is_custom)
            continue;
        MEMORY_GROW(list->items, list->count, list->capacity);
        list->items[list->count++] = kind;
    }
}

KubeKindList discovery_kinds(const KubeCluster *cluster)
{
    KubeKindList list = {0};
    int built_in;

    add_kinds(&list, &cluster->kinds, false);
    built_in = list.count;
    add_kinds(&list, &cluster->kinds, true);
    if (list.count > built_in)
        qsort(list.items + built_in, (size_t)(list.count - built_in), sizeof *list.items,
              compare_kinds);
    return list;
}

void discovery_kinds_release(KubeKindList *kinds)
{
    free(kinds->items);
    *kinds = (KubeKindList){0};
}

/* ---- subresources ----------------------------------------------------------------------------- */

#define READ_WRITE "get,patch,update"
#define ANY        "create,delete,get,patch,update"

static const struct {
    const char *resource;
    KubePartRow part;
} PARTS[] = {
    {"namespaces",                 {"finalize", "", "", "", "update", true}                                 },
    {"nodes",                      {"proxy", "", "", "NodeProxyOptions", ANY, false}                        },
    {"pods",                       {"attach", "", "", "PodAttachOptions", "create,get", false}              },
    {"pods",                       {"binding", "", "", "Binding", "create", false}                          },
    {"pods",                       {"ephemeralcontainers", "", "", "", READ_WRITE, true}                    },
    {"pods",                       {"eviction", "policy", "v1", "Eviction", "create", false}                },
    {"pods",                       {"exec", "", "", "PodExecOptions", "create,get", false}                  },
    {"pods",                       {"log", "", "", "", "get", true}                                         },
    {"pods",                       {"portforward", "", "", "PodPortForwardOptions", "create,get", false}    },
    {"pods",                       {"proxy", "", "", "PodProxyOptions", ANY, false}                         },
    {"serviceaccounts",            {"token", "authentication.k8s.io", "v1", "TokenRequest", "create", false}},
    {"services",                   {"proxy", "", "", "ServiceProxyOptions", ANY, false}                     },
    {"certificatesigningrequests", {"approval", "", "", "", READ_WRITE, true}                               },
};
static const KubePartRow SCALE = {"scale", "autoscaling", "v1", "Scale", READ_WRITE, false};
static const KubePartRow STATUS = {"status", "", "", "", READ_WRITE, true};

/* All are called before "scale" and "status", which of custom resources are the other way round. */
const KubePartRow *discovery_part(const KubeKind *kind, int index)
{
    bool is_custom = kube_kind_has(kind, KUBE_CUSTOM);

    for (size_t i = 0; i < sizeof PARTS / sizeof *PARTS && !is_custom; i++)
        if (strcmp(PARTS[i].resource, kind->plural) == 0 && index-- == 0)
            return &PARTS[i].part;
    for (int i = 0; i < 2; i++) {
        const KubePartRow *part = (i == 0) == is_custom ? &STATUS : &SCALE;

        if (kube_kind_has(kind, part == &STATUS ? KUBE_WITH_STATUS : KUBE_WITH_SCALE) &&
            index-- == 0)
            return part;
    }
    return NULL;
}

/* ---- what each resource is -------------------------------------------------------------------- */

const char *discovery_verbs(const KubeKind *kind)
{
    if (kube_kind_has(kind, KUBE_REVIEW))
        return "create";
    if (kube_kind_has(kind, KUBE_READ_ONLY))
        return "get,list";
    if (kube_kind_has(kind, KUBE_CUSTOM))
        return "delete,deletecollection,get,list,patch,create,update,watch";
    if (*kind->group == 0 && strcmp(kind->plural, "namespaces") == 0)
        return "create,delete,get,list,patch,update,watch";
    return "create,delete,deletecollection,get,list,patch,update,watch";
}

/* "crd,crds"; nothing for "". */
static void add_words(cJSON *json, const char *key, const char *words)
{
    cJSON *array;

    if (*words == 0)
        return;
    array = cJSON_AddArrayToObject(json, key);
    while (*words) {
        size_t length = strcspn(words, ",");
        char *word = memory_text_of(words, length);

        cJSON_AddItemToArray(array, cJSON_CreateString(word));
        free(word);
        words += length + (words[length] == ',');
    }
}

/* Some resources are stored as another group or version has them. */
static const struct {
    const char *group, *plural, *stored_as;
} STORED[] = {
    {"events.k8s.io",        "events",                    "/v1/Event"                             },
    {"autoscaling",          "horizontalpodautoscalers",  "autoscaling/v2/HorizontalPodAutoscaler"},
    {"apiextensions.k8s.io", "customresourcedefinitions",
     "apiextensions.k8s.io/v1beta1/CustomResourceDefinition"                                      },
};

static const char *stored_version(const KubeCluster *cluster, const KubeKind *kind)
{
    char name[128];
    const cJSON *version;

    cJSON_ArrayForEach(version, json_find(kube_find(cluster, "customresourcedefinitions", NULL,
                                                    status_resource_name(kind, name)),
                                          "spec/versions"))
    {
        if (json_bool_or(version, "storage", false))
            return json_string_or(version, "name", kind->version);
    }
    return kind->version;
}

static void add_storage_hash(const KubeCluster *cluster, cJSON *resource, const KubeKind *kind)
{
    char *stored_as = NULL, *text;
    unsigned char digest[EVP_MAX_MD_SIZE];

    if (kube_kind_has(kind, KUBE_REVIEW) || kube_kind_has(kind, KUBE_READ_ONLY))
        return;
    for (size_t i = 0; i < sizeof STORED / sizeof *STORED; i++)
        if (strcmp(STORED[i].group, kind->group) == 0 &&
            strcmp(STORED[i].plural, kind->plural) == 0)
            stored_as = memory_text(STORED[i].stored_as);
    if (stored_as == NULL)
        stored_as =
            memory_format("%s/%s/%s", kind->group, stored_version(cluster, kind), kind->kind);
    EVP_Digest(stored_as, strlen(stored_as), digest, NULL, EVP_sha256(), NULL);
    text = json_base64(digest, 8);
    cJSON_AddStringToObject(resource, "storageVersionHash", text);
    free(text);
    free(stored_as);
}

static cJSON *add_resource(cJSON *list, const char *name, const char *singular,
                           const KubeKind *kind)
{
    cJSON *resource = cJSON_CreateObject();

    cJSON_AddStringToObject(resource, "name", name);
    cJSON_AddStringToObject(resource, "singularName", singular);
    cJSON_AddBoolToObject(resource, "namespaced", kube_kind_has(kind, KUBE_NAMESPACED));
    cJSON_AddItemToArray(list, resource);
    return resource;
}

static void add_part(cJSON *list, const KubeKind *kind, const KubePartRow *part)
{
    char *name = memory_format("%s/%s", kind->plural, part->name);
    cJSON *resource = add_resource(list, name, "", kind);

    if (*part->group) {
        cJSON_AddStringToObject(resource, "group", part->group);
        cJSON_AddStringToObject(resource, "version", part->version);
    }
    cJSON_AddStringToObject(resource, "kind", part->is_its_own ? kind->kind : part->kind);
    add_words(resource, "verbs", part->verbs);
    free(name);
}

static void add_kind(const KubeCluster *cluster, cJSON *list, const KubeKind *kind)
{
    cJSON *resource = add_resource(list, kind->plural, kind->singular, kind);
    const KubePartRow *part;

    cJSON_AddStringToObject(resource, "kind", kind->kind);
    add_words(resource, "verbs", discovery_verbs(kind));
    add_words(resource, "shortNames", kind->short_names);
    add_words(resource, "categories", kind->categories);
    add_storage_hash(cluster, resource, kind);
    for (int i = 0; (part = discovery_part(kind, i)) != NULL; i++)
        add_part(list, kind, part);
}

cJSON *discovery_resources(const KubeCluster *cluster, const char *api_version)
{
    cJSON *json = cJSON_CreateObject(), *list;
    KubeKindList kinds = discovery_kinds(cluster);
    char own[64];

    cJSON_AddStringToObject(json, "kind", "APIResourceList");
    if (strchr(api_version, '/') != NULL) /* the core group's document does without */
        cJSON_AddStringToObject(json, "apiVersion", "v1");
    cJSON_AddStringToObject(json, "groupVersion", api_version);
    list = cJSON_AddArrayToObject(json, "resources");
    for (int i = 0; i < kinds.count; i++)
        if (strcmp(kube_api_version(kinds.items[i], own), api_version) == 0)
            add_kind(cluster, list, kinds.items[i]);
    discovery_kinds_release(&kinds);
    if (list->child != NULL)
        return json;
    cJSON_Delete(json);
    return NULL;
}

/* ---- groups ----------------------------------------------------------------------------------- */

static cJSON *version_entry(const KubeKind *kind)
{
    cJSON *entry = cJSON_CreateObject();
    char api_version[64];

    cJSON_AddStringToObject(entry, "groupVersion", kube_api_version(kind, api_version));
    cJSON_AddStringToObject(entry, "version", kind->version);
    return entry;
}

static bool is_same_group(const KubeKind *a, const KubeKind *b)
{
    return strcmp(a->group, b->group) == 0;
}

static bool is_same_version(const KubeKind *a, const KubeKind *b)
{
    return is_same_group(a, b) && strcmp(a->version, b->version) == 0;
}

/* The first of a group's versions is the preferred one. */
static void fill_group(cJSON *group, const KubeKindList *kinds, int first)
{
    cJSON *versions;

    cJSON_AddStringToObject(group, "name", kinds->items[first]->group);
    versions = cJSON_AddArrayToObject(group, "versions");
    for (int i = first; i < kinds->count && is_same_group(kinds->items[i], kinds->items[first]);
         i++)
        if (i == first || !is_same_version(kinds->items[i], kinds->items[i - 1]))
            cJSON_AddItemToArray(versions, version_entry(kinds->items[i]));
    cJSON_AddItemToObject(group, "preferredVersion", version_entry(kinds->items[first]));
}

static bool begins_group(const KubeKindList *kinds, int i)
{
    return *kinds->items[i]->group &&
           (i == 0 || !is_same_group(kinds->items[i], kinds->items[i - 1]));
}

cJSON *discovery_groups(const KubeCluster *cluster)
{
    cJSON *json = cJSON_CreateObject(), *list, *group;
    KubeKindList kinds = discovery_kinds(cluster);

    cJSON_AddStringToObject(json, "kind", "APIGroupList");
    cJSON_AddStringToObject(json, "apiVersion", "v1");
    list = cJSON_AddArrayToObject(json, "groups");
    for (int i = 0; i < kinds.count; i++)
        if (begins_group(&kinds, i)) {
            cJSON_AddItemToArray(list, group = cJSON_CreateObject());
            fill_group(group, &kinds, i);
        }
    discovery_kinds_release(&kinds);
    return json;
}

cJSON *discovery_group(const KubeCluster *cluster, const char *name)
{
    cJSON *json = NULL;
    KubeKindList kinds = discovery_kinds(cluster);

    for (int i = 0; i < kinds.count && json == NULL; i++)
        if (begins_group(&kinds, i) && strcmp(kinds.items[i]->group, name) == 0) {
            json = cJSON_CreateObject();
            cJSON_AddStringToObject(json, "kind", "APIGroup");
            cJSON_AddStringToObject(json, "apiVersion", "v1");
            fill_group(json, &kinds, i);
        }
    discovery_kinds_release(&kinds);
    return json;
}

cJSON *discovery_core_versions(const char *address)
{
    cJSON *json = cJSON_CreateObject(), *list, *entry;

    cJSON_AddStringToObject(json, "kind", "APIVersions");
    add_words(json, "versions", "v1");
    list = cJSON_AddArrayToObject(json, "serverAddressByClientCIDRs");
    cJSON_AddItemToArray(list, entry = cJSON_CreateObject());
    cJSON_AddStringToObject(entry, "clientCIDR", "0.0.0.0/0");
    cJSON_AddStringToObject(entry, "serverAddress", address);
    return json;
}

/* ---- all in one document ---------------------------------------------------------------------- */

static void add_response_kind(cJSON *json, const char *group, const char *version, const char *kind)
{
    cJSON *response = cJSON_AddObjectToObject(json, "responseKind");

    cJSON_AddStringToObject(response, "group", group);
    cJSON_AddStringToObject(response, "version", version);
    cJSON_AddStringToObject(response, "kind", kind);
}

/* A built-in resource leaves out the group and version that it is listed under. */
static void add_own_kind(cJSON *json, const KubeKind *kind)
{
    bool is_custom = kube_kind_has(kind, KUBE_CUSTOM);

    add_response_kind(json, is_custom ? kind->group : "", is_custom ? kind->version : "",
                      kind->kind);
}

static void add_parts(cJSON *resource, const KubeKind *kind)
{
    const KubePartRow *part;
    cJSON *list = NULL, *json;

    for (int i = 0; (part = discovery_part(kind, i)) != NULL; i++) {
        if (list == NULL)
            list = cJSON_AddArrayToObject(resource, "subresources");
        cJSON_AddItemToArray(list, json = cJSON_CreateObject());
        cJSON_AddStringToObject(json, "subresource", part->name);
        if (part->is_its_own)
            add_own_kind(json, kind);
        else
            add_response_kind(json, part->group, part->version, part->kind);
        add_words(json, "verbs", part->verbs);
    }
}

static cJSON *aggregated_resource(const KubeKind *kind)
{
    cJSON *json = cJSON_CreateObject();

    cJSON_AddStringToObject(json, "resource", kind->plural);
    add_own_kind(json, kind);
    cJSON_AddStringToObject(json, "scope",
                            kube_kind_has(kind, KUBE_NAMESPACED) ? "Namespaced" : "Cluster");
    cJSON_AddStringToObject(json, "singularResource", kind->singular);
    add_words(json, "verbs", discovery_verbs(kind));
    add_words(json, "shortNames", kind->short_names);
    add_words(json, "categories", kind->categories);
    add_parts(json, kind);
    return json;
}

/* Adds the version that begins at i; returns where the next one begins. */
static int add_version(cJSON *versions, const KubeKindList *kinds, int i)
{
    const KubeKind *first = kinds->items[i];
    cJSON *version = cJSON_CreateObject(), *resources;

    cJSON_AddItemToArray(versions, version);
    cJSON_AddStringToObject(version, "version", first->version);
    resources = cJSON_AddArrayToObject(version, "resources");
    for (; i < kinds->count && is_same_version(kinds->items[i], first); i++)
        cJSON_AddItemToArray(resources, aggregated_resource(kinds->items[i]));
    cJSON_AddStringToObject(version, "freshness", "Current");
    return i;
}

/* The same for a group. */
static int add_group(cJSON *items, const KubeKindList *kinds, int i)
{
    const KubeKind *first = kinds->items[i];
    cJSON *group = cJSON_CreateObject(), *metadata, *versions;

    cJSON_AddItemToArray(items, group);
    metadata = cJSON_AddObjectToObject(group, "metadata");
    if (*first->group)
        cJSON_AddStringToObject(metadata, "name", first->group);
    cJSON_AddNullToObject(metadata, "creationTimestamp");
    versions = cJSON_AddArrayToObject(group, "versions");
    while (i < kinds->count && is_same_group(kinds->items[i], first))
        i = add_version(versions, kinds, i);
    return i;
}

cJSON *discovery_aggregated(const KubeCluster *cluster, bool is_core, const char *version)
{
    KubeKindList kinds = discovery_kinds(cluster);
    cJSON *json = cJSON_CreateObject(), *items;
    char *api_version = memory_format("apidiscovery.k8s.io/%s", version);

    cJSON_AddStringToObject(json, "kind", "APIGroupDiscoveryList");
    cJSON_AddStringToObject(json, "apiVersion", api_version);
    cJSON_AddObjectToObject(json, "metadata");
    items = cJSON_AddArrayToObject(json, "items");
    for (int i = 0; i < kinds.count;)
        if ((*kinds.items[i]->group == 0) == is_core)
            i = add_group(items, &kinds, i);
        else
            i++;
    free(api_version);
    discovery_kinds_release(&kinds);
    return json;
}
