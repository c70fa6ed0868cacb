#!/usr/bin/env bash
# tests/acceptance/postgres_follows_real_test.sh - a fake standby follows a real Postgres 15.
#
# It takes its base backup, streams while pgbench writes, is seen by the primary as any standby is, serves standbys of its own (the same
# bytes: cmp), survives the loss of its walsender and of its log, follows a real promotion, and is promoted itself when its primary goes
# away: a real standby then follows it, and takes over in the end.
set -euo pipefail
. tests/acceptance/lib.sh

postgres=/usr/lib/postgresql/15/bin
needs psql cc pkg-config setpriv openssl cmp && [ -x "$postgres/initdb" ] && [ -x "$postgres/pgbench" ] &&
    id postgres >/dev/null 2>&1 && [ "$(id -u)" = 0 ] ||
    { skip "a fake standby of a real server" "no Postgres 15 here, no setpriv, or not root"; exit 0; }

packages='libuv libcurl libssl libcrypto libnghttp2 libpq libcjson libfyaml ldns libxxhash zlib'
real=$(mktemp -d)
primary_port=$((20000 + RANDOM % 6000 * 2))
standby_port=$((primary_port + 1))
trap stop_all EXIT

three_pid= # set by follow

stop_all() {
    exec 8>&- 9>&-
    for node in primary standby; do
        as_postgres "$postgres/pg_ctl" -D "$real/$node" -m immediate stop >/dev/null 2>&1 || true
    done
    rm -rf "$real"
}

as_postgres() {
    setpriv --reuid=postgres --regid=postgres --clear-groups env HOME="$real" "$@"
}

export PGHOST=127.0.0.1 PGCONNECT_TIMEOUT=10 PGPASSWORD=secret

# ---- who is asked ----------------------------------------------------------------------------------

primary() {
    psql -XAtq -p "$primary_port" -U postgres -d postgres -c "$1" 2>&1
}

standby() {
    psql -XAtq -p "$standby_port" -U postgres -d postgres -c "$1" 2>&1
}

# fake FOLDER STATEMENT
fake() {
    psql -XAtq -p "$(cat "$SCRATCH/$1/port")" -U postgres -d postgres -c "$2" 2>&1
}

# soon NAME EXPECTED COMMAND...
soon() {
    local name=$1 expected=$2
    shift 2

    if eventually 20 says "$expected" "$@"; then
        ok "$name"
    else
        not_ok "$name" "expected '$expected', got '$("$@")'; $(tail -n 2 "$SCRATCH"/*/said 2>/dev/null)"
    fi
}

says() {
    local expected=$1
    shift

    [ "$("$@")" = "$expected" ]
}

# ---- a real primary, with TLS and SCRAM ------------------------------------------------------------

make_primary() {
    chown postgres "$real"
    printf secret >"$real/password"
    as_postgres "$postgres/initdb" -D "$real/primary" -U postgres -A scram-sha-256 --pwfile="$real/password" --locale=C.UTF-8
    openssl req -x509 -newkey rsa:2048 -nodes -keyout "$real/primary/server.key" -out "$real/primary/server.crt" -days 2 \
        -subj /CN=localhost -addext 'subjectAltName=DNS:localhost,IP:127.0.0.1'
    chown postgres "$real"/primary/server.*
    cp "$real/primary/server.crt" "$real/ca.pem"
    printf '%s\n' "listen_addresses = '127.0.0.1'" "unix_socket_directories = '$real'" 'fsync = off' "timezone = 'Etc/UTC'" 'ssl = on' \
        'shared_buffers = 16MB' 'max_wal_size = 32MB' 'min_wal_size = 32MB' 'wal_retrieve_retry_interval = 200ms' "port = $primary_port" \
        >>"$real/primary/postgresql.conf"
    printf '%s\n' 'hostssl replication replication all scram-sha-256' 'hostssl all all all scram-sha-256' \
        >"$real/primary/pg_hba.conf"
    as_postgres "$postgres/pg_ctl" -D "$real/primary" -l "$real/primary.log" -w start
    primary "CREATE ROLE replication WITH REPLICATION LOGIN PASSWORD 'secret'"
    "$postgres/pgbench" -i -q -s 2 -p "$primary_port" -U postgres postgres
    primary "SELECT pg_create_physical_replication_slot('fake', true)"
}

