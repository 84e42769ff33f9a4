# shellcheck shell=bash
# Where the PostgreSQL programs come from: an installed PostgreSQL with pgvector, or a private one made of Debian's packages,
# without root and without installing anything; apt verifies the signatures. Sourced by bin/postgres after common.sh.

bundle=$(rhizome_cache)/postgres-bundle

# Debian releases that carry both, newest first: release, PostgreSQL version.
bundle_releases=("forky 18" "trixie 17")

# The oldest versions that the service runs on: the file that its check reads, so that both always agree.
# shellcheck disable=SC2154 # project is the command's
oldest_versions=$project/src/main/resources/preflight/oldest-versions.properties

# oldest_version NAME: of postgresql.16 and the like, or of pgvector; nothing where none is named.
oldest_version() { sed -n "s/^${1//./\\.}=//p" "$oldest_versions"; }

# The major versions of PostgreSQL that are named, oldest first.
known_majors() { sed -n 's/^postgresql\.\([0-9]*\)=.*/\1/p' "$oldest_versions" | sort -n; }

# Whether the service runs on PostgreSQL $1. Of a major version that is newer than all that are named, on each.
accepts_server() {
  local version=$1 major=${1%%.*} oldest
  [[ $version =~ ^[0-9]+(\.[0-9]+)*$ ]] || return 1
  oldest=$(oldest_version "postgresql.$major")
  if [ -n "$oldest" ]; then at_least "$version" "$oldest"; else [ "$major" -gt "$(known_majors | tail -n 1)" ]; fi
}

# Whether the service runs on pgvector $1.
accepts_pgvector() { [[ $1 =~ ^[0-9]+(\.[0-9]+)*$ ]] && at_least "$1" "$(oldest_version pgvector)"; }

alternatives=(
  "Alternatives: install PostgreSQL ($(known_majors | while read -r major; do
    printf '%s, ' "$(oldest_version "postgresql.$major")"
  done)or newer) with pgvector $(oldest_version pgvector) or newer,"
  "or use Docker (docker compose up),"
  "or name a server of yours in DATABASE_URL or DB_HOST.")

# --- Which programs ---------------------------------------------------------------------------------------------------------

# find_programs [any]: sets bin, the directory of the programs: of the version that wrote the data, when there is data. Of the
# versions that the service runs on; where there is data, "any" also takes others of its major version.
find_programs() {
  local candidate major=''
  [ -z "${bin:-}" ] || return 0
  # shellcheck disable=SC2154 # data is bin/postgres's
  if [ -s "$data/PG_VERSION" ]; then major=$(< "$data/PG_VERSION"); fi
  while read -r candidate; do
    if [ -z "$major" ] || [ "$(major_version "$candidate")" = "$major" ]; then
      bin=$candidate
      return
    fi
  done < <(installed_bin_dirs; bundled_bin_dirs; if [ "${1:-}" = any ] && [ -n "$major" ]; then all_bin_dirs; fi)
  return 1
}

# find_programs, after fetching them if there are none.
install_programs() {
  if ! find_programs; then
    (fetch_programs)
    find_programs || die "the data in $data is PostgreSQL $(< "$data/PG_VERSION")'s, and that version is not available here" \
      "Bring its programs back, or start afresh with: bin/postgres destroy --yes"
  fi
  need_reachable "$bin/postgres" RHIZOME_CACHE
}

# need_reachable PATH SETTING: root's server runs as a user who may not go everywhere.
need_reachable() {
  as_server test -x "$1" || die "the user that runs PostgreSQL cannot reach $1" \
    "Choose a directory outside of /root with $2, or run as an ordinary user."
}

# Called in a subshell, whose end gives the lock back; an interrupted apt keeps it until it is really gone.
fetch_programs() {
  local began=$SECONDS
  mkdir -p "${bundle%/*}" || die "cannot write to RHIZOME_CACHE=${bundle%/*}"
  need_reachable "${bundle%/*}" RHIZOME_CACHE
  exec 8> "${bundle%/*}/install.lock" || die "cannot write to RHIZOME_CACHE=${bundle%/*}"
  flock 8
  [ -z "$(bundled_bin_dirs)" ] || return 0 # fetched by another command in the meantime
  say "Fetching PostgreSQL with pgvector (only this once)"
  rm -rf "$bundle"
  build_bundle "$bundle"
  bin=$(bundled_bin_dirs)
  say "  PostgreSQL $(server_version "$bin") and pgvector $(vector_version "$bin") are in $bundle:" \
    "$(du -sm "$bundle" | cut -f1) MB, $((SECONDS - began)) s"
}

