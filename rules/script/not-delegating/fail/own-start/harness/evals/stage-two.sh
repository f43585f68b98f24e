#!/usr/bin/env bash
set -euo pipefail
: "${CTO_HARNESS_CASE_BIN:?is missing}"
exec "$CTO_HARNESS_CASE_BIN" run --json "$@"
