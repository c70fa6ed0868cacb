/*
 * engine/clients/kube_identity.c - what proves who we are to a cluster, where that changes while we run: a token file, a plug-in.
 *
 * A plug-in's story: ask starts it; when it has ended, the first who takes the credentials reads its answer (settle), which is
 * known until it expires or is denied. If it failed, that failure is what everybody gets who waited; who comes later asks anew.
 */
#include "engine/clients/kube_identity.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/memory.h"
#include "engine/clients/kube_plugin.h"
#include "engine/clients/program.h"

enum { FILE_KEPT_MS = 60000, TIMEOUT_MS = 60000, OUTPUT_MAX = 1 << 20, HINT_MAX = 200 };

struct KubeIdentity {
    KubePluginAnswer answer; /* of a file: only its token */
    uint64_t generation;     /* 0: nothing known yet */
    bool is_denied;
    /* Of a token file. */
    char *path; /* NULL: this is a plug-in */
    int64_t read_at_ms;
    /* Of a plug-in. */
    char *place, *api_version, *install_hint;
    char **words, **environment;
    int64_t timeout_ms;
    Program *program; /* while it runs, and until its answer is read */
    Error error;      /* of the last time; ERR_NONE: it went well */
};

/* ---- a token file ----------------------------------------------------------------------------- */

/* Without the line's end; an empty file is as none. */
static bool read_token(const char *path, char **out_token)
{
    char *text = NULL;
    size_t length;

    if (!file_read(path, &text, NULL, NULL))
        return false;
    length = strlen(text);
    while (length > 0 && strchr(" \t\r\n", text[length - 1]) != NULL)
        length--;
    text[length] = '\0';
    if (length == 0) {
        free(text);
        return false;
    }
    *out_token = text;
    return true;
}

/* A file that is gone or half written for a moment leaves the token that was there. */
static void refresh_file(KubeIdentity *identity)
{
    int64_t now = clock_mono_ms();
    char *token;

    if (!identity->is_denied && now - identity->read_at_ms < FILE_KEPT_MS)
        return;
    identity->read_at_ms = now;
    identity->is_denied = false;
    if (!read_token(identity->path, &token))
        return;
    kube_plugin_answer_release(&identity->answer);
    identity->answer.token = token;
    identity->generation++;
}

bool kube_identity_of_file(const char *path, const char *fallback, KubeIdentity **out_identity,
                           Error *err)
{
    KubeIdentity *identity = MEMORY_NEW(KubeIdentity);

    identity->path = memory_text(path);
    identity->is_denied = true; /* nothing has been read yet */
    refresh_file(identity);
    if (identity->generation == 0 && fallback == NULL) {
        kube_identity_free(identity);
        return error_set(err, ERR_IO, "cannot read a token from %s", path);
    }
    if (identity->generation == 0)
        identity->answer.token = memory_text(fallback);
    *out_identity = identity;
    return true;
}

/* ---- a plug-in -------------------------------------------------------------------------------- */

static char **copy_list(const char *const *list)
{
    size_t count = 0;
    char **copy;

    while (list[count] != NULL)
        count++;
    copy = memory_new(count + 1, sizeof *copy);
    for (size_t i = 0; i < count; i++)
        copy[i] = memory_text(list[i]);
    return copy;
}

static void free_list(char **list)
{
    for (size_t i = 0; list != NULL && list[i] != NULL; i++) {
        explicit_bzero(list[i], strlen(list[i]));
        free(list[i]);
    }
    free(list);
}

/* On one line, and short enough to leave room for the error itself. */
static char *plain_hint(const char *hint)
{
    char *plain = memory_text_of(hint, strnlen(hint, HINT_MAX));

    for (char *at = plain; *at != '\0'; at++)
        if ((unsigned char)*at < ' ')
            *at = ' ';
    return plain;
}

