/*
 * engine/steps/patient.h - one control plane that is not back, or whose tokens are to be made anew: what is known of it.
 *
 * Source: domain.md FO13, 8.6 (TR0, TR1); V4.
 */
#ifndef ENGINE_STEPS_PATIENT_H
#define ENGINE_STEPS_PATIENT_H

#include "engine/observations.h"

/* What the serving plane says, read once for all of them. */
typedef struct {
    char ip[64]; /* of its load balancer */
    char *kid;   /* that it signs with */
    FleetView fleet;
} ServingView;
bool serving_look(Operation *operation, ServingView *out, Error *err);
void serving_release(ServingView *serving);

/* cluster-service-account, with which an operator asks for tokens. */
typedef enum {
    ACCOUNT_OWN,
    ACCOUNT_MISSING,
    ACCOUNT_OF_ANOTHER, /* clusterFqn names another cluster or organization */
    ACCOUNT_SPOILT,     /* white space behind its value (F-713) */
} Account;

typedef struct {
    ControlPlane *site;
    char host[256];  /* where its ControlPlane says that its plane is */
    bool leads_here; /* its resolver leads from there to the serving plane */
    bool is_known;   /* to the serving plane's database */
    TokensView tokens;
    Account account;
    bool has_operator; /* with a ready pod */
    bool is_connected; /* the serving plane counts its edge */
    int64_t synced_ms; /* lastSyncTime, on the serving plane's clock */
    int64_t skew_ms;   /* its clock minus the serving plane's */
    EdgeSays says;     /* its edge, within the last since_s */
    char line[200];
    bool is_front_trusted; /* if its edge says that a certificate is wrong: the front's is right */
} Patient;
bool patient_look(Operation *operation, ControlPlane *site, const ServingView *serving,
                  int64_t since_s, Patient *out, Error *err);

/* Does its resolver lead from host to that IP? Yes, if there is no resolver that could be asked. */
bool resolver_leads_to(Operation *operation, const ControlPlane *site, const char *host,
                       const char *ip);

/* What stands in its way. */
typedef struct {
    const char *check; /* dossier id */
    bool passes;       /* it may be over by itself in a while */
    char text[240];
} Trouble;
/* Gives back true. */
bool trouble_set(Trouble *out, const char *check, bool passes, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* Is its way to the serving plane closed, as far as its resolver and its edge say so? */
bool patient_is_cut_off(const Operation *operation, const Patient *patient, Trouble *out);

/*
 * May its tokens be deleted (V4)? Only if new ones can be had from there: its resolver leads to the serving plane, somebody answered it
 * there, its account is its own and known, its operator runs. False: out says what forbids it.
 */
bool patient_may_lose_tokens(const Operation *operation, const Patient *patient, Trouble *out);

#endif
