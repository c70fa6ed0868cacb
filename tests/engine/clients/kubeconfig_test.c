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
    {"no such context",      "contexts: [{name: galaxy, context: {}}]",                                    ERR_NOT_FOUND,
     "there are: galaxy"                                                                                                                                    },
    {"nearly that context",  "contexts: [{name: mp-eest, context: {}}, {name: other, context: {}}]",
     ERR_NOT_FOUND,                                                                                                       "did you mean \"mp-eest\""        },
    {"no contexts",          "kind: Config",                                                               ERR_NOT_FOUND, "none at all"                     },
    {"no YAML",              "a: [",                                                                       ERR_INPUT,     "config:2:1: flow"                },
    {"no JSON",              "{\"a\": ",                                                                   ERR_INPUT,     "not valid JSON"                  },
    {"another kind",         "kind: Pod\n",                                                                ERR_INPUT,     "its kind is Pod"                 },
    {"a list",               "- a\n",                                                                      ERR_INPUT,     "no fields"                       },
    {"contexts no list",     "contexts: {x: 1}\n",                                                         ERR_INPUT,     "contexts must be a list"         },
    {"context without name", "contexts:\n- context: {cluster: c}\n",                                       ERR_INPUT,     "config:2:3"                      },
    {"name a number",        "contexts: [{name: 7, context: {}}]",                                         ERR_INPUT,     "put it in quotes"                },
    {"twice",                "users:\n- {name: u, user: {}}\n- {name: u, user: {}}\n",                     ERR_INPUT,
     "\"u\" is defined twice"                                                                                                                               },
    {"no cluster named",     "contexts: [{name: mp-east, context: {}}]",                                   ERR_INPUT,     "names no cluster"                },
    {"cluster not defined",  CONTEXT_X,                                                                    ERR_INPUT,     "names the cluster \"c\""         },
    {"user not defined",     CLUSTER_C CONTEXT_X,                                                          ERR_INPUT,     "names the user \"u\""            },
    {"no server",            CONTEXT_X "clusters: [{name: c, cluster: {}}]\nusers: [{name: u, user: {}}]",
     ERR_INPUT,                                                                                                           "\"c\" has no server"             },
    {"server without https",
     CONTEXT_X "clusters: [{name: c, cluster: {server: '127.0.0.1:6443'}}]\n"
               "users: [{name: u, user: {}}]",                                                             ERR_INPUT,     "must begin with https://"        },
    {"insecure with CA",
     CONTEXT_X "clusters: [{name: c, cluster: {server: 'https://127.0.0.1', "
               "insecure-skip-tls-verify: true, certificate-authority-data: QQ==}}]\n"
               "users: [{name: u, user: {}}]",                                                             ERR_INPUT,     "exclude each other"              },
    {"proxy of no kind",
     CONTEXT_X "clusters: [{name: c, cluster: {server: 'https://127.0.0.1', "
               "proxy-url: 'ftp://127.0.0.1'}}]\nusers: [{name: u, user: {}}]",                            ERR_INPUT,     "proxy-url: a proxy is reached by"},
    {"exec plug-in",         CLUSTER_C CONTEXT_X "users:\n- name: u\n  user:\n    exec: {command: aws}\n",
     ERR_INPUT,                                                                                                           "config:6:5: user \"u\" gets"     },
    {"impersonation",        CLUSTER_C CONTEXT_X "users: [{name: u, user: {as: root}}]",                   ERR_INPUT,
     "impersonates"                                                                                                                                         },
    {"certificate, no key",
     CLUSTER_C CONTEXT_X "users: [{name: u, user: {client-certificate-data: QQ==}}]",                      ERR_INPUT,
     "no client-key"                                                                                                                                        },
    {"no base64",            CLUSTER_C CONTEXT_X "users: [{name: u, user: {client-key-data: s3cr3t!}}]",
     ERR_INPUT,                                                                                                           "client-key-data is not base64"   },
    {"no token file",        CLUSTER_C CONTEXT_X "users: [{name: u, user: {tokenFile: nowhere}}]",
     ERR_INPUT,                                                                                                           "tokenFile: cannot read"          },
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
           {"missing file", test_missing_file});
