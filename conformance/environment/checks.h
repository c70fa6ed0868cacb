/*
 * conformance/environment/checks.h - what an environment is held to beside the engine's own checks before a failover.
 *
 * Each only looks. The findings that a rule is broken by have the rule's id.
 *
 * Source: domain.md section 6.
 */
#ifndef CONFORMANCE_ENVIRONMENT_CHECKS_H
#define CONFORMANCE_ENVIRONMENT_CHECKS_H

#include "engine/checks/checks.h"

/* clusters.c: which clusters are reached, what may be done in them, whose turn it is */
Check check_identities, check_all_rights, check_all_clocks, check_lease;
/* planes.c: both ManagementPlanes and what runs for them; check_pair reads them for all later checks */
Check check_pair, check_standby_endpoint, check_standby_port, check_operators, check_status,
    check_services, check_is_quiet, check_tsb_versions, check_organizations, check_crd;
/* addresses.c: names and where they lead */
Check check_permanent_name, check_floating_name, check_names_differ, check_floating_ttl,
    check_permanent_ttl, check_resolvers;
/* secrets.c: what both planes have to have, and to have alike */
Check check_active_key, check_standby_key, check_key_sets_equal, check_active_account,
    check_postgres_credentials, check_elastic_credentials, check_admin_credentials;
/* certificates.c: what the front envoy shows */
Check check_own_name, check_shared_name, check_expiry;
/* databases.c */
Check check_promotion_script;
/* control_planes.c: who follows the floating name */
Check check_cp_hosts, check_cp_ports, check_cp_names, check_cp_tokens, check_cp_syncs,
    check_cp_inventory;

/* Of many of a kind, the first that is wrong is named, the others are counted. */
typedef struct {
    size_t count;
    char first[200];
} Wrong;
void wrong_add(Wrong *wrong, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* A finding, if there is any: observed is "the first; 2 more like it". */
void wrong_tell(const Wrong *wrong, Finding *finding, const char *id, const char *required,
                const char *evidence, const char *remedy);

/* The site could be reached when the clusters were identified; otherwise false, with err. */
bool site_is_reached(const ControlPlane *site, Error *err);

#endif
