/*
 * fakes/kubernetes/types/apiextensions.c - CustomResourceDefinition, and the schemas in it.
 *
 * Source: k8s.io/apiextensions-apiserver v0.32, apiextensions/v1. The words in the rows are explained in inside.h.
 */
#include "fakes/kubernetes/types/inside.h"

#define APIEXTENSIONS "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1"

/* clang-format off */
static const KubeField CUSTOM_RESOURCE_DEFINITION_NAMES_FIELDS[] = {
    {"plural",     1, &TYPE_STRING,      REQUIRED},
    {"singular",   2, &TYPE_STRING,      OPTIONAL},
    {"shortNames", 3, &TYPE_STRING_LIST, OPTIONAL},
    {"kind",       4, &TYPE_STRING,      REQUIRED},
    {"listKind",   5, &TYPE_STRING,      OPTIONAL},
    {"categories", 6, &TYPE_STRING_LIST, OPTIONAL},
};
static const KubeType CUSTOM_RESOURCE_DEFINITION_NAMES = {
    "CustomResourceDefinitionNames", APIEXTENSIONS, NULL,
    OBJECT(CUSTOM_RESOURCE_DEFINITION_NAMES_FIELDS)};

static const KubeType JSON_SCHEMA_PROPS; /* schemas are made of schemas */

static const KubeType JSON_SCHEMA_PROPS_LIST = {.shape = KUBE_LIST, .element = &JSON_SCHEMA_PROPS};

static const KubeField JSON_SCHEMA_PROPS_OR_ARRAY_FIELDS[] = {
    {"schema",      1, &JSON_SCHEMA_PROPS,      POINTER},
    {"jSONSchemas", 2, &JSON_SCHEMA_PROPS_LIST, OPTIONAL},
};
static const KubeType JSON_SCHEMA_PROPS_OR_ARRAY = {
    "JSONSchemaPropsOrArray", APIEXTENSIONS, NULL, ONE_OF(JSON_SCHEMA_PROPS_OR_ARRAY_FIELDS)};

static const KubeType JSON_SCHEMA_PROPS_MAP = {
    .shape = KUBE_MAP, .unit = KUBE_GRANULAR, .element = &JSON_SCHEMA_PROPS};

static const KubeField JSON_SCHEMA_PROPS_OR_BOOL_FIELDS[] = {
    {"allows", 1, &TYPE_BOOL,         PRINTED},
    {"schema", 2, &JSON_SCHEMA_PROPS, POINTER},
};
static const KubeType JSON_SCHEMA_PROPS_OR_BOOL = {
    "JSONSchemaPropsOrBool", APIEXTENSIONS, NULL, ONE_OF(JSON_SCHEMA_PROPS_OR_BOOL_FIELDS)};

static const KubeField JSON_SCHEMA_PROPS_OR_STRING_ARRAY_FIELDS[] = {
    {"schema",   1, &JSON_SCHEMA_PROPS, POINTER},
    {"property", 2, &TYPE_STRING_LIST,  OPTIONAL},
};
static const KubeType JSON_SCHEMA_PROPS_OR_STRING_ARRAY = {
    "JSONSchemaPropsOrStringArray", APIEXTENSIONS, NULL,
    ONE_OF(JSON_SCHEMA_PROPS_OR_STRING_ARRAY_FIELDS)};

static const KubeType JSON_SCHEMA_PROPS_OR_STRING_ARRAY_MAP = {
    .shape = KUBE_MAP, .unit = KUBE_GRANULAR, .element = &JSON_SCHEMA_PROPS_OR_STRING_ARRAY};

static const KubeField EXTERNAL_DOCUMENTATION_FIELDS[] = {
    {"description", 1, &TYPE_STRING, OPTIONAL},
    {"url",         2, &TYPE_STRING, OPTIONAL},
};
static const KubeType EXTERNAL_DOCUMENTATION = {
    "ExternalDocumentation", APIEXTENSIONS, NULL, OBJECT(EXTERNAL_DOCUMENTATION_FIELDS)};

