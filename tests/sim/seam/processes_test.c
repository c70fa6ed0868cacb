/*
 * tests/sim/seam/processes_test.c - programs that a player plays: what libuv hears of their beginning, their words and their end.
 */
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/loop.h"
#include "sim/seam/seam.h"
#include "tests/test.h"

/* The player: one program, "parrot", which says its second word on its output and ends with status 7 when it is let go. */
typedef struct {
    Loop *loop;
    int pid, kills, killed_by;
    bool has_input, has_errors;
} Player;

static bool start(void *owner, const SeamSpawn *spawn)
{
    Player *player = owner;
    const char *word = spawn->words[1];

    if (strcmp(spawn->words[0], "parrot") != 0)
        return false;
    player->pid = spawn->pid;
    player->has_input = spawn->ends[0] >= 0;
    player->has_errors = spawn->ends[2] >= 0;
    CHECK(write(spawn->ends[1], word, strlen(word)) == (ssize_t)strlen(word));
    close(spawn->ends[1]);
    return true;
}

static void on_kill(void *owner, int pid, int signal)
{
    Player *player = owner;

    player->kills++;
    player->killed_by = signal;
    seam_end_program(pid, 0, signal);
}

/* Who starts it. */
typedef struct {
    Player player;
    uv_process_t process;
    uv_pipe_t pipe;
    char said[64];
    size_t length;
    bool has_ended, is_silent;
    int64_t status;
    int signal;
} Stage;

static void on_exit_of(uv_process_t *process, int64_t status, int signal)
{
    Stage *stage = process->data;

    stage->has_ended = true;
    stage->status = status;
    stage->signal = signal;
}

static void on_room(uv_handle_t *handle, size_t suggested, uv_buf_t *out_room)
{
    Stage *stage = handle->data;

    (void)suggested;
    *out_room = uv_buf_init(stage->said + stage->length,
                            (unsigned)(sizeof stage->said - 1 - stage->length));
}

static void on_read(uv_stream_t *stream, ssize_t length, const uv_buf_t *bytes)
{
    Stage *stage = stream->data;

    (void)bytes;
    if (length < 0)
        stage->is_silent = true;
    else
        stage->length += (size_t)length;
}

static int spawn(Stage *stage, const char *name)
{
    char *words[] = {(char *)name, "hello", NULL}, *environment[] = {NULL};
    uv_stdio_container_t ends[2] = {
        {.flags = UV_IGNORE                         },
        { .flags = UV_CREATE_PIPE | UV_WRITABLE_PIPE, .data.stream = (uv_stream_t *)&stage->pipe}
    };

    uv_pipe_init(loop_uv(stage->player.loop), &stage->pipe, 0);
    stage->pipe.data = stage->process.data = stage;
    return uv_spawn(loop_uv(stage->player.loop), &stage->process,
                    &(uv_process_options_t){.exit_cb = on_exit_of,
                                            .file = name,
                                            .args = words,
                                            .env = environment,
                                            .flags = UV_PROCESS_DETACHED,
                                            .stdio_count = 2,
                                            .stdio = ends});
}

static void stage_open(Stage *stage)
{
    if (!seam_is_simulated())
        seam_simulate(&(SeamOptions){.seed = 7, .start_wall_ms = 1795226400000});
    *stage = (Stage){.player.loop = loop_new()};
    seam_play_programs(&(SeamPlayer){.start = start, .kill = on_kill, .owner = &stage->player});
}

static void stage_close(Stage *stage)
{
    seam_play_programs(NULL);
    loop_free(stage->player.loop);
}

static bool is_over(void *owner)
{
    const Stage *stage = owner;

    return stage->has_ended && stage->is_silent;
}

static void end_by_itself(void *owner)
{
    seam_end_program(((Stage *)owner)->player.pid, 7, 0);
}

static void test_ends_by_itself(void)
{
    Stage stage;
    Timer *later;
    int64_t began;

    stage_open(&stage);
    if (CHECK_INTEGER(spawn(&stage, "parrot"), 0)) {
        uv_read_start((uv_stream_t *)&stage.pipe, on_room, on_read);
        CHECK(!stage.player.has_input && !stage.player.has_errors);
        CHECK(stage.process.pid > 1 << 22); /* no real process is called so */
        later = timer_new(stage.player.loop, end_by_itself, &stage);
        began = clock_mono_ms();
        timer_start(later, 60000);
        CHECK(loop_run_until(stage.player.loop, is_over, &stage));
        CHECK_INTEGER(clock_mono_ms() - began, 60000);
        CHECK_TEXT(stage.said, "hello");
        CHECK_INTEGER(stage.status, 7);
        CHECK_INTEGER(stage.signal, 0);
        CHECK(waitpid(stage.process.pid, NULL, WNOHANG) == -1);
        CHECK(kill(stage.process.pid, SIGKILL) == -1);
        CHECK_INTEGER(stage.player.kills, 0);
        timer_free(later);
    }
    stage_close(&stage);
}

static void test_is_killed(void)
{
    Stage stage;

    stage_open(&stage);
    if (CHECK_INTEGER(spawn(&stage, "parrot"), 0)) {
        uv_read_start((uv_stream_t *)&stage.pipe, on_room, on_read);
        CHECK_INTEGER(kill(-stage.process.pid, SIGTERM), 0); /* its group, as it was detached */
        CHECK_INTEGER(kill(stage.process.pid, SIGTERM), 0);  /* nobody has heard of its end yet */
        CHECK(loop_run_until(stage.player.loop, is_over, &stage));
        CHECK_INTEGER(stage.player.kills, 1);
        CHECK_INTEGER(stage.player.killed_by, SIGTERM);
        CHECK_INTEGER(stage.signal, SIGTERM);
    }
    stage_close(&stage);
}

static void test_is_not_there(void)
{
    Stage stage;

    stage_open(&stage);
    CHECK_INTEGER(spawn(&stage, "nothing"), UV_ENOENT);
    uv_close((uv_handle_t *)&stage.process, NULL);
    uv_close((uv_handle_t *)&stage.pipe, NULL);
    stage_close(&stage);
}

/* Real processes are none of the seam's. */
static void test_leaves_others_alone(void)
{
    Stage stage;

    stage_open(&stage);
    CHECK_INTEGER(kill(getpid(), 0), 0);
    CHECK_INTEGER(waitpid(-1, NULL, WNOHANG), -1);
    stage_close(&stage);
}

TEST_SUITE("sim/seam/processes", {"ends by itself", test_ends_by_itself},
           {"is killed", test_is_killed}, {"is not there", test_is_not_there},
           {"leaves others alone", test_leaves_others_alone});
