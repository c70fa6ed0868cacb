/*
 * engine/checks/examine.c - holds an estate to a list of checks, all of them, so that a person mends everything at once.
 */
#include "engine/checks/checks.h"

#include <assert.h>
#include <stdio.h>

#include "engine/observations.h"

enum { CHECKS_MAX = 32 };

/* What the checks found: what refuses decides over what may still come, and over what a person could agree to. */
typedef struct {
    int refused, awaited;
    size_t asks[CHECKS_MAX];
    size_t ask_count;
} Findings;

/* Every finding is told; the first decides. */
static void tell_further(Operation *operation, const Finding *finding)
{
    operation_warn(operation, finding->check, "required %s; observed %s; %s", finding->required,
                   finding->observed, finding->remedy);
}

static void keep(Examination *e, const Finding *finding, Observation *out, Findings *found)
{
    if (finding->reaction == REACT_NONE)
        return;
    if (finding->reaction == REACT_WAIT ? found->awaited++ + found->refused == 0
                                        : found->refused++ == 0)
        out->finding = *finding;
    else if (finding->reaction != REACT_WAIT)
        tell_further(e->operation, finding);
}

/* All of them, without a question. */
static bool run_checks(Examination *e, Check *const *checks, size_t count, Observation *out,
                       Findings *found, Error *err)
{
    const ConsentPerson *person = e->operation->person;
    bool ok = true;

    e->operation->person = NULL;
    for (size_t i = 0; i < count && ok; i++) {
        Finding finding = {0};

        ok = checks[i](e, &finding, err);
        if (ok && finding.reaction == REACT_ASK && person)
            found->asks[found->ask_count++] = i;
        else if (ok)
            keep(e, &finding, out, found);
    }
    e->operation->person = person;
    return ok;
}

/* Once something is refused, what could be agreed to is only told; and nobody is asked before what is awaited has come. */
static bool run_questions(Examination *e, Check *const *checks, Observation *out, Findings *found,
                          Error *err)
{
    const ConsentPerson *person = e->operation->person;
    bool ok = true;

    for (size_t i = 0; i < found->ask_count && ok && (found->refused || !found->awaited); i++) {
        Finding finding = {0};

        e->operation->person = found->refused ? NULL : person;
        ok = checks[found->asks[i]](e, &finding, err);
        keep(e, &finding, out, found);
    }
    e->operation->person = person;
    return ok;
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

    assert(count <= CHECKS_MAX);
    if ((!operation->active->is_out_of_reach &&
         !read_resource(operation->active, &examination.active, &why)) ||
        (!operation->standby->is_out_of_reach &&
         !read_resource(operation->standby, &examination.standby, &why)) ||
        !run_checks(&examination, checks, count, out, &found, &why) ||
        !run_questions(&examination, checks, out, &found, &why)) {
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
