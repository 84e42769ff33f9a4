package dev.rhizome.http;

import dev.rhizome.tenant.Role;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpMethod;

/** Ways to call every route with ids that are another tenant's, or nobody's. */
final class CrossTenantCases {

    private static final String JSON = "application/json";
    private static final String LINES = "application/x-ndjson";
    private static final String EVENTS = "text/event-stream";

    private CrossTenantCases() {}

    /** What a stranger asks for. */
    record Target(String tenant, String key, String entity, String other, String word) {

        String fill(String template) {
            return template.replace("{tenant}", tenant)
                    .replace("{key}", key)
                    .replace("{entity}", entity)
                    .replace("{page}", page())
                    .replace("{other}", other)
                    .replace("{word}", word);
        }

        /** {@code text} with all of it replaced by placeholders. */
        String blank(String text) {
            return text.replace(tenant, "{tenant}")
                    .replace(key, "{key}")
                    .replace(entity, "{entity}")
                    .replace(page(), "{page}")
                    .replace(other, "{other}")
                    .replace(word, "{word}");
        }

        /** The id of the page at {@code https://example.org/} and the entity. */
        private String page() {
            try {
                byte[] url = ("https://example.org/" + entity).getBytes(StandardCharsets.UTF_8);
                return HexFormat.of()
                        .formatHex(MessageDigest.getInstance("SHA-256").digest(url), 0, 16);
            } catch (NoSuchAlgorithmException e) {
                throw new AssertionError(e);
            }
        }

        List<String> values() {
            return List.of(tenant, key, entity, other, word);
        }
    }

    /**
     * One call.
     *
     * @param route as the description of the API names it
     * @param needs the least role that may call it, null for a public route
     * @param auditors whether auditors may too
     * @param status what a stranger in that role is answered
     * @param uri with placeholders of {@link Target}, and {@code {mine}} for the stranger's own tenant
     * @param type of the body, and of the answer
     * @param body with placeholders
     */
    record Case(
            String route,
            @Nullable Role needs,
            boolean auditors,
            int status,
            String uri,
            String type,
            @Nullable String body) {

        static Case of(String route, Role needs, int status, String uri) {
            return new Case(route, needs, false, status, uri, JSON, null);
        }

        static Case open(String path) {
            return new Case("GET " + path, null, false, 200, path, "*/*", null);
        }

        Case with(String json) {
            return new Case(route, needs, auditors, status, uri, type, json);
        }

        Case as(String mediaType, int answered) {
            return new Case(route, needs, auditors, answered, uri, mediaType, body);
        }

        Case alsoForAuditors() {
            return new Case(route, needs, true, status, uri, type, body);
        }

        HttpMethod method() {
            return HttpMethod.valueOf(route.substring(0, route.indexOf(' ')));
        }

        String pattern() {
            return route.substring(route.indexOf(' ') + 1);
        }

        boolean isPublic() {
            return needs == null;
        }

        boolean isWrite() {
            return needs == Role.WRITER;
        }

        int expected(Role role) {
            return needs == null || role.includes(needs) || (auditors && role == Role.AUDITOR) ? status : 403;
        }
    }

    static List<Case> all() {
        return Stream.of(
                        tenants(),
                        usage(),
                        writes(),
                        reads(),
                        agentWrites(),
                        networkWrites(),
                        agentReads(),
                        events(),
                        eventProofs(),
                        performance(),
                        benchmarks(),
                        CrossTenantKnowledgeCases.all(),
                        provenance(),
                        proofs(),
                        audit(),
                        operations())
                .flatMap(List::stream)
                .toList();
    }

