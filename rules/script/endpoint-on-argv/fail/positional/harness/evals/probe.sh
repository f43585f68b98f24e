#!/usr/bin/env bash
set -euo pipefail
set -- --base-url "$CTO_HARNESS_CASE_LOCAL_BASE_URL"
agent "$@"
