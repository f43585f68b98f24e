#!/usr/bin/env bash
# A harness in little: it makes a fixture, a baseline and a real agent process that asks a model over HTTP, and writes
# down what truly happened, in the form of the evidence interface.
#
#   run.sh DIR      DIR is the run directory to write; its name is the run's id
#
# From the environment: CTO_HARNESS_CASE_LOCAL_BASE_URL, and RESOLVE, the host:port that the endpoint's name stands for here.
set -euo pipefail

dir=$1
id=${dir##*/}
provider=qwen-local
model=qwen3.6-35b-a3b
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

now() { date -u +%Y-%m-%dT%H:%M:%SZ; }
digest() { sha256sum "$1" | cut -d' ' -f1; }
size() { wc -c <"$1" | tr -d ' '; }
event() { printf '{"ts": "%s", "event": "%s"%s}\n' "$(now)" "$1" "${2:+, $2}" >>"$dir/trace.jsonl"; }

# Runs the fixture's tests for real: sets passed, failed and status.
try() {
    passed=0 failed=0
    for check in 'Hello World=hello-world' 'a b c=a-b-c' 'plain=plain'; do
        if [ "$(bash "$work/b/slugify.sh" "${check%%=*}")" = "${check#*=}" ]; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
    done
    if [ "$failed" -eq 0 ]; then status=pass; else status=fail; fi
    printf '{"status": "%s", "passed": %d, "failed": %d}\n' "$status" "$passed" "$failed" >"$1"
}

# report FILE COMMAND ENGINE STARTED STATUS EXIT STARTED? PROVIDER MODEL ADMITTED SOURCE REASON FILES PATCH TESTS BASELINE
report() {
    cat >"$1" <<JSON
{
  "schema": "harness-evidence/1", "kind": "run", "run_id": "$id", "command": "$2", "stage": 2,
  "started_at": "$4", "finished_at": "$(now)", "status": "$5", "backend": "$3", "backend_exit_code": $6,
  "case_process_started": $7, "case_model_provider": $8, "case_model": $9, "case_model_admission_status": ${10},
  "source_admission_status": "${11}", "endpoint_config": "present", "failure_reason": ${12},
  "changed_files": ${13},
  "patch": {"path": "${14}", "sha256": "$(digest "$dir/${14}")", "bytes": $(size "$dir/${14}")},
  "tests": {"status": "$status", "passed": $passed, "failed": $failed, "path": "${15}"}${16}
}
JSON
}

mkdir -p "$dir/backend" "$dir/baseline" "$dir/config" "$work/a" "$work/b"
started=$(now)
event run_started "\"run_id\": \"$id\""
event endpoint_config_checked '"result": "present"'
printf '%s\n' 'printf %s "$1" | tr "A-Z " "a-z_"' >"$work/a/slugify.sh"
cp "$work/a/slugify.sh" "$work/b/slugify.sh"
printf 'Words are joined by `_`; join them by `-`.\n' >"$dir/task.md"
printf '{"provider": "%s", "model": "%s", "status": "admitted"}\n' "$provider" "$model" >"$dir/admission.json"
printf '{"provider": "%s", "model": "%s", "base_url_env": "CTO_HARNESS_CASE_LOCAL_BASE_URL"}\n' "$provider" "$model" >"$dir/config/case.json"

# The baseline: the fake engine changes nothing.
try "$dir/baseline/tests.json"
: >"$dir/baseline/patch.diff"
report "$dir/baseline/report.json" "run-case.sh --engine fake" fake "$started" "$status" 0 false null null null not_admitted \
    '"tests failed"' '[]' baseline/patch.diff baseline/tests.json ''
baseline_status=$status

# The agent: a process of its own, which gets the endpoint in its environment and asks the model.
argv=("$(dirname "$0")/agent.sh" --engine case --provider "$provider" --model "$model")
printf '[{"process": "case", "argv": ["agent.sh", "--engine", "case", "--provider", "%s", "--model", "%s"]}]\n' "$provider" "$model" >"$dir/argv.json"
code=0
(
    event case_process_started "\"pid\": $BASHPID"
    TRACE="$dir/trace.jsonl" exec bash "${argv[@]}" "$work/b"
) >"$dir/backend/stdout.log" 2>"$dir/backend/stderr.log" || code=$?
if tail -n 3 "$dir/backend/stdout.log" | grep -q '"status": "completed"'; then ok=true error=null; else ok=false error='"no result"'; fi
event agent_result "\"ok\": $ok, \"error\": $error"
event case_process_exited "\"code\": $code"

# What came of it.
(cd "$work" && git diff --no-index --no-prefix a b) >"$dir/patch.diff" || true
try "$dir/tests.json"
if [ -s "$dir/patch.diff" ]; then source=admitted files='["slugify.sh"]'; else source=not_admitted files='[]'; fi
outcome=$status reason=null
if [ "$code" -ne 0 ] || [ "$ok" = false ]; then outcome=fail reason='"case agent result protocol failed"'; fi
event run_finished "\"run_id\": \"$id\", \"status\": \"$outcome\""
report "$dir/report.json" "tests/all/harness/run.sh" case "$started" "$outcome" "$code" true "\"$provider\"" "\"$model\"" '"admitted"' \
    "$source" "$reason" "$files" patch.diff tests.json \
    ", \"baseline\": {\"engine\": \"fake\", \"run_id\": \"$id\", \"status\": \"$baseline_status\", \"report\": \"baseline/report.json\"}"
