#!/usr/bin/env bash
# tests/acceptance/checks_test.sh - what `make check` looks at, so that nothing passes the tests and fails the checks.
#
# clang-format and clang-tidy say different things in different versions: 14, that of Debian 12, is the one that counts.
set -euo pipefail
. tests/acceptance/lib.sh

# This make is nobody's child: the outer one's flags name a jobserver that is not ours. CC, CI and ROOMS arrive as
# environment variables.
check_by_make() {
    env -u MAKEFLAGS -u MAKELEVEL -u SANITIZE make BUILD="$OUT" "$1"
}

is_version_14() {
    needs "$1" && [[ "$("$1" --version)" == *"version 14."* ]]
}

if is_version_14 clang-format; then
    check "the code is formatted" check_by_make format
else
    skip "the code is formatted" "no clang-format 14"
fi
check "includes point down" check_by_make layers
check "headers compile alone, files open with their path" check_by_make headers
if is_version_14 clang-tidy; then
    check "clang-tidy is content" check_by_make tidy
else
    skip "clang-tidy is content" "no clang-tidy 14"
fi
if needs cppcheck; then
    check "cppcheck is content" check_by_make cppcheck
else
    skip "cppcheck is content" "no cppcheck"
fi

scripts_parse() {
    find tools tests .ci -name "*.sh" -o -path .ci/run | xargs -n 1 bash -n
}
check "shell scripts parse" scripts_parse
