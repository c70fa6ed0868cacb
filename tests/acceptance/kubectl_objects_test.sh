#!/usr/bin/env bash
# tests/acceptance/kubectl_objects_test.sh - real kubectl makes, changes and removes objects of every kind in a world in real time.
#
# kubectl 1.20 and 1.32 side by side, each in a namespace of its own. What they should say is what they say to a real 1.32
# server, its refusals included: kubectl 1.20 makes some kinds of versions that such a server has no longer.
set -u
. tests/acceptance/lib.sh
. tests/acceptance/up_lib.sh
. tests/acceptance/kubectl_lib.sh

since() {
    [ "$minor" -ge "$1" ]
}

write_manifest() {
    cat >"$folder/shop.yaml" <<'YAML'
apiVersion: apps/v1
kind: Deployment
metadata: {name: shop, labels: {set: shop}}
spec:
  replicas: 1
  selector: {matchLabels: {app: shop}}
  template:
    metadata: {labels: {app: shop}}
    spec: {containers: [{name: c, image: "registry.test/c:1", env: [{name: A, value: "1"}]}]}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: shop, labels: {set: shop}}
data: {colour: blue}
---
apiVersion: v1
kind: Service
metadata: {name: shop, labels: {set: shop}}
spec: {selector: {app: shop}, ports: [{port: 80}]}
YAML
    sed 's/c:1/c:2/; s/blue/red/' "$folder/shop.yaml" >"$folder/changed.yaml"
}

# ---- create -----------------------------------------------------------------------------------

try_creating_workloads() {
    shows "create deployment" deployment.apps/d1 k create deployment d1 --image=registry.test/c:1 --replicas=0
    shows "create job" job.batch/j1 k create job j1 --image=registry.test/c:1 -- date
    shows "create quota" resourcequota/q1 k create quota q1 --hard=pods=10
    shows "create priorityclass" "priorityclass.scheduling.k8s.io/$ns" k create priorityclass "$ns" --value=10
    if since 21; then
        shows "create cronjob" cronjob.batch/c1 k create cronjob c1 --image=registry.test/c:1 --schedule='0 0 1 1 *' -- date
        shows "create a job from it" job.batch/j2 k create job j2 --from=cronjob/c1
        shows "create poddisruptionbudget" poddisruptionbudget.policy/p1 \
            k create poddisruptionbudget p1 --selector=app=d1 --min-available=1
    else
        says "create cronjob, of batch/v1beta1" 1 'the server could not find the requested resource (post cronjobs.batch)' \
            k create cronjob c1 --image=registry.test/c:1 --schedule='0 0 1 1 *' -- date
        says "create poddisruptionbudget, of policy/v1beta1" 1 'no matches for kind "PodDisruptionBudget" in version "policy/v1beta1"' \
            k create poddisruptionbudget p1 --selector=app=d1 --min-available=1
    fi
}

try_creating_network() {
    shows "create service clusterip" service/s1 k create service clusterip s1 --tcp=80:80
    shows "create service nodeport" service/s2 k create service nodeport s2 --tcp=80:80
    shows "which has a port of the node" 3 k get svc s2 -o 'jsonpath={.spec.ports[0].nodePort}'
    shows "create service loadbalancer" service/s3 k create service loadbalancer s3 --tcp=80:80
    shows "create service externalname" service/s4 k create service externalname s4 --external-name=h.test
    shows "create ingress" ingress.networking.k8s.io/i1 k create ingress i1 --rule=h.test/path=s1:80
}

try_creating_data() {
    printf 'one\n' >"$folder/file.txt"
    printf 'A=1\nB=2\n' >"$folder/file.env"
    shows "create configmap" configmap/m1 k create configmap m1 --from-literal=a=b --from-file="$folder/file.txt"
    shows "with the file in it" one k get configmap m1 -o 'jsonpath={.data.file\.txt}'
    shows "create configmap of variables" configmap/m2 k create configmap m2 --from-env-file="$folder/file.env"
    shows "create secret generic" secret/x1 k create secret generic x1 --from-literal=a=b
    shows "create secret docker-registry" secret/x2 \
        k create secret docker-registry x2 --docker-server=h --docker-username=u --docker-password=p
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=x -days 2 \
        -keyout "$folder/key.pem" -out "$folder/certificate.pem" 2>"$folder/openssl.log"
    shows "create secret tls" secret/x3 k create secret tls x3 --cert="$folder/certificate.pem" --key="$folder/key.pem"
    shows "their types" kubernetes.io/tls k get secrets
    says "create it again" 1 'secrets "x1" already exists' k create secret generic x1
    says "create with a bad name" 1 'a lowercase RFC 1123 subdomain must consist of' k create secret generic Bad_Name
}

