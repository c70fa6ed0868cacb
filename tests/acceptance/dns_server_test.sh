#!/usr/bin/env bash
# tests/acceptance/dns_server_test.sh - dig and nsupdate against the fake name server, and BIND as the judge of it.
#
# Each case is told to the fake and, where named is installed, to BIND with the same zone. What the client says (without ids,
# times and cookies, records sorted) and the zone's serial afterwards have to be the same, and what a person would expect.
set -euo pipefail
. tests/acceptance/lib.sh
. tests/acceptance/dns_lib.sh

needs dig nsupdate cc pkg-config || { skip "dig and nsupdate" "dig, nsupdate, cc or pkg-config is missing"; exit 0; }

zone=tsb.example.com
key=tsb-failover
secret=$(printf 'acceptance tests have no secrets' | base64)
serial=2026112001
fake_port=$(free_port)
bind_port=$((fake_port + 1))
named=$(PATH="$PATH:/usr/sbin:/sbin" command -v named || true)
pids=()
trap 'kill "${pids[@]}" 2>/dev/null || true' EXIT

# ---- the zone, and who serves it -----------------------------------------------------------------

write_zone() {
    local i

    cat <<ZONE
\$ORIGIN $zone.
\$TTL 5m
@ SOA ns1 hostmaster ( $serial ; serial
        1h 10m 1d 60 )
        NS ns1
    300 IN NS ns2
ns1 A 127.0.0.1
ns2 A 127.0.0.2
active 30 CNAME mp1
mp1 60 A 192.0.2.10
    60 AAAA 2001:db8::10
mp2 60 A 192.0.2.20
chain CNAME active
dangling CNAME nothere
loop1 CNAME loop2
loop2 CNAME loop1
ext CNAME lb.elsewhere.example.org.
below.deep A 192.0.2.30
two 60 A 192.0.2.41
two 60 A 192.0.2.42
txt 60 TXT heritage=external-dns
strings TXT "two words" second "a \\"quote\\" and \\; and \\065" ""
MixedCase A 192.0.2.60
mixedname CNAME MixedCase
*.wild A 192.0.2.99
*.wild TXT "for all"
there.wild A 192.0.2.98
sub.gap.wild TXT below
*.wildcname CNAME mp1
*.wildaway CNAME elsewhere.example.org.
mail MX 10 mp1
     MX 20 mail.example.org.
_ldap._tcp SRV 0 5 389 mp1
@ CAA 0 issue "letsencrypt.org; policy=ev"
10.2.0.192 PTR mp1
odd TYPE65280 \\# 4 0a000001
known TYPE1 \\# 4 c0000207
info HINFO "a cpu" linux
naptr NAPTR 100 10 "u" "E2U+sip" "!^.*\$!sip:info@example.com!" .
key SSHFP 1 1 123456789abcdef67890123456789abcdef67890
tls TLSA 3 1 1 d2abde240d7cd3ee6b4b28c54df034b97983a1d16e8a410e4561cb106618e971
cut NS ns.cut
    NS ns.elsewhere.example.org.
cut DS 1 8 1 123456789abcdef67890123456789abcdef67890
ns.cut A 192.0.2.70
ns.cut AAAA 2001:db8::70
incut CNAME x.cut
dotted\\.label TXT dotted
ZONE
    for i in $(seq 1 14); do echo "link$i 60 CNAME link$((i + 1))"; done
    echo "link15 60 A 192.0.2.50"
    for i in $(seq 10 69); do echo "big 60 TXT $i$(printf 'x%.0s' $(seq 88))"; done
}

start_fake() {
    "$SCRATCH/dns_serve" port="$fake_port" zone="$zone:$SCRATCH/zone" key="$key:$secret" cookies=0123456789abcdef \
        version=9.18 identity=here >"$SCRATCH/fake.log" 2>&1 &
    pids+=($!)
}

