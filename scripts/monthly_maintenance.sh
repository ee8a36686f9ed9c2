#!/usr/bin/env bash
# Once a month: known holes in dependencies, database upkeep, certificates, a record of what resources are used.
# Dependencies are not upgraded here: a new lock is made and tested as a change like any other.
set -Eeuo pipefail
# shellcheck source=scripts/operations.sh
. "$(dirname "$0")/operations.sh"

python_audit() {
  if command -v pip-audit >/dev/null; then
    pip-audit --require-hashes --disable-pip --requirement "$repository/backend/requirements.txt"
  else
    say "install pip-audit to have Python packages checked"
  fi
}
node_audit() { (cd "$repository/frontend" && npm audit --omit=dev); }
vacuum() { in_database psql -U "$database_user" -d "$database" -c 'VACUUM ANALYZE;'; }
certificates() {
  if [ -n "$(compose ps -q nginx 2>/dev/null)" ]; then compose exec -T nginx certbot certificates; fi
}
resources() { docker stats --no-stream >"$repository/performance_report_$(date +%Y%m).log"; }

step "Python packages" python_audit
step "web packages" node_audit
step "database" vacuum
step "certificates" certificates
step "performance report" resources
end_of_maintenance monthly
