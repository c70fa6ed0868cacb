/*
 * scenarios/scenario.c - one story: read, checked whole, before anything runs.
 */
#include "scenarios/scenario.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/fields.h"
#include "base/memory.h"
#include "base/schema.h"
#include "engine/environment.h"
#include "engine/environment_schema.h"
#include "scenarios/judge.h"
#include "sim/faults/faults.h"

#define COUNT(rows) (sizeof(rows) / sizeof *(rows))

typedef struct {
    const char *api_version, *kind;
    const cJSON *metadata, *story, *world, *run, *faults, *expect;
} Root;

static const Field ROOT_FIELDS[] = {
    {"apiVersion", FIELD_TEXT, offsetof(Root, api_version), true,  "understudy.dev/v1",                    NULL},
    {"kind",       FIELD_TEXT, offsetof(Root, kind),        true,  "Scenario",                             NULL},
    {"metadata",   FIELD_TREE, offsetof(Root, metadata),    true,  "a name, and labels",                   NULL},
    {"story",      FIELD_TREE, offsetof(Root, story),       true,  "the story, a list of sentences",       NULL},
    {"world",      FIELD_TREE, offsetof(Root, world),       false, "what differs from the standard world",
     NULL                                                                                                      },
    {"run",        FIELD_TREE, offsetof(Root, run),         true,  "what is carried out",                  NULL},
    {"faults",     FIELD_TREE, offsetof(Root, faults),      false, "what breaks, and when",                NULL},
    {"expect",     FIELD_TREE, offsetof(Root, expect),      true,  "what must come of it",                 NULL},
};

typedef struct {
    const char *name;
    const cJSON *labels, *dossier;
} Metadata;

static const Field METADATA_FIELDS[] = {
    {"name",    FIELD_TEXT, offsetof(Metadata, name),    true,  "a name like reply-lost-on-promotion",
     NULL                                                                                                  },
    {"labels",  FIELD_TREE, offsetof(Metadata, labels),  false, "for selection",                       NULL},
    {"dossier", FIELD_TREE, offsetof(Metadata, dossier), false, "ids of the failures it covers",
     NULL                                                                                                  },
};

static const char *const PROCEDURES[] = {"failover", "rejoin",  "backup", "refresh-tokens",
                                         "repoint",  "restore", "resume", "undo",
                                         "install",  NULL};
static const char *const MODES[] = {"planned", "unplanned", NULL};

typedef struct {
    int procedure, mode;
    int64_t after_ms, afterwards_ms;
    const char *to, *stop, *host;
    const cJSON *consent, *answers, *policies, *control_planes;
    int64_t thinks_ms;
    bool is_without_key;
} Run;

static const Field RUN_FIELDS[] = {
    {"procedure",     FIELD_CHOICE,   offsetof(Run, procedure),      true,  "failover, or another procedure",
     PROCEDURES                                                                                                        },
    {"mode",          FIELD_CHOICE,   offsetof(Run, mode),           false, "planned or unplanned",               MODES},
    {"host",          FIELD_TEXT,     offsetof(Run, host),           false, "the name that they are to follow",   NULL },
    {"to",            FIELD_TEXT,     offsetof(Run, to),             false, "the plane that is to be the active", NULL },
    {"stop",          FIELD_TEXT,     offsetof(Run, stop),           false, "a step: Ctrl-C when it begins",      NULL },
    {"after",         FIELD_DURATION, offsetof(Run, after_ms),       false, "when the engine starts",             NULL },
    {"afterwards",    FIELD_DURATION, offsetof(Run, afterwards_ms),  false,
     "how long the world lives on after the last one",                                                            NULL },
    {"controlPlanes", FIELD_TREE,     offsetof(Run, control_planes), false,
     "those that it is for, by name; none: all of them",                                                          NULL },
    {"consent",       FIELD_TREE,     offsetof(Run, consent),        false, "what a person agreed to beforehand",
     NULL                                                                                                              },
    {"answers",       FIELD_TREE,     offsetof(Run, answers),        false, "what a person says when asked",      NULL },
    {"thinks",        FIELD_DURATION, offsetof(Run, thinks_ms),      false, "how long that takes them",           NULL },
    {"policies",      FIELD_TREE,     offsetof(Run, policies),       false, "as in an environment file",          NULL },
    {"withoutKey",    FIELD_BOOL,     offsetof(Run, is_without_key), false, "restore: without the old key",
     NULL                                                                                                              },
};

static bool is_name(const char *text)
{
    return *text && strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-") == strlen(text);
}

