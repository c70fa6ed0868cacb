#!/usr/bin/env bash
# tests/bench/real_postgres.sh - a real Postgres 15 with some log to stream, for benches to compare with.
#
#     real_postgres.sh start FOLDER BYTES     prints its port; the log from 0/1000000 on is kept. postgres/secret, TLS or not; trusted may come
#                                             in without TLS and a password
#     real_postgres.sh stop FOLDER
# Fails if there is no Postgres 15 here, or if it may not be run.
set -euo pipefail

postgres=/usr/lib/postgresql/15/bin
folder=$2

as_postgres() {
    setpriv --reuid=postgres --regid=postgres --clear-groups env HOME="$folder" PGPASSWORD=secret "$@"
}

stop() {
    as_postgres "$postgres/pg_ctl" -D "$folder/data" -m immediate stop >/dev/null 2>&1 || true
}

start() {
    local port=$((30000 + RANDOM % 2000))

    [ -x "$postgres/initdb" ] && [ "$(id -u)" = 0 ] && id postgres >/dev/null 2>&1
    chown postgres "$folder"
    printf secret >"$folder/password"
    as_postgres "$postgres/initdb" -D "$folder/data" -U postgres -A scram-sha-256 --pwfile="$folder/password"
    openssl req -x509 -newkey rsa:2048 -nodes -keyout "$folder/data/server.key" -out "$folder/data/server.crt" -days 2 -subj /CN=bench
    chown postgres "$folder"/data/server.*
    printf '%s\n' "listen_addresses = '127.0.0.1'" "unix_socket_directories = '$folder'" 'ssl = on' 'fsync = off' "port = $port" \
        'wal_keep_size = 4GB' 'max_wal_size = 8GB' 'checkpoint_timeout = 1h' >>"$folder/data/postgresql.conf"
    as_postgres sed -i '1i hostnossl all trusted 127.0.0.1/32 trust' "$folder/data/pg_hba.conf"
    as_postgres "$postgres/pg_ctl" -D "$folder/data" -l "$folder/log" -w start
    as_postgres psql -q -h "$folder" -p "$port" -U postgres -d postgres -c 'CREATE ROLE trusted LOGIN'
    as_postgres psql -h "$folder" -p "$port" -U postgres -d postgres -c \
        "SELECT count(pg_logical_emit_message(false, 'bench', repeat('x', 8000))) FROM generate_series(1, $1 / 8000)"
    printf '%s\n' "$port" >"$folder/port"
}

case "$1" in
start) start "$3" >"$folder/start.log" 2>&1 && cat "$folder/port" ;;
stop) stop ;;
esac
