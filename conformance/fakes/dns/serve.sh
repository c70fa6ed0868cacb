#!/usr/bin/env bash
# conformance/fakes/dns/serve.sh - a real name server that serves the corpus' zones with its keys, in the foreground.
#
#     serve.sh bind|knot|nsd PORT [FOLDER]
#
# Its state goes to FOLDER (a new one below /tmp, if none is named), which it owns. Nothing but 127.0.0.1 is listened on.
set -euo pipefail

kind=${1:?bind, knot or nsd} port=${2:?a port}
folder=${3:-$(mktemp -d "/tmp/understudy-$kind.XXXXXX")}
corpus=$(cd "$(dirname "$0")" && pwd)
PATH=$PATH:/usr/sbin:/sbin
zones=(tsb.example.com big.example.com)
mkdir -p "$folder"
cp "$corpus"/zones/* "$folder"

# NAME ALGORITHM SECRET of each key.
list_keys() {
    sed -E 's/key "([^"]*)" \{ algorithm ([^;]*); secret "([^"]*)"; \};/\1 \2 \3/' "$corpus/keys"
}

key_names() {
    list_keys | cut -d' ' -f1
}

serve_bind() {
    local keys zone

    keys=$(key_names | sed 's/.*/key "&";/')
    {
        cat "$corpus/keys"
        cat <<CONF
options {
    directory "$folder"; pid-file none; session-keyfile "$folder/session.key"; listen-on port $port { 127.0.0.1; };
    listen-on-v6 { none; }; recursion no; dnssec-validation no; notify no; allow-transfer { $keys };
    minimal-any yes; version "9.18"; hostname "here"; server-id "here"; rrset-order { order none; };
};
controls { };
CONF
        for zone in "${zones[@]}"; do
            echo "zone \"$zone\" { type primary; file \"$zone\"; allow-update { $keys }; };"
        done
    } >"$folder/named.conf"
    exec named -g -c "$folder/named.conf" -n 1
}

serve_knot() {
    local keys zone

    keys=$(key_names | paste -sd,)
    {
        cat <<CONF
server:
    listen: 127.0.0.1@$port
    rundir: $folder
    udp-workers: 1
    tcp-workers: 1
    nsid: here
    identity: here
    version: "9.18"
database:
    storage: $folder
log:
  - target: stderr
    any: info
key:
CONF
        list_keys | sed -E 's/(.*) (.*) (.*)/  - id: \1\n    algorithm: \2\n    secret: \3/'
        cat <<CONF
acl:
  - id: signed
    key: [$keys]
    action: [transfer, update]
zone:
CONF
        for zone in "${zones[@]}"; do
            printf '  - domain: %s\n    storage: %s\n    file: %s\n    acl: signed\n    zonefile-load: whole\n' "$zone" "$folder" "$zone"
        done
    } >"$folder/knot.conf"
    exec knotd -c "$folder/knot.conf"
}

serve_nsd() {
    local zone

    {
        cat <<CONF
server:
    ip-address: 127.0.0.1@$port
    server-count: 1
    username: ""
    chroot: ""
    zonesdir: "$folder"
    pidfile: "$folder/nsd.pid"
    xfrdfile: "$folder/xfrd.state"
    xfrdir: "$folder"
    database: ""
    zonelistfile: "$folder/zones.list"
    nsid: "ascii_here"
    rrl-ratelimit: 0
remote-control:
    control-enable: no
CONF
        list_keys | sed -E 's/(.*) (.*) (.*)/key:\n    name: "\1"\n    algorithm: \2\n    secret: "\3"/'
        for zone in "${zones[@]}"; do
            printf 'zone:\n    name: "%s"\n    zonefile: "%s"\n' "$zone" "$zone"
            key_names | sed 's/.*/    provide-xfr: 127.0.0.1 &/'
        done
    } >"$folder/nsd.conf"
    exec nsd -d -c "$folder/nsd.conf"
}

"serve_$kind"
