#!/usr/bin/env bash
# tests/acceptance/up_listeners_test.sh - a world whose API servers have a port each, as kubectl sees it.
set -u
. tests/acceptance/lib.sh
. tests/acceptance/up_lib.sh

needs kubectl curl jq ss || { skip "a listener per cluster" "no kubectl, curl, jq or ss here"; exit 0; }

servers() {
    jq -r '.clusters[] | "\(.name) \(.cluster.server)"' "$SCRATCH/world/kubeconfig"
}

names_ports() {
    diff <(servers) <(
        for cluster in mp1 mp2 cp-0001 cp-0002; do
            echo "$cluster https://127.$(cat "$SCRATCH/block").0.1:$((6444 + n++))"
        done
    )
}

# Whose it is shows in the uid of a namespace, which is another one in each cluster.
identity() {
    kubectl --context "$1" get ns kube-system -o 'jsonpath={.metadata.uid}'
}

below_all() {
    curl -fsS --cacert "$SCRATCH/world/ca.pem" -o /dev/null -w '%{http_code}' \
        "https://127.$(cat "$SCRATCH/block").0.1:6443/clusters/$1/version"
}

n=0
check "a world with a listener per cluster is up" up_start "$SCRATCH" --listener-per-cluster
export KUBECONFIG=$SCRATCH/world/kubeconfig HOME=$SCRATCH
check "the kubeconfig names a port for each" names_ports
for cluster in mp1 mp2 cp-0001 cp-0002; do
    check "$cluster has an identity" identity "$cluster"
done
check "and it is its own" [ "$(for c in mp1 mp2 cp-0001 cp-0002; do identity "$c"; echo; done | sort -u | wc -l)" = 4 ]
check "kubectl reads its plane" kubectl --context mp1 -n tsb get deploy tsb
check "and writes to a control plane" kubectl --context cp-0002 -n istio-system annotate ns istio-system seen=yes
check "the one address for all is there, too" [ "$(below_all cp-0002)" = 200 ]
check "it ends" up_stop "$SCRATCH"
check "and gives its ports back" [ -z "$(ss -Hlnt | grep -E "127\.$(cat "$SCRATCH/block")\.0\.1:")" ]
