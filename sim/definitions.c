/*
 * sim/definitions.c - a row for each definition.
 */
#include "sim/definitions.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "sim/objects.h"

typedef struct {
    const char *group, *version, *plural, *kind, *short_names; /* "'cert','certs'" */
    const char *
        spec; /* properties of the spec, with ' for "; what they do not name is kept. NULL: none is known */
    const char *columns; /* printer columns, with ' for "; NULL: none */
    bool is_cluster_scoped;
} Definition;

static const char MANAGEMENT_PLANE[] =
    "'hub':{'type':'string'},'organization':{'type':'string'},"
    "'highAvailability':{'type':'object','properties':{"
    "'active':{'type':'object','properties':{"
    "'exposeEmbeddedPostgresInFrontEnvoy':{'type':'boolean'}}},"
    "'standby':{'type':'object','properties':{'activeMpSynchronizationEndpoint':{'type':'object',"
    "'properties':{'host':{'type':'string'},'port':{'type':'integer','format':'int32'},"
    "'selfSigned':{'type':'boolean'}}}}}}}";

static const char SECRET_COLUMN[] =
    "{'name':'Secret','type':'string','jsonPath':'.spec.secretName'},"
    "{'name':'Age','type':'date',"
    "'jsonPath':'.metadata.creationTimestamp'}";
static const char STATE_COLUMN[] = "{'name':'State','type':'string','jsonPath':'.status.state'},"
                                   "{'name':'Age','type':'date',"
                                   "'jsonPath':'.metadata.creationTimestamp'}";

static const Definition PLANE[] = {
    {"install.tetrate.io",        "v1alpha1", "managementplanes", "ManagementPlane", "", MANAGEMENT_PLANE,
     NULL,                                                                                                       false},
    {"kubegres.reactive-tech.io", "v1",       "kubegres",         "Kubegres",        "", NULL,             NULL, false},
};

static const Definition SURROUNDINGS[] = {
    {"cert-manager.io",      "v1",       "certificates",        "Certificate",        "'cert','certs'",
     "'secretName':{'type':'string'},'dnsNames':{'type':'array','items':{'type':'string'}}",                  SECRET_COLUMN, false},
    {"cert-manager.io",      "v1",       "certificaterequests", "CertificateRequest", "'cr','crs'",     NULL, NULL,
     false                                                                                                                        },
    {"cert-manager.io",      "v1",       "issuers",             "Issuer",             "",               NULL, NULL,          false},
    {"cert-manager.io",      "v1",       "clusterissuers",      "ClusterIssuer",      "",               NULL, NULL,          true },
    {"acme.cert-manager.io", "v1",       "orders",              "Order",              "",               NULL, STATE_COLUMN,  false},
    {"acme.cert-manager.io", "v1",       "challenges",          "Challenge",          "",               NULL, STATE_COLUMN,  false},
    {"externaldns.k8s.io",   "v1alpha1", "dnsendpoints",        "DNSEndpoint",        "",               NULL, NULL,          false},
};

static const Definition SITE[] = {
    {"install.tetrate.io", "v1alpha1", "controlplanes", "ControlPlane", "", NULL, NULL, false},
};

static void define(KubeCluster *cluster, const Definition *row)
{
    char *singular = memory_text(row->kind);
    const char *spec = row->spec ? row->spec : "", *columns = row->columns ? row->columns : "";
    char *format = memory_format(
        "{'metadata':{'name':'%%s.%%s'},'spec':{'group':'%%s','scope':'%%s',"
        "'names':{'plural':'%%s','singular':'%%s','kind':'%%s','listKind':'%%sList',"
        "'shortNames':[%s]},'versions':[{'name':'%%s','served':true,'storage':true,"
        "'subresources':{'status':{}},'additionalPrinterColumns':[%s],'schema':{'openAPIV3Schema':"
        "{'type':'object','properties':{'spec':{'type':'object',"
        "'x-kubernetes-preserve-unknown-fields':true,'properties':{%s}},'status':{'type':'object',"
        "'x-kubernetes-preserve-unknown-fields':true}}}}}]}}",
        row->short_names, columns, spec);

    for (char *at = singular; *at; at++)
        *at = (char)tolower((unsigned char)*at);
    object_create(cluster, "customresourcedefinitions", NULL, "helm",
                  object_format(format, row->plural, row->group, row->group,
                                row->is_cluster_scoped ? "Cluster" : "Namespaced", row->plural,
                                singular, row->kind, row->kind, row->version));
    free(format);
    free(singular);
}

/* Those that a cluster has already stay as they are, as with helm. */
void definitions_plane(KubeCluster *cluster)
{
    char name[128];

    for (size_t i = 0; i < sizeof PLANE / sizeof *PLANE; i++) {
        snprintf(name, sizeof name, "%s.%s", PLANE[i].plural, PLANE[i].group);
        if (!kube_find(cluster, "customresourcedefinitions", NULL, name))
            define(cluster, &PLANE[i]);
    }
}

void definitions_surroundings(KubeCluster *cluster)
{
    for (size_t i = 0; i < sizeof SURROUNDINGS / sizeof *SURROUNDINGS; i++)
        define(cluster, &SURROUNDINGS[i]);
}

void definitions_site(KubeCluster *cluster)
{
    for (size_t i = 0; i < sizeof SITE / sizeof *SITE; i++)
        define(cluster, &SITE[i]);
}
