#!/usr/bin/env bash
# tests/acceptance/dns_server_test.sh - dig and nsupdate against the fake name server, and BIND as the judge of it.
#
# Each case is told to the fake and, where named is installed, to BIND with the same zone. What the client says (without ids,
# times and cookies, records sorted) and the zone's serial afterwards have to be the same, and what a person would expect.
set -euo pipefail
. tests/acceptance/lib.sh

needs dig nsupdate cc pkg-config || { skip "dig and nsupdate" "dig, nsupdate, cc or pkg-config is missing"; exit 0; }

zone=tsb.example.com
key=tsb-failover
secret=$(printf 'acceptance tests have no secrets' | base64)
serial=2026112001
fake_port=$((20000 + RANDOM % 12000)) # below the ports that the kernel hands out by itself
bind_port=$((fake_port + 1))
named=$(PATH="$PATH:/usr/sbin:/sbin" command -v named || true)
pids=()
trap 'kill "${pids[@]}" 2>/dev/null || true' EXIT

# ---- the zone, and who serves it -----------------------------------------------------------------

write_records() {
    local i

    cat <<RECORDS
ns1.$zone A 300 127.0.0.1
ns2.$zone A 300 127.0.0.2
$zone NS 300 ns2.$zone
active.$zone CNAME 30 mp1.$zone
mp1.$zone A 60 192.0.2.10
mp1.$zone AAAA 60 2001:db8::10
mp2.$zone A 60 192.0.2.20
chain.$zone CNAME 300 active.$zone
dangling.$zone CNAME 300 nothere.$zone
loop1.$zone CNAME 300 loop2.$zone
loop2.$zone CNAME 300 loop1.$zone
ext.$zone CNAME 300 lb.elsewhere.example.org
below.deep.$zone A 300 192.0.2.30
two.$zone A 60 192.0.2.41
two.$zone A 60 192.0.2.42
txt.$zone TXT 60 heritage=external-dns
RECORDS
    for i in $(seq 1 14); do echo "link$i.$zone CNAME 60 link$((i + 1)).$zone"; done
    echo "link15.$zone A 60 192.0.2.50"
    for i in $(seq 10 69); do echo "big.$zone TXT 60 $i$(printf 'x%.0s' $(seq 88))"; done
}

