/*
 * conformance/fakes/postgres/talk.c - one connection to a Postgres server: what is said goes out as it is, what comes is kept in order.
 *
 * The talk's owner goes away before its handles do: talk_close hangs up and lets go, and the last close callback frees it.
 */
#include "conformance/fakes/postgres/talk.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "conformance/fakes/postgres/messages.h"
#include "conformance/fakes/postgres/scram.h"

enum { CONNECT_MS = 10000 };

static const char NONCE[] = "understudy-conformance-1";

struct Talk {
    Loop *loop;
    uv_tcp_t tcp;
    uv_connect_t connecting;
    int connect_status; /* 1: under way */
    Buffer in;
    bool expects_byte, is_over, is_late;
    cJSON *heard, *parameters;
    uint32_t process, key;
};

/* A write and its bytes. */
typedef struct {
    uv_write_t request;
    Buffer bytes;
} Saying;

/* ---- bytes in ---------------------------------------------------------------------------------------------------- */

static void note(Talk *talk, const cJSON *message)
{
    const char *name = message_name(message);
    const cJSON *body = message_body(message);

    if (strcmp(name, "BackendKeyData") == 0) {
        talk->process = (uint32_t)json_integer_or(body, "process", 0);
        talk->key = (uint32_t)json_integer_or(body, "key", 0);
    } else if (strcmp(name, "ParameterStatus") == 0) {
        json_put(talk->parameters, body->child->string, cJSON_Duplicate(body->child, true));
    }
}

static void hear(Talk *talk, cJSON *message)
{
    note(talk, message);
    cJSON_AddItemToArray(talk->heard, message);
}

static void hear_byte(Talk *talk)
{
    char text[2] = {talk->in.data[0], 0};
    cJSON *message = cJSON_CreateObject();

    json_put_string(message, "Byte", text);
    talk->expects_byte = false;
    buffer_eat(&talk->in, 1);
    hear(talk, message);
}

static void hear_all(Talk *talk)
{
    size_t length;
    cJSON *message;

    if (talk->expects_byte && talk->in.length > 0)
        hear_byte(talk);
    while (talk->in.length > 0 &&
           (message = message_decode(talk->in.data, talk->in.length, &length))) {
        buffer_eat(&talk->in, length);
        hear(talk, message);
    }
}

static void on_room(uv_handle_t *handle, size_t suggested, uv_buf_t *out)
{
    (void)handle;
    *out = uv_buf_init(memory_new(1, suggested), (unsigned)suggested);
}

static void on_bytes(uv_stream_t *stream, ssize_t length, const uv_buf_t *bytes)
{
    Talk *talk = stream->data;

    if (length > 0) {
        buffer_add(&talk->in, bytes->base, (size_t)length);
        hear_all(talk);
    } else if (length < 0 && !talk->is_over) {
        talk->is_over = true;
        hear(talk, cJSON_CreateString("Closed"));
        uv_read_stop(stream);
    }
    free(bytes->base);
}

/* ---- opening and closing ----------------------------------------------------------------------------------------- */

static void on_closed(uv_handle_t *handle)
{
    Talk *talk = handle->data;

    buffer_release(&talk->in);
    cJSON_Delete(talk->heard);
    cJSON_Delete(talk->parameters);
    free(talk);
}

void talk_close(Talk *talk)
{
    if (talk)
        uv_close((uv_handle_t *)&talk->tcp, on_closed);
}

static void on_connected(uv_connect_t *request, int status)
{
    ((Talk *)request->data)->connect_status = status;
}

static void on_late(void *owner)
{
    ((Talk *)owner)->is_late = true;
}

static bool is_settled(void *owner)
{
    const Talk *talk = owner;

    return talk->connect_status <= 0 || talk->is_late;
}

static void wait_for(Talk *talk, LoopCondition *condition, void *owner, int64_t timeout_ms)
{
    Timer *timer = timer_new(talk->loop, on_late, talk);

    talk->is_late = false;
    timer_start(timer, timeout_ms);
    loop_run_until(talk->loop, condition, owner);
    timer_free(timer);
}

bool talk_open(Loop *loop, const char *host, int port, Talk **out_talk, Error *err)
{
    Talk *talk = MEMORY_NEW(Talk);
    struct sockaddr_storage address;

    talk->loop = loop;
    talk->heard = cJSON_CreateArray();
    talk->parameters = cJSON_CreateObject();
    talk->connect_status = 1;
    uv_tcp_init(loop_uv(loop), &talk->tcp);
    talk->tcp.data = talk;
    talk->connecting.data = talk;
    if (uv_ip4_addr(host, port, (struct sockaddr_in *)&address) != 0 &&
        uv_ip6_addr(host, port, (struct sockaddr_in6 *)&address) != 0) {
        talk_close(talk);
        return error_set(err, ERR_INPUT, "\"%s\" is no IP address", host);
    }
    if (uv_tcp_connect(&talk->connecting, &talk->tcp, (struct sockaddr *)&address, on_connected) ==
        0)
        wait_for(talk, is_settled, talk, CONNECT_MS);
    if (talk->connect_status != 0) {
        error_set(err, ERR_UNAVAILABLE, "%s:%d: cannot connect", host, port);
        talk_close(talk);
        return false;
    }
    uv_read_start((uv_stream_t *)&talk->tcp, on_room, on_bytes);
    *out_talk = talk;
    return true;
}

