#!/bin/bash
# What docker-compose.yml needs of the entrypoint of PostgreSQL's official image: makes the data at the first start, with the password
# in POSTGRES_PASSWORD_FILE, runs what is in /docker-entrypoint-initdb.d on a server that listens on its socket alone, and serves.
set -euo pipefail
: "${PGDATA:=/var/lib/postgresql/18/docker}"
programs=$(printf '%s\n' /usr/lib/postgresql/*/bin)
PATH=$programs:$PATH
if [ ! -s "$PGDATA/PG_VERSION" ]; then
  mkdir -p "$PGDATA"
  chmod 700 "$PGDATA"
  initdb -D "$PGDATA" -U postgres --auth-host=scram-sha-256 --auth-local=trust --pwfile="$POSTGRES_PASSWORD_FILE" \
    --encoding=UTF8 --locale-provider=builtin --builtin-locale=C.UTF-8 --locale=C > /dev/null
  echo "host all all all scram-sha-256" >> "$PGDATA/pg_hba.conf"
  pg_ctl -D "$PGDATA" -w -o "-c listen_addresses='' -c unix_socket_directories=/var/run/postgresql" start > /dev/null
  for file in /docker-entrypoint-initdb.d/*; do
    case $file in
      *.sh) . "$file" ;;
      *.sql) psql -v ON_ERROR_STOP=1 -U postgres -f "$file" postgres ;;
    esac
  done
  pg_ctl -D "$PGDATA" -m fast -w stop > /dev/null
fi
exec postgres -D "$PGDATA" -c listen_addresses='*' -c unix_socket_directories=/var/run/postgresql "${@:2}"
