#!/usr/bin/env bash
# run-case.sh --engine case
echo "run-case.sh --engine case"
python3 loop.py
