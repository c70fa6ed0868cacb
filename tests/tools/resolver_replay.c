/*
 * tests/tools/resolver_replay.c - the model of a caching resolver, asked the same questions at the same times as a real one was.
 *
 *     resolver_replay PORT [floor=S] [cap=S] [negative=S] [prefetch=1] [expired=1] < what unbound_watch.py wrote
 *
 * Stands for the resolver at PORT. Prints for each name "NAME real MS model MS", when it first said something new, after the flip, and at
 * last "differ N of M": how many of all answers are not the model's.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/resolver/layer.h"
#include "tests/sim/resolver/moving.h"

enum { LINES_MAX = 4000, NAMES = 2 };

typedef struct {
    long long ms;
    char port[8], name[64], answer[64];
} Line;

typedef struct {
    Line lines[LINES_MAX];
    size_t count;
    long long flip_ms;
    long long real_ms[NAMES], model_ms[NAMES];
    int differing;
} Replay;

static const char *const ASKED[NAMES] = {MOVING_NAME, MOVING_LATE};
static const char *const MOVED[NAMES] = {MOVING_NEW, "address"};

static void read_lines(Replay *replay, const char *port)
{
    char text[256];

    while (fgets(text, sizeof text, stdin) && replay->count < LINES_MAX) {
        Line *line = &replay->lines[replay->count];

        if (sscanf(text, "flip %lld", &replay->flip_ms) == 1)
            continue;
        if (sscanf(text, "%lld %7s %63s %63s", &line->ms, line->port, line->name, line->answer) ==
                4 &&
            strcmp(line->port, port) == 0)
            replay->count++;
    }
}

static void read_policy(DnsCachePolicy *policy, int count, char **arguments)
{
    *policy = (DnsCachePolicy){
        .keeps_sets = true, .cap_s = 86400, .negative_cap_s = 3600, .expired_ttl_s = 30};
    for (int i = 2; i < count; i++) {
        const char *value = strchr(arguments[i], '=');
        long long number = value ? strtoll(value + 1, NULL, 10) : 0;

        if (strncmp(arguments[i], "floor=", 6) == 0)
            policy->floor_s = number;
        else if (strncmp(arguments[i], "cap=", 4) == 0)
            policy->cap_s = number;
        else if (strncmp(arguments[i], "negative=", 9) == 0)
            policy->negative_cap_s = number;
        else if (strncmp(arguments[i], "prefetch=", 9) == 0)
            policy->prefetches = number;
        else if (strncmp(arguments[i], "expired=", 8) == 0)
            policy->serves_expired = number;
    }
}

static const char *answer_text(Arena *arena, const char *name, const DnsMessage *answer)
{
    if (answer->rcode != DNS_NOERROR || answer->sections[DNS_ANSWER].count == 0)
        return arena_format(arena, "rcode%d", answer->rcode);
    return strcmp(name, MOVING_NAME) == 0 ? moving_target(arena, answer) : "address";
}

static void note(long long out_ms[NAMES], const Replay *replay, const Line *line,
                 const char *answer)
{
    for (int i = 0; i < NAMES; i++)
        if (out_ms[i] < 0 && strcmp(line->name, ASKED[i]) == 0 && strcmp(answer, MOVED[i]) == 0)
            out_ms[i] = line->ms - replay->flip_ms;
}

static void ask(Replay *replay, Layer *layer, const Line *line)
{
    DnsMessage answer;
    Arena arena = {0};
    int64_t delay_ms = 0;
    const char *text;

    layer_answer(layer, &arena, line->name, DNS_A, line->ms, &answer, &delay_ms);
    text = answer_text(&arena, line->name, &answer);
    replay->differing += strcmp(text, line->answer) != 0;
    note(replay->real_ms, replay, line, line->answer);
    note(replay->model_ms, replay, line, text);
    arena_release(&arena);
}

int main(int count, char **arguments)
{
    static Replay replay = {.real_ms = {-1, -1}, .model_ms = {-1, -1}};
    DnsCachePolicy policy;
    Moving moving;
    Layer layer;

    if (count < 2)
        return 2;
    read_lines(&replay, arguments[1]);
    read_policy(&policy, count, arguments);
    moving = (Moving){.moves_ms = replay.flip_ms};
    layer = (Layer){dns_cache_new(&policy), moving_ask, &moving};
    for (size_t i = 0; i < replay.count; i++)
        ask(&replay, &layer, &replay.lines[i]);
    for (int i = 0; i < NAMES; i++)
        printf("%s real %lld model %lld\n", ASKED[i], replay.real_ms[i], replay.model_ms[i]);
    printf("differ %d of %zu\n", replay.differing, replay.count);
    dns_cache_free(layer.cache);
    return 0;
}
