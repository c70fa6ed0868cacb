#!/usr/bin/env bash
# tests/acceptance/up_world_test.sh - `understudy up` begins and ends as a program should: what it prints, what it refuses, what it leaves.
set -u
. tests/acceptance/lib.sh
. tests/acceptance/up_lib.sh

# says NAME STATUS TEXT COMMAND...: the command ends with STATUS and TEXT is among what it says.
says() {
    local name=$1 wanted=$2 text=$3 output status=0
    shift 3

    output=$(timeout -s KILL 30 "$@" 2>&1) || status=$?
    if [ "$status" -eq "$wanted" ] && grep -qF -- "$text" <<<"$output"; then
        ok "$name"
    else
        printf '%s\n' "$output"
        not_ok "$name" "status $status, not $wanted, or it does not say: $text"
    fi
}

try_refusals() {
    local bad=$SCRATCH/bad.yaml

    says "no folder" 2 "--dir" "$UNDERSTUDY" up
    says "a block that is none" 2 "1 to 253" "$UNDERSTUDY" up --dir "$SCRATCH/x" --block 254
    says "too many control planes" 2 "0 to 10000" "$UNDERSTUDY" up --dir "$SCRATCH/x" --control-planes 10001
    says "an argument too many" 2 'unexpected "now"' "$UNDERSTUDY" up --dir "$SCRATCH/x" now
    says "a world file that is absent" 2 "nosuch.yaml" "$UNDERSTUDY" up --dir "$SCRATCH/x" --world "$SCRATCH/nosuch.yaml"
    printf 'world: {operator: {strat: 1s}}\n' >"$bad"
    says "a misspelt parameter" 2 "did you mean start" "$UNDERSTUDY" up --dir "$SCRATCH/x" --world "$bad"
    says "and where it stands" 2 "bad.yaml:1:" "$UNDERSTUDY" up --dir "$SCRATCH/x" --world "$bad"
    printf 'worlds: {}\n' >"$bad"
    says "a file without a world" 2 "expected a \`world:\` mapping" "$UNDERSTUDY" up --dir "$SCRATCH/x" --world "$bad"
    : >"$SCRATCH/file"
    says "a folder that is a file" 5 "$SCRATCH/file" "$UNDERSTUDY" up --dir "$SCRATCH/file"
    says "a folder that cannot be made" 5 "/proc/nosuch" "$UNDERSTUDY" up --dir /proc/nosuch
}

# Everything answers at the moment `ready` is read, without a second try.
try_ready() {
    local folder=$1

    # shellcheck disable=SC1091
    . "$folder/world/env"
    check "ready: the API servers" k --context mp1 -n tsb get deploy tsb
    check "ready: of a control plane too" k --context cp-0003 -n istio-system get deploy edge
    check "ready: the name server" grep -q . <(dig +short "@$DNS_SERVER" -p "$DNS_PORT" "$FLOATING_NAME")
    check "ready: both databases" [ "$(psql_at "$folder" "$PGHOST_MP1" 'select pg_is_in_recovery()')$(
        psql_at "$folder" "$PGHOST_MP2" 'select pg_is_in_recovery()')" = ft ]
    check "ready: TSB's API" api "$folder" mp1 "/v2/organizations/$ORGANIZATION/status"
    check "ready: every edge is onboarded" [ "$(api "$folder" mp1 /metrics | grep -c 'onboarded_edge{.*} 1$')" = 3 ]
    check "secrets are for the owner alone" \
        [ "$(cd "$folder/world" && stat -c %a admin-password postgres-password tsig.key kubeconfig | sort -u)" = 600 ]
}

# A second world where the first one is: refused, with the flag that helps, and without harm to the first.
try_taken() {
    local block

    block=$(cat "$SCRATCH/a/block")
    says "the address is taken" 5 "--block $((block + 2))" "$UNDERSTUDY" up --dir "$SCRATCH/second" --block "$block"
    check "the first goes on" k --context mp1 -n tsb get deploy tsb
}

needs kubectl dig psql curl jq ss || { skip "up" "kubectl, dig, psql, curl, jq or ss is missing"; exit 0; }

try_refusals
nothing_was_made() { [ ! -e "$SCRATCH/x" ]; }
check "a refused world makes no folder" nothing_was_made

check "a world comes up" up_start "$SCRATCH/a" --world "$BRISK"
check "a second one beside it" up_start "$SCRATCH/b" --quiet --control-planes 0
check "quiet: it says ready and nothing else" [ "$(cat "$SCRATCH/b/up.log")" = ready ]
check "what happens is printed: time, place, what" \
    grep -qE '^ +[0-9]+\.[0-9] s  mp1 +the API takes configuration' "$SCRATCH/a/up.log"
check "ready is the last line at the start" [ "$(grep -n '^ready$' "$SCRATCH/a/up.log" | cut -d: -f1)" -gt 3 ]
try_ready "$SCRATCH/a"
try_taken

# A client that is in the middle of something does not keep it from ending.
k --context mp1 -n tsb get deploy -w >/dev/null 2>&1 &
watcher=$!
check "Ctrl-C ends it cleanly" up_stop "$SCRATCH/a" INT
check "SIGTERM ends it cleanly" up_stop "$SCRATCH/b" TERM
wait "$watcher" 2>/dev/null
for folder in "$SCRATCH/a" "$SCRATCH/b"; do
    refuse "nothing listens any more" up_listens "$folder"
done
check "the same folder again" up_start "$SCRATCH/a" --world "$BRISK"
check "and it ends cleanly again" up_stop "$SCRATCH/a" INT
