#!/usr/bin/env bash
# Put a PostgreSQL server back to a moment, from a base backup and archived WAL. What its data folder held is kept.
#
#   scripts/restore_to_moment.sh [--yes] MOMENT
#       the service db, with the newest base backup of its archive before the moment
#   scripts/restore_to_moment.sh [--yes] MOMENT DATA BASE WAL
#       a server of your own that is stopped, as its user: its data folder, a folder that pg_basebackup wrote before
#       the moment, and the folder that archive_command copies to; it recovers when it is started
#
# MOMENT: for instance '2026-11-26 19:30:00+00'.
set -Eeuo pipefail
# shellcheck source=scripts/operations.sh
. "$(dirname "$0")/operations.sh"

assume_yes=
if [ "${1:-}" = --yes ]; then
  # shellcheck disable=SC2034 # confirm reads it
  assume_yes=yes
  shift
fi
case $# in
1 | 4) ;;
*) fail "one or four arguments are required, found $#: MOMENT, or MOMENT DATA BASE WAL." ;;
esac
moment=$1
date -d "$moment" >/dev/null 2>&1 || fail "'$moment' is no moment; write it like '2026-11-26 19:30:00+00'."

# put_back MOMENT DATA BASE WAL : the base backup in the empty folder for data, told to go on to the moment.
put_back() {
  local data=$2
  cp -a "$3/." "$data"
  {
    printf "restore_command = 'cp \"%s/%%f\" \"%%p\"'\n" "$4"
    printf "recovery_target_time = '%s'\n" "$1"
    # Open for work once there; what came after the moment is left behind.
    printf "recovery_target_action = 'promote'\n"
  } >>"$data/postgresql.auto.conf"
  touch "$data/recovery.signal"
  chown "$(stat -c %u:%g "$3")" "$data" "$data/recovery.signal"
  chmod 700 "$data"
}

# newest_before ARCHIVE TIME : the last base backup whose end, its name, is not after the time.
newest_before() {
  find "$1/base" -mindepth 1 -maxdepth 1 -type d -name '2*Z' | sort | awk -F/ -v time="$2" '$NF <= time' | tail -1
}

# set_aside DATA ARCHIVE ASIDE TIME : keep what the folder holds, and base backups of what will not have been.
set_aside() {
  mkdir -p "$3/base"
  cp -a "$1" "$3/data"
  find "$1" -mindepth 1 -maxdepth 1 -exec rm -rf {} +
  find "$2/base" -mindepth 1 -maxdepth 1 -type d -name '2*Z' | awk -F/ -v time="$4" '$NF > time' |
    while IFS= read -r late; do mv "$late" "$3/base/"; done
}

aside=before_$(date -u +%Y%m%dT%H%M%SZ)
if [ $# -eq 4 ]; then
  data=${2%/} base=${3%/} wal=${4%/}
  [ -f "$base/PG_VERSION" ] || fail "$base is no base backup; pg_basebackup makes one."
  [ -n "$(ls -A "$wal" 2>/dev/null)" ] || fail "there is no WAL in $wal; is archive_command set?"
  [ ! -f "$data/postmaster.pid" ] || fail "a server runs on $data; stop it first."
  confirm "This puts $data back to $moment."
  [ ! -e "$data" ] || mv "$data" "$data.$aside"
  mkdir "$data"
  put_back "$moment" "$data" "$base" "$wal"
  say "done; start the server. Once all is well, remove $data.$aside"
  exit 0
fi

[ "$mode" = compose ] || fail "BACKUP_MODE is '$mode'; name the folders of a server of your own too."
# shellcheck source=scripts/wal_archive.sh
. "$(dirname "$0")/wal_archive.sh"
recovering() { in_database psql -U "$database_user" -d "$database" -Atc 'SELECT pg_is_in_recovery()' 2>/dev/null || echo t; }

time=$(date -u -d "$moment" +%Y%m%dT%H%M%SZ)
base=$(in_its_place newest_before "$archive" "$time")
[ -n "$base" ] || fail "no base backup in the archive is older than $moment; scripts/base_backup.sh makes them."
confirm "This puts the database back to $moment, from the base backup ${base##*/}."
compose stop api worker db
in_its_place set_aside "$data" "$archive" "$archive/$aside" "$time"
in_its_place put_back "$moment" "$data" "$base" "$archive/wal"
compose up -d --wait db
for _ in $(seq 600); do
  [ "$(recovering)" = t ] || break
  sleep 1
done
[ "$(recovering)" = f ] || fail "the database has not come to $moment in ten minutes: docker-compose logs db"
forget_lists
say "done: look at it, then docker-compose up -d and scripts/base_backup.sh. When all is well, remove $aside from the archive."
