/*
 * tests/fakes/kubernetes/access/rbac_test.c - what roles and bindings allow, whom, and why; and what every cluster has from the start.
 */
#include "fakes/kubernetes/access/access.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "tests/fakes/kubernetes/fixture.h"
#include "tests/test.h"

static const struct {
    const char *resource, *object;
} OBJECTS[] = {
    {"roles",               "{'metadata':{'name':'reader'},'rules':["
              "{'apiGroups':[''],'resources':['secrets'],'resourceNames':['a'],'verbs':['get']},"
              "{'apiGroups':[''],'resources':['pods','pods/log'],'verbs':['get','list']},"
              "{'apiGroups':['apps'],'resources':['*/scale'],'verbs':['patch']}]}"    },
    {"rolebindings",        "{'metadata':{'name':'reader'},'roleRef':{'kind':'Role','name':'reader'},"
                     "'subjects':[{'kind':'User','name':'ann'},{'kind':'Group','name':'ops'},"
                     "{'kind':'ServiceAccount','name':'engine'}]}"             },
    {"rolebindings",
     "{'metadata':{'name':'viewers'},'roleRef':{'kind':'ClusterRole','name':'view'},"
     "'subjects':[{'kind':'User','name':'vera'}]}"                                                 },
    {"rolebindings",        "{'metadata':{'name':'lost'},'roleRef':{'kind':'Role','name':'nosuch'},"
                     "'subjects':[{'kind':'User','name':'lost'}]}"             },
    {"clusterroles",        "{'metadata':{'name':'metrics'},'rules':["
                     "{'nonResourceURLs':['/metrics','/logs/*'],'verbs':['get']},"
                     "{'apiGroups':['*'],'resources':['*'],'verbs':['list']}]}"},
    {"clusterrolebindings",
     "{'metadata':{'name':'metrics'},'roleRef':{'kind':'ClusterRole','name':'metrics'},"
     "'subjects':[{'kind':'User','name':'max'},"
     "{'kind':'ServiceAccount','name':'scraper','namespace':'tsb'}]}"                              },
};

static KubeCluster *new_cluster(void)
{
    KubeCluster *cluster = fixture_cluster();

    for (size_t i = 0; i < sizeof OBJECTS / sizeof *OBJECTS; i++)
        CHECK(fixture_create(cluster, OBJECTS[i].resource, OBJECTS[i].object, NULL));
    return cluster;
}

#define ACCOUNT    "system:serviceaccount:"
#define EVERYONE   "system:authenticated"
#define BY_READER  "RBAC: allowed by RoleBinding \"reader/tsb\" of Role \"reader\" to "
#define BY_METRICS "RBAC: allowed by ClusterRoleBinding \"metrics\" of ClusterRole \"metrics\" to "

