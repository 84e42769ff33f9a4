package dev.rhizome.rehousing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rhizome.testing.JsonClient;
import dev.rhizome.testing.JsonClient.Answer;
import dev.rhizome.testing.RunningService;
import dev.rhizome.testing.TestDatabase;
import dev.rhizome.testing.TestDocuments;
import dev.rhizome.testing.WordVectors;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import tools.jackson.databind.JsonNode;

/** A tenant whose things follow from their names, what clients do to it, and where its vectors are. */
record RehousedTenant(TestDatabase database, UUID id, JsonClient client, AtomicInteger number) {

    static final WordVectors MODEL = new WordVectors("words-16", 16);
    static final int K = 10;
    static final Duration LIMIT = Duration.ofMinutes(3);

    private static final Duration LOOK_AGAIN = Duration.ofMillis(50);
    /** Changes beside the ones that are counted go to things from here on, and are taken back. */
    private static final int FLEETING = 1_000_000;

    /** A tenant of {@code things}. */
    static RehousedTenant create(RunningService service, TestDatabase database, String slug, int things) {
        String id = service.newTenant(slug);
        JsonClient client = service.json(service.newKey(id, "writer"));
        RehousedTenant tenant = new RehousedTenant(database, UUID.fromString(id), client, new AtomicInteger());
        tenant.load(0, things).block(LIMIT);
        return tenant;
    }

    /** Writes the things from {@code from} up to {@code to}, in their version 0. */
    Mono<?> load(int from, int to) {
        String lines = IntStream.range(from, to)
                .mapToObj(thing -> TestDocuments.json(thing, 0))
                .collect(Collectors.joining("\n"));
        return client.postLines("/v1/entities", lines)
                .doOnNext(answer -> assertThat(answer.body()
                                .path(to - from)
                                .path("summary")
                                .path("failed")
                                .asInt(-1))
                        .as("%s", answer)
                        .isZero());
    }

    /** Takes the things from {@code from} up to {@code to} out. */
    Mono<?> delete(int from, int to) {
        return Flux.range(from, to - from)
                .concatMap(thing -> client.delete("/v1/entities/t" + thing))
                .doOnNext(answer -> assertThat(answer.status()).isEqualTo(204))
                .then();
    }

    /** A search whose answer is whole and right, wherever the vectors are. */
    Mono<?> search(String more) {
        String words = TestDocuments.query(number.incrementAndGet());
        return client.post("/v1/search", "{\"query\":\"" + words + "\",\"limit\":" + K + more + "}")
                .doOnNext(answer -> {
                    assertThat(answer.status()).as("%s", answer).isEqualTo(200);
                    assertThat(answer.body().path("hits")).as("%s", answer).hasSize(K);
                    assertThat(TestDocuments.modelsOf(answer.body().path("hits").values(), words, MODEL))
                            .hasSize(1);
                    assertThat(answer.body().path("done").path("complete").asBoolean())
                            .isTrue();
                });
    }

    /** Another version of one of the first {@code things}. */
    Mono<?> change(int things) {
        int version = number.incrementAndGet();
        return client.post("/v1/entities", TestDocuments.json(version % things, version))
                .doOnNext(answer -> assertThat(answer.status()).as("%s", answer).isEqualTo(200));
    }

    Mono<?> createAndDelete() {
        int thing = FLEETING + number.incrementAndGet();
        return client.post("/v1/entities", TestDocuments.json(thing, 0))
                .doOnNext(answer -> assertThat(answer.status()).as("%s", answer).isEqualTo(201))
                .then(client.delete("/v1/entities/t" + thing))
                .doOnNext(answer -> assertThat(answer.status()).as("%s", answer).isEqualTo(204));
    }

    /** How a search by vector alone goes. */
    JsonNode vectorLeg() {
        Answer answer = client.post("/v1/search", "{\"query\":\"word7\",\"legs\":[\"vector\"]}")
                .block(LIMIT);
        return Objects.requireNonNull(answer).body().path("done").path("legs").path("vector");
    }

    /** When {@code condition} on the tenant's row of {@code vector_homes} holds. */
    Mono<?> until(String condition) {
        String sql = "select 1 from vector_homes where " + condition;
        return Flux.interval(LOOK_AGAIN)
                .onBackpressureDrop()
                .publishOn(Schedulers.boundedElastic())
                .concatMapIterable(tick -> select(sql))
                .next();
    }

    /** When the vectors are searched by {@code plan}: what the service knows of a tenant may be some seconds old. */
    Mono<?> untilPlan(String plan) {
        return Flux.interval(LOOK_AGAIN)
                .onBackpressureDrop()
                .publishOn(Schedulers.boundedElastic())
                .map(tick -> vectorLeg().path("plan").asString())
                .filter(plan::equals)
                .next()
                .timeout(LIMIT);
    }

    List<String> select(String sql) {
        try {
            return database.asApplication(id, sql);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    /** Name of the table with its vectors, which are those of its things and no others; no other table has one of them. */
    String home() throws SQLException {
        TestDocuments.areAllBy(MODEL, database, id);
        String home = select("select current_vector_table()").getFirst().replace("rhizome.", "");
        if (!home.equals("vectors")) {
            assertThat(select("select 1 from vectors")).isEmpty();
        }
        List<String> own = home.equals("vectors") ? List.of() : List.of(home);
        assertThat(select("select relname from pg_class where relkind = 'r' and relname like 'vectors_t"
                        + id.toString().replace("-", "") + "%'"))
                .isEqualTo(own);
        return home;
    }
}
