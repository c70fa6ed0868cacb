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
#include "engine/consent.h"
#include "engine/environment.h"

typedef struct Journal Journal;

/* A plane with its clients. */
typedef struct {
    const EnvironmentPlane *spec;
    KubeClient *kube;
    PostgresClient **postgres; /* as spec->postgres */
    char uid[64];              /* kube-system's, once identified */
    bool is_out_of_reach; /* its API server does not answer, and the procedure goes on without it */
} Plane;

typedef struct {
    const EnvironmentControlPlane *spec;
    KubeClient *kube;
    char uid[64];
    bool is_chosen; /* the procedure is for it, too */
    bool sees_new;  /* its resolver gave the new address when it was last asked */
} ControlPlane;

/* What `restore` was told; texts are borrowed (engine/restore/order.h). */
typedef struct {
    const char *from;                     /* a backup's folder, or one of backups */
    const char *key_file, *password_file; /* what opens it */
    bool is_without_key;                  /* the signing key is lost: every token is made anew */
} RestoreOrder;

typedef struct Operation {
    Loop *loop;
    Trace *trace;
    Random random;
    const Environment *environment;
    HttpsClient *https;
    DnsClient *dns;
    DnsTsigKey key;
    Kubeconfig *kubeconfig;
    char *front_password;  /* NULL: a token stands for it */
    char *front_tokens[2]; /* of each plane (front.h); NULL: none yet */
    char *postgres_password;
    char *elastic_password, *elastic_ca_pem; /* or NULL */
    char *front_ca_pem;
    Plane planes[2];
    const char *procedure;     /* "failover" */
    bool is_unplanned;         /* the active may be lost */
    bool does_without_standby; /* one that is out of reach is no obstacle */
    bool hands_over;           /* the standby takes the active's place */
    Plane *active, *standby;   /* before a failover; NULL until it is known which is which */
    Plane *
        serving; /* which control planes belong to when it is over: the standby if that takes over, else the active */
    ControlPlane *control_planes;
    size_t control_plane_count;
    Consent consent;
    RestoreOrder restore;
    const ConsentPerson *person; /* to be asked; NULL: nobody is there */
    int64_t asked_ms;            /* so long persons have thought, in all */
    int agreed;                  /* how often they have said yes */
    cJSON *record;               /* facts for later steps and for resume; in the journal */
    Journal *journal;
    char run[160];    /* what the first process of this run was called; a resumed run keeps it */
    char holder[160]; /* of the lease: this process, "name@host/process" */
    bool is_predecessor_gone; /* the process that wrote the journal before us has certainly ended */
    bool has_lease;
    int64_t lease_renewed_ms, lease_confirmed_ms; /* monotonic: last tried, last done */
    struct {
        char renewed_at[40]; /* of somebody else's lease, as last seen */
        int64_t since_ms;    /* how long it has been so, monotonic */
    } other_lease[2];
    int64_t debt_tried_ms; /* monotonic (debt.h) */
    bool is_dry_run;       /* observe only */
    const bool *stop;      /* a person pressed Ctrl-C */
} Operation;

/*
 * Reads the kubeconfig, keys and passwords that the environment names and makes the clients; connects to nothing yet.
 * Fails with ERR_INPUT or ERR_IO, naming the file.
 */
bool operation_open(Operation *operation, Error *err);
void operation_close(Operation *operation);

/* Says which plane is the active; the other one is the standby, and serving follows. Kept in the record, so that a resumed run means the same. */
void operation_set_roles(Operation *operation, Plane *active);

/* From now on calls to clusters go on to their end though a person wants to stop: for leaving in good order. */
void operation_ignore_stop(Operation *operation);

/* Something a person should know that stops nothing; check is the dossier's id. */
void operation_warn(Operation *operation, const char *check, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Something that remains to be done afterwards; kept in the record, printed at the end. The same text is kept once. */
void operation_debt(Operation *operation, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
