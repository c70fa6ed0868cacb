/*
 * sim/programs/helm.c - "helm": helm 3 with one chart (CHART_NAME) and releases as it keeps them.
 *
 * All goes well: upgrade --install writes that the release is pending, makes what the chart says a few seconds later, and that it is deployed. Goes
 * wrong: killed in between it stays pending, and then every other operation is refused; with planes.helmGivesUp it waits until its time-out
 * and fails, while what it made goes on (F-819). It takes over no object that somebody else made.
 * Source: helm 3.14: commands, flags, sayings; releases are Secrets sh.helm.release.v1.NAME.v1.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/yaml.h"
#include "sim/objects.h"
#include "sim/operators/chart.h"
#include "sim/programs/programs.h"

static const Span RENDERS = {.lowest = 500, .highest = 2000},
                  APPLIES = {.lowest = 1000, .highest = 4000};
enum { API_PORT = 6443, VALUES_MAX = 8 };

/* ---- words ----------------------------------------------------------------------------------------------------------------------------- */

typedef struct {
    const char *places[4];
    int place_count;
    const char *kubeconfig, *context, *ns, *version, *output, *timeout;
    const char *values[VALUES_MAX];
    int values_count;
    bool installs, is_short;
} Command;

static bool fail(Play *play, const char *format, ...) __attribute__((format(printf, 2, 3)));

static bool fail(Play *play, const char *format, ...)
{
    char text[360];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    play_fail(play, 1, "Error: %s", text);
    return false;
}

static const char **option_of(Command *command, const char *word)
{
    const struct {
        const char *name, *letter;
        const char **value;
    } OPTIONS[] = {
        {"--namespace",    "-n", &command->ns        },
        {"--kubeconfig",   "",   &command->kubeconfig},
        {"--kube-context", "",   &command->context   },
        {"--version",      "",   &command->version   },
        {"--output",       "-o", &command->output    },
        {"--timeout",      "",   &command->timeout   },
    };

    if ((strcmp(word, "--values") == 0 || strcmp(word, "-f") == 0) &&
        command->values_count < VALUES_MAX)
        return &command->values[command->values_count++];
    for (size_t i = 0; i < sizeof OPTIONS / sizeof *OPTIONS; i++)
        if (strcmp(word, OPTIONS[i].name) == 0 || strcmp(word, OPTIONS[i].letter) == 0)
            return OPTIONS[i].value;
    return NULL;
}

static bool is_flag(Command *command, const char *word)
{
    if (strcmp(word, "--install") == 0 || strcmp(word, "-i") == 0)
        return command->installs = true;
    if (strcmp(word, "--short") == 0)
        return command->is_short = true;
    return strcmp(word, "--create-namespace") == 0;
}

static bool read_command(Play *play, Command *command)
{
    *command = (Command){.ns = "default", .output = "table", .timeout = "5m0s"};
    for (const char *const *word = play->words + 1; *word; word++) {
        const char **value = **word == '-' ? option_of(command, *word) : NULL;

        if (**word != '-') {
            if (command->place_count < 4)
                command->places[command->place_count++] = *word;
        } else if (value) {
            if (!word[1])
                return fail(play, "flag needs an argument: %s", *word);
            *value = *++word;
        } else if (!is_flag(command, *word)) {
            return fail(play, "unknown flag: %s", *word);
        }
    }
    return command->place_count > 0 || fail(play, "no command");
}

static bool is_verb(const Command *command, const char *first, const char *second)
{
    return command->place_count > 0 && strcmp(command->places[0], first) == 0 &&
           (!second || (command->place_count > 1 && strcmp(command->places[1], second) == 0));
}

/* ---- the cluster ---------------------------------------------------------------------------------------------------------------------- */

/* By its context, in the kubeconfig that it was told. */
static Plane *find_plane(Play *play, const Command *command)
{
    Plane *plane = command->context ? world_plane(play->world, command->context) : NULL;
    NetworkFate fate;

    if (!command->kubeconfig || !file_exists(command->kubeconfig)) {
        fail(play, "Kubernetes cluster unreachable: stat %s: no such file or directory",
             command->kubeconfig ? "kubeconfig" : "~/.kube/config");
        return NULL;
    }
    if (!plane) {
        fail(play, "Kubernetes cluster unreachable: context \"%.80s\" does not exist",
             command->context ? command->context : "");
        return NULL;
    }
    fate = topology_ask(play->world->topology, "desk", plane->name, API_PORT).fate;
    if (fate == NETWORK_DELIVER)
        return plane;
    fail(play, "Kubernetes cluster unreachable: Get \"https://%s/version\": dial tcp: %s",
         plane->name, fate == NETWORK_BLACKHOLE ? "i/o timeout" : "connect: connection refused");
    return NULL;
}

static const char *release_name(const char *release, char out[100])
{
    snprintf(out, 100, "sh.helm.release.v1.%.60s.v1", release);
    return out;
}