static bool read_metadata(Scenario *scenario, const Root *root, Error *err)
{
    Metadata metadata = {0};

    if (!fields_read(scenario->document, root->metadata, "metadata", METADATA_FIELDS,
                     COUNT(METADATA_FIELDS), &metadata, err))
        return false;
    if (!is_name(metadata.name))
        return yaml_error(scenario->document, cJSON_GetObjectItem(root->metadata, "name"), err,
                          "metadata.name: lower-case letters, digits and dashes only");
    scenario->name = metadata.name;
    scenario->labels = metadata.labels;
    scenario->dossier = metadata.dossier;
    return true;
}

static bool read_story(Scenario *scenario, const Root *root, Error *err)
{
    const cJSON *sentence;

    if (!cJSON_IsArray(root->story) || cJSON_GetArraySize(root->story) == 0)
        return yaml_error(scenario->document, root->story, err,
                          "story: expected a list of sentences");
    cJSON_ArrayForEach(sentence, root->story)
    {
        if (!cJSON_IsString(sentence))
            return yaml_error(scenario->document, sentence, err, "story: expected a sentence");
    }
    scenario->story = root->story;
    return true;
}

/* The rows of engine/consent.c are the fields. */
static void consent_fields(Field fields[CONSENT_COUNT])
{
    static const FieldType TYPES[] =
        {[CONSENT_IS_BYTES] = FIELD_SIZE, [CONSENT_IS_AGE] = FIELD_DURATION};

    for (int kind = 0; kind < CONSENT_COUNT; kind++) {
        const ConsentRow *row = consent_row(kind);
        bool is_yes = row->unit == CONSENT_IS_YES;

        fields[kind] = (Field){
            .key = row->member,
            .type = is_yes ? FIELD_BOOL : TYPES[row->unit],
            .offset = is_yes ? offsetof(Consent, of[kind].yes) : offsetof(Consent, of[kind].limit),
            .what = row->flag,
        };
    }
}

static bool read_consent(const YamlDocument *document, const cJSON *node, Consent *out, Error *err)
{
    Field fields[CONSENT_COUNT];

    consent_fields(fields);
    return !node || fields_read(document, node, "run.consent", fields, COUNT(fields), out, err);
}

static void answer_fields(Field fields[CONSENT_COUNT])
{
    static const char *const WORDS[] = {"no", "yes", NULL};

    for (int kind = 0; kind < CONSENT_COUNT; kind++)
        fields[kind] = (Field){
            .key = consent_row(kind)->member,
            .type = FIELD_CHOICE,
            .offset = offsetof(PersonAnswers, is_yes[kind]),
            .what = consent_row(kind)->question,
            .choices = WORDS,
        };
}

/* What nobody has an answer to is answered with no. */
static bool read_answers(const YamlDocument *document, const cJSON *node, PersonAnswers *out,
                         Error *err)
{
    Field fields[CONSENT_COUNT];

    answer_fields(fields);
    out->is_there = node != NULL;
    return !node || fields_read(document, node, "run.answers", fields, COUNT(fields), out, err);
}

/* The texts stay the document's. */
static bool read_names(const YamlDocument *document, const cJSON *list, ScenarioRun *out,
                       Error *err)
{
    const cJSON *name;

    if (list && !cJSON_IsArray(list))
        return yaml_error(document, list, err, "run.controlPlanes: expected a list of names");
    out->control_planes = memory_new((size_t)cJSON_GetArraySize(list) + 1, sizeof(const char *));
    cJSON_ArrayForEach(name, list)
    {
        if (!cJSON_IsString(name))
            return yaml_error(document, name, err, "run.controlPlanes: expected a name");
        out->control_planes[out->control_plane_count++] = name->valuestring;
    }
    return true;
}

static bool read_run(const YamlDocument *document, const cJSON *node, ScenarioRun *out, Error *err)
{
    Run run = {.after_ms = 30000, .afterwards_ms = 30000, .thinks_ms = 20000};
    EnvironmentPolicies policies;

    environment_standard_policies(&policies);
    if (!fields_read(document, node, "run", RUN_FIELDS, COUNT(RUN_FIELDS), &run, err) ||
        !read_consent(document, run.consent, &out->consent, err) ||
        !read_answers(document, run.answers, &out->answers, err) ||
        !read_names(document, run.control_planes, out, err) ||
        (run.policies && !environment_read_policies(document, run.policies, &policies, err)))
        return false;
    out->procedure = PROCEDURES[run.procedure];
    if (strcmp(MODES[run.mode], "unplanned") == 0)
        out->procedure = "unplanned-failover";
    out->to = run.to;
    out->host = run.host;
    out->stop = run.stop;
    out->is_undo = strcmp(out->procedure, "undo") == 0;
    out->is_resume = out->is_undo || strcmp(out->procedure, "resume") == 0;
    out->after_ms = run.after_ms;
    out->afterwards_ms = run.afterwards_ms;
    out->answers.thinks_ms = run.thinks_ms;
    out->policies = run.policies;
    out->is_without_key = run.is_without_key;
    return true;
}

