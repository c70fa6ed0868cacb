#!/usr/bin/env bash
# tools/layers.sh - names every include that points up or sideways; fails if there is one.
#
#     tools/layers.sh [FOLDER]...      (default: the folder it is called from, the root of the repository)
#
# A row of the table says what files below its folder may include, by the folder the included file lies below. The
# longest folder that fits a file decides; <same> is the file's own folder of that depth (fakes/dns for fakes/dns/x.c).
set -euo pipefail

LAYERS='
base        base
engine      base engine
fakes       base fakes/net <same>
sim         base fakes sim
conformance base engine conformance
scenarios   base engine fakes sim scenarios
reports     base scenarios conformance reports
cli         base engine fakes sim scenarios conformance reports cli
'

cd "${1:-.}"
rooms=()
for room in base engine fakes sim conformance scenarios reports cli; do
    [ ! -d "$room" ] || rooms+=("$room")
done
[ ${#rooms[@]} -gt 0 ] || exit 0

find "${rooms[@]}" -name '*.[ch]' -type f | LC_ALL=C sort | xargs awk -v layers="$LAYERS" '
    function is_below(path, folder) { return index(path, folder "/") == 1 }

    function same_folder(path,   parts) {
        split(path, parts, "/")
        return parts[1] "/" parts[2]
    }

    function is_allowed(path, included,   room, words, n, i, folder) {
        room = substr(path, 1, index(path, "/") - 1)
        n = split(allowed[room], words, " ")
        for (i = 1; i <= n; i++) {
            folder = words[i] == "<same>" ? same_folder(path) : words[i]
            if (is_below(included, folder))
                return 1
        }
        return 0
    }

    function complain(why) {
        printf "%s:%d: %s\n", FILENAME, FNR, why
        wrong = 1
    }

    BEGIN {
        rows = split(layers, lines, "\n")
        for (i = 1; i <= rows; i++)
            if (split(lines[i], words, " ") > 0) {
                room = words[1]
                sub(/^[^ ]+ +/, "", lines[i])
                allowed[room] = lines[i]
            }
    }

    /^[ \t]*#[ \t]*include[ \t]*"/ {
        included = $0
        sub(/^[^"]*"/, "", included)
        sub(/".*/, "", included)
        if (included ~ /(^|\/)\.\.?\//)
            complain("an include starts at the root of the repository: \"" included "\"")
        else if (!(substr(included, 1, index(included, "/") - 1) in allowed))
            complain("an include names a room, starting at the root: \"" included "\"")
        else if (!is_allowed(FILENAME, included))
            complain("must not include \"" included "\": it points up or sideways")
    }

    END { exit wrong }
'
