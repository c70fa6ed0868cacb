#!/usr/bin/env bash
# tests/acceptance/kubectl_workloads_test.sh - real kubectl rolls out, scales, waits for and looks into what runs in a world in real time.
#
# kubectl 1.20 and 1.32 side by side, each in a namespace of its own. Nothing runs in the pods, so what would need a kubelet is
# refused as by a server that reaches none.
set -u
. tests/acceptance/lib.sh
. tests/acceptance/up_lib.sh
. tests/acceptance/kubectl_lib.sh

since() {
    [ "$minor" -ge "$1" ]
}

try_rollout() {
    shows "create deployment" created k create deployment web --image=registry.test/web:1 --replicas=2
    shows "rollout status" 'deployment "web" successfully rolled out' k rollout status deploy/web --timeout=30s
    shows "get all" 'deployment.apps/web   2/2     2            2' k get all
    shows "set image" 'image updated' k set image deploy/web web=registry.test/web:2
    shows "rollout status says what it waits for" 'Waiting for deployment' k rollout status deploy/web --timeout=30s
    shows "rollout history" '2         <none>' k rollout history deploy/web
    shows "rollout history of one" 'registry.test/web:2' k rollout history deploy/web --revision=2
    shows "rollout undo" 'rolled back' k rollout undo deploy/web
    shows "rollout status after it" 'successfully rolled out' k rollout status deploy/web --timeout=30s
    shows "the image is back" registry.test/web:1 k get deploy web -o 'jsonpath={.spec.template.spec.containers[0].image}'
    says "rollout undo to what never was" 1 'unable to find specified revision 9 in history' k rollout undo deploy/web --to-revision=9
    shows "rollout restart" restarted k rollout restart deploy/web
    shows "rollout pause" paused k rollout pause deploy/web
    says "restart what is paused" 1 "can't restart paused deployment" k rollout restart deploy/web
    shows "rollout resume" resumed k rollout resume deploy/web
    shows "rollout status in the end" 'successfully rolled out' k rollout status deploy/web --timeout=30s
    says "rollout status of what is absent" 1 'deployments.apps "nosuch" not found' k rollout status deploy/nosuch
    shows "events tell of it" ScalingReplicaSet k get events --field-selector involvedObject.kind=Deployment
    shows "and of pods" 'Created pod: web-' k get events --field-selector reason=SuccessfulCreate
}

try_scaling() {
    shows "scale" scaled k scale deploy/web --replicas=1
    says "scale --current-replicas, wrong" 1 'Expected replicas to be 7, was 1' k scale deploy/web --replicas=3 --current-replicas=7
    shows "scale --current-replicas, right" scaled k scale deploy/web --replicas=2 --current-replicas=1
    shows "scale by label" scaled k scale deploy -l app=web --replicas=1
    says "scale to less than nothing" 1 'must be' k scale deploy/web --replicas=-1
    shows "expose" 'service/web exposed' k expose deploy/web --port=80 --target-port=8080
    says "expose it again" 1 'services "web" already exists' k expose deploy/web --port=80
    shows "autoscale" 'horizontalpodautoscaler.autoscaling/web autoscaled' k autoscale deploy/web --min=1 --max=2 --cpu-percent=80
    shows "its line" 'Deployment/web' k get hpa
    shows "describe it" 'Deployment/web' k describe hpa web
    check "$version: the service gets endpoints" eventually 20 has_endpoints
    shows "which describe knows" ':8080' k describe svc web
}

has_endpoints() {
    k get endpoints web -o 'jsonpath={.subsets[0].addresses[0].ip}:{.subsets[0].ports[0].port}' | grep -qE '^[0-9.]+:8080$'
}

# wait: by condition, by its being false, for deletion; since 1.27 for a value, since 1.31 for creation.
try_waiting() {
    shows "run" 'pod/lone created' k run lone --image=registry.test/c:1
    shows "wait for a condition" 'pod/lone condition met' k wait --for=condition=Ready pod/lone --timeout=30s
    shows "wait for one that holds" 'condition met' k wait --for=condition=Available deploy --all --timeout=30s
    says "wait for its being false" 1 'timed out waiting for the condition' k wait --for=condition=Ready=false pod/lone --timeout=1s
    says "wait for what is absent" 1 'pods "nosuch" not found' k wait --for=condition=Ready pod/nosuch --timeout=5s
    says "wait for none of those" 1 'no matching resources found' k wait --for=condition=Ready pod -l app=nosuch --timeout=5s
    shows "wait by label" 'condition met' k wait --for=condition=Ready pod -l run=lone --timeout=30s
    shows "job" created k create job once --image=registry.test/c:1 -- date
    shows "wait for a job" 'job.batch/once condition met' k wait --for=condition=complete job/once --timeout=30s
    if since 23; then
        shows "wait for a value" 'condition met' k wait --for='jsonpath={.status.phase}=Running' pod/lone --timeout=30s
        says "wait for another" 1 'timed out' k wait --for='jsonpath={.status.phase}=Failed' pod/lone --timeout=1s
    fi
    if since 31; then
        (sleep 1; k create configmap late >/dev/null) &
        shows "wait for creation" 'configmap/late condition met' k wait --for=create configmap/late --timeout=20s
        shows "wait for any value" 'condition met' k wait --for='jsonpath={.status.podIP}' pod/lone --timeout=30s
    fi
    (sleep 1; k delete pod lone --wait=false >/dev/null) &
    shows "wait for deletion" 'pod/lone condition met' k wait --for=delete pod/lone --timeout=30s
}