static const KubeField VALIDATION_RULE_FIELDS[] = {
    {"rule",              1, &TYPE_STRING, REQUIRED},
    {"message",           2, &TYPE_STRING, OPTIONAL},
    {"messageExpression", 3, &TYPE_STRING, OPTIONAL},
    {"reason",            4, &TYPE_STRING, POINTER},
    {"fieldPath",         5, &TYPE_STRING, OPTIONAL},
    {"optionalOldSelf",   6, &TYPE_BOOL,   POINTER},
};
static const KubeType VALIDATION_RULE = {
    "ValidationRule", APIEXTENSIONS, NULL, OBJECT(VALIDATION_RULE_FIELDS)};

static const KubeType VALIDATION_RULES_BY_RULE = {
    .shape = KUBE_LIST, .unit = KUBE_KEYED, .element = &VALIDATION_RULE,
    .keys = {"rule"}, .patch_key = "rule"};

static const KubeField JSON_SCHEMA_PROPS_FIELDS[] = {
    {"id",                                   1,  &TYPE_STRING,                           OPTIONAL},
    {"$schema",                              2,  &TYPE_STRING,                           OPTIONAL},
    {"$ref",                                 3,  &TYPE_STRING,                           POINTER},
    {"description",                          4,  &TYPE_STRING,                           OPTIONAL},
    {"type",                                 5,  &TYPE_STRING,                           OPTIONAL},
    {"format",                               6,  &TYPE_STRING,                           OPTIONAL},
    {"title",                                7,  &TYPE_STRING,                           OPTIONAL},
    {"default",                              8,  &TYPE_JSON,                             POINTER},
    {"maximum",                              9,  &TYPE_NUMBER,                           POINTER},
    {"exclusiveMaximum",                     10, &TYPE_BOOL,                             OPTIONAL},
    {"minimum",                              11, &TYPE_NUMBER,                           POINTER},
    {"exclusiveMinimum",                     12, &TYPE_BOOL,                             OPTIONAL},
    {"maxLength",                            13, &TYPE_INT64,                            POINTER},
    {"minLength",                            14, &TYPE_INT64,                            POINTER},
    {"pattern",                              15, &TYPE_STRING,                           OPTIONAL},
    {"maxItems",                             16, &TYPE_INT64,                            POINTER},
    {"minItems",                             17, &TYPE_INT64,                            POINTER},
    {"uniqueItems",                          18, &TYPE_BOOL,                             OPTIONAL},
    {"multipleOf",                           19, &TYPE_NUMBER,                           POINTER},
    {"enum",                                 20, &TYPE_JSON_LIST,                        OPTIONAL},
    {"maxProperties",                        21, &TYPE_INT64,                            POINTER},
    {"minProperties",                        22, &TYPE_INT64,                            POINTER},
    {"required",                             23, &TYPE_STRING_LIST,                      OPTIONAL},
    {"items",                                24, &JSON_SCHEMA_PROPS_OR_ARRAY,            POINTER},
    {"allOf",                                25, &JSON_SCHEMA_PROPS_LIST,                OPTIONAL},
    {"oneOf",                                26, &JSON_SCHEMA_PROPS_LIST,                OPTIONAL},
    {"anyOf",                                27, &JSON_SCHEMA_PROPS_LIST,                OPTIONAL},
    {"not",                                  28, &JSON_SCHEMA_PROPS,                     POINTER},
    {"properties",                           29, &JSON_SCHEMA_PROPS_MAP,                 OPTIONAL},
    {"additionalProperties",                 30, &JSON_SCHEMA_PROPS_OR_BOOL,             POINTER},
    {"patternProperties",                    31, &JSON_SCHEMA_PROPS_MAP,                 OPTIONAL},
    {"dependencies",                         32, &JSON_SCHEMA_PROPS_OR_STRING_ARRAY_MAP, OPTIONAL},
    {"additionalItems",                      33, &JSON_SCHEMA_PROPS_OR_BOOL,             POINTER},
    {"definitions",                          34, &JSON_SCHEMA_PROPS_MAP,                 OPTIONAL},
    {"externalDocs",                         35, &EXTERNAL_DOCUMENTATION,                POINTER},
    {"example",                              36, &TYPE_JSON,                             POINTER},
    {"nullable",                             37, &TYPE_BOOL,                             OPTIONAL},
    {"x-kubernetes-preserve-unknown-fields", 38, &TYPE_BOOL,                             POINTER},
    {"x-kubernetes-embedded-resource",       39, &TYPE_BOOL,                             OPTIONAL},
    {"x-kubernetes-int-or-string",           40, &TYPE_BOOL,                             OPTIONAL},
    {"x-kubernetes-list-map-keys",           41, &TYPE_STRING_LIST,                      OPTIONAL},
    {"x-kubernetes-list-type",               42, &TYPE_STRING,                           POINTER},
    {"x-kubernetes-map-type",                43, &TYPE_STRING,                           POINTER},
    {"x-kubernetes-validations",             44, &VALIDATION_RULES_BY_RULE,              OPTIONAL},
};
static const KubeType JSON_SCHEMA_PROPS = {
    "JSONSchemaProps", APIEXTENSIONS, NULL, OBJECT(JSON_SCHEMA_PROPS_FIELDS)};

