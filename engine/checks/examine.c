/*
 * engine/checks/examine.c - holds an estate to a list of checks, all of them, so that a person mends everything at once.
 */
#include "engine/checks/checks.h"

#include <stdio.h>

#include "engine/observations.h"

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

static bool run_checks(Examination *e, Check *const *checks, size_t count, Observation *out,
                       Findings *found, Error *err)
{
    for (size_t i = 0; i < count; i++) {
        Finding finding = {0};

        if (!checks[i](e, &finding, err))
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

static void conclude(const Findings *found, size_t count, Observation *out)
{
    if (found->refused) {
        out->state = STEP_FAILED;
        snprintf(out->text, sizeof out->text, "%d of %zu checks failed: %.200s", found->refused,
                 count, out->finding.observed);
    } else if (found->awaited) {
        observe_waiting(out, "waiting for %.100s: %.140s", out->finding.required,
                        out->finding.observed);
    } else {
        observe_holds(out, "%zu checks passed", count);
    }
}

static bool read_resource(const Plane *plane, cJSON **out_object, Error *err)
{
    Error why = {0};

    if (see_management_plane(plane, out_object, &why) || why.code == ERR_NOT_FOUND)
        return true;
    return error_set(err, why.code, "%s", why.message);
}

void examine(Operation *operation, Check *const *checks, size_t count, Observation *out)
{
    Examination examination = {.operation = operation};
    Findings found = {0};
    Error why = {0};

    if ((!operation->active->is_out_of_reach &&
         !read_resource(operation->active, &examination.active, &why)) ||
        !read_resource(operation->standby, &examination.standby, &why) ||
        !run_checks(&examination, checks, count, out, &found, &why)) {
        if (found.refused) /* what was found decides, even if a later check could not be made */
            conclude(&found, count, out);
        else
            observe_error(out, &why);
    } else {
        conclude(&found, count, out);
    }
    cJSON_Delete(examination.active);
    cJSON_Delete(examination.standby);
}
