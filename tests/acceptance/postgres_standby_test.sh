#!/usr/bin/env bash
# tests/acceptance/postgres_standby_test.sh - a real Postgres 15 takes the fake for its primary.
#
# It boots from the fake's base backup, shows the fake's rows, follows it, follows two promotions (one while it is connected, one it
# finds when it comes back), and takes over when the last fake dies. On the way pg_basebackup, pg_verifybackup, pg_receivewal
# and pg_waldump say what they think. The bulk of the data directory comes from this machine's initdb.
set -euo pipefail
. tests/acceptance/lib.sh

postgres=/usr/lib/postgresql/15/bin
needs psql cc pkg-config setpriv && [ -x "$postgres/initdb" ] && id postgres >/dev/null 2>&1 && [ "$(id -u)" = 0 ] ||
    { skip "a real standby" "no Postgres 15 here, no setpriv, or not root"; exit 0; }

packages='libuv libcurl libssl libcrypto libnghttp2 libpq libcjson libfyaml ldns libxxhash zlib'
real=$(mktemp -d)
seed_port=$((20000 + RANDOM % 6000 * 2))
standby_port=$((seed_port + 1))
trap stop_all EXIT

stop_all() {
    exec 9>&-
    for node in seed standby; do
        as_postgres "$postgres/pg_ctl" -D "$real/$node" -m immediate stop >/dev/null 2>&1 || true
    done
    rm -rf "$real"
}

as_postgres() {
    setpriv --reuid=postgres --regid=postgres --clear-groups env HOME="$real" "$@"
}

# ---- a data directory, and a fake on top of it -----------------------------------------------------

seed() {
    psql -XAtq -p "$seed_port" -U postgres "$@"
}

table() {
    local path

    path=$(seed -d tsb -c "SELECT pg_relation_filepath('$1')")
    printf '%s=%s' "$1" "${path#base/}"
}

make_seed() {
    chown postgres "$real"
    as_postgres "$postgres/initdb" -D "$real/seed" -U postgres -A trust --locale=C.UTF-8
    printf '%s\n' "listen_addresses = '127.0.0.1'" "unix_socket_directories = '$real'" 'fsync = off' "timezone = 'Etc/UTC'" \
        'shared_buffers = 1MB' 'wal_retrieve_retry_interval = 200ms' "port = $seed_port" >>"$real/seed/postgresql.conf"
    as_postgres "$postgres/pg_ctl" -D "$real/seed" -l "$real/seed.log" -w start
    seed -d postgres -c 'CREATE DATABASE tsb'
    seed -d tsb -c 'CREATE TABLE tenants (key text, value json)' -c 'CREATE TABLE clusters (key text, value json)'
    tables="$(table tenants) $(table clusters)"
    as_postgres "$postgres/pg_ctl" -D "$real/seed" -w stop
}

