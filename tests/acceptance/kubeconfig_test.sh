#!/usr/bin/env bash
# tests/acceptance/kubeconfig_test.sh - the engine reaches its clusters in every way that kubectl does, and says why where it cannot.
#
# One world; each case rewrites its kubeconfig. kubectl and a dry run of the engine must both get through, or both not.
set -u
. tests/acceptance/lib.sh
. tests/acceptance/up_lib.sh

CONTEXTS="mp1 mp2 cp-0001 cp-0002 cp-0003"
V1=client.authentication.k8s.io/v1

# A file of the folder that all kubeconfigs stand in.
at() {
    echo "$folder/world/$1"
}

# An account that may do everything, a token of it for each cluster, the authority and the user's certificate in files.
prepare() {
    local context

    for context in $CONTEXTS; do
        k --context "$context" -n default create serviceaccount robot &&
            k --context "$context" create clusterrolebinding robot --clusterrole=cluster-admin --serviceaccount=default:robot &&
            k --context "$context" -n default create token robot >"$(at "token.$context")" || return 1
    done
    jq -r '.users[0].user["client-certificate-data"]' "$original" | base64 -d >"$(at client.pem)"
    jq -r '.users[0].user["client-key-data"]' "$original" | base64 -d >"$(at client.key)"
}

# Of each cluster: the token of the one that it is told it is for. Each run leaves a line.
write_plugins() {
    cat >"$(at plugin)" <<'EOF'
#!/bin/sh
here=$(dirname "$0")
echo run >>"$here/runs"
name=$(printf '%s' "$KUBERNETES_EXEC_INFO" | jq -er '.spec.cluster.server | sub(".*/clusters/"; "")') || exit 9
[ "$1-$OWN" = first-mine ] && [ "$(printf '%s' "$KUBERNETES_EXEC_INFO" | jq .spec.interactive)" = false ] || exit 8
jq -n --arg token "$(cat "$here/token.$name")" --arg expires "${EXPIRES-2099-01-01T00:00:00Z}" \
    '{kind: "ExecCredential", apiVersion: "client.authentication.k8s.io/v1", status: {token: $token, expirationTimestamp: $expires}}'
EOF
    cat >"$(at certificate-plugin)" <<'EOF'
#!/bin/sh
here=$(dirname "$0")
echo run >>"$here/runs"
jq -n --rawfile certificate "$here/client.pem" --rawfile key "$here/client.key" \
    '{kind: "ExecCredential", apiVersion: "client.authentication.k8s.io/v1beta1",
      status: {clientCertificateData: $certificate, clientKeyData: $key}}'
EOF
    printf '#!/bin/sh\necho s3cr3t; echo s3cr3t >&2; exit 3\n' >"$(at failing-plugin)"
    chmod +x "$(at plugin)" "$(at certificate-plugin)" "$(at failing-plugin)"
}

# rewrite NAME JQ-FILTER: the world's kubeconfig through the filter, and an environment that names it.
rewrite() {
    jq "${@:2}" "$original" >"$(at "$1.config")" &&
        sed "s/\"kubeconfig\":\"kubeconfig\"/\"kubeconfig\":\"$1.config\"/" "$environment" >"$(at "$1.yaml")"
}

dry_run() {
    "$UNDERSTUDY" failover -e "$1" -j "$SCRATCH/journal" --dry-run </dev/null
}

# What the engine saw, whatever the numbers: all that it asks of every cluster stands in its plan.
seen() {
    grep -E '^(FO|this)|^ +now' "$1" | sed 's/[0-9][0-9]*/N/g'
}

engine_sees_all() {
    grep -q '^this is the plan' "$said" && diff <(seen "$SCRATCH/wanted") <(seen "$said")
}

# both_reach NAME: what kubectl reaches, the engine reaches.
both_reach() {
    check "$1: kubectl reaches its cluster" kubectl --kubeconfig "$(at "$1.config")" --context mp1 -n tsb get deploy
    dry_run "$(at "$1.yaml")" >"$said" 2>&1
    check "$1: the engine sees what it sees by its own" engine_sees_all
    check "$1: no secret is told" tells_nothing "$said"
}

# neither_reaches NAME WORDS: and the engine says why.
neither_reaches() {
    refuse "$1: kubectl is refused" kubectl --kubeconfig "$(at "$1.config")" --context mp1 -n tsb get deploy
    dry_run "$(at "$1.yaml")" >"$said" 2>&1
    refuse "$1: the engine sees less" engine_sees_all
    check "$1: it says why" says "$2" "$said"
    check "$1: no secret is told" tells_nothing "$said"
}

