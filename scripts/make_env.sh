#!/usr/bin/env bash
# Make .env from .env.example, with secrets of its own. An existing .env is left alone; what it lacks is added.
set -Eeuo pipefail
cd "$(dirname "$0")/.."
umask 077
[ -f .env ] || cp .env.example .env
for name in POSTGRES_PASSWORD REDIS_PASSWORD JWT_SECRET; do
  value=$(sed -n "s/^$name=//p" .env | tail -1)
  if [ -z "$value" ]; then
    sed -i "/^#\{0,1\} *$name=/d" .env
    printf '%s=%s\n' "$name" "$(openssl rand -hex 32)" >>.env
    echo "wrote $name"
  fi
done
