/*
 * engine/survey/survey.c - an estate as it can be told by looking at its clusters.
 */
#include "engine/survey/survey.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

enum { PATIENCE_MS = 3000, TIMEOUT_MS = 8000, WIDTH = 16 };

/* What it takes to look, for as long as it takes. */
typedef struct {
    Survey *survey;
    const SurveyOptions *options;
    Random random;
    HttpsClient *https;
    Kubeconfig *kubeconfig;
    DnsClient *dns;
} Look;

static void fact_note(Survey *survey, SurveyFact *fact, const char *format, va_list arguments)
{
    char note[400];

    vsnprintf(note, sizeof note, format, arguments);
    for (char *c = note; *c; c++) /* it is to fit into one line of comment */
        *c = (char)(*c == '\n' || *c == '\r' ? ' ' : *c);
    fact->note = arena_text(&survey->arena, note);
}

void fact_found(Survey *survey, SurveyFact *fact, const char *value, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    fact_note(survey, fact, format, arguments);
    va_end(arguments);
    fact->value = arena_text(&survey->arena, value);
}

void fact_missing(Survey *survey, SurveyFact *fact, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    fact_note(survey, fact, format, arguments);
    va_end(arguments);
    fact->value = NULL;
}

static bool open_client(Look *look, const char *context_name, KubeClient **out_client, Error *err)
{
    const KubeContext *context;

    if (!kubeconfig_context(look->kubeconfig, context_name, &context, err))
        return false;
    *out_client = kube_client_new(&(KubeClientOptions){
        .loop = look->options->loop,
        .https = look->https,
        .context = context,
        .random = &look->random,
        .timeout_ms = TIMEOUT_MS,
        .patience_ms = PATIENCE_MS,
        .stop = look->options->stop,
    });
    return true;
}

static bool look_at_planes(Look *look, Error *err)
{
    Survey *survey = look->survey;

    for (int i = 0; i < 2; i++) {
        SurveyPlane *plane = &survey->planes[i];

        plane->context = arena_text(&survey->arena, look->options->planes[i]);
        if (!open_client(look, plane->context, &plane->kube, err))
            return false;
        survey_plane(survey, plane);
    }
    return true;
}

static bool is_plane(const Look *look, const char *context)
{
    return strcmp(context, look->options->planes[0]) == 0 ||
           strcmp(context, look->options->planes[1]) == 0;
}

/* The contexts that were named, or all that are no plane's. */
static const char **site_contexts(Look *look, size_t *out_count)
{
    size_t count = 0, used = 0;
    const char **contexts;

    while (look->options->control_planes ? look->options->control_planes[count] != NULL
                                         : kubeconfig_context_name(look->kubeconfig, count) != NULL)
        count++;
    contexts = arena_new(&look->survey->arena, (count + 1) * sizeof *contexts);
    for (size_t i = 0; i < count; i++) {
        const char *name = look->options->control_planes
                               ? look->options->control_planes[i]
                               : kubeconfig_context_name(look->kubeconfig, i);

        if (!is_plane(look, name))
            contexts[used++] = arena_text(&look->survey->arena, name);
    }
    *out_count = used;
    return contexts;
}

/* A context that is in the kubeconfig and cannot be used is a fact like any other. */
static void look_at_sites(Look *look)
{
    size_t count, asked = 0;
    const char **contexts = site_contexts(look, &count);
    KubeRead *reads = memory_new(count + 1, sizeof *reads),
             *open = memory_new(count + 1, sizeof *open);

    for (size_t i = 0; i < count; i++) {
        reads[i].path = (KubePath){.resource = "install.tetrate.io/v1alpha1/controlplanes"};
        if (open_client(look, contexts[i], &reads[i].client, &reads[i].error))
            open[asked++] = reads[i];
    }
    kube_client_get_all(open, asked, WIDTH);
    asked = 0;
    for (size_t i = 0; i < count; i++)
        if (reads[i].client)
            reads[i] = open[asked++];
    survey_sites(look->survey, reads, contexts, count);
    for (size_t i = 0; i < count; i++) {
        cJSON_Delete(reads[i].object);
        kube_client_free(reads[i].client);
    }
    free(reads);
    free(open);
}

static bool look_around(Look *look, Error *err)
{
    if (!kubeconfig_read(look->options->kubeconfig, &look->kubeconfig, err) ||
        !look_at_planes(look, err))
        return false;
    look_at_sites(look);
    survey_names(look->survey);
    survey_dns(look->survey, look->dns, look->options);
    return true;
}

bool survey_make(const SurveyOptions *options, Survey *out_survey, Error *err)
{
    Look look = {.survey = out_survey, .options = options};
    bool ok;

    *out_survey = (Survey){0};
    random_init(&look.random, 1, "survey");
    look.https = https_client_new(options->loop, "understudy");
    https_client_stop_on(look.https, options->stop);
    look.dns = dns_client_new(options->loop, &look.random, options->stop);
    ok = look_around(&look, err);
    for (int i = 0; i < 2; i++) {
        kube_client_free(out_survey->planes[i].kube);
        out_survey->planes[i].kube = NULL;
    }
    dns_client_free(look.dns);
    https_client_free(look.https);
    kubeconfig_free(look.kubeconfig);
    return ok;
}

void survey_release(Survey *survey)
{
    arena_release(&survey->arena);
    *survey = (Survey){0};
}
