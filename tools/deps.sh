#!/usr/bin/env bash
# tools/deps.sh - sees to it that what building (or testing) needs is installed.
#
#     tools/deps.sh build|test
#
# Debian and Ubuntu: asks dpkg what is missing and installs just that; with nothing missing it needs no network and
# no root. Elsewhere: says what is needed, and fails unless pkg-config knows it all. Services that come with a package
# (PostgreSQL, BIND) are kept from being started: the tests start their own.
set -euo pipefail

BUILD_PACKAGES=(gcc libc6-dev make pkg-config libuv1-dev libcurl4-openssl-dev libssl-dev libpq-dev libcjson-dev
    libfyaml-dev libldns-dev libhttp-parser-dev libnghttp2-dev libxxhash-dev libmimalloc-dev libexpat1-dev zlib1g-dev ca-certificates)
TEST_PACKAGES=(libcunit1-dev)
# Programs the tests call, as program=package. A test whose program is missing says "skip".
TEST_PROGRAMS=(clang=clang clang-format=clang-format clang-tidy=clang-tidy cppcheck=cppcheck kubectl=kubernetes-client
    psql=postgresql-client named=bind9 dig=bind9-dnsutils nsupdate=bind9-dnsutils curl=curl h2load=nghttp2-client ps=procps python3=python3
    chromium=chromium jq=jq openssl=openssl node=nodejs npm=npm
    knotd=knot kdig=knot-dnsutils nsd=nsd unbound=unbound ldns-update=ldnsutils
    barman=barman prometheus-postgres-exporter=prometheus-postgres-exporter)
PKG_CONFIG_NAMES=(libuv libcurl libssl libcrypto libpq libcjson libfyaml ldns libxxhash libnghttp2 zlib expat)

say() {
    printf '%s\n' "$*"
}

fail() {
    printf 'deps: %s\n' "$*" >&2
    exit 1
}

is_installed() {
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null || true)" = installed ]
}

has_program() {
    PATH="$PATH:/usr/sbin:/sbin" command -v "$1" >/dev/null 2>&1
}

has_postgres_server() {
    compgen -G '/usr/lib/postgresql/*/bin/postgres' >/dev/null
}

# Modules of Debian's own python3, whichever other comes first, and of its perl, as module=package.
PYTHON_MODULES=(kubernetes=python3-kubernetes dns=python3-dnspython certbot_dns_rfc2136=python3-certbot-dns-rfc2136
                psycopg=python3-psycopg psycopg2=python3-psycopg2
                yaml=python3-yaml jsonschema=python3-jsonschema boto3=python3-boto3)
PERL_MODULES=(Net::DNS=libnet-dns-perl)

has_python_module() {
    /usr/bin/python3 -c "import $1" 2>/dev/null
}

has_perl_module() {
    perl "-M$1" -e 1 2>/dev/null
}

is_offered() {
    [[ "$(LC_ALL=C apt-cache policy "$1" 2>/dev/null)" == *"Candidate: "[!\(]* ]]
}

# The packages that must be there, one per line, of those that are not.
missing_required() {
    local package
    local wanted=("${BUILD_PACKAGES[@]}")

    [ "$1" = test ] && wanted+=("${TEST_PACKAGES[@]}")
    for package in "${wanted[@]}"; do
        is_installed "$package" || say "$package"
    done
}

# The packages of the programs that are not there.
missing_programs() {
    local row

    [ "$1" = test ] || return 0
    for row in "${TEST_PROGRAMS[@]}"; do
        has_program "${row%%=*}" || say "${row#*=}"
    done
    has_postgres_server || say postgresql
    for row in "${PYTHON_MODULES[@]}"; do
        has_python_module "${row%%=*}" || say "${row#*=}"
    done
    for row in "${PERL_MODULES[@]}"; do
        has_perl_module "${row%%=*}" || say "${row#*=}"
    done
}

as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif has_program sudo; then
        sudo "$@"
    else
        fail "not root, and there is no sudo; as root, run: $*"
    fi
}

# A policy that says no to starting services is how Debian lets one install a server without running it.
forbid_services() {
    [ -e /usr/sbin/policy-rc.d ] && return 0
    printf '#!/bin/sh\nexit 101\n' | as_root tee /usr/sbin/policy-rc.d >/dev/null
    as_root chmod 755 /usr/sbin/policy-rc.d
    trap 'as_root rm -f /usr/sbin/policy-rc.d' EXIT
}

apt_install() {
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -y --no-install-recommends \
        -o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout=300 install "$@"
}

# Everything in $@, the package lists being as old as they may be.
install_packages() {
    local log
    log=$(mktemp)

    say "deps: installing $*"
    forbid_services
    if ! apt_install "$@" >"$log" 2>&1; then
        as_root apt-get -qq update >>"$log" 2>&1 || true
        if ! apt_install "$@" >>"$log" 2>&1; then
            tail -n 20 "$log" >&2
            fail "apt-get could not install them (all it said: $log)"
        fi
    fi
    rm -f "$log"
}

update_lists_if_none() {
    compgen -G '/var/lib/apt/lists/*_Packages*' >/dev/null || as_root apt-get -qq update
}

on_debian() {
    local required=() programs=() offered=() package

    mapfile -t required < <(missing_required "$1")
    mapfile -t programs < <(missing_programs "$1" | sort -u)
    [ $((${#required[@]} + ${#programs[@]})) -gt 0 ] || return 0
    update_lists_if_none
    for package in "${programs[@]}"; do
        if is_offered "$package"; then
            offered+=("$package")
        else
            say "deps: this system offers no package $package; tests that need it will be skipped"
        fi
    done
    [ $((${#required[@]} + ${#offered[@]})) -eq 0 ] || install_packages "${required[@]}" "${offered[@]}"
}

elsewhere() {
    local name
    local missing=()

    has_program pkg-config || missing+=(pkg-config)
    for name in "${PKG_CONFIG_NAMES[@]}"; do
        pkg-config --exists "$name" 2>/dev/null || missing+=("$name")
    done
    if [ "$1" = test ] && ! pkg-config --exists cunit 2>/dev/null; then
        missing+=(cunit)
    fi
    echo '#include <http_parser.h>' | "${CC:-cc}" -E -xc - >/dev/null 2>&1 || missing+=(http_parser)
    [ ${#missing[@]} -eq 0 ] || fail "not Debian or Ubuntu, so please install, with headers: ${missing[*]}"
}

main() {
    case "${1-}" in
    build | test) ;;
    *) fail "usage: tools/deps.sh build|test" ;;
    esac
    if has_program dpkg-query && has_program apt-get; then
        on_debian "$1"
    else
        elsewhere "$1"
    fi
}

main "$@"
