package dev.rhizome.preflight;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.rhizome.database.Migrations;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What the program's own migrations say of the schema, to compare a database with. */
final class ShippedSchema {

    /** A function's body, between two equal quotes. */
    private static final Pattern BODY = Pattern.compile("(?s)\\sas (\\$[a-z]*\\$)(.*?)\\1");

    private static final Pattern APPEND_ONLY =
            Pattern.compile("call rhizome\\.make_append_only\\('rhizome\\.(\\w+)'\\)");

    private ShippedSchema() {}

    /** Version of the newest migration. */
    static int version() {
        return Migrations.newest();
    }

    /** The files of functions, in the order of {@link #functionChecksums}. */
    static String[] functionFiles() {
        return Migrations.functions().keySet().stream().sorted().toArray(String[]::new);
    }

    /** Their checksums, as the schema's history notes them. */
    static Integer[] functionChecksums() {
        Map<String, Integer> checksums = Migrations.functions();
        return Stream.of(functionFiles()).map(checksums::get).toArray(Integer[]::new);
    }

    /** MD5 of the body of each function that is replaced when its file changes, as PostgreSQL computes it. */
    static String[] functionBodies() {
        return texts("R__*.sql", BODY, 2).map(ShippedSchema::md5).toArray(String[]::new);
    }

    /** Names of the tables to which rows are only added. */
    static String[] appendOnlyTables() {
        return texts("V*.sql", APPEND_ONLY, 1).toArray(String[]::new);
    }

    private static Stream<String> texts(String files, Pattern pattern, int group) {
        List<MatchResult> found = Migrations.texts(files).stream()
                .flatMap(text -> pattern.matcher(text).results())
                .toList();
        return found.stream().map(match -> match.group(group));
    }

    private static String md5(String text) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(text.getBytes(UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
