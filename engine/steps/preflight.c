/*
 * engine/steps/preflight.c - everything that would stop a planned failover half-way is looked for before the first change.
 *
 * Source: domain.md FO0, sections 6 and 7.1, 7.2. A table of checks (engine/checks): each looks, and either finds nothing, or says what is
 * required, what was observed, where that can be seen, and what to do. All of them are asked, so that a person mends everything at once.
 */
#include <stdio.h>

#include "engine/checks/checks.h"
#include "engine/observations.h"
#include "engine/steps/steps.h"

static Check *const CHECKS[] = {
    check_resources_exist, check_roles,       check_standby_host, check_schema,
    check_operator,        check_signing_key, check_key_set,      check_kubegres,
    check_replication,     check_version,     check_rights,       check_clocks,
    check_names,           check_dns_rights,  check_api,          check_control_plane_rights,
    check_hosts,
};
#define CHECK_COUNT (sizeof CHECKS / sizeof *CHECKS)

/* ------------------------------------------------------------------------------------------------------ the step */

/* What the checks found: what refuses decides over what may still come. */
typedef struct {
    int refused, awaited;
} Findings;

/* Every finding is told; the first decides. */
static void tell_further(Operation *operation, const Finding *finding)
{
    operation_warn(operation, finding->check, "required %s; observed %s; %s", finding->required,
                   finding->observed, finding->remedy);
}

static bool run_checks(Examination *e, Observation *out, Findings *found, Error *err)
{
    for (size_t i = 0; i < CHECK_COUNT; i++) {
        Finding finding = {0};

        if (!CHECKS[i](e, &finding, err))
            return false;
        if (finding.reaction == REACT_NONE)
            continue;
        if (finding.reaction == REACT_WAIT ? found->awaited++ + found->refused == 0
                                           : found->refused++ == 0)
            out->finding = finding;
        else if (finding.reaction != REACT_WAIT)
            tell_further(e->operation, &finding);
    }
    return true;
}

static void conclude(const Findings *found, Observation *out)
{
    if (found->refused) {
        out->state = STEP_FAILED;
        snprintf(out->text, sizeof out->text, "%d of %zu checks failed: %.200s", found->refused,
                 CHECK_COUNT, out->finding.observed);
    } else if (found->awaited) {
        observe_waiting(out, "waiting for %.100s: %.140s", out->finding.required,
                        out->finding.observed);
    } else {
        observe_holds(out, "%zu checks passed", CHECK_COUNT);
    }
}

static bool read_resource(const Plane *plane, cJSON **out_object, Error *err)
{
    Error why = {0};

    if (see_management_plane(plane, out_object, &why) || why.code == ERR_NOT_FOUND)
        return true;
    return error_set(err, why.code, "%s", why.message);
}

static void observe_preflight(Operation *operation, Observation *out)
{
    Examination examination = {.operation = operation};
    Findings found = {0};
    Error why = {0};

    if (!read_resource(operation->active, &examination.active, &why) ||
        !read_resource(operation->standby, &examination.standby, &why) ||
        !run_checks(&examination, out, &found, &why)) {
        if (found.refused) /* what was found decides, even if a later check could not be made */
            conclude(&found, out);
        else
            observe_error(out, &why);
    } else {
        conclude(&found, out);
    }
    cJSON_Delete(examination.active);
    cJSON_Delete(examination.standby);
}

static int64_t deadline(const Operation *operation)
{
    return operation->environment->policies.preflight_ms;
}

const Step STEP_PREFLIGHT = {
    .id = "FO0",
    .name = "preflight",
    .why = "a failover that stops half-way is worse than one that never began",
    .never = "change anything",
    .observe = observe_preflight,
    .deadline_ms = deadline,
    .on_deadline = REACT_REFUSE,
    .remedy = "a check could not be made: see what does not answer",
    .is_once = true,
};
