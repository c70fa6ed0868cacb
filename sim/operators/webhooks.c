/*
 * sim/operators/webhooks.c - the admission webhooks of a plane's operator: who is asked before its ManagementPlane changes.
 *
 * All goes well: the operator runs, and allows every change. Goes wrong: it has crashed or has no pod, so that its Service has no
 * endpoints; then operator.webhookPolicy says whether a client's change goes through. A webhook that somebody else defines is
 * answered by nobody.
 * Source: domain.md 1.3 (names of the configurations), F-304. Which rules they have is not published: the ManagementPlane itself.
 */
#include <string.h>

#include "sim/faults/faults.h"
#include "sim/inside.h"
#include "sim/objects.h"
#include "sim/operators/workloads.h"

static const char SERVICE[] = "tsb-operator-management-plane";

static void make_configuration(Plane *plane, const char *resource, const char *path)
{
    const char *policy = plane->world->parameters.mp_operator.webhook_policy == WORLD_WEBHOOK_FAIL
                             ? "Fail"
                             : "Ignore";

    if (kube_find(plane->cluster, resource, NULL, SERVICE))
        return;
    object_create(
        plane->cluster, resource, NULL, PLANE_OPERATOR,
        object_format("{'metadata':{'name':'%s'},'webhooks':[{'name':'managementplane.tetrate.io',"
                      "'admissionReviewVersions':['v1'],'sideEffects':'None','timeoutSeconds':10,"
                      "'failurePolicy':'%s','clientConfig':{'service':{'namespace':'%s',"
                      "'name':'%s','path':'%s'}},'rules':[{'apiGroups':['install.tetrate.io'],"
                      "'apiVersions':['v1alpha1'],'operations':['CREATE','UPDATE'],"
                      "'resources':['managementplanes']}]}]}",
                      SERVICE, policy, plane->ns, SERVICE, path));
}

void plane_webhooks_make(Plane *plane)
{
    if (kube_find(plane->cluster, "services", plane->ns, SERVICE))
        return;
    object_create(plane->cluster, "services", plane->ns, PLANE_OPERATOR,
                  object_format("{'metadata':{'name':'%s'},'spec':{'selector':{'name':"
                                "'tsb-operator'},'ports':[{'name':'webhook','port':443,"
                                "'targetPort':9443}]}}",
                                SERVICE));
    make_configuration(plane, "mutatingwebhookconfigurations", "/mutate");
    make_configuration(plane, "validatingwebhookconfigurations", "/validate");
}

static bool is_operators(const Plane *plane, const KubeWebhookCall *call)
{
    return plane && strcmp(call->service, SERVICE) == 0 && strcmp(call->service_ns, plane->ns) == 0;
}

void world_answer_webhook(World *world, KubeCluster *cluster, const KubeWebhookCall *call,
                          KubeWebhookAnswer *out_answer)
{
    const Plane *plane = world_plane(world, kube_cluster_name(cluster));

    if (!is_operators(plane, call))
        out_answer->outcome = WEBHOOK_REFUSED;
    else if (!plane_operator_is_running(plane->plane_operator)) {
        faults_on_part(world->faults, plane->name, "controller/tsb-operator",
                       "did not answer its webhook");
        out_answer->outcome = WEBHOOK_NO_ENDPOINTS;
    }
}
