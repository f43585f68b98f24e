#!/usr/bin/env bash
"$CTO_HARNESS_CASE_BIN" run --json "$@"
