package dev.rhizome.http;

import dev.rhizome.http.CrossTenantCases.Case;
import dev.rhizome.tenant.Role;
import java.util.List;
import java.util.stream.Stream;

/** Those of {@link CrossTenantCases} that are about searches, documents, pages, knowledge, verifications and figures. */
final class CrossTenantKnowledgeCases {

    private static final String LINES = "application/x-ndjson";

    private CrossTenantKnowledgeCases() {}

    static List<Case> all() {
        return Stream.of(
                        searchLog(),
                        sharing(),
                        web(),
                        documents(),
                        knowledge(),
                        knowledgeKept(),
                        verifications(),
                        federation())
                .flatMap(List::stream)
                .toList();
    }

    private static List<Case> searchLog() {
        String before = "?until=2000-01-01T00:00:00Z";
        return List.of(
                Case.of("GET /v1/search/sessions", Role.ADMIN, 200, "/v1/search/sessions" + before + "&query={word}"),
                Case.of("GET /v1/search/statistics", Role.ADMIN, 200, "/v1/search/statistics" + before));
    }

    /** Nothing is granted between the two tenants; what happens where something is, SharingContractTest shows. */
    private static List<Case> sharing() {
        String grant = "/v1/grants/00000000-0000-7000-8000-000000000001";
        return List.of(
                Case.of("POST /v1/grants", Role.ADMIN, 403, "/v1/grants")
                        .with(
                                "{\"tenant\":\"00000000-0000-7000-8000-000000000001\",\"name\":\"G\",\"ids\":[\"{entity}\"]}"),
                Case.of("GET /v1/grants", Role.ADMIN, 200, "/v1/grants"),
                Case.of("GET /v1/grants/{id}", Role.ADMIN, 404, grant),
                Case.of("DELETE /v1/grants/{id}", Role.ADMIN, 404, grant),
                Case.of("GET /v1/shared", Role.READER, 200, "/v1/shared"),
                Case.of(
                        "GET /v1/shared/{tenant}/entities/{id}",
                        Role.READER,
                        404,
                        "/v1/shared/victim/entities/{entity}"),
                Case.of("GET /v1/accesses", Role.AUDITOR, 200, "/v1/accesses"));
    }

    private static List<Case> web() {
        String page = "/v1/web/pages/{page}";
        String domain = "/v1/web/domains/{entity}";
        String walk = "/v1/web/traversals/{entity}";
        String url = "\"url\":\"https://example.org/{entity}\"";
        return List.of(
                Case.of("POST /v1/web/pages", Role.WRITER, 201, "/v1/web/pages")
                        .with("{" + url + ",\"content\":\"mine\"}"),
                Case.of("GET /v1/web/pages", Role.READER, 200, "/v1/web/pages"),
                Case.of("POST /v1/web/pages/lookup", Role.READER, 404, "/v1/web/pages/lookup")
                        .with("{" + url + "}"),
                Case.of("GET /v1/web/pages/{id}", Role.READER, 404, page),
                Case.of("GET /v1/web/pages/{id}/links", Role.READER, 404, page + "/links"),
                Case.of("GET /v1/web/pages/{id}/chunks", Role.READER, 404, page + "/chunks"),
                Case.of("DELETE /v1/web/pages/{id}", Role.WRITER, 404, page),
                Case.of("GET /v1/web/cache", Role.READER, 200, "/v1/web/cache"),
                Case.of("POST /v1/web/cache/purge", Role.WRITER, 200, "/v1/web/cache/purge"),
                Case.of("GET /v1/web/domains", Role.READER, 200, "/v1/web/domains"),
                Case.of("GET /v1/web/domains/{id}", Role.READER, 404, domain),
                Case.of("DELETE /v1/web/domains/{id}", Role.WRITER, 404, domain),
                Case.of("PUT /v1/web/domains/{id}", Role.WRITER, 200, domain).with("{\"blocked\":true}"),
                Case.of("POST /v1/web/domains/{id}/requests", Role.WRITER, 200, domain + "/requests"),
                Case.of("POST /v1/web/domains/{id}/outcomes", Role.WRITER, 200, domain + "/outcomes")
                        .with("{\"success\":true}"),
                Case.of("POST /v1/web/traversals", Role.WRITER, 201, "/v1/web/traversals")
                        .with("{\"id\":\"{entity}\",\"startUrl\":\"https://example.org/\"}"),
                Case.of("GET /v1/web/traversals", Role.READER, 200, "/v1/web/traversals"),
                Case.of("GET /v1/web/traversals/{id}", Role.READER, 404, walk),
                Case.of("PATCH /v1/web/traversals/{id}", Role.WRITER, 404, walk).with("{\"status\":\"running\"}"),
                Case.of("DELETE /v1/web/traversals/{id}", Role.WRITER, 404, walk),
                Case.of("GET /v1/web/traversals/{id}/pages", Role.READER, 404, walk + "/pages"),
                Case.of("POST /v1/web/traversals/{id}/pages", Role.WRITER, 404, walk + "/pages")
                        .with("{" + url + ",\"parentUrl\":\"https://example.org/\"}"),
                Case.of("PATCH /v1/web/traversals/{id}/pages", Role.WRITER, 404, walk + "/pages")
                        .with("{" + url + ",\"status\":\"visited\"}"),
                Case.of("GET /v1/web/extractions", Role.READER, 200, "/v1/web/extractions"),
                Case.of("POST /v1/web/extractions", Role.WRITER, 204, "/v1/web/extractions")
                        .with("{" + url + ",\"totalMs\":1}"));
    }

