# The WAL archive of the database, as the scripts that use it reach it. Source it after operations.sh.
# shellcheck shell=bash
#
# WAL_ARCHIVE holds wal/, where archive_command copies to, and base/, with the base backups by the second of their end. With
# compose both are in the service db (docker-compose.archive.yml).

# shellcheck disable=SC2154,SC2034 # mode is of operations.sh; data is for those who source this
case $mode in
compose) archive=/archive data=/var/lib/postgresql/data ;;
direct)
  archive=$(setting WAL_ARCHIVE)
  [ -n "$archive" ] || fail "WAL_ARCHIVE is not set; it names the folder of the WAL archive."
  ;;
*) fail "BACKUP_MODE is '$mode'; only a PostgreSQL server archives its WAL." ;;
esac

# beside_server FUNCTION ARGUMENT… : run a function of the caller beside the running server, as its user.
beside_server() {
  case $mode in
  compose) compose exec -T -u postgres db bash -Eeuo pipefail -c "$(as_text "$@")" ;;
  direct)
    PGHOST=$(setting POSTGRES_HOST localhost) PGPORT=$(setting POSTGRES_PORT 5432) \
      PGPASSWORD=$(setting POSTGRES_PASSWORD) "$@"
    ;;
  esac
}

# in_its_place FUNCTION ARGUMENT… : run a function of the caller on the folders of the service db, which is stopped.
in_its_place() { compose run --rm -T --no-deps --entrypoint bash db -Eeuo pipefail -c "$(as_text "$@")"; }

# as_text FUNCTION ARGUMENT… : the function and its call, for another shell.
as_text() {
  declare -f "$1"
  printf '%q ' "$@"
}