/* what: "verb group resource/subresource namespace name", or "verb /path". - is nothing. reason NULL: refused. */
static const struct {
    const char *name, *user, *groups, *what, *reason;
} QUESTIONS[] = {
    {"a name that is listed",                 "ann",                    EVERYONE,                 "get - secrets tsb a",                          BY_READER "User \"ann\""                                                                                                          },
    {"a name that is not",                    "ann",                    EVERYONE,                 "get - secrets tsb b",                          NULL                                                                                                                              },
    {"no name where names are listed",        "ann",                    EVERYONE,                 "get - secrets tsb -",                          NULL                                                                                                                              },
    {"another verb",                          "ann",                    EVERYONE,                 "delete - secrets tsb a",                       NULL                                                                                                                              },
    {"another namespace",                     "ann",                    EVERYONE,                 "get - secrets default a",                      NULL                                                                                                                              },
    {"all namespaces",                        "ann",                    EVERYONE,                 "list - pods - -",                              NULL                                                                                                                              },
    {"another group",                         "ann",                    EVERYONE,                 "get apps secrets tsb a",                       NULL                                                                                                                              },
    {"a subresource",                         "ann",                    EVERYONE,                 "get - pods/log tsb p",                         BY_READER "User \"ann\""                                                                                                          },
    {"a subresource that is not named",       "ann",                    EVERYONE,                 "get - pods/status tsb p",                      NULL                                                                                                                              },
    {"the scale of everything",               "ann",                    EVERYONE,                 "patch apps deployments/scale tsb tsb",
     BY_READER "User \"ann\""                                                                                                                                                                                                                                                       },
    {"is not everything",                     "ann",                    EVERYONE,                 "patch apps deployments tsb tsb",               NULL                                                                                                                              },
    {"nor another subresource",               "ann",                    EVERYONE,                 "patch apps deployments/status tsb tsb",        NULL                                                                                                                              },
    {"a group's member",                      "bob",                    "dev,ops",                "get - secrets tsb a",                          BY_READER "Group \"ops\""                                                                                                         },
    {"a group's name is no user's",           "ops",                    EVERYONE,                 "get - secrets tsb a",                          NULL                                                                                                                              },
    {"an account of the binding's namespace", ACCOUNT "tsb:engine",     EVERYONE,                 "get - pods tsb p",
     BY_READER "ServiceAccount \"engine/tsb\""                                                                                                                                                                                                                                      },
    {"of another namespace",                  ACCOUNT "default:engine", EVERYONE,                 "get - pods tsb p",                             NULL                                                                                                                              },
    {"of a name that begins so",              ACCOUNT "tsb:engine2",    EVERYONE,                 "get - pods tsb p",                             NULL                                                                                                                              },
    {"a user of an account's name",           "engine",                 EVERYONE,                 "get - pods tsb p",                             NULL                                                                                                                              },
    {"a role that is absent",                 "lost",                   EVERYONE,                 "get - pods tsb p",                             NULL                                                                                                                              },
    {"a cluster role in one namespace",       "vera",                   EVERYONE,                 "list apps deployments tsb -",
     "RBAC: allowed by RoleBinding \"viewers/tsb\" of ClusterRole \"view\" to User \"vera\""                                                                                                                                                                                        },
    {"and nowhere else",                      "vera",                   EVERYONE,                 "list apps deployments default -",              NULL                                                                                                                              },
    {"view shows no secrets",                 "vera",                   EVERYONE,                 "get - secrets tsb a",                          NULL                                                                                                                              },
    {"view changes nothing",                  "vera",                   EVERYONE,                 "patch apps deployments tsb tsb",               NULL                                                                                                                              },
    {"a path",                                "max",                    EVERYONE,                 "get /metrics",                                 BY_METRICS "User \"max\""                                                                                                         },
    {"a path below",                          "max",                    EVERYONE,                 "get /logs/a/b",                                BY_METRICS "User \"max\""                                                                                                         },
    {"the folder itself",                     "max",                    EVERYONE,                 "get /logs",                                    NULL                                                                                                                              },
    {"a longer path",                         "max",                    EVERYONE,                 "get /metrics/slis",                            NULL                                                                                                                              },
    {"every resource everywhere",             "max",                    EVERYONE,                 "list install.tetrate.io managementplanes - -",
     BY_METRICS "User \"max\""                                                                                                                                                                                                                                                      },
    {"every resource's subresources",         "max",                    EVERYONE,                 "list apps deployments/scale tsb -",
     BY_METRICS "User \"max\""                                                                                                                                                                                                                                                      },
    {"not every verb",                        "max",                    EVERYONE,                 "* * * - -",                                    NULL                                                                                                                              },
    {"an account with its namespace",         ACCOUNT "tsb:scraper",    EVERYONE,                 "get /metrics",
     BY_METRICS "ServiceAccount \"scraper/tsb\""                                                                                                                                                                                                                                    },
    {"everybody may ask",                     "nobody",                 EVERYONE,
     "create authorization.k8s.io selfsubjectaccessreviews - -",                                                                                  "RBAC: allowed by ClusterRoleBinding \"system:basic-user\" of ClusterRole \"system:basic-user\" to Group \"system:authenticated\""},
    {"everybody discovers",                   "nobody",                 EVERYONE,                 "get /apis/apps/v1",
     "RBAC: allowed by ClusterRoleBinding \"system:discovery\" of ClusterRole \"system:discovery\" to Group \"system:authenticated\""                                                                                                                                               },
    {"strangers see the version",             "system:anonymous",       "system:unauthenticated", "get /version",
     "RBAC: allowed by ClusterRoleBinding \"system:public-info-viewer\" of ClusterRole \"system:public-info-viewer\" to Group \"system:unauthenticated\""                                                                                                                           },
    {"strangers discover nothing",            "system:anonymous",       "system:unauthenticated", "get /api",                                     NULL                                                                                                                              },
    {"masters may everything",                "root",                   "system:masters",         "delete - secrets kube-system x",               ""                                                                                                                                },
    {"whatever it is",                        "root",                   "system:masters",         "* * * - -",                                    ""                                                                                                                                },
};

