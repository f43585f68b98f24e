#!/usr/bin/env bash
export CASE_PROVIDER=anthropic
exec harness/runner/run-case.sh --engine case "$@"
