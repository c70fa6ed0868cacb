/*
 * engine/observations.h - what the steps look at, each look in one place.
 *
 * Nothing here changes anything. A look that fails for a reason that may pass (no answer, 5xx) is "not yet", never "no".
 */
#ifndef ENGINE_OBSERVATIONS_H
#define ENGINE_OBSERVATIONS_H

#include "engine/step.h"

/* The three ways an observation ends, in one call each; texts are cut to fit. */
void observe_holds(Observation *out, const char *format, ...) __attribute__((format(printf, 2, 3)));
void observe_pending(Observation *out, const char *format, ...)
    __attribute__((format(printf, 2, 3))); /* act, then wait */
void observe_waiting(Observation *out, const char *format, ...)
    __attribute__((format(printf, 2, 3))); /* only wait */
void observe_failed(Observation *out, Reaction reaction, const char *check, const char *required,
                    const char *observed, const char *evidence, const char *remedy);
/* What the deadline makes of a wait, should it come to that: the dossier's id of what is waited for, instead of the step's. */
void observe_if_late(Observation *out, const char *check, const char *required,
                     const char *evidence, const char *remedy);
/* The look itself failed: waiting, with the error's text. */
void observe_error(Observation *out, const Error *why);

/* A Deployment, as far as anybody needs it. All zero if it does not exist. */
typedef struct {
    bool exists;
    int64_t wanted, ready, updated, total; /* replicas */
    int64_t generation, observed_generation;
    char image[160];    /* of its first container */
    char selector[200]; /* of its pods, as a query: "labelSelector=app%3Dtsb" */
} DeploymentView;
bool see_deployment(const Plane *plane, const char *name, DeploymentView *out, Error *err);
/* Ready and nothing stale about it: F-022, F-023, F-024 of the dossier are all "no" here. */
bool deployment_serves(const DeploymentView *view);
const char *deployment_text(const char *name, const DeploymentView *view, char *out, size_t room);

/* How many pods it still has, those that are Terminating included: they may serve, and no status counts them (F-204). */
bool see_pods(const Plane *plane, const DeploymentView *deployment, int64_t *out_count, Error *err);

/* How many ready addresses the Service's Endpoints have; 0 if there are none. */
bool see_endpoints(const Plane *plane, const char *name, int64_t *out_count, Error *err);

/* A CronJob, and the Job of it that runs. All zero if it does not exist. */
typedef struct {
    bool exists, is_suspended;
    char writer[80];         /* of spec.suspend, the last one; "somebody" if that cannot be told */
    char running[128];       /* the name of a Job that has not ended; "" if there is none */
    int64_t last_success_ms; /* wall; 0: never */
} CronJobView;
bool see_cronjob(const Plane *plane, const char *name, CronJobView *out, Error *err);

/* The ManagementPlane resource; cJSON_Delete() it. */
bool see_management_plane(const Plane *plane, cJSON **out_object, Error *err);

/* Which of the two shapes its spec has. */
typedef enum { ROLE_NONE, ROLE_ACTIVE, ROLE_STANDBY, ROLE_BOTH } PlaneRole;
PlaneRole management_plane_role(const cJSON *object);
/* The plane that is the active by both: its resource, and that its tsb is wanted. ERR_CONFLICT if it is not exactly one. */
bool see_active(Operation *operation, Plane **out_active, Error *err);
/* Who wrote spec.highAvailability last, by metadata.managedFields; "somebody" if that cannot be told. */
const char *management_plane_writer(const cJSON *object);

/* The envoy Service's external address: a host name or an IP; "" while it has none. */
bool see_load_balancer(const Plane *plane, char out_address[256], Error *err);

/* The IP behind an address (asking the DNS servers if it is a name). ERR_NOT_FOUND while the name does not resolve. */
bool see_ip(Operation *operation, const char *address, char out_ip[64], Error *err);

/* GET on TSB's API at that IP, with the plane's permanent name for SNI, Host and certificate. json may be NULL. */
bool see_front(Operation *operation, const Plane *plane, const char *ip, const char *path,
               int *out_status, cJSON **out_json, Error *err);

/* The data key of a Secret, decoded; free() it. ERR_NOT_FOUND if Secret or key is absent. Never print it. */
bool see_secret(KubeClient *kube, const char *ns, const char *name, const char *key,
                char **out_value, Error *err);
char *secret_value(const cJSON *secret,
                   const char *key); /* of a Secret already read; NULL if absent */

/*
 * Does the front at that IP show who asks for name a certificate that is of it, by an authority that we trust? False: err says why not, or
 * (ERR_UNAVAILABLE, ERR_TIMEOUT) that nobody answered.
 */
bool see_front_certificate(Operation *operation, const char *name, const char *ip, Error *err);

/* ---- looks/tokens.c ---- */

