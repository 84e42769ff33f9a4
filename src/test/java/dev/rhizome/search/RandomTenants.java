package dev.rhizome.search;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rhizome.tenant.TenantContext;
import dev.rhizome.tenant.TenantId;
import dev.rhizome.testing.RunningService;
import dev.rhizome.testing.TestDatabase;
import dev.rhizome.testing.VectorHomes;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Tenants of one database with random documents, known to the test, and a service on a pool of one connection. */
record RandomTenants(List<Owner> owners, @Nullable RunningService service) {

    static final RandomTenants NONE = new RandomTenants(List.of(), null);

    /** How many documents each tenant has. */
    static final List<Integer> SIZES = List.of(0, 1, 7, 20, 21, 60, 150, 300, 400, 400);

    /** Words of texts, none like another, and two that no text has. */
    static final List<String> WORDS =
            List.of("alpha", "bravo", "kilo", "oscar", "quebec", "tango", "zulu", "x9y", "ghoul");

    /** From that tenant on every other one has a table of its own, with an index that is scanned as narrowly as can be. */
    private static final int FIRST_WITH_A_HOME = 3;

    private static final long SEED = 42;
    private static final int WRITTEN_WORDS = 7;
    private static final int DIMENSIONS = 384;
    private static final int DIRECTIONS = 12;
    private static final Duration LIMIT = Duration.ofSeconds(30);

    /** A tenant. */
    record Owner(UUID tenant, String name, List<SearchDocument> documents) {}

    /**
     * Something to find.
     *
     * @param traits of the metadata, by which filters know it
     */
    @SuppressWarnings("ArrayRecordComponent") // compared nowhere
    record SearchDocument(
            String id, String type, float confidence, Set<String> traits, Set<String> words, float[] vector) {

        double distance(float[] other) {
            double product = 0;
            double own = 0;
            double its = 0;
            for (int i = 0; i < DIMENSIONS; i++) {
                product += (double) vector[i] * other[i];
                own += (double) vector[i] * vector[i];
                its += (double) other[i] * other[i];
            }
            return 1 - product / Math.sqrt(own * its);
        }

        boolean sharesVectorWith(SearchDocument other) {
            return Arrays.equals(vector, other.vector);
        }

        String metadata() {
            return traits.stream().collect(Collectors.joining(",", "{", "}"));
        }
    }

    /**
     * What metadata must contain.
     *
     * @param json of the request, null for none
     * @param matches whether a document has it
     */
    record Filter(@Nullable String json, Predicate<SearchDocument> matches) {

        static Filter all(String json, String... traits) {
            return new Filter(json, document -> document.traits().containsAll(List.of(traits)));
        }

        static Filter any(String json, String... traits) {
            return new Filter(json, document -> List.of(traits).stream().anyMatch(document.traits()::contains));
        }

        @Override
        public String toString() {
            return String.valueOf(json);
        }
    }

    private static final String RED = "\"colour\":\"red\"";
    private static final String ONE = "\"n\":1";
    private static final String ONE_POINT = "\"n\":1.0";
    private static final String ONE_TEXT = "\"n\":\"1\"";
    private static final String UNICODE = "\"ключ=s\":\"знач'ение 😀\"";
    private static final String DEEP = "\"nested\":{\"deep\":true,\"list\":[1,\"x\"]}";
    private static final String SHALLOW = "\"nested\":{\"deep\":false}";
    private static final String NOTHING = "\"void\":null";
    private static final String FLAG = "\"flag\":true";
    private static final String LONG = "\"long\":\"" + "ж".repeat(150) + "\"";
    private static final String COLLIDING = "\"a=s\":\"b\",\"a\":\"=sb\"";

    /** Filters of every kind, and the documents that they let through. */
    static final List<Filter> FILTERS = List.of(
            new Filter(null, document -> true),
            new Filter(null, document -> true),
            new Filter("{}", document -> true),
            Filter.all("{" + RED + "}", RED),
            Filter.any("{\"n\":1}", ONE, ONE_POINT),
            Filter.any("{\"n\":1.00}", ONE, ONE_POINT),
            Filter.any("{\"n\":\"1\"}", ONE_TEXT),
            Filter.all("{" + UNICODE + "}", UNICODE),
            Filter.all("{\"nested\":{\"list\":[\"x\"]}}", DEEP),
            Filter.any("{\"nested\":{}}", DEEP, SHALLOW),
            Filter.all("{" + NOTHING + "}", NOTHING),
            Filter.all("{" + FLAG + "}", FLAG),
            Filter.all("{" + LONG + "}", LONG),
            Filter.all("{\"a\":\"=sb\"}", COLLIDING),
            Filter.all("{" + RED + "," + FLAG + "}", RED, FLAG),
            new Filter("{\"flag\":\"true\"}", document -> false),
            new Filter("{\"colour\":\"ultraviolet\"}", document -> false),
            new Filter("{\"colour\":[\"red\"]}", document -> false),
            new Filter("{\"flag\":true,\"flagg\":true}", document -> false));

