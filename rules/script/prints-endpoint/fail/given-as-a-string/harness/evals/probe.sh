#!/usr/bin/env bash
set -euo pipefail
trap 'echo "stopped at $CTO_HARNESS_CASE_LOCAL_BASE_URL"' EXIT
