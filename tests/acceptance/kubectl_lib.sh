# tests/acceptance/kubectl_lib.sh - real kubectls for acceptance tests: which are here, and what they say. Source it after lib.sh.
#
#     find_kubectls [MINOR]...            the programs, one per line: all that are here, or those of MINORs, as in 1.20 1.32
#     with_kubectls FUNCTION [MINOR]...   FUNCTION for each of them, side by side, each in a shell of its own, with
#                                         $kubectl, $version (1.32), $minor (32), $ns (lab-1-32), and $folder, which is also its home
#     k ARGUMENT...                       that kubectl in that namespace
#     says NAME STATUS TEXT COMMAND...    it ends with STATUS, and TEXT is among what it says; `shows` if STATUS is 0
#     lacks NAME TEXT COMMAND...          it ends with 0, and TEXT is not among what it says
# $KUBECTLS may name the programs to try instead, one per word.

find_kubectls() {
    local program

    for program in $(kubectl_places); do
        [ ! -x "$program" ] || realpath "$program"
    done | sort -u | while read -r program; do
        kubectl_is_wanted "$program" "$@" && echo "$program"
    done
}

kubectl_places() {
    local first

    if [ -n "${KUBECTLS-}" ]; then
        echo "$KUBECTLS"
        return
    fi
    first=$(command -v kubectl)
    echo "$first" /usr/bin/kubectl "$(dirname "$(realpath "${first:-/}")")"/kubectl.1.[0-9]* "$(debian_kubectl)"
}

# Debian's is 1.20. Where another package has taken its place it is not installed, only unpacked beside the build.
debian_kubectl() {
    local folder=$OUT/kubectl-debian

    if ! dpkg-query -W kubernetes-client >/dev/null 2>&1 && [ ! -x "$folder/usr/bin/kubectl" ]; then
        mkdir -p "$folder"
        (cd "$folder" && apt-get -qq download kubernetes-client && dpkg -x kubernetes-client_*.deb .) >"$folder/log" 2>&1
    fi
    echo "$folder/usr/bin/kubectl"
}

kubectl_version() {
    "$1" version --client 2>/dev/null | grep -oE 'v1\.[0-9]+' | head -n 1 | tr -d v
}

# The Google SDK's `kubectl` runs one of the others, so it is left out where versions are asked for.
kubectl_is_wanted() {
    local program=$1 minor
    shift

    [ $# -gt 0 ] || return 0
    ! "$program" version --client 2>/dev/null | grep -q dispatcher || return 1
    for minor in "$@"; do
        [ "$(kubectl_version "$program")" != "$minor" ] || return 0
    done
    return 1
}

with_kubectls() {
    local function=$1 kubectl version minor ns folder running=()
    shift

    for kubectl in $(find_kubectls "$@"); do
        version=$(kubectl_version "$kubectl") minor=${version#1.} ns=lab-1-$minor folder=$SCRATCH/$version
        mkdir -p "$folder"
        (HOME=$folder "$function") >"$folder/log" 2>&1 9>&- &
        running+=($!)
    done
    wait "${running[@]}"
    cat "$SCRATCH"/1.*/log
}

k() {
    "$kubectl" -n "$ns" "$@"
}

says() {
    local name="$version: $1" wanted=$2 text=$3 output status=0
    shift 3

    output=$("$@" 2>&1) || status=$?
    if [ "$status" -ne "$wanted" ]; then
        printf '%s\n' "$output"
        not_ok "$name" "status $status, not $wanted"
    elif [[ "$output" != *"$text"* ]]; then
        printf '%s\n' "$output"
        not_ok "$name" "does not say: $text"
    else
        ok "$name"
    fi
}

shows() {
    local name=$1
    shift

    says "$name" 0 "$@"
}

lacks() {
    local name="$version: $1" text=$2 output status=0
    shift 2

    output=$("$@" 2>&1) || status=$?
    if [ "$status" -eq 0 ] && [[ "$output" != *"$text"* ]]; then
        ok "$name"
    else
        printf '%s\n' "$output"
        not_ok "$name" "status $status, or it says: $text"
    fi
}
