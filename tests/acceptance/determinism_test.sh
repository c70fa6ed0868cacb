#!/usr/bin/env bash
# tests/acceptance/determinism_test.sh - the same files and the same seed are the same run, to the byte, whatever the machine is doing.
#
# The digest of a run is of every event in it, the wire digest of every byte that any connection carried. Both have to be equal on an idle
# and on a busy machine, for one process at a time and for several, from another folder, with another environment, without address
# randomisation and under memory that is filled differently. Each way is tried with the first scenario of each folder; with
# DETERMINISM_REPEATS=50 the whole catalogue is played that often on a busy machine, and once in each of the other ways.
set -euo pipefail
. tests/acceptance/lib.sh

catalogue=$PWD/scenarios/catalogue
repeats=${DETERMINISM_REPEATS:-1}
sample=("$catalogue")
[ -n "${DETERMINISM_REPEATS-}" ] ||
    mapfile -t sample < <(find "$catalogue" -name '*.yaml' | sort | awk -F/ '!seen[$(NF - 1)]++')
busy=()
trap '[ ${#busy[@]} -eq 0 ] || kill "${busy[@]}" 2>/dev/null || true' EXIT

# Keeps every processor busy until be_idle.
be_busy() {
    local i

    for ((i = 0; i < $(nproc); i++)); do
        sh -c 'while :; do :; done' &
        busy+=($!)
    done
}

be_idle() {
    kill "${busy[@]}"
    wait "${busy[@]}" 2>/dev/null || true
    busy=()
}

# Plays the catalogue, or a part of it, into $SCRATCH/NAME.
play() {
    local name=$1
    shift
    status=0

    "$@" --report "$SCRATCH/$name" >"$SCRATCH/$name.log" 2>&1 || status=$?
    [ "$status" -le 4 ] || tail -n 5 "$SCRATCH/$name.log"
}

# A line for each run: its name, the digest of its events, the digest of its bytes.
digests_of() {
    local run

    for run in "$SCRATCH/$1"/runs/*.run; do
        printf '%s %s\n' "$(basename "${run%-*.run}")" "$(tail -n 1 "$run" |
            sed 's/.*"digest":"\([0-9a-f]*\)".*"wireDigest":"\([0-9a-f]*\)".*/\1 \2/')"
    done
}

has_digests() {
    [ "$(digests_of "$1" | grep -cE '^[^ ]+ [0-9a-f]{64} [0-9a-f]{32}$')" -eq \
        "$(find "$catalogue" -name '*.yaml' | wc -l)" ]
}

# Something was played, and none of it is new.
is_same() {
    [ -n "$(digests_of "$1")" ] && [ -z "$(comm -13 <(digests_of first | sort) <(digests_of "$1" | sort))" ]
}

# No run of another seed is the same: neither its events nor its bytes.
differs_in_all() {
    [ -n "$(digests_of "$1")" ] &&
        [ -z "$(join <(digests_of first | sort) <(digests_of "$1" | sort) | awk '$2 == $4 || $3 == $5 { print $1 }')" ]
}

run=("$UNDERSTUDY" run "${sample[@]}" --seed 7)

play first "$UNDERSTUDY" run "$catalogue" --seed 7
check "every scenario passes" test "$status" -eq 0
check "every scenario has both digests" has_digests first

be_busy
for ((i = 1; i <= repeats; i++)); do
    play "busy" "${run[@]}"
    check "on a busy machine$([ "$repeats" -eq 1 ] || echo ", time $i")" is_same busy
done
be_idle

play single "${run[@]}" --jobs 1
check "one process at a time" is_same single

elsewhere() {
    (cd / && "$@")
}
play elsewhere elsewhere "${run[@]}"
check "from another folder" is_same elsewhere

play environment env -i PATH=/usr/bin:/bin TZ=Asia/Kathmandu LANG=tr_TR.UTF-8 \
    PADDING="$(printf '%04096d' 0)" MALLOC_PERTURB_=165 "${run[@]}"
check "with another environment, and other bytes in fresh memory" is_same environment

if needs setarch && setarch -R true 2>/dev/null; then
    play fixed setarch -R "${run[@]}"
    check "without address randomisation" is_same fixed
else
    skip "without address randomisation" "setarch -R is not allowed here"
fi

play other "$UNDERSTUDY" run "${sample[@]}" --seed 8
check "another seed is another run" differs_in_all other
