/*
 * tests/fakes/kubernetes/surface/columns_test.c - cells of every kind that people look at; texts as kubectl against a real server.
 */
#include "fakes/kubernetes/surface/columns.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "fakes/kubernetes/store.h"
#include "tests/fakes/kubernetes/fixture.h"
#include "tests/test.h"

/* Cells one after the other, | between them; ages are of objects without a time. */
static const struct {
    const char *name, *resource, *object, *cells;
} CASES[] = {
    {"a pod that runs",              "pods",
     "{'metadata':{'name':'p'},'spec':{'nodeName':'n','containers':[{},{}]},'status':{'phase':'Running',"
     "'podIP':'10.0.0.1','containerStatuses':[{'ready':true,'restartCount':2,'state':{'running':{}}}]}}",
     "p|1/2|Running|2|<unknown>|10.0.0.1|n|<none>|<none>"                                                                                                                                                                                              },
    {"a pod that crashes",           "pods",
     "{'metadata':{'name':'p'},'spec':{'containers':[{}]},'status':{'phase':'Running',"
     "'containerStatuses':[{'state':{'waiting':{'reason':'CrashLoopBackOff'}}}]}}",                                                             "p|0/1|CrashLoopBackOff|0|<unknown>|<none>|<none>|<none>|<none>"                                       },
    {"a pod that ended by itself",   "pods",
     "{'metadata':{'name':'p'},'spec':{'containers':[{}]},'status':{'phase':'Failed',"
     "'containerStatuses':[{'state':{'terminated':{'exitCode':3}}}]}}",                                                                         "p|0/1|ExitCode:3|0|<unknown>|<none>|<none>|<none>|<none>"                                             },
    {"a pod before its containers",  "pods",
     "{'metadata':{'name':'p'},'spec':{'initContainers':[{},{}],'containers':[{}]},'status':{"
     "'initContainerStatuses':[{'state':{'terminated':{'exitCode':0}}},{'state':{'running':{}}}]}}",                                            "p|0/1|Init:1/2|0|<unknown>|<none>|<none>|<none>|<none>"                                               },
    {"a pod on its way out",         "pods",
     "{'metadata':{'name':'p','deletionTimestamp':'2026-01-01T00:00:00Z'},'spec':{'containers':[{}],"
     "'readinessGates':[{'conditionType':'a/b'}]},'status':{'conditions':[{'type':'a/b','status':'True'}]}}",
     "p|0/1|Terminating|0|<unknown>|<none>|<none>|<none>|1/1"                                                                                                                                                                                          },
    {"a replica set",                "replicasets",
     "{'metadata':{'name':'r'},'spec':{'replicas':3,'selector':{'matchLabels':{'a':'b'},"
     "'matchExpressions':[{'key':'t','operator':'In','values':['x','y']},{'key':'u','operator':'DoesNotExist'}]},"
     "'template':{'spec':{'containers':[{'name':'c','image':'i:1'},{'name':'d','image':'j:2'}]}}},"
     "'status':{'replicas':2,'readyReplicas':1}}",                                                                                              "r|3|2|1|<unknown>|c,d|i:1,j:2|a=b,t in (x,y),!u"                                                      },
    {"a daemon set",                 "daemonsets",
     "{'metadata':{'name':'d'},'spec':{'template':{'spec':{'nodeSelector':{'k':'v'}}}},'status':{"
     "'desiredNumberScheduled':3,'currentNumberScheduled':2,'numberReady':1}}",                                                                 "d|3|2|1|0|0|k=v|<unknown>|<none>|<none>|<none>"                                                       },
    {"a job that is done",           "jobs",
     "{'metadata':{'name':'j'},'spec':{'completions':1},'status':{'succeeded':1,"
     "'startTime':'2026-01-01T00:00:00Z','completionTime':'2026-01-01T00:02:05Z',"
     "'conditions':[{'type':'Complete','status':'True'}]}}",                                                                                    "j|Complete|1/1|2m5s|<unknown>|<none>|<none>|<none>"                                                   },
    {"a job of a queue",             "jobs",                            "{'metadata':{'name':'j'},'spec':{'parallelism':3}}",
     "j|Running|0/1 of 3||<unknown>|<none>|<none>|<none>"                                                                                                                                                                                              },
    {"a cron job",                   "cronjobs",
     "{'metadata':{'name':'c'},'spec':{'schedule':'*/5 * * * *','suspend':true,'jobTemplate':{'spec':{"
     "'template':{'spec':{'containers':[{'name':'x','image':'y'}]}}}}},'status':{'active':[{}]}}",                                              "c|*/5 * * * *|<none>|True|1|<none>|<unknown>|x|y|<none>"                                              },
    {"an autoscaler",                "horizontalpodautoscalers",
     "{'metadata':{'name':'h'},'spec':{'scaleTargetRef':{'kind':'Deployment','name':'d'},'maxReplicas':5,"
     "'metrics':[{'type':'Resource','resource':{'name':'cpu','target':{'averageUtilization':80}}}]},"
     "'status':{'currentReplicas':2,'currentMetrics':[{'resource':{'name':'cpu','current':{'averageUtilization':12}}}]}}",
     "h|Deployment/d|cpu: 12%/80%|<unset>|5|2|<unknown>"                                                                                                                                                                                               },
    {"a service outside",            "services",
     "{'metadata':{'name':'s'},'spec':{'type':'ExternalName','externalName':'a.test'}}",                                                        "s|ExternalName|<none>|a.test|<none>|<unknown>|<none>"                                                 },
    {"an ingress",                   "ingresses",
     "{'metadata':{'name':'i'},'spec':{'ingressClassName':'c','tls':[{}],'rules':[{'host':'a.test'},{'host':'b.test'}]}}",
     "i|c|a.test,b.test||80, 443|<unknown>"                                                                                                                                                                                                            },
    {"endpoints, more than fit",     "endpoints",
     "{'metadata':{'name':'e'},'subsets':[{'addresses':[{'ip':'1.1.1.1'},{'ip':'1.1.1.2'}],"
     "'ports':[{'port':80},{'port':443}]}]}",                                                                                                   "e|1.1.1.1:80,1.1.1.1:443,1.1.1.2:80 + 1 more...|<unknown>"                                            },
    {"an endpoint slice",            "endpointslices",
     "{'metadata':{'name':'e'},'addressType':'IPv4','ports':[{'port':80}],'endpoints':[{'addresses':['1.1.1.1']}]}",
     "e|IPv4|80|1.1.1.1|<unknown>"                                                                                                                                                                                                                     },
    {"an endpoint slice of nothing", "endpointslices",
     "{'metadata':{'name':'e'},'addressType':'IPv4'}",                                                                                          "e|IPv4|<unset>|<unset>|<unknown>"                                                                     },
    {"a network policy",             "networkpolicies",                 "{'metadata':{'name':'n'},'spec':{'podSelector':{}}}",
     "n|<none>|<unknown>"                                                                                                                                                                                                                              },
    {"a node",                       "nodes",
     "{'metadata':{'name':'n','labels':{'node-role.kubernetes.io/control-plane':''}},'spec':{'unschedulable':true},"
     "'status':{'conditions':[{'type':'Ready','status':'True'}],'addresses':[{'type':'InternalIP','address':'10.0.0.9'}],"
     "'nodeInfo':{'kubeletVersion':'v1.32.0','osImage':'Debian'}}}",                                                                            "n|Ready,SchedulingDisabled|control-plane|<unknown>|v1.32.0|10.0.0.9|<none>|Debian|<unknown>|<unknown>"},
    {"an event",                     "events",
     "{'metadata':{'name':'e'},'type':'Warning','reason':'Bad','message':'m','involvedObject':{'kind':'Pod','name':'p'},"
     "'source':{'component':'kubelet','host':'n'}}",                                                                                            "<unknown>|Warning|Bad|pod/p||kubelet, n|m|<unknown>|1|e"                                              },
    {"a config map",                 "configmaps",
     "{'metadata':{'name':'c'},'data':{'a':''},'binaryData':{'b':''}}",                                                                         "c|2|<unknown>"                                                                                        },
    {"a volume",                     "persistentvolumes",
     "{'metadata':{'name':'v'},'spec':{'capacity':{'storage':'1Gi'},'accessModes':['ReadWriteOnce','ReadOnlyMany'],"
     "'persistentVolumeReclaimPolicy':'Delete','storageClassName':'fast','claimRef':{'namespace':'n','name':'c'}},"
     "'status':{'phase':'Bound'}}",                                                                                                             "v|1Gi|RWO,ROX|Delete|Bound|n/c|fast|<unset>||<unknown>|<unset>"                                       },
    {"a claim",                      "persistentvolumeclaims",
     "{'metadata':{'name':'c'},'spec':{'storageClassName':'fast'},'status':{'phase':'Pending'}}",                                               "c|Pending||||fast|<unset>|<unknown>|<unset>"                                                          },
    {"a binding",                    "rolebindings",
     "{'metadata':{'name':'b'},'roleRef':{'kind':'Role','name':'r'},'subjects':[{'kind':'User','name':'u'},"
     "{'kind':'ServiceAccount','namespace':'n','name':'s'},{'kind':'User','name':'v'}]}",                                                       "b|Role/r|<unknown>|u, v||n/s"                                                                         },
    {"a role",                       "roles",                           "{'metadata':{'name':'r','creationTimestamp':'2026-01-01T00:00:00Z'}}",
     "r|2026-01-01T00:00:00Z"                                                                                                                                                                                                                          },
    {"a lease",                      "leases",                          "{'metadata':{'name':'l'},'spec':{'holderIdentity':'me'}}",
     "l|me|<unknown>"                                                                                                                                                                                                                                  },
    {"a budget",                     "poddisruptionbudgets",            "{'metadata':{'name':'b'},'spec':{'minAvailable':'50%'}}",
     "b|50%|N/A|0|<unknown>"                                                                                                                                                                                                                           },
    {"a quota",                      "resourcequotas",
     "{'metadata':{'name':'q'},'status':{'hard':{'pods':'10','limits.cpu':'4'},'used':{'pods':'1'}}}",
     "q|pods: 1/10|limits.cpu: 0/4|<unknown>"                                                                                                                                                                                                          },
    {"a request for a certificate",  "certificatesigningrequests",
     "{'metadata':{'name':'c'},'spec':{'signerName':'s','username':'u','expirationSeconds':3600},"
     "'status':{'conditions':[{'type':'Approved'}],'certificate':'eA=='}}",                                                                     "c|<unknown>|s|u|60m|Approved,Issued"                                                                  },
    {"an API service",               "apiservices",
     "{'metadata':{'name':'a'},'status':{'conditions':[{'type':'Available','status':'False','reason':'Why'}]}}",
     "a|Local|False (Why)|<unknown>"                                                                                                                                                                                                                   },
    {"webhooks",                     "validatingwebhookconfigurations", "{'metadata':{'name':'w'},'webhooks':[{},{}]}",
     "w|2|<unknown>"                                                                                                                                                                                                                                   },
    {"a kind without a table",       "limitranges",
     "{'metadata':{'name':'l','creationTimestamp':'2026-01-01T00:00:00Z'}}",                                                                    "l|2026-01-01T00:00:00Z"                                                                               },
    {"a custom resource",            "managementplanes",                "{'metadata':{'name':'m'}}",                                            "m|<unknown>"                                                                                          },
};

