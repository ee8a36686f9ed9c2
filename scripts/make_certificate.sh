#!/usr/bin/env bash
# Make a certificate that signs itself, for development: nginx/ssl/server.crt and server.key.
#
#   scripts/make_certificate.sh [DOMAIN]
set -Eeuo pipefail
cd "$(dirname "$0")/.."
domain=${1:-${DOMAIN:-localhost}}
mkdir -p nginx/ssl
umask 077
openssl req -x509 -nodes -days 365 -newkey rsa:2048 -subj "/CN=$domain" -addext "subjectAltName=DNS:$domain" \
  -keyout nginx/ssl/server.key -out nginx/ssl/server.crt
chmod 644 nginx/ssl/server.crt
echo "nginx/ssl/server.crt for $domain, valid until $(openssl x509 -enddate -noout -in nginx/ssl/server.crt | cut -d= -f2)"
