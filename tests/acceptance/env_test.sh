#!/usr/bin/env bash
# tests/acceptance/env_test.sh - an environment file written by looking at a world in real time, and whether it does.
#
# What `env init` writes is held against the world by `env check`; with the secrets in their files a failover's dry run passes.
set -u
. tests/acceptance/lib.sh
. tests/acceptance/up_lib.sh

needs jq || { skip "env" "no jq here"; exit 0; }
world=$SCRATCH/world
file=$SCRATCH/found/environment.yaml

init() {
    KUBECONFIG=$world/kubeconfig "$UNDERSTUDY" env init --planes mp1,mp2 --name-servers "$DNS_SERVER:$DNS_PORT" "$@" </dev/null
}

# check_says WANTED FILTER: the exit code of env check, and what jq makes of its rows.
check_says() {
    local code=0

    "$UNDERSTUDY" env check -e "$file" -o json >"$SCRATCH/rows.json" 2>"$SCRATCH/rows.err" </dev/null || code=$?
    if [ "$code" -ne "$1" ] || ! jq -e "$2" "$SCRATCH/rows.json" >/dev/null; then
        cat "$SCRATCH/rows.json" "$SCRATCH/rows.err"
        return 1
    fi
}

# The passwords and keys that a person would put there, and what the database asks for.
give_secrets() {
    install -m 600 "$world"/admin-password "$world"/postgres-password "$world"/tsig.key "$world"/postgres.key "$SCRATCH/found"
    install -m 644 "$world"/postgres.pem "$SCRATCH/found"
    sed -i 's/# clientCertificateFile:  */clientCertificateFile: postgres.pem /; s/# clientKeyFile:  */clientKeyFile: postgres.key /' "$file"
    printf 'kubeconfig: %s\n' "$world/kubeconfig" >>"$file"
}

# Elasticsearch's password is wrong: that is a warning, since TSB serves without it.
check_elastic() {
    local code=0

    "$UNDERSTUDY" env check -e "$world/environment.yaml" -o json >"$SCRATCH/rows.json" </dev/null || code=$?
    [ "$code" -eq 0 ] && [ "$(jq -r '.rows[] | select(.what == "Elasticsearch") | .state' "$SCRATCH/rows.json")" = "$1" ]
}

mkdir -p "$SCRATCH/found"
{ cat "$BRISK" && printf '  elasticsearch:\n    installed: true\n'; } >"$SCRATCH/world.yaml"
check "a world comes up" up_start "$SCRATCH" --world "$SCRATCH/world.yaml"
. "$world/env"

refuse "one plane is not enough" init --planes mp1 -o "$file"
check "a file is written" init --discover --write-ca -o "$file"
check "it is one" "$UNDERSTUDY" lint "$file"
refuse "no secret is in it" grep -qE "$(cat "$world/admin-password")|PRIVATE KEY" "$file" "$SCRATCH/found/ca.pem"
cp "$file" "$SCRATCH/first"
refuse "it is not written over" init --discover -o "$file"
check "nor changed" cmp "$file" "$SCRATCH/first"
check "the certificate is written with consent only" init -o "$SCRATCH/other.yaml"
refuse "and is not there" [ -e "$SCRATCH/ca.pem" ]

check "env check misses the secrets" check_says 1 \
    '[.rows[] | select(.what == "file" and .state == "failed") | .who] == ["frontEnvoy.passwordFile", "postgres.passwordFile", "dns.keyFile"]'
give_secrets
check "with them everything can be reached" check_says 0 '.reachable and ([.rows[] | select(.what == "Postgres")] | length) == 6'
check "a failover would pass" "$UNDERSTUDY" failover -e "$file" --dry-run -j "$SCRATCH/journal"

sed -i 's/zone: example.com/zone: example.org/' "$file"
check "a wrong zone is noticed" check_says 1 \
    '[.rows[] | select(.state == "failed")] | length > 0 and all(.what == "name server" or .what == "DNS changes")'
check "Elasticsearch is reached" check_elastic ok
echo guess >"$world/elastic-password"
check "and warned of when it refuses us" check_elastic warning
check "it ends cleanly" up_stop "$SCRATCH"
check "without a world it says so in time" check_says 1 '[.rows[] | select(.what == "API server" and .state == "ok")] == []'
