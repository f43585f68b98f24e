#!/usr/bin/env bash
set -euo pipefail
export GIT_PROVIDER=gitea SECRET_PROVIDER=sops EMBEDDING_MODEL=nomic-embed-text
exec harness/runner/run-case.sh --engine case "$@"
