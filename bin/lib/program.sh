# shellcheck shell=bash
# How the programs are built, given a database and run. Sourced by bin/rhizome and bin/bench after common.sh.

# shellcheck disable=SC2154 # project is the command's
app=$project/target/unchecked/app # a program is a jar, and its libraries beside it
jar=$app/rhizome.jar
bench_jar=$project/bench/target/unchecked/app/rhizome-bench.jar
java_options=()

# prepare_programs service|all: finds the JDK and where data lies, and builds what is not up to date.
prepare_programs() {
  JAVA_HOME=$(find_jdk 21)
  export JAVA_HOME
  RHIZOME_HOME=$(rhizome_home)
  export RHIZOME_HOME
  build "$1"
}

# What every JVM gets.
common_options() {
  local version
  version=$(jdk_version "$JAVA_HOME")
  java_options=()
  if [ "$version" -ge 24 ]; then java_options+=(-XX:+UseCompactObjectHeaders --sun-misc-unsafe-memory-access=allow); fi
  if [ "$version" = 24 ]; then java_options+=(-XX:+UnlockExperimentalVMOptions); fi
}

service_options() {
  common_options
  java_options=("@$project/bin/lib/java.options" ${RHIZOME_HEAP:+"-Xmx$RHIZOME_HEAP"} "${java_options[@]}")
  if [ -f "$app/start.aot" ]; then java_options+=(-XX:AOTCache="$app/start.aot"); fi
}

# is_new JAR SOURCE…: whether no source is newer than the jar.
is_new() {
  local built=$1
  shift
  [ -f "$built" ] && [ -z "$(find "$@" "$project/build/pom.xml" -newer "$built" -print -quit)" ]
}

# build service|all: in one run of Maven, for its start takes longer than a project. What is only run here needs no bill of
# materials; an image's build makes one.
build() {
  local projects=()
  is_new "$jar" "$project/src/main" "$project/migrations" "$project/pom.xml" || projects+=(:rhizome)
  if [ "$1" = all ]; then
    is_new "$bench_jar" "$project"/{client,bench}/src/main "$project"/{client,bench}/pom.xml ||
      projects+=(:rhizome-client :rhizome-bench)
  fi
  [ ${#projects[@]} -gt 0 ] || return 0
  say "Building (once; downloads libraries the first time)"
  case " ${projects[*]} " in *" :rhizome "*) rm -rf "$app" ;; esac
  run_maven -q -T 2 -Dmaven.test.skip -Dsbom.skip -pl "$(IFS=, && printf '%s' "${projects[*]}")" package >&2 || die "the build failed"
  case " ${projects[*]} " in *" :rhizome "*) touch "$jar" && record_start ;; esac
  case " ${projects[*]} " in *" :rhizome-bench "*) touch "$bench_jar" ;; esac
}

# From JDK 25 on, a recorded start is replayed: about half the time. Without a record the service starts as well.
record_start() {
  [ "$(jdk_version "$JAVA_HOME")" -ge 25 ] || return 0
  service_options
  RHIZOME_OPERATOR_KEY=not-a-key-but-for-recording "$JAVA_HOME/bin/java" "${java_options[@]}" \
    -XX:AOTCacheOutput="$app/start.aot" -Dspring.context.exit=onRefresh -jar "$jar" serve > "$app/record.log" 2>&1 ||
    say "warning: the start could not be recorded, so it will be slower; see $app/record.log"
}

database_is_given() { [ -n "${DATABASE_URL:-}" ] || [ -n "${DB_HOST:-}" ]; }

# Meanwhile, for what follows need not wait for it. prepare_database does.
fetching_postgres=
fetch_postgres() {
  database_is_given && return
  "$project/bin/postgres" install &
  fetching_postgres=$!
}

started_postgres=
# A server that this command started ends with it.
prepare_database() {
  local settings
  database_is_given && return
  [ -z "$fetching_postgres" ] || wait "$fetching_postgres" || exit "${RHIZOME_DIE_STATUS:-1}"
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

# asks_for_help ARGUMENT…: or for what is told without a database.
asks_for_help() {
  case " $* " in
    *" --help "* | *" -h "* | "check "*" --rules "*) ;;
    *) return 1 ;;
  esac
}

# What runs now, and whether this command was asked to end.
running=()
asked_to_end=
end_all() {
  asked_to_end=yes
  kill -TERM "${running[@]}" 2> /dev/null || true
}

# run PROGRAM ARGUMENT…: to its end. Signals reach the program first, then the database stops.
run() {
  trap end_all TERM INT HUP
  "$@" &
  running=($!)
  await "${running[0]}"
}

# await PID: its status; 0 where it ended because it was asked to.
await() {
  local status=0
  wait "$1" 2> /dev/null || status=$?
  while kill -0 "$1" 2> /dev/null; do wait "$1" || status=$?; done # a signal interrupts a wait
  [ -z "$asked_to_end" ] || case $status in 130 | 143) status=0 ;; esac
  return "$status"
}

run_service() { run "$project/bin/lib/service" "$@"; }

run_bench() {
  common_options
  RHIZOME_OWN_GROUP=yes run "$JAVA_HOME/bin/java" -Xmx1g -XX:+UseSerialGC "${java_options[@]}" --enable-native-access=ALL-UNNAMED \
    -Drhizome.service="$project/bin/lib/service" -Drhizome.postgres="$project/bin/postgres" -jar "$bench_jar" "$@"
}

# run_demo ARGUMENT…: serves, and has the loader fill the service; when either fails, both end.
run_demo() {
  local loader service status=0
  trap end_all TERM INT HUP
  "$project/bin/lib/service" serve &
  service=$!
  common_options
  "$JAVA_HOME/bin/java" -Xmx256m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 "${java_options[@]}" \
    --enable-native-access=ALL-UNNAMED -jar "$bench_jar" demo --url "http://localhost:${PORT:-8080}" "$@" &
  loader=$!
  running=("$service" "$loader")
  wait -n "$service" "$loader" || status=$?
  if kill -0 "$service" 2> /dev/null && [ -z "$asked_to_end" ] && [ "$status" = 0 ]; then
    running=("$service")
    await "$service"
    return
  fi
  kill -TERM "$service" "$loader" 2> /dev/null || true
  await "$loader" || true
  await "$service" || true
  [ -n "$asked_to_end" ] || { [ "$status" != 0 ] || status=1; return "$status"; }
}
