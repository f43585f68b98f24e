#!/usr/bin/env bash
# How fast counterfoil audits many run directories, beside ripgrep over the same folder.
#
#   benches/runs.sh [RUNS] [FOLDER]
#
# Makes RUNS (10,000) run directories of 12 files each in FOLDER (a temporary one, removed at the end), and
# times `counterfoil audit` and `rg -F VALUE` in turns, warm caches, best of ROUNDS (3). Prints runs a second, the
# ratio and the peak of resident memory. COUNTERFOIL names the binary.
set -eu
runs=${1:-10000}
rounds=${ROUNDS:-3}
here=$(cd "$(dirname "$0")/.." && pwd)
counterfoil=${COUNTERFOIL:-$here/target/release/counterfoil}
[ -x "$counterfoil" ] || { echo "no $counterfoil: cargo build --release first, or set COUNTERFOIL" >&2; exit 2; }
. "$here/benches/folder.sh" "${2:-}"

export CTO_HARNESS_CASE_LOCAL_BASE_URL=http://100.101.102.103:8000/v1

python3 - "$folder" "$runs" <<'PY'
import datetime, hashlib, json, os, sys

folder, runs = sys.argv[1], int(sys.argv[2])
start = datetime.datetime(2026, 6, 1, tzinfo=datetime.timezone.utc)
model = {"provider": "qwen-local", "model": "qwen3.6-35b-a3b"}
fixtures = ["string-slugify", "csv-totals", "interval-merge"]


def moment(at, millis=0):
    return (at + datetime.timedelta(milliseconds=millis)).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


def make(number):
    at = start + datetime.timedelta(seconds=97 * number)
    fixture = fixtures[number % 3]
    run = f"{at:%Y%m%dT%H%M%SZ}-r1-{fixture}-{1000 + number}"
    path = os.path.join(folder, run)
    if os.path.exists(path):
        return
    patch = (
        f"diff --git a/src/{fixture}.js b/src/{fixture}.js\nindex 1111111..2222222 100644\n"
        f"--- a/src/{fixture}.js\n+++ b/src/{fixture}.js\n@@ -1,2 +1,2 @@\n function f(s) {{\n-  return s\n"
        f"+  return s.trim({number})\n"
    )
    report = {
        "schema": "harness-evidence/1", "kind": "run", "run_id": run,
        "command": "harness/evals/case-qwen-loop.sh --json", "stage": 2,
        "started_at": moment(at), "finished_at": moment(at, 90_000), "status": "pass", "backend": "case",
        "backend_exit_code": 0, "case_process_started": True, "case_model_provider": model["provider"],
        "case_model": model["model"], "case_model_admission_status": "admitted",
        "source_admission_status": "admitted", "endpoint_config": "present", "failure_reason": None,
        "changed_files": [f"src/{fixture}.js"],
        "patch": {"path": "patch.diff", "sha256": hashlib.sha256(patch.encode()).hexdigest(), "bytes": len(patch)},
        "tests": {"status": "pass", "passed": 4, "failed": 0, "path": "tests.json"},
        "baseline": {"engine": "fake", "run_id": run, "status": "fail", "report": "baseline/report.json"},
    }
    baseline = dict(report, backend="fake", status="fail", started_at=moment(at, 1000), finished_at=moment(at, 3000),
                    tests={"status": "fail", "passed": 3, "failed": 1, "path": "tests.json"})
    events = [("run_started", {"run_id": run, "status": "running"}), ("endpoint_config_checked", {"result": "present"})]
    events += [("input_checked", {"name": name, "result": "present"})
               for name in ("CTO_HARNESS_CASE_BIN", "CTO_HARNESS_CASE_MODEL_ADMISSION_FILE")]
    events += [("case_process_started", {"pid": 1000 + number})]
    for turn in range(6):
        events += [("model_request", model), ("model_response", model),
                   ("tool_call", {"name": "edit", "args": {"path": f"src/{fixture}.js", "text": f"step {turn} of {number}"}})]
    events += [("agent_result", {"ok": True, "error": None}), ("case_process_exited", {"code": 0}),
               ("run_finished", {"run_id": run, "status": "pass"})]
    trace = "".join(json.dumps({"ts": moment(at, 3000 + 1000 * n), "event": name, **fields}) + "\n"
                    for n, (name, fields) in enumerate(events))
    log = "".join(f"{moment(at, n)} step {n}: read src/{fixture}.js and thought about line {n * number % 211}\n" for n in range(60))
    files = {
        "report.json": json.dumps(report, indent=2) + "\n",
        "trace.jsonl": trace,
        "task.md": f"# Task\n\nMend the fixture {fixture}, attempt {number}.\n",
        "argv.json": json.dumps([{"process": "case", "argv": ["case", "--engine", "case", "--provider", model["provider"], "--model", model["model"]]}]) + "\n",
        "admission.json": json.dumps(dict(model, status="admitted")) + "\n",
        "tests.json": json.dumps({"status": "pass", "passed": 4, "failed": 0}) + "\n",
        "patch.diff": patch,
        "config/case.toml": f'provider = "{model["provider"]}"\nmodel = "{model["model"]}"\n',
        "backend/stdout.log": log + '<<<AGENT_RESULT\n{"status": "completed"}\nAGENT_RESULT>>>\n',
        "backend/stderr.log": json.dumps(dict(model, msg="spawn", level="info")) + "\n" + log,
        "baseline/report.json": json.dumps(baseline, indent=2) + "\n",
        "baseline/tests.json": json.dumps({"status": "fail", "passed": 3, "failed": 1}) + "\n",
    }
    for name, text in files.items():
        target = os.path.join(path, name)
        os.makedirs(os.path.dirname(target), exist_ok=True)
        with open(target, "w") as file:
            file.write(text)


for number in range(runs):
    make(number)
PY

timed() { python3 "$here/benches/timed.py" "$@"; }

"$counterfoil" audit --quiet "$folder" >/dev/null 2>&1 || true
for round in $(seq "$rounds"); do
    timed rg rg -F -uuu --no-messages "$CTO_HARNESS_CASE_LOCAL_BASE_URL" "$folder"
    timed counterfoil "$counterfoil" audit --quiet --progress never "$folder"
done | PYTHONPATH="$here/benches" python3 -B -c '
import sys
from timed import best
runs = int(sys.argv[1])
found = best(sys.stdin, ("counterfoil",))
for name, (wall, cpu, peak) in found.items():
    print(f"{name:12} {wall:7.3f} s  {cpu:7.3f} s CPU  {runs / wall:9.0f} runs/s  peak {peak / 1024:6.1f} MiB")
rg, own = found["rg"], found["counterfoil"]
print(f"ratio        {own[0] / rg[0]:7.2f} (goal: at most 4)   CPU {own[1] / rg[1]:.2f}   {own[1] / runs * 1e6:.0f} us CPU a run")
' "$runs"
