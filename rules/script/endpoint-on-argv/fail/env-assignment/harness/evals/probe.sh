#!/bin/sh
env OPENAI_BASE_URL="$CTO_HARNESS_CASE_LOCAL_BASE_URL" node agent.js
