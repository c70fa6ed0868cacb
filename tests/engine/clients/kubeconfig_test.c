/*
 * tests/engine/clients/kubeconfig_test.c - contexts put together from files, and files that say what cannot be.
 */
#include "engine/clients/kubeconfig.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "engine/clients/kubeconfig_in_cluster.h"
#include "tests/test.h"

/* A fresh folder with files in it; removed at the end. */
static char *folder_new(void)
{
    char *folder = memory_text("/tmp/kubeconfig-test-XXXXXX");

    CHECK(mkdtemp(folder) != NULL);
    return folder;
}

static char *folder_put(const char *folder, const char *name, const char *text)
{
    char *path = memory_format("%s/%s", folder, name);

    CHECK(file_write(path, text, strlen(text), 0600, NULL));
    return path;
}

static void folder_remove(char *folder, char *const *paths, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        unlink(paths[i]);
        free(paths[i]);
    }
    CHECK(rmdir(folder) == 0);
    free(folder);
}

static const char FIRST[] = "apiVersion: v1\n"
                            "kind: Config\n"
                            "clusters:\n"
                            "- name: west\n"
                            "  cluster:\n"
                            "    server: https://127.0.0.7:6443/clusters/mp1/\n"
                            "    certificate-authority: ca.pem\n"
                            "    tls-server-name: kube.west\n"
                            "contexts:\n"
                            "- name: mp1\n"
                            "  context: {cluster: west, user: admin, namespace: tsb}\n"
                            "- name: mp2\n"
                            "  context: {cluster: east, user: robot}\n"
                            "users:\n"
                            "- name: admin\n"
                            "  user:\n"
                            "    client-certificate-data: Q0VSVA==\n"
                            "    client-key-data: |\n"
                            "      S0\n"
                            "      VZ\n";

static const char SECOND[] =
    "{\"clusters\": [{\"name\": \"east\", \"cluster\": {\"server\": \"https://[::1]:6443\", "
    "\"insecure-skip-tls-verify\": true}},"
    "{\"name\": \"west\", \"cluster\": {\"server\": \"https://127.0.0.9\"}}],"
    "\"users\": [{\"name\": \"robot\", \"user\": {\"token\": \"old\", \"tokenFile\": \"token\"}}]}";

static void test_merges_files(void)
{
    char *folder = folder_new();
    char *paths[] = {folder_put(folder, "first", FIRST), folder_put(folder, "second", SECOND),
                     folder_put(folder, "ca.pem", "AUTHORITY"),
                     folder_put(folder, "token", "n3w\n")};
    char *list = memory_format("%s:%s/absent:%s", paths[0], folder, paths[1]);
    Kubeconfig *config = NULL;
    const KubeContext *mp1 = NULL, *mp2 = NULL;
    Error err;

    if (CHECK(kubeconfig_read(list, &config, &err)) &&
        CHECK(kubeconfig_context(config, "mp1", &mp1, &err)) &&
        CHECK(kubeconfig_context(config, "mp2", &mp2, &err))) {
        CHECK_TEXT(mp1->server, "https://127.0.0.7:6443/clusters/mp1");
        CHECK_TEXT(mp1->connect_to, NULL);
        CHECK_TEXT(mp1->default_namespace, "tsb");
        CHECK_TEXT(mp1->trust.ca_pem, "AUTHORITY");
        CHECK_TEXT(mp1->trust.server_name, "kube.west");
        CHECK_TEXT(mp1->trust.client_certificate_pem, "CERT");
        CHECK_TEXT(mp1->trust.client_key_pem, "KEY");
        CHECK(!mp1->trust.is_insecure);
        CHECK_TEXT(mp2->server, "https://[::1]:6443");
        CHECK_TEXT(mp2->default_namespace, "default");
        CHECK_TEXT(mp2->bearer_token, "n3w");
        CHECK(mp2->trust.is_insecure);
    }
    kubeconfig_free(config);
    free(list);
    folder_remove(folder, paths, TEST_COUNT(paths));
}

