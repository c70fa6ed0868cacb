/*
 * engine/checks/checks.h - what has to be so before a procedure may begin, a check each.
 *
 * Source: domain.md sections 6 (certification catalogue), 7.1, 7.2. A check only looks.
 */
#ifndef ENGINE_CHECKS_CHECKS_H
#define ENGINE_CHECKS_CHECKS_H

#include "engine/step.h"

/* What is read once for all checks. */
typedef struct {
    Operation *operation;
    cJSON *active, *standby; /* ManagementPlane resources; NULL: absent */
    PostgresPosition primary;
    bool has_primary;
} Examination;

/* False: it could not be looked at now (err says why). A finding with a reaction: it is not as it should be. */
typedef bool Check(Examination *examination, Finding *finding, Error *err);

/* examine.c: all of them; out holds if nothing was found, else has the first finding, and the others are told as warnings. */
void examine(Operation *operation, Check *const *checks, size_t count, Observation *out);

/* resources.c: what both planes' resources and operators say */
Check check_resources_exist, check_roles, check_standby_host, check_schema, check_operator,
    check_exposed;
/* keys.c: the signing keys that the control planes' tokens depend on */
Check check_signing_key, check_key_set, check_standby_account;
/* replication.c: the standby has the active's database, and follows it */
Check check_replication, check_version, check_kubegres;
/* rights.c: what the engine may do, and whether the clocks agree */
Check check_rights, check_control_plane_rights, check_clocks;
/* names.c: names, the active's API, and where control planes look for it */
Check check_own_names, check_names, check_dns_rights, check_api, check_hosts;
/* flapping.c: the last failover was long enough ago */
Check check_flapping;
/* unplanned.c: without the active */
Check check_is_lost, check_standby_role, check_force, check_candidates, check_loss;
/* feed.c: a standby that is fed by restoring the active's dumps */
Check check_feed_roles, check_feed_jobs, check_feed_rights, check_feed_loss, check_overwriting;
/* standby.c: what would let the standby down */
Check check_account_kept, check_self_signed, check_same_release, check_cert_manager;
/* install.c: a standby can be installed */
Check check_account_had, check_helm, check_same_root;
/* tokens.c: what the control planes' tokens tell of a lost active's key */
Check check_token_keys;
/* repoint.c: the name that control planes are to follow */
Check check_repoint_rights, check_repoint_host;
/* Does the active's API answer, healthy, where its own name leads? */
bool is_active_answering(Operation *operation);
/* restore.c: a new cluster can take the place of a lost one */
Check check_not_served, check_values, check_backup_age, check_namespace, check_tokens,
    check_cluster, check_installers;
/* rejoin.c: the old active can become the standby of the new one */
Check check_fenced, check_rejoin_rights;

#endif
