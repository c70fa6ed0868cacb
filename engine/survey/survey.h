/*
 * engine/survey/survey.h - an estate as it can be told by looking at its clusters, for an Environment file that nobody has written yet.
 *
 * Source:    domain.md 1.2 (ports), 2 (resources), 3 (secrets); the uid of kube-system is the identity of a cluster.
 * Only reads. What cannot be found is no error: it is a fact without a value, that says what to do. Of Secrets, only certificates are kept.
 * Ownership: everything lives in the survey's arena.
 */
#ifndef ENGINE_SURVEY_SURVEY_H
#define ENGINE_SURVEY_SURVEY_H

#include "base/arena.h"
#include "base/error.h"
#include "base/loop.h"
#include "base/random.h"
#include "engine/clients/dns.h"
#include "engine/clients/kube.h"
#include "engine/observations.h"

/* One thing that was looked for. */
typedef struct {
    const char *value; /* NULL: it was not found */
    const char *
        note; /* where it comes from, or why it is not there and what to do; NULL: not looked for */
} SurveyFact;

enum { SURVEY_INSTANCES_MAX = 9, SURVEY_SERVERS_MAX = 8, SURVEY_NAMES_MAX = 16 };

typedef struct {
    const char *context;
    KubeClient *kube;
    SurveyFact ns, resource_name, organization, uid, port, permanent_name, ca_pem;
    PlaneRole role;
    bool is_wanted;                      /* its tsb has replicas */
    const char *partner;                 /* host of the active, as a standby knows it; or NULL */
    const char *names[SURVEY_NAMES_MAX]; /* that its front envoy's certificate holds */
    size_t name_count;
    struct {
        const char *name, *ip; /* StatefulSet, and its pod's address or NULL */
    } instances[SURVEY_INSTANCES_MAX];
    size_t instance_count;
    SurveyFact instances_fact; /* without value: there are none, and why */
} SurveyPlane;

/* A control plane; or, without a name, a context where none was found. */
typedef struct {
    const char *context;
    SurveyFact name;
    const char *ns, *host;
    int64_t port; /* of the management plane; 0: it does not say */
} SurveySite;

typedef struct {
    Arena arena;
    SurveyPlane planes[2];
    SurveySite *sites;
    size_t site_count;
    SurveyFact active; /* "0" or "1" */
    SurveyFact floating_name, zone, records;
    DnsServerAddress servers[SURVEY_SERVERS_MAX];
    size_t server_count;
    SurveyFact servers_fact;
} Survey;

typedef struct {
    Loop *loop;
    const char *kubeconfig; /* path, or NULL for the usual rules */
    const char *planes[2];  /* contexts */
    const char *const
        *control_planes; /* contexts, NULL-ended; NULL: every other one of the kubeconfig */
    const DnsServerAddress
        *name_servers; /* to ask about the zone; none: those of /etc/resolv.conf */
    size_t name_server_count;
    const bool *stop;
} SurveyOptions;

/* Fails only if the kubeconfig cannot be read, or a plane's context is not in it. Release it either way. */
bool survey_make(const SurveyOptions *options, Survey *out_survey, Error *err);
void survey_release(Survey *survey);

typedef struct {
    const char *kubeconfig; /* as it is to stand in the file, or NULL */
    const char *ca_file;    /* where the authority's certificate was put, or NULL: it was not */
} SurveyFile;
/* The Environment file: every line says where its value comes from, what was not found is a comment with the remedy. free() it. */
char *survey_text(const Survey *survey, const SurveyFile *file);

/* ---- inside of the folder ------------------------------------------------------------------------ */

void fact_found(Survey *survey, SurveyFact *fact, const char *value, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
void fact_missing(Survey *survey, SurveyFact *fact, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

void survey_plane(Survey *survey, SurveyPlane *plane);
/* lists: of ControlPlane resources, one for each context that was read. */
void survey_sites(Survey *survey, const KubeRead *lists, const char *const *contexts, size_t count);
/* Once planes and control planes are known: which name is whose. */
void survey_names(Survey *survey);
void survey_dns(Survey *survey, DnsClient *dns, const SurveyOptions *options);

#endif
