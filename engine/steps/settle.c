/*
 * engine/steps/settle.c - waits until XCP central has got the configuration again, before an edge asks it for some.
 *
 * Source: domain.md FO8, F-411, U20: an edge that reaches an empty central may be told to drop its gateways. The proof is a fresh
 * XCP_ACCEPTED event, newer than the promotion, for every cluster that is looked at.
 */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "engine/observations.h"
#include "engine/steps/steps.h"

enum { SAMPLE = 3 };

/* When did central last accept this cluster's configuration? 0: never. */
static bool see_accepted(Operation *operation, const char *ip, const char *cluster, int64_t *out_ms,
                         Error *err)
{
    cJSON *json = NULL;
    const cJSON *event;
    char path[256];
    int status;

    *out_ms = 0;
    snprintf(path, sizeof path, "/v2/organizations/%s/clusters/%s/status",
             operation->environment->organization, cluster);
    if (!see_front(operation, operation->serving, ip, path, &status, &json, err))
        return false;
    if (status != 200)
        return error_set(err, ERR_UNAVAILABLE, "%s: HTTP %d", path, status);
    cJSON_ArrayForEach(event, json_find(json, "configEvents/events"))
    {
        int64_t at_ms;

        if (strcmp(json_string_or(event, "type", ""), "XCP_ACCEPTED") == 0 &&
            clock_parse(json_string_or(event, "timestamp", ""), &at_ms) && at_ms > *out_ms)
            *out_ms = at_ms;
    }
    cJSON_Delete(json);
    return true;
}

static void observe_settle(Operation *operation, Observation *out)
{
    int64_t promoted_ms = json_integer_or(operation->record, "promotedAt", 0);
    char address[256], ip[64];
    Error why = {0};

    if (!see_load_balancer(operation->serving, address, &why) ||
        !see_ip(operation, address, ip, &why)) {
        observe_error(out, &why);
        return;
    }
    for (size_t i = 0; i < operation->control_plane_count && i < SAMPLE; i++) {
        const char *cluster = operation->control_planes[i].spec->name;
        int64_t accepted_ms;

        if (!see_accepted(operation, ip, cluster, &accepted_ms, &why)) {
            observe_error(out, &why);
            return;
        }
        if (accepted_ms <= promoted_ms) {
            observe_waiting(out,
                            "central has not accepted the configuration of %s since the promotion",
                            cluster);
            observe_if_late(out, "F-411", "a central that knows the configuration",
                            "GET .../clusters/NAME/status (configEvents)",
                            "no name was changed: see the logs of mpc and central, repair, then "
                            "`understudy resume`");
            return;
        }
    }
    observe_holds(out, "central has accepted the configuration again");
}

static int64_t deadline(const Operation *operation)
{
    return operation->environment->policies.settle_ms;
}

const Step STEP_SETTLE = {
    .id = "FO8",
    .name = "settle",
    .phase = "settle",
    .why = "an edge that asks an empty central may lose its gateways",
    .never = "let an edge in before central knows its configuration",
    .observe = observe_settle,
    .deadline_ms = deadline,
    .on_deadline = REACT_STOP,
    .remedy =
        "no name was changed: see the logs of mpc and central, repair, then `understudy resume`",
    .is_once = true,
};
