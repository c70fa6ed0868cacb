#!/usr/bin/env bash
# tests/acceptance/route53_test.sh - a hosted zone of Route 53, asked by AWS's own library, and a failover through it.
#
# The fake is judged by boto3, which signs as AWS does and reads as AWS writes. Then the engine changes the names of a world in real
# time through the same API; once with credentials that it finds in the environment, as AWS's tools do.
set -u
. tests/acceptance/lib.sh
. tests/acceptance/up_lib.sh

needs kubectl dig psql curl jq || { skip "route53" "kubectl, dig, psql, curl or jq is missing"; exit 0; }
/usr/bin/python3 -c 'import boto3' 2>/dev/null || { skip "route53" "python3-boto3 is missing"; exit 0; }

unset "${!AWS_@}"
folder=$SCRATCH/route53 world=$folder/world said=$folder/said
mkdir -p "$folder"
sed 's/^  dns:$/&\n    provider: route53\n    route53Delay: 1s..4s/' "$BRISK" >"$folder/brisk.yaml"
check "a world comes up" up_start "$folder" --world "$folder/brisk.yaml"
# shellcheck disable=SC1091
. "$world/env"

field() {
    grep -oE "\"$1\":\"[^\"]*\"" "$world/environment.yaml" | tail -n 1 | cut -d '"' -f 4
}

AWS_SHARED_CREDENTIALS_FILE=$world/aws-credentials AWS_EC2_METADATA_DISABLED=true /usr/bin/python3 tests/acceptance/route53_clients.py \
    "$(field endpoint)" "$(field zoneId)" "$world/ca.pem" "$world" >"$said" 2>&1
check "AWS's own library finds what it expects" [ "$(grep -c '^ok' "$said")" -eq 10 ]
grep -q '^not ok\|Error' "$said" && cat "$said"

setting() {
    sed -n "s/^$1 = //p" "$world/aws-credentials"
}

# The same, with credentials from the environment.
brisk_environment "$folder" >/dev/null
sed 's|"profile":"default","credentialsFile":"aws-credentials",||; s|"policies":{|&"dns":"60s",|' "$(brisk_environment "$folder")" \
    >"$world/route53.yaml"
check "its environment is right" "$UNDERSTUDY" lint "$world/route53.yaml"

failover() {
    "$UNDERSTUDY" failover -e "$world/route53.yaml" -j "$folder/$1" >"$said" 2>&1 </dev/null
}

failover nobody
check "without credentials nothing begins" grep -q 'REFUSE F-501' "$said"
AWS_ACCESS_KEY_ID=AKIASTRANGER AWS_SECRET_ACCESS_KEY=x failover stranger
check "nor with a stranger's" grep -q 'InvalidClientTokenId' "$said"
check "whose secret is nowhere" [ -z "$(grep -r 'SECRET_ACCESS_KEY' "$folder/stranger" "$said")" ]
AWS_ACCESS_KEY_ID=$(setting aws_access_key_id) AWS_SECRET_ACCESS_KEY=$(setting aws_secret_access_key) failover journal ||
    cat "$said"
check "a failover by Route 53" looks_failed_over "$folder"
check "with no secret in its journal" [ -z "$(grep -r "$(setting aws_secret_access_key)" "$folder/journal" "$said")" ]
check "the world ends cleanly" up_stop "$folder"
