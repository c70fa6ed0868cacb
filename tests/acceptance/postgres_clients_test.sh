#!/usr/bin/env bash
# tests/acceptance/postgres_clients_test.sh - pgbench, pg_isready, barman, psycopg2, psycopg, npm's pg and the Prometheus exporter.
#
# Each client is told to do the same with the fake and, where Postgres 15 is installed, with a real one; what it prints must be the same.
set -euo pipefail
. tests/acceptance/lib.sh
. tests/acceptance/node_lib.sh

needs psql pg_isready cc pkg-config || { skip "clients of Postgres" "psql, pg_isready, cc or pkg-config is missing"; exit 0; }

packages='libuv libcurl libssl libcrypto libnghttp2 libpq libcjson libfyaml ldns libxxhash zlib'
postgres=/usr/lib/postgresql/15/bin
real=
real_port=
trap 'stop_real; exec 9>&-' EXIT
export PGHOST=127.0.0.1 PGUSER=postgres PGPASSWORD=secret PGDATABASE=postgres PGCONNECT_TIMEOUT=10

# ---- both of them ----------------------------------------------------------------------------------

start_fake() {
    # shellcheck disable=SC2046
    cc -O1 -std=c11 -D_GNU_SOURCE -I. $(pkg-config --cflags $packages) -o "$SCRATCH/pg_serve" tests/tools/pg_serve.c base/*.c fakes/net/*.c \
        fakes/postgres/*.c $(pkg-config --libs $packages) -lhttp_parser -lm
    mkfifo "$SCRATCH/until"
    echo 'host all,replication all all scram-sha-256' >"$SCRATCH/pg_hba.conf"
    "$SCRATCH/pg_serve" "$SCRATCH" <"$SCRATCH/until" &
    exec 9>"$SCRATCH/until" # it serves until we let go of this
    eventually 10 test -s "$SCRATCH/ports"
    read -r fake_port standby_port _ <"$SCRATCH/ports"
    echo 'rate primary 1000' >&9 # as one that somebody uses
}

stop_real() {
    [ -n "$real" ] || return 0
    tests/bench/real_postgres.sh stop "$real"
    rm -rf "$real"
    real=
}

# In the folder $real.
start_real() {
    tests/bench/real_postgres.sh start "$real" 8000 >"$SCRATCH/real_port" || return 1
    psql -Xq -p "$(cat "$SCRATCH/real_port")" <<'SQL'
CREATE TABLE tenants (key text PRIMARY KEY, value json);
INSERT INTO tenants VALUES ('tenants/payments', '{"name":"payments"}'), ('tenants/retail', '{"name":"retail"}');
SQL
}

# alike NAME FUNCTION ARGUMENT...: FUNCTION PORT FOLDER ARGUMENT... succeeds with the fake, and prints what it does with the real one.
alike() {
    local name=$1 act=$2 at status=0 fake="$SCRATCH/${2}_fake${3+_$3}" other="$SCRATCH/${2}_real${3+_$3}"
    shift 2

    mkdir -p "$fake" "$other"
    "$act" "$fake_port" "$fake" "$@" >"$fake/said" 2>"$fake/log" || status=$?
    if [ "$status" != 0 ]; then
        tail -n 5 "$fake/said" "$fake/log"
        not_ok "$name" "status $status"
        return 0
    fi
    if [ -n "$real_port" ]; then
        "$act" "$real_port" "$other" "$@" >"$other/said" 2>"$other/log" || status=$?
        if ! diff -u "$other/said" "$fake/said" >"$SCRATCH/$act.diff"; then
            cat "$SCRATCH/$act.diff"
            at=$(grep -m 1 '^[-+][^-+]' "$SCRATCH/$act.diff" || true)
            not_ok "$name" "the real one has it otherwise: $at"
            return 0
        fi
    fi
    ok "$name"
}

# ---- the clients -----------------------------------------------------------------------------------

# What it says of what it did, without how fast that was.
bench() {
    printf 'select 1;\n' >"$2/select.sql"
    pgbench -n -f "$2/select.sql" -p "$1" "${@:4}" 2>&1 | sed -n '/^number of\|^query mode\|error\|fatal/p'
    [ "${PIPESTATUS[0]}" = 0 ]
}

python_client() {
    /usr/bin/python3 tests/acceptance/postgres_clients.py "$3" "$1"
}

node_client() {
    node "$OUT/node-pg/client.mjs" "$1"
}

barman_of() {
    barman -c "$1/barman.conf" "${@:2}"
}

barman_configure() {
    mkdir -p "$2/conf.d" "$2/home"
    cat >"$2/barman.conf" <<CONF
[barman]
barman_user = $(id -un)
barman_home = $2/home
barman_lock_directory = $2/home
configuration_files_directory = $2/conf.d
log_file = $2/barman.log
[main]
description = of the test
conninfo = host=127.0.0.1 port=$1 user=postgres dbname=postgres password=secret
streaming_conninfo = host=127.0.0.1 port=$1 user=postgres password=secret
backup_method = postgres
streaming_archiver = on
slot_name = barman
path_prefix = $postgres
CONF
}

barman_receives() {
    barman_of "$1" show-server main | grep -q "active=True, restart_lsn='"
}

# As somebody does who sets one up: before there is a slot, with one, and with all in place.
barman_client() {
    barman_configure "$1" "$2"
    barman_of "$2" check main || true
    barman_of "$2" receive-wal --create-slot main
    barman_of "$2" check main || true
    barman_of "$2" receive-wal main >"$2/receive.log" 2>&1 &
    eventually 20 barman_receives "$2" || return 1
    barman_of "$2" switch-wal --force --archive --archive-timeout 20 main >"$2/switch.log"
    grep -q 'has been closed' "$2/switch.log" || return 1
    barman_of "$2" check main
    barman_of "$2" receive-wal --stop main >"$2/stop.log"
    wait
}

# Names of what it exports. What there is of slots and standbys depends on who is connected.
exporter_client() {
    local exporter port=$((32000 + RANDOM % 700)) status=0

    DATA_SOURCE_NAME="postgresql://postgres:secret@127.0.0.1:$1/postgres?sslmode=require" \
        prometheus-postgres-exporter --web.listen-address="127.0.0.1:$port" >"$2/exporter.log" 2>&1 &
    exporter=$!
    eventually 10 curl -fs -o "$2/metrics" "http://127.0.0.1:$port/metrics" || status=$?
    kill "$exporter"
    [ "$status" = 0 ] || return "$status"
    grep -q '^pg_up 1$' "$2/metrics" || return 1
    grep -q '^pg_exporter_last_scrape_error 0$' "$2/metrics" || return 1
    grep '^pg_scrape_collector_success' "$2/metrics"
    sed -n 's/^\(pg_[a-z0-9_]*\).*/\1/p' "$2/metrics" | grep -v '^pg_replication_slots\|^pg_stat_replication' | sort -u
    grep 'level=\(error\|warn\)' "$2/exporter.log" | sed 's/.* msg=/msg=/' || true
}

