#!/usr/bin/env bash
# The agent of the harness in little: asks the model at the endpoint, does what it says, and ends with a result block.
# It never prints where it asked.
set -euo pipefail

url=${CTO_HARNESS_CASE_LOCAL_BASE_URL:?}
provider=$4
model=$6
work=$7
now() { date -u +%Y-%m-%dT%H:%M:%SZ; }
event() { printf '{"ts": "%s", "event": "%s", %s}\n' "$(now)" "$1" "$2" >>"$TRACE"; }

printf '{"level": "info", "msg": "spawn agent", "provider": "%s", "model": "%s"}\n' "$provider" "$model" >&2
path=/${url#*://*/}
host=${url#*://}
host=${host%%/*}
body="{\"model\": \"$model\", \"messages\": [{\"role\": \"user\", \"content\": \"which character joins words?\"}]}"
event model_request "\"provider\": \"$provider\", \"model\": \"$model\""
exec 3<>"/dev/tcp/${RESOLVE%:*}/${RESOLVE#*:}"
printf 'POST %s/chat/completions HTTP/1.1\r\nHost: %s\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s' "$path" "$host" "${#body}" "$body" >&3
answer=$(cat <&3)
served=$(printf '%s' "$answer" | sed -n 's/.*"model": "\([^"]*\)".*/\1/p')
joint=$(printf '%s' "$answer" | sed -n 's/.*"content": "\([^"]*\)".*/\1/p')
event model_response "\"provider\": \"$provider\", \"model\": \"$served\""
event tool_call "\"name\": \"edit_file\", \"args\": {\"path\": \"slugify.sh\", \"find\": \"a-z_\", \"replace\": \"a-z$joint\"}"
sed "s/a-z_/a-z$joint/" "$work/slugify.sh" >"$work/slugify.new"
mv "$work/slugify.new" "$work/slugify.sh"
printf 'edited slugify.sh\n<<<AGENT_RESULT\n{"status": "completed", "summary": "words are joined by %s"}\nAGENT_RESULT>>>\n' "$joint"