/* "deployed"; NULL: there is no such release. */
static const char *status_of(const Plane *plane, const char *release)
{
    char name[100];
    const cJSON *secret =
        kube_find(plane->cluster, "secrets", plane->ns, release_name(release, name));

    return secret ? json_string_or(secret, "metadata/labels/status", "unknown") : NULL;
}

static void keep_release(Plane *plane, const char *release, const char *status, const cJSON *values)
{
    char name[100], *text = json_text(values), *encoded = json_base64(text, strlen(text));
    cJSON *secret =
        object_format("{'metadata':{'name':'%s','labels':{'name':'%s','owner':'helm','status':'%s',"
                      "'version':'1'}},'type':'helm.sh/release.v1'}",
                      release_name(release, name), release, status);

    json_put(secret, "data", cJSON_CreateObject());
    cJSON_AddStringToObject(json_find(secret, "data"), "release", encoded);
    object_delete(plane->cluster, "secrets", plane->ns, name);
    object_create(plane->cluster, "secrets", plane->ns, "helm", secret);
    free(encoded);
    free(text);
}

/* ---- values ----------------------------------------------------------------------------------------------------------------------------- */

/* Mappings into each other; null takes away; all else replaces. */
static void coalesce(cJSON *into, const cJSON *over)
{
    const cJSON *member;

    cJSON_ArrayForEach(member, over)
    {
        cJSON *old = cJSON_GetObjectItemCaseSensitive(into, member->string);

        if (cJSON_IsObject(old) && cJSON_IsObject(member)) {
            coalesce(old, member);
            continue;
        }
        cJSON_DeleteItemFromObjectCaseSensitive(into, member->string);
        if (!cJSON_IsNull(member))
            cJSON_AddItemToObject(into, member->string, cJSON_Duplicate(member, true));
    }
}

static bool add_values(Play *play, const char *file, cJSON *values)
{
    bool is_input = strcmp(file, "-") == 0;
    YamlDocument *document = NULL;
    char *text = NULL;
    size_t length = 0;
    Error why = {0};
    bool ok;

    if (!is_input && !file_read(file, &text, &length, NULL))
        return fail(play, "open values: no such file or directory");
    ok = yaml_parse("values", is_input ? play->input.data : text,
                    is_input ? play->input.length : length, &document, &why);
    if (ok)
        coalesce(values, yaml_root(document));
    else
        fail(play, "failed to parse values: error converting YAML to JSON: %.200s", why.message);
    yaml_free(document);
    free(text);
    return ok;
}

static cJSON *read_values(Play *play, const Command *command)
{
    cJSON *values = cJSON_CreateObject();

    for (int i = 0; i < command->values_count; i++) {
        if (add_values(play, command->values[i], values))
            continue;
        cJSON_Delete(values);
        return NULL;
    }
    return values;
}

/* ---- upgrade ------------------------------------------------------------------------------------------------------------------------------ */

static bool check_chart(Play *play, const Command *command)
{
    if (strcmp(command->places[2], CHART_NAME) != 0)
        return fail(play, "repo %.60s not found", command->places[2]);
    return !command->version || strcmp(command->version, CHART_VERSION) == 0 ||
           fail(play,
                "chart \"managementplane\" matching %.40s not found in tetrate-tsb-helm "
                "index. (try 'helm repo update'): no chart version found",
                command->version);
}

static bool check_release(Play *play, const Plane *plane, const Command *command)
{
    const char *status = status_of(plane, command->places[1]);

    if (!status && !command->installs)
        return fail(play, "UPGRADE FAILED: \"%.60s\" has no deployed releases", command->places[1]);
    return !status || strncmp(status, "pending", 7) != 0 ||
           fail(play,
                "UPGRADE FAILED: another operation (install/upgrade/rollback) is in progress");
}

static bool check_owner(Play *play, const Plane *plane, const cJSON *values)
{
    const char *foreign = chart_finds_foreign(plane, values);

    return !foreign ||
           fail(play,
                "Unable to continue with install: Secret \"%s\" in namespace \"%s\" exists and "
                "cannot be imported into the current release: invalid ownership metadata; label "
                "validation error: missing key \"app.kubernetes.io/managed-by\": must be set to "
                "\"Helm\"",
                foreign, plane->ns);
}

static int64_t begin_upgrade(Play *play, const Command *command, Plane *plane, cJSON *values)
{
    if (!check_chart(play, command) || !check_release(play, plane, command) ||
        !check_owner(play, plane, values))
        return PLAY_ENDS;
    if (!kube_find(plane->cluster, "namespaces", NULL, plane->ns))
        object_namespace(plane->cluster, plane->ns);
    keep_release(plane, command->places[1], "pending-install", values);
    return span_draw(&APPLIES, play->random);
}

