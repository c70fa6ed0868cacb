/*
 * scenarios/seen.c - what a rehearsed run came to.
 */
#include "scenarios/seen.h"

#include "scenarios/effects.h"
#include "scenarios/invariants.h"
#include "sim/state.h"

void seen_end(cJSON *seen, World *world, const cJSON *events, const Verdicts *verdicts)
{
    cJSON *violated = cJSON_AddArrayToObject(seen, "violated");

    cJSON_AddItemToObject(seen, "state", world_state(world));
    cJSON_AddItemToObject(seen, "counts", effects_counted(events));
    cJSON_AddStringToObject(seen, "outcome",
                            event_text(event_last(events, "engine.end"), "outcome"));
    for (size_t i = 0; i < verdicts->count; i++) {
        const Verdict *verdict = &verdicts->verdicts[i];
        cJSON *line;

        if (verdict->result == VERDICT_HELD)
            continue;
        line = cJSON_CreateObject();
        cJSON_AddStringToObject(line, "id", verdict->id);
        cJSON_AddStringToObject(line, "what", verdict->what);
        cJSON_AddStringToObject(line, "text", verdict->text);
        cJSON_AddBoolToObject(line, "missed", verdict->result == VERDICT_MISSED);
        cJSON_AddItemToArray(violated, line);
    }
}
