/*
 * sim/faults/faults.h - what can break in a world: a table of faults, a few to a file by what they hit, and when they strike.
 *
 * A scenario's fault is data:
 *   {at: 2m | after: {event: KIND, lane: LANE, text: PART} | on: {step: NAME, moment: begin|act|end} |
 *    on: {call: "PATCH managementplanes/managementplane", point: kube.request, site: mp2, occurrence: 1, times: 1} | nothing: from the start,
 *    inject: {NAME: {arguments}}, for: 90s, every: 20s}
 * Each fault leaves a witness: what showed that it really had an effect. A call fault's comes from the fake that carried it out; a held
 * part's when the part wanted to act and did not; a changed thing's when somebody looked at it; a cut link's when something was not delivered.
 * A fault without a witness makes a run inconclusive. Every fault, with arguments and witness: docs/faults.md.
 */
#ifndef SIM_FAULTS_FAULTS_H
#define SIM_FAULTS_FAULTS_H

#include "base/fields.h"
#include "sim/inside.h"

typedef struct ArmedFault ArmedFault;

typedef struct FaultType {
    const char *name;    /* "pauseReplay" */
    const char *summary; /* one sentence */
    const char *dossier; /* "F-122", or "" */
    const char *witness; /* what shows that it had an effect */
    const Field *fields; /* its arguments, read into a struct of argument_size */
    size_t field_count, argument_size;
    /* Call faults have only these: what becomes of a call that matches, and where alone it can strike (NULL: anywhere). */
    Fault (*decide)(const void *arguments);
    const char *point;
    /* What the world has to have from its beginning for this to happen later; may be NULL. */
    void (*prepare)(World *world, const void *arguments);
    /* The others: makes it so, and puts it back (NULL: cannot be put back). Runs in a timer's callback, so it may write. */
    void (*inject)(World *world, ArmedFault *fault, const void *arguments);
    void (*clear)(World *world, ArmedFault *fault, const void *arguments);
} FaultType;

/* All of them, in order of docs/faults.md. */
const FaultType *const *fault_types(size_t *out_count);

/* Checks one entry of `faults:` without a world. ERR_INPUT with place, what was expected and the nearest name. */
bool fault_check(const YamlDocument *document, const cJSON *fault, Error *err);

/* What JSON Schema says of one entry; given away. */
cJSON *fault_schema(void);

/* ---- for the world ------------------------------------------------------------------------------------------------------------------ */

/* Everything exists: faults from the start strike, clocks of the others begin. */
void faults_start(struct Faults *faults);
/* A part of site wanted to act and was held back (plane_block), or its resolver gave an answer that only a pin kept. */
void faults_on_held(struct Faults *faults, const char *site, const char *what);
/* A part of site did something that only a fault of that part explains: how, as in "came late". */
void faults_on_part(struct Faults *faults, const char *site, const char *what, const char *how);
/* The network has decided something: links that are cut get their witness. */
void faults_on_network(struct Faults *faults);
/* Where the kubeconfig's context really leads: itself, unless a fault says otherwise. */
const char *faults_context_target(const struct Faults *faults, const char *context);
/* Is anything wrong in the Environment file? Then that is put into it. */
bool faults_have_misprints(const struct Faults *faults);
void faults_misprint(struct Faults *faults, cJSON *environment);

/* ---- for the faults ----------------------------------------------------------------------------------------------------------------- */

/* Now, by what was seen. Only the first one counts. */
void fault_prove(ArmedFault *fault, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* As soon as somebody makes such a call (as in FaultCall; NULL: any). */
void fault_prove_by_call(ArmedFault *fault, const char *point, const char *site, const char *verb,
                         const char *resource, const char *name);
/* As soon as such an event comes: text_part is looked for in its text; NULL: any. */
void fault_prove_by_event(ArmedFault *fault, const char *kind, const char *lane,
                          const char *text_part);
/* As soon as part what of site is held back. */
void fault_prove_by_hold(ArmedFault *fault, const char *site, const char *what);
/* As soon as the topology's rule of this handle has decided something. Removed with fault_link_remove. */
void fault_prove_by_link(ArmedFault *fault, int handle);
int fault_link(const ArmedFault *fault);
/* As soon as a client does not take the certificate that it is shown; the fault's own. */
const CertificateRefusal *fault_prove_by_refusal(ArmedFault *fault);
/* Something to be put back by clear: the fault's own from now on. */
void fault_keep(ArmedFault *fault, cJSON *tree);
const cJSON *fault_kept(const ArmedFault *fault); /* NULL: nothing */
/* A signing key of nobody else; the fault's own. */
SigningKey *fault_new_key(ArmedFault *fault);
/* The context leads to another cluster from now on (before the files are written). */
void fault_misdirect(ArmedFault *fault, const char *context, const char *target);
/* The Environment file says value at that path (before the files are written); both borrowed for as long as the fault is armed. */
void fault_misprint(ArmedFault *fault, const char *path, const char *value);

#endif
