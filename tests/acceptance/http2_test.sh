#!/usr/bin/env bash
# tests/acceptance/http2_test.sh - real HTTP/2 clients (kubectl, curl, h2load) against the fake API server, and those that stall.
#
# Watches of configmaps are open while one of a megabyte is changed again and again; who does not read is cut off, and the
# server's memory stays bounded.
set -u
. tests/acceptance/lib.sh
. tests/acceptance/kube_lib.sh

SECRETS=/clusters/mp1/api/v1/namespaces/tsb/secrets
MAPS=/clusters/mp1/api/v1/namespaces/tsb/configmaps
STALLED=8      # of each protocol
CHANGES=50     # of a megabyte each
GROWTH_MAX=300 # MiB: what the server remembers of the changes, and 8 MiB or so for each that stalls; unbounded it were 900

# answers NAME WANTED CURL-OPTION... PATH: the protocol, the status and what follows are as wanted.
answers() {
    local name=$1 wanted=$2 got
    shift 2

    got=$(api -o "$SCRATCH/body" -w '%{http_version} %{http_code} %{size_download}' "$@")
    [[ "$got" == $wanted ]] && ok "$name" || not_ok "$name" "$got, not $wanted"
}

try_answers() {
    answers "HTTP/2 is what is agreed on" '2 200 *' --http2 "$SECRETS"
    answers "HTTP/1.1 for who offers only that" '1.1 200 *' --http1.1 "$SECRETS"
    answers "and for who offers nothing" '1.1 200 *' --no-alpn "$SECRETS"
    for protocol in --http1.1 --http2; do
        answers "a method that nobody knows ($protocol)" '* 405 ???' $protocol -X FOO "$SECRETS"
        answers "HEAD is no exception, and has no body ($protocol)" '* 405 0' $protocol -I "$SECRETS"
        check "and says so in JSON ($protocol)" api $protocol -X FOO -o "$SCRATCH/body" "$SECRETS"
        grep -q '"reason": *"MethodNotAllowed"' "$SCRATCH/body" || cat "$SCRATCH/body"
    done
}

try_kubectl() {
    needs kubectl || { skip "kubectl over HTTP/2" "no kubectl here"; return; }
    GODEBUG=http2debug=1 kubectl -n tsb get secrets >"$SCRATCH/kubectl" 2>&1
    check "kubectl speaks HTTP/2" grep -q 'http2: .*":path" = "[^"]*/secrets' "$SCRATCH/kubectl"
    check "and gets an answer" grep -q '^tsb-certs' "$SCRATCH/kubectl"
    kubectl -n tsb get secrets -w -o name --request-timeout=20s >"$SCRATCH/watched" 2>&1 9>&- &
    check "its watch begins" eventually 10 grep -q tsb-certs "$SCRATCH/watched"
    check "a secret is made meanwhile" kubectl -n tsb create secret generic later --from-literal=a=b
    check "its watch goes on" eventually 10 grep -q secret/later "$SCRATCH/watched"
    kill $!
    wait $! 2>/dev/null
}

# At most a hundred streams are open at once, and none of them is refused.
try_h2load() {
    needs h2load || { skip "a hundred streams on one connection" "no h2load here"; return; }
    h2load -n 5000 -c 1 -m 100 -H 'Authorization: Bearer limited-token' "$url$SECRETS/tsb-certs" >"$SCRATCH/h2load"
    check "a hundred streams on one connection" grep -q ' 5000 succeeded, 0 failed' "$SCRATCH/h2load"
    h2load -n 2000 -c 20 -m 250 -H 'Authorization: Bearer limited-token' "$url$SECRETS/tsb-certs" >"$SCRATCH/h2load"
    check "who would have more waits" grep -q ' 2000 succeeded, 0 failed' "$SCRATCH/h2load"
}

# big FILE N: a configmap's change of about a megabyte.
big() {
    { printf '{"data":{"text":"%d ' "$2"; head -c 1000000 /dev/zero | tr '\0' x; printf '"}}'; } >"$1"
}

