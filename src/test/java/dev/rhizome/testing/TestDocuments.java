package dev.rhizome.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** Entities in versions. All of one follows from its name, so that whoever meets it knows what its vector has to be. */
public final class TestDocuments {

    private static final int VOCABULARY = 300;
    private static final int WORDS = 8;
    private static final int GROUPS = 20;
    private static final double CLOSE = 1e-5;

    private TestDocuments() {}

    /** Name of the {@code number}th in its {@code version}. */
    public static String name(int number, int version) {
        return "document " + number + " v" + version;
    }

    /** What the vector of the one of that name is made of. */
    public static String embeddable(String name) {
        return name + ". " + text(name);
    }

    /** Words to search by, different for each {@code number}. */
    public static String query(int number) {
        return text("query " + number);
    }

    /** The text of the one of that name. */
    public static String text(String name) {
        Random random = new Random(name.hashCode());
        return random.ints(WORDS, 0, VOCABULARY).mapToObj(word -> "word" + word).collect(Collectors.joining(" "));
    }

    /** The {@code number}th in its {@code version}, as it is posted; its metadata has a group, 0 to 19. */
    public static String json(int number, int version) {
        String name = name(number, version);
        return """
                {"id":"t%d","type":"THING","name":"%s","text":"%s","metadata":{"group":%d}}""".formatted(number, name, text(name), number % GROUPS);
    }

    /** The first {@code count} in their version 0, a line each. */
    public static String lines(int count) {
        return IntStream.range(0, count).mapToObj(number -> json(number, 0)).collect(Collectors.joining("\n"));
    }

    /** Those of {@code models} by which each of {@code hits} is as far from {@code words} as it says. */
    public static List<WordVectors> modelsOf(Collection<JsonNode> hits, String words, WordVectors... models) {
        return Stream.of(models)
                .filter(model -> hits.stream().allMatch(hit -> isAsFarAsItSays(hit, words, model)))
                .toList();
    }

    private static boolean isAsFarAsItSays(JsonNode hit, String words, WordVectors model) {
        JsonNode vector = hit.path("legs").path("vector");
        double distance = model.distance(words, embeddable(hit.path("name").asString()));
        return vector.isMissingNode() || Math.abs(vector.path("distance").asDouble() - distance) < CLOSE;
    }

    /**
     * What {@code tenant} is searched by is {@code model} alone: one vector a thing, of its text as it is, and no
     * other.
     */
    public static void areAllBy(WordVectors model, TestDatabase database, UUID tenant) throws SQLException {
        assertThat(database.asApplication(tenant, """
                        select model from tenants join vector_spaces on space = vector_space where next_vector_space is null
                        """)).containsExactly(model.model());
        List<String> documents =
                database.asApplication(tenant, "select document_id from hybrid_search_index order by document_id");
        String home =
                database.asApplication(tenant, "select current_vector_table()").getFirst();
        assertThat(database.asApplication(tenant, "select document_id from " + home + " order by document_id"))
                .isEqualTo(documents);
        List<String> stored = database.asApplication(tenant, """
                select concat_ws('|', model, name, trim(both '[]' from embedding::text))
                  from %s join vector_spaces using (space) join hybrid_search_index using (document_id)
                """.formatted(home));
        assertThat(stored).hasSameSizeAs(documents).allSatisfy(row -> {
            String[] columns = row.split("\\|", -1);
            assertThat(columns[0]).isEqualTo(model.model());
            double[] numbers = Stream.of(columns[2].split(",", -1))
                    .mapToDouble(Double::parseDouble)
                    .toArray();
            float[] expected = model.of(embeddable(columns[1]));
            assertThat(numbers).hasSize(expected.length);
            for (int i = 0; i < expected.length; i++) {
                assertThat(numbers[i]).isCloseTo(expected[i], within(CLOSE));
            }
        });
    }
}
