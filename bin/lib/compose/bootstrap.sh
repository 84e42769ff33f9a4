# Makes roles and database when the database of docker-compose.yml is new. Sourced by the image's entrypoint.
DB_PASSWORD=$(cat /passwords/app)
DB_MIGRATION_PASSWORD=$(cat /passwords/owner)
export DB_PASSWORD DB_MIGRATION_PASSWORD
psql -v ON_ERROR_STOP=1 -U postgres -f /bootstrap.sql postgres
unset DB_PASSWORD DB_MIGRATION_PASSWORD
