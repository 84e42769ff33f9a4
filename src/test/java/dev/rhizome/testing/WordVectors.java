package dev.rhizome.testing;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A model that a test can compute with: the vector of a text is the sum of its words', and a word's is drawn by its
 * hash and the model's name, so that two models agree about nothing.
 *
 * @param model its name
 * @param dimension numbers in a vector
 */
public record WordVectors(String model, int dimension) {

    /** The vector of {@code text}, of unit length. */
    public float[] of(String text) {
        double[] sum = new double[dimension];
        for (String word : text.toLowerCase(Locale.ROOT).split("\\W+", -1)) {
            Random random = new Random(31L * model.hashCode() + word.hashCode());
            for (int i = 0; i < dimension; i++) {
                sum[i] += random.nextGaussian();
            }
        }
        double length = Math.sqrt(
                IntStream.range(0, dimension).mapToDouble(i -> sum[i] * sum[i]).sum());
        float[] unit = new float[dimension];
        for (int i = 0; i < dimension; i++) {
            unit[i] = (float) (sum[i] / length);
        }
        return unit;
    }

    /** Cosine distance of two texts, 0 to 2. */
    public double distance(String one, String other) {
        float[] a = of(one);
        float[] b = of(other);
        return 1 - IntStream.range(0, dimension).mapToDouble(i -> a[i] * b[i]).sum();
    }

    /** How many texts a request of {@code POST /v1/embeddings} asks for. */
    public static int texts(String request) {
        return JsonMapper.shared().readTree(request).path("input").size();
    }

    /** The answer to a request of {@code POST /v1/embeddings}. */
    public String answer(String request) {
        List<Map<String, Object>> data = JsonMapper.shared().readTree(request).path("input").values().stream()
                .map(JsonNode::asString)
                .map(text -> Map.<String, Object>of("embedding", of(text)))
                .toList();
        return JsonMapper.shared().writeValueAsString(Map.of("data", data));
    }

    /** Settings of a service that has this model behind {@code url}, under {@code prefix}. */
    public List<String> settings(String prefix, String url) {
        return List.of(
                "--" + prefix + ".url=" + url,
                "--" + prefix + ".model=" + model,
                "--" + prefix + ".dimension=" + dimension);
    }
}
