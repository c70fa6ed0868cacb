#!/usr/bin/env bash
# tests/acceptance/postgres_server_test.sh - psql and pg_isready against the fake Postgres, and the real one as the judge of it.
#
# First what a person sees with real clients. Then, where Postgres 15 is installed, a real primary and standby: the same statements
# are put to fake and real, and columns, types and errors have to be the same.
set -euo pipefail
. tests/acceptance/lib.sh

needs psql pg_isready cc pkg-config || { skip "psql and pg_isready" "psql, pg_isready, cc or pkg-config is missing"; exit 0; }

packages='libuv libcurl libssl libcrypto libnghttp2 libpq libcjson libfyaml ldns libxxhash zlib'
postgres=/usr/lib/postgresql/15/bin
real=
trap 'stop_real; exec 9>&-' EXIT

build() {
    # shellcheck disable=SC2046
    cc -O1 -std=c11 -D_GNU_SOURCE -I. $(pkg-config --cflags $packages) -o "$1" "${@:2}" \
        $(pkg-config --libs $packages) -lhttp_parser -lm
}

# ---- the fake ------------------------------------------------------------------------------------

start_fake() {
    build "$SCRATCH/pg_serve" tests/tools/pg_serve.c base/*.c fakes/net/*.c fakes/postgres/*.c
    build "$SCRATCH/pg_ask" tests/tools/pg_ask.c
    mkfifo "$SCRATCH/until"
    "$SCRATCH/pg_serve" "$SCRATCH" <"$SCRATCH/until" &
    exec 9>"$SCRATCH/until" # it serves until we let go of this
    eventually 10 test -s "$SCRATCH/ports"
    read -r primary standby plain <"$SCRATCH/ports"
}

# As psql prints it, without decoration.
query() {
    psql -XAtq -p "$1" -c "$2"
}

same() {
    local name=$1 expected=$2 actual
    shift 2

    actual=$("$@" 2>&1) || true
    if [ "$actual" = "$expected" ]; then
        ok "$name"
    else
        not_ok "$name" "expected '$expected', got '$actual'"
    fi
}

said() {
    local name=$1 expected=$2 actual
    shift 2

    actual=$("$@" 2>&1) || true
    if [[ "$actual" == *"$expected"* ]]; then
        ok "$name"
    else
        not_ok "$name" "expected '$expected' in '$actual'"
    fi
}

start_fake
export PGHOST=127.0.0.1 PGUSER=postgres PGPASSWORD=secret PGDATABASE=tsb PGSSLMODE=verify-full \
    PGSSLROOTCERT="$SCRATCH/ca.pem" PGCONNECT_TIMEOUT=10

check "pg_isready" pg_isready -q -p "$primary"
check "pg_isready of a standby" pg_isready -q -p "$standby"
same "the role of a primary" f query "$primary" 'SELECT pg_is_in_recovery()'
same "the role of a standby" t query "$standby" 'SELECT pg_is_in_recovery()'
same "the system identifier" 7710404653448864183 query "$standby" 'SELECT system_identifier FROM pg_control_system()'
same "the rows of a table" $'tenants/payments|{"name":"payments"}\ntenants/retail|{"name":"retail"}' \
    query "$standby" 'SELECT key, value FROM tenants ORDER BY key'
same "the receiver" 'streaming|1' query "$standby" 'SELECT status, received_tli FROM pg_stat_wal_receiver'
same "the standby of a primary" 'streaming|async' query "$primary" 'SELECT state, sync_state FROM pg_stat_replication'
same "several statements" $'1\nx' query "$primary" "BEGIN; SELECT 1; SET application_name = 'x'; SHOW application_name; COMMIT"
same "a session on one line" 'tsb|postgres' query "$primary" 'SELECT current_database(), current_user'
said "TLS is up" 'SSL connection (protocol: TLSv1.3' psql -X -p "$primary" -c '\conninfo'
same "the channel is bound" 1 psql -XAtq "port=$primary channel_binding=require" -c 'SELECT 1'
same "without TLS, where there is none" 1 env PGSSLMODE=disable psql -XAtq -p "$plain" -c 'SELECT 1'
said "without TLS, where there is" 'FATAL:  pg_hba.conf rejects connection for host "127.0.0.1", user "postgres", database "tsb", no encryption' \
    env PGSSLMODE=disable psql -Xq -p "$primary" -c 'SELECT 1'
said "a wrong password" 'FATAL:  password authentication failed for user "postgres"' env PGPASSWORD=no psql -Xq -p "$primary" -c 'SELECT 1'
said "a database that is not there" 'FATAL:  database "nodb" does not exist' psql -Xq -p "$primary" -d nodb -c 'SELECT 1'
said "a certificate of somebody else" 'certificate verify failed' env PGSSLROOTCERT=/etc/ssl/certs/ca-certificates.crt psql -Xq -p "$primary" -c 'SELECT 1'
same "the host that is a standby" t psql -XAtq "host=127.0.0.1,127.0.0.1 port=$primary,$standby target_session_attrs=standby" -c 'SELECT pg_is_in_recovery()'
same "IDENTIFY_SYSTEM" '7710404653448864183|1' bash -c "psql -XAtq 'port=$primary replication=true' -c IDENTIFY_SYSTEM | cut -d'|' -f1,2"
said "SQL on a physical walsender" 'cannot execute SQL commands in WAL sender for physical replication' psql -Xq "port=$primary replication=true" -c 'SELECT 1'
said "a statement that is cancelled" 'canceling statement due to user request' \
    timeout -s INT 1 psql -Xq -p "$primary" -c 'SELECT pg_sleep(60)'
said "SQL that is not understood" 'this server understands SELECT of what monitors a Postgres and its standbys' query "$primary" 'EXPLAIN SELECT 1'

# ---- the real one --------------------------------------------------------------------------------

as_postgres() {
    setpriv --reuid=postgres --regid=postgres --clear-groups env -u PGSSLROOTCERT HOME="$real" PGSSLMODE=disable "$@"
}

stop_real() {
    [ -n "$real" ] || return 0
    for node in standby primary; do
        as_postgres "$postgres/pg_ctl" -D "$real/$node" -m immediate stop >/dev/null 2>&1 || true
    done
    rm -rf "$real"
    real=
}

start_real() {
    real_primary=$((20000 + RANDOM % 12000))
    real_standby=$((real_primary + 1))
    real=$(mktemp -d)
    chown postgres "$real"
    printf secret >"$real/password"
    chown postgres "$real/password"
    as_postgres "$postgres/initdb" -D "$real/primary" -U postgres -A scram-sha-256 --pwfile "$real/password" --locale=C.UTF-8
    printf '%s\n' "listen_addresses = '127.0.0.1'" "unix_socket_directories = '$real'" 'fsync = off' "timezone = 'Etc/UTC'" \
        'shared_buffers = 1MB' "port = $real_primary" >>"$real/primary/postgresql.conf"
    as_postgres "$postgres/pg_ctl" -D "$real/primary" -l "$real/primary.log" -w start
    PGSSLMODE=disable psql -Xq -p "$real_primary" -d postgres -c 'CREATE DATABASE tsb'
    for table in organizations tenants workspaces clusters audit_log; do
        PGSSLMODE=disable psql -Xq -p "$real_primary" -c "CREATE TABLE $table (key text PRIMARY KEY, value json)"
    done
    as_postgres "$postgres/pg_basebackup" -c fast -R -p "$real_primary" -D "$real/standby"
    echo "port = $real_standby" >>"$real/standby/postgresql.conf"
    as_postgres "$postgres/pg_ctl" -D "$real/standby" -l "$real/standby.log" -w start
}

# Statements that end the same way on both. %: what has to stay out of a comparison is not asked.
statements() {
    cat <<'SQL'
SELECT 1
SELECT 1 AS one, 'x', 'x'::text, NULL, -1, 1.5, true AS yes
SELECT pg_is_in_recovery() AS r, now(), version(), current_timestamp, current_user, current_database()
SELECT pg_is_in_recovery(), (SELECT timeline_id FROM pg_control_checkpoint()), COALESCE(pg_last_wal_replay_lsn()::text, ''), COALESCE(pg_last_wal_receive_lsn()::text, '')
SELECT status, COALESCE(received_tli, 0), COALESCE(EXTRACT(EPOCH FROM (now() - last_msg_receipt_time)), -1) FROM pg_stat_wal_receiver LIMIT 1
SELECT COALESCE(pg_current_wal_lsn()::text, '')
SELECT slot_name, plugin, slot_type, datoid, database, active, active_pid, xmin, catalog_xmin, restart_lsn FROM pg_replication_slots
SELECT * FROM pg_replication_slots WHERE slot_name = 'mp2'
SELECT * FROM pg_stat_replication
SELECT * FROM pg_stat_wal_receiver
SELECT * FROM pg_control_checkpoint()
SELECT * FROM pg_control_system()
SELECT system_identifier::text FROM pg_control_system()
SELECT pg_current_wal_lsn(), pg_current_wal_insert_lsn(), pg_current_wal_flush_lsn()
SELECT pg_current_wal_insert_lsn()
SELECT pg_current_wal_flush_lsn()
SELECT pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn(), pg_last_xact_replay_timestamp()
SELECT pg_walfile_name(pg_current_wal_lsn())
SELECT pg_walfile_name('0/3000000')
SELECT pg_wal_lsn_diff('0/3000000', '0/2000000'), pg_wal_lsn_diff('0/3', '0/2')::bigint AS d
SELECT pg_is_wal_replay_paused(), pg_get_wal_replay_pause_state()
SELECT pg_wal_replay_pause()
SELECT pg_wal_replay_resume()
SELECT pg_promote(true, 0)
SELECT now() - pg_last_xact_replay_timestamp() AS delay
SELECT CASE WHEN pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn() THEN 0 ELSE EXTRACT(EPOCH FROM now() - pg_last_xact_replay_timestamp()) END AS log_delay
SELECT GREATEST(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn()), LEAST(1, 2)
SELECT current_setting('server_version_num')::int, current_setting('nope', true)
SELECT current_setting('nope')
SELECT 1 = 1, 1 < 2 AND NOT false, NULL IS NULL
SELECT '0/10'::pg_lsn - '0/0'::pg_lsn, 1 + 1, 1 - 1.5
SELECT count(*) FROM tenants
SELECT key, value FROM tenants ORDER BY key
SELECT key AS k FROM public.tenants t WHERE t.key = 'nope' ORDER BY k DESC LIMIT 1
SHOW server_version_num
SHOW in_hot_standby
SHOW transaction_read_only
SHOW wal_segment_size
SHOW TimeZone
SHOW nope
SET nope = 1
SET application_name = 'me'
RESET application_name
BEGIN
SELECT 1
COMMIT
COMMIT
BEGIN
SELECT nope
SELECT 1
ROLLBACK
START TRANSACTION
END
SELECT nope FROM tenants
SELECT *
SELECT pg_wal_lsn_diff(1, 2)
SELECT pg_wal_lsn_diff('0/0')
SELECT pg_wal_lsn_diff('x', '0/0')
SELECT 'x'::pg_lsn
SELECT COALESCE(1, 'x')
SELECT COALESCE(pg_is_in_recovery(), 1)
SELECT 1 = pg_is_in_recovery()
SELECT now()::pg_lsn
SELECT 1 WHERE 1
SELECT 2147483647 + 1
SELECT (SELECT 1, 2)
SELECT count(*), key FROM tenants
SELECT key FROM tenants LIMIT -1
SELECT 1 1
SELECT (1
selec 1
SELECT 1; SELECT 2
-- nothing
SQL
}

# Only a standby refuses these; a fake primary refuses them in words of its own.
writes() {
    printf '%s\n' "INSERT INTO tenants VALUES ('a', '{}')" "UPDATE tenants SET key = 'a'" 'DELETE FROM tenants' 'TRUNCATE tenants' \
        'CREATE TABLE t (a int)' 'DROP TABLE tenants' 'ALTER TABLE tenants ADD x int' 'BEGIN READ WRITE' 'SET transaction_read_only = off'
}

# compare WHAT FAKE_PORT REAL_PORT, statements on standard input. Each statement is judged by itself.
compare() {
    local line number=0

    while IFS= read -r line; do
        number=$((number + 1))
        printf '%s\n' "$line" >>"$SCRATCH/$1.sql"
    done
    PGSSLMODE=require "$SCRATCH/pg_ask" "port=$2" <"$SCRATCH/$1.sql" >"$SCRATCH/$1.fake" 2>/dev/null
    PGSSLMODE=disable "$SCRATCH/pg_ask" "port=$3" <"$SCRATCH/$1.sql" >"$SCRATCH/$1.real" 2>/dev/null
    if diff -u "$SCRATCH/$1.real" "$SCRATCH/$1.fake" >"$SCRATCH/$1.diff"; then
        ok "$number statements on a $1, as the real one has it"
    else
        cat "$SCRATCH/$1.diff"
        not_ok "$number statements on a $1, as the real one has it" "$(grep -c '^[-+] ' "$SCRATCH/$1.diff") lines differ"
    fi
}

if [ -x "$postgres/initdb" ] && needs setpriv && id postgres >/dev/null 2>&1 && [ "$(id -u)" = 0 ]; then
    start_real >"$SCRATCH/real.log" 2>&1
    statements | compare primary "$primary" "$real_primary"
    { statements; writes; } | compare standby "$standby" "$real_standby"
else
    skip "the real one as the judge" "no Postgres 15 here, no setpriv, or not root"
fi

# ---- and at the end, the promotion ----------------------------------------------------------------

same "promotion" t query "$standby" 'SELECT pg_promote()'
same "what was a standby is on timeline 2" 'f|00000002' query "$standby" \
    "SELECT pg_is_in_recovery(), CASE WHEN pg_walfile_name(pg_current_wal_lsn()) >= '00000002' THEN '00000002' END"
same "and the primary has none any more" 0 query "$primary" 'SELECT count(*) FROM pg_stat_replication'
