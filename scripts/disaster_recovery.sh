#!/usr/bin/env bash
# Bring a lost platform back from the newest backups: database, uploads and results, then the services.
# Where BACKUP_DIR is lost too, they are fetched from BACKUP_BUCKET.
#
#   scripts/disaster_recovery.sh [--yes]
set -Eeuo pipefail
# shellcheck source=scripts/operations.sh
. "$(dirname "$0")/operations.sh"
# shellcheck source=scripts/backup_store.sh
. "$(dirname "$0")/backup_store.sh"

assume_yes=
[ "${1:-}" != --yes ] || assume_yes=yes
if [ -z "$(latest uploads)" ] && [ -n "$bucket" ]; then
  "$repository/scripts/fetch_backups.sh" latest
fi
files=$(latest uploads)
[ -n "$files" ] || fail "there is no uploads_backup_latest in $folder; comprehensive_backup.sh makes it."
undamaged "$files"
confirm "This replaces database, uploads and results with the backups in $folder."

if [ "$mode" = compose ]; then
  compose stop api worker 2>/dev/null || true
  compose up -d --wait db redis
  "$repository/scripts/restore_database.sh" --yes latest
  say "restoring uploads and results"
  plain "$files" | compose run --rm -T --no-deps --entrypoint tar api -xz -C /app
  compose up -d
else
  "$repository/scripts/restore_database.sh" --yes latest
  say "restoring uploads and results"
  data=$(setting DATA_DIR "${XDG_DATA_HOME:-$HOME/.local/share}/fiedler")
  uploads=$(setting UPLOAD_PATH "$data/uploads")
  mkdir -p "$data" "$uploads"
  plain "$files" | tar -xz -C "$data" --strip-components=1 data/artifacts
  plain "$files" | tar -xz -C "$uploads" --strip-components=1 uploads
  say "now start the services"
  exit 0
fi
for _ in $(seq 60); do
  "$repository/scripts/health_check.sh" >/dev/null 2>&1 && break
  sleep 2
done
"$repository/scripts/health_check.sh"
