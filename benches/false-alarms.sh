#!/usr/bin/env bash
# False alarms: random values that were never anywhere, over real text.
#
# Invents values (addresses of 100.64/10 and 10/8, tailnet names, other names), links the text of source trees
# and logs of this machine into a folder, and audits it. Every hit is a false alarm; the goal is none.
#
#     benches/false-alarms.sh [COUNTERFOIL [VALUES [MEGABYTES]]]     default: 200 values, 1024 MB
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

# A run's backend logs are searched whole, whatever they are called.
logs="$work/text/20260601T022535Z-r1-false-alarms-1/backend"
mkdir -p "$logs"
left=$((megabytes * 1024 * 1024))
number=0
for root in /var/log "${CARGO_HOME:-$HOME/.cargo}/registry/src" /usr/share /usr/include /usr/lib/python3 /usr/lib/node_modules /usr/lib /usr/bin "${RUSTUP_HOME:-$HOME/.rustup}"; do
    [ -d "$root" ] || continue
    while IFS=' ' read -r size path; do
        [ "$left" -gt 0 ] || break 2
        number=$((number + 1))
        cp "$path" "$logs/$number-$(basename "$path" | tr -c 'A-Za-z0-9._\n-' '_')" 2>/dev/null || continue
        left=$((left - size))
    done < <(find "$root" -xdev -type f -readable -size +0 -size -8M -printf '%s %p\n' 2>/dev/null | sort -k2)
done
echo "text: $(du -sm --apparent-size "$logs" | cut -f1) MB in $number files; values: $values"

code=0
/usr/bin/time -f "took %e s, %M kB at most" \
    "$counterfoil" audit "$work/text" --endpoint-file "$work/values" --format json >"$work/out.json" || code=$?
[ "$code" -le 3 ] && [ "$code" -ne 2 ] || { echo "counterfoil could not audit the text ($code)" >&2; exit 1; }
python3 - "$work/out.json" <<'PY'
import collections, json, sys
outcome = json.load(open(sys.argv[1]))
hits = [f for f in outcome["findings"] if f["rule"].startswith("endpoint/")]
print("false alarms:", len(hits))
for form, count in collections.Counter(f["form"] for f in hits).most_common():
    print(f"  {form}: {count}")
for hit in hits[:20]:
    place = hit["location"]
    print("  ", hit["form"], place["path"].rsplit("/", 1)[1], place["line"], place["container"])
print("gaps:", len(outcome["gaps"]))
for why, count in collections.Counter(gap["why"].split(" (")[0] for gap in outcome["gaps"]).most_common(12):
    print(f"  {count} × {why}")
PY