build() {
    # shellcheck disable=SC2046
    cc -O2 -std=c11 -D_GNU_SOURCE -I. $(pkg-config --cflags $packages) -o "$SCRATCH/pg_follow" tests/tools/pg_follow.c base/*.c \
        fakes/net/*.c fakes/postgres/*.c $(pkg-config --libs $packages) -lhttp_parser -lm
}

# follow FOLDER DESCRIPTOR PORT [SLOT]: a fake standby whose orders are read from a pipe
follow() {
    local folder=$SCRATCH/$1 tls="sslmode=verify-full sslrootcert=$real/ca.pem"

    [ "$3" = "$primary_port" ] || [ "$3" = "$standby_port" ] || tls=sslmode=disable
    mkdir "$folder"
    mkfifo "$folder/orders"
    "$SCRATCH/pg_follow" "$folder" "host=localhost hostaddr=127.0.0.1 port=$3 user=replication application_name=$1 $tls" \
        ${4:+"$4"} <"$folder/orders" 2>"$folder/said" &
    eval "exec $2>'$folder/orders'"
    eval "$1_pid=$!"
    eventually 10 test -s "$folder/port"
}

seen() {
    primary "SELECT state || '|' || (flush_lsn = sent_lsn) || '|' || (sent_lsn = pg_current_wal_flush_lsn()) FROM pg_stat_replication WHERE application_name = '$1'"
}

make_primary >"$SCRATCH/primary.log" 2>&1
build

# ---- following -------------------------------------------------------------------------------------

follow one 9 "$primary_port" fake
soon "the primary sees a standby like any other" 'streaming|true|true' seen one
soon "its connection is TLS" t primary "SELECT ssl FROM pg_stat_ssl JOIN pg_stat_replication USING (pid) WHERE application_name = 'one'"
soon "it has its slot" t primary "SELECT active FROM pg_replication_slots WHERE slot_name = 'fake'"
before=$(fake one 'SELECT pg_last_wal_replay_lsn()')
check "pgbench writes" "$postgres/pgbench" -n -c 2 -T 3 -p "$primary_port" -U postgres postgres
soon "the primary sees it at its end" 'streaming|true|true' seen one
soon "the fake has replayed what the primary wrote" "$(primary 'SELECT pg_current_wal_lsn()')" fake one 'SELECT pg_last_wal_replay_lsn()'
check "... which is more than before" test "$(fake one 'SELECT pg_last_wal_replay_lsn()')" != "$before"
check "... and it is a standby" says t fake one 'SELECT pg_is_in_recovery()'
check "... on the primary's timeline, streaming" says '1|streaming' fake one 'SELECT received_tli, status FROM pg_stat_wal_receiver'
check "... of the primary's system" says "$(primary 'SELECT system_identifier FROM pg_control_system()')" fake one 'SELECT system_identifier FROM pg_control_system()'
primary "CREATE TABLE last (at timestamptz); INSERT INTO last VALUES (now())" >/dev/null
near() { fake one "SELECT EXTRACT(EPOCH FROM (now() - pg_last_xact_replay_timestamp())) < 20"; }
soon "it knows when the last commit was" t near

# ---- cascading: the same bytes ---------------------------------------------------------------------

# receive FOLDER PORT USER: the log from the present segment on, over a switch
receive() {
    mkdir "$real/$1"
    "$postgres/pg_receivewal" -D "$real/$1" -p "$2" -U "$3" -E "$end" -n >"$SCRATCH/$1.log" 2>&1
}

end_of() { primary "SELECT pg_switch_wal()" >/dev/null; primary "CREATE TABLE t$1 AS SELECT generate_series(1, 60000) AS n" >/dev/null; }
primary "SELECT pg_switch_wal()" >/dev/null
end=$(primary "SELECT pg_lsn(pg_current_wal_lsn()) + 20 * 1024 * 1024")
receive from_real "$primary_port" replication &
from_real=$!
receive from_fake "$(cat "$SCRATCH/one/port")" replication &
from_fake=$!
sleep 1
end_of 1
end_of 2
end_of 3
end_of 4
primary "SELECT pg_switch_wal()" >/dev/null
check "pg_receivewal takes the primary's log" wait "$from_real"
check "... and the fake standby's" wait "$from_fake"
same() {
    local count=0 file

    for file in "$real"/from_real/0*; do
        [ "${file%.partial}" = "$file" ] || continue
        cmp "$file" "$real/from_fake/${file##*/}" || return 1
        count=$((count + 1))
    done
    [ "$count" -ge 1 ]
}
check "... which is the same, byte for byte" same

follow two 8 "$(cat "$SCRATCH/one/port")"
soon "a fake standby follows the fake standby" streaming fake two 'SELECT status FROM pg_stat_wal_receiver'
soon "... up to the real primary's end" "$(primary 'SELECT pg_current_wal_flush_lsn()')" fake two 'SELECT pg_last_wal_replay_lsn()'

# ---- trouble ---------------------------------------------------------------------------------------

primary "SELECT pg_terminate_backend(pid) FROM pg_stat_replication WHERE application_name = 'one'" >/dev/null
soon "who loses its walsender connects again" 'streaming|true|true' seen one

# ---- a real standby beside it; the primary goes; the fake is promoted ------------------------------

