#!/usr/bin/env bash
# tests/acceptance/up_tokens_test.sh - new tokens and another name for control planes, from another process, on a world in real time.
#
# kubectl spoils a token, and shows which were made anew and which were not; then it shows which name is followed. What the engine did to
# the clusters, as their audit log tells it, is what it does in the same story in simulated time.
set -u
. tests/acceptance/lib.sh
. tests/acceptance/up_lib.sh
. tests/acceptance/real_lib.sh

SECRETS="otel-token oap-token ngac-token xcp-edge-central-auth-token"

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
    "$UNDERSTUDY" "$@" -e "$environment" -j "$folder/journal.$((++journals))"
}

# "SECRET UID" of each token of a control plane.
tokens_of() {
    # shellcheck disable=SC2086
    k --context "$1" -n istio-system get secret $SECRETS \
        -o 'jsonpath={range .items[*]}{.metadata.name} {.metadata.uid}{"\n"}{end}'
}

# The kid in the header of a token.
kid_of() {
    k --context "$1" -n istio-system get secret "$2" -o "jsonpath={.data.$3}" | base64 -d | cut -d. -f1 | tr -- '-_' '+/' |
        sed 's/$/==/' | base64 -di 2>/dev/null | jq -r .kid
}

is_of_the_plane() {
    [ "$(kid_of "$1" oap-token token)" = "$(k --context mp1 -n tsb get secret iam-signing-key -o 'jsonpath={.data.kid}' | base64 -d)" ]
}

follows() {
    [ "$(k --context "$1" -n istio-system get controlplanes.install.tetrate.io controlplane -o 'jsonpath={.spec.managementPlane.host}')" = "$2" ]
}

spoil() {
    k --context cp-0002 -n istio-system patch secret oap-token --type=merge -p '{"data":{"token":"bm90IGEgdG9rZW4K"}}'
}

# How many lines of the second differ from the first.
changed() {
    diff <(echo "$1") <(echo "$2") | grep -c '^>'
}

try_refresh() {
    local before after others

    check "somebody spoils a token" spoil
    before=$(tokens_of cp-0002) others=$(tokens_of cp-0001)
    status "a refresh, dry" 0 understudy refresh-tokens --dry-run
    says "says who needs new ones, and why" 'cp-0002 needs new tokens: 1 not a token'
    check "it changes nothing" [ "$(tokens_of cp-0002)" = "$before" ]
    status "a refresh of one by name" 0 understudy refresh-tokens cp-0002
    says "says that it has them" 'cp-0002 has new tokens'
    after=$(tokens_of cp-0002)
    check "one was made anew" [ "$(changed "$before" "$after")" = 1 ]
    check "by the plane that serves" is_of_the_plane cp-0002
    check "no other cluster was touched" [ "$(tokens_of cp-0001)" = "$others" ]
    status "a name that is none" 2 understudy refresh-tokens cp-002
    says "is told what was meant" 'cp-002 is no control plane of this environment; did you mean cp-000.'
    status "valid ones of everybody: whose?" 2 understudy refresh-tokens --replace-valid-tokens
    status "a refresh of all, need or not" 0 understudy refresh-tokens --all --replace-valid-tokens
    check "four of cp-0001 are new" [ "$(changed "$others" "$(tokens_of cp-0001)")" = 4 ]
    check "four of cp-0002 are new" [ "$(changed "$after" "$(tokens_of cp-0002)")" = 4 ]
}

try_repoint() {
    status "without a word about whom" 2 understudy repoint
    status "to a plane that does not serve" 1 understudy repoint cp-0003 --host "mp2.$FLOATING_NAME"
    check "nothing was changed" follows cp-0003 "$FLOATING_NAME"
    status "one follows a permanent name" 0 understudy repoint cp-0003 --host "mp1.$FLOATING_NAME"
    check "it does" follows cp-0003 "mp1.$FLOATING_NAME"
    check "the others do not" follows cp-0001 "$FLOATING_NAME"
    check "its edge is back" [ "$(api "$folder" mp1 /metrics | grep -c 'onboarded_edge{.*} 1$')" = 3 ]
    status "all follow the floating name" 0 understudy repoint --all
    check "it does, too" follows cp-0003 "$FLOATING_NAME"
}

audited() {
    jq -r 'select((.userAgent // "") | startswith("understudy")) | select(.verb | IN("create", "update", "patch", "delete")) |
        select(.responseStatus.code < 400 and (.objectRef.resource | IN("leases", "selfsubjectrulesreviews", "selfsubjectaccessreviews") | not)) |
        [.annotations["understudy.dev/cluster"], .verb, .objectRef.resource, .objectRef.name] | join(" ")' "$1"
}

simulated_effects() {
    effects "$1" | awk '$1 ~ /^cp-/ { print $1, tolower($2), $3, $5 }'
}

# The same story, simulated: what is done to the clusters, in the same order. Which of several clusters is looked at first is the same, too.
try_effects() {
    "$UNDERSTUDY" run --world "$BRISK" --report "$folder/simulated" tests/acceptance/tokens/story.yaml >"$folder/simulated.log" 2>&1
    check "the simulated story ends well" grep -q '1 passed' "$folder/simulated.log"
    simulated_effects "$folder"/simulated/runs/*.run >"$folder/effects.simulated"
    audited "$folder/audit.jsonl" >"$folder/effects.real"
    check "it has effects" [ "$(wc -l <"$folder/effects.simulated")" -ge 15 ]
    check "the effects are the same, in the same order" diff "$folder/effects.simulated" "$folder/effects.real"
}

needs kubectl dig curl jq || { skip "up_tokens" "kubectl, dig, curl or jq is missing"; exit 0; }

folder=$SCRATCH/tokens said=$SCRATCH/tokens/said journals=0
mkdir -p "$folder"
check "a world comes up" up_start "$folder" --world "$BRISK" --audit-log "$folder/audit.jsonl"
# shellcheck disable=SC1091
. "$folder/world/env"
environment=$(brisk_environment "$folder")
try_refresh
try_repoint
try_effects
check "it ends cleanly" up_stop "$folder"