/* A single run, or a list of them. */
static bool read_runs(Scenario *scenario, const Root *root, Error *err)
{
    bool is_list = cJSON_IsArray(root->run);
    const cJSON *node = is_list ? root->run->child : root->run;

    scenario->run_count = is_list ? (size_t)cJSON_GetArraySize(root->run) : 1;
    if (scenario->run_count == 0)
        return yaml_error(scenario->document, root->run, err,
                          "run: expected what is carried out, or a list of that");
    scenario->runs = memory_new(scenario->run_count, sizeof *scenario->runs);
    for (size_t i = 0; i < scenario->run_count; i++, node = node->next) {
        if (!read_run(scenario->document, node, &scenario->runs[i], err))
            return false;
        if (scenario->runs[i].is_resume && i == 0)
            return yaml_error(scenario->document, node, err,
                              "run: there is nothing before it to %s", scenario->runs[i].procedure);
        if (scenario->runs[i].is_resume)
            scenario->runs[i].procedure = scenario->runs[i - 1].procedure;
    }
    return true;
}

static bool read_faults(Scenario *scenario, const Root *root, Error *err)
{
    const cJSON *fault;

    scenario->faults = root->faults;
    if (!root->faults)
        return true;
    if (!cJSON_IsArray(root->faults))
        return yaml_error(scenario->document, root->faults, err, "faults: expected a list");
    cJSON_ArrayForEach(fault, root->faults)
    {
        if (!fault_check(scenario->document, fault, err))
            return false;
    }
    return true;
}

static bool read_world(Scenario *scenario, const Root *root, const ScenarioSetting *setting,
                       Error *err)
{
    if (setting && setting->world)
        scenario->world = *setting->world;
    else
        world_parameters_default(&scenario->world);
    if (root->world &&
        !world_parameters_read(scenario->document, root->world, &scenario->world, err))
        return false;
    if (setting && setting->postgres)
        scenario->world.postgres = *setting->postgres;
    scenario->flags = setting && setting->flags ? setting->flags : "";
    return true;
}

static bool read_root(Scenario *scenario, const ScenarioSetting *setting, Error *err)
{
    const cJSON *whole = yaml_root(scenario->document);
    Root root = {0};

    if (!fields_read(scenario->document, whole, "", ROOT_FIELDS, COUNT(ROOT_FIELDS), &root, err))
        return false;
    if (strcmp(root.kind, "Scenario") != 0 || strcmp(root.api_version, "understudy.dev/v1") != 0)
        return yaml_error(scenario->document, whole, err,
                          "expected kind Scenario of understudy.dev/v1, found %s of %s", root.kind,
                          root.api_version);
    scenario->expect = root.expect;
    return read_metadata(scenario, &root, err) && read_story(scenario, &root, err) &&
           read_world(scenario, &root, setting, err) && read_runs(scenario, &root, err) &&
           read_faults(scenario, &root, err) && judge_check(scenario->document, root.expect, err);
}

bool scenario_read(const char *path, Scenario **out_scenario, Error *err)
{
    return scenario_read_in(path, NULL, out_scenario, err);
}

bool scenario_is_in_real_time(const Scenario *scenario)
{
    return scenario->world.postgres == WORLD_POSTGRES_REAL;
}

bool scenario_read_in(const char *path, const ScenarioSetting *setting, Scenario **out_scenario,
                      Error *err)
{
    Scenario *scenario = MEMORY_NEW(Scenario);

    scenario->path = memory_text(path);
    if (yaml_read(path, &scenario->document, err) && read_root(scenario, setting, err)) {
        *out_scenario = scenario;
        return true;
    }
    scenario_free(scenario);
    return false;
}

void scenario_free(Scenario *scenario)
{
    if (!scenario)
        return;
    yaml_free(scenario->document);
    for (size_t i = 0; scenario->runs && i < scenario->run_count; i++)
        free(scenario->runs[i].control_planes);
    free(scenario->runs);
    free(scenario->path);
    free(scenario);
}

/* ------------------------------------------------------------------------------------------------------ as a schema */

