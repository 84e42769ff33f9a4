package dev.rhizome.bench.relevance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A file of tab-separated values in UTF-8 with a header line; no quoting, so no value holds a tab or a line feed. */
final class TsvFile {

    private static final String BYTE_ORDER_MARK = "\uFEFF";

    private final Path file;
    private final List<String> lines;
    private final Map<String, Integer> columns;

    /**
     * A line of values.
     *
     * @param number of the line in its file, from 1
     */
    record Row(TsvFile of, int number, List<String> values) {

        /** The value in a column that the file has. */
        String get(String column) {
            return values.get(of.column(column)).strip();
        }

        /** The value in a column that the file has, which must not be empty. */
        String required(String column) {
            String value = get(column);
            if (value.isEmpty()) {
                throw malformed(column + ": empty", "a value");
            }
            return value;
        }

        /** What to throw when something is wrong with this line. */
        IllegalArgumentException malformed(String found, String expected) {
            return of.malformed(number, found, expected);
        }
    }

    private TsvFile(Path file, List<String> lines) {
        this.file = file;
        this.lines = lines;
        this.columns = new HashMap<>();
        String[] header = lines.getFirst().split("\t", -1);
        for (int i = 0; i < header.length; i++) {
            columns.putIfAbsent(header[i].strip(), i);
        }
    }

    /**
     * Reads {@code file}.
     *
     * @throws IllegalArgumentException when it is missing, no UTF-8, or has no header
     */
    static TsvFile read(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new IllegalArgumentException(file + ": missing (expected: a file of tab-separated values)");
        }
        try {
            List<String> lines = new ArrayList<>(Files.readAllLines(file));
            if (lines.isEmpty()) {
                throw new IllegalArgumentException(file + ": empty (expected: a line that names the columns)");
            }
            if (lines.getFirst().startsWith(BYTE_ORDER_MARK)) {
                lines.set(0, lines.getFirst().substring(1));
            }
            return new TsvFile(file, lines);
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException(file + ": bytes that are no text (expected: UTF-8)", e);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    /** Whether the header names {@code column}. */
    boolean has(String column) {
        return columns.containsKey(column);
    }

    /** The lines below the header, but for blank ones, each checked to have as many values as the header has names. */
    List<Row> rows() {
        int width = lines.getFirst().split("\t", -1).length;
        List<Row> rows = new ArrayList<>(lines.size());
        for (int i = 1; i < lines.size(); i++) {
            if (!lines.get(i).isBlank()) {
                String[] values = lines.get(i).split("\t", -1);
                if (values.length != width) {
                    throw malformed(i + 1, count(values.length), count(width) + ", as in the header");
                }
                rows.add(new Row(this, i + 1, List.of(values)));
            }
        }
        return rows;
    }

    private int column(String name) {
        Integer column = columns.get(name);
        if (column == null) {
            throw malformed(1, "no column " + name, "a header with it; there are " + columns.keySet());
        }
        return column;
    }

    private IllegalArgumentException malformed(int line, String found, String expected) {
        return new IllegalArgumentException(file + ", line " + line + ": " + found + " (expected: " + expected + ")");
    }

    private static String count(int values) {
        return values == 1 ? "1 value" : values + " values";
    }
}
