#!/usr/bin/env bash
# Say what this machine lacks before anything is started: programs and their versions, memory, disk, ports,
# secrets. Exit 1 when something required is missing.
set -Eeuo pipefail
# shellcheck source=scripts/operations.sh
. "$(dirname "$0")/operations.sh"

missing=0
good() { echo "ok       $*"; }
note() { echo "note     $*"; }
bad() {
  echo "MISSING  $*"
  missing=1
}
# at_least FOUND REQUIRED
at_least() { [ "$(printf '%s\n%s\n' "$2" "$1" | sort -V | head -1)" = "$2" ]; }
version_of() { "$@" 2>/dev/null | grep -oE '[0-9]+(\.[0-9]+)+' | head -1; }

# program NAME REQUIRED HOW-TO-INSTALL VERSION-COMMAND…
program() {
  local name=$1 required=$2 how=$3 found
  shift 3
  if ! command -v "$1" >/dev/null; then
    bad "$name $required or newer: not found. $how"
    return
  fi
  found=$(version_of "$@" || true)
  if at_least "${found:-0}" "$required"; then good "$name ${found}"; else bad "$name $required or newer: found ${found:-none}. $how"; fi
}

program Docker 20.10 "See docs.docker.com/engine/install." docker --version
program "Docker Compose" 2.0 "It comes with Docker as docker compose; the guide calls docker-compose." docker-compose version
program git 2.0 "apt-get install git" git --version
program curl 7.0 "apt-get install curl" curl --version
program OpenSSL 1.1.1 "apt-get install openssl" openssl version
if command -v make >/dev/null; then good "make"; else note "make is not here; it only shortens commands"; fi

memory=$(awk '/^MemTotal/ {print int($2 / 1024 / 1024 + 0.5)}' "${PREFLIGHT_MEMINFO:-/proc/meminfo}")
if [ "$memory" -ge 8 ]; then good "$memory GB of memory"; else bad "8 GB of memory: found $memory GB"; fi
disk=$(df -Pk "$repository" | awk 'NR == 2 {print int($4 / 1024 / 1024)}')
if [ "$disk" -ge 50 ]; then good "$disk GB of free disk"; else note "50 GB of free disk are recommended: found $disk GB"; fi
if command -v nvidia-smi >/dev/null; then good "GPU: $(nvidia-smi -L | head -1)"; else note "no GPU; the processor does the work"; fi

for name in POSTGRES_PASSWORD REDIS_PASSWORD JWT_SECRET; do
  value=$(setting "$name")
  if [ -z "$value" ]; then bad "$name in .env: make env writes one"; else good "$name is set"; fi
done
for port in 8000 3000 80 443; do
  if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then note "port $port is in use"; fi
done
exit $missing
