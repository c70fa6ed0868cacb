#!/usr/bin/env bash
# tests/acceptance/controllers_test.sh - the controllers of a world in real time, as every kubectl that is here sees them.
#
# What people do with workloads: create, wait, scale, roll, look back, undo, restart, pause; Jobs and CronJobs; deletion in the background,
# in the foreground and with orphans; a namespace that is emptied, and one that a finalizer holds. KUBECTLS may name the programs to try.
set -u
. tests/acceptance/lib.sh
. tests/acceptance/up_lib.sh
. tests/acceptance/kubectl_lib.sh

w() {
    k --context mp1 "$@"
}

# finds NAME PATTERN COMMAND...: what it says is like PATTERN.
finds() {
    local name="$version: $1" wanted=$2 found
    shift 2

    found=$("$@" 2>&1)
    case "$found" in
    $wanted) ok "$name" ;;
    *) not_ok "$name" "found \"$found\", not \"$wanted\"" ;;
    esac
}

does() {
    local name="$version: $1"
    shift

    check "$name" "$@"
}

becomes() {
    local name="$version: $1" seconds=$2
    shift 2

    check "$name" eventually "$seconds" "$@"
}

has() {
    local wanted=$1
    shift

    [ "$("$@" 2>/dev/null)" = "$wanted" ]
}

count() {
    w get "$@" -o name 2>/dev/null | grep -c .
}

counts() {
    local wanted=$1
    shift

    [ "$(count "$@")" = "$wanted" ]
}

try_deployment() {
    local before

    does "create a deployment" w create deployment shop --image=shop:1
    finds "rollout status waits for it" "*successfully rolled out" w rollout status deployment/shop --timeout=30s
    does "wait until it is available" w wait --for=condition=available deployment/shop --timeout=10s
    finds "its pods hang on a ReplicaSet" ReplicaSet w get pods -l app=shop \
        -o 'jsonpath={.items[0].metadata.ownerReferences[0].kind}'
    finds "and that on the Deployment" shop w get rs -l app=shop \
        -o 'jsonpath={.items[0].metadata.ownerReferences[0].name}'
    does "scale" w scale deployment/shop --replicas=3
    finds "rollout status after scaling" "*successfully rolled out" w rollout status deployment/shop --timeout=30s
    does "three pods" counts 3 pods -l app=shop
    before=$(w get pods -l app=shop -o name | sort)
    does "another image" w set image deployment/shop shop=shop:2
    finds "rollout status while rolling" "*successfully rolled out" w rollout status deployment/shop --timeout=60s
    becomes "old pods are gone" 20 counts 3 pods -l app=shop
    does "all pods are new" [ -z "$(comm -12 <(echo "$before") <(w get pods -l app=shop -o name | sort))" ]
    finds "two revisions" "*1*2*" w rollout history deployment/shop
    does "rollout restart" w rollout restart deployment/shop
    finds "and its end" "*successfully rolled out" w rollout status deployment/shop --timeout=60s
    does "a third ReplicaSet" counts 3 rs -l app=shop
    does "undo to the first" w rollout undo deployment/shop --to-revision=1
    finds "rollout status after undo" "*successfully rolled out" w rollout status deployment/shop --timeout=60s
    finds "the first image again" shop:1 w get deployment shop -o 'jsonpath={.spec.template.spec.containers[0].image}'
    does "no ReplicaSet more" counts 3 rs -l app=shop
    finds "revision 4" 4 w get deployment shop -o 'jsonpath={.metadata.annotations.deployment\.kubernetes\.io/revision}'
    does "pause" w rollout pause deployment/shop
    does "a new image while paused" w set image deployment/shop shop=shop:3
    sleep 1
    does "waits" counts 3 rs -l app=shop
    does "resume" w rollout resume deployment/shop
    finds "and rolls" "*successfully rolled out" w rollout status deployment/shop --timeout=60s
    does "describe" grep -q "ScalingReplicaSet" <(w describe deployment shop)
}

