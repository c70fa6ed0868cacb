/*
 * engine/lease.c - a Kubernetes Lease in both planes' clusters keeps two engines apart.
 */
#include "engine/lease.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"

#define LEASE_RESOURCE "coordination.k8s.io/v1/leases"
#define LEASE_NAME     "understudy"
#define RUN_ANNOTATION "understudy.dev/run"

KubePath lease_path(const Plane *plane)
{
    return (KubePath){.resource = LEASE_RESOURCE, .ns = plane->spec->ns, .name = LEASE_NAME};
}

/* The object, or NULL if there is none. */
static bool lease_get(const Plane *plane, cJSON **out_lease, Error *err)
{
    KubePath path = lease_path(plane);
    Error why = {0};

    *out_lease = NULL;
    if (kube_client_get(plane->kube, &path, out_lease, &why))
        return true;
    if (why.code == ERR_NOT_FOUND)
        return true;
    return error_set(err, why.code, "lease: %s", why.message);
}

static int64_t duration_ms(const cJSON *lease)
{
    return 1000 * json_integer_or(lease, "spec/leaseDurationSeconds", 0);
}

/* Their clock may be off: more than the difference that is allowed has to have passed. */
static bool is_past_its_time(const Operation *operation, const cJSON *lease)
{
    int64_t renewed = 0;

    if (!clock_parse(json_string_or(lease, "spec/renewTime", ""), &renewed))
        return true;
    return clock_wall_ms() >
           renewed + duration_ms(lease) + operation->environment->policies.clock_skew_max_ms;
}

/* Whatever the clocks say: has it not been renewed for as long as it lasts, while we looked? */
static bool has_stood_still(Operation *operation, const Plane *plane, const cJSON *lease)
{
    size_t index = (size_t)(plane - operation->planes);
    const char *renewed_at = json_string_or(lease, "spec/renewTime", "");

    if (strcmp(operation->other_lease[index].renewed_at, renewed_at) != 0) {
        snprintf(operation->other_lease[index].renewed_at,
                 sizeof operation->other_lease[index].renewed_at, "%s", renewed_at);
        operation->other_lease[index].since_ms = clock_mono_ms();
    }
    return clock_mono_ms() - operation->other_lease[index].since_ms > duration_ms(lease);
}

static const char *run_of(const cJSON *lease)
{
    const cJSON *annotations = json_find(lease, "metadata/annotations");
    const cJSON *run = cJSON_GetObjectItemCaseSensitive(annotations, RUN_ANNOTATION);

    return cJSON_IsString(run) ? run->valuestring : "";
}

static void view_lease(Operation *operation, const Plane *plane, const cJSON *lease,
                       LeaseView *view)
{
    *view = (LeaseView){0};
    snprintf(view->holder, sizeof view->holder, "%s",
             json_string_or(lease, "spec/holderIdentity", ""));
    view->is_ours = strcmp(view->holder, operation->holder) == 0;
    view->is_of_this_run = *operation->run && strcmp(run_of(lease), operation->run) == 0;
    view->is_expired =
        *view->holder && !view->is_ours &&
        (is_past_its_time(operation, lease) || has_stood_still(operation, plane, lease));
    view->is_free = !*view->holder || view->is_ours ||
                    (view->is_of_this_run ? operation->is_predecessor_gone || view->is_expired
                                          : view->is_expired && consent_has(&operation->consent,
                                                                            CONSENT_TAKE_OVER, 0));
}

bool lease_see(Operation *operation, Plane *plane, LeaseView *out_view, Error *err)
{
    cJSON *lease = NULL;

    if (!lease_get(plane, &lease, err))
        return false;
    view_lease(operation, plane, lease, out_view);
    cJSON_Delete(lease);
    return true;
}

/* What others keep in the object stays there. */
static cJSON *lease_object(const Operation *operation, const Plane *plane, const cJSON *old,
                           const LeaseView *view)
{
    cJSON *lease = old ? cJSON_Duplicate(old, true) : cJSON_CreateObject();
    char now[CLOCK_TEXT_MAX];

    clock_rfc3339_micro(clock_wall_ms(), now);
    json_put_string(lease, "apiVersion", "coordination.k8s.io/v1");
    json_put_string(lease, "kind", "Lease");
    json_put_string(lease, "metadata/name", LEASE_NAME);
    json_put_string(lease, "metadata/namespace", plane->spec->ns);
    if (!json_has(lease, "metadata/annotations"))
        json_put(lease, "metadata/annotations", cJSON_CreateObject());
    cJSON_DeleteItemFromObjectCaseSensitive(json_find(lease, "metadata/annotations"),
                                            RUN_ANNOTATION);
    cJSON_AddStringToObject(json_find(lease, "metadata/annotations"), RUN_ANNOTATION,
                            operation->run);
    json_put_string(lease, "spec/holderIdentity", operation->holder);
    json_put_integer(lease, "spec/leaseDurationSeconds",
                     operation->environment->policies.lease_ms / 1000);
    if (!view->is_ours)
        json_put_string(lease, "spec/acquireTime", now);
    json_put_string(lease, "spec/renewTime", now);
    json_put_integer(lease, "spec/leaseTransitions",
                     json_integer_or(old, "spec/leaseTransitions", 0) + (view->is_ours ? 0 : 1));
    return lease;
}

