/*
 * fakes/kubernetes/surface/openapi_paths.c - paths, operations and their parameters.
 */
#include "fakes/kubernetes/surface/openapi_paths.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "fakes/kubernetes/surface/discovery.h"

typedef enum {
    LIST = 1,
    POST = 2,
    DELETE_COLLECTION = 4,
    GET = 8,
    PUT = 16,
    DELETE = 32,
    PATCH = 64,
    WRITES = POST | PUT | PATCH,
    DELETIONS = DELETE | DELETE_COLLECTION,
    LISTINGS = LIST | DELETE_COLLECTION,
} Action;

static const struct {
    Action action;
    const char *verb; /* as discovery has it */
    const char *method, *name, *word;
    bool is_of_collection;
} ACTIONS[] = {
    {LIST,              "list",             "get",    "list",             "list",             true },
    {POST,              "create",           "post",   "post",             "create",           true },
    {DELETE_COLLECTION, "deletecollection", "delete", "deletecollection", "deleteCollection", true },
    {GET,               "get",              "get",    "get",              "read",             false},
    {PUT,               "update",           "put",    "put",              "replace",          false},
    {DELETE,            "delete",           "delete", "delete",           "delete",           false},
    {PATCH,             "patch",            "patch",  "patch",            "patch",            false},
};

static const struct {
    const char *name, *type, *about;
    unsigned actions;
} PARAMETERS[] = {
    {"allowWatchBookmarks",  "boolean", "A watch tells now and then how far it has come.",              LIST     },
    {"continue",             "string",  "Where the page before ended, as its list says.",               LISTINGS },
    {"dryRun",               "string",  "All: the answer is as it would be, and nothing changes.",
     WRITES | DELETIONS                                                                                          },
    {"fieldManager",         "string",  "Who makes the change.",                                        WRITES   },
    {"fieldSelector",        "string",  "Only objects whose fields are so.",                            LISTINGS },
    {"fieldValidation",      "string",  "What happens to unknown fields: Ignore, Warn or Strict.",
     WRITES                                                                                                      },
    {"force",                "boolean", "Apply takes fields away from other managers.",                 PATCH    },
    {"gracePeriodSeconds",   "integer", "How long the object has to end by itself.",                    DELETIONS},
    {"labelSelector",        "string",  "Only objects whose labels are so.",                            LISTINGS },
    {"limit",                "integer", "The most objects that a page has.",                            LISTINGS },
    {"orphanDependents",     "boolean", "Not used any more: see propagationPolicy.",                    DELETIONS},
    {"propagationPolicy",    "string",
     "What happens to what belongs to it: Orphan, Background, Foreground.",                             DELETIONS},
    {"resourceVersion",      "string",  "How new the answer must be.",                                  LISTINGS },
    {"resourceVersionMatch", "string",  "How resourceVersion is meant: Exact or NotOlderThan.",
     LISTINGS                                                                                                    },
    {"sendInitialEvents",    "boolean", "A watch begins with what there is, and says where that ends.",
     LISTINGS                                                                                                    },
    {"timeoutSeconds",       "integer", "How long the call may last.",                                  LISTINGS },
    {"watch",                "boolean", "Go on with every change.",                                     LIST     },
};

/* One place that operations are added to: what they are about, and in which of the two forms. */
typedef struct {
    OpenapiVersion version;
    cJSON *item; /* of the path */
    const KubeKind *kind;
    const char *schema;    /* what is given and taken */
    cJSON *group_kind;     /* x-kubernetes-group-version-kind of the operations */
    const char *id_suffix; /* "NamespacedDeploymentScale" */
} Place;

/* ---- parameters ------------------------------------------------------------------------------- */

static void add_type(const Place *place, cJSON *parameter, const char *type)
{
    cJSON *at =
        place->version == OPENAPI_3 ? cJSON_AddObjectToObject(parameter, "schema") : parameter;

    cJSON_AddStringToObject(at, "type", type);
    cJSON_AddTrueToObject(at, "uniqueItems");
}