static KubeAttributes read_what(Arena *arena, const char *what)
{
    char *rest = NULL, *text = arena_text(arena, what), *words[5] = {NULL}, *slash;
    int count = 0;

    for (char *word = strtok_r(text, " ", &rest); word != NULL && count < 5;
         word = strtok_r(NULL, " ", &rest))
        words[count++] = strcmp(word, "-") == 0 ? "" : word;
    if (count == 2)
        return (KubeAttributes){.verb = words[0], .path = words[1]};
    assert(words[2] != NULL);
    slash = strchr(words[2], '/');
    if (slash != NULL)
        *slash = 0;
    return (KubeAttributes){words[0], NULL,    words[1], words[2], slash ? slash + 1 : "",
                            words[3], words[4]};
}

static void check_questions(const KubeCluster *cluster)
{
    for (size_t i = 0; i < sizeof QUESTIONS / sizeof *QUESTIONS; i++) {
        Arena arena = {0};
        KubeUser user;
        KubeAttributes attributes = read_what(&arena, QUESTIONS[i].what);
        char reason[RBAC_REASON_MAX];
        bool may;

        user_init(&user, &arena, QUESTIONS[i].user);
        user_add_groups(&user, &arena, QUESTIONS[i].groups);
        may = kube_may(cluster, &user, &attributes, reason);
        CHECK_CASE(QUESTIONS[i].name, may == (QUESTIONS[i].reason != NULL));
        CHECK_CASE(QUESTIONS[i].name,
                   strcmp(reason, QUESTIONS[i].reason ? QUESTIONS[i].reason : "") == 0);
        arena_release(&arena);
    }
}

static void test_questions(void)
{
    KubeCluster *cluster = new_cluster();

    check_questions(cluster);
    kube_cluster_free(cluster);
}

/* The same rights once what is there from the start has become objects. */
static void test_materialized(void)
{
    KubeCluster *cluster = new_cluster();
    int64_t before = kube_cluster_resource_version(cluster);
    const cJSON *role;

    roles_materialize(cluster);
    CHECK(kube_cluster_resource_version(cluster) > before);
    before = kube_cluster_resource_version(cluster);
    roles_materialize(cluster);
    roles_aggregate(cluster);
    CHECK_INTEGER(kube_cluster_resource_version(cluster), before);
    check_questions(cluster);
    role = kube_find(cluster, "clusterroles", "", "admin");
    CHECK_INTEGER(cJSON_GetArraySize(json_find(role, "rules")), 25);
    kube_cluster_free(cluster);
}

static bool may(const KubeCluster *cluster, const char *name, const char *what)
{
    Arena arena = {0};
    KubeUser user;
    KubeAttributes attributes = read_what(&arena, what);
    bool is_allowed;

    user_init(&user, &arena, name);
    user_add_group(&user, &arena, "system:authenticated");
    is_allowed = kube_may(cluster, &user, &attributes, NULL);
    arena_release(&arena);
    return is_allowed;
}

/* A role that wants to be part of view is, and of edit and admin with it. */
static void test_aggregation(void)
{
    KubeCluster *cluster = new_cluster();
    const char *what = "get install.tetrate.io managementplanes tsb mp";

    CHECK(!may(cluster, "vera", what));
    CHECK(fixture_create(
        cluster, "clusterroles",
        "{'metadata':{'name':'planes','labels':{'rbac.authorization.k8s.io/aggregate-to-view':"
        "'true'}},'rules':[{'apiGroups':['install.tetrate.io'],'resources':['managementplanes'],"
        "'verbs':['get']}]}",
        NULL));
    roles_aggregate(cluster);
    CHECK(may(cluster, "vera", what));
    CHECK_INTEGER(cJSON_GetArraySize(
                      json_find(kube_find(cluster, "clusterroles", "", "admin"), "rules")),
                  26);
    CHECK(kube_delete(cluster, "clusterroles", "", "planes", NULL, NULL, NULL));
    roles_aggregate(cluster);
    CHECK(!may(cluster, "vera", what));
    kube_cluster_free(cluster);
}