/* ---- saying and hearing ------------------------------------------------------------------------------------------ */

static void on_said(uv_write_t *request, int status)
{
    Saying *saying = request->data;

    (void)status; /* who has hung up is heard */
    buffer_release(&saying->bytes);
    free(saying);
}

void talk_say(Talk *talk, const Buffer *bytes)
{
    Saying *saying = MEMORY_NEW(Saying);
    uv_buf_t out;

    buffer_add(&saying->bytes, bytes->data ? bytes->data : "", bytes->length);
    saying->request.data = saying;
    out = uv_buf_init(saying->bytes.data, (unsigned)saying->bytes.length);
    if (uv_write(&saying->request, (uv_stream_t *)&talk->tcp, &out, 1, on_said) != 0)
        on_said(&saying->request, 0);
}

void talk_expect_byte(Talk *talk)
{
    talk->expects_byte = true;
}

typedef struct {
    const Talk *talk;
    TalkCondition *is_enough;
    const void *owner;
} Waiting;

static bool is_over(void *owner)
{
    const Waiting *waiting = owner;
    const Talk *talk = waiting->talk;

    return talk->is_over || talk->is_late || waiting->is_enough(talk->heard, waiting->owner);
}

void talk_wait(Talk *talk, TalkCondition *is_enough, const void *owner, int64_t timeout_ms)
{
    Waiting waiting = {talk, is_enough, owner};

    wait_for(talk, is_over, &waiting, timeout_ms);
}

const cJSON *talk_heard(const Talk *talk)
{
    return talk->heard;
}

bool talk_is_over(const Talk *talk)
{
    return talk->is_over;
}

cJSON *talk_take(Talk *talk)
{
    cJSON *heard = talk->heard;

    talk->heard = cJSON_CreateArray();
    return heard;
}

void talk_key(const Talk *talk, uint32_t *out_process, uint32_t *out_key)
{
    *out_process = talk->process;
    *out_key = talk->key;
}

const char *talk_parameter(const Talk *talk, const char *name)
{
    const cJSON *value = cJSON_GetObjectItemCaseSensitive(talk->parameters, name);

    return cJSON_IsString(value) ? value->valuestring : NULL;
}

/* ---- logging in -------------------------------------------------------------------------------------------------- */

/* The last message with this name that was heard; NULL: none. */
static const cJSON *find_last(const cJSON *heard, const char *name)
{
    const cJSON *one, *found = NULL;

    cJSON_ArrayForEach(one, heard) found = strcmp(message_name(one), name) == 0 ? one : found;
    return found;
}

static bool has_come(const cJSON *heard, const void *owner)
{
    return find_last(heard, owner) || find_last(heard, "ErrorResponse") ||
           find_last(heard, "ReadyForQuery");
}

static void say_sasl(Talk *talk, const char *mechanism, const char *text)
{
    Buffer out = {0};

    message_sasl(mechanism, text, &out);
    talk_say(talk, &out);
    buffer_release(&out);
}

static void prove(Talk *talk, const char *password, int64_t timeout_ms)
{
    const cJSON *challenge;
    char *first = scram_client_first(NONCE), *final;

    say_sasl(talk, "SCRAM-SHA-256", first);
    free(first);
    talk_wait(talk, has_come, "AuthenticationSASLContinue", timeout_ms);
    challenge = find_last(talk->heard, "AuthenticationSASLContinue");
    if (!challenge)
        return;
    final = scram_client_final(NONCE, password,
                               json_string_or(challenge, "AuthenticationSASLContinue", ""));
    say_sasl(talk, NULL, final ? final : "");
    free(final);
}

void talk_login(Talk *talk, const cJSON *parameters, const char *password, int64_t timeout_ms)
{
    Buffer out = {0};

    message_startup(196608, parameters, &out);
    talk_say(talk, &out);
    buffer_release(&out);
    talk_wait(talk, has_come, "AuthenticationSASL", timeout_ms);
    if (find_last(talk->heard, "AuthenticationSASL"))
        prove(talk, password, timeout_ms);
    talk_wait(talk, has_come, "ReadyForQuery", timeout_ms);
}
