/*
 * conformance/fakes/postgres.c - the Postgres corpus: what PostgreSQL 15 answered, asked again of any server, message by message.
 */
#include "conformance/fakes/postgres.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "conformance/fakes/folder.h"
#include "conformance/fakes/postgres/messages.h"
#include "conformance/fakes/postgres/record.h"
#include "conformance/fakes/postgres/talk.h"

enum { TALKS_MAX = 8, ANSWER_MS = 5000, RECORD_MS = 15000, LINGER_MS = 20, QUIET_MS = 600 };

/* Which release the answers were recorded from: another one raises its errors on other lines. */
static const char RECORDED_FROM[] = "15.20";

typedef struct {
    const char *name; /* "a" */
    Talk *talk;
} NamedTalk;

typedef struct {
    const PgParityOptions *options;
    const Known *known;
    ParityTally *tally;
    PgParityTarget target;
    /* Of the case that is played. */
    char name[160];
    const cJSON *root;
    int64_t exchange; /* its number, from 1 */
    Variables *variables;
    NamedTalk talks[TALKS_MAX];
    size_t talk_count;
} Player;

/* ---- telling ----------------------------------------------------------------------------------------------------- */

static void tell(const Player *player, const ParityOutcome *outcome)
{
    player->tally->results[outcome->result]++;
    if (player->options->listener)
        player->options->listener(player->options->owner, outcome);
}

/* "Query: select 1": the first message that is said. */
static char *request_text(const cJSON *say)
{
    const cJSON *first = say ? say->child : NULL, *body = message_body(first);
    char *text = body && !cJSON_IsString(body) ? json_text(body) : NULL, *request;

    request = memory_format("%s%s%.100s", message_name(first), body ? ": " : "",
                            text           ? text
                            : body != NULL ? body->valuestring
                                           : "");
    free(text);
    return request;
}

static void tell_plain(const Player *player, const cJSON *exchange, ParityResult result,
                       const char *reason)
{
    char *request = request_text(json_find(exchange, "say"));

    tell(player, &(ParityOutcome){.case_name = player->name,
                                  .exchange = player->exchange,
                                  .request = request,
                                  .note = json_string(player->root, "note"),
                                  .result = result,
                                  .reason = reason});
    free(request);
}

/* ---- saying ------------------------------------------------------------------------------------------------------ */

static bool is_one_of(const char *name, const char *const *names)
{
    while (*names && strcmp(*names, name) != 0)
        names++;
    return *names != NULL;
}

/* With these a connection begins; before all others who it is for has logged in. */
static bool is_opening(const cJSON *say)
{
    static const char *const OPENINGS[] =
        {"Login", "StartupMessage", "SSLRequest", "GSSENCRequest", "CancelRequest", "Bytes", NULL};

    return say && say->child && is_one_of(message_name(say->child), OPENINGS);
}

static bool is_standby(const Player *player, const cJSON *exchange)
{
    return strcmp(json_string_or(exchange, "on", json_string_or(player->root, "on", "primary")),
                  "standby") == 0;
}

static const PgParityNode *node_of(const Player *player, const cJSON *exchange)
{
    return is_standby(player, exchange) ? &player->target.standby : &player->target.primary;
}

/* What is not said about who logs in is what the target has. */
static void log_in(const Player *player, Talk *talk, const cJSON *body)
{
    cJSON *parameters = body ? cJSON_Duplicate(body, true) : cJSON_CreateObject();
    char *password = memory_text(json_string_or(parameters, "password", player->target.password));

    json_remove(parameters, "password");
    if (!json_find(parameters, "user"))
        json_put_string(parameters, "user", player->target.user);
    if (!json_find(parameters, "database"))
        json_put_string(parameters, "database", "tsb");
    talk_login(talk, parameters, password, ANSWER_MS);
    free(password);
    cJSON_Delete(parameters);
}

