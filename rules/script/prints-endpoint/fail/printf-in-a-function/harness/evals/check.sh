#!/bin/sh
say() {
    printf '%s\n' "endpoint: $1" >&2
}
say "$CTO_HARNESS_CASE_LOCAL_BASE_URL"
