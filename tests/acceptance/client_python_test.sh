#!/usr/bin/env bash
# tests/acceptance/client_python_test.sh - Debian's python3-kubernetes against a world in real time.
set -u
. tests/acceptance/lib.sh
. tests/acceptance/up_lib.sh

has_client() {
    "$1" -c 'import kubernetes, yaml' >/dev/null 2>&1
}

# Debian's package belongs to Debian's python, which need not be the first one.
for python in /usr/bin/python3 python3 ''; do
    has_client "$python" && break
done
[ -n "$python" ] || { skip "client_python" "no python3 here that has kubernetes"; exit 0; }

check "a world comes up" up_start "$SCRATCH" --world "$BRISK"
timeout 120 "$python" tests/acceptance/python/client.py "$SCRATCH/world/kubeconfig" 2>&1 || not_ok "client.py" "status $?"
check "it ends cleanly" up_stop "$SCRATCH"
