#!/usr/bin/env bash
# tests/acceptance/dns_transfer_test.sh - zones handed on: real secondaries follow the fake, and the fake follows a real primary.
#
# BIND, Knot and NSD (each where it is installed) fetch the zone from the fake, are told of a change, and have it; those that can,
# by IXFR. Then the fake fetches a zone from BIND and follows an update made there. All transfers are signed.
set -euo pipefail
. tests/acceptance/lib.sh
. tests/acceptance/dns_lib.sh

needs dig nsupdate cc pkg-config || { skip "zone transfers" "dig, nsupdate, cc or pkg-config is missing"; exit 0; }

PATH=$PATH:/usr/sbin:/sbin
zone=tsb.example.com
key=transfers
secret=$(printf 'acceptance tests have no secrets' | base64)
signed="hmac-sha256:$key:$secret"
fake_port=$(free_port)
pids=()
trap 'kill "${pids[@]}" 2>/dev/null || true' EXIT

write_zone() {
    local i

    cat <<ZONE
\$TTL 300
@ SOA ns1 hostmaster 1000 3600 600 86400 60
@ NS ns1
ns1 A 127.0.0.1
active 30 CNAME mp1
mp1 60 A 192.0.2.10
mp2 60 A 192.0.2.20
ZONE
    for i in $(seq 1 1500); do echo "host$i TXT \"$i $(printf 'x%.0s' $(seq 60))\""; done
}

start() {
    "$@" >"$SCRATCH/$(basename "$1").log" 2>&1 &
    pids+=($!)
}

start_bind() {
    local folder="$SCRATCH/bind" port=$1 zones=$2

    mkdir -p "$folder"
    cat >"$folder/named.conf" <<CONF
options {
    directory "$folder"; pid-file none; session-keyfile "$folder/session.key"; listen-on port $port { 127.0.0.1; };
    listen-on-v6 { none; }; recursion no; dnssec-validation no; notify explicit;
};
controls { };
key "$key" { algorithm hmac-sha256; secret "$secret"; };
$zones
CONF
    start named -g -c "$folder/named.conf" -n 1
}

start_knot() {
    local folder="$SCRATCH/knot" port=$1

    mkdir -p "$folder"
    cat >"$folder/knot.conf" <<CONF
server:
    listen: 127.0.0.1@$port
    rundir: $folder
database:
    storage: $folder
log:
  - target: stderr
    any: info
key:
  - id: $key
    algorithm: hmac-sha256
    secret: $secret
remote:
  - id: fake
    address: 127.0.0.1@$fake_port
    key: $key
acl:
  - id: notices
    address: 127.0.0.1
    action: notify
zone:
  - domain: $zone
    storage: $folder
    master: fake
    acl: notices
CONF
    start knotd -c "$folder/knot.conf"
}

start_nsd() {
    local folder="$SCRATCH/nsd" port=$1

    mkdir -p "$folder"
    cat >"$folder/nsd.conf" <<CONF
server:
    ip-address: 127.0.0.1@$port
    server-count: 1
    username: ""
    chroot: ""
    zonesdir: "$folder"
    pidfile: "$folder/nsd.pid"
    xfrdfile: "$folder/xfrd.state"
    xfrdir: "$folder"
    database: ""
    zonelistfile: "$folder/zones"
    xfrd-reload-timeout: 0
remote-control:
    control-enable: no
key:
    name: "$key"
    algorithm: hmac-sha256
    secret: "$secret"
zone:
    name: "$zone"
    zonefile: "zone"
    allow-notify: 127.0.0.1 NOKEY
    request-xfr: 127.0.0.1@$fake_port $key
CONF
    start nsd -d -c "$folder/nsd.conf"
}

# has PORT SERIAL TARGET: the server at port has that serial, and the floating name leads there.
has() {
    [ "$(dig -p "$1" @127.0.0.1 +time=1 +tries=1 +short "$zone" SOA | cut -d' ' -f3)" = "$2" ] &&
        [ "$(dig -p "$1" @127.0.0.1 +time=1 +tries=1 +short "active.$zone" CNAME)" = "$3.$zone." ]
}

# whole PORT: all that the server gives away of the zone.
whole() {
    dig -p "$1" @127.0.0.1 -y "$signed" +noall +answer +onesoa "$zone" AXFR | LC_ALL=C sort
}

update() {
    printf 'server 127.0.0.1 %s\nzone %s\n%b\nsend\n' "$1" "$zone" "$2" | nsupdate -y "$signed"
}

write_zone >"$SCRATCH/zone"
check "the fake server builds" build_dns_serve "$SCRATCH/dns_serve"
start "$SCRATCH/dns_serve" port="$fake_port" zone="$zone:$SCRATCH/zone" key="$key:$secret" transfer=key:"$key" \
    notify=127.0.0.1:$((fake_port + 1)) notify=127.0.0.1:$((fake_port + 2)) notify=127.0.0.1:$((fake_port + 3)) \
    notify=127.0.0.1:$((fake_port + 5))
check "the fake starts" eventually 10 dns_answers "$fake_port" "$zone"

# ---- given away by the fake ----------------------------------------------------------------------