static void add_parameter(const Place *place, cJSON *list, const char *in, const char *name,
                          const char *type, const char *about)
{
    cJSON *json = cJSON_CreateObject();

    cJSON_AddStringToObject(json, "name", name);
    cJSON_AddStringToObject(json, "in", in);
    cJSON_AddStringToObject(json, "description", about);
    if (strcmp(in, "path") == 0)
        cJSON_AddTrueToObject(json, "required");
    add_type(place, json, type);
    cJSON_AddItemToArray(list, json);
}

static void add_parameters(const Place *place, cJSON *operation, Action action)
{
    cJSON *list = cJSON_AddArrayToObject(operation, "parameters");

    for (size_t i = 0; i < sizeof PARAMETERS / sizeof *PARAMETERS; i++)
        if (PARAMETERS[i].actions & action)
            add_parameter(place, list, "query", PARAMETERS[i].name, PARAMETERS[i].type,
                          PARAMETERS[i].about);
}

/* ---- bodies and answers ----------------------------------------------------------------------- */

static void add_content(const Place *place, cJSON *json, const char *const *types,
                        const char *schema)
{
    cJSON *content = cJSON_AddObjectToObject(json, "content");

    for (; *types != NULL; types++)
        cJSON_AddItemToObject(cJSON_AddObjectToObject(content, *types), "schema",
                              openapi_reference(place->version, schema));
}

static const char *const *media_types(const Place *place, Action action)
{
    static const char *const OBJECTS[] = {"application/json", "application/yaml", NULL};
    static const char *const PATCHES[] = {"application/apply-patch+yaml",
                                          "application/json-patch+json",
                                          "application/merge-patch+json",
                                          "application/strategic-merge-patch+json", NULL};
    static const char *const CUSTOM_PATCHES[] = {"application/apply-patch+yaml",
                                                 "application/json-patch+json",
                                                 "application/merge-patch+json", NULL};

    if (action != PATCH)
        return OBJECTS;
    return kube_kind_has(place->kind, KUBE_CUSTOM) ? CUSTOM_PATCHES : PATCHES;
}

#define META "io.k8s.apimachinery.pkg.apis.meta.v1."

/* What is sent; NULL: nothing. */
static const char *body_schema(const Place *place, Action action)
{
    if (action & DELETIONS)
        return META "DeleteOptions";
    if (action == PATCH)
        return META "Patch";
    return action & WRITES ? place->schema : NULL;
}

static void add_body(const Place *place, cJSON *operation, Action action)
{
    const char *schema = body_schema(place, action);
    cJSON *body;

    if (schema == NULL)
        return;
    if (place->version == OPENAPI_3)
        body = cJSON_AddObjectToObject(operation, "requestBody");
    else {
        body = cJSON_CreateObject();
        cJSON_AddItemToArray(cJSON_GetObjectItem(operation, "parameters"), body);
        cJSON_AddStringToObject(body, "name", "body");
        cJSON_AddStringToObject(body, "in", "body");
        cJSON_AddItemToObject(body, "schema", openapi_reference(OPENAPI_2, schema));
    }
    if (place->version == OPENAPI_3)
        add_content(place, body, media_types(place, action), schema);
    if (!(action & DELETIONS))
        cJSON_AddTrueToObject(body, "required");
}

static void add_answer(const Place *place, cJSON *answers, const char *code, const char *about,
                       const char *schema)
{
    static const char *const TYPES[] = {"application/json", "application/yaml", NULL};
    cJSON *answer = cJSON_AddObjectToObject(answers, code);

    cJSON_AddStringToObject(answer, "description", about);
    if (schema != NULL && place->version == OPENAPI_3)
        add_content(place, answer, TYPES, schema);
    else if (schema != NULL)
        cJSON_AddItemToObject(answer, "schema", openapi_reference(OPENAPI_2, schema));
}

static void add_answers(const Place *place, cJSON *operation, Action action)
{
    cJSON *answers = cJSON_AddObjectToObject(operation, "responses");
    char *list = openapi_kind_name(place->kind, "List");
    const char *schema = action == LIST ? list : action & DELETIONS ? META "Status" : place->schema;

    add_answer(place, answers, "200", "OK", schema);
    if (action & WRITES)
        add_answer(place, answers, "201", "Created", schema);
    if (action & (POST | DELETE))
        add_answer(place, answers, "202", "Accepted", schema);
    add_answer(place, answers, "401", "Unauthorized", NULL);
    free(list);
}

