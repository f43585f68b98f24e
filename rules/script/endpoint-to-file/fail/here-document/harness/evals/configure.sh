#!/usr/bin/env bash
cat > "$RUN_DIR/config/case.toml" <<CONFIG
base_url = "$CTO_HARNESS_CASE_LOCAL_BASE_URL"
CONFIG
