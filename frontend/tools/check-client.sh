#!/usr/bin/env bash
# The committed client must be what the contract generates.
set -Eeuo pipefail
cd "$(dirname "$0")"
fresh=$(mktemp)
trap 'rm -f "$fresh"' EXIT
npx --no-install openapi-typescript ../../contracts/openapi.json --output "$fresh" >/dev/null 2>&1
diff -u ../src/api/generated/schema.d.ts "$fresh" ||
  { echo 'The client differs from the contract: run make contract.' >&2; exit 1; }