static cJSON *run_schema(void)
{
    cJSON *schema = schema_fields("what is carried out", RUN_FIELDS, COUNT(RUN_FIELDS));
    Field consents[CONSENT_COUNT], answers[CONSENT_COUNT];

    consent_fields(consents);
    answer_fields(answers);
    schema_refine(schema, "controlPlanes", schema_list(0, schema_value(FIELD_TEXT, NULL)));
    schema_refine(schema, "consent", schema_fields(NULL, consents, COUNT(consents)));
    schema_refine(schema, "answers", schema_fields(NULL, answers, COUNT(answers)));
    schema_refine(schema, "policies", environment_group_schema("policies"));
    return schema;
}

char *scenario_schema(void)
{
    static const char *const VERSIONS[] = {"understudy.dev/v1", NULL};
    static const char *const KINDS[] = {"Scenario", NULL};
    cJSON *schema = schema_fields("a story, told and judged", ROOT_FIELDS, COUNT(ROOT_FIELDS));

    schema_refine(schema, "apiVersion", schema_value(FIELD_CHOICE, VERSIONS));
    schema_refine(schema, "kind", schema_value(FIELD_CHOICE, KINDS));
    schema_refine(schema, "metadata", schema_fields(NULL, METADATA_FIELDS, COUNT(METADATA_FIELDS)));
    schema_refine(schema, "story", schema_list(1, schema_value(FIELD_TEXT, NULL)));
    schema_refine(schema, "world", world_parameters_schema());
    schema_refine(schema, "run", schema_either(run_schema(), schema_list(1, run_schema())));
    schema_refine(schema, "faults", schema_list(0, fault_schema()));
    schema_refine(schema, "expect", judge_schema());
    return schema_file("scenario", "Scenario of understudy", schema);
}

/* ----------------------------------------------------------------------------------------------- collecting files */

typedef struct {
    char **paths;
    size_t count, capacity;
} Found;

static void found_add(Found *found, char *path)
{
    MEMORY_GROW(found->paths, found->count, found->capacity);
    found->paths[found->count++] = path;
}

static bool is_yaml(const char *name)
{
    size_t length = strlen(name);

    return (length > 5 && strcmp(name + length - 5, ".yaml") == 0) ||
           (length > 4 && strcmp(name + length - 4, ".yml") == 0);
}

static bool collect_folder(Found *found, const char *folder, Error *err)
{
    DIR *entries = opendir(folder);
    struct dirent *entry;
    bool ok = true;

    if (!entries)
        return error_set(err, ERR_INPUT, "%s: %s", folder, strerror(errno));
    while (ok && (entry = readdir(entries))) {
        char *path = memory_format("%s/%s", folder, entry->d_name);
        bool is_visible = entry->d_name[0] != '.';
        struct stat about;

        if (is_visible && stat(path, &about) == 0 && S_ISDIR(about.st_mode))
            ok = collect_folder(found, path, err);
        else if (is_visible && is_yaml(entry->d_name))
            found_add(found, memory_text(path));
        free(path);
    }
    closedir(entries);
    return ok;
}

static bool collect_place(Found *found, const char *place, Error *err)
{
    size_t before = found->count;
    struct stat about;

    if (stat(place, &about) != 0)
        return error_set(err, ERR_INPUT, "%s: %s", place, strerror(errno));
    if (!S_ISDIR(about.st_mode)) {
        found_add(found, memory_text(place));
        return true;
    }
    if (!collect_folder(found, place, err))
        return false;
    return found->count > before ||
           error_set(err, ERR_INPUT, "%s: holds no scenario (*.yaml)", place);
}

static int by_path(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void drop_twins(Found *found)
{
    size_t kept = 0;

    for (size_t i = 0; i < found->count; i++) {
        if (kept && strcmp(found->paths[kept - 1], found->paths[i]) == 0)
            free(found->paths[i]);
        else
            found->paths[kept++] = found->paths[i];
    }
    found->count = kept;
}

bool scenario_collect(const char *const *places, size_t count, char ***out_paths, size_t *out_count,
                      Error *err)
{
    Found found = {0};
    bool ok = true;

    for (size_t i = 0; i < count && ok; i++)
        ok = collect_place(&found, places[i], err);
    if (!ok) {
        for (size_t i = 0; i < found.count; i++)
            free(found.paths[i]);
        free(found.paths);
        return false;
    }
    if (found.count)
        qsort(found.paths, found.count, sizeof *found.paths, by_path);
    drop_twins(&found);
    *out_paths = found.paths;
    *out_count = found.count;
    return true;
}
