/*
 * engine/operation.h - one procedure being carried out on one environment: what every step sees.
 *
 * A step reads top-down: it asks the clients, which wait by running the loop. What it learns that a later step or a
 * resumed run needs goes into `record` (a JSON object that the journal keeps), never into a C variable of its own.
 */
#ifndef ENGINE_OPERATION_H
#define ENGINE_OPERATION_H

#include "base/json.h"
#include "base/loop.h"
#include "base/random.h"
#include "base/trace.h"
#include "engine/clients/dns.h"
#include "engine/clients/kube.h"
#include "engine/clients/postgres.h"
#include "engine/environment.h"

typedef struct Journal Journal;
typedef struct Lease Lease;

/* A plane with its clients. */
typedef struct {
    const EnvironmentPlane *spec;
    KubeClient *kube;
    PostgresClient **postgres; /* as spec->postgres */
    char uid[64];              /* kube-system's, once identified */
} Plane;

typedef struct {
    const EnvironmentControlPlane *spec;
    KubeClient *kube;
    char uid[64];
} ControlPlane;

/* What a person agreed to beforehand by flag. */
typedef struct {
    bool token_refresh;    /* --accept-token-refresh */
    bool takes_over_lease; /* --take-over: only an expired one */
    int64_t data_loss_max; /* --accept-data-loss, bytes */
} Consent;

typedef struct Operation {
    Loop *loop;
    Trace *trace;
    Random random;
    const Environment *environment;
    HttpsClient *https;
    DnsClient *dns;
    DnsTsigKey key;
    char *front_password;
    char *front_ca_pem;
    Plane planes[2];
    Plane *active, *standby;
    ControlPlane *control_planes;
    size_t control_plane_count;
    Consent consent;
    cJSON *record; /* facts for later steps and for resume; in the journal */
    Journal *journal;
    Lease *lease;
    bool is_dry_run;  /* observe only */
    const bool *stop; /* a person pressed Ctrl-C */
} Operation;

#endif