    /** A new tenant's slug is told to be taken, which is the operator's to know; its other answers are not compared. */
    private static List<Case> tenants() {
        String tenant = "/v1/tenants/{tenant}";
        String key = "{\"name\":\"mine\",\"role\":\"admin\"}";
        String embedding = "/v1/tenants/{id}/embedding";
        String model = "{\"model\":\"all-MiniLM-L6-v2-q\"}";
        return List.of(
                Case.of("POST /v1/tenants", Role.OPERATOR, 409, "/v1/tenants").with("{\"slug\":\"{word}\"}"),
                Case.of("GET /v1/tenants", Role.OPERATOR, 200, "/v1/tenants"),
                Case.of("GET /v1/tenants/{id}", Role.OPERATOR, 200, tenant),
                Case.of("PATCH /v1/tenants/{id}", Role.OPERATOR, 200, tenant).with("{\"name\":\"mine\"}"),
                Case.of("DELETE /v1/tenants/{id}", Role.OPERATOR, 204, tenant),
                Case.of("POST /v1/tenants/import", Role.OPERATOR, 400, "/v1/tenants/import")
                        .with("{\"event\":\"row\",\"table\":\"entities\",\"row\":{\"entity_id\":\"{word}\"}}")
                        .as(LINES, 400),
                Case.of("GET /v1/tenants/{id}/export", Role.ADMIN, 404, tenant + "/export")
                        .as(LINES, 404),
                Case.of("POST /v1/tenants/{id}/fork", Role.OPERATOR, 409, tenant + "/fork")
                        .with("{\"slug\":\"{word}\"}"),
                Case.of("GET /v1/tenants/{id}/certificate", Role.OPERATOR, 404, tenant + "/certificate"),
                Case.of("POST /v1/tenants/{id}/keys", Role.ADMIN, 404, tenant + "/keys")
                        .with(key),
                Case.of("GET /v1/tenants/{id}/keys", Role.ADMIN, 404, tenant + "/keys"),
                Case.of("DELETE /v1/tenants/{id}/keys/{keyId}", Role.ADMIN, 404, tenant + "/keys/{key}"),
                Case.of("DELETE /v1/tenants/{id}/keys/{keyId}", Role.ADMIN, 404, "/v1/tenants/{mine}/keys/{key}"),
                Case.of("GET " + embedding, Role.ADMIN, 404, tenant + "/embedding"),
                Case.of("POST " + embedding, Role.ADMIN, 404, tenant + "/embedding")
                        .with(model),
                Case.of("DELETE " + embedding, Role.ADMIN, 404, tenant + "/embedding"));
    }

    /** A tenant's own usage names no ids, and there is no other way to it. */
    private static List<Case> usage() {
        String tenant = "/v1/tenants/{tenant}";
        String limits = "/v1/tenants/{id}/limits";
        return List.of(
                Case.of("GET /v1/usage", Role.READER, 200, "/v1/usage?until=2000-01-01T00:00:00Z"),
                Case.of("GET /v1/tenants/{id}/usage", Role.OPERATOR, 200, tenant + "/usage"),
                Case.of("GET " + limits, Role.OPERATOR, 200, tenant + "/limits"),
                Case.of("PUT " + limits, Role.OPERATOR, 200, tenant + "/limits").with("{\"weight\":100}"),
                Case.of("DELETE " + limits, Role.OPERATOR, 204, tenant + "/limits"));
    }

    private static List<Case> writes() {
        Case entity = Case.of("POST /v1/entities", Role.WRITER, 201, "/v1/entities")
                .with("{\"id\":\"{entity}\",\"type\":\"T\",\"name\":\"mine\"}");
        Case edge = Case.of("POST /v1/relationships", Role.WRITER, 400, "/v1/relationships");
        Case toTheirs = edge.with("{\"source\":\"own\",\"target\":\"{entity}\",\"type\":\"KNOWS\"}");
        String theirs = "source={entity}&target={other}&type=KNOWS";
        return List.of(
                entity,
                entity.as(LINES, 200),
                Case.of("DELETE /v1/entities/{id}", Role.WRITER, 404, "/v1/entities/{entity}"),
                toTheirs,
                toTheirs.as(LINES, 200),
                edge.with("{\"source\":\"{entity}\",\"target\":\"{other}\",\"type\":\"KNOWS\"}"),
                Case.of("DELETE /v1/relationships", Role.WRITER, 404, "/v1/relationships?" + theirs));
    }

