#!/usr/bin/env bash
# How fast clean logs are searched for every form of a value, beside `rg -F` with three needles.
#
#     benches/logs.sh [MEGABYTES [FOLDER]]     default: 2048 MB, in a temporary folder
#
# Makes logs of six kinds (an engine's, a proxy's, JSON Lines, syslog, lines with UUIDs and digests, tracebacks) in files of
# 8 MB, and searches them ROUNDS times (3) with two threads, warm. SEARCH names the benchmark's binary.
set -euo pipefail
here=$(cd "$(dirname "$0")/.." && pwd)
megabytes=${1:-2048}
if [ -z "${SEARCH:-}" ]; then
    SEARCH=$(cd "$here" && cargo bench --no-run --bench search 2>&1 | sed -n 's/.*Executable.*(\(.*\))/\1/p')
    case $SEARCH in /*) ;; *) SEARCH=$here/$SEARCH ;; esac
fi
. "$here/benches/folder.sh" "${2:-}"
python3 - "$folder" "$megabytes" <<'PY'
import json, os, random, sys, uuid
random.seed(5)
folder, megabytes = sys.argv[1], int(sys.argv[2])
SIZE = 8 << 20
WORDS = """the model answered request cache prefill decode tokens step worker engine started finished queue batch running
waiting GPU KV usage prompt throughput loaded weights shard from of with error retry timeout connection closed""".split()
word = lambda: random.choice(WORDS)
words = lambda count: " ".join(word() for _ in range(count))
time = lambda n: f"2026-06-{n % 28 + 1:02}T{n // 3600 % 24:02}:{n // 60 % 60:02}:{n % 60:02}.{n * 37 % 1000:03}Z"
KINDS = {
    "engine": lambda n: f"{time(n)} INFO vllm.engine.async_llm_engine: Avg prompt throughput: {random.random() * 900:.1f} tokens/s, Running: {n % 9} reqs, GPU KV cache usage: {random.random() * 100:.1f}%",
    "proxy": lambda n: f'192.168.{n % 256}.{n * 7 % 256} - - [{time(n)}] "POST /v1/chat/completions HTTP/1.1" 200 {random.randrange(99999)} "-" "openai-python/1.{n % 90}.0"',
    "json": lambda n: json.dumps({"ts": time(n), "event": "tool_call", "name": "edit", "args": {"path": f"src/{word()}.js", "text": words(8)}, "ok": True, "took_ms": n % 4001}),
    "syslog": lambda n: f"Jun {n % 28 + 1:2} {n // 3600 % 24:02}:{n // 60 % 60:02}:{n % 60:02} host{n % 7} systemd[{n % 30000}]: Started session-{n}.scope - {words(6)}.",
    "digests": lambda n: f"{time(n)} DEBUG req={uuid.UUID(int=random.getrandbits(128))} sha256={random.getrandbits(256):064x} {words(5)}",
    "traceback": lambda n: f'  File "/usr/lib/python3.11/site-packages/vllm/{word()}/{word()}.py", line {n % 999}, in {word()}_{word()}\n    {words(6)}',
}
for kind, line in KINDS.items():
    block, number = bytearray(), 0
    while len(block) < SIZE:
        block += f"{line(number)}\n".encode()
        number += 1
    for copy in range(max(1, megabytes // 8 // len(KINDS))):
        with open(os.path.join(folder, f"{kind}-{copy}.log"), "wb") as file:
            file.write(block[:SIZE])
PY
needles=(-e http://spark9.tail4f2a.ts.net:8000/v1 -e spark9.tail4f2a.ts.net -e spark9.tail4f2a.ts.net:8000)
TIMEFORMAT='rg -F, three needles: %R s'
cat "$folder"/* >/dev/null
for _ in $(seq "${ROUNDS:-3}"); do
    COUNTERFOIL_FOLDER=$folder "$SEARCH"
    time (rg -j2 -c -a -F "${needles[@]}" "$folder" >/dev/null || true)
done
