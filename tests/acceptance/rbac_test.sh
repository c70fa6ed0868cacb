#!/usr/bin/env bash
# tests/acceptance/rbac_test.sh - who may do what in a world, as kubectl and the engine meet it.
#
# The engine as a service account with the roles of docs/rbac.yaml and nothing else fails a world over; with one rule less it
# refuses beforehand and says which. Around that: can-i, impersonation, tokens of both kinds, what is not granted, the audit.
set -u
. tests/acceptance/lib.sh
. tests/acceptance/up_lib.sh

account=system:serviceaccount:tsb:understudy

# The engine's account lives in the first plane; every cluster has one of its own, with its own token.
roles() {
    sed "s/kind: User, name: understudy/kind: ServiceAccount, name: understudy, namespace: $1/; s/{apiGroup: rbac.authorization.k8s.io, kind: S/{kind: S/" \
        docs/rbac.yaml
}

# cluster_of CONTEXT -> the namespace its account is in, and which part of docs/rbac.yaml it does not get.
grant() {
    local context=$1 ns=tsb other=control-plane
    case $context in cp-*) ns=istio-system other=plane ;; esac

    kubectl --context "$context" -n "$ns" create serviceaccount understudy &&
        roles "$ns" | kubectl --context "$context" apply -l "understudy.dev/cluster!=$other" -f - &&
        kubectl --context "$context" -n "$ns" apply -f - <<<'{"apiVersion":"v1","kind":"Secret","type":"kubernetes.io/service-account-token",
            "metadata":{"name":"understudy-token","annotations":{"kubernetes.io/service-account.name":"understudy"}}}'
}

token_of() {
    local context=$1 ns=tsb
    case $context in cp-*) ns=istio-system ;; esac

    kubectl --context "$context" -n "$ns" get secret understudy-token -o 'jsonpath={.data.token}' | base64 -d
}

# The world's kubeconfig, but every context with its account's token. (It is JSON.)
limited_kubeconfig() {
    local context filter=.users=[]

    for context in $contexts; do
        filter+=" | .users += [{name: \"$context\", user: {token: \"$(token_of "$context")\"}}]"
        filter+=" | (.contexts[] | select(.name == \"$context\")).context.user = \"$context\""
    done
    jq "$filter" "$world/kubeconfig" >"$world/limited" && chmod 600 "$world/limited"
}

says_no() {
    [ "$("$@" 2>/dev/null)" = no ]
}

# refuses TEXT COMMAND...: it fails, and says so.
refuses() {
    local text=$1
    shift

    ! "$@" >"$said" 2>&1 && grep -qF -- "$text" "$said" || { cat "$said"; return 1; }
}

can_i_list() {
    kubectl -n tsb auth can-i --list --as "$account" >"$said"
    grep -qE '^deployments\.apps/scale +\[\] +\[\] +\[get patch\]$' "$said" &&
        grep -qE '^secrets +\[\] +\[iam-signing-key\] +\[get\]$' "$said" || { cat "$said"; return 1; }
}

try_rights() {
    check "the account may what it was given" kubectl -n tsb auth can-i patch deployments --subresource=scale --as "$account"
    check "and is told so" can_i_list
    check "not elsewhere" says_no kubectl -n default auth can-i patch deployments --subresource=scale --as "$account"
    check "not more" says_no kubectl -n tsb auth can-i delete deployments --as "$account"
    check "it does not" refuses "User \"$account\" cannot delete resource \"deployments\" in API group \"apps\" in the namespace \"tsb\"" \
        kubectl -n tsb delete deployment tsb --as "$account"
    check "its group may read keys of issuers" kubectl auth can-i get /openid/v1/jwks --as "$account"
    check "who impersonates a group has its rights" kubectl -n tsb get pods --as somebody --as-group system:masters
    check "who may not, does not" refuses "cannot impersonate resource \"users\"" \
        kubectl --kubeconfig "$world/limited" --context mp1 -n tsb get services --as admin
    check "admins of a namespace grant what they hold" kubectl -n tsb create rolebinding boss --clusterrole=admin --user=boss
    check "and do" kubectl -n tsb create role r --verb=get --resource=secrets --as boss
    check "and nothing else" refuses "user \"boss\" (groups=[\"system:authenticated\"]) is attempting to grant RBAC permissions not currently held" \
        kubectl -n tsb create role s --verb=get --resource=managementplanes.install.tetrate.io --as boss
    check "a role's reference stays" refuses "cannot change roleRef" \
        kubectl -n tsb patch rolebinding boss --type=merge -p '{"roleRef":{"name":"view"}}'
}

