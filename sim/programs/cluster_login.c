/*
 * sim/programs/cluster_login.c - "cluster-login": the credential plug-in of the desk's kubeconfig, which fetches a token for a while.
 *
 * Source: client.authentication.k8s.io/v1, ExecCredential.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "sim/programs/programs.h"

enum { TOKEN_BYTES = 20 };

/* The identity provider answers. */
static const Span ANSWERS = {.lowest = 300, .highest = 1500};

static void draw_token(Random *random, char out_text[2 * TOKEN_BYTES + 1])
{
    unsigned char bytes[TOKEN_BYTES];

    random_fill(random, bytes, sizeof bytes);
    for (size_t i = 0; i < sizeof bytes; i++)
        snprintf(out_text + 2 * i, 3, "%02x", bytes[i]);
}

static int64_t give_token(Play *play)
{
    World *world = play->world;
    int64_t expires_ms = clock_wall_ms() + world->parameters.desk.token_ms;
    char token[2 * TOKEN_BYTES + 1], until[CLOCK_TEXT_MAX], *text;
    cJSON *answer = cJSON_CreateObject();

    draw_token(play->random, token);
    cluster_side_admit(world->clusters, token, expires_ms);
    json_put_string(answer, "kind", "ExecCredential");
    json_put_string(answer, "apiVersion", "client.authentication.k8s.io/v1");
    json_put_string(answer, "status/token", token);
    json_put_string(answer, "status/expirationTimestamp", clock_rfc3339(expires_ms, until));
    text = json_text(answer);
    buffer_add_text(&play->output, text);
    free(text);
    cJSON_Delete(answer);
    return PLAY_ENDS;
}

static int64_t take_turn(Play *play)
{
    if (!play_has_word(play, "get-token") || !play_variable(play, "KUBERNETES_EXEC_INFO"))
        return play_fail(play, 2, "usage: cluster-login get-token, started by a Kubernetes client");
    return play->turn == 0 ? span_draw(&ANSWERS, play->random) : give_token(play);
}

const PlayedProgram PLAYED_CLUSTER_LOGIN = {.name = "cluster-login", .turn = take_turn};
