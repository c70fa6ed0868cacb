/*
 * fakes/kubernetes/access/authenticate.c - who asks: by client certificate, bearer token, or as whom somebody else may act.
 */
#include "fakes/kubernetes/access/authenticate.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "base/memory.h"
#include "fakes/kubernetes/access/account.h"

/* ---- tokens of the server --------------------------------------------------------------------- */

void tokens_add(KubeTokens *tokens, const KubeTokenUser *user)
{
    MEMORY_GROW(tokens->items, tokens->count, tokens->capacity);
    tokens->items[tokens->count++] = (KubeToken){
        .token = memory_text(user->token),
        .user = memory_text(user->user),
        .uid = memory_text(user->uid ? user->uid : ""),
        .groups = memory_text(user->groups ? user->groups : ""),
        .expires_ms = user->expires_ms,
    };
}

void tokens_release(KubeTokens *tokens)
{
    for (int i = 0; i < tokens->count; i++) {
        free(tokens->items[i].token);
        free(tokens->items[i].user);
        free(tokens->items[i].uid);
        free(tokens->items[i].groups);
    }
    free(tokens->items);
    *tokens = (KubeTokens){0};
}

static bool has_expired(const KubeToken *token)
{
    return token->expires_ms != 0 && clock_wall_ms() >= token->expires_ms;
}

static bool find_token(const KubeTokens *tokens, Arena *arena, const char *token,
                       KubeUser *out_user)
{
    for (int i = 0; i < tokens->count; i++) {
        const KubeToken *known = &tokens->items[i];

        if (strcmp(known->token, token) != 0 || has_expired(known))
            continue;
        user_init(out_user, arena, known->user);
        out_user->uid = known->uid;
        user_add_groups(out_user, arena, known->groups);
        user_add_group(out_user, arena, GROUP_AUTHENTICATED);
        return true;
    }
    return false;
}

bool authenticate_token(KubeRequest *request, const char *token, const char *audience,
                        KubeUser *out_user, const char **out_why)
{
    if (strcmp(audience, ACCOUNT_ISSUER) == 0 &&
        find_token(request->tokens, request->arena, token, out_user))
        return true;
    return account_of_token(request->cluster, request->arena, token, audience, out_user, out_why);
}

/* ---- who it is -------------------------------------------------------------------------------- */

static void take_certificate(KubeRequest *request, const char *name, const char *groups)
{
    user_init(&request->user, request->arena, name);
    user_add_groups(&request->user, request->arena, groups ? groups : "");
    user_add_group(&request->user, request->arena, GROUP_AUTHENTICATED);
}

static const char *bearer(const KubeRequest *request)
{
    const char *header = http_request_header(request->exchange, "Authorization");

    if (header == NULL || strncasecmp(header, "Bearer ", 7) != 0)
        return NULL;
    header += 7 + strspn(header + 7, " ");
    return *header ? header : NULL;
}

static bool identify(KubeRequest *request, KubeStatus *status)
{
    const Stream *stream = http_stream(request->exchange);
    const char *peer = stream_peer_name(stream), *token = bearer(request);

    if (peer != NULL && stream_peer_is_valid_at(stream, kube_cluster_now_ms(request->cluster))) {
        take_certificate(request, peer, stream_peer_groups(stream));
        return true;
    }
    user_init(&request->user, request->arena, USER_ANONYMOUS);
    if (token == NULL && peer == NULL) {
        user_add_group(&request->user, request->arena, GROUP_ANONYMOUS);
        return true;
    }
    if (token != NULL && authenticate_token(request, token, ACCOUNT_ISSUER, &request->user, NULL))
        return true;
    request->user.name = "unknown";
    return status_set(status, 401, "Unauthorized", NULL, "Unauthorized");
}

/* ---- as somebody else ------------------------------------------------------------------------- */

/* What the Impersonate- headers ask for is allowed one by one. */
static bool check_one(const KubeRequest *request, const KubeAttributes *attributes,
                      KubeStatus *status)
{
    return kube_may(request->cluster, &request->user, attributes, NULL) ||
           status_forbidden(status, &request->user, attributes);
}

static bool check_user(KubeRequest *request, const char *name, KubeStatus *status)
{
    KubeAttributes wanted = {.verb = "impersonate",
                             .group = "",
                             .resource = "users",
                             .subresource = "",
                             .ns = "",
                             .name = name};

    if (user_account(request->arena, name, &wanted.ns, &wanted.name))
        wanted.resource = "serviceaccounts";
    return check_one(request, &wanted, status);
}

