#!/usr/bin/env bash
# tests/acceptance/checks_test.sh - what `make check` looks at, so that nothing passes the tests and fails the checks.
#
# These tools say different things in different versions: those of Debian 12 are the ones that count.
set -euo pipefail
. tests/acceptance/lib.sh

# This make is nobody's child: the outer one's flags name a jobserver that is not ours. CC, CI and ROOMS arrive as
# environment variables.
check_by_make() {
    env -u MAKEFLAGS -u MAKELEVEL -u SANITIZE make BUILD="$OUT" -k -j"$(nproc)" "$@"
}

# All of it takes longer than a test may (make check does it): a part of N, another one with every commit.
share_of() {
    local commits

    commits=$(git rev-list --count HEAD 2>/dev/null || echo 1)
    echo "$((commits % $1 + 1))/$1"
}

is_version() {
    needs "$1" && "$1" --version | grep -E "(^| )$2(\.|$| )" >/dev/null
}

if is_version clang-format 14; then
    check "the code is formatted" check_by_make format
else
    skip "the code is formatted" "no clang-format 14"
fi
check "includes point down" check_by_make layers
check "headers compile alone, files open with their path" check_by_make headers
check "every failure has a scenario, or a reason for having none; docs/failures.md says so" tools/failures.sh --check
if is_version clang-tidy 14; then
    check "clang-tidy is content with $(share_of 4) of the files" check_by_make tidy "SHARE=$(share_of 4)"
    check "the analyzer is content with $(share_of 12) of the files" check_by_make analyze "SHARE=$(share_of 12)"
else
    skip "clang-tidy is content" "no clang-tidy 14"
fi
if is_version cppcheck 2.10; then
    check "cppcheck is content" check_by_make cppcheck
else
    skip "cppcheck is content" "no cppcheck 2.10"
fi

scripts_parse() {
    find tools tests .ci -name "*.sh" -o -path .ci/run | xargs -n 1 bash -n
}
check "shell scripts parse" scripts_parse