static void test_resolves_names_once(void)
{
    char *folder = folder_new();
    char *paths[] = {folder_put(
        folder, "config",
        "clusters:\n"
        "- {name: a, cluster: {server: 'https://localhost:6443'}}\n"
        "- {name: b, cluster: {server: 'https://mp.example.com', proxy-url: 'socks5://localhost:1080'}}\n"
        "- {name: c, cluster: {server: 'https://no-such-name.invalid'}}\n"
        "contexts:\n"
        "- {name: a, context: {cluster: a}}\n"
        "- {name: b, context: {cluster: b}}\n"
        "- {name: c, context: {cluster: c}}\n")};
    Kubeconfig *config = NULL;
    const KubeContext *context = NULL;
    Error err;

    CHECK(kubeconfig_read(paths[0], &config, &err));
    if (CHECK(kubeconfig_context(config, "a", &context, &err))) {
        CHECK(context->connect_to != NULL && (strcmp(context->connect_to, "127.0.0.1") == 0 ||
                                              strcmp(context->connect_to, "::1") == 0));
        CHECK_TEXT(context->bearer_token, NULL);
    }
    if (CHECK(kubeconfig_context(config, "b", &context, &err))) {
        CHECK_TEXT(context->connect_to, NULL);
        CHECK(context->proxy != NULL && strncmp(context->proxy, "socks5h://", 10) == 0 &&
              strstr(context->proxy, "localhost") == NULL);
    }
    CHECK(!kubeconfig_context(config, "c", &context, &err));
    CHECK_INTEGER(err.code, ERR_UNAVAILABLE);
    CHECK(strstr(err.message, "config:4:") != NULL);
    CHECK(strstr(err.message, "no-such-name.invalid does not resolve") != NULL);
    kubeconfig_free(config);
    folder_remove(folder, paths, 1);
}

#define CLUSTER_C "clusters: [{name: c, cluster: {server: 'https://127.0.0.1'}}]\n"
#define CONTEXT_X "contexts: [{name: mp-east, context: {cluster: c, user: u}}]\n"

