/*
 * sim/controllers/facts.h - what controllers ask of an object: who owns it, what state it says it is in, whom it selects.
 */
#ifndef SIM_CONTROLLERS_FACTS_H
#define SIM_CONTROLLERS_FACTS_H

#include "base/json.h"

const char *fact_ns(const cJSON *object);
const char *fact_name(const cJSON *object);
bool fact_is_leaving(const cJSON *object); /* it has a deletionTimestamp; false for NULL */

/* ---- owners ------------------------------------------------------------------------------------------------------------------------ */

/* The owner reference of the object's controller, or NULL. */
const cJSON *fact_controller(const cJSON *object);
bool fact_is_controlled_by(const cJSON *object, const cJSON *owner);
/* The name of its controller if that is of that kind, else NULL. */
const char *fact_controller_of_kind(const cJSON *object, const char *kind);
/* metadata.ownerReferences with owner as the controller; given away. */
cJSON *fact_references(const cJSON *owner);

/* ---- pods -------------------------------------------------------------------------------------------------------------------------- */

bool fact_pod_is_ready(const cJSON *pod);
bool fact_pod_is_over(const cJSON *pod);   /* Succeeded or Failed */
bool fact_pod_is_active(const cJSON *pod); /* neither over nor leaving */
/* Did what controllers count change: readiness, phase, labels, owner, leaving? before may be NULL. */
bool fact_pod_counts_changed(const cJSON *before, const cJSON *pod);

/* ---- selectors and templates --------------------------------------------------------------------------------------------------------- */

/* selector: a LabelSelector (matchLabels, matchExpressions). An empty one selects nothing. */
bool fact_selects(const cJSON *selector, const cJSON *object);
/* selector: a plain map, as a Service has. NULL or empty selects nothing. */
bool fact_map_selects(const cJSON *selector, const cJSON *object);
/* A number from the content, whatever the order of its keys. */
uint32_t fact_hash(const cJSON *json);
/* Ten letters or less for hash, as in the names of ReplicaSets and their pods. */
const char *fact_hash_text(uint32_t hash, char out_text[16]);

/* ---- conditions -------------------------------------------------------------------------------------------------------------------- */

const cJSON *fact_condition(const cJSON *object, const char *type); /* of status.conditions; NULL */
bool fact_condition_is(const cJSON *object, const char *type, const char *status);
/*
 * Puts a condition into conditions, an array. One that says the same (status and reason) stays as it is, unless is_renewed; one with
 * the same status keeps its lastTransitionTime. has_update: it has a lastUpdateTime, too.
 */
typedef struct {
    const char *type, *status, *reason, *message;
    bool has_update, is_renewed;
} Condition;
void fact_put_condition(cJSON *conditions, const Condition *condition);

#endif
