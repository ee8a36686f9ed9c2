#!/usr/bin/env bash
# Replace API servers and workers by those of another version, one after the other, so that nobody notices. When one does not
# become ready, all that were replaced get the version before again.
#
#   scripts/rolling_upgrade.sh [--yes] TAG          the new version migrates first
#   scripts/rolling_upgrade.sh [--yes] --back TAG   the way back: the schema stays as it is
#
# API_SERVERS: "app1:8000 app2:8000 app3:8000", each with Compose in REMOTE_FOLDER (/opt/clustering), reached by
#   REMOTE_SHELL (ssh) at the name before the colon; not set: the containers of this machine
# WORKER_SERVERS: worker machines, the same, replaced last
# COMPOSE_COMMAND: how those machines call Compose (docker-compose)
# READY_SECONDS (120): how long a new server may take; FOLLOW_SECONDS (5): how often nginx asks who is ready
set -Eeuo pipefail
# shellcheck source=scripts/operations.sh
. "$(dirname "$0")/operations.sh"

# shellcheck disable=SC2034 # confirm reads it
assume_yes='' back=''
while [[ ${1:-} == --* ]]; do
  case $1 in
  --yes) assume_yes=yes ;;
  --back) back=yes ;;
  *) fail "unknown option $1; known are --yes and --back." ;;
  esac
  shift
done
tag=${1:?name the version, a tag of the images}
[[ $tag =~ ^[A-Za-z0-9_][A-Za-z0-9_.-]*$ ]] || fail "'$tag' is no tag of an image."
read -ra servers <<<"$(setting API_SERVERS)"
read -ra workers <<<"$(setting WORKER_SERVERS)"
remote=$(setting REMOTE_SHELL ssh)
folder=$(setting REMOTE_FOLDER /opt/clustering)
ready_seconds=$(setting READY_SECONDS 120)
follow_seconds=$(setting FOLLOW_SECONDS 5)

# on SERVER COMMAND : run it in the folder of the platform, on another machine or, for "here", on this one.
on() {
  if [ "$1" = here ]; then
    (cd "$repository" && bash -Eeuo pipefail -c "$2")
  else
    # shellcheck disable=SC2086 # a shell with options is several words
    $remote "${1%%:*}" "cd $folder && $2" </dev/null
  fi
}

# What stays when the machine starts anew: the tag in .env.
keep_tag() { on "$1" "touch .env && sed -i -e '/^TAG=/d' -e '\$a\\' .env && echo TAG=$2 >>.env"; }

# wait_until_ready SERVER FOR : ask until it is, for so many seconds.
wait_until_ready() {
  local until=$((SECONDS + $2))
  until curl --fail --silent --output /dev/null --max-time 5 "http://$1/readyz"; do
    [ $SECONDS -lt $until ] || return 1
    sleep 0.5
  done
}

# replace SERVER TAG : the API server of a machine. nginx must know of it before the next one goes.
replace() {
  keep_tag "$1" "$2" && on "$1" "$program up -d --no-deps --wait --wait-timeout $ready_seconds api" &&
    wait_until_ready "$1" "$ready_seconds" && sleep "$follow_seconds"
}

# replace_here here TAG : the API servers of this machine: one of the new version more, then one of the old less, for each.
replace_here() {
  local old each fresh all
  keep_tag here "$2" || return 1
  mapfile -t old < <(compose ps -q api)
  for each in "${old[@]}"; do
    all=$(compose ps -q api)
    if ! compose up -d --no-deps --no-recreate --scale "api=$((${#old[@]} + 1))" --wait --wait-timeout "$ready_seconds" api; then
      fresh=$(compose ps -aq api | grep -vxF "$all" || true)
      # shellcheck disable=SC2086 # one word a container
      [ -z "$fresh" ] || docker rm -f $fresh >/dev/null
      return 1
    fi
    sleep "$follow_seconds"
    # A server takes DRAIN_SECONDS and up to 15 s more to end.
    docker stop -t 60 "$each" >/dev/null && docker rm "$each" >/dev/null || return 1
  done
}

# replace_all STEP TAG SERVER… : go through the servers; at the first that does not become ready, go back.
replace_all() {
  local step=$1 tag=$2 done=() each
  shift 2
  for each in "$@"; do
    say "${each%%:*}: $tag"
    done=("$each" "${done[@]}")
    if ! "$step" "$each" "$tag"; then
      [ -n "$before" ] || fail "${each%%:*} has not become ready, nor is the version before known."
      say "ERROR ${each%%:*} has not become ready: back to $before" >&2
      put_back "$step" "${done[@]}"
      fail "all is at $before again; the schema stays at that of $tag, which $before works on."
    fi
  done
}

put_back() {
  local step=$1 each lost=()
  shift
  for each in "$@"; do
    "$step" "$each" "$before" || lost+=("${each%%:*}")
  done
  [ ${#lost[@]} -eq 0 ] || fail "${lost[*]} did not become ready with $before either."
}

step=replace program=$(setting COMPOSE_COMMAND docker-compose)
if [ ${#servers[@]} -eq 0 ]; then
  step=replace_here servers=(here) workers=(here)
  compose version >/dev/null
  program=$compose_program
fi
for each in "${servers[@]}"; do
  [ "$each" = here ] || wait_until_ready "$each" 0 || fail "${each%%:*} is not ready; begin when all are."
done
before=$(on "${servers[0]}" "$program ps --format '{{.Image}}' api" | head -1)
before=${before##*:}
confirm "This replaces ${before:-what runs} by $tag on ${servers[*]%%:*}. Is there a backup?"
# Before anything is changed: an image that is not to be had stops it here.
for each in "${servers[@]}" "${workers[@]}"; do
  on "$each" "TAG=$tag $program pull --policy missing --quiet api"
done
if [ -z "$back" ]; then
  say "migrating"
  on "${servers[0]}" "TAG=$tag $program run --rm -T --no-deps migrate" || fail "the migration failed; nothing was changed."
fi
replace_all "$step" "$tag" "${servers[@]}"
for each in "${workers[@]}"; do
  say "${each%%:*}: worker"
  keep_tag "$each" "$tag"
  on "$each" "$program up -d --no-deps --wait --wait-timeout $ready_seconds worker" ||
    fail "the worker of ${each%%:*} has not become ready; the API servers are at $tag."
done
say "done: all are at $tag"