    /** Calls to which the tenant whose ids they are is answered 200. */
    static List<Case> reads() {
        List<Case> reads = new ArrayList<>(List.of(
                Case.of("GET /v1/entities/{id}", Role.READER, 404, "/v1/entities/{entity}"),
                Case.of("GET /v1/graph/path", Role.READER, 404, "/v1/graph/path?from={entity}&to={other}"),
                Case.of("GET /v1/graph/path", Role.READER, 404, "/v1/graph/path?from=own&to={entity}"),
                Case.of("POST /v1/search", Role.READER, 200, "/v1/search")
                        .with("{\"query\":\"{word}\",\"filter\":{\"word\":\"{word}\"}}")));
        for (String what : List.of("", "/statistics", "/summary", "/capabilities", "/relationships")) {
            reads.add(Case.of("GET /v1/agents/{id}" + what, Role.READER, 404, "/v1/agents/{entity}" + what));
        }
        reads.add(Case.of("POST /v1/search/batch", Role.READER, 200, "/v1/search/batch")
                .with("{\"query\":\"{word}\",\"legs\":[\"text\"]}")
                .as(LINES, 200));
        reads.add(Case.of("POST /v1/agents/match", Role.READER, 200, "/v1/agents/match")
                .with("{\"specializations\":[\"{word}\"]}"));
        for (String type : List.of(JSON, LINES, EVENTS)) {
            reads.add(Case.of("GET /v1/agents", Role.READER, 200, "/v1/agents").as(type, 200));
            String near = "/v1/entities/{entity}/neighbours";
            reads.add(Case.of("GET /v1/entities/{id}/neighbours", Role.READER, 404, near)
                    .as(type, 404));
            String walk = "/v1/graph/traverse?from={entity}&hops=3";
            reads.add(Case.of("GET /v1/graph/traverse", Role.READER, 404, walk).as(type, 404));
            String search = "/v1/search?q={word}&legs=text,graph";
            reads.add(Case.of("GET /v1/search", Role.READER, 200, search).as(type, 200));
        }
        return reads;
    }

    private static List<Case> agentWrites() {
        String agents = "POST /v1/agents";
        String agent = "/v1/agents/{entity}";
        return List.of(
                Case.of(agents, Role.WRITER, 201, "/v1/agents")
                        .with("{\"id\":\"{entity}\",\"name\":\"{word}\",\"modelFamily\":\"m\"}"),
                Case.of(agents + "/cards", Role.WRITER, 201, "/v1/agents/cards?id={entity}")
                        .with("{\"name\":\"{word}\"}"),
                Case.of("DELETE /v1/agents/stale", Role.WRITER, 200, "/v1/agents/stale?olderThan=PT0S"),
                Case.of("PATCH /v1/agents/{id}", Role.WRITER, 404, agent).with("{\"name\":\"mine\"}"),
                Case.of("DELETE /v1/agents/{id}", Role.WRITER, 404, agent + "?hard=true"),
                Case.of(agents + "/{id}/restore", Role.WRITER, 404, agent + "/restore"),
                Case.of(agents + "/{id}/load", Role.WRITER, 404, agent + "/load")
                        .with("{\"active\":1}"),
                Case.of(agents + "/{id}/outcomes", Role.WRITER, 404, agent + "/outcomes")
                        .with("{\"success\":true,\"quality\":1,\"latencyMs\":1}"));
    }

    private static List<Case> networkWrites() {
        String of = "/v1/agents/{id}/capabilities";
        String agents = "/v1/agents/relationships";
        String theirs = "/v1/agents/{entity}/capabilities";
        String pair = "{\"source\":\"{entity}\",\"target\":\"{other}\",\"type\":\"SIMILAR_TO\"%s}";
        return List.of(
                Case.of("POST " + of, Role.WRITER, 404, theirs).with("{\"name\":\"{word}\",\"confidence\":1}"),
                Case.of("DELETE " + of, Role.WRITER, 404, theirs + "?name={word}"),
                Case.of("POST " + of + "/demonstrations", Role.WRITER, 404, theirs + "/demonstrations")
                        .with("{\"name\":\"{word}\",\"success\":true}"),
                Case.of("POST " + of + "/evidence", Role.WRITER, 400, theirs + "/evidence")
                        .with("{\"capability\":\"{word}\",\"chunkId\":\"c\",\"chunkType\":\"task\",\"mention\":\"m\","
                                + "\"method\":\"llm\",\"confidence\":1}"),
                Case.of("POST " + agents, Role.WRITER, 400, agents).with(pair.formatted(",\"confidence\":1")),
                Case.of("POST " + agents + "/observations", Role.WRITER, 404, agents + "/observations")
                        .with(pair.formatted("")),
                Case.of(
                        "DELETE " + agents,
                        Role.WRITER,
                        404,
                        agents + "?source={entity}&target={other}&type=SIMILAR_TO"),
                Case.of("POST /v1/agents/centrality", Role.WRITER, 200, "/v1/agents/centrality"));
    }

