/*
 * tests/engine/clients/kubeconfig_kubectl_test.c - a kubeconfig means to us what it means to kubectl.
 *
 * `kubectl config view --minify --raw --flatten` is what kubectl makes of a set of files and a context. Without kubectl there is nothing
 * to compare with, and the suite says nothing.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/file.h"
#include "base/json.h"
#include "base/memory.h"
#include "engine/clients/kubeconfig.h"
#include "tests/test.h"

enum { FILES_MAX = 4 };

typedef struct {
    const char *name, *text;
} File;

/* Two folders, so that a relative path has a wrong place to be looked for in. */
#define CONTEXTS_OF(cluster, user)                                                    \
    "apiVersion: v1\nkind: Config\ncurrent-context: other\ncontexts:\n"               \
    "- {name: mp, context: {cluster: " cluster ", user: " user ", namespace: tsb}}\n" \
    "- {name: other, context: {cluster: nowhere, user: nobody}}\n"
#define CLUSTER(fields) \
    "clusters: [{name: c, cluster: {server: 'https://127.0.0.1:6443/x', " fields "}}]\n"
#define USER(fields) "users: [{name: u, user: {" fields "}}]\n"
#define MORE         "apiVersion: v1\nkind: Config\n"
#define EXEC         "exec: {apiVersion: client.authentication.k8s.io/v1, interactiveMode: Never, "

static const struct {
    const char *name;
    File files[FILES_MAX]; /* those that are named *.config are the list, in order */
} CASES[] = {
    {"one file",                       {{"a/1.config", CONTEXTS_OF("c", "u") CLUSTER("") USER("token: t")}}},
    {"first file wins",
     {{"a/1.config", CONTEXTS_OF("c", "u") USER("token: first")},
      {"b/2.config", MORE CLUSTER("tls-server-name: one") USER("token: second")},
      {"b/3.config", MORE "clusters: [{name: c, cluster: {server: 'https://127.0.0.9', "
                          "insecure-skip-tls-verify: true}}]\n"}}                                          },
    {"nothing of the second is added",
     {{"a/1.config", CONTEXTS_OF("c", "u") CLUSTER("") USER("token: first")},
      {"b/2.config", MORE CLUSTER("tls-server-name: one") USER("as: jane")}}                               },
    {"relative to its file",
     {{"a/1.config", CONTEXTS_OF("c", "u") USER("tokenFile: token")},
      {"a/token", "here"},
      {"b/2.config", MORE CLUSTER("certificate-authority: ca.pem")},
      {"b/ca.pem", "AUTHORITY"}}                                                                           },
    {"certificate by file",
     {{"a/1.config",
       CONTEXTS_OF("c", "u") CLUSTER("") USER("client-certificate: c.pem, client-key: ../b/k.pem")},
      {"a/c.pem", "CERTIFICATE"},
      {"b/k.pem", "KEY"}}                                                                                  },
    {"data before file",
     {{"a/1.config", CONTEXTS_OF("c", "u") CLUSTER("certificate-authority-data: QQ==")
                         USER("client-certificate-data: Qg==, client-key-data: Qw==")}}                    },
    {"proxy and name",
     {{"a/1.config", CONTEXTS_OF("c", "u")
                         CLUSTER("tls-server-name: kubernetes, proxy-url: 'http://127.0.0.1:3128'")
                             USER("token: t")}}                                                            },
    {"insecure",
     {{"a/1.config",
       CONTEXTS_OF("c", "u") CLUSTER("insecure-skip-tls-verify: yes") USER("token: t")}}                   },
    {"plug-in",
     {{"a/1.config", CONTEXTS_OF("c", "u") CLUSTER("") USER(EXEC "command: ./p, args: [a, b]}")}}          },
    {"acts as another",
     {{"a/1.config",
       CONTEXTS_OF("c", "u") CLUSTER("") USER("token: t, as: jane, as-groups: [g, h]")}}                   },
};

/* ---- the two views ---------------------------------------------------------------------------- */

/* free() it. */
static char *output_of(const char *command)
{
    FILE *pipe = popen(command, "r");
    Buffer said = {0};
    char line[4096];

    while (pipe != NULL && fgets(line, sizeof line, pipe) != NULL)
        buffer_add_text(&said, line);
    if (pipe != NULL)
        pclose(pipe);
    return buffer_take(&said);
}

static cJSON *kubectl_view(const char *list)
{
    char *command =
        memory_format("KUBECONFIG='%s' kubectl config view --context mp --minify --raw --flatten "
                      "-o json 2>/dev/null",
                      list);
    char *said = output_of(command);
    cJSON *view = NULL;

    if (!json_parse(said, strlen(said), &view, NULL))
        printf("    kubectl says: %s\n", said);
    free(said);
    free(command);
    return view;
}

/* In base64 there, decoded here. */
static bool same_data(const char *ours, const cJSON *theirs, const char *path)
{
    const char *data = json_string(theirs, path);
    char *encoded = ours != NULL ? json_base64(ours, strlen(ours)) : NULL;
    bool is_same =
        (data == NULL) == (encoded == NULL) && (data == NULL || strcmp(data, encoded) == 0);

    free(encoded);
    return is_same;
}

