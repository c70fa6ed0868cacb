/*
 * engine/clients/kube_exchange.c - one request to an API server, with all the tries it takes; or many side by side.
 *
 * All goes well: send_request sees that we know who we are (else the context's plug-in is asked, and present goes on when it has
 * answered) and hands the request to https; when its call is done, receive reads the answer and the exchange is over. Goes
 * wrong: judge decides whether the request may be made again (a read always, a write only if nothing was done), and plan_again
 * when; until then the exchange holds none of the places in the window. When the clients' patience ends, the last error stands.
 */
#include "engine/clients/kube_exchange.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"

enum { TIMEOUT_MS = 15000, PATIENCE_MS = 60000, PAUSE_MS = 250, PAUSE_MAX_MS = 8000 };

/* ---- one exchange ----------------------------------------------------------------------------- */

static void end(KubeExchange *exchange, const Error *why)
{
    exchange->is_over = true;
    if (why == NULL)
        return;
    exchange->error = *why;
    error_wrap(&exchange->error, "%s: %s %s", exchange->client->options.context->name,
               exchange->method, exchange->label);
}

static void transmit(KubeExchange *exchange, const KubeCredentials *who)
{
    const KubeClientOptions *options = &exchange->client->options;
    const KubeContext *context = options->context;
    HttpsTrust trust = context->trust;
    HttpsRequest request = {
        .method = exchange->method,
        .changes_nothing = exchange->changes_nothing,
        .url = exchange->url,
        .connect_to = context->connect_to,
        .content_type = exchange->content_type,
        .body = exchange->body,
        .bearer_token = who->bearer_token,
        .headers = context->impersonation,
        .proxy = context->proxy,
        .proxy_connect_to = context->proxy_address,
        .trust = &trust,
        .timeout_ms = options->timeout_ms > 0 ? options->timeout_ms : TIMEOUT_MS,
    };

    if (who->client_certificate_pem != NULL) {
        trust.client_certificate_pem = who->client_certificate_pem;
        trust.client_key_pem = who->client_key_pem;
    }
    exchange->generation = who->generation;
    exchange->tries++;
    exchange->call = https_start(options->https, &request);
}

/* Who we are is known, or cannot be found out. */
static void present(KubeExchange *exchange)
{
    const KubeContext *context = exchange->client->options.context;
    KubeCredentials who = {.bearer_token = context->bearer_token};
    Error why;

    exchange->is_asking = false;
    if (context->identity == NULL || kube_identity_credentials(context->identity, &who, &why))
        transmit(exchange, &who);
    else
        end(exchange, &why);
}

static void send_request(KubeExchange *exchange)
{
    const KubeClientOptions *options = &exchange->client->options;
    KubeIdentity *identity = options->context->identity;

    if (exchange->tries == 0)
        exchange->begun_at = clock_mono_ms();
    if (identity == NULL || kube_identity_is_known(identity)) {
        present(exchange);
        return;
    }
    kube_identity_ask(identity, options->loop);
    exchange->is_asking = true;
}

static bool is_told(const KubeExchange *exchange)
{
    return exchange->is_asking &&
           !kube_identity_is_asking(exchange->client->options.context->identity);
}

/* Doubling, and never the same for two: a fleet that was refused together must not come back together. */
static int64_t pause_of(const KubeExchange *exchange, int64_t retry_after_ms)
{
    unsigned doublings = exchange->tries < 6 ? exchange->tries - 1 : 5;
    int64_t pause = (int64_t)PAUSE_MS << doublings;

    if (pause > PAUSE_MAX_MS)
        pause = PAUSE_MAX_MS;
    pause = random_between(exchange->client->options.random, pause / 2, pause);
    return retry_after_ms > 0 ? retry_after_ms + pause : pause;
}

static void plan_again(KubeExchange *exchange, int64_t retry_after_ms, const Error *why)
{
    int64_t patience = exchange->client->options.patience_ms;
    int64_t now = clock_mono_ms(), next = now + pause_of(exchange, retry_after_ms);
    char tried[CLOCK_TEXT_MAX];
    Error last = *why;

    if (next - exchange->begun_at <= (patience > 0 ? patience : PATIENCE_MS)) {
        exchange->next_at = next;
        return;
    }
    if (exchange->tries > 1)
        error_wrap(&last, "%u tries in %s, the last", exchange->tries,
                   clock_duration(now - exchange->begun_at, tried));
    end(exchange, &last);
}

/* A date of whole seconds tells the other clock only so far: within them there is no skew to speak of. */
static void note_skew(KubeClient *client, int64_t date_ms)
{
    int64_t now = clock_wall_ms();

    if (date_ms == 0)
        return;
    if (now < date_ms)
        client->skew_ms = date_ms - now;
    else if (now > date_ms + 999)
        client->skew_ms = date_ms + 999 - now;
    else
        client->skew_ms = 0;
}

/* No answer came. What asks without changing anything can be asked again even if https, which sees a POST, is in doubt. */
static bool may_ask_again(const KubeExchange *exchange, ErrorCode code)
{
    if (code == ERR_UNAVAILABLE)
        return true;
    return !exchange->question.changes_something && (code == ERR_TIMEOUT || code == ERR_AMBIGUOUS);
}

