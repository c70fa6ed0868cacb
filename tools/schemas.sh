#!/usr/bin/env bash
# tools/schemas.sh - writes anew what is made from the tables of fields: schema/*.json, and the table in docs/environment.md.
#
#     tools/schemas.sh PROGRAM
set -euo pipefail

for kind in environment scenario; do
    text=$("$1" schema "$kind")
    printf '%s\n' "$text" >"schema/$kind.json"
done

# The table is the last thing on its page.
page=docs/environment.md
text=$(sed '/^| field | type | left out |/,$d' "$page"; "$1" schema environment --table)
printf '%s\n' "$text" >"$page"
