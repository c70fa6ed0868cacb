/*
 * engine/survey/sites.c - the control planes that contexts lead to.
 */
#include <string.h>

#include "engine/survey/survey.h"

static void tell_site(Survey *survey, SurveySite *site, const cJSON *object)
{
    const char *name = json_string(object, "spec/managementPlane/clusterName");
    const char *host = json_string(object, "spec/managementPlane/host");

    site->ns = arena_text(&survey->arena, json_string_or(object, "metadata/namespace", "default"));
    site->host = arena_text(&survey->arena, host);
    site->port = json_integer_or(object, "spec/managementPlane/port", 0);
    if (name)
        fact_found(survey, &site->name, name, "ControlPlane %s, which uses %s",
                   json_string_or(object, "metadata/name", "?"), host ? host : "no host");
    else
        fact_missing(survey, &site->name, "its ControlPlane names no cluster");
}

static SurveySite *add_site(Survey *survey, const char *context)
{
    SurveySite *site = &survey->sites[survey->site_count++];

    site->context = context;
    return site;
}

void survey_sites(Survey *survey, const KubeRead *lists, const char *const *contexts, size_t count)
{
    size_t room = count;

    for (size_t i = 0; i < count; i++)
        room += (size_t)cJSON_GetArraySize(json_find(lists[i].object, "items"));
    survey->sites = arena_new(&survey->arena, (room + 1) * sizeof *survey->sites);
    for (size_t i = 0; i < count; i++) {
        const cJSON *items = json_find(lists[i].object, "items"), *object;

        if (lists[i].error.code)
            fact_missing(survey, &add_site(survey, contexts[i])->name, "%s",
                         lists[i].error.message);
        else if (!items || !items->child)
            fact_missing(survey, &add_site(survey, contexts[i])->name,
                         "no ControlPlane resource there");
        cJSON_ArrayForEach(object, items)
        {
            tell_site(survey, add_site(survey, contexts[i]), object);
        }
    }
}
