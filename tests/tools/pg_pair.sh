#!/usr/bin/env bash
# tests/tools/pg_pair.sh - a real primary and its streaming standby, filled as the Postgres corpus expects them. Needs root.
#
#     pg_pair.sh start FOLDER PRIMARY_PORT STANDBY_PORT [BIN]    BIN: /usr/lib/postgresql/15/bin
#     pg_pair.sh stop FOLDER [BIN]
set -euo pipefail

verb=$1 folder=$2

as_postgres() {
    setpriv --reuid=postgres --regid=postgres --clear-groups \
        env HOME="$folder" PGHOST=127.0.0.1 PGUSER=postgres PGPASSWORD=secret PGSSLMODE=disable "$@"
}

start() {
    local bin=${3:-/usr/lib/postgresql/15/bin}

    install -d -o postgres "$folder"
    printf secret >"$folder/password"
    chown postgres "$folder/password"
    as_postgres "$bin/initdb" -D "$folder/primary" -A scram-sha-256 --pwfile "$folder/password" --locale=C.UTF-8
    printf '%s\n' "listen_addresses = '127.0.0.1'" "unix_socket_directories = '$folder'" 'fsync = off' \
        "timezone = 'Etc/UTC'" "port = $1" >>"$folder/primary/postgresql.conf"
    as_postgres "$bin/pg_ctl" -D "$folder/primary" -l "$folder/primary.log" -w start
    as_postgres psql -Xq -p "$1" -d postgres -c 'CREATE DATABASE tsb'
    as_postgres psql -Xq -p "$1" -d tsb <<'SQL'
CREATE TABLE organizations (key text PRIMARY KEY, value json);
CREATE TABLE tenants (LIKE organizations INCLUDING ALL);
CREATE TABLE workspaces (LIKE organizations INCLUDING ALL);
CREATE TABLE clusters (LIKE organizations INCLUDING ALL);
CREATE TABLE audit_log (LIKE organizations INCLUDING ALL);
CREATE ROLE replication WITH REPLICATION PASSWORD 'secret' LOGIN;
GRANT EXECUTE ON FUNCTION pg_promote TO replication;
CREATE ROLE tsb LOGIN PASSWORD 'secret';
GRANT ALL ON ALL TABLES IN SCHEMA public TO tsb;
INSERT INTO organizations VALUES ('organizations/tetrate', '{"name":"tetrate"}');
INSERT INTO tenants VALUES ('tenants/payments', '{"name":"payments"}'), ('tenants/retail', '{"name":"retail"}');
INSERT INTO workspaces VALUES ('workspaces/checkout', '{"name":"checkout"}');
SQL
    as_postgres "$bin/pg_basebackup" -c fast -R -U replication -p "$1" -D "$folder/standby"
    echo "port = $2" >>"$folder/standby/postgresql.conf"
    as_postgres "$bin/pg_ctl" -D "$folder/standby" -l "$folder/standby.log" -w start
}

stop() {
    for node in standby primary; do
        as_postgres "${1:-/usr/lib/postgresql/15/bin}/pg_ctl" -D "$folder/$node" -m immediate stop || true
    done
    rm -rf "$folder"
}

"$verb" "${@:3}"
