/*
 * engine/steps/preflight_install.c - before a standby is installed: the active can have one, and the cluster can be one.
 *
 * Source: domain.md 8.4 (1, 2, 8): names, one root, cert-manager in the right cluster. Of the control planes those that the active does not know
 * are a debt: they are onboarded by whoever owns them.
 */
#include <string.h>

#include "engine/checks/checks.h"
#include "engine/observations.h"
#include "engine/steps/steps.h"

static Check *const CHECKS[] = {
    check_own_names, check_exposed, check_api,       check_names, check_account_had,
    check_cluster,   check_helm,    check_same_root, check_hosts, check_clocks,
};

static void observe_preflight(Operation *operation, Observation *out)
{
    examine(operation, CHECKS, sizeof CHECKS / sizeof *CHECKS, out);
}

static int64_t deadline(const Operation *operation)
{
    return operation->environment->policies.preflight_ms;
}

const Step STEP_PREFLIGHT_INSTALL = {
    .id = "IP1",
    .name = "preflight",
    .why = "an active is not bothered for a standby that cannot follow it",
    .never = "change anything",
    .observe = observe_preflight,
    .deadline_ms = deadline,
    .on_deadline = REACT_REFUSE,
    .remedy = "a check could not be made: see what does not answer",
    .is_once = true,
};

/* ---- and what is left to do ---------------------------------------------------------------------------------------------------- */

static bool is_known(const cJSON *clusters, const char *name)
{
    const cJSON *cluster;

    cJSON_ArrayForEach(cluster, clusters)
    {
        if (cJSON_IsString(cluster) && strcmp(cluster->valuestring, name) == 0)
            return true;
    }
    return false;
}

static void observe_onboarded(Operation *operation, Observation *out)
{
    char address[256], ip[64];
    cJSON *inventory = NULL;
    int unknown = 0;
    Error why = {0};

    if (!see_load_balancer(operation->active, address, &why) ||
        !see_ip(operation, address, ip, &why) ||
        !see_inventory(operation, operation->active, ip, &inventory, &why)) {
        observe_error(out, &why);
        return;
    }
    for (size_t i = 0; i < operation->control_plane_count; i++) {
        const char *name = operation->control_planes[i].spec->name;

        if (is_known(json_find(inventory, "clusters"), name))
            continue;
        unknown++;
        operation_debt(operation, "%s is not onboarded: its owner does that, with host %s", name,
                       operation->environment->floating_name);
    }
    cJSON_Delete(inventory);
    if (!operation->environment->backup.folder)
        operation_debt(operation, "take a backup now: `understudy backup`");
    observe_holds(out, "%zu control planes, %d of them not onboarded",
                  operation->control_plane_count, unknown);
}

const Step STEP_ONBOARDED = {
    .id = "IP10",
    .name = "onboarded",
    .why = "a pair without control planes serves nobody",
    .never = "onboard what somebody else owns",
    .observe = observe_onboarded,
    .deadline_ms = deadline,
    .on_deadline = REACT_FORWARD,
    .remedy = "the active does not answer: see its pods",
};
