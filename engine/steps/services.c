/*
 * engine/steps/services.c - the new active's services are up and its load balancer has an address that stays.
 *
 * Source: domain.md FO6b; the published procedure waits for condition=available of deployment/tsb, which is true for a Deployment
 * scaled to 0 and for stale status, and fails for one that does not exist yet: F-022, F-023, F-024, F-312, F-313, F-318.
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

/* How many serve; the first that does not is described. A Deployment left at 0 in a last life needs us (F-023). */
static bool count_serving(Operation *operation, int64_t *out_serving, bool *out_needs_scale,
                          char *out_text, size_t room, Error *err)
{
    *out_serving = 0;
    *out_needs_scale = false;
    out_text[0] = '\0';
    for (size_t i = 0; i < COUNT(REQUIRED); i++) {
        DeploymentView view;

        if (!see_deployment(operation->standby, REQUIRED[i], &view, err))
            return false;
        *out_needs_scale = *out_needs_scale || (view.exists && view.wanted == 0);
        if (deployment_serves(&view))
            (*out_serving)++;
        else if (!out_text[0])
            deployment_text(REQUIRED[i], &view, out_text, room);
    }
    return true;
}

static bool have_endpoints(Operation *operation, char *out_text, size_t room, Error *err)
{
    for (size_t i = 0; i < COUNT(WITH_ENDPOINTS); i++) {
        int64_t count;

        if (!see_endpoints(operation->standby, WITH_ENDPOINTS[i], &count, err))
            return false;
        if (count == 0) {
            snprintf(out_text, room, "service/%s has no endpoints", WITH_ENDPOINTS[i]);
            return true;
        }
    }
    return true;
}

/* An address that was just given may be changed again (F-313): it counts once it stayed. */
static bool is_address_stable(Operation *operation, char *out_text, size_t room, Error *err)
{
    char address[256];
    const char *known;

    if (!see_load_balancer(operation->standby, address, err))
        return false;
    known = json_string_or(operation->record, "loadBalancer/address", "");
    if (strcmp(address, known) != 0) {
        json_put_string(operation->record, "loadBalancer/address", address);
        json_put_integer(operation->record, "loadBalancer/sinceMs", clock_wall_ms());
    }
    if (!address[0])
        snprintf(out_text, room, "service/envoy: EXTERNAL-IP is pending");
    else if (clock_wall_ms() - json_integer_or(operation->record, "loadBalancer/sinceMs", 0) <
             ADDRESS_STABLE_MS)
        snprintf(out_text, room, "service/envoy has address %.160s; watching that it stays",
                 address);
    return true;
}

static void observe_services(Operation *operation, Observation *out)
{
    int64_t known = json_integer_or(operation->record, "services/serving", 0), serving;
    bool needs_scale;
    char text[240];
    Error why = {0};

    if (!count_serving(operation, &serving, &needs_scale, text, sizeof text, &why)) {
        observe_error(out, &why);
        return;
    }
    json_put_integer(operation->record, "services/serving", serving);
    if (!text[0] && (!have_endpoints(operation, text, sizeof text, &why) ||
                     (!text[0] && !is_address_stable(operation, text, sizeof text, &why)))) {
        observe_error(out, &why);
        return;
    }
    if (!text[0]) {
        observe_holds(out, "all services of %s are ready at %s", operation->standby->spec->name,
                      json_string_or(operation->record, "loadBalancer/address", "?"));
        return;
    }
    if (needs_scale)
        observe_pending(out, "%lld of %zu ready; %s", (long long)serving, COUNT(REQUIRED), text);
    else
        observe_waiting(out, "%lld of %zu ready; %s", (long long)serving, COUNT(REQUIRED), text);
    out->act_again = needs_scale;
    out->has_progress = serving > known;
}

/* REPAIR of F-023 and F-907: what was left at 0 by an earlier failover gets one replica; the operator's HPA does the rest. */
static bool raise_leftovers(Operation *operation, Error *err)
{
    for (size_t i = 0; i < COUNT(REQUIRED); i++) {
        DeploymentView view;

        if (!see_deployment(operation->standby, REQUIRED[i], &view, err))
            return false;
        if (!view.exists || view.wanted > 0)
            continue;
        operation_warn(operation, "F-023", "deployment/%s of %s was left at 0: scaling it to 1",
                       REQUIRED[i], operation->standby->spec->name);
        if (!scale_deployment(operation, operation->standby, REQUIRED[i], 1, err))
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
