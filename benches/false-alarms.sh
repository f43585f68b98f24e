#!/usr/bin/env bash
# False alarms: random values that were never anywhere, over real text.
#
# Invents values (addresses of 100.64/10 and 10/8, tailnet names, other names), links the text of source trees
# and logs of this machine into a folder, and audits it. Every hit is a false alarm; the goal is none.
#
#     benches/false-alarms.sh [COUNTERFOIL [VALUES [MEGABYTES]]]     default: 200 values, 1024 MB
#
# GROUP values (40) are looked for in one audit.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
counterfoil=$(realpath "${1:-$here/../target/release/counterfoil}")
values=${2:-200}
megabytes=${3:-1024}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

byte() { od -An -N1 -tu1 /dev/urandom | tr -d ' '; }
word() { od -An -N"$1" -tx1 /dev/urandom | tr -d ' \n'; }
for n in $(seq "$values"); do
    port=$((1024 + $(byte) * 200 + $(byte)))
    case $((n % 4)) in
        0) host="100.$((64 + $(byte) % 64)).$(byte).$(byte)" ;;
        1) host="10.$(byte).$(byte).$(byte)" ;;
        2) host="node$(byte).tail$(word 3).ts.net" ;;
        3) host="gpu-$(word 2).$(word 3).example.com" ;;
    esac
    echo "http://$host:$port/v1"
done >"$work/values"

# A run's backend logs are searched whole, whatever they are called; two runs keep two threads busy.
python3 - "$work/text" "$megabytes" /var/log "${CARGO_HOME:-$HOME/.cargo}/registry/src" /usr/share /usr/include \
    /usr/lib/python3 /usr/lib/node_modules /usr/lib /usr/bin "${RUSTUP_HOME:-$HOME/.rustup}" <<'PY'
import os, shutil, sys
work, left, number = sys.argv[1], int(sys.argv[2]) << 20, 0
logs = [f"{work}/20260601T02253{run}Z-r1-false-alarms-{run}/backend" for run in (1, 2)]
for folder in logs:
    os.makedirs(folder)
for root in sys.argv[3:]:
    for folder, folders, files in os.walk(root):
        folders.sort()
        for name in sorted(files):
            path = os.path.join(folder, name)
            try:
                size = os.path.getsize(path)
                if left <= 0 or os.path.islink(path) or not 0 < size < 8 << 20:
                    continue
                shutil.copyfile(path, f"{logs[number % 2]}/{number}.log")
            except OSError:
                continue
            number, left = number + 1, left - size
PY
logs=$work/text
number=$(find "$logs" -type f | wc -l)
echo "text: $(du -sm --apparent-size "$logs" | cut -f1) MB in $number files; values: $values"

split -l "${GROUP:-40}" "$work/values" "$work/group."
began=$(date +%s)
for group in "$work"/group.*; do
    code=0
    "$counterfoil" audit "$work/text" --endpoint-file "$group" --format json >"$group.json" || code=$?
    [ "$code" -le 3 ] && [ "$code" -ne 2 ] || { echo "counterfoil could not audit the text ($code)" >&2; exit 1; }
done
echo "took $(($(date +%s) - began)) s"
python3 - "$work"/group.*.json <<'PY'
import collections, json, sys
hits, gaps = [], set()
for path in sys.argv[1:]:
    outcome = json.load(open(path))
    hits += [f for f in outcome["findings"] if f["rule"].startswith("endpoint/")]
    gaps |= {(gap["path"], gap["why"]) for gap in outcome["gaps"]}
print("false alarms:", len(hits))
for form, count in collections.Counter(f["form"] for f in hits).most_common():
    print(f"  {form}: {count}")
for hit in hits[:20]:
    place = hit["location"]
    print("  ", hit["form"], place["path"].rsplit("/", 1)[1], place["line"], place["container"])
print("gaps:", len(gaps))
for why, count in collections.Counter(why.split(" (")[0] for _, why in gaps).most_common(12):
    print(f"  {count} × {why}")
PY
