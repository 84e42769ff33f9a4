package dev.rhizome.database;

import io.r2dbc.spi.Readable;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Many short rows that the server packs into one text, in half the time that {@link PackedRows} take of it: fields that end with
 * U+0001 each, {@code string_agg(id || E'\x01' || confidence || E'\x01', '')}. Identifiers and names of types have no control
 * characters, numbers neither. A text that may have some is {@code char_length(name) || E'\x01' || name}.
 */
public final class PackedTexts {

    private static final char END = '\u0001';

    private final String packed;
    private int at;

    private PackedTexts(String packed) {
        this.packed = packed;
    }

    /**
     * The rows in {@code column}, in their order; none where it is null.
     *
     * @param mapper takes each row's fields by their types, in their order and all of them
     */
    public static <T> List<T> of(Readable row, String column, Function<PackedTexts, T> mapper) {
        String packed = row.get(column, String.class);
        return packed == null ? List.of() : of(packed, mapper);
    }

    static <T> List<T> of(String packed, Function<PackedTexts, T> mapper) {
        PackedTexts fields = new PackedTexts(packed);
        List<T> rows = new ArrayList<>();
        while (fields.at < packed.length()) {
            rows.add(mapper.apply(fields));
        }
        return rows;
    }

    /** An identifier or a name of a type. */
    public String identifier() {
        int end = packed.indexOf(END, at);
        String field = packed.substring(at, end);
        at = end + 1;
        return field;
    }

    /** Any text. */
    public String text() {
        int length = integer();
        int end = packed.offsetByCodePoints(at, length);
        String text = packed.substring(at, end);
        at = end;
        return text;
    }

    /** An {@code integer}. */
    public int integer() {
        return Integer.parseInt(identifier());
    }

    /** A {@code real}, as exact as it is stored. */
    public float real() {
        return Float.parseFloat(identifier());
    }
}