/* ---- operations ------------------------------------------------------------------------------- */

static void add_texts(cJSON *operation, const char *key, const char *const *texts)
{
    cJSON *list = cJSON_AddArrayToObject(operation, key);

    for (; *texts != NULL; texts++)
        cJSON_AddItemToArray(list, cJSON_CreateString(*texts));
}

/* OpenAPI 2 names the types once for the whole operation. */
static void add_media(const Place *place, cJSON *operation, Action action)
{
    static const char *const HTTPS[] = {"https", NULL};

    if (place->version == OPENAPI_3)
        return;
    add_texts(operation, "consumes", media_types(place, action));
    add_texts(operation, "produces", media_types(place, GET));
    add_texts(operation, "schemes", HTTPS);
}

/* "rbac.authorization.k8s.io" and "v1" are "RbacAuthorizationV1", "" is "Core". */
static char *group_word(const KubeKind *kind)
{
    const char *group = *kind->group ? kind->group : "core", *end = strstr(group, ".k8s.io");
    Buffer word = {0};
    bool is_first = true;

    for (; *group && group != end; group++) {
        if (isalnum((unsigned char)*group))
            buffer_add_byte(&word, (uint8_t)(is_first ? toupper((unsigned char)*group) : *group));
        is_first = !isalnum((unsigned char)*group);
    }
    buffer_format(&word, "%c%s", toupper((unsigned char)*kind->version), kind->version + 1);
    return buffer_take(&word);
}

static void add_operation(const Place *place, size_t row)
{
    Action action = ACTIONS[row].action;
    cJSON *operation = cJSON_AddObjectToObject(place->item, ACTIONS[row].method);
    char *group = group_word(place->kind),
         *id = memory_format("%s%s%s", ACTIONS[row].word, group, place->id_suffix),
         *about = memory_format("%s %s", ACTIONS[row].word, place->kind->kind);

    cJSON_AddStringToObject(operation, "description", about);
    cJSON_AddStringToObject(operation, "operationId", id);
    add_media(place, operation, action);
    add_parameters(place, operation, action);
    add_body(place, operation, action);
    add_answers(place, operation, action);
    cJSON_AddStringToObject(operation, "x-kubernetes-action", ACTIONS[row].name);
    cJSON_AddItemToObject(operation, "x-kubernetes-group-version-kind",
                          cJSON_Duplicate(place->group_kind, true));
    free(about);
    free(id);
    free(group);
}

/* "get,patch,update" has "patch". */
static bool has_word(const char *words, const char *word)
{
    size_t length = strlen(word);

    for (; *words; words += strcspn(words, ","), words += *words == ',')
        if (strncmp(words, word, length) == 0 && strchr(",", words[length]) != NULL)
            return true;
    return false;
}

typedef enum { OBJECTS, COLLECTIONS, ALL_NAMESPACES, PARTS } Level;

static bool belongs(size_t row, Level level)
{
    if (level == ALL_NAMESPACES)
        return ACTIONS[row].action == LIST;
    return level == PARTS || ACTIONS[row].is_of_collection == (level == COLLECTIONS);
}

static void add_operations(const Place *place, Level level, const char *verbs)
{
    for (size_t i = 0; i < sizeof ACTIONS / sizeof *ACTIONS; i++)
        if (belongs(i, level) && has_word(verbs, ACTIONS[i].verb))
            add_operation(place, i);
}

/* ---- paths ------------------------------------------------------------------------------------ */

static void add_path_parameters(const Place *place, Level level)
{
    cJSON *list = cJSON_AddArrayToObject(place->item, "parameters");

    if (level == OBJECTS || level == PARTS)
        add_parameter(place, list, "path", "name", "string", "The object's name.");
    if (level != ALL_NAMESPACES && kube_kind_has(place->kind, KUBE_NAMESPACED))
        add_parameter(place, list, "path", "namespace", "string", "The namespace it is in.");
    add_parameter(place, list, "query", "pretty", "string", "true: the answer is indented.");
}

