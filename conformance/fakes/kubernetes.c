/*
 * conformance/fakes/kubernetes.c - the parity corpus: what real API servers answered, asked again of any server.
 */
#include "conformance/fakes/kubernetes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "conformance/fakes/answer.h"
#include "conformance/fakes/folder.h"
#include "conformance/fakes/spaces.h"

enum { ANSWER_MS = 30000, END_MS = 90000, EVENTS_MS = 5000, LINGER_MS = 200, HEADERS_MAX = 24 };

/* A stream stays open while other exchanges go on; it is judged when they are over. */
typedef struct {
    const cJSON *step;
    cJSON *answer;
    Call *call;
    int64_t until; /* the number of the last exchange that it may see */
} Stream;

enum { STREAMS_MAX = 16 };

typedef struct {
    const ParityOptions *options;
    const Known *known;
    Caller *caller;
    ParityTally *tally;
    /* Of the case that is played. */
    const char *name;
    const cJSON *root;
    ParityTarget target;
    Variables *variables;
    Spaces *spaces;
    Stream streams[STREAMS_MAX];
    size_t stream_count;
} Player;

static void tell(Player *player, const ParityOutcome *outcome)
{
    player->tally->results[outcome->result]++;
    if (player->options->listener)
        player->options->listener(player->options->owner, outcome);
}

/* ---- saying a request ------------------------------------------------------------------------------------------- */

/* "GET /api/v1": the method, and what it is about. */
static const char *split(const char *request, char *out_method, size_t size)
{
    size_t length = strcspn(request, " ");

    snprintf(out_method, size, "%.*s", (int)length, request);
    return request + length + strspn(request + length, " ");
}

typedef struct {
    char *lines[HEADERS_MAX + 1]; /* NULL-ended */
    size_t count;
} Headers;

static void headers_add(Headers *headers, const char *name, const char *value)
{
    if (headers->count < HEADERS_MAX)
        headers->lines[headers->count++] = memory_format("%s: %s", name, value);
}

static void headers_release(Headers *headers)
{
    for (size_t i = 0; i < headers->count; i++)
        free(headers->lines[i]);
}

/* How the users of the recordings prove themselves. False: this server does not know that user. */
static bool add_user(const ParityTarget *target, const char *user, Headers *headers)
{
    char *token = NULL;

    if (strcmp(user, "limited") == 0 && !target->limited_token)
        return false;
    if (strcmp(user, "basic") == 0)
        headers_add(headers, "Authorization", "Basic Zm9vOmJhcg==");
    else if (strcmp(user, "unknown") == 0)
        headers_add(headers, "Authorization", "Bearer no-such-token");
    else if (strcmp(user, "empty") == 0)
        headers_add(headers, "Authorization", "Bearer ");
    else if (strcmp(user, "limited") == 0)
        token = memory_format("Bearer %s", target->limited_token);
    else if (strcmp(user, "admin") == 0 && target->admin_token)
        token = memory_format("Bearer %s", target->admin_token);
    if (token)
        headers_add(headers, "Authorization", token);
    free(token);
    return true;
}

static void add_headers(const Player *player, const cJSON *given, Headers *headers)
{
    const cJSON *defaults = json_find(player->root, "headers"), *header;
    char *value;

    cJSON_ArrayForEach(header, defaults)
    {
        if (!cJSON_GetObjectItem(given, header->string))
            headers_add(headers, header->string, header->valuestring);
    }
    cJSON_ArrayForEach(header, given)
    {
        value = variables_text(player->variables, header->valuestring);
        headers_add(headers, header->string, value);
        free(value);
    }
}

static Call *start(const Player *player, Caller *caller, const char *method, const char *path,
                   const Headers *headers, const char *body, size_t body_length)
{
    char *url = memory_format("%s%s", player->target.url, path);
    HttpsTrust trust = player->target.trust;
    Call *call = call_start(caller, &(CallRequest){.method = method,
                                                   .url = url,
                                                   .connect_to = player->target.connect_to,
                                                   .headers = (const char *const *)headers->lines,
                                                   .body = body,
                                                   .body_length = body_length,
                                                   .trust = &trust});

    free(url);
    return call;
}

