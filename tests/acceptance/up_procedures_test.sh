#!/usr/bin/env bash
# tests/acceptance/up_procedures_test.sh - rejoin, failback and unplanned failover, from another process, on worlds in real time.
#
# In one world the planes change places twice, with a rejoin in between; in another the engine cannot reach the active's cluster, and
# goes on without it only when it is told to.
set -u
. tests/acceptance/lib.sh
. tests/acceptance/up_lib.sh

# status NAME WANTED COMMAND...: keeps what it says in $said.
status() {
    local name=$1 wanted=$2 found=0
    shift 2

    "$@" >"$said" 2>&1 </dev/null || found=$?
    [ "$found" -eq "$wanted" ] || cat "$said"
    check "$name" [ "$found" -eq "$wanted" ]
}

says() {
    check "$1" grep -qE -- "$2" "$said"
}

understudy() {
    "$UNDERSTUDY" "$@" -e "$environment"
}

role() {
    k --context "$1" -n tsb get managementplanes.install.tetrate.io managementplane \
        -o 'jsonpath={.spec.highAvailability}' | jq -c 'keys'
}

is_role() {
    [ "$(role "$1")" = "[\"$2\"]" ]
}

in_recovery() {
    psql_at "$folder" "$1" 'select pg_is_in_recovery()'
}

# As in CI: short waits for the engine, too.
prepare() {
    folder=$1 said=$1/said
    check "a world comes up" up_start "$folder" --world "$BRISK"
    # shellcheck disable=SC1091
    . "$folder/world/env"
    environment=$(brisk_environment "$folder")
    sed -i 's/"policies":{/&"preflight":"20s","fenceDebt":"5s","demote":"20s",/' "$environment"
}

try_there_and_back() {
    prepare "$1"
    status "nothing has to be rejoined yet" 0 understudy rejoin -j "$folder/0"
    status "a failover" 0 understudy failover -j "$folder/1"
    says "says what remains" 'remains: mp2 has no standby: .understudy rejoin. makes mp1 one'
    status "a rejoin, dry" 0 understudy rejoin -j "$folder/2" --dry-run
    says "finds which plane is which" 'now +holds: mp2 is the active, mp1 the standby'
    check "it changes nothing" is_role mp1 active
    status "the rejoin" 0 understudy rejoin -j "$folder/2"
    says "looks for what would be lost" '^[^ ]+Z RS1 +divergence'
    says "and says that the environment file is old" 'remains: the environment file says .active: mp1.'
    check "mp1 is a standby" is_role mp1 standby
    check "its database follows" [ "$(in_recovery "$PGHOST_MP1")" = t ]
    status "back again" 0 understudy failover --to mp1 --accept-flapping -j "$folder/3"
    says "by name" '^[^ ]+Z FO0c +roles +done'
    check "mp1 is the active" is_role mp1 active
    check "its database takes writes" [ "$(in_recovery "$PGHOST_MP1")" = f ]
    check "the name leads there" [ "$(dig +short "@$DNS_SERVER" -p "$DNS_PORT" "$FLOATING_NAME" CNAME)" = "mp1.$FLOATING_NAME." ]
    check "every edge is there" [ "$(api "$folder" mp1 /metrics | grep -c 'onboarded_edge{.*} 1$')" = 3 ]
    check "it ends cleanly" up_stop "$folder"
}

# The context of mp1 leads to a port where nobody listens.
lose_active() {
    jq '(.clusters[] | select(.name == "mp1")).cluster.server |= sub(":[0-9]+"; ":1")' \
        "$folder/world/kubeconfig" >"$folder/world/lost" &&
        chmod 600 "$folder/world/lost" &&
        sed -i 's/"kubeconfig":"kubeconfig"/"kubeconfig":"lost"/' "$environment"
}

try_without_active() {
    prepare "$1"
    check "the active's cluster is out of reach" lose_active
    status "a planned failover is refused" 1 understudy failover -j "$folder/0"
    status "an unplanned one asks" 1 understudy failover --unplanned -j "$folder/0"
    says "whether to go on unfenced" 'ASK F-201|--force-unfenced'
    status "and then does" 0 understudy failover --unplanned --force-unfenced --accept-data-loss 16MiB -j "$folder/1"
    says "it says that the fence is owed" 'cannot be reached: the fence (is|will be) owed'
    says "and that nobody has paid" 'remains: pay: mp1 does not answer yet'
    check "mp2 is the active" is_role mp2 active
    check "its database takes writes" [ "$(in_recovery "$PGHOST_MP2")" = f ]
    check "nothing was changed on mp1" [ "$(k --context mp1 -n tsb get deploy tsb -o 'jsonpath={.spec.replicas}')" = 1 ]
    check "it ends cleanly" up_stop "$folder"
}

needs kubectl dig psql curl jq || { skip "up_procedures" "kubectl, dig, psql, curl or jq is missing"; exit 0; }

mkdir -p "$SCRATCH/back" "$SCRATCH/lost"
(try_there_and_back "$SCRATCH/back") >"$SCRATCH/back/log" 2>&1 &
(try_without_active "$SCRATCH/lost") >"$SCRATCH/lost/log" 2>&1 &
wait
cat "$SCRATCH/back/log" "$SCRATCH/lost/log"
