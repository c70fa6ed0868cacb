#!/usr/bin/env bash
# tests/acceptance/kubectl_documents_test.sh - every kubectl command of Tetrate's documents about standby planes, failover and restore.
#
# As they are printed there, but for the context that says which cluster is meant, and with their traps: secrets that are
# asked for without a namespace, backups that cannot be applied over what has changed since, a namespace that is not there,
# `kubectl k`. kubectl 1.20 and 1.32, a world each; `up_kubectl` watches closer what the failover itself does.
set -u
. tests/acceptance/lib.sh
. tests/acceptance/up_lib.sh
. tests/acceptance/kubectl_lib.sh

mp1() {
    "$kubectl" --context mp1 "$@"
}
mp2() {
    "$kubectl" --context mp2 "$@"
}
cp1() {
    "$kubectl" --context cp-0001 "$@"
}

# follows NAME TEXT ARGUMENT...: kubectl prints TEXT, and would go on for ever.
follows() {
    local name="$version: $1" text=$2 status=0
    shift 2

    timeout 4 "$kubectl" "$@" >"$folder/followed" 2>&1 || status=$?
    check "$name" [ "$status" -eq 124 ]
    check "$name: $text" grep -q "$text" "$folder/followed"
}

# ---- best practices: prepare for HA -----------------------------------------------------------

prepare() {
    mp1 get secrets -n tsb -o yaml iam-signing-key >"$folder/source_mp_operational_secrets.yaml"
    check "$version: the signing key is exported" grep -q '^  kid: ' "$folder/source_mp_operational_secrets.yaml"
    shows "and applied over itself" 'secret/iam-signing-key configured' \
        mp1 apply -n tsb -f "$folder/source_mp_operational_secrets.yaml"
    says "but once" 1 'the object has been modified' mp1 apply -n tsb -f "$folder/source_mp_operational_secrets.yaml"
    mp1 get secrets -n tsb -o yaml admin-credentials azure-credentials custom-host-ca elastic-credentials es-certs \
        iam-oidc-client-secret ldap-credentials postgres-credentials tsb-certs xcp-central-cert iam-signing-key \
        >"$folder/source_mp_all_secrets.yaml" 2>"$folder/absent"
    check "$version: of all secrets some are absent" grep -q 'secrets "azure-credentials" not found' "$folder/absent"
    check "$version: and the others are exported" [ "$(grep -c '^  kind: Secret' "$folder/source_mp_all_secrets.yaml")" -ge 6 ]
    shows "they can be applied" 'secret/tsb-certs configured' \
        mp1 apply -n tsb -f <(sed '/^    resourceVersion:/d; /^    uid:/d' "$folder/source_mp_all_secrets.yaml")
}

# ---- install an active and standby pair ------------------------------------------------------

# Its standby is a cluster that has no plane yet.
install_pair() {
    shows "the standby's service account" 'secret/tsb-standby-sa configured' mp1_applies_standby_sa
    mp1 get secrets -n tsb -o yaml iam-signing-key tsb-standby-sa >"$folder/source_mp_operational_secrets.yaml"
    shows "create ns tsb" 'namespace/tsb created' cp1 create ns tsb
    shows "import" 'secret/tsb-standby-sa created' cp1 apply -f "$folder/source_mp_operational_secrets.yaml"
    shows "what was exported is there" "$(mp1 get secret -n tsb iam-signing-key -o 'jsonpath={.data.kid}')" \
        cp1 get secret -n tsb iam-signing-key -o 'jsonpath={.data.kid}'
    follows "logs of the operator" . --context mp2 logs -n tsb -l name=tsb-operator -f
    shows "and the cluster is as before" deleted cp1 delete ns tsb
}

mp1_applies_standby_sa() {
    local TSB_STANDBY_SA_JWK=eyJrZXkiOiJvZiBhIHNlcnZpY2UgYWNjb3VudCJ9

    "$kubectl" --context mp1 -n tsb apply -f - <<EOF
apiVersion: v1
kind: Secret
metadata:
  name: tsb-standby-sa
data:
  jwk: $TSB_STANDBY_SA_JWK
type: Opaque
EOF
}

