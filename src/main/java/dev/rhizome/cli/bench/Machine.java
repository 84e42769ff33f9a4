package dev.rhizome.cli.bench;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.rhizome.cli.service.LocalService;
import dev.rhizome.database.Query;
import dev.rhizome.database.Rows;
import dev.rhizome.database.UntenantedQueries;
import java.lang.management.ManagementFactory;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * What figures were measured on. What is not known is null: of a service elsewhere, only its client's machine is known.
 *
 * @param cores that this process may use
 * @param memoryMb of the machine
 * @param loadBefore mean number of runnable tasks in the minute before; above 0, others were at work too
 * @param heapMb that this process may use
 * @param os name, version and architecture
 * @param jdk that runs this process
 * @param service where it ran
 * @param postgresql version
 * @param pgvector version
 * @param commit of the program's source, from RHIZOME_COMMIT
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record Machine(
        int cores,
        long memoryMb,
        double loadBefore,
        long heapMb,
        String os,
        String jdk,
        String service,
        @Nullable String postgresql,
        @Nullable String pgvector,
        @Nullable String commit) {

    private record Versions(String postgresql, String pgvector) {}

    private static final Query<Versions> VERSIONS = Query.of(
            """
            select split_part(current_setting('server_version'), ' ', 1) as postgresql, extversion as pgvector
              from pg_extension where extname = 'vector'
            """,
            row -> new Versions(
                    Rows.required(row, "postgresql", String.class), Rows.required(row, "pgvector", String.class)));
    private static final long LIMIT_SECONDS = 10;

    /** This machine, with {@code local} the service in this process, or null for one at {@code url}. */
    static Machine of(@Nullable LocalService local, String url) {
        Versions versions = local == null ? null : versions(local.component(UntenantedQueries.class));
        String commit = System.getenv("RHIZOME_COMMIT");
        return new Machine(
                Runtime.getRuntime().availableProcessors(),
                memory() >> 20,
                Math.round(ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage() * 100) / 100.0,
                Runtime.getRuntime().maxMemory() >> 20,
                System.getProperty("os.name") + " " + System.getProperty("os.version") + " "
                        + System.getProperty("os.arch"),
                System.getProperty("java.vm.vendor") + " " + Runtime.version(),
                local == null ? url : "in this process, with the clients",
                versions == null ? null : versions.postgresql(),
                versions == null ? null : versions.pgvector(),
                commit == null || commit.isBlank() ? null : commit);
    }

    /** One line for people. */
    String inWords() {
        return cores + " cores, " + memoryMb + " MB, load " + loadBefore + ", JDK " + jdk
                + (postgresql == null ? "" : ", PostgreSQL " + postgresql + " with pgvector " + pgvector)
                + (commit == null ? "" : ", commit " + commit) + "; service " + service;
    }

    private static long memory() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean system
                ? system.getTotalMemorySize()
                : 0;
    }

    private static @Nullable Versions versions(UntenantedQueries queries) {
        try {
            return queries.rows(VERSIONS).next().toFuture().get(LIMIT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        } catch (ExecutionException | TimeoutException e) {
            return null;
        }
    }
}