try_service() {
    does "expose" w expose deployment shop --port=80 --target-port=8080
    becomes "three endpoints" 10 has 3 eval "w get endpoints shop -o 'jsonpath={.subsets[0].addresses[*].ip}' | wc -w"
    becomes "and a slice of them" 10 has 3 eval \
        "w get endpointslices -l kubernetes.io/service-name=shop -o 'jsonpath={.items[0].endpoints[*].addresses[0]}' | wc -w"
    does "delete a pod" w delete "$(w get pods -l app=shop -o name | head -1)"
    becomes "another takes its place" 20 has 3 w get deployment shop -o 'jsonpath={.status.readyReplicas}'
    does "delete the service" w delete service shop
    becomes "its endpoints go" 10 counts 0 endpoints shop
    becomes "and its slice" 10 counts 0 endpointslices -l kubernetes.io/service-name=shop
}

try_jobs() {
    does "create a job" w create job once --image=busybox -- true
    does "wait until it is complete" w wait --for=condition=complete job/once --timeout=30s
    if [ "$minor" -ge 21 ]; then
        try_cronjob
    else
        skip "$version: cronjobs" "it knows them as batch/v1beta1 only, which 1.32 does not serve"
    fi
}

try_cronjob() {
    does "create a cronjob" w create cronjob hourly --image=busybox --schedule="0 * * * *" -- true
    does "a job from it" w create job now --from=cronjob/hourly
    does "which ends, too" w wait --for=condition=complete job/now --timeout=30s
    finds "and is the cronjob's" hourly w get job now -o 'jsonpath={.metadata.ownerReferences[0].name}'
    does "delete the cronjob" w delete cronjob hourly
    becomes "its job goes with it" 10 counts 0 jobs now
    becomes "and the job's pods" 10 counts 0 pods -l job-name=now
}

try_deletion() {
    local cascade=--cascade=orphan

    [ "$minor" -ge 20 ] || cascade=--cascade=false
    does "delete and leave orphans" w delete deployment shop "$cascade"
    becomes "the deployment is gone" 10 counts 0 deployment shop
    does "its pods are not" counts 3 pods -l app=shop
    does "the same again" w create deployment shop --image=shop:3
    does "scaled as it was" w scale deployment/shop --replicas=3
    finds "takes them in" "*successfully rolled out" w rollout status deployment/shop --timeout=30s
    does "delete in the foreground" w delete deployment shop --cascade=foreground --timeout=30s
    does "returns when all is gone" counts 0 pods,rs -l app=shop
    does "one more" w create deployment last --image=last:1
    finds "is there" "*successfully rolled out" w rollout status deployment/last --timeout=30s
    does "delete in the background" w delete deployment last
    becomes "and its pods go" 20 counts 0 pods,rs -l app=last
}

try_namespace() {
    does "something that a finalizer holds" w create configmap held --from-literal=a=b
    does "holds" w patch configmap held --type=merge -p '{"metadata":{"finalizers":["example.com/hold"]}}'
    does "delete the namespace, without waiting" w delete namespace "$ns" --wait=false
    becomes "it is Terminating" 10 has Terminating w get namespace "$ns" -o 'jsonpath={.status.phase}'
    becomes "and says what holds it" 20 eval \
        "w get namespace $ns -o jsonpath='{.status.conditions}' | grep -q example.com/hold"
    refuse "$version: nothing new is made there" w create configmap late --from-literal=a=b
    does "let go" w patch configmap held --type=merge -p '{"metadata":{"finalizers":null}}'
    becomes "and it is gone" 20 eval "! w get namespace $ns"
    does "another namespace" w create namespace "$ns"
    does "with a deployment" w create deployment more --image=more:1
    does "delete waits until it is gone" w delete namespace "$ns" --timeout=60s
}

# A world each, all at once: they mostly wait.
try_controllers() {
    check "$version: a world comes up" up_start "$folder" --world "$BRISK"
    # shellcheck disable=SC1091
    . "$folder/world/env"
    does "a namespace of its own" w create namespace "$ns"
    try_deployment
    try_service
    try_jobs
    try_deletion
    try_namespace
    check "$version: and ends cleanly" up_stop "$folder"
}

needs kubectl || { skip "controllers" "kubectl is missing"; exit 0; }
with_kubectls try_controllers 1.20 1.32
