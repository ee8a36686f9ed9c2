#!/usr/bin/env bash
# A base backup into the WAL archive, from where scripts/restore_to_moment.sh goes on to any later moment. The newest ones
# stay (BASE_BACKUPS_KEEP, 2), with all WAL since the oldest of them.
#
#   scripts/base_backup.sh
set -Eeuo pipefail
# shellcheck source=scripts/operations.sh
. "$(dirname "$0")/operations.sh"
# shellcheck source=scripts/wal_archive.sh
. "$(dirname "$0")/wal_archive.sh"

# take ARCHIVE USER KEEP : make one, then remove those before the newest KEEP and the WAL that none of these needs.
take() {
  local base=$1/base draft=$1/base/.part name oldest start
  rm -rf "$draft"
  pg_basebackup -U "$2" -D "$draft" --checkpoint=fast --wal-method=fetch
  # By its end: only to a moment after that it leads.
  name=$(date -u +%Y%m%dT%H%M%SZ)
  mv "$draft" "$base/$name"
  find "$base" -mindepth 1 -maxdepth 1 -type d -name '2*Z' | sort -r | tail -n "+$(($3 + 1))" |
    while IFS= read -r oldest; do rm -rf "$oldest"; done
  oldest=$(find "$base" -mindepth 1 -maxdepth 1 -type d -name '2*Z' | sort | head -1)
  start=$(sed -n 's/^START WAL LOCATION:.*(file \(.*\))$/\1/p' "$oldest/backup_label")
  pg_archivecleanup "$1/wal" "$start"
  du -sh "$base/$name" | cut -f1
}

keep=$(setting BASE_BACKUPS_KEEP 2)
[[ $keep =~ ^[1-9][0-9]*$ ]] || fail "BASE_BACKUPS_KEEP is '$keep'; it must be a number of backups, 1 or more."
[ "$(in_database psql -U "$database_user" -d "$database" -Atc 'SHOW archive_mode')" = on ] ||
  fail "archive_mode is off; with compose, docker-compose.archive.yml switches it on."
say "making a base backup"
size=$(beside_server take "$archive" "$database_user" "$keep")
succeeded base
say "done: $size"
