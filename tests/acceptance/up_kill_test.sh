#!/usr/bin/env bash
# tests/acceptance/up_kill_test.sh - kill -9 of the engine, at exact places of a failover in real time; then `understudy resume`.
#
# tests/tools/kill_at.c, preloaded, kills the engine at a place in its journal. Each place gets a world of its own; many live side by
# side, since they mostly wait. The journal is then copied elsewhere, as to another machine, and resumed from there: the end is
# the same as that of a run that nobody disturbed.
#
# Four places are tried; KILL_STEPS=all tries all of them, in about three minutes.
set -u
. tests/acceptance/lib.sh
. tests/acceptance/up_lib.sh

SIDE_BY_SIDE=16

SOME_PLACES='after intent FO3
sent 1 FO5
torn outcome FO6b
before outcome FO11'

ALL_PLACES='after outcome FO0a
after intent FO0b
sent 1 FO0b
sent 3 FO0b
before outcome FO0b
after outcome FO0b
after outcome FO0
after intent FO1
before outcome FO1
torn outcome FO1
after outcome FO1
after outcome FO2
after intent FO3
sent 1 FO3
sent 2 FO3
before outcome FO3
after outcome FO3
after intent FO4
before outcome FO4
after outcome FO4
after intent FO5
torn intent FO5
sent 1 FO5
before outcome FO5
torn outcome FO5
after outcome FO5
before outcome FO6a
after outcome FO6a
before outcome FO6b
torn outcome FO6b
after outcome FO6b
after outcome FO7
after outcome FO8
after intent FO9
sent 1 FO9
before outcome FO9
after outcome FO9
after intent FO10a
sent 1 FO10a
before outcome FO10a
after outcome FO10a
after outcome FO10b
after intent FO11
sent 1 FO11
before outcome FO11
after outcome FO11
before outcome FO12
after outcome FO12
after outcome FO13
after intent FO14
before outcome FO14'

build_killer() {
    ${CC:-gcc} -std=c11 -D_GNU_SOURCE -shared -fPIC -g -o "$SCRATCH/kill_at.so" tests/tools/kill_at.c -ldl
}

# The exit code of the engine, killed at that place. A sanitized engine wants its own library to be the first.
engine_killed_at() {
    (
        KILL_AT=$1 LD_PRELOAD=$SCRATCH/kill_at.so ASAN_OPTIONS="${ASAN_OPTIONS-}:verify_asan_link_order=0" \
            timeout 120 "$UNDERSTUDY" failover -e "$environment" -j "$folder/journal" >"$folder/failover.out" 2>&1 </dev/null
        exit $?
    ) 2>/dev/null
}

was_killed() {
    engine_killed_at "$1"
    [ $? -eq 137 ]
}

# On another machine there is nothing but the environment and the journal.
resume_elsewhere() {
    mkdir -p "$folder/elsewhere"
    cp "$folder/journal" "$folder/elsewhere/journal"
    (
        cd "$folder/elsewhere" &&
            timeout 120 "$UNDERSTUDY" resume -e "$environment" -j journal >"$folder/resume.out" 2>&1 </dev/null
    ) || {
        cat "$folder/failover.out" "$folder/resume.out"
        return 1
    }
}

try_place() {
    local place=$1 environment

    check "$place: a world comes up" up_start "$folder" --quiet --world "$BRISK"
    # shellcheck disable=SC1091
    . "$folder/world/env"
    environment=$(brisk_environment "$folder")
    check "$place: the engine is killed there" was_killed "$place"
    cp "$folder/journal" "$folder/journal.killed"
    check "$place: status can read what is left" "$UNDERSTUDY" status "$folder/journal"
    check "$place: and does not touch it" cmp "$folder/journal" "$folder/journal.killed"
    refuse "$place: a new failover over it is refused" \
        "$UNDERSTUDY" failover -e "$environment" -j "$folder/journal"
    check "$place: resume goes on from there" resume_elsewhere
    check "$place: the end is that of an undisturbed run" looks_failed_over "$folder"
    check "$place: the world ends cleanly" up_stop "$folder"
}

needs kubectl dig psql curl jq gcc || { skip "up_kill" "kubectl, dig, psql, curl, jq or gcc is missing"; exit 0; }
check "the killer is built" build_killer

case ${KILL_STEPS-} in
all) places=$ALL_PLACES ;;
*) places=${KILL_STEPS:-$SOME_PLACES} ;;
esac

number=0
while read -r place; do
    number=$((number + 1))
    folder=$SCRATCH/$(printf '%02d' "$number")
    mkdir -p "$folder"
    while [ "$(jobs -rp | wc -l)" -ge "$SIDE_BY_SIDE" ]; do
        wait -n
    done
    try_place "$place" >"$folder/log" 2>&1 &
done <<<"$places"
wait
cat "$SCRATCH"/*/log
