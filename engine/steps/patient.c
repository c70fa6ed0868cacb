/*
 * engine/steps/patient.c - looks at one control plane, and tells what is wrong with it.
 */
#include "engine/steps/patient.h"

#include <arpa/inet.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- the serving plane -------------------------------------------------------------------------------------------------------------- */

bool serving_look(Operation *operation, ServingView *out, Error *err)
{
    *out = (ServingView){0};
    if (!see_serving(operation, out->ip, err) || !see_signing_kid(operation, &out->kid, err) ||
        !see_fleet(operation, out->ip, &out->fleet, err)) {
        serving_release(out);
        return false;
    }
    see_connections(operation, out->ip, &out->fleet);
    return true;
}

void serving_release(ServingView *serving)
{
    fleet_view_release(&serving->fleet);
    free(serving->kid);
    *serving = (ServingView){0};
}

/* ---- one control plane -------------------------------------------------------------------------------------------------------------- */

static bool see_host(Operation *operation, const ControlPlane *site, char out_host[256], Error *err)
{
    KubePath path = {.resource = "install.tetrate.io/v1alpha1/controlplanes",
                     .ns = site->spec->ns,
                     .name = "controlplane"};
    cJSON *object = NULL;

    if (!kube_client_get(site->kube, &path, &object, err))
        return false;
    snprintf(out_host, 256, "%s",
             json_string_or(object, "spec/managementPlane/host",
                            operation->environment->floating_name));
    cJSON_Delete(object);
    return true;
}

bool resolver_leads_to(Operation *operation, const ControlPlane *site, const char *host,
                       const char *ip)
{
    unsigned char bytes[16];
    DnsAnswer answer;

    if (inet_pton(AF_INET, host, bytes) == 1)
        return strcmp(host, ip) == 0;
    if (!site->spec->resolver.port)
        return true; /* unknown: the token's issuer will tell afterwards (F-712) */
    return dns_ask(operation->dns, &site->spec->resolver, host, DNS_RECORD_A, &answer, NULL) &&
           answer.count > 0 && strcmp(answer.values[0], ip) == 0;
}

static Account judge_account(const char *fqn, const char *expected)
{
    size_t length = strlen(expected);

    if (strcmp(fqn, expected) == 0)
        return ACCOUNT_OWN;
    return strncmp(fqn, expected, length) == 0 &&
                   strspn(fqn + length, " \r\n\t") == strlen(fqn + length)
               ? ACCOUNT_SPOILT
               : ACCOUNT_OF_ANOTHER;
}

/* clusterFqn is organizations/o/clusters/c of exactly this cluster (F-708, F-709). */
static bool see_account(Operation *operation, const ControlPlane *site, Account *out, Error *err)
{
    char expected[300], *fqn = NULL;
    Error why = {0};

    *out = ACCOUNT_MISSING;
    if (!see_secret(site->kube, site->spec->ns, "cluster-service-account", "clusterFqn", &fqn,
                    &why))
        return why.code == ERR_NOT_FOUND || error_set(err, why.code, "%s", why.message);
    snprintf(expected, sizeof expected, "organizations/%s/clusters/%s",
             operation->environment->organization, site->spec->name);
    *out = judge_account(fqn, expected);
    free(fqn);
    return true;
}

static bool see_operator(const ControlPlane *site, bool *out_is_ready, Error *err)
{
    KubePath path = {.resource = "apps/v1/deployments",
                     .ns = site->spec->ns,
                     .name = "tsb-operator-control-plane"};
    cJSON *object = NULL;
    Error why = {0};

    *out_is_ready = false;
    if (!kube_client_get(site->kube, &path, &object, &why))
        return why.code == ERR_NOT_FOUND || error_set(err, why.code, "%s", why.message);
    *out_is_ready = json_integer_or(object, "status/readyReplicas", 0) > 0;
    cJSON_Delete(object);
    return true;
}

