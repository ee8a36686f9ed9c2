#!/usr/bin/env bash
# Make the data folder of a PostgreSQL server from a base backup and archived WAL, as it was at a moment. The server
# must be stopped; it recovers when it is started. What was in the folder is kept beside it.
#
#   scripts/restore_to_moment.sh [--yes] DATA BASE ARCHIVE MOMENT
#
# DATA: the server's data folder. BASE: a folder that pg_basebackup wrote before the moment. ARCHIVE: the folder that
# archive_command copies to. MOMENT: for instance '2026-11-26 19:30:00+00'.
set -Eeuo pipefail
# shellcheck source=scripts/operations.sh
. "$(dirname "$0")/operations.sh"

assume_yes=
if [ "${1:-}" = --yes ]; then
  # shellcheck disable=SC2034 # confirm reads it
  assume_yes=yes
  shift
fi
[ $# -eq 4 ] || fail "four arguments are required, found $#: DATA BASE ARCHIVE MOMENT."
data=${1%/} base=${2%/} archive=${3%/} moment=$4
[ -f "$base/PG_VERSION" ] || fail "$base is no base backup; pg_basebackup makes one."
[ -n "$(ls -A "$archive" 2>/dev/null)" ] || fail "there is no WAL in $archive; is archive_command set?"
[ ! -f "$data/postmaster.pid" ] || fail "a server runs on $data; stop it first."
date -d "$moment" >/dev/null 2>&1 || fail "'$moment' is no moment; write it like '2026-11-26 19:30:00+00'."

confirm "This puts $data back to $moment."
aside=$data.before_$(date +%Y%m%d_%H%M%S)
[ ! -e "$data" ] || mv "$data" "$aside"
cp -a "$base" "$data"
{
  printf "restore_command = 'cp \"%s/%%f\" \"%%p\"'\n" "$archive"
  printf "recovery_target_time = '%s'\n" "$moment"
  # Open for work once there; what came after the moment is left behind.
  printf "recovery_target_action = 'promote'\n"
} >>"$data/postgresql.auto.conf"
touch "$data/recovery.signal"
chown --reference "$base" "$data/recovery.signal"
say "done; start the server. Once all is well, remove ${aside##*/}"
