/*
 * engine/steps/token_needs.c - which of the chosen control planes need new tokens, and why.
 *
 * Source: domain.md 8.6 (TR2): nothing is deleted without a proven need: of another key, expired, none at all, or refused by the plane that
 * serves. A person may ask for new ones all the same (--replace-valid-tokens).
 */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "engine/choice.h"
#include "engine/steps/care.h"
#include "engine/steps/steps.h"
#include "engine/steps/token_list.h"

enum { EDGE_SINCE_S = 300 };

/* Its tokens look fit: then only the plane that refuses them can speak against them. */
static bool is_refused(const ControlPlane *site, const ServingView *serving, char line[200])
{
    EdgeSays says = EDGE_SAYS_NOTHING;

    return !fleet_is_connected(&serving->fleet, site->spec->name) &&
           see_edge(site, EDGE_SINCE_S, &says, line, NULL) && says == EDGE_SAYS_AUTH;
}

/* What a run would find in its way, for a plan. */
static void tell_obstacle(Operation *operation, ControlPlane *site, const ServingView *serving)
{
    Patient patient;
    Trouble trouble;

    if (patient_look(operation, site, serving, EDGE_SINCE_S, &patient, NULL) &&
        !patient_may_lose_tokens(operation, &patient, &trouble))
        operation_warn(operation, trouble.check, "%s would keep the tokens that it has: %s",
                       site->spec->name, trouble.text);
}

static void judge(Operation *operation, ControlPlane *site, const TokensView *view,
                  const ServingView *serving)
{
    char text[120], line[200];

    if (view->error.code)
        token_list_set(operation, site, TOKENS_NOT_DONE, "F-619: %s", view->error.message);
    else if (!tokens_are_fit(view))
        token_list_set(operation, site, TOKENS_NEEDED, "%s", tokens_text(view, text, sizeof text));
    else if (json_bool_or(operation->record, "tokens/replaces", false))
        token_list_set(operation, site, TOKENS_NEEDED, "they are fit, and to be replaced");
    else if (is_refused(site, serving, line))
        token_list_set(operation, site, TOKENS_NEEDED, "its edge is refused: %.199s", line);
    else
        token_list_set(operation, site, TOKENS_FIT, "they are fit");
    if (operation->is_dry_run && token_list_state(operation, site) == TOKENS_NEEDED)
        tell_obstacle(operation, site, serving);
}

/* Of the serving plane's clock, in whole seconds as in a token. */
static void note_beginning(Operation *operation)
{
    int64_t now_ms = clock_wall_ms() + kube_client_skew_ms(operation->serving->kube);

    if (consent_has(&operation->consent, CONSENT_VALID_TOKENS, 0))
        json_put_bool(operation->record, "tokens/replaces", true);
    if (!json_has(operation->record, "tokens/sinceMs"))
        json_put_integer(operation->record, "tokens/sinceMs", now_ms / 1000 * 1000);
}

static void conclude(Operation *operation, size_t count, Observation *out)
{
    const ControlPlane *first = NULL;
    size_t needed = token_list_count(operation, TOKENS_NEEDED, &first);

    json_put_integer(operation->record, "tokens/left", (int64_t)needed);
    if (first)
        observe_holds(out, "%zu of %zu need new tokens, %s first: %s", needed, count,
                      first->spec->name, token_list_why(operation, first));
    else
        observe_holds(out, "none of %zu needs new tokens", count);
}

static void observe_needs(Operation *operation, Observation *out)
{
    size_t count;
    ControlPlane **sites = chosen_control_planes(operation, &count);
    TokensView *views = memory_new(count + 1, sizeof *views);
    ServingView serving;
    Error why = {0};

    if (serving_look(operation, &serving, &why)) {
        note_beginning(operation);
        see_tokens(operation, sites, count, serving.kid, views);
        for (size_t i = 0; i < count; i++)
            judge(operation, sites[i], &views[i], &serving);
        serving_release(&serving);
        conclude(operation, count, out);
    } else {
        observe_error(out, &why);
    }
    free(views);
    free(sites);
}

static int64_t deadline(const Operation *operation)
{
    return operation->environment->policies.preflight_ms;
}

const Step STEP_TOKEN_NEEDS = {
    .id = "TR2",
    .name = "token-needs",
    .why = "what is deleted cannot be put back, so nothing is deleted that still does",
    .never = "change anything",
    .observe = observe_needs,
    .deadline_ms = deadline,
    .on_deadline = REACT_REFUSE,
    .remedy = "the plane that serves does not answer: see its load balancer and its API",
    .is_once = true,
};
