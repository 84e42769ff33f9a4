package dev.rhizome.database;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rhizome.testing.TestDatabase;
import io.r2dbc.pool.ConnectionPool;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;

/** What the server packs comes out as it was. */
class PackedRowsIntegrationTest {

    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final ConnectionPool POOL = TestDatabase.create().pool(1);

    private record Line(String text, int integer, float real, double ratio, boolean flag, Instant instant) {

        static Line of(PackedRows row) {
            return new Line(row.text(), row.integer(), row.real(), row.ratio(), row.flag(), row.instant());
        }
    }

    @AfterAll
    static void close() {
        POOL.dispose();
    }

    @Test
    void rowsComeInTheirOrderWithEveryType() {
        assertThat(packed("""
                values ('Zürich 🐇', 7, 0.25::real, 1e-300::float8, true, '2026-11-26T12:34:56.789012Z'::timestamptz),
                       ('', -2147483648, 'infinity'::real, -0.1::float8, false, '1999-12-31T23:59:59Z'::timestamptz)
                """))
                .containsExactly(
                        new Line("Zürich 🐇", 7, 0.25f, 1e-300, true, Instant.parse("2026-11-26T12:34:56.789012Z")),
                        new Line(
                                "",
                                Integer.MIN_VALUE,
                                Float.POSITIVE_INFINITY,
                                -0.1,
                                false,
                                Instant.parse("1999-12-31T23:59:59Z")));
    }

    @Test
    void ofNoRowsNothingIsPacked() {
        assertThat(packed("select '', 1, 1::real, 1::float8, true, now() where false"))
                .isEmpty();
    }

    private static List<Line> packed(String rows) {
        String sql = "select encode(string_agg(record_send(row(a, b, c, d, e, f)), ''), 'base64') as rows from (" + rows
                + ") as given (a, b, c, d, e, f)";
        return Objects.requireNonNull(Flux.usingWhen(
                        POOL.create(),
                        connection -> Flux.from(connection.createStatement(sql).execute())
                                .concatMap(
                                        result -> result.map((row, metadata) -> PackedRows.of(row, "rows", Line::of))),
                        connection -> connection.close())
                .blockLast(LIMIT));
    }
}
