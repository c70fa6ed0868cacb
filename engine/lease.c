/*
 * engine/lease.c - a Kubernetes Lease in both planes' clusters keeps two engines apart.
 */
#include "engine/lease.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"

#define LEASE_RESOURCE "coordination.k8s.io/v1/leases"
#define LEASE_NAME     "understudy"

static KubePath lease_path(const Plane *plane)
{
    return (KubePath){.resource = LEASE_RESOURCE, .ns = plane->spec->ns, .name = LEASE_NAME};
}

static bool is_expired(const cJSON *lease)
{
    int64_t renewed = 0;

    if (!clock_parse(json_string_or(lease, "spec/renewTime", ""), &renewed))
        return true;
    return clock_wall_ms() >
           renewed + 1000 * json_integer_or(lease, "spec/leaseDurationSeconds", 0);
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

bool lease_holder(Operation *operation, const Plane *plane, char out_holder[160],
                  bool *out_is_expired, Error *err)
{
    cJSON *lease = NULL;

    (void)operation;
    *out_is_expired = false;
    out_holder[0] = '\0';
    if (!lease_get(plane, &lease, err))
        return false;
    snprintf(out_holder, 160, "%s", json_string_or(lease, "spec/holderIdentity", ""));
    *out_is_expired = out_holder[0] && is_expired(lease);
    cJSON_Delete(lease);
    return true;
}

static cJSON *lease_object(const Operation *operation, const Plane *plane, const cJSON *old)
{
    cJSON *lease = cJSON_CreateObject();
    char now[CLOCK_TEXT_MAX];
    const char *previous = json_string_or(old, "spec/holderIdentity", "");
    bool is_ours = strcmp(previous, operation->holder) == 0;

    clock_rfc3339_micro(clock_wall_ms(), now);
    json_put_string(lease, "apiVersion", "coordination.k8s.io/v1");
    json_put_string(lease, "kind", "Lease");
    json_put_string(lease, "metadata/name", LEASE_NAME);
    json_put_string(lease, "metadata/namespace", plane->spec->ns);
    if (old)
        json_put_string(lease, "metadata/resourceVersion",
                        json_string_or(old, "metadata/resourceVersion", ""));
    json_put_string(lease, "spec/holderIdentity", operation->holder);
    json_put_integer(lease, "spec/leaseDurationSeconds",
                     operation->environment->policies.lease_ms / 1000);
    json_put_string(lease, "spec/acquireTime",
                    is_ours ? json_string_or(old, "spec/acquireTime", now) : now);
    json_put_string(lease, "spec/renewTime", now);
    json_put_integer(lease, "spec/leaseTransitions",
                     json_integer_or(old, "spec/leaseTransitions", 0) + (is_ours ? 0 : 1));
    return lease;
}

static bool may_take(const Operation *operation, const cJSON *old, const char *context, Error *err)
{
    const char *holder = json_string_or(old, "spec/holderIdentity", "");

    if (!*holder || strcmp(holder, operation->holder) == 0)
        return true;
    if (!is_expired(old))
        return error_set(err, ERR_CONFLICT,
                         "lease %s on %s is held by \"%s\": another engine is at work", LEASE_NAME,
                         context, holder);
    if (!operation->consent.takes_over_lease)
        return error_set(err, ERR_CONFLICT,
                         "lease %s on %s was left by \"%s\" and has expired; --take-over takes it",
                         LEASE_NAME, context, holder);
    return true;
}

/* One attempt: write what we want over what we saw; the resourceVersion makes it a compare and swap. */
static bool take_once(Operation *operation, const Plane *plane, Error *err)
{
    KubePath path = lease_path(plane), folder = path;
    cJSON *old = NULL, *wanted = NULL;
    bool ok = false;

    folder.name = NULL;
    if (!lease_get(plane, &old, err))
        return false;
    if (may_take(operation, old, plane->spec->context, err)) {
        wanted = lease_object(operation, plane, old);
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
        if (take_on(operation, &operation->planes[i], err))
            continue;
        lease_release(operation);
        return false;
    }
    operation->lease_renewed_ms = clock_mono_ms();
    return true;
}

/* A conflict may be our own renewal, whose answer was lost and which was then sent again. */
static bool is_ours(Operation *operation, const Plane *plane)
{
    char holder[160];
    bool is_expired;

    return !lease_holder(operation, plane, holder, &is_expired, NULL) ||
           strcmp(holder, operation->holder) == 0;
}

bool lease_keep(Operation *operation, Error *err)
{
    Error why = {0};

    if (!operation->has_lease || clock_mono_ms() - operation->lease_renewed_ms <
                                     operation->environment->policies.lease_renew_ms)
        return true;
    operation->lease_renewed_ms = clock_mono_ms();
    for (int i = 0; i < 2; i++) {
        /* A cluster that does not answer just now cannot give the lease to another engine either. */
        if (!take_once(operation, &operation->planes[i], &why) && why.code == ERR_CONFLICT &&
            !is_ours(operation, &operation->planes[i]))
            return error_set(err, ERR_CONFLICT, "%s", why.message);
    }
    return true;
}

void lease_release(Operation *operation)
{
    if (!operation->has_lease)
        return;
    operation->has_lease = false;
    for (int i = 0; i < 2; i++) {
        KubePath path = lease_path(&operation->planes[i]);
        cJSON *patch = cJSON_CreateObject();
        char holder[160];
        bool expired;

        json_put(patch, "spec/holderIdentity", cJSON_CreateNull());
        if (lease_holder(operation, &operation->planes[i], holder, &expired, NULL) &&
            strcmp(holder, operation->holder) == 0)
            kube_client_merge(operation->planes[i].kube, &path, patch, NULL, NULL);
        cJSON_Delete(patch);
    }
}
