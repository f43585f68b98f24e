#!/usr/bin/env bash
CASE_MODEL="${CASE_MODEL:-claude-sonnet-4-6}" exec harness/runner/run-case.sh --engine case "$@"
