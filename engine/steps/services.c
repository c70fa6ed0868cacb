/*
 * engine/steps/services.c - the new active's services are up and its load balancer has an address that stays.
 *
 * Source: domain.md FO6b; the published procedure waits for condition=available of deployment/tsb, which is true for a Deployment
 * scaled to 0 and for stale status, and fails for one that does not exist yet: F-022, F-023, F-024, F-310 to F-313, F-318, F-511.
 */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "engine/observations.h"
#include "engine/steps/steps.h"

static const char *const REQUIRED[] =
    {"tsb", "iam", "envoy", "mpc", "web", "central", "xcp-operator-central"};
static const char *const WITH_ENDPOINTS[] = {"tsb", "iam", "envoy"};
#define COUNT(rows) (sizeof(rows) / sizeof *(rows))
enum { ADDRESS_STABLE_MS = 10000 };

/* What the first Deployment that does not serve lacks. One that was left at 0 in a last life needs us (F-023). */
static void describe_lack(const char *name, const DeploymentView *view, Observation *out)
{
    char evidence[200];

    deployment_text(name, view, out->text, sizeof out->text);
    if (!view->exists) {
        observe_if_late(out, "F-307", "every Deployment of an active plane",
                        "kubectl logs -n NAMESPACE deploy/tsb-operator-management-plane",
                        "the operator does not follow the resource: repair it, then "
                        "`understudy resume`");
        return;
    }
    snprintf(evidence, sizeof evidence,
             "kubectl describe pods -n NAMESPACE -l app=%.40s; image %.100s", name, view->image);
    observe_if_late(out, "F-310", "ready pods of the current generation", evidence,
                    "see why its pods do not become ready (image, capacity, a missing secret), "
                    "repair that, then `understudy resume`");
}

/* False: something could not be looked at. *out_serving: how many serve; the first that does not is described in out. */
static bool count_serving(Operation *operation, int64_t *out_serving, Observation *out, Error *err)
{
    *out_serving = 0;
    for (size_t i = 0; i < COUNT(REQUIRED); i++) {
        DeploymentView view;

        if (!see_deployment(operation->serving, REQUIRED[i], &view, err))
            return false;
        out->act_again = out->act_again || (view.exists && view.wanted == 0);
        if (deployment_serves(&view))
            (*out_serving)++;
        else if (!out->text[0])
            describe_lack(REQUIRED[i], &view, out);
    }
    return true;
}

static bool see_empty_service(Operation *operation, Observation *out, Error *err)
{
    for (size_t i = 0; i < COUNT(WITH_ENDPOINTS) && !out->text[0]; i++) {
        int64_t count;

        if (!see_endpoints(operation->serving, WITH_ENDPOINTS[i], &count, err))
            return false;
        if (count > 0)
            continue;
        snprintf(out->text, sizeof out->text, "service/%s has no endpoints", WITH_ENDPOINTS[i]);
        observe_if_late(out, "F-310", "endpoints behind tsb, iam and envoy",
                        "kubectl get endpoints -n NAMESPACE",
                        "compare the Service's selector with its pods' labels");
    }
    return true;
}

static void note_address(Operation *operation, const char *address)
{
    if (strcmp(address, json_string_or(operation->record, "loadBalancer/address", "")) == 0)
        return;
    json_put_string(operation->record, "loadBalancer/address", address);
    json_put_integer(operation->record, "loadBalancer/sinceMs", clock_wall_ms());
}

/* An address that was just given may be changed again (F-313), and its name takes a while to resolve (F-511). */
static bool see_unfit_address(Operation *operation, Observation *out, Error *err)
{
    char address[256], ip[64];
    Error why = {0};

    if (!see_load_balancer(operation->serving, address, err))
        return false;
    note_address(operation, address);
    if (!address[0]) {
        snprintf(out->text, sizeof out->text, "service/envoy: EXTERNAL-IP is pending");
        observe_if_late(out, "F-312", "an external address of service/envoy",
                        "kubectl describe service -n NAMESPACE envoy",
                        "see the cloud's quota and its load balancer controller, then "
                        "`understudy resume`");
    } else if (!see_ip(operation, address, ip, &why)) {
        snprintf(out->text, sizeof out->text, "service/envoy: %.250s", why.message);
        observe_if_late(out, "F-511", "a load balancer's name that resolves", "dig that name",
                        "see the cloud's DNS, then `understudy resume`");
    } else if (clock_wall_ms() - json_integer_or(operation->record, "loadBalancer/sinceMs", 0) <
               ADDRESS_STABLE_MS) {
        snprintf(out->text, sizeof out->text,
                 "service/envoy has address %.160s; watching that it stays", address);
        observe_if_late(out, "F-313", "an address that stays",
                        "kubectl get service -n NAMESPACE envoy",
                        "find out what changes the load balancer, then `understudy resume`");
    }
    return true;
}

/* Looks until something is lacking, which is then in out's text; an empty text: nothing is. */
static bool see_lack(Operation *operation, int64_t *out_serving, Observation *out, Error *err)
{
    return count_serving(operation, out_serving, out, err) &&
           (out->text[0] || see_empty_service(operation, out, err)) &&
           (out->text[0] || see_unfit_address(operation, out, err));
}

static void observe_services(Operation *operation, Observation *out)
{
    int64_t known = json_integer_or(operation->record, "services/serving", 0), serving;
    char lack[240];
    Error why = {0};

    if (is_taken_back(operation, REACT_STOP, out))
        return;
    if (!see_lack(operation, &serving, out, &why)) {
        observe_error(out, &why);
        return;
    }
    json_put_integer(operation->record, "services/serving", serving);
    if (!out->text[0]) {
        observe_holds(out, "all services of %s are ready at %s", operation->serving->spec->name,
                      json_string_or(operation->record, "loadBalancer/address", "?"));
        return;
    }
    snprintf(lack, sizeof lack, "%.239s", out->text);
    snprintf(out->text, sizeof out->text, "%lld of %zu ready; %s", (long long)serving,
             COUNT(REQUIRED), lack);
    out->state = out->act_again ? STEP_PENDING : STEP_WAITING;
    out->has_progress = serving > known;
}

/* REPAIR of F-023 and F-907: what was left at 0 by an earlier failover gets one replica; the operator's HPA does the rest. */
static bool raise_leftovers(Operation *operation, Error *err)
{
    for (size_t i = 0; i < COUNT(REQUIRED); i++) {
        DeploymentView view;

        if (!see_deployment(operation->serving, REQUIRED[i], &view, err))
            return false;
        if (!view.exists || view.wanted > 0)
            continue;
        operation_warn(operation, "F-023", "deployment/%s of %s was left at 0: scaling it to 1",
                       REQUIRED[i], operation->serving->spec->name);
        if (!scale_deployment(operation, operation->serving, REQUIRED[i], 1, err))
            return false;
    }
    return true;
}

static int64_t deadline(const Operation *operation)
{
    return operation->environment->policies.services_ms;
}

const Step STEP_SERVICES = {
    .id = "FO6b",
    .name = "services",
    .phase = "services",
    .why =
        "the operator starts tsb, iam, envoy and the rest; the cloud gives the load balancer an address",
    .never = "believe condition=available alone",
    .observe = observe_services,
    .act = raise_leftovers,
    .deadline_ms = deadline,
    .on_deadline = REACT_STOP,
    .remedy =
        "the database is promoted, so this cannot be undone: see the pods and events of the new "
        "active, repair, then `understudy resume`",
    .extends_while_progress = true,
};
