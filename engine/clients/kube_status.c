/*
 * engine/clients/kube_status.c - what an API server's answer means.
 */
#include "engine/clients/kube_status.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

enum { WORDS_MAX = 320 };

static const struct {
    int status;
    ErrorCode code;
} CODES[] = {
    {400, ERR_INVALID    },
    {401, ERR_DENIED     },
    {403, ERR_DENIED     },
    {404, ERR_NOT_FOUND  },
    {408, ERR_UNAVAILABLE},
    {409, ERR_CONFLICT   },
    {410, ERR_CONFLICT   },
    {429, ERR_UNAVAILABLE},
};

/* A 5xx, even from something in front of the API server, does not say whether a write was applied. */
static ErrorCode code_of(int status, bool changes_something)
{
    for (size_t i = 0; i < sizeof CODES / sizeof *CODES; i++)
        if (CODES[i].status == status)
            return CODES[i].code;
    if (status >= 500)
        return changes_something ? ERR_AMBIGUOUS : ERR_UNAVAILABLE;
    return status >= 400 ? ERR_INVALID : ERR_PROTOCOL;
}

/* The first line of a body that is not a Status, as far as it can be printed. */
static void take_first_line(const char *body, char out_words[WORDS_MAX])
{
    size_t length = 0;

    while (body != NULL && body[length] != '\0' && body[length] != '\n' && length < 160) {
        out_words[length] = isprint((unsigned char)body[length]) ? body[length] : '?';
        length++;
    }
    out_words[length] = '\0';
}

/* Which fields were wrong, without what was in them. */
static void take_fields(const cJSON *status, char out_words[WORDS_MAX])
{
    const cJSON *causes = json_find(status, "details/causes");
    size_t used;

    used = (size_t)snprintf(out_words, WORDS_MAX,
                            "(the server's words are left out, they may "
                            "quote the secret)");
    for (const cJSON *cause = causes != NULL ? causes->child : NULL;
         cause != NULL && used < WORDS_MAX; cause = cause->next)
        used += (size_t)snprintf(out_words + used, WORDS_MAX - used, " %s: %s",
                                 json_string_or(cause, "field", "?"),
                                 json_string_or(cause, "reason", "?"));
}

static void take_words(const cJSON *status, const HttpsReply *reply, bool is_quoting,
                       char out_words[WORDS_MAX])
{
    const char *message = json_string(status, "message");

    if (is_quoting)
        take_fields(status, out_words);
    else if (message != NULL)
        snprintf(out_words, WORDS_MAX, "%s", message);
    else
        take_first_line(reply->body.data, out_words);
}

static bool fail_with_status(const HttpsReply *reply, const KubeQuestion *question, Error *err)
{
    char words[WORDS_MAX];
    const char *reason;
    cJSON *status = NULL;
    bool is_quoting = question->is_secret && (reply->status == 400 || reply->status == 422);

    if (reply->body.length > 0)
        json_parse(reply->body.data, reply->body.length, &status, NULL);
    reason = json_string_or(status, "reason", "");
    take_words(status, reply, is_quoting, words);
    error_set(err, code_of(reply->status, question->changes_something), "%d%s%s%s%s", reply->status,
              reason[0] != '\0' ? " " : "", reason, words[0] != '\0' ? ": " : "", words);
    cJSON_Delete(status);
    return false;
}

/* The object is needed and cannot be read. For a write that is no small thing: it was applied. */
static bool fail_with_body(const HttpsReply *reply, const KubeQuestion *question, Error *err)
{
    if (question->changes_something)
        return error_set(err, ERR_AMBIGUOUS,
                         "%d, but the answer is not valid JSON; the change was probably made",
                         reply->status);
    return error_set(err, ERR_PROTOCOL, "%d, but the answer is not valid JSON (%zu bytes)",
                     reply->status, reply->body.length);
}

bool kube_status_read(const HttpsReply *reply, const KubeQuestion *question, cJSON **out_object,
                      bool *out_is_passing, Error *err)
{
    bool is_answer = reply->status >= 200 && reply->status < 300;

    *out_is_passing = reply->status == 429 || reply->status == 408;
    if (!is_answer) {
        *out_is_passing |= reply->status >= 500 && !question->changes_something;
        return fail_with_status(reply, question, err);
    }
    if (out_object == NULL)
        return true;
    if (reply->body.length > 0 &&
        json_parse(reply->body.data, reply->body.length, out_object, NULL))
        return true;
    *out_is_passing = !question->changes_something;
    return fail_with_body(reply, question, err);
}
