#!/usr/bin/env bash
# tests/acceptance/postgres_corpus_test.sh - the Postgres corpus, asked of a real primary and its standby: what was recorded is what they answer.
set -euo pipefail
. tests/acceptance/lib.sh

if ! [ -x /usr/lib/postgresql/15/bin/initdb ] || ! needs psql setpriv || [ "$(id -u)" != 0 ]; then
    skip "the corpus on a real Postgres" "no Postgres 15 here, no setpriv, or not root"
    exit 0
fi

pair=$(mktemp -d)
primary=$((20000 + RANDOM % 12000))
trap 'tests/tools/pg_pair.sh stop "$pair" >/dev/null 2>&1' EXIT

check "a primary and its standby" tests/tools/pg_pair.sh start "$pair" "$primary" $((primary + 1))
check "every exchange of the corpus" env PGPASSWORD=secret "$UNDERSTUDY" conformance postgres -v \
    --target "127.0.0.1:$primary" --standby "127.0.0.1:$((primary + 1))"
