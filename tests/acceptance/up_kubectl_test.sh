#!/usr/bin/env bash
# tests/acceptance/up_kubectl_test.sh - the documented failover, typed by hand on a world in real time, with every kubectl that is here.
#
# The procedure is Tetrate's "Failover from Active to Standby" for 1.12, step by step, with its traps: `wait` fails at once while
# the Deployment is absent, and calls one of 0 replicas available; the permanent name has to be right before the
# floating one leads to it; edges stay on the old plane until its front envoy goes. KUBECTLS may name the programs to
# try, one per word.
set -u
. tests/acceptance/lib.sh
. tests/acceptance/up_lib.sh
. tests/acceptance/kubectl_lib.sh

mp1() {
    k --context mp1 "$@"
}
mp2() {
    k --context mp2 "$@"
}

is() {
    local name="$version: $1" wanted=$2 found
    shift 2

    found=$("$@" 2>&1)
    if [ "$found" = "$wanted" ]; then
        ok "$name"
    else
        not_ok "$name" "found \"$found\", not \"$wanted\""
    fi
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

now() {
    date -u +%Y-%m-%dT%H:%M:%S.%6NZ
}

kid() {
    k --context "$1" -n tsb get secrets "$2" -o yaml | sed -n 's/^  kid: //p' | base64 -d
}

has_no_pods() {
    ! "$1" -n tsb get pods -l "app=$2" -o name | grep -q .
}

# The front envoy of that plane takes connections.
answers() {
    api "$folder" "$1" "/v2/organizations/$ORGANIZATION/status" >/dev/null
}

try_ready_for_it() {
    is "the signing keys are the same" "$(kid mp1 iam-signing-key)" kid mp2 iam-signing-key
    is "the JWKS keys are the same" "$(kid mp1 tsb-iam-jwks)" kid mp2 tsb-iam-jwks
    check "$version: and there is one" [ -n "$(kid mp1 iam-signing-key)" ]
    is "without -n another namespace is read" "" k --context mp1 -n default get secrets iam-signing-key --ignore-not-found
    is "mp1's database takes writes" f psql_at "$folder" "$PGHOST_MP1" 'select pg_is_in_recovery()'
    is "mp2's is in recovery" t psql_at "$folder" "$PGHOST_MP2" 'select pg_is_in_recovery()'
    is "it streams to one on the other side" t psql_at "$folder" "$PGHOST_MP1" \
        "select count(*) > 0 from pg_stat_replication where state = 'streaming'"
    is "the standby has no tsb" "" mp2 -n tsb get deploy tsb iam --ignore-not-found -o name
    check "$version: the active's API answers" answers mp1
    is "the typo of the published command" 1 sh -c "'$kubectl' k patch >/dev/null 2>&1; echo \$?"
}

shut_down_active() {
    check "$version: scale tsb and iam to 0" mp1 -n tsb scale deploy tsb iam --replicas 0
    becomes "their pods go" 30 has_no_pods mp1 tsb
    becomes "and its API with them" 30 eval '! answers mp1'
}

activate_standby() {
    refuse "$version: wait for a deployment that is absent fails at once" \
        mp2 -n tsb wait --for=condition=available --timeout=600s deployment/tsb
    is "patch" "managementplane.install.tetrate.io/managementplane patched" \
        mp2 patch -n tsb managementplanes.install.tetrate.io managementplane --type=merge -p "$ACTIVATE"
    is "the same patch again" "managementplane.install.tetrate.io/managementplane patched (no change)" \
        mp2 patch -n tsb managementplanes.install.tetrate.io managementplane --type=merge -p "$ACTIVATE"
    is "one change" 2 mp2 -n tsb get managementplanes.install.tetrate.io managementplane -o 'jsonpath={.metadata.generation}'
    becomes "the operator makes tsb" 60 mp2 -n tsb get deployment/tsb
    check "$version: wait until it is available" \
        mp2 -n tsb wait --for=condition=available --timeout=60s deployment/tsb
    becomes "mp2's database takes writes" 60 has f psql_at "$folder" "$PGHOST_MP2" 'select pg_is_in_recovery()'
    becomes "envoy has an address" 60 eval 'balancer_ip mp2 >/dev/null'
}

same_inventory() {
    [ "$(inventory mp2)" = "$before" ]
}

inventory() {
    local tenant

    api "$folder" "$1" "/v2/organizations/$ORGANIZATION/clusters" | jq -r '.clusters[].fqn' | sort
    for tenant in $(api "$folder" "$1" "/v2/organizations/$ORGANIZATION/tenants" | jq -r '.tenants[].fqn' | sort); do
        echo "$tenant"
        api "$folder" "$1" "/v2/$tenant/workspaces" | jq -r '.workspaces[].fqn' | sort
    done
}

verify_standby() {
    becomes "the new API answers by its permanent name" 60 answers mp2
    becomes "with all that the old one had" 30 same_inventory
    is "no edge has synced with it" 0 synced_since "$folder" mp2 "$activated"
    is "and it counts none as onboarded" 0 eval "api '$folder' mp2 /metrics | grep -c 'onboarded_edge{.*} 1\$'"
}

update() {
    nsupdate -k "$TSIG_KEYFILE" <<EOF
server $DNS_SERVER $DNS_PORT
zone example.com
update delete $1 CNAME
update add $1 $2 CNAME $3.
send
EOF
}

leads_to() {
    [ "$(dig +short "@$1" -p "${4:-$DNS_PORT}" "$2" CNAME)" = "$3." ]
}

update_names() {
    local target secondary=${DNS_SERVER%.*}.54 resolver

    target=$(mp2 -n tsb get svc envoy -o 'jsonpath={.status.loadBalancer.ingress[0].hostname}')
    resolver=127.$(($(cat "$folder/block") + 1)).0.1
    check "$version: get svc shows the EXTERNAL-IP" \
        grep -qE "^envoy +LoadBalancer +[0-9.]+ +$target " <(mp2 get svc -n tsb envoy)
    refuse "$version: without the key nothing can be changed" update_unsigned
    check "$version: nsupdate: the permanent name" update "mp2.$FLOATING_NAME" 5 "$target"
    becomes "both name servers say so" 10 eval \
        "leads_to $DNS_SERVER mp2.$FLOATING_NAME $target && leads_to $secondary mp2.$FLOATING_NAME $target"
    check "$version: nsupdate: the floating name" update "$FLOATING_NAME" 5 "mp2.$FLOATING_NAME"
    becomes "both name servers say so too" 10 eval \
        "leads_to $DNS_SERVER $FLOATING_NAME mp2.$FLOATING_NAME && leads_to $secondary $FLOATING_NAME mp2.$FLOATING_NAME"
    becomes "and the control planes' resolver, once its TTL is over" 20 \
        leads_to "$resolver" "$FLOATING_NAME" "mp2.$FLOATING_NAME" 5353
}

update_unsigned() {
    nsupdate <<EOF
server $DNS_SERVER $DNS_PORT
zone example.com
update add nobody.example.com 5 A 192.0.2.1
send
EOF
}

# As long as the old front envoy is there, nothing moves an edge: longer than any of their waits in this world.
edges_stay() {
    local i

    for ((i = 0; i < 8; i++)); do
        [ "$(synced_since "$folder" mp2 "$activated")" = 0 ] || return 1
        sleep 0.5
    done
}

trigger_edges() {
    check "$version: edges stay where they are by themselves" edges_stay
    check "$version: scale envoy of the old plane to 0" mp1 scale deploy -n tsb envoy --replicas 0
    becomes "every cluster syncs with the new plane" 60 has 3 synced_since "$folder" mp2 "$activated"
    becomes "every edge is onboarded" 30 has 3 onboarded
    becomes "and keeps syncing" 30 has 3 synced_since "$folder" mp2 "$(now)"
}

onboarded() {
    api "$folder" mp2 /metrics | grep -c 'onboarded_edge{.*} 1$'
}

ACTIVATE='{"spec": {"highAvailability": {"active": {"exposeEmbeddedPostgresInFrontEnvoy": true}, "standby": null}}}'

fail_over() {
    local activated before

    # shellcheck disable=SC1091
    . "$folder/world/env"
    before=$(inventory mp1)
    try_ready_for_it
    shut_down_active
    activated=$(now)
    activate_standby
    verify_standby
    update_names
    trigger_edges
    check "$version: all is as the engine leaves it" looks_failed_over "$folder"
}

needs kubectl dig nsupdate psql curl jq || { skip "up_kubectl" "kubectl, dig, nsupdate, psql, curl or jq is missing"; exit 0; }

# A world each, all at once: they mostly wait.
try_failover() {
    check "$version: a world comes up" up_start "$folder" --world "$BRISK"
    fail_over
    check "$version: and ends cleanly" up_stop "$folder"
}

with_kubectls try_failover 1.20 1.32