static const KubeField CUSTOM_RESOURCE_VALIDATION_FIELDS[] = {
    {"openAPIV3Schema", 1, &JSON_SCHEMA_PROPS, POINTER},
};
static const KubeType CUSTOM_RESOURCE_VALIDATION = {
    "CustomResourceValidation", APIEXTENSIONS, NULL, OBJECT(CUSTOM_RESOURCE_VALIDATION_FIELDS)};

static const KubeType CUSTOM_RESOURCE_SUBRESOURCE_STATUS = {
    "CustomResourceSubresourceStatus", APIEXTENSIONS, NULL,
    .shape = KUBE_OBJECT, .unit = KUBE_GRANULAR};

static const KubeField CUSTOM_RESOURCE_SUBRESOURCE_SCALE_FIELDS[] = {
    {"specReplicasPath",   1, &TYPE_STRING, REQUIRED},
    {"statusReplicasPath", 2, &TYPE_STRING, REQUIRED},
    {"labelSelectorPath",  3, &TYPE_STRING, POINTER},
};
static const KubeType CUSTOM_RESOURCE_SUBRESOURCE_SCALE = {
    "CustomResourceSubresourceScale", APIEXTENSIONS, NULL,
    OBJECT(CUSTOM_RESOURCE_SUBRESOURCE_SCALE_FIELDS)};

static const KubeField CUSTOM_RESOURCE_SUBRESOURCES_FIELDS[] = {
    {"status", 1, &CUSTOM_RESOURCE_SUBRESOURCE_STATUS, POINTER},
    {"scale",  2, &CUSTOM_RESOURCE_SUBRESOURCE_SCALE,  POINTER},
};
static const KubeType CUSTOM_RESOURCE_SUBRESOURCES = {
    "CustomResourceSubresources", APIEXTENSIONS, NULL, OBJECT(CUSTOM_RESOURCE_SUBRESOURCES_FIELDS)};

static const KubeField CUSTOM_RESOURCE_COLUMN_DEFINITION_FIELDS[] = {
    {"name",        1, &TYPE_STRING, REQUIRED},
    {"type",        2, &TYPE_STRING, REQUIRED},
    {"format",      3, &TYPE_STRING, OPTIONAL},
    {"description", 4, &TYPE_STRING, OPTIONAL},
    {"priority",    5, &TYPE_INT32,  OPTIONAL},
    {"jsonPath",    6, &TYPE_STRING, REQUIRED},
};
static const KubeType CUSTOM_RESOURCE_COLUMN_DEFINITION = {
    "CustomResourceColumnDefinition", APIEXTENSIONS, NULL,
    OBJECT(CUSTOM_RESOURCE_COLUMN_DEFINITION_FIELDS)};

static const KubeType CUSTOM_RESOURCE_COLUMN_DEFINITION_LIST = {
    .shape = KUBE_LIST, .element = &CUSTOM_RESOURCE_COLUMN_DEFINITION};

static const KubeField SELECTABLE_FIELD_FIELDS[] = {
    {"jsonPath", 1, &TYPE_STRING, REQUIRED},
};
static const KubeType SELECTABLE_FIELD = {
    "SelectableField", APIEXTENSIONS, NULL, OBJECT(SELECTABLE_FIELD_FIELDS)};