try_creating_users() {
    shows "create serviceaccount" serviceaccount/a1 k create serviceaccount a1
    shows "create role" role.rbac.authorization.k8s.io/r1 k create role r1 --verb=get,list --resource=pods,deployments.apps
    shows "create rolebinding" rolebinding.rbac.authorization.k8s.io/b1 \
        k create rolebinding b1 --role=r1 --serviceaccount="$ns:a1"
    shows "create clusterrole" "clusterrole.rbac.authorization.k8s.io/$ns" k create clusterrole "$ns" --verb=get --resource=nodes
    shows "create clusterrolebinding" "clusterrolebinding.rbac.authorization.k8s.io/$ns" \
        k create clusterrolebinding "$ns" --clusterrole="$ns" --user=eve
    shows "may they? yes" yes k auth can-i list pods --as="system:serviceaccount:$ns:a1"
    says "may they? no" 1 no k auth can-i delete pods --as="system:serviceaccount:$ns:a1"
    shows "all that they may" deployments.apps k auth can-i --list --as="system:serviceaccount:$ns:a1"
    says "acting as one who may not" 1 "User \"system:serviceaccount:$ns:a1\" cannot list resource \"secrets\"" \
        k get secrets --as="system:serviceaccount:$ns:a1"
    if since 24; then
        shows "create token" eyJ k create token a1
        shows "a token is a user" d1 k --token="$(k create token a1)" --kubeconfig="$folder/nobody" get deployments
        shows "auth whoami" "system:serviceaccount:$ns:a1" \
            k --token="$(k create token a1)" --kubeconfig="$folder/nobody" auth whoami
    fi
}

# The kubeconfig without its user.
write_nobody() {
    "$kubectl" config view --raw --minify | sed '/client-certificate-data:/d; /client-key-data:/d' >"$folder/nobody"
}

try_creating() {
    shows "create namespace, dry run of the server" 'created (server dry run)' k create ns "$ns" --dry-run=server
    shows "of the client" 'created (dry run)' k create ns "$ns" --dry-run=client
    says "neither made it" 1 "namespaces \"$ns\" not found" k get ns "$ns"
    shows "create namespace" created k create ns "$ns"
    write_nobody
    try_creating_workloads
    try_creating_network
    try_creating_data
    try_creating_users
}

# ---- change -----------------------------------------------------------------------------------

try_applying() {
    write_manifest
    says "diff of what is absent" 1 '+kind: Deployment' k diff -f "$folder/shop.yaml"
    shows "apply, dry run of the server" 'service/shop created (server dry run)' k apply -f "$folder/shop.yaml" --dry-run=server
    shows "apply" 'deployment.apps/shop created' k apply -f "$folder/shop.yaml"
    shows "apply again" 'service/shop unchanged' k apply -f "$folder/shop.yaml"
    shows "diff of what is the same" '' k diff -f "$folder/shop.yaml"
    says "diff of what is not" 1 '+  colour: red' k diff -f "$folder/changed.yaml"
    shows "apply a change" 'configmap/shop configured' k apply -f "$folder/changed.yaml"
    shows "apply view-last-applied" 'colour: red' k apply view-last-applied configmap/shop
    shows "apply set-last-applied" 'configmap/shop configured' k apply set-last-applied -f "$folder/shop.yaml"
    shows "apply edit-last-applied" 'configmap/shop edited' env EDITOR='sed -i s/blue/green/' \
        "$kubectl" -n "$ns" apply edit-last-applied configmap/shop
}