# ---- restore a management plane --------------------------------------------------------------

restore() {
    local before

    shows "get pod" tsb-operator mp1 get pod -n tsb
    shows "logs in TSE's namespace, where there are none" '' mp1 logs -f -n tse -l name=tsb-operator
    shows "get svc" envoy mp1 get svc -n tsb envoy
    before=$(tokens)
    shows "delete the tokens" 'secret "xcp-edge-central-auth-token" deleted' \
        cp1 delete secret otel-token oap-token ngac-token xcp-edge-central-auth-token -n istio-system
    check "$version: they are made again" eventually 60 have_tokens_changed "$before"
    shows "get the tokens" xcp-edge-central-auth-token \
        cp1 get secrets otel-token oap-token ngac-token xcp-edge-central-auth-token -n istio-system
    follows "logs of edge" . --context cp-0001 logs deploy/edge -n istio-system -f
}

tokens() {
    cp1 get secrets otel-token oap-token ngac-token xcp-edge-central-auth-token -n istio-system -o 'jsonpath={.items[*].metadata.uid}'
}

have_tokens_changed() {
    local now

    now=$(tokens 2>/dev/null) && [ "$(wc -w <<<"$now")" -eq 4 ] && [ "$now" != "$1" ]
}

# ---- failover from active to standby -------------------------------------------------------

kid() {
    mp1 -n "$1" get secrets "$2" -o yaml | sed -n 's/^  kid: //p' | base64 -d
}

fail_over() {
    says "the signing key, in no namespace" 1 'secrets "iam-signing-key" not found' mp1 -n default get secrets iam-signing-key -o yaml
    check "$version: the signing key's name" [ -n "$(kid tsb iam-signing-key)" ]
    check "$version: the JWKS key's name" [ -n "$(kid tsb tsb-iam-jwks)" ]
    shows "scale tsb and iam" 'deployment.apps/iam scaled' mp1 scale deploy -n tsb tsb iam --replicas 0
    shows "patch" patched mp2 patch -n tsb managementplanes.install.tetrate.io managementplane --type=merge \
        -p '{"spec": {"highAvailability": {"active": {"exposeEmbeddedPostgresInFrontEnvoy": true}, "standby": null}}}'
    check "$version: the operator makes tsb" eventually 60 mp2 -n tsb get deployment/tsb
    shows "wait" 'deployment.apps/tsb condition met' mp2 -n tsb wait --for=condition=available --timeout=600s deployment/tsb
    check "$version: envoy gets its address" eventually 60 has_address
    shows "get svc" LoadBalancer mp2 get svc -n tsb envoy
    shows "scale envoy" 'deployment.apps/envoy scaled' mp1 scale deploy -n tsb envoy --replicas 0
    says "the typo" 1 'unknown command "k" for "kubectl"' \
        "$kubectl" k patch -n tsb managementplanes.install.tetrate.io managementplane --type=merge -p "$STANDBY"
    shows "the old plane becomes the standby" patched \
        mp1 patch -n tsb managementplanes.install.tetrate.io managementplane --type=merge -p "$STANDBY"
    check "$version: and its operator takes tsb away" eventually 60 eval '! mp1 -n tsb get deployment/tsb'
}

STANDBY='{"spec": {"highAvailability": {"active": null, "standby": {"activeMpSynchronizationEndpoint": { "host": "mp2.tsb.example.com", "port": 443, "selfSigned": true }}}}}'

has_address() {
    mp2 get svc -n tsb envoy --no-headers | grep -q 'elb.example.net'
}

follow_documents() {
    export HOME
    check "$version: a world comes up" up_start "$folder" --world "$BRISK"
    # shellcheck disable=SC1091
    . "$folder/world/env"
    prepare
    install_pair
    restore
    fail_over
    check "$version: it ends cleanly" up_stop "$folder"
}

[ -n "$(find_kubectls 1.20 1.32)" ] || { skip "kubectl_documents" "no kubectl 1.20 or 1.32 here"; exit 0; }
with_kubectls follow_documents 1.20 1.32
