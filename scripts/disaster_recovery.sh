#!/usr/bin/env bash
# Bring a lost platform back from the newest backups: database, uploads and results, then the services.
#
#   scripts/disaster_recovery.sh [--yes]
set -Eeuo pipefail
# shellcheck source=scripts/operations.sh
. "$(dirname "$0")/operations.sh"

assume_yes=
[ "${1:-}" != --yes ] || assume_yes=yes
folder=$(setting BACKUP_DIR "$repository/backups")
files=$folder/uploads_backup_latest.tar.gz
[ -e "$files" ] || fail "there is no $files; comprehensive_backup.sh makes it."
confirm "This replaces database, uploads and results with the backups in $folder."

if [ "$mode" = compose ]; then
  compose stop api worker 2>/dev/null || true
  compose up -d --wait db redis
  "$repository/scripts/restore_database.sh" --yes latest
  say "restoring uploads and results"
  compose run --rm -T --no-deps --entrypoint tar api -xz -C /app <"$files"
  compose up -d
else
  "$repository/scripts/restore_database.sh" --yes latest
  say "restoring uploads and results"
  data=$(setting DATA_DIR "${XDG_DATA_HOME:-$HOME/.local/share}/fiedler")
  uploads=$(setting UPLOAD_PATH "$data/uploads")
  mkdir -p "$data" "$uploads"
  tar -xzf "$files" -C "$data" --strip-components=1 data/artifacts
  tar -xzf "$files" -C "$uploads" --strip-components=1 uploads
  say "now start the services"
  exit 0
fi
for _ in $(seq 60); do
  "$repository/scripts/health_check.sh" >/dev/null 2>&1 && break
  sleep 2
done
"$repository/scripts/health_check.sh"
