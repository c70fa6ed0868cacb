#!/usr/bin/env bash
# tests/acceptance/backup_test.sh - a backup of real PostgreSQL servers: taken by the real pg_dump, opened by openssl, restored by psql and kubectl.
#
# The dump goes into a fresh server of its own, and every row of every table is compared. A wrapper around pg_dump shows what others can see
# of it, and holds it while the engine is killed.
set -u
. tests/acceptance/lib.sh
. tests/acceptance/up_lib.sh
. tests/acceptance/real_lib.sh

real_is_possible && needs kubectl psql pg_dump openssl jq || {
    skip "backup" "no PostgreSQL 15 here, or nobody to run it as, or kubectl, psql, pg_dump, openssl or jq is missing"
    exit 0
}

place=$(real_place)
folder=$place/here
bin=/usr/lib/postgresql/15/bin
trap 'stop_fresh; rm -rf "$place"' EXIT

understudy() {
    "$UNDERSTUDY" "$@"
}

backup() {
    understudy backup -e "$environment" -o "$place/backups" "$@"
}

# The newest that has its name.
newest() {
    ls -d "$place"/backups/*/ | tail -1
}

opened() {
    openssl cms -decrypt -inform DER -in "$(newest)$1" -inkey "$place/ops.key"
}

# refused STATUS TEXT COMMAND...
refused() {
    local status=$1 text=$2 found=0
    shift 2

    "$@" >"$place/said" 2>&1 </dev/null || found=$?
    [ "$found" = "$status" ] && grep -qE -- "$text" "$place/said" || { cat "$place/said"; return 1; }
}

# ---- a fresh server -------------------------------------------------------------------------------

as_server() {
    if [ "$(id -u)" = 0 ]; then
        setpriv --reuid="$(id -u postgres 2>/dev/null || id -u nobody)" --clear-groups "$@"
    else
        "$@"
    fi
}

start_fresh() {
    mkdir -m 1777 "$place/fresh"
    (cd / && as_server "$bin/initdb" -D "$place/fresh/data" -U postgres -A trust -N >/dev/null &&
        as_server "$bin/pg_ctl" -s -w -D "$place/fresh/data" -l "$place/fresh/log" \
            -o "-c listen_addresses='' -c unix_socket_directories='$place/fresh' -c fsync=off" start)
}

stop_fresh() {
    [ ! -d "$place/fresh/data" ] || (cd / && as_server "$bin/pg_ctl" -s -m immediate -D "$place/fresh/data" stop)
}

fresh() {
    env -u PGPASSWORD -u PGSSLMODE psql -h "$place/fresh" -p 5432 -U postgres -XAt -v ON_ERROR_STOP=1 "$@"
}

ROWS="select 'tenants', key, value::text from tenants union all select 'workspaces', key, value::text from workspaces
    union all select 'clusters', key, value::text from clusters where key not like '%sync%'
    union all select 'organizations', key, value::text from organizations order by 1, 2"

same_rows() {
    diff <(psql_at "$folder" "$PGHOST_MP1" "$ROWS") <(fresh -d tsb -c "$ROWS") && [ "$(fresh -d tsb -c "$ROWS" | wc -l)" -gt 10 ]
}

restore_dump() {
    fresh -d postgres -c 'create role tsb' -c 'create role replication' -c 'create database tsb' &&
        opened mp1-database.sql.gz.cms | gunzip | fresh -q -d tsb >/dev/null
}

# ---- what can be seen of the program -----------------------------------------------------------------

wrap_program() {
    cat >"$place/wrapper" <<END
#!/bin/sh
[ "\$1" = --version ] && exec pg_dump --version
printf '%s\n' "\$@" >"$place/words"
printf '%s' "\${PGPASSWORD-none}" >"$place/variable"
if [ -e "$place/hold" ]; then rm "$place/hold"; touch "$place/held"; while [ -e "$place/held" ]; do sleep 0.2; done; fi
exec pg_dump "\$@"
END
    chmod 755 "$place/wrapper"
    jq --arg program "$place/wrapper" '.backup = {folder: "backups", pgDump: $program}' "$environment" >"$place/with" &&
        cp "$place/with" "$(dirname "$environment")/with.yaml"
}

keeps_the_password_to_itself() {
    ! grep -qF "$(cat "$folder/world/postgres-password")" "$place/words" &&
        [ "$(cat "$place/variable")" = "$(cat "$folder/world/postgres-password")" ]
}

nothing_readable() {
    ! grep -rlaF -e "$(cat "$folder/world/postgres-password")" -e 'PRIVATE KEY' -e 'tenant-1' "$place"/backups/*/*.cms "$place"/backups/.*/*.cms "$place"/journal* 2>/dev/null
}

private() {
    [ -z "$(find "$place/backups" -type f ! -perm 600)" ] && [ -z "$(find "$place/backups" -mindepth 1 -type d ! -perm 700)" ]
}

# Killed while pg_dump runs: nothing has a name. Resumed: what was there is kept, and all of it is whole.
kill_and_resume() {
    local pid before

    touch "$place/hold"
    before=$(ls "$place/backups" | wc -l)
    "$UNDERSTUDY" backup -e "$(dirname "$environment")/with.yaml" -o "$place/backups" --recipient "$place/ops.pem" \
        -j "$place/journal-killed" >"$place/said" 2>&1 &
    pid=$!
    eventually 20 [ -e "$place/held" ] || { cat "$place/said"; return 1; }
    kill -9 "$pid"
    wait "$pid" 2>/dev/null
    rm "$place/held"
    [ "$(ls "$place/backups" | wc -l)" = "$before" ] && [ -n "$(ls -d "$place"/backups/.[!.]*/)" ] &&
        understudy resume -e "$(dirname "$environment")/with.yaml" -j "$place/journal-killed" >"$place/said" 2>&1 &&
        [ "$(ls "$place/backups" | wc -l)" = $((before + 1)) ] && [ -z "$(ls -d "$place"/backups/.[!.]*/ 2>/dev/null)" ] &&
        understudy verify-backup "$(newest)" --key "$place/ops.key" >"$place/said" || { cat "$place/said"; return 1; }
}

