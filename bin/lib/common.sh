# shellcheck shell=bash
# What the commands in bin/ share: messages, where state lives, and which JDK runs. Sourced, never run.

# To stderr, so that what a command prints for other programs stays clean.
say() { printf '%s\n' "$*" >&2; }

# die MESSAGE [HINT…]: ends the command with status 1, or RHIZOME_DIE_STATUS; each hint is a line on what to do about it.
die() {
  printf 'error: %s\n' "$1" >&2
  shift
  [ $# -eq 0 ] || printf '  %s\n' "$@" >&2
  exit "${RHIZOME_DIE_STATUS:-1}"
}

is_root() { [ "$(id -u)" = 0 ]; }

# Whether version $1 is version $2 or newer: at_least 17.10 17.6.
at_least() { [ "$(printf '%s\n%s\n' "$1" "$2" | sort -V | head -n 1)" = "$2" ]; }

# A path that holds wherever a command changes to.
absolute() {
  case $1 in
    /*) printf '%s\n' "$1" ;;
    *) printf '%s/%s\n' "$PWD" "$1" ;;
  esac
}

# user_folder SETTING XDG_VALUE FOLDER: the XDG folder, or its default below the home directory.
user_folder() {
  if [ -n "$2" ]; then printf '%s/rhizome\n' "$2"
  elif [ -n "${HOME:-}" ]; then printf '%s/%s/rhizome\n' "${HOME%/}" "$3"
  else die "neither $1 nor HOME is set" "Set $1 to a directory of yours."
  fi
}

# Data, passwords and keys. PostgreSQL refuses to run as root, so root's state lies where another user can reach it.
rhizome_home() {
  if [ -n "${RHIZOME_HOME:-}" ]; then absolute "$RHIZOME_HOME"
  elif is_root; then printf '/var/lib/rhizome\n'
  else user_folder RHIZOME_HOME "${XDG_STATE_HOME:-}" .local/state
  fi
}

# What can be fetched or built again.
rhizome_cache() {
  if [ -n "${RHIZOME_CACHE:-}" ]; then absolute "$RHIZOME_CACHE"
  elif is_root; then printf '/var/cache/rhizome\n'
  else user_folder RHIZOME_CACHE "${XDG_CACHE_HOME:-}" .cache
  fi
}

# The major version of the JDK in $1, or nothing where there is none; a runtime without a compiler is none.
jdk_version() {
  [ -x "$1/bin/javac" ] && [ -r "$1/release" ] || return 0
  sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release"
}

# Places where a JDK may be, one a line.
jdk_candidates() {
  local program
  printf '%s\n' /usr/lib/jvm/* "${HOME:-}"/.sdkman/candidates/java/*
  for program in javac java; do
    program=$(command -v "$program") || continue
    program=$(readlink -f "$program")
    printf '%s\n' "${program%/bin/*}"
  done
}

# Prints the home of a JDK of at least version $1: JAVA_HOME if it is one, else the newest that is installed.
find_jdk() {
  local least=$1 best='' best_version=0 home version
  version=$(jdk_version "${JAVA_HOME:-/nonexistent}")
  if [ "${version:-0}" -ge "$least" ]; then
    printf '%s\n' "$JAVA_HOME"
    return
  fi
  while read -r home; do
    version=$(jdk_version "$home")
    if [ "${version:-0}" -ge "$least" ] && [ "$version" -gt "$best_version" ]; then best=$home best_version=$version; fi
  done < <(jdk_candidates)
  [ -n "$best" ] || die "no JDK $least or newer found" \
    "Install one, such as Temurin 25, or the distribution's: apt-get install openjdk-$least-jdk-headless" \
    "If there is one elsewhere, name its directory in JAVA_HOME."
  printf '%s\n' "$best"
}

# Maven over all projects, on the JDK in JAVA_HOME, with its own libraries' warnings kept to itself.
run_maven() {
  command -v mvn > /dev/null || die "no Maven found" "Install it, for example: apt-get install maven"
  # It ends before much of it is worth the second compiler.
  local options="-XX:TieredStopAtLevel=1 -XX:+UseSerialGC ${MAVEN_OPTS:-}"
  if [ "$(jdk_version "$JAVA_HOME")" -ge 24 ]; then
    options="$options --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow"
  fi
  local argument own=()
  # What makes the bill of materials refuses to run offline.
  for argument; do case $argument in -o | --offline) own+=(-Dsbom.skip) ;; esac; done
  (cd "$project" && JAVA_HOME=$JAVA_HOME MAVEN_OPTS=$options \
    mvn -f build/pom.xml -B -ntp -Dstyle.color=never "${own[@]}" "$@")
}