/* As start, from the words of the case into those of the server. A body with a NUL in it stays as it is. */
static Call *say(const Player *player, const char *request, const Headers *headers,
                 const char *body, size_t body_length)
{
    char method[16];
    const char *path = split(request, method, sizeof method);
    char *meant = variables_target(player->variables, path);
    char *target = spaces_path(player->spaces, meant);
    bool is_text = body && !memchr(body, 0, body_length);
    char *words = is_text ? spaces_body(player->spaces, meant, body) : NULL;
    Call *call = start(player, player->caller, method, target, headers, words ? words : body,
                       words ? strlen(words) : body_length);

    free(words);
    free(target);
    free(meant);
    return call;
}

/* The answer in the words of the case. */
static void restore(const Player *player, Call *call)
{
    const char *type = call_header(call, "Content-Type", 0);

    if (type && strstr(type, "protobuf"))
        return; /* its texts have their length before them */
    spaces_restore(player->spaces, call_words(call, true));
    spaces_restore(player->spaces, call_words(call, false));
}

/* ---- what was there, and what others did ------------------------------------------------------------------------- */

static void bind_one(Player *player, const cJSON *pattern, const cJSON *value)
{
    char *text = cJSON_IsString(value) ? memory_text(value->valuestring)
                 : value               ? json_text(value)
                                       : NULL,
         *why = NULL;

    if (pattern && text)
        variables_match(player->variables, pattern->valuestring, text, &why);
    free(why);
    free(text);
}

static void bind_step(Player *player, const cJSON *step, const Call *call)
{
    const cJSON *binds = json_find(step, "binds");
    cJSON *answer = answer_json(call);
    const char *version = json_string_or(answer, "metadata/resourceVersion", "0");

    variables_see(player->variables, strtoll(version, NULL, 10));
    bind_one(player, json_find(binds, "uid"), json_find(answer, "metadata/uid"));
    bind_one(player, json_find(binds, "version"), json_find(answer, "metadata/resourceVersion"));
    bind_one(player, json_find(binds, "generation"), json_find(answer, "metadata/generation"));
    cJSON_Delete(answer);
}

static void tell_unmade(Player *player, const char *request, const Call *call)
{
    cJSON *answer = answer_json(call);
    const char *said = json_string_or(answer, "message", call_error(call) ? call_error(call) : "");
    char *reason = memory_format("%d %s", call_status(call), said);

    tell(player, &(ParityOutcome){.case_name = player->name,
                                  .request = request,
                                  .result = PARITY_UNMADE,
                                  .reason = reason});
    free(reason);
    cJSON_Delete(answer);
}

static void write_object(Player *player, const cJSON *step, const char *request)
{
    const cJSON *pattern = json_find(step, "body");
    cJSON *tree = pattern ? variables_tree(player->variables, pattern) : NULL;
    char *body = tree ? json_text(tree) : NULL;
    Headers headers = {0};
    Call *call;

    add_user(&player->target, "admin", &headers);
    headers_add(&headers, "Accept", "application/json");
    if (body)
        headers_add(&headers, "Content-Type",
                    strncmp(request, "PATCH", 5) == 0 ? "application/merge-patch+json"
                                                      : "application/json");
    call = say(player, request, &headers, body, body ? strlen(body) : 0);
    call_wait(call, SIZE_MAX, ANSWER_MS);
    if (call_status(call) >= 200 && call_status(call) < 300)
        bind_step(player, step, call);
    else
        tell_unmade(player, request, call);
    call_free(call);
    headers_release(&headers);
    free(body);
    cJSON_Delete(tree);
}

