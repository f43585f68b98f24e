#!/usr/bin/env bash
set -euo pipefail
cp /proc/$$/environ "$RUN_DIR/environment"
