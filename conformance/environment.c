/*
 * conformance/environment.c - the certification catalogue as a table, and an environment held to it.
 *
 * The first rows are the ground: which clusters these are, and which of the pair is active. Where that is not so, every later answer would
 * be about something else. A check of the engine that stops at its first finding serves several rows, told apart by `breaks`.
 */
#include "conformance/environment.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/memory.h"
#include "conformance/environment/checks.h"
#include "engine/choice.h"
#include "engine/observations.h"

#define B SEVERITY_BLOCKER
#define M SEVERITY_MAJOR
#define W SEVERITY_WARNING

/* clang-format off */
static const Rule RULES[] = {
    {"MP-25", B, "Every context reaches a cluster of its own, the one that it means.",
     "active/standby guide", check_identities, NULL, true},
    {"MP-02", B, "No ManagementPlane is active and standby at once.",
     "highAvailability API", check_pair, "F-015", false},
    {"MP-01", B, "One ManagementPlane is active, the other its standby, as the environment file says.",
     "active/standby guide", check_pair, "MP-01 F-010 F-011 F-014", true},
    {"OPS-01", B, "No engine is at work on either plane.",
     "two writers are one too many", check_lease, NULL, false},
    {"MP-26", B, "The engine may do in every cluster what a failover needs.",
     "RBAC", check_all_rights, NULL, false},
    {"SEC-25", M, "The clocks of all clusters are within 30 s of each other.",
     "JWT time checks", check_all_clocks, NULL, false},
    {"DNS-01", B, "The active's permanent name leads to its load balancer.",
     "active/standby guide", check_permanent_name, NULL, false},
    {"DNS-02", B, "The floating name is a CNAME of the active's permanent name, or has its address.",
     "active/standby guide", check_floating_name, NULL, false},
    {"DNS-03", B, "The floating name is no plane's permanent name.",
     "active/standby guide", check_names_differ, NULL, false},
    {"DNS-04", B, "The engine's key may update the zone.",
     "active/standby guide", check_dns_rights, NULL, false},
    {"DNS-05", M, "The floating name has a TTL of at most 60 s.",
     "active/standby guide", check_floating_ttl, NULL, false},
    {"DNS-06", W, "The active's permanent name has a TTL of at most 60 s.",
     "active/standby guide", check_permanent_ttl, NULL, false},
    {"DNS-08", B, "Every cluster's resolver gives the name servers' answer for the floating name.",
     "active/standby guide", check_resolvers, NULL, false},
    {"TLS-01", B, "Each plane's certificate has its permanent name.",
     "active/standby guide", check_own_name, NULL, false},
    {"TLS-02", B, "Each plane's certificate has the floating name.",
     "active/standby guide", check_shared_name, NULL, false},
    {"TLS-13", M, "Each plane's certificate has 30 days left.",
     "certificate durations", check_expiry, NULL, false},
    {"SEC-01", B, "iam-signing-key exists on the active.",
     "active/standby guide", check_active_key, NULL, false},
    {"SEC-02", B, "iam-signing-key exists on the standby.",
     "active/standby guide", check_standby_key, NULL, false},
    {"SEC-03", B, "iam-signing-key is the same on both planes.",
     "active/standby guide", check_signing_key, "F-002 F-006", false},
    {"SEC-04", B, "Every edge's token is of the standby's iam-signing-key.",
     "active/standby guide", check_cp_tokens, NULL, false},
    {"SEC-05", B, "tsb-iam-jwks has the same kid on both planes.",
     "active/standby guide", check_key_sets_equal, NULL, false},
    {"SEC-06", M, "tsb-iam-jwks of the standby is made from its iam-signing-key.",
     "active/standby guide", check_key_set, "F-008", false},
    {"SEC-07", B, "tsb-standby-sa exists on the standby.",
     "active/standby guide", check_standby_account, NULL, false},
    {"SEC-08", M, "tsb-standby-sa exists on the active, which may be a standby one day.",
     "active/standby guide", check_active_account, NULL, false},
    {"SEC-11", B, "postgres-credentials are the same on both planes.",
     "disaster recovery guide", check_postgres_credentials, NULL, false},
    {"SEC-12", M, "elastic-credentials are the same on both planes.",
     "disaster recovery guide", check_elastic_credentials, NULL, false},
    {"SEC-13", W, "admin-credentials are the same on both planes.",
     "active/standby guide", check_admin_credentials, NULL, false},
    {"MP-03", B, "The active exposes its Postgres in its front envoy.",
     "active/standby guide", check_exposed, NULL, false},
    {"MP-04", B, "The standby follows the active's permanent name or address, never the floating name.",
     "active/standby guide", check_standby_endpoint, NULL, false},
    {"MP-05", B, "The standby follows the front envoy's port, an integer.",
     "active/standby guide", check_standby_port, NULL, false},
    {"MP-06", B, "The operator runs on both planes.",
     "active/standby guide", check_operators, NULL, false},
    {"MP-07", M, "Both operators have carried out their ManagementPlane as it is now.",
     "ManagementPlane status (1.12)", check_status, NULL, false},
    {"MP-08", B, "Every service of the active is ready.",
     "component list", check_services, NULL, false},
    {"MP-09", M, "The standby serves nobody: no envoy Service, no ready tsb or iam.",
     "active/standby guide", check_is_quiet, NULL, false},
    {"MP-10", B, "Both planes have the same version.",
     "disaster recovery guide", check_tsb_versions, NULL, false},
    {"MP-12", B, "Both planes, and the environment file, name the same organization.",
     "disaster recovery guide", check_organizations, NULL, false},
    {"MP-17", B, "The standby's CRD knows highAvailability.",
     "highAvailability API", check_crd, NULL, false},
    {"MP-23", B, "The active's API answers by its permanent name, for that organization.",
     "health check guide", check_api, NULL, false},
    {"PG-03", B, "Every Postgres instance of the standby is in recovery.",
     "Postgres manual", check_replication, "PG-01", false},
    {"PG-04", B, "Every Postgres instance of the standby receives the active's log.",
     "active/standby guide", check_replication, "F-102", false},
    {"PG-06", M, "Every Postgres instance of the standby replays, and is less than replicationLagMax behind.",
     "Postgres manual", check_replication, "F-101 F-122", false},
    {"PG-07", B, "Both planes' databases have the same system identifier.",
     "Postgres manual", check_replication, "F-106", false},
    {"PG-08", B, "Both planes' databases are on the same timeline.",
     "Postgres manual", check_replication, "F-107", false},
    {"PG-13", M, "Postgres is older than 16, so that kubegres' own promotion script works.",
     "Postgres 16 release notes", check_promotion_script, NULL, false},
    {"PG-14", B, "kubegres' failover is not disabled, and it has a replica to promote.",
     "kubegres manual", check_kubegres, "F-110 F-109", false},
    {"PG-15", B, "kubegres does not stand at an operation that has timed out.",
     "kubegres manual", check_kubegres, "F-111", false},
    {"CP-01", B, "Every ControlPlane follows the floating name.",
     "active/standby guide", check_cp_hosts, NULL, false},
    {"CP-02", B, "Every ControlPlane uses the front envoy's port.",
     "port list", check_cp_ports, NULL, false},
    {"CP-03", B, "No ControlPlane follows an address.",
     "disaster recovery guide", check_cp_names, NULL, false},
    {"CP-05", M, "Every control plane synced with the active in the last 20 minutes.",
     "Cluster API", check_cp_syncs, NULL, false},
    {"CP-15", M, "The environment file names the clusters that the active knows.",
     "Cluster API", check_cp_inventory, NULL, false},
};
/* clang-format on */

