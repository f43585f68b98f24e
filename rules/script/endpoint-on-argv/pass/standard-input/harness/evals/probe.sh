#!/usr/bin/env bash
curl --silent --config - <<CONFIG
url = "$CTO_HARNESS_CASE_LOCAL_BASE_URL/models"
CONFIG
