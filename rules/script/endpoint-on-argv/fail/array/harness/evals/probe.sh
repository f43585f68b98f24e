#!/usr/bin/env bash
arguments=(--base-url "$CTO_HARNESS_CASE_LOCAL_BASE_URL")
node agent.js "${arguments[@]}"