static NamedTalk *find_talk(Player *player, const char *name)
{
    for (size_t i = 0; i < player->talk_count; i++) {
        if (strcmp(player->talks[i].name, name) == 0)
            return &player->talks[i];
    }
    return NULL;
}

static bool open_talk(Player *player, const cJSON *exchange, const char *name, NamedTalk **out_talk,
                      Error *err)
{
    const PgParityNode *node = node_of(player, exchange);
    NamedTalk *talk = &player->talks[player->talk_count];
    bool is_in;

    if (player->talk_count == TALKS_MAX)
        return error_set(err, ERR_INPUT, "a case has %d connections at most", TALKS_MAX);
    if (!talk_open(player->options->loop, node->host, node->port, &talk->talk, err))
        return false;
    talk->name = name;
    player->talk_count++;
    *out_talk = talk;
    if (is_opening(json_find(exchange, "say")))
        return true;
    log_in(player, talk->talk, NULL);
    is_in = talk_parameter(talk->talk, "server_version") != NULL;
    cJSON_Delete(talk_take(talk->talk));
    return is_in || error_set(err, ERR_DENIED, "%s:%d: %s cannot log in", node->host, node->port,
                              player->target.user);
}

static void hang_up(Player *player, NamedTalk *talk)
{
    talk_close(talk->talk);
    *talk = player->talks[--player->talk_count];
}

/* {of: NAME}: whom it cancels. */
static void say_cancel(Player *player, Talk *talk, const cJSON *body)
{
    const NamedTalk *other = find_talk(player, json_string_or(body, "of", "a"));
    uint32_t process = 0, key = 0;
    Buffer out = {0};

    if (other)
        talk_key(other->talk, &process, &key);
    buffer_add_u32(&out, 16);
    buffer_add_u32(&out, 80877102);
    buffer_add_u32(&out, process);
    buffer_add_u32(&out, key);
    talk_say(talk, &out);
    buffer_release(&out);
}

/* Messages of the protocol go out together, as one write. */
static bool say_all(Player *player, Talk *talk, const cJSON *say, Error *err)
{
    const cJSON *message;
    Buffer out = {0};
    bool ok = true;

    cJSON_ArrayForEach(message, say)
    {
        const char *name = message_name(message);

        if (strcmp(name, "Login") == 0)
            log_in(player, talk, message_body(message));
        else if (strcmp(name, "CancelRequest") == 0)
            say_cancel(player, talk, message_body(message));
        else
            ok = ok && message_encode(message, &out, err);
        if (strcmp(name, "SSLRequest") == 0 || strcmp(name, "GSSENCRequest") == 0)
            talk_expect_byte(talk);
    }
    if (ok && out.length > 0)
        talk_say(talk, &out);
    buffer_release(&out);
    return ok;
}

/* ---- hearing ----------------------------------------------------------------------------------------------------- */

static int count_of(const cJSON *messages, const char *name)
{
    const cJSON *message;
    int count = 0;

    cJSON_ArrayForEach(message, messages) count += strcmp(message_name(message), name) == 0;
    return count;
}

/* As many messages as must come have come, or as many ends of an answer. */
static bool is_answered(const cJSON *heard, const void *owner)
{
    const cJSON *hear = owner;
    int ends = count_of(hear, "ReadyForQuery");

    return cJSON_GetArraySize(heard) >= cJSON_GetArraySize(hear) ||
           (ends > 0 && count_of(heard, "ReadyForQuery") >= ends);
}

static bool is_ready(const cJSON *heard, const void *owner)
{
    return count_of(heard, "ReadyForQuery") >= *(const int *)owner;
}

/* What follows the last message, if it does not end an answer, may be one too many. */
static cJSON *hear(const Player *player, Talk *talk, const cJSON *expected)
{
    const cJSON *last = cJSON_GetArrayItem(expected, cJSON_GetArraySize(expected) - 1);

    talk_wait(talk, is_answered, expected, ANSWER_MS);
    if (strcmp(message_name(last), "ReadyForQuery") != 0 && !talk_is_over(talk))
        loop_wait(player->options->loop, LINGER_MS, NULL);
    return talk_take(talk);
}

