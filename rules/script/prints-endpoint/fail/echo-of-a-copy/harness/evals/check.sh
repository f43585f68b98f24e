#!/usr/bin/env bash
set -euo pipefail
base="${CTO_HARNESS_CASE_LOCAL_BASE_URL:-}"
if [ -n "$base" ]; then
    echo "using $base"
fi
