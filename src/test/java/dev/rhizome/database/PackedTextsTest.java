package dev.rhizome.database;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PackedTextsTest {

    private record Row(String id, int number, float share, String name) {

        static Row of(PackedTexts row) {
            return new Row(row.identifier(), row.integer(), row.real(), row.text());
        }
    }

    @Test
    void rowsComeInTheirOrder() {
        assertThat(PackedTexts.of("a\u00011\u00010.1\u00013\u0001one" + "b\u0001-2\u00011e-05\u00010\u0001", Row::of))
                .containsExactly(new Row("a", 1, 0.1f, "one"), new Row("b", -2, 1e-5f, ""));
    }

    @Test
    void aTextMayHaveAnyCharacter() {
        String name = "tab\t, end\u0001, two code units \uD83D\uDE00";

        assertThat(PackedTexts.of(
                        "a\u00011\u00011\u0001" + name.codePointCount(0, name.length()) + "\u0001" + name
                                + "b\u00012\u00012\u00011\u0001x",
                        Row::of))
                .containsExactly(new Row("a", 1, 1, name), new Row("b", 2, 2, "x"));
    }

    @Test
    void nothingIsNoRows() {
        assertThat(PackedTexts.of("", Row::of)).isEmpty();
    }
}