/* What answers nobody knows yet: to its end, or until it is quiet. */
static cJSON *hear_anything(const Player *player, Talk *talk, const cJSON *say)
{
    int ends = count_of(say, "Query") + count_of(say, "Sync") + count_of(say, "FunctionCall") +
               count_of(say, "Login");

    if (ends > 0)
        talk_wait(talk, is_ready, &ends, RECORD_MS);
    if (ends == 0 || count_of(talk_heard(talk), "ReadyForQuery") < ends)
        loop_wait(player->options->loop, QUIET_MS, NULL);
    return talk_take(talk);
}

/* Where in the server's source an error was raised. */
static void forget_lines(const cJSON *messages)
{
    const cJSON *message;

    cJSON_ArrayForEach(message, messages)
    {
        if (cJSON_IsObject(message) && cJSON_IsObject(message->child))
            cJSON_DeleteItemFromObjectCaseSensitive(message->child, "L");
    }
}

static bool is_same_release(Talk *talk)
{
    const char *version = talk_parameter(talk, "server_version");

    return version && strncmp(version, RECORDED_FROM, strlen(RECORDED_FROM)) == 0;
}

static void judge(Player *player, Talk *talk, const cJSON *exchange)
{
    const cJSON *expected = json_find(exchange, "hear");
    cJSON *copy = cJSON_Duplicate(expected, true), *heard = hear(player, talk, expected);
    char *request = request_text(json_find(exchange, "say"));
    ParityOutcome outcome = {.case_name = player->name,
                             .exchange = player->exchange,
                             .request = request,
                             .note = json_string(player->root, "note")};
    Differences differences = {0};

    if (!is_same_release(talk)) {
        forget_lines(copy);
        forget_lines(heard);
    }
    match_tree(player->variables, "", copy, heard, &differences);
    outcome.result =
        parity_judge(player->known, player->name, player->exchange, &differences, &outcome.reason);
    outcome.differences = &differences;
    tell(player, &outcome);
    differences_release(&differences);
    free(request);
    cJSON_Delete(heard);
    cJSON_Delete(copy);
}

static void record(const Player *player, Talk *talk, cJSON *exchange)
{
    const cJSON *say = json_find(exchange, "say");
    cJSON *heard = hear_anything(player, talk, say);

    record_answer(say, json_find(exchange, "hear"), heard);
    json_put(exchange, "hear", heard);
    tell_plain(player, exchange, PARITY_PASSED, NULL);
}

/* ---- a case ------------------------------------------------------------------------------------------------------ */

/* False: the rest of the case makes no sense without it. */
static bool exchange_all(Player *player, cJSON *exchange)
{
    const char *name = json_string_or(exchange, "with", "a");
    const cJSON *say = json_find(exchange, "say");
    NamedTalk *talk = find_talk(player, name);
    Error why = {0};

    bool ok = talk || open_talk(player, exchange, name, &talk, &why);

    assert(!ok || talk);
    if (!ok || !say_all(player, talk->talk, say, &why)) {
        tell_plain(player, exchange, PARITY_UNMADE, why.message);
        return false;
    }
    if (json_bool_or(exchange, "hangs_up", false))
        hang_up(player, talk);
    else if (!json_bool_or(exchange, "waits", true))
        return true;
    else if (player->options->is_recording)
        record(player, talk->talk, exchange);
    else
        judge(player, talk->talk, exchange);
    return true;
}

/* A case of one exchange is that exchange. */
static void play_exchanges(Player *player, cJSON *one)
{
    cJSON *exchanges = json_find(one, "exchanges"), *exchange;

    player->exchange = 1;
    if (!exchanges) {
        exchange_all(player, one);
        return;
    }
    cJSON_ArrayForEach(exchange, exchanges)
    {
        if (!exchange_all(player, exchange))
            return;
        player->exchange++;
    }
}

