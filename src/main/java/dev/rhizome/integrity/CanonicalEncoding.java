package dev.rhizome.integrity;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The one sequence of bytes that stands for a record, so that a hash over it is a hash over every field and nothing else.
 *
 * <p>Each value is a byte that says what it is, its length in four bytes, big-endian, and its content; null is a byte of its
 * own. So no two different sequences of values give the same bytes. What kind of record it is, and by which version of the
 * rules it was encoded, are the first two values. Values are added in the order that the version lays down.
 *
 * <p>Equal values give equal bytes wherever they come from: text is UTF-8, times count microseconds since 1970, numbers are
 * written without exponent and without zeros at their end, members of JSON objects are sorted by the bytes of their names.
 * That is how a record that was read back from {@code jsonb}, or from an export, is known again.
 */
public final class CanonicalEncoding {

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(tools.jackson.databind.DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();
    private static final byte NULL = 0;
    private static final byte TEXT = 1;
    private static final byte INTEGER = 2;
    private static final byte NUMBER = 3;
    private static final byte BYTES = 4;
    private static final byte TIME = 5;
    private static final byte LIST = 6;
    private static final byte OBJECT = 7;
    private static final byte TRUE = 8;
    private static final byte FALSE = 9;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);

    /**
     * Begins a record.
     *
     * @param domain what kind of record it is, such as {@code rhizome.provenance.entry}
     * @param version of the rules for that kind
     */
    public CanonicalEncoding(String domain, int version) {
        put(TEXT, domain.getBytes(StandardCharsets.UTF_8));
        put(INTEGER, ByteBuffer.allocate(Long.BYTES).putLong(version).array());
    }

    /** Text, or null; empty text is not null. */
    @CanIgnoreReturnValue
    public CanonicalEncoding text(@Nullable String value) {
        return value == null ? none() : put(TEXT, value.getBytes(StandardCharsets.UTF_8));
    }

    /** An id, as its text. */
    @CanIgnoreReturnValue
    public CanonicalEncoding id(UUID value) {
        return text(value.toString());
    }

    /** A whole number, or null. */
    @CanIgnoreReturnValue
    public CanonicalEncoding integer(@Nullable Long value) {
        return value == null
                ? none()
                : put(INTEGER, ByteBuffer.allocate(Long.BYTES).putLong(value).array());
    }

    /** A number as a real column keeps it, or null: the shortest decimal that stands for it. */
    @CanIgnoreReturnValue
    public CanonicalEncoding number(@Nullable Float value) {
        return value == null ? none() : number(new BigDecimal(value.toString()));
    }

    /** A number as a double precision column keeps it, or null: the shortest decimal that stands for it. */
    @CanIgnoreReturnValue
    public CanonicalEncoding number(@Nullable Double value) {
        return value == null ? none() : number(new BigDecimal(value.toString()));
    }

    /** {@code true}, {@code false} or null. */
    @CanIgnoreReturnValue
    public CanonicalEncoding flag(@Nullable Boolean value) {
        return value == null ? none() : put(value ? TRUE : FALSE, new byte[0]);
    }

    /** Bytes, or null. */
    @CanIgnoreReturnValue
    public CanonicalEncoding bytes(byte @Nullable [] value) {
        return value == null ? none() : put(BYTES, value);
    }

    /** A time to the microsecond, or null. */
    @CanIgnoreReturnValue
    public CanonicalEncoding time(@Nullable Instant value) {
        return value == null
                ? none()
                : put(
                        TIME,
                        ByteBuffer.allocate(Long.BYTES)
                                .putLong(ChronoUnit.MICROS.between(Instant.EPOCH, value))
                                .array());
    }

    /** Texts in their order, or null. */
    @CanIgnoreReturnValue
    public CanonicalEncoding texts(@Nullable List<String> values) {
        if (values == null) {
            return none();
        }
        head(LIST, values.size());
        for (String value : values) {
            text(value);
        }
        return this;
    }

    /** The value that a JSON text stands for, or null. */
    @CanIgnoreReturnValue
    public CanonicalEncoding json(@Nullable String text) {
        return text == null ? none() : json(JSON.readTree(text));
    }

    /** The bytes. */
    public byte[] toBytes() {
        return bytes.toByteArray();
    }

    /** SHA-256 of the bytes. */
    public byte[] sha256() {
        return sha256(toBytes());
    }

    /** SHA-256 of {@code bytes}. */
    public static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    @CanIgnoreReturnValue
    private CanonicalEncoding json(JsonNode value) {
        return switch (value.getNodeType()) {
            case STRING -> text(value.stringValue());
            case BOOLEAN -> flag(value.booleanValue());
            case NUMBER ->
                number(value.isIntegralNumber() ? new BigDecimal(value.bigIntegerValue()) : value.decimalValue());
            case ARRAY -> {
                head(LIST, value.size());
                for (JsonNode element : value) {
                    json(element);
                }
                yield this;
            }
            case OBJECT -> object(value);
            default -> none();
        };
    }

    @CanIgnoreReturnValue
    private CanonicalEncoding object(JsonNode value) {
        Map<byte[], JsonNode> sorted = new TreeMap<>(java.util.Arrays::compareUnsigned);
        value.properties()
                .forEach(member -> sorted.put(member.getKey().getBytes(StandardCharsets.UTF_8), member.getValue()));
        head(OBJECT, sorted.size());
        for (Map.Entry<byte[], JsonNode> member : sorted.entrySet()) {
            put(TEXT, member.getKey());
            json(member.getValue());
        }
        return this;
    }

    @CanIgnoreReturnValue
    private CanonicalEncoding number(BigDecimal value) {
        BigDecimal plain = value.signum() == 0 ? BigDecimal.ZERO : value.stripTrailingZeros();
        return put(NUMBER, plain.toPlainString().getBytes(StandardCharsets.US_ASCII));
    }

    @CanIgnoreReturnValue
    private CanonicalEncoding none() {
        bytes.write(NULL);
        return this;
    }

    @CanIgnoreReturnValue
    private CanonicalEncoding put(byte kind, byte[] content) {
        head(kind, content.length);
        bytes.writeBytes(content);
        return this;
    }

    private void head(byte kind, int length) {
        bytes.write(kind);
        bytes.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(length).array());
    }
}
