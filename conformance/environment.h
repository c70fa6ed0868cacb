/*
 * conformance/environment.h - an environment held to the certification catalogue: is it fit to be failed over?
 *
 * It is looked at with the engine's own clients and changes nothing: no lease, no patch, no record. The two requests that are no GET are
 * questions as well: SelfSubjectAccessReview (may we?) and a signed DNS update that asks for no change.
 *
 * Source:    domain.md section 6; every rule in docs/checks.md.
 * Ownership: a Certificate owns its outcomes; what they name is static.
 */
#ifndef CONFORMANCE_ENVIRONMENT_H
#define CONFORMANCE_ENVIRONMENT_H

#include "conformance/rules.h"

const Rule *environment_rules(size_t *out_count);

typedef struct {
    RuleOutcome *outcomes; /* in the order of the table */
    size_t count;
    size_t results[RULE_UNKNOWN + 1]; /* how many of each */
    size_t broken[SEVERITY_COUNT], unknown[SEVERITY_COUNT];
    int64_t at_ms; /* wall time when it began */
} Certificate;

typedef struct {
    Loop *loop;
    Trace *trace;
    const Environment *environment;
    uint64_t seed; /* for jitter and query ids */
    const bool *stop;
    RuleListener *listener; /* hears of each rule as it is judged; may be NULL */
    void *owner;
} CertifyOptions;

/* Fails with ERR_INPUT or ERR_IO, before anything is looked at, if a file that the environment names cannot be used. */
bool certify_environment(const CertifyOptions *options, Certificate *out_certificate, Error *err);
void certificate_release(Certificate *certificate);

/* No blocker and no major is broken. */
bool certificate_is_fit(const Certificate *certificate);

/* The whole document: counts, and every rule with its result; cJSON_Delete() it. Holds no secret. */
cJSON *certificate_json(const Certificate *certificate, const Environment *environment);

#endif
