#!/bin/sh
# Run once by the database's image, on an empty volume.
set -eu
psql -U "${POSTGRES_USER:-postgres}" -v owner_password="$OWNER_PASSWORD" -v app_password="$APP_PASSWORD" -v database=rhizome \
  -f /rhizome/bootstrap.sql postgres