/* Seconds that had passed: who wrote in the same one is told in another order. */
static void pass_time(const Player *player, const cJSON *step)
{
    int64_t seconds = json_integer_or(step, "waits", 0);

    if (seconds)
        loop_wait(player->options->loop, seconds * 1000, player->options->stop);
}

/* "LOG /api/v1/namespaces/tsb/pods/p": what its container says, a line each. */
static void say_log(Player *player, const cJSON *step, const char *request)
{
    char ns[128], pod[256];
    const cJSON *line;

    if (!player->options->log ||
        sscanf(request, "LOG /api/v1/namespaces/%127[^/]/pods/%255s", ns, pod) != 2)
        return;
    cJSON_ArrayForEach(line, json_find(step, "body"))
        player->options->log(player->options->owner, ns, pod, line->valuestring);
}

/* What the controllers of a cluster do by themselves, once the fake's own have a reason to. */
static void collect(Player *player)
{
    if (player->options->collect)
        player->options->collect(player->options->owner);
}

static void make(Player *player, const cJSON *step, const char *request)
{
    char method[16];
    const char *path = split(request, method, sizeof method);

    pass_time(player, step);
    if (strncmp(request, "COLLECT", 7) == 0)
        collect(player);
    else if (strncmp(request, "LOG", 3) == 0)
        say_log(player, step, request);
    else if (!spaces_objection(player->spaces, method, path))
        write_object(player, step, request);
}

static void make_all(Player *player, const cJSON *steps)
{
    const cJSON *step;

    cJSON_ArrayForEach(step, steps) make(player, step, json_string_or(step, "do", ""));
}

/* ---- an exchange ------------------------------------------------------------------------------------------------ */

/* An answer that was the same as an earlier one is written once. */
static const cJSON *find_exchange(const cJSON *root, int64_t number)
{
    const cJSON *step;

    cJSON_ArrayForEach(step, json_find(root, "steps"))
    {
        if (json_integer_or(step, "exchange", 0) == number)
            return step;
    }
    return NULL;
}

static cJSON *recorded_answer(const Player *player, const cJSON *step)
{
    cJSON *answer = cJSON_Duplicate(json_find(step, "answer"), true);
    const cJSON *same = find_exchange(player->root, json_integer_or(answer, "same", -1));

    if (same)
        json_put(answer, "body", cJSON_Duplicate(json_find(same, "answer/body"), true));
    return answer;
}

static bool is_stream(const cJSON *answer)
{
    return json_find(answer, "events") || json_find(answer, "frames") ||
           json_bool_or(answer, "follows", false);
}

/* Lines that the stream had told. */
static size_t line_count(const cJSON *answer)
{
    size_t count = (size_t)cJSON_GetArraySize(json_find(answer, "events"));

    for (const char *at = json_string_or(answer, "text", ""); *at; at++)
        count += *at == '\n';
    return count;
}

/* A stream is watched until it has told what was recorded, and a little longer: it might tell more. */
static void watch(const Stream *stream)
{
    size_t count = line_count(stream->answer);

    if (json_find(stream->answer, "frames")) { /* frames have no lines to count */
        call_wait(stream->call, SIZE_MAX, LINGER_MS);
        return;
    }
    if (json_string(stream->answer, "ends")) {
        call_wait(stream->call, SIZE_MAX, END_MS);
        return;
    }
    if (count)
        call_wait(stream->call, count, EVENTS_MS);
    call_wait(stream->call, count + 1, LINGER_MS);
}

/* The body as it was sent: a text, or base64 of what is none. *out_bytes may be NULL. */
static bool body_of(const Player *player, const cJSON *step, char **out_bytes, size_t *out_length)
{
    const char *text = json_string(step, "body"), *base64 = json_string(step, "base64");

    *out_bytes = text ? variables_text(player->variables, text) : NULL;
    *out_length = *out_bytes ? strlen(*out_bytes) : 0;
    return !base64 || json_base64_decode(base64, out_bytes, out_length, NULL);
}

