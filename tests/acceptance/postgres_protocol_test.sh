#!/usr/bin/env bash
# tests/acceptance/postgres_protocol_test.sh - who is let in, by libpq and psycopg, and every message on the wire: fake and real must answer alike.
#
# Postgres 15 stands beside the fake with the same pg_hba.conf, certificates, roles, databases and rows.
set -euo pipefail
. tests/acceptance/lib.sh

needs psql python3 cc pkg-config setpriv || { skip "the protocol" "psql, python3, cc, pkg-config or setpriv is missing"; exit 0; }
postgres=/usr/lib/postgresql/15/bin
[ -x "$postgres/initdb" ] && id postgres >/dev/null 2>&1 && [ "$(id -u)" = 0 ] || { skip "the protocol" "no Postgres 15 here, or not root"; exit 0; }

packages='libuv libcurl libssl libcrypto libnghttp2 libpq libcjson libfyaml ldns libxxhash zlib'
real=
trap 'stop_real; exec 9>&-' EXIT

# ---- both of them ----------------------------------------------------------------------------------

rules() {
    cat <<'HBA'
hostssl   all         tsb         127.0.0.1/32 cert
hostssl   all         replication all          scram-sha-256 clientcert=verify-full
hostssl   all         md,old      all          md5
hostssl   all         lim         samehost     password
hostssl   small       nolog,nobody all         trust
hostssl   replication replication all          md5 clientcert=verify-ca
hostssl   all         empty,nobody 127.0.0.0 255.0.0.0 scram-sha-256
hostnossl all         postgres    all          trust
hostnossl replication postgres    all          trust
hostnossl tsb         nobody,nolog all         trust
hostssl   sameuser,tsb postgres   all          scram-sha-256
hostnossl all         +readers    all          reject
HBA
}