/* kubectl shows a token file as it is written; all cases have theirs beside the first file. */
static char *token_of(const cJSON *user, const char *list)
{
    const char *name = json_string(user, "tokenFile"), *first = strchr(list, ':') + 1;
    char *file, *path, *token = NULL;

    if (name == NULL)
        return memory_text(json_string(user, "token"));
    file = memory_text_of(first, strcspn(first, ":"));
    path = file_beside(file, name);
    CHECK(file_read(path, &token, NULL, NULL));
    free(path);
    free(file);
    return token;
}

static void check_cluster(const char *name, const KubeContext *context, const cJSON *cluster)
{
    const char *proxy = json_string_or(cluster, "proxy-url", "");

    CHECK_TEXT(context->server, json_string(cluster, "server"));
    CHECK_TEXT(context->trust.server_name, json_string(cluster, "tls-server-name"));
    CHECK_CASE(name, context->trust.is_insecure ==
                         json_bool_or(cluster, "insecure-skip-tls-verify", false));
    CHECK_CASE(name, same_data(context->trust.ca_pem, cluster, "certificate-authority-data"));
    CHECK_CASE(name, (context->proxy != NULL) == (proxy[0] != '\0'));
    CHECK_CASE(name, context->proxy == NULL || strncmp(context->proxy, proxy, strlen(proxy)) == 0);
}

static void check_user(const char *name, const KubeContext *context, const cJSON *user,
                       const char *list)
{
    const HttpsTrust *trust = &context->trust;
    const char *as = json_string(user, "as");
    char *token = token_of(user, list);
    int headers = as != NULL ? 1 + cJSON_GetArraySize(json_find(user, "as-groups")) : 0, ours = 0;

    CHECK_TEXT(context->bearer_token, token);
    CHECK_CASE(name, same_data(trust->client_certificate_pem, user, "client-certificate-data"));
    CHECK_CASE(name, same_data(trust->client_key_pem, user, "client-key-data"));
    CHECK_CASE(name, (context->identity != NULL) ==
                         (json_has(user, "exec") || json_has(user, "tokenFile")));
    while (context->impersonation != NULL && context->impersonation[ours] != NULL)
        ours++;
    CHECK_CASE(name, ours == headers);
    CHECK_CASE(name, as == NULL || (ours > 0 && strstr(context->impersonation[0], as) != NULL));
    free(token);
}

static void compare(const char *name, const char *list)
{
    cJSON *view = kubectl_view(list);
    Kubeconfig *config = NULL;
    const KubeContext *context = NULL;
    Error err = {0};
    bool is_read =
        kubeconfig_read(list, &config, &err) && kubeconfig_context(config, "mp", &context, &err);

    if (!CHECK_CASE(name, is_read))
        printf("    we say: %s\n", err.message);
    if (CHECK_CASE(name, view != NULL) && is_read) {
        CHECK_TEXT(context->default_namespace, json_string(view, "contexts/0/context/namespace"));
        check_cluster(name, context, json_find(view, "clusters/0/cluster"));
        check_user(name, context, json_find(view, "users/0/user"), list);
    }
    kubeconfig_free(config);
    cJSON_Delete(view);
}

/* ---- the cases -------------------------------------------------------------------------------- */

static bool is_listed(const File *file)
{
    return strstr(file->name, ".config") != NULL;
}

/* The files of a case below folder, and the list of those that are kubeconfigs, with one that does not exist; free() it. */
static char *put_files(const File *files, const char *folder)
{
    Buffer list = {0};

    buffer_format(&list, "%s/absent", folder);
    for (size_t i = 0; i < FILES_MAX && files[i].name != NULL; i++) {
        char *path = memory_format("%s/%s", folder, files[i].name);

        CHECK(file_write(path, files[i].text, strlen(files[i].text), 0600, NULL));
        if (is_listed(&files[i]))
            buffer_format(&list, ":%s", path);
        free(path);
    }
    return buffer_take(&list);
}

static void remove_files(const File *files, const char *folder)
{
    for (size_t i = 0; i < FILES_MAX && files[i].name != NULL; i++) {
        char *path = memory_format("%s/%s", folder, files[i].name);

        CHECK(unlink(path) == 0);
        free(path);
    }
}

static void test_as_kubectl(void)
{
    char folder[] = "/tmp/kubeconfig-kubectl-XXXXXX", a[64], b[64];
    char *version = output_of("kubectl version --client 2>/dev/null");

    CHECK(mkdtemp(folder) != NULL);
    snprintf(a, sizeof a, "%s/a", folder);
    snprintf(b, sizeof b, "%s/b", folder);
    CHECK(mkdir(a, 0700) == 0 && mkdir(b, 0700) == 0);
    for (size_t i = 0; version[0] != '\0' && i < TEST_COUNT(CASES); i++) {
        char *list = put_files(CASES[i].files, folder);

        compare(CASES[i].name, list);
        remove_files(CASES[i].files, folder);
        free(list);
    }
    CHECK(rmdir(a) == 0 && rmdir(b) == 0 && rmdir(folder) == 0);
    free(version);
}

TEST_SUITE("engine/clients/kubeconfig_kubectl", {"as kubectl", test_as_kubectl});
