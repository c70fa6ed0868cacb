#!/usr/bin/env bash
# tests/acceptance/certify_test.sh - an environment is certified from another process: lines, document, exit codes, and nothing changed.
set -u
. tests/acceptance/lib.sh
. tests/acceptance/up_lib.sh

world=$SCRATCH/one
environment=$world/world/environment.yaml

exits_with() {
    local name=$1 expected=$2 status=0
    shift 2

    "$@" >"$SCRATCH/output" 2>"$SCRATCH/errors" || status=$?
    if [ "$status" -eq "$expected" ]; then
        ok "$name"
    else
        cat "$SCRATCH/output" "$SCRATCH/errors"
        not_ok "$name" "status $status, not $expected"
    fi
}

exits_with "no environment is a usage error" 2 "$UNDERSTUDY" certify
exits_with "a file that is not there is a usage error" 2 "$UNDERSTUDY" certify -e "$SCRATCH/none.yaml"
exits_with "another output is a usage error" 2 "$UNDERSTUDY" certify -e "$SCRATCH/none.yaml" -o xml
check "the output's name is explained" grep -q 'text or json' "$SCRATCH/errors"

if ! up_start "$world" --control-planes 3; then
    not_ok "a world is up" "it is not"
    exit 0
fi

exits_with "a sound environment is fit" 0 "$UNDERSTUDY" certify -e "$environment" --report "$SCRATCH/report.json"
check "the last line counts" grep -qE '^[0-9]+ held, 0 broken, 0 unknown$' "$SCRATCH/output"
check "no colour without a terminal" sh -c "! grep -q '\[' '$SCRATCH/output'"
check "the report has every rule" sh -c \
    "[ \$(grep -o '\"result\":\"held\"' '$SCRATCH/report.json' | wc -l) -eq \$(grep -cE '(blocker|major|warning) +held' '$SCRATCH/output') ]"

mv "$world/world/tsig.key" "$world/world/away"
exits_with "without its key it cannot work" 5 "$UNDERSTUDY" certify -e "$environment"
check "the file is named" grep -q 'tsig.key' "$SCRATCH/errors"
mv "$world/world/away" "$world/world/tsig.key"

sed 's/"active":"mp1"/"active":"mp2"/' "$environment" >"$world/world/swapped.yaml"
exits_with "the wrong plane is not fit" 1 "$UNDERSTUDY" certify -e "$world/world/swapped.yaml" -o json
check "it is one document" sh -c "[ \$(wc -l <'$SCRATCH/output') -eq 1 ] && grep -q '\"fit\":false' '$SCRATCH/output'"
check "MP-01 is broken" grep -q '"id":"MP-01"[^}]*"result":"broken"' "$SCRATCH/output"

if needs kubectl; then
    # shellcheck disable=SC1091
    . "$world/world/env"
    k --context mp2 -n tsb delete secret tsb-standby-sa >/dev/null
    exits_with "a blocker is told" 1 "$UNDERSTUDY" certify -e "$environment"
    check "by its id, with a remedy" sh -c "grep -A4 '^SEC-07 ' '$SCRATCH/output' | grep -q 'remedy '"
    check "nobody holds a lease" sh -c "[ -z \"\$(kubectl --context mp1 -n tsb get leases -o name)\" ]"
else
    skip "kubectl breaks a rule" "no kubectl here"
fi
check "the world ends cleanly" up_stop "$world"
