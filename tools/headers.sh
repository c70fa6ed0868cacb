#!/usr/bin/env bash
# tools/headers.sh - every header compiles alone, and every file opens with its path and a sentence.
#
#     CC=gcc FLAGS='-std=c11 -I.' tools/headers.sh FILE...
set -euo pipefail

compiles_alone() {
    # shellcheck disable=SC2086 # FLAGS are several words
    printf '#include "%s"\n' "$1" | ${CC:-gcc} ${FLAGS:--std=c11 -D_GNU_SOURCE -I.} -Werror -fsyntax-only -x c -
}

opens_with_path() {
    [ "$(head -n 1 "$1")" = '/*' ] && [[ "$(sed -n 2p "$1")" == " * $1 - "* ]]
}

status=0
for file in "$@"; do
    if ! opens_with_path "$file"; then
        printf '%s:1: opens with no comment that begins: %s - \n' "$file" "$file"
        status=1
    fi
    if [[ "$file" == *.h ]] && ! compiles_alone "$file"; then
        printf '%s:1: does not compile on its own\n' "$file"
        status=1
    fi
done
exit "$status"