static bool add_group(KubeRequest *request, KubeUser *user, const char *group, KubeStatus *status)
{
    const KubeAttributes wanted = {.verb = "impersonate",
                                   .group = "",
                                   .resource = "groups",
                                   .subresource = "",
                                   .ns = "",
                                   .name = group};

    if (!check_one(request, &wanted, status))
        return false;
    user_add_group(user, request->arena, group);
    return true;
}

static bool set_uid(KubeRequest *request, KubeUser *user, const char *uid, KubeStatus *status)
{
    const KubeAttributes wanted = {.verb = "impersonate",
                                   .group = "authentication.k8s.io",
                                   .resource = "uids",
                                   .subresource = "",
                                   .ns = "",
                                   .name = uid};

    user->uid = uid;
    return check_one(request, &wanted, status);
}

/* Keys come percent-encoded, in any case. */
static bool add_extra(KubeRequest *request, KubeUser *user, const char *key, const char *value,
                      KubeStatus *status)
{
    char *lower = arena_text(request->arena, http_decode(request->arena, key, strlen(key)));
    KubeAttributes wanted = {.verb = "impersonate",
                             .group = "authentication.k8s.io",
                             .resource = "userextras",
                             .ns = "",
                             .name = value};

    for (char *at = lower; *at; at++)
        if (*at >= 'A' && *at <= 'Z')
            *at += 'a' - 'A';
    wanted.subresource = lower;
    user_add_extra(user, request->arena, lower, value);
    return check_one(request, &wanted, status);
}

static bool take_field(KubeRequest *request, KubeUser *user, const char *name, const char *value,
                       KubeStatus *status)
{
    static const char EXTRA[] = "Impersonate-Extra-";

    if (strcasecmp(name, "Impersonate-Group") == 0)
        return add_group(request, user, value, status);
    if (strcasecmp(name, "Impersonate-Uid") == 0)
        return set_uid(request, user, value, status);
    if (strncasecmp(name, EXTRA, strlen(EXTRA)) == 0)
        return add_extra(request, user, name + strlen(EXTRA), value, status);
    return true;
}

/* Groups that come with being who one is. */
static void add_own_groups(KubeRequest *request, KubeUser *user)
{
    bool has_none = user->group_count == 0;
    const char *ns, *name;

    if (strcmp(user->name, USER_ANONYMOUS) == 0) {
        if (!user_is_in(user, GROUP_ANONYMOUS))
            user_add_group(user, request->arena, GROUP_ANONYMOUS);
        return;
    }
    if (has_none && user_account(request->arena, user->name, &ns, &name)) {
        user_add_group(user, request->arena, GROUP_ACCOUNTS);
        user_add_group(user, request->arena,
                       arena_format(request->arena, GROUP_ACCOUNTS ":%s", ns));
    }
    if (!user_is_in(user, GROUP_AUTHENTICATED))
        user_add_group(user, request->arena, GROUP_AUTHENTICATED);
}

/* Without a name there is nobody whose groups these could be. */
static bool refuse_nameless(const KubeRequest *request, KubeStatus *status)
{
    const char *name, *value;

    for (size_t i = 0; http_request_field(request->exchange, i, &name, &value); i++)
        if (strncasecmp(name, "Impersonate-", 12) == 0 && strcasecmp(name, "Impersonate-User") != 0)
            return status_set(status, 500, "", NULL,
                              "Internal Server Error: \"%s\": requested [] without impersonating "
                              "a user",
                              request->path);
    return true;
}

static bool impersonate(KubeRequest *request, KubeStatus *status)
{
    const char *other = http_request_header(request->exchange, "Impersonate-User");
    const char *name, *value;
    KubeUser user;

    if (other == NULL || *other == 0)
        return refuse_nameless(request, status);
    user_init(&user, request->arena, other);
    if (!check_user(request, other, status))
        return false;
    for (size_t i = 0; http_request_field(request->exchange, i, &name, &value); i++)
        if (!take_field(request, &user, name, value, status))
            return false;
    add_own_groups(request, &user);
    request->login = ARENA_NEW(request->arena, KubeUser);
    *request->login = request->user;
    request->user = user;
    return true;
}

bool request_authenticate(KubeRequest *request, const KubeTokens *tokens, KubeStatus *status)
{
    request->tokens = tokens;
    return identify(request, status) && impersonate(request, status);
}
