package dev.rhizome.binding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.rhizome.embedding.Embedding;
import dev.rhizome.paging.Cursor;
import dev.rhizome.paging.CursorOf;
import dev.rhizome.problem.FieldError;
import dev.rhizome.problem.InvalidRequest;
import dev.rhizome.validation.Decimal;
import dev.rhizome.validation.Default;
import dev.rhizome.validation.Identifier;
import dev.rhizome.validation.JsonObject;
import dev.rhizome.validation.NewIdIfAbsent;
import dev.rhizome.validation.OneOf;
import dev.rhizome.validation.Parameter;
import dev.rhizome.validation.Ratio;
import dev.rhizome.validation.SelfChecked;
import dev.rhizome.validation.Text;
import dev.rhizome.validation.TypeName;
import dev.rhizome.validation.WholeNumber;
import jakarta.validation.constraints.Size;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Records are made of JSON and of parameters alike, and everything that is wrong is said at once. */
class RecordBinderTest {

    private static final RecordBinder BINDER = new RecordBinder(name -> name.equals("most") ? "7" : "3");

    enum Way {
        OUT,
        IN
    }

    record Inner(@Identifier String id, @Nullable @Ratio Double share) {}

    record Everything(
            @NewIdIfAbsent @Identifier String id,
            @Parameter("q") @Text(max = 10) String name,
            @Default("2") @WholeNumber(min = 1, max = 9) int few,

            @Default(setting = "usual") @WholeNumber(min = 1, maxSetting = "most")
            int bounded,

            @Nullable @WholeNumber(min = 0) Long many,
            @Default("1") @Ratio float share,
            @Nullable @Decimal(min = -1.5, max = 1000) Double number,
            @Default("false") boolean flag,
            @Default("out") Way way,
            @Nullable @OneOf({"red", "blue"}) String colour,
            @Nullable Instant at,
            @Nullable Duration age,
            @Nullable UUID key,
            @Size(max = 3) List<@TypeName String> types,
            @Nullable @JsonObject String metadata,
            @Nullable Embedding embedding,
            @Nullable Inner inner,
            @Size(max = 2) List<Inner> inners,
            @Nullable Document<Inner> kept,

            @Nullable @CursorOf({Cursor.Part.TIME, Cursor.Part.TEXT})
            Cursor cursor) {}

    record Range(
            @WholeNumber(min = 1) long from,
            @WholeNumber(min = 1) long to) implements SelfChecked {

        @Override
        public void check(Faults faults) {
            if (to < from) {
                faults.reject("to", to, "no less than from");
            }
        }
    }

    @Open
    record Card(String name) {}

    @Test
    void whatIsAbsentOrNullHasItsDefault() {
        Everything read = json("{\"name\":\"x\",\"few\":null,\"types\":null,\"flag\":null}");

        assertThat(UUID.fromString(read.id()).version()).isEqualTo(7);
        assertThat(read)
                .extracting(
                        Everything::few,
                        Everything::bounded,
                        Everything::many,
                        Everything::share,
                        Everything::flag,
                        Everything::way,
                        Everything::types,
                        Everything::metadata)
                .containsExactly(2, 3, null, 1f, false, Way.OUT, List.of(), null);
    }

    @Test
    void aBodyIsReadIntoItsTypes() {
        Everything read = json("""
                {"id":"a","name":"näme","few":9,"bounded":7,"many":9223372036854775807,"share":0.5,"number":-1.5,"flag":true,
                 "way":"in","colour":"red","at":"2026-01-31T12:00:00.1234567+01:00","age":"P1D",
                 "key":"018f6b1e-7c3a-7d1e-9b1f-0a1b2c3d4e5f","types":["A","B_1"],"metadata":{"a": [1, 2.50, "\\\\u0000"]},
                 "embedding":[0.5,-1e-3,3],"inner":{"id":"i"},"inners":[{"id":"j","share":1}],
                 "kept":{"id":"k",  "share": 0.25}}""");

        assertThat(read.at()).isEqualTo(Instant.parse("2026-01-31T11:00:00.123456Z"));
        assertThat(read.age()).isEqualTo(Duration.ofDays(1));
        assertThat(read.types()).containsExactly("A", "B_1");
        assertThat(read.metadata()).isEqualTo("{\"a\":[1,2.5,\"\\\\u0000\"]}");
        assertThat(read.embedding()).isEqualTo(Embedding.of("e", new float[] {0.5f, -1e-3f, 3}, 3));
        assertThat(read.inner()).isEqualTo(new Inner("i", null));
        assertThat(read.inners()).containsExactly(new Inner("j", 1d));
        assertThat(read.kept()).isEqualTo(new Document<>(new Inner("k", 0.25), "{\"id\":\"k\",\"share\":0.25}"));
    }