check "a real standby of the same primary" as_postgres env PGSSLMODE=require "$postgres/pg_basebackup" -c fast -R -D "$real/standby" -p "$primary_port" -U replication -h 127.0.0.1
echo "port = $standby_port" >>"$real/standby/postgresql.conf"
check "... starts" as_postgres "$postgres/pg_ctl" -D "$real/standby" -l "$real/standby.log" -w -t 30 start
check "pgbench writes again" "$postgres/pgbench" -n -c 2 -T 1 -p "$primary_port" -U postgres postgres
check "the primary stops, fast" as_postgres "$postgres/pg_ctl" -D "$real/primary" -m fast -w stop
soon "the fake has no walreceiver any more" 0 fake one 'SELECT count(*) FROM pg_stat_wal_receiver'
last=$(fake one 'SELECT pg_last_wal_replay_lsn()')
soon "it has all that the real standby has" "$last" standby 'SELECT pg_last_wal_replay_lsn()'
shutdown=$(as_postgres "$postgres/pg_controldata" -D "$real/primary" | sed -n 's/^Latest checkpoint location: *//p')
check "... up to the checkpoint of the shutdown" test "$last" = "$(standby "SELECT pg_lsn '$shutdown' + 120")"
echo promote >&9
soon "the fake is promoted" f fake one 'SELECT pg_is_in_recovery()'
new_timeline() { fake one 'SELECT pg_walfile_name(pg_current_wal_lsn())' | cut -c 1-8; }
soon "... to a timeline of its own" 00000002 new_timeline
soon "the fake behind it follows" 2 fake two 'SELECT received_tli FROM pg_stat_wal_receiver'
standby "ALTER SYSTEM SET primary_conninfo = 'host=127.0.0.1 port=$(cat "$SCRATCH/one/port") user=replication password=secret sslmode=disable'" >/dev/null
standby 'SELECT pg_reload_conf()' >/dev/null
soon "the real standby follows the promoted fake" 'streaming|2' standby 'SELECT status, received_tli FROM pg_stat_wal_receiver'
echo 'write tenants/a {"name":"a"}' >&9
echo switch >&9
echo 'write tenants/b {"name":"b"}' >&9
sleep 1
soon "... to its end" "$(fake one 'SELECT pg_current_wal_lsn()')" standby 'SELECT pg_last_wal_replay_lsn()'
soon "... with all that the real primary had" 120000 standby 'SELECT (SELECT count(*) FROM t1) + (SELECT count(*) FROM t4)'

# ---- the real standby takes over; a new fake follows it over its promotion and its crash -----------

follow three 7 "$standby_port"
soon "a fake standby of the real standby" streaming fake three 'SELECT status FROM pg_stat_wal_receiver'
check "which is promoted" says t standby 'SELECT pg_promote()'
soon "the fake follows it to its new timeline" 'streaming|3' fake three 'SELECT status, received_tli FROM pg_stat_wal_receiver'
check "it takes writes, after xids that the fake only counted on" standby 'CREATE TABLE mine AS SELECT 1 AS n'
soon "... which the fake has" "$(standby 'SELECT pg_current_wal_flush_lsn()')" fake three 'SELECT pg_last_wal_replay_lsn()'

# Stopped while its log is taken away: without a slot nobody keeps it.
kill -STOP "$three_pid"
standby "SELECT pg_terminate_backend(pid) FROM pg_stat_replication" >/dev/null
for _ in 1 2 3 4 5 6; do
    standby "SELECT pg_logical_emit_message(false, 'x', repeat('y', 1000000)); SELECT pg_switch_wal(); CHECKPOINT" >/dev/null
done
kill -CONT "$three_pid"
removed() { grep -q '58P01: requested WAL segment [0-9A-F]* has already been removed' "$SCRATCH/three/said"; }
check "a fake whose log was removed is told so" eventually 15 removed
check "... and shows no walreceiver, but is there" says 0 fake three 'SELECT count(*) FROM pg_stat_wal_receiver'

standby "SELECT pg_create_physical_replication_slot('four', true)" >/dev/null
follow four 6 "$standby_port" four
soon "another one" streaming fake four 'SELECT status FROM pg_stat_wal_receiver'
"$postgres/pgbench" -n -c 4 -T 20 -p "$standby_port" -U postgres postgres >"$SCRATCH/bench" 2>&1 &
sleep 1
check "the server crashes while it writes" as_postgres "$postgres/pg_ctl" -D "$real/standby" -m immediate stop
soon "the fake notices" 0 fake four 'SELECT count(*) FROM pg_stat_wal_receiver'
last=$(fake four 'SELECT pg_last_wal_replay_lsn()')
echo promote >&6
soon "it is promoted" f fake four 'SELECT pg_is_in_recovery()'
ends() { PGPASSWORD=secret psql -XAtq "port=$(cat "$SCRATCH/four/port") user=replication replication=true dbname=postgres" -c 'TIMELINE_HISTORY 4' | tail -n 2 | grep -o '0/[0-9A-F]*'; }
check "... where the last whole record ended" says "$last" ends
# A stream is cut where a page ends: a page of zeros follows on disk, "invalid magic number 0000" also behind a real primary that was killed.
refuse "nothing in the real standby's log looks like damage" \
    grep -Ei 'PANIC|corrupt|incorrect prev|invalid magic number 0*[1-9a-f]|checksum' "$real/standby.log"
