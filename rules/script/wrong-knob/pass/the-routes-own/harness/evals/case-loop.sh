#!/usr/bin/env bash
set -euo pipefail
export CASE_PROVIDER=qwen-local CASE_MODEL="${CASE_MODEL:-qwen3.6-35b-a3b}" CASE_FALLBACK_MODEL=
export CASE_BASELINE_MODEL=none CTO_HARNESS_CASE_MODEL_ADMISSION_FILE=admission.json
exec harness/runner/run-case.sh --engine case --model "$CASE_MODEL" "$@"