static const struct {
    const char *name, *text;
    ErrorCode code;
    const char *words;
} MISTAKES[] = {
    {"no such context",      "contexts: [{name: galaxy, context: {}}]",                                                                               ERR_NOT_FOUND,
     "there are: galaxy"                                                                                                                                                                                     },
    {"nearly that context",  "contexts: [{name: mp-eest, context: {}}, {name: other, context: {}}]",
     ERR_NOT_FOUND,                                                                                                                                                  "did you mean \"mp-eest\""              },
    {"no contexts",          "kind: Config",                                                                                                          ERR_NOT_FOUND, "none at all"                           },
    {"no YAML",              "a: [",                                                                                                                  ERR_INPUT,     "config:2:1: flow"                      },
    {"no JSON",              "{\"a\": ",                                                                                                              ERR_INPUT,     "not valid JSON"                        },
    {"another kind",         "kind: Pod\n",                                                                                                           ERR_INPUT,     "its kind is Pod"                       },
    {"a list",               "- a\n",                                                                                                                 ERR_INPUT,     "no fields"                             },
    {"contexts no list",     "contexts: {x: 1}\n",                                                                                                    ERR_INPUT,     "contexts must be a list"               },
    {"context without name", "contexts:\n- context: {cluster: c}\n",                                                                                  ERR_INPUT,     "config:2:3"                            },
    {"name a number",        "contexts: [{name: 7, context: {}}]",                                                                                    ERR_INPUT,     "put it in quotes"                      },
    {"twice",                "users:\n- {name: u, user: {}}\n- {name: u, user: {}}\n",                                                                ERR_INPUT,
     "\"u\" is defined twice"                                                                                                                                                                                },
    {"no cluster named",     "contexts: [{name: mp-east, context: {}}]",                                                                              ERR_INPUT,     "names no cluster"                      },
    {"cluster not defined",  CONTEXT_X,                                                                                                               ERR_INPUT,     "names the cluster \"c\""               },
    {"user not defined",     CLUSTER_C CONTEXT_X,                                                                                                     ERR_INPUT,     "names the user \"u\""                  },
    {"no server",            CONTEXT_X "clusters: [{name: c, cluster: {}}]\nusers: [{name: u, user: {}}]",
     ERR_INPUT,                                                                                                                                                      "\"c\" has no server"                   },
    {"server without https",
     CONTEXT_X "clusters: [{name: c, cluster: {server: '127.0.0.1:6443'}}]\n"
               "users: [{name: u, user: {}}]",                                                                                                        ERR_INPUT,     "must begin with https://"              },
    {"insecure with CA",
     CONTEXT_X "clusters: [{name: c, cluster: {server: 'https://127.0.0.1', "
               "insecure-skip-tls-verify: true, certificate-authority-data: QQ==}}]\n"
               "users: [{name: u, user: {}}]",                                                                                                        ERR_INPUT,     "exclude each other"                    },
    {"insecure odd",
     CONTEXT_X
     "clusters: [{name: c, cluster: {server: 'https://127.0.0.1', insecure-skip-tls-verify: 'true'}}]\nusers: [{name: u, user: {}}]",
     ERR_INPUT,                                                                                                                                                      "must be true or false"                 },
    {"a truth of YAML 1.1",
     CLUSTER_C "contexts: [{name: mp-east, context: {cluster: c, namespace: n}}]",                                                                    ERR_INPUT,
     "namespace must be a text"                                                                                                                                                                              },
    {"proxy of no kind",
     CONTEXT_X "clusters: [{name: c, cluster: {server: 'https://127.0.0.1', "
               "proxy-url: 'ftp://127.0.0.1'}}]\nusers: [{name: u, user: {}}]",                                                                       ERR_INPUT,     "proxy-url: a proxy is reached by"      },
    {"username",             CLUSTER_C CONTEXT_X "users: [{name: u, user: {username: root, password: s3cr3t}}]",
     ERR_INPUT,                                                                                                                                                      "user \"u\" has a username"             },
    {"password",             CLUSTER_C CONTEXT_X "users: [{name: u, user: {password: s3cr3t}}]",                                                      ERR_INPUT,
     "use a client certificate, a token, tokenFile or exec"                                                                                                                                                  },
    {"auth-provider",
     CLUSTER_C CONTEXT_X
     "users: [{name: u, user: {auth-provider: {name: gcp, config: {access-token: s3cr3t}}}}]",                                                        ERR_INPUT,     "use the exec plug-in of your provider" },
    {"exec no mapping",      CLUSTER_C CONTEXT_X "users: [{name: u, user: {exec: aws}}]",                                                             ERR_INPUT,
     "exec must be {apiVersion"                                                                                                                                                                              },
    {"exec no command",
     CLUSTER_C CONTEXT_X
     "users: [{name: u, user: {exec: {apiVersion: client.authentication.k8s.io/v1}}}]",                                                               ERR_INPUT,     "exec.command is missing"               },
    {"exec no version",      CLUSTER_C CONTEXT_X "users: [{name: u, user: {exec: {command: aws}}}]",
     ERR_INPUT,                                                                                                                                                      "exec.apiVersion must be"               },
    {"exec v1alpha1",
     CLUSTER_C CONTEXT_X
     "users: [{name: u, user: {exec: {command: aws, apiVersion: client.authentication.k8s.io/v1alpha1}}}]",
     ERR_INPUT,                                                                                                                                                      "have it write its entry anew"          },
    {"exec no mode",
     CLUSTER_C CONTEXT_X
     "users: [{name: u, user: {exec: {command: aws, apiVersion: client.authentication.k8s.io/v1}}}]",
     ERR_INPUT,                                                                                                                                                      "exec.interactiveMode is missing"       },
    {"exec always",
     CLUSTER_C CONTEXT_X
     "users: [{name: u, user: {exec: {command: aws, apiVersion: client.authentication.k8s.io/v1, interactiveMode: Always}}}]",
     ERR_INPUT,                                                                                                                                                      "no terminal is given"                  },
    {"exec odd mode",
     CLUSTER_C CONTEXT_X
     "users: [{name: u, user: {exec: {command: aws, apiVersion: client.authentication.k8s.io/v1, interactiveMode: Maybe}}}]",
     ERR_INPUT,                                                                                                                                                      "must be Never, IfAvailable or Always"  },
    {"exec args",
     CLUSTER_C CONTEXT_X
     "users: [{name: u, user: {exec: {command: aws, apiVersion: client.authentication.k8s.io/v1, interactiveMode: Never, args: [1]}}}]",
     ERR_INPUT,                                                                                                                                                      "exec.args must be a list of texts"     },
    {"exec env",
     CLUSTER_C CONTEXT_X
     "users: [{name: u, user: {exec: {command: aws, apiVersion: client.authentication.k8s.io/v1, interactiveMode: Never, env: [{value: s3cr3t}]}}}]",
     ERR_INPUT,                                                                                                                                                      "exec.env has a variable without a name"},
    {"groups, nobody",       CLUSTER_C CONTEXT_X "users: [{name: u, user: {as-groups: [g]}}]",                                                        ERR_INPUT,
     "say whom to act as"                                                                                                                                                                                    },
    {"groups no list",       CLUSTER_C CONTEXT_X "users: [{name: u, user: {as: root, as-groups: g}}]",
     ERR_INPUT,                                                                                                                                                      "as-groups must be a list"              },
    {"as breaks the line",   CLUSTER_C CONTEXT_X "users: [{name: u, user: {as: \"a\\nX-Evil: 1\"}}]",
     ERR_INPUT,                                                                                                                                                      "as holds a line break"                 },
    {"extra no lists",
     CLUSTER_C CONTEXT_X "users: [{name: u, user: {as: root, as-user-extra: {a: b}}}]",                                                               ERR_INPUT,
     "must be a list of texts"                                                                                                                                                                               },
    {"extra no mapping",
     CLUSTER_C CONTEXT_X "users: [{name: u, user: {as: root, as-user-extra: [[b]]}}]",                                                                ERR_INPUT,
     "must be a mapping"                                                                                                                                                                                     },
    {"certificate, no key",
     CLUSTER_C CONTEXT_X "users: [{name: u, user: {client-certificate-data: QQ==}}]",                                                                 ERR_INPUT,
     "no client-key"                                                                                                                                                                                         },
    {"no base64",            CLUSTER_C CONTEXT_X "users: [{name: u, user: {client-key-data: s3cr3t!}}]",
     ERR_INPUT,                                                                                                                                                      "client-key-data is not base64"         },
    {"no token file",        CLUSTER_C CONTEXT_X "users: [{name: u, user: {tokenFile: nowhere}}]",
     ERR_INPUT,                                                                                                                                                      "tokenFile: cannot read a token"        },
};

