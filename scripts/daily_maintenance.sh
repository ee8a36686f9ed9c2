#!/usr/bin/env bash
# Once a day: services, leftovers, backup, disk, key metrics. Goes on after a step that fails; exits 1 then.
set -Eeuo pipefail
# shellcheck source=scripts/operations.sh
. "$(dirname "$0")/operations.sh"

key_metrics() { curl --fail --silent "http://localhost:$(setting API_PORT 8000 | sed 's/.*://')/metrics" | grep -E '^[^#]*(cpu|memory|disk)'; }

step "services" compose ps
# Stopped containers and unused networks; no image that an earlier version would need.
step "leftovers" docker system prune -f
step "backup" "$repository/scripts/backup_database.sh"
step "disk" df -h
step "key metrics" key_metrics
end_of_maintenance daily