static const KubeType SELECTABLE_FIELD_LIST = {.shape = KUBE_LIST, .element = &SELECTABLE_FIELD};

static const KubeField CUSTOM_RESOURCE_DEFINITION_VERSION_FIELDS[] = {
    {"name",                     1, &TYPE_STRING,                            REQUIRED},
    {"served",                   2, &TYPE_BOOL,                              REQUIRED},
    {"storage",                  3, &TYPE_BOOL,                              REQUIRED},
    {"deprecated",               7, &TYPE_BOOL,                              OPTIONAL},
    {"deprecationWarning",       8, &TYPE_STRING,                            POINTER},
    {"schema",                   4, &CUSTOM_RESOURCE_VALIDATION,             POINTER},
    {"subresources",             5, &CUSTOM_RESOURCE_SUBRESOURCES,           POINTER},
    {"additionalPrinterColumns", 6, &CUSTOM_RESOURCE_COLUMN_DEFINITION_LIST, OPTIONAL},
    {"selectableFields",         9, &SELECTABLE_FIELD_LIST,                  OPTIONAL},
};
static const KubeType CUSTOM_RESOURCE_DEFINITION_VERSION = {
    "CustomResourceDefinitionVersion", APIEXTENSIONS, NULL,
    OBJECT(CUSTOM_RESOURCE_DEFINITION_VERSION_FIELDS)};

static const KubeType CUSTOM_RESOURCE_DEFINITION_VERSION_LIST = {
    .shape = KUBE_LIST, .element = &CUSTOM_RESOURCE_DEFINITION_VERSION};

static const KubeField SERVICE_REFERENCE_FIELDS[] = {
    {"namespace", 1, &TYPE_STRING, REQUIRED},
    {"name",      2, &TYPE_STRING, REQUIRED},
    {"path",      3, &TYPE_STRING, POINTER},
    {"port",      4, &TYPE_INT32,  POINTER},
};
static const KubeType SERVICE_REFERENCE = {
    "ServiceReference", APIEXTENSIONS, NULL, OBJECT(SERVICE_REFERENCE_FIELDS)};

static const KubeField WEBHOOK_CLIENT_CONFIG_FIELDS[] = {
    {"url",      3, &TYPE_STRING,       POINTER},
    {"service",  1, &SERVICE_REFERENCE, POINTER},
    {"caBundle", 2, &TYPE_BYTES,        OPTIONAL},
};
static const KubeType WEBHOOK_CLIENT_CONFIG = {
    "WebhookClientConfig", APIEXTENSIONS, NULL, OBJECT(WEBHOOK_CLIENT_CONFIG_FIELDS)};

static const KubeField WEBHOOK_CONVERSION_FIELDS[] = {
    {"clientConfig",             2, &WEBHOOK_CLIENT_CONFIG, POINTER},
    {"conversionReviewVersions", 3, &TYPE_STRING_LIST,      REQUIRED},
};
static const KubeType WEBHOOK_CONVERSION = {
    "WebhookConversion", APIEXTENSIONS, NULL, OBJECT(WEBHOOK_CONVERSION_FIELDS)};

static const KubeField CUSTOM_RESOURCE_CONVERSION_FIELDS[] = {
    {"strategy", 1, &TYPE_STRING,        REQUIRED},
    {"webhook",  2, &WEBHOOK_CONVERSION, POINTER},
};
static const KubeType CUSTOM_RESOURCE_CONVERSION = {
    "CustomResourceConversion", APIEXTENSIONS, NULL, OBJECT(CUSTOM_RESOURCE_CONVERSION_FIELDS)};

static const KubeField CUSTOM_RESOURCE_DEFINITION_SPEC_FIELDS[] = {
    {"group",                 1,  &TYPE_STRING,                             REQUIRED},
    {"names",                 3,  &CUSTOM_RESOURCE_DEFINITION_NAMES,        REQUIRED},
    {"scope",                 4,  &TYPE_STRING,                             REQUIRED},
    {"versions",              7,  &CUSTOM_RESOURCE_DEFINITION_VERSION_LIST, REQUIRED},
    {"conversion",            9,  &CUSTOM_RESOURCE_CONVERSION,              POINTER},
    {"preserveUnknownFields", 10, &TYPE_BOOL,                               OPTIONAL},
};
static const KubeType CUSTOM_RESOURCE_DEFINITION_SPEC = {
    "CustomResourceDefinitionSpec", APIEXTENSIONS,
    "The names, the scope and the versions of a kind that is added.",
    OBJECT(CUSTOM_RESOURCE_DEFINITION_SPEC_FIELDS)};

