/*
 * fakes/kubernetes/access/user.h - who asks, and what for: what authentication finds out and authorization judges.
 *
 * Source:    Kubernetes, authentication and authorization (user.Info, authorizer.Attributes).
 * Ownership: a KubeUser and its texts lie in the arena of whoever made it; it has no release.
 */
#ifndef FAKES_KUBERNETES_ACCESS_USER_H
#define FAKES_KUBERNETES_ACCESS_USER_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/json.h"

#define USER_ANONYMOUS      "system:anonymous"
#define GROUP_MASTERS       "system:masters"
#define GROUP_AUTHENTICATED "system:authenticated"
#define GROUP_ANONYMOUS     "system:unauthenticated"
#define GROUP_ACCOUNTS      "system:serviceaccounts"
#define USER_ACCOUNT_PREFIX "system:serviceaccount:"

typedef struct {
    const char *key, *value;
} KubeExtra;

typedef struct {
    const char *name; /* "understudy", "system:serviceaccount:tsb:engine" */
    const char *uid;  /* "" if nobody said */
    const char **groups;
    int group_count, group_capacity;
    KubeExtra *extra; /* entries of one key stand together */
    int extra_count, extra_capacity;
    bool is_master; /* of system:masters: may everything, whatever the roles say */
} KubeUser;

/* texts are copied into arena. */
void user_init(KubeUser *user, Arena *arena, const char *name);
void user_add_group(KubeUser *user, Arena *arena, const char *group);
/* "a,b": each of them. */
void user_add_groups(KubeUser *user, Arena *arena, const char *groups);
void user_add_extra(KubeUser *user, Arena *arena, const char *key, const char *value);
bool user_is_in(const KubeUser *user, const char *group);
/* "system:serviceaccount:NS:NAME" in two; false if it is none. */
bool user_account(Arena *arena, const char *name, const char **out_ns, const char **out_name);
/* {"username", "uid", "groups", "extra"}, without what is not there; cJSON_Delete() it. */
cJSON *user_json(const KubeUser *user);

/* What is asked for. */
typedef struct {
    const char *verb;
    const char *path;        /* of what is no resource: "/metrics"; otherwise NULL */
    const char *group;       /* "" for core */
    const char *resource;    /* "deployments" */
    const char *subresource; /* "scale", or "" */
    const char *ns, *name; /* "" : of the cluster or of all namespaces; any or none in particular */
} KubeAttributes;

#endif
