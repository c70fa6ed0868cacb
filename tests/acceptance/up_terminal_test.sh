#!/usr/bin/env bash
# tests/acceptance/up_terminal_test.sh - what a person sees and types, at a terminal and without one: questions, progress, Ctrl-C, the record.
set -u
. tests/acceptance/lib.sh
. tests/acceptance/up_lib.sh

needs python3 jq || { skip "up_terminal" "python3 or jq is missing"; exit 0; }

folder=$SCRATCH/terminal
mkdir -p "$folder/desk"
check "a world comes up" up_start "$folder" --world "$BRISK"
environment=$(brisk_environment "$folder")
sed -i 's/"policies":{/&"preflight":"20s","fenceDebt":"5s",/' "$environment"
jq '(.clusters[] | select(.name == "mp1")).cluster.server |= sub(":[0-9]+"; ":1")' "$folder/world/kubeconfig" >"$folder/world/lost" &&
    chmod 600 "$folder/world/lost" && sed -i 's/"kubeconfig":"kubeconfig"/"kubeconfig":"lost"/' "$environment"
program=$(realpath "$UNDERSTUDY")
environment=$(realpath "$environment")

# Without a terminal nobody is asked, and the document is the only thing on stdout.
(cd "$folder/desk" && "$program" failover -e "$environment" --unplanned -o json </dev/null >"$folder/json" 2>"$folder/json.err")
check "without a terminal it refuses" jq -e '.outcome == "refused" and .exitCode == 1 and .finding.reaction == "ASK"' "$folder/json"
check "and names the flag" jq -e '.finding.remedy | contains("--force-unfenced")' "$folder/json"
(cd "$folder/desk" && "$program" failover -e "$environment" --unplanned -o json --events </dev/null >"$folder/events" 2>&1)
check "with --events each line is JSON" jq -e -s 'length > 3 and .[0].type == "event" and .[-1].type == "end"' "$folder/events"
check "a finished journal is put aside" [ "$(find "$folder/desk" -name 'understudy-*-unplanned-failover*.journal' | wc -l)" = 2 ]

/usr/bin/python3 tests/acceptance/up_terminal.py "$program" "$environment" "$folder/desk"

record=$(find "$folder/desk" -name '*.md' | head -n 1)
check "there is one record for all of the run" [ "$(find "$folder/desk" -name '*.md' | wc -l)" = 1 ]
check "it tells who agreed to what" grep -qE '^\| .*Z \| unfenced \| yes \| asked \| .*@' "$record"
check "and that another process went on, twice" [ "$(grep -c 'another process goes on' "$record")" = 2 ]
check "and what was done" grep -qE '\| promote \| acts \|' "$record"
secret=$(cat "$folder/world/admin-password")
refuse "no password is in it, nor in a journal" grep -rqF "$secret" "$folder/desk"
(cd "$folder/desk" && "$program" status -o json >"$folder/status" 2>&1)
check "status tells of them all" jq -e -s 'any(.[]; .state == "finished" and (.outcome == "completed" or .outcome == "degraded"))' "$folder/status"
check "it ends cleanly" up_stop "$folder"
