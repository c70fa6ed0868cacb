#!/usr/bin/env bash
# tests/acceptance/explain_test.sh - what a cluster says of itself: real kubectl, of every version that is here, and curl.
#
# Discovery, versions, explain, every kind as a table; then heads and answers that clients depend on without showing them:
# ETags, negotiated forms, refusals. KUBECTLS may name the programs to try, one per word.
set -u
. tests/acceptance/lib.sh
. tests/acceptance/kube_lib.sh
. tests/acceptance/kubectl_lib.sh

# says NAME TEXT COMMAND...: the command succeeds, and TEXT is among what it says.
says() {
    local name=$1 text=$2 output status=0
    shift 2

    output=$("$@" 2>&1) || status=$?
    if [ "$status" -ne 0 ]; then
        tail -n 20 <<<"$output"
        not_ok "$name" "status $status"
    elif ! grep -qF -- "$text" <<<"$output"; then
        head -n 20 <<<"$output"
        not_ok "$name" "does not say: $text"
    else
        ok "$name"
    fi
}

# As `says`, with words that are set apart by any number of blanks.
says_words() {
    local name=$1 text=$2
    shift 2

    "$@" 2>&1 | tr -s ' \t' ' ' >"$SCRATCH/words"
    says "$name" "$text" cat "$SCRATCH/words"
}

try_kubectl() {
    says "$version: api-versions" 'rbac.authorization.k8s.io/v1' "$kubectl" api-versions
    says_words "$version: api-resources" 'deployments deploy apps/v1 true Deployment' "$kubectl" api-resources
    says "$version: all of a category" deployment.apps/tsb "$kubectl" -n tsb get all -o name
    says "$version: version" v1.32.13 "$kubectl" version
    says "$version: cluster-info" 'is running at' "$kubectl" cluster-info
    says "$version: explain a field" 'How many pods are wanted' "$kubectl" explain deployment.spec.replicas
    says_words "$version: explain what is below" 'image <string>' "$kubectl" explain pods.spec.containers
    says "$version: explain all" managedFields "$kubectl" explain --recursive pod
    says "$version: explain a custom resource" ManagementPlane "$kubectl" explain managementplane
    says "$version: explain by version" 'VERSION:' "$kubectl" explain --api-version=apps/v1 deployment
    refuse "$version: explain what is not there" "$kubectl" explain deployment.spec.nosuch
    check "$version: every kind as a table" every_kind
    says_words "$version: a deployment's columns" \
        'NAME READY UP-TO-DATE AVAILABLE AGE CONTAINERS IMAGES SELECTOR' "$kubectl" -n tsb get deploy -o wide
    says_words "$version: of all namespaces" 'NAMESPACE NAME TYPE DATA AGE' "$kubectl" get secrets -A
    says "$version: raw" gitVersion "$kubectl" get --raw /clusters/mp1/version
}

every_kind() {
    local kind kinds

    kinds=$("$kubectl" api-resources --verbs=list -o name) && [ "$(wc -w <<<"$kinds")" -gt 40 ] || return 1
    for kind in $kinds; do
        "$kubectl" get "$kind" -A -o wide >"$SCRATCH/kind" 2>&1 ||
            { echo "$kind: $(tail -n 1 "$SCRATCH/kind")"; return 1; }
    done
}

# ---- what kubectl does not show ------------------------------------------------------------------

AGGREGATED='application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList'

# head_says NAME TEXT [CURL OPTION]... PATH: TEXT is in the head of the answer.
head_says() {
    local name=$1 text=$2
    shift 2

    says "$name" "$text" api -o "$SCRATCH/body" -D - --http1.1 "${@:1:$#-1}" "/clusters/mp1${!#}"
}

etag() {
    api -o /dev/null -D - --http1.1 "${@:1:$#-1}" "/clusters/mp1${!#}" | tr -d '\r' | sed -n 's/^Etag: //Ip'
}

