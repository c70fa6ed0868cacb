#!/usr/bin/env bash
# tests/acceptance/kubectl_reading_test.sh - real kubectl shows what is in a world in real time, in every form that it knows.
#
# kubectl 1.20 and 1.32 side by side. Nothing is changed but in a namespace of their own. Each API server has a listener of its
# own, since `get --raw` and `proxy` leave out the path that a server's address has in a kubeconfig.
set -u
. tests/acceptance/lib.sh
. tests/acceptance/up_lib.sh
. tests/acceptance/kubectl_lib.sh

since() {
    [ "$minor" -ge "$1" ]
}

t() {
    "$kubectl" -n tsb "$@"
}

try_forms() {
    shows "-o yaml" 'kind: Deployment' t get deploy tsb -o yaml
    shows "-o json" '"kind": "Deployment"' t get deploy tsb -o json
    shows "-o name" deployment.apps/tsb t get deploy -o name
    shows "-o wide" 'CONTAINERS' t get deploy -o wide
    shows "-o wide of pods" 'NOMINATED NODE' t get pods -o wide
    shows "-o jsonpath" 'tsb=1' t get deploy tsb -o 'jsonpath={.metadata.name}={.spec.replicas}'
    shows "-o jsonpath with a filter" iam t get deploy -o 'jsonpath={.items[?(@.metadata.name=="iam")].metadata.name}'
    shows "-o jsonpath with a range" 'tsb,' t get deploy -o 'jsonpath={range .items[*]}{.metadata.name},{end}'
    shows "-o custom-columns" 'iam    1' t get deploy iam -o custom-columns=NAME:.metadata.name,WANTED:.spec.replicas
    shows "-o go-template" 'envoy ' t get deploy -o 'go-template={{range .items}}{{.metadata.name}} {{end}}'
    shows "--no-headers" envoy t get deploy envoy --no-headers
    shows "--show-labels" 'app=envoy' t get pods --show-labels
    shows "--show-kind" deployment.apps/envoy t get deploy envoy --show-kind
    shows "--sort-by" envoy t get deploy --sort-by=.metadata.creationTimestamp
    shows "-L" 'APP' t get pods -L app
    shows "-l with sets" envoy t get pods -l 'app in (envoy,tsb),app!=tsb'
    lacks "which leave the others out" iam t get pods -l 'app in (envoy,tsb),app!=tsb'
    shows "several kinds" service/envoy t get deploy/envoy svc/envoy
    shows "a custom resource" managementplane t get managementplanes.install.tetrate.io managementplane
    shows "a short name" 'No resources found' k get hpa,netpol,pdb
    if since 21; then
        shows "--show-managed-fields" 'name: tsb' t get deploy tsb -o yaml --show-managed-fields
    fi
}

try_lists() {
    shows "get all -A" 'tsb            pod/tsb-operator-management-plane' "$kubectl" get all -A
    shows "--chunk-size" xcp-central-cert t get secrets --chunk-size=2
    shows "as many as without" "$(t get secrets -o name)" t get secrets -o name --chunk-size=3
    shows "--field-selector" tsb-certs t get secrets -A --field-selector metadata.name=tsb-certs
    lacks "which leaves the others out" iam-signing-key t get secrets --field-selector metadata.name=tsb-certs
    shows "--field-selector by type" tsb-certs t get secrets --field-selector type=kubernetes.io/tls
    shows "--field-selector by phase" 'No resources found' t get pods --field-selector status.phase=Failed
    says "--field-selector of no such field" 1 'field label not supported' t get secrets --field-selector nosuch=1
    says "an unknown kind" 1 "the server doesn't have a resource type \"nosuch\"" t get nosuch
    says "an absent one" 1 'deployments.apps "nosuch" not found' t get deploy nosuch
    shows "an absent one, asked not to mind" '' t get deploy nosuch --ignore-not-found
    shows "in an empty namespace" "No resources found in $ns namespace." k get pods
    shows "--raw" '"v1.32.13"' "$kubectl" get --raw /version
    shows "--raw of an object" '"name":"tsb"' "$kubectl" get --raw /apis/apps/v1/namespaces/tsb/deployments/tsb
    says "--raw of nothing" 1 'the server could not find the requested resource' "$kubectl" get --raw /nosuch
    shows "--raw /readyz" '[+]ping ok' "$kubectl" get --raw '/readyz?verbose'
}

# A watch prints what changes until it is ended.
try_watches() {
    k create configmap watched >/dev/null
    timeout 4 "$kubectl" -n "$ns" get configmaps -w >"$folder/watch" 2>&1 &
    timeout 4 "$kubectl" -n "$ns" get configmaps --watch-only -o name >"$folder/watch-only" 2>&1 &
    timeout 4 "$kubectl" -n "$ns" get configmap watched -w -o 'jsonpath={.data.n}{"\n"}' >"$folder/watch-one" 2>&1 &
    sleep 1.5
    k patch configmap watched -p '{"data":{"n":"seven"}}' >/dev/null
    k create configmap watched-2 >/dev/null
    wait
    check "$version: get -w shows what is there and what comes" grep -q '^watched-2 ' "$folder/watch"
    check "$version: get -w shows a change" grep -qE '^watched +1 ' "$folder/watch"
    check "$version: get --watch-only shows the change" grep -q '^configmap/watched' "$folder/watch-only"
    check "$version: get -w of one shows its values" grep -q '^seven' "$folder/watch-one"
}

