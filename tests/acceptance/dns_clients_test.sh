#!/usr/bin/env bash
# tests/acceptance/dns_clients_test.sh - DNS clients of every make get the same from the fake as from the server that it is like.
#
# The corpus' zone is served by BIND and by a fake like it, by Knot and by a fake like that. Each client asks, changes the floating
# name and changes it back; what it prints has to be the same.
set -euo pipefail
. tests/acceptance/lib.sh
. tests/acceptance/dns_lib.sh

needs cc pkg-config dig || { skip "DNS clients" "cc, pkg-config or dig is missing"; exit 0; }

PATH=$PATH:/usr/sbin:/sbin
corpus=conformance/fakes/dns
zone=tsb.example.com
key="corpus-sha256"
secret=$(sed -nE "s/^key \"$key\".*secret \"([^\"]*)\".*/\1/p" "$corpus/keys")
signed=hmac-sha256:$key:$secret
port=$(free_port)
pids=()
trap 'kill "${pids[@]}" 2>/dev/null || true' EXIT

# ---- clients: each a function of a port ------------------------------------------------------------

ask_dig() {
    dig -p "$1" @127.0.0.1 +time=3 +tries=1 +noall +answer +comments "active.$zone" A | grep -vE 'Got|id:|COOKIE|^$' | sort
    dig -p "$1" @127.0.0.1 +time=3 +tries=1 +short -y "$signed" "$zone" AXFR | wc -l
    dig -p "$1" @127.0.0.1 +time=3 +tries=1 +short "texts.big.example.com" TXT | wc -l
}

ask_kdig() {
    kdig -p "$1" @127.0.0.1 +time=3 "active.$zone" A +noall +answer | sort
    kdig -p "$1" @127.0.0.1 +time=3 -y "$signed" "$zone" AXFR +noall +answer | grep -c IN
    kdig -p "$1" @127.0.0.1 +time=3 "nope.$zone" A +noall +header | grep -oE 'status: [A-Z]+'
}

ask_drill() {
    drill -p "$1" @127.0.0.1 "active.$zone" A | grep -vE 'Query time|SERVER|WHEN|id:|^$' | sort
    drill -p "$1" @127.0.0.1 -t "texts.big.example.com" TXT | grep -c '^texts'
    drill -p "$1" -y "$key:$secret:hmac-sha256" @127.0.0.1 -t "$zone" AXFR | grep -c IN
}

target() {
    dig -p "$1" @127.0.0.1 +short "active.$zone" CNAME
}

failover="prereq yxrrset active.$zone. CNAME mp1.$zone.\nupdate delete active.$zone. CNAME\nupdate add active.$zone. 30 CNAME mp2.$zone."
failback="update delete active.$zone. CNAME\nupdate add active.$zone. 30 CNAME mp1.$zone."

ask_nsupdate() {
    printf 'server 127.0.0.1 %s\nzone %s\n%b\nsend\n' "$1" "$zone" "$failover" | nsupdate -y "$signed" 2>&1
    target "$1"
    printf 'server 127.0.0.1 %s\nzone %s\n%b\nsend\n' "$1" "$zone" "$failover" | nsupdate -y "$signed" 2>&1 || true
    printf 'server 127.0.0.1 %s\nzone %s\n%b\nsend\n' "$1" "$zone" "$failback" | nsupdate -v -y "$signed" 2>&1
    target "$1"
    printf 'server 127.0.0.1 %s\nzone %s\n%b\nsend\n' "$1" "$zone" "$failover" | nsupdate 2>&1 || true
}

ask_knsupdate() {
    local change

    for change in "$failover" "$failover" "$failback"; do
        printf 'server 127.0.0.1 %s\nkey %s\nzone %s.\norigin %s.\nttl 30\n%b\nsend\n' "$1" "hmac-sha256:$key $secret" "$zone" "$zone" \
            "${change//update /}" | knsupdate 2>&1 | sed -E 's/id: [0-9]*//; s/(TSIG[[:space:]]+hmac[^ ]*).*/\1/' || true
        target "$1"
    done
}

ask_certbot() {
    /usr/bin/python3 tests/acceptance/dns_clients.py certbot "$1" "$key" "$secret"
}

ask_dnspython() {
    /usr/bin/python3 tests/acceptance/dns_clients.py dnspython "$1" "$key" "$secret"
}

ask_perl() {
    perl tests/acceptance/dns_clients.pl "$1" "$SCRATCH/key"
}

# has NAME: the client is here.
has() {
    case $1 in
    certbot) /usr/bin/python3 -c 'import certbot_dns_rfc2136' 2>/dev/null ;;
    dnspython) /usr/bin/python3 -c 'import dns.update' 2>/dev/null ;;
    perl) perl -MNet::DNS -e 1 2>/dev/null ;;
    *) needs "$1" ;;
    esac
}

# ---- servers ---------------------------------------------------------------------------------------

answers() {
    dig -p "$1" @127.0.0.1 +time=1 +tries=1 +short "$zone" SOA 2>/dev/null | grep -q .
}

start_fake() {
    "$SCRATCH/dns_serve" port="$2" like="$1" zone="$zone:$corpus/zones/$zone" zone="big.example.com:$corpus/zones/big.example.com" \
        key="$key:$secret" transfer=key:"$key" cookies=0123456789abcdef identity=here version=9.18 >"$SCRATCH/fake-$1.log" 2>&1 &
    pids+=($!)
}

# compare KIND PROGRAM: every client, with that server and with the fake that is like it.
compare() {
    local kind=$1 client real fake

    needs "$2" || { skip "clients of $kind" "no $2 here"; return; }
    port=$((port + 2))
    real=$port fake=$((port + 1))
    "$corpus/serve.sh" "$kind" "$real" "$SCRATCH/$kind" >"$SCRATCH/$kind.log" 2>&1 &
    pids+=($!)
    start_fake "$kind" "$fake"
    check "$kind starts" eventually 20 answers "$real"
    check "the fake like $kind starts" eventually 20 answers "$fake"
    for client in dig kdig drill nsupdate knsupdate certbot dnspython perl; do
        has "$client" || { skip "$client and $kind" "no $client here"; continue; }
        "ask_$client" "$real" >"$SCRATCH/real" 2>&1 || echo "it ended with $?" >>"$SCRATCH/real"
        "ask_$client" "$fake" >"$SCRATCH/fake" 2>&1 || echo "it ended with $?" >>"$SCRATCH/fake"
        if grep -q '^it ended with' "$SCRATCH/real"; then
            not_ok "$client works with $kind" "$(cat "$SCRATCH/real")"
        else
            check "$client gets the same from the fake as from $kind" diff -u "$SCRATCH/real" "$SCRATCH/fake"
        fi
    done
}

grep "\"$key\"" "$corpus/keys" >"$SCRATCH/key"
check "the fake server builds" build_dns_serve "$SCRATCH/dns_serve"
compare bind named
compare knot knotd
