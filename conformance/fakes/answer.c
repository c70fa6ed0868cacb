/*
 * conformance/fakes/answer.c - what a server answered, held against what was recorded.
 */
#include "conformance/fakes/answer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "conformance/fakes/packed.h"

/* Clients act on these. Others (Server, Content-Length, Connection...) are the transport's. */
static const char *const MEANINGFUL[] = {"Warning",  "Retry-After", "Content-Encoding",
                                         "Location", "Etag",        "Allow"};

cJSON *answer_json(const Call *call)
{
    const Buffer *body = call_body(call);
    cJSON *json = NULL;

    return body->length && json_parse(body->data, body->length, &json, NULL) ? json : NULL;
}

/* What a person wants to know of an answer of another status: what the server says about it. */
static void add_status(const Call *call, int expected, Differences *differences)
{
    cJSON *json = answer_json(call);
    const char *said = call_error(call);
    char *one = memory_format("%d", expected), *other;

    if (!said)
        said = json_string(json, "message");
    if (!said)
        said = call_body(call)->length && !json ? call_body(call)->data : "";
    other = memory_format("%d %s", call_status(call), said);
    differences_add(differences, "/status", one, other);
    free(one);
    free(other);
    cJSON_Delete(json);
}

static void match_header(Variables *variables, const Call *call, const char *name, size_t index,
                         const cJSON *recorded, Differences *differences)
{
    const char *got = call_header(call, name, index);
    char *pointer = memory_format("/headers/%s", name);

    if (got)
        match_text(variables, pointer, recorded->valuestring, got, differences);
    else
        differences_add(differences, pointer, recorded->valuestring, NULL);
    free(pointer);
}

static void match_unrecorded(const Call *call, const cJSON *headers, Differences *differences)
{
    for (size_t i = 0; i < sizeof MEANINGFUL / sizeof *MEANINGFUL; i++) {
        const char *got = call_header(call, MEANINGFUL[i], 0);
        char *pointer = memory_format("/headers/%s", MEANINGFUL[i]);

        if (got && !cJSON_GetObjectItem(headers, MEANINGFUL[i]))
            differences_add(differences, pointer, NULL, got);
        free(pointer);
    }
}

static void match_headers(Variables *variables, const cJSON *headers, const Call *call,
                          Differences *differences)
{
    const cJSON *header, *one;
    size_t index;

    cJSON_ArrayForEach(header, headers)
    {
        index = 0;
        if (cJSON_IsString(header))
            match_header(variables, call, header->string, 0, header, differences);
        cJSON_ArrayForEach(one, header)
            match_header(variables, call, header->string, index++, one, differences);
    }
    match_unrecorded(call, headers, differences);
}

/* A watch: one JSON document on each line. */
static void match_events(Variables *variables, const cJSON *recorded, const Call *call,
                         Differences *differences)
{
    const cJSON *event = json_find(recorded, "events");
    const Buffer *body = call_body(call);
    const char *line = body->length ? body->data : "";
    bool may_go_on = json_bool_or(recorded, "more", false);

    event = event ? event->child : NULL;
    for (int i = 0; event || (*line && !may_go_on); i++) {
        size_t length = strcspn(line, "\n");
        char *pointer = memory_format("/events/%d", i);
        cJSON *got = NULL;

        if (length && !json_parse(line, length, &got, NULL))
            differences_add(differences, pointer, "an event", line);
        else
            match_tree(variables, pointer, event, got, differences);
        cJSON_Delete(got);
        free(pointer);
        event = event ? event->next : NULL;
        line += length + (line[length] == '\n');
    }
    if (json_string(recorded, "ends") && !call_is_over(call))
        differences_add(differences, "/ends", json_string(recorded, "ends"), NULL);
}

static void match_json(Variables *variables, const cJSON *recorded, const Call *call,
                       Differences *differences)
{
    cJSON *got = answer_json(call);

    if (got)
        match_tree(variables, "/body", recorded, got, differences);
    else
        differences_add(differences, "/body", "JSON",
                        call_body(call)->length ? call_body(call)->data : NULL);
    cJSON_Delete(got);
}

/* Bytes that are read by what was recorded. */
static void match_packed(Variables *variables, const cJSON *recorded, cJSON *got,
                         Differences *differences)
{
    match_tree(variables, "/body", recorded, got, differences);
    cJSON_Delete(got);
}

static void match_body(Variables *variables, const cJSON *recorded, const Call *call,
                       Differences *differences)
{
    const Buffer *body = call_body(call);
    const cJSON *tree = json_find(recorded, "body");
    const cJSON *packed = json_find(recorded, "protobuf"), *frames = json_find(recorded, "frames");
    const char *text = json_string(recorded, "text"), *bytes = body->length ? body->data : "";

    if (packed)
        match_packed(variables, packed, packed_tree(bytes, body->length, packed), differences);
    else if (frames)
        match_packed(variables, frames, packed_frames(bytes, body->length, frames), differences);
    else if (json_find(recorded, "events"))
        match_events(variables, recorded, call, differences);
    else if (tree)
        match_json(variables, tree, call, differences);
    else if (text)
        match_text(variables, "/body", text, bytes, differences);
    else if (json_find(recorded, "is")) {
        if (!body->length)
            differences_add(differences, "/body", "something", NULL);
    } else if (body->length)
        differences_add(differences, "/body", NULL, body->data);
}

static bool is_of_another_type(const cJSON *recorded, const Call *call)
{
    const char *type = json_string_or(recorded, "headers/Content-Type", "");
    const char *got = call_header(call, "Content-Type", 0);
    size_t length = strcspn(type, ";");

    return *type && (!got || strncmp(type, got, length) != 0);
}

void answer_match(Variables *variables, const cJSON *recorded, const Call *call,
                  Differences *differences)
{
    int64_t status = json_integer_or(recorded, "status", 0);

    if (call_status(call) != status || call_error(call)) {
        add_status(call, (int)status, differences);
        return;
    }
    match_headers(variables, json_find(recorded, "headers"), call, differences);
    if (is_of_another_type(recorded, call))
        return; /* no use to compare what is written otherwise */
    match_body(variables, recorded, call, differences);
}
