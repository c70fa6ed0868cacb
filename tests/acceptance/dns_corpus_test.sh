#!/usr/bin/env bash
# tests/acceptance/dns_corpus_test.sh - the DNS corpus, asked of the real servers that its answers were recorded from.
#
# A case that one of them answers otherwise was recorded wrong, or depends on what nobody can know; then it judges nobody.
set -euo pipefail
. tests/acceptance/lib.sh

PATH=$PATH:/usr/sbin:/sbin
port=$((20000 + RANDOM % 12000))
pids=()
trap 'kill "${pids[@]}" 2>/dev/null || true' EXIT

answers() {
    dig -p "$1" @127.0.0.1 +time=1 +tries=1 +short tsb.example.com SOA 2>/dev/null | grep -q .
}

# judge KIND PROGRAM: starts the server, and asks it.
judge() {
    needs "$2" dig || { skip "the corpus against $1" "no $2 or dig here"; return; }
    port=$((port + 1))
    conformance/fakes/dns/serve.sh "$1" "$port" "$SCRATCH/$1" >"$SCRATCH/$1.log" 2>&1 &
    pids+=($!)
    check "$1 starts" eventually 20 answers "$port"
    check "$1 answers all of the corpus as it was recorded" \
        "$UNDERSTUDY" conformance dns --target "127.0.0.1:$port" --like "$1" -v
}

judge bind named
judge knot knotd
judge nsd nsd
check "the fake answers all of it but what is known" "$UNDERSTUDY" conformance dns -v
refuse "nobody there is no parity" "$UNDERSTUDY" conformance dns --target "127.0.0.1:$((port + 1))"
