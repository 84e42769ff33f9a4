package dev.rhizome.bench.attack;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** What a tenant has: of each kind of thing one for each id, all of which say one word. */
final class Estate {

    /** Lists of all that a tenant has, as its admin reads them. */
    static final List<String> LISTS = List.of(
            "/v1/search?q=%s&legs=text&limit=200&hops=1",
            "/v1/agents?limit=200",
            "/v1/agents/statistics",
            "/v1/agents/s-0/capabilities",
            "/v1/agents/s-0/relationships",
            "/v1/agents/s-0/outcomes",
            "/v1/agents/s-0/capabilities/evidence",
            "/v1/entities/s-0",
            "/v1/entities/s-0/neighbours",
            "/v1/graph/traverse?from=s-0&hops=5",
            "/v1/events?limit=200",
            "/v1/events/anomalies?limit=200",
            "/v1/events/profiles?limit=200",
            "/v1/benchmarks/datasets?limit=200",
            "/v1/benchmarks/evaluations?limit=200",
            "/v1/provenance?limit=200",
            "/v1/provenance/export");

    private static final String VECTOR = java.util.stream.IntStream.range(0, 384)
            .mapToObj(number -> String.valueOf(Math.round(1_000 * Math.cos(number)) / 1_000.0))
            .collect(Collectors.joining(",", "[", "]"));

    private final Wire wire;
    private final String key;
    private final List<String> ids;
    private final String word;

    /** Of the tenant whose admin has {@code key}. */
    Estate(Wire wire, String key, List<String> ids, String word) {
        this.wire = wire;
        this.key = key;
        this.ids = List.copyOf(ids);
        this.word = word;
    }

    /** Writes it all. */
    void build() {
        lines("/v1/entities", """
                {"id":"ID","type":"PLAN","name":"WORD plan","text":"of WORD","embedding":VECTOR,"metadata":{"word":"WORD"}}
                """);
        lines("/v1/relationships", "{\"source\":\"ID\",\"target\":\"NEXT\",\"type\":\"KNOWS\"}\n");
        lines("/v1/agents", """
                {"id":"ID","name":"WORD NUMBER","modelFamily":"m","capabilities":{"specializations":["WORD"]}}
                """);
        lines("/v1/agents/relationships", """
                {"source":"ID","target":"NEXT","type":"SIMILAR_TO","confidence":1,"context":"WORD"}
                """);
        lines("/v1/events", """
                {"id":"ID","type":"system_health","agentId":"ID","taskId":"ID","at":"2026-11-01T00:00:00Z","metadata":{"word":"WORD"}}
                """);
        lines("/v1/provenance", """
                {"type":"verdict","id":"ID","description":"WORD","about":["ID"],"subject":"ID","metadata":{"word":"WORD"}}
                """);
        each("POST", "/v1/agents/ID/capabilities", "{\"name\":\"WORD\",\"confidence\":1}");
        each("POST", "/v1/agents/ID/capabilities/evidence", """
                {"capability":"WORD","chunkId":"ID","chunkType":"task","mention":"WORD","method":"llm","confidence":1}""");
        each("POST", "/v1/agents/ID/outcomes", """
                {"id":"ID","success":true,"quality":1,"latencyMs":5,"taskType":"code"}""");
        each("POST", "/v1/events/anomalies", """
                {"id":"ID","type":"t","severity":"low","agentId":"ID","description":"WORD"}""");
        each("PUT", "/v1/events/profiles", "{\"agentId\":\"ID\",\"taskType\":\"code\"}");
        each("PUT", "/v1/benchmarks/datasets/ID", "{\"name\":\"WORD\",\"taskType\":\"code\",\"testCases\":1}");
        each("POST", "/v1/benchmarks/evaluations", "{\"id\":\"ID\",\"datasetId\":\"ID\",\"agentId\":\"ID\"}");
    }

    /** All of it, as it is told now, without what may change by itself. */
    List<String> read() {
        List<String> told = new ArrayList<>();
        for (String list : LISTS) {
            Wire.Answer answer = wire.get(list.replace("%s", word), "application/json", key);
            told.add(list + ": " + answer.status() + " "
                    + answer.body().replaceAll("\"(tookMs|signature|createdAt|updatedAt)\":[^,}]+", ""));
        }
        return told;
    }

    private void lines(String path, String line) {
        String unused = wire.sent(
                        "POST",
                        path,
                        key,
                        ids.stream().map(id -> filled(line, id)).collect(Collectors.joining()))
                .toString();
    }

    private void each(String method, String path, String body) {
        for (String id : ids) {
            String unused =
                    wire.sent(method, filled(path, id), key, filled(body, id)).toString();
        }
    }

    private String filled(String text, String id) {
        return text.replace("ID", id)
                .replace("NEXT", ids.get((ids.indexOf(id) + 1) % ids.size()))
                .replace("NUMBER", String.valueOf(ids.indexOf(id)))
                .replace("WORD", word)
                .replace("VECTOR", VECTOR);
    }
}
