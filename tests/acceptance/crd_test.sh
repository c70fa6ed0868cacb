#!/usr/bin/env bash
# tests/acceptance/crd_test.sh - real kubectl defines a kind of its own, uses it, and is refused what a real 1.32 refuses.
#
# The server is tests/tools/kube_serve.c. KUBECTLS may name the programs to try, one per word.
set -u
. tests/acceptance/lib.sh
. tests/acceptance/kube_lib.sh
. tests/acceptance/kubectl_lib.sh

k() {
    "$kubectl" -n tsb "$@"
}

definition() {
    cat <<'EOF'
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: things.lab.example}
spec:
  group: lab.example
  scope: Namespaced
  names: {kind: Thing, plural: things, shortNames: [th], categories: [all]}
  versions:
  - name: v1
    served: true
    storage: true
    subresources:
      status: {}
      scale: {specReplicasPath: .spec.replicas, statusReplicasPath: .status.replicas}
    additionalPrinterColumns:
    - {name: Size, type: integer, jsonPath: .spec.size}
    schema:
      openAPIV3Schema:
        type: object
        required: [spec]
        properties:
          spec:
            type: object
            required: [size]
            properties:
              size: {type: integer, minimum: 1}
              replicas: {type: integer, default: 2}
              mode: {type: string, enum: [a, b]}
          status:
            type: object
            properties: {replicas: {type: integer}}
  - name: v1beta1
    served: true
    storage: false
    schema:
      openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}
EOF
}

thing() {
    printf 'apiVersion: lab.example/v1\nkind: Thing\nmetadata: {name: %s}\nspec: %s\n' "$1" "$2"
}

apply() {
    thing "$1" "$2" | k apply -f -
}

create() {
    thing "$1" "$2" | k create "${@:3}" -f -
}

try_defining() {
    definition >"$SCRATCH/definition.yaml"
    says "define" 0 'things.lab.example created' k apply -f "$SCRATCH/definition.yaml"
    says "it is established" 0 'condition met' \
        k wait --for=condition=established --timeout=20s crd/things.lab.example
    says "its kind is discovered" 0 Thing k api-resources --api-group=lab.example
    says "again, the same" 0 unchanged k apply -f "$SCRATCH/definition.yaml"
    says "a name that is not plural.group" 1 'must be spec.names.plural+"."+spec.group' \
        k create -f <(sed 's/name: things.lab/name: wrong.lab/' "$SCRATCH/definition.yaml")
    says "a schema without a type" 1 'must not be empty for specified object fields' \
        k apply -f <(sed 's/mode: {type: string, enum/mode: {enum/' "$SCRATCH/definition.yaml")
}

try_using() {
    says "make one" 0 'thing.lab.example/one created' apply one '{size: 1}'
    says "the default" 0 2 k get th one -o 'jsonpath={.spec.replicas}'
    says "its column" 0 SIZE k get things
    says "too small, and a mode that is none" 1 \
        'spec.size: Invalid value: 0: spec.size in body should be greater than or equal to 1' \
        create bad '{size: 0, mode: c}' --validate=false
    says "the choices" 1 'Unsupported value: "c": supported values: "a", "b"' \
        create bad '{size: 1, mode: c}' --validate=false
    says "nothing where something must be" 1 'spec.size: Required value' create bad '{}' --validate=false
    says "a field that nobody knows is lost" 0 created create two '{size: 1, unknown: x}' --validate=false
    says "it is not there" 0 '{"replicas":2,"size":1}' k get thing two -o 'jsonpath={.spec}'
    says "scale" 0 scaled k scale thing/one --replicas=5
    says "it is scaled" 0 5 k get thing one -o 'jsonpath={.spec.replicas}'
    says "patch" 0 patched k patch thing one --type=merge -p '{"spec":{"mode":"a"}}'
    says "the generation has moved" 0 3 k get thing one -o 'jsonpath={.metadata.generation}'
    says "no strategic merge" 1 '' k patch thing one -p '{"spec":{"mode":"b"}}'
    says "through the other version" 0 'apiVersion: lab.example/v1beta1' \
        k get things.v1beta1.lab.example one -o yaml
}

try_ending() {
    says "undefine" 0 'deleted' k delete crd things.lab.example --timeout=30s
    says "its kind is gone" 1 '' k get things
    says "define it again" 0 created k apply -f "$SCRATCH/definition.yaml"
    says "its objects are gone" 0 'No resources found' k get things
}

try_fields() {
    local strict

    strict=$(api -X POST -H 'Content-Type: application/json' \
        -d '{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"f"},"dat":{},"data":{"a":"1","a":"2"}}' \
        '/clusters/mp1/api/v1/namespaces/tsb/configmaps?fieldValidation=Strict')
    says "strict: unknown and doubled fields" 0 \
        'strict decoding error: duplicate field \"data.a\", unknown field \"dat\"' echo "$strict"
    says "a service gets an address" 0 10.96. bash -c "'$kubectl' -n tsb create service clusterip web --tcp=80 >/dev/null &&
        '$kubectl' -n tsb get service web -o 'jsonpath={.spec.clusterIP}'"
    says "a number where text must be" 1 'cannot unmarshal' k patch configmap kube-root --type=merge \
        -p '{"data":{"a":5}}' --dry-run=server
}

try_kubectl() {
    kubectl=$1
    version=kubectl-$("$kubectl" version --client -o yaml 2>/dev/null | awk '/gitVersion/ {print $2}')
    kube_start "$SCRATCH/$version" || { not_ok "$version: the server starts" "$(cat "$kube_folder/log")"; return; }
    k create configmap kube-root >/dev/null 2>&1
    try_defining
    try_using
    try_ending
    try_fields
    kube_stop && ok "$version: the server ends cleanly" || not_ok "$version: the server ends cleanly" "status $?"
}

kube_can_build || { skip "custom resources" "no objects to build the server from"; exit 0; }
kubectls=$(find_kubectls 1.20 1.32)
[ -n "$kubectls" ] || { skip "custom resources" "no kubectl here"; exit 0; }
kube_build || { not_ok "the server builds" "see above"; exit 0; }
for program in $kubectls; do
    try_kubectl "$program"
done
