#!/usr/bin/env bash
# tests/acceptance/schema_test.sh - the schema of environment files, held against files by somebody else's validator.
set -u
. tests/acceptance/lib.sh
. tests/acceptance/up_lib.sh

check "the kept schema is current" cmp schema/environment.json <("$UNDERSTUDY" schema environment)
refuse "a kind that has no schema" "$UNDERSTUDY" schema teapot

/usr/bin/python3 -c 'import jsonschema, yaml' 2>/dev/null || { skip "schema" "no python3-jsonschema here"; exit 0; }
check "a world comes up" up_start "$SCRATCH" --world "$BRISK"
/usr/bin/python3 tests/acceptance/environment_schema.py schema/environment.json docs/environment.example.yaml \
    "$SCRATCH/world/environment.yaml" 2>&1 || not_ok "environment_schema.py" "status $?"
check "it ends cleanly" up_stop "$SCRATCH"
