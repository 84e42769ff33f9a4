# shellcheck shell=bash
# What the commands in bin/ share: messages, where state lives, and which JDK runs.

say() { printf '%s\n' "$*" >&2; }

die() {
  printf 'error: %s\n' "$1" >&2
  shift
  [ $# -eq 0 ] || printf '  %s\n' "$@" >&2
  exit 1
}

is_root() { [ "$(id -u)" = 0 ]; }

# Data, passwords and keys. PostgreSQL refuses to run as root, so root's state lies where another user can reach it.
rhizome_home() {
  if [ -n "${RHIZOME_HOME:-}" ]; then printf '%s\n' "$RHIZOME_HOME"
  elif is_root; then printf '/var/lib/rhizome\n'
  else printf '%s/rhizome\n' "${XDG_STATE_HOME:-$HOME/.local/state}"
  fi
}

# What can be fetched or built again.
rhizome_cache() {
  if [ -n "${RHIZOME_CACHE:-}" ]; then printf '%s\n' "$RHIZOME_CACHE"
  elif is_root; then printf '/var/cache/rhizome\n'
  else printf '%s/rhizome\n' "${XDG_CACHE_HOME:-$HOME/.cache}"
  fi
}

# The major version of the JDK in $1, or nothing.
jdk_version() {
  [ -x "$1/bin/javac" ] && [ -r "$1/release" ] || return 0
  sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release"
}

# Prints the home of a JDK of at least version $1: JAVA_HOME if it is one, else the newest that is installed.
find_jdk() {
  local least=$1 best='' best_version=0 home version
  if [ -n "${JAVA_HOME:-}" ]; then
    version=$(jdk_version "$JAVA_HOME")
    if [ "${version:-0}" -ge "$least" ]; then printf '%s\n' "$JAVA_HOME"; return; fi
  fi
  local java
  java=$(command -v javac || true)
  for home in /usr/lib/jvm/* "${HOME:-/}"/.sdkman/candidates/java/* ${java:+"$(dirname "$(dirname "$(readlink -f "$java")")")"}; do
    version=$(jdk_version "$home")
    if [ "${version:-0}" -ge "$least" ] && [ "$version" -gt "$best_version" ]; then best=$home best_version=$version; fi
  done
  [ -n "$best" ] || die "no JDK $least or newer found" \
    "Install one, for example Temurin 25 or a distribution's OpenJDK, or point JAVA_HOME at it."
  printf '%s\n' "$best"
}