try_gzip() {
    big "$SCRATCH/big" 0
    answers "a configmap" '2 201 *' --http2 -H 'Content-Type: application/json' \
        --data '{"metadata":{"name":"big"}}' "$MAPS"
    answers "of a megabyte" '2 200 *' --http2 -X PATCH -H 'Content-Type: application/merge-patch+json' \
        --data-binary "@$SCRATCH/big" "$MAPS/big"
    for protocol in --http1.1 --http2; do
        answers "it is large ($protocol)" '* 200 1000*' $protocol "$MAPS/big"
        answers "less where gzip is accepted ($protocol)" '* 200 ????' $protocol -H 'Accept-Encoding: gzip' "$MAPS/big"
        check "and the same ($protocol)" diff <(gunzip <"$SCRATCH/body") <(api $protocol "$MAPS/big")
    done
}

stall() {
    api --max-time 0 -N "$1" "$MAPS?watch=1" >/dev/null 2>&1 9>&- &
    stalled+=($!)
}

memory_mib() {
    echo $(($(awk '/VmRSS/ {print $2}' "/proc/$server/status") / 1024))
}

connections() {
    ss -Htn state established "( sport = :${url##*:} )" | wc -l
}

are_connected() {
    [ "$(connections)" -ge "$1" ]
}

curls_of() {
    local process

    for process in "$@"; do
        pgrep -P "$process" || echo "$process"
    done
}

try_stalling() {
    local before i stopped

    needs ss pgrep || { skip "stalled watches" "no ss or pgrep here"; return; }
    stalled=()
    for ((i = 0; i < STALLED; i++)); do
        stall --http1.1
        stall --http2
    done
    check "watches are open" eventually 10 are_connected $((2 * STALLED))
    sleep 0.5
    stopped=$(curls_of "${stalled[@]}")
    # shellcheck disable=SC2086
    kill -STOP $stopped
    before=$(memory_mib)
    for ((i = 0; i < CHANGES; i++)); do
        big "$SCRATCH/big" "$i"
        api --http2 -o "$SCRATCH/body" -X PATCH -H 'Content-Type: application/merge-patch+json' \
            --data-binary "@$SCRATCH/big" "$MAPS/big"
    done
    echo "memory: $before MiB before, $(memory_mib) MiB after $CHANGES MiB for $((2 * STALLED)) watches that stall"
    check "memory stays bounded" [ $(($(memory_mib) - before)) -lt "$GROWTH_MAX" ]
    check "they are cut off" [ "$(connections)" -eq 0 ]
    check "others are served" api --http2 -o "$SCRATCH/body" "$SECRETS"
    # shellcheck disable=SC2086
    kill -CONT $stopped
    for i in "${stalled[@]}"; do
        wait "$i" && not_ok "a watch that was cut off" "ended as if it were whole"
    done
}

# Ends it in the middle of watches; each client hears of it.
try_ending() {
    local how=$1 name=$2 watchers=() protocol

    for protocol in --http1.1 --http2; do
        api --max-time 20 -N "$protocol" "$MAPS?watch=1" >"$SCRATCH/watched$protocol" 2>&1 9>&- &
        watchers+=($!)
        check "$name: a watch is open ($protocol)" eventually 10 grep -q ADDED "$SCRATCH/watched$protocol"
    done
    "$how"
    for protocol in "${watchers[@]}"; do
        wait "$protocol"
        [ $? -ne 28 ] && ok "$name: its client hears of it" || not_ok "$name: its client hears of it" "it timed out"
    done
}

stop() {
    kube_stop && ok "the server stops cleanly with watches open" ||
        not_ok "the server stops cleanly with watches open" "status $?"
}

slay() {
    kill -KILL "$server"
    wait "$server" 2>/dev/null
    exec 9>&-
}

kube_can_build && needs curl || { skip "HTTP/2" "no compiler or curl here, or no objects of the server"; exit 0; }
check "kube_serve is built" kube_build
[ -x "$SCRATCH/kube_serve" ] || exit 0
kube_start "$SCRATCH/serve"
try_answers
try_kubectl
try_h2load
try_gzip
try_stalling
try_ending slay "killed"
kube_start "$SCRATCH/serve"
answers "a configmap" '2 201 *' --http2 -H 'Content-Type: application/json' --data '{"metadata":{"name":"big"}}' "$MAPS"
try_ending stop "stopped"
