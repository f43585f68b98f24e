#!/usr/bin/env bash
exec harness/runner/run-case.sh --engine case --model qwen3.6-35b-a3b --fallback-model=claude-sonnet-4-6 "$@"