/* What there is to say against a token, the first that applies. */
typedef enum {
    TOKEN_FIT,
    TOKEN_ABSENT,
    TOKEN_SPOILT,  /* no token at all: empty, or with something behind it (F-713, F-717) */
    TOKEN_FOREIGN, /* of another key than the serving plane's */
    TOKEN_EXPIRED,
} TokenState;
enum { TOKENS = 4, TOKEN_OF_NGAC = 2, TOKEN_OF_EDGE = 3 };
typedef struct {
    TokenState states[TOKENS]; /* in the order of token_name */
    int64_t issued_ms[TOKENS]; /* of those that are fit, by their issuer's clock */
    Error error;               /* they could not be read */
} TokensView;
/* Of a JWT, unverified; times are of its issuer's clock, 0 if it says none. False if it is none. */
typedef struct {
    char kid[80];
    int64_t issued_ms, expires_ms;
} TokenClaims;
bool token_claims(const char *token, TokenClaims *out);
const char *token_name(int index); /* the secret that holds it: "otel-token" */
/* All that a control plane needs are there and fit. ngac-token need not exist (F-704). */
bool tokens_are_fit(const TokensView *view);
/* There, and not fit: a new one is needed. */
bool tokens_have_unfit(const TokensView *view);
const char *tokens_text(const TokensView *view, char *out, size_t room); /* "4 of another key" */

/* The kid that the serving plane signs with; "" where keys have none (F-005): then only its age can speak against a token. free() it. */
bool see_signing_kid(Operation *operation, char **out_kid, Error *err);
/* The tokens of count control planes, policies.width at a time; out_views has one for each. */
void see_tokens(Operation *operation, ControlPlane *const *sites, size_t count, const char *kid,
                TokensView *out_views);

/* ---- looks/fleet.c ---- */

/* Where the serving plane's front is: the IP of its load balancer. */
bool see_serving(Operation *operation, char out_ip[64], Error *err);

/* What the serving plane says of its control planes. */
typedef struct {
    cJSON *clusters; /* array */
    bool has_connections;
    char **connected; /* sorted */
    size_t count, capacity;
} FleetView;
bool see_fleet(Operation *operation, const char *ip, FleetView *out, Error *err);
/* Adds which edges are connected now. False: there are no metrics. */
bool see_connections(Operation *operation, const char *ip, FleetView *fleet);
void fleet_view_release(FleetView *fleet);
const cJSON *fleet_find(const FleetView *fleet, const char *name);
bool fleet_is_connected(const FleetView *fleet, const char *name);
const char *fleet_name(const cJSON *cluster);
int64_t
fleet_synced_ms(const cJSON *cluster); /* lastSyncTime, on the plane's clock; 0: it never did */

/*
 * What a control plane's edge said last about its stream, within the last since_s seconds: its class, since the exact words differ between
 * releases (U10). out_line (may be NULL) gets what that line comes to. Fails if neither pod nor log can be read.
 */
typedef enum {
    EDGE_SAYS_NOTHING,
    EDGE_SAYS_CONNECTED,
    EDGE_SAYS_AUTH,    /* somebody answered, and refused its token */
    EDGE_SAYS_TLS,     /* somebody answered, with a certificate it does not trust */
    EDGE_SAYS_NETWORK, /* nobody answered, or the name does not resolve */
} EdgeSays;
bool see_edge(const ControlPlane *site, int64_t since_s, EdgeSays *out_says, char out_line[200],
              Error *err);

/*
 * Where every authoritative server points name. A server that does not say that it is one (AA) has not answered. All agree: same is
 * true; else odd says of the first server that does not what it says, or why it says nothing.
 */
typedef struct {
    bool all_answer, same;
    DnsAnswer first; /* of the first server */
    uint32_t ttl_s;  /* of the name itself, the longest that any of them gives; */
    char ttl_at[64]; /* and who does */
    char odd[240];
} NameView;
const char *answer_text(const DnsAnswer *answer); /* where it leads, or "nothing" */
void see_name(Operation *operation, const char *name, DnsRecordType type, NameView *out);

/*
 * How many rows of its tables the plane's primary has changed since it began to count: two looks that give the same say that nothing was
 * written in between, whatever its log did. ERR_UNAVAILABLE without a primary.
 */
bool see_changes(Operation *operation, const Plane *plane, int64_t *out_changes, Error *err);

/*
 * How old is the last commit of another server that the plane's primary replayed before it was promoted? All that came over is at least as old.
 * ERR_NOT_FOUND if it no longer knows, ERR_UNAVAILABLE without a primary.
 */
bool see_last_replayed(const Plane *plane, int64_t *out_age_ms, Error *err);

/* What a lost active had written and the standby never received, as far as that can be told. */
typedef struct {
    bool can_be_drained; /* its database still answers: nothing need be lost */
    uint64_t bytes; /* that it was ahead when it was last heard; what came after, nobody knows */
    int64_t silence_ms; /* age of the last commit that is there; -1: unknown */
} LossView;
bool see_loss(Operation *operation, LossView *out, Error *err);

/* Is the estate's Elasticsearch there, and in health? environment->elastic.url must be set. */
typedef struct {
    char version[32], health[16]; /* "8.13.4", "yellow" */
    int64_t shards;               /* active primary ones: 0: nothing is in it */
} ElasticView;
bool see_elastic(Operation *operation, ElasticView *out, Error *err);

/* What the plane's TSB API tells of organization, tenants, workspaces and clusters: names only, sorted. */
bool see_inventory(Operation *operation, const Plane *plane, const char *ip, cJSON **out_inventory,
                   Error *err);

/*
 * Is any of the plane's Postgres instances out of recovery? Fails if that cannot be told: none could be asked, or one that may be up
 * does not let us in.
 */
bool see_promoted(Operation *operation, const Plane *plane, bool *out_is_promoted,
                  PostgresPosition *out_primary, Error *err);

#endif
