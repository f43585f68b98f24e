#!/usr/bin/env bash
export OPENAI_BASE_URL=http://spark9.tail4f2a.ts.net:8000/v1
exec node agent.js