#undef B
#undef M
#undef W

const Rule *environment_rules(size_t *out_count)
{
    *out_count = sizeof RULES / sizeof *RULES;
    return RULES;
}

/* ---------------------------------------------------------------------------------------------------- certifying */

static void count_results(Certificate *certificate)
{
    for (size_t i = 0; i < certificate->count; i++) {
        const RuleOutcome *outcome = &certificate->outcomes[i];

        certificate->results[outcome->result]++;
        if (outcome->result == RULE_BROKEN)
            certificate->broken[outcome->rule->severity]++;
        else if (outcome->result == RULE_UNKNOWN)
            certificate->unknown[outcome->rule->severity]++;
    }
}

static void hold_to_rules(Operation *operation, const CertifyOptions *options,
                          Certificate *certificate)
{
    Examination examination = {.operation = operation};
    const Rule *rules = environment_rules(&certificate->count);

    certificate->outcomes = memory_new(certificate->count, sizeof *certificate->outcomes);
    rules_run(rules, certificate->count, &examination, certificate->outcomes, options->listener,
              options->owner);
    cJSON_Delete(examination.active);
    cJSON_Delete(examination.standby);
    count_results(certificate);
}

/* As the environment says, or by looking. */
static bool set_roles(Operation *operation, Error *err)
{
    Plane *active = NULL;

    if (operation->environment->active >= 0)
        active = &operation->planes[operation->environment->active];
    else if (!see_active(operation, &active, err))
        return false;
    operation_set_roles(operation, active);
    return true;
}

