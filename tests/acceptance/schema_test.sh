#!/usr/bin/env bash
# tests/acceptance/schema_test.sh - the schemas of environment and scenario files, held against files by somebody else's validator.
set -u
. tests/acceptance/lib.sh
. tests/acceptance/up_lib.sh

for kind in environment scenario; do
    "$UNDERSTUDY" schema "$kind" >"$SCRATCH/$kind.json"
    check "the kept schema of the $kind is current" cmp "schema/$kind.json" "$SCRATCH/$kind.json"
done
refuse "a kind that has no schema" "$UNDERSTUDY" schema teapot

/usr/bin/python3 -c 'import jsonschema, yaml' 2>/dev/null || { skip "schema" "no python3-jsonschema here"; exit 0; }
check "a world comes up" up_start "$SCRATCH" --world "$BRISK"
/usr/bin/python3 tests/acceptance/schema.py schema/environment.json docs/environment.example.yaml \
    "$SCRATCH/world/environment.yaml" 2>&1 || not_ok "schema.py" "status $?"
find scenarios/catalogue -name '*.yaml' -print0 | sort -z | xargs -0 /usr/bin/python3 tests/acceptance/schema.py schema/scenario.json 2>&1 ||
    not_ok "schema.py of scenarios" "status $?"
check "it ends cleanly" up_stop "$SCRATCH"
