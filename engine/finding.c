/*
 * engine/finding.c - why a step cannot go on, in words a person can act on.
 */
#include <stdio.h>

#include "engine/finding.h"

const char *reaction_name(Reaction reaction)
{
    static const char *const NAMES[] = {
        [REACT_NONE] = "NONE",   [REACT_REFUSE] = "REFUSE",     [REACT_WAIT] = "WAIT",
        [REACT_RETRY] = "RETRY", [REACT_ROLLBACK] = "ROLLBACK", [REACT_FORWARD] = "FORWARD",
        [REACT_WARN] = "WARN",   [REACT_ASK] = "ASK",           [REACT_REPAIR] = "REPAIR",
        [REACT_STOP] = "STOP",
    };

    return NAMES[reaction];
}

void finding_set(Finding *finding, Reaction reaction, const char *check, const char *required,
                 const char *observed, const char *evidence, const char *remedy)
{
    finding->reaction = reaction;
    snprintf(finding->check, sizeof finding->check, "%s", check);
    snprintf(finding->required, sizeof finding->required, "%s", required);
    snprintf(finding->observed, sizeof finding->observed, "%s", observed);
    snprintf(finding->evidence, sizeof finding->evidence, "%s", evidence);
    snprintf(finding->remedy, sizeof finding->remedy, "%s", remedy);
}

void finding_refuse(Finding *finding, const char *check, const char *required, const char *observed,
                    const char *evidence, const char *remedy)
{
    finding_set(finding, REACT_REFUSE, check, required, observed, evidence, remedy);
}
