/*
 * engine/checks/tokens.c - without the active, whose key it signs with can only be read from the tokens that it gave out.
 *
 * Source: domain.md 8.2 (FO0), SEC-04, F-003, F-004 [DOC SD0].
 */
#include "engine/checks/checks.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "engine/observations.h"

static bool is_foreign(const TokensView *view)
{
    for (int i = 0; i < TOKENS; i++) {
        if (view->states[i] == TOKEN_FOREIGN)
            return true;
    }
    return false;
}

static size_t count_foreign(Operation *operation, const char *kid, size_t *out_read)
{
    size_t count = operation->control_plane_count, foreign = 0;
    TokensView *views = memory_new(count + 1, sizeof *views);
    ControlPlane **sites = memory_new(count + 1, sizeof *sites);

    *out_read = 0;
    for (size_t i = 0; i < count; i++)
        sites[i] = &operation->control_planes[i];
    see_tokens(operation, sites, count, kid, views);
    for (size_t i = 0; i < count; i++) {
        *out_read += views[i].error.code == ERR_NONE;
        foreign += is_foreign(&views[i]);
    }
    free(sites);
    free(views);
    return foreign;
}

/* Of a single one that missed a rotation the rest of the procedure takes care (F-004). */
static void judge(Operation *operation, size_t foreign, size_t read, Finding *finding)
{
    char observed[280];

    snprintf(observed, sizeof observed,
             "the tokens of %zu of %zu control planes are of another key than that of %s", foreign,
             read, operation->serving->spec->name);
    if (foreign < read) {
        operation_warn(operation, "F-004", "%s", observed);
        return;
    }
    finding_set(finding, REACT_ASK, "F-003", "tokens that the standby's iam-signing-key has signed",
                observed, "the header (kid) of xcp-edge-central-auth-token in each control plane",
                "import the lost active's key from its backup into the standby");
    if (consent_given(operation, CONSENT_TOKEN_REFRESH, 0, finding))
        json_put_bool(operation->record, "tokenRefresh", true);
}

bool check_token_keys(Examination *e, Finding *finding, Error *err)
{
    char *kid = NULL;
    size_t foreign, read;

    if (!see_signing_kid(e->operation, &kid, err))
        return false;
    foreign = count_foreign(e->operation, kid, &read);
    free(kid);
    if (foreign > 0)
        judge(e->operation, foreign, read, finding);
    return true;
}
