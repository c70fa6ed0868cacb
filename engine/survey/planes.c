/*
 * engine/survey/planes.c - a management plane, as its cluster shows it.
 */
#include <stdlib.h>
#include <string.h>

#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "engine/survey/survey.h"

#define MANAGEMENT_PLANES "install.tetrate.io/v1alpha1/managementplanes"

/* Of the whole cluster; a user who may look only where TSB runs is allowed for. */
static bool list_management_planes(SurveyPlane *plane, cJSON **out_list, Error *err)
{
    static const char *const NAMESPACES[] = {NULL, "tsb", "tse"};
    Error why = {0};

    for (size_t i = 0; i < sizeof NAMESPACES / sizeof *NAMESPACES; i++) {
        KubePath path = {.resource = MANAGEMENT_PLANES, .ns = NAMESPACES[i]};

        why = (Error){0};
        if (kube_client_get(plane->kube, &path, out_list, &why) &&
            json_find(*out_list, "items/0") != NULL)
            return true;
        if (!why.code) {
            cJSON_Delete(*out_list);
            *out_list = NULL;
            error_set(&why, ERR_NOT_FOUND, "%s: no ManagementPlane resource", plane->context);
        } else if (why.code != ERR_DENIED) {
            break;
        }
    }
    return error_set(err, why.code, "%s", why.message);
}

static void tell_resource(Survey *survey, SurveyPlane *plane, const cJSON *object)
{
    const char *name = json_string_or(object, "metadata/name", "");
    const char *organization = json_string(object, "spec/organization");
    const char *partner =
        json_string(object, "spec/highAvailability/standby/activeMpSynchronizationEndpoint/host");

    fact_found(survey, &plane->ns, json_string_or(object, "metadata/namespace", "tsb"),
               "where ManagementPlane %s is", name);
    fact_found(survey, &plane->resource_name, name, "the ManagementPlane resource");
    if (organization)
        fact_found(survey, &plane->organization, organization,
                   "spec.organization of ManagementPlane %s, context %s", name, plane->context);
    plane->role = management_plane_role(object);
    plane->partner = arena_text(&survey->arena, partner);
}

static bool see_resource(Survey *survey, SurveyPlane *plane)
{
    cJSON *list = NULL;
    Error why = {0};

    if (list_management_planes(plane, &list, &why))
        tell_resource(survey, plane, json_find(list, "items/0"));
    else
        fact_missing(survey, &plane->ns, "%s", why.message);
    cJSON_Delete(list);
    return plane->ns.value != NULL;
}

static void see_identity(Survey *survey, SurveyPlane *plane)
{
    KubePath path = {.resource = "v1/namespaces", .name = "kube-system"};
    cJSON *object = NULL;
    Error why = {0};

    if (kube_client_get(plane->kube, &path, &object, &why))
        fact_found(survey, &plane->uid, json_string_or(object, "metadata/uid", ""),
                   "uid of kube-system: another cluster behind this context is refused");
    else
        fact_missing(survey, &plane->uid, "%s", why.message);
    cJSON_Delete(object);
}

/* The envoy Service has the API's port, and Postgres' where that is exposed. */
static void see_port(Survey *survey, SurveyPlane *plane)
{
    KubePath path = {.resource = "v1/services", .ns = plane->ns.value, .name = "envoy"};
    cJSON *object = NULL;
    const cJSON *port;
    Error why = {0};

    if (!kube_client_get(plane->kube, &path, &object, &why))
        fact_missing(survey, &plane->port, "%s", why.message);
    cJSON_ArrayForEach(port, json_find(object, "spec/ports"))
    {
        int64_t number = json_integer_or(port, "port", 0);

        if (number == 0 || number == 5432 || plane->port.value)
            continue;
        fact_found(survey, &plane->port, arena_format(&survey->arena, "%lld", (long long)number),
                   "service/envoy, context %s", plane->context);
    }
    cJSON_Delete(object);
}

static void see_tsb(SurveyPlane *plane)
{
    KubePath path = {.resource = "apps/v1/deployments", .ns = plane->ns.value, .name = "tsb"};
    cJSON *object = NULL;

    plane->is_wanted = kube_client_get(plane->kube, &path, &object, NULL) &&
                       json_integer_or(object, "spec/replicas", 1) > 0;
    cJSON_Delete(object);
}

/* ---- databases ----------------------------------------------------------------------------------- */

