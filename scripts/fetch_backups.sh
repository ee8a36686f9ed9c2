#!/usr/bin/env bash
# Bring backups back from BACKUP_BUCKET to BACKUP_DIR, checked, for restore_database.sh and disaster_recovery.sh.
#
#   scripts/fetch_backups.sh list             what is in the bucket
#   scripts/fetch_backups.sh latest           the newest of each kind: database, uploads and results, configuration
#   scripts/fetch_backups.sh backup_20261126_030000.sql.gz.enc
set -Eeuo pipefail
# shellcheck source=scripts/operations.sh
. "$(dirname "$0")/operations.sh"
# shellcheck source=scripts/backup_store.sh
. "$(dirname "$0")/backup_store.sh"

wanted=${1:?list, latest, or the name of a backup}
[ -n "$bucket" ] || fail "BACKUP_BUCKET is not set; it must be s3://bucket/prefix or gs://bucket/prefix."
there=$(bucket_names) || fail "$bucket holds no backup, or cannot be listed."
umask 077
mkdir -p "$folder"

# fetch KIND NAME : the backup and its checksum; it takes its name only when it is whole.
fetch() {
  local kind=$1 name=$2
  say "fetching $name"
  rm -rf "$folder/.fetched"
  mkdir "$folder/.fetched"
  bucket_get "$folder/.fetched" "$name" "$name.sha256"
  undamaged "$folder/.fetched/$name"
  mv "$folder/.fetched/$name" "$folder/.fetched/$name.sha256" "$folder/"
  rmdir "$folder/.fetched"
  point "$kind" "$name"
}

case $wanted in
list) grep -v '\.sha256$' <<<"$there" ;;
latest)
  for kind in db uploads config; do
    pattern=${kind}_backup
    [ $kind != db ] || pattern=backup
    name=$(grep -E "^${pattern}_[0-9]" <<<"$there" | grep -v '\.sha256$' | tail -1) || true
    if [ -n "$name" ]; then fetch $kind "$name"; else say "no backup of $kind in $bucket"; fi
  done
  ;;
*)
  grep -qxF "$wanted" <<<"$there" || fail "there is no $wanted in $bucket; 'list' shows what is."
  case $wanted in
  uploads_*) fetch uploads "$wanted" ;;
  config_*) fetch config "$wanted" ;;
  *) fetch db "$wanted" ;;
  esac
  ;;
esac