# ---- pg_isready ------------------------------------------------------------------------------------

answers() {
    local name=$1 status=0 expected=$2 said
    shift 2

    said=$(pg_isready "$@" | sed 's/.* - //') || true
    pg_isready -q "$@" || status=$?
    if [ "$status $said" = "$expected" ]; then ok "pg_isready: $name"; else not_ok "pg_isready: $name" "$status $said"; fi
}

isready_test() {
    answers "a primary" '0 accepting connections' -p "$fake_port"
    answers "a standby" '0 accepting connections' -p "$standby_port"
    answers "without a role of that name" '0 accepting connections' -p "$fake_port" -U nobody -d nodb
    echo 'starting standby' >&9
    eventually 5 is_starting
    answers "one that starts" '1 rejecting connections' -p "$standby_port"
    echo 'kill standby' >&9
    eventually 5 is_gone
    answers "one that was killed" '2 no response' -p "$standby_port"
    answers "nobody" '2 no response' -p 1
}

is_starting() {
    local status=0

    pg_isready -q -p "$standby_port" || status=$?
    [ "$status" = 1 ]
}

is_gone() {
    local status=0

    pg_isready -q -p "$standby_port" || status=$?
    [ "$status" = 2 ]
}

# ---- all of it, side by side where it mostly waits -------------------------------------------------

barman_test() {
    if needs barman && [ -x "$postgres/pg_receivewal" ]; then
        alike "barman check, as it is set up" barman_client
    else
        skip "barman check" "barman or pg_receivewal is missing"
    fi
}

exporter_test() {
    if needs prometheus-postgres-exporter curl; then
        alike "the Prometheus exporter scrapes without an error" exporter_client
    else
        skip "the Prometheus exporter" "prometheus-postgres-exporter or curl is missing"
    fi
}

python_test() {
    local module

    for module in psycopg2 psycopg; do
        if /usr/bin/python3 -c "import $module" 2>/dev/null; then
            alike "$module" python_client "$module"
        else
            skip "$module" "python3-$module is missing"
        fi
    done
    if /usr/bin/python3 -c 'import psycopg2' 2>/dev/null; then alike "psycopg2 replicates" python_client replication; fi
}

node_test() {
    if ! needs node npm; then
        skip "npm's pg" "no node or npm here"
    elif ! npm_install tests/acceptance/node_pg "$OUT/node-pg"; then
        skip "npm's pg" "npm cannot fetch it: $(grep -m 1 error "$OUT/node-pg/log")"
    else
        cp tests/acceptance/node_pg/client.mjs "$OUT/node-pg"
        alike "npm's pg" node_client
    fi
}

pgbench_test() {
    local mode

    needs pgbench || { skip pgbench "it is missing"; return 0; }
    for mode in simple extended prepared; do
        alike "pgbench -M $mode" bench "$mode" -M "$mode" -t 500
    done
    alike "pgbench -C" bench connect -C -t 20
    alike "pgbench -c 8" bench eight -c 8 -j 2 -t 200
}

real=$(mktemp -d)
start_real &
starting=$!
start_fake
if wait "$starting"; then real_port=$(cat "$SCRATCH/real_port"); else skip "the real one beside it" "no Postgres 15 here, or not root"; fi
parts=()
for part in barman exporter python node isready; do
    "${part}_test" >"$SCRATCH/$part.part" 2>&1 &
    parts+=($!)
done
pgbench_test
for part in "${parts[@]}"; do
    wait "$part" || not_ok "every part" "one ended badly"
done
cat "$SCRATCH"/*.part
