#!/bin/sh
printf 'base=%s\n' "$CTO_HARNESS_CASE_LOCAL_BASE_URL" | tee -a settings.env