bool patient_look(Operation *operation, ControlPlane *site, const ServingView *serving,
                  int64_t since_s, Patient *out, Error *err)
{
    const cJSON *cluster = fleet_find(&serving->fleet, site->spec->name);
    Error why = {0};

    *out = (Patient){.site = site,
                     .is_known = cluster != NULL,
                     .is_connected = fleet_is_connected(&serving->fleet, site->spec->name),
                     .synced_ms = cluster ? fleet_synced_ms(cluster) : 0};
    see_tokens(operation, &site, 1, serving->kid, &out->tokens);
    if (out->tokens.error.code)
        return error_set(err, out->tokens.error.code, "%s", out->tokens.error.message);
    if (!see_host(operation, site, out->host, err) ||
        !see_account(operation, site, &out->account, err) ||
        !see_operator(site, &out->has_operator, err))
        return false;
    out->leads_here = resolver_leads_to(operation, site, out->host, serving->ip);
    out->skew_ms = kube_client_skew_ms(site->kube) - kube_client_skew_ms(operation->serving->kube);
    see_edge(site, since_s, &out->says, out->line, &why); /* without a pod it says nothing */
    out->is_front_trusted = out->says == EDGE_SAYS_TLS &&
                            see_front_certificate(operation, out->host, serving->ip, NULL);
    return true;
}

/* ---- what is wrong with it ---------------------------------------------------------------------------------------------------------- */

bool trouble_set(Trouble *out, const char *check, bool passes, const char *format, ...)
{
    va_list arguments;

    out->check = check;
    out->passes = passes;
    va_start(arguments, format);
    vsnprintf(out->text, sizeof out->text, format, arguments);
    va_end(arguments);
    return true;
}

/* "x509: certificate is valid for ..." of a long line. */
static const char *tls_reason(const Patient *patient)
{
    const char *reason = strstr(patient->line, "x509");

    return reason ? reason : patient->line;
}

bool patient_is_cut_off(const Operation *operation, const Patient *patient, Trouble *out)
{
    const char *plane = operation->serving->spec->name;

    if (!patient->leads_here)
        return trouble_set(out, "F-506", true, "%s does not lead to %s there yet", patient->host,
                           plane);
    if (patient->is_connected)
        return false;
    if (patient->says == EDGE_SAYS_TLS)
        return trouble_set(out,
                           strstr(patient->line, "unknown authority") ? "F-608"
                           : patient->is_front_trusted                ? "F-609"
                                                                      : "F-607",
                           true, "its edge refuses the certificate of %s's %s: %.150s", plane,
                           patient->is_front_trusted ? "central (the front's is right)" : "front",
                           tls_reason(patient));
    if (patient->says == EDGE_SAYS_NETWORK)
        return trouble_set(out, "F-606", true, "nobody answers its edge: %.180s", patient->line);
    return false;
}

static bool account_forbids(const Patient *patient, Trouble *out)
{
    static const struct {
        const char *check, *text;
    } ACCOUNTS[] = {
        [ACCOUNT_MISSING] = {"F-708", "cluster-service-account is missing"                      },
        [ACCOUNT_OF_ANOTHER] = {"F-709", "cluster-service-account is of another cluster"           },
        [ACCOUNT_SPOILT] = {"F-713", "cluster-service-account has white space behind its value"},
    };

    if (patient->account == ACCOUNT_OWN)
        return false;
    return trouble_set(out, ACCOUNTS[patient->account].check, false,
                       "its %s: `tctl install cluster-service-account`, then refresh its tokens",
                       ACCOUNTS[patient->account].text);
}

/* Tokens that it makes now would be none any more once its clock is set right (F-714). */
static bool clock_forbids(const Operation *operation, Trouble *out)
{
    int64_t skew_ms = kube_client_skew_ms(operation->serving->kube);

    return llabs(skew_ms) > operation->environment->policies.clock_skew_max_ms &&
           trouble_set(out, "F-714", true,
                       "the clock of %s differs from ours by %lld s: set it right before tokens "
                       "are made by it",
                       operation->serving->spec->name, (long long)(skew_ms / 1000));
}

bool patient_may_lose_tokens(const Operation *operation, const Patient *patient, Trouble *out)
{
    const char *plane = operation->serving->spec->name;

    if (!patient->is_known)
        trouble_set(out, "F-710", false,
                    "%s does not know this cluster: onboard it again, then refresh its tokens",
                    plane);
    else if (account_forbids(patient, out) || clock_forbids(operation, out) ||
             patient_is_cut_off(operation, patient, out))
        return false;
    else if (!patient->has_operator)
        trouble_set(out, "F-706", true, "its tsb-operator-control-plane has no ready pod");
    else if (!patient->is_connected && patient->says != EDGE_SAYS_AUTH)
        trouble_set(out, "F-707", true,
                    "nothing shows that its operator would reach %s: its edge says nothing", plane);
    else
        return true;
    return false;
}