# Prints the program directories of the bundle that will do. One that an older Rhizome fetched may not any more.
bundled_bin_dirs() {
  local bin
  for bin in "$bundle"/usr/lib/postgresql/*/bin; do
    if will_do "$bin"; then printf '%s\n' "$bin"; fi
  done
}

# As these two print, but of any version: to stop or look into a server that already runs.
all_bin_dirs() {
  local bin
  for bin in "$bundle"/usr/lib/postgresql/*/bin /usr/lib/postgresql/*/bin; do
    if [ -x "$bin/pg_ctl" ]; then printf '%s\n' "$bin"; fi
  done
}

# --- An installed PostgreSQL ------------------------------------------------------------------------------------------------

# Prints the program directory of each installed PostgreSQL that will do, newest first.
installed_bin_dirs() {
  local bin
  {
    printf '%s\n' /usr/lib/postgresql/*/bin
    pg_config --bindir 2> /dev/null || true
  } | sort -rV -u | while read -r bin; do
    if will_do "$bin"; then printf '%s\n' "$bin"; fi
  done
}

# Whether the programs are all there and of versions that the service runs on.
will_do() {
  local bin=$1 program
  for program in postgres initdb pg_ctl psql; do [ -x "$bin/$program" ] || return 1; done
  accepts_server "$(server_version "$bin")" && accepts_pgvector "$(vector_version "$bin")"
}

# server_version BIN: "18.6"
server_version() { "$1/postgres" --version | sed 's/^[^0-9]*\([0-9.]*\).*/\1/'; }