bool certify_environment(const CertifyOptions *options, Certificate *out_certificate, Error *err)
{
    Operation operation = {
        .loop = options->loop,
        .trace = options->trace,
        .environment = options->environment,
        .procedure = "certify",
        .hands_over = true, /* it is for a failover that it is judged */
        .stop = options->stop,
        .is_dry_run = true,
    };
    bool ok;

    *out_certificate = (Certificate){.at_ms = clock_wall_ms()};
    random_init(&operation.random, options->seed, "certify");
    ok = operation_open(&operation, err) && choose_control_planes(&operation, NULL, 0, err) &&
         set_roles(&operation, err);
    if (ok)
        hold_to_rules(&operation, options, out_certificate);
    operation_close(&operation);
    return ok || error_wrap(err, "certify %s", options->environment->name);
}

void certificate_release(Certificate *certificate)
{
    free(certificate->outcomes);
    *certificate = (Certificate){0};
}

bool certificate_is_fit(const Certificate *certificate)
{
    return certificate->broken[SEVERITY_BLOCKER] == 0 && certificate->broken[SEVERITY_MAJOR] == 0;
}

/* -------------------------------------------------------------------------------------------------- the document */

static cJSON *outcome_json(const RuleOutcome *outcome)
{
    cJSON *json = cJSON_CreateObject();

    json_put_string(json, "id", outcome->rule->id);
    json_put_string(json, "severity", severity_name(outcome->rule->severity));
    json_put_string(json, "rule", outcome->rule->what);
    json_put_string(json, "source", outcome->rule->source);
    json_put_string(json, "result", rule_result_name(outcome->result));
    if (outcome->result == RULE_BROKEN) {
        json_put_string(json, "finding", outcome->finding.check);
        json_put_string(json, "required", outcome->finding.required);
        json_put_string(json, "observed", outcome->finding.observed);
        json_put_string(json, "evidence", outcome->finding.evidence);
        json_put_string(json, "remedy", outcome->finding.remedy);
    } else if (outcome->result == RULE_UNKNOWN) {
        json_put_string(json, "why", outcome->why);
    }
    return json;
}

cJSON *certificate_json(const Certificate *certificate, const Environment *environment)
{
    cJSON *json = cJSON_CreateObject(), *rules = cJSON_CreateArray();
    char at[CLOCK_TEXT_MAX];

    json_put_string(json, "kind", "EnvironmentCertificate");
    json_put_integer(json, "format", 1);
    json_put_string(json, "environment", environment->name);
    json_put_string(json, "at", clock_rfc3339(certificate->at_ms, at));
    json_put_bool(json, "fit",
                  certificate_is_fit(certificate) && certificate->unknown[SEVERITY_BLOCKER] == 0);
    for (int i = 0; i <= RULE_UNKNOWN; i++)
        json_put_integer(json, rule_result_name((RuleResult)i), (int64_t)certificate->results[i]);
    for (int i = 0; i < SEVERITY_COUNT; i++) {
        char path[40];

        snprintf(path, sizeof path, "brokenBySeverity/%s", severity_name((Severity)i));
        json_put_integer(json, path, (int64_t)certificate->broken[i]);
    }
    for (size_t i = 0; i < certificate->count; i++)
        cJSON_AddItemToArray(rules, outcome_json(&certificate->outcomes[i]));
    json_put(json, "rules", rules);
    return json;
}
