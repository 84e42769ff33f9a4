package dev.rhizome.database;

import io.r2dbc.spi.Readable;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.function.Function;

/**
 * Many short rows that the server packs into one value: {@code encode(string_agg(record_send(row(…)), ''), 'base64')}. The
 * driver handles each row and each column of it one by one, which takes longer than the server takes to find them.
 *
 * <p>PostgreSQL's {@code record_send} writes the number of columns, and of each column its type, its length and its binary
 * form; numbers with the highest byte first. Columns must not be null. Base64, since the driver takes bytes in hexadecimal
 * form and looks for each of them with a regular expression.
 */
public final class PackedRows {

    /** From which PostgreSQL counts. */
    private static final Instant EPOCH = Instant.parse("2000-01-01T00:00:00Z");

    private static final Base64.Decoder LINES = Base64.getMimeDecoder();

    private final ByteBuffer bytes;

    private PackedRows(ByteBuffer bytes) {
        this.bytes = bytes;
    }

    /**
     * The rows in {@code column}, in their order; none where it is null.
     *
     * @param mapper takes each row's columns by their types, in their order and all of them
     */
    public static <T> List<T> of(Readable row, String column, Function<PackedRows, T> mapper) {
        String packed = row.get(column, String.class);
        if (packed == null) {
            return List.of();
        }
        ByteBuffer bytes = ByteBuffer.wrap(LINES.decode(packed));
        PackedRows rows = new PackedRows(bytes);
        List<T> all = new ArrayList<>();
        while (bytes.hasRemaining()) {
            bytes.getInt(); // columns
            all.add(mapper.apply(rows));
        }
        return all;
    }

    /** A text that is never null. */
    public String text() {
        bytes.getInt(); // the type
        byte[] text = new byte[bytes.getInt()];
        bytes.get(text);
        return new String(text, StandardCharsets.UTF_8);
    }

    /** An {@code integer}. */
    public int integer() {
        skipTypeAndLength();
        return bytes.getInt();
    }

    /** A {@code real}. */
    public float real() {
        skipTypeAndLength();
        return bytes.getFloat();
    }

    /** A {@code double precision}. */
    public double ratio() {
        skipTypeAndLength();
        return bytes.getDouble();
    }

    /** A {@code timestamptz}, to the microsecond. */
    public Instant instant() {
        skipTypeAndLength();
        return EPOCH.plus(bytes.getLong(), ChronoUnit.MICROS);
    }

    /** A {@code boolean}. */
    public boolean flag() {
        skipTypeAndLength();
        return bytes.get() != 0;
    }

    private void skipTypeAndLength() {
        bytes.position(bytes.position() + 2 * Integer.BYTES);
    }
}