    /** Calls that tell nothing of ids. */
    private static List<Case> agentReads() {
        return List.of(
                Case.of("GET /v1/agents/statistics", Role.READER, 200, "/v1/agents/statistics"),
                Case.of("GET /v1/agents/{id}/outcomes", Role.READER, 404, "/v1/agents/{entity}/outcomes"),
                Case.of("GET /v1/agents/stale", Role.READER, 200, "/v1/agents/stale"),
                Case.of("GET /v1/agents/{id}/card", Role.READER, 404, "/v1/agents/{entity}/card"),
                Case.of(
                        "GET /v1/agents/{id}/capabilities/evidence",
                        Role.READER,
                        404,
                        "/v1/agents/{entity}/capabilities/evidence"),
                Case.of("GET /v1/agents/centrality", Role.READER, 200, "/v1/agents/centrality"));
    }

    private static List<Case> events() {
        Case event = Case.of("POST /v1/events", Role.WRITER, 201, "/v1/events")
                .with("{\"id\":\"{entity}\",\"type\":\"t\",\"agentId\":\"{other}\",\"at\":\"2026-01-01T00:00:00Z\"}");
        String days = "since=2026-01-01T00:00:00Z&until=2026-01-02T00:00:00Z";
        return List.of(
                event,
                event.as(LINES, 200),
                Case.of("GET /v1/events", Role.READER, 200, "/v1/events?agentId={entity}"),
                Case.of("GET /v1/events", Role.READER, 200, "/v1/events?taskId={other}")
                        .as(LINES, 200),
                Case.of("GET /v1/events/{id}", Role.READER, 404, "/v1/events/{entity}"),
                Case.of("GET /v1/events/stats", Role.READER, 200, "/v1/events/stats?agentId={entity}&" + days),
                Case.of("GET /v1/events/health", Role.READER, 200, "/v1/events/health"),
                Case.of("GET /v1/events/verify", Role.READER, 200, "/v1/events/verify")
                        .alsoForAuditors(),
                Case.of("GET /v1/events/verify", Role.READER, 200, "/v1/events/verify")
                        .as(EVENTS, 200));
    }

    private static List<Case> eventProofs() {
        String head = """
                {"tenant":"{tenant}","sequence":1,"hash":"%1$s","version":1,"signature":"%1$s"}
                """.formatted("0".repeat(64));
        return List.of(
                Case.of("GET /v1/events/head", Role.READER, 404, "/v1/events/head")
                        .alsoForAuditors(),
                Case.of("GET /v1/events/truncations", Role.READER, 200, "/v1/events/truncations")
                        .alsoForAuditors(),
                Case.of("POST /v1/events/verify", Role.READER, 400, "/v1/events/verify")
                        .with(head)
                        .alsoForAuditors());
    }

    private static List<Case> performance() {
        String anomaly = "/v1/events/anomalies/{entity}";
        return List.of(
                Case.of("GET /v1/events/rollups", Role.READER, 200, "/v1/events/rollups?agentId={entity}"),
                Case.of("POST /v1/events/retention", Role.ADMIN, 200, "/v1/events/retention"),
                Case.of("POST /v1/events/anomalies", Role.WRITER, 201, "/v1/events/anomalies")
                        .with("{\"id\":\"{entity}\",\"type\":\"t\",\"severity\":\"low\",\"agentId\":\"{other}\"}"),
                Case.of("GET /v1/events/anomalies", Role.READER, 200, "/v1/events/anomalies?agentId={entity}"),
                Case.of("GET /v1/events/anomalies/{id}", Role.READER, 404, anomaly),
                Case.of("PATCH /v1/events/anomalies/{id}", Role.WRITER, 404, anomaly)
                        .with("{\"status\":\"investigating\"}"),
                Case.of("PUT /v1/events/profiles", Role.WRITER, 201, "/v1/events/profiles")
                        .with("{\"agentId\":\"{entity}\",\"taskType\":\"t\"}"),
                Case.of("GET /v1/events/profiles", Role.READER, 200, "/v1/events/profiles?agentId={entity}"));
    }

