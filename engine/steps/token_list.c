/*
 * engine/steps/token_list.c - how far each control plane of a token refresh is.
 */
#include "engine/steps/token_list.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const char *const NAMES[] = {
    [TOKENS_UNSEEN] = "unseen", [TOKENS_FIT] = "fit",          [TOKENS_NEEDED] = "needed",
    [TOKENS_DONE] = "done",     [TOKENS_NOT_DONE] = "notDone",
};

static const char *const SENTENCES[] = {
    [TOKENS_UNSEEN] = "is to be seen",       [TOKENS_FIT] = "needs no new tokens",
    [TOKENS_NEEDED] = "needs new tokens",    [TOKENS_DONE] = "has new tokens",
    [TOKENS_NOT_DONE] = "got no new tokens",
};

static const char *read_entry(const Operation *operation, const ControlPlane *site,
                              const char *what)
{
    char path[180];

    snprintf(path, sizeof path, "tokens/of/%s/%s", site->spec->name, what);
    return json_string_or(operation->record, path, "");
}

TokensState token_list_state(const Operation *operation, const ControlPlane *site)
{
    const char *name = read_entry(operation, site, "state");

    for (TokensState state = TOKENS_FIT; state <= TOKENS_NOT_DONE; state++) {
        if (strcmp(name, NAMES[state]) == 0)
            return state;
    }
    return TOKENS_UNSEEN;
}

const char *token_list_why(const Operation *operation, const ControlPlane *site)
{
    return read_entry(operation, site, "why");
}

void token_list_set(Operation *operation, const ControlPlane *site, TokensState state,
                    const char *format, ...)
{
    char path[180], why[300];
    bool is_news = token_list_state(operation, site) != state;
    cJSON *data;
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(why, sizeof why, format, arguments);
    va_end(arguments);
    snprintf(path, sizeof path, "tokens/of/%s/state", site->spec->name);
    json_put_string(operation->record, path, NAMES[state]);
    snprintf(path, sizeof path, "tokens/of/%s/why", site->spec->name);
    json_put_string(operation->record, path, why);
    if (!is_news)
        return;
    data = cJSON_CreateObject();
    json_put_string(data, "name", site->spec->name);
    json_put_string(data, "state", NAMES[state]);
    json_put_string(data, "why", why);
    trace_add(operation->trace, "engine", "engine.cluster", data, "%s %s: %s", site->spec->name,
              SENTENCES[state], why);
}

size_t token_list_count(Operation *operation, TokensState state, const ControlPlane **out_first)
{
    size_t count = 0;

    for (size_t i = 0; i < operation->control_plane_count; i++) {
        const ControlPlane *site = &operation->control_planes[i];

        if (!site->is_chosen || token_list_state(operation, site) != state)
            continue;
        if (count++ == 0 && out_first)
            *out_first = site;
    }
    return count;
}
