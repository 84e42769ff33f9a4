package dev.rhizome.transfer;

import dev.rhizome.problem.InvalidRequest;
import java.nio.charset.StandardCharsets;

/**
 * A line of an export: what the tenant is, a row of a table, or what the export has in all.
 *
 * @param event the kind of line
 * @param json an object, as it is in the line but for the kind
 */
record ExportLine(String event, String json) {

    /** The first line. */
    static final String TENANT = "tenant";

    /** A line with a row. */
    static final String ROW = "row";

    /** The last line of an export that is whole. */
    static final String DONE = "done";

    private static final String BEFORE_EVENT = "{\"event\":\"";
    private static final String BEFORE_TABLE = "{\"table\":\"";
    private static final String BEFORE_ROW = "\",\"row\":";

    /** A row of {@code table}. */
    static ExportLine row(String table, String row) {
        return new ExportLine(ROW, BEFORE_TABLE + table + BEFORE_ROW + row + "}");
    }

    /**
     * The line that {@code bytes} are. Exports are read as they were written, since the hash is over their bytes.
     *
     * @throws InvalidRequest where it is not one
     */
    static ExportLine of(byte[] bytes) {
        String line = new String(bytes, StandardCharsets.UTF_8).strip();
        int end = line.startsWith(BEFORE_EVENT) ? line.indexOf('"', BEFORE_EVENT.length()) : -1;
        if (end < 0 || !line.endsWith("}") || !line.startsWith("\",", end)) {
            throw notWritten(line);
        }
        return new ExportLine(line.substring(BEFORE_EVENT.length(), end), "{" + line.substring(end + 2));
    }

    /** The table whose row it has. */
    String table() {
        int end = json.startsWith(BEFORE_TABLE) ? json.indexOf(BEFORE_ROW, BEFORE_TABLE.length()) : -1;
        if (end < 0) {
            throw notWritten(json);
        }
        return json.substring(BEFORE_TABLE.length(), end);
    }

    /** The row of {@link #table}. */
    String row() {
        return json.substring(BEFORE_TABLE.length() + table().length() + BEFORE_ROW.length(), json.length() - 1);
    }

    private static InvalidRequest notWritten(String line) {
        return InvalidRequest.of("line", line, "a line of an export");
    }
}
