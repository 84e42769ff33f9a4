package dev.rhizome.binding;

import dev.rhizome.embedding.Embedding;
import dev.rhizome.problem.InvalidRequest;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** Reads vectors as they come, without a tree of their numbers. */
final class EmbeddingReader implements ValueReader {

    private static final int MOST = 16_000; // what a vector of pgvector can have
    private static final int USUAL = 512;

    @Override
    public String expected() {
        return "an array of numbers";
    }

    @Override
    public @Nullable Object read(JsonParser json, String field, Faults faults) {
        if (json.currentToken() != JsonToken.START_ARRAY) {
            ValueReader.reject(json, field, expected(), faults);
            return null;
        }
        float[] numbers = new float[USUAL];
        int count = 0;
        boolean wrong = false;
        while (json.nextToken() != JsonToken.END_ARRAY) {
            if (wrong || count >= MOST) {
                JsonParser ignored = json.skipChildren();
            } else if (json.currentToken().isNumeric()) {
                numbers = count < numbers.length ? numbers : Arrays.copyOf(numbers, 2 * count);
                numbers[count] = (float) json.getDoubleValue();
            } else {
                ValueReader.reject(json, field + "[" + count + "]", "a number", faults);
                wrong = true;
            }
            count++;
        }
        if (count > MOST) {
            faults.reject(field, count + " numbers", "at most " + MOST + " numbers");
        }
        return wrong || count > MOST ? null : embedding(Arrays.copyOf(numbers, count), field, faults);
    }

    @Override
    public @Nullable Object parse(String text, String field, Faults faults) {
        throw new IllegalStateException(field + " is no parameter");
    }

    private static @Nullable Embedding embedding(float[] numbers, String field, Faults faults) {
        try {
            return Embedding.of(field, numbers, numbers.length);
        } catch (InvalidRequest e) {
            faults.rejectAll(e);
            return null;
        }
    }
}
