# tests/acceptance/real_lib.sh - worlds with real PostgreSQL servers, for acceptance tests. Source it after lib.sh.
#
#     real_is_possible || { skip ...; exit 0; }   the programs and somebody to run them as
#     real_place FOLDER                           an empty folder that the servers' account can pass through; prints its path
#     real_run FOLDER FILE...                     runs scenarios on real servers; FOLDER/run.log, FOLDER/report
#     simulated_run FOLDER FILE...                the same files in the same world, simulated
#     effects RUNFILE                             what the engine did to the world, a line each, in order
#     left_behind FOLDER                          files and servers below it; prints nothing if there are none

REAL=scenarios/worlds/real.yaml

real_is_possible() {
    needs setpriv jq && [ -x /usr/lib/postgresql/15/bin/initdb ] && [ -x /usr/lib/postgresql/15/bin/pg_basebackup ] || return 1
    [ "$(id -u)" != 0 ] || id postgres >/dev/null 2>&1 || id nobody >/dev/null 2>&1
}

# What holds the repository may be closed to others, so it is not below $SCRATCH.
real_place() {
    local place

    place=$(mktemp -d "${TMPDIR:-/tmp}/understudy-test-XXXXXX")
    chmod 711 "$place"
    mkdir -m 1777 "$place/servers"
    echo "$place"
}

real_run() {
    local place=$1
    shift

    TMPDIR=$place/servers "$UNDERSTUDY" run --world "$REAL" --jobs "${REAL_JOBS:-4}" --report "$place/report" "$@" >"$place/run.log" 2>&1
}

simulated_run() {
    local place=$1
    shift

    "$UNDERSTUDY" run --world "$REAL" --postgres fake --report "$place/simulated" "$@" >"$place/simulated.log" 2>&1
}

# Leases are renewed by the clock, and so as often as a run is long.
effects() {
    jq -r 'select(.type == "event") | .data as $d |
        if .kind == "kube.request" and $d.changed and $d.user == "understudy" and $d.resource != "leases"
        then [.lane, $d.verb, $d.resource, $d.namespace, $d.name, $d.code]
        elif .kind == "dns.changed" then ["dns", $d.name, $d.type, $d.value]
        elif .kind == "step.act" then ["act", $d.name]
        else empty end | map(tostring) | join(" ")' "$1"
}

left_behind() {
    find "$1/servers" -mindepth 1 -maxdepth 1
    pgrep -f "^/usr/lib/postgresql/.*$1/" || true
}
