#!/usr/bin/env bash
# tests/acceptance/webhooks_test.sh - admission webhooks as kubectl meets them, on the fake API server alone.
set -u
. tests/acceptance/lib.sh
. tests/acceptance/kube_lib.sh

said=$SCRATCH/said

configuration() {
    cat <<YAML
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: nobody}
webhooks:
  - name: validate.example.com
    clientConfig: {service: {namespace: default, name: nobody, path: /validate}}
    rules: [{apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [configmaps]}]
    failurePolicy: $1
    sideEffects: None
    admissionReviewVersions: [v1]
    timeoutSeconds: 5
YAML
}

refused() {
    ! kubectl create configmap one 2>"$said" &&
        grep -qF 'error: failed to create configmap: Internal error occurred: failed calling webhook "validate.example.com": failed to call webhook: Post "https://nobody.default.svc:443/validate?timeout=5s": service "nobody" not found' "$said" ||
        { cat "$said"; return 1; }
}

fails_closed() { configuration Fail | kubectl apply -f - >/dev/null && refused; }
other_kinds_pass() { kubectl create secret generic one >/dev/null; }
fails_open() { configuration Ignore | kubectl apply -f - >/dev/null && kubectl create configmap two >/dev/null; }
deleted() {
    configuration Fail | kubectl apply -f - >/dev/null &&
        kubectl delete validatingwebhookconfiguration nobody >/dev/null && kubectl create configmap one >/dev/null
}

kube_can_build || { skip "webhooks" "no objects to build the server from"; exit 0; }
needs kubectl curl || { skip "webhooks" "no kubectl or curl here"; exit 0; }
kube_build && kube_start "$SCRATCH/kube" || { not_ok "the server starts" "see above"; exit 0; }
check "a webhook without its Service refuses, in the words of a real server" fails_closed
check "what it does not ask for passes" other_kinds_pass
check "failurePolicy Ignore lets it through" fails_open
check "without the configuration nobody is asked" deleted
kube_stop && ok "the server ends cleanly" || not_ok "the server ends cleanly" "status $?"
