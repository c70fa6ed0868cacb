# tests/acceptance/dns_lib.sh - the fake name server as a program of its own, for tests with real DNS programs. Source it after lib.sh.

# build_dns_serve OUT: tests/tools/dns_serve.c with what it needs.
build_dns_serve() {
    # shellcheck disable=SC2046
    cc -std=c11 -D_GNU_SOURCE -O1 -g -I. -o "$1" tests/tools/dns_serve.c fakes/dns/*.c fakes/net/stream.c fakes/net/listener.c \
        base/*.c $(pkg-config --cflags --libs libuv libssl libcrypto libcjson libfyaml libxxhash) -lm
}

# free_port: one below those that the kernel hands out by itself.
free_port() {
    echo $((20000 + RANDOM % 12000))
}

dns_answers() {
    dig -p "$1" @127.0.0.1 +time=1 +tries=1 "$2" SOA +short 2>/dev/null | grep -q .
}
