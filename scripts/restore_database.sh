#!/usr/bin/env bash
# Restore the database from a backup, replacing what is in it.
#
#   scripts/restore_database.sh [--yes] BACKUP      a file of backup_database.sh, or "latest"
set -Eeuo pipefail
# shellcheck source=scripts/operations.sh
. "$(dirname "$0")/operations.sh"
# shellcheck source=scripts/backup_store.sh
. "$(dirname "$0")/backup_store.sh"

assume_yes=
if [ "${1:-}" = --yes ]; then
  assume_yes=yes
  shift
fi
backup=${1:?name a backup, or latest}
if [ "$backup" = latest ]; then
  backup=$(latest db)
  [ -n "$backup" ] || fail "there is no backup in $folder; scripts/fetch_backups.sh brings those of BACKUP_BUCKET."
fi
backup=$(readlink -f "$backup")
[ -f "$backup" ] || fail "there is no file $backup."
undamaged "$backup"

content() {
  case $backup in
  *.gz | *.gz.enc) plain "$backup" | gunzip ;;
  *) plain "$backup" ;;
  esac
}

confirm "This replaces all data in the database with $(basename "$backup")."
say "restoring $backup"
if [ "$mode" = sqlite ]; then
  data=$(setting DATA_DIR "${XDG_DATA_HOME:-$HOME/.local/share}/fiedler")
  mkdir -p "$data"
  content >"$data/fiedler.db.restored"
  python3 - "$data/fiedler.db.restored" <<'PYTHON'
import sqlite3, sys
found = sqlite3.connect(sys.argv[1]).execute("PRAGMA integrity_check").fetchone()[0]
sys.exit(f"the backup is damaged: {found}" if found != "ok" else 0)
PYTHON
  # What belongs to the database that is replaced must not be replayed into the new one.
  rm -f "$data/fiedler.db-wal" "$data/fiedler.db-shm"
  mv "$data/fiedler.db.restored" "$data/fiedler.db"
else
  # One transaction: it is restored whole or left as it was.
  content | in_database psql --quiet --single-transaction --set ON_ERROR_STOP=1 --output /dev/null \
    -U "$database_user" "$database"
  forget_lists
fi
say "done"
