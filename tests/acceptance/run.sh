#!/usr/bin/env bash
# tests/acceptance/run.sh - runs the acceptance tests, which use the built program as a stranger would.
#
#     tests/acceptance/run.sh OUT [--verbose] [--counts FILE] [NAME]...
#
# Each tests/acceptance/NAME_test.sh runs from the root of the repository with
#     UNDERSTUDY   the program, as an absolute path
#     OUT          the folder of the build, absolute
#     SCRATCH      an empty folder of its own, OUT/acceptance/NAME
# and prints `ok - what`, `not ok - what: why` or `skip - what: why` for each thing it judges (lib.sh helps). What it
# says, on both outputs, is kept in OUT/acceptance/NAME.log. A script that ends badly without a `not ok`, or says
# nothing, or takes longer than ten minutes, counts as one failure. What it left running is killed.
set -euo pipefail

out=$(realpath "$1")
shift
verbose=no counts=
while [[ "${1-}" == --* ]]; do
    case "$1" in
    --verbose) verbose=yes ;;
    --counts) counts=$2; shift ;;
    *) echo "tests/acceptance/run.sh: no such option: $1" >&2; exit 2 ;;
    esac
    shift
done
logs="$out/acceptance"
mkdir -p "$logs"
passed=0 failed=0 skipped=0
running=
trap '[ -z "$running" ] || kill -KILL -- "-$running"; exit 130' INT TERM

is_wanted() {
    local name=$1 wanted
    shift

    [ $# -gt 0 ] || return 0
    for wanted in "$@"; do
        [ "$wanted" != "$name" ] || return 0
    done
    return 1
}

# A process group of its own, so that whatever it leaves running can be ended with it.
run_script() {
    local script=$1 name=$2 status=0

    rm -rf "${logs:?}/$name"
    mkdir -p "$logs/$name"
    UNDERSTUDY="$out/understudy" OUT="$out" SCRATCH="$logs/$name" \
        setsid timeout --foreground -k 10 600 bash "$script" >"$logs/$name.log" 2>&1 </dev/null &
    running=$!
    wait "$running" || status=$?
    kill -KILL -- "-$running" 2>/dev/null || true
    running=
    return "$status"
}

count_lines() {
    grep -c "^$1 - " "$2" || true
}

judge_script() {
    local script=$1 name=$2 log="$logs/$2.log" status=0 ok not_ok skip

    run_script "$script" "$name" || status=$?
    ok=$(count_lines ok "$log") not_ok=$(count_lines 'not ok' "$log") skip=$(count_lines skip "$log")
    if [ "$not_ok" -eq 0 ] && { [ "$status" -ne 0 ] || [ $((ok + skip)) -eq 0 ]; }; then
        echo "not ok - $name: ended with status $status after $ok ok" >>"$log"
        not_ok=1
    fi
    passed=$((passed + ok)) failed=$((failed + not_ok)) skipped=$((skipped + skip))
    if [ "$not_ok" -gt 0 ]; then
        echo "FAILED acceptance/$name (all of it: $log)"
        grep '^not ok - ' "$log" | sed 's/^/  /'
        tail -n 20 "$log" | sed 's/^/  | /'
    elif [ "$verbose" = yes ]; then
        echo "ok     acceptance/$name ($ok passed)"
    fi
    grep '^skip - ' "$log" | sed "s|^|acceptance/$name: |" || true
}

for script in tests/acceptance/*_test.sh; do
    [ -e "$script" ] || continue
    name=$(basename "$script" _test.sh)
    if is_wanted "$name" "$@"; then
        judge_script "$script" "$name"
    fi
done

if [ -n "$counts" ]; then
    echo "$passed $failed $skipped" >"$counts"
elif [ "$skipped" -gt 0 ]; then
    echo "$passed passed, $failed failed, $skipped skipped"
else
    echo "$passed passed, $failed failed"
fi
[ "$failed" -eq 0 ]
