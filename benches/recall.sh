#!/usr/bin/env bash
# How much of what real clients write about an endpoint is found.
#
# Captures what curl, Python's and node's clients, jq, bash, strace, dumps and archivers print about two
# invented values, and audits the captures. It runs in a network namespace that has nothing but a loopback
# interface: the name is mapped to 127.0.0.1, the address has no route, and no packet can leave.
#
#     benches/recall.sh [COUNTERFOIL]     prints the table form × captured × found, and what was missed
#
# Wants: unshare, ip, python3 with venv; everything else is captured where it is installed, and told where not.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
work=${RECALL_DIR:-$here/../target/recall}
counterfoil=$(realpath "${1:-$here/../target/release/counterfoil}")
mkdir -p "$work"
work=$(cd "$work" && pwd)

if [ ! -x "$work/venv/bin/python" ] || ! "$work/venv/bin/python" -c 'import requests, httpx, openai, aiohttp, rich, yaml' 2>/dev/null; then
    python3 -m venv "$work/venv"
    "$work/venv/bin/pip" -q install requests httpx openai aiohttp rich pyyaml
fi

# Invented anew each time: nothing is tuned to a value.
random() { od -An -N"$1" -tu1 /dev/urandom | tr -s ' ' | sed 's/^ //'; }
read -r a b c p <<<"$(random 4)"
port=$((20000 + a * 97 + p))
address="100.$((64 + a % 64)).$b.$c"
name="node$((b % 90 + 10)).tail$(od -An -N3 -tx1 /dev/urandom | tr -d ' \n').ts.net"

rm -rf "$work/captures"
mkdir -p "$work/captures"
printf '127.0.0.1 localhost %s\n' "$name" >"$work/hosts"

# The children of this shell see a network without a way out, and their own hosts file.
unshare -rnm bash -c '
    ip link set lo up
    mount --bind "$1/hosts" /etc/hosts
    exec "$1/venv/bin/python" "$2/recall/capture.py" "$1/captures" "$3" "$4" "$5"
' capture "$work" "$here" "$name" "$address" "$port" || { echo "capturing failed" >&2; exit 1; }

for value in name address; do
    host=${!value}
    code=0
    CTO_HARNESS_CASE_LOCAL_BASE_URL="http://$host:$port/v1" \
        "$counterfoil" audit "$work/captures/$value" --format json >"$work/$value.json" || code=$?
    [ "$code" -le 3 ] && [ "$code" -ne 2 ] || { echo "counterfoil could not audit the captures ($code)" >&2; exit 1; }
done
"$work/venv/bin/python" "$here/recall/table.py" "$work"
