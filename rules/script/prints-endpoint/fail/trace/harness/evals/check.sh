#!/usr/bin/env bash
set -eux
[ -n "${CTO_HARNESS_CASE_LOCAL_BASE_URL:-}" ] || exit 2
