/*
 * cli/conformance_report.h - what `understudy conformance` is asked for, and how it tells what comes of it.
 *
 * The corpora are rows of a table in conformance.c: one file each, cli/conformance_NAME.c.
 */
#ifndef CLI_CONFORMANCE_REPORT_H
#define CLI_CONFORMANCE_REPORT_H

#include "cli/verbs.h"
#include "conformance/fakes/parity.h"

enum { CONFORMANCE_INTERRUPTED = 130 };

/* The flags, of all corpora. NULL: not given. */
typedef struct {
    const char *output, *only, *folder;
    bool is_json, is_verbose;
    const char *context, *kubeconfig; /* kubernetes */
    const char *target;               /* dns, postgres: IP:PORT */
    const char *keys, *likeness;      /* dns: a file, "bind" */
    const char *standby, *user;       /* postgres: IP:PORT, a superuser */
    bool is_recording;
} ConformanceOrder;

typedef struct {
    const ConformanceOrder *order;
    ParityTally at_begin, so_far; /* of the case that is played: so_far - at_begin */
    cJSON *rows;                  /* NULL: lines are printed */
    void *target;                 /* the corpus' own */
} ConformanceReport;

void conformance_begin(ConformanceReport *report);
void conformance_case_begin(ConformanceReport *report);
void conformance_case_end(const ConformanceReport *report, const char *case_name);
/* A ParityListener; owner is the report. */
void conformance_outcome(void *owner, const ParityOutcome *outcome);
/* Prints what is left to say; returns the exit code. ok false: why says what stopped it. */
int conformance_finish(ConformanceReport *report, bool ok, const ParityTally *tally,
                       const Error *why);

/* The corpora. Each returns the exit code. */
int conformance_kubernetes(const ConformanceOrder *order);
int conformance_dns(const ConformanceOrder *order);
int conformance_postgres(const ConformanceOrder *order);

#endif
