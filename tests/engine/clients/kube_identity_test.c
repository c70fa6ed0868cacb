/*
 * tests/engine/clients/kube_identity_test.c - who we are, by a file that changes and by plug-ins that do well or badly.
 *
 * The plug-ins are one-line scripts of /bin/sh.
 */
#include "engine/clients/kube_identity.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "engine/clients/kube_plugin.h"
#include "tests/test.h"

#define V1 "client.authentication.k8s.io/v1"
#define ANSWER(status) \
    "{\"kind\":\"ExecCredential\",\"apiVersion\":\"" V1 "\",\"status\":" status "}"

/* ---- what is said ----------------------------------------------------------------------------- */

static void test_tells_the_plugin(void)
{
    cJSON *cluster = cJSON_CreateObject(), *info = NULL;
    char *text;

    json_put_string(cluster, "server", "https://mp1");
    text = kube_plugin_info(V1, cluster);
    CHECK(json_parse(text, strlen(text), &info, NULL));
    CHECK_TEXT(json_string(info, "kind"), "ExecCredential");
    CHECK_TEXT(json_string(info, "apiVersion"), V1);
    CHECK(json_has(info, "spec/interactive") && !json_bool_or(info, "spec/interactive", true));
    CHECK_TEXT(json_string(info, "spec/cluster/server"), "https://mp1");
    cJSON_Delete(info);
    free(text);
    text = kube_plugin_info(V1, NULL);
    CHECK(strstr(text, "cluster") == NULL);
    free(text);
}

static void test_reads_answers(void)
{
    static const char WHOLE[] =
        ANSWER("{\"token\":\"t\",\"clientCertificateData\":\"C\",\"clientKeyData\":\"K\","
               "\"expirationTimestamp\":\"2026-11-21T02:00:00Z\"}");
    KubePluginAnswer answer;

    if (CHECK(kube_plugin_answer(WHOLE, strlen(WHOLE), V1, &answer, NULL))) {
        CHECK_TEXT(answer.token, "t");
        CHECK_TEXT(answer.client_certificate_pem, "C");
        CHECK_TEXT(answer.client_key_pem, "K");
        CHECK_INTEGER(answer.expires_ms, 1795226400000);
        kube_plugin_answer_release(&answer);
    }
}

static const struct {
    const char *name, *answer, *words;
} BAD_ANSWERS[] = {
    {"nothing",         "",                                                                   "not JSON"           },
    {"no JSON",         "s3cr3t",                                                             "not JSON"           },
    {"a text",          "\"s3cr3t\"",                                                         "no ExecCredential"  },
    {"another kind",    "{\"kind\":\"Status\",\"apiVersion\":\"" V1 "\"}",                    "no ExecCredential"  },
    {"another version",
     "{\"kind\":\"ExecCredential\",\"apiVersion\":\"client.authentication.k8s.io/v1beta1\"}", "not of the version" },
    {"no status",       "{\"kind\":\"ExecCredential\",\"apiVersion\":\"" V1 "\"}",            "neither a token nor"},
    {"empty",           ANSWER("{\"token\":\"\"}"),                                           "neither a token nor"},
    {"no key",          ANSWER("{\"token\":\"s3cr3t\",\"clientCertificateData\":\"C\"}"),
     "without the other"                                                                                           },
    {"two lines",       ANSWER("{\"token\":\"s3cr3t\\nX: 1\"}"),                              "line break"         },
    {"no time",         ANSWER("{\"token\":\"s3cr3t\",\"expirationTimestamp\":\"soon\"}"),    "no time"            },
};

static void test_refuses_answers(void)
{
    for (size_t i = 0; i < TEST_COUNT(BAD_ANSWERS); i++) {
        KubePluginAnswer answer;
        Error err = {0};

        CHECK_CASE(BAD_ANSWERS[i].name,
                   !kube_plugin_answer(BAD_ANSWERS[i].answer, strlen(BAD_ANSWERS[i].answer), V1,
                                       &answer, &err));
        CHECK_CASE(BAD_ANSWERS[i].name, err.code == ERR_PROTOCOL);
        CHECK_CASE(BAD_ANSWERS[i].name, strstr(err.message, BAD_ANSWERS[i].words) != NULL);
        CHECK_CASE(BAD_ANSWERS[i].name, strstr(err.message, "s3cr3t") == NULL);
    }
}

