/*
 * sim/operators/cert_manager.h - cert-manager in a management plane's cluster, as far as Certificates become ready.
 *
 * Source: cert-manager's API reference (cert-manager.io/v1: Issuer, ClusterIssuer, Certificate) and its conditions.
 */
#ifndef SIM_OPERATORS_CERT_MANAGER_H
#define SIM_OPERATORS_CERT_MANAGER_H

#include "sim/inside.h"

typedef struct CertManager CertManager;

/* The cluster must serve its resources. It does nothing while its Deployment has no ready pod. */
CertManager *cert_manager_new(Plane *plane);
void cert_manager_free(CertManager *self); /* accepts NULL */

#endif
