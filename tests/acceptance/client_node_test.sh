#!/usr/bin/env bash
# tests/acceptance/client_node_test.sh - npm's @kubernetes/client-node against a world in real time.
#
# `npm ci` fetches what node/package-lock.json names, once for a build.
set -u
. tests/acceptance/lib.sh
. tests/acceptance/up_lib.sh

client=$OUT/client-node

install_client() {
    cmp -s tests/acceptance/node/package-lock.json "$client/installed" && return 0
    mkdir -p "$client"
    cp tests/acceptance/node/package*.json "$client"
    (cd "$client" && npm ci --omit=dev --no-audit --no-fund --ignore-scripts) >"$client/log" 2>&1 || return 1
    cp "$client/package-lock.json" "$client/installed"
}

needs node npm || { skip "client_node" "no node or npm here"; exit 0; }
install_client || { skip "client_node" "npm cannot fetch it: $(grep -m 1 error "$client/log")"; exit 0; }
cp tests/acceptance/node/client.mjs "$client"

check "a world comes up" up_start "$SCRATCH" --world "$BRISK"
timeout 120 node "$client/client.mjs" "$SCRATCH/world/kubeconfig" 2>&1 || not_ok "client.mjs" "status $?"
check "it ends cleanly" up_stop "$SCRATCH"
