# tests/acceptance/kube_lib.sh - the fake API server alone, for acceptance tests. Source it after lib.sh.
#
#     kube_build                    builds tests/tools/kube_serve.c with the objects of the build in $OUT
#     kube_start FOLDER             serves from FOLDER, which it makes afresh; sets $server (its process), $url, $KUBECONFIG
#     kube_stop                     closes its standard input; true if it ended with 0
#     api [CURL OPTION]... PATH     curl as admin; PATH begins with /
# One server at a time. It ends when nobody holds descriptor 9 any more: whoever is put in the background lets go of it (9>&-).

kube_objects=$OUT/objects

kube_can_build() {
    needs pkg-config "${CC:-gcc}" && [ -e "$kube_objects/fakes/kubernetes/server.o" ]
}

kube_build() {
    local sanitize=

    case "$OUT" in
    *sanitize-*) sanitize=-fsanitize=$(sed 's/.*sanitize-//; s/-/,/g' <<<"$(basename "$OUT")") ;;
    esac
    # shellcheck disable=SC2046,SC2086
    ${CC:-gcc} -std=c11 -D_GNU_SOURCE -I. -g $sanitize -o "$SCRATCH/kube_serve" tests/tools/kube_serve.c \
        $(find "$kube_objects"/base "$kube_objects"/fakes/net "$kube_objects"/fakes/kubernetes -name '*.o') \
        $(pkg-config --libs libuv libssl libcrypto libcjson libfyaml libxxhash libnghttp2 zlib) -lhttp_parser -lm
}

# Its standard input is ours to close.
kube_start() {
    kube_folder=$1
    rm -rf "$kube_folder"
    mkdir -p "$kube_folder" "$SCRATCH/home"
    mkfifo "$kube_folder/stop"
    "$SCRATCH/kube_serve" "$kube_folder" <"$kube_folder/stop" >"$kube_folder/out" 2>"$kube_folder/log" &
    server=$!
    exec 9>"$kube_folder/stop"
    eventually 30 grep -q ready "$kube_folder/out" || return 1
    export KUBECONFIG=$kube_folder/kubeconfig HOME=$SCRATCH/home
    rm -rf "$HOME/.kube"
    url=$(grep -oE 'https://127[0-9.:]+' "$KUBECONFIG" | head -1)
    kube_extract certificate-authority-data ca.pem
    kube_extract client-certificate-data certificate.pem
    kube_extract client-key-data key.pem
}

kube_extract() {
    grep -oE "$1: [A-Za-z0-9+/=]+" "$KUBECONFIG" | head -1 | sed 's/.*: //' | base64 -d >"$kube_folder/$2"
}

kube_stop() {
    exec 9>&-
    wait "$server"
}

api() {
    curl -sS --cacert "$kube_folder/ca.pem" --cert "$kube_folder/certificate.pem" --key "$kube_folder/key.pem" \
        --max-time 30 "${@:1:$#-1}" "$url${!#}"
}
