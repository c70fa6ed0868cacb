#!/usr/bin/env bash
# tests/acceptance/up_engine_test.sh - the engine, from another process, fails a world over that lives in real time.
#
# First without changing anything, then for good, with a second engine that tries to join in; then again, which is refused.
set -u
. tests/acceptance/lib.sh
. tests/acceptance/up_lib.sh

# Every object of both planes and of a control plane, as of which change; and the zone.
versions() {
    local cluster

    for cluster in mp1 mp2 cp-0001; do
        k --context "$cluster" get deploy,sts,svc,secrets,cronjobs,leases -A \
            -o 'jsonpath={range .items[*]}{.kind}/{.metadata.name} {.metadata.resourceVersion}{"\n"}{end}'
    done
    for cluster in mp1 mp2; do
        k --context "$cluster" -n tsb get managementplanes.install.tetrate.io managementplane -o 'jsonpath={.metadata.resourceVersion}'
    done
    dig +short "@$DNS_SERVER" -p "$DNS_PORT" example.com SOA
}

says() {
    local name=$1 file=$2
    shift 2

    if grep -qE -- "$@" "$file"; then
        ok "$name"
    else
        cat "$file"
        not_ok "$name" "does not say: $*"
    fi
}

# Nothing that a terminal would need, no line that cannot be read.
is_plain() {
    ! grep -qP '[^\x20-\x7e]' "$1" && [ "$(wc -L <"$1")" -lt 400 ]
}

tells_no_secret() {
    local secret

    for secret in "$(cat "$world/admin-password")" "$(cat "$world/postgres-password")" \
        "$(sed -n 's/.*secret "\(.*\)".*/\1/p' "$world/tsig.key")"; do
        [ -n "$secret" ] || return 1
        ! grep -qF -- "$secret" "$@" || return 1
    done
}

# status NAME WANTED COMMAND...: keeps what it says in $said.
status() {
    local name=$1 wanted=$2 found=0
    shift 2

    "$@" >"$said" 2>&1 </dev/null || found=$?
    check "$name" [ "$found" -eq "$wanted" ]
}

try_dry_run() {
    local before

    before=$(versions)
    check "there is something to compare" grep -q Deployment/tsb <<<"$before"
    status "a dry run succeeds" 0 "$UNDERSTUDY" failover -e "$environment" -j "$journal" --dry-run
    says "it prints each step" "$said" '^FO3 +fence'
    says "why it is there" "$said" 'why +the active must take no more configuration'
    says "what it must never do" "$said" 'never +produce active and standby at once'
    says "what is so now" "$said" 'now +pending: deployment/tsb: 1 replicas wanted'
    says "and that nothing was changed" "$said" '^this is the plan; nothing was changed'
    check "nothing was changed" diff <(echo "$before") <(versions)
    check "it writes no journal" [ ! -e "$journal" ]
    check "without a terminal it is plain text" is_plain "$said"
}

# While the first one is at work.
try_second() {
    says "status: where it stands" <("$UNDERSTUDY" status "$journal") 'intent +FO3 +fence'
    says "status: that it is not over" <("$UNDERSTUDY" status "$journal") '^an engine is at work with it now, since '
    status "a second engine is refused" 1 "$UNDERSTUDY" failover -e "$environment" -j "$folder/second"
    says "by the check" "$said" 'REFUSE F-016'
    says "it says what is required" "$said" '^ +required +the lease "understudy" free or expired'
    says "what was observed" "$said" '^ +observed +held by .* on mp1'
    says "where that can be seen" "$said" '^ +evidence +kubectl get lease'
    says "what to do" "$said" '^ +remedy +another engine is at work'
    says "and that nothing was changed" "$said" '^refused: nothing was changed'
    status "one with the same journal too" 1 "$UNDERSTUDY" failover -e "$environment" -j "$journal"
    says "which is pointed to resume" "$said" 'understudy resume'
}

try_failover() {
    local said=$folder/failover.out engine failed=0

    "$UNDERSTUDY" failover -e "$environment" -j "$journal" >"$said" 2>&1 </dev/null &
    engine=$!
    check "it fences" eventually 30 journal_says "$journal" intent FO3
    said=$folder/second.out try_second
    wait "$engine" || failed=$?
    check "the failover succeeds" [ "$failed" -eq 0 ]
    says "it prints each step's end" "$said" '^[^ ]+Z FO5 +promote +done +[0-9]+'
    says "what it finds before it acts" "$said" ' found deployment/tsb: 1 replicas wanted'
    says "what it waits for, and how long" "$said" ' waiting [0-9:]+ of [0-9:]+ for services: '
    says "how long it took" "$said" '^RTO [0-9]+ s: fence'
    says "what was lost" "$said" '^RPO 0 bytes, 0 writes, 0 s$'
    says "what remains to be done" "$said" '^ +remains: mp2 has no standby'
    check "it is plain text" is_plain "$said"
    check "all is as it should be" looks_failed_over "$folder"
    check "no secret is told" tells_no_secret "$said" "$journal" "$folder/second.out"
}

try_after() {
    says "status: finished" <("$UNDERSTUDY" status "$journal") '^finished'
    status "there is nothing to resume" 1 "$UNDERSTUDY" resume -e "$environment" -j "$journal"
    says "and it says so" "$said" 'this run is finished'
    status "once more is refused: the planes have changed places" 1 \
        "$UNDERSTUDY" failover -e "$environment" -j "$folder/again"
    says "with what was observed" "$said" '^ +observed +mp1 says active, mp2 says active'
    says "and a remedy" "$said" '^ +remedy +[a-z]'
    check "all is still as it should be" looks_failed_over "$folder"
}

try_files() {
    status "no environment" 2 "$UNDERSTUDY" failover
    status "an environment that is absent" 2 "$UNDERSTUDY" failover -e "$folder/nosuch.yaml"
    says "it is named" "$said" 'nosuch\.yaml'
    status "no journal to resume" 2 "$UNDERSTUDY" resume -e "$environment" -j "$folder/nosuch"
    status "no journal to show" 2 "$UNDERSTUDY" status "$folder/nosuch"
    status "a journal in a folder that is absent" 5 "$UNDERSTUDY" failover -e "$environment" -j "$folder/nosuch/j"
}

needs kubectl dig psql curl jq || { skip "up_engine" "kubectl, dig, psql, curl or jq is missing"; exit 0; }

folder=$SCRATCH/a world=$SCRATCH/a/world journal=$SCRATCH/a/journal said=$SCRATCH/said
check "a world comes up" up_start "$folder" --world "$BRISK"
# shellcheck disable=SC1091
. "$world/env"
environment=$(brisk_environment "$folder")
try_files
try_dry_run
try_failover
try_after
check "the world ends cleanly" up_stop "$folder"
