package dev.rhizome.preflight;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.springframework.core.io.ClassPathResource;

/** Which versions of PostgreSQL and pgvector the service runs on; bin/postgres reads the same file. */
final class OldestVersions {

    private static final String FILE = "preflight/oldest-versions.properties";
    private static final String SERVER = "postgresql.";
    private static final Pattern NUMBERS = Pattern.compile("\\d+(\\.\\d+)*");

    /** By major version. */
    private static final TreeMap<Integer, String> SERVERS = new TreeMap<>();

    private static final String PGVECTOR;

    static {
        Properties file = read();
        for (String name : file.stringPropertyNames()) {
            if (name.startsWith(SERVER)) {
                SERVERS.put(Integer.valueOf(name.substring(SERVER.length())), file.getProperty(name));
            }
        }
        PGVECTOR = file.getProperty("pgvector");
    }

    private OldestVersions() {}

    /** Whether {@code version}, as the server names it, is one to run on: {@code 18.6 (Debian 18.6-3)}. */
    static boolean acceptsServer(String version) {
        List<Integer> numbers = numbers(version);
        if (numbers.isEmpty() || numbers.getFirst() < SERVERS.firstKey()) {
            return false;
        }
        String oldest = SERVERS.get(numbers.getFirst());
        return oldest == null || compare(numbers, numbers(oldest)) >= 0;
    }

    /** Whether {@code version} of pgvector is one to run on; without any number it is not. */
    static boolean acceptsPgvector(String version) {
        List<Integer> numbers = numbers(version);
        return !numbers.isEmpty() && compare(numbers, numbers(PGVECTOR)) >= 0;
    }

    /** The oldest minor version of each major version, as in {@code 16.15, 17.11, 18.6}. */
    static String servers() {
        return SERVERS.values().stream().collect(Collectors.joining(", "));
    }

    /** The oldest version of pgvector. */
    static String pgvector() {
        return PGVECTOR;
    }

    /** The first dotted number in the text; empty where there is none. */
    private static List<Integer> numbers(String version) {
        Matcher found = NUMBERS.matcher(version);
        return found.find()
                ? Arrays.stream(found.group().split("\\.", -1))
                        .map(Integer::valueOf)
                        .toList()
                : List.of();
    }

    private static int compare(List<Integer> one, List<Integer> other) {
        return Arrays.compare(
                one.stream().mapToInt(Integer::intValue).toArray(),
                other.stream().mapToInt(Integer::intValue).toArray());
    }

    private static Properties read() {
        Properties file = new Properties();
        try (Reader reader = new InputStreamReader(new ClassPathResource(FILE).getInputStream(), UTF_8)) {
            file.load(reader);
        } catch (IOException e) {
            throw new UncheckedIOException(FILE + " in the program cannot be read", e);
        }
        return file;
    }
}
