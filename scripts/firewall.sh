#!/usr/bin/env bash
# Let in SSH, HTTP and HTTPS and nothing else, by ufw; say besides what Docker has published past it.
#
#   scripts/firewall.sh          say what would be done
#   scripts/firewall.sh --yes    do it, as root
#
# SSH_PORT (22), HTTP_PORT (80), HTTPS_PORT (443).
set -Eeuo pipefail
# shellcheck source=scripts/operations.sh
. "$(dirname "$0")/operations.sh"

# What is let in comes first: whoever turns the firewall on by SSH stays connected.
rules=(
  "allow $(setting SSH_PORT 22)/tcp"
  "allow $(setting HTTP_PORT 80)/tcp"
  "allow $(setting HTTPS_PORT 443)/tcp"
  "default deny incoming"
  "default allow outgoing"
  "--force enable"
)
if [ "${1:-}" = --yes ]; then
  command -v ufw >/dev/null || fail "ufw is required (Debian: apt-get install ufw)."
  for rule in "${rules[@]}"; do
    # shellcheck disable=SC2086 # words of one command
    ufw $rule
  done
else
  for rule in "${rules[@]}"; do echo "ufw $rule"; done
fi

# Docker forwards what it publishes before ufw is asked.
if command -v ss >/dev/null; then
  open=$(ss --no-header --tcp --listening --numeric | awk '{ print $4 }' |
    grep -vE '^(127\.|\[::1\]|\[::ffff:127\.)' | grep -oE '[0-9]+$' | sort -nu |
    grep -vxE "$(setting SSH_PORT 22)|$(setting HTTP_PORT 80)|$(setting HTTPS_PORT 443)" || true)
  [ -z "$open" ] || say "these ports listen beyond loopback; ufw does not close those that Docker publishes: ${open//$'\n'/ }"
fi
