/*
 * fakes/kubernetes/types/plain.c - values without fields, and the lists and maps of them.
 *
 * Source: k8s.io/apimachinery v0.32, meta/v1, api/resource, util/intstr, runtime.
 */
#include "fakes/kubernetes/types/inside.h"

#define META          "io.k8s.apimachinery.pkg.apis.meta.v1"
#define APIEXTENSIONS "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1"

/* clang-format off */
const KubeType TYPE_STRING = {.shape = KUBE_STRING};
const KubeType TYPE_INT32 = {.shape = KUBE_INT32};
const KubeType TYPE_INT64 = {.shape = KUBE_INT64};
const KubeType TYPE_NUMBER = {.shape = KUBE_NUMBER};
const KubeType TYPE_BOOL = {.shape = KUBE_BOOL};
const KubeType TYPE_BYTES = {.shape = KUBE_BYTES};
const KubeType TYPE_TIME = {"Time", META, NULL, .shape = KUBE_TIME};
const KubeType TYPE_MICRO_TIME = {"MicroTime", META, NULL, .shape = KUBE_MICRO_TIME};
const KubeType TYPE_QUANTITY = {
    "Quantity", "io.k8s.apimachinery.pkg.api.resource", NULL, .shape = KUBE_QUANTITY};
const KubeType TYPE_INT_OR_STRING = {
    "IntOrString", "io.k8s.apimachinery.pkg.util.intstr", NULL, .shape = KUBE_INT_OR_STRING};
const KubeType TYPE_RAW_EXTENSION = {
    "RawExtension", "io.k8s.apimachinery.pkg.runtime", NULL, .shape = KUBE_ANY};
const KubeType TYPE_FIELDS_V1 = {"FieldsV1", META, NULL, .shape = KUBE_ANY};
const KubeType TYPE_JSON = {"JSON", APIEXTENSIONS, NULL, .shape = KUBE_ANY};

const KubeType TYPE_MERGED_STRING_SET = {
    .shape = KUBE_LIST, .unit = KUBE_SET, .element = &TYPE_STRING, .patch_key = ""};
const KubeType TYPE_STRING_LIST = {.shape = KUBE_LIST, .element = &TYPE_STRING};
const KubeType TYPE_INT64_LIST = {.shape = KUBE_LIST, .element = &TYPE_INT64};
const KubeType TYPE_INT32_SET = {.shape = KUBE_LIST, .unit = KUBE_SET, .element = &TYPE_INT32};
const KubeType TYPE_STRING_SET = {.shape = KUBE_LIST, .unit = KUBE_SET, .element = &TYPE_STRING};
const KubeType TYPE_JSON_LIST = {.shape = KUBE_LIST, .element = &TYPE_JSON};
const KubeType TYPE_STRING_MAP = {
    .shape = KUBE_MAP, .unit = KUBE_GRANULAR, .element = &TYPE_STRING};
const KubeType TYPE_BYTES_MAP = {.shape = KUBE_MAP, .unit = KUBE_GRANULAR, .element = &TYPE_BYTES};
const KubeType TYPE_ATOMIC_STRING_MAP = {.shape = KUBE_MAP, .element = &TYPE_STRING};
const KubeType TYPE_QUANTITY_MAP = {
    .shape = KUBE_MAP, .unit = KUBE_GRANULAR, .element = &TYPE_QUANTITY};
const KubeType TYPE_TIME_MAP = {.shape = KUBE_MAP, .unit = KUBE_GRANULAR, .element = &TYPE_TIME};
const KubeType TYPE_STRING_LIST_MAP = {
    .shape = KUBE_MAP, .unit = KUBE_GRANULAR, .element = &TYPE_STRING_LIST};
/* clang-format on */
