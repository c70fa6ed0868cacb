#!/usr/bin/env bash
# tests/acceptance/dns_hook_test.sh - names changed by a hook or by a person, on worlds in real time.
#
# A hook that calls nsupdate carries a failover. One that says it did and did nothing, and one that may not, are found out. A person who
# is told what to change, and does, carries a failover too.
set -u
. tests/acceptance/lib.sh
. tests/acceptance/up_lib.sh

# status NAME WANTED COMMAND...: keeps what it says in $said.
status() {
    local name=$1 wanted=$2 found=0
    shift 2

    "$@" >"$said" 2>&1 </dev/null || found=$?
    [ "$found" -eq "$wanted" ] || cat "$said"
    check "$name" [ "$found" -eq "$wanted" ]
}

says() {
    check "$1" grep -qE -- "$2" "$said"
}

# hook NAME < what it does for `change`; it keeps its words in NAME.heard.
hook() {
    {
        printf '#!/usr/bin/env bash\nprintf "%%s " "$@" >>"$0.heard"; echo >>"$0.heard"\n'
        printf '[ "$1" = change ] || exit 0\n'
        cat
    } >"$world/$1"
    chmod +x "$world/$1"
}

# A new active's own name may not be there yet.
NSUPDATE='seen="nxdomain $UNDERSTUDY_NAME"
[ -z "$UNDERSTUDY_OLD" ] || seen="yxrrset $UNDERSTUDY_NAME $UNDERSTUDY_OLD_TYPE $UNDERSTUDY_OLD."
nsupdate -k "$TSIG_KEYFILE" <<END
server $DNS_SERVER $DNS_PORT
zone $UNDERSTUDY_ZONE
prereq $seen
update delete $UNDERSTUDY_NAME $UNDERSTUDY_OLD_TYPE
update add $UNDERSTUDY_NAME $UNDERSTUDY_TTL $UNDERSTUDY_TYPE $UNDERSTUDY_NEW.
send
END'

# An environment with another `dns:`: environment NAME PROVIDER-AND-ITS-FIELDS
environment() {
    sed 's|"provider":"rfc2136","keyFile":"tsig.key"|'"$2"'|; s|"policies":{|&"dns":"5s",|' \
        "$(brisk_environment "$folder")" >"$world/$1.yaml"
    echo "$world/$1.yaml"
}

hook_environment() {
    environment "$1" '"provider":"hook","patience":"3s","hook":{"command":["./'"$1"'"],"timeout":"5s"}'
}

prepare() {
    folder=$1 world=$1/world said=$1/said
    check "a world comes up" up_start "$folder" --world "$BRISK"
    # shellcheck disable=SC1091
    . "$world/env"
}

try_denied() {
    hook denied <<<'exit 0'
    sed -i 's/^\[ "$1" = change \].*/echo no such zone for you >\&2; exit 4/' "$world/denied"
    status "a hook that may not is refused before anything" 1 \
        "$UNDERSTUDY" failover -e "$(hook_environment denied)" -j "$folder/denied"
    says "by the check" 'REFUSE F-501'
    says "in its own words" 'no such zone for you'
}

try_good() {
    local good

    prepare "$1"
    try_denied
    hook good <<<"$NSUPDATE"
    good=$(hook_environment good)
    check "its environment is right" "$UNDERSTUDY" lint "$good"
    status "a dry run asks the hook" 0 "$UNDERSTUDY" failover -e "$good" -j "$folder/dry" --dry-run
    check "for nothing but its rights" [ "$(sort -u "$world/good.heard")" = "probe example.com " ]
    status "a failover by a hook" 0 "$UNDERSTUDY" failover -e "$good" -j "$folder/journal"
    check "all is as it should be" looks_failed_over "$folder"
    check "the hook was asked once for each name" [ "$(grep -c ^change "$world/good.heard")" -eq 2 ]
    check "for the new active's own, which was not there" grep -qE \
        "^change mp2.$FLOATING_NAME CNAME  mp2-1.elb.example.net [0-9]+ example.com $" "$world/good.heard"
    check "and the floating one" grep -qE \
        "^change $FLOATING_NAME CNAME mp1.$FLOATING_NAME mp2.$FLOATING_NAME [0-9]+ example.com $" "$world/good.heard"
    check "the world ends cleanly" up_stop "$folder"
}

try_liar() {
    prepare "$1"
    hook liar <<<'exit 0'
    status "a hook that lies is found out" 7 \
        "$UNDERSTUDY" failover -e "$(hook_environment liar)" -j "$folder/journal"
    says "by the check" 'F-502'
    says "with what the name says" "observed +mp2\.$FLOATING_NAME says nothing, should say mp2-1"
    check "it was asked again" [ "$(grep -c ^change "$world/liar.heard")" -gt 1 ]
    hook liar <<<"$NSUPDATE"
    status "mended, it goes on" 0 "$UNDERSTUDY" resume -e "$world/liar.yaml" -j "$folder/journal"
    check "all is as it should be" looks_failed_over "$folder"
    check "the world ends cleanly" up_stop "$folder"
}

# person NAME NEW: waits to be told, then does it.
person() {
    eventually 60 grep -q "by hand in zone example.com: .*add $1 [0-9]* CNAME $2;" "$said" || return 1
    nsupdate -k "$TSIG_KEYFILE" <<END
server $DNS_SERVER $DNS_PORT
zone example.com
update delete $1 CNAME
update add $1 5 CNAME $2.
send
END
}

try_person() {
    local engine failed=0

    prepare "$1"
    "$UNDERSTUDY" failover -e "$(environment manual '"provider":"manual","patience":"90s"')" -j "$folder/journal" \
        >"$said" 2>&1 </dev/null &
    engine=$!
    check "a person is told of the new active's own name" person "mp2.$FLOATING_NAME" mp2-1.elb.example.net
    check "and of the floating one" person "$FLOATING_NAME" "mp2.$FLOATING_NAME"
    wait "$engine" || failed=$?
    check "then the failover goes on to its end" [ "$failed" -eq 0 ]
    says "it said what to remove" "remove $FLOATING_NAME 5 CNAME mp1\.$FLOATING_NAME, add"
    check "each was said once" [ "$(grep -c 'change it by hand' "$said")" -eq 2 ]
    check "all is as it should be" looks_failed_over "$folder"
    check "the world ends cleanly" up_stop "$folder"
}

needs kubectl dig nsupdate psql curl jq || { skip "dns_hook" "kubectl, dig, nsupdate, psql, curl or jq is missing"; exit 0; }

try_good "$SCRATCH/good" &
try_liar "$SCRATCH/liar" &
try_person "$SCRATCH/person" &
wait