    /** Fills a database of its own, and starts a service over it with {@code settings}. */
    static RandomTenants load(String... settings) throws SQLException {
        TestDatabase database = TestDatabase.create();
        Random random = new Random(SEED);
        List<Owner> owners = new ArrayList<>();
        for (int i = 0; i < SIZES.size(); i++) {
            Owner owner = owner(i, random);
            owners.add(owner);
            List<String> written = database.asApplication(owner.tenant(), sql(owner, random));
            if (written.isEmpty()) {
                throw new IllegalStateException("nothing was written");
            }
        }
        for (int i = FIRST_WITH_A_HOME; i < SIZES.size(); i += 2) {
            UUID tenant = owners.get(i).tenant();
            assertThat(VectorHomes.move(database, tenant, "indexed")).isNotEqualTo("vectors");
            assertThat(database.asApplication(tenant, "update vector_homes set ef_search = 10"))
                    .containsExactly("1");
        }
        database.asOwner(
                "analyze rhizome.vectors", "analyze rhizome.search_terms", "analyze rhizome.hybrid_search_index");
        return new RandomTenants(owners, RunningService.on(database, settings));
    }

    void close() {
        Objects.requireNonNull(service).close();
    }

    /** A vector to search with. */
    static float[] question(int number) {
        return vector(new Random(number));
    }

    /** All events of the answer. */
    List<SearchEvents.Event> search(Owner owner, SearchRequest request) {
        return Objects.requireNonNull(Objects.requireNonNull(service)
                .bean(HybridSearch.class)
                .search(request)
                .flatMapIterable(stage -> stage)
                .map(result -> SearchEvents.of(result, false))
                .collectList()
                .contextWrite(TenantContext.of(new TenantId(owner.tenant())))
                .block(LIMIT));
    }

    /** Ids are the same in all tenants. */
    private static Owner owner(int number, Random random) {
        List<SearchDocument> documents = new ArrayList<>();
        for (int i = 0; i < SIZES.get(number); i++) {
            float[] vector = i % 10 == 9 ? documents.getLast().vector() : vector(random);
            documents.add(new SearchDocument(
                    "т'" + i,
                    random.nextInt(30) == 0 ? "RARE" : List.of("A", "B", "C").get(random.nextInt(3)),
                    random.nextInt(5) / 4f,
                    traits(random),
                    some(WORDS.subList(0, WRITTEN_WORDS), 3, random),
                    vector));
        }
        return new Owner(new UUID(0x7000L, 0x8000000000000001L + number), "owner" + number + " ", documents);
    }

    private static Set<String> traits(Random random) {
        Set<String> traits = some(List.of(RED, UNICODE, NOTHING, FLAG, LONG, COLLIDING), 4, random);
        traits.addAll(some(List.of(ONE, ONE_POINT, ONE_TEXT), 1, random)); // one key, so one of them
        traits.addAll(some(List.of(DEEP, SHALLOW), 1, random));
        return traits;
    }

    private static Set<String> some(List<String> of, int most, Random random) {
        Set<String> some = new TreeSet<>();
        for (int i = random.nextInt(most + 1); i > 0; i--) {
            some.add(of.get(random.nextInt(of.size())));
        }
        return some;
    }

    private static float[] vector(Random random) {
        float[] vector = new float[DIMENSIONS];
        for (int i = 0; i < DIRECTIONS; i++) {
            vector[i] = (float) random.nextGaussian();
        }
        return vector;
    }

    /** A tenant, its documents in search and in the graph, and relationships between them. */
    private static String sql(Owner owner, Random random) {
        String tenant = "insert into tenants (tenant_id, slug, name) values (current_tenant(), '%s', 'x');"
                .formatted(owner.name().strip());
        List<SearchDocument> documents = owner.documents();
        if (documents.isEmpty()) {
            return tenant;
        }
        String index = """
                select index_documents(%s, %s, %s, %s, %s::real[], %s::jsonb[], 1::smallint, %s::vector[], null,
                                    array_fill(null::vector, array[%d]));
                insert into entities (entity_id, type, name, digest)
                select document_id, type, name, '' from hybrid_search_index;
                """.formatted(
                        array(documents, SearchDocument::id),
                        array(documents, SearchDocument::type),
                        array(documents, document -> owner.name() + document.id()),
                        array(documents, document -> String.join(" ", document.words())),
                        array(documents, document -> String.valueOf(document.confidence())),
                        array(documents, SearchDocument::metadata),
                        array(documents, document -> Arrays.toString(document.vector())),
                        documents.size());
        String edges = IntStream.range(1, documents.size())
                .mapToObj(i -> "('т''%d', 'т''%d', 'KNOWS')".formatted(i, random.nextInt(i)))
                .collect(Collectors.joining(","));
        return tenant
                + index
                + (edges.isEmpty()
                        ? ""
                        : "insert into relationships (source_id, target_id, type) values " + edges + ";");
    }

    private static String array(List<SearchDocument> documents, Function<SearchDocument, String> column) {
        return documents.stream()
                .map(column)
                .map(value -> "'" + value.replace("'", "''") + "'")
                .collect(Collectors.joining(",", "array[", "]"));
    }
}
