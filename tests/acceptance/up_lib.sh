# tests/acceptance/up_lib.sh - worlds in real time for acceptance tests. Source it after lib.sh.
#
#     up_start FOLDER [FLAG]...       a world on a free block, FOLDER/world its files; returns when it is ready
#     up_stop FOLDER [SIGNAL]         Ctrl-C; true if it ended cleanly
#     api FOLDER PLANE PATH           TSB's API at that plane's load balancer, by its permanent name; prints the body
#     psql_at FOLDER HOST SQL         as the documented user
#     picture FOLDER                  what a failover leaves behind; looks_failed_over compares it
#     brisk_environment FOLDER        its environment, for an engine that looks often; prints the file
#     synced_since FOLDER PLANE TIME  how many clusters that plane has synced since TIME, which is RFC 3339
#
# Folders below $SCRATCH, several worlds at once as you like. $UP_FLAGS go to every `up`.

BRISK=scenarios/worlds/brisk.yaml

# A world takes two blocks of addresses, so even ones never overlap. Others may be up on this machine: one that is taken is
# skipped, and where in the row a script begins depends on its process.
up_start() {
    local folder=$1 first=$(($$ % 50)) i
    shift

    mkdir -p "$folder"
    for ((i = 0; i < 50; i++)); do
        up_try "$folder" $((100 + (first + i) % 50 * 2)) "$@"
        if eventually 60 up_is_decided "$folder" && [ ! -e "$folder/up.status" ]; then
            return 0
        fi
        grep -q 'in use' "$folder/up.err" || break
    done
    cat "$folder/up.err"
    return 1
}

# `check` runs in a shell of its own, and only a parent hears how its child ended: so it is written down.
up_try() {
    local folder=$1 block=$2
    shift 2

    rm -f "$folder"/up.*
    echo "$block" >"$folder/block"
    {
        # shellcheck disable=SC2086
        "$UNDERSTUDY" up --dir "$folder/world" --block "$block" ${UP_FLAGS-} "$@" \
            >"$folder/up.log" 2>"$folder/up.err" &
        echo $! >"$folder/up.pid"
        wait $!
        echo $? >"$folder/up.status"
    } >"$folder/up.shell" 2>&1 &
}

up_is_decided() {
    grep -sqx ready "$1/up.log" || [ -s "$1/up.status" ]
}

# up_stop FOLDER [SIGNAL]: true if it ended with 0, said so, and complained of nothing.
up_stop() {
    kill "-${2:-INT}" "$(cat "$1/up.pid")" && eventually 20 [ -s "$1/up.status" ] || return 1
    cat "$1/up.err"
    [ "$(cat "$1/up.status")" = 0 ] && grep -q '^stopped' "$1/up.log" && [ ! -s "$1/up.err" ]
}

# Is anything of that world still listening?
up_listens() {
    local block

    block=$(cat "$1/block")
    ss -Hlntu 2>/dev/null | grep -qE "127\.($block|$((block + 1)))\."
}

k() {
    kubectl "$@"
}

# The address that the Service of envoy has, looked up where the world's load balancers have their names.
balancer_ip() {
    local name

    name=$(k --context "$1" -n tsb get svc envoy \
        -o 'jsonpath={.status.loadBalancer.ingress[0].hostname}{.status.loadBalancer.ingress[0].ip}') || return 1
    case "$name" in
    '') return 1 ;;
    *[!0-9.]*) dig +short "@$DNS_SERVER" -p "$DNS_PORT" "$name" | grep . ;;
    *) echo "$name" ;;
    esac
}

api() {
    local folder=$1 plane=$2 path=$3 name=$2.$FLOATING_NAME ip

    ip=$(balancer_ip "$plane") || return 1
    curl -fsS --max-time 5 --cacert "$folder/world/ca.pem" -u "admin:$(cat "$folder/world/admin-password")" \
        --connect-to "$name:$FRONT_PORT:$ip:$FRONT_PORT" "https://$name:$FRONT_PORT$path"
}

psql_at() {
    psql -h "$2" -XAtc "$3"
}

# RFC 3339 with the same number of digits sorts as text.
synced_since() {
    api "$1" "$2" "/v2/organizations/$ORGANIZATION/clusters" |
        jq --arg since "$3" '[.clusters[] | select((.state.lastSyncTime // "") > $since)] | length'
}

# The environment of a brisk world, with an engine that looks as often as the world changes. Prints the file's name.
brisk_environment() {
    local file=$1/world/brisk.yaml

    sed 's/"policies":{}/"policies":{"poll":"300ms","fenceStays":"1s","lease":"20s","leaseRenew":"2s"}/' \
        "$1/world/environment.yaml" >"$file"
    echo "$file"
}

# What a failover leaves behind, in lines that are the same for every run that ended well.
picture() {
    local folder=$1 plane

    for plane in mp1 mp2; do
        k --context "$plane" -n tsb get managementplanes.install.tetrate.io managementplane -o json |
            jq -c --arg plane "$plane" '[$plane, .metadata.generation, .spec.highAvailability]'
        k --context "$plane" -n tsb get deploy tsb iam envoy --ignore-not-found -o json |
            jq -c --arg plane "$plane" '.items[] | [$plane, .metadata.name, .spec.replicas, .status.readyReplicas // 0]'
    done
    for plane in "$FLOATING_NAME" "mp1.$FLOATING_NAME" "mp2.$FLOATING_NAME"; do
        echo "$plane: $(dig +short "@$DNS_SERVER" -p "$DNS_PORT" "$plane" | tr '\n' ' ')" | sed 's/127\.[0-9. ]*$//'
    done
    echo "writable: $(psql_at "$folder" "$PGHOST_MP1" 'select not pg_is_in_recovery()') $(
        psql_at "$folder" "$PGHOST_MP2" 'select not pg_is_in_recovery()')"
    api "$folder" mp2 /metrics | grep '^xcp_central_current_onboarded_edge'
    for plane in mp1 mp2; do
        echo "lease on $plane: $(k --context "$plane" -n tsb get lease understudy --ignore-not-found \
            -o 'jsonpath={.spec.holderIdentity}')"
    done
}

# The picture after a failover of a brisk world: one change of mp2's resource, the old plane's tsb, iam and envoy gone, names
# moved, every edge on the new plane, no lease left behind. The old database stays writable, with nobody who writes.
FAILED_OVER='["mp1",1,{"active":{"exposeEmbeddedPostgresInFrontEnvoy":true}}]
["mp1","tsb",0,0]
["mp1","iam",0,0]
["mp1","envoy",0,0]
["mp2",2,{"active":{"exposeEmbeddedPostgresInFrontEnvoy":true}}]
["mp2","tsb",1,1]
["mp2","iam",1,1]
["mp2","envoy",2,2]
tsb.example.com: mp2.tsb.example.com. mp2-1.elb.example.net. 
mp1.tsb.example.com: mp1-1.elb.example.net. 
mp2.tsb.example.com: mp2-1.elb.example.net. 
writable: t t
xcp_central_current_onboarded_edge{edge="cp-0001"} 1
xcp_central_current_onboarded_edge{edge="cp-0002"} 1
xcp_central_current_onboarded_edge{edge="cp-0003"} 1
lease on mp1: 
lease on mp2: '

# Compares, and shows the difference.
looks_failed_over() {
    diff <(echo "$FAILED_OVER") <(picture "$1")
}

# journal_says FILE TYPE STEP
journal_says() {
    grep -qs "^{\"type\":\"$2\",\"step\":\"$3\"" "$1"
}
