/*
 * conformance/fakes/dns/corpus.c - the DNS corpus: what real name servers answered, asked again of any.
 */
#include "conformance/fakes/dns/corpus.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/yaml.h"
#include "conformance/fakes/dns/copy.h"
#include "conformance/fakes/dns/expected.h"
#include "conformance/fakes/folder.h"
#include "conformance/fakes/known.h"

static const char NO_FILE[] = "";
enum { MESSAGES_MAX = 16, FIRST_ID = 4660, RECORD_MODE = 0644 };

typedef struct {
    const WireCorpusOptions *options;
    const Known *known;
    ParityTally *tally;
    const char *group;
    WireCopy zone; /* as it is when a case begins */
    WireScene scene;
    bool has_changed; /* the case may have changed the zone */
} Player;

const char *const *wire_likenesses(void)
{
    static const char *const NAMES[] = {"bind", "knot", "nsd", NULL};

    return NAMES;
}

/* ---- what is sent ----------------------------------------------------------------------------- */

/* A message, or several in a list. */
static size_t count_sent(const cJSON *row)
{
    const cJSON *send = json_find(row, "send");

    return cJSON_IsArray(send) ? (size_t)cJSON_GetArraySize(send) : 1;
}

static const char *text_sent(const cJSON *row, size_t index)
{
    const cJSON *send = json_find(row, "send");
    const cJSON *one = cJSON_IsArray(send) ? cJSON_GetArrayItem(send, (int)index) : send;

    return cJSON_IsString(one) ? one->valuestring : "";
}

static bool build(Player *player, const cJSON *row, size_t index, WireMessage *out_message,
                  Error *err)
{
    player->scene.id = (uint16_t)(FIRST_ID + index);
    player->scene.now_s = clock_wall_ms() / 1000;
    return wire_build(text_sent(row, index), &player->scene, out_message, err);
}

/* What goes out at once: a datagram, or messages with their lengths before them. */
static void frame(const WireMessage *messages, size_t count, bool is_tcp, Buffer *out)
{
    for (size_t i = 0; i < count; i++) {
        if (is_tcp)
            buffer_add_u16(out, (uint16_t)messages[i].bytes.length);
        buffer_add(out, messages[i].bytes.data, messages[i].bytes.length);
    }
}

static void set_pieces(const cJSON *row, WireTalk *talk)
{
    const cJSON *piece;
    size_t count = 0;

    cJSON_ArrayForEach(piece, json_find(row, "pieces"))
    {
        if (count < WIRE_PIECES_MAX)
            talk->pieces[count++] = (size_t)piece->valuedouble;
    }
}

/* ---- what comes back -------------------------------------------------------------------------- */

static const Buffer *answer_to(const WireAnswers *answers, const WireMessage *message)
{
    for (size_t i = 0; i < answers->count; i++) {
        const uint8_t *bytes = (const uint8_t *)answers->items[i].data;

        if (answers->items[i].length >= 2 && (bytes[0] << 8 | bytes[1]) == message->id)
            return &answers->items[i];
    }
    return NULL;
}

static void tell_one(Player *player, const WireAnswers *answers, const WireMessage *message,
                     bool is_alone, Buffer *out)
{
    const Buffer *answer =
        is_alone && answers->count > 0 ? &answers->items[0] : answer_to(answers, message);

    if (out->length > 0)
        buffer_add_byte(out, '\n');
    if (answer == NULL)
        buffer_add_text(out, answers->is_closed ? "closed\n" : "silence\n");
    else if (message->is_transfer && is_alone)
        wire_tell_transfer(answers->items, answers->count, message, &player->scene, out);
    else
        wire_tell((const uint8_t *)answer->data, answer->length, message, &player->scene, out);
}

static bool tell_change(Player *player, Buffer *out, Error *err)
{
    WireCopy now;

    player->has_changed = true;
    if (!wire_copy_fetch(&player->options->target, &player->scene, &now, err))
        return false;
    wire_copy_tell(&player->zone, &now, out);
    wire_copy_release(&now);
    return true;
}

/* ---- a case ----------------------------------------------------------------------------------- */

/* Says messages in one go, and tells what was answered. */
static bool say(Player *player, const cJSON *row, const WireMessage *messages, size_t count,
                Buffer *out, Error *err)
{
    bool is_tcp = strcmp(json_string_or(row, "over", "udp"), "tcp") == 0;
    Buffer bytes = {0};
    WireTalk talk = {.bytes = &bytes,
                     .is_tcp = is_tcp,
                     .expected = count,
                     .is_patient = messages[0].is_update};
    WireAnswers answers;
    bool ok;

    frame(messages, count, is_tcp, &bytes);
    set_pieces(row, &talk);
    talk.has_no_end = is_tcp && messages[0].is_transfer;
    wire_talk(&player->options->target, &talk, &answers);
    ok = !answers.is_unreachable ||
         error_set(err, ERR_UNAVAILABLE, "nobody listens at %s:%u", player->options->target.ip,
                   player->options->target.port);
    for (size_t i = 0; i < count && ok; i++) {
        tell_one(player, &answers, &messages[i], count == 1, out);
        if (messages[i].is_update)
            ok = tell_change(player, out, err);
    }
    wire_answers_release(&answers);
    buffer_release(&bytes);
    return ok;
}

