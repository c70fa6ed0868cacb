#!/usr/bin/env bash
# tests/acceptance/frame_test.sh - the tools that judge everything else, judged on small trees made to be wrong.
set -euo pipefail
. tests/acceptance/lib.sh

ROOT=$PWD

# A tree with one file that includes one header; is the include allowed?
put_include() {
    rm -rf "$SCRATCH/tree"
    mkdir -p "$SCRATCH/tree/base" "$SCRATCH/tree/$(dirname "$1")"
    printf '/* a comment */\n#include "%s"\n' "$2" >"$SCRATCH/tree/$1"
}

while read -r verdict file included; do
    put_include "$file" "$included"
    "$verdict" "layers: $file and $included" tools/layers.sh "$SCRATCH/tree"
done <<'ROWS'
check  base/a.c                  base/b.h
refuse base/a.c                  fakes/net/b.h
check  engine/clients/a.c        base/b.h
check  engine/steps/a.c          engine/clients/b.h
refuse engine/steps/a.c          fakes/dns/b.h
refuse engine/a.h                sim/b.h
check  fakes/dns/a.c             fakes/dns/b.h
check  fakes/dns/a.c             fakes/net/b.h
refuse fakes/dns/a.c             fakes/postgres/b.h
refuse fakes/net/a.c             fakes/dns/b.h
refuse fakes/dns/a.c             engine/b.h
check  sim/faults/a.c            fakes/dns/b.h
refuse sim/a.c                   engine/b.h
check  conformance/fakes/a.c     engine/b.h
refuse conformance/fakes/a.c     fakes/dns/b.h
check  scenarios/a.c             sim/b.h
refuse scenarios/a.c             conformance/b.h
check  reports/a.c               scenarios/b.h
refuse reports/a.c               engine/b.h
check  cli/a.c                   reports/b.h
refuse cli/a.c                   tests/test.h
refuse base/a.c                  b.h
refuse base/a.c                  ../base/b.h
ROWS

put_include base/a.c sim/b.h
says_where() {
    [[ "$(tools/layers.sh "$SCRATCH/tree")" == base/a.c:2:* ]]
}
check "layers: the file and the line are said" says_where

put_header() {
    mkdir -p "$SCRATCH/headers"
    printf '%s\n' "$@" >"$SCRATCH/headers/a.h"
}
judge_header() {
    (cd "$SCRATCH/headers" && "$ROOT/tools/headers.sh" a.h)
}
put_header '/*' ' * a.h - a size.' ' */' '#include <stddef.h>' 'size_t a(void);'
check "headers: one that stands alone" judge_header
put_header '/*' ' * a.h - a size.' ' */' 'size_t a(void);'
refuse "headers: one that leans on another" judge_header
put_header '/*' ' * b.h - a size.' ' */'
refuse "headers: one that says it is another" judge_header

# The acceptance runner, on scripts of its own. Says the counts it must arrive at, and the script.
count_script() {
    mkdir -p "$SCRATCH/run/tests/acceptance"
    cp tests/acceptance/run.sh tests/acceptance/lib.sh "$SCRATCH/run/tests/acceptance"
    printf '%s\n' "$2" >"$SCRATCH/run/tests/acceptance/one_test.sh"
    (cd "$SCRATCH/run" && tests/acceptance/run.sh . --counts counts || true)
    [ "$(cat "$SCRATCH/run/counts")" = "$1" ]
}
check "acceptance: ok, not ok and skip are counted" count_script "2 1 1" \
    'echo "ok - a"; echo "skip - b: c"; echo "not ok - d: e"; echo "ok - f"'
check "acceptance: an ending in between is a failure" count_script "1 1 0" 'echo "ok - a"; exit 3'
check "acceptance: silence is a failure" count_script "0 1 0" 'true'
check "acceptance: a check that fails is told" count_script "0 1 0" '. tests/acceptance/lib.sh; check a false'
check "acceptance: a refusal by a crash is none" count_script "0 1 0" \
    '. tests/acceptance/lib.sh; refuse a bash -c "kill -SEGV \$\$"'
check "acceptance: what was left running is ended" count_script "1 0 0" \
    'sleep 1000 & echo $! >left; echo "ok - a"'
# Each of them waits for another one, and more would not fit.
count_several() {
    local name

    rm -rf "$SCRATCH/run" && mkdir -p "$SCRATCH/run/tests/acceptance"
    cp tests/acceptance/run.sh tests/acceptance/lib.sh "$SCRATCH/run/tests/acceptance"
    for name in one two; do
        printf '%s\n' '. tests/acceptance/lib.sh' "touch $name" 'check "both are there" eventually 10 test -e one -a -e two' \
            >"$SCRATCH/run/tests/acceptance/${name}_test.sh"
    done
    echo 'echo "ok - a"; echo "ok - b"' >"$SCRATCH/run/tests/acceptance/three_test.sh"
    (cd "$SCRATCH/run" && tests/acceptance/run.sh . --jobs 2 --counts counts)
    [ "$(cat "$SCRATCH/run/counts")" = "4 0 0" ]
}
# A zombie is gone too, whether or not the system's first process has noticed.
is_gone() {
    [[ "$(ps -o stat= -p "$1")" == "" || "$(ps -o stat= -p "$1")" == Z* ]]
}
check "acceptance: and is gone" eventually 5 is_gone "$(cat "$SCRATCH/run/left")"

check "acceptance: several run side by side, and all are counted" count_several

refuse "deps: a wrong word" tools/deps.sh nonsense
