package dev.rhizome.bench;

import dev.rhizome.client.Request;
import dev.rhizome.client.RhizomeClient;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Waits for indexes that a service makes by itself after a load. */
final class IndexWait {

    /** Rows from which a service searches through an index, as it is set; smaller tenants have none. */
    static final int INDEXED_FROM = 5_000;

    /** Longest that an index may take. */
    static final Duration LONGEST = Duration.ofMinutes(60);

    private static final Duration LOOK_AGAIN = Duration.ofMillis(500);

    private IndexWait() {}

    /** The vector leg of the first answer that comes through an index. */
    static Mono<JsonNode> indexed(RhizomeClient client, float[] query, int k) {
        Request search = Request.post("/v1/search", Map.of("embedding", query, "limit", k, "legs", List.of("vector")));
        return Flux.interval(Duration.ZERO, LOOK_AGAIN)
                .onBackpressureDrop()
                .concatMap(tick -> client.send(search))
                .map(answer -> JsonMapper.shared().readTree(answer).at("/done/legs/vector"))
                .filter(leg -> leg.path("plan").asString("").equals("hnsw"))
                .next();
    }
}