says() {
    grep -qE -- "$1" "$2" || {
        cat "$2"
        return 1
    }
}

tells_nothing() {
    ! grep -qF -e s3cr3t -e "$(cut -c1-40 "$(at token.mp1)")" "$1"
}

runs() {
    local count

    count=$(grep -sc . "$(at runs)")
    rm -f "$(at runs)"
    echo "${count:-0}"
}

# exec USER-JSON: a filter that gives everybody this plug-in.
all_exec() {
    echo ".users[0].user = {exec: $1}"
}

TOKENS="{apiVersion: \"$V1\", command: \"./plugin\", args: [\"first\"], env: [{name: \"OWN\", value: \"mine\"}],
    interactiveMode: \"IfAvailable\", provideClusterInfo: true}"

try_plugins() {
    rewrite exec-token "$(all_exec "$TOKENS")"
    both_reach exec-token
    runs >/dev/null
    dry_run "$(at exec-token.yaml)" >/dev/null 2>&1
    check "exec-token: asked once for each cluster" [ "$(runs)" -eq 5 ]
    rewrite exec-expired "$(all_exec "$TOKENS") | .users[0].user.exec.env += [{name: \"EXPIRES\", value: \"2001-01-01T00:00:00Z\"}]"
    both_reach exec-expired
    check "exec-expired: asked again and again" [ "$(runs)" -gt 10 ]
    rewrite exec-certificate "$(all_exec "{apiVersion: \"${V1}beta1\", command: \"./certificate-plugin\"}")"
    dry_run "$(at exec-certificate.yaml)" >/dev/null 2>&1
    check "exec-certificate: one run serves all" [ "$(runs)" -eq 1 ]
    both_reach exec-certificate
}

try_bad_plugins() {
    local hint='interactiveMode: "Never", installHint: "see https://example.com/plugin"'

    rewrite exec-missing "$(all_exec "{apiVersion: \"$V1\", command: \"no-such-plugin\", $hint}")"
    neither_reaches exec-missing 'plug-in "no-such-plugin".*is not there.*installHint: see https://example.com/plugin'
    rewrite exec-failing "$(all_exec "{apiVersion: \"$V1\", command: \"./failing-plugin\", $hint}")"
    neither_reaches exec-failing 'plug-in "./failing-plugin".*status 3.*installHint: see https://example.com/plugin'
    rewrite exec-always "$(all_exec "{apiVersion: \"$V1\", command: \"./plugin\", interactiveMode: \"Always\"}")"
    neither_reaches exec-always 'no terminal is given'
    rewrite provider '.users[0].user = {"auth-provider": {name: "gcp", config: {"access-token": "s3cr3t"}}}'
    neither_reaches provider 'auth-provider.*exec plug-in'
}

# Clusters with a user each, whose token stands in a file beside the kubeconfig.
TOKEN_FILES='.contexts[].context |= (.user = .cluster) |
    .users = [.clusters[] | {name, user: {tokenFile: ("token." + .name)}}]'

try_files() {
    rewrite token-files "$TOKEN_FILES | .clusters[].cluster |= (del(.\"certificate-authority-data\") | .\"certificate-authority\" = \"ca.pem\")"
    both_reach token-files
    rewrite certificate-files '.users[0].user = {"client-certificate": "client.pem", "client-key": "client.key"}'
    both_reach certificate-files
}

# Contexts in one file, clusters in another folder's, users in a third; the first to say something wins.
try_merged() {
    local list

    mkdir -p "$(at elsewhere)"
    cp "$(at ca.pem)" "$(at elsewhere/authority.pem)"
    jq "$TOKEN_FILES | {contexts}" "$original" >"$(at contexts.config)"
    jq '{clusters: [.clusters[] | .cluster |= {server, "certificate-authority": "authority.pem"}]}' "$original" >"$(at elsewhere/clusters)"
    jq "$TOKEN_FILES | {users, clusters: [.clusters[] | .cluster.server = \"https://127.0.0.1:1\"]}" "$original" >"$(at users.config)"
    list=$(at contexts.config):$(at nosuch):$(at elsewhere/clusters):$(at users.config)
    sed 's/"kubeconfig":"kubeconfig",//' "$environment" >"$(at merged.yaml)"
    check "merged: kubectl reaches its cluster" env KUBECONFIG="$list" kubectl --context mp1 -n tsb get deploy
    KUBECONFIG=$list dry_run "$(at merged.yaml)" >"$said" 2>&1
    check "merged: the engine reaches all of them" engine_sees_all
    mkdir -p "$SCRATCH/home/.kube"
    cp "$original" "$SCRATCH/home/.kube/config"
    env -u KUBECONFIG HOME="$SCRATCH/home" "$UNDERSTUDY" failover -e "$(at merged.yaml)" -j "$SCRATCH/journal" --dry-run >"$said" 2>&1 </dev/null
    check "at home: the engine finds it" engine_sees_all
}

