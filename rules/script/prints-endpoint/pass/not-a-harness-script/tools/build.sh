#!/usr/bin/env bash
set -x
env | sort
make all
