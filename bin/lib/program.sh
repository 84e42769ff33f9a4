# shellcheck shell=bash
# How the program is built, given a database and run. Sourced by bin/rhizome and bin/bench after common.sh.

# shellcheck disable=SC2154 # project is the command's
app=$project/target/app # the jar and its libraries, side by side: they load faster than nested ones
jar=$app/rhizome.jar
java_options=()

# Finds what the rest needs: the JDK, its options, and where data lies.
prepare_program() {
  JAVA_HOME=$(find_jdk 21)
  export JAVA_HOME
  RHIZOME_HOME=$(rhizome_home)
  export RHIZOME_HOME
  choose_options
  build
}

choose_options() {
  local version
  version=$(jdk_version "$JAVA_HOME")
  java_options=("@$project/bin/lib/java.options" ${RHIZOME_HEAP:+"-Xmx$RHIZOME_HEAP"})
  if [ "$version" -ge 24 ]; then java_options+=(-XX:+UseCompactObjectHeaders --sun-misc-unsafe-memory-access=allow); fi
  if [ "$version" = 24 ]; then java_options+=(-XX:+UnlockExperimentalVMOptions); fi
}

# Builds when a source is newer than the program.
build() {
  if [ -f "$jar" ] && [ -z "$(find "$project/src/main" "$project/migrations" "$project/pom.xml" "$project/build/pom.xml" -newer "$jar" -print -quit)" ]; then
    return
  fi
  say "Building (once; downloads libraries the first time)"
  rm -rf "$app"
  run_maven -q -Dmaven.test.skip package >&2 || die "the build failed"
  touch "$jar"
  record_start
}

# From JDK 25 on, a recorded start is replayed: about half the time. Without a record the program starts as well.
record_start() {
  [ "$(jdk_version "$JAVA_HOME")" -ge 25 ] || return 0
  RHIZOME_OPERATOR_KEY=not-a-key-but-for-recording "$JAVA_HOME/bin/java" "${java_options[@]}" \
    -XX:AOTCacheOutput="$app/start.aot" -Dspring.context.exit=onRefresh -jar "$jar" serve > "$app/record.log" 2>&1 ||
    say "warning: the start could not be recorded, so it will be slower; see $app/record.log"
}

database_is_given() { [ -n "${DATABASE_URL:-}" ] || [ -n "${DB_HOST:-}" ]; }

started_postgres=
# A server that this command started ends with it.
prepare_database() {
  local settings
  database_is_given && return
  trap finish EXIT
  "$project/bin/postgres" status > /dev/null 2>&1 || started_postgres=yes
  "$project/bin/postgres" start
  settings=$("$project/bin/postgres" env) # on a line of its own, for eval would hide a failure
  eval "$settings"
}

finish() {
  local status=$?
  if [ -n "$started_postgres" ]; then "$project/bin/postgres" stop || true; fi
  exit "$status"
}

# asks_for_help ARGUMENT…
asks_for_help() {
  case " $* " in
    *" --help "* | *" -h "*) ;;
    *) return 1 ;;
  esac
}

# Signals reach the program first, then the database stops.
run_program() {
  if [ -f "$app/start.aot" ]; then java_options+=(-XX:AOTCache="$app/start.aot"); fi
  "$JAVA_HOME/bin/java" "${java_options[@]}" -jar "$jar" "$@" &
  local program=$! status=0
  trap 'kill -TERM $program 2> /dev/null || true' TERM INT HUP
  wait "$program" || status=$?
  while kill -0 "$program" 2> /dev/null; do wait "$program" || status=$?; done
  trap - TERM INT HUP
  [ "$status" = 143 ] || [ "$status" = 130 ] || return "$status"
}
