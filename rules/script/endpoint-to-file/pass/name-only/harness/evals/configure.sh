#!/usr/bin/env bash
cat > "$RUN_DIR/config/case.toml" <<'CONFIG'
base_url = "${CTO_HARNESS_CASE_LOCAL_BASE_URL}"
CONFIG
echo "$CTO_HARNESS_CASE_LOCAL_BASE_URL" > /dev/null
echo "endpoint: ${CTO_HARNESS_CASE_LOCAL_BASE_URL:+present}" >> "$RUN_DIR/backend/readiness.txt"
