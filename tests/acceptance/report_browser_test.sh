#!/usr/bin/env bash
# tests/acceptance/report_browser_test.sh - the reports as a browser and an XML parser see them.
set -euo pipefail
. tests/acceptance/lib.sh

report="$SCRATCH/report"
check "report draws recorded runs" "$UNDERSTUDY" report tests/reports/data --report "$report"
check "the same runs give the same report" "$UNDERSTUDY" report tests/reports/data --report "$SCRATCH/again"
check "byte for byte" diff -r "$report" "$SCRATCH/again"
mkdir -p "$SCRATCH/empty"
refuse "a folder without runs" "$UNDERSTUDY" report "$SCRATCH/empty" --report "$SCRATCH/none"
check "and nothing is written" test ! -e "$SCRATCH/none"

if needs xmllint; then
    check "JUnit is well-formed XML" xmllint --noout "$report/junit.xml"
    is_counted() {
        [ "$(xmllint --xpath "$1" "$report/junit.xml")" = "$2" ]
    }
    check "JUnit counts five cases" is_counted "count(//testcase)" 5
    check "JUnit counts two failures" is_counted "count(//failure)" 2
    check "JUnit counts one error" is_counted "count(//error)" 1
    check "JUnit says the same in its attributes" is_counted "string(/testsuites/@failures)" 2
else
    skip "JUnit is well-formed XML" "no xmllint"
fi

needs chromium || { skip "the page in a browser" "no chromium"; exit 0; }

# Nothing may leave the machine: every name that is looked up ends nowhere.
browse() {
    chromium --headless --no-sandbox --disable-gpu --disable-quic --no-first-run \
        --disable-background-networking --disable-component-update --disable-sync \
        --host-resolver-rules="MAP * ~NOTFOUND" --user-data-dir="$SCRATCH/profile" "$@" 2>/dev/null
}

check "a browser opens the page" timeout 120 bash -c "$(declare -f browse); SCRATCH='$SCRATCH'
    browse --dump-dom 'file://$report/index.html' >'$SCRATCH/dom.html'"
check "its script ran to the end" grep -q 'data-script="ready"' "$SCRATCH/dom.html"
refuse "a script error" grep -q '<html[^>]*data-script-error' "$SCRATCH/dom.html"
for name in planned-three-clusters key-absent-on-standby operator-dead-before-promotion \
    reply-lost-on-promotion 'killed-&lt;half-way&gt; &amp; "loud"'; do
    check "the page names $name" grep -qF "<b>$name</b>" "$SCRATCH/dom.html"
done
for lane in outage faults engine mp1 mp2 DNS "control planes" writes judge; do
    check "the page has the lane $lane" grep -qE "<text [^>]*class=\"name\"[^>]*>$lane</text>" "$SCRATCH/dom.html"
done
refuse "a script out of a story" grep -q '<script>alert' "$SCRATCH/dom.html"
refuse "an address outside of the page" grep -qE 'https?:|<link|@import|src=|url\([^#]' "$SCRATCH/dom.html"
check "it prints" timeout 120 bash -c "$(declare -f browse); SCRATCH='$SCRATCH'
    browse --no-pdf-header-footer --print-to-pdf='$SCRATCH/report.pdf' 'file://$report/index.html'"
check "to a PDF" grep -aq '^%PDF' "$SCRATCH/report.pdf"
