#!/usr/bin/env bash
# tests/run.sh - the unit tests, then the acceptance tests, and one closing line for both.
#
#     tests/run.sh OUT [--verbose] [--acceptance] [SUITE]...
#
# OUT is the folder with what was built (tests, understudy); counts and logs land there. The closing line reads
# `N passed, N failed`, with `, N skipped` if anything was; the exit status is 0 only if nothing failed.
set -euo pipefail

out=$1
shift
verbose=() acceptance=no
while [[ "${1-}" == --* ]]; do
    case "$1" in
    --verbose) verbose=(--verbose) ;;
    --acceptance) acceptance=yes ;;
    *) echo "tests/run.sh: no such option: $1" >&2; exit 2 ;;
    esac
    shift
done
counts="$out/counts"
passed=0 failed=0 skipped=0

# Adds up one part's counts. A part that died before it could write them has failed.
add_counts() {
    local p f s

    if read -r p f s 2>/dev/null <"$counts"; then
        passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
    else
        echo "$1 ended without counting"
        failed=$((failed + 1))
    fi
    rm -f "$counts"
}

# LeakSanitizer looks at the process by ptrace, which some containers forbid; there it would fail every suite.
export UBSAN_OPTIONS="${UBSAN_OPTIONS:-print_stacktrace=1}"
if [[ "$("$out/tests" --list 2>&1)" == *'LeakSanitizer has encountered a fatal error'* ]]; then
    echo "no ptrace here: leaks are not looked for"
    export ASAN_OPTIONS="${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0"
fi

rm -f "$counts"
"$out/tests" "${verbose[@]}" --junit "$out/unit.xml" --counts "$counts" "$@" || true
add_counts "the unit tests"
if [ "$acceptance" = yes ]; then
    tests/acceptance/run.sh "$out" "${verbose[@]}" --counts "$counts" || true
    add_counts "the acceptance tests"
fi

if [ "$skipped" -gt 0 ]; then
    echo "$passed passed, $failed failed, $skipped skipped"
else
    echo "$passed passed, $failed failed"
fi
[ "$failed" -eq 0 ]