    private static List<Case> documents() {
        String one = "/v1/documents/{entity}";
        Case put = Case.of("POST /v1/documents", Role.WRITER, 201, "/v1/documents")
                .with("{\"id\":\"{entity}\",\"title\":\"{word}\",\"text\":\"mine\"}");
        return List.of(
                put,
                put.as(LINES, 200),
                Case.of("GET /v1/documents", Role.READER, 200, "/v1/documents"),
                Case.of("GET /v1/documents/{id}", Role.READER, 404, one),
                Case.of("GET /v1/documents/{id}/chunks", Role.READER, 404, one + "/chunks"),
                Case.of("DELETE /v1/documents/{id}", Role.WRITER, 404, one));
    }

    private static List<Case> knowledge() {
        String queries = "/v1/knowledge/queries";
        String one = queries + "/{entity}";
        String results = "/v1/knowledge/results";
        Case query = Case.of("POST " + queries, Role.WRITER, 201, queries)
                .with("{\"id\":\"{entity}\",\"query\":\"mine\",\"requesterId\":\"{other}\"}");
        Case result = Case.of("POST " + queries + "/{id}/results", Role.WRITER, 404, one + "/results")
                .with("{\"id\":\"{other}\",\"title\":\"{word}\",\"url\":\"https://example.org/\",\"provider\":\"p\"}");
        return List.of(
                query,
                query.as(LINES, 200),
                Case.of("GET " + queries, Role.READER, 200, queries + "?requesterId={entity}"),
                Case.of("GET " + queries + "/{id}", Role.READER, 404, one),
                Case.of("PATCH " + queries + "/{id}", Role.WRITER, 404, one).with("{\"status\":\"processing\"}"),
                Case.of("DELETE " + queries + "/{id}", Role.WRITER, 404, one),
                result,
                result.as(LINES, 200),
                Case.of("GET " + queries + "/{id}/results", Role.READER, 404, one + "/results"),
                Case.of("POST " + queries + "/{id}/responses", Role.WRITER, 404, one + "/responses")
                        .with("{\"id\":\"{other}\",\"summary\":\"{word}\"}"),
                Case.of("GET " + queries + "/{id}/responses", Role.READER, 404, one + "/responses"),
                Case.of("GET " + results + "/{id}", Role.READER, 404, results + "/{entity}"),
                Case.of("DELETE " + results + "/{id}", Role.WRITER, 404, results + "/{entity}"));
    }

    private static List<Case> knowledgeKept() {
        String providers = "/v1/knowledge/providers";
        String cache = "/v1/knowledge/cache";
        return List.of(
                Case.of("GET " + providers, Role.READER, 200, providers),
                Case.of("GET " + providers + "/{id}", Role.READER, 404, providers + "/{entity}"),
                Case.of("DELETE " + providers + "/{id}", Role.WRITER, 404, providers + "/{entity}"),
                Case.of("POST " + providers + "/{id}/requests", Role.WRITER, 200, providers + "/{entity}/requests")
                        .with("{\"success\":true,\"responseTimeMs\":1}"),
                Case.of("GET " + cache, Role.READER, 200, cache),
                Case.of("POST " + cache + "/purge", Role.WRITER, 200, cache + "/purge"),
                Case.of("PUT " + cache + "/{id}", Role.WRITER, 201, cache + "/{entity}")
                        .with("{\"content\":{}}"),
                Case.of("GET " + cache + "/{id}", Role.READER, 404, cache + "/{other}"),
                Case.of("DELETE " + cache + "/{id}", Role.WRITER, 404, cache + "/{other}"));
    }

    private static List<Case> verifications() {
        String base = "/v1/verifications";
        String one = base + "/{entity}";
        Case add = Case.of("POST " + base, Role.WRITER, 201, base).with("{\"id\":\"{entity}\",\"content\":\"{word}\"}");
        return List.of(
                add,
                add.as(LINES, 200),
                Case.of("GET " + base, Role.READER, 200, base + "?status=failed"),
                Case.of("GET " + base + "/methods", Role.READER, 200, base + "/methods"),
                Case.of("POST " + base + "/lookup", Role.READER, 404, base + "/lookup")
                        .with("{\"content\":\"{word}\"}"),
                Case.of("GET " + base + "/{id}", Role.READER, 404, one),
                Case.of("PATCH " + base + "/{id}", Role.WRITER, 404, one).with("{\"status\":\"processing\"}"),
                Case.of("DELETE " + base + "/{id}", Role.WRITER, 404, one),
                Case.of("POST " + base + "/{id}/result", Role.WRITER, 404, one + "/result")
                        .with("{\"verdict\":\"mixed\",\"confidence\":1}"),
                Case.of("GET " + base + "/{id}/result", Role.READER, 404, one + "/result"),
                Case.of("GET " + base + "/{id}/evidence", Role.READER, 404, one + "/evidence"));
    }

    private static List<Case> federation() {
        String base = "/v1/federated";
        String figure = base + "/figures/quality?group={word}&period=2026-01";
        return List.of(
                Case.of("GET " + base + "/figures", Role.READER, 200, base + "/figures"),
                Case.of("GET " + base + "/figures/{measure}", Role.READER, 403, figure),
                Case.of("GET " + base + "/budget", Role.READER, 200, base + "/budget"),
                Case.of("GET " + base + "/ledger", Role.READER, 200, base + "/ledger"));
    }
}