try_names() {
    rewrite server-name '.clusters[].cluster["tls-server-name"] = "kubernetes"'
    both_reach server-name
    rewrite wrong-name '.clusters[].cluster["tls-server-name"] = "mp.example.com"'
    neither_reaches wrong-name 'mp.example.com|certificate'
    rewrite insecure '.clusters[].cluster |= (del(."certificate-authority-data") | ."insecure-skip-tls-verify" = true)'
    both_reach insecure
    check "insecure: told once for each context" [ "$(grep -c 'does not verify who its API server is' "$said")" -eq 5 ]
    rewrite unknown-authority '.clusters[].cluster |= del(."certificate-authority-data")'
    neither_reaches unknown-authority certificate
}

# The proxy alone knows where mp.invalid is; it must be asked for that name, not for the one of the certificate.
try_proxy() {
    local port address

    address=$(jq -r '.clusters[0].cluster.server | sub("https://"; "") | sub(":.*"; "")' "$original")
    coproc PROXY { python3 tests/acceptance/connect_proxy.py "$SCRATCH/proxied" "mp.invalid=$address"; }
    read -r port <&"${PROXY[0]}"
    rewrite proxy ".clusters[].cluster[\"proxy-url\"] = \"http://127.0.0.1:$port\""
    both_reach proxy
    check "proxy: it was asked for the address" says "^$address:6443" "$SCRATCH/proxied"
    rewrite proxy-name ".clusters[].cluster |= (.\"proxy-url\" = \"http://localhost:$port\" | .\"tls-server-name\" = \"kubernetes\" |
        .server |= sub(\"https://[0-9.]*\"; \"https://mp.invalid\"))"
    : >"$SCRATCH/proxied"
    both_reach proxy-name
    check "proxy-name: asked for nothing but the server's name" [ "$(sort -u "$SCRATCH/proxied")" = mp.invalid:6443 ]
    rewrite socks ".clusters[].cluster |= (.\"proxy-url\" = \"socks5://localhost:$port\" | .\"tls-server-name\" = \"kubernetes\" |
        .server |= sub(\"https://[0-9.]*\"; \"https://mp.invalid\"))"
    : >"$SCRATCH/proxied"
    both_reach socks
    check "socks: asked for nothing but the server's name" [ "$(sort -u "$SCRATCH/proxied")" = mp.invalid:6443 ]
    rewrite outside ".clusters[].cluster |= (.\"tls-server-name\" = \"kubernetes\" | .server |= sub(\"https://[0-9.]*\"; \"https://mp.invalid\"))"
    sed 's/"kubeconfig":"kubeconfig",//' "$environment" >"$(at outside.yaml)"
    export HTTPS_PROXY=http://127.0.0.1:$port
    check "HTTPS_PROXY: kubectl takes it" kubectl --kubeconfig "$(at outside.config)" --context mp1 -n tsb get deploy
    KUBECONFIG=$(at outside.config) dry_run "$(at outside.yaml)" >"$said" 2>&1
    check "HTTPS_PROXY: so does the engine" engine_sees_all
    refuse "NO_PROXY: kubectl goes without" env NO_PROXY=.invalid kubectl --kubeconfig "$(at outside.config)" --context mp1 get ns
    NO_PROXY=.invalid KUBECONFIG=$(at outside.config) dry_run "$(at outside.yaml)" >"$said" 2>&1
    check "NO_PROXY: so does the engine" says 'mp.invalid does not resolve' "$said"
    unset HTTPS_PROXY
    eval "exec ${PROXY[1]}>&-"
}

# A proxy that speaks TLS itself, by a name that it must prove to who trusts it.
try_tls_proxy() {
    local port authorities

    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost \
        -addext subjectAltName=DNS:localhost -keyout "$SCRATCH/proxy.key" -out "$SCRATCH/proxy.pem" 2>/dev/null
    coproc PROXY { python3 tests/acceptance/connect_proxy.py "$SCRATCH/proxied" --tls "$SCRATCH/proxy.pem" "$SCRATCH/proxy.key"; }
    read -r port <&"${PROXY[0]}"
    authorities=$(cat "$(at ca.pem)" "$SCRATCH/proxy.pem" | base64 -w0)
    : >"$SCRATCH/proxied"
    rewrite tls-proxy ".clusters[].cluster |= (.\"proxy-url\" = \"https://localhost:$port\" |
        .\"certificate-authority-data\" = \"$authorities\")"
    both_reach tls-proxy
    check "tls-proxy: it was asked" says ':6443$' "$SCRATCH/proxied"
    rewrite odd-proxy ".clusters[].cluster[\"proxy-url\"] = \"https://localhost:$port\""
    neither_reaches odd-proxy 'certificate'
    eval "exec ${PROXY[1]}>&-"
}

try_impersonation() {
    rewrite as '.users[0].user += {as: "jane", "as-groups": ["system:masters"]}'
    both_reach as
    rewrite as-nobody '.users[0].user += {as: "nobody"}'
    neither_reaches as-nobody 'nobody'
}

# In a mount namespace of its own, where a pod's files stand; at home there is nothing.
as_in_pod() {
    local server=$1
    shift

    # shellcheck disable=SC2016
    env -u KUBECONFIG HOME="$SCRATCH/nobody" KUBERNETES_SERVICE_HOST="${server%:*}" KUBERNETES_SERVICE_PORT="${server##*:}" \
        unshare -m sh -c 'mount -t tmpfs none /run && mkdir -p "$1/" && cp "$2/token" "$2/ca.crt" "$2/namespace" "$1/" && shift 2 && "$@"' \
        sh /run/secrets/kubernetes.io/serviceaccount "$SCRATCH/account" "$@"
}

# The engine finds one cluster where it wants two: by that one sees that it was there.
try_pod() {
    local pod=$SCRATCH/pod server

    unshare -m mount -t tmpfs none /run 2>/dev/null || { skip "in a pod" "no mount namespaces here"; return; }
    check "in a pod: a world whose clusters have ports of their own comes up" up_start "$pod" --world "$BRISK" --listener-per-cluster
    mkdir -p "$SCRATCH/account"
    KUBECONFIG=$pod/world/kubeconfig
    k -n default create serviceaccount robot >/dev/null
    k create clusterrolebinding robot --clusterrole=cluster-admin --serviceaccount=default:robot >/dev/null
    k -n default create token robot >"$SCRATCH/account/token"
    cp "$pod/world/ca.pem" "$SCRATCH/account/ca.crt"
    printf tsb >"$SCRATCH/account/namespace"
    server=$(jq -r '.clusters[0].cluster.server | sub("https://"; "")' "$KUBECONFIG")
    sed 's/"kubeconfig":"kubeconfig",//; s/"context":"[a-z0-9-]*"/"context":"in-cluster"/g' "$pod/world/environment.yaml" >"$pod/world/pod.yaml"
    check "in a pod: kubectl reaches its cluster" as_in_pod "$server" kubectl get deploy tsb
    as_in_pod "$server" "$UNDERSTUDY" failover -e "$pod/world/pod.yaml" -j "$SCRATCH/journal" --dry-run >"$said" 2>&1 </dev/null
    check "in a pod: so does the engine" says 'in-cluster.* are the same cluster, kube-system uid [0-9a-f-]{36}' "$said"
    check "in a pod: that world ends cleanly" up_stop "$pod"
}

needs kubectl jq python3 openssl || { skip "kubeconfig" "kubectl, jq, python3 or openssl is missing"; exit 0; }

folder=$SCRATCH/a said=$SCRATCH/said
check "a world comes up" up_start "$folder" --world "$BRISK"
# shellcheck disable=SC1091
. "$folder/world/env"
original=$KUBECONFIG environment=$(at environment.yaml)
check "accounts and their tokens" prepare
dry_run "$environment" >"$SCRATCH/wanted" 2>&1
check "there is a plan to compare with" says 'now +pending: deployment/tsb: 1 replicas wanted' "$SCRATCH/wanted"
write_plugins
try_plugins
try_bad_plugins
try_files
try_merged
try_names
try_proxy
try_tls_proxy
try_impersonation
check "the world ends cleanly" up_stop "$folder"
try_pod