try_tokens() {
    local name

    for name in kubectl.1.32 kubectl.1.33; do
        name=$(PATH="$PATH:/usr/lib/google-cloud-sdk/bin" command -v "$name") || continue
        check "${name##*/}: a token on demand" sh -c "'$name' -n tsb create token understudy --duration 10m >'$world/token'"
        check "${name##*/}: it is the account's" sh -c "'$name' auth whoami --token \"\$(cat '$world/token')\" --kubeconfig '$world/bare' | grep -q '$account'"
        refuse "${name##*/}: it lasts ten minutes at least" "$name" -n tsb create token understudy --duration 1m
    done
    refuse "a token of nobody" kubectl --kubeconfig "$world/bare" --token nobody get ns
    check "an account that is deleted" kubectl -n tsb create serviceaccount passing
    kubectl -n tsb apply -f - >/dev/null <<<'{"apiVersion":"v1","kind":"Secret","type":"kubernetes.io/service-account-token",
        "metadata":{"name":"passing","annotations":{"kubernetes.io/service-account.name":"passing"}}}'
    name=$(kubectl -n tsb get secret passing -o 'jsonpath={.data.token}' | base64 -d)
    check "had a token" kubectl --kubeconfig "$world/bare" --token "$name" auth can-i create selfsubjectaccessreviews.authorization.k8s.io
    kubectl -n tsb delete serviceaccount passing >/dev/null
    refuse "and has none" kubectl --kubeconfig "$world/bare" --token "$name" auth can-i create selfsubjectaccessreviews.authorization.k8s.io
    refuse "nor its secret" kubectl -n tsb get secret passing
}

# drop ROLE NS CONTEXT RULE: takes a rule of a role away; what refuses is said; it is put back.
try_without() {
    local name=$1 context=$2 role=$3 ns=$4 rule=$5 missing=$6

    kubectl --context "$context" -n "$ns" get role "$role" -o json >"$folder/role.json"
    kubectl --context "$context" -n "$ns" patch role "$role" --type=json -p "[{\"op\":\"remove\",\"path\":\"/rules/$rule\"}]" >/dev/null
    check "$name: refused, with the right" refuses "$missing" \
        "$UNDERSTUDY" failover -e "$environment" -j "$folder/without.$rule"
    check "$name: nothing was changed" grep -q '^refused: nothing was changed' "$said"
    jq 'del(.metadata.resourceVersion)' "$folder/role.json" | kubectl --context "$context" -n "$ns" replace -f - >/dev/null
}

try_engine() {
    try_without "no right to scale" mp2 understudy-plane tsb 3 "mp2: may not patch deployments/scale in tsb"
    try_without "no right to delete a token" cp-0001 understudy-control-plane istio-system 1 \
        "cp-0001: may not delete secrets otel-token in istio-system"
    check "with docs/rbac.yaml it takes a backup" "$UNDERSTUDY" backup -e "$environment" -j "$folder/backup" -o "$folder/backups" \
        --unencrypted --database none
    check "with docs/rbac.yaml it fails over" "$UNDERSTUDY" failover -e "$environment" -j "$folder/journal"
    check "all is as it should be" looks_failed_over "$folder"
}

# What the engine did is told, under its name, and nothing of what it read.
try_audit() {
    local log=$folder/audit.jsonl

    check "the audit names who scaled" jq -es --arg who "$account" 'any(.[]; .user.username == $who and .verb == "patch"
        and .objectRef.subresource == "scale" and .responseStatus.code == 200
        and (.annotations["authorization.k8s.io/reason"] | startswith("RBAC: allowed by RoleBinding")))' "$log"
    check "and as whom somebody asked" jq -es 'any(.[]; .user.username == "understudy" and .impersonatedUser.username == "boss"
        and .responseStatus.code == 403)' "$log"
    check "every event is one" jq -es 'all(.[]; .kind == "Event" and .apiVersion == "audit.k8s.io/v1" and .level == "Metadata"
        and (.auditID | length == 36) and .requestURI and .stageTimestamp >= .requestReceivedTimestamp)' "$log"
    check "it tells no token" sh -c "! grep -qF \"\$(cut -c1-60 '$folder/one-token')\" '$log'"
    check "nobody else reads it" [ "$(stat -c %a "$log")" = 600 ]
}

needs kubectl jq || { skip "rbac" "kubectl or jq is missing"; exit 0; }

folder=$SCRATCH/a world=$SCRATCH/a/world said=$SCRATCH/said
check "a world comes up" up_start "$folder" --world "$BRISK" --audit-log "$folder/audit.jsonl"
# shellcheck disable=SC1091
. "$world/env"
environment=$world/limited.yaml
sed 's/"kubeconfig":"kubeconfig"/"kubeconfig":"limited"/' "$(brisk_environment "$folder")" >"$environment"
contexts=$(jq -r '.contexts[].name' "$world/kubeconfig")
for context in $contexts; do
    check "roles for $context" grant "$context"
done
limited_kubeconfig
token_of mp1 >"$folder/one-token"
jq '.users=[] | del(.contexts[].context.user)' "$world/kubeconfig" >"$world/bare"
try_rights
try_tokens
try_engine
try_audit
check "the world ends cleanly" up_stop "$folder"
