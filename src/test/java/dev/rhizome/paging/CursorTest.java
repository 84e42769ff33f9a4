package dev.rhizome.paging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rhizome.paging.Cursor.Part;
import dev.rhizome.problem.InvalidRequest;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Cursors come back as they were given out, and what somebody made up is refused by its name. */
class CursorTest {

    @ParameterizedTest
    @CsvSource({
        "TEXT, an id",
        "NUMBER, -1e308",
        "FLOAT, 3.4e38",
        "RATIO, 0",
        "RATIO, 1",
        "FLAG, true",
        "FLAG, false",
        "WHOLE, -9223372036854775808",
        "TIME, 1900-01-01T00:00:00Z",
        "TIME, 9999-12-31T23:59:59Z",
        "UUID, 018f6b1e-7c3a-7d1e-9b1f-0a1b2c3d4e5f"
    })
    void aCursorComesBackAsItWas(Part part, String value) {
        Cursor cursor = Cursor.of(value, "b");

        assertThat(Cursor.decode(cursor.encoded(), part, Part.TEXT)).isEqualTo(cursor);
    }

    @ParameterizedTest
    @CsvSource({
        "TEXT, a\u0001b",
        "NUMBER, NaN",
        "NUMBER, 1e309",
        "NUMBER, one",
        "FLOAT, 3.5e38",
        "RATIO, -0.1",
        "RATIO, 1.1",
        "RATIO, NaN",
        "FLAG, TRUE",
        "FLAG, 1",
        "WHOLE, 1.5",
        "WHOLE, +1",
        "WHOLE, 9223372036854775808",
        "TIME, 1899-12-31T23:59:59Z",
        "TIME, +10000-01-01T00:00:00Z",
        "TIME, yesterday",
        "UUID, 1-1-1-1-1",
        "UUID, none"
    })
    void aValueThatTheListHasNotIsRefused(Part part, String value) {
        refused(Cursor.of(value).encoded(), part);
    }

    @Test
    void aCursorOfAnotherListIsRefused() {
        String encoded = Cursor.of("a", "b").encoded();

        refused(encoded, Part.TEXT);
        refused(encoded, Part.TEXT, Part.TEXT, Part.TEXT);
        refused(encoded, Part.WHOLE, Part.TEXT);
        refused(encoded, Part.TEXT, Part.WHOLE);
    }

    @Test
    void whatIsNoBase64IsRefused() {
        refused("*", Part.TEXT);
    }

    private static void refused(String encoded, Part... parts) {
        assertThatThrownBy(() -> Cursor.decode(encoded, parts))
                .isInstanceOf(InvalidRequest.class)
                .hasMessageContaining("cursor: " + encoded)
                .hasMessageContaining(Cursor.EXPECTED);
    }

    @Test
    void aPageSaysWhereTheNextBegins() {
        List<String> rows = List.of("a", "b", "c");

        assertThat(Page.of(rows, 2, Cursor::of))
                .isEqualTo(new Page<>(List.of("a", "b"), Cursor.of("b").encoded()));
        assertThat(Page.of(rows, 3, Cursor::of)).isEqualTo(new Page<>(rows, null));
        assertThat(Page.of(rows, 5, true, Cursor::of))
                .isEqualTo(new Page<>(rows, Cursor.of("c").encoded()));
        assertThat(Page.of(List.<String>of(), 5, true, Cursor::of)).isEqualTo(new Page<>(List.of(), null));
    }
}
