# tests/acceptance/node_lib.sh - clients from npm. Source it after lib.sh.
#
#     npm_install FOLDER TARGET     what FOLDER/package-lock.json names into TARGET, once for a build; TARGET/log says what went wrong

npm_install() {
    cmp -s "$1/package-lock.json" "$2/installed" && return 0
    mkdir -p "$2"
    cp "$1"/package*.json "$2"
    (cd "$2" && npm ci --omit=dev --no-audit --no-fund --ignore-scripts) >"$2/log" 2>&1 || return 1
    cp "$2/package-lock.json" "$2/installed"
}
