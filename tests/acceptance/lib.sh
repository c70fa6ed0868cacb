# tests/acceptance/lib.sh - what acceptance tests say things with. Source it: . tests/acceptance/lib.sh
#
#     check "kubectl lists namespaces" kubectl get ns       ok if the command succeeds, else not ok with its last line
#     refuse "a scenario with a typo" "$UNDERSTUDY" lint x  ok if the command fails (but does not crash)
#     skip "named answers dig" "no dig here"
#     needs dig named || { skip "..." "..."; exit 0; }      every program is there
#     eventually 30 curl -fs http://127.0.0.1:1/            tried again for up to so many seconds
# A failed check does not end the script.

ok() {
    printf 'ok - %s\n' "$1"
}

not_ok() {
    printf 'not ok - %s: %s\n' "$1" "$2"
}

skip() {
    printf 'skip - %s: %s\n' "$1" "$2"
}

needs() {
    local program

    for program in "$@"; do
        PATH="$PATH:/usr/sbin:/sbin" command -v "$program" >/dev/null 2>&1 || return 1
    done
}

check() {
    local name=$1 output status=0
    shift

    output=$("$@" 2>&1) || status=$?
    if [ "$status" -eq 0 ]; then
        ok "$name"
    else
        printf '%s\n' "$output"
        not_ok "$name" "status $status: $(tail -n 1 <<<"$output")"
    fi
}

refuse() {
    local name=$1 output status=0
    shift

    output=$("$@" 2>&1) || status=$?
    if [ "$status" -gt 0 ] && [ "$status" -lt 126 ]; then
        ok "$name"
    else
        printf '%s\n' "$output"
        not_ok "$name" "status $status: $(tail -n 1 <<<"$output")"
    fi
}

eventually() {
    local deadline=$((SECONDS + $1))
    shift

    until "$@"; do
        [ "$SECONDS" -lt "$deadline" ] || return 1
        sleep 0.1
    done
}
