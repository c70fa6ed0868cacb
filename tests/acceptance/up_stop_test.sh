#!/usr/bin/env bash
# tests/acceptance/up_stop_test.sh - Ctrl-C during a failover in real time: once, between two steps; twice, at once. Resume works after both.
set -u
. tests/acceptance/lib.sh
. tests/acceptance/up_lib.sh

# Signals that arrive together are told apart by their numbers alone, so the second one is SIGTERM, which means the same.
interrupt_twice() {
    kill -STOP "$1" && kill -INT "$1" && kill -TERM "$1" && kill -CONT "$1"
}

interrupt_once() {
    kill -INT "$1"
}

says() {
    grep -qE -- "$2" "$1" || { cat "$1"; return 1; }
}

# try NAME STEP INTERRUPT STATUS: interrupts when the journal tells of the step's intent.
try() {
    local name=$1 step=$2 interrupt=$3 status=$4 environment engine began result

    check "$name: a world comes up" up_start "$folder" --quiet --world "$BRISK"
    # shellcheck disable=SC1091
    . "$folder/world/env"
    environment=$(brisk_environment "$folder")
    "$UNDERSTUDY" failover -e "$environment" -j "$folder/journal" >"$folder/failover.out" 2>&1 </dev/null &
    engine=$!
    check "$name: it gets there" eventually 60 journal_says "$folder/journal" intent "$step"
    began=$SECONDS
    "$interrupt" "$engine"
    result=0
    wait "$engine" || result=$?
    check "$name: it ends with $status" [ "$result" -eq "$status" ]
    check "$name: soon" [ $((SECONDS - began)) -le 5 ]
    if [ "$status" -eq 7 ]; then
        check "$name: it says how to go on" says "$folder/failover.out" '^stopped; .understudy resume. goes on'
        check "$name: and where" says "$folder/failover.out" "^journal: $folder/journal"
        refuse "$name: nobody else can begin meanwhile" \
            "$UNDERSTUDY" failover -e "$environment" -j "$folder/another"
    fi
    check "$name: status tells to resume" says <("$UNDERSTUDY" status "$folder/journal") 'next: understudy resume -e '
    check "$name: resume goes on" "$UNDERSTUDY" resume -e "$environment" -j "$folder/journal"
    check "$name: status tells that it is over" says <("$UNDERSTUDY" status "$folder/journal") '^finished'
    check "$name: the end is that of an undisturbed run" looks_failed_over "$folder"
    check "$name: the world ends cleanly" up_stop "$folder"
}

needs kubectl dig psql curl jq || { skip "up_stop" "kubectl, dig, psql, curl or jq is missing"; exit 0; }

for story in "Ctrl-C before the fence|FO3|interrupt_once|7" "Ctrl-C after the promotion|FO5|interrupt_once|7" \
    "Ctrl-C twice|FO3|interrupt_twice|130"; do
    IFS='|' read -r name step interrupt status <<<"$story"
    folder=$SCRATCH/${name// /-}
    mkdir -p "$folder"
    try "$name" "$step" "$interrupt" "$status" >"$folder/log" 2>&1 &
done
wait
cat "$SCRATCH"/*/log