start_bind() {
    local folder="$SCRATCH/bind"

    mkdir -p "$folder"
    cp "$SCRATCH/zone" "$folder/zone"
    cat >"$folder/named.conf" <<CONF
options {
    directory "$folder"; pid-file none; session-keyfile "$folder/session.key"; listen-on port $bind_port { 127.0.0.1; };
    listen-on-v6 { none; }; recursion no; dnssec-validation no; notify no; allow-transfer { none; };
    minimal-any yes; version "9.18"; hostname "here";
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

# What a client said, without what differs from run to run.
normalise() {
    sed -E -e 's/, id: *[0-9]+//' -e 's/^; COOKIE: [0-9a-f]{16}(010000).*/; COOKIE: \1/' -e '/^;; (Query time|SERVER|WHEN|MSG SIZE|WARNING)/d' -e '/^; <<>>/d' \
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
        dig -p "$port" @127.0.0.1 +noall +answer "$each.$zone" ANY +tcp | normalise
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

write_zone >"$SCRATCH/zone"
check "the fake server builds" build_dns_serve "$SCRATCH/dns_serve"
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
query "a wildcard"                      "x.wild.$zone. 300 IN A 192.0.2.99" "x.wild.$zone" A
query "a wildcard, asked in capitals"   "x.wild.$zone. 300 IN A"         "X.Wild.$zone" A
query "a wildcard two labels down"      "x.y.wild.$zone. 300 IN A"       "x.y.wild.$zone" A
query "a wildcard without the type"     "AUTHORITY: 1"                   "x.wild.$zone" AAAA
query "beside a wildcard"               "192.0.2.98"                     "there.wild.$zone" A
query "below what stands beside it"     "NXDOMAIN"                       "x.there.wild.$zone" A
query "a gap below a wildcard"          "NOERROR"                        "gap.wild.$zone" A
query "below that gap"                  "NXDOMAIN"                       "x.gap.wild.$zone" A
query "the asterisk itself"             "192.0.2.99"                     "*.wild.$zone" A
query "above the asterisk"              "NOERROR"                        "wild.$zone" A
query "a wildcard CNAME"                "192.0.2.10"                     "x.wildcname.$zone" A
query "a wildcard CNAME to elsewhere"   "elsewhere.example.org."         "x.wildaway.$zone" A
query "ANY of a wildcard"               "ANSWER: 1"                      "x.wild.$zone" ANY +notcp
query "a delegation"                    "ns.cut.$zone. 300 IN A 192.0.2.70" "cut.$zone" A
query "below a delegation"              "AUTHORITY: 2"                   "a.b.cut.$zone" A
query "the NS of a delegation"          "ANSWER: 0"                      "cut.$zone" NS
query "glue is no answer"               "ANSWER: 0"                      "ns.cut.$zone" A
query "the DS of a delegation"          "ANSWER: 1"                      "cut.$zone" DS
query "no recursion, a delegation"      "AUTHORITY: 2"                   "cut.$zone" A +norecurse
query "a CNAME into a delegation"       "ANSWER: 1"                      "incut.$zone" A
query "mail"                            "10 mp1.$zone."                  "mail.$zone" MX
query "a service"                       "0 5 389 mp1.$zone."             "_ldap._tcp.$zone" SRV
query "certification authorities"       'issue "letsencrypt.org; policy=ev"' "$zone" CAA
query "a pointer"                       "mp1.$zone."                     "10.2.0.192.$zone" PTR
query "a type without a name"           "0A000001"                       "odd.$zone" TYPE65280
query "a known type by its number"      "192.0.2.7"                      "known.$zone" A
query "several strings"                 '"two words" "second"'           "strings.$zone" TXT
query "a host"                          '"a cpu" "linux"'                "info.$zone" HINFO
query "a naming authority pointer"      "E2U+sip"                        "naptr.$zone" NAPTR
query "a fingerprint"                   "SSHFP 1 1"                      "key.$zone" SSHFP
query "a certificate"                   "TLSA 3 1 1"                     "tls.$zone" TLSA
query "a name of many cases"            "MixedCase.$zone."               "mixedcase.$zone" A
query "a CNAME to many cases"           "MixedCase.$zone."               "mixedname.$zone" A
query "a dot in a label"                "dotted"                         "dotted\\.label.$zone" TXT
query "ANY over UDP"                    "ANSWER: 1"                      "mp1.$zone" ANY +notcp
query "with a cookie"                   "COOKIE: 010000"                 "mp1.$zone" A +cookie=0102030405060708
query "with a stale cookie"             "COOKIE: 010000"                 "mp1.$zone" A +cookie=010203040506070801000000aaaaaaaabbbbbbbbcccccccc
query "a bad cookie"                    "FORMERR"                        "mp1.$zone" A +cookie=0102030405
query "with a client's subnet"          "192.0.2.0/24/0"                 "mp1.$zone" A +subnet=192.0.2.0/24
query "with keepalive, over TCP"        "30.0 secs"                      "mp1.$zone" A +tcp +keepalive
query "with EXPIRE"                     "86400"                          "$zone" SOA +expire
query "nothing but a cookie"            "QUERY: 0"                       "mp1.$zone" A +header-only
query "the server's version"            "9.18"                           version.bind TXT -c CH
query "the server's name"               "here"                           hostname.bind TXT -c CH
query "its version as an address"       "86400 CH SOA version.bind."     version.bind A -c CH
query "no other name of that class"     "REFUSED"                        other.bind TXT -c CH
query "version, no recursion"           "9.18"                           version.bind TXT -c CH +norecurse
query "NOTIFY"                          "NOERROR"                        "$zone" SOA +opcode=NOTIFY
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
update "a name of many cases"           "CNAME MP1"         "$good" "update delete ACTIVE.$zone CNAME\nupdate add Active.$zone 30 CNAME MP1.$zone."
