#!/bin/sh
# Write where the API is into /tmp/configuration.js, which the page loads first; then run the web server.
# So one built image serves every deployment, and its file system stays read-only.
set -eu

quoted() { printf '%s' "$1" | sed 's/[\\"]/\\&/g; s/</\\u003c/g'; }

{
  printf 'window.fiedlerConfiguration = {\n'
  for name in VITE_API_BASE_URL VITE_WS_URL VITE_ENVIRONMENT; do
    printf '  "%s": "%s",\n' "$name" "$(quoted "$(printenv "$name" || true)")"
  done
  printf '};\n'
} >/tmp/configuration.js

exec "$@"
