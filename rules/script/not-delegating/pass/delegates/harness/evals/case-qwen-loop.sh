#!/usr/bin/env bash
set -euo pipefail
root="$(cd "$(dirname "$0")/.." && pwd)"
[ -x "${CTO_HARNESS_CASE_BIN:-}" ] || { echo "CTO_HARNESS_CASE_BIN=missing" >&2; exit 2; }
runner="$root/runner/run-case.sh"
arguments=(--engine case --json)
exec "$runner" "${arguments[@]}" "$@"
