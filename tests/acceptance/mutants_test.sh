#!/usr/bin/env bash
# tests/acceptance/mutants_test.sh - the engine broken on purpose, in every way of tests/mutants: some shipped scenario notices.
#
# A mutant is a patch against the engine. Its first line says what it breaks and which rule of the procedure that offends; its second,
# `# scenarios:`, names the scenarios that are tried first. Each is built in a copy of the tree beside the objects of the whole program, so
# that only the files it changes are compiled, and played until a scenario fails. A patch that no longer applies is a failure: then the
# engine has changed, and the mutant has to be broken anew. MUTANTS="name name" chooses some, MUTANTS=all takes all; otherwise it is a half of them, the other one with
# the next commit.
set -euo pipefail
. tests/acceptance/lib.sh

needs make patch || {
    skip "mutants" "no make or no patch here"
    exit 0
}

inside=build
case "$(basename "$OUT")" in
sanitize-*) inside=build/$(basename "$OUT") ;;
esac

# Sources and objects with their times, so that make finds them up to date.
prepare() {
    local room

    mkdir -p "$1/$inside"
    cp -p Makefile "$1"
    for room in base engine fakes sim scenarios conformance reports cli; do
        [ ! -d "$room" ] || cp -a "$room" "$1"
    done
    cp -a "$OUT/objects" "$1/$inside"
    sed 's/ -Werror//' "$OUT/flags" >"$1/$inside/flags"
    touch -r "$OUT/flags" "$1/$inside/flags"
}

# What a mutant leaves unused is no reason not to try it.
build() {
    env -u CI make -C "$1" BUILD=build WERROR= all
}

# The scenarios that are tried first, as paths in the tree.
hinted() {
    sed -n '2s/^# scenarios://p' "$1" | tr ' ' '\n' | sed -n 's|^..*|scenarios/catalogue/&|p'
}

# The names of the scenarios that failed. A run that is over budget, inconclusive or broken has not noticed anything.
failed_of() {
    (cd "$1" && "./$inside/understudy" run --report report "${@:2}" 2>&1 || true) |
        sed -n 's/^failed  *\([^ ]*\) .*/\1/p'
}

# The first of them that does not fail without the mutant.
noticed_by() {
    failed_of "$@" | grep -vxFf "$SCRATCH/red" | head -n 1 || true
}

# Prints the scenario that noticed, or why there is none.
try_mutant() {
    local patch=$1 tree=$2 caught= scenarios

    cp -a "$SCRATCH/tree" "$tree"
    patch -d "$tree" -p1 --quiet --fuzz=2 --no-backup-if-mismatch <"$patch" >"$tree.log" 2>&1 || {
        echo "no longer applies"
        return 1
    }
    build "$tree" >>"$tree.log" 2>&1 || {
        echo "does not compile, see $tree.log"
        return 1
    }
    mapfile -t scenarios < <(hinted "$patch")
    [ ${#scenarios[@]} -eq 0 ] || caught=$(noticed_by "$tree" "${scenarios[@]}")
    [ -n "$caught" ] || caught=$(noticed_by "$tree" scenarios/catalogue)
    [ -n "$caught" ] || {
        echo "survived: no scenario fails"
        return 1
    }
    echo "$caught"
}

judge_mutant() {
    local patch=$1 name verdict
    name=$(basename "$patch" .patch)

    if verdict=$(try_mutant "$patch" "$SCRATCH/$name"); then
        echo "ok - mutant $name: caught by $verdict"
    else
        echo "not ok - mutant $name: $verdict"
    fi
    rm -rf "${SCRATCH:?}/$name"
}

# The patches that are tried this time.
choose() {
    local patch number

    number=$(git rev-list --count HEAD 2>/dev/null || echo 1)
    for patch in tests/mutants/*.patch; do
        number=$((number + 1))
        case "${MUTANTS-}" in
        '') [ $((number % 2)) -eq 1 ] || echo "$patch" ;;
        all) echo "$patch" ;;
        *) [[ " $MUTANTS " != *" $(basename "$patch" .patch) "* ]] || echo "$patch" ;;
        esac
    done
}

prepare "$SCRATCH/tree"
check "the copied tree builds" build "$SCRATCH/tree"
mapfile -t chosen < <(choose)
mapfile -t known < <(for patch in "${chosen[@]}"; do hinted "$patch"; done | sort -u)
failed_of "$SCRATCH/tree" "${known[@]}" >"$SCRATCH/red"
check "the engine as it is passes the scenarios that are tried first" test ! -s "$SCRATCH/red"

# Two at a time; each says its one line when it is judged.
for patch in "${chosen[@]}"; do
    while [ "$(jobs -rp | wc -l)" -ge 2 ]; do
        wait -n
    done
    judge_mutant "$patch" &
done
wait