try_documents() {
    head_says "aggregated discovery repeats its type" "Content-Type: $AGGREGATED" -H "Accept: $AGGREGATED" /apis
    head_says "aggregated discovery that is known" 304 -H "Accept: $AGGREGATED" \
        -H "If-None-Match: $(etag -H "Accept: $AGGREGATED" /apis)" /apis
    head_says "plain discovery" 'Content-Type: application/json' -H 'Accept: application/json' /apis
    head_says "OpenAPI 2 as protobuf" 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf' \
        -H 'Accept: application/com.github.proto-openapi.spec.v2@v1.0+protobuf' /openapi/v2
    head_says "OpenAPI 2 that is known" 304 -H "If-None-Match: $(etag /openapi/v2)" /openapi/v2
    head_says "OpenAPI 3 by its hash" 'Cache-Control: public, immutable' \
        "/openapi/v3/apis/apps/v1?hash=$(etag /openapi/v3/apis/apps/v1 | tr -d '"')"
    head_says "OpenAPI 3 by another hash" 301 '/openapi/v3/apis/apps/v1?hash=OTHER'
    head_says "OpenAPI 3 of nothing" 404 /openapi/v3/apis/nosuch.io/v1
}

body_says() {
    local name=$1 text=$2
    shift 2

    says "$name" "$text" api "${@:1:$#-1}" "/clusters/mp1${!#}"
}

try_answers() {
    local secrets=/api/v1/namespaces/tsb/secrets

    body_says "ready" ok /readyz
    body_says "every check" '[+]poststarthook/crd-informer-synced ok' '/livez?verbose'
    body_says "a check that is left out" '[+]etcd excluded: ok' '/healthz?verbose&exclude=etcd'
    body_says "a check that is not there" '404 page not found' /readyz/nosuch
    body_says "every path" '"/apis/apps/v1"' /
    body_says "how many objects there are" 'apiserver_storage_objects{resource="deployments.apps"} 3' /metrics
    body_says "an unknown group" '404 page not found' /apis/nosuch.io/v1
    body_says "an unknown resource" 'could not find the requested resource' /api/v1/nosuch
    body_says "metadata alone" '"kind":"PartialObjectMetadataList"' -A test \
        -H 'Accept: application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1' $secrets
    body_says "a table with whole objects" '"data":{"key":"YQ=="' -A test \
        -H 'Accept: application/json;as=Table;g=meta.k8s.io;v=v1' "$secrets?includeObject=Object"
    body_says "a table with what is not known" "must be 'Metadata', 'Object', 'None', or empty" -A test \
        -H 'Accept: application/json;as=Table;g=meta.k8s.io;v=v1' "$secrets?includeObject=Bad"
    body_says "a table of no known version" 'only the following media types are accepted' \
        -H 'Accept: application/json;as=Table;g=meta.k8s.io;v=v9' $secrets
    body_says "exec without a node" 'does not have a host assigned' \
        /api/v1/namespaces/tsb/pods/tsb-operator-1/exec?command=ls
    body_says "exec in an absent pod" 'pods \"nosuch\" not found' /api/v1/namespaces/tsb/pods/nosuch/exec
    body_says "a service by proxy" 'no endpoints available for service' /api/v1/namespaces/tsb/services/envoy/proxy
    head_says "HEAD is not allowed" 405 --head /version
    head_says "nothing is kept" 'Cache-Control: no-cache, private' $secrets
    head_says "which flow it was" X-Kubernetes-Pf-Flowschema-Uid $secrets
}

kube_can_build || { skip "kubectl explain" "no compiler, or no objects of the server in this build"; exit 0; }
check "kube_serve is built" kube_build
[ -x "$SCRATCH/kube_serve" ] || exit 0

kube_start "$SCRATCH/serve" || { not_ok "the server starts" "it is not ready"; exit 0; }
if needs curl; then
    try_documents
    try_answers
else
    skip "what kubectl does not show" "no curl here"
fi
[ -n "$(find_kubectls 1.20 1.32)" ] || skip "kubectl explain" "no kubectl here"
for kubectl in $(find_kubectls 1.20 1.32); do
    version=$("$kubectl" version --client 2>/dev/null | grep -oE 'v1\.[0-9]+\.[0-9]+' | head -1)
    try_kubectl
done
if kube_stop; then ok "the server ends cleanly"; else not_ok "the server ends cleanly" "status $?"; fi
