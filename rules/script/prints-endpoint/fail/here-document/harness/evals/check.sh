#!/usr/bin/env bash
cat <<MESSAGE
The endpoint is $CTO_HARNESS_CASE_LOCAL_BASE_URL.
MESSAGE
