#!/usr/bin/env bash
set -euo pipefail
base_url() {
    echo "${CTO_HARNESS_CASE_LOCAL_BASE_URL%/}"
}
export OPENAI_BASE_URL="$(base_url)"
trap 'echo "stopped at line $LINENO" >&2' ERR
for name in CTO_HARNESS_CASE_LOCAL_BASE_URL; do
    bash -c 'test -n "${!1}"' _ "$name" && echo "$name=present"
done
