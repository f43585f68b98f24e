#!/usr/bin/env bash
# A first audit of a repository's objects, and a second one with the cache: times, and their ratio.
#
#   benches/cache.sh path/to/counterfoil REPOSITORY…
set -euo pipefail
bin=$(realpath "$1")
shift
export XDG_CACHE_HOME CTO_HARNESS_CASE_LOCAL_BASE_URL=http://100.101.102.103:8000/v1
seconds() {
    local start end code=0
    start=$(date +%s%N)
    "$bin" audit --only git --quiet --threads 2 "$1" > "$2" || code=$?
    end=$(date +%s%N)
    [ "$code" -eq 0 ] || [ "$code" -eq 1 ] || [ "$code" -eq 3 ] || exit "$code"
    awk "BEGIN { printf \"%.2f\", ($end - $start) / 1e9 }"
}
echo '| repository | first (s) | second (s) | second / first |'
echo '| --- | --- | --- | --- |'
for repository in "$@"; do
    XDG_CACHE_HOME=$(mktemp -d)
    first=$(seconds "$repository" "$XDG_CACHE_HOME/first")
    second=$(seconds "$repository" "$XDG_CACHE_HOME/second")
    cmp -s "$XDG_CACHE_HOME/first" "$XDG_CACHE_HOME/second" || echo "the two audits of $repository differ" >&2
    printf '| %s | %s | %s | %s |\n' "$repository" "$first" "$second" "$(awk "BEGIN { printf \"%.0f %%\", 100 * $second / $first }")"
    rm -rf "$XDG_CACHE_HOME"
done
