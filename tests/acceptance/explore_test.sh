#!/usr/bin/env bash
# tests/acceptance/explore_test.sh - a bounded part of `make explore`: the engine dies at some of the side effects, drawn by a seed, and is resumed.
set -euo pipefail
. tests/acceptance/lib.sh

explore() {
    "$UNDERSTUDY" explore "$@"
}

# FILE CASES [FLAG]...: so many cases of that scenario, and all of them come to the same end.
explore_some() {
    local file=$1 cases=$2
    shift 2

    explore "scenarios/catalogue/$file.yaml" --crash --sample "$cases" --seed "${EXPLORE_SEED:-1}" "$@"
}

# A procedure and how many cases of it; what each is about is in its scenario.
while read -r file cases flags; do
    # shellcheck disable=SC2086
    check "$file: $cases crashes" explore_some "$file" "$cases" $flags
done <<'CASES'
planned/happy-two 30
planned/happy-two 4 --pairs
dns/names-by-hook 12
dns/names-by-external-dns 10
unplanned/active-lost 20
unplanned/active-comes-back 15
promotion/promotion-hangs 15
rejoin/after-a-failover 15
rejoin/old-primary-stays 10
CASES

# Two engines, at a distance and in a way drawn for each run.
while read -r file runs; do
    check "$file: two engines at once, $runs times" explore "scenarios/catalogue/$file.yaml" --two-engines \
        --runs "$runs" --seed "${EXPLORE_SEED:-1}"
done <<'RUNS'
planned/happy-two 30
rejoin/after-a-failover 9
RUNS

# What it says, and how it ends.
says() {
    local wanted=$1
    shift

    explore "$@" | grep -qF -- "$wanted"
}

ends_with() {
    local wanted=$1 status=0
    shift

    explore "$@" >/dev/null 2>&1 || status=$?
    [ "$status" -eq "$wanted" ]
}

happy=scenarios/catalogue/planned/happy-two.yaml
check "one case alone" says "1 runs, 0 failed" "$happy" --crash --only 4bm
check "and its recorded run" explore "$happy" --crash --only 4bm --run "$SCRATCH/4bm.run"
check "shows two processes" grep -q '"kind":"engine.begin","text":"resuming failover' "$SCRATCH/4bm.run"
check "a case that the run does not have" ends_with 1 "$happy" --crash --only 999b
check "a case that is none" ends_with 2 "$happy" --crash --only 17x
check "a scenario that does not pass undisturbed" ends_with 5 \
    scenarios/catalogue/preconditions/two-actives.yaml --crash
check "nothing to explore" ends_with 2 "$happy"
