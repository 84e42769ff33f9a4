package dev.rhizome.libraries;

import dev.rhizome.libraries.BillOfMaterials.Library;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A published hole of a library.
 *
 * @param library group and name, or a group and {@code *}
 * @param since first version that has it
 * @param fixedIn first version after it that has it no more
 * @param accepted why it does not matter here; empty where it does
 */
record Advisory(String id, String library, String since, String fixedIn, String what, String accepted) {

    private static final Path FILE = Path.of("src/test/resources/libraries/advisories.txt");
    private static final Pattern NUMBERS = Pattern.compile("^\\d+(\\.\\d+)*");

    static List<Advisory> all() throws IOException {
        return Files.readAllLines(FILE).stream()
                .filter(line -> !line.isBlank() && !line.startsWith("#"))
                .map(Advisory::of)
                .toList();
    }

    static Advisory of(String line) {
        String[] fields =
                Arrays.stream(line.split("\\|", -1)).map(String::strip).toArray(String[]::new);
        if (fields.length < 5 || fields.length > 6) {
            throw new IllegalArgumentException(line);
        }
        return new Advisory(fields[0], fields[1], fields[2], fields[3], fields[4], fields.length == 6 ? fields[5] : "");
    }

    boolean isOf(Library one) {
        return library.endsWith(":*") ? library.equals(one.group() + ":*") : library.equals(one.coordinates());
    }

    boolean affects(Library one) {
        return isOf(one) && compare(one.version(), since) >= 0 && compare(one.version(), fixedIn) < 0;
    }

    boolean isAccepted() {
        return !accepted.isEmpty();
    }

    /** By the numbers in front; what follows them says nothing about holes. */
    private static int compare(String one, String other) {
        return Arrays.compare(numbers(one), numbers(other));
    }

    private static int[] numbers(String version) {
        Matcher found = NUMBERS.matcher(version);
        if (!found.find()) {
            throw new IllegalArgumentException("version: " + version + " (expected: numbers)");
        }
        return Arrays.stream(found.group().split("\\.", -1))
                .mapToInt(Integer::parseInt)
                .toArray();
    }
}