# ---- the story ------------------------------------------------------------------------------------------

try_backup() {
    check "who may read it has to be said" refused 1 'neither a recipient nor a password' backup -j "$place/journal-1"
    check "and nothing was written" [ ! -e "$place/backups" ]
    check "a backup is taken" backup --recipient "$place/ops.pem" -j "$place/journal-2"
    check "it can be restored" understudy verify-backup "$(newest)" --key "$place/ops.key"
    check "nobody else can open it" refused 1 'SEC-17' understudy verify-backup "$(newest)" --key "$folder/world/postgres.key"
    check "nobody else can read a file" private
    check "nothing in it can be read" nothing_readable
    check "a fresh server" start_fresh
    check "takes the dump" restore_dump
    check "and has the same rows" same_rows
}

# As on another cluster: there are no such Secrets there.
try_secrets() {
    opened mp1-secrets.json.cms >"$place/secrets.json"
    kubectl --context mp2 create namespace elsewhere >/dev/null
    jq '.items[].metadata.namespace = "elsewhere"' "$place/secrets.json" >"$place/elsewhere.json"
    check "kubectl applies the Secrets" kubectl --context mp2 apply -f "$place/elsewhere.json"
    check "all of them" [ "$(kubectl --context mp2 -n elsewhere get secrets -o name | wc -l)" = 8 ]
    check "the key is the same" diff <(kubectl --context mp1 -n tsb get secret iam-signing-key -o json | jq -S .data) \
        <(kubectl --context mp2 -n elsewhere get secret iam-signing-key -o json | jq -S .data)
}

try_program() {
    check "the program is wrapped" wrap_program
    check "a backup with a password" understudy backup -e "$(dirname "$environment")/with.yaml" -o "$place/backups" \
        --password-file "$folder/world/admin-password" -j "$place/journal-3"
    check "the database's password is not among the program's words" keeps_the_password_to_itself
    check "its own opens it" understudy verify-backup "$(newest)" --password-file "$folder/world/admin-password"
    check "killed and resumed, it is whole" kill_and_resume
    truncate -s -20 "$(newest)mp1-database.sql.gz.cms"
    check "cut off, it is none any more" refused 1 'F-806.*cut off' understudy verify-backup "$(newest)"
}

mkdir -p "$folder"
openssl req -x509 -nodes -newkey rsa:2048 -subj /CN=operations -days 2 -keyout "$place/ops.key" -out "$place/ops.pem" 2>/dev/null
export TMPDIR=$place/servers
check "it is ready" up_start "$folder" --world "$REAL"
# shellcheck disable=SC1091
. "$folder/world/env"
environment=$folder/world/environment.yaml
try_backup
try_secrets
try_program
check "it ends cleanly" up_stop "$folder"