static ParityOutcome outcome_of(const Player *player, const cJSON *step)
{
    return (ParityOutcome){.case_name = player->name,
                           .exchange = json_integer_or(step, "exchange", 0),
                           .request = json_string_or(step, "request", ""),
                           .note = json_string(step, "note")};
}

static void judge(Player *player, const cJSON *step, const cJSON *answer, Call *call)
{
    ParityOutcome outcome = outcome_of(player, step);
    Differences differences = {0};

    restore(player, call);
    answer_match(player->variables, answer, call, &differences);
    outcome.result =
        parity_judge(player->known, player->name, outcome.exchange, &differences, &outcome.reason);
    outcome.differences = &differences;
    tell(player, &outcome);
    differences_release(&differences);
}

static void end_stream(Player *player, const Stream *stream)
{
    watch(stream);
    judge(player, stream->step, stream->answer, stream->call);
    call_free(stream->call);
    cJSON_Delete(stream->answer);
}

/* Those that may see nothing of this exchange. */
static void end_streams(Player *player, int64_t before)
{
    size_t kept = 0;

    for (size_t i = 0; i < player->stream_count; i++) {
        if (player->streams[i].until < before)
            end_stream(player, &player->streams[i]);
        else
            player->streams[kept++] = player->streams[i];
    }
    player->stream_count = kept;
}

static void begin_stream(Player *player, const cJSON *step, cJSON *answer, Call *call)
{
    if (player->stream_count == STREAMS_MAX)
        end_streams(player, INT64_MAX);
    player->streams[player->stream_count++] =
        (Stream){.step = step,
                 .answer = answer,
                 .call = call,
                 .until = json_integer_or(step, "until", json_integer_or(step, "exchange", 0))};
    call_wait(call, 0, ANSWER_MS);
    make_all(player, json_find(step, "meanwhile"));
}

static void ask(Player *player, const cJSON *step, const Headers *headers)
{
    cJSON *answer = recorded_answer(player, step);
    char *body;
    size_t length;
    Call *call;

    body_of(player, step, &body, &length);
    call = say(player, json_string_or(step, "request", ""), headers, body, length);
    free(body);
    if (is_stream(answer)) {
        begin_stream(player, step, answer, call);
        return;
    }
    call_wait(call, SIZE_MAX, ANSWER_MS);
    judge(player, step, answer, call);
    call_free(call);
    cJSON_Delete(answer);
}

/* NULL, or why it cannot be asked of this server. */
static const char *objection(const Player *player, const cJSON *step)
{
    char method[16];
    const char *path = split(json_string_or(step, "request", ""), method, sizeof method);

    if (player->options->prefix && json_string(step, "base64"))
        return "its body is packed, and so its names cannot be changed";
    return spaces_objection(player->spaces, method, path);
}

/*
 * A client that has a document from an earlier run says its ETag, which this server has never told us: asked for the
 * document once without it, as that client did then, it tells.
 */
static void learn_etag(Player *player, const cJSON *step)
{
    const char *pattern = json_string(step, "headers/If-None-Match");
    char *known = pattern ? variables_text(player->variables, pattern) : NULL, *why = NULL;
    Headers headers = {0};
    cJSON *plain;
    Call *call;

    if (known && variables_has(known)) {
        plain = cJSON_Duplicate(json_find(step, "headers"), true);
        cJSON_DeleteItemFromObject(plain, "If-None-Match");
        add_user(&player->target, json_string_or(step, "user", "admin"), &headers);
        add_headers(player, plain, &headers);
        call = say(player, json_string_or(step, "request", ""), &headers, NULL, 0);
        call_wait(call, SIZE_MAX, ANSWER_MS);
        if (call_header(call, "Etag", 0))
            variables_match(player->variables, pattern, call_header(call, "Etag", 0), &why);
        call_free(call);
        cJSON_Delete(plain);
        headers_release(&headers);
    }
    free(known);
    free(why);
}