/* kubegres numbers its instances; the pod of tsb-postgres-1 is tsb-postgres-1-0. */
static void add_instance(Survey *survey, SurveyPlane *plane, const cJSON *pod)
{
    const char *name = json_string_or(pod, "metadata/name", "");
    const char *ip = json_string(pod, "status/podIP");
    size_t length = strlen(name), at = plane->instance_count;

    if (length < 3 || strcmp(name + length - 2, "-0") != 0 || at == SURVEY_INSTANCES_MAX)
        return;
    name = arena_text_of(&survey->arena, name, length - 2);
    for (; at > 0 && strverscmp(plane->instances[at - 1].name, name) > 0; at--)
        plane->instances[at] = plane->instances[at - 1];
    plane->instances[at].name = name;
    plane->instances[at].ip = arena_text(&survey->arena, ip);
    plane->instance_count++;
}

static void see_databases(Survey *survey, SurveyPlane *plane)
{
    KubePath path = {.resource = "v1/pods",
                     .ns = plane->ns.value,
                     .query = "labelSelector=app%3Dtsb-postgres"};
    cJSON *list = NULL;
    const cJSON *pod;
    Error why = {0};

    if (!kube_client_get(plane->kube, &path, &list, &why)) {
        fact_missing(survey, &plane->instances_fact, "%s", why.message);
        return;
    }
    cJSON_ArrayForEach(pod, json_find(list, "items"))
    {
        add_instance(survey, plane, pod);
    }
    cJSON_Delete(list);
    if (plane->instance_count)
        fact_found(survey, &plane->instances_fact, "",
                   "addresses of the pods: they must be reached from where understudy runs");
    else
        fact_missing(survey, &plane->instances_fact,
                     "no pods with app=tsb-postgres in %s: is its Postgres elsewhere?",
                     plane->ns.value);
}

/* ---- certificates -------------------------------------------------------------------------------- */

static void add_names(Survey *survey, SurveyPlane *plane, X509 *certificate)
{
    GENERAL_NAMES *names = X509_get_ext_d2i(certificate, NID_subject_alt_name, NULL, NULL);

    for (int i = 0; i < sk_GENERAL_NAME_num(names); i++) {
        const GENERAL_NAME *name = sk_GENERAL_NAME_value(names, i);

        if (name->type == GEN_DNS && plane->name_count < SURVEY_NAMES_MAX)
            plane->names[plane->name_count++] =
                arena_text_of(&survey->arena, (const char *)ASN1_STRING_get0_data(name->d.dNSName),
                              (size_t)ASN1_STRING_length(name->d.dNSName));
    }
    GENERAL_NAMES_free(names);
}

static void read_names(Survey *survey, SurveyPlane *plane, const char *pem)
{
    BIO *bio = BIO_new_mem_buf(pem, -1);
    X509 *certificate = PEM_read_bio_X509(bio, NULL, NULL, NULL);

    if (certificate)
        add_names(survey, plane, certificate);
    X509_free(certificate);
    BIO_free(bio);
}

/* The private key that comes with them goes out of memory with the answer. */
static void see_certificates(Survey *survey, SurveyPlane *plane)
{
    KubePath path = {.resource = "v1/secrets", .ns = plane->ns.value, .name = "tsb-certs"};
    cJSON *object = NULL;
    char *pem, *ca;
    Error why = {0};

    if (!kube_client_get(plane->kube, &path, &object, &why)) {
        fact_missing(survey, &plane->ca_pem, "%s", why.message);
        return;
    }
    pem = secret_value(object, "tls.crt");
    ca = secret_value(object, "ca.crt");
    if (pem)
        read_names(survey, plane, pem);
    if (ca)
        fact_found(survey, &plane->ca_pem, ca, "ca.crt of secret/tsb-certs, context %s",
                   plane->context);
    else
        fact_missing(
            survey, &plane->ca_pem,
            "secret/tsb-certs has no ca.crt; without caFile the system's authorities count");
    free(pem);
    free(ca);
    cJSON_Delete(object);
}

void survey_plane(Survey *survey, SurveyPlane *plane)
{
    see_identity(survey, plane);
    if (!see_resource(survey, plane)) {
        plane->port = plane->ca_pem = plane->instances_fact = plane->ns;
        return;
    }
    see_port(survey, plane);
    see_tsb(plane);
    see_databases(survey, plane);
    see_certificates(survey, plane);
}
