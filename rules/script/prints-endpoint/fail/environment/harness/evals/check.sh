#!/usr/bin/env bash
# For the log of the run.
env | sort