    private static List<Case> benchmarks() {
        String datasets = "/v1/benchmarks/datasets";
        String evaluations = "/v1/benchmarks/evaluations";
        Case queue = Case.of("POST " + evaluations, Role.WRITER, 400, evaluations);
        return List.of(
                Case.of("PUT " + datasets + "/{id}", Role.WRITER, 201, datasets + "/{entity}")
                        .with("{\"name\":\"mine\",\"taskType\":\"t\",\"testCases\":1}"),
                Case.of("GET " + datasets, Role.READER, 200, datasets),
                Case.of("GET " + datasets + "/{id}", Role.READER, 404, datasets + "/{entity}"),
                Case.of("DELETE " + datasets + "/{id}", Role.WRITER, 404, datasets + "/{entity}"),
                queue.with("{\"datasetId\":\"{entity}\",\"agentId\":\"{other}\"}"),
                Case.of("GET " + evaluations, Role.READER, 200, evaluations + "?agentId={entity}&datasetId={other}"),
                Case.of("GET " + evaluations + "/{id}", Role.READER, 404, evaluations + "/{entity}"),
                Case.of("PATCH " + evaluations + "/{id}", Role.WRITER, 404, evaluations + "/{entity}")
                        .with("{\"status\":\"running\"}"));
    }

    /** What another tenant searches for changes neither answer; what the caller itself has searched for does. */
    private static List<Case> provenance() {
        String base = "/v1/provenance";
        String ofOne = base + "/{type}/{id}";
        String verdict = base + "/verdict/{entity}";
        String why = base + "/why";
        Case add = Case.of("POST " + base, Role.WRITER, 200, base)
                .with("{\"type\":\"verdict\",\"id\":\"{entity}\",\"about\":[\"{other}\"]}");
        Case child = Case.of("POST " + base, Role.WRITER, 400, base)
                .with("{\"type\":\"gate\",\"id\":\"{word}\",\"parent\":{\"type\":\"spec\",\"id\":\"{entity}\"}}");
        return List.of(
                add.as(LINES, 200), // as JSON it tells the sequence, which the same entry has not twice
                child,
                child.as(LINES, 200),
                Case.of("GET " + base, Role.READER, 200, base + "?reference={word}"),
                Case.of("GET " + base + "/precedents", Role.READER, 200, base + "/precedents?reference={word}"),
                Case.of("GET " + ofOne, Role.READER, 404, verdict),
                Case.of("GET " + ofOne + "/similar", Role.READER, 404, verdict + "/similar"),
                Case.of("GET " + base + "/similar", Role.READER, 200, base + "/similar?q={word}"),
                Case.of("GET " + why, Role.READER, 404, why + "?id={entity}").as(LINES, 404),
                Case.of("GET " + why, Role.READER, 404, why + "?source={entity}&type=KNOWS&target={other}"),
                Case.of("DELETE " + ofOne + "/payload", Role.ADMIN, 404, verdict + "/payload"),
                Case.of("DELETE " + base + "/subjects/{subject}", Role.ADMIN, 404, base + "/subjects/{entity}"));
    }

    private static List<Case> proofs() {
        String base = "/v1/provenance";
        String head = """
                {"tenant":"{tenant}","sequence":1,"hash":"%s","at":"2026-01-01T00:00:00Z","keyId":"%s","version":1,"signature":"%s"}
                """.formatted("0".repeat(64), "0".repeat(16), "0".repeat(128));
        return List.of(
                Case.of("GET " + base + "/export", Role.READER, 200, base + "/export")
                        .alsoForAuditors(),
                Case.of("GET " + base + "/keys", Role.READER, 200, base + "/keys")
                        .alsoForAuditors(),
                Case.of("GET " + base + "/head", Role.READER, 404, base + "/head")
                        .alsoForAuditors(),
                Case.of("GET " + base + "/heads", Role.READER, 200, base + "/heads")
                        .alsoForAuditors(),
                Case.of("GET " + base + "/verify", Role.READER, 200, base + "/verify")
                        .alsoForAuditors(),
                Case.of("POST " + base + "/verify", Role.READER, 400, base + "/verify")
                        .with(head)
                        .alsoForAuditors());
    }

    private static List<Case> audit() {
        return List.of(
                Case.of("GET /v1/audit", Role.AUDITOR, 200, "/v1/audit?subject={entity}"),
                Case.of("GET /v1/audit", Role.AUDITOR, 200, "/v1/audit").as(LINES, 200));
    }

    private static List<Case> operations() {
        return List.of(
                Case.open("/health/database"),
                Case.open("/actuator/health/liveness"),
                Case.open("/actuator/health/readiness"),
                Case.open("/openapi.yaml"),
                Case.of("GET /actuator/prometheus", Role.OPERATOR, 200, "/actuator/prometheus"));
    }
}
