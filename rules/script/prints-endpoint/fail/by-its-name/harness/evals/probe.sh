#!/usr/bin/env bash
set -euo pipefail
for name in CTO_HARNESS_CASE_LOCAL_BASE_URL; do
    echo "$name=${!name}"
done
