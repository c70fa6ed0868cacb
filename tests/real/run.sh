#!/usr/bin/env bash
# tests/real/run.sh - the scenarios of tests/real/scenarios.txt, and those beside it, on real PostgreSQL servers, several side by side.
#
#     tests/real/run.sh OUT [NAME]...     only those whose path has NAME in it
#
# They pass as they do on the simulated world, by the same judge; and of each in which the engine changed anything, what it did is held
# against the simulated run of the same file, in order. It takes about twelve minutes: nearly all of it is waiting. OUT/real has the report.
set -euo pipefail

out=$(realpath "$1")
shift
UNDERSTUDY=$out/understudy
. tests/acceptance/lib.sh
. tests/acceptance/real_lib.sh

is_wanted() {
    local path=$1 wanted
    shift

    [ $# -gt 0 ] || return 0
    for wanted in "$@"; do
        [[ "$path" != *"$wanted"* ]] || return 0
    done
    return 1
}

real_is_possible || { echo "real Postgres: install Debian's package postgresql-15"; exit 5; }

files=()
while read -r path; do
    [[ "$path" =~ ^(#|$) ]] || ! is_wanted "$path" "$@" || files+=("scenarios/catalogue/$path.yaml")
done <tests/real/scenarios.txt
for path in tests/real/*.yaml; do
    ! is_wanted "$path" "$@" || files+=("$path")
done
[ ${#files[@]} -gt 0 ] || { echo "no scenario has such a name: $*"; exit 2; }

place=$(real_place)
trap 'rm -rf "$place"' EXIT
failed=0

echo "${#files[@]} scenarios on real servers, ${REAL_JOBS:-4} at a time"
real_run "$place" "${files[@]}" || failed=1
cat "$place/run.log"
simulated_run "$place" "${files[@]}" || { cat "$place/simulated.log"; failed=1; }
for file in "${files[@]}"; do
    run=$(basename "$file" .yaml)-1.run
    effects "$place/simulated/runs/$run" >"$place/simulated.effects"
    effects "$place/report/runs/$run" >"$place/real.effects"
    if ! diff "$place/simulated.effects" "$place/real.effects"; then
        echo "the effects of $file differ: simulated <, real >"
        failed=1
    fi
done
left=$(left_behind "$place")
[ -z "$left" ] || { echo "left behind: $left"; failed=1; }
rm -rf "$out/real"
cp -r "$place/report" "$out/real"
exit "$failed"
