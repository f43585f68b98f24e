#!/usr/bin/env bash
set -euo pipefail
curl -fsS "${CTO_HARNESS_CASE_LOCAL_BASE_URL%/}/models" > /dev/null