build_fake() {
    local packages="libuv libssl libcrypto libcjson libfyaml libxxhash"

    # shellcheck disable=SC2046
    cc -std=c11 -D_GNU_SOURCE -O1 -g -I. -o "$SCRATCH/dns_serve" tests/tools/dns_serve.c fakes/dns/*.c fakes/net/*.c \
        base/*.c $(pkg-config --cflags --libs $packages) -lhttp_parser -lm
}

start_fake() {
    # Each record that is loaded makes the serial one more.
    local first=$((serial - $(wc -l <"$SCRATCH/records")))

    "$SCRATCH/dns_serve" 127.0.0.1 "$fake_port" "$zone" "ns1.$zone" "$first" 60 300 "$key" "$secret" \
        <"$SCRATCH/records" >"$SCRATCH/fake.log" 2>&1 &
    pids+=($!)
}

write_bind_zone() {
    echo "\$TTL 300"
    echo "$zone. 300 IN SOA ns1.$zone. hostmaster.$zone. $serial 3600 600 86400 60"
    echo "$zone. 300 IN NS ns1.$zone."
    while read -r name type ttl data; do
        case "$type" in
        CNAME | NS) data=$data. ;;
        TXT) data="\"$data\"" ;;
        esac
        echo "$name. $ttl IN $type $data"
    done <"$SCRATCH/records"
}

start_bind() {
    local folder="$SCRATCH/bind"

    mkdir -p "$folder"
    write_bind_zone >"$folder/zone"
    cat >"$folder/named.conf" <<CONF
options {
    directory "$folder"; pid-file none; session-keyfile "$folder/session.key"; listen-on port $bind_port { 127.0.0.1; };
    listen-on-v6 { none; }; recursion no; dnssec-validation no; notify no; allow-transfer { none; };
};
controls { };
key "$key" { algorithm hmac-sha256; secret "$secret"; };
zone "$zone" { type primary; file "$folder/zone"; allow-update { key "$key"; }; };
CONF
    "$named" -g -c "$folder/named.conf" -n 1 >"$folder/log" 2>&1 &
    pids+=($!)
}

answers() {
    dig -p "$1" @127.0.0.1 +time=1 +tries=1 "$zone" SOA +short >/dev/null 2>&1
}

# ---- asking and comparing ------------------------------------------------------------------------

# What a client said, without what differs from run to run. BIND gives cookies and explains itself (EDE); the fake does not.
normalise() {
    sed -E -e 's/, id: *[0-9]+//' -e '/^; (COOKIE|EDE)/d' -e '/^;; (Query time|SERVER|WHEN|MSG SIZE|WARNING)/d' -e '/^; <<>>/d' \
        -e '/^; ?\(1 server/d' -e '/^;; global options/d' -e '/^$/d' -e 's/[[:space:]]+/ /g' \
        -e "s/127\.0\.0\.1#[0-9]+/server/g" | LC_ALL=C sort
}

ask() {
    local port=$1
    shift

    dig -p "$port" @127.0.0.1 +time=2 +tries=1 "$@" 2>&1 | normalise
}

# Says to a server what comes after its name, then asks for the serial and the names that matter.
change() {
    local port=$1 credentials=$2 text=$3 sign=() each

    [ "$credentials" = none ] || sign=(-y "$credentials")
    printf 'server 127.0.0.1 %s\nzone %s\n%b\nsend\n' "$port" "$zone" "$text" | nsupdate "${sign[@]}" 2>&1 | normalise || true
    dig -p "$port" @127.0.0.1 +short "$zone" SOA
    for each in active mp1 mp2 new txt two; do
        # The fake keeps names in lower case; BIND keeps each as it was first written.
        dig -p "$port" @127.0.0.1 +noall +answer "$each.$zone" ANY +tcp | normalise | sed -E "s/[A-Za-z0-9]+\.$zone/\L&/g"
    done
}

contains() {
    grep -qF -e "$1" "$2"
}

# judged NAME EXPECTED: EXPECTED is in the fake's answer, and BIND's is the same one.
judged() {
    local name=$1 expected=$2

    if ! contains "$expected" "$SCRATCH/fake.answer"; then
        cat "$SCRATCH/fake.answer"
        not_ok "$name" "no \"$expected\" in what the fake answered"
    elif [ -n "$named" ] && ! diff -u "$SCRATCH/bind.answer" "$SCRATCH/fake.answer"; then
        not_ok "$name" "BIND answers otherwise"
    else
        ok "$name"
    fi
}

query() {
    local name=$1 expected=$2
    shift 2

    ask "$fake_port" "$@" >"$SCRATCH/fake.answer"
    [ -z "$named" ] || ask "$bind_port" "$@" >"$SCRATCH/bind.answer"
    judged "$name" "$expected"
}

update() {
    local name=$1 expected=$2 credentials=$3 text=$4

    change "$fake_port" "$credentials" "$text" >"$SCRATCH/fake.answer"
    [ -z "$named" ] || change "$bind_port" "$credentials" "$text" >"$SCRATCH/bind.answer"
    judged "$name" "$expected"
}

write_records >"$SCRATCH/records"
check "the fake server builds" build_fake
start_fake
eventually 10 answers "$fake_port" || { not_ok "the fake server starts" "$(cat "$SCRATCH/fake.log")"; exit 1; }
if [ -n "$named" ]; then
    start_bind
    eventually 20 answers "$bind_port" || { not_ok "BIND starts" "$(tail -n 3 "$SCRATCH/bind/log")"; exit 1; }
else
    skip "the fake answers as BIND does" "no named here"
fi

# ---- queries -------------------------------------------------------------------------------------

query "the floating name"               "mp1.$zone. 60 IN A 192.0.2.10"  "active.$zone" A
query "its CNAME alone"                 "30 IN CNAME mp1.$zone."         "active.$zone" CNAME
query "over TCP"                        "mp1.$zone. 60 IN A 192.0.2.10"  "active.$zone" A +tcp
query "without EDNS"                    "ADDITIONAL: 0"                  "active.$zone" A +noedns
query "with DO"                         "flags: do"                      "active.$zone" A +dnssec
query "with an unknown option"          "NOERROR"                        "active.$zone" A +ednsopt=100:aabb
query "with EDNS 1"                     "BADVERS"                        "active.$zone" A +edns=1 +noednsneg
query "two links of a chain"            "ANSWER: 3"                      "chain.$zone" A
query "AAAA through the CNAME"          "2001:db8::10"                   "active.$zone" AAAA
query "no AAAA at the end of a CNAME"   "$zone. 60 IN SOA"               "two.$zone" AAAA
query "two addresses"                   "ANSWER: 2"                      "two.$zone" A
query "a name that is not there"        "NXDOMAIN"                       "nope.$zone" A
query "a CNAME to nowhere"              "NXDOMAIN"                       "dangling.$zone" A
query "a CNAME out of the zone"         "lb.elsewhere.example.org."      "ext.$zone" A
query "a CNAME loop"                    "SERVFAIL"                       "loop1.$zone" A
query "a chain of fifteen"              "SERVFAIL"                       "link1.$zone" A
query "a chain of ten"                  "192.0.2.50"                     "link5.$zone" A
query "a chain of eleven"               "IN"                             "link4.$zone" A
query "a chain of twelve"               "IN"                             "link3.$zone" A
query "a name only above others"        "NOERROR"                        "deep.$zone" A
query "a type nobody has"               "NOERROR"                        "mp1.$zone" TYPE65280
query "the SOA"                         "$serial 3600 600 86400 60"      "$zone" SOA
query "the name servers"                "ns1.$zone. 300 IN A 127.0.0.1"  "$zone" NS
query "everything at a name"            "2001:db8::10"                   "mp1.$zone" ANY +tcp
query "without recursion"               "AUTHORITY: 2"                   "mp1.$zone" A +norecurse
query "a CNAME without recursion"       "AUTHORITY: 2"                   "active.$zone" A +norecurse
query "nothing, without recursion"      "AUTHORITY: 1"                   "mp1.$zone" TXT +norecurse
query "out of the zone, no recursion"   "ext.$zone. 300 IN CNAME"        "ext.$zone" A +norecurse
query "another zone"                    "REFUSED"                        www.example.org A
query "another case"                    "MP1.TsB.eXample.com. IN A"      MP1.TsB.eXample.com A
query "text"                            "heritage=external-dns"          "txt.$zone" TXT
query "too long for UDP, cut"           "flags: qr aa tc rd"             "big.$zone" TXT +ignore
query "too long for UDP, then TCP"      "ANSWER: 60"                     "big.$zone" TXT
query "a transfer without a key"        "Transfer failed"                "$zone" AXFR
query "opcode 3"                        "NOTIMP"                         "mp1.$zone" A +opcode=3
query "a signed question"               "192.0.2.10"                     "mp1.$zone" A +noall +answer -y "hmac-sha256:$key:$secret"

# ---- updates -------------------------------------------------------------------------------------

good="hmac-sha256:$key:$secret"
wrong="hmac-sha256:$key:$(printf 'not the secret of this key at all' | base64)"
active="active.$zone"

update "nothing signed"                 "REFUSED"           none   "update add new.$zone 30 A 192.0.2.1"
update "a key nobody knows"             "NOTAUTH(BADKEY)"   "hmac-sha256:nobody:$secret" "update add new.$zone 30 A 192.0.2.1"
update "another algorithm"              "NOTAUTH(BADKEY)"   "hmac-sha512:$key:$secret" "update add new.$zone 30 A 192.0.2.1"
update "a wrong secret"                 "NOTAUTH(BADSIG)"   "$wrong" "update add new.$zone 30 A 192.0.2.1"
update "a record added"                 "$((serial + 1))"   "$good" "update add new.$zone 30 A 192.0.2.1"
update "the same again"                 "$((serial + 1))"   "$good" "update add new.$zone 30 A 192.0.2.1"
update "another of the set"             "$((serial + 2))"   "$good" "update add new.$zone 30 A 192.0.2.2"
update "one with another TTL"           "new.$zone. 99 IN A 192.0.2.1" "$good" "update add new.$zone 99 A 192.0.2.2"
update "one of a set deleted"           "192.0.2.1"         "$good" "update delete new.$zone A 192.0.2.2"
update "a name deleted"                 "$((serial + 5))"   "$good" "update delete new.$zone"
update "an absent name deleted"         "$((serial + 5))"   "$good" "update delete absent.$zone"
update "failover, compared and swapped" "CNAME mp2.$zone."  "$good" \
    "prereq yxrrset $active CNAME mp1.$zone.\nupdate delete $active CNAME\nupdate add $active 30 CNAME mp2.$zone."
update "the same, stale now"            "NXRRSET"           "$good" \
    "prereq yxrrset $active CNAME mp1.$zone.\nupdate delete $active CNAME\nupdate add $active 30 CNAME mp2.$zone."
update "a CNAME over a CNAME"           "CNAME mp1.$zone."  "$good" "update add $active 30 CNAME mp1.$zone."
update "only its TTL"                   "5 IN CNAME mp1"    "$good" "update add $active 5 CNAME mp1.$zone."
update "deleted and added again"        "CNAME mp1"         "$good" "update delete $active CNAME\nupdate add $active 5 CNAME mp1.$zone."
update "an A beside a CNAME"            "CNAME mp1"         "$good" "update add $active 30 A 192.0.2.66"
update "a CNAME beside an A"            "192.0.2.10"        "$good" "update add mp1.$zone 30 CNAME mp2.$zone."
update "a CNAME at the apex"            "active"            "$good" "update add $zone 30 CNAME mp2.$zone."
update "all of the apex deleted"        "active"            "$good" "update delete $zone"
update "the name servers deleted"       "active"            "$good" "update delete $zone NS"
update "one name server deleted"        "active"            "$good" "update delete $zone NS ns2.$zone."
update "the last name server deleted"   "active"            "$good" "update delete $zone NS ns1.$zone."
update "a name server's address gone"   "REFUSED"           "$good" "update delete ns1.$zone A\nupdate add two.$zone 1 A 192.0.2.43"
update "a set that must not be"         "YXRRSET"           "$good" "prereq nxrrset $active CNAME\nupdate add new.$zone 30 A 192.0.2.1"
update "a set that must be"             "NXRRSET"           "$good" "prereq yxrrset $active A\nupdate add new.$zone 30 A 192.0.2.1"
update "a name that must be"            "NXDOMAIN"          "$good" "prereq yxdomain nope.$zone\nupdate add new.$zone 30 A 192.0.2.1"
update "a name only above others"       "NXDOMAIN"          "$good" "prereq yxdomain deep.$zone\nupdate add new.$zone 30 A 192.0.2.1"
update "a name that must not be"        "YXDOMAIN"          "$good" "prereq nxdomain $active\nupdate add new.$zone 30 A 192.0.2.1"
update "half of a set"                  "NXRRSET"           "$good" "prereq yxrrset two.$zone A 192.0.2.41\nupdate add new.$zone 30 A 192.0.2.1"
update "a whole set"                    "new.$zone. 30"     "$good" \
    "prereq yxrrset two.$zone A 192.0.2.42\nprereq yxrrset two.$zone A 192.0.2.41\nupdate add new.$zone 30 A 192.0.2.1"
update "all prerequisites hold"         "new.$zone. 31"     "$good" \
    "prereq nxdomain nope.$zone\nprereq yxdomain $active\nprereq nxrrset mp1.$zone TXT\nprereq yxrrset mp1.$zone A\nupdate add new.$zone 31 A 192.0.2.1"
update "a name in another zone"         "NOTZONE"           "$good" "update add two.$zone 2 A 192.0.2.44\nupdate add elsewhere.example.org 30 A 192.0.2.1"
update "an A made a CNAME"              "txt.$zone. 30 IN CNAME" "$good" "update delete txt.$zone TXT\nupdate add txt.$zone 30 CNAME mp2.$zone."
update "added before it is deleted"     "active"            "$good" "update add two.$zone 30 CNAME mp2.$zone.\nupdate delete two.$zone A"
update "an older SOA"                   "active"            "$good" "update add $zone 300 SOA ns1.$zone. hostmaster.$zone. 5 3600 600 86400 60"
update "a later SOA"                    "2026120000"        "$good" "update add $zone 300 SOA ns1.$zone. hostmaster.$zone. 2026120000 3600 600 86400 60"
update "over TCP"                       "CNAME mp2"         "$good" "update delete $active CNAME\nupdate add $active 30 CNAME mp2.$zone.\nupdate add mp2.$zone 60 TXT $(printf 'y%.0s' $(seq 250))\nupdate add mp2.$zone 60 TXT $(printf 'z%.0s' $(seq 250))"
update "a name of many cases"           "CNAME mp1"         "$good" "update delete ACTIVE.$zone CNAME\nupdate add Active.$zone 30 CNAME MP1.$zone."
