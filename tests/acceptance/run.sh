#!/usr/bin/env bash
# tests/acceptance/run.sh - runs the acceptance tests, which use the built program as a stranger would.
#
#     tests/acceptance/run.sh OUT [--verbose] [--jobs N] [--counts FILE] [NAME]...
#
# Each tests/acceptance/NAME_test.sh runs from the root of the repository with
#     UNDERSTUDY   the program, as an absolute path
#     OUT          the folder of the build, absolute
#     SCRATCH      an empty folder of its own, OUT/acceptance/NAME
# and prints `ok - what`, `not ok - what: why` or `skip - what: why` for each thing it judges (lib.sh helps). What it
# says, on both outputs, is kept in OUT/acceptance/NAME.log. A script that ends badly without a `not ok`, or says
# nothing, or takes longer than a quarter of an hour, counts as one failure. What it left running is killed.
#
# Several run side by side, since most of them mostly wait; what takes long begins first.
set -euo pipefail

out=$(realpath "$1")
shift
verbose=no counts='' jobs=$(($(nproc) + 2))
while [[ "${1-}" == --* ]]; do
    case "$1" in
    --verbose) verbose=yes ;;
    --jobs) jobs=$2; shift ;;
    --counts) counts=$2; shift ;;
    *) echo "tests/acceptance/run.sh: no such option: $1" >&2; exit 2 ;;
    esac
    shift
done
logs="$out/acceptance"
mkdir -p "$logs"
passed=0 failed=0 skipped=0
declare -A running=() # name by process, which is also its group

kill_all() {
    local process

    for process in "${!running[@]}"; do
        kill -KILL -- "-$process" 2>/dev/null || true
    done
}
trap 'kill_all; exit 130' INT TERM

# All names, those first that take long.
names() {
    local long='checks mutants dns_corpus determinism up_procedures' name

    for name in $long; do
        [ ! -e "tests/acceptance/${name}_test.sh" ] || echo "$name"
    done
    for name in tests/acceptance/*_test.sh; do
        name=$(basename "$name" _test.sh)
        [[ " $long " == *" $name "* ]] || echo "$name"
    done
}

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
start() {
    local name=$1

    rm -rf "${logs:?}/$name"
    mkdir -p "$logs/$name"
    UNDERSTUDY="$out/understudy" OUT="$out" SCRATCH="$logs/$name" setsid timeout --foreground -k 10 900 \
        bash "tests/acceptance/${name}_test.sh" >"$logs/$name.log" 2>&1 </dev/null &
    running[$!]=$name
}

count_lines() {
    grep -c "^$1 - " "$2" || true
}

judge() {
    local name=$1 status=$2 log="$logs/$1.log" ok not_ok skip

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
        echo "ok     acceptance/$name ($ok passed, $((SECONDS - began[$name])) s)"
    fi
    grep '^skip - ' "$log" | sed "s|^|acceptance/$name: |" || true
}

# Waits for any one of them.
finish_one() {
    local process status=0

    wait -n -p process "${!running[@]}" || status=$?
    kill -KILL -- "-$process" 2>/dev/null || true
    judge "${running[$process]}" "$status"
    unset "running[$process]"
}

declare -A began=()
for name in $(names); do
    is_wanted "$name" "$@" || continue
    [ ${#running[@]} -lt "$jobs" ] || finish_one
    began[$name]=$SECONDS
    start "$name"
done
while [ ${#running[@]} -gt 0 ]; do
    finish_one
done

if [ -n "$counts" ]; then
    echo "$passed $failed $skipped" >"$counts"
elif [ "$skipped" -gt 0 ]; then
    echo "$passed passed, $failed failed, $skipped skipped"
else
    echo "$passed passed, $failed failed"
fi
[ "$failed" -eq 0 ]