/* ---- plug-ins --------------------------------------------------------------------------------- */

static KubeIdentity *plugin_new(const char *program, const char *script, int64_t timeout_ms)
{
    const char *const words[] = {program, "-c", script, NULL};
    const char *const environment[] = {"PATH=/usr/bin:/bin", "OWN=s3cr3t", NULL};

    return kube_identity_of_plugin(&(KubeIdentityPlugin){.place = "config:7: plug-in \"x\"",
                                                         .api_version = V1,
                                                         .install_hint = "apt install\nx",
                                                         .words = words,
                                                         .environment = environment,
                                                         .timeout_ms = timeout_ms});
}

static bool has_answered(void *owner)
{
    return !kube_identity_is_asking(owner);
}

static bool ask(Loop *loop, KubeIdentity *identity, KubeCredentials *out_credentials, Error *err)
{
    kube_identity_ask(identity, loop);
    loop_run_until(loop, has_answered, identity);
    return kube_identity_credentials(identity, out_credentials, err);
}

static void test_asks_a_plugin(void)
{
    Loop *loop = loop_new();
    KubeIdentity *identity =
        plugin_new("sh",
                   "read line; echo noise >&2; echo '" ANSWER("{\"token\":\"'$OWN$line'\"}") "'",
                   0);
    KubeCredentials who = {0}, again = {0};
    Error err;

    CHECK(!kube_identity_is_known(identity));
    if (CHECK(ask(loop, identity, &who, &err))) {
        CHECK_TEXT(who.bearer_token, "s3cr3t"); /* and nothing to read on its input */
        CHECK_TEXT(who.client_key_pem, NULL);
    }
    CHECK(kube_identity_is_known(identity));
    CHECK(kube_identity_credentials(identity, &again, NULL));
    CHECK(again.generation == who.generation);
    kube_identity_deny(identity, who.generation + 1);
    CHECK(kube_identity_is_known(identity));
    kube_identity_deny(identity, who.generation);
    CHECK(!kube_identity_is_known(identity));
    CHECK(ask(loop, identity, &again, NULL));
    CHECK(again.generation != who.generation);
    CHECK(kube_identity_is_known(identity));
    kube_identity_free(identity);
    loop_free(loop);
}

/* One that has expired on arrival is used once, as client-go does. */
static void test_expires(void)
{
    Loop *loop = loop_new();
    KubeIdentity *identity =
        plugin_new("/bin/sh",
                   "echo '" ANSWER(
                       "{\"token\":\"old\",\"expirationTimestamp\":\"2001-01-01T00:00:00Z\"}") "'",
                   0);
    KubeCredentials who = {0};

    CHECK(ask(loop, identity, &who, NULL));
    CHECK_TEXT(who.bearer_token, "old");
    CHECK(!kube_identity_is_known(identity));
    kube_identity_free(identity);
    loop_free(loop);
}

static const struct {
    const char *name, *program, *script;
    int64_t timeout_ms;
    ErrorCode code;
    const char *words;
} FAILURES[] = {
    {"missing",     "no-such-plugin", "",                                   0,  ERR_INPUT,  "is not there; install it"        },
    {"no program",  "/etc/passwd",    "",                                   0,  ERR_INPUT,  "cannot be run: permission denied"},
    {"fails",       "sh",             "echo s3cr3t; echo $OWN >&2; exit 3", 0,  ERR_DENIED,
     "ended with status 3; run it by hand"                                                                                    },
    {"is killed",   "sh",             "kill -9 $$",                         0,  ERR_DENIED, "ended by signal 9"               },
    {"says junk",   "sh",             "echo s3cr3t",                        0,  ERR_DENIED, "its answer is not JSON"          },
    {"is silent",   "sh",             "true",                               0,  ERR_DENIED, "its answer is not JSON"          },
    {"never stops", "sh",             "yes s3cr3t",                         0,  ERR_DENIED, "said more than 1048576 bytes"    },
    {"never ends",  "sh",             "sleep 1000 | cat",                   50, ERR_DENIED, "did not end within 50 ms"        },
};