refuse "no transfer without the key" bash -c "dig -p $fake_port @127.0.0.1 $zone AXFR | grep -q 'IN.SOA'"
whole "$fake_port" >"$SCRATCH/first"
check "a whole zone, in several messages" grep -q "^host1500.$zone" "$SCRATCH/first"
check "as many records as there are" [ "$(grep -c IN "$SCRATCH/first")" = 1506 ]

names=()
if needs named; then
    names+=(BIND)
    mkdir -p "$SCRATCH/bind"
    start_bind $((fake_port + 1)) "zone \"$zone\" { type secondary; primaries { 127.0.0.1 port $fake_port key $key; };
        file \"copy\"; allow-notify { 127.0.0.1; }; allow-transfer { key $key; }; };"
else
    skip "BIND as a secondary" "no named here"
fi
if needs knotd; then names+=(Knot); start_knot $((fake_port + 2)); else skip "Knot as a secondary" "no knotd here"; fi
if needs nsd; then names+=(NSD); start_nsd $((fake_port + 3)); else skip "NSD as a secondary" "no nsd here"; fi
port_of() {
    case "$1" in BIND) echo $((fake_port + 1)) ;; Knot) echo $((fake_port + 2)) ;; *) echo $((fake_port + 3)) ;; esac
}

for name in "${names[@]}"; do
    check "$name fetches the zone" eventually 20 has "$(port_of "$name")" 1000 mp1
done
update "$fake_port" "update delete active.$zone CNAME\nupdate add active.$zone 30 CNAME mp2.$zone."
for name in "${names[@]}"; do
    check "$name follows an update" eventually 20 has "$(port_of "$name")" 1001 mp2
done
update "$fake_port" "update delete active.$zone CNAME\nupdate add active.$zone 30 CNAME mp1.$zone.\nupdate add new.$zone 5 A 192.0.2.9"
update "$fake_port" "update delete host7.$zone\nupdate add active.$zone 31 CNAME mp2.$zone."
for name in "${names[@]}"; do
    check "$name follows two more" eventually 20 has "$(port_of "$name")" 1003 mp2
done
if needs named; then
    whole "$fake_port" >"$SCRATCH/fake.zone"
    whole $((fake_port + 1)) >"$SCRATCH/bind.zone"
    check "BIND has the same zone, record by record" cmp "$SCRATCH/fake.zone" "$SCRATCH/bind.zone"
    check "BIND got the changes alone" grep -qE "Transfer completed: 1 messages, [0-9] records" "$SCRATCH/named.log"
fi
dig -p "$fake_port" @127.0.0.1 -y "$signed" +tcp +noall +answer "$zone" IXFR=1001 >"$SCRATCH/ixfr"
check "IXFR tells two steps" [ "$(grep -c SOA "$SCRATCH/ixfr")" = 6 ]
check "IXFR from an unknown serial is everything" \
    bash -c "dig -p $fake_port @127.0.0.1 -y '$signed' +tcp +noall +answer $zone IXFR=5 | grep -q ^host1500"
check "IXFR of the newest is one record" \
    [ "$(dig -p "$fake_port" @127.0.0.1 -y "$signed" +tcp +noall +answer "$zone" IXFR=1003 | wc -l)" = 1 ]

# ---- fetched by the fake -------------------------------------------------------------------------

if needs named; then
    kill "${pids[@]}" 2>/dev/null || true
    wait || true
    pids=()
    primary=$((fake_port + 4)) secondary=$((fake_port + 5))
    rm -rf "$SCRATCH/bind"
    mkdir -p "$SCRATCH/bind"
    cp "$SCRATCH/zone" "$SCRATCH/bind/zone"
    start_bind "$primary" "zone \"$zone\" { type primary; file \"zone\"; allow-update { key $key; };
        allow-transfer { key $key; }; also-notify { 127.0.0.1 port $secondary; }; notify-delay 0; };"
    check "BIND starts as the primary" eventually 20 dns_answers "$primary" "$zone"
    start "$SCRATCH/dns_serve" port="$secondary" key="$key:$secret" secondary="$zone:127.0.0.1:$primary:$key" transfer=key:"$key"
    check "the fake fetches the zone from BIND" eventually 20 has "$secondary" 1000 mp1
    update "$primary" "update delete active.$zone CNAME\nupdate add active.$zone 30 CNAME mp2.$zone."
    check "the fake follows an update at BIND" eventually 20 has "$secondary" 1001 mp2
    update "$primary" "update delete active.$zone CNAME\nupdate add active.$zone 30 CNAME mp1.$zone."
    check "the fake follows another" eventually 20 has "$secondary" 1002 mp1
    whole "$primary" >"$SCRATCH/bind.zone"
    whole "$secondary" >"$SCRATCH/fake.zone"
    check "the fake has the same zone, record by record" cmp "$SCRATCH/fake.zone" "$SCRATCH/bind.zone"
    check "an update at the secondary is refused" \
        bash -c "! printf 'server 127.0.0.1 $secondary\nzone $zone\nupdate add x.$zone 5 A 192.0.2.1\nsend\n' | nsupdate -y '$signed'"
fi
