#!/usr/bin/env bash
# tests/acceptance/client_node_test.sh - npm's @kubernetes/client-node against a world in real time.
#
set -u
. tests/acceptance/lib.sh
. tests/acceptance/up_lib.sh
. tests/acceptance/node_lib.sh

client=$OUT/client-node

needs node npm || { skip "client_node" "no node or npm here"; exit 0; }
npm_install tests/acceptance/node "$client" || { skip "client_node" "npm cannot fetch it: $(grep -m 1 error "$client/log")"; exit 0; }
cp tests/acceptance/node/client.mjs "$client"

check "a world comes up" up_start "$SCRATCH" --world "$BRISK"
timeout 120 node "$client/client.mjs" "$SCRATCH/world/kubeconfig" 2>&1 || not_ok "client.mjs" "status $?"
check "it ends cleanly" up_stop "$SCRATCH"
