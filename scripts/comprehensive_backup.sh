#!/usr/bin/env bash
# Back up everything: database, then uploads and results, then configuration; with a manifest of checksums.
# Files come after the database, so that every file a row names is there.
#
#   scripts/comprehensive_backup.sh
#
# BACKUP_SYNC_COMMAND uploads the folder, for instance: aws s3 sync {} s3://your-backup-bucket/
set -Eeuo pipefail
# shellcheck source=scripts/operations.sh
. "$(dirname "$0")/operations.sh"

folder=$(setting BACKUP_DIR "$repository/backups")
sync=$(setting BACKUP_SYNC_COMMAND)
date=$(date +%Y%m%d_%H%M%S)
umask 077
"$repository/scripts/backup_database.sh"

# archive KIND COMMAND… : keep the tar that the command prints, checked, with a link to the newest.
archive() {
  local kind=$1 name=$1_backup_$date.tar.gz
  shift
  "$@" >"$folder/.$name.part"
  tar -tzf "$folder/.$name.part" >/dev/null
  mv "$folder/.$name.part" "$folder/$name"
  ln -sfn "$name" "$folder/${kind}_backup_latest.tar.gz"
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
(cd "$folder" && sha256sum "uploads_backup_$date.tar.gz" "config_backup_$date.tar.gz" >"manifest_$date.sha256")
find "$folder" -maxdepth 1 -type f \( -name 'uploads_backup_*' -o -name 'config_backup_*' -o -name 'manifest_*' \) \
  -mtime "+$(setting BACKUP_KEEP_DAYS 7)" ! -name "*$date*" -delete
if [ -n "$sync" ]; then
  bash -c "${sync//'{}'/\"\$1\"}" sync "$folder" || fail "the upload failed; the backups are in $folder."
fi
succeeded files
say "done"
