#!/usr/bin/env bash
# Once a week: full and base backup, newer images, unused ones away, logs rotated, images scanned where a scanner is at hand.
set -Eeuo pipefail
# shellcheck source=scripts/operations.sh
. "$(dirname "$0")/operations.sh"

scan() {
  if command -v trivy >/dev/null; then
    trivy image --severity HIGH,CRITICAL "$(setting REGISTRY local)/clustering-backend:$(setting TAG latest)"
  else
    say "no scanner: install trivy to have the images scanned"
  fi
}
rotate() {
  if [ -f /etc/logrotate.d/docker ]; then logrotate /etc/logrotate.d/docker; else say "the log driver rotates"; fi
}

# Where the database archives its WAL: see docs/operations/backup.md.
base_backup() {
  if [ -n "$(setting WAL_ARCHIVE)" ] || [[ $(setting COMPOSE_FILE) == *archive* ]]; then
    "$repository/scripts/base_backup.sh"
  else
    say "no archive of the WAL: nothing to do"
  fi
}

step "full backup" "$repository/scripts/comprehensive_backup.sh"
step "base backup" base_backup
step "newer images" compose pull --ignore-buildable
step "start them" compose up -d
# A week old and unused: the version before this one stays for a rollback.
step "unused images" docker image prune -af --filter until=168h
step "logs" rotate
step "scan" scan
end_of_maintenance weekly
