/*
 * sim/operators/chart.h - TSB's management plane chart: what helm makes of it at once, and what it takes away again. The rest is the operator's.
 *
 * Source: tsb-docs "install an active/standby pair", "restore"; domain.md 1.3, 3, 8.4, 8.5. Its values, as published:
 *   image.{registry, tag}; secrets.tsb.{adminPassword, cert, key}; secrets.xcp.{autoGenerateCerts, central.{cert, key}, rootca};
 *   secrets.postgres.{username, password}; secrets.elasticsearch.{username, password, cacert}; spec: that of the ManagementPlane.
 */
#ifndef SIM_OPERATORS_CHART_H
#define SIM_OPERATORS_CHART_H

#include "sim/inside.h"

/*
 * `helm upgrade --install --create-namespace`: namespace, definitions, secrets, the operator's Deployment, the ManagementPlane. What is
 * there already is brought up to date. Fails with ERR_INPUT, having changed nothing, if values lack what the chart cannot do without.
 */
bool chart_install(Plane *plane, const cJSON *values, Error *err);
/* A Secret that it would make, and that somebody else made: helm takes over nothing. NULL: there is none. */
const char *chart_finds_foreign(const Plane *plane, const cJSON *values);
/* `helm uninstall`: the same but for namespace and definitions. What the operator made stays until its namespace goes. */
void chart_uninstall(Plane *plane);

/* What helm calls it, and its one version. */
#define CHART_NAME    "tetrate-tsb-helm/managementplane"
#define CHART_VERSION "1.12.0"

/* The part of its values that is the cluster's own: certificates for the plane's names. Given away. */
cJSON *chart_cluster_values(const Plane *plane);
/* Values that fit the plane: its own certificates, this world's passwords; a standby of host, or NULL: active. Given away. */
cJSON *chart_values(const Plane *plane, const char *host);

#endif
