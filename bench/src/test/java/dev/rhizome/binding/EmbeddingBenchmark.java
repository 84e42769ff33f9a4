package dev.rhizome.binding;

import dev.rhizome.embedding.Embedding;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.StringJoiner;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reading a body with an embedding of 384 numbers. */
@State(Scope.Benchmark)
public class EmbeddingBenchmark {

    /** A body. */
    public record Body(Embedding embedding, int limit) {}

    private final RecordBinder binder = new RecordBinder(setting -> "384");
    private final byte[] json = json().getBytes(StandardCharsets.UTF_8);

    private static String json() {
        StringJoiner numbers = new StringJoiner(",", "{\"embedding\":[", "],\"limit\":10}");
        Random random = new Random(7);
        for (int i = 0; i < 384; i++) {
            numbers.add(Float.toString((float) random.nextGaussian()));
        }
        return numbers.toString();
    }

    /** As requests are read: number by number into an array, and checked. */
    @Benchmark
    public Body record() {
        return binder.json(json, Body.class);
    }

    /** A tree of the whole body first. */
    @Benchmark
    public float[] baseline() {
        JsonNode embedding = JsonMapper.shared().readTree(json).get("embedding");
        float[] values = new float[embedding.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = embedding.get(i).floatValue();
        }
        return values;
    }
}