    @Test
    void parametersAreReadIntoTheSameTypes() {
        String next = Cursor.of("2026-01-31T12:00:00Z", "a\u00e4").encoded();
        Everything read = BINDER.parameters(
                Map.of(
                        "q", List.of("x"),
                        "few", List.of("009"),
                        "share", List.of("5e-1"),
                        "flag", List.of("true"),
                        "way", List.of("in"),
                        "types", List.of(" A, B "),
                        "metadata", List.of("{\"a\":1}"),
                        "cursor", List.of(next)),
                Everything.class);

        assertThat(read.name()).isEqualTo("x");
        assertThat(read.few()).isEqualTo(9);
        assertThat(read.share()).isEqualTo(0.5f);
        assertThat(read.types()).containsExactly("A", "B");
        assertThat(read.metadata()).isEqualTo("{\"a\":1}");
        assertThat(read.cursor()).isEqualTo(Cursor.of("2026-01-31T12:00:00Z", "a\u00e4"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "few       | 0                 | few: 0 (expected: a whole number from 1 to 9)",
                "few       | 1.0               | few: 1.0 (expected: a whole number from 1 to 9)",
                "few       | \"5\"             | few: \"5\" (expected: a whole number from 1 to 9)",
                "few       | 99999999999       | few: 99999999999 (expected: a whole number from 1 to 9)",
                "bounded   | 8                 | bounded: 8 (expected: a whole number from 1 to 7)",
                "many      | -1                | many: -1 (expected: a whole number from 0 on)",
                "many      | 9223372036854775808 | many: 9223372036854775808 (expected: a whole number from 0 on)",
                "share     | 1.5               | share: 1.5 (expected: a number from 0 to 1)",
                "share     | true              | share: true (expected: a number from 0 to 1)",
                "number    | 1001              | number: 1001.0 (expected: a number from -1.5 to 1000)",
                "number    | 1e999             | number: Infinity (expected: a number from -1.5 to 1000)",
                "flag      | 1                 | flag: 1 (expected: true or false)",
                "way       | \"OUT\"           | way: OUT (expected: one of [in, out])",
                "colour    | \"green\"         | colour: green (expected: one of [blue, red])",
                "name      | {\"a\":1}         | name: an object (expected: a string)",
                "name      | \"\"              | name: 0 characters (expected: 1 to 10 characters)",
                "name      | \"\u200b \"       | name: blank (expected: 1 to 10 characters)",
                "name      | \"\\u0000\"       | name: a character that is no text (expected: Unicode text without U+0000)",
                "name      | \"\\ude00x\"      | name: a character that is no text (expected: Unicode text without U+0000)",
                "id        | \"a\\nb\"         | id: a\ufffdb (expected: 1 to 200 characters, some visible and none a control character)",
                "at        | \"2026-01-31\"    | at: 2026-01-31 (expected: a time such as 2026-01-31T12:00:00Z, from 1900 to 9999)",
                "at        | \"+99999-01-01T00:00:00Z\" | from 1900 to 9999",
                "age       | \"P40000D\"       | age: P40000D (expected: a duration such as PT24H or P30D, up to P36500D)",
                "key       | \"1-2-3-4-5\"     | key: 1-2-3-4-5 (expected: a UUID such as",
                "types     | \"A\"             | types: \"A\" (expected: an array, each 1 to 64 of A-Z 0-9 _)",
                "types     | [\"A\",\"b\"]     | types: b (expected: 1 to 64 of A-Z 0-9 _)",
                "types     | [\"A\",null]      | types: null (expected: a string)",
                "types     | [\"A\",\"A\",\"A\",\"A\"] | types: 4 values (expected: at most 3 values)",
                "metadata  | [1]               | metadata: an array (expected: a JSON object)",
                "metadata  | {\"k\":[{\"a\\u0000\":1}]} | metadata: a character that is no text (expected:",
                "metadata  | {\"k\":[{\"\\ude00\":1}]} | body: malformed JSON",
                "metadata  | {\"k\":[\"\\u0000\"]} | metadata: a character that is no text (expected:",
                "embedding | [1,\"2\"]         | embedding[1]: \"2\" (expected: a number)",
                "embedding | [1e39]            | embedding[0]: Infinity (expected: a finite 32-bit float)",
                "embedding | [0]               | embedding: a vector of length 0.0 (expected: a vector that is not zero)",
                "inner     | {\"id\":\"\",\"x\":1} | inner.x: unknown field (expected: one of [id, share])",
                "inner     | {\"id\":\"\"}     | inner.id: 0 characters (expected:",
                "inner     | {}                | inner.id: missing (expected:",
                "inner     | 5                 | inner: 5 (expected: a JSON object)",
                "inners    | [{\"id\":\"a\"},{\"id\":1}] | inners[1].id: 1 (expected: a string)",
                "inners    | [{\"id\":\"a\"},{}] | inners[1].id: missing (expected:",
                "kept      | {\"id\":\"a\",\"share\":2} | kept.share: 2.0 (expected: a number from 0 to 1)",
                "cursor    | \"AAAA\"          | cursor: AAAA (expected: the next of an earlier page)",
                "unknown   | 1                 | unknown: unknown field (expected: one of [age, at, bounded,",
            })
    void aWrongValueIsNamedWithWhatWasExpected(String field, String value, String detail) {
        String named = field.equals("name") ? "" : "\"name\":\"x\",";

        assertThat(refusal("{" + named + "\"" + field + "\":" + value + "}").detail())
                .contains(detail);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-999999999-01-01T00:00:00Z\na", "2026-01-31T12:00:00Z\na\nb", "2026-01-31T12:00:00Z\na\0"})
    void aCursorThatNobodyGaveOutIsRefused(String key) {
        String cursor = Cursor.of(key.split("\n", -1)).encoded();

        assertThat(refused(Map.of("q", List.of("x"), "cursor", List.of(cursor))).detail())
                .startsWith("cursor: ");
    }

    @Test
    void everythingIsToldAtOnceInTheOrderOfTheFields() {
        InvalidRequest refusal =
                refusal("{\"zzz\":1,\"types\":[\"a\"],\"few\":0,\"flag\":\"x\",\"inner\":{\"share\":2}}");

        assertThat(refusal.errors())
                .extracting(FieldError::field)
                .containsExactly("name", "few", "flag", "types", "inner.id", "inner.share", "zzz");
    }

    @Test
    void parametersAreRefusedUnderTheirOwnNames() {
        InvalidRequest refusal = refused(Map.of(
                "name", List.of("x"), "few", List.of("1", "2"), "share", List.of("0x1p-1"), "embedding", List.of("1")));

        assertThat(refusal.errors())
                .extracting(FieldError::toString)
                .anyMatch(error -> error.startsWith("q: missing (expected: 1 to 10 characters"))
                .anyMatch(error -> error.startsWith("few: 2 values (expected: one value"))
                .anyMatch(error -> error.startsWith("share: 0x1p-1 (expected: a number from 0 to 1"))
                .anyMatch(error -> error.startsWith("embedding: unknown parameter"))
                .anyMatch(error -> error.startsWith("name: unknown parameter"));
    }

    @Test
    void ofManyErrorsTheFirstTwentyAreListedAndTheOthersCounted() {
        StringBuilder json = new StringBuilder("{\"name\":\"x\"");
        for (int i = 0; i < 50_000; i++) {
            json.append(",\"f").append(i).append("\":1");
        }
        InvalidRequest refusal = refusal(json.append('}').toString());

        assertThat(refusal.errors()).hasSize(20);
        assertThat(refusal.more()).isEqualTo(49_980);
        assertThat(refusal.detail()).endsWith("; and 49980 more").hasSizeLessThan(10_000);
    }

    @Test
    void aListOfHalfAMillionWrongValuesIsOneError() {
        String ones = String.join(",", Collections.nCopies(500_000, "1"));

        assertThat(refusal("{\"name\":\"x\",\"types\":[" + ones + "]}").errors())
                .hasSize(1);
    }

    @Test
    void rulesAmongFieldsAreAskedWhenEachIsRight() {
        byte[] json = "{\"from\":3,\"to\":2}".getBytes(StandardCharsets.UTF_8);

        assertThat(catchThrowableOfType(InvalidRequest.class, () -> BINDER.json(json, Range.class))
                        .detail())
                .isEqualTo("to: 2 (expected: no less than from)");
    }

    @Test
    void aFormatOfOthersMayHaveFieldsThatNobodyKnows() {
        byte[] json = "{\"name\":\"x\",\"other\":{\"a\":[1]}}".getBytes(StandardCharsets.UTF_8);

        assertThat(BINDER.json(json, Card.class)).isEqualTo(new Card("x"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "null",
                "{",
                "{\"name\":\"x\"} {}",
                "{\"name\":\"x\",\"name\":\"y\"}",
                "{\"name\":NaN}",
                "{'name':1}"
            })
    void whatIsNoObjectIsRefusedAsTheBody(String json) {
        assertThat(refusal(json).errors())
                .singleElement()
                .satisfies(error -> assertThat(error.field()).isEqualTo("body"));
    }

    @Test
    void aMessageHoldsNothingThatCannotBeSent() {
        InvalidRequest refusal =
                refusal("{\"\\u0001\":1,\"name\":\"x\",\"colour\":\"" + "\\ud83d\\ude00".repeat(90) + "\"}");

        assertThat(refusal.detail()).contains("\ufffd: unknown field").contains("colour: 90 characters");
        assertThat(StandardCharsets.UTF_8.newEncoder().canEncode(refusal.detail()))
                .isTrue();
    }

    private static Everything json(String json) {
        return BINDER.json(json.getBytes(StandardCharsets.UTF_8), Everything.class);
    }

    private static InvalidRequest refusal(String json) {
        return catchThrowableOfType(InvalidRequest.class, () -> json(json));
    }

    private static InvalidRequest refused(Map<String, List<String>> parameters) {
        return catchThrowableOfType(InvalidRequest.class, () -> BINDER.parameters(parameters, Everything.class));
    }
}
