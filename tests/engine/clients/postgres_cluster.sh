#!/bin/sh
# tests/engine/clients/postgres_cluster.sh - a primary and a streaming standby of real Postgres, with TLS and SCRAM.
#
#     postgres_cluster.sh start FOLDER PORT     primary on 127.0.0.1:PORT, standby on PORT+1
#     postgres_cluster.sh promote|stop-one|stop FOLDER   promotes the standby; stops the primary; stops both
#
# FOLDER holds server.pem and server.key; both servers use them. Run as root, it works as the user postgres, who must be
# able to enter FOLDER.
set -eu
action=$1 folder=$2
for bin in /usr/lib/postgresql/*/bin; do :; done

as() {
    if [ "$(id -u)" = 0 ]; then setpriv --reuid=postgres --regid=postgres --clear-groups "$@"; else "$@"; fi
}

configure() { # data port
    cat >>"$1/postgresql.conf" <<END
listen_addresses = '127.0.0.1'
port = $2
unix_socket_directories = ''
ssl = on
ssl_cert_file = '$folder/server.pem'
ssl_key_file = '$folder/server.key'
shared_buffers = 1MB
max_connections = 20
fsync = off
END
}

start() {
    echo "s3cr3t" >"$folder/password"
    if [ "$(id -u)" = 0 ]; then chown -R postgres: "$folder"; fi
    chmod 600 "$folder/server.key"
    as "$bin/initdb" -D "$folder/one" -U postgres -A scram-sha-256 --pwfile="$folder/password" -N >/dev/null
    configure "$folder/one" "$1"
    printf 'hostssl all,replication all 127.0.0.1/32 scram-sha-256\n' >"$folder/one/pg_hba.conf"
    as "$bin/pg_ctl" -s -w -D "$folder/one" -l "$folder/one.log" start
    export PGPASSWORD=s3cr3t
    as "$bin/psql" -q "host=127.0.0.1 port=$1 user=postgres dbname=postgres" -c "
        create role watcher login password 'w4tch' in role pg_monitor; create role plain login password 'pl41n'"
    as "$bin/pg_basebackup" -D "$folder/two" -R -c fast -d "host=127.0.0.1 port=$1 user=postgres"
    configure "$folder/two" $(($1 + 1))
    as "$bin/pg_ctl" -s -w -D "$folder/two" -l "$folder/two.log" start
}

export HOME="$folder" # libpq looks for certificates there
cd /
case $action in
start) start "$3" ;;
promote) as "$bin/pg_ctl" -s -w -D "$folder/two" promote ;;
stop) for name in one two; do as "$bin/pg_ctl" -s -m immediate -D "$folder/$name" stop 2>/dev/null || true; done ;;
stop-one) as "$bin/pg_ctl" -s -m fast -w -D "$folder/one" stop ;;
esac