static void receive(KubeExchange *exchange)
{
    HttpsReply reply;
    Error why;
    cJSON **object = exchange->wants_object ? &exchange->object : NULL;
    bool is_passing = false;

    if (!https_finish(exchange->call, &reply, &why)) {
        is_passing = may_ask_again(exchange, why.code);
        if (why.code == ERR_AMBIGUOUS && !exchange->question.changes_something)
            why.code = ERR_UNAVAILABLE;
    } else {
        note_skew(exchange->client, reply.date_ms);
        if (kube_status_read(&reply, &exchange->question, object, &is_passing, &why)) {
            if (exchange->wants_text)
                exchange->text = buffer_take(&reply.body);
            end(exchange, NULL);
        } else if (reply.status == 401 && !exchange->was_denied) {
            /* Once: an API server that has just started may not know its tokens yet, or ours have become old. */
            exchange->was_denied = is_passing = true;
            if (exchange->client->options.context->identity != NULL)
                kube_identity_deny(exchange->client->options.context->identity,
                                   exchange->generation);
        }
    }
    exchange->call = NULL;
    if (!exchange->is_over && is_passing)
        plan_again(exchange, reply.retry_after_ms, &why);
    else if (!exchange->is_over)
        end(exchange, &why);
    https_reply_release(&reply);
}

static void give_up(KubeExchange *exchange)
{
    Error why;

    if (exchange->call != NULL) {
        https_give_up(exchange->call);
        receive(exchange);
    }
    if (!exchange->is_over) {
        error_set(&why, ERR_STOPPED, "stopped before it was answered");
        end(exchange, &why);
    }
}

void kube_exchange_release(KubeExchange *exchange)
{
    free(exchange->url);
    free(exchange->label);
    free(exchange->body);
}

/* ---- many at once ----------------------------------------------------------------------------- */

/* Those before first are over, those from fresh on have not begun. */
typedef struct {
    KubeExchange *exchanges;
    size_t count, first, fresh, under_way, width;
    const bool *stop;
    Timer *timer; /* wakes the loop when a pause is over */
} Window;

static bool is_stopped(const Window *window)
{
    return window->stop != NULL && *window->stop;
}

static bool is_due(const KubeExchange *exchange, int64_t now)
{
    return !exchange->is_over && exchange->call == NULL && !exchange->is_asking &&
           exchange->next_at <= now;
}

static void send_due(Window *window)
{
    int64_t now = clock_mono_ms();

    for (size_t i = window->first; i < window->fresh && window->under_way < window->width; i++)
        if (is_due(&window->exchanges[i], now)) {
            send_request(&window->exchanges[i]);
            window->under_way++;
        }
    while (window->fresh < window->count && window->under_way < window->width) {
        send_request(&window->exchanges[window->fresh++]);
        window->under_way++;
    }
}

static void receive_done(Window *window)
{
    for (size_t i = window->first; i < window->fresh; i++) {
        KubeExchange *exchange = &window->exchanges[i];
        bool is_done = exchange->call != NULL && https_is_done(exchange->call);

        if (is_told(exchange)) {
            present(exchange);
            is_done = exchange->is_over;
        } else if (is_done) {
            receive(exchange);
        }
        window->under_way -= is_done ? 1 : 0;
    }
    while (window->first < window->fresh && window->exchanges[window->first].is_over)
        window->first++;
}

static bool has_news(void *owner)
{
    const Window *window = owner;
    int64_t now = clock_mono_ms();
    bool has_place = window->under_way < window->width;

    if (is_stopped(window))
        return true;
    for (size_t i = window->first; i < window->fresh; i++) {
        const KubeExchange *exchange = &window->exchanges[i];

        if ((exchange->call != NULL && https_is_done(exchange->call)) || is_told(exchange))
            return true;
        if (has_place && is_due(exchange, now))
            return true;
    }
    return false;
}

static void on_due(void *owner)
{
    (void)owner; /* waking the loop is enough: has_news looks */
}

static void wait_for_news(Window *window)
{
    int64_t next = INT64_MAX;

    for (size_t i = window->first; i < window->fresh; i++) {
        const KubeExchange *exchange = &window->exchanges[i];

        if (!exchange->is_over && exchange->call == NULL && !exchange->is_asking &&
            exchange->next_at < next)
            next = exchange->next_at;
    }
    if (next != INT64_MAX)
        timer_start(window->timer, next - clock_mono_ms());
    loop_run_until(window->exchanges->client->options.loop, has_news, window);
    timer_stop(window->timer);
}

void kube_exchange_run(KubeExchange *exchanges, size_t count, size_t width)
{
    Window window = {.exchanges = exchanges, .count = count, .width = width > 0 ? width : 1};

    if (count == 0)
        return;
    window.stop = exchanges->client->options.stop;
    window.timer = timer_new(exchanges->client->options.loop, on_due, NULL);
    while (window.first < count && !is_stopped(&window)) {
        send_due(&window);
        wait_for_news(&window);
        receive_done(&window);
    }
    for (size_t i = window.first; i < count; i++)
        if (!exchanges[i].is_over)
            give_up(&exchanges[i]);
    timer_free(window.timer);
}
