#!/usr/bin/env bash
# tests/acceptance/postgres_real_test.sh - the engine fails over real PostgreSQL servers, and nothing of them is left.
#
# Two short stories side by side, in real time: one in which nothing goes wrong, while somebody writes; one in which replay stands still
# for a while. Beside them a world is killed as nothing can be prepared for. `make test-real` runs the catalogue's stories about databases.
set -u
. tests/acceptance/lib.sh
. tests/acceptance/up_lib.sh
. tests/acceptance/real_lib.sh

real_is_possible || { skip "real Postgres as a world" "no PostgreSQL 15 here, or nobody to run it as"; exit 0; }

place=$(real_place)
killed=$(real_place)
trap 'rm -rf "$place" "$killed"' EXIT
stories=tests/acceptance/postgres_real

story_passed() {
    jq -se --arg result passed 'map(select(.type == "end"))[0] | .result == "passed" and .time == "real"' "$place/report/runs/$1-1.run" ||
        { cat "$place/run.log"; return 1; }
}

same_effects() {
    simulated_run "$place" "$stories/$1.yaml" &&
        diff <(effects "$place/simulated/runs/$1-1.run") <(effects "$place/report/runs/$1-1.run") &&
        [ "$(effects "$place/report/runs/$1-1.run" | wc -l)" -gt 10 ]
}

nothing_left() {
    [ -z "$(left_behind "$1")" ] || { left_behind "$1"; return 1; }
}

# ---- a world that is killed ----------------------------------------------------------------------

# psql's own words for what only a real server has.
is_real() {
    [ "$(psql_at "$killed" "$PGHOST_MP1" "select count(*) from pg_stat_activity where backend_type = 'walsender'")" = 1 ] &&
        [ "$(psql_at "$killed" "$PGHOST_MP2" 'select count(*) from tenants')" = 3 ]
}

killed_world() {
    mkdir "$killed/servers/up"
    chmod 711 "$killed/servers/up"
    sed 's/^  replication:/&\n    instances: 1/' "$REAL" >"$killed/small.yaml"
    up_start "$killed/servers/up" --world "$killed/small.yaml" --quiet || return 1
    . "$killed/servers/up/world/env"
    check "psql finds a walsender, and the rows on a standby" eventually 10 is_real
    kill -KILL "$(cat "$killed/servers/up/up.pid")"
    check "kill -9 leaves no server and no database" eventually 30 all_gone
}

all_gone() {
    ! pgrep -f "^/usr/lib/postgresql/.*$killed/" && [ ! -e "$killed/servers/up/world/postgres" ]
}

# ---- the stories -----------------------------------------------------------------------------------

real_run "$place" "$stories" &
run=$!
killed_world
wait "$run"
check "a planned failover, while somebody writes" story_passed happy
check "replay stands still after the fence, and goes on" story_passed replay-resumes
check "the engine's effects are those of the simulated run" same_effects happy
check "and so they are where replay stood still" same_effects replay-resumes
check "nothing is left behind" nothing_left "$place"

# ---- a machine without Postgres ----------------------------------------------------------------------

without_postgres() {
    local status=0

    mkdir -p "$place/empty"
    unshare -m sh -c 'mount --bind "$1" /usr/lib/postgresql/15/bin && shift && exec "$@"' sh "$place/empty" \
        "$UNDERSTUDY" up --dir "$place/servers/none" --postgres real --block 250 >"$place/none.log" 2>&1 || status=$?
    [ "$status" = 5 ] && grep -q 'package postgresql-15' "$place/none.log" || { cat "$place/none.log"; return 1; }
}

if unshare -m true 2>/dev/null; then
    check "without the programs it says which package has them" without_postgres
else
    skip "without the programs it says which package has them" "no mount namespaces here"
fi
