/*
 * engine/reach/clusters.c - the API servers: do they answer, are they the ones that are meant, and what may we do there?
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "engine/reach/reach.h"

enum { WIDTH = 16 };

static const char *name_of(const Operation *operation, size_t index)
{
    return index < 2 ? operation->planes[index].spec->name
                     : operation->control_planes[index - 2].spec->name;
}

static KubeClient *client_of(const Operation *operation, size_t index)
{
    return index < 2 ? operation->planes[index].kube : operation->control_planes[index - 2].kube;
}

static void judge_identity(Reach *reach, const Operation *operation, size_t index,
                           const KubeRead *read)
{
    const char *pinned = index < 2 ? operation->planes[index].spec->cluster_uid : NULL;
    const char *uid = json_string_or(read->object, "metadata/uid", "");
    int64_t skew_ms = kube_client_skew_ms(read->client);
    const char *who = name_of(operation, index);
    ReachRow *row;

    if (read->error.code) {
        reach_fail(reach, "API server", who, &read->error, NULL);
    } else if (pinned && strcmp(pinned, uid) != 0) {
        row = reach_add(reach, REACH_FAILED, "API server", who,
                        "another cluster: kube-system has uid %s, clusterUID says %s", uid, pinned);
        reach_remedy(row, "correct the context, or clusterUID if the cluster was built anew");
    } else if (llabs(skew_ms) > operation->environment->policies.clock_skew_max_ms) {
        row = reach_add(reach, REACH_WARN, "API server", who,
                        "its clock differs from ours by %lld s", (long long)(skew_ms / 1000));
        reach_remedy(row, "set the clocks right: tokens may be refused");
    } else {
        reach_add(reach, REACH_OK, "API server", who, "context %s, uid %s",
                  kube_client_context(read->client), uid);
    }
}

static void ask_rights(Reach *reach, const Operation *operation, size_t index)
{
    Finding finding = {0};
    Error why = {0};
    const char *who = name_of(operation, index);
    bool ok = index < 2 ? rights_check_plane(&operation->planes[index], &finding, &why)
                        : rights_check_control_plane(&operation->control_planes[index - 2],
                                                     &finding, &why);

    if (!ok)
        reach_fail(reach, "rights", who, &why, NULL);
    else if (finding.reaction != REACT_NONE)
        reach_remedy(reach_add(reach, REACH_FAILED, "rights", who, "%s", finding.observed), "%s",
                     finding.remedy);
    else
        reach_add(reach, REACH_OK, "rights", who, "what every procedure needs");
}

void reach_clusters(Reach *reach, Operation *operation)
{
    size_t count = 2 + operation->control_plane_count;
    KubeRead *reads = memory_new(count, sizeof *reads);

    for (size_t i = 0; i < count; i++) {
        reads[i].client = client_of(operation, i);
        reads[i].path = (KubePath){.resource = "v1/namespaces", .name = "kube-system"};
    }
    kube_client_get_all(reads, count, WIDTH);
    for (size_t i = 0; i < count; i++) {
        judge_identity(reach, operation, i, &reads[i]);
        if (!reads[i].error.code)
            ask_rights(reach, operation, i);
        else if (i < 2)
            operation->planes[i].is_out_of_reach = true;
        cJSON_Delete(reads[i].object);
    }
    free(reads);
}
