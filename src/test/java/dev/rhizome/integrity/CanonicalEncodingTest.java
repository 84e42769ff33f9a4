package dev.rhizome.integrity;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Different records have different bytes, equal ones the same, and both for good. */
class CanonicalEncodingTest {

    private static CanonicalEncoding record() {
        return new CanonicalEncoding("test", 1);
    }

    static Stream<CanonicalEncoding> differentRecords() {
        return Stream.of(
                record(),
                new CanonicalEncoding("test", 2),
                new CanonicalEncoding("tes", 1),
                record().text(null),
                record().text(""),
                record().text("ab").text("c"),
                record().text("a").text("bc"),
                record().text("abc"),
                record().bytes("abc".getBytes(java.nio.charset.StandardCharsets.UTF_8)),
                record().texts(List.of()),
                record().texts(List.of("a", "bc")),
                record().integer(1L),
                record().number(1.0),
                record().flag(true),
                record().flag(false),
                record().time(Instant.ofEpochSecond(0, 1_000)),
                record().json("[]"),
                record().json("{}"),
                record().json("[null]"),
                record().json("{\"a\":{\"b\":1}}"),
                record().json("{\"a\":{},\"b\":1}"));
    }

    @Test
    void differentRecordsDiffer() {
        List<String> bytes = differentRecords()
                .map(record -> HexFormat.of().formatHex(record.toBytes()))
                .toList();

        // An empty JSON array is an empty list of texts: a field is either the one or the other.
        assertThat(bytes.stream().distinct().count()).isEqualTo(bytes.size() - 1L);
    }

    @ParameterizedTest
    @MethodSource("differentRecords")
    void noRecordIsTheBeginningOfItself(CanonicalEncoding record) {
        int length = record.toBytes().length;
        assertThat(record.text(null).toBytes()).hasSize(length + 1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"a\":1,\"b\":2} | { \"b\" : 2, \"a\" : 1 }",
                "1.50 | 1.5",
                "100 | 1e2",
                "0.00 | -0",
                "{\"é\":1,\"z\":2} | {\"z\":2,\"\\u00e9\":1}",
                "1e-3 | 0.001"
            })
    void sameValueSameBytes(String one, String other) {
        assertThat(record().json(one).toBytes()).isEqualTo(record().json(other).toBytes());
    }

    @Test
    void numbersAreTheColumnsOwn() {
        assertThat(record().number(0.7f).toBytes())
                .isEqualTo(record().json("0.7").toBytes());
        assertThat(record().number(0.1 + 0.2).toBytes())
                .isEqualTo(record().json("0.30000000000000004").toBytes());
    }

    /** Written down, so that what was signed once can be verified for ever. */
    @Test
    void bytesNeverChange() {
        CanonicalEncoding record = record().text("ä")
                .integer(-1L)
                .number(0.5f)
                .time(Instant.parse("2026-01-01T00:00:00.000001Z"))
                .texts(List.of("x"))
                .json("{\"b\":[true,null],\"a\":1.0}");

        assertThat(HexFormat.of().formatHex(record.toBytes()))
                .isEqualTo("010000000474657374020000000800000000000000010100000002c3a402"
                        + "00000008ffffffffffffffff0300000003302e3505000000080006474846"
                        + "204001060000000101000000017807000000020100000001610300000001"
                        + "310100000001620600000002080000000000");
    }
}