static char *cells_of(KubeCluster *cluster, const char *resource, const cJSON *object)
{
    Arena arena = {0};
    const KubeKind *kind = kube_kind_named(&cluster->kinds, resource);
    const Column *column = columns_of(&arena, cluster, kind);
    Buffer text = {0};

    for (int i = 0; column->name != NULL; column++, i++) {
        cJSON *cell = column->cell(object, column);
        char *json = cJSON_IsString(cell) ? NULL : json_text(cell);

        buffer_format(&text, "%s%s", i > 0 ? "|" : "", json ? json : cell->valuestring);
        free(json);
        cJSON_Delete(cell);
    }
    arena_release(&arena);
    return buffer_take(&text);
}

static void test_cells(void)
{
    KubeCluster *cluster = fixture_cluster();

    for (size_t i = 0; i < TEST_COUNT(CASES); i++) {
        cJSON *object = fixture_json(CASES[i].object);
        char *cells = cells_of(cluster, CASES[i].resource, object);

        if (!CHECK_TEXT(cells, CASES[i].cells))
            CHECK_CASE(CASES[i].name, false);
        free(cells);
        cJSON_Delete(object);
    }
    kube_cluster_free(cluster);
}

/* Every kind has columns, and can show an object that says nothing. */
static void test_every_kind(void)
{
    KubeCluster *cluster = fixture_cluster();
    cJSON *object = cJSON_CreateObject();
    const KubeKind *kind = NULL;
    char name[160];

    while ((kind = kube_kind_next(&cluster->kinds, kind)) != NULL) {
        char *cells;

        snprintf(name, sizeof name, "%s%s%s", kind->plural, *kind->group ? "." : "", kind->group);
        cells = cells_of(cluster, name, object);
        CHECK_CASE(name, *cells != 0);
        free(cells);
    }
    cJSON_Delete(object);
    kube_cluster_free(cluster);
}

TEST_SUITE("fakes/kubernetes/surface/columns", {"cells", test_cells},
           {"every kind", test_every_kind});
