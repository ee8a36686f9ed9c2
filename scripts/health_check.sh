#!/usr/bin/env bash
# Ask each service, in its own protocol, whether it is healthy; exit 1 and alert when one is not.
#
#   scripts/health_check.sh                     API, database and Redis, and the page in the profiles with it
#   SERVICES="api db" scripts/health_check.sh   some of them
set -Eeuo pipefail
# shellcheck source=scripts/operations.sh
. "$(dirname "$0")/operations.sh"

host=$(setting HEALTH_HOST localhost)
api_port=$(setting API_PORT 8000 | sed 's/.*://')
page_port=$(setting FRONTEND_HOST_PORT 3000)
db_port=$(setting DB_HOST_PORT 5432)
redis_port=$(setting REDIS_HOST_PORT 6379)
# The page is asked where it is meant to run; that is the compose stack's to know.
default_services() {
  printf 'api db redis'
  if [ "$mode" != compose ] || compose ps --all --services 2>/dev/null | grep -qx frontend; then printf ' frontend'; fi
}
read -ra services <<<"${SERVICES:-$(default_services)}"

answers_http() { curl --fail --silent --max-time 5 --output /dev/null "http://$host:$1/health"; }

# PostgreSQL answers a request for TLS with one letter, whoever asks: it lives and takes connections.
answers_postgresql() {
  local reply
  exec 3<>"/dev/tcp/$host/$1" || return 1
  printf '\x00\x00\x00\x08\x04\xd2\x16\x2f' >&3
  IFS= read -r -t 5 -N 1 reply <&3 || return 1
  exec 3>&-
  [ "$reply" = S ] || [ "$reply" = N ]
}

# Redis answers PING with PONG, or asks for a password first: either way it lives.
answers_redis() {
  local reply
  exec 3<>"/dev/tcp/$host/$1" || return 1
  printf 'PING\r\n' >&3
  IFS= read -r -t 5 reply <&3 || return 1
  exec 3>&-
  case $reply in +PONG* | -NOAUTH*) ;; *) return 1 ;; esac
}

check() {
  case $1 in
  api) answers_http "$api_port" ;;
  frontend) answers_http "$page_port" ;;
  db) (answers_postgresql "$db_port") 2>/dev/null ;;
  redis) (answers_redis "$redis_port") 2>/dev/null ;;
  *) fail "there is no service $1; known are api, frontend, db, redis." ;;
  esac
}

unhealthy=()
for service in "${services[@]}"; do
  if check "$service"; then
    echo "✅ $service is healthy"
  else
    echo "❌ $service is unhealthy"
    unhealthy+=("$service")
  fi
done
if [ ${#unhealthy[@]} -gt 0 ]; then
  alert "unhealthy on $(hostname): ${unhealthy[*]}"
  exit 1
fi
