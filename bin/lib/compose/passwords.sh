# Makes the passwords of docker-compose.yml at its first start, and leaves those alone that there are: one file each in /passwords.
# A password that is set in the environment is written instead. Run as root in a container that ends at once.
set -eu
umask 022
for name in postgres owner app; do
  file=/passwords/$name
  case $name in
    postgres) given=${POSTGRES_PASSWORD:-} ;;
    owner) given=${DB_MIGRATION_PASSWORD:-} ;;
    app) given=${DB_PASSWORD:-} ;;
  esac
  if [ -z "$given" ] && [ -s "$file" ]; then continue; fi
  if [ -z "$given" ]; then given=$(od -An -N24 -tx1 /dev/urandom | tr -d ' \n'); fi
  printf '%s' "$given" > "$file.new"
  mv "$file.new" "$file"
done