try_applying_on_the_server() {
    shows "apply --server-side" serverside-applied k apply --server-side --force-conflicts -f "$folder/shop.yaml"
    says "by another, who may not" 1 'conflict' \
        k apply --server-side --field-manager=other -f "$folder/changed.yaml"
    shows "unless forced" 'configmap/shop serverside-applied' \
        k apply --server-side --field-manager=other --force-conflicts -f "$folder/changed.yaml"
    shows "it has what it was forced to" red k get configmap shop -o 'jsonpath={.data.colour}'
    shows "diff --server-side" '' k diff --server-side --force-conflicts --field-manager=other -f "$folder/changed.yaml"
}

try_editing() {
    shows "edit" 'configmap/shop edited' env EDITOR='sed -i s/red/pink/' "$kubectl" -n "$ns" edit configmap shop
    shows "edit nothing" 'Edit cancelled, no changes made' env EDITOR=true "$kubectl" -n "$ns" edit configmap shop
    shows "it is edited" pink k get configmap shop -o 'jsonpath={.data.colour}'
    says "edit to what is refused" 1 'is invalid' env EDITOR="$folder/bad" "$kubectl" -n "$ns" edit deployment shop
    shows "label" labeled k label configmap shop tier=one
    says "label again" 1 "'tier' already has a value (one), and --overwrite is false" k label configmap shop tier=two
    shows "label --overwrite" labeled k label configmap shop tier=two --overwrite
    shows "a label as a column" two k get configmaps -L tier
    shows "label by label" configmap/shop k label configmaps -l tier=two tier-
    shows "label --all" configmap/m1 k label configmaps --all seen=yes
    shows "annotate" annotated k annotate configmap shop note=one
    says "annotate again" 1 "'note' already has a value (one)" k annotate configmap shop note=two
    shows "annotate away" annotated k annotate configmap shop note-
}

try_patching() {
    shows "patch, strategic" patched k patch deploy shop -p '{"spec":{"template":{"spec":{"containers":[{"name":"c","tty":true}]}}}}'
    shows "patch, merge" patched k patch deploy shop --type=merge -p '{"metadata":{"annotations":{"a":"1"}}}'
    shows "patch, JSON" patched k patch deploy shop --type=json -p '[{"op":"remove","path":"/metadata/annotations/a"}]'
    shows "patch without a change" '(no change)' k patch configmap shop -p '{"data":{"colour":"pink"}}'
    shows "patch, dry run" patched k patch configmap shop --dry-run=server -p '{"data":{"colour":"grey"}}'
    shows "which changed nothing" pink k get configmap shop -o 'jsonpath={.data.colour}'
    says "patch with a wrong type" 1 'cannot unmarshal number into Go' k patch secret x1 -p '{"data":{"a":1}}'
    says "patch of an unknown type" 1 'must be one of' k patch configmap shop --type=foo -p '{}'
    says "patch what is immutable" 1 'field is immutable' k patch deploy shop --type=merge \
        -p '{"spec":{"selector":{"matchLabels":{"app":"other"}},"template":{"metadata":{"labels":{"app":"other"}}}}}'
    if since 24; then
        shows "patch --subresource" patched \
            k patch deploy shop --subresource=status --type=merge -p '{"status":{"collisionCount":1}}'
    fi
}

try_replacing() {
    k get configmap shop -o yaml | sed 's/pink/lime/' >"$folder/full.yaml"
    shows "replace" 'configmap/shop replaced' k replace -f "$folder/full.yaml"
    says "replace what has changed since" 1 'the object has been modified' k replace -f "$folder/full.yaml"
    shows "replace --force" replaced k replace --force -f "$folder/full.yaml"
    shows "replaced" lime k get configmap shop -o 'jsonpath={.data.colour}'
    says "create what is there" 1 'configmaps "shop" already exists' k create -f "$folder/full.yaml"
}