static bool fail_held(const LeaseView *view, const char *context, Error *err)
{
    if (view->is_of_this_run)
        return error_set(err, ERR_CONFLICT,
                         "lease %s on %s is held by \"%s\", an earlier process of this run that "
                         "may still be alive",
                         LEASE_NAME, context, view->holder);
    if (!view->is_expired)
        return error_set(err, ERR_CONFLICT,
                         "lease %s on %s is held by \"%s\": another engine is at work", LEASE_NAME,
                         context, view->holder);
    return error_set(err, ERR_CONFLICT,
                     "lease %s on %s was left by \"%s\" and has expired; --take-over takes it",
                     LEASE_NAME, context, view->holder);
}

/* One attempt: write what we want over what we saw; the resourceVersion makes it a compare and swap. */
static bool take_once(Operation *operation, const Plane *plane, Error *err)
{
    KubePath path = lease_path(plane), folder = path;
    cJSON *old = NULL, *wanted = NULL;
    LeaseView view;
    bool ok;

    folder.name = NULL;
    if (!lease_get(plane, &old, err))
        return false;
    view_lease(operation, plane, old, &view);
    ok = view.is_free || fail_held(&view, plane->spec->context, err);
    if (ok) {
        wanted = lease_object(operation, plane, old, &view);
        ok = old ? kube_client_update(plane->kube, &path, wanted, NULL, err)
                 : kube_client_create(plane->kube, &folder, wanted, NULL, err);
    }
    cJSON_Delete(wanted);
    cJSON_Delete(old);
    return ok;
}

/* An ambiguous or conflicting write is looked at again: if it is ours by now, it worked. */
static bool take_on(Operation *operation, const Plane *plane, Error *err)
{
    Error why = {0};

    for (int attempt = 0; attempt < 5; attempt++) {
        if (take_once(operation, plane, &why))
            return true;
        if (why.code != ERR_AMBIGUOUS && why.code != ERR_UNAVAILABLE && why.code != ERR_TIMEOUT)
            break;
        loop_wait(operation->loop, operation->environment->policies.poll_ms, operation->stop);
    }
    return error_set(err, why.code, "%s", why.message);
}

/* Half of it is let go again: it would keep the engine out that holds the other half. */
bool lease_take(Operation *operation, Error *err)
{
    operation->has_lease = true;
    for (int i = 0; i < 2; i++) {
        if (operation->planes[i].is_out_of_reach || take_on(operation, &operation->planes[i], err))
            continue;
        lease_release(operation);
        return false;
    }
    operation->lease_renewed_ms = operation->lease_confirmed_ms = clock_mono_ms();
    return true;
}

/* A conflict may be our own renewal, whose answer was lost and which was then sent again. */
static bool is_still_ours(Operation *operation, Plane *plane)
{
    LeaseView view;

    return !lease_see(operation, plane, &view, NULL) || view.is_ours;
}

/* One cluster that does not answer must not keep us from renewing in the other. */
static bool renew(Operation *operation, Plane *plane, Error *err)
{
    int64_t patience_ms =
        kube_client_patience(plane->kube, operation->environment->policies.lease_renew_ms);
    bool ok = take_once(operation, plane, err);

    kube_client_patience(plane->kube, patience_ms);
    return ok;
}

/* Whoever wants it needs it in both clusters: one that still gives it to us keeps everybody else out. */
bool lease_keep(Operation *operation, Error *err)
{
    int64_t now_ms = clock_mono_ms();

    if (!operation->has_lease ||
        now_ms - operation->lease_renewed_ms < operation->environment->policies.lease_renew_ms)
        return true;
    operation->lease_renewed_ms = now_ms;
    for (int i = 0; i < 2; i++) {
        Error why = {0};

        if (operation->planes[i].is_out_of_reach)
            continue;
        if (renew(operation, &operation->planes[i], &why))
            operation->lease_confirmed_ms = now_ms;
        else if (why.code == ERR_CONFLICT && !is_still_ours(operation, &operation->planes[i]))
            return error_set(err, ERR_CONFLICT, "%s", why.message);
    }
    return true;
}

void lease_lost(const Error *why, Finding *out_finding)
{
    finding_set(out_finding, REACT_STOP, "OPS-01", "the lease of this run", why->message, "",
                "find the other engine; only one may act");
}

bool lease_is_safe(const Operation *operation)
{
    const EnvironmentPolicies *policies = &operation->environment->policies;

    return !operation->has_lease || clock_mono_ms() - operation->lease_confirmed_ms <
                                        policies->lease_ms - policies->lease_renew_ms;
}

static void release_on(Operation *operation, Plane *plane)
{
    KubePath path = lease_path(plane);
    cJSON *patch = cJSON_CreateObject();
    LeaseView view;

    json_put(patch, "spec/holderIdentity", cJSON_CreateNull());
    if (lease_see(operation, plane, &view, NULL) && view.is_ours)
        kube_client_merge(plane->kube, &path, patch, NULL, NULL);
    cJSON_Delete(patch);
}

void lease_release(Operation *operation)
{
    if (!operation->has_lease)
        return;
    operation->has_lease = false;
    operation_ignore_stop(operation);
    for (int i = 0; i < 2; i++)
        if (!operation->planes[i].is_out_of_reach)
            release_on(operation, &operation->planes[i]);
}
