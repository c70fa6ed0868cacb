/*
 * engine/checks/flapping.c - a plane that is ill and healthy by turns is repaired, not left and returned to again and again.
 *
 * Source: domain.md F-912. Every failover costs an outage, a rejoin copies databases, and backups begin anew: within `policies.cooldown` of the
 * last one a person has to want it. An hour is about what a rejoin with its base backups takes, before which there is no sound standby.
 */
#include <stdio.h>

#include "base/clock.h"
#include "engine/checks/checks.h"
#include "engine/history.h"

static void judge_last(Operation *operation, const cJSON *last, int64_t at_ms, Finding *finding)
{
    int64_t cooldown_ms = operation->environment->policies.cooldown_ms;
    int64_t ago_ms = clock_wall_ms() - at_ms;
    char required[200], observed[280], text[CLOCK_TEXT_MAX];

    if (ago_ms >= cooldown_ms)
        return;
    snprintf(required, sizeof required, "no failover within the last %s",
             clock_duration(cooldown_ms, text));
    snprintf(observed, sizeof observed, "the last one, from %.60s to %.60s, was %s ago",
             json_string_or(last, "from", ""), json_string_or(last, "to", ""),
             clock_duration(ago_ms > 0 ? ago_ms : 0, text));
    finding_set(finding, REACT_ASK, "F-912", required, observed,
                "kubectl get lease -n NAMESPACE understudy -o yaml (metadata.annotations)",
                "find out why it is needed again: a plane that is ill and healthy by turns is "
                "repaired first");
    consent_given(operation, CONSENT_FLAPPING, 0, finding);
}

bool check_flapping(Examination *e, Finding *finding, Error *err)
{
    cJSON *last = NULL;
    int64_t at_ms;

    if (!history_read(e->operation, &last, err))
        return false;
    if (clock_parse(json_string_or(last, "at", ""), &at_ms))
        judge_last(e->operation, last, at_ms, finding);
    cJSON_Delete(last);
    return true;
}
