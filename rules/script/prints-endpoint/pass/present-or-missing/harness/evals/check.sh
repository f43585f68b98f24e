#!/usr/bin/env bash
set -euo pipefail
# echo "$CTO_HARNESS_CASE_LOCAL_BASE_URL" would print it.
if [ -z "${CTO_HARNESS_CASE_LOCAL_BASE_URL:-}" ]; then
    echo "CTO_HARNESS_CASE_LOCAL_BASE_URL=missing"
    exit 2
fi
echo "CTO_HARNESS_CASE_LOCAL_BASE_URL=${CTO_HARNESS_CASE_LOCAL_BASE_URL:+present}"
env -u CTO_HARNESS_CASE_LOCAL_BASE_URL | sort
cat <<'MESSAGE'
Set $CTO_HARNESS_CASE_LOCAL_BASE_URL before you call this.
MESSAGE