static char *path_of(const KubeKind *kind, Level level, const char *part)
{
    bool is_namespaced = kube_kind_has(kind, KUBE_NAMESPACED) && level != ALL_NAMESPACES;
    char api_version[64];

    return memory_format("/api%s/%s%s/%s%s%s%s", *kind->group ? "s" : "",
                         kube_api_version(kind, api_version),
                         is_namespaced ? "/namespaces/{namespace}" : "", kind->plural,
                         level == OBJECTS || level == PARTS ? "/{name}" : "", *part ? "/" : "",
                         part);
}

/* "NamespacedDeploymentScale" */
static char *id_suffix(const KubeKind *kind, Level level, const char *part)
{
    bool is_namespaced = kube_kind_has(kind, KUBE_NAMESPACED) && level != ALL_NAMESPACES;
    Buffer suffix = {0};

    buffer_format(&suffix, "%s%s", is_namespaced ? "Namespaced" : "", kind->kind);
    if (*part)
        buffer_format(&suffix, "%c%s", toupper((unsigned char)*part), part + 1);
    buffer_add_text(&suffix, level == ALL_NAMESPACES ? "ForAllNamespaces" : "");
    return buffer_take(&suffix);
}

static void add_path(cJSON *paths, Place *place, Level level, const char *part, const char *verbs)
{
    char *path = path_of(place->kind, level, part), *suffix = id_suffix(place->kind, level, part);

    place->item = cJSON_CreateObject();
    place->id_suffix = suffix;
    add_operations(place, level, verbs);
    if (place->item->child != NULL) {
        add_path_parameters(place, level);
        cJSON_AddItemToObject(paths, path, place->item);
    } else
        cJSON_Delete(place->item);
    free(suffix);
    free(path);
}

/* What is given and taken by a subresource of another kind: "autoscaling", "v1", "Scale". */
static const KubeType *part_type(const KubePartRow *part)
{
    char *api_version = memory_format("%s/%s", part->group, part->version);
    const KubeType *type = kube_type_of(api_version, part->kind);

    free(api_version);
    return type;
}

static void add_part(cJSON *paths, const Place *whole, OpenapiSchemas *schemas,
                     const KubePartRow *part)
{
    const KubeType *type = part->is_its_own ? NULL : part_type(part);
    char *api_version = memory_format("%s/%s", part->group, part->version), *schema;
    Place place = *whole;

    if (part->is_its_own)
        add_path(paths, &place, PARTS, part->name, part->verbs);
    else if (type != NULL) {
        openapi_schemas_add_type(schemas, api_version, part->kind);
        place.schema = schema = openapi_type_name(type);
        place.group_kind = openapi_kind(part->group, part->version, part->kind);
        add_path(paths, &place, PARTS, part->name, part->verbs);
        cJSON_Delete(place.group_kind);
        free(schema);
    }
    free(api_version);
}

static void add_common(OpenapiSchemas *schemas)
{
    static const char *const KINDS[] = {"DeleteOptions", "Status"};

    for (size_t i = 0; i < sizeof KINDS / sizeof *KINDS; i++)
        openapi_schemas_add_type(schemas, "v1", KINDS[i]);
    openapi_schemas_add_patch(schemas);
}

void openapi_paths_add_kind(cJSON *paths, OpenapiVersion version, OpenapiSchemas *schemas,
                            const KubeKind *kind)
{
    char *schema = openapi_kind_name(kind, "");
    Place place = {.version = version,
                   .kind = kind,
                   .schema = schema,
                   .group_kind = openapi_kind(kind->group, kind->version, kind->kind)};
    const char *verbs = discovery_verbs(kind);
    const KubePartRow *part;

    add_common(schemas);
    if (kube_kind_has(kind, KUBE_NAMESPACED))
        add_path(paths, &place, ALL_NAMESPACES, "", verbs);
    add_path(paths, &place, COLLECTIONS, "", verbs);
    add_path(paths, &place, OBJECTS, "", verbs);
    for (int i = 0; (part = discovery_part(kind, i)) != NULL; i++)
        add_part(paths, &place, schemas, part);
    cJSON_Delete(place.group_kind);
    free(schema);
}
