package dev.rhizome.database;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.Readable;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Rows that the server has packed into one text, by the form of its {@code record_send}. */
class PackedRowsTest {

    private record Row(String text, int integer, float real, double ratio, Instant instant, boolean flag) {

        static Row of(PackedRows row) {
            return new Row(row.text(), row.integer(), row.real(), row.ratio(), row.instant(), row.flag());
        }
    }

    private static Readable packed(@Nullable String value) {
        return new Readable() {
            @Override
            public <T> @Nullable T get(int index, Class<T> type) {
                throw new AssertionError("by its name");
            }

            @Override
            public <T> @Nullable T get(String name, Class<T> type) {
                assertThat(name).isEqualTo("rows");
                return value == null ? null : type.cast(value);
            }
        };
    }

    private static void append(ByteBuffer to, String text, boolean flag) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        to.putInt(6);
        to.putInt(25).putInt(bytes.length).put(bytes);
        to.putInt(23).putInt(4).putInt(-7);
        to.putInt(700).putInt(4).putFloat(0.5f);
        to.putInt(701).putInt(8).putDouble(0.25);
        to.putInt(1184).putInt(8).putLong(1_000_001); // microseconds since 2000
        to.putInt(16).putInt(1).put((byte) (flag ? 1 : 0));
    }

    @Test
    void rowsAreReadInTheirOrderColumnByColumn() {
        ByteBuffer bytes = ByteBuffer.allocate(1_000);
        append(bytes, "fünf", true);
        append(bytes, "", false);
        byte[] packed = new byte[bytes.position()];
        bytes.flip().get(packed);
        // As PostgreSQL writes it, in lines of 76 characters.
        String text = Base64.getMimeEncoder(76, new byte[] {'\n'}).encodeToString(packed);

        List<Row> rows = PackedRows.of(packed(text), "rows", Row::of);

        Instant instant = Instant.parse("2000-01-01T00:00:01.000001Z");
        assertThat(rows)
                .containsExactly(
                        new Row("fünf", -7, 0.5f, 0.25, instant, true), new Row("", -7, 0.5f, 0.25, instant, false));
    }

    @Test
    void noRowsAreNone() {
        assertThat(PackedRows.of(packed(null), "rows", Row::of)).isEmpty();
        assertThat(PackedRows.of(packed(""), "rows", Row::of)).isEmpty();
    }
}
