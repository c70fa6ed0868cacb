/*
 * scenarios/scenario.h - one story: a world, what is done to it, what breaks, and what must come of it.
 *
 * Format: docs/scenarios.md. YAML; every error names file, line, column and what was expected.
 * Ownership: a Scenario owns its document and everything that points into it.
 */
#ifndef SCENARIOS_SCENARIO_H
#define SCENARIOS_SCENARIO_H

#include "base/yaml.h"
#include "engine/consent.h"
#include "scenarios/person.h"
#include "sim/parameters.h"

/* One procedure. Unless it is the last, it has to end well for the next one to begin. */
typedef struct {
    const char *procedure; /* "failover" */
    bool is_resume;        /* goes on with the one before it, which did not end */
    bool is_undo;          /* ... or takes it back */
    const char *stop;      /* a person presses Ctrl-C when this step begins; NULL: nobody does */
    const char
        *to; /* the plane that is to be the active afterwards; NULL: as the environment says */
    int64_t after_ms; /* it begins this long after the world, or after the one before it: 30 s */
    int64_t afterwards_ms;       /* so long the world lives on after the last one: 30 s */
    const char **control_planes; /* that it is for */
    const char *host;            /* that these are to follow; NULL: the floating name */
    size_t control_plane_count;  /* 0: all of them */
    Consent consent;             /* given beforehand */
    PersonAnswers answers;       /* given when asked */
    bool is_without_key;         /* a restore does not use the old signing key */
    const cJSON *policies;       /* put over those of the world's environment file, or NULL */
} ScenarioRun;

typedef struct Scenario {
    char *path;
    const char *flags; /* of its setting; "": none */
    const char *name;
    const cJSON *labels;  /* object, or NULL */
    const cJSON *dossier; /* array of ids: ["F-020"], or NULL */
    const cJSON *story;   /* array of sentences */
    WorldParameters world;
    ScenarioRun *runs; /* what is carried out, one after the other */
    size_t run_count;
    const cJSON *faults; /* array, or NULL */
    const cJSON *expect; /* object */
    YamlDocument *document;
} Scenario;

/* What is put around a scenario's own world, for all of a run. */
typedef struct {
    const WorldParameters *world;  /* under what the scenario says; NULL: the standard ones */
    const WorldPostgres *postgres; /* over what it says; NULL: as it says */
    const char
        *flags; /* " --postgres real": what a person has to add to run it again so; or NULL */
} ScenarioSetting;

/*
 * Reads and checks one file whole: unknown fields, wrong types, a world that cannot be, an expectation that names an event kind nobody
 * writes. Faults are checked by arming them against nothing (sim/faults). Fails with ERR_INPUT or ERR_IO.
 */
bool scenario_read(const char *path, Scenario **out_scenario, Error *err);
/* The same in a setting (NULL: none). */
bool scenario_read_in(const char *path, const ScenarioSetting *setting, Scenario **out_scenario,
                      Error *err);
/* What JSON Schema says of such a file: schema/scenario.json is this text; free() it. */
char *scenario_schema(void);

/* Real Postgres servers live in real time, and so does the whole world around them. */
bool scenario_is_in_real_time(const Scenario *scenario);
void scenario_free(Scenario *scenario);

/*
 * The files of a list of files and folders (recursively, *.yaml), sorted by path, each once. out_paths: array of texts, given away.
 * Fails with ERR_INPUT if one does not exist or a folder holds none.
 */
bool scenario_collect(const char *const *places, size_t count, char ***out_paths, size_t *out_count,
                      Error *err);

#endif