static void test_mistakes(void)
{
    for (size_t i = 0; i < TEST_COUNT(MISTAKES); i++) {
        char *folder = folder_new();
        char *paths[] = {folder_put(folder, "config", MISTAKES[i].text)};
        Kubeconfig *config = NULL;
        const KubeContext *context;
        Error err = {0};

        if (kubeconfig_read(paths[0], &config, &err))
            CHECK_CASE(MISTAKES[i].name, !kubeconfig_context(config, "mp-east", &context, &err));
        CHECK_CASE(MISTAKES[i].name, err.code == MISTAKES[i].code);
        if (!CHECK_CASE(MISTAKES[i].name, strstr(err.message, MISTAKES[i].words) != NULL))
            printf("    it says: %s\n", err.message);
        CHECK_CASE(MISTAKES[i].name, strstr(err.message, "s3cr3t") == NULL);
        kubeconfig_free(config);
        folder_remove(folder, paths, 1);
    }
}

static void test_acts_as_another(void)
{
    char *folder = folder_new();
    char *paths[] = {
        folder_put(folder, "config",
                   CLUSTER_C CONTEXT_X
                   "users: [{name: u, user: {token: t, as: jane, as-uid: '7', as-groups: [a, b], "
                   "as-user-extra: {example.com/scopes: [view, edit]}}}]")};
    static const char *const LINES[] = {"Impersonate-User: jane",
                                        "Impersonate-Uid: 7",
                                        "Impersonate-Group: a",
                                        "Impersonate-Group: b",
                                        "Impersonate-Extra-example.com%2Fscopes: view",
                                        "Impersonate-Extra-example.com%2Fscopes: edit",
                                        NULL};
    Kubeconfig *config = NULL;
    const KubeContext *context = NULL;
    Error err;

    CHECK(kubeconfig_read(paths[0], &config, &err));
    if (CHECK(kubeconfig_context(config, "mp-east", &context, &err)) &&
        CHECK(context->impersonation != NULL))
        for (size_t i = 0; i < TEST_COUNT(LINES); i++)
            CHECK_TEXT(context->impersonation[i], LINES[i]);
    kubeconfig_free(config);
    folder_remove(folder, paths, 1);
}