static const KubeField CUSTOM_RESOURCE_DEFINITION_CONDITION_FIELDS[] = {
    {"type",               1, &TYPE_STRING, REQUIRED},
    {"status",             2, &TYPE_STRING, REQUIRED},
    {"lastTransitionTime", 3, &TYPE_TIME,   PRINTED},
    {"reason",             4, &TYPE_STRING, OPTIONAL},
    {"message",            5, &TYPE_STRING, OPTIONAL},
};
static const KubeType CUSTOM_RESOURCE_DEFINITION_CONDITION = {
    "CustomResourceDefinitionCondition", APIEXTENSIONS, NULL,
    OBJECT(CUSTOM_RESOURCE_DEFINITION_CONDITION_FIELDS)};

static const KubeType CUSTOM_RESOURCE_DEFINITION_CONDITIONS_BY_TYPE = {
    .shape = KUBE_LIST, .unit = KUBE_KEYED, .element = &CUSTOM_RESOURCE_DEFINITION_CONDITION,
    .keys = {"type"}};

static const KubeField CUSTOM_RESOURCE_DEFINITION_STATUS_FIELDS[] = {
    {"conditions",     1, &CUSTOM_RESOURCE_DEFINITION_CONDITIONS_BY_TYPE, PRINTED},
    {"acceptedNames",  2, &CUSTOM_RESOURCE_DEFINITION_NAMES,              PRINTED},
    {"storedVersions", 3, &TYPE_STRING_LIST,                              PRINTED},
};
static const KubeType CUSTOM_RESOURCE_DEFINITION_STATUS = {
    "CustomResourceDefinitionStatus", APIEXTENSIONS, "Whether a kind that is added is served yet.",
    OBJECT(CUSTOM_RESOURCE_DEFINITION_STATUS_FIELDS)};

static const KubeField CUSTOM_RESOURCE_DEFINITION_FIELDS[] = {
    {"",         0, &TYPE_TYPE_META,                    INLINE},
    {"metadata", 1, &TYPE_OBJECT_META,                  PRINTED, .about = ABOUT_METADATA},
    {"spec",     2, &CUSTOM_RESOURCE_DEFINITION_SPEC,   REQUIRED, .about = ABOUT_SPEC},
    {"status",   3, &CUSTOM_RESOURCE_DEFINITION_STATUS, PRINTED, .about = ABOUT_STATUS},
};
static const KubeType CUSTOM_RESOURCE_DEFINITION = {
    "CustomResourceDefinition", APIEXTENSIONS,
    "A kind that is added to the API server: its names, versions and schemas.",
    OBJECT(CUSTOM_RESOURCE_DEFINITION_FIELDS)};

static const KubeType CUSTOM_RESOURCE_DEFINITION_ITEMS = {
    .shape = KUBE_LIST, .element = &CUSTOM_RESOURCE_DEFINITION};

static const KubeField CUSTOM_RESOURCE_DEFINITION_LIST_FIELDS[] = {
    {"",         0, &TYPE_TYPE_META,                   INLINE},
    {"metadata", 1, &TYPE_LIST_META,                   PRINTED, .about = ABOUT_LIST_METADATA},
    {"items",    2, &CUSTOM_RESOURCE_DEFINITION_ITEMS, REQUIRED},
};
static const KubeType CUSTOM_RESOURCE_DEFINITION_LIST = {
    "CustomResourceDefinitionList", APIEXTENSIONS, NULL,
    OBJECT(CUSTOM_RESOURCE_DEFINITION_LIST_FIELDS)};

const KubeType *const KINDS_APIEXTENSIONS[] = {
    &CUSTOM_RESOURCE_DEFINITION, &CUSTOM_RESOURCE_DEFINITION_LIST, NULL,
};
/* clang-format on */