try_pods() {
    shows "run, dry run" 'image: registry.test/c:1' k run one --image=registry.test/c:1 --dry-run=client -o yaml
    shows "run with a command" 'pod/one created' \
        k run one --image=registry.test/c:1 --labels=app=one --env=A=1 --command -- sleep 1000
    shows "wait for it" 'condition met' k wait --for=condition=Ready pod/one --timeout=30s
    shows "logs" '' k logs one
    says "logs of what is absent" 1 'pods "nosuch" not found' k logs nosuch
    says "logs of another container" 1 'container nosuch is not valid for pod one' k logs one -c nosuch
    says "logs of before" 1 'previous terminated container "one" in pod "one" not found' k logs one --previous
    says "exec" 1 'error dialing backend' k exec one -- ls
    says "cp" 1 'error dialing backend' k cp one:/etc/passwd "$folder/passwd"
    says "attach" 1 'error dialing backend' k attach one
    says "port-forward" 1 'error dialing backend' k port-forward pod/one 18080:80
    says "top pods" 1 'Metrics API not available' k top pods
    says "top nodes" 1 'Metrics API not available' k top nodes
    shows "delete it gracefully" 'pod "one" deleted' k delete pod one --grace-period=1
}

# The logs of the planes' operator go on while somebody follows them.
try_logs() {
    local status=0

    shows "logs by label" reconcil "$kubectl" -n tsb logs -l name=tsb-operator
    shows "logs --tail" '' "$kubectl" -n tsb logs -l name=tsb-operator --tail=1
    shows "logs of a deployment" '' "$kubectl" -n tsb logs deploy/tsb-operator-management-plane --timestamps --since=1h
    timeout 3 "$kubectl" -n tsb logs -l name=tsb-operator -f >"$folder/followed" 2>&1 || status=$?
    check "$version: logs -f goes on until it is ended" [ "$status" -eq 124 ]
    check "$version: and shows lines" [ -s "$folder/followed" ]
}

try_nodes() {
    local node

    node=$("$kubectl" get nodes -o 'jsonpath={.items[0].metadata.name}')
    shows "get nodes" Ready k get nodes
    shows "cordon, dry run" 'cordoned' k cordon "$node" --dry-run=server
    shows "taint, dry run" tainted k taint nodes "$node" "$ns=1:NoSchedule" --dry-run=server
    if since 22; then # before, drain asks for policy/v1beta1
        shows "drain, dry run" '(server dry run)' k drain "$node" --dry-run=server --ignore-daemonsets --force --delete-emptydir-data
    fi
    shows "describe the node" KubeletReady k describe node "$node"
}

try_cascades() {
    shows "delete --cascade=orphan" 'deployment.apps "web" deleted' k delete deploy web --cascade=orphan
    shows "its ReplicaSets stay" replicaset.apps/web k get rs -o name
    shows "delete --cascade=foreground" 'replicaset.apps "web' k delete rs --all --cascade=foreground --timeout=30s
    shows "none of its pods is left" 'No resources found' k get pods -l app=web
    shows "delete --cascade=background" 'job.batch "once" deleted' k delete job once --cascade=background
    shows "delete the namespace with all in it" deleted k delete ns "$ns" --timeout=60s
}

try_all() {
    shows "create namespace" created k create ns "$ns"
    try_rollout
    try_scaling
    try_waiting
    try_pods
    try_logs
    try_nodes
    try_cascades
}

[ -n "$(find_kubectls 1.20 1.32)" ] || { skip "kubectl_workloads" "no kubectl 1.20 or 1.32 here"; exit 0; }
check "a world comes up" up_start "$SCRATCH" --world "$BRISK"
# shellcheck disable=SC1091
. "$SCRATCH/world/env"
with_kubectls try_all 1.20 1.32
check "it ends cleanly" up_stop "$SCRATCH"