static void test_plugins_that_fail(void)
{
    for (size_t i = 0; i < TEST_COUNT(FAILURES); i++) {
        Loop *loop = loop_new();
        KubeIdentity *identity =
            plugin_new(FAILURES[i].program, FAILURES[i].script, FAILURES[i].timeout_ms);
        KubeCredentials who;
        Error err = {0};

        CHECK_CASE(FAILURES[i].name, !ask(loop, identity, &who, &err));
        CHECK_CASE(FAILURES[i].name, err.code == FAILURES[i].code);
        if (!CHECK_CASE(FAILURES[i].name, strstr(err.message, FAILURES[i].words) != NULL))
            printf("    it says: %s\n", err.message);
        CHECK_CASE(FAILURES[i].name, strncmp(err.message, "config:7: plug-in \"x\" ", 22) == 0);
        CHECK_CASE(FAILURES[i].name, strstr(err.message, "installHint: apt install x") != NULL);
        CHECK_CASE(FAILURES[i].name, strstr(err.message, "s3cr3t") == NULL);
        CHECK_CASE(FAILURES[i].name, !kube_identity_is_known(identity));
        kube_identity_free(identity);
        loop_free(loop);
    }
}

/* Nothing is left running, or lost, if nobody waits for it. */
static void test_is_left_alone(void)
{
    Loop *loop = loop_new();
    KubeIdentity *identity = plugin_new("sh", "sleep 1000", 0);

    kube_identity_ask(identity, loop);
    kube_identity_ask(identity, loop);
    CHECK(kube_identity_is_asking(identity));
    kube_identity_free(identity);
    loop_free(loop);
}

/* ---- a token file ----------------------------------------------------------------------------- */

static void put(const char *path, const char *text)
{
    CHECK(file_write(path, text, strlen(text), 0600, NULL));
}

static void test_a_file_that_changes(void)
{
    char path[] = "/tmp/kube-identity-XXXXXX";
    KubeIdentity *identity = NULL;
    KubeCredentials who = {0};
    int file = mkstemp(path);

    CHECK(file >= 0 && close(file) == 0);
    CHECK(!kube_identity_of_file(path, NULL, &identity, NULL)); /* empty */
    put(path, "first\n");
    if (CHECK(kube_identity_of_file(path, NULL, &identity, NULL))) {
        put(path, "second");
        CHECK(kube_identity_is_known(identity));
        CHECK(kube_identity_credentials(identity, &who, NULL));
        CHECK_TEXT(who.bearer_token, "first"); /* not a minute old */
        kube_identity_deny(identity, who.generation);
        CHECK(kube_identity_credentials(identity, &who, NULL));
        CHECK_TEXT(who.bearer_token, "second");
        unlink(path);
        kube_identity_deny(identity, who.generation);
        CHECK(kube_identity_credentials(identity, &who, NULL));
        CHECK_TEXT(who.bearer_token, "second");
    }
    kube_identity_free(identity);
    if (CHECK(kube_identity_of_file(path, "instead", &identity, NULL))) {
        CHECK(kube_identity_credentials(identity, &who, NULL));
        CHECK_TEXT(who.bearer_token, "instead");
        kube_identity_free(identity);
    }
}

TEST_SUITE("engine/clients/kube_identity", {"tells the plug-in", test_tells_the_plugin},
           {"reads answers", test_reads_answers}, {"refuses answers", test_refuses_answers},
           {"asks a plug-in", test_asks_a_plugin}, {"expires", test_expires},
           {"plug-ins that fail", test_plugins_that_fail}, {"is left alone", test_is_left_alone},
           {"a file that changes", test_a_file_that_changes});