static void exchange(Player *player, const cJSON *step)
{
    Headers headers = {0};
    ParityOutcome outcome = outcome_of(player, step);

    end_streams(player, outcome.exchange);
    pass_time(player, step);
    outcome.reason = objection(player, step);
    if (!outcome.reason &&
        !add_user(&player->target, json_string_or(step, "user", "admin"), &headers))
        outcome.reason = "this server has no such user";
    if (outcome.reason) {
        outcome.result = PARITY_SKIPPED;
        tell(player, &outcome);
    } else {
        learn_etag(player, step);
        add_headers(player, json_find(step, "headers"), &headers);
        ask(player, step, &headers);
    }
    headers_release(&headers);
}

/* ---- a case ----------------------------------------------------------------------------------------------------- */

static bool is_stopped(const Player *player)
{
    return player->options->stop && *player->options->stop;
}

static void play_steps(Player *player)
{
    const cJSON *step;

    cJSON_ArrayForEach(step, json_find(player->root, "steps"))
    {
        const char *given = json_string_or(step, "given", json_string(step, "meanwhile"));

        if (is_stopped(player))
            return;
        if (given)
            make(player, step, given);
        else
            exchange(player, step);
    }
}

/* Everything that the case made is in its namespaces. A person who wants to stop waits for this. */
static void clean(const Player *player)
{
    const char *const *made = spaces_made(player->spaces);
    Caller *caller = caller_new(player->options->loop, NULL);

    for (size_t i = 0; player->options->prefix && made[i]; i++) {
        char *path = memory_format("/api/v1/namespaces/%s", made[i]);
        Headers headers = {0};
        Call *call;

        add_user(&player->target, "admin", &headers);
        call = start(player, caller, "DELETE", path, &headers, NULL, 0);
        call_wait(call, SIZE_MAX, ANSWER_MS);
        call_free(call);
        headers_release(&headers);
        free(path);
    }
    caller_free(caller);
}

static void play_case(Player *player)
{
    const ParityOptions *options = player->options;

    player->variables = variables_new(options->prefix != NULL);
    player->spaces =
        spaces_new(options->prefix ? options->prefix : "", json_find(player->root, "steps"));
    player->caller = caller_new(options->loop, options->stop);
    play_steps(player);
    end_streams(player, INT64_MAX);
    caller_free(player->caller);
    clean(player);
    spaces_free(player->spaces);
    variables_free(player->variables);
    player->tally->cases++;
}

static bool play(Player *player, const char *path, Error *err)
{
    const ParityOptions *options = player->options;
    YamlDocument *document;

    if (!yaml_read(path, &document, err))
        return false;
    player->target = (ParityTarget){0};
    if (!options->begin(options->owner, player->name, &player->target, err)) {
        yaml_free(document);
        return false;
    }
    player->root = yaml_root(document);
    play_case(player);
    options->end(options->owner, player->name);
    yaml_free(document);
    return !is_stopped(player) || error_set(err, ERR_STOPPED, "stopped");
}

/* ---- the corpus ------------------------------------------------------------------------------------------------- */

static bool play_all(Player *player, const Cases *cases, Error *err)
{
    bool ok = true;

    for (size_t i = 0; ok && i < cases->count; i++) {
        char *path = case_path(player->options->folder, cases->names[i]);

        player->name = cases->names[i];
        ok = play(player, path, err);
        free(path);
    }
    return ok;
}

bool parity_run(const ParityOptions *options, ParityTally *out_tally, Error *err)
{
    char *known_path = memory_format("%s/known.yaml", options->folder);
    Known *known = NULL;
    Cases cases = {0};
    Player player = {.options = options, .tally = out_tally};
    bool ok = known_read(known_path, &known, err) &&
              cases_list(options->folder, options->only, &cases, err);

    player.known = known;
    *out_tally = (ParityTally){0};
    ok = ok && play_all(&player, &cases, err);
    cases_release(&cases);
    known_free(known);
    free(known_path);
    return ok;
}
