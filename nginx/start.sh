#!/usr/bin/env bash
# Render the configuration, find or make a certificate, run nginx; follow the API servers as they come and
# go, and renew certificates.
set -Eeuo pipefail

root=${NGINX_ROOT:-/etc/nginx}
# nginx.conf.template, with TLS and the page, or gateway.conf.template, the API alone.
template=$root/${NGINX_TEMPLATE:-nginx.conf.template}
configuration=${NGINX_CONFIGURATION:-$root/nginx.conf}
pid=${NGINX_PID:-/run/nginx.pid}
follow_seconds=${FOLLOW_SECONDS:-5}
renew_seconds=${RENEW_SECONDS:-43200}
letsencrypt=${LETSENCRYPT_FOLDER:-/etc/letsencrypt}
# Room for what surrounds an upload's bytes, so that the API and not nginx says what is too large.
body_slack=1048576

say() { printf '%s INFO %s\n' "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$*"; }

# Whether an API server wants requests. /readyz itself waits up to 1.5 s for the parts it asks.
is_ready() { curl --fail --silent --output /dev/null --max-time 3 "http://$1/readyz"; }

# Every address behind the name of the API: one for each of its containers. Those that are not ready (they are
# about to stop, start, or do not answer) get requests only when those that are have failed: a server may have come up, and the
# others gone, since they were asked. If none is ready, all get them, and say what is wrong.
api_servers() {
  local host port address server found=() some_are_ready=''
  IFS=, read -ra upstreams <<<"$API_UPSTREAM"
  for upstream in "${upstreams[@]}"; do
    host=${upstream%:*} port=${upstream##*:}
    for address in $(getent ahostsv4 "$host" | awk '{print $1}' | sort -u); do
      if is_ready "$address:$port"; then
        found+=("$address:$port")
        some_are_ready=yes
      else
        found+=("$address:$port backup")
      fi
    done
  done
  for server in "${found[@]}"; do
    [ -n "$some_are_ready" ] || server=${server% backup}
    printf '        server %s max_fails=2 fail_timeout=5s;\n' "$server"
  done
}

render() {
  local servers=$1 text
  # Without a server nginx would not start; it answers 502 until one is there.
  [ -n "$servers" ] || servers='        server 127.0.0.1:9 down;'
  text=$(<"$template")
  text=${text//@DOMAIN@/$DOMAIN}
  text=${text//@API_SERVERS@/$servers}
  text=${text//@FRONTEND_UPSTREAM@/$FRONTEND_UPSTREAM}
  text=${text//@BODY_LIMIT@/$((MAX_FILE_SIZE + body_slack))}
  text=${text//@ROOT@/$root}
  text=${text//@PID@/$pid}
  text=${text//@HTTP_PORT@/${NGINX_HTTP_PORT:-80}}
  text=${text//@HTTPS_PORT@/${NGINX_HTTPS_PORT:-443}}
  text=${text//@METRICS_PORT@/${NGINX_METRICS_PORT:-9113}}
  text=${text//@ACME@/${ACME_FOLDER:-/var/www/acme}}
  text=${text//@TEXTFILE@/${TEXTFILE_FOLDER:-/textfile}}
  text=${text//@WORKER_USER@/$(id -un nginx 2>/dev/null || echo www-data)}
  printf '%s\n' "$text" >"$configuration"
}

# The best certificate there is: Let's Encrypt's, one of your own in nginx/ssl, else one signed by itself.
certificate() {
  grep -q ssl_certificate "$template" || return 0
  mkdir -p "$root/tls"
  local live=$letsencrypt/live/$DOMAIN own=$root/ssl
  if [ -e "$live/fullchain.pem" ]; then
    ln -sf "$live/fullchain.pem" "$root/tls/server.crt"
    ln -sf "$live/privkey.pem" "$root/tls/server.key"
  elif [ -e "$own/server.crt" ] && [ -e "$own/server.key" ]; then
    ln -sf "$own/server.crt" "$root/tls/server.crt"
    ln -sf "$own/server.key" "$root/tls/server.key"
  elif [ -L "$root/tls/server.crt" ] || ! openssl x509 -noout -checkend 2592000 -in "$root/tls/server.crt" >/dev/null 2>&1; then
    say "no certificate for $DOMAIN: making one that signs itself, which browsers warn of"
    rm -f "$root/tls/server.crt" "$root/tls/server.key"
    openssl req -x509 -nodes -days 365 -newkey rsa:2048 -subj "/CN=$DOMAIN" -addext "subjectAltName=DNS:$DOMAIN" \
      -keyout "$root/tls/server.key" -out "$root/tls/server.crt" 2>/dev/null
    chmod 600 "$root/tls/server.key"
  fi
  tell_expiry
}

# For Prometheus: until when the certificate that nginx shows is valid.
tell_expiry() {
  local until
  until=$(openssl x509 -noout -enddate -in "$root/tls/server.crt")
  printf 'certificate_expiry_timestamp_seconds{domain="%s"} %s\n' "$DOMAIN" "$(date -d "${until#notAfter=}" +%s)" \
    >"$root/tls/certificate.prom.part"
  chmod 644 "$root/tls/certificate.prom.part"
  mv "$root/tls/certificate.prom.part" "$root/tls/certificate.prom"
}

# What nginx shows now, to tell when it has changed.
fingerprint() {
  [ ! -e "$root/tls/server.crt" ] || sha256sum <"$root/tls/server.crt"
}

# Take up API servers that come and go, and certificates that somebody has put in place.
follow() {
  local before=$1 now shown
  shown=$(fingerprint)
  while sleep "$follow_seconds"; do
    now=$(api_servers || true)
    certificate
    [ -n "$now" ] || now=$before
    if [ "$now" != "$before" ] || [ "$(fingerprint)" != "$shown" ]; then
      render "$now"
      nginx -c "$configuration" -t -q && nginx -c "$configuration" -s reload
      say "API servers or certificate have changed: $(wc -l <<<"$now") servers, $(grep -c ' backup ' <<<"$now" || true) of them not ready"
      before=$now
      shown=$(fingerprint)
    fi
  done
}

renew() {
  while sleep "$renew_seconds"; do
    if [ -d "$letsencrypt/live" ]; then
      # When a container starts is random enough. What is renewed is taken up by `follow`.
      certbot renew --quiet --no-random-sleep-on-renew --config-dir "$letsencrypt" || say "ERROR certificates could not be renewed"
    fi
  done
}

servers=$(api_servers || true)
render "$servers"
certificate
nginx -c "$configuration" -t -q
follow "$servers" &
renew &
exec nginx -c "$configuration" -g 'daemon off;'
