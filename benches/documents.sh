#!/usr/bin/env bash
# How fast counterfoil holds many documents against the runs that they cite, beside a plain pulldown-cmark pass.
#
#   benches/documents.sh [DOCUMENTS] [FOLDER]
#
# Makes DOCUMENTS (10,000) documents of 200 lines, each with 30 claims about a run of its own, and those runs, in FOLDER
# (a temporary one, removed at the end). Times, in turns, warm caches, best of ROUNDS (3): the pass (examples/markdown-pass.rs,
# same files, same threads), an audit of the runs alone, and one of runs and documents. What documents cost is the difference of the
# two audits. COUNTERFOIL and MARKDOWN_PASS name the binaries.
#
# Of documents beyond 64 MiB of words (about 3,200 of these) the words are read a second time when they are judged, so that
# memory stays bounded: the processor time of one rises there.
set -eu
documents=${1:-10000}
rounds=${ROUNDS:-3}
here=$(cd "$(dirname "$0")/.." && pwd)
counterfoil=${COUNTERFOIL:-$here/target/release/counterfoil}
pass=${MARKDOWN_PASS:-$here/target/release/examples/markdown-pass}
for binary in "$counterfoil" "$pass"; do
    [ -x "$binary" ] || { echo "no $binary: cargo build --release --example markdown-pass first" >&2; exit 2; }
done
. "$here/benches/folder.sh" "${2:-}"

export CTO_HARNESS_CASE_LOCAL_BASE_URL=http://100.101.102.103:8000/v1

python3 - "$folder" "$documents" <<'PY'
import datetime, json, os, sys

folder, count = sys.argv[1], int(sys.argv[2])
start = datetime.datetime(2026, 6, 1, tzinfo=datetime.timezone.utc)
empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as file:
        file.write(text)


def make(number):
    at = start + datetime.timedelta(seconds=97 * number)
    run = f"{at:%Y%m%dT%H%M%SZ}-r1-string-slugify-{1000 + number}"
    document = f"{folder}/documents/.sot/{number % 100:02}/item-{number:05}.md"
    if os.path.exists(document):
        return
    begun, ended = f"{at:%Y-%m-%dT%H:%M:%SZ}", f"{at + datetime.timedelta(seconds=20):%Y-%m-%dT%H:%M:%SZ}"
    report = {
        "schema": "harness-evidence/1", "kind": "run", "run_id": run, "command": "harness/evals/case-qwen-loop.sh --json",
        "stage": 2, "started_at": begun, "finished_at": ended, "status": "fail", "backend": "case", "backend_exit_code": 1,
        "case_process_started": True, "case_model_provider": "qwen-local", "case_model": "qwen3.6-35b-a3b",
        "case_model_admission_status": "admitted", "source_admission_status": "not_admitted", "endpoint_config": "present",
        "failure_reason": "case agent result protocol failed", "changed_files": [],
        "patch": {"path": "patch.diff", "sha256": empty, "bytes": 0},
        "tests": {"status": "fail", "passed": 2, "failed": 2, "path": "tests.json"},
    }
    path = f"{folder}/runs/{run}"
    write(f"{path}/report.json", json.dumps(report, indent=2) + "\n")
    write(f"{path}/patch.diff", "")
    write(f"{path}/tests.json", '{"status": "fail", "passed": 2, "failed": 2}\n')
    event = lambda name, **fields: json.dumps({"ts": begun, "event": name, **fields}) + "\n"
    write(f"{path}/trace.jsonl", event("run_started", run_id=run, status="running") + event("endpoint_config_checked", result="present")
          + event("case_process_started", pid=number + 1) + event("case_process_exited", code=1)
          + event("run_finished", run_id=run, status="fail"))
    lines = ["---", f"title: Work item {number}", "status: draft", "lifecycle_classification: sot", "owner: jp", "created: 2026-06-01",
             "last_reviewed: 2026-06-02", "core_promotion_status: not-promoted", "route: cto", "---", "", f"# Work item {number}", ""]
    for part in range(2):
        own = f"CTO-WORK-{2 * number + part}"
        lines += [f"## {own} - Part {part} of item {number}", "", "Status: blocked.", "", "Acceptance:", ""]
        lines += [f"- `qwen3.6-35b-a3b` solves step {step} of the fixture, and the harness says so." for step in range(8)]
        lines += [f"- {own} remains blocked until real Case Stage 2 pass evidence exists.", "", "Blocked by:", "",
                  "- Real Case Stage 2 pass evidence.", ""]
        lines += [f"- Line {line} of what was seen: the **model** answered in `{line}` steps and said nothing of it." for line in range(30)]
        lines += [""]
    for section in range(2):
        labels = [("Command", "`harness/evals/case-qwen-loop.sh --json`"), ("Stage", "2"), ("Started at", begun), ("Report status", "`fail`"),
                  ("Backend", "case"), ("Backend exit code", "1"), ("Case process started", "true"), ("Case model provider", "`qwen-local`"),
                  ("Case model", "`qwen3.6-35b-a3b`"), ("Source admission status", "not admitted"), ("Changed files", "none"), ("Tests passed", "2")]
        lines += [f"## Runtime Evidence {section} - 2026-06-0{section + 1}", "", f"- Run artifact directory: `/srv/hermes/harness-runs/{run}`."]
        lines += [f"- {label}: {value}." for label, value in labels]
        lines += ["- The harness recorded no changed files.", "- The patch artifact was empty.", ""]
    lines += [f"Prose line {line}: what was learnt, in words that claim nothing of any run and are only read." for line in range(200 - len(lines))]
    write(document, "\n".join(lines[:200]) + "\n")


for number in range(count):
    make(number)
PY

timed() { python3 "$here/benches/timed.py" "$@"; }

"$counterfoil" audit --quiet "$folder" >/dev/null 2>&1 || true
for round in $(seq "$rounds"); do
    timed pulldown-cmark "$pass" "$folder/documents"
    timed runs "$counterfoil" audit --quiet --progress never --format json "$folder/runs"
    timed both "$counterfoil" audit --quiet --progress never --format json "$folder"
done | PYTHONPATH="$here/benches" python3 -B -c '
import sys
from timed import best
count = int(sys.argv[1])
found = best(sys.stdin, ("pulldown-cmark", "runs", "both"))
for name, (wall, cpu, peak) in found.items():
    print(f"{name:15} {wall:7.3f} s  {cpu:7.3f} s CPU  peak {peak / 1024:6.1f} MiB")
floor, wall, cpu = found["pulldown-cmark"], found["both"][0] - found["runs"][0], found["both"][1] - found["runs"][1]
print(f"documents       {wall:7.3f} s  {cpu:7.3f} s CPU  {count / wall:9.0f} documents/s")
print(f"ratio           {wall / floor[0]:7.2f} (goal: at most 5)   CPU {cpu / floor[1]:.2f}   {cpu / count * 1e6:.0f} us CPU a document")
' "$documents"
