# What the operations scripts share; source it, do not run it.
# shellcheck shell=bash
# Settings come from the environment, else from .env beside docker-compose.yml.

repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

say() { printf '%s %s\n' "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$*"; }
fail() {
  say "ERROR $*" >&2
  exit 1
}

# setting NAME DEFAULT : the environment's value, else that of .env, else the default.
setting() {
  local name=$1 value=${!1:-}
  if [ -z "$value" ] && [ -f "$repository/.env" ]; then
    value=$(sed -n "s/^$name=//p" "$repository/.env" | tail -1 | sed 's/[[:space:]]*#.*$//; s/^"\(.*\)"$/\1/')
  fi
  printf '%s' "${value:-${2:-}}"
}

# Version 1 takes unknown options for a question about them and calls that a success: it is refused.
compose() {
  if [ -z "${compose_program:-}" ]; then
    if docker-compose version 2>/dev/null | grep -qE 'v?2\.[0-9]+\.'; then
      compose_program=docker-compose
    elif docker compose version >/dev/null 2>&1; then
      compose_program='docker compose'
    else
      fail "Docker Compose 2 is required; scripts/preflight.sh says what is here."
    fi
  fi
  # shellcheck disable=SC2086 # two words where Compose is a plugin
  (cd "$repository" && $compose_program "$@")
}

# Where the database is: the service db of the compose stack, or a server named by POSTGRES_HOST when
# BACKUP_MODE=direct, or the file of an embedded platform when BACKUP_MODE=sqlite.
mode=$(setting BACKUP_MODE compose)
# shellcheck disable=SC2034 # used by the scripts that source this
database=$(setting POSTGRES_DB clustering_db)
# shellcheck disable=SC2034
database_user=$(setting POSTGRES_USER cluster_user)

# in_database PROGRAM ARGUMENT… : run a PostgreSQL program where it reaches the server as its owner.
in_database() {
  case $mode in
  compose) compose exec -T db "$@" ;;
  direct)
    PGHOST=$(setting POSTGRES_HOST localhost) PGPORT=$(setting POSTGRES_PORT 5432) \
      PGPASSWORD=$(setting POSTGRES_PASSWORD) "$@"
    ;;
  *) fail "BACKUP_MODE is '$mode'; it must be compose, direct or sqlite." ;;
  esac
}

# forget_lists : empty Redis after the database went back in time; what it keeps is named by versions that come again.
forget_lists() {
  case $mode in
  compose) [ -z "$(compose ps -q redis 2>/dev/null)" ] || compose exec -T redis redis-cli flushall >/dev/null ;;
  direct) say "where Redis is in use, empty it: redis-cli flushall" ;;
  esac
}

# confirm QUESTION : yes on the terminal, or --yes given, else stop.
confirm() {
  [ "${assume_yes:-}" = yes ] && return
  [ -t 0 ] || fail "$1 Nobody is here to confirm it; give --yes to go on."
  local answer
  read -r -p "$1 Type yes to go on: " answer
  [ "$answer" = yes ] || fail "stopped; nothing was changed."
}

# alert TEXT : tell whoever is on call, by the webhook if one is set.
alert() {
  local webhook
  webhook=$(setting SLACK_WEBHOOK_URL)
  say "ALERT $1" >&2
  [ -n "$webhook" ] || return 0
  printf '{"text":"%s"}' "$(printf '%s' "$1" | sed 's/[\\"]/\\&/g' | tr '\n' ' ')" |
    curl --fail --silent --show-error --max-time 10 -H 'Content-type: application/json' --data @- "$webhook" >/dev/null ||
    say "ERROR the webhook did not take the alert" >&2
}

# succeeded KIND : note for Prometheus that a backup of this kind is in place; see monitoring/prometheus.yml.
succeeded() {
  local file
  file=$(setting BACKUP_METRICS_FILE "$repository/monitoring/textfile/backup.prom")
  mkdir -p "$(dirname "$file")"
  {
    grep -v "kind=\"$1\"" "$file" 2>/dev/null || true
    printf 'backup_last_success_timestamp_seconds{kind="%s"} %s\n' "$1" "$(date +%s)"
  } >"$file.part"
  # No data of anybody, and another user reads it.
  chmod 644 "$file.part"
  mv "$file.part" "$file"
}

failed_steps=()

# step NAME COMMAND… : run a step of maintenance, and go on when it fails.
step() {
  local name=$1
  shift
  say "$name"
  "$@" || failed_steps+=("$name")
}

# end_of_maintenance NAME : alert and exit 1 when a step failed.
end_of_maintenance() {
  [ ${#failed_steps[@]} -eq 0 ] && return
  alert "$1 maintenance failed: ${failed_steps[*]}"
  exit 1
}
