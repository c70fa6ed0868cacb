#!/usr/bin/env bash
# tools/failures.sh - makes docs/failures.md: each row of the failure catalogue, with the scenarios that tell it, or why none does.
#
#     tools/failures.sh            prints the page
#     tools/failures.sh --check    fails, naming the row, if one has neither scenario nor reason, if a scenario names
#                                  an unknown row, or if docs/failures.md is another page than this
set -euo pipefail

rows=scenarios/failures.txt page=docs/failures.md

# "F-001 planned/key-missing.yaml" for each row that a scenario names.
told() {
    (cd scenarios/catalogue && grep -rn --include='*.yaml' '^ *dossier:' .) | LC_ALL=C sort |
        awk -F: '{
            file = substr($1, 3); names = $0
            while (match(names, /F-[0-9][0-9][0-9]/)) {
                print substr(names, RSTART, RLENGTH), file
                names = substr(names, RSTART + RLENGTH)
            }
        }'
}

make_page() {
    told | awk -v rows="$rows" '
        function title_of(line) { return substr(line, 7) }

        function fault(text) { print "tools/failures.sh: " text > "/dev/stderr"; is_faulty = 1 }

        function cell(id, reason,   n, i, files, text) {
            n = split(scenarios[id], files, " ")
            for (i = 1; i <= n; i++)
                text = text (i > 1 ? ", " : "") "[" name_of(files[i]) "](../scenarios/catalogue/" files[i] ")"
            if (!n && reason == "")
                fault(rows ": " id " has neither a scenario nor a reason for having none")
            if (n && reason != "")
                fault(rows ": " id " has a scenario, and a reason for having none")
            return n ? text : "none: " reason
        }

        function name_of(file) { sub(/.*\//, "", file); sub(/\.yaml$/, "", file); return file }

        { scenarios[$1] = scenarios[$1] " " $2 }

        END {
            while ((getline line < rows) > 0) {
                if (line ~ /^= /) {
                    body = body "\n## " substr(line, 3) "\n\n| id | what happens | scenarios |\n| --- | --- | --- |\n"
                } else if (line ~ /^F-/) {
                    id = substr(line, 1, 5)
                    n = split(title_of(line), parts, " :: ")
                    known[id] = 1
                    count++
                    if (scenarios[id] != "")
                        covered++
                    body = body "| " id " | " parts[1] " | " cell(id, parts[2]) " |\n"
                }
            }
            for (id in scenarios)
                if (!(id in known))
                    fault("scenarios/catalogue/" substr(scenarios[id], 2) ": there is no row " id)
            print "# What can go wrong, and which scenario tells it\n"
            print "Each row is a way in which a failover, a restore or a repair goes wrong. " covered " of " count " rows have scenarios"
            print "(`understudy run scenarios/catalogue`); the others say why not. Made by `make failures` from `scenarios/failures.txt`"
            print "and from what the scenarios name in `metadata.dossier`."
            printf "%s", body
            exit is_faulty
        }'
}

case "${1-}" in
'') make_page ;;
--check)
    made=$(make_page)
    diff <(printf '%s\n' "$made") "$page" | head -5 || true
    [ "$made" = "$(cat $page)" ] || {
        echo "tools/failures.sh: $page is out of date: \`make failures\` makes it anew" >&2
        exit 1
    }
    ;;
*) echo "usage: tools/failures.sh [--check]" >&2; exit 2 ;;
esac
