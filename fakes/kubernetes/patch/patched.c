/*
 * fakes/kubernetes/patch/patched.c - quoting what a patch has made.
 */
#include "fakes/kubernetes/patch/patched.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "fakes/kubernetes/patch/gotext.h"
#include "fakes/kubernetes/print.h"
#include "fakes/kubernetes/status.h"

static int compare_keys(const void *a, const void *b)
{
    return strcmp((*(const cJSON *const *)a)->string, (*(const cJSON *const *)b)->string);
}

/* Where the patch went, objects have become maps, which are printed by name; the rest is as it was read. */
static void print_touched(Buffer *buffer, const cJSON *json, const cJSON *patch)
{
    int count = cJSON_GetArraySize(json), i = 0;
    const cJSON **members, *member;

    if (!cJSON_IsObject(json) || !cJSON_IsObject(patch)) {
        kube_print(buffer, json);
        return;
    }
    members = memory_new((size_t)count + 1, sizeof *members);
    cJSON_ArrayForEach(member, json) members[i++] = member;
    qsort(members, (size_t)count, sizeof *members, compare_keys);
    for (i = 0; i < count; i++) {
        buffer_add_text(buffer, i > 0 ? ",\"" : "{\"");
        kube_print_escaped(buffer, members[i]->string, strlen(members[i]->string));
        buffer_add_text(buffer, "\":");
        print_touched(buffer, members[i],
                      cJSON_GetObjectItemCaseSensitive(patch, members[i]->string));
    }
    buffer_add_text(buffer, count > 0 ? "}" : "{}");
    free(members);
}

/* In the order of the API types but where the patch went. */
static void print_patched(Buffer *buffer, const Write *write, const cJSON *patch,
                          const cJSON *patched)
{
    Buffer text = {0};
    cJSON *ordered;

    kube_print_object(&text, write->kind, patched);
    ordered = cJSON_ParseWithLength(text.data, text.length);
    print_touched(buffer, ordered, patch);
    cJSON_Delete(ordered);
    buffer_release(&text);
}

bool patched_refuse(const Write *write, KubePatch type, const cJSON *patch, const cJSON *patched,
                    const char *why)
{
    bool is_map = type == KUBE_STRATEGIC_PATCH;
    bool is_base64 = is_map && strncmp(why, "illegal base64", strlen("illegal base64")) == 0;
    static const cJSON ANY = {.type = cJSON_Object};
    KubeCauses causes = {0};
    Buffer text = {0}, quoted = {0};

    if (is_map)
        go_text(&text, patch);
    else
        print_patched(&text, write, type == KUBE_MERGE_PATCH ? patch : &ANY, patched);
    go_quote(&quoted, text.data);
    causes_add(&causes, "FieldValueInvalid", "patch", "Invalid value: %s: %s%s", quoted.data,
               is_base64 ? "error decoding from json: " : "", why);
    buffer_release(&text);
    buffer_release(&quoted);
    return causes_end(&causes, "", "", "", write->status);
}

/* The Go package of a group's internal types: "core", "apps", "rbac". */
static char *package_of(const char *group)
{
    return *group ? memory_text_of(group, strcspn(group, ".")) : memory_text("core");
}

bool patched_refuse_kind(const Write *write, KubePatch type, const cJSON *patch,
                         const cJSON *patched)
{
    const char *kind = json_string_or(patched, "kind", "");
    const char *api_version = json_string_or(patched, "apiVersion", "");
    char own_version[64];
    char *package = package_of(write->kind->group), *why;
    bool is_known = kube_type_of(api_version, kind) != NULL &&
                    strcmp(api_version, kube_api_version(write->kind, own_version)) == 0;

    why = is_known ? memory_format("converting (%s.%s) to (%s.%s): unknown conversion",
                                   write->kind->version, kind, package, write->kind->kind)
                   : memory_format("no kind \"%s\" is registered for version \"%s\" in scheme "
                                   "\"k8s.io/kubernetes/pkg/api/legacyscheme/scheme.go:30\"",
                                   kind, api_version);
    patched_refuse(write, type, patch, patched, why);
    free(package);
    free(why);
    return false;
}