/* A denial overrides, for masters too. */
static void test_denials(void)
{
    KubeCluster *cluster = new_cluster();

    kube_deny(cluster, "max", "list", "secrets", "tsb");
    CHECK(!may(cluster, "max", "list - secrets tsb -"));
    CHECK(may(cluster, "max", "list - secrets default -"));
    CHECK(may(cluster, "max", "list - pods tsb -"));
    kube_cluster_free(cluster);
}

static const struct {
    const char *name, *resource, *object, *message;
} INVALID[] = {
    {"no verbs",                "roles",
     "{'metadata':{'name':'x'},'rules':[{'apiGroups':[''],'resources':['pods']}]}",                                             "Role.rbac.authorization.k8s.io \"x\" is invalid: rules[0].verbs: Required value: verbs must contain at least one value"},
    {"no groups, no resources", "clusterroles",
     "{'metadata':{'name':'x'},'rules':[{'verbs':['get']}]}",                                                                   "ClusterRole.rbac.authorization.k8s.io \"x\" is invalid: [rules[0].apiGroups: Required value: resource rules must supply "
     "at least one api group, rules[0].resources: Required value: resource rules must supply at least one resource]"                                                                       },
    {"a path in a namespace",   "roles",
     "{'metadata':{'name':'x'},'rules':[{'nonResourceURLs':['/x'],'verbs':['get']}]}",                                          "Role.rbac.authorization.k8s.io \"x\" is invalid: rules[0].nonResourceURLs: Invalid value: [\"/x\"]: namespaced rules "
     "cannot apply to non-resource URLs"                                                                                                                          },
    {"another kind of role",    "clusterrolebindings",
     "{'metadata':{'name':'x'},'roleRef':{'kind':'Role','name':'y'}}",                                                          "ClusterRoleBinding.rbac.authorization.k8s.io \"x\" is invalid: roleRef.kind: Unsupported value: \"Role\": supported "
     "values: \"ClusterRole\""                                                                                                                                                    },
    {"an account of nowhere",   "clusterrolebindings",
     "{'metadata':{'name':'x'},'roleRef':{'kind':'ClusterRole','name':'y'},'subjects':[{'kind':'ServiceAccount','name':'z'}]}",
     "ClusterRoleBinding.rbac.authorization.k8s.io \"x\" is invalid: subjects[0].namespace: Required value"                                                                                                                                             },
    {"a name with a slash",     "clusterroles",        "{'metadata':{'name':'a/b'}}",
     "ClusterRole.rbac.authorization.k8s.io \"a/b\" is invalid: metadata.name: Invalid value: \"a/b\": may not contain '/'"                                                                                                                             },
};

static void test_validation(void)
{
    KubeCluster *cluster = new_cluster();
    KubeStatus status = {0};

    for (size_t i = 0; i < sizeof INVALID / sizeof *INVALID; i++) {
        CHECK_CASE(INVALID[i].name,
                   !fixture_create(cluster, INVALID[i].resource, INVALID[i].object, &status));
        CHECK_CASE(INVALID[i].name, status.code == 422);
        CHECK_TEXT(status.message, INVALID[i].message);
    }
    CHECK(!fixture_merge(cluster, "rolebindings", "reader", KUBE_MAIN, "{'roleRef':{'name':'x'}}",
                         &status));
    CHECK_TEXT(status.message,
               "RoleBinding.rbac.authorization.k8s.io \"reader\" is invalid: roleRef: Invalid "
               "value: rbac.RoleRef{APIGroup:\"rbac.authorization.k8s.io\", Kind:\"Role\", "
               "Name:\"x\"}: cannot change roleRef");
    kube_status_release(&status);
    CHECK_TEXT(json_string(fixture_find(cluster, "rolebindings", "reader"), "subjects/0/apiGroup"),
               "rbac.authorization.k8s.io");
    kube_cluster_free(cluster);
}

TEST_SUITE("fakes/kubernetes/access/rbac", {"questions", test_questions},
           {"materialized", test_materialized}, {"aggregation", test_aggregation},
           {"denials", test_denials}, {"validation", test_validation});
