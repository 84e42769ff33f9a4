package dev.rhizome.binding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rhizome.problem.InvalidRequest;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

/** Objects are held to their limit as the database will write them, which spells numbers out. */
class JsonTextTest {

    private static final int LARGEST = 16 * 1024;

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
        String object = "{\"text\":\"" + "ä".repeat((LARGEST - 11) / 2) + "\"}";

        assertThat(read(object).getBytes(StandardCharsets.UTF_8)).hasSizeBetween(LARGEST - 1, LARGEST);
        assertThatThrownBy(() -> read(object.replaceFirst("ä", "ää"))).isInstanceOf(InvalidRequest.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"n\":1}",
                "{\"n\":1.5}",
                "{\"n\":-0.25}",
                "{\"n\":12345678901234567890}",
                "{\"n\":{\"deep\":[1,2.5,\"x\",null,true]}}",
                "{\"n\":\"\\\\u0000 as text, and \ud83d\ude00\"}"
            })
    void ordinaryValuesStayAsTheyWere(String object) {
        assertThat(read(object)).isEqualTo(object);
    }

    /** What is stored is sealed, so its form may not change: it is the one that a tree of the object has. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{ \"n\" : [ 1e2 , 1.50 , -0.0, 0.001, 0.00099, 9999999.5, 1e7, 1.234567890123456789, 4.9e-324 ] }",
                "{\"a/b\":\"\\u00e4\\/\\n\\t\\u001f\\u007f\\\"\",\"\":{},\"c\":[],\"d\":[[],[{}]]}",
                "{\"n\":-9223372036854775809,\"m\":9223372036854775807,\"f\":false}"
            })
    void otherwiseTheFormIsThatOfATree(String object) {
        assertThat(read(object)).isEqualTo(JsonMapper.shared().readTree(object).toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"n\":\"\\u0000\"}", "{\"n\":[[\"\\ude00x\"]]}", "{\"n\":{\"a\\u0000\":1}}"})
    void aCharacterThatIsNoTextIsRefusedAtAnyDepth(String object) {
        assertThatThrownBy(() -> read(object))
                .isInstanceOf(InvalidRequest.class)
                .hasMessageContaining("metadata: a character that is no text");
    }

    @Test
    void ofSeveralFaultsTheFirstIsTold() {
        assertThatThrownBy(() -> read("{\"n\":[1e999,\"\\u0000\",1e999]}"))
                .isInstanceOf(InvalidRequest.class)
                .hasMessageContaining("metadata: a number too large");
    }

    private static String read(String object) {
        return RecordBinder.object(object.getBytes(StandardCharsets.UTF_8), "metadata", LARGEST);
    }
}
