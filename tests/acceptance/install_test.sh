#!/usr/bin/env bash
# tests/acceptance/install_test.sh - make install puts everything in place, and make uninstall takes it all away.
set -euo pipefail
. tests/acceptance/lib.sh

make_into() {
    env -u MAKEFLAGS -u MAKELEVEL -u SANITIZE make BUILD="$OUT" DESTDIR="$SCRATCH/root" PREFIX=/usr "$@"
}
installed="$SCRATCH/root/usr"

check "install succeeds" make_into install
check "the program starts from there" "$installed/bin/understudy" version
check "the scenarios are there" diff -r scenarios/catalogue "$installed/share/understudy/scenarios"
check "the schema is there" cmp schema/environment.json "$installed/share/understudy/schema/environment.json"
check "the licence is there" cmp LICENSE "$installed/share/doc/understudy/LICENSE"
check "install twice succeeds" make_into install
check "nothing nests on the second time" diff -r scenarios/catalogue "$installed/share/understudy/scenarios"
check "uninstall succeeds" make_into uninstall
nothing_left() {
    [ -z "$(find "$SCRATCH/root" -type f)" ]
}
check "nothing is left" nothing_left
