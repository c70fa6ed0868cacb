#!/usr/bin/env bash
# tests/acceptance/apply_test.sh - apply, client-side and server-side, of every kubectl that is here: who owns what, who is refused.
#
# The server is tests/tools/kube_serve.c. The errors' words are those of a real 1.32.
set -u
. tests/acceptance/lib.sh
. tests/acceptance/kube_lib.sh
. tests/acceptance/kubectl_lib.sh

k() {
    "$kubectl" -n tsb "$@"
}

# The managers of an object, in order: "one Apply, kcm Update status".
managers() {
    k get "$@" -o 'jsonpath={range .metadata.managedFields[*]}{.manager} {.operation} {.subresource},{end}'
}

# secret DATA: a Secret's manifest.
secret() {
    printf '{"apiVersion":"v1","kind":"Secret","metadata":{"name":"ssa"},"type":"Opaque","data":{%s}}' "$1"
}

# server_side NAME STATUS TEXT MANIFEST [OPTION]...
server_side() {
    local name=$1 wanted=$2 text=$3 manifest=$4
    shift 4

    says "$name" "$wanted" "$text" k apply --server-side -f - "$@" <<<"$manifest"
}

try_server_side() {
    server_side "created" 0 'secret/ssa serverside-applied' "$(secret '"a":"YQ=="')"
    server_side "the same again" 0 'secret/ssa serverside-applied' "$(secret '"a":"YQ=="')"
    server_side "a conflict" 1 'Apply failed with 1 conflict: conflict with "kubectl": .data.a' \
        "$(secret '"a":"Yg=="')" --field-manager=other
    server_side "by force" 0 'secret/ssa serverside-applied' \
        "$(secret '"a":"Yg=="')" --field-manager=other --force-conflicts
    says "both are managers" 0 'kubectl Apply ,other Apply ,' managers secret ssa
    says "the data is the second's" 0 Yg== k get secret ssa -o 'jsonpath={.data.a}'
    server_side "the second names nothing any more" 0 'serverside-applied' "$(secret '')" --field-manager=other
    says "and it is gone" 0 'map[]' k get secret ssa -o 'go-template={{.data}}{{if not .data}}map[]{{end}}'
    server_side "an unknown field" 1 '.bogus: field not declared in schema' \
        '{"apiVersion":"v1","kind":"Secret","metadata":{"name":"ssa"},"bogus":1}' --validate=false
    says "delete it" 0 deleted k delete secret ssa
}

try_workload() {
    local file=$SCRATCH/workload.yaml

    cat >"$file" <<'YAML'
apiVersion: apps/v1
kind: Deployment
metadata: {name: workload}
spec:
  replicas: 1
  selector: {matchLabels: {app: workload}}
  template:
    metadata: {labels: {app: workload}}
    spec: {containers: [{name: c, image: "registry.test/c:1", ports: [{containerPort: 80}]}]}
YAML
    says "a deployment" 0 serverside-applied k apply --server-side -f "$file"
    says "another's container" 0 serverside-applied k apply --server-side --field-manager=mesh --validate=false -f - <<'YAML'
apiVersion: apps/v1
kind: Deployment
metadata: {name: workload}
spec: {template: {spec: {containers: [{name: proxy, image: "registry.test/proxy:1"}]}}}
YAML
    says "both stand" 0 'c proxy' k get deploy workload -o 'jsonpath={.spec.template.spec.containers[*].name}'
    says "scale" 0 scaled k scale deploy workload --replicas=3
    says "the number is contested" 1 '.spec.replicas' k apply --server-side -f "$file"
    sed -i '/replicas/d; s/c:1/c:2/' "$file"
    says "and given up" 0 serverside-applied k apply --server-side -f "$file"
    says "three are left" 0 '3 registry.test/c:2' k get deploy workload \
        -o 'jsonpath={.spec.replicas} {.spec.template.spec.containers[0].image}'
    says "the second leaves" 0 serverside-applied k apply --server-side --field-manager=mesh --validate=false -f - <<'YAML'
apiVersion: apps/v1
kind: Deployment
metadata: {name: workload}
YAML
    says "and takes its container along" 0 'c' k get deploy workload -o 'jsonpath={.spec.template.spec.containers[*].name}'
    says "delete it" 0 deleted k delete deploy workload
}

# From client-side apply to server-side, and back.
try_moving() {
    says "client-side" 0 created k apply -f - <<<"$(secret '"a":"YQ=="')"
    says "its manager" 0 'kubectl-client-side-apply Update ,' managers secret ssa
    says "client-side again" 0 configured k apply -f - <<<"$(secret '"a":"Yg=="')"
    server_side "server-side takes over" 0 serverside-applied "$(secret '"a":"Yw=="')"
    says "its data" 0 Yw== k get secret ssa -o 'jsonpath={.data.a}'
    says "client-side, once more" 0 secret/ssa k apply -f - <<<"$(secret '"a":"Yw=="')"
    says "a dry run" 0 'serverside-applied (server dry run)' \
        k apply --server-side --dry-run=server -f - <<<"$(secret '"a":"ZA=="')"
    says "which changed nothing" 0 Yw== k get secret ssa -o 'jsonpath={.data.a}'
    says "delete it" 0 deleted k delete secret ssa
}

# 1.20 shows managers always, later ones when asked.
try_showing() {
    local option=--show-managed-fields

    "$kubectl" get --help | grep -q -- "$option" || option=
    says "create" 0 created k create secret generic shown --from-literal=a=b
    says "patch" 0 patched k patch secret shown --type merge -p '{"data":{"n":"bg=="}}'
    # shellcheck disable=SC2086
    says "show managers" 0 'manager: kubectl-patch' k get secret shown -o yaml $option
    says "nobody owns anything" 0 patched k patch secret shown --type merge -p '{"metadata":{"managedFields":[{}]}}'
    # shellcheck disable=SC2086
    says "no managers" 1 '' grep managedFields <<<"$(k get secret shown -o yaml $option)"
}

kube_can_build || { skip "kubectl apply" "no compiler here, or no objects of the server"; exit 0; }
check "kube_serve is built" kube_build
[ -x "$SCRATCH/kube_serve" ] || exit 0
[ -n "$(find_kubectls 1.20 1.32)" ] || { skip "kubectl apply" "no kubectl here"; exit 0; }

for kubectl in $(find_kubectls 1.20 1.32); do
    version=$("$kubectl" version --client 2>/dev/null | grep -oE 'v1\.[0-9]+\.[0-9]+' | head -1)
    kube_start "$SCRATCH/serve"
    try_server_side
    try_workload
    try_moving
    try_showing
    kube_stop && ok "$version: the server ends cleanly" || not_ok "$version: the server ends cleanly" "status $?"
done
