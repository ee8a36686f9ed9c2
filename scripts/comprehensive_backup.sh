#!/usr/bin/env bash
# Back up everything: database, then uploads and results, then configuration; each with its checksum, encrypted when
# BACKUP_PASSPHRASE_FILE is set, and a second time in BACKUP_BUCKET when that is.
# Files come after the database, so that every file a row names is there.
#
#   scripts/comprehensive_backup.sh
#
# BACKUP_SYNC_COMMAND hands the folder to another store than S3's or Google's, with {} for its path.
set -Eeuo pipefail
# shellcheck source=scripts/operations.sh
. "$(dirname "$0")/operations.sh"
# shellcheck source=scripts/backup_store.sh
. "$(dirname "$0")/backup_store.sh"

sync=$(setting BACKUP_SYNC_COMMAND)
date=$(date +%Y%m%d_%H%M%S)
umask 077
"$repository/scripts/backup_database.sh"

# archive KIND COMMAND… : keep the tar that the command prints, checked, with its checksum and a link to the newest.
archive() {
  local kind=$1 name=$1_backup_$date.tar.gz$sealed
  shift
  "$@" >"$folder/.$name.part"
  tar -tzf "$folder/.$name.part" >/dev/null
  encrypt "$folder/.$name.part"
  mv "$folder/.$name.part" "$folder/$name"
  (cd "$folder" && sha256sum "$name" >"$name.sha256")
  point "$kind" "$name"
  say "$kind: $(du -h "$folder/$name" | cut -f1)"
}

files() {
  if [ "$mode" = compose ]; then
    compose run --rm -T --no-deps --entrypoint tar api -cz --exclude data/artifacts/tmp -C /app uploads data
  else
    local data uploads
    data=$(setting DATA_DIR "${XDG_DATA_HOME:-$HOME/.local/share}/fiedler")
    uploads=$(setting UPLOAD_PATH "$data/uploads")
    tar -cz --exclude "${data#/}/artifacts/tmp" \
      --transform "s,^${uploads#/},uploads," --transform "s,^${data#/}/artifacts,data/artifacts," \
      -C / "${uploads#/}" "${data#/}/artifacts"
  fi
}

configuration() {
  local each there=()
  for each in .env docker-compose.yml nginx monitoring; do
    [ ! -e "$repository/$each" ] || there+=("$each")
  done
  tar -cz -C "$repository" "${there[@]}"
}

archive uploads files
archive config configuration
bucket_keep "uploads_backup_$date.tar.gz$sealed" "config_backup_$date.tar.gz$sealed"
find "$folder" -maxdepth 1 -type f \( -name 'uploads_backup_*' -o -name 'config_backup_*' \) \
  -mtime "+$keep_days" ! -name "*$date*" -delete
if [ -n "$sync" ]; then
  bash -c "${sync//'{}'/\"\$1\"}" sync "$folder" || fail "the upload failed; the backups are in $folder."
fi
succeeded files
say "done"
