#!/usr/bin/env bash
# Make this checkout ready: Python environment, web dependencies, built page, compiled kernels.
#
#   scripts/setup.sh          what running needs
#   scripts/setup.sh tests    and what the tests need besides: development tools, a browser, PostgreSQL
#
# Run again it only does what has changed since: each step leaves a stamp that names its inputs.
set -Eeuo pipefail
cd "$(dirname "$0")/.."
wanted=${1:-run}
venv=backend/.venv
stamps=build/stamps
mkdir -p "$stamps"

say() { printf '\033[1m%s\033[0m\n' "$*" >&2; }
fail() {
  printf 'setup: %s\n' "$*" >&2
  exit 1
}

# changed STEP FILE… : true when the files differ from what the step last ran on.
changed() {
  local step=$1 now
  shift
  now=$(cat "$@" | sha256sum)
  printf '%s' "$now" >"$stamps/$step.now"
  ! cmp -s "$stamps/$step.now" "$stamps/$step"
}
settle() { mv "$stamps/$1.now" "$stamps/$1"; }

# packages NAME… : install Debian packages, with sudo where that is possible.
packages() {
  local as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || fail "missing packages: $*. Install them with: apt-get install $*"
    as_root=(sudo)
  fi
  command -v apt-get >/dev/null || fail "missing: $*. Install them with your system's package manager."
  say "Installing packages: $*"
  "${as_root[@]}" apt-get update -qq
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

find_python() {
  local candidate
  for candidate in ${PYTHON:-} python3 python3.14 python3.13 python3.12 python3.11; do
    if command -v "$candidate" >/dev/null &&
      "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
      printf '%s' "$candidate"
      return
    fi
  done
  fail "Python 3.11 or newer is required, found $(python3 --version 2>/dev/null || echo none). Install it (Debian: apt-get install python3) and run this again."
}

check_node() {
  command -v node >/dev/null || fail "Node 20 or newer is required, none found. Install it and run this again."
  node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' ||
    fail "Node 20.19 or newer is required, found $(node --version). Install a newer one and run this again."
  command -v npm >/dev/null || fail "npm is required beside Node, none found. Install it and run this again."
}

python_environment() {
  local python lock=$1
  python=$(find_python)
  if [ ! -x $venv/bin/python ] || ! $venv/bin/python -c 'import sys' 2>/dev/null; then
    say "Making the Python environment"
    rm -rf $venv
    if ! "$python" -c 'import ensurepip' 2>/dev/null; then packages python3-venv; fi
    "$python" -m venv $venv
    rm -f "$stamps"/python-*
  fi
  if changed "python-$wanted" "$lock" backend/pyproject.toml; then
    say "Installing Python packages from $lock"
    $venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement "$lock"
    $venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable backend
    settle "python-$wanted"
  fi
}

compiled_kernels() {
  local sources
  mapfile -t sources < <(find backend/fiedler -name '*.py' | sort)
  if changed kernels "${sources[@]}" "$1"; then
    say "Compiling the numerical kernels (once, about a minute)"
    # A cached kernel does not notice that a kernel it calls, in another file, has changed.
    find backend/fiedler -name '*.nb[ic]' -delete
    (cd backend && .venv/bin/python -m fiedler.warm)
    settle kernels
  fi
}

web_dependencies() {
  if changed node frontend/package-lock.json; then
    say "Installing web packages"
    npm --prefix frontend ci --no-audit --no-fund --loglevel=error
    settle node
  fi
}

built_page() {
  local sources
  mapfile -t sources < <(find frontend/src frontend/public frontend/index.html frontend/vite.config.ts frontend/package-lock.json -type f 2>/dev/null | sort)
  if [ ! -f frontend/dist/index.html ] || changed page "${sources[@]}"; then
    say "Building the page"
    npm --prefix frontend run --silent build -- --logLevel warn
    changed page "${sources[@]}" || true
    settle page
  fi
}

test_programs() {
  local missing=()
  command -v chromium >/dev/null || command -v chromium-browser >/dev/null || [ -x "${CHROMIUM:-}" ] || missing+=(chromium)
  compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || command -v initdb >/dev/null || missing+=(postgresql)
  command -v redis-server >/dev/null || missing+=(redis-server)
  command -v nginx >/dev/null || missing+=(nginx-light)
  command -v promtool >/dev/null || missing+=(prometheus)
  command -v amtool >/dev/null || missing+=(prometheus-alertmanager)
  command -v certbot >/dev/null || missing+=(certbot)
  command -v shellcheck >/dev/null || missing+=(shellcheck)
  command -v openssl >/dev/null || missing+=(openssl)
  command -v curl >/dev/null || missing+=(curl)
  command -v aws >/dev/null || missing+=(awscli)
  command -v faketime >/dev/null || missing+=(faketime)
  # Without it the tests of several machines would be skipped.
  command -v ip >/dev/null || missing+=(iproute2)
  [ -x /usr/sbin/logrotate ] || missing+=(logrotate)
  [ -x /usr/sbin/rsyslogd ] || missing+=(rsyslog)
  [ ${#missing[@]} -eq 0 ] || packages "${missing[@]}"
  if changed tools frontend/tools/package-lock.json; then
    npm --prefix frontend/tools ci --no-audit --no-fund --loglevel=error
    settle tools
  fi
}

check_node
case $wanted in
run) python_environment backend/requirements.txt ;;
tests)
  python_environment backend/requirements-dev.txt
  test_programs
  ;;
*) fail "unknown argument '$wanted'; it is 'run' or 'tests'" ;;
esac
web_dependencies
built_page
compiled_kernels backend/requirements.txt
