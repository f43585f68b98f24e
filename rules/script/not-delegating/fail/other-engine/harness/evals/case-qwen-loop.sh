#!/usr/bin/env bash
exec harness/runner/run-case.sh --engine fake "$@"