static bool needs_standby(const Player *player, const cJSON *one)
{
    const cJSON *exchange;
    bool needs = is_standby(player, one);

    cJSON_ArrayForEach(exchange, json_find(one, "exchanges")) needs =
        needs || is_standby(player, exchange);
    return needs;
}

static void play_case(Player *player, cJSON *one)
{
    player->root = one;
    player->tally->cases++;
    if (needs_standby(player, one) && player->target.standby.port == 0) {
        tell_plain(player, one, PARITY_SKIPPED, "no standby was named");
        return;
    }
    player->variables = variables_new(false);
    play_exchanges(player, one);
    while (player->talk_count > 0)
        hang_up(player, &player->talks[0]);
    variables_free(player->variables);
}

/* ---- the corpus -------------------------------------------------------------------------------------------------- */

static void name_case(Player *player, const char *file, const cJSON *one)
{
    snprintf(player->name, sizeof player->name, "%s/%s", file, json_string_or(one, "name", "?"));
}

/* Does only name this case? */
static bool is_wanted(Player *player, const char *file, const cJSON *one)
{
    name_case(player, file, one);
    return !player->options->only || strstr(player->name, player->options->only);
}

static bool write_anew(const char *path, const cJSON *root, Error *err)
{
    char *old = NULL, *text;
    bool ok;

    if (!file_read(path, &old, NULL, err))
        return false;
    text = record_text(old, root);
    ok = file_write(path, text, strlen(text), 0644, err);
    free(text);
    free(old);
    return ok;
}

static bool is_stopped(const Player *player)
{
    return player->options->stop && *player->options->stop;
}

static bool play_document(Player *player, const char *file, const char *path, const cJSON *root,
                          Error *err)
{
    const PgParityOptions *options = player->options;
    cJSON *one;

    player->target = (PgParityTarget){0};
    if (!options->begin(options->owner, file, &player->target, err))
        return false;
    cJSON_ArrayForEach(one, json_find(root, "cases"))
    {
        if (is_wanted(player, file, one) && !is_stopped(player))
            play_case(player, one);
    }
    options->end(options->owner, file);
    if (is_stopped(player))
        return error_set(err, ERR_STOPPED, "stopped");
    return !options->is_recording || write_anew(path, root, err);
}

static bool play_file(Player *player, const char *file, const char *path, Error *err)
{
    YamlDocument *document;
    const cJSON *one;
    bool has_any = false, ok;

    if (!yaml_read(path, &document, err))
        return false;
    cJSON_ArrayForEach(one, json_find(yaml_root(document), "cases")) has_any =
        has_any || is_wanted(player, file, one);
    ok = !has_any || play_document(player, file, path, yaml_root(document), err);
    yaml_free(document);
    return ok;
}

static bool play_all(Player *player, const Cases *files, Error *err)
{
    bool ok = true;

    for (size_t i = 0; ok && i < files->count; i++) {
        char *path = case_path(player->options->folder, files->names[i]);

        ok = play_file(player, files->names[i], path, err);
        free(path);
    }
    return ok;
}

bool pg_parity_run(const PgParityOptions *options, ParityTally *out_tally, Error *err)
{
    Player player = {.options = options, .tally = out_tally};
    char *known_path = memory_format("%s/known.yaml", options->folder);
    Known *known = NULL;
    Cases files = {0};
    bool ok = known_read(known_path, &known, err) && cases_list(options->folder, NULL, &files, err);

    player.known = options->is_fake ? known : NULL;
    *out_tally = (ParityTally){0};
    ok = ok && play_all(&player, &files, err);
    cases_release(&files);
    known_free(known);
    free(known_path);
    return ok;
}