start_fake() {
    # shellcheck disable=SC2046
    cc -O1 -std=c11 -D_GNU_SOURCE -I. $(pkg-config --cflags $packages) -o "$SCRATCH/pg_serve" tests/tools/pg_serve.c base/*.c fakes/net/*.c \
        fakes/postgres/*.c $(pkg-config --libs $packages) -lhttp_parser -lm
    rules >"$SCRATCH/pg_hba.conf"
    mkfifo "$SCRATCH/until"
    "$SCRATCH/pg_serve" "$SCRATCH" <"$SCRATCH/until" &
    exec 9>"$SCRATCH/until" # it serves until we let go of this
    eventually 10 test -s "$SCRATCH/ports"
    read -r fake_port _ <"$SCRATCH/ports"
    chmod 600 "$SCRATCH"/*.key
}

as_postgres() {
    setpriv --reuid=postgres --regid=postgres --clear-groups env HOME="$real" "$@"
}

stop_real() {
    [ -n "$real" ] || return 0
    as_postgres "$postgres/pg_ctl" -D "$real/data" -m immediate stop >/dev/null 2>&1 || true
    rm -rf "$real"
    real=
}

estate() {
    cat <<'SQL'
CREATE DATABASE tsb; CREATE DATABASE shut ALLOW_CONNECTIONS false; CREATE DATABASE small CONNECTION LIMIT 1;
CREATE ROLE readers; CREATE ROLE tsb LOGIN PASSWORD 'secret' IN ROLE readers; CREATE ROLE replication LOGIN REPLICATION PASSWORD 'secret';
CREATE ROLE nolog PASSWORD 'secret'; CREATE ROLE lim LOGIN CONNECTION LIMIT 1 PASSWORD 'secret'; CREATE ROLE empty LOGIN;
CREATE ROLE old LOGIN PASSWORD 'secret' VALID UNTIL '1970-01-01 00:00:00.001Z'; SET password_encryption = md5; CREATE ROLE md LOGIN PASSWORD 'secret';
\c tsb
CREATE TABLE tenants (key text PRIMARY KEY CHECK (key LIKE 'tenants/%'), value json NOT NULL);
CREATE TABLE organizations (key text PRIMARY KEY CHECK (key LIKE 'organizations/%'), value json NOT NULL);
INSERT INTO tenants VALUES ('tenants/payments', '{"name":"payments"}'), ('tenants/retail', '{"name":"retail"}');
INSERT INTO organizations VALUES ('organizations/tetrate', '{"name":"tetrate"}');
SQL
}

start_real() {
    real_port=$((20000 + RANDOM % 12000))
    real=$(mktemp -d)
    printf secret >"$real/password"
    cp "$SCRATCH"/{ca.pem,server.pem,server.key} "$real"
    chown -R postgres "$real"
    as_postgres "$postgres/initdb" -D "$real/data" -U postgres -A trust --pwfile "$real/password" --locale=C.UTF-8
    printf '%s\n' "listen_addresses = '127.0.0.1'" "unix_socket_directories = '$real'" 'fsync = off' "timezone = 'Etc/UTC'" 'ssl = on' \
        "ssl_cert_file = '$real/server.pem'" "ssl_key_file = '$real/server.key'" "ssl_ca_file = '$real/ca.pem'" 'max_connections = 20' \
        'shared_buffers = 1MB' "port = $real_port" >>"$real/data/postgresql.conf"
    as_postgres "$postgres/pg_ctl" -D "$real/data" -l "$real/log" -w start
    estate | PGHOST=$real psql -Xq -v ON_ERROR_STOP=1 -p "$real_port" -U postgres postgres
    rules >"$real/data/pg_hba.conf"
    as_postgres "$postgres/pg_ctl" -D "$real/data" reload
}

# ---- who is let in -----------------------------------------------------------------------------------

# What psql says to a connection string, without the port.
login() {
    psql -XAtq "host=127.0.0.1 port=$1 connect_timeout=10 $2" -c "${3-SELECT current_user}" 2>&1 | sed "s/port $1/port N/"
}

alike() {
    local name=$1 expected actual
    shift

    expected=$(PGPASSWORD=${PASSWORD-secret} login "$real_port" "$@" || true)
    actual=$(PGPASSWORD=${PASSWORD-secret} login "$fake_port" "$@" || true)
    if [ "$expected" = "$actual" ]; then
        ok "$name: $(tail -n 1 <<<"$actual" | sed 's/.*FATAL:  //')"
    else
        not_ok "$name" "real '$expected', fake '$actual'"
    fi
}

logins() {
    local postgres_pair="sslcert=$SCRATCH/postgres.pem sslkey=$SCRATCH/postgres.key" tsb_pair="sslcert=$SCRATCH/tsb.pem sslkey=$SCRATCH/tsb.key"
    local own_pair="sslcert=$SCRATCH/replication.pem sslkey=$SCRATCH/replication.key" none="sslcert=/nonexistent" tls="sslmode=require"

    alike "a certificate is enough" "$tls user=tsb dbname=tsb $tsb_pair"
    alike "somebody else's is not" "$tls user=tsb dbname=tsb $postgres_pair"
    alike "none is not" "$tls user=tsb dbname=tsb $none"
    alike "a certificate and a password" "$tls user=replication dbname=tsb $own_pair"
    PASSWORD=wrong alike "a certificate and a wrong password" "$tls user=replication dbname=tsb $own_pair"
    alike "a password and somebody else's certificate" "$tls user=replication dbname=tsb $tsb_pair"
    alike "a walsender with any certificate" "$tls user=replication replication=true $tsb_pair" 'SHOW wal_segment_size'
    alike "a walsender without" "$tls user=replication replication=true $none" 'SHOW wal_segment_size'
    alike "SCRAM" "$tls user=postgres dbname=tsb $none"
    alike "SCRAM, bound to the channel" "$tls user=postgres dbname=tsb $none channel_binding=require"
    alike "SCRAM, not bound" "$tls user=postgres dbname=tsb $none channel_binding=disable"
    PASSWORD=wrong alike "SCRAM, wrong" "$tls user=postgres dbname=tsb $none"
    alike "sameuser" "$tls user=postgres dbname=postgres $none"
    alike "neither" "$tls user=postgres dbname=small $none"
    alike "a password kept as MD5" "$tls user=md dbname=tsb $none"
    PASSWORD=wrong alike "a password kept as MD5, wrong" "$tls user=md dbname=tsb $none"
    alike "a password that has expired" "$tls user=old dbname=tsb $none"
    alike "a password in clear" "$tls user=lim dbname=tsb $none"
    PASSWORD=wrong alike "a password in clear, wrong" "$tls user=lim dbname=tsb $none"
    alike "a role without a password" "$tls user=empty dbname=tsb $none"
    alike "nobody" "$tls user=nobody dbname=tsb $none"
    alike "nobody, trusted" "$tls user=nobody dbname=small $none"
    alike "who may not log in" "$tls user=nolog dbname=small $none"
    alike "no entry" "$tls user=nolog dbname=tsb $none"
    alike "no entry for replication" "$tls user=postgres replication=true $none" IDENTIFY_SYSTEM
    alike "rejected by membership" "sslmode=disable user=tsb dbname=tsb"
    alike "no entry without encryption" "sslmode=disable user=lim dbname=tsb"
    alike "a database that is shut" "sslmode=disable user=postgres dbname=shut"
    alike "a database that is not" "sslmode=disable user=postgres dbname=nope"
    alike "an encoding that is not" "sslmode=disable user=postgres dbname=tsb client_encoding=nope"
    alike "a setting that is not" "sslmode=disable user=postgres dbname=tsb options='-c nope=1'"
    for wanted in any read-write read-only primary standby prefer-standby; do
        alike "target_session_attrs=$wanted" "sslmode=disable user=postgres dbname=tsb target_session_attrs=$wanted"
    done
    alike "a statement that takes too long" "sslmode=disable user=postgres dbname=tsb options='-c statement_timeout=50ms'" 'SELECT pg_sleep(60)'
}

# One more than a limit takes: the others hold their connections.
crowd() {
    /usr/bin/python3 - "$1" "$2" "$3" <<'PYTHON' 2>&1 | sed "s/port $1/port N/"
import sys
import psycopg
held = []
try:
    for _ in range(int(sys.argv[3])):
        held.append(psycopg.connect(f'host=127.0.0.1 port={sys.argv[1]} password=secret {sys.argv[2]}'))
    print('all came in')
except psycopg.OperationalError as error:
    print(len(held), str(error).strip().splitlines()[-1])
PYTHON
}

crowded() {
    local expected actual

    eventually 5 is_empty "$real_port" || true
    expected=$(crowd "$real_port" "$2" "$3" || true)
    actual=$(crowd "$fake_port" "$2" "$3" || true)
    if [ "$expected" = "$actual" ]; then ok "$1: $actual"; else not_ok "$1" "real '$expected', fake '$actual'"; fi
}

is_empty() {
    [ "$(psql -XAtq "host=127.0.0.1 port=$1 sslmode=disable user=postgres dbname=tsb" -c "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'")" = 1 ]
}

crowds() {
    crowded "the limit of a role" "sslmode=require user=lim dbname=tsb sslcert=/nonexistent" 2
    crowded "superusers have the last" "sslmode=require user=md dbname=tsb sslcert=/nonexistent" 21
    crowded "and no more than all" "sslmode=disable user=postgres dbname=tsb" 21
}

# ---- psycopg -------------------------------------------------------------------------------------------

drive() {
    /usr/bin/python3 - "host=127.0.0.1 port=$1 sslmode=disable user=postgres dbname=tsb" <<'PYTHON' 2>&1 | sed "s/port $1/port N/"
import sys
import psycopg

with psycopg.connect(sys.argv[1], autocommit=True) as connection:
    print(connection.execute('SELECT key FROM tenants WHERE key = %s', ('tenants/retail',)).fetchall())
    print(connection.execute('SELECT %s::int4, %s::text, %s::bool', (70000, 'x', True), binary=True, prepare=True).fetchall())
    with connection.cursor().copy('COPY (SELECT key, value FROM tenants ORDER BY key) TO STDOUT') as copy:
        print(list(copy.rows()))
    with connection.cursor().copy('COPY organizations (key, value) FROM STDIN') as copy:
        copy.write_row(('organizations/p', '{"b": 1}'))
    print(connection.execute('SELECT key FROM organizations ORDER BY key').fetchall())
    try:
        with connection.cursor().copy('COPY organizations (key, value) FROM STDIN') as copy:
            copy.write_row(('organizations/p', '{}'))
    except psycopg.Error as error:
        print(error.diag.sqlstate, error.diag.message_primary, error.diag.message_detail)
    with connection.pipeline():
        first = connection.execute('SELECT 1')
        second = connection.execute('SELECT 2')
        print(first.fetchone(), second.fetchone())
    try:
        with connection.transaction():
            connection.execute("SET application_name = 'x'")
            connection.execute('SELECT nope')
    except psycopg.Error as error:
        print(error.diag.sqlstate, connection.info.transaction_status, connection.info.parameter_status('application_name'))
PYTHON
}

driven() {
    local expected actual

    expected=$(drive "$real_port" || true)
    actual=$(drive "$fake_port" || true)
    if [ "$expected" = "$actual" ]; then ok "psycopg sees the same"; else not_ok "psycopg sees the same" "real '$expected', fake '$actual'"; fi
}

start_fake
start_real >"$SCRATCH/real.log" 2>&1 || { cat "$SCRATCH/real.log"; exit 1; }
logins
python3 tests/acceptance/postgres_wire.py "$fake_port" "$real_port"
# Debian's own, whichever other python3 comes first.
if /usr/bin/python3 -c 'import psycopg' 2>/dev/null; then crowds; driven; else skip "psycopg" "python3-psycopg is missing"; fi
