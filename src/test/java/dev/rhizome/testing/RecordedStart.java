package dev.rhizome.testing;

import dev.rhizome.Application;
import java.io.File;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the program becomes a process. Where tests run on the jar that was packaged, its start is recorded once and replayed by
 * each process, for less than half the time, as bin/rhizome does. Where they run on classes it begins without a record.
 */
public final class RecordedStart {

    /** Maven ends it with a separator, which would mean the working directory, and all that is in it. */
    private static final String CLASS_PATH =
            System.getProperty("java.class.path").replaceFirst(File.pathSeparator + "+$", "");

    /** The jar that was packaged; not set where tests run before. */
    private static final String PROGRAM = "rhizome.program";

    private static final Path JAVA = Path.of(System.getProperty("java.home"), "bin", "java");
    private static final List<String> OPTIONS =
            List.of("@bin/lib/java.options", "-XX:TieredStopAtLevel=1", "--sun-misc-unsafe-memory-access=allow");
    private static final int KEEPS_RECORDS = 25;

    private static @Nullable List<String> command;

    private RecordedStart() {}

    /** The program, with these {@code properties} of Java; its arguments are still to come. */
    public static List<String> command(List<String> properties) throws IOException, InterruptedException {
        return joined(List.of(JAVA.toString()), OPTIONS, properties, recorded());
    }

    /** As {@link #command}, of the program on another class path. */
    static List<String> command(List<String> properties, String classPath) {
        return joined(
                List.of(JAVA.toString()), OPTIONS, properties, List.of("-cp", classPath, Application.class.getName()));
    }

    private static synchronized List<String> recorded() throws IOException, InterruptedException {
        List<String> known = command;
        if (known == null) {
            String jar = System.getProperty(PROGRAM);
            known = jar == null || Runtime.version().feature() < KEEPS_RECORDS
                    ? List.of("-cp", CLASS_PATH, Application.class.getName())
                    : List.of("-XX:AOTCache=" + record(jar), "-jar", jar);
            command = known;
        }
        return known;
    }

    /** Several processes run tests, and the first one records. */
    private static Path record(String jar) throws IOException, InterruptedException {
        Path record = Path.of(jar).resolveSibling("tests.aot");
        try (FileChannel file = FileChannel.open(
                        record.resolveSibling("tests.aot.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = file.lock()) {
            if (lock.isValid() && !isNewer(record, Path.of(jar))) {
                ProcessBuilder builder = new ProcessBuilder(joined(
                                List.of(JAVA.toString()),
                                OPTIONS,
                                List.of("-XX:AOTCacheOutput=" + record, "-Dspring.context.exit=onRefresh"),
                                List.of("-jar", jar, "serve")))
                        .redirectErrorStream(true)
                        .redirectOutput(record.resolveSibling("tests.aot.log").toFile());
                builder.environment().clear();
                builder.environment().put("RHIZOME_OPERATOR_KEY", RunningService.OPERATOR);
                builder.environment()
                        .put(
                                "RHIZOME_HOME",
                                Files.createTempDirectory("rhizome-home").toString());
                if (builder.start().waitFor() != 0) {
                    throw new IllegalStateException("the start could not be recorded: " + record + ".log");
                }
            }
        }
        return record;
    }

    private static boolean isNewer(Path file, Path than) throws IOException {
        return Files.exists(file) && Files.getLastModifiedTime(file).compareTo(Files.getLastModifiedTime(than)) > 0;
    }

    @SafeVarargs
    private static List<String> joined(List<String>... parts) {
        List<String> all = new ArrayList<>();
        for (List<String> part : parts) {
            all.addAll(part);
        }
        return all;
    }
}
