#!/usr/bin/env bash
{
    date
    env
} > "$RUN_DIR/backend/environment.txt"
