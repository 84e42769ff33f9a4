package dev.rhizome.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rhizome.problem.InvalidRequest;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Objects are held to their limit as the database will write them, which spells numbers out. */
class JsonFieldsTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"n\":1e131000}",
                "{\"n\":-1e400}",
                "{\"n\":[{\"deep\":1e309}]}",
                "{\"n\":1e2147483647}",
                "{\"n\":1e99999999999999999999}"
            })
    void aNumberThatNoFloatHoldsIsRefused(String object) {
        assertThatThrownBy(() -> read(object))
                .isInstanceOfSatisfying(
                        InvalidRequest.class,
                        error -> assertThat(error.detail())
                                .contains("metadata: a number too large (expected: numbers from -1.7E308 to 1.7E308)"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1e308", "-1e300", "1e-308", "1.5e-300"})
    void numbersCountAsLongAsTheyAreWrittenOut(String number) {
        String few = "{\"n\":[" + number + (", " + number).repeat(40) + "]}";
        String many = "{\"n\":[" + number + (", " + number).repeat(60) + "]}";

        assertThat(read(few)).contains("\"n\":[");
        assertThatThrownBy(() -> read(many))
                .isInstanceOfSatisfying(
                        InvalidRequest.class,
                        error -> assertThat(error.detail())
                                .contains("at most 16384 bytes of JSON, numbers written out"));
    }

    @Test
    void ordinaryObjectsMayFillTheLimit() {
        String object = "{\"text\":\"" + "x".repeat(16 * 1024 - 11) + "\"}";

        assertThat(read(object)).hasSize(16 * 1024);
        assertThatThrownBy(() -> read(object.replaceFirst("x", "xx"))).isInstanceOf(InvalidRequest.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"n\":1}",
                "{\"n\":1.5}",
                "{\"n\":-0.25}",
                "{\"n\":12345678901234567890}",
                "{\"n\":{\"deep\":[1,2.5,\"x\",null,true]}}"
            })
    void ordinaryNumbersStayAsTheyWere(String object) {
        assertThat(read(object)).isEqualTo(object);
    }

    private static String read(String object) {
        JsonFields fields = JsonFields.parse(
                ("{\"metadata\":" + object + "}").getBytes(StandardCharsets.UTF_8), Set.of("metadata"));
        String read = String.valueOf(fields.object("metadata"));
        fields.finish();
        return read;
    }
}
