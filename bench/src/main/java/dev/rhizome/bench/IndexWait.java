package dev.rhizome.bench;

import dev.rhizome.client.Request;
import dev.rhizome.client.RhizomeClient;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import reactor.core.publisher.Mono;
import reactor.util.function.Tuple2;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Waits for indexes that a service makes by itself after a load. */
final class IndexWait {

    /** Rows from which a service searches through an index, as {@code rhizome.search.vector.exact-below} is set. */
    static final int INDEXED_FROM = 2_501;

    /** Longest that an index may take. */
    private static final Duration LONGEST = Duration.ofMinutes(60);

    private static final Duration LOOK_AGAIN = Duration.ofMillis(500);

    /** A search without the index compares every row. Waiting ten times as long leaves the processor to whoever makes the index. */
    private static final int REST = 10;

    private IndexWait() {}

    /** The vector leg of the first answer that comes through an index, at most {@link #LONGEST} from now on. */
    static Mono<JsonNode> indexed(RhizomeClient client, float[] query, int k) {
        return indexed(
                client, Request.post("/v1/search", Map.of("embedding", query, "limit", k, "legs", List.of("vector"))));
    }

    /** As above, where the text {@code query} is searched for. */
    static Mono<JsonNode> indexed(RhizomeClient client, String query) {
        return indexed(client, Request.post("/v1/search", Map.of("query", query, "legs", List.of("vector"))));
    }

    private static Mono<JsonNode> indexed(RhizomeClient client, Request search) {
        return look(client, search)
                .expand(looked -> isIndexed(looked.getT2())
                        ? Mono.empty()
                        : Mono.delay(rest(looked.getT1())).then(look(client, search)))
                .map(Tuple2::getT2)
                .filter(IndexWait::isIndexed)
                .next()
                .timeout(LONGEST);
    }

    private static Mono<Tuple2<Long, JsonNode>> look(RhizomeClient client, Request search) {
        return client.send(search)
                .map(answer -> JsonMapper.shared().readTree(answer).at("/done/legs/vector"))
                .elapsed();
    }

    private static boolean isIndexed(JsonNode leg) {
        return leg.path("plan").asString("").equals("hnsw");
    }

    private static Duration rest(long tookMillis) {
        Duration rest = Duration.ofMillis(REST * tookMillis);
        return rest.compareTo(LOOK_AGAIN) > 0 ? rest : LOOK_AGAIN;
    }
}
