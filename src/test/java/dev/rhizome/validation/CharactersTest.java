package dev.rhizome.validation;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is blank, what can be stored and how long a text is, by Unicode. */
class CharactersTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "\t\n",
                "\u00a0",
                "\u3000",
                "\u2028",
                "\u200b",
                "\u200d\ufeff",
                "\u00ad",
                "\u202e",
                "\ufe0f",
                "\u0301",
                "\u3164",
                "\u2800",
                "\ufffd",
                "\ue000",
                "\udb40\udc41"
            })
    void nothingIsSeenOfWhiteSpaceFormatCharactersAndLoneMarks(String text) {
        assertThat(Characters.areVisible(text)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "\u200ba", "7", "!", "+", "\u4e1c", "\ud83d\ude00", "\u0e01\u0e33", "\u2211", "_"})
    void lettersNumbersSymbolsAndPunctuationAreSeen(String text) {
        assertThat(Characters.areVisible(text)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"\0", "a\0b", "\ud83d", "\ude00", "\ud83dx", "\ude00\ud83d"})
    void neitherU0000NorHalfAPairIsStored(String text) {
        assertThat(Characters.areStorable(text)).isFalse();
    }

    @Test
    void pairsAreStoredAndCountOnce() {
        assertThat(Characters.areStorable("\ud83d\ude00x")).isTrue();
        assertThat(Characters.count("\ud83d\ude00x")).isEqualTo(2);
        assertThat(Characters.first(1, "\ud83d\ude00x")).isEqualTo("\ud83d\ude00");
        assertThat(Characters.first(9, "ab")).isEqualTo("ab");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "abc", "\u00e4\u07ff", "\u0800\u4e1c", "\ud83d\ude00", "a\u00e4\u4e1c\ud83d\ude00"})
    void bytesAreThoseOfUtf8(String text) {
        assertThat(Characters.bytes(text)).isEqualTo(text.getBytes(StandardCharsets.UTF_8).length);
    }

    @Test
    void idsMadeOneAfterAnotherAreNeighbours() {
        assertThat(Ids.next().substring(0, 8)).isEqualTo(Ids.next().substring(0, 8));
        assertThat(Ids.next()).isNotEqualTo(Ids.next());
    }
}
