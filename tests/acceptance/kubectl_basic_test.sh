#!/usr/bin/env bash
# tests/acceptance/kubectl_basic_test.sh - real kubectl, of the oldest to the newest that is here, against the fake API server.
#
# The server is tests/tools/kube_serve.c, linked with the objects of the build in $OUT. The commands are those that people
# fail over with: get, export and re-apply, scale, patch, wait, logs, delete; exit codes and the errors' words are those of a
# real 1.32 server. The other kubectl scripts try more commands with fewer programs.
set -u
. tests/acceptance/lib.sh
. tests/acceptance/kube_lib.sh
. tests/acceptance/kubectl_lib.sh

stop_server() {
    kube_stop && ok "$version: the server ends cleanly" || not_ok "$version: the server ends cleanly" "status $?"
}

k() {
    "$kubectl" -n tsb "$@"
}

try_reading() {
    says "get one" 0 iam-signing-key k get secret iam-signing-key
    says "get several, one of them absent" 1 'Error from server (NotFound): secrets "nosuch" not found' \
        k get secrets iam-signing-key nosuch tsb-certs
    says "the others are printed" 1 tsb-certs k get secrets iam-signing-key nosuch tsb-certs
    says "as YAML" 0 'key: YQ==' k get secret iam-signing-key -o yaml
    says "by jsonpath" 0 registry.test k get managementplane managementplane -o 'jsonpath={.spec.hub}'
    says "by full name" 0 managementplane k get managementplanes.install.tetrate.io
    says "in the default namespace there is none" 1 NotFound "$kubectl" get secrets iam-signing-key
    says "by label" 0 tsb-operator-1 k get pods -l name=tsb-operator
    says "an unknown resource" 1 "the server doesn't have a resource type" k get nosuchthings
    says "a deployment's columns" 0 'READY   UP-TO-DATE   AVAILABLE   AGE' k get deploy
    says "and those that are wide" 0 'CONTAINERS' k get deploy -o wide
    says "a service's columns" 0 'EXTERNAL-IP' k get svc envoy
    says "logs by label" 0 'reconcile 19' k logs -l name=tsb-operator
    says "the other cluster" 0 envoy "$kubectl" --context mp2 -n tsb get svc envoy
    says "the version" 0 v1.32.13 "$kubectl" version
}

try_scaling() {
    says "scale two" 0 'deployment.apps/iam scaled' k scale deploy tsb iam --replicas 0
    says "scaled" 0 0 k get deploy tsb -o 'jsonpath={.spec.replicas}'
    says "a deployment of 0 is available" 0 'condition met' \
        k wait --for=condition=available deployment/tsb --timeout=10s
    says "scale with one absent" 1 'deployments.apps "nosuch" not found' k scale deploy tsb nosuch --replicas 1
    says "the one that is there is scaled" 0 1 k get deploy tsb -o 'jsonpath={.spec.replicas}'
    says "wait for what is absent" 1 'deployments.apps "nosuch" not found' \
        k wait --for=condition=available deployment/nosuch --timeout=5s
    says "rollout status" 0 'successfully rolled out' k rollout status deploy/tsb --timeout=10s
}

try_patching() {
    says "merge patch" 0 patched k patch managementplane managementplane --type merge \
        -p '{"spec":{"highAvailability":{"active":{}}}}'
    says "the same again" 0 '(no change)' k patch managementplane managementplane --type merge \
        -p '{"spec":{"highAvailability":{"active":{}}}}'
    says "generation moved once" 0 2 k get managementplane managementplane -o 'jsonpath={.metadata.generation}'
    says "strategic on a custom resource" 1 'the body of the request was in an unknown format' \
        k patch managementplane managementplane -p '{"spec":{}}'
    says "strategic on a deployment" 0 patched k patch deploy envoy \
        -p '{"spec":{"template":{"spec":{"containers":[{"name":"envoy","env":[{"name":"A","value":"1"}]}]}}}}'
    says "which keeps the image" 0 registry.test/envoy k get deploy envoy \
        -o 'jsonpath={.spec.template.spec.containers[0].image}'
    says "JSON patch" 0 patched k patch secret tsb-certs --type json \
        -p '[{"op":"replace","path":"/data/key","value":"Wg=="}]'
    says "JSON patch whose test fails" 1 request \
        k patch secret tsb-certs --type json -p '[{"op":"test","path":"/data/key","value":"no"}]'
    says "a typo of a published command" 1 'unknown command "k"' "$kubectl" k patch
    says "label" 0 labeled k label secret tsb-certs a=b
}

