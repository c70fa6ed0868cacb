#!/usr/bin/env bash
# tests/acceptance/unbound_test.sh - what a real unbound shows of a name that moves, and what the model of one says it would show.
#
# Five unbounds, set up as in the reference's measurement, stand side by side in front of the fake name server, and are asked at 4 Hz for a name
# that is there and one that is not. After 5 s a signed update moves the first and adds the second. The model is asked the same
# questions at the same times (tests/tools/resolver_replay.c): it has to show each change at the same poll, or the next.
set -euo pipefail
. tests/acceptance/lib.sh
. tests/acceptance/dns_lib.sh

needs unbound nsupdate dig cc pkg-config python3 ||
    { skip "a real unbound" "unbound, nsupdate, dig, cc, pkg-config or python3 is missing"; exit 0; }

PATH=$PATH:/usr/sbin:/sbin
zone=tsb.example.com
secret=$(printf 'acceptance tests have no secrets' | base64)
port=$(free_port)
pids=()
trap 'kill "${pids[@]}" 2>/dev/null || true' EXIT

# Each with its options for unbound, then those for the model.
names=(plain prefetch serve-expired "cache-min-ttl 40" "cache-max-ttl 5")
unbounds=("" "prefetch: yes" "serve-expired: yes" "cache-min-ttl: 40" "cache-max-ttl: 5")
models=("" "prefetch=1" "expired=1" "floor=40" "cap=5")

cat >"$SCRATCH/zone" <<ZONE
\$TTL 300
@ SOA ns1 hostmaster 1000 3600 600 86400 60
@ NS ns1
ns1 A 127.0.0.1
active 20 CNAME mp1
mp1 10 A 192.0.2.10
mp2 10 A 192.0.2.20
ZONE

start_unbound() {
    local folder="$SCRATCH/unbound$1"

    mkdir -p "$folder"
    cat >"$folder/unbound.conf" <<CONF
server:
    interface: 127.0.0.1@$((port + 1 + $1))
    port: $((port + 1 + $1))
    do-ip6: no
    do-daemonize: no
    use-syslog: no
    username: ""
    chroot: ""
    directory: "$folder"
    pidfile: ""
    module-config: "iterator"
    num-threads: 1
    do-not-query-localhost: no
    $2
remote-control:
    control-enable: no
stub-zone:
    name: "$zone"
    stub-addr: 127.0.0.1@$port
CONF
    unbound -d -c "$folder/unbound.conf" >"$folder/log" 2>&1 &
    pids+=($!)
}

build_replay() {
    # shellcheck disable=SC2046
    cc -std=c11 -D_GNU_SOURCE -O1 -g -I. -o "$1" tests/tools/resolver_replay.c tests/sim/resolver/moving.c \
        sim/resolver/{cache,layer,set}.c fakes/dns/*.c fakes/net/{stream,listener}.c base/*.c \
        $(pkg-config --cflags --libs libuv libssl libcrypto libcjson libfyaml libxxhash) -lm
}

check "the fake server builds" build_dns_serve "$SCRATCH/dns_serve"
check "the model builds" build_replay "$SCRATCH/replay"
"$SCRATCH/dns_serve" port="$port" zone="$zone:$SCRATCH/zone" key="flip:$secret" >"$SCRATCH/server.log" 2>&1 &
pids+=($!)
check "the fake starts" eventually 10 dns_answers "$port" "$zone"
ports=()
for i in "${!names[@]}"; do
    start_unbound "$i" "${unbounds[i]}"
    ports+=($((port + 1 + i)))
done
# Asked about something else, so that nothing of what is measured is in any cache.
for i in "${!names[@]}"; do
    check "unbound starts: ${names[i]}" eventually 10 dns_answers "${ports[i]}" "$zone"
done

cat >"$SCRATCH/flip" <<UPDATE
server 127.0.0.1 $port
zone $zone
update delete active.$zone CNAME
update add active.$zone 20 CNAME mp2.$zone.
update add late.$zone 10 A 192.0.2.30
send
UPDATE
check "asked for over a minute" bash -c "python3 tests/acceptance/unbound_watch.py active.$zone. late.$zone. 5 62.5 \
    'nsupdate -y hmac-sha256:flip:$secret $SCRATCH/flip' ${ports[*]} >$SCRATCH/seen"

# near WHAT: in the replay, the real one and the model showed it at the same poll or the next.
near() {
    awk -v name="$2.$zone." '$1 == name { found = 1; d = $3 - $5; print; exit !($3 > 0 && $5 > 0 && d <= 260 && d >= -260) }
        END { if (!found) exit 1 }' "$1"
}

for i in "${!names[@]}"; do
    # shellcheck disable=SC2086
    "$SCRATCH/replay" "${ports[i]}" ${models[i]} <"$SCRATCH/seen" >"$SCRATCH/replay$i"
    check "${names[i]}: the new CNAME is seen when the model says" near "$SCRATCH/replay$i" active
    check "${names[i]}: NXDOMAIN is gone when the model says" near "$SCRATCH/replay$i" late
    check "${names[i]}: all other answers are the model's" \
        awk '/^differ/ { print; exit $2 > 4 }' "$SCRATCH/replay$i"
done