KubeIdentity *kube_identity_of_plugin(const KubeIdentityPlugin *plugin)
{
    KubeIdentity *identity = MEMORY_NEW(KubeIdentity);

    identity->place = memory_text(plugin->place);
    identity->api_version = memory_text(plugin->api_version);
    if (plugin->install_hint != NULL)
        identity->install_hint = plain_hint(plugin->install_hint);
    identity->words = copy_list(plugin->words);
    identity->environment = copy_list(plugin->environment);
    identity->timeout_ms = plugin->timeout_ms > 0 ? plugin->timeout_ms : TIMEOUT_MS;
    return identity;
}

static void note_failure(KubeIdentity *identity, const Error *why)
{
    const char *hint = identity->install_hint;
    bool is_there = why->code != ERR_INVALID;
    const char *advice =
        is_there ? "run it by hand to see why" : "install it, or correct exec.command";

    error_set(&identity->error, why->code, "%s %s; %s%s%s", identity->place, why->message, advice,
              hint != NULL ? ". Its installHint: " : "", hint != NULL ? hint : "");
    identity->error.code = !is_there                  ? ERR_INPUT
                           : identity->generation > 0 ? ERR_UNAVAILABLE
                                                      : ERR_DENIED;
}

void kube_identity_ask(KubeIdentity *identity, Loop *loop)
{
    Error why;

    if (identity->path != NULL || identity->program != NULL)
        return;
    if (!program_start(&(ProgramOptions){.loop = loop,
                                         .words = (const char *const *)identity->words,
                                         .environment = (const char *const *)identity->environment,
                                         .output_max = OUTPUT_MAX,
                                         .timeout_ms = identity->timeout_ms},
                       &identity->program, &why))
        note_failure(identity, &why);
}

/* Not its last words: nobody knows what a stranger's program says there. */
static bool read_end(const KubeIdentity *identity, const ProgramEnd *end,
                     KubePluginAnswer *out_answer, Error *err)
{
    if (end->status != 0)
        return error_set(err, ERR_UNAVAILABLE, "ended with status %d", end->status);
    return kube_plugin_answer(end->output.data, end->output.length, identity->api_version,
                              out_answer, err);
}

/* Reads the answer of a program that is over. */
static void settle(KubeIdentity *identity)
{
    KubePluginAnswer answer;
    ProgramEnd end = {0};
    Error why;

    if (program_end(identity->program, &end, &why) && read_end(identity, &end, &answer, &why)) {
        kube_plugin_answer_release(&identity->answer);
        identity->answer = answer;
        identity->generation++;
        identity->is_denied = false;
        identity->error.code = ERR_NONE;
    } else {
        note_failure(identity, &why);
    }
    program_end_release(&end);
    program_free(identity->program);
    identity->program = NULL;
}

/* ---- both ------------------------------------------------------------------------------------- */

void kube_identity_free(KubeIdentity *identity)
{
    if (identity == NULL)
        return;
    program_free(identity->program);
    kube_plugin_answer_release(&identity->answer);
    free_list(identity->words);
    free_list(identity->environment);
    free(identity->path);
    free(identity->place);
    free(identity->api_version);
    free(identity->install_hint);
    free(identity);
}

bool kube_identity_is_known(const KubeIdentity *identity)
{
    if (identity->path != NULL)
        return true;
    return identity->program == NULL && identity->generation > 0 && !identity->is_denied &&
           identity->error.code == ERR_NONE && clock_wall_ms() < identity->answer.expires_ms;
}

bool kube_identity_is_asking(const KubeIdentity *identity)
{
    return identity->program != NULL && !program_is_over(identity->program);
}

bool kube_identity_credentials(KubeIdentity *identity, KubeCredentials *out_credentials, Error *err)
{
    if (identity->path != NULL)
        refresh_file(identity);
    else if (identity->program != NULL)
        settle(identity);
    if (identity->error.code != ERR_NONE) {
        if (err != NULL)
            *err = identity->error;
        return false;
    }
    *out_credentials = (KubeCredentials){
        .bearer_token = identity->answer.token,
        .client_certificate_pem = identity->answer.client_certificate_pem,
        .client_key_pem = identity->answer.client_key_pem,
        .generation = identity->generation,
    };
    return true;
}

void kube_identity_deny(KubeIdentity *identity, uint64_t generation)
{
    if (generation == identity->generation)
        identity->is_denied = true;
}
