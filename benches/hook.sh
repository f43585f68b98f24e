#!/usr/bin/env bash
# How much longer than `git diff --cached --name-only` the pre-commit hook takes: 20 staged files in a
# repository of 50,000. Makes the repository itself, in a temporary folder.
#
#   benches/hook.sh [path to counterfoil] [files] [staged] [runs]
set -euo pipefail
bin=$(realpath "${1:-target/release/counterfoil}")
files=${2:-50000} staged=${3:-20} runs=${4:-15}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
export HOME=$folder GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL=/dev/null
git init -q .
git config gc.auto 0
git config user.name bench && git config user.email bench@example.org
for folder_number in $(seq 0 499); do
    mkdir -p "src/d$((folder_number / 25))/e$folder_number"
done
per=$((files / 500))
awk -v per="$per" 'BEGIN { for (d = 0; d < 500; d++) for (f = 0; f < per; f++) {
    name = sprintf("src/d%d/e%d/file%d.txt", d / 25, d, f)
    printf "file %d in folder %d\nwith a few lines\nof text\n", f, d > name
    close(name) } }'
git add -A && git commit -q -m "Begin"
git gc -q
for n in $(seq 1 "$staged"); do
    file="src/d$((n % 20))/e$((n % 20 * 25 + n / 20))/file$((n % per)).txt"
    { cat "$file"; seq 1 200 | sed "s/^/line of change $n /"; } > changed && mv changed "$file"
done
git add -A
[ "$(git diff --cached --name-only | wc -l)" -eq "$staged" ]

# The median of the wall-clock times of a command, in milliseconds.
median() {
    for _ in $(seq "$runs"); do
        local start end
        start=$(date +%s%N)
        "$@" > /dev/null
        end=$(date +%s%N)
        echo $(((end - start) / 1000))
    done | sort -n | awk '{ all[NR] = $1 } END { printf "%.1f", all[int((NR + 1) / 2)] / 1000 }'
}

# The processor time of a command, in milliseconds: what is left where other work takes the machine's time.
cpu() {
    local TIMEFORMAT='%U %S' times
    times=$({ time for _ in $(seq "$runs"); do "$@" > /dev/null; done; } 2>&1)
    awk -v runs="$runs" '{ printf "%.1f", ($1 + $2) * 1000 / runs }' <<< "$times"
}

row() {
    local name=$1 wall used
    shift
    wall=$(median "$@") used=$(cpu "$@")
    : "${first_wall:=$wall}" "${first_used:=$used}"
    awk -v n="$name" -v w="$wall" -v u="$used" -v fw="$first_wall" -v fu="$first_used" \
        'BEGIN { printf "| %s | %s | %+.1f | %s | %+.1f |\n", n, w, w - fw, u, u - fu }'
}

git diff --cached --name-only > /dev/null
printf '| %s staged of %s files | wall (ms) | over git | processor (ms) | over git |\n' "$staged" "$(git ls-files | wc -l)"
printf '| --- | --- | --- | --- | --- |\n'
row 'git diff --cached --name-only' git diff --cached --name-only
row 'counterfoil hook pre-commit, value not known' "$bin" hook pre-commit
export CTO_HARNESS_CASE_LOCAL_BASE_URL=http://100.101.102.103:8000/v1
row 'counterfoil hook pre-commit, value known' "$bin" hook pre-commit
row 'counterfoil --version' "$bin" --version