try_setting() {
    shows "set image" 'image updated' k set image deploy/shop c=registry.test/c:3
    says "set image of no container" 1 'unable to find container named "nosuch"' k set image deploy/shop nosuch=x
    shows "set env" 'env updated' k set env deploy/shop COLOUR=red A-
    shows "set env --list" COLOUR=red k set env deploy/shop --list
    shows "set env from a secret" 'env updated' k set env deploy/shop --from=secret/x1
    shows "set resources" 'resource requirements updated' k set resources deploy/shop --limits=cpu=200m,memory=512Mi
    shows "set serviceaccount" 'serviceaccount updated' k set serviceaccount deploy/shop a1
    shows "set selector" 'selector updated' k set selector svc/s1 app=shop
    shows "set subject" 'subjects updated' k set subject rolebinding b1 --user=eve
    shows "all of it is there" '"registry.test/c:3" "200m" "a1" COLOUR' k get deploy shop -o \
        'go-template={{with .spec.template.spec}}{{$s := .serviceAccountName}}{{range .containers}}{{printf "%q" .image}} {{printf "%q" .resources.limits.cpu}} {{printf "%q" $s}}{{range .env}} {{.name}}{{end}}{{end}}{{end}}'
}

# ---- delete -----------------------------------------------------------------------------------

try_deleting() {
    shows "delete, dry run" 'deleted (server dry run)' k delete configmap m1 --dry-run=server
    shows "delete several" 'secret "x2" deleted' k delete secret x1 x2
    shows "delete kinds at once" 'service "s1" deleted' k delete ingress/i1 service/s1
    shows "delete by label" 'configmap "m1" deleted' k delete configmaps -l seen=yes
    shows "delete --force --grace-period=0" 'force deleted' k delete secret x3 --force --grace-period=0
    shows "delete --now" deleted k delete quota q1 --now
    shows "delete --field-selector" 'service "s2" deleted' k delete services --field-selector metadata.name=s2
    shows "delete --wait=false" 'deployment.apps "d1" deleted' k delete deployments d1 --wait=false
    shows "delete -f" 'deployment.apps "shop" deleted' k delete -f "$folder/shop.yaml" --ignore-not-found
    says "delete -f again" 1 'deployments.apps "shop" not found' k delete -f "$folder/shop.yaml"
    says "delete without a name" 1 'resource(s) were provided, but no name' k delete configmaps
    shows "delete --all of some kinds" 'role.rbac.authorization.k8s.io "r1" deleted' k delete role,rolebinding,job,service --all
    shows "nothing left" 'No resources found' k get role,rolebinding,job,service,ingress
}

# A finalizer holds what was deleted until somebody takes it off.
try_finalizer() {
    shows "create one to be held" created k create configmap held
    shows "hold it" patched k patch configmap held --type=merge -p '{"metadata":{"finalizers":["example.com/hold"]}}'
    says "delete waits" 1 'timed out waiting for the condition' k delete configmap held --timeout=1s
    shows "it is still there" held k get configmap held
    says "no new finalizer" 1 'no new finalizers can be added if the object is being deleted' \
        k patch configmap held --type=merge -p '{"metadata":{"finalizers":["example.com/hold","example.com/more"]}}'
    shows "let go" patched k patch configmap held --type=merge -p '{"metadata":{"finalizers":null}}'
    says "it is gone" 1 'configmaps "held" not found' k get configmap held
    shows "delete what is cluster-wide" "clusterrole.rbac.authorization.k8s.io \"$ns\" deleted" \
        k delete "clusterrole/$ns" "clusterrolebinding/$ns" "priorityclass/$ns"
    shows "delete the namespace" "namespace \"$ns\" deleted" k delete ns "$ns" --timeout=60s
    says "delete it again" 1 "namespaces \"$ns\" not found" k delete ns "$ns"
    says "the default one cannot be" 1 'this namespace may not be deleted' k delete ns default
}

try_all() {
    printf '#!/bin/sh\nsed -i "s/app: shop/app: other/" "$1"\n' >"$folder/bad"
    chmod +x "$folder/bad"
    try_creating
    try_applying
    try_applying_on_the_server
    try_editing
    try_patching
    try_replacing
    try_setting
    try_deleting
    try_finalizer
}

[ -n "$(find_kubectls 1.20 1.32)" ] || { skip "kubectl_objects" "no kubectl 1.20 or 1.32 here"; exit 0; }
check "a world comes up" up_start "$SCRATCH" --world "$BRISK"
# shellcheck disable=SC1091
. "$SCRATCH/world/env"
with_kubectls try_all 1.20 1.32
check "it ends cleanly" up_stop "$SCRATCH"
