# Backups as they are kept: encrypted on request, and a second time in a bucket. Source it after operations.sh.
# shellcheck shell=bash
#
# BACKUP_BUCKET: s3://bucket/prefix (by the AWS CLI) or gs://bucket/prefix (by the Google Cloud CLI).
# BACKUP_S3_ENDPOINT_URL: another service than Amazon's that speaks S3.

# shellcheck disable=SC2154 # of operations.sh
folder=$(setting BACKUP_DIR "$repository/backups")
keep_days=$(setting BACKUP_KEEP_DAYS 7)
passphrase_file=$(setting BACKUP_PASSPHRASE_FILE)
bucket=$(setting BACKUP_BUCKET)
bucket=${bucket%/}
case $bucket in
'' | s3://* | gs://*) ;;
*) fail "BACKUP_BUCKET is '$bucket'; it must be s3://bucket/prefix or gs://bucket/prefix." ;;
esac
[[ $keep_days =~ ^[0-9]+$ ]] || fail "BACKUP_KEEP_DAYS is '$keep_days'; it must be a number of days."

# shellcheck disable=SC2034 # the end of the names of backups
sealed=${passphrase_file:+.enc}

# encrypt FILE : in its place, when a passphrase is set.
encrypt() {
  [ -n "$passphrase_file" ] || return 0
  openssl enc -aes-256-cbc -pbkdf2 -salt -pass "file:$passphrase_file" -in "$1" -out "$1.enc"
  mv "$1.enc" "$1"
}

# plain FILE : print it decrypted, where its name says that it is encrypted.
plain() {
  case $1 in
  *.enc)
    [ -n "$passphrase_file" ] || fail "$1 is encrypted; set BACKUP_PASSPHRASE_FILE."
    openssl enc -d -aes-256-cbc -pbkdf2 -pass "file:$passphrase_file" -in "$1"
    ;;
  *) cat "$1" ;;
  esac
}

# undamaged FILE : stop where its checksum, kept beside it, differs.
undamaged() {
  [ -f "$1.sha256" ] || return 0
  (cd "$(dirname "$1")" && sha256sum --quiet --check "$(basename "$1").sha256") ||
    fail "$1 is damaged: its checksum differs."
}

# latest KIND : the newest backup of that kind (db, uploads, config) in the folder, or nothing.
latest() {
  local link
  link=$(find "$folder" -maxdepth 1 -name "$1_backup_latest.*" 2>/dev/null | sort | tail -1)
  [ -z "$link" ] || readlink -f "$link"
}

# point KIND NAME : make NAME the newest of its kind.
point() {
  # An older link with another ending would compete with it.
  find "$folder" -maxdepth 1 -type l -name "$1_backup_latest.*" -delete
  ln -s "$2" "$folder/$1_backup_latest.${2#*.}"
}

aws_s3() {
  local endpoint name
  command -v aws >/dev/null || fail "BACKUP_BUCKET needs the AWS CLI (Debian: apt-get install awscli)."
  endpoint=$(setting BACKUP_S3_ENDPOINT_URL)
  for name in AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_DEFAULT_REGION; do
    [ -z "$(setting $name)" ] || export "$name=$(setting $name)"
  done
  aws s3 ${endpoint:+--endpoint-url "$endpoint"} "$@"
}

google_storage() {
  command -v gcloud >/dev/null || fail "BACKUP_BUCKET=$bucket needs the Google Cloud CLI (gcloud)."
  gcloud storage "$@"
}

# included NAME… : of a folder, these alone, in one call of the AWS CLI.
included() {
  local name
  only=(--recursive --only-show-errors --exclude '*')
  for name in "$@"; do only+=(--include "$name"); done
}

# bucket_put NAME… : upload these of the folder.
bucket_put() {
  local only
  case $bucket in
  s3://*) included "$@" && aws_s3 cp "$folder/" "$bucket/" "${only[@]}" ;;
  gs://*) (cd "$folder" && google_storage cp "$@" "$bucket/") ;;
  esac
}

# bucket_get FOLDER NAME… : download these.
bucket_get() {
  local only target=$1
  shift
  case $bucket in
  s3://*) included "$@" && aws_s3 cp "$bucket/" "$target/" "${only[@]}" ;;
  gs://*) google_storage cp "${@/#/$bucket/}" "$target/" ;;
  esac
}

# bucket_remove NAME…
bucket_remove() {
  local only
  case $bucket in
  s3://*) included "$@" && aws_s3 rm "$bucket/" "${only[@]}" ;;
  gs://*) google_storage rm "${@/#/$bucket/}" ;;
  esac
}

# bucket_names : the names of what is in the bucket, oldest first by the moment in their names.
bucket_names() {
  case $bucket in
  s3://*) aws_s3 ls "$bucket/" | awk '{ print $4 }' ;;
  gs://*) google_storage ls "$bucket/" | sed 's,.*/,,' ;;
  esac | grep -E '^(uploads_|config_)?backup_[0-9]{8}_[0-9]{6}\.' |
    sed -E 's/^([a-z_]*)_([0-9]{8}_[0-9]{6})(.*)$/\2 \1_\2\3/' | sort | cut -d ' ' -f 2
}

# bucket_keep NAME… : upload these of the folder with their checksums, see that they are there, then remove what is older
# than keep_days.
bucket_keep() {
  [ -n "$bucket" ] || return 0
  local there name limit old=() pair=("$@" "${@/%/.sha256}")
  bucket_put "${pair[@]}" || fail "the upload to $bucket failed; the backup is in $folder."
  there=$(bucket_names) || fail "$bucket cannot be listed; the backup is in $folder."
  for name in "${pair[@]}"; do
    grep -qxF "$name" <<<"$there" || fail "$name did not arrive in $bucket; it is in $folder."
  done
  limit=$(date -d "$keep_days days ago" +%Y%m%d_%H%M%S)
  # Of the kinds just uploaded alone: the last good one of another stays, however old.
  for name in $there; do
    [[ ! $(grep -oE '[0-9]{8}_[0-9]{6}' <<<"$name") < $limit ]] || [[ " ${pair[*]}" != *" ${name%%_[0-9]*}_"[0-9]* ]] ||
      [[ " ${pair[*]} " == *" $name "* ]] || old+=("$name")
  done
  [ ${#old[@]} -eq 0 ] || bucket_remove "${old[@]}" || say "ERROR old backups cannot be removed from $bucket" >&2
  say "uploaded to $bucket"
}
