#!/usr/bin/env bash
# Back up the database to BACKUP_DIR (default: backups/) as backup_DATE.sql.gz, check what was written, remove
# backups older than seven days, and keep it in BACKUP_BUCKET too, for as long.
#
#   scripts/backup_database.sh
#   BACKUP_DIR=/backups BACKUP_BUCKET=s3://your-backup-bucket/clustering scripts/backup_database.sh
#
# BACKUP_MODE: compose (the service db), direct (POSTGRES_HOST …), sqlite (DATA_DIR of an embedded platform).
# BACKUP_PASSPHRASE_FILE: encrypt with the passphrase in this file.
# BACKUP_UPLOAD_COMMAND: hand the file to another store than S3's or Google's, with {} for its path.
set -Eeuo pipefail
# shellcheck source=scripts/operations.sh
. "$(dirname "$0")/operations.sh"
# shellcheck source=scripts/backup_store.sh
. "$(dirname "$0")/backup_store.sh"

upload=$(setting BACKUP_UPLOAD_COMMAND)
date=$(date +%Y%m%d_%H%M%S)
case $mode in sqlite) kind=db ;; *) kind=sql ;; esac
name=backup_$date.$kind.gz$sealed
# Backups hold everybody's data.
umask 077
mkdir -p "$folder"
draft=$folder/.$name.part
trap 'rm -f "$draft" "$draft.enc"' EXIT

dump() {
  if [ "$mode" = sqlite ]; then
    local file copy
    file=$(setting DATA_DIR "${XDG_DATA_HOME:-$HOME/.local/share}/fiedler")/fiedler.db
    [ -f "$file" ] || fail "there is no database at $file; set DATA_DIR to the platform's folder."
    copy=$(mktemp)
    # The online backup of SQLite: whole and consistent while the platform runs.
    python3 - "$file" "$copy" <<'PYTHON'
import sqlite3, sys
with sqlite3.connect(sys.argv[1]) as source, sqlite3.connect(sys.argv[2]) as target:
    source.backup(target)
PYTHON
    cat "$copy"
    rm -f "$copy"
  else
    # --clean: a restore replaces what is there instead of failing on it.
    in_database pg_dump --clean --if-exists --no-owner -U "$database_user" "$database"
  fi
}

say "backing up to $folder/$name"
dump | gzip >"$draft"
gunzip --test "$draft"
[ "$(gunzip -c "$draft" | head -c 100 | wc -c)" -gt 0 ] || fail "the dump is empty."
if [ $kind = sql ]; then
  gunzip -c "$draft" | tail -5 | grep -q 'PostgreSQL database dump complete' ||
    fail "the dump breaks off; the backups before it are kept."
fi
encrypt "$draft"
mv "$draft" "$folder/$name"
(cd "$folder" && sha256sum "$name" >"$name.sha256")
point db "$name"

# Only now, with a new one in place: the last good backup is never deleted.
find "$folder" -maxdepth 1 -type f -name 'backup_*' -mtime "+$keep_days" ! -name "$name*" -delete
bucket_keep "$name"
if [ -n "$upload" ]; then
  # {} is the file just made, not one named by the clock of another second.
  bash -c "${upload//'{}'/\"\$1\"}" upload "$folder/$name" || fail "the upload failed; the backup is in $folder."
fi
succeeded database
say "done: $(du -h "$folder/$name" | cut -f1) in $folder/$name"