/* A run that is told its files must not change with who runs it. */
static void test_asks_outside_only_unbidden(void)
{
    char *folder = folder_new();
    char *paths[] = {folder_put(folder, "config",
                                "clusters: [{name: c, cluster: {server: 'https://192.0.2.1'}}]\n"
                                "contexts: [{name: x, context: {cluster: c}}]\n")};
    Kubeconfig *config = NULL;
    const KubeContext *context = NULL;
    Error err;

    setenv("HTTPS_PROXY", "192.0.2.7:3128", 1);
    CHECK(kubeconfig_read(paths[0], &config, &err));
    if (CHECK(kubeconfig_context(config, "x", &context, &err)))
        CHECK_TEXT(context->proxy, NULL);
    kubeconfig_free(config);
    setenv("KUBECONFIG", paths[0], 1);
    CHECK(kubeconfig_read(NULL, &config, &err));
    if (CHECK(kubeconfig_context(config, "x", &context, &err)))
        CHECK_TEXT(context->proxy, "http://192.0.2.7:3128/");
    kubeconfig_free(config);
    unsetenv("KUBECONFIG");
    unsetenv("HTTPS_PROXY");
    folder_remove(folder, paths, 1);
}

static void test_in_a_pod(void)
{
    char *folder = folder_new();
    char *paths[] = {folder_put(folder, "token", "t0ken"), folder_put(folder, "ca.crt", "CA"),
                     folder_put(folder, "namespace", "tsb\n")};
    KubeconfigFile file;

    unsetenv("KUBERNETES_SERVICE_HOST");
    CHECK(!kubeconfig_in_cluster(folder, &file));
    setenv("KUBERNETES_SERVICE_HOST", "fd00::1", 1);
    setenv("KUBERNETES_SERVICE_PORT", "443", 1);
    CHECK(!kubeconfig_in_cluster("/nowhere", &file));
    if (CHECK(kubeconfig_in_cluster(folder, &file))) {
        const cJSON *root = kubeconfig_file_root(&file);
        char *token = NULL, *ca = NULL;

        CHECK_TEXT(json_string(root, "contexts/0/name"), "in-cluster");
        CHECK_TEXT(json_string(root, "contexts/0/context/namespace"), "tsb");
        CHECK_TEXT(json_string(root, "clusters/0/cluster/server"), "https://[fd00::1]:443");
        CHECK(kubeconfig_file_beside(&file, json_find(root, "users/0/user"), "tokenFile", &token,
                                     NULL));
        CHECK(kubeconfig_file_contents(&file, json_find(root, "clusters/0/cluster"),
                                       "certificate-authority", &ca, NULL));
        CHECK_TEXT(token, "t0ken");
        CHECK_TEXT(ca, "CA");
        free(token);
        free(ca);
        kubeconfig_file_release(&file);
    }
    unsetenv("KUBERNETES_SERVICE_HOST");
    unsetenv("KUBERNETES_SERVICE_PORT");
    folder_remove(folder, paths, TEST_COUNT(paths));
}

static void test_missing_file(void)
{
    Kubeconfig *config;
    Error err;

    CHECK(!kubeconfig_read("/nowhere/config", &config, &err));
    CHECK_INTEGER(err.code, ERR_IO);
    CHECK(!kubeconfig_read("/nowhere/a:/nowhere/b", &config, &err));
    CHECK_INTEGER(err.code, ERR_INPUT);
    setenv("KUBECONFIG", "/nowhere/from-environment", 1);
    CHECK(!kubeconfig_read(NULL, &config, &err));
    CHECK(strstr(err.message, "/nowhere/from-environment") != NULL);
    unsetenv("KUBECONFIG");
    setenv("HOME", "/nowhere/home", 1);
    CHECK(!kubeconfig_read(NULL, &config, &err));
    CHECK(strstr(err.message, "/nowhere/home/.kube/config") != NULL);
}

TEST_SUITE("engine/clients/kubeconfig", {"merges files", test_merges_files},
           {"resolves names once", test_resolves_names_once}, {"mistakes", test_mistakes},
           {"acts as another", test_acts_as_another},
           {"asks outside only unbidden", test_asks_outside_only_unbidden},
           {"in a pod", test_in_a_pod}, {"missing file", test_missing_file});