start_fake() {
    # shellcheck disable=SC2046
    cc -O2 -std=c11 -D_GNU_SOURCE -I. $(pkg-config --cflags $packages) -o "$SCRATCH/pg_serve" tests/tools/pg_serve.c base/*.c \
        fakes/net/*.c fakes/postgres/*.c $(pkg-config --libs $packages) -lhttp_parser -lm
    mkfifo "$SCRATCH/orders"
    # shellcheck disable=SC2086
    "$SCRATCH/pg_serve" "$SCRATCH" "$real/seed" $tables <"$SCRATCH/orders" &
    exec 9>"$SCRATCH/orders"
    eventually 10 test -s "$SCRATCH/ports"
    service=$(cat "$SCRATCH/service")
}

order() {
    printf '%s\n' "$*" >&9
}

fake() {
    PGPORT=$service as_postgres "$@"
}

ask() {
    psql -XAtq -p "$service" -U postgres -d tsb -c "$1" 2>&1
}

# ---- what is asked ---------------------------------------------------------------------------------

query() {
    psql -XAtq -p "$standby_port" -U postgres -d tsb -c "$1" 2>&1
}

shows() {
    [ "$(query "$2")" = "$1" ]
}

# soon NAME EXPECTED STATEMENT
soon() {
    if eventually 15 shows "$2" "$3"; then
        ok "$1"
    else
        not_ok "$1" "expected '$2', got '$(query "$3")'; $(tail -n 2 "$real/standby.log")"
    fi
}

export PGHOST=127.0.0.1 PGUSER=replication PGPASSWORD=secret PGCONNECT_TIMEOUT=10
make_seed >"$SCRATCH/seed.log" 2>&1
start_fake

for how in "-X stream" "-X fetch" "-X none" "-X stream --compress=server-gzip:1" "-X fetch --max-rate=32M --manifest-checksums=SHA256"; do
    verify=
    [ "$how" != "-X none" ] || verify=-n
    # shellcheck disable=SC2086
    check "pg_basebackup $how" fake "$postgres/pg_basebackup" -c fast -P -D "$real/copy" $how
    # shellcheck disable=SC2086
    check "pg_verifybackup of it" as_postgres "$postgres/pg_verifybackup" $verify "$real/copy"
    rm -rf "$real/copy"
done

# pg_receivewal with a slot, over a switch of segments; then pg_waldump over what it got.
mkdir "$real/log"
chown postgres "$real/log"
check "a slot" fake "$postgres/pg_receivewal" --create-slot -S drill -D "$real/log"
fake timeout -s INT 30 "$postgres/pg_receivewal" -S drill -D "$real/log" >"$SCRATCH/receivewal.log" 2>&1 &
receives() { [ "$(ask "SELECT count(*) FROM pg_stat_replication WHERE application_name = 'pg_receivewal'")" = 1 ]; }
check "pg_receivewal with a slot" eventually 10 receives
order 'write primary tenants/first {"name":"first"}'
order 'switch primary'
order 'write primary tenants/second {"name":"second"}'
order 'switch primary'
segments() { [ "$(find "$real/log" -name '0*' ! -name '*.partial' | wc -l)" -ge 2 ]; }
check "pg_receivewal gets whole segments" eventually 10 segments
receiver=$(pgrep -f "pg_receivewal -S drill -D $real/log" | tail -n 1)
kill -INT "$receiver"
gone() { ! kill -0 "$receiver" 2>/dev/null; }
check "... until it is told to stop" eventually 10 gone
for file in "$real"/log/0*[0-9A-F]; do
    "$postgres/pg_waldump" "$file" >>"$SCRATCH/waldump" 2>"$SCRATCH/waldump.end" || true
done
check "pg_waldump reads rows as pages" grep -q 'FPI , blkref #0: rel 1663/' "$SCRATCH/waldump"
check "... and their commits" grep -q 'Transaction .* COMMIT' "$SCRATCH/waldump"
check "... and the switch" grep -q 'SWITCH' "$SCRATCH/waldump"
check "the slot goes" fake "$postgres/pg_receivewal" --drop-slot -S drill -D "$real/log"

# ---- the standby -----------------------------------------------------------------------------------

check "the base backup" fake "$postgres/pg_basebackup" -c fast -R -D "$real/standby"
echo "port = $standby_port" >>"$real/standby/postgresql.conf"
check "a real standby starts from it" as_postgres "$postgres/pg_ctl" -D "$real/standby" -l "$real/standby.log" -w -t 30 start
soon "it streams" 'streaming|1' 'SELECT status, received_tli FROM pg_stat_wal_receiver'
soon "it shows rows from before the backup" '{"name":"payments"}' "SELECT value FROM tenants WHERE key = 'tenants/payments'"
order 'write primary clusters/east {"name":"east"}'
soon "... and from after it" '{"name":"east"}' 'SELECT value FROM clusters'
order 'write primary clusters/east {"name":"east","healthy":false}'
soon "... a row that changed" '{"name":"east","healthy":false}' 'SELECT value FROM clusters'
order 'write primary clusters/east'
soon "... one that is gone" 0 'SELECT count(*) FROM clusters'
order 'rate primary 200000'
before=$(query "SELECT pg_last_wal_replay_lsn()")
soon "its log moves with the primary's" t "SELECT pg_last_wal_replay_lsn() > '$before'"
order 'rate primary 0'
# The other one is the standby in the fake, which is always there.
sees() { [ "$(ask "SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming' AND flush_lsn = sent_lsn AND backend_start IS NOT NULL")" = 2 ]; }
check "the fake sees how far it is" eventually 10 sees

# The service now leads to the fake standby, which is promoted while the real one follows it.
order 'lead standby'
order 'kill primary'
sleep 1
soon "it follows the fake standby" 'streaming|1' 'SELECT status, received_tli FROM pg_stat_wal_receiver'
order 'promote standby'
order 'write standby tenants/second-timeline {"name":"two"}'
soon "it follows the promotion" 'streaming|2' 'SELECT status, received_tli FROM pg_stat_wal_receiver'
soon "... and what is written after it" '{"name":"two"}' "SELECT value FROM tenants WHERE key = 'tenants/second-timeline'"

order 'lead third'
order 'stop standby'
order 'promote third'
order 'write third tenants/third-timeline {"name":"three"}'
soon "it follows a second promotion" 'streaming|3' 'SELECT status, received_tli FROM pg_stat_wal_receiver'
soon "... and shows its rows" '{"name":"three"}' "SELECT value FROM tenants WHERE key = 'tenants/third-timeline'"
if grep -q 'Fast Shutdown\|End of WAL reached on timeline 2' "$real/standby.log"; then
    ok "the fast shutdown told it where the log ends"
else
    not_ok "the fast shutdown told it where the log ends" "$(tail -n 3 "$real/standby.log")"
fi

order 'kill third'
[ "$(query 'SELECT pg_promote()')" = t ] && ok "it takes over" || not_ok "it takes over" "$(tail -n 2 "$real/standby.log")"
check "... and takes writes" query "INSERT INTO tenants VALUES ('tenants/mine', '{}')"
soon "... with all that the fakes had written" 't' "SELECT count(*) >= 6 FROM tenants"
soon "... on a timeline of its own" 00000004 "SELECT substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8)"
refuse "nothing in its log looks like damage" grep -Ei 'PANIC|corrupt|incorrect prev|invalid magic|checksum' "$real/standby.log"