try_descriptions() {
    local kind name text

    while read -r kind name text; do
        shows "describe $kind" "$text" t describe "$kind" "$name"
    done <<'ROWS'
deployment tsb NewReplicaSet:
service envoy Endpoints:
secret tsb-certs tls.crt:
namespace tsb Active
managementplane managementplane High Availability:
statefulset tsb-postgres-1 Pods Status:
hpa envoy Deployment/envoy
endpoints envoy Subsets:
serviceaccount default Tokens:
clusterrole view PolicyRule:
clusterrolebinding cluster-admin system:masters
ROWS
    shows "describe pods by label" 'Controlled By:' t describe pods -l app=tsb
    shows "describe replicasets" 'Controlled By:  Deployment/tsb' t describe rs -l app=tsb
    shows "describe a definition" managementplanes "$kubectl" describe crd managementplanes.install.tetrate.io
    shows "describe events" '' t describe events
    says "describe what is absent" 1 'deployments.apps "nosuch" not found' t describe deploy nosuch
}

try_schemas() {
    shows "explain" 'DESCRIPTION' k explain deployment
    shows "explain a field" 'replicas' k explain deployment.spec.replicas
    shows "explain --recursive" 'terminationGracePeriodSeconds' k explain pod.spec --recursive
    shows "explain a custom resource" ManagementPlane k explain managementplane
    says "explain no such field" 1 'does not exist' k explain deployment.spec.nosuch
    says "explain no such kind" 1 "nosuch" k explain nosuch
    shows "api-resources" 'managementplanes' k api-resources
    shows "api-resources by group" deployments.apps k api-resources --api-group=apps -o name
    shows "api-resources by verb" pods k api-resources --verbs=list,watch --namespaced=true -o name
    shows "api-versions" install.tetrate.io/v1alpha1 k api-versions
    shows "version" v1.32.13 k version
    shows "version as JSON" '"gitVersion": "v1.32.13"' k version -o json
    shows "cluster-info" 'is running at' k cluster-info
    shows "cluster-info dump" '"kind": "PodList"' k cluster-info dump --namespaces tsb
    shows "cluster-info dump to files" '' k cluster-info dump --namespaces tsb --output-directory="$folder/dump"
}

try_users() {
    shows "auth can-i" yes t auth can-i delete secrets
    shows "auth can-i, everything" yes k auth can-i '*' '*' -A
    shows "auth can-i, a subresource" yes t auth can-i update deployments --subresource=scale
    shows "auth can-i, a path" yes k auth can-i get /version
    says "auth can-i as another" 1 no t auth can-i delete secrets --as=eve
    says "as another" 1 'User "eve" cannot list resource "secrets" in API group "" in the namespace "tsb"' t get secrets --as=eve
    shows "as another in a group of all rights" tsb-certs t get secrets --as=eve --as-group=system:masters
    says "a bad token" 1 'You must be logged in to the server' \
        "$kubectl" --kubeconfig="$folder/nobody" --token=wrong get pods
    printf 'apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: r, namespace: %s}\nrules: []\n' "$ns" \
        >"$folder/role.yaml"
    shows "auth reconcile" 'role.rbac.authorization.k8s.io/r reconciled' k auth reconcile -f "$folder/role.yaml"
}

# A copy of the kubeconfig, since `config` writes; `proxy` gives what is there to whoever asks without being anybody.
try_around() {
    local copy=$folder/config port

    cp "$KUBECONFIG" "$copy"
    shows "config get-contexts" mp2 "$kubectl" --kubeconfig="$copy" config get-contexts
    shows "config use-context" 'Switched to context "mp2"' "$kubectl" --kubeconfig="$copy" config use-context mp2
    shows "config current-context" mp2 "$kubectl" --kubeconfig="$copy" config current-context
    shows "config set-context" modified "$kubectl" --kubeconfig="$copy" config set-context --current --namespace=tsb
    shows "which is used" kubegres-controller-manager "$kubectl" --kubeconfig="$copy" get deploy
    lacks "config view hides keys" LS0t "$kubectl" --kubeconfig="$copy" config view
    "$kubectl" proxy --port=0 >"$folder/proxy" 2>&1 &
    eventually 10 grep -q 'Starting to serve' "$folder/proxy"
    port=$(grep -oE '[0-9]+$' "$folder/proxy")
    shows "proxy" '"major"' curl -fsS --max-time 10 "http://127.0.0.1:$port/version"
    shows "proxy of objects" '"DeploymentList"' curl -fsS --max-time 10 "http://127.0.0.1:$port/apis/apps/v1/namespaces/tsb/deployments"
    kill $!
    shows "completion" bash "$kubectl" completion bash
}

try_all() {
    "$kubectl" config view --raw --minify | sed '/client-certificate-data:/d; /client-key-data:/d' >"$folder/nobody"
    shows "create namespace" created k create ns "$ns"
    try_forms
    try_lists
    try_watches
    try_descriptions
    try_schemas
    try_users
    try_around
    shows "delete the namespace" deleted k delete ns "$ns" --wait=false
}

[ -n "$(find_kubectls 1.20 1.32)" ] || { skip "kubectl_reading" "no kubectl 1.20 or 1.32 here"; exit 0; }
check "a world comes up" up_start "$SCRATCH" --world "$BRISK" --listener-per-cluster
# shellcheck disable=SC1091
. "$SCRATCH/world/env"
with_kubectls try_all 1.20 1.32
check "it ends cleanly" up_stop "$SCRATCH"