static int64_t apply(Play *play, const Command *command, Plane *plane, cJSON *values)
{
    Error why = {0};
    int64_t timeout_ms = 0;

    if (!chart_install(plane, values, &why)) {
        keep_release(plane, command->places[1], "failed", values);
        fail(play, "execution error at (managementplane/templates/mp.yaml:1:4): %.200s",
             why.message);
        return PLAY_ENDS;
    }
    if (play->world->parameters.planes.helm_gives_up &&
        clock_parse_duration(command->timeout, &timeout_ms))
        return timeout_ms;
    keep_release(plane, command->places[1], "deployed", values);
    buffer_format(&play->output,
                  "Release \"%s\" has been upgraded. Happy Helming!\nSTATUS: deployed\n",
                  command->places[1]);
    return PLAY_ENDS;
}

static int64_t give_up(Play *play, const Command *command, Plane *plane, cJSON *values)
{
    keep_release(plane, command->places[1], "failed", values);
    fail(play, "release %.60s failed: timed out waiting for the condition", command->places[1]);
    return PLAY_ENDS;
}

static int64_t upgrade(Play *play, const Command *command)
{
    typedef int64_t UpgradeTurn(Play *, const Command *, Plane *, cJSON *);
    static UpgradeTurn *const TURNS[] = {begin_upgrade, apply, give_up};
    Plane *plane;
    cJSON *values;
    int64_t next;

    if (command->place_count != 3) {
        fail(play, "\"helm upgrade\" requires 2 arguments");
        return PLAY_ENDS;
    }
    if (play->turn == 0)
        return span_draw(&RENDERS, play->random);
    plane = find_plane(play, command);
    values = plane ? read_values(play, command) : NULL;
    if (!values)
        return PLAY_ENDS;
    next = TURNS[play->turn - 1](play, command, plane, values);
    cJSON_Delete(values);
    return next;
}

/* ---- the others --------------------------------------------------------------------------------------------------------------------------- */

static bool find_release(Play *play, const Plane *plane, const char *release)
{
    return status_of(plane, release) || fail(play, "release: not found");
}

static void tell_values(Play *play, const Plane *plane, const char *release)
{
    char name[100], *text = NULL, *yaml;
    const cJSON *secret =
        kube_find(plane->cluster, "secrets", plane->ns, release_name(release, name));
    cJSON *values = NULL;
    size_t length = 0;

    if (json_base64_decode(json_string_or(secret, "data/release", ""), &text, &length, NULL) &&
        json_parse(text, length, &values, NULL)) {
        yaml = yaml_text(values);
        buffer_add_text(&play->output, yaml);
        free(yaml);
    }
    cJSON_Delete(values);
    free(text);
}

static void uninstall(Play *play, Plane *plane, const char *release)
{
    char name[100];

    if (!status_of(plane, release)) {
        fail(play, "uninstall: Release not loaded: %.60s: release: not found", release);
        return;
    }
    chart_uninstall(plane);
    object_delete(plane->cluster, "secrets", plane->ns, release_name(release, name));
    buffer_format(&play->output, "release \"%s\" uninstalled\n", release);
}

static int64_t ask(Play *play, const Command *command)
{
    bool is_values = is_verb(command, "get", "values");
    const char *release = command->places[is_values ? 2 : 1];
    Plane *plane;

    if (command->place_count != (is_values ? 3 : 2)) {
        fail(play, "\"helm %s\" requires 1 argument", command->places[0]);
        return PLAY_ENDS;
    }
    if (play->turn == 0)
        return span_draw(&RENDERS, play->random);
    plane = find_plane(play, command);
    if (!plane)
        return PLAY_ENDS;
    if (is_verb(command, "uninstall", NULL))
        uninstall(play, plane, release);
    else if (find_release(play, plane, release) && is_values)
        tell_values(play, plane, release);
    else if (play->status == 0)
        buffer_format(&play->output, "{\"name\":\"%s\",\"info\":{\"status\":\"%s\"}}\n", release,
                      status_of(plane, release));
    return PLAY_ENDS;
}

static int64_t take_turn(Play *play)
{
    Command command;

    if (!read_command(play, &command))
        return PLAY_ENDS;
    if (is_verb(&command, "version", NULL)) {
        buffer_add_text(&play->output, command.is_short
                                           ? "v3.14.4+g81c902a\n"
                                           : "version.BuildInfo{Version:\"v3.14.4\"}\n");
        return PLAY_ENDS;
    }
    if (is_verb(&command, "upgrade", NULL))
        return upgrade(play, &command);
    if (is_verb(&command, "get", "values") || is_verb(&command, "status", NULL) ||
        is_verb(&command, "uninstall", NULL))
        return ask(play, &command);
    fail(play, "unknown command \"%.40s\" for \"helm\"", command.places[0]);
    return PLAY_ENDS;
}

const PlayedProgram PLAYED_HELM = {.name = "helm", .turn = take_turn};