# A backup restores into an empty namespace, once; over what has changed since it conflicts.
try_backup() {
    k get secrets -o yaml iam-signing-key tsb-certs >"$SCRATCH/backup.yaml"
    says "delete some, one of them absent" 1 'secrets "nosuch" not found' \
        k delete secret iam-signing-key nosuch tsb-certs
    says "they are gone" 1 NotFound k get secret iam-signing-key
    says "apply the backup" 0 'secret/iam-signing-key created' k apply -f "$SCRATCH/backup.yaml"
    says "the data is back" 0 YQ== k get secret iam-signing-key -o 'jsonpath={.data.key}'
    says "apply it again" 1 'the object has been modified' k apply -f "$SCRATCH/backup.yaml"
    says "replace by force" 0 replaced k replace --force -f "$SCRATCH/backup.yaml"
    says "delete what is absent, asked not to mind" 0 '' k delete secret nosuch --ignore-not-found
}

try_applying() {
    local file=$SCRATCH/deployment.yaml

    cat >"$file" <<'YAML'
apiVersion: apps/v1
kind: Deployment
metadata: {name: applied}
spec:
  selector: {matchLabels: {app: applied}}
  template:
    metadata: {labels: {app: applied}}
    spec: {containers: [{name: c, image: "registry.test/c:1", env: [{name: A, value: "1"}]}]}
YAML
    says "apply: created" 0 created k apply -f "$file"
    sed -i 's/c:1/c:2/; s/name: A/name: B/' "$file"
    says "apply: configured" 0 configured k apply -f "$file"
    says "apply: one variable went, one came" 0 '[{"name":"B","value":"1"}]' k get deploy applied \
        -o 'jsonpath={.spec.template.spec.containers[0].env}'
    says "apply: unchanged" 0 unchanged k apply -f "$file"
    says "delete what was applied" 0 deleted k delete -f "$file" --timeout=20s
    says "create from standard input" 0 created k create -f - <<<'{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"ns1"}}'
    says "create it again" 1 'namespaces "ns1" already exists' \
        k create -f - <<<'{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"ns1"}}'
    says "delete a namespace" 0 deleted k delete ns ns1 --timeout=20s
    says "create in an absent namespace" 1 'namespaces "ns1" not found' "$kubectl" -n ns1 create -f - \
        <<<'{"apiVersion":"v1","kind":"Secret","metadata":{"name":"x"}}'
}

try_creating() {
    says "create ns" 0 created k create ns ns2
    says "create secret" 0 created k create secret generic s1 --from-literal=a=b
    says "its data" 0 Yg== k get secret s1 -o 'jsonpath={.data.a}'
    says "create configmap" 0 created k create configmap c1 --from-literal=a=b
    says "may I? yes" 0 yes k auth can-i delete secrets
    says "may I? no" 1 no "$kubectl" --context limited -n tsb auth can-i delete secrets
}

try_users() {
    says "a bad token" 1 'You must be logged in to the server' "$kubectl" --context nobody get ns
    says "not allowed" 1 'User "limited" cannot delete resource "secrets" in API group "" in the namespace "tsb"' \
        "$kubectl" --context limited -n tsb delete secret tsb-certs
}

# A watch prints what changes while it lasts.
try_watching() {
    local output

    "$kubectl" -n tsb get secrets -w --request-timeout=4s >"$SCRATCH/watched" 2>&1 &
    sleep 1
    k annotate secret admin-credentials seen="$version" --overwrite >/dev/null
    wait $!
    output=$(grep -c admin-credentials "$SCRATCH/watched")
    check "$version: a watch shows a change" [ "$output" -ge 2 ]
}

kube_can_build || { skip "kubectl" "no compiler here, or no objects of the server"; exit 0; }
check "kube_serve is built" kube_build
[ -x "$SCRATCH/kube_serve" ] || exit 0
[ -n "$(find_kubectls)" ] || { skip "kubectl" "no kubectl here"; exit 0; }

for kubectl in $(find_kubectls 1.20 1.27 1.33) $(realpath "$(command -v kubectl)"); do
    version=$("$kubectl" version --client 2>/dev/null | grep -oE 'v1\.[0-9]+\.[0-9]+' | head -1)
    kube_start "$SCRATCH/serve"
    try_reading
    try_scaling
    try_patching
    try_backup
    try_applying
    try_creating
    try_users
    try_watching
    stop_server
done