/* `together`: all of them in one segment of one connection; else each by itself, when the one before is answered. */
static bool say_all(Player *player, const cJSON *row, Buffer *out, Error *err)
{
    WireMessage messages[MESSAGES_MAX] = {0};
    bool is_together = json_bool_or(row, "together", false), ok = true;
    size_t count = count_sent(row), first = 0;

    if (count > MESSAGES_MAX)
        return error_set(err, ERR_INPUT, "more than %d messages", MESSAGES_MAX);
    for (size_t i = 0; i < count && ok; i++) {
        ok = build(player, row, i, &messages[i], err);
        if (ok && (!is_together || i + 1 == count)) {
            ok = say(player, row, messages + first, i + 1 - first, out, err);
            first = i + 1;
        }
    }
    for (size_t i = 0; i < count; i++)
        wire_message_release(&messages[i]);
    return ok;
}

static void tell(Player *player, const ParityOutcome *outcome)
{
    player->tally->results[outcome->result]++;
    if (player->options->listener)
        player->options->listener(player->options->owner, outcome);
}

static void judge(Player *player, cJSON *row, int64_t number, const char *got)
{
    const char *likeness = player->options->likeness, *name = json_string_or(row, "case", "");
    const char *expected;
    char *known_as = memory_format("%s/%s/%s", likeness, player->group, name);
    Differences differences = {0};
    ParityOutcome outcome = {.case_name = player->group,
                             .exchange = number,
                             .request = name,
                             .note = json_string(row, "note"),
                             .differences = &differences};

    if (player->options->is_recording)
        expected_put(row, likeness, got);
    expected = expected_of(row, likeness);
    if (expected == NULL) {
        outcome.result = PARITY_SKIPPED;
        outcome.reason = "no answer of such a server was recorded";
    } else {
        expected_compare(expected, got, &differences);
        outcome.result =
            parity_judge(player->known, known_as, number, &differences, &outcome.reason);
    }
    tell(player, &outcome);
    differences_release(&differences);
    free(known_as);
}

/* The zone for the next case: as it was, but for its serial. */
static bool put_back(Player *player, Error *err)
{
    const WireTarget *target = &player->options->target;
    WireCopy now;

    if (!player->has_changed)
        return true;
    if (!wire_copy_restore(target, &player->scene, &player->zone, err) ||
        !wire_copy_fetch(target, &player->scene, &now, err))
        return false;
    player->zone.serial = now.serial;
    wire_copy_release(&now);
    return true;
}

static bool play_case(Player *player, cJSON *row, int64_t number, Error *err)
{
    Buffer got = {0};
    bool ok;

    player->scene = (WireScene){.keys = player->options->keys, .serial = player->zone.serial};
    player->has_changed = false;
    ok = say_all(player, row, &got, err);
    if (ok)
        judge(player, row, number, got.data);
    ok = ok && put_back(player, err);
    buffer_release(&got);
    return ok || error_wrap(err, "%s: %s", player->group, json_string_or(row, "case", ""));
}

/* ---- a group ---------------------------------------------------------------------------------- */

static bool is_wanted(const Player *player, const cJSON *row)
{
    char *name = memory_format("%s/%s", player->group, json_string_or(row, "case", ""));
    bool wanted = !player->options->only || strstr(name, player->options->only);

    free(name);
    return wanted;
}

static bool play_cases(Player *player, const cJSON *cases, Error *err)
{
    const bool *stop = player->options->target.stop;
    int64_t number = 0;
    bool ok = true;

    for (cJSON *row = cases ? cases->child : NULL; row && ok; row = row->next) {
        number++;
        if (!is_wanted(player, row))
            continue;
        ok = play_case(player, row, number, err);
        if (stop && *stop)
            return error_set(err, ERR_STOPPED, "stopped");
    }
    return ok;
}

static bool record(const char *path, const cJSON *root, Error *err)
{
    char *text = yaml_text(root);
    bool ok = file_write(path, text, strlen(text), RECORD_MODE, err);

    free(text);
    return ok;
}

static bool play_group(Player *player, const char *path, Error *err)
{
    const WireCorpusOptions *options = player->options;
    YamlDocument *document;
    bool ok;

    if (!yaml_read(path, &document, err))
        return false;
    if (options->begin)
        options->begin(options->owner, player->group);
    ok = play_cases(player, json_find(yaml_root(document), "cases"), err);
    if (options->end)
        options->end(options->owner, player->group);
    if (ok && options->is_recording)
        ok = record(path, yaml_root(document), err);
    player->tally->cases++;
    yaml_free(document);
    return ok;
}

static bool play_groups(Player *player, const Cases *groups, Error *err)
{
    bool ok = true;

    for (size_t i = 0; i < groups->count && ok; i++) {
        char *path = case_path(player->options->folder, groups->names[i]);

        player->group = groups->names[i];
        ok = play_group(player, path, err);
        free(path);
    }
    return ok;
}

bool wire_corpus_run(const WireCorpusOptions *options, ParityTally *out_tally, Error *err)
{
    char *known_path = memory_format("%s/known.yaml", options->folder);
    Player player = {.options = options, .tally = out_tally};
    Known *known = NULL;
    Cases groups = {0};
    bool ok;

    *out_tally = (ParityTally){0};
    player.scene = (WireScene){.keys = options->keys, .now_s = clock_wall_ms() / 1000};
    ok = known_read(options->is_fake ? known_path : NO_FILE, &known, err) &&
         cases_list(options->folder, NULL, &groups, err) &&
         wire_copy_fetch(&options->target, &player.scene, &player.zone, err);
    player.known = known;
    ok = ok && play_groups(&player, &groups, err);
    wire_copy_release(&player.zone);
    cases_release(&groups);
    known_free(known);
    free(known_path);
    return ok;
}
