#!/usr/bin/env bash
# tests/acceptance/dns_wire_test.sh - messages that no client sends: malformed, odd and badly signed, to the fake and to BIND.
#
# Each message goes over UDP to both; whether an answer comes, its header and flags, its counts and its options have to be the same.
# (tests/acceptance/dns_wire.py has them.) Then clients of other make - kdig, knsupdate, ldns-update, dnspython - talk to the fake.
set -euo pipefail
. tests/acceptance/lib.sh
. tests/acceptance/dns_lib.sh

needs dig cc pkg-config python3 || { skip "messages on the wire" "dig, cc, pkg-config or python3 is missing"; exit 0; }

PATH=$PATH:/usr/sbin:/sbin
zone=tsb.example.com
key=tsb-failover
secret=$(printf 'acceptance tests have no secrets' | base64)
fake_port=$(free_port)
knot_port=$((fake_port + 1))
bind_port=$((fake_port + 2))
pids=()
trap 'kill "${pids[@]}" 2>/dev/null || true' EXIT

cat >"$SCRATCH/zone" <<ZONE
\$TTL 300
@ SOA ns1 hostmaster 1000 3600 600 86400 60
@ NS ns1
ns1 A 127.0.0.1
active 30 CNAME mp1
mp1 60 A 192.0.2.10
mp2 60 A 192.0.2.20
loop CNAME loop
ZONE

serve() {
    "$SCRATCH/dns_serve" zone="$zone:$SCRATCH/zone" key="$key:$secret" transfer=key:"$key" "$@" >"$SCRATCH/$1.log" 2>&1 &
    pids+=($!)
}

start_bind() {
    mkdir -p "$SCRATCH/bind"
    cp "$SCRATCH/zone" "$SCRATCH/bind/zone"
    cat >"$SCRATCH/bind/named.conf" <<CONF
options { directory "$SCRATCH/bind"; pid-file none; session-keyfile "$SCRATCH/bind/key"; listen-on port $bind_port { 127.0.0.1; };
    listen-on-v6 { none; }; recursion no; dnssec-validation no; notify no; allow-transfer { none; }; minimal-any yes; };
controls { };
zone "$zone" { type primary; file "zone"; };
CONF
    named -g -c "$SCRATCH/bind/named.conf" -n 1 >"$SCRATCH/bind/log" 2>&1 &
    pids+=($!)
}

target() {
    dig -p "$1" @127.0.0.1 +short "active.$zone" CNAME
}

check "the fake server builds" build_dns_serve "$SCRATCH/dns_serve"
serve port="$fake_port" cookies=0123456789abcdef
serve port="$knot_port" like=knot identity=here
check "the fakes start" eventually 10 dns_answers "$knot_port" "$zone"

if needs named; then
    start_bind
    check "BIND starts" eventually 20 dns_answers "$bind_port" "$zone"
    python3 tests/acceptance/dns_wire.py "$fake_port" "$bind_port"
else
    skip "messages on the wire" "no named here"
fi

# ---- clients of other make -----------------------------------------------------------------------

if needs kdig knsupdate; then
    check "kdig asks, signed" bash -c "kdig -p $fake_port @127.0.0.1 -y hmac-sha256:$key:$secret active.$zone A | grep -q 192.0.2.10"
    check "kdig fetches the zone" bash -c "kdig -p $fake_port @127.0.0.1 -y hmac-sha256:$key:$secret $zone AXFR | grep -q mp2"
    check "kdig sees a cookie" bash -c "kdig -p $fake_port @127.0.0.1 +cookie mp1.$zone A | grep -q 'COOKIE'"
    check "knsupdate changes the floating name" bash -c "printf 'server 127.0.0.1 $fake_port\nkey hmac-sha256:$key $secret\nzone $zone.\norigin $zone.
ttl 30\nprereq yxrrset active.$zone. CNAME mp1.$zone.\ndel active.$zone. CNAME\nadd active.$zone. 30 CNAME mp2.$zone.\nsend\n' | knsupdate"
    check "and it is changed" [ "$(target "$fake_port")" = "mp2.$zone." ]
    check "like Knot: why it refuses" bash -c "kdig -p $knot_port @127.0.0.1 +edns www.example.org A | grep -q 'Not Authoritative'"
    check "like Knot: its name" bash -c "kdig -p $knot_port @127.0.0.1 +nsid mp1.$zone A | grep -q here"
    check "like Knot: a loop is no error" bash -c "kdig -p $knot_port @127.0.0.1 loop.$zone A | grep -q 'NOERROR'"
    check "like Knot: an unsigned update" bash -c "printf 'server 127.0.0.1 $knot_port\nzone $zone.\nadd x.$zone. 5 A 192.0.2.1\nsend\n' |
        knsupdate 2>&1 | grep -q NOTAUTH"
else
    skip "Knot's clients" "no kdig or knsupdate here"
fi
if /usr/bin/python3 -c 'import dns.update' 2>/dev/null; then
    check "dnspython changes it back" /usr/bin/python3 - <<PYTHON
import dns.query, dns.tsigkeyring, dns.update
update = dns.update.Update("$zone", keyring=dns.tsigkeyring.from_text({"$key": "$secret"}), keyalgorithm="hmac-sha256")
update.present("active", "CNAME")
update.replace("active", 30, "CNAME", "mp1")
assert dns.query.tcp(update, "127.0.0.1", port=$fake_port, timeout=5).rcode() == 0
PYTHON
    check "and it is back" [ "$(target "$fake_port")" = "mp1.$zone." ]
else
    skip "dnspython" "no python3-dnspython here"
fi
