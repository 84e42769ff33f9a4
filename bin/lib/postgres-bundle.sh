# shellcheck shell=bash
# Builds a private PostgreSQL with pgvector from Debian's packages: no root, nothing installed, signatures checked by apt.
# Sourced by bin/postgres after common.sh.

# Suites that carry both, newest first: suite, PostgreSQL version.
BUNDLE_SUITES=("forky 18" "trixie 17")

# Needed by packaging or by features that are not used here (LLVM's JIT, Perl tools, service set-up).
BUNDLE_LEFT_OUT='^(libllvm|libperl|libgdbm|libtext-|libjson-perl|libsystemd-shared|libpam-modules|libsemanage|libsepol|libproc2|libc-bin|libc-l10n|libc-gconv|libdebconf|libdb5|libmount|libblkid|libncursesw)'

ALTERNATIVES=(
  "Alternatives: install PostgreSQL 16 or newer with pgvector 0.8 or newer,"
  "or use Docker (docker compose up),"
  "or name your own server in DATABASE_URL or DB_HOST.")

# A directory with the programs of an installed PostgreSQL that is good enough, or nothing.
installed_postgres() {
  local bin version control
  for bin in $(printf '%s\n' /usr/lib/postgresql/*/bin | sort -t/ -k5 -rn); do
    [ -x "$bin/postgres" ] && [ -x "$bin/initdb" ] || continue
    version=$("$bin/postgres" --version | sed 's/[^0-9]*\([0-9]*\).*/\1/')
    control="/usr/share/postgresql/$version/extension/vector.control"
    [ "$version" -ge 16 ] && [ -r "$control" ] || continue
    grep -Eq "default_version = '(0\.([89]|[1-9][0-9])|[1-9])" "$control" || continue
    printf '%s\n' "$bin"
    return
  done
}

# The Debian mirror that this machine itself uses; both forms of apt's source lists are understood.
machine_mirror() {
  { sed -n 's/^URIs: *\([^ ]*\).*/\1/p' /etc/apt/sources.list.d/*.sources 2>/dev/null
    sed -n 's/^deb *\(\[[^]]*\]\)\? *\([^ ]*\) .*/\2/p' /etc/apt/sources.list /etc/apt/sources.list.d/*.list 2>/dev/null
  } | grep -E '/debian/?$' | head -n 1
}

# apt with lists, cache and status of its own in $work.
private_apt() {
  local tool=$1; shift
  "$tool" -q -o Dir::Etc::sourcelist="$work/sources.list" -o Dir::Etc::sourceparts=- -o Dir::State::lists="$work/lists" \
    -o Dir::Cache="$work/cache" -o Dir::State::status=/dev/null -o Debug::NoLocking=1 -o Acquire::Retries=3 \
    -o APT::Install-Recommends=false -o APT::Sandbox::User= "$@"
}

# The packages to fetch for PostgreSQL $1: its closure, without what is left out.
bundle_packages() {
  private_apt apt-get -s install "postgresql-$1" "postgresql-client-$1" "postgresql-$1-pgvector" |
    sed -n 's/^Inst \([^ ]*\) .*/\1/p' |
    grep -E "^(lib|zlib1g|postgresql-$1|postgresql-client-$1)" | grep -Ev "$BUNDLE_LEFT_OUT"
}

# Fetches and unpacks PostgreSQL $2 of suite $1 into $work/root.
fetch_bundle() {
  local suite=$1 version=$2 mirror keyring=/usr/share/keyrings/debian-archive-keyring.gpg packages
  mirror=$(machine_mirror)
  [ -n "$mirror" ] || return 1
  mkdir -p "$work/lists/partial" "$work/cache/archives/partial" "$work/debs" "$work/root"
  echo "deb [signed-by=$keyring] $mirror $suite main" > "$work/sources.list"
  private_apt apt-get update >> "$work/log" 2>&1 || return 1
  packages=$(bundle_packages "$version") || return 1
  [ -n "$packages" ] || return 1
  say "  downloading $(wc -w <<< "$packages") packages of PostgreSQL $version and pgvector"
  # shellcheck disable=SC2086 # a list of words
  (cd "$work/debs" && private_apt apt-get download $packages >> "$work/log" 2>&1) || return 1
  local deb
  for deb in "$work"/debs/*.deb; do dpkg-deb -x "$deb" "$work/root"; done
}

# Drops what a server does not need, about half of it.
prune_bundle() {
  local root=$1
  rm -rf "$root"/usr/share/{doc,man,locale,info,lintian,bug,postgresql-common} "$root"/usr/lib/systemd "$root"/etc "$root"/var
  rm -rf "$root"/usr/lib/x86_64-linux-gnu/{gconv,perl*} "$root"/usr/lib/postgresql/*/lib/bitcode "$root"/usr/lib/postgresql/*/lib/pgxs
  find "$root" -name '*.a' -delete
}

# The host's C library is older than the bundle's, so each program starts through the bundle's own loader.
wrap_programs() {
  local root=$1 version=$2 bin program
  bin="$root/usr/lib/postgresql/$version/bin"
  mkdir -p "$root/usr/lib/postgresql/$version/libexec"
  for program in "$bin"/*; do
    [ -f "$program" ] && [ ! -L "$program" ] && head -c 4 "$program" | grep -q ELF || continue
    mv "$program" "$root/usr/lib/postgresql/$version/libexec/"
    cat > "$program" <<'WRAPPER'
#!/bin/sh
bin=$(cd "$(dirname "$0")" && pwd -P); name=${0##*/}; lib=${bin%/lib/postgresql/*}/lib/ARCH
exec "$lib/LOADER" --library-path "$lib" --argv0 "$bin/$name" "${bin%/bin}/libexec/$name" "$@"
WRAPPER
    sed -i "s#ARCH#$(dpkg-architecture -qDEB_HOST_MULTIARCH 2>/dev/null || echo "$(uname -m)-linux-gnu")#; s#LOADER#$(loader_name)#" "$program"
    chmod 755 "$program"
  done
}

loader_name() {
  case $(uname -m) in
    aarch64) echo ld-linux-aarch64.so.1 ;;
    *) echo ld-linux-x86-64.so.2 ;;
  esac
}

# Leaves a bundle in $1, all of it or nothing.
build_bundle() {
  local target=$1 work suite version entry
  command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null ||
    die "no PostgreSQL with pgvector here, and no apt to fetch one with" "${ALTERNATIVES[@]}"
  mkdir -p "$(dirname "$target")"
  work=$(mktemp -d "$(dirname "$target")/building.XXXXXX")
  # shellcheck disable=SC2064 # the value of now is meant
  trap "rm -rf '$work'" EXIT
  for entry in "${BUNDLE_SUITES[@]}"; do
    read -r suite version <<< "$entry"
    rm -rf "$work"/{root,debs}
    if fetch_bundle "$suite" "$version"; then
      prune_bundle "$work/root"
      wrap_programs "$work/root" "$version"
      chmod -R a+rX "$work/root"
      "$work/root/usr/lib/postgresql/$version/bin/postgres" --version >> "$work/log" 2>&1 || continue
      mv "$work/root" "$target"
      rm -rf "$work"
      trap - EXIT
      return
    fi
  done
  tail -n 5 "$work/log" >&2
  die "could not fetch PostgreSQL with pgvector from this machine's Debian mirror" "${ALTERNATIVES[@]}"
}
