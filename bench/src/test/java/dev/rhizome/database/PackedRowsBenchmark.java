package dev.rhizome.database;

import io.r2dbc.spi.Readable;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.StringJoiner;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reading a thousand rows that came in one value. */
@State(Scope.Benchmark)
public class PackedRowsBenchmark {

    private static final int ROWS = 1_000;

    /** A relationship of a walk. */
    record Edge(String source, String target, float confidence) {}

    /** A row with one column, whatever it is asked for. */
    private record OneColumn(String value) implements Readable {

        @Override
        public <T> T get(int index, Class<T> type) {
            return type.cast(value);
        }

        @Override
        public <T> T get(String name, Class<T> type) {
            return type.cast(value);
        }
    }

    private final Readable packed = new OneColumn(packed());
    private final byte[] json = json().getBytes(StandardCharsets.UTF_8);

    private static String packed() {
        ByteBuffer bytes = ByteBuffer.allocate(ROWS * 80);
        for (int i = 0; i < ROWS; i++) {
            bytes.putInt(3);
            text(bytes, "entity-" + i);
            text(bytes, "entity-" + 7 * i);
            bytes.putInt(700).putInt(Float.BYTES).putFloat(0.5f);
        }
        byte[] rows = new byte[bytes.position()];
        bytes.get(0, rows);
        return Base64.getMimeEncoder().encodeToString(rows);
    }

    private static void text(ByteBuffer bytes, String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        bytes.putInt(25).putInt(utf8.length).put(utf8);
    }

    private static String json() {
        StringJoiner rows = new StringJoiner(",", "[", "]");
        for (int i = 0; i < ROWS; i++) {
            rows.add("[\"entity-" + i + "\",\"entity-" + 7 * i + "\",0.5]");
        }
        return rows.toString();
    }

    /** As walks and searches do. */
    @Benchmark
    public List<Edge> packedRows() {
        return PackedRows.of(packed, "rows", row -> new Edge(row.text(), row.text(), row.real()));
    }

    /** The same rows as one JSON document, which PostgreSQL could send as well. */
    @Benchmark
    public List<Edge> baseline() {
        List<Edge> edges = new ArrayList<>();
        for (JsonNode row : JsonMapper.shared().readTree(json)) {
            edges.add(new Edge(
                    row.get(0).stringValue(),
                    row.get(1).stringValue(),
                    row.get(2).floatValue()));
        }
        return edges;
    }
}