# The version of pgvector beside the programs in $1, or 0.
vector_version() {
  local bin=$1 share version=0 debian_share
  debian_share=${bin%/lib/postgresql/*}/share/postgresql/$(major_version "$bin")
  for share in "$("$bin/pg_config" --sharedir 2> /dev/null)" "$debian_share"; do
    [ -r "$share/extension/vector.control" ] || continue
    version=$(sed -n "s/^default_version *= *'\(.*\)'.*/\1/p" "$share/extension/vector.control")
    break
  done
  printf '%s\n' "$version"
}

major_version() { server_version "$1" | cut -d. -f1; }

# --- A private PostgreSQL ---------------------------------------------------------------------------------------------------

# Leaves a bundle in directory $1, all of it or nothing. The caller sees to it that no two of these run at once.
build_bundle() {
  local target=$1 work=$1.partial entry release version mirror mirrors tool
  for tool in apt-get apt-cache dpkg-deb; do
    command -v "$tool" > /dev/null ||
      die "no PostgreSQL with pgvector is installed, and without $tool none can be fetched" "${alternatives[@]}"
  done
  rm -rf "$work" # what an interrupted run left
  mkdir -p "$work"/{empty,state,lists/partial,cache/archives/partial} || die "cannot write to $(dirname "$target")"
  write_apt_settings
  mapfile -t mirrors < <(machine_mirrors)
  [ ${#mirrors[@]} -gt 0 ] || give_up "apt on this machine names no Debian mirror"
  for entry in "${bundle_releases[@]}"; do
    read -r release version <<< "$entry"
    for mirror in "${mirrors[@]}"; do
      assemble "$release" "$version" "$mirror" || continue
      mv -T "$work/root" "$target"
      rm -rf "$work"
      return
    done
  done
  give_up "PostgreSQL with pgvector could not be fetched from this machine's Debian mirror"
}

give_up() {
  grep -hE '^(E|W|Err|rhizome):' "$work/log" 2> /dev/null | tail -n 4 >&2 || true
  rm -rf "$work"
  die "$1" "${alternatives[@]}"
}

# assemble RELEASE VERSION MIRROR: a complete, tried bundle in $work/root, or a failure.
assemble() {
  local root=$work/root
  rm -rf "$root" "$work/debs"
  open_release "$1" "$3" && offers_what_will_do "$1" "$2" && download "$2" && unpack && prune && wrap_programs &&
    check_libraries && "$root/usr/lib/postgresql/$2/bin/postgres" --version >> "$work/log" 2>&1 &&
    will_do "$root/usr/lib/postgresql/$2/bin"
}

# offers_what_will_do RELEASE VERSION: before anything is downloaded; of what was unpacked will_do is asked again.
offers_what_will_do() {
  local server vector
  server=$(offered_version "postgresql-$2")
  vector=$(offered_version "postgresql-$2-pgvector")
  accepts_server "$server" && accepts_pgvector "$vector" && return
  echo "rhizome: Debian $1 has PostgreSQL ${server:-none} and pgvector ${vector:-none}, on which the service does not run" \
    >> "$work/log"
  return 1
}

# The version of package $1 in the index that was read, without what Debian adds to it: 18.6.
offered_version() {
  private_apt apt-cache show "$1" 2>> "$work/log" | sed -nE 's/^Version: ([0-9]+:)?([0-9.]+).*/\2/p' | sort -rV | head -n 1
}

# The machine's own settings (proxies, credentials, timeouts) stay in force; sources, lists and caches are private, the machine's
# hooks do not run, and nothing unsigned is accepted even where the machine itself would.
write_apt_settings() {
  cat > "$work/apt.conf" << CONF
Dir::Etc::sourcelist "$work/sources.list";
Dir::Etc::sourceparts "$work/empty";
Dir::Etc::preferences "/dev/null";
Dir::Etc::preferencesparts "$work/empty";
Dir::State "$work/state";
Dir::State::lists "$work/lists";
Dir::State::status "/dev/null";
Dir::Cache "$work/cache";
Dir::Cache::pkgcache "pkgcache.bin";
Acquire::Languages "none";
Acquire::Retries "3";
Acquire::http::Timeout "30";
Acquire::https::Timeout "30";
Acquire::AllowInsecureRepositories "false";
Acquire::AllowWeakRepositories "false";
Acquire::AllowDowngradeToInsecureRepositories "false";
APT::Get::AllowUnauthenticated "false";
APT::Update::Error-Mode "any";
APT::Sandbox::User "root";
Debug::NoLocking "true";
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
CONF
}

private_apt() {
  local tool=$1 verb=$2
  shift 2
  LC_ALL=C "$tool" -q -c "$work/apt.conf" "$verb" "$@"
}

# private_apt with the sources that the machine itself uses.
machine_apt() {
  private_apt apt-get "$@" -o Dir::Etc::sourcelist=/etc/apt/sources.list -o Dir::Etc::sourceparts=/etc/apt/sources.list.d \
    -o Dir::State::lists="$work/machine-lists"
}

# The mirrors of the Debian release that this machine runs. apt reads its own source files, of either format, and says what it
# would fetch: no network, no lists, and no parser of ours.
machine_mirrors() {
  local name
  name=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)
  machine_apt update --print-uris 2>> "$work/log" |
    sed -nE "s#^'(.*[^/])/+dists/(${name:-sid}|(old)*stable|testing|unstable|sid)/main/binary-.*#\1#p" | awk '!seen[$0]++'
}

# Reads the index of release $1 at mirror $2; its signature has to verify.
open_release() {
  local keyring
  for keyring in /usr/share/keyrings/debian-archive-keyring.gpg /usr/share/keyrings/debian-archive-keyring.pgp; do
    if [ -r "$keyring" ]; then break; else keyring=''; fi
  done
  read_index "$1" "$2" "$keyring" && return
  # An old machine may lack the newer release's key. Its own release's updates bring it, vouched for by the keys it has.
  grep -qE 'NO_PUBKEY|Missing key|public key is not available' "$work/log" || return 1
  fetch_keyring || return 1
  read_index "$1" "$2" "$(printf '%s\n' "$work"/keyring/usr/share/keyrings/debian-archive-keyring.[gp]* | head -n 1)"
}

read_index() {
  echo "deb [arch=$(dpkg --print-architecture)${3:+ signed-by=$3}] $2 $1 main" > "$work/sources.list"
  private_apt apt-get update >> "$work/log" 2>&1
}

fetch_keyring() {
  [ ! -d "$work/keyring" ] || return 0
  mkdir -p "$work/machine-lists/partial" "$work/keyring"
  machine_apt update >> "$work/log" 2>&1
  (cd "$work/keyring" && machine_apt download debian-archive-keyring >> "$work/log" 2>&1 && dpkg-deb -x ./*.deb .)
}

# Fetches PostgreSQL $1 with what it needs into $work/debs.
download() {
  local packages attempt size
  mapfile -t packages < <(needed_packages "postgresql-$1" "postgresql-client-$1" "postgresql-$1-pgvector")
  [ ${#packages[@]} -gt 3 ] || return 1
  size=$(private_apt apt-cache show "${packages[@]}" | awk '/^Size:/ { sum += $2 } END { printf "%.0f", sum / 1e6 }')
  say "  PostgreSQL $1 from Debian $release: ${#packages[@]} packages, $size MB"
  mkdir -p "$work/debs"
  for attempt in 1 2 3; do
    [ "$attempt" = 1 ] || sleep 2
    if (cd "$work/debs" && private_apt apt-get download "${packages[@]}" >> "$work/log" 2>&1); then return; fi
  done
  return 1
}

# needed_packages PACKAGE…: these and the libraries that they need, and those libraries' libraries. Following libraries only is
# what leaves out Perl, systemd, debconf and the rest that serves an installation; check_libraries tells if that was too little.
# LLVM would be most of the download, and the servers run with jit off.
needed_packages() {
  private_apt apt-cache depends --recurse --important "$@" 2>> "$work/log" | awk -v wanted="$*" '
    /^[^ ]/ { package = $1; next }
    /^ .Depends:|^ .PreDepends:/ { needs[package] = needs[package] " " $NF }
    function take(name,    list, count, i) {
      if (name in taken) return
      taken[name] = 1
      print name
      count = split(needs[name], list, " ")
      for (i = 1; i <= count; i++) if (list[i] ~ /^(lib|zlib)/ && list[i] !~ /^lib(c-|llvm)/) take(list[i])
    }
    END { count = split(wanted, first, " "); for (i = 1; i <= count; i++) take(first[i]) }'
}

unpack() {
  local deb
  mkdir -p "$root"
  for deb in "$work"/debs/*.deb; do dpkg-deb -x "$deb" "$root" || return 1; done
}

# Drops what a server on this machine does not read, about a third.
prune() {
  rm -rf "${root:?}"/{etc,var,usr/include,usr/libexec,usr/lib/systemd,usr/lib/sasl2,usr/lib/*/{gconv,security,engines-3}} \
    "$root"/usr/share/{bug,doc,gcc,gdb,info,lintian,locale,man} "$root"/usr/share/postgresql/*/man \
    "$root"/usr/lib/postgresql/*/lib/{bitcode,pgxs,llvmjit*} &&
    find "$root" -name '*.a' -delete && chmod -R a+rX "$root"
}

# The machine's C library may be older than the bundle's, so each program starts through the bundle's own loader. PostgreSQL finds
# its other files relative to the name that it is called by: --argv0 keeps that the wrapper's. Nothing here depends on where the
# bundle lies, so it can be renamed.
wrap_programs() {
  local libraries loader home program
  libraries=$(dirname "$root"/usr/lib/*/libc.so.6)
  loader=$(basename "$libraries"/ld-linux*.so.*)
  home=$(dirname "$root"/usr/lib/postgresql/*/bin)
  mkdir -p "$home/libexec"
  for program in "$home"/bin/*; do
    [ "$(head -c 4 "$program" | tail -c 3)" = ELF ] || continue
    mv "$program" "$home/libexec/" || return 1
    cat > "$program" << WRAPPER
#!/bin/sh
home=\$(cd "\${0%/*}/.." && pwd -P) name=\${0##*/}
libraries=\${home%/postgresql/*}/$(basename "$libraries")
exec "\$libraries/$loader" --inhibit-cache --library-path "\$libraries" --argv0 "\$home/bin/\$name" "\$home/libexec/\$name" "\$@"
WRAPPER
    chmod 755 "$program"
  done
}

# Every program and extension has to find each of its libraries in the bundle, so that none depends on the machine's by luck.
check_libraries() {
  local libraries loader file missing
  libraries=$(dirname "$root"/usr/lib/*/libc.so.6)
  loader=$(printf '%s\n' "$libraries"/ld-linux*.so.*)
  missing=$(for file in "$root"/usr/lib/postgresql/*/{libexec/*,lib/*.so}; do
    "$loader" --inhibit-cache --library-path "$libraries" --list "$file" 2>&1
  done | IN=" => $libraries/" awk '/ => / && !index($0, ENVIRON["IN"]) { print $1 }' | sort -u | tr '\n' ' ')
  [ -z "$missing" ] || { echo "rhizome: missing in the bundle: $missing" >> "$work/log"; return 1; }
}
