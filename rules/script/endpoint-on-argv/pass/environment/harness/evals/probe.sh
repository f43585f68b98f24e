#!/usr/bin/env bash
set -euo pipefail
[[ $CTO_HARNESS_CASE_LOCAL_BASE_URL == http* ]] || exit 2
export OPENAI_BASE_URL="$CTO_HARNESS_CASE_LOCAL_BASE_URL"
OPENAI_API_BASE="$CTO_HARNESS_CASE_LOCAL_BASE_URL" node agent.js --json
